// Decides requests with a set of policies by the simulator @cloud-copilot/iam-simulate. The simulator has only the
// condition keys in the request.
import { anonymousPrincipal, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { matchesWildcard } from "@cloister/components/aws/wildcard";

export interface Policy {
  Version?: string;
  Statement: {
    Sid?: string;
    Effect: string;
    Principal?: unknown;
    Resource?: unknown;
    Action?: string | string[];
    Condition?: Record<string, Record<string, string | string[]>>;
  }[];
}

export interface NamedPolicy {
  name: string;
  policy: Policy;
}

export interface Principal {
  /** `arn:…:role/…`, a service name, or `anonymous` for requests without a signature. */
  arn: string;
  identity: NamedPolicy[];
  boundary?: NamedPolicy;
}

/** All policies that decide requests in one deployment. */
export interface PolicySet {
  accountId: string;
  /** Accounts whose resource policies are in the set. */
  accountIds: string[];
  region: string;
  principals: Record<string, Principal>;
  /** Policies of buckets, keys and roles, by ARN. A bucket policy also applies to the objects in the bucket. */
  resources: Record<string, NamedPolicy>;
  /** VPC endpoint policies by service: `s3`, `kms`. */
  endpoints: Record<string, NamedPolicy>;
}

export interface PermissionRequest {
  caller: string;
  action: string;
  /** An ARN, or `*` for an action without resources. */
  resource: string;
  /** Account of the resource, if the resource is not in the account of the deployment. */
  owner?: string;
  /** Whether the resource's own policy allows every principal, as a stranger's bucket can. */
  isOpen?: boolean;
  context?: Record<string, string | string[]>;
  /** Service of the VPC endpoint that the request uses. */
  through?: string;
}

/** A policy, or the policies of the caller, without an Allow statement that matches the request. */
export interface Silent {
  policy: string;
  /** Sids of Allow statements about the action, whose resources or conditions do not match the request. */
  near: string[];
}

export interface Decision {
  result: "allowed" | "denied";
  /** Deny statements that match the request, as `policy/Sid`. */
  denies: string[];
  /** The policies that do not allow the request. */
  silent: Silent[];
}

/** Caches the results of a function of strings, because deployments share most policies and requests. */
function remembered<T>(compute: (...texts: string[]) => T): (...texts: string[]) => T {
  const results = new Map<string, T>();
  return (...texts) => {
    const key = texts.join("\n");
    if (!results.has(key)) results.set(key, compute(...texts));
    return results.get(key)!;
  };
}

const isAction = remembered((pattern, action) => matchesWildcard(pattern!.toLowerCase(), action!.toLowerCase()));
const simulate = remembered((simulation) => runSimulation(JSON.parse(simulation!) as Simulation, {}));

/**
 * The policy with the statements about one action. The simulator evaluates the conditions of every statement, which is
 * most of its work. One statement always remains, because the simulator rejects an empty policy.
 */
function about(action: string, { name, policy }: NamedPolicy): NamedPolicy {
  const matches = ({ Action }: Policy["Statement"][number]) =>
    Action === undefined || [Action].flat().some((pattern) => isAction(pattern, action));
  const matching = policy.Statement.filter(matches);
  return { name, policy: { ...policy, Statement: matching.length > 0 ? matching : policy.Statement.slice(0, 1) } };
}

const policyOf = ({ resources }: PolicySet, resource: string): NamedPolicy | undefined =>
  resources[resource] ?? (resource.startsWith("arn:aws:s3:::") ? resources[resource.split("/")[0]!] : undefined);

const openPolicy = (resource: string): NamedPolicy => {
  const open = { Sid: "Everybody", Effect: "Allow", Principal: "*", Action: "*", Resource: resource };
  return { name: "open", policy: { Version: "2012-10-17", Statement: [open] } };
};

/**
 * Variables that AWS sets for requests from Studio. No action lists these keys, so the simulator would drop them.
 * Source: AWS Service Authorization Reference, SageMaker; AWS managed policy AmazonSageMakerFullAccess.
 */
const studioVariables = ["sagemaker:DomainId", "sagemaker:UserProfileName"];

function withStudioVariables(named: NamedPolicy, context: PermissionRequest["context"] = {}): NamedPolicy {
  const given = studioVariables.filter((key) => key in context);
  if (given.length === 0) return named;
  const text = given.reduce((json, key) => json.replaceAll(`\${${key}}`, String(context[key])), JSON.stringify(named.policy));
  return { ...named, policy: JSON.parse(text) as Policy };
}

/**
 * Condition keys that the reference lacks, and keys that the same actions support and no policy uses. The simulator
 * accepts only keys in the reference.
 * Source: AWS "Configuring service control policies for monitoring schedules"; AWS S3 "Condition keys" of access points.
 */
const undocumentedKeys = [
  { key: "sagemaker:ModelMonitorJobDefinitionName", actions: /MonitoringSchedule$/, standIn: "sagemaker:MaxRuntimeInSeconds" },
  { key: "s3:DataAccessPointAccount", actions: /^s3:GetObject$/, standIn: "s3:authType" },
  { key: "s3:AccessPointNetworkOrigin", actions: /^s3:GetObject$/, standIn: "s3:signatureversion" },
];

/** The same policies and request as JSON, with a condition key that the simulator accepts. */
const withReferenceKeys = (action: string, json: string) =>
  undocumentedKeys
    .filter(({ actions }) => actions.test(action))
    .reduce((replaced, { key, standIn }) => replaced.replaceAll(key, standIn), json);

/** The result of a request. Throws for a request or a policy that the simulator cannot read. */
export async function decide(policySet: PolicySet, request: PermissionRequest): Promise<Decision> {
  const principal = policySet.principals[request.caller];
  if (!principal)
    throw new Error(`${request.caller} is not a principal. Known principals: ${Object.keys(policySet.principals).join(", ")}`);
  const isAnonymous = principal.arn === "anonymous";
  const isService = !isAnonymous && !principal.arn.startsWith("arn:");
  const account = isService || isAnonymous ? undefined : principal.arn.split(":")[4]!;
  const owner =
    request.owner ??
    (request.resource.startsWith("arn:aws:s3:::") || request.resource === "*" ? policySet.accountId : request.resource.split(":")[4]!);
  // The owner of another account allows every principal, as an attacker would.
  const resourcePolicy =
    request.isOpen || !policySet.accountIds.includes(owner) ? openPolicy(request.resource) : policyOf(policySet, request.resource);
  const endpoint = request.through === undefined ? undefined : policySet.endpoints[request.through];
  if (request.through !== undefined && !endpoint) throw new Error(`No VPC endpoint of ${request.through}`);
  const simulation: Simulation = {
    request: {
      principal: isAnonymous ? anonymousPrincipal : principal.arn,
      action: request.action,
      resource: { resource: request.resource, accountId: owner },
      contextVariables: {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": policySet.region,
        "aws:PrincipalIsAWSService": String(isService),
        "aws:ViaAWSService": "false",
        ...(account !== undefined && {
          "aws:PrincipalArn": principal.arn,
          "aws:PrincipalAccount": account,
          "aws:PrincipalType": "AssumedRole",
        }),
        "aws:ResourceAccount": owner,
        ...request.context,
      },
    },
    identityPolicies: principal.identity.map((item) => withStudioVariables(about(request.action, item), request.context)),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy && { resourcePolicy: about(request.action, resourcePolicy).policy }),
    ...(principal.boundary && {
      permissionBoundaryPolicies: [withStudioVariables(about(request.action, principal.boundary), request.context)],
    }),
    ...(endpoint && { vpcEndpointPolicies: [about(request.action, endpoint)] }),
  };
  const outcome = await simulate(withReferenceKeys(request.action, JSON.stringify(simulation)));
  if (outcome.resultType === "error")
    throw new Error(`${request.caller} ${request.action} ${request.resource}: ${JSON.stringify(outcome.errors)}`);
  // An action on all resources of a type has one result for each resource pattern in the policies.
  const results = outcome.resultType === "single" ? [outcome.result] : outcome.results;
  /** The simulator's statements are objects whose JSON is the policy statement. */
  const idOf = (statement: unknown) => (JSON.parse(JSON.stringify(statement)) as { Sid?: string }).Sid;
  const met = (name: string | undefined, statements: { statement: unknown }[] = []) =>
    statements.map(({ statement }) => `${name}/${idOf(statement)}`);
  const near = (named: NamedPolicy) =>
    named.policy.Statement.filter(
      ({ Effect, Action = [] }) => Effect === "Allow" && [Action].flat().some((pattern) => isAction(pattern, request.action)),
    ).map(({ Sid }) => Sid!);
  /** Policies of one kind, if no Allow statement in them matches. For the resource `*`, the simulator can report nothing. */
  const silentOf = (
    kind: "identityAnalysis" | "permissionBoundaryAnalysis" | "resourceAnalysis" | "endpointAnalysis",
    policies: NamedPolicy[],
  ) =>
    policies.length > 0 &&
    (results.length > 0 ? results.some(({ analysis }) => analysis[kind]?.result === "ImplicitlyDenied") : kind === "identityAnalysis")
      ? [{ policy: policies[0]!.name, near: policies.flatMap(near) }]
      : [];
  // In the resource's account, the caller's policies are enough: a policy without an Allow statement denies nothing.
  const decidesAlone = owner !== account || resourcePolicy?.policy.Statement.some(({ Effect }) => Effect === "Allow");
  return {
    result: outcome.overallResult === "Allowed" ? "allowed" : "denied",
    silent: [
      ...silentOf("identityAnalysis", principal.identity),
      ...silentOf("permissionBoundaryAnalysis", principal.boundary ? [principal.boundary] : []),
      ...silentOf("resourceAnalysis", resourcePolicy && decidesAlone ? [resourcePolicy] : []),
      ...silentOf("endpointAnalysis", endpoint ? [endpoint] : []),
    ],
    denies: results.flatMap(({ analysis }) => [
      ...(analysis.identityAnalysis?.denyStatements ?? []).map(
        (denyStatement) => `${denyStatement.policyId}/${idOf(denyStatement.statement)}`,
      ),
      ...met(principal.boundary?.name, analysis.permissionBoundaryAnalysis?.denyStatements),
      ...met(resourcePolicy?.name, analysis.resourceAnalysis?.denyStatements),
    ]),
  };
}

/** All Deny statements as `policy/Sid`, except the statements of some principals. */
export function deniesOf(policySet: PolicySet, besides: string[]): string[] {
  const principals = Object.entries(policySet.principals).filter(([caller]) => !besides.includes(caller));
  const policies = [
    ...principals.map(([, value]) => value).flatMap(({ identity, boundary }) => [...identity, ...(boundary ? [boundary] : [])]),
    ...Object.values(policySet.resources),
    ...Object.values(policySet.endpoints),
  ];
  const all = policies.flatMap(({ name, policy }) =>
    policy.Statement.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => `${name}/${Sid}`),
  );
  return [...new Set(all)];
}

/** The policies without one statement. */
export function withoutStatement(policySet: PolicySet, statement: string): PolicySet {
  const strip = (named: NamedPolicy): NamedPolicy => ({
    ...named,
    policy: { ...named.policy, Statement: named.policy.Statement.filter(({ Sid }) => `${named.name}/${Sid}` !== statement) },
  });
  const each = (policies: Record<string, NamedPolicy>) =>
    Object.fromEntries(Object.entries(policies).map(([key, named]) => [key, strip(named)]));
  return {
    ...policySet,
    principals: Object.fromEntries(
      Object.entries(policySet.principals).map(([caller, value]) => [
        caller,
        { ...value, identity: value.identity.map(strip), ...(value.boundary && { boundary: strip(value.boundary) }) },
      ]),
    ),
    resources: each(policySet.resources),
    endpoints: each(policySet.endpoints),
  };
}

/** A condition of an Allow statement in a policy of principals: one role, or all roles with one permissions boundary. */
export interface AllowCondition {
  callers: string[];
  policy: string;
  statement: string;
  operator: string;
  key: string;
  actions: string[];
}

const conditionsIn = (callers: string[], { name, policy }: NamedPolicy): AllowCondition[] =>
  policy.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Sid, Action, Condition }) =>
    Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => ({ callers, policy: name, statement: Sid!, operator, key, actions: [Action ?? []].flat() })),
    ),
  );

/** All conditions of Allow statements in the identity policies of these principals. */
export const allowConditions = (policySet: PolicySet, principals: string[]): AllowCondition[] =>
  principals.flatMap((caller) => policySet.principals[caller]!.identity.flatMap((policy) => conditionsIn([caller], policy)));

/** All conditions of Allow statements in permissions boundaries, except the permissions boundary of one principal. */
export function boundaryConditions(policySet: PolicySet, besides: string[]): AllowCondition[] {
  const bounded = Object.entries(policySet.principals).filter(([caller, { boundary }]) => !besides.includes(caller) && boundary);
  const boundaries = new Map(bounded.map(([, { boundary }]) => [boundary!.name, boundary!]));
  return [...boundaries.values()].flatMap((boundary) =>
    conditionsIn(
      bounded.filter(([, value]) => value.boundary!.name === boundary.name).map(([caller]) => caller),
      boundary,
    ),
  );
}

/** The policies without one condition of an Allow statement. */
export function withoutCondition(policySet: PolicySet, { callers, policy, statement, operator, key }: AllowCondition): PolicySet {
  const weaken = (named: NamedPolicy): NamedPolicy =>
    named.name !== policy
      ? named
      : {
          ...named,
          policy: {
            ...named.policy,
            Statement: named.policy.Statement.map((item) => {
              if (item.Sid !== statement || !item.Condition) return item;
              const keys = Object.entries(item.Condition[operator] ?? {}).filter(([other]) => other !== key);
              const others = Object.entries(item.Condition).filter(([other]) => other !== operator);
              const Condition = Object.fromEntries(keys.length > 0 ? [...others, [operator, Object.fromEntries(keys)]] : others);
              return { ...item, Condition };
            }),
          },
        };
  const weakened = callers.map((caller) => {
    const { identity, boundary, ...principal } = policySet.principals[caller]!;
    return [caller, { ...principal, identity: identity.map(weaken), ...(boundary && { boundary: weaken(boundary) }) }] as const;
  });
  return { ...policySet, principals: { ...policySet.principals, ...Object.fromEntries(weakened) } };
}
