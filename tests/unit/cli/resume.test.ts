// Tests how the runner finds resources of an earlier build. Stand-ins replace the engine and AWS; tests/faults runs both.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import * as zlib from "node:zlib";
import {
  type Deployment,
  importId,
  isNewKey,
  isRepeatable,
  resume,
  type ResumeTools,
  type Search,
  searchedTypes,
  searchIn,
  typesWithoutSearch,
} from "@cloister/cli/testing";
import { recordingOf } from "../../programs/wiring/resources";

type Resource = NonNullable<Deployment["resources"]>[number];

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const tracer = { "cloister:provisioned-product": "pp-1", "cloister:environment": "fraud-dev" };
const urnOf = (type: string, name: string) => `urn:pulumi:s::cloister-environment::${type}::${name}`;

const resourceOf = (type: string, name: string, inputs: Record<string, unknown> = {}): Resource => ({
  urn: urnOf(type, name),
  type,
  custom: true,
  inputs,
});
const logGroup = resourceOf("aws:cloudwatch/logGroup:LogGroup", "calls", { name: "/aws/events/calls" });
const vpc = resourceOf("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/20" });
const product = resourceOf("aws:servicecatalog/product:Product", "notebook", { name: "notebook" });

/** A stack, and AWS with the resources in `exist`: tags by ID. */
class FakeStack {
  readonly calls: string[] = [];
  readonly logs: string[] = [];
  readError: Error | undefined;
  isInterrupted = false;
  /** The call at which the build is killed. */
  killedAt: string | undefined;

  constructor(
    public state: Deployment,
    private readonly exist: Record<string, Record<string, string>> = {},
  ) {}

  private call(name: string): void {
    this.calls.push(name);
    if (name === this.killedAt) throw new Error("killed");
  }

  run(search: (type: string) => Search = () => "unknown"): Promise<string[]> {
    const stack = {
      exportStack: () => Promise.resolve({ version: 3, deployment: structuredClone(this.state) }),
      importStack: async ({ deployment }: { deployment: unknown }) => {
        await Promise.resolve();
        // As Pulumi does.
        this.state = { ...(deployment as Deployment), pending_operations: [] };
        this.call("import");
      },
    } as unknown as ResumeTools["stack"];
    return resume({
      stack,
      read: async ({ version, deployment }, urns) => {
        await Promise.resolve();
        this.call(`read ${urns.map((urn) => urn.split("::").at(-1)).join(" ")}`);
        if (this.readError) throw this.readError;
        const state = structuredClone(deployment as Deployment);
        const read = (resource: Resource) =>
          Object.hasOwn(this.exist, resource.id!) ? [{ ...resource, outputs: { tagsAll: this.exist[resource.id!]! } }] : [];
        const resources = state.resources!.flatMap((resource) => (urns.includes(resource.urn) ? read(resource) : [resource]));
        return { version, deployment: { ...state, resources } };
      },
      context,
      provisionedProductId: "pp-1",
      environment: "fraud-dev",
      search: (type) => Promise.resolve().then(() => search(type)),
      log: (text) => this.logs.push(text),
      isInterrupted: () => this.isInterrupted,
    });
  }

  get ids() {
    return this.state.resources!.map(({ urn, id }) => `${urn.split("::").at(-1)} ${id}`);
  }
}

const creating = (...resources: Resource[]): Deployment => ({
  resources: [],
  pending_operations: resources.map((resource) => ({ type: "creating", resource })),
});

describe("resources of an earlier build", () => {
  it("change nothing if the build recorded all of them", async () => {
    const stack = new FakeStack({
      resources: [{ ...vpc, id: "vpc-1", outputs: {} }],
      pending_operations: [{ type: "updating", resource: vpc }],
    });
    assert.deepEqual(await stack.run(), []);
    assert.deepEqual(stack.calls, []);
  });

  it("are found by name and by search, and their creation is not pending any more", async () => {
    const stack = new FakeStack(creating(logGroup, vpc), { "/aws/events/calls": tracer, "vpc-1": tracer });
    assert.deepEqual(await stack.run(() => ({ id: "vpc-1" })), []);
    assert.deepEqual(stack.ids, ["calls /aws/events/calls", "vpc vpc-1"]);
    assert.deepEqual(stack.state.pending_operations, []);
    assert.deepEqual(stack.calls, ["read calls vpc", "import"]);
    assert.deepEqual(stack.logs, ["Found resources that an earlier build created: LogGroup calls, Vpc vpc."]);
  });

  it("are created again if they do not exist", async () => {
    const stack = new FakeStack(creating(logGroup, vpc));
    assert.deepEqual(await stack.run(() => "none"), []);
    assert.deepEqual([stack.ids, stack.state.pending_operations], [[], []]);
  });

  for (const [what, tags] of [
    ["another provisioned product", { ...tracer, "cloister:provisioned-product": "pp-2" }],
    ["another environment", { ...tracer, "cloister:environment": "risk-dev" }],
    ["no environment", { "cloister:provisioned-product": "pp-1" }],
    ["no provisioned product", {}],
  ] as const)
    it(`are not taken from ${what}`, async () => {
      const stack = new FakeStack(creating(logGroup), { "/aws/events/calls": tags });
      assert.deepEqual(await stack.run(), []);
      assert.deepEqual([stack.ids, stack.state.pending_operations], [[], []]);
    });

  it("are named if they cannot be found, in each run until another one is found", async () => {
    const stack = new FakeStack(creating(product));
    assert.deepEqual(await stack.run(), ["Product notebook"]);
    assert.deepEqual(await stack.run(), ["Product notebook"]);
    const both = new FakeStack(creating(product, logGroup), { "/aws/events/calls": tracer });
    assert.deepEqual(await both.run(), ["Product notebook"]);
    assert.deepEqual(both.ids, ["calls /aws/events/calls"]);
    assert.deepEqual(await both.run(), []);
  });

  it("are named if AWS rejects the search, and the others are found", async () => {
    const stack = new FakeStack(creating(vpc, logGroup), { "/aws/events/calls": tracer });
    const denied = () => {
      throw new Error("AccessDenied");
    };
    assert.deepEqual(await stack.run(denied), ["Vpc vpc"]);
    assert.deepEqual(stack.ids, ["calls /aws/events/calls"]);
    assert.equal(stack.logs[0], "Cannot search for resources of type aws:ec2/vpc:Vpc: AccessDenied");
  });

  it("replace a resource that was deleted before its replacement, and not one that still exists", async () => {
    const old = { ...logGroup, id: "old", outputs: {} };
    const replaced = new FakeStack(
      { ...creating(logGroup), resources: [{ ...old, pendingReplacement: true }] },
      { "/aws/events/calls": tracer },
    );
    assert.deepEqual(await replaced.run(), []);
    assert.deepEqual(replaced.ids, ["calls /aws/events/calls"]);
    const existing = new FakeStack({ ...creating(logGroup), resources: [old] });
    assert.deepEqual(await existing.run(), ["LogGroup calls"]);
    assert.deepEqual(existing.ids, ["calls old"]);
  });

  it("are named if they cannot be read, and the state stays as it is", async () => {
    const before = creating(logGroup);
    const stack = new FakeStack(before, { "/aws/events/calls": tracer });
    stack.readError = new Error("AccessDenied");
    assert.deepEqual(await stack.run(), ["LogGroup calls"]);
    assert.deepEqual(stack.state, before);
    const interrupted = new FakeStack(creating(logGroup));
    interrupted.readError = stack.readError;
    interrupted.isInterrupted = true;
    await assert.rejects(interrupted.run(), /AccessDenied/);
  });

  describe("of which another principal created one", () => {
    const planted = { ...tracer, "cloister:environment": "risk-dev" };
    const exist = { "/aws/events/calls": planted, "vpc-1": tracer, "zone-1": {} };
    const list = resourceOf("aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", "list", { name: "l", tags: tracer });
    const found = (type: string): Search => ({ id: type.includes("Vpc") ? "vpc-1" : "zone-1" });
    const killed = async (at: string | undefined) => {
      const stack = new FakeStack(creating(logGroup, vpc, list), exist);
      stack.killedAt = at;
      stack.isInterrupted = at !== undefined;
      const run = stack.run(found);
      if (at === undefined) assert.deepEqual(await run, ["ResolverFirewallDomainList list"]);
      else await assert.rejects(run, /killed/);
      return stack;
    };

    it("are added without it, and it is named if a search found it", async () => {
      const stack = await killed(undefined);
      assert.deepEqual(stack.ids, ["vpc vpc-1"]);
      assert.deepEqual(stack.logs, ["Found resources that an earlier build created: Vpc vpc."]);
    });

    it("leave the state as it is if the build is killed while it reads them", async () => {
      const stack = await killed("read calls vpc list");
      assert.deepEqual(stack.state, creating(logGroup, vpc, list));
    });

    for (const at of ["read calls vpc list", "import"])
      it(`are never added with it if the build is killed at: ${at}`, async () => {
        const stack = await killed(at);
        stack.killedAt = undefined;
        await stack.run(found);
        assert.deepEqual(stack.ids, ["vpc vpc-1"]);
      });
  });
});

describe("import IDs", () => {
  const file = path.join(__dirname, "..", "..", "engine", "recorded", "organization.json.gz");
  const recorded = JSON.parse(zlib.gunzipSync(fs.readFileSync(file)).toString()) as Record<string, string>;
  const checkpoint = JSON.parse(recorded["stacks/.pulumi/stacks/cloister-environment/fraud-dev.json"]!) as {
    checkpoint: { latest: { resources: Resource[] } };
  };
  const { resources } = checkpoint.checkpoint.latest;
  /** Types whose import ID differs from the ID in the state. */
  const others = /eventTarget|logMetricFilter|rolePolicyAttachment|ec2\/route/;

  it("are those that the provider has in the state of an environment", () => {
    const compared = resources.flatMap(({ type, id, inputs }) => {
      const derived = others.test(type) ? undefined : importId(type, inputs ?? {}, context);
      return derived === undefined ? [] : [{ type, id, derived }];
    });
    assert.deepEqual(
      compared.filter(({ id, derived }) => id !== derived),
      [],
    );
    assert.ok(new Set(compared.map(({ type }) => type)).size >= 25, `${compared.length} resources`);
  });

  for (const [type, inputs, id] of [
    ["aws:cloudwatch/eventTarget:EventTarget", { rule: "calls", targetId: "log" }, "calls/log"],
    ["aws:cloudwatch/logMetricFilter:LogMetricFilter", { logGroupName: "/aws/calls", name: "denied" }, "/aws/calls:denied"],
    ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }, "rtb-1_0.0.0.0/0"],
    ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn: "arn:aws:iam::1:policy/p" }, "r/arn:aws:iam::1:policy/p"],
  ] as const)
    it(`have the form of the provider for ${type}`, () => assert.equal(importId(type, inputs, context), id));

  it("do not follow from inputs that are missing or not known", () => {
    assert.equal(importId("aws:s3/bucket:Bucket", {}, context), undefined);
    assert.equal(importId("aws:iam/rolePolicy:RolePolicy", { role: "r" }, context), undefined);
    assert.equal(importId("aws:ec2/vpc:Vpc", {}, context), undefined);
  });

  it("or a search exist for every type of an environment, except those of products and mirrors", () => {
    const kindOf = (text: string) => /[^:]+$/.exec(text)![0];
    const supported = new Set([...typesWithoutSearch, ...searchedTypes].map(kindOf));
    const titles = Object.values(recordingOf("cloister-environment")).flatMap((recording) => Object.entries(recording));
    // A component has only a parent. A stash of Pulumi does not exist in AWS.
    const kinds = titles.flatMap(([title, properties]) =>
      title === "outputs" || Object.keys(properties).every((key) => key === "(parent)") ? [] : title.split(" ")[0]!,
    );
    assert.ok(isRepeatable("pulumi:index:Stash"));
    const left = [...new Set(kinds)].filter((kind) => !supported.has(kind) && kind !== "Stash");
    assert.deepEqual(left.sort(), ["Constraint", "Portfolio", "Product", "ProvisioningArtifact", "Record", "Zone"]);
  });
});

describe("search for resources of a provisioned product", () => {
  let server: http.Server | undefined;
  afterEach(() => server?.closeAllConnections());
  afterEach(() => server?.close());

  /** Answers of EC2, one for each request. The last answer is repeated. */
  async function searchWith(...answers: string[]) {
    const requests: string[] = [];
    server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        requests.push(body);
        response.setHeader("Content-Type", "text/xml");
        response.end(answers.length > 1 ? answers.shift() : answers[0]);
      });
    });
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.AWS_ENDPOINT_URL = endpoint;
    const credentials = () =>
      Promise.resolve({ accessKeyId: "a", secretAccessKey: "b", sessionToken: "c", expiration: new Date(Date.now() + 3_600_000) });
    const session = { env: {}, credentials };
    const options = { session, region: "eu-central-1", provisionedProductId: "pp-1", environment: "fraud-dev", accountId: "111122223333" };
    return { requests, search: searchIn({ ...options, pollMs: 1 }) };
  }
  const before = process.env.AWS_ENDPOINT_URL;
  afterEach(() => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = before;
  });

  const tagSet = (environment: string) => `<tagSet><item><key>cloister:environment</key><value>${environment}</value></item></tagSet>`;
  const gateway = (id: string, state: string, subnet = "subnet-1", tags = tagSet("fraud-dev")) =>
    `<item><natGatewayId>${id}</natGatewayId><state>${state}</state><subnetId>${subnet}</subnetId>${tags}</item>`;
  const gateways = (...items: string[]) =>
    `<DescribeNatGatewaysResponse><natGatewaySet>${items.join("")}</natGatewaySet></DescribeNatGatewaysResponse>`;
  const type = "aws:ec2/natGateway:NatGateway";
  const inputs = { subnetId: "subnet-1" };

  it("filters by the tag of the product", async () => {
    const { requests, search } = await searchWith(gateways(gateway("nat-1", "available")));
    assert.deepEqual(await search(type, inputs, new Set()), { id: "nat-1" });
    assert.match(decodeURIComponent(requests[0]!), /Filter\.1\.Name=tag:cloister:provisioned-product&Filter\.1\.Value\.1=pp-1/);
  });

  for (const [what, answer, known, want] of [
    ["a resource in the state", gateways(gateway("nat-1", "available")), ["nat-1"], "none"],
    ["a deleted resource", gateways(gateway("nat-1", "deleted")), [], "none"],
    ["a resource with other inputs", gateways(gateway("nat-1", "available", "subnet-2")), [], "none"],
    ["two resources", gateways(gateway("nat-1", "available"), gateway("nat-2", "available")), [], "unknown"],
    ["a resource of another environment", gateways(gateway("nat-1", "available", "subnet-1", tagSet("risk-dev"))), [], "unknown"],
    ["a resource without environment", gateways(gateway("nat-1", "available", "subnet-1", "")), [], "unknown"],
  ] as const)
    it(`does not find ${what}`, async () => {
      const { search } = await searchWith(answer);
      assert.equal(await search(type, inputs, new Set<string>(known)), want);
    });

  it("finds the resource of the environment next to a resource of another principal", async () => {
    const { search } = await searchWith(gateways(gateway("nat-1", "available", "subnet-1", ""), gateway("nat-2", "available")));
    assert.deepEqual(await search(type, inputs, new Set()), { id: "nat-2" });
  });

  it("waits until AWS has created the resource", async () => {
    const { requests, search } = await searchWith(gateways(gateway("nat-1", "pending")), gateways(gateway("nat-1", "available")));
    assert.deepEqual(await search(type, inputs, new Set()), { id: "nat-1" });
    assert.equal(requests.length, 2);
  });

  describe("finds a key", () => {
    const policy = '{"Statement":[]}';
    const tagsOf = (environment: string) =>
      Object.entries({ ...tracer, "cloister:environment": environment }).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
    const metadata = { KeyId: "k-1", Description: "data", AWSAccountId: "111122223333", KeyManager: "CUSTOMER", Origin: "AWS_KMS" };
    const described = { ...metadata, KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT", KeyState: "Enabled" };
    for (const [what, environment, grants, want] of [
      ["that a deployment created", "fraud-dev", [], { id: "k-1" }],
      ["with a grant only as unknown", "fraud-dev", [{ GrantId: "g-1" }], "unknown"],
      ["of another environment only as unknown", "risk-dev", [], "unknown"],
    ] as const)
      it(what, async () => {
        const answers = [
          { Keys: [{ KeyId: "k-1" }] },
          { Tags: tagsOf(environment) },
          { KeyMetadata: described },
          { Policy: policy },
          { Grants: grants },
        ];
        const { search } = await searchWith(...answers.map((answer) => JSON.stringify(answer)));
        assert.deepEqual(await search("aws:kms/key:Key", { description: "data", policy }, new Set()), want);
      });
  });

  it("finds no resource of a type without a search", async () => {
    const { requests, search } = await searchWith("");
    assert.equal(await search("aws:servicecatalog/product:Product", {}, new Set()), "unknown");
    assert.deepEqual(requests, []);
  });
});

describe("key of an earlier build", () => {
  const accountId = "111122223333";
  const statement = (Sid: string, Action: string | string[]) => ({
    Sid,
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action,
    Resource: "*",
  });
  const policyOf = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const policy = policyOf(statement("Administer", ["kms:List*", "kms:Get*"]), statement("Use", ["kms:Decrypt"]));
  const key = {
    metadata: {
      AWSAccountId: accountId,
      KeyManager: "CUSTOMER",
      Origin: "AWS_KMS",
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: "Enabled",
      MultiRegion: false,
    },
    policy,
    grants: 0,
  };
  const requested = { accountId, policy };

  it("has the requested policy, in any form of the same policy, and no grant", () => {
    assert.ok(isNewKey(key, requested));
    const same = JSON.stringify(
      { Statement: [statement("Use", "kms:Decrypt"), statement("Administer", ["kms:Get*", "kms:List*"])], Version: "2012-10-17" },
      null,
      2,
    );
    assert.ok(isNewKey({ ...key, policy: same }, requested));
  });

  const withoutResource = Object.fromEntries(Object.entries(statement("Use", "kms:Decrypt")).filter(([name]) => name !== "Resource"));
  for (const [what, change, from] of [
    ["a grant", { grants: 1 }],
    [
      "another statement",
      { policy: policyOf(statement("Administer", ["kms:List*", "kms:Get*"]), statement("Use", "kms:Decrypt"), statement("More", "kms:*")) },
    ],
    ["another principal", { policy: policy.replace("111122223333:root", "999900001111:root") }],
    ["another action", { policy: policy.replace("kms:Decrypt", "kms:*") }],
    ["a missing element", { policy: policyOf(statement("Administer", ["kms:List*", "kms:Get*"]), withoutResource) }],
    ["no policy", { policy: undefined }],
    ["a policy that is no JSON", { policy: "{" }],
    ["a request without a policy", {}, { accountId, policy: undefined }],
    ["another account", { metadata: { ...key.metadata, AWSAccountId: "999900001111" } }],
    ["imported key material", { metadata: { ...key.metadata, Origin: "EXTERNAL" } }],
    ["an external key store", { metadata: { ...key.metadata, Origin: "EXTERNAL_KEY_STORE" } }],
    ["replicas in other regions", { metadata: { ...key.metadata, MultiRegion: true } }],
    ["an asymmetric key", { metadata: { ...key.metadata, KeySpec: "RSA_2048" } }],
    ["a disabled key", { metadata: { ...key.metadata, KeyState: "Disabled" } }],
  ] as const)
    it(`is not found: ${what}`, () => assert.equal(isNewKey({ ...key, ...change }, from ?? requested), false));
});
