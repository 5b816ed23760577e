// Combines the deployed policies with other principals: administrators, another environment, another account.
import { environmentBoundary } from "@cloister/components/identity/boundary";
import { executionPermissions } from "@cloister/components/identity/permissions/service-roles";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { type PolicySet, type NamedPolicy, type Policy, type Principal } from "./simulator";
import { type Ids } from "./row-kit";

/** A deployed role, with policy documents as JSON. */
export interface DeployedRole {
  arn: string;
  trust: string;
  policies: string[];
  boundary?: string;
}

export interface Deployed {
  ids: Omit<Ids, "roleArns">;
  /** Roles by caller name, such as `execution`. */
  roles: Record<string, DeployedRole>;
  /** Bucket and key policies as JSON, by ARN of the bucket or key. */
  resources: Record<string, string>;
  /** Endpoint policies by service. */
  endpoints: Record<string, string>;
  /** An existing role with the policy that the hub creates for leads, and roles that only the engine can assume. */
  selfService?: { lead: DeployedRole; trusts: Record<string, string> };
  /** Callers whose role is an existing role. Its owner's policies allow everything. */
  existing?: string[];
  deployerArn: string;
  /** Absent if the settings name no such role. */
  breakGlassArn?: string;
}

const named = (name: string, json: string): NamedPolicy => ({ name, policy: JSON.parse(json) as Policy });
/** A policy that allows everything, so that only the policies under test can deny. */
export const allowAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
});
const everything = named("everything", allowAll);

/** The execution role of another environment in the same account, as Cloister creates it. */
function neighbourOf({ ids }: Deployed): Principal {
  const environment = `${ids.environment}-2`;
  const context = { accountId: ids.accountId, region: ids.region, partition: "aws" };
  const keyArn = `arn:aws:kms:${ids.region}:${ids.accountId}:key/neighbour`;
  const arn = `arn:aws:iam::${ids.accountId}:role/cloister/${ids.region}/${environment}/work/${environment}-execution-0a1b2c3`;
  const facts = {
    ...context,
    environment,
    tags: { "cloister:environment": environment },
    dataBucketArn: `arn:aws:s3:::${environment}-data`,
    modelBucketArn: `arn:aws:s3:::${environment}-models`,
    keyArns: [keyArn],
    vpcId: "vpc-neighbour",
    subnetIds: ["subnet-neighbour"],
    securityGroupIds: ["sg-neighbour"],
    entranceVpcIds: ["vpc-neighbour"],
    imageAccountIds: [ids.accountId],
  };
  const perimeter = {
    subnetIds: facts.subnetIds,
    securityGroupIds: facts.securityGroupIds,
    keyArn,
    resultKeyArns: [keyArn],
    instanceTypes: [],
    roleArns: [],
    features: [],
  };
  const identity = policyDocumentOf(
    executionPermissions({ facts, peopleNetwork: "vpc", openApps: "anywhere", selfArn: arn, pipelineRoleArn: arn, modelRoleArn: arn }),
  );
  return {
    arn,
    identity: [named("neighbour", identity), everything],
    boundary: named(
      "neighbour boundary",
      policyDocumentOf(environmentBoundary(context, environment, { profile: "strict", networkIsolation: false }, perimeter)),
    ),
  };
}

export function assemble(deployed: Deployed): { policySet: PolicySet; ids: Ids } {
  const { roles, ids, existing = [], selfService } = deployed;
  /** Roles share permissions boundaries, so each statement of a boundary is removed once. */
  const boundaryName = (caller: string) =>
    caller === "target-model"
      ? "target boundary"
      : caller === "data-science-administrator" || caller === "trail" || existing.includes(caller)
        ? "hub boundary"
        : "boundary";
  const principals: Record<string, Principal> = Object.fromEntries(
    Object.entries(roles).map(([caller, { arn, policies, boundary }]) => [
      caller,
      {
        arn,
        identity: policies.map((policy, i) => named(policies.length > 1 ? `${caller} ${i}` : caller, policy)),
        ...(boundary !== undefined && { boundary: named(boundaryName(caller), boundary) }),
      },
    ]),
  );
  const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
  const powerful = (arn: string): Principal => ({ arn, identity: [everything] });
  principals.administrator = powerful(roleIn(ids.accountId, "Administrator"));
  principals.deployer = powerful(deployed.deployerArn);
  for (const [caller, like] of [
    ["product", "notebook"],
    ["hub-product", "data-science-administrator"],
  ] as const)
    principals[caller] = { ...powerful(roleIn(ids.accountId, `cloister/${ids.region}/${caller}`)), boundary: principals[like]!.boundary };
  if (selfService)
    principals.lead = { arn: selfService.lead.arn, identity: selfService.lead.policies.map((policy) => named("lead", policy)) };
  if (ids.audit) principals.auditor = powerful(roleIn(ids.accountId, "Auditors"));
  if (deployed.breakGlassArn !== undefined) principals["break-glass"] = powerful(deployed.breakGlassArn);
  // This policy is not deployed, so its Deny statements are not under test.
  principals.neighbour = neighbourOf(deployed);
  const targetAccount = ids.target?.accountId ?? "444455556666";
  principals.target = powerful(roleIn(targetAccount, "Administrator"));
  if (ids.target) principals["target-deployer"] = powerful(ids.target.deployRoleArn);
  principals.stranger = powerful(roleIn("999988887777", "Administrator"));
  principals.anonymous = { arn: "anonymous", identity: [] };
  principals.user = powerful(`arn:aws:iam::${ids.accountId}:user/ana`);
  for (const service of ["sagemaker.amazonaws.com", "lambda.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com"])
    principals[service] = { arn: service, identity: [] };
  const trusts = Object.fromEntries(Object.entries(roles).map(([caller, { arn, trust }]) => [arn, named(`trust of ${caller}`, trust)]));
  // A key in the account without Cloister tags and with the default key policy: IAM policies decide.
  const otherKey = {
    [`arn:aws:kms:${ids.region}:${ids.accountId}:key/foreign`]: named(
      "another key",
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Sid: "Iam", Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ids.accountId}:root` }, Action: "kms:*", Resource: "*" },
        ],
      }),
    ),
  };
  const resourceNames: Record<string, string> = {
    [ids.dataBucketArn]: "data bucket",
    [ids.modelBucketArn]: "model bucket",
    [ids.dataKeyArn]: "data key",
    [ids.volumeKeyArn]: "volume key",
    [ids.logKeyArn]: "log key",
    ...(ids.audit && {
      [ids.audit.bucketArn]: "audit bucket",
      [ids.audit.keyArn]: "audit key",
      [ids.audit.configBucketArn]: "bucket for configurations",
      [ids.audit.configKeyArn]: "key for configurations",
    }),
    ...(ids.target && { [ids.target.bucketArn]: "target bucket", [ids.target.keyArn]: "target key" }),
    ...(ids.controlsHistoryArn !== undefined && { [ids.controlsHistoryArn]: "history bucket of controls" }),
  };
  return {
    policySet: {
      accountId: ids.accountId,
      accountIds: [ids.accountId, ...(ids.target ? [ids.target.accountId] : [])],
      region: ids.region,
      principals,
      resources: {
        ...Object.fromEntries(Object.entries(deployed.resources).map(([arn, policy]) => [arn, named(resourceNames[arn] ?? arn, policy)])),
        ...trusts,
        ...Object.fromEntries(Object.entries(selfService?.trusts ?? {}).map(([arn, trust]) => [arn, named(`trust of ${arn}`, trust)])),
        ...otherKey,
      },
      endpoints: Object.fromEntries(
        Object.entries(deployed.endpoints).map(([service, policy]) => [service, named(`endpoint of ${service}`, policy)]),
      ),
    },
    ids: {
      ...ids,
      roleArns: {
        ...Object.fromEntries(Object.entries(principals).map(([caller, { arn }]) => [caller, arn])),
        // The execution role of another user, when each user has an execution role.
        colleague: roleIn(ids.accountId, `cloister/${ids.region}/${ids.environment}/work/${ids.environment}-execution-eva-0a1b2c3`),
      },
    },
  };
}
