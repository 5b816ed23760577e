// Reads the policies of a deployed environment and its hub from AWS.
import assert from "node:assert/strict";
import { type Profile } from "@cloister/components/identity/guardrails";
import { type Client } from "../sandbox/run";
import { type Deployed, type DeployedRole } from "./assemble";
import { type Ids } from "./row-kit";

type Item = Record<string, unknown>;

export interface AwsContext {
  client: Client;
  account: string;
  region: string;
  /** Outputs of the environment stack and of the core stack. */
  environment: Record<string, unknown>;
  core: Record<string, unknown>;
  /** Name of a profile, and an instance type that the settings allow. */
  profile: string;
  instanceType: string;
  /** Features of the network. */
  features: string[];
  /** Guardrail profile of the environment. */
  guardrails: Profile;
  networkIsolation: boolean;
  /** Where users work from. */
  peopleNetwork: Ids["peopleNetwork"];
  hubPeopleNetwork: Ids["peopleNetwork"];
  /** From where Studio can open apps. */
  openApps: Ids["openApps"];
}

export async function readDeployedPolicies({ client, account, region, environment, core, ...rest }: AwsContext): Promise<Deployed> {
  const call = async (service: string, operation: string, input: object): Promise<Item> => {
    const outcome = await client({ service, operation, input, account });
    assert.ok("output" in outcome, `${service}:${operation} ${JSON.stringify(input)}: ${JSON.stringify(outcome)}`);
    return outcome.output as Item;
  };
  const text = (key: string) => String(environment[key]);
  const name = text("environment");

  async function managed(PolicyArn: string): Promise<string> {
    const { DefaultVersionId: VersionId } = (await call("iam", "GetPolicy", { PolicyArn })).Policy as Item;
    const { Document } = (await call("iam", "GetPolicyVersion", { PolicyArn, VersionId })).PolicyVersion as Item;
    return decodeURIComponent(String(Document));
  }

  async function roleAt(arn: string): Promise<DeployedRole> {
    const RoleName = arn.split("/").at(-1)!;
    const role = (await call("iam", "GetRole", { RoleName })).Role as Item;
    assert.equal(role.Arn, arn);
    const { PolicyNames } = await call("iam", "ListRolePolicies", { RoleName });
    const policies = await Promise.all(
      (PolicyNames as string[]).map(async (PolicyName) =>
        decodeURIComponent(String((await call("iam", "GetRolePolicy", { RoleName, PolicyName })).PolicyDocument)),
      ),
    );
    const { AttachedPolicies = [] } = await call("iam", "ListAttachedRolePolicies", { RoleName });
    const attached = await Promise.all((AttachedPolicies as { PolicyArn: string }[]).map(({ PolicyArn }) => managed(PolicyArn)));
    return {
      arn,
      trust: decodeURIComponent(String(role.AssumeRolePolicyDocument)),
      policies: [...policies, ...attached],
      boundary: await managed((role.PermissionsBoundary as { PermissionsBoundaryArn: string }).PermissionsBoundaryArn),
    };
  }

  const people = environment.people as Record<string, { arn: string }>;
  const arns: Record<string, string> = {
    execution: text("executionRoleArn"),
    pipeline: text("pipelineRoleArn"),
    model: text("modelRoleArn"),
    notebook: Object.values(environment.notebooks as Record<string, { roleArn: string }>)[0]!.roleArn,
    ...Object.fromEntries(Object.entries(people).map(([role, { arn }]) => [role, arn])),
    "data-science-administrator": (core.administrators as typeof people)["data-science-administrator"]!.arn,
  };
  const roles = Object.fromEntries(
    await Promise.all(Object.entries(arns).map(async ([caller, arn]) => [caller, await roleAt(arn)] as const)),
  );

  const buckets = [text("dataBucketName"), text("modelBucketName")];
  const keys = [text("dataKeyArn"), text("volumeKeyArn"), text("logKeyArn")];
  const resources = Object.fromEntries([
    ...(await Promise.all(
      buckets.map(async (Bucket) => [`arn:aws:s3:::${Bucket}`, String((await call("s3", "GetBucketPolicy", { Bucket })).Policy)] as const),
    )),
    ...(await Promise.all(
      keys.map(async (KeyId) => [KeyId, String((await call("kms", "GetKeyPolicy", { KeyId, PolicyName: "default" })).Policy)] as const),
    )),
  ]);
  const { VpcEndpoints } = await call("ec2", "DescribeVpcEndpoints", { Filters: [{ Name: "vpc-id", Values: [text("vpcId")] }] });
  const endpoints = (VpcEndpoints as { Tags: { Key: string; Value: string }[]; PolicyDocument: string }[]).map(
    ({ Tags, PolicyDocument }) => {
      const tag = Tags.find(({ Key }) => Key === "Name")!;
      return [tag.Value.replace(`${name}-`, ""), PolicyDocument] as const;
    },
  );
  const { Policy: boundary } = (await call("iam", "GetPolicy", { PolicyArn: text("environmentBoundaryArn") })) as {
    Policy: { Tags: { Key: string; Value: string }[] };
  };
  const caller = await call("sts", "GetCallerIdentity", {});
  return {
    ids: {
      accountId: account,
      region,
      environment: name,
      vpcId: text("vpcId"),
      subnetIds: environment.subnetIds as string[],
      groupId: text("workloadSecurityGroupId"),
      s3EndpointId: text("s3EndpointId"),
      dataKeyArn: text("dataKeyArn"),
      volumeKeyArn: text("volumeKeyArn"),
      logKeyArn: text("logKeyArn"),
      dataBucketArn: `arn:aws:s3:::${text("dataBucketName")}`,
      modelBucketArn: `arn:aws:s3:::${text("modelBucketName")}`,
      domainId: text("domainId"),
      profile: rest.profile,
      person: rest.profile,
      instanceType: rest.instanceType,
      features: rest.features,
      tags: Object.fromEntries(boundary.Tags.map(({ Key, Value }) => [Key, Value])),
      guardrails: rest.guardrails,
      networkIsolation: rest.networkIsolation,
      peopleNetwork: rest.peopleNetwork,
      hubPeopleNetwork: rest.hubPeopleNetwork,
      openApps: rest.openApps,
    },
    roles,
    resources,
    endpoints: Object.fromEntries(endpoints),
    // A session ARN differs from the ARN of the session's role.
    deployerArn: String(caller.Arn).replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, "arn:aws:iam::$1:role/$2"),
  };
}
