// Puts the deployed policies together with those who come from elsewhere: administrators, another environment, another account.
import { environmentBoundary } from "@cloister/components/identity/boundary";
import { executionPermissions } from "@cloister/components/identity/permissions/service-roles";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { type Estate, type Named, type Policy, type Principal } from "./estate";
import { type Ids } from "./rows";

/** A role as it is deployed; documents as JSON. */
export interface DeployedRole {
  arn: string;
  trust: string;
  policies: string[];
  boundary?: string;
}

export interface Deployed {
  ids: Omit<Ids, "roleArns">;
  /** By who: `execution`. */
  roles: Record<string, DeployedRole>;
  /** Policies as JSON, by ARN of the bucket or key. */
  resources: Record<string, string>;
  /** By service. */
  endpoints: Record<string, string>;
  deployerArn: string;
  /** Absent where the settings name none. */
  breakGlassArn?: string;
}

const named = (name: string, json: string): Named => ({ name, policy: JSON.parse(json) as Policy });
const everything = named(
  "everything",
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }] }),
);

/** An environment beside ours in the same account, as our own code makes it. */
function neighbourOf({ ids }: Deployed): Principal {
  const environment = `${ids.environment}-2`;
  const context = { accountId: ids.accountId, region: ids.region, partition: "aws" };
  const keyArn = `arn:aws:kms:${ids.region}:${ids.accountId}:key/neighbour`;
  const arn = `arn:aws:iam::${ids.accountId}:role/cloister/${ids.region}/${environment}/work/${environment}-execution-0a1b2c3`;
  const facts = {
    ...context,
    environment,
    dataBucketArn: `arn:aws:s3:::${environment}-data`,
    modelBucketArn: `arn:aws:s3:::${environment}-models`,
    keyArns: [keyArn],
    vpcId: "vpc-neighbour",
    subnetIds: ["subnet-neighbour"],
    securityGroupIds: ["sg-neighbour"],
    entranceVpcIds: ["vpc-neighbour"],
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
  const identity = policyDocumentOf(executionPermissions({ facts, selfArn: arn, pipelineRoleArn: arn, modelRoleArn: arn }));
  // With all rights on data besides: what holds it off then is ours, not its own document.
  return {
    arn,
    identity: [named("neighbour", identity), everything],
    boundary: named(
      "neighbour boundary",
      policyDocumentOf(environmentBoundary(context, environment, { profile: "strict", networkIsolation: false }, perimeter)),
    ),
  };
}

export function assemble(deployed: Deployed): { estate: Estate; ids: Ids } {
  const { roles, ids } = deployed;
  const principals: Record<string, Principal> = Object.fromEntries(
    Object.entries(roles).map(([who, { arn, policies, boundary }]) => [
      who,
      {
        arn,
        identity: policies.map((policy, i) => named(policies.length > 1 ? `${who} ${i}` : who, policy)),
        // Roles of one environment have one boundary: a statement of it is one to take away.
        ...(boundary !== undefined && { boundary: named(who === "data-science-administrator" ? "hub boundary" : "boundary", boundary) }),
      },
    ]),
  );
  const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
  const powerful = (arn: string): Principal => ({ arn, identity: [everything] });
  principals.administrator = powerful(roleIn(ids.accountId, "Administrator"));
  principals.deployer = powerful(deployed.deployerArn);
  for (const [who, like] of [
    ["product", "execution"],
    ["hub-product", "data-science-administrator"],
  ] as const)
    principals[who] = { ...powerful(roleIn(ids.accountId, `cloister/${ids.region}/${who}`)), boundary: principals[like]!.boundary };
  if (deployed.breakGlassArn !== undefined) principals["break-glass"] = powerful(deployed.breakGlassArn);
  // Not deployed: its own denies are not what is proven here.
  principals.neighbour = neighbourOf(deployed);
  principals.stranger = powerful(roleIn("999988887777", "Administrator"));
  principals.user = powerful(`arn:aws:iam::${ids.accountId}:user/ana`);
  for (const service of ["sagemaker.amazonaws.com", "lambda.amazonaws.com"]) principals[service] = { arn: service, identity: [] };
  const trusts = Object.fromEntries(Object.entries(roles).map(([who, { arn, trust }]) => [arn, named(`trust of ${who}`, trust)]));
  // A key of the account that is none of ours, with the policy that AWS gives a key: everything is left to IAM.
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
  const short = (arn: string) => arn.split(/[:/]/).at(-1)!;
  return {
    estate: {
      accountId: ids.accountId,
      region: ids.region,
      principals,
      resources: {
        ...Object.fromEntries(Object.entries(deployed.resources).map(([arn, policy]) => [arn, named(short(arn), policy)])),
        ...trusts,
        ...otherKey,
      },
      endpoints: Object.fromEntries(
        Object.entries(deployed.endpoints).map(([service, policy]) => [service, named(`endpoint of ${service}`, policy)]),
      ),
    },
    ids: {
      ...ids,
      roleArns: {
        ...Object.fromEntries(Object.entries(principals).map(([who, { arn }]) => [who, arn])),
        // Where each person has an execution role, as another's would be called.
        colleague: roleIn(ids.accountId, `cloister/${ids.region}/${ids.environment}/work/${ids.environment}-execution-eva-0a1b2c3`),
      },
    },
  };
}
