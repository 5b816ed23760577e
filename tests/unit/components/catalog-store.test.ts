// Decides which principals write versions of the environment product. Does not prove how AWS sets `aws:PrincipalArn`.
import assert from "node:assert/strict";
import { versionBucketPolicy } from "@cloister/components/storage/policy";
import { decide, type Policy, type PolicySet } from "../../permissions/simulator";

const accountId = "111122223333";
const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const bucket = "arn:aws:s3:::hub-engine-artifacts-bucket-0a1b2c3";
const everything: Policy = { Version: "2012-10-17", Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }] };

/** Each of these principals has all permissions in IAM. */
const principals = {
  deployer: role("platform/Deployer"),
  publisher: role("platform/Publisher"),
  administrator: role("Administrator"),
  execution: role("cloister/eu-central-1/fraud-dev/work/fraud-dev-execution-0a1b2c3"),
  "data scientist": role("cloister/euc1/fraud-dev-data-scientist-0a1b2c3"),
  runner: role("cloister/eu-central-1/hub/engine/hub-engine-runner-0a1b2c3"),
  "launch role": role("hub-environment-launch"),
};
type Caller = keyof typeof principals;
const deniedRoles = [role("cloister/*"), role("hub-environment-launch")];

const policiesWith = (publisherArns: string[]): PolicySet => ({
  accountId,
  accountIds: [accountId],
  region: "eu-central-1",
  principals: Object.fromEntries(
    Object.entries(principals).map(([name, arn]) => [name, { arn, identity: [{ name: "everything", policy: everything }] }]),
  ),
  resources: {
    [bucket]: {
      name: "policy of the bucket",
      policy: JSON.parse(versionBucketPolicy(bucket.split(":::")[1]!, "aws", { publisherArns, deniedRoles })) as Policy,
    },
  },
  endpoints: {},
});

const writes: [action: string, resource: string][] = [
  ["s3:PutObject", `${bucket}/versions/0a.tar.gz`],
  ["s3:PutObjectTagging", `${bucket}/versions/0a.tar.gz`],
  ["s3:DeleteObject", `${bucket}/versions/0a.tar.gz`],
  ["s3:DeleteObjectVersion", `${bucket}/versions/0a.tar.gz`],
  ["s3:AbortMultipartUpload", `${bucket}/versions/0a.tar.gz`],
];
const reads: [action: string, resource: string][] = [
  ["s3:GetObject", `${bucket}/versions/0a.tar.gz`],
  ["s3:ListBucket", bucket],
];
const ofCloister: Caller[] = ["execution", "data scientist", "runner", "launch role"];
const everyone = Object.keys(principals) as Caller[];

describe("versions of the environment product", () => {
  const check = async (publishers: string[], callers: Caller[], calls: typeof writes, want: "allowed" | "denied") => {
    for (const caller of callers)
      for (const [action, resource] of calls) {
        const { result } = await decide(policiesWith(publishers), { caller, action, resource, context: { "aws:SecureTransport": "true" } });
        assert.equal(result, want, `${caller} ${action}`);
      }
  };
  const publishers = [principals.deployer, principals.publisher];

  it("are written by every principal with permissions, except roles of Cloister", async () => {
    await check([], ["deployer", "publisher", "administrator"], writes, "allowed");
    await check([], ofCloister, writes, "denied");
  });

  it("are written only by publishers, if the settings name them", async () => {
    await check(publishers, ["deployer", "publisher"], writes, "allowed");
    await check(publishers, ["administrator", ...ofCloister], writes, "denied");
  });

  it("are never written by a role of Cloister, also if the settings name it", () =>
    check([principals.execution, principals["launch role"]], ["execution", "launch role"], writes, "denied"));

  it("are read by principals with permissions, and administrators can repair the policy", async () => {
    await check(publishers, everyone, reads, "allowed");
    await check(publishers, ["administrator"], [["s3:PutBucketPolicy", bucket]], "allowed");
  });

  it("have no pattern as a publisher", () =>
    assert.throws(() => policiesWith([role("*")]), /is not the ARN of a role or user\. It must be exact, without wildcards/));
});
