// What is deployed of policies, and what AWS would decide by them. The simulator is @cloud-copilot/iam-simulate; it is no AWS, and knows of conditions only what a request tells.
import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";

export interface Policy {
  Version?: string;
  Statement: {
    Sid?: string;
    Effect: string;
    Action?: string | string[];
    Condition?: Record<string, Record<string, string | string[]>>;
  }[];
}

export interface Named {
  name: string;
  policy: Policy;
}

export interface Principal {
  /** `arn:…:role/…`, or a service's name. */
  arn: string;
  identity: Named[];
  boundary?: Named;
}

/** Everything that decides about requests to one deployment. */
export interface Estate {
  accountId: string;
  region: string;
  principals: Record<string, Principal>;
  /** Policies of buckets, keys and roles, by ARN; a bucket's also speaks for its objects. */
  resources: Record<string, Named>;
  /** Policies of the VPC's endpoints, by service: `s3`, `kms`. */
  endpoints: Record<string, Named>;
}

export interface Ask {
  who: string;
  action: string;
  /** An ARN, or `*` where the action knows no resource. */
  resource: string;
  /** Account of the resource, where it is not the deployment's. */
  owner?: string;
  context?: Record<string, string | string[]>;
  /** Endpoint that the request comes through. */
  through?: string;
}

export interface Decision {
  result: "allowed" | "denied";
  /** Denies that met the request, as `policy/Sid`. */
  denies: string[];
}

const policyOf = ({ resources }: Estate, resource: string): Named | undefined =>
  resources[resource] ?? (resource.startsWith("arn:aws:s3:::") ? resources[resource.split("/")[0]!] : undefined);

/**
 * Variables that AWS fills for requests from inside Studio. They are no condition keys of any action, so the simulator would drop them.
 * Source: AWS Service Authorization Reference, SageMaker; AWS managed policy AmazonSageMakerFullAccess.
 */
const studioVariables = ["sagemaker:DomainId", "sagemaker:UserProfileName"];

function filled(named: Named, context: Ask["context"] = {}): Named {
  const given = studioVariables.filter((key) => key in context);
  if (given.length === 0) return named;
  const text = given.reduce((json, key) => json.replaceAll(`\${${key}}`, String(context[key])), JSON.stringify(named.policy));
  return { ...named, policy: JSON.parse(text) as Policy };
}

/**
 * A key that AWS's guide has and its reference lacks, and one that the same actions know and no policy of ours asks for: the simulator knows the reference only.
 * Source: AWS "Configuring service control policies for monitoring schedules".
 */
const guideOnly = {
  key: "sagemaker:ModelMonitorJobDefinitionName",
  actions: /MonitoringSchedule$/,
  standIn: "sagemaker:MaxRuntimeInSeconds",
};

/** The same policies and context as the simulator can read them. */
function readable<T>(action: string, value: T): T {
  return guideOnly.actions.test(action) ? (JSON.parse(JSON.stringify(value).replaceAll(guideOnly.key, guideOnly.standIn)) as T) : value;
}

/** What is decided about a request. Errors: a request or a policy that the simulator can't read. */
export async function decide(estate: Estate, ask: Ask): Promise<Decision> {
  const principal = estate.principals[ask.who];
  if (!principal) throw new Error(`${ask.who} is nobody here: ${Object.keys(estate.principals).join(", ")}`);
  const isService = !principal.arn.startsWith("arn:");
  const account = isService ? undefined : principal.arn.split(":")[4]!;
  const owner =
    ask.owner ?? (ask.resource.startsWith("arn:aws:s3:::") || ask.resource === "*" ? estate.accountId : ask.resource.split(":")[4]!);
  const resourcePolicy = policyOf(estate, ask.resource);
  const endpoint = ask.through === undefined ? undefined : estate.endpoints[ask.through];
  if (ask.through !== undefined && !endpoint) throw new Error(`There is no endpoint of ${ask.through}`);
  const simulation: Simulation = {
    request: {
      principal: principal.arn,
      action: ask.action,
      resource: { resource: ask.resource, accountId: owner },
      contextVariables: {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": estate.region,
        "aws:PrincipalIsAWSService": String(isService),
        "aws:ViaAWSService": "false",
        ...(account !== undefined && {
          "aws:PrincipalArn": principal.arn,
          "aws:PrincipalAccount": account,
          "aws:PrincipalType": "AssumedRole",
        }),
        "aws:ResourceAccount": owner,
        ...ask.context,
      },
    },
    identityPolicies: principal.identity.map((one) => filled(one, ask.context)),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy && { resourcePolicy: resourcePolicy.policy }),
    ...(principal.boundary && { permissionBoundaryPolicies: [principal.boundary] }),
    ...(endpoint && { vpcEndpointPolicies: [endpoint] }),
  };
  const outcome = await runSimulation(readable(ask.action, simulation), {});
  if (outcome.resultType === "error") throw new Error(`${ask.who} ${ask.action} ${ask.resource}: ${JSON.stringify(outcome.errors)}`);
  // An action that works on all resources of a kind is decided once for each pattern that policies name.
  const results = outcome.resultType === "single" ? [outcome.result] : outcome.results;
  /** The simulator's statements are objects of its own, whose JSON is the statement. */
  const idOf = (statement: unknown) => (JSON.parse(JSON.stringify(statement)) as { Sid?: string }).Sid;
  const met = (name: string | undefined, statements: { statement: unknown }[] = []) =>
    statements.map(({ statement }) => `${name}/${idOf(statement)}`);
  return {
    result: outcome.overallResult === "Allowed" ? "allowed" : "denied",
    denies: results.flatMap(({ analysis }) => [
      ...(analysis.identityAnalysis?.denyStatements ?? []).map((one) => `${one.policyId}/${idOf(one.statement)}`),
      ...met(principal.boundary?.name, analysis.permissionBoundaryAnalysis?.denyStatements),
      ...met(resourcePolicy?.name, analysis.resourceAnalysis?.denyStatements),
    ]),
  };
}

/** All denies of an estate, as `policy/Sid`, but for those of one principal. */
export function deniesOf(estate: Estate, besides: string): string[] {
  const principals = Object.entries(estate.principals).filter(([who]) => who !== besides);
  const policies = [
    ...principals.map(([, one]) => one).flatMap(({ identity, boundary }) => [...identity, ...(boundary ? [boundary] : [])]),
    ...Object.values(estate.resources),
    ...Object.values(estate.endpoints),
  ];
  const all = policies.flatMap(({ name, policy }) =>
    policy.Statement.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => `${name}/${Sid}`),
  );
  return [...new Set(all)];
}

/** The estate without one statement. */
export function without(estate: Estate, statement: string): Estate {
  const strip = (named: Named): Named => ({
    ...named,
    policy: { ...named.policy, Statement: named.policy.Statement.filter(({ Sid }) => `${named.name}/${Sid}` !== statement) },
  });
  const each = (policies: Record<string, Named>) => Object.fromEntries(Object.entries(policies).map(([key, named]) => [key, strip(named)]));
  return {
    ...estate,
    principals: Object.fromEntries(
      Object.entries(estate.principals).map(([who, one]) => [
        who,
        { ...one, identity: one.identity.map(strip), ...(one.boundary && { boundary: strip(one.boundary) }) },
      ]),
    ),
    resources: each(estate.resources),
    endpoints: each(estate.endpoints),
  };
}

/** A condition of an allow, in the policy of one principal's own. */
export interface Narrowing {
  who: string;
  policy: string;
  statement: string;
  operator: string;
  key: string;
  actions: string[];
}

/** All conditions of allows in the policies of these principals. */
export const narrowingsOf = (estate: Estate, principals: string[]): Narrowing[] =>
  principals.flatMap((who) =>
    estate.principals[who]!.identity.flatMap(({ name, policy }) =>
      policy.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Sid, Action, Condition }) =>
        Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
          Object.keys(keys).map((key) => ({ who, policy: name, statement: Sid!, operator, key, actions: [Action ?? []].flat() })),
        ),
      ),
    ),
  );

/** The estate without one condition of an allow. */
export function widened(estate: Estate, { who, policy, statement, operator, key }: Narrowing): Estate {
  const principal = estate.principals[who]!;
  const identity = principal.identity.map((named) =>
    named.name !== policy
      ? named
      : {
          ...named,
          policy: {
            ...named.policy,
            Statement: named.policy.Statement.map((one) => {
              if (one.Sid !== statement || !one.Condition) return one;
              const keys = Object.entries(one.Condition[operator] ?? {}).filter(([other]) => other !== key);
              const others = Object.entries(one.Condition).filter(([other]) => other !== operator);
              const Condition = Object.fromEntries(keys.length > 0 ? [...others, [operator, Object.fromEntries(keys)]] : others);
              return { ...one, Condition };
            }),
          },
        },
  );
  return { ...estate, principals: { ...estate.principals, [who]: { ...principal, identity } } };
}
