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
const tracer = { "cloister:provisioned-product": "pp-1" };
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
  refreshError: Error | undefined;
  isInterrupted = false;

  constructor(
    public state: Deployment,
    private readonly exist: Record<string, Record<string, string>> = {},
  ) {}

  run(search: (type: string) => Search = () => "unknown"): Promise<string[]> {
    const stack = {
      exportStack: () => Promise.resolve({ version: 3, deployment: structuredClone(this.state) }),
      importStack: ({ deployment }: { deployment: unknown }) => {
        this.calls.push("import");
        // As Pulumi does.
        this.state = { ...(deployment as Deployment), pending_operations: [] };
        return Promise.resolve();
      },
      refresh: ({ target }: { target: string[] }) => {
        this.calls.push(`refresh ${target.map((urn) => urn.split("::").at(-1)).join(" ")}`);
        if (this.refreshError) return Promise.reject(this.refreshError);
        const read = (resource: Resource) =>
          Object.hasOwn(this.exist, resource.id!) ? [{ ...resource, outputs: { tagsAll: this.exist[resource.id!]! } }] : [];
        this.state.resources = this.state.resources!.flatMap((resource) => (target.includes(resource.urn) ? read(resource) : [resource]));
        return Promise.resolve({});
      },
    } as unknown as ResumeTools["stack"];
    return resume({
      stack,
      context,
      provisionedProductId: "pp-1",
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
    assert.deepEqual(stack.calls, ["import", "refresh calls vpc"]);
    assert.deepEqual(stack.logs, ["Found resources that an earlier build created: LogGroup calls, Vpc vpc."]);
  });

  it("are created again if they do not exist", async () => {
    const stack = new FakeStack(creating(logGroup, vpc));
    assert.deepEqual(await stack.run(() => "none"), []);
    assert.deepEqual([stack.ids, stack.state.pending_operations], [[], []]);
  });

  for (const [what, tags] of [
    ["another provisioned product", { "cloister:provisioned-product": "pp-2" }],
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

  it("are read again if an earlier build ended before it read them", async () => {
    const stack = new FakeStack({ resources: [{ ...vpc, id: "vpc-1" }] }, { "vpc-1": tracer });
    assert.deepEqual(await stack.run(), []);
    assert.deepEqual(stack.calls, ["refresh vpc"]);
  });

  it("are named if they cannot be read, and the deployment continues as before", async () => {
    const before = creating(logGroup);
    const stack = new FakeStack(before, { "/aws/events/calls": tracer });
    stack.refreshError = new Error("AccessDenied");
    assert.deepEqual(await stack.run(), ["LogGroup calls"]);
    assert.deepEqual(stack.state.resources, before.resources);
    const interrupted = new FakeStack(creating(logGroup));
    interrupted.refreshError = stack.refreshError;
    interrupted.isInterrupted = true;
    await assert.rejects(interrupted.run(), /AccessDenied/);
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
    // A component has only a parent. Stashes are values of Pulumi.
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
    return { requests, search: searchIn({ session, region: "eu-central-1", provisionedProductId: "pp-1", pollMs: 1 }) };
  }
  const before = process.env.AWS_ENDPOINT_URL;
  afterEach(() => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = before;
  });

  const gateway = (id: string, state: string, subnet = "subnet-1") =>
    `<item><natGatewayId>${id}</natGatewayId><state>${state}</state><subnetId>${subnet}</subnetId></item>`;
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
  ] as const)
    it(`does not find ${what}`, async () => {
      const { search } = await searchWith(answer);
      assert.equal(await search(type, inputs, new Set<string>(known)), want);
    });

  it("waits until AWS has created the resource", async () => {
    const { requests, search } = await searchWith(gateways(gateway("nat-1", "pending")), gateways(gateway("nat-1", "available")));
    assert.deepEqual(await search(type, inputs, new Set()), { id: "nat-1" });
    assert.equal(requests.length, 2);
  });

  it("finds no resource of a type without a search", async () => {
    const { requests, search } = await searchWith("");
    assert.equal(await search("aws:servicecatalog/product:Product", {}, new Set()), "unknown");
    assert.deepEqual(requests, []);
  });
});
