// Builds the CloudFormation template of `cloister bootstrap`: a deploy role and a permissions boundary. Pure.
import { createHash } from "node:crypto";
import { type AwsContext } from "../../aws/context";
import { limits } from "../../aws/limits";
import { policyDocumentOf, type Permission } from "../../aws/policy-document";
import { targetBoundary } from "./boundary";
import { boundaryName, deployRoleName, deployRolePath, type TargetStage, versionTag } from "./names";
import { deployPermissions, type DeployOptions, policyNames } from "./permissions";

/** Pseudo parameters of CloudFormation for parts of ARNs, so that one template fits every account of a StackSet. */
const pseudo = { partition: "${AWS::Partition}", accountId: "${AWS::AccountId}" };

export interface BootstrapRequest {
  stage: TargetStage;
  /** Roles of the hub that deploy the stage, `arn:…:role/…`. */
  hubRoleArns: readonly string[];
  externalId: string;
  options: DeployOptions;
}

/** Texts with pseudo parameters become `Fn::Sub`. No text contains a policy variable, which `Fn::Sub` would reject. */
function substituted(value: unknown): unknown {
  if (typeof value === "string") return value.includes("${AWS::") ? { "Fn::Sub": value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, substituted(value)]));
}

const documentOf = (permissions: readonly Permission[]) => substituted(JSON.parse(policyDocumentOf(permissions)));

/** Start of the description of every template, by which `cloister bootstrap` recognizes its stacks. */
export const descriptionPrefix = "Cloister: role that deploys ";

const nameIn = (nameWithPath: string) => nameWithPath.split("/").at(-1)!;

/**
 * Digest of the permissions of the deploy role and of the boundary. A deployment compares it with the tag of the role.
 * The trust policy is not part of it: AssumeRole shows whether it is correct.
 */
export function bootstrapVersion(stage: TargetStage, options: DeployOptions): string {
  const context = { ...pseudo, region: stage.region };
  const documents = [...deployPermissions(stage, context, options), targetBoundary(stage, context)].map(policyDocumentOf);
  return createHash("sha256").update(documents.join("\n")).digest("hex").slice(0, 16);
}

/** Trust policy of the deploy role. The principal is the hub account, because the condition names exact roles. */
const trustPolicy = ({ hubRoleArns, externalId }: BootstrapRequest) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "HubDeploys",
      Effect: "Allow",
      Principal: { AWS: [...new Set(hubRoleArns.map((arn) => `arn:${arn.split(":")[1]}:iam::${arn.split(":")[4]}:root`))] },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": externalId }, ArnEquals: { "aws:PrincipalArn": [...hubRoleArns] } },
    },
  ],
});

interface OversizedPolicy {
  /** `dns`, `trust` */
  name: string;
  characters: number;
  allowed: number;
}

/** Policies of the template that are longer than IAM allows in one account. CloudFormation reports them only when it creates them. */
export function oversizedPolicies(request: BootstrapRequest, account: Omit<AwsContext, "region">): OversizedPolicy[] {
  const { stage, options } = request;
  const managed = deployPermissions(stage, { ...account, region: stage.region }, options).map((permissions, i) => ({
    name: policyNames[i]!,
    characters: policyDocumentOf(permissions).length,
    allowed: limits.managedPolicy.value,
  }));
  const trust = { name: "trust", characters: JSON.stringify(trustPolicy(request)).length, allowed: limits.trustPolicy.value };
  return [...managed, trust].filter(({ characters, allowed }) => characters > allowed);
}

/** IAM reads these characters as a pattern or as a policy variable. */
const isPattern = (value: string) => /[*?]|\$\{/.test(value);

/** Values of the request that become parts of ARNs or conditions. */
const valuesIn = ({ stage, hubRoleArns, externalId, options }: BootstrapRequest): string[] => [
  ...Object.values(stage),
  ...hubRoleArns,
  externalId,
  ...(options.vpcArns ?? []),
  ...(options.subnetArns ?? []),
  ...(options.flowLogRoleArns ?? []),
  ...Object.values(options.mirror ?? {}).flat(),
];

/**
 * The template as an object. Works for single stacks and for StackSets.
 * Errors: `RangeError` for a value that IAM would read as a pattern or as a variable.
 */
export function bootstrapTemplate(request: BootstrapRequest) {
  const { stage, options } = request;
  const patterns = valuesIn(request).filter(isPattern);
  if (patterns.length > 0)
    throw new RangeError(`Values in the template of the deploy role must not contain *, ? or \${ (got ${patterns.join(", ")}).`);
  const context = { ...pseudo, region: stage.region };
  const managedPolicy = (nameWithPath: string, description: string, permissions: Permission[]) => ({
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      ManagedPolicyName: nameIn(nameWithPath),
      Path: deployRolePath(stage.region),
      Description: description,
      PolicyDocument: documentOf(permissions),
    },
  });
  const policies = Object.fromEntries(
    deployPermissions(stage, context, options).map((permissions, i) => {
      const what = policyNames[i]!;
      return [
        `${what[0]!.toUpperCase()}${what.slice(1)}`,
        managedPolicy(`${deployRoleName(stage)}-${what}`, `Deploys ${stage.name}: ${what}`, permissions),
      ];
    }),
  );
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `${descriptionPrefix}${stage.name} in ${stage.region}, and permissions boundary of the roles that it creates`,
    Resources: {
      Boundary: managedPolicy(boundaryName(stage), `The most that a role of ${stage.name} can do`, targetBoundary(stage, context)),
      ...policies,
      DeployRole: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: nameIn(deployRoleName(stage)),
          Path: deployRolePath(stage.region),
          Description: `Deploys ${stage.name}`,
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: trustPolicy(request),
          ManagedPolicyArns: Object.keys(policies).map((policy) => ({ Ref: policy })),
          Tags: [{ Key: versionTag, Value: bootstrapVersion(stage, options) }],
        },
      },
    },
    Outputs: {
      DeployRoleArn: { Value: { "Fn::GetAtt": ["DeployRole", "Arn"] } },
      BoundaryArn: { Value: { Ref: "Boundary" } },
    },
  };
}
