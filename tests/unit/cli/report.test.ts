import * as assert from "node:assert/strict";
import { type StateResource } from "@cloister/cli";
import { diagramOf, reportPage, type ReportStack } from "@cloister/cli/testing";

// Renders the page and its diagram from invented states. Not proven: that the diagram is easy to read; open cloister.html.

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
    outcome: { policies: ["kms-key-rotation"], violations: [], seconds: 3 },
  };
  const hub: ReportStack = {
    id: "cloister-core/hub",
    project: "cloister-core",
    stack: "hub",
    reads: [],
    resources: [resource("aws:sns/topic:Topic", "alerts", "t-1", {}, { arn: "arn:aws:sns:eu-central-1:111122223333:alerts" })],
  };
  const input = { title: "Cloister", location: "nowhere", stacks: [hub, team], createdAt: new Date(0) };

  it("lists every resource and escapes names", async () => {
    const page = await reportPage(input);
    for (const { id } of [...hub.resources, ...team.resources]) assert.ok(page.includes(`<td>${id}</td>`), id);
    assert.ok(page.includes("odd &quot;&lt;name&gt;&quot;"));
    assert.match(page, /<text [^>]*>data &amp; &lt;models&gt;<\/text>/);
    assert.match(page, /7 AWS resources in 2 stacks/);
  });

  it("shows no secret from a resource that is listed only in the tables", async () => {
    assert.doesNotMatch(await reportPage(input), /hunter2|4dabf18193072939515e22adb298388d/);
  });

  it("references no other file", async () => {
    assert.doesNotMatch(
      (await reportPage(input)).replace(/xmlns(:xlink)?="[^"]*"/g, "").replace(/<!DOCTYPE[^>]*>/g, ""),
      /<script|<link|src=|https?:/,
    );
  });

  it("is the same page for the same states", async () => assert.equal(await reportPage(input), await reportPage(input)));

  it("draws accounts, the VPC, the KMS key of a bucket, and the outputs that a stack reads", () => {
    const graph = diagramOf([hub, team]);
    assert.match(graph, /account 111122223333/);
    assert.match(graph, /VPC vpc-1/);
    assert.match(graph, /Bucket::data" -> .*Key::data-key"/);
    assert.match(graph, /ltail="cluster cloister-core\/hub"/);
  });

  it("draws a stack without resources", async () => {
    assert.match(await reportPage({ ...input, stacks: [{ ...hub, resources: [] }] }), /: 0 resources/);
    assert.match(await reportPage({ ...input, stacks: [] }), /0 AWS resources in 0 stacks/);
  });

  it("lists components but counts only AWS resources, in total and per stack", async () => {
    const grouped = [
      { urn: urn("pulumi:pulumi:Stack", "stack"), type: "pulumi:pulumi:Stack", custom: false },
      { urn: urn("cloister:network:ClosedVpc", "net"), type: "cloister:network:ClosedVpc", custom: false, id: "never" },
      resource("pulumi:providers:aws", "default", "provider-id"),
      ...hub.resources,
    ];
    const page = await reportPage({ ...input, stacks: [{ ...hub, resources: grouped }] });
    assert.match(page, /: 1 AWS resource in 1 stack\./);
    assert.match(page, /cloister-core\/hub: 1 resource</);
    assert.match(page, /<td>net<\/td><td>cloister:network:ClosedVpc<\/td><td>component<\/td>/);
    assert.doesNotMatch(page, /provider-id|pulumi:pulumi:Stack/);
  });

  it("shows the policies that evaluated a stack and their violations, and escapes messages", async () => {
    const violations = [
      { policy: "s3-tls-only", level: "advisory", urn: urn("aws:s3/bucket:Bucket", "data"), message: 'allow <only> "TLS"' },
      { policy: "account-wide", level: "advisory", urn: "", message: "of the stack" },
    ];
    const page = await reportPage({
      ...input,
      stacks: [{ ...team, outcome: { policies: ["kms-key-rotation", "s3-tls-only"], violations, seconds: 3 } }],
    });
    assert.match(page, /2 policies evaluated, 2 warnings/);
    assert.match(page, /<p>kms-key-rotation, s3-tls-only<\/p>/);
    assert.match(page, /<li class="bad">s3-tls-only: data: allow &lt;only&gt; &quot;TLS&quot;<\/li>/);
    assert.match(page, /<li class="bad">account-wide: of the stack<\/li>/);
    assert.match(await reportPage(input), /1 policy evaluated, no violations/);
  });

  it("shows no secret from a resource in the diagram", async () => {
    const drawn = [
      resource("aws:kms/key:Key", "key", "k-2", { description: secret }, { arn: secret, ownerId: secret }),
      resource("aws:sagemaker/domain:Domain", "domain", "d-1", { kmsKeyId: secret, subnetIds: secret }, { vpcId: secret }),
      resource("aws:ssm/parameter:Parameter", "value", "p-2", { name: secret, value: secret }),
    ];
    const page = await reportPage({ ...input, stacks: [{ ...team, resources: drawn }] });
    assert.doesNotMatch(page, /hunter2|4dabf18193072939515e22adb298388d|\[object/);
    assert.match(page, /<td>k-2<\/td>/);
  });

  describe("diagram", () => {
    const only = (...resources: StateResource[]) => diagramOf([{ ...team, reads: [], resources }]);
    /** Edges as pairs of node names, without attributes. */
    const edges = (graph: string) =>
      [...graph.matchAll(/^"(.*)" -> "([^"]*)"/gm)]
        .map(([, from, to]) => `${from!.split("::").at(-1)} -> ${to!.split("::").at(-1)}`)
        .sort();
    const nodesOf = (graph: string, label: string) => graph.split("\n").filter((line) => line.includes(`<b>${label}</b>`));

    it("draws a resource without an account in the account of its provider, else in the default account of the stack", () => {
      const provider = resource("pulumi:providers:aws", "target", "id-1", { allowedAccountIds: '["777788889999"]' });
      const elsewhere = { ...resource("aws:s3/bucket:Bucket", "theirs", "theirs"), provider: `${provider.urn}::id-1` };
      const graph = only(
        provider,
        { ...hub.resources[0]!, outputs: { arn: "arn:aws:sns:eu-central-1:777788889999:x" }, provider: `${provider.urn}::id-1` },
        elsewhere,
        resource("aws:s3/bucket:Bucket", "ours", "ours"),
        resource("aws:sns/topic:Topic", "alerts", "t", {}, { arn: "arn:aws:sns:eu-central-1:111122223333:alerts" }),
        resource("aws:ec2/subnet:Subnet", "shared", "s", {}, { ownerId: "222233334444" }),
      );
      const accountOf = (name: string) => /.*account (\w+)/s.exec(graph.slice(0, graph.indexOf(`<br/>${name}`)))?.[1];
      assert.deepEqual(["theirs", "ours", "alerts", "shared"].map(accountOf), [
        "777788889999",
        "111122223333",
        "111122223333",
        "222233334444",
      ]);
      // A provider that is limited to the default account does not hide that account.
      const alsoHome = resource("pulumi:providers:aws", "same", "id-2", { allowedAccountIds: ["111122223333"] });
      assert.doesNotMatch(only(alsoHome, ...hub.resources, resource("aws:s3/bucket:Bucket", "ours", "ours")), /account unknown/);
      assert.match(only(resource("aws:s3/bucket:Bucket", "ours", "ours")), /account unknown/);
      const bound = { ...resource("aws:s3/bucket:Bucket", "ours", "ours"), provider: `${alsoHome.urn}::id-2` };
      assert.match(only(alsoHome, bound), /account 111122223333/);
    });

    it("connects the Studio domain with its subnets, security group, role and key, and a profile with the domain", () => {
      const key = resource("aws:kms/key:Key", "key", "k", {}, { arn: "arn:aws:kms:eu-central-1:111122223333:key/k" });
      const role = resource("aws:iam/role:Role", "role", "r", {}, { arn: "arn:aws:iam::111122223333:role/r" });
      const domain = resource("aws:sagemaker/domain:Domain", "domain", "d", {
        kmsKeyId: key.outputs!.arn,
        subnetIds: ["subnet-1", "subnet-gone"],
        defaultUserSettings: { executionRole: role.outputs!.arn, securityGroups: ["sg-1"] },
      });
      const graph = only(
        domain,
        key,
        role,
        resource("aws:ec2/subnet:Subnet", "subnet", "subnet-1"),
        resource("aws:ec2/securityGroup:SecurityGroup", "group", "sg-1"),
        resource("aws:sagemaker/userProfile:UserProfile", "profile", "p", { domainId: "d" }),
      );
      assert.deepEqual(edges(graph), ["domain -> group", "domain -> key", "domain -> role", "domain -> subnet", "profile -> domain"]);
    });

    it("lists the endpoints in each VPC in one node, with one edge to each subnet", () => {
      const endpoint = (service: string, vpcId: string, inputs: object) =>
        resource(
          "aws:ec2/vpcEndpoint:VpcEndpoint",
          `${service}-${vpcId}`,
          `${service}-${vpcId}`,
          { serviceName: `com.amazonaws.eu-central-1.${service}`, ...inputs },
          { vpcId },
        );
      const inSubnet = { vpcEndpointType: "Interface", subnetIds: ["subnet-1"] };
      const graph = only(
        endpoint("sts", "vpc-1", inSubnet),
        endpoint("kms", "vpc-1", inSubnet),
        endpoint("s3", "vpc-1", {}),
        endpoint("logs", "vpc-2", inSubnet),
        resource("aws:ec2/subnet:Subnet", "subnet", "subnet-1", {}, { vpcId: "vpc-1" }),
      );
      const listed = nodesOf(graph, "endpoints").map((node) => [...node.matchAll(/point-size="8">([^<]*)/g)].map(([, name]) => name));
      assert.deepEqual(listed, [["kms", "s3 (gateway)", "sts"], ["logs"]]);
      assert.equal(edges(graph).length, 2);
    });

    it("removes the common name prefix in an account from the nodes and shows the prefix once", () => {
      const graph = only(
        resource("aws:s3/bucket:Bucket", "fraud-dev-data", "b-1"),
        resource("aws:s3/bucket:Bucket", "fraud-dev-databases", "b-2"),
      );
      assert.match(graph, /account unknown<br\/><font [^>]*>fraud-dev-…/);
      assert.deepEqual(
        nodesOf(graph, "bucket").map((node) => /<br\/>([^<>]*)>/.exec(node)?.[1]),
        ["data", "databases"],
      );
      assert.match(only(resource("aws:s3/bucket:Bucket", "fraud-dev-data", "b-1")), /<br\/>fraud-dev-data>/);
      assert.match(only(resource("aws:s3/bucket:Bucket", "data", "b-1"), resource("aws:s3/bucket:Bucket", "data2", "b-2")), /<br\/>data2>/);
    });

    it("ignores edges between stacks in the layout, for example from a role to the permissions boundary in the hub", () => {
      const boundary = resource("aws:iam/policy:Policy", "boundary", "b", {}, { arn: "arn:aws:iam::111122223333:policy/b" });
      const role = resource("aws:iam/role:Role", "role", "r", { permissionsBoundary: boundary.outputs!.arn });
      const graph = diagramOf([
        { ...hub, resources: [boundary] },
        { ...team, resources: [role] },
      ]);
      assert.match(graph, /::role" -> ".*::boundary" \[constraint=false\]/);
      assert.match(only(boundary, role), /::role" -> ".*::boundary";/);
    });
  });
});
