import * as assert from "node:assert/strict";
import { UsageError } from "@cloister/cli";
import {
  type Created,
  domainsOf,
  environmentOf,
  type Interrupt,
  isPurged,
  markTraces,
  type Scope,
  scopeOf,
  sweep,
  type SweepClient,
  SweepError,
  sweepOf,
  type SweepSources,
} from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";

// Tests which domains a sweep assigns to the environment. tests/sandbox/sweep.test.ts tests what it deletes.

const tags = (domain: string, environment?: string) => ({
  ManagedByAmazonSageMakerResource: `arn:aws:sagemaker:eu-central-1:111122223333:domain/${domain}`,
  ...(environment === undefined ? {} : { "cloister:environment": environment }),
});
const fileSystem = (domain: string, environment?: string) => ({
  id: `fs-${domain}`,
  status: "available",
  bytes: 0,
  tags: tags(domain, environment),
});
const mountTarget = (domain: string, subnet: string, vpc = "vpc-1") => ({
  id: `fsmt-${domain}`,
  status: "available",
  fileSystem: `fs-${domain}`,
  subnet,
  vpc,
});
const group = (domain: string, vpc: string, environment?: string) => ({
  id: `sg-${domain}`,
  name: `security-group-for-inbound-nfs-${domain}`,
  vpc,
  tags: tags(domain, environment),
});
const created = (parts: Partial<Created>): Created => ({ fileSystems: [], mountTargets: [], groups: [], ...parts });
const scope = (parts: Partial<Scope> = {}): Scope => ({
  id: "cloister-environment/fraud-dev",
  environment: "fraud-dev",
  region: "eu-central-1",
  domains: [],
  vpcs: [],
  subnets: [],
  managedConfigs: [],
  ...parts,
});

describe("scope of a sweep", () => {
  const cases: { it: string; scope?: Partial<Scope>; created: Partial<Created>; want: string[]; named?: string[] }[] = [
    { it: "a domain in the state or named by the user", scope: { domains: ["d-1"] }, created: {}, want: ["d-1"] },
    { it: "a file system with the tag of the environment", created: { fileSystems: [fileSystem("d-1", "fraud-dev")] }, want: ["d-1"] },
    {
      it: "only the group, and no file system, of a domain that a group with the tag of the environment names",
      created: { groups: [group("d-1", "vpc-9", "fraud-dev")] },
      want: [],
      named: ["d-1"],
    },
    {
      it: "a mount target in a subnet that the stack created",
      scope: { subnets: ["subnet-1"] },
      created: {
        fileSystems: [fileSystem("d-1"), fileSystem("d-2")],
        mountTargets: [mountTarget("d-1", "subnet-1"), mountTarget("d-2", "subnet-2")],
      },
      want: ["d-1"],
    },
    {
      it: "only the group, and no file system, of a domain that a group in a VPC of the stack names",
      scope: { vpcs: ["vpc-1"] },
      created: { groups: [group("d-1", "vpc-1"), group("d-2", "vpc-2")] },
      want: [],
      named: ["d-1"],
    },
    {
      it: "no domain of another environment, not even in the same VPC or named by the user",
      scope: { vpcs: ["vpc-1"], subnets: ["subnet-1"], domains: ["d-2"] },
      created: {
        fileSystems: [fileSystem("d-2", "risk-dev")],
        mountTargets: [mountTarget("d-2", "subnet-1")],
        groups: [group("d-2", "vpc-1", "risk-dev")],
      },
      want: [],
    },
    {
      it: "no domain of which one resource has the tag of another environment",
      scope: { vpcs: ["vpc-1"] },
      created: { fileSystems: [fileSystem("d-2", "risk-dev")], groups: [group("d-2", "vpc-1")] },
      want: [],
    },
    {
      it: "no unmarked domain in a network that the stack did not create",
      created: { fileSystems: [fileSystem("d-1")], groups: [group("d-1", "vpc-1")] },
      want: [],
    },
  ];
  for (const { it: title, scope: parts, created: found, want, named = [] } of cases)
    it(`has ${title}`, () => assert.deepEqual(domainsOf(scope(parts), created(found)), { proven: want, named }));

  it("is read from the state and settings of a stack", () => {
    const resources = [
      { urn: "stack", type: "pulumi:pulumi:Stack", outputs: { domainId: "d-0" } },
      { urn: "domain", type: "aws:sagemaker/domain:Domain", id: "d-1" },
      { urn: "vpc", type: "aws:ec2/vpc:Vpc", id: "vpc-1" },
      { urn: "subnet", type: "aws:ec2/subnet:Subnet", id: "subnet-1" },
      { urn: "config", type: "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig", id: "fraud-dev-new" },
    ];
    const config = { "cloister-environment:team": "fraud", "cloister-environment:stage": "test" };
    assert.deepEqual(scopeOf({ id: "x", resources, config, region: "eu-central-1" }), {
      id: "x",
      environment: "fraud-test",
      region: "eu-central-1",
      domains: ["d-1", "d-0"],
      vpcs: ["vpc-1"],
      subnets: ["subnet-1"],
      managedConfigs: ["fraud-dev-new"],
    });
    assert.equal(environmentOf({ "cloister-environment:team": "fraud" }), "fraud-dev");
  });
});

/** AWS with these resources. Records the calls that change something. */
function fakeClient(parts: Partial<Created>, existing: string[] = []): SweepClient & { calls: string[] } {
  const left = created(parts);
  const calls: string[] = [];
  const drop = <T extends { id: string }>(list: T[], id: string) => list.splice(0, list.length, ...list.filter((item) => item.id !== id));
  const record = (call: string, change: () => unknown = () => {}) => {
    calls.push(call);
    change();
    return Promise.resolve();
  };
  return {
    calls,
    domains: () => Promise.resolve(existing),
    fileSystems: () => Promise.resolve([...left.fileSystems]),
    mountTargets: (id) => Promise.resolve(left.mountTargets.filter(({ fileSystem: of }) => of === id)),
    groups: () => Promise.resolve([...left.groups]),
    interfaces: () => Promise.resolve([]),
    lifecycleConfigs: () => Promise.resolve([]),
    logStreams: (domain) => Promise.resolve([{ group: "/aws/sagemaker/studio", name: `${domain}/ana` }]),
    tagFileSystem: (id) => record(`tag ${id}`),
    tagGroup: (id) => record(`tag ${id}`),
    revokeRules: (id) => record(`revoke ${id}`),
    deleteMountTarget: (id) => record(`delete ${id}`, () => drop(left.mountTargets, id)),
    deleteFileSystem: (id) => record(`delete ${id}`, () => drop(left.fileSystems, id)),
    deleteGroup: (id) => record(`delete ${id}`, () => drop(left.groups, id)),
    deleteInterface: (id) => record(`delete ${id}`),
    deleteLifecycleConfig: (name) => record(`delete ${name}`),
    deleteLogStream: ({ name }) => record(`delete ${name}`),
  };
}
const fraud = { id: "cloister-environment/fraud-dev", project: "", folder: "", stack: "fraud-dev", settingsFile: "", reads: [] };
const vpc = { urn: "vpc", type: "aws:ec2/vpc:Vpc", id: "vpc-1" };
const sourcesWith = (client: SweepClient, parts: Partial<SweepSources> = {}): SweepSources => ({
  resources: () => Promise.resolve([vpc]),
  config: () => ({ "cloister-environment:team": "fraud", "aws:region": "eu-central-1" }),
  client: () => Promise.resolve(client),
  account: () => Promise.resolve("111122223333"),
  ...parts,
});
const purgeAll = { names: ["fraud-dev"], purge: true, confirm: ["fraud-dev"], yes: true, progress: silent, pollMs: 1 };

describe("sweep of a domain that only a security group names", () => {
  const planted = () => fakeClient({ fileSystems: [fileSystem("d-b")], groups: [group("d-b", "vpc-1"), group("d-c", "vpc-2")] });

  it("deletes the group in the VPC of the stack, and keeps the file system untagged", async () => {
    const client = planted();
    for (let runs = 0; runs < 2; runs++) await sweep(sourcesWith(client), [fraud], purgeAll);
    assert.deepEqual(client.calls, ["revoke sg-d-b", "delete sg-d-b"]);
  });

  it("deletes the file system if the user names the domain, and lists it before the deletion", async () => {
    const client = planted();
    const notes: string[] = [];
    const note = (text: string) => {
      assert.deepEqual(client.calls, []);
      notes.push(text);
    };
    await sweep(sourcesWith(client), [fraud], { ...purgeAll, domains: ["d-b"], progress: { ...silent, note } });
    assert.match(notes.join("\n"), /file system fs-d-b .* is deleted[^]*security group sg-d-b .* is deleted[^]*log stream .* is kept/);
    assert.ok(client.calls.includes("delete fs-d-b"), client.calls.join());
  });

  it("tags no file system before the stack is destroyed", async () => {
    const client = planted();
    await markTraces(sourcesWith(client), fraud);
    assert.deepEqual(client.calls, []);
  });
});

describe("sweep of a domain that still exists", () => {
  it("prints the command that destroys the stack, in the world of the sweep", async () => {
    const notes: string[] = [];
    const client = fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] }, ["d-1"]);
    const progress = { ...silent, note: (text: string) => void notes.push(text) };
    await sweep(sourcesWith(client), [fraud], { ...purgeAll, yes: false, world: "try", progress });
    assert.match(notes.join("\n"), /npx cloister destroy cloister-environment\/fraud-dev --world try$/);
  });
});

describe("destroy in a sandbox world", () => {
  const home = () => fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] });
  const inWorld = { world: { dir: "", name: "try", stateDir: "" } };
  const failing = { ...home(), deleteFileSystem: () => Promise.reject(new Error("denied")) };
  const settings = { "cloister-environment:team": "fraud" };
  const message = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail("no error"),
      (error: Error) => error.message,
    );

  it("prints the commands that continue its sweep in that world", async () => {
    const purged = { ...settings, "cloister-environment:purge": true, "cloister-environment:confirmPurge": "fraud-dev" };
    const options = { ...sweepOf(inWorld, fraud, purged), yes: true, progress: silent, pollMs: 1 };
    assert.match(
      await message(sweep(sourcesWith(failing), [fraud], options)),
      /\n {2}npx cloister sweep cloister-environment\/fraud-dev --purge --confirm fraud-dev --yes --world try$/,
    );
    const { world, ...rest } = sweepOf({}, fraud, settings);
    assert.deepEqual([world, rest], [undefined, { names: [fraud.id], purge: false, confirm: [] }]);
  });

  it("reports what AWS rejects before the first deletion, with advice, and an interruption", async () => {
    const expired = Object.assign(new Error("The security token included in the request is expired"), { name: "ExpiredToken" });
    const denied = Object.assign(new Error("no elasticfilesystem:TagResource"), { name: "AccessDeniedException" });
    const untagged = fakeClient({ fileSystems: [fileSystem("d-1")], mountTargets: [mountTarget("d-1", "subnet-1")] });
    const subnet = { urn: "subnet", type: "aws:ec2/subnet:Subnet", id: "subnet-1" };
    const marked = (parts: Partial<SweepClient>, interrupt?: Interrupt) =>
      markTraces(sourcesWith({ ...untagged, ...parts }, { resources: () => Promise.resolve([subnet]) }), fraud, interrupt);
    await assert.rejects(marked({ groups: () => Promise.reject(expired) }), (error: Error) => {
      assert.match(error.message, /No resources were deleted\.\n {2}cloister-environment\/fraud-dev: ExpiredToken: The .*\n.*Sign in/);
      return error instanceof SweepError;
    });
    assert.match(await message(marked({ tagFileSystem: () => Promise.reject(denied) })), /TagResource\n.*drain-and-destroy\.md lists/);
    const controller = new AbortController();
    controller.abort(new Interrupted());
    const interrupt = { signal: controller.signal, engine: controller.signal };
    const aborted = Object.assign(new Error("Request aborted"), { name: "AbortError" });
    await assert.rejects(marked({ groups: () => Promise.reject(aborted) }, interrupt), new Interrupted());
  });
});

describe("failed sweep", () => {
  it("counts what remains by kind, without names", async () => {
    const denied = Object.assign(new Error("no elasticfilesystem:DeleteFileSystem"), { name: "AccessDeniedException" });
    const client = { ...fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] }), deleteFileSystem: () => Promise.reject(denied) };
    await assert.rejects(sweep(sourcesWith(client), [fraud], { ...purgeAll, pollMs: 1 }), (error: Error) => {
      assert.match(error.message, /file system fs-d-1: AccessDeniedException/);
      assert.deepEqual((error as SweepError).remaining, [{ noun: "file system", count: 1 }]);
      return true;
    });
  });
});

describe("sweep command in a message", () => {
  it("shows the environments that --confirm names in vain", async () => {
    const home = () => sourcesWith(fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] }));
    const purge = (confirm: string[]) => sweep(home(), [fraud], { ...purgeAll, confirm });
    await assert.rejects(
      purge(["fraud"]),
      /--confirm must name each environment \(missing: fraud-dev; got fraud\)\. No resources were deleted/,
    );
    await assert.rejects(purge([]), /\(missing: fraud-dev\)\. No resources/);
  });

  it("rejects a confirmation that confirms nothing, also in a dry run and when nothing is left", async () => {
    for (const yes of [true, false])
      await assert.rejects(
        sweep(sourcesWith(fakeClient({})), [fraud], { ...purgeAll, yes, confirm: ["fraud-dv"] }),
        /^UsageError: --confirm must name environments of this sweep: fraud-dev \(got fraud-dv\)\. No resources were deleted\.$/,
      );
    await assert.rejects(
      sweep(sourcesWith(fakeClient({})), [fraud], { ...purgeAll, purge: false }),
      /^UsageError: --confirm requires --purge \(got --confirm fraud-dev\)\.$/,
    );
  });

  it("confirms only environments with home directories, because --confirm takes the next word", async () => {
    const notes = await sweep(sourcesWith(fakeClient({ groups: [group("d-1", "vpc-1")] })), [fraud], {
      ...purgeAll,
      confirm: [],
      yes: false,
    });
    assert.match(notes, /\n {2}npx cloister sweep fraud-dev --purge --yes$/);
  });
});

describe("sweep with credentials of another account", () => {
  const tagged = { "cloister:environment": "fraud-dev" };
  const states = {
    "the domain is in the state": [
      { urn: "d", type: "aws:sagemaker/domain:Domain", outputs: { arn: "arn:aws:sagemaker:eu-central-1:444455556666:domain/d-1" } },
    ],
    "the domain is deleted": [{ ...vpc, outputs: { arn: "arn:aws:ec2:eu-central-1:444455556666:vpc/vpc-1", tags: tagged } }],
  };
  for (const [when, state] of Object.entries(states))
    it(`deletes and tags nothing while ${when}`, async () => {
      const client = fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] });
      const sources = sourcesWith(client, { resources: () => Promise.resolve(state) });
      const expected =
        /fraud-dev is deployed in account 444455556666 in eu-central-1, but the AWS credentials are for account 111122223333\. Sign in/;
      await assert.rejects(sweep(sources, [fraud], purgeAll), expected);
      await assert.rejects(markTraces(sources, fraud), expected);
      assert.deepEqual(client.calls, []);
    });

  it("reads the region from the state, not from the settings", async () => {
    const regions: string[] = [];
    const sources = sourcesWith(fakeClient({}), {
      resources: () => Promise.resolve(states["the domain is deleted"]),
      account: () => Promise.resolve("444455556666"),
      config: () => ({ "cloister-environment:team": "fraud", "aws:region": "us-east-1" }),
      client: (region) => {
        regions.push(region);
        return Promise.resolve(fakeClient({}));
      },
    });
    await sweep(sources, [fraud], purgeAll);
    assert.deepEqual(regions, ["eu-central-1"]);
  });
});

describe("purge of home directories", () => {
  const purged = (confirmPurge: string | undefined, purge: unknown) =>
    isPurged({
      "cloister-environment:team": "fraud",
      "cloister-environment:purge": purge,
      "cloister-environment:confirmPurge": confirmPurge,
    });
  it("requires the setting and its confirmation", () => {
    assert.deepEqual(
      [
        purged("fraud-dev", true),
        purged("fraud-dev", "true"),
        purged("risk-dev", true),
        purged(undefined, true),
        purged("fraud-dev", false),
      ],
      [true, true, false, false, false],
    );
  });
});

describe("sweep of a named domain", () => {
  it("requires one environment, to which the domain belongs", async () => {
    const plan = { id: "", project: "", folder: "", stack: "", settingsFile: "", reads: [] };
    const sources = {
      resources: () => assert.fail(),
      config: () => assert.fail(),
      client: () => assert.fail(),
      account: () => assert.fail(),
    };
    await assert.rejects(
      sweep(sources, [plan, plan], { names: [], domains: ["d-1"], progress: silent }),
      new UsageError("--domain requires one environment (got 2). Name the environment: npx cloister sweep <environment> --domain <id>"),
    );
  });

  const lookFor = async (domains: string[], client: SweepClient, resources: { urn: string; type: string; id: string }[] = [vpc]) => {
    const notes: string[] = [];
    const progress = { ...silent, note: (text: string) => void notes.push(text) };
    const sources = sourcesWith({ ...client, logStreams: () => Promise.resolve([]) }, { resources: () => Promise.resolve(resources) });
    const text = await sweep(sources, [fraud], { ...purgeAll, domains, progress });
    return [...notes, text].join("\n");
  };

  for (const yes of [true, false])
    it(`rejects an ID of which nothing has a trace${yes ? "" : ", also in a dry run"}`, async () => {
      const client = fakeClient({ fileSystems: [fileSystem("d-1", "fraud-dev")] });
      const sources = sourcesWith({ ...client, logStreams: () => Promise.resolve([]) });
      await assert.rejects(
        sweep(sources, [fraud], { ...purgeAll, yes, domains: ["d-l"] }),
        (error: Error) =>
          error instanceof UsageError &&
          /^No trace of domain d-l was found in eu-central-1\..*After a complete sweep, .*No resources were deleted\.$/.test(error.message),
      );
      assert.deepEqual(client.calls, []);
    });

  const domain = { urn: "domain", type: "aws:sagemaker/domain:Domain", id: "d-1" };
  for (const [trace, client, resources] of [
    ["its file system has the tag of another environment", fakeClient({ fileSystems: [fileSystem("d-1", "risk-dev")] })],
    ["a group names it", fakeClient({ groups: [group("d-1", "vpc-9")] })],
    ["it exists", fakeClient({}, ["d-1"])],
    ["the stack names it", fakeClient({}), [domain]],
  ] as const)
    it(`accepts an ID if ${trace}`, async () => {
      assert.doesNotMatch(await lookFor(["d-1"], client, resources && [...resources]), /No trace/);
    });

  it("continues with the other domains if a domain is already swept", async () => {
    const client = fakeClient({ fileSystems: [fileSystem("d-1")] });
    const text = await lookFor(["d-0", "d-1"], client);
    assert.match(text, /No trace of domain d-0 was found in eu-central-1/);
    assert.match(text, /1 file system deleted/);
  });
});
