// Runs `cloister verify` with the AWS SDK on the sandbox, for an environment whose published values the test writes.
// Not proven: what AWS answers. In a sandbox world, no assumption holds.
import assert from "node:assert/strict";
import { assumptions, lookupTarget, openVerifyClient, type Result, type Target, verify } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { javascript } from "./javascript";
import { control, world } from "./world";

const environment = "verified-dev";
const region = "eu-central-1";
const location = { id: "cloister-environment/verified", environment, region };
/** The role for data scientists, by the path of its region. The same environment is also in a region that IAM lists first. */
const roleNames: Record<string, string> = {
  apne1: `${environment}-data-scientist-0000001`,
  euc1: `${environment}-data-scientist-0000002`,
};

describe("verify", function () {
  this.timeout(120_000);
  let client: ReturnType<typeof javascript>;
  const made: Record<string, string> = {};
  let target: Target;
  let results: Result[];
  const notes: string[] = [];
  const session = () => ({ env: world().env, world: world() });
  const send = async (call: string, input: object = {}): Promise<Record<string, unknown>> => {
    const [service, operation] = call.split(":") as [string, string];
    const { output, error, message } = await client({ service, operation, input, account: world().hubAccount });
    assert.equal(error, undefined, `${call}: ${message}`);
    return output as Record<string, unknown>;
  };
  const values = (): Record<string, string> => ({
    "data-bucket-name": "verified-dev-data",
    "data-key-arn": `arn:aws:kms:${region}:${world().hubAccount}:key/data`,
    "domain-id": "d-verified",
    "execution-role-arn": `arn:aws:iam::${world().hubAccount}:role/execution`,
    "model-bucket-name": "verified-dev-models",
    "model-role-arn": `arn:aws:iam::${world().hubAccount}:role/model`,
    "pipeline-role-arn": `arn:aws:iam::${world().hubAccount}:role/pipeline`,
    "s3-endpoint-id": "vpce-0123456789abcdef0",
    "subnet-ids": made.subnet!,
    "volume-key-arn": `arn:aws:kms:${region}:${world().hubAccount}:key/volumes`,
    "vpc-id": made.vpc!,
    "workload-security-group-id": made.group!,
  });
  const resultOf = (id: string) => results.find((result) => result.id === id)!;

  before(async () => {
    client = javascript(world());
    made.vpc = ((await send("ec2:CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc as { VpcId: string }).VpcId;
    const { Subnet } = await send("ec2:CreateSubnet", { VpcId: made.vpc, CidrBlock: "10.0.0.0/24" });
    made.subnet = (Subnet as { SubnetId: string }).SubnetId;
    const group = await send("ec2:CreateSecurityGroup", { VpcId: made.vpc, GroupName: "verified", Description: "verified" });
    made.group = String(group.GroupId);
    const trust = { Effect: "Allow", Principal: { AWS: world().hubAccount }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    for (const [code, RoleName] of Object.entries(roleNames))
      await send("iam:CreateRole", { RoleName, Path: `/cloister/${code}/`, AssumeRolePolicyDocument });
  });
  after(async () => {
    for (const RoleName of Object.values(roleNames)) await send("iam:DeleteRole", { RoleName });
    for (const name of Object.keys(values())) await send("ssm:DeleteParameter", { Name: `/cloister/${environment}/${name}` });
    await send("ec2:DeleteSecurityGroup", { GroupId: made.group });
    await send("ec2:DeleteSubnet", { SubnetId: made.subnet });
    await send("ec2:DeleteVpc", { VpcId: made.vpc });
  });

  it("reports an environment that is not deployed", () =>
    assert.rejects(
      lookupTarget(session(), location),
      /'\/cloister\/verified-dev' in eu-central-1 has no data-bucket-name.*Deploy it: npx cloister up cloister-environment\/verified --world /,
    ));

  it("finds the environment by its published values, and runs every check", async () => {
    for (const [name, Value] of Object.entries(values()))
      await send("ssm:PutParameter", { Name: `/cloister/${environment}/${name}`, Type: "String", Value });
    target = await lookupTarget(session(), location);
    assert.deepEqual(target.values, values());
    assert.equal(target.dataScientistRoleArn, `arn:aws:iam::${world().hubAccount}:role/cloister/euc1/${roleNames["euc1"]}`);
    const aws = openVerifyClient(session(), target, { days: 1 });
    const progress = { ...silent, note: (text: string) => void notes.push(text) };
    results = await verify(assumptions, target, aws, { progress, create: true, isSandbox: true });
    assert.equal(results.length, assumptions.length);
  });

  it("never reports that an assumption holds", () =>
    assert.deepEqual(
      results.filter(({ state }) => state === "holds"),
      [],
    ));

  it("reports what the sandbox does not support as not checkable", () =>
    assert.match(resultOf("iam-evaluation").detail, /^the check cannot run: .*sandbox/i));

  it("reports checks without a call as not checkable, with the next step", () =>
    assert.match(resultOf("monitor-definition-name").detail, /^no such call\. Next: create a monitoring schedule/));

  it("creates a network interface with its tag, and deletes it", async () => {
    assert.match(resultOf("authorized-accounts").detail, /the sandbox answers as assumed \(EC2 rejected account/);
    assert.match(notes.join(), /Deleted network interface eni-/);
    const filters = { Filters: [{ Name: "tag:cloister:verify", Values: [environment] }] };
    assert.deepEqual((await send("ec2:DescribeNetworkInterfaces", filters)).NetworkInterfaces ?? [], []);
    const calls = await control().journal({ service: "ec2", operation: "CreateNetworkInterface" });
    assert.ok(calls.some(({ result, parameters }) => result === "ok" && JSON.stringify(parameters).includes("cloister:verify")));
  });
});
