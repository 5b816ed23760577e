import * as assert from "node:assert/strict";
import { graphOf, report, type ReportStack } from "@cloister/cli/report";
import { type StateResource } from "@cloister/cli/deploy";

// The page and its picture from made-up states. It does not prove that the picture is pleasant: look at cloister.html.

describe("report", () => {
  const urn = (type: string, name: string) => `urn:pulumi:dev::cloister-environment::${type}::${name}`;
  const resource = (type: string, name: string, id: string, inputs: object = {}, outputs: object = {}): StateResource => ({
    urn: urn(type, name),
    type,
    id,
    custom: true,
    inputs: inputs as Record<string, unknown>,
    outputs: outputs as Record<string, unknown>,
  });
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "hunter2" };
  const team: ReportStack = {
    id: "cloister-environment/dev",
    project: "cloister-environment",
    stack: "dev",
    reads: ["cloister-core/hub"],
    resources: [
      resource(
        "aws:kms/key:Key",
        "data-key",
        "k-1",
        { description: "data & <models>" },
        { arn: "arn:aws:kms:eu-central-1:111122223333:key/k-1" },
      ),
      resource("aws:s3/bucket:Bucket", "data", "bucket-1", {}, { arn: "arn:aws:s3:::bucket-1" }),
      resource("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "data-encryption", "bucket-1", {
        bucket: "bucket-1",
        rules: [{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: "arn:aws:kms:eu-central-1:111122223333:key/k-1" } }],
      }),
      resource(
        "aws:ec2/subnet:Subnet",
        "subnet-a",
        "subnet-1",
        {},
        { vpcId: "vpc-1", arn: "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1" },
      ),
      resource("aws:ec2/vpcEndpoint:VpcEndpoint", "sts", "vpce-1", { serviceName: "com.amazonaws.eu-central-1.sts" }, { vpcId: "vpc-1" }),
      resource("aws:ssm/parameter:Parameter", 'odd "<name>"', "p-1", { value: secret }, { value: secret }),
    ],
    outcome: { guardrails: ["kms-key-rotation"], violations: [], seconds: 3 },
  };
  const hub: ReportStack = {
    id: "cloister-core/hub",
    project: "cloister-core",
    stack: "hub",
    reads: [],
    resources: [resource("aws:sns/topic:Topic", "alerts", "t-1", {}, { arn: "arn:aws:sns:eu-central-1:111122223333:alerts" })],
  };
  const input = { title: "Cloister", where: "nowhere", stacks: [hub, team], madeAt: new Date(0) };

  it("lists every resource, escaped", async () => {
    const page = await report(input);
    for (const { id } of [...hub.resources, ...team.resources]) assert.ok(page.includes(`<td>${id}</td>`), id);
    assert.ok(page.includes("odd &quot;&lt;name&gt;&quot;"));
    assert.ok(!page.includes("<models>"));
    assert.match(page, /7 resources of AWS in 2 stacks/);
  });

  it("shows no value of a resource that is not drawn, so no secret", async () => {
    assert.doesNotMatch(await report(input), /hunter2|4dabf18193072939515e22adb298388d/);
  });

  it("loads nothing from elsewhere", async () => {
    assert.doesNotMatch(
      (await report(input)).replace(/xmlns(:xlink)?="[^"]*"/g, "").replace(/<!DOCTYPE[^>]*>/g, ""),
      /<script|<link|src=|https?:/,
    );
  });

  it("is the same for the same states", async () => assert.equal(await report(input), await report(input)));

  it("draws accounts, the VPC, what encrypts a bucket, and what a stack reads", () => {
    const graph = graphOf([hub, team]);
    assert.match(graph, /account 111122223333/);
    assert.match(graph, /closed VPC vpc-1/);
    assert.match(graph, /Bucket::data" -> .*Key::data-key"/);
    assert.match(graph, /ltail="cluster cloister-core\/hub"/);
  });

  it("draws a stack without resources", async () =>
    assert.match(await report({ ...input, stacks: [{ ...hub, resources: [] }] }), /0 resources/));
});
