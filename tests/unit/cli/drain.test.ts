import * as assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { type StateResource, UsageError } from "@cloister/cli";
import {
  type App,
  describeApp,
  environmentsOf,
  clientSettings,
  type DomainContents,
  type Domain,
  studioDomains,
  drain,
  drainCommand,
  type DrainOptions,
  dryRunText,
  findBlockers,
  type DomainBlockers,
  ownerOf,
  blockedText,
  requireDrained,
  type DrainSources,
  type Space,
  type StudioClient,
  type Workload,
  StudioError,
  studioClient,
} from "@cloister/cli/testing";
import { Interrupted, type Progress, silent } from "@cloister/common";

// Tests what a drain deletes, in which order, and what it prints. Domains are stand-ins here; tests/sandbox/drain.test.ts
// uses the AWS SDK.

const app = (space: string, status = "InService"): App => ({ type: "JupyterLab", name: "default", space, status });
const space = (name: string, owner?: string, status = "InService"): Space => ({ name, status, ...(owner ? { owner } : {}) });
const plan = (stack: string, project = "cloister-environment") => ({
  id: `${project}/${stack}`,
  project,
  folder: "environment",
  stack,
  settingsFile: "",
  reads: [],
});
const domain: Domain = {
  id: "d-1",
  region: "eu-central-1",
  account: "111122223333",
  managedSpaces: ["team"],
  managedProfiles: ["ana", "bo"],
  people: {},
};

describe("lookup of Studio domains in a stack's state", () => {
  const resource = (type: string, outputs: object): StateResource => ({ urn: type, type, outputs: outputs as Record<string, unknown> });
  const arn = "arn:aws-cn:sagemaker:cn-north-1:111122223333:domain/d-1";

  it("finds the domains with the spaces and profiles that the stack manages", () => {
    const state = [
      resource("pulumi:pulumi:Stack", {}),
      resource("aws:sagemaker/domain:Domain", { arn, tags: { "cloister:environment": "fraud-dev" } }),
      resource("aws:sagemaker/space:Space", { domainId: "d-1", spaceName: "team" }),
      resource("aws:sagemaker/space:Space", { domainId: "d-of-another-stack", spaceName: "other" }),
      resource("aws:sagemaker/userProfile:UserProfile", {
        domainId: "d-1",
        userProfileName: "ana",
        tags: { "cloister:person": "ana.horvat" },
      }),
    ];
    const only: Domain = {
      id: "d-1",
      region: "cn-north-1",
      account: "111122223333",
      managedSpaces: ["team"],
      managedProfiles: ["ana"],
      environment: "fraud-dev",
      people: { ana: "ana.horvat" },
      managedArns: [arn],
    };
    assert.deepEqual(studioDomains(state), [only]);
  });

  it("finds the environment of a stack whose domain is already deleted", () => {
    const tags = { "cloister:environment": "fraud-dev" };
    const state = [
      resource("aws:iam/role:Role", { arn: "arn:aws:iam::111122223333:role/r", tags }),
      resource("aws:ec2/vpc:Vpc", { arn: "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1", tags }),
      resource("aws:sagemaker/notebookInstance:NotebookInstance", { arn: "arn:managed", tags }),
    ];
    const found = {
      id: "",
      region: "eu-central-1",
      account: "111122223333",
      environment: "fraud-dev",
      managedSpaces: [],
      managedProfiles: [],
      people: {},
      managedArns: ["arn:managed"],
    };
    assert.deepEqual(environmentsOf(state), [found]);
    assert.deepEqual(environmentsOf([]), []);
  });

  it("finds no domain for a stack that was never deployed, or failed before the domain was created", () => {
    assert.deepEqual(studioDomains([]), []);
    assert.deepEqual(studioDomains([resource("aws:sagemaker/domain:Domain", {})]), []);
  });
});

describe("AWS client for a session", () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
  it("uses the endpoint and credentials of a world", () => {
    const { endpoint, credentials } = clientSettings({ env, world: { dir: "", name: "try", stateDir: "" } }) as {
      endpoint?: string;
      credentials?: object;
    };
    assert.deepEqual([endpoint, credentials], [env.AWS_ENDPOINT_URL, { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" }]);
  });
  it("uses the SDK defaults in an account", () => assert.deepEqual(clientSettings({ env }), {}));

  it("connects to an account through the proxy in HTTPS_PROXY, except for hosts in NO_PROXY", async () => {
    const connected: string[] = [];
    const proxy = http.createServer().on("connect", ({ url }, socket) => {
      connected.push(url!);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const shell = {
      HTTPS_PROXY: address,
      https_proxy: address,
      NO_PROXY: "",
      no_proxy: "",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_MAX_ATTEMPTS: "1",
    };
    const before_ = Object.keys(shell).map((name) => [name, process.env[name]] as const);
    // Only ends a hanging request: the proxy answers at once, and the name of the second region does not resolve.
    const deadline = () => AbortSignal.timeout(20_000);
    try {
      Object.assign(process.env, shell);
      const session = { env: {}, policyPack: undefined, command: undefined as never };
      await assert.rejects((await studioClient(session, { id: "d-1", region: "eu-central-1" }, deadline())).exists());
      assert.ok(
        connected.length > 0 && connected.every((host) => host === "api.sagemaker.eu-central-1.amazonaws.com:443"),
        connected.join(),
      );
      connected.length = 0;
      process.env.NO_PROXY = process.env.no_proxy = ".amazonaws.com";
      const direct = await studioClient(session, { id: "d-1", region: "eu-nowhere-1" }, deadline());
      await assert.rejects(direct.exists());
      assert.deepEqual(connected, []);
    } finally {
      for (const [name, value] of before_)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      proxy.close();
    }
  });
});

describe("drain blockers", () => {
  const contents: DomainContents = {
    apps: [
      app("team"),
      app("notes", "Pending"),
      app("bos", "Deleting"),
      app("old", "Deleted"),
      app("broken", "Failed"),
      { type: "JupyterServer", name: "default", profile: "ana", status: "InService" },
    ],
    spaces: [space("team", "ana"), space("notes", "ana"), space("bos", "bo"), space("classic")],
    profiles: ["ana", "bo", "guest"],
  };
  const names = (blockers: ReturnType<typeof findBlockers>) => ({
    apps: blockers.apps.map(({ space: inSpace, profile }) => inSpace ?? profile),
    spaces: blockers.spaces.map(({ name }) => name),
    profiles: blockers.profiles,
  });

  it("include running apps, and spaces and profiles that the stack does not manage", () =>
    assert.deepEqual(names(findBlockers(contents, domain)), {
      apps: ["team", "notes", "bos", "ana"],
      spaces: ["notes", "bos", "classic"],
      profiles: ["guest"],
    }));

  it("include apps of the selected profile in spaces that the stack manages", () =>
    assert.deepEqual(names(findBlockers(contents, domain, { profiles: ["ana"] })), {
      apps: ["team", "notes", "ana"],
      spaces: ["notes"],
      profiles: [],
    }));

  it("do not exist when the stack manages all remaining resources", () =>
    assert.deepEqual(names(findBlockers({ apps: [app("team", "Deleted")], spaces: [space("team")], profiles: ["bo"] }, domain)), {
      apps: [],
      spaces: [],
      profiles: [],
    }));

  it("are assigned to the space owner, or to the profile of an app without a space", () => {
    assert.equal(ownerOf(contents.apps[1]!, contents.spaces), "ana");
    assert.equal(ownerOf(contents.apps[5]!, contents.spaces), "ana");
    assert.equal(ownerOf(app("classic"), contents.spaces), undefined);
    assert.equal(describeApp(contents.apps[5]!), "app default (JupyterServer) of profile ana");
  });

  const blocked = (blockers = findBlockers(contents, domain)): DomainBlockers => ({
    id: "cloister-environment/fraud-dev",
    domain,
    contents,
    blockers,
  });
  const job: Workload = { kind: "training job", name: "fraud-7", arn: "arn:job", status: "InProgress", tags: {} };
  const line = (text: string, part: string) => text.split("\n").find((candidate) => candidate.includes(part)) ?? "";

  it("are listed with their planned action and the command that deletes them", () => {
    const text = dryRunText([blocked()], { names: ["fraud-dev"], world: "try" });
    assert.match(line(text, "space notes"), /app default \(JupyterLab\).*│ ana +│ Pending +│ is stopped; data in memory is lost/);
    assert.match(line(text, "│ space notes"), /│ ana +│ InService +│ is kept, with its files/);
    assert.match(line(text, "profile guest"), /is kept; not managed by the stack/);
    assert.match(text, /No changes were made\. To run the drain:\n {2}npx cloister drain fraud-dev --yes --world try\n/);
    assert.match(text, /saved their files.*\n {2}npx cloister drain fraud-dev --spaces --yes --world try\n/);
    assert.match(text, /profiles that the stack does not manage:\n {2}npx cloister drain fraud-dev --all --yes --world try$/);
  });

  it("include spaces that would be deleted when --spaces is set", () => {
    const text = dryRunText([blocked()], { names: [], spaces: true });
    assert.match(line(text, "│ space notes"), /is deleted, with the files on its volume/);
    assert.doesNotMatch(text, /saved their files/);
    const all = dryRunText([blocked()], { names: [], all: true });
    assert.match(line(all, "│ space notes"), /is deleted, with the files on its volume/);
    assert.match(line(all, "profile guest"), /is deleted; not managed by the stack/);
    assert.match(all, /To run the drain:\n {2}npx cloister drain --all --yes$/);
  });

  it("are listed without a command when a drain would delete no resource", () => {
    const text = dryRunText([blocked({ apps: [], spaces: [], profiles: ["guest"] })], { names: [] });
    assert.doesNotMatch(text, /No changes were made/);
    assert.equal(
      dryRunText([blocked({ apps: [], spaces: [], profiles: [] })], { names: [], profiles: ["bo"] }),
      "Nothing to drain for bo: no app, job or endpoint is running, and all spaces and profiles are managed by the stack.",
    );
  });

  it("are listed in full before a destroy, with the commands that delete them", () => {
    assert.equal(
      blockedText(
        [
          blocked({ ...findBlockers(contents, domain), workloads: [job] }),
          { ...blocked({ apps: [], spaces: [], profiles: [] }), id: "cloister-environment/quiet" },
        ],
        { world: "try" },
      ),
      `Cannot destroy these stacks. No resources were deleted. AWS does not delete a Studio domain that has apps, spaces or profiles, or a network that jobs and endpoints use:
  cloister-environment/fraud-dev, domain d-1
    app default (JupyterLab) in space team: InService
    app default (JupyterLab) in space notes: Pending
    app default (JupyterLab) in space bos: Deleting
    app default (JupyterServer) of profile ana: InService
    space notes of ana: InService
    space bos of bo: InService
    space classic: InService
    profile guest, not managed by the stack
    training job fraud-7: InProgress
Stop and delete these resources with this command. Data in the memory of apps, and on the volumes of these spaces and notebook instances, is lost. Without --yes, the command is a dry run:
  npx cloister drain cloister-environment/fraud-dev --all --yes --world try`,
    );
  });

  it("require no --spaces in the command when no space blocks a destroy", () =>
    assert.match(blockedText([blocked({ apps: [app("team")], spaces: [], profiles: [] })], {}), /\n {2}npx cloister drain \S+ --yes$/));

  it("prints a drain command with all options of the original command", () => {
    assert.equal(
      drainCommand({ names: ["a", "b"], profiles: ["ana", "bo"], spaces: true, world: "w" }),
      "npx cloister drain a b --profile ana bo --spaces --yes --world w",
    );
    assert.equal(
      drainCommand({ names: ["a"], persons: ["ana.horvat"], spaces: true, all: true }),
      "npx cloister drain a --person ana.horvat --all --yes",
    );
  });
});

/** A domain that lists a deleted resource `rounds` more times, and rejects the deletions in `rejects`. */
class FakeDomain implements StudioClient {
  calls: string[] = [];
  private since = new Map<string, number>();
  constructor(
    readonly has: DomainContents,
    private readonly options: {
      rounds?: number;
      rejects?: Record<string, Error>;
      exists?: boolean;
      failsToDelete?: string;
      workloads?: Workload[];
    } = {},
  ) {}
  exists = () => Promise.resolve(this.options.exists ?? true);
  profiles = () => Promise.resolve(this.has.profiles);
  /** Notebook instances are stopped before they are deleted. Everything else is gone after one call. */
  workloads = (_environment?: string, kind?: string) =>
    Promise.resolve(
      (this.options.workloads ?? []).filter((workload) => !this.ended.has(workload.name) && (kind ?? workload.kind) === workload.kind),
    );
  private ended = new Set<string>();
  endWorkload = (workload: Workload) => () => {
    this.calls.push(`${workload.status === "InService" && workload.kind === "notebook instance" ? "stop" : "end"} ${workload.name}`);
    const rejection = this.options.rejects?.[workload.name];
    if (rejection) return Promise.reject(rejection);
    if (workload.kind === "notebook instance" && workload.status === "InService") workload.status = "Stopped";
    else this.ended.add(workload.name);
    return Promise.resolve();
  };
  deleteProfile = (name: string) => {
    this.calls.push(`profile ${name}`);
    this.has.profiles = this.has.profiles.filter((other) => other !== name);
    return Promise.resolve();
  };
  apps = () => Promise.resolve(this.list("app", this.has.apps, ({ space: of }) => of!));
  spaces = () => Promise.resolve(this.list("space", this.has.spaces, ({ name }) => name));
  deleteApp = ({ space: of }: App) => this.delete(`app ${of}`);
  deleteSpace = (name: string) => this.delete(`space ${name}`);

  private delete(resource: string): Promise<void> {
    this.calls.push(resource);
    const rejection = this.options.rejects?.[resource];
    if (rejection) return Promise.reject(rejection);
    this.since.set(resource, 0);
    return Promise.resolve();
  }
  private list<T extends { status: string }>(kind: string, all: T[], name: (resource: T) => string): T[] {
    return all.flatMap((resource) => {
      const key = `${kind} ${name(resource)}`;
      const lists = this.since.get(key) ?? (resource.status === "Deleting" ? 0 : undefined);
      if (lists === undefined) return [resource];
      this.since.set(key, lists + 1);
      if (lists >= (this.options.rounds ?? 1)) return kind === "app" ? [{ ...resource, status: "Deleted" }] : [];
      return [{ ...resource, status: this.options.failsToDelete === key ? "Delete_Failed" : "Deleting" }];
    });
  }
}

/** Collects the lines that steps print. */
function recordProgress(): Progress & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    note: (text) => lines.push(text),
    step: (title) => ({
      update: (text) => lines.push(`${title}: ${text}`),
      done: (text) => lines.push(`${title} done: ${text}`),
      fail: (text) => lines.push(`${title} failed: ${text}`),
    }),
  };
}

const denied = Object.assign(new Error("User x is not authorized to perform: sagemaker:DeleteApp"), { name: "AccessDeniedException" });
const inState = (id: string): StateResource[] => [
  { urn: id, type: "aws:sagemaker/domain:Domain", outputs: { arn: `arn:aws:sagemaker:eu-central-1:111122223333:domain/${id}` } },
];
/** Stacks by name, each with its domain. A stack without a domain was never deployed. */
const from = (stacks: Record<string, StudioClient | undefined>): DrainSources => ({
  resources: ({ stack }) => Promise.resolve(stacks[stack] ? inState(`d-${stack}`) : []),
  studio: ({ id }) => Promise.resolve(stacks[id.slice(2)]!),
  account: () => Promise.resolve("111122223333"),
});
const interruptible = () => {
  const controller = new AbortController();
  return { interrupt: { signal: controller.signal, engine: controller.signal }, abort: () => controller.abort(new Interrupted()) };
};
const fraud = () => ({ apps: [app("team"), app("notes")], spaces: [space("team", "ana"), space("notes", "bo")], profiles: ["ana", "bo"] });
const run = (sources: DrainSources, options: Partial<DrainOptions> = {}, stacks = ["fraud-dev"]) =>
  drain(
    sources,
    stacks.map((stack) => plan(stack)),
    { names: stacks, progress: silent, pollMs: 1, ...options },
  );
const failed = async (work: Promise<unknown>): Promise<StudioError> => {
  const error = await work.then(
    () => assert.fail("it should have failed"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StudioError, String(error));
  return error;
};

describe("drain", () => {
  it("deletes no resources without --yes", async () => {
    const studio = new FakeDomain(fraud());
    assert.match(await run(from({ "fraud-dev": studio })), /No changes were made/);
    assert.deepEqual(studio.calls, []);
  });

  describe("of endpoints, jobs, pipelines and notebook instances", () => {
    const ofFraud = { "cloister:environment": "fraud-dev" };
    const profileTag = "sagemaker:user-profile-arn";
    const profileArn = (name: string) => `arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-fraud-dev/${name}`;
    const workload = (kind: string, name: string, status: string, tags?: Record<string, string>): Workload => ({
      kind,
      name,
      arn: `arn:${name}`,
      status,
      ...(tags && { tags }),
    });
    const workloads = (): Workload[] => [
      workload("endpoint", "scoring", "InService", { ...ofFraud, "cloister:person": "ana.horvat", [profileTag]: profileArn("ana") }),
      workload("monitoring schedule", "drift", "Scheduled", { ...ofFraud, [profileTag]: profileArn("bo") }),
      workload("pipeline", "nightly", "Active", ofFraud),
      workload("training job", "fraud-7", "InProgress", { ...ofFraud, "cloister:person": "cem.yilmaz" }),
      workload("notebook instance", "old", "InService", ofFraud),
      workload("notebook instance", "managed", "InService", ofFraud),
      workload("endpoint", "of-another-environment", "InService", { "cloister:environment": "risk-dev", "cloister:person": "dora" }),
      workload("endpoint", "dark", "InService"),
    ];
    const inState = (id: string): StateResource[] => [
      {
        urn: id,
        type: "aws:sagemaker/domain:Domain",
        outputs: { arn: `arn:aws:sagemaker:eu-central-1:111122223333:domain/${id}`, tags: ofFraud },
      },
      { urn: "managed", type: "aws:sagemaker/notebookInstance:NotebookInstance", outputs: { arn: "arn:managed" } },
      {
        urn: "ana",
        type: "aws:sagemaker/userProfile:UserProfile",
        outputs: { domainId: id, userProfileName: "ana", tags: { "cloister:person": "ana.horvat" } },
      },
    ];
    const sourcesOf = (studio: StudioClient): DrainSources => ({
      resources: ({ stack }) => Promise.resolve(inState(`d-${stack}`)),
      studio: () => Promise.resolve(studio),
      account: () => Promise.resolve("111122223333"),
    });
    const withWorkloads = () => new FakeDomain({ apps: [], spaces: [], profiles: ["ana", "bo"] }, { workloads: workloads() });
    const dryRun = (options: Partial<DrainOptions> = {}) => run(sourcesOf(withWorkloads()), options);

    it("lists those of the environment that the stack does not manage, with creator and cost", async () => {
      const text = await dryRun();
      assert.match(text, /endpoint scoring +│ ana\.horvat +│ InService +│ is kept; is charged until it is deleted/);
      assert.match(text, /monitoring schedule drift +│ bo +│ Scheduled +│ is kept; starts jobs again and again/);
      assert.match(text, /training job fraud-7 +│ cem\.yilmaz .*holds subnets and security groups/);
      assert.match(text, /endpoint dark +│ unknown: tags are readable only in the network .*is kept, because its environment is unknown/);
      assert.match(text, /stop its jobs\. Also delete .*\n {2}npx cloister drain fraud-dev --all --yes$/);
      assert.doesNotMatch(text, /of-another-environment|managed +│/);
      assert.match(text, /notebook instances with their files/);
      const all = await dryRun({ all: true });
      assert.match(all, /training job fraud-7 .*│ is stopped; is charged while it runs; holds subnets and security groups/);
      assert.match(
        all,
        /notebook instance old .*│ is deleted, with the files on its volume; is charged while it runs, and its volume always/,
      );
    });

    it("reports a user of whom nothing was found, and lists the users", async () => {
      const text =
        "No profile, job, endpoint, pipeline or notebook instance was found with the tag cloister:person=ana.horvt. Users with this tag: ana.horvat, cem.yilmaz.";
      const tagged = (studio: FakeDomain) => ({ sources: sourcesOf(studio), studio });
      const visible = () => tagged(new FakeDomain({ apps: [], spaces: [], profiles: ["ana"] }, { workloads: workloads().slice(0, 7) }));
      assert.equal(await run(visible().sources, { persons: ["ana.horvt"] }), text);
      assert.equal(await run(visible().sources, { persons: ["ana.horvt"], all: true, yes: true }), `\n${text}`);
      assert.match(await dryRun({ persons: ["ana.horvat", "ana.horvt"] }), /endpoint scoring[\s\S]*cloister:person=ana\.horvt\. Users/);
      const { sources, studio } = visible();
      assert.match(
        await run(sources, { persons: ["cem.yilmaz", "ana.horvt"], all: true, yes: true }),
        /1 training job stopped, .*\.\nNo profile/,
      );
      assert.deepEqual(studio.calls, ["end fraud-7"]);
      const none = new FakeDomain({ apps: [], spaces: [], profiles: [] });
      const empty = { ...sourcesOf(none), resources: () => Promise.resolve(inState("d-fraud-dev").slice(0, 1)) };
      assert.match(await run(empty, { persons: ["x"] }), /cloister:person=x\.$/);
    });

    it("lists those of one user, by the user or the profile in the tags", async () => {
      for (const selection of [{ profiles: ["ana"] }, { persons: ["ana.horvat"] }]) {
        const ofAna = await dryRun(selection);
        assert.match(ofAna, /endpoint scoring/);
        assert.doesNotMatch(ofAna, /drift|nightly|fraud-7/);
      }
      assert.match(await dryRun({ profiles: ["bo"] }), /schedule drift/);
      assert.match(await dryRun({ persons: ["cem.yilmaz"] }), /training job fraud-7/, "a user without a profile");
    });

    it("stops and deletes them only with --all, never those of another environment or of the stack", async () => {
      const kept = withWorkloads();
      await run(sourcesOf(kept), { yes: true });
      assert.deepEqual(kept.calls, []);
      const studio = withWorkloads();
      const text = await run(sourcesOf(studio), { yes: true, all: true });
      assert.deepEqual(studio.calls, ["end drift", "end nightly", "end fraud-7", "end scoring", "stop old", "end old", "profile bo"]);
      assert.match(
        text,
        /1 monitoring schedule deleted, 1 pipeline deleted, 1 training job stopped, 1 endpoint deleted, 1 notebook instance deleted, 0 apps stopped, 0 spaces deleted, 1 profile deleted\./,
      );
    });

    it("completes the other deletions after a failed one", async () => {
      const studio = new FakeDomain({ apps: [], spaces: [], profiles: ["ana"] }, { workloads: workloads(), rejects: { nightly: denied } });
      const { message } = await failed(run(sourcesOf(studio), { yes: true, all: true }));
      assert.match(message, /pipeline nightly: AccessDeniedException/);
      assert.deepEqual(studio.calls, ["end drift", "end nightly", "end fraud-7", "end scoring", "stop old", "end old"]);
    });

    it("reports the other blockers if AWS denies the lookup", async () => {
      const studio = Object.assign(new FakeDomain(fraud()), { workloads: () => Promise.reject(denied) });
      const progress = recordProgress();
      assert.match(await run(sourcesOf(studio), { progress }), /No changes were made/);
      assert.match(
        progress.lines.join("\n"),
        /Cannot look up monitoring schedules, .*, notebook instances of cloister-environment\/fraud-dev\. AccessDenied/,
      );
    });

    it("stops those of an environment whose domain is already deleted", async () => {
      const studio = Object.assign(withWorkloads(), { apps: () => assert.fail("no domain"), exists: () => assert.fail("no domain") });
      const vpc = {
        urn: "vpc",
        type: "aws:ec2/vpc:Vpc",
        outputs: { arn: "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1", tags: ofFraud },
      };
      const sources = { ...sourcesOf(studio), resources: () => Promise.resolve([vpc]) };
      const { message } = await failed(requireDrained(sources, [plan("fraud-dev")], { progress: silent }));
      assert.match(message, /\n {2}cloister-environment\/fraud-dev\n[^│]* {4}endpoint scoring: InService/);
    });

    it("blocks a destroy while they exist, except those with unknown tags", async () => {
      const { message } = await failed(requireDrained(sourcesOf(withWorkloads()), [plan("fraud-dev")], { progress: silent }));
      assert.match(message, /endpoint scoring: InService\n[\s\S]*npx cloister drain cloister-environment\/fraud-dev --all --yes$/);
      assert.doesNotMatch(message, /dark|of-another-environment|instance managed/);
    });
  });

  it("stops all apps, waits for AWS, and keeps spaces", async () => {
    const studio = new FakeDomain(fraud(), { rounds: 3 });
    const progress = recordProgress();
    const text = await run(from({ "fraud-dev": studio }), { yes: true, progress });
    assert.deepEqual(studio.calls, ["app team", "app notes"]);
    assert.match(text, /cloister-environment\/fraud-dev: 2 apps stopped\./);
    assert.match(text, /drain fraud-dev --spaces --yes/, "explains how to delete the spaces");
    const title = "Stopping apps in cloister-environment/fraud-dev";
    assert.deepEqual(
      progress.lines.filter((line) => line.startsWith(title)),
      [...Array<string>(3).fill(`${title}: 0 of 2 apps stopped`), `${title}: 2 of 2 apps stopped`, `${title} done: 2 apps`],
    );
  });

  it("deletes spaces after their apps when --spaces is set", async () => {
    const studio = new FakeDomain(fraud());
    const text = await run(from({ "fraud-dev": studio }), { yes: true, spaces: true });
    assert.deepEqual(studio.calls, ["app team", "app notes", "space team", "space notes"]);
    assert.match(text, /2 apps stopped, 2 spaces deleted\./);
  });

  it("waits for an app that AWS is already deleting, and does not delete the app again", async () => {
    const studio = new FakeDomain({ ...fraud(), apps: [app("notes", "Deleting")] });
    assert.match(await run(from({ "fraud-dev": studio }), { yes: true }), /1 app stopped/);
    assert.deepEqual(studio.calls, []);
  });

  it("stops only the apps of the selected profile, and rejects an unknown profile", async () => {
    const studio = new FakeDomain(fraud());
    await run(from({ "fraud-dev": studio }), { yes: true, spaces: true, profiles: ["bo"] });
    assert.deepEqual(studio.calls, ["app notes", "space notes"]);
    await assert.rejects(run(from({ "fraud-dev": studio }), { profiles: ["bob", "bo"] }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, "--profile must specify existing Studio profiles (got bob). Profiles: ana, bo.");
      return true;
    });
  });

  it("lists every failed deletion, completes the other deletions, and explains what to do", async () => {
    const rejects = { "app team": denied, "app notes": new Error("Rate exceeded") };
    const first = new FakeDomain(fraud(), { rejects });
    const second = new FakeDomain(fraud(), { rejects: { "app notes": denied } });
    const { message } = await failed(
      run(from({ "fraud-dev": first, "risk-dev": second }), { yes: true, spaces: true }, ["fraud-dev", "risk-dev"]),
    );
    const lines = message.split("\n");
    assert.deepEqual(lines.slice(0, -4), [
      "Some resources were not stopped or deleted:",
      "  cloister-environment/fraud-dev: app default (JupyterLab) in space team: AccessDeniedException: User x is not authorized to perform: sagemaker:DeleteApp",
      "  cloister-environment/fraud-dev: app default (JupyterLab) in space notes: Rate exceeded",
      "  cloister-environment/fraud-dev: space team of ana was not deleted because its app is still running",
      "  cloister-environment/fraud-dev: space notes of bo was not deleted because its app is still running",
      "  cloister-environment/risk-dev: app default (JupyterLab) in space notes: AccessDeniedException: User x is not authorized to perform: sagemaker:DeleteApp",
    ]);
    assert.match(message, /role `lifecycle`/);
    assert.match(message, /run the same command again:\n {2}npx cloister drain fraud-dev risk-dev --spaces --yes$/);
    assert.deepEqual(second.calls, ["app team", "app notes", "space team"]);
  });

  it("reports a space that AWS did not delete, because of a failure or the time limit", async () => {
    const stuck = new FakeDomain({ ...fraud(), apps: [] }, { rounds: 1e6, failsToDelete: "space notes" });
    const { message } = await failed(run(from({ "fraud-dev": stuck }), { yes: true, spaces: true, limitMinutes: 0.0001 }));
    assert.match(message, /space notes of bo: AWS failed to delete it/);
    assert.match(message, /space team of ana: status is still Deleting after the limit of 0\.0001 minutes/);
  });

  it("stops when it is interrupted, and the next run continues", async () => {
    const studio = new FakeDomain(fraud(), { rounds: 3 });
    const { interrupt, abort } = interruptible();
    const progress = recordProgress();
    const work = run(from({ "fraud-dev": studio }), { yes: true, interrupt, pollMs: 60_000, progress });
    setTimeout(abort, 20);
    await assert.rejects(work, Interrupted);
    assert.equal(progress.lines.at(-1), "Stopping apps in cloister-environment/fraud-dev failed: interrupted");
    assert.match(await run(from({ "fraud-dev": studio }), { yes: true }), /2 apps stopped/);
    assert.deepEqual(studio.calls, ["app team", "app notes"], "each app is deleted only once");
  });

  it("deletes no resources for a deleted domain or a stack that was never deployed", async () => {
    const progress = recordProgress();
    const text = await run(from({ old: new FakeDomain(fraud(), { exists: false }) }), { progress }, ["old", "never"]);
    assert.match(text, /Nothing to drain/);
    assert.match(progress.lines.join("\n"), /cloister-environment\/never has no Studio domain/);
    assert.match(progress.lines.join("\n"), /domain d-old does not exist in account 111122223333 in eu-central-1\. It was deleted\./);
  });

  it("is rejected with credentials of another account, where an environment can have the same name", async () => {
    const studio = new FakeDomain(fraud());
    const sources = { ...from({ "fraud-dev": studio }), account: () => Promise.resolve("444455556666") };
    const expected =
      /fraud-dev is deployed in account 111122223333 in eu-central-1, but the AWS credentials are for account 444455556666\. Sign in/;
    assert.match((await failed(run(sources, { yes: true, all: true }))).message, expected);
    const { message } = await failed(requireDrained(sources, [plan("fraud-dev")], { progress: silent }));
    assert.match(message, /^Cannot destroy these stacks\. No resources were deleted\./);
    assert.match(message, expected);
    assert.deepEqual(studio.calls, []);
  });

  it("lists every failed lookup", async () => {
    const failing = (error: Error): StudioClient => Object.assign(new FakeDomain(fraud()), { exists: () => Promise.reject(error) });
    const noCredentials = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
    const { message } = await failed(run(from({ a: failing(denied), b: failing(noCredentials) }), {}, ["a", "b"]));
    assert.match(message, /environment\/a: AccessDeniedException: .*\n.*environment\/b: CredentialsProviderError: Could not load/);
    assert.match(message, /credentials of the shell/);
  });
});

describe("requireDrained", () => {
  const check = (sources: DrainSources, plans: ReturnType<typeof plan>[], progress: Progress = silent) =>
    requireDrained(sources, plans, { progress, world: "try" });

  it("rejects blockers in environments and the quickstart", async () => {
    const sources = from({
      "fraud-dev": new FakeDomain(fraud()),
      quickstart: new FakeDomain({ ...fraud(), apps: [], profiles: ["guest"] }),
    });
    const { message } = await failed(check(sources, [plan("hub", "cloister-core"), plan("fraud-dev"), plan("quickstart", "cloister")]));
    assert.match(message, /^Cannot destroy these stacks\. No resources were deleted\./);
    assert.match(message, /cloister-environment\/fraud-dev, domain d-fraud-dev\n {4}app default/);
    assert.match(message, /cloister\/quickstart, domain d-quickstart\n {4}space team of ana/);
    assert.match(message, /drain cloister-environment\/fraud-dev cloister\/quickstart --all --yes --world try/);
  });

  it("accepts domains without blockers", async () => {
    const idle = new FakeDomain({ apps: [app("team", "Deleted")], spaces: [], profiles: [] });
    await check(from({ idle, gone: new FakeDomain(fraud(), { exists: false }) }), [plan("idle"), plan("gone"), plan("never")]);
  });

  it("looks up only the account of stacks without an environment", async () => {
    const progress = recordProgress();
    progress.step = () => assert.fail("unexpected step");
    const sources = { ...from({}), studio: () => assert.fail() };
    await check(sources, [plan("hub", "cloister-core")], progress);
  });

  const hubTopic: StateResource = {
    urn: "topic",
    type: "aws:sns/topic:Topic",
    provider: "urn:pulumi:hub::cloister-core::pulumi:providers:aws::default_7_48_0::id",
    outputs: { arn: "arn:aws:sns:eu-central-1:111122223333:alerts" },
  };
  const withRole = { ...hubTopic, provider: "urn:pulumi:prod::cloister-target-accounts::pulumi:providers:aws::account-444455556666::id" };
  const component = { urn: "key", type: "cloister:keys:CustomerKey", outputs: { arn: "arn:aws:kms:eu-central-1:444455556666:key/1" } };
  const inTarget = { ...withRole, outputs: { arn: "arn:aws:sns:eu-central-1:444455556666:alerts" } };

  it("rejects credentials of another account for every project, before anything else", async () => {
    const plans = [plan("hub", "cloister-core"), plan("prod", "cloister-target-accounts")];
    const sources = (account: DrainSources["account"]): DrainSources => ({
      resources: () => Promise.resolve([component, inTarget, hubTopic]),
      studio: () => assert.fail(),
      account,
    });
    await check(
      sources(() => Promise.resolve("111122223333")),
      plans,
    );
    const other = await failed(
      check(
        sources(() => Promise.resolve("999988887777")),
        plans,
      ),
    );
    assert.match(other.message, /^Cannot destroy these stacks\. No resources were deleted\.\n/);
    for (const { id } of plans)
      assert.ok(other.message.includes(`\n  ${id} is deployed in account 111122223333 in eu-central-1, but`), other.message);
    const expired = Object.assign(new Error("The security token is expired"), { name: "ExpiredToken" });
    const unknown = await failed(
      check(
        sources(() => Promise.reject(expired)),
        plans,
      ),
    );
    assert.match(unknown.message, /cloister-core\/hub: cannot look up the account of the AWS credentials\. ExpiredToken: .*\n[^]*Sign in/);
  });

  it("notes a failed lookup, and ignores a stack with an unreadable state", async () => {
    const failing = Object.assign(new FakeDomain(fraud()), { apps: () => Promise.reject(denied) });
    const progress = recordProgress();
    const sources = from({ failing });
    const resources: DrainSources["resources"] = (of) =>
      of.stack === "failing" ? sources.resources(of) : Promise.reject(new Error("no stack named"));
    await check({ ...sources, resources }, [plan("failing"), plan("unread")], progress);
    const notes = progress.lines.filter((line) => line.startsWith("Cannot check"));
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /in cloister-environment\/failing\. If apps or spaces exist, AWS will reject.*AccessDeniedException/);
  });
});
