// Decides with the IAM simulator who reads and writes packages: policies of the bucket, of the access point and of the endpoint.
// The simulator evaluates each of these policies alone, and no network: S3 also rejects requests from outside the VPC.
import assert from "node:assert/strict";
import { accessPointArn, accessPointPolicy, mirrorObjectArns } from "@cloister/components/mirror/s3-front";
import { executionPermissions, taskPermissions } from "@cloister/components/mirror/fargate/task";
import { ownershipOf, s3Policy, sharedS3Policy } from "@cloister/components/network/endpoint-policies";
import { accountBoundary } from "@cloister/components/identity/boundary";
import { type Permission, policyDocumentOf } from "@cloister/components/aws/policy-document";
import { limits } from "@cloister/components/aws/limits";
import { mirrorBucketPolicy } from "@cloister/components/storage/policy";
import { allowAll } from "../../permissions/assemble";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../../permissions/simulator";

const accountId = "111122223333";
const context = { partition: "aws", accountId, region: "eu-central-1" };
const bucketName = "bank-hub-mirror-bucket-0a1b2c3";
const bucketArn = `arn:aws:s3:::${bucketName}`;
const page = `${bucketArn}/simple/six/`;
const publisher = `arn:aws:iam::${accountId}:role/bank/Publisher`;
const roleIn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const named = (name: string, json: string): NamedPolicy => ({ name, policy: JSON.parse(json) as Policy });
const everything = [named("everything", allowAll)];

const repository = `arn:aws:ecr:eu-central-1:${accountId}:repository/cloister-mirror`;
const image = `${accountId}.dkr.ecr.eu-central-1.amazonaws.com/cloister-mirror@sha256:${"0a".repeat(32)}`;
const logGroup = `arn:aws:logs:eu-central-1:${accountId}:log-group:bank-hub-mirror-requests`;
const boundary = named("boundary", policyDocumentOf(accountBoundary(context)));
/** A role of the tasks of the mirror, with the permissions boundary of the hub. */
const taskRole = (name: string, permissions: Permission[]) => ({
  arn: roleIn(accountId, `cloister/eu-central-1/bank-hub/mirror/bank-hub-mirror-${name}-0a1b2c3`),
  identity: [named(name, policyDocumentOf(permissions))],
  boundary,
});

const policySet: PolicySet = {
  accountId,
  accountIds: [accountId],
  region: context.region,
  principals: {
    anonymous: { arn: "anonymous", identity: [] },
    publisher: { arn: publisher, identity: everything },
    deployer: { arn: roleIn(accountId, "Deployer"), identity: everything },
    execution: { arn: roleIn(accountId, "cloister/eu-central-1/fraud-dev/work/fraud-dev-execution-0a1b2c3"), identity: everything },
    "data-scientist": { arn: roleIn(accountId, "cloister/euc1/fraud-dev-data-scientist"), identity: everything },
    server: taskRole("task", taskPermissions(context, bucketName)),
    starter: taskRole("execution", executionPermissions(context, image, logGroup)),
    stranger: { arn: roleIn("999988887777", "Administrator"), identity: everything },
  },
  resources: { [bucketArn]: named("bucket", mirrorBucketPolicy(bucketName, "aws", { accountId, publisherRoleArns: [publisher] })) },
  endpoints: {
    hub: named(
      "hub",
      sharedS3Policy({
        ownership: ownershipOf(context, { accountIds: [], imageAccounts: [] }),
        features: ["registry"],
        region: context.region,
        partition: "aws",
      }),
    ),
    s3: named(
      "endpoint",
      s3Policy({
        ownership: ownershipOf(context, { accountIds: [], imageAccounts: [] }),
        bucketArns: ["arn:aws:s3:::fraud-dev-data"],
        packageArns: mirrorObjectArns(context, "fraud-dev", bucketName),
        features: [],
        region: context.region,
        partition: "aws",
      }),
    ),
  },
};

const through = { "s3:DataAccessPointAccount": accountId, "s3:AccessPointNetworkOrigin": "VPC" };
const unsigned = { "aws:PrincipalAccount": "anonymous" };

interface Row {
  it: string;
  caller: string;
  action?: string;
  resource?: string;
  context?: Record<string, string>;
  /** `true`: the S3 endpoint of an environment; `hub`: of the VPC of the servers. */
  endpoint?: boolean | "hub";
  want: "allowed" | "denied";
}

const writes = ["PutObject", "DeleteObject", "DeleteObjectVersion", "PutObjectTagging", "RestoreObject"];
const rows: Row[] = [
  { it: "pip reads a page through an access point in a VPC", caller: "anonymous", context: through, want: "allowed" },
  {
    it: "pip reads a file through an access point in a VPC",
    caller: "anonymous",
    resource: `${bucketArn}/files/a/six.whl`,
    context: through,
    want: "allowed",
  },
  { it: "pip reads a page without access point", caller: "anonymous", want: "denied" },
  {
    it: "pip reads a page through an access point on the internet",
    caller: "anonymous",
    context: { ...through, "s3:AccessPointNetworkOrigin": "Internet" },
    want: "denied",
  },
  {
    it: "pip reads a page through an access point of another account",
    caller: "anonymous",
    context: { ...through, "s3:DataAccessPointAccount": "999988887777" },
    want: "denied",
  },
  {
    it: "pip reads a page without TLS",
    caller: "anonymous",
    context: { ...through, "aws:SecureTransport": "false" },
    want: "denied",
  },
  {
    it: "anyone lists packages through an access point",
    caller: "anonymous",
    action: "ListBucket",
    resource: bucketArn,
    context: through,
    want: "denied",
  },
  ...["anonymous", "execution", "data-scientist", "deployer", "server", "starter", "stranger"].flatMap((caller) =>
    writes.flatMap((action) =>
      [{}, through].map(
        (given, i): Row => ({
          it: `${caller} calls ${action}${i === 1 ? " through an access point" : ""}`,
          caller,
          action,
          context: given,
          want: "denied",
        }),
      ),
    ),
  ),
  ...["PutObject", "DeleteObject"].map(
    (action): Row => ({ it: `a publisher calls ${action}`, caller: "publisher", action, want: "allowed" }),
  ),
  { it: "a server reads a page", caller: "server", want: "allowed" },
  { it: "a server reads a page through the endpoint of its VPC", caller: "server", endpoint: "hub", want: "allowed" },
  { it: "a server finds out that a page is missing", caller: "server", action: "ListBucket", resource: bucketArn, want: "allowed" },
  { it: "a server reads an object that is no page and no file", caller: "server", resource: `${bucketArn}/notes`, want: "denied" },
  { it: "a server reads another bucket", caller: "server", resource: "arn:aws:s3:::fraud-dev-data/x", want: "denied" },
  {
    it: "a server reads a bucket of another account through the endpoint of its VPC",
    caller: "server",
    resource: "arn:aws:s3:::foreign-bucket/x",
    endpoint: "hub",
    want: "denied",
  },
  { it: "a server changes the policy of the bucket", caller: "server", action: "PutBucketPolicy", resource: bucketArn, want: "denied" },
  { it: "a server pulls images", caller: "server", action: "ecr:BatchGetImage", resource: repository, want: "denied" },
  { it: "a server writes logs", caller: "server", action: "logs:PutLogEvents", resource: `${logGroup}:log-stream:x`, want: "denied" },
  { it: "ECS pulls the image of the servers", caller: "starter", action: "ecr:BatchGetImage", resource: repository, want: "allowed" },
  {
    it: "ECS pulls another image",
    caller: "starter",
    action: "ecr:BatchGetImage",
    resource: repository.replace("cloister-mirror", "other"),
    want: "denied",
  },
  { it: "ECS pushes an image", caller: "starter", action: "ecr:PutImage", resource: repository, want: "denied" },
  {
    it: "ECS writes the request log",
    caller: "starter",
    action: "logs:PutLogEvents",
    resource: `${logGroup}:log-stream:x`,
    want: "allowed",
  },
  {
    it: "ECS writes another log",
    caller: "starter",
    action: "logs:PutLogEvents",
    resource: `${logGroup}-2:log-stream:x`,
    want: "denied",
  },
  { it: "ECS reads packages with the role that starts tasks", caller: "starter", want: "denied" },
  {
    it: "pip reads a page through the endpoint of the environment",
    caller: "anonymous",
    context: { ...through, ...unsigned },
    endpoint: true,
    want: "allowed",
  },
  {
    it: "a stranger reads a page through the endpoint, and so records its name in another account",
    caller: "stranger",
    context: through,
    endpoint: true,
    want: "denied",
  },
  {
    it: "a publisher writes through the endpoint of the environment",
    caller: "publisher",
    action: "PutObject",
    endpoint: true,
    want: "denied",
  },
  {
    it: "anyone reads another bucket without signature through the endpoint",
    caller: "anonymous",
    resource: "arn:aws:s3:::foreign-bucket/x",
    context: unsigned,
    endpoint: true,
    want: "denied",
  },
];

describe("permissions for packages", () => {
  for (const { it: title, caller, action = "GetObject", resource = page, context: given, endpoint, want } of rows)
    it(`${title}: ${want}`, async () => {
      const name = action.includes(":") ? action : `s3:${action}`;
      const through = endpoint && { through: endpoint === "hub" ? "hub" : "s3" };
      const request = { caller, action: name, resource, ...(given && { context: given }), ...through };
      const owner = resource.includes("foreign") ? { owner: "999988887777" } : {};
      assert.equal((await decide(policySet, { ...request, ...owner })).result, want);
    });

  it("allow the access point to read packages, and nothing else", () => {
    const { Statement } = JSON.parse(accessPointPolicy(context, "fraud-dev")) as Policy;
    const arn = accessPointArn(context, "fraud-dev");
    assert.deepEqual(
      Statement.map(({ Effect, Action, Resource }) => [Effect, Action, Resource]),
      [["Allow", "s3:GetObject", [`${arn}/object/simple/*`, `${arn}/object/files/*`]]],
    );
  });

  it("have a bucket policy that fits with as many publishers as the setting allows", () => {
    const publisherRoleArns = Array.from({ length: 20 }, (_, i) => roleIn(accountId, `${"p".repeat(400)}/Publisher${i}`));
    const policy = mirrorBucketPolicy("b".repeat(63), "aws", { accountId, publisherRoleArns });
    assert.ok(policy.length < limits.bucketPolicy.value, `${policy.length} characters`);
  });
});
