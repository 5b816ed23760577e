import * as assert from "node:assert/strict";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { type StateResource, UsageError } from "@cloister/cli";
import {
  type App,
  appWords,
  clientSettings,
  type Contents,
  type Domain,
  domainsIn,
  drain,
  drainCommand,
  type DrainOptions,
  dryRun,
  inTheWay,
  type Looked,
  ownerOf,
  refusal,
  refuseWhileInUse,
  type Sources,
  type Space,
  type Studio,
  StudioError,
  studioOf,
} from "@cloister/cli/testing";
import { Interrupted, type Progress, silent } from "@cloister/common";

// What is ended, in which order, and what is said. Domains are stand-ins here: that AWS's SDK does so against AWS's interfaces is shown by tests/sandbox/drain.test.ts.

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
const domain: Domain = { id: "d-1", region: "eu-central-1", account: "111122223333", ownSpaces: ["team"], ownProfiles: ["ana", "bo"] };

describe("domains of a stack", () => {
  const resource = (type: string, outputs: object): StateResource => ({ urn: type, type, outputs: outputs as Record<string, unknown> });
  const arn = "arn:aws-cn:sagemaker:cn-north-1:111122223333:domain/d-1";

  it("are read from its state, with what its settings made of each", () => {
    const state = [
      resource("pulumi:pulumi:Stack", {}),
      resource("aws:sagemaker/domain:Domain", { arn }),
      resource("aws:sagemaker/space:Space", { domainId: "d-1", spaceName: "team" }),
      resource("aws:sagemaker/space:Space", { domainId: "d-of-another-stack", spaceName: "theirs" }),
      resource("aws:sagemaker/userProfile:UserProfile", { domainId: "d-1", userProfileName: "ana" }),
    ];
    const only = { id: "d-1", region: "cn-north-1", account: "111122223333", ownSpaces: ["team"], ownProfiles: ["ana"] };
    assert.deepEqual(domainsIn(state), [only]);
  });

  it("are none where the stack was never deployed, or broke off before the domain", () => {
    assert.deepEqual(domainsIn([]), []);
    assert.deepEqual(domainsIn([resource("aws:sagemaker/domain:Domain", {})]), []);
  });
});

describe("AWS client of a session", () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
  it("has the address and keys of a world", () => {
    const { endpoint, credentials } = clientSettings({ env, world: { dir: "", stateDir: "" } }) as {
      endpoint?: string;
      credentials?: object;
    };
    assert.deepEqual([endpoint, credentials], [env.AWS_ENDPOINT_URL, { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" }]);
  });
  it("finds those of an account itself", () => assert.deepEqual(clientSettings({ env }), {}));

  it("goes to an account through the proxy that HTTPS_PROXY names, but for the hosts of NO_PROXY", async () => {
    const asked: string[] = [];
    const proxy = http.createServer().on("connect", ({ url }, socket) => {
      asked.push(url!);
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
    const signal = AbortSignal.timeout(2_000);
    try {
      Object.assign(process.env, shell);
      const session = { env: {}, policyPack: undefined, command: undefined as never };
      await assert.rejects((await studioOf(session, { id: "d-1", region: "eu-central-1" }, signal)).exists());
      assert.ok(asked.length > 0 && asked.every((host) => host === "api.sagemaker.eu-central-1.amazonaws.com:443"), asked.join());
      asked.length = 0;
      process.env.NO_PROXY = process.env.no_proxy = ".amazonaws.com";
      const direct = await studioOf(session, { id: "d-1", region: "eu-nowhere-1" }, AbortSignal.timeout(300));
      await assert.rejects(direct.exists());
      assert.deepEqual(asked, []);
    } finally {
      for (const [name, value] of before_)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      proxy.close();
    }
  });
});

describe("what is in the way", () => {
  const contents: Contents = {
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
  const names = (found: ReturnType<typeof inTheWay>) => ({
    apps: found.apps.map((one) => one.space ?? one.profile),
    spaces: found.spaces.map(({ name }) => name),
    profiles: found.profiles,
  });

  it("are apps that have not ended, and spaces and profiles that the stack did not make", () =>
    assert.deepEqual(names(inTheWay(contents, domain)), {
      apps: ["team", "notes", "bos", "ana"],
      spaces: ["notes", "bos", "classic"],
      profiles: ["guest"],
    }));

  it("of a person is what their profile owns, the apps in spaces of the settings too", () =>
    assert.deepEqual(names(inTheWay(contents, domain, ["ana"])), { apps: ["team", "notes", "ana"], spaces: ["notes"], profiles: [] }));

  it("is nothing where only what settings made is left", () =>
    assert.deepEqual(names(inTheWay({ apps: [app("team", "Deleted")], spaces: [space("team")], profiles: ["bo"] }, domain)), {
      apps: [],
      spaces: [],
      profiles: [],
    }));

  it("has the owner of its space, or the profile it runs under", () => {
    assert.equal(ownerOf(contents.apps[1]!, contents.spaces), "ana");
    assert.equal(ownerOf(contents.apps[5]!, contents.spaces), "ana");
    assert.equal(ownerOf(app("classic"), contents.spaces), undefined);
    assert.equal(appWords(contents.apps[5]!), "app default (JupyterServer) of profile ana");
  });

  const looked = (found = inTheWay(contents, domain)): Looked => ({ id: "cloister-environment/fraud-dev", domain, contents, found });
  const line = (text: string, part: string) => text.split("\n").find((one) => one.includes(part)) ?? "";

  it("is shown with what would come of it, and the command that does it", () => {
    const text = dryRun([looked()], { names: ["fraud-dev"], world: "try" });
    assert.match(line(text, "space notes"), /app default \(JupyterLab\).*│ ana +│ Pending +│ is ended; what is in its memory is lost/);
    assert.match(line(text, "│ space notes"), /│ ana +│ InService +│ stays, with its files/);
    assert.match(line(text, "profile guest"), /stays; the stack did not make it/);
    assert.match(text, /Nothing was changed\. To do it:\n {2}npx cloister drain fraud-dev --yes --world try\n/);
    assert.match(text, /saved their files.*\n {2}npx cloister drain fraud-dev --spaces --yes --world try\n/);
    assert.match(text, /aws sagemaker delete-user-profile --region eu-central-1 --domain-id d-1 --user-profile-name guest$/);
  });

  it("is shown with spaces that would be deleted, files and all", () => {
    const text = dryRun([looked()], { names: [], spaces: true });
    assert.match(line(text, "│ space notes"), /is deleted, with the files in its volume/);
    assert.doesNotMatch(text, /saved their files/);
  });

  it("gives no command where it would end nothing", () => {
    const text = dryRun([looked({ apps: [], spaces: [], profiles: ["guest"] })], { names: [] });
    assert.doesNotMatch(text, /Nothing was changed/);
    assert.equal(
      dryRun([looked({ apps: [], spaces: [], profiles: [] })], { names: [], profiles: ["bo"] }),
      "Nothing to end for bo: no app runs, and no space or profile is there but those of the settings.",
    );
  });

  it("keeps a domain from being destroyed, all of it named, with the command that ends it", () => {
    assert.equal(
      refusal([looked(), { ...looked({ apps: [], spaces: [], profiles: [] }), id: "cloister-environment/quiet" }], { world: "try" }),
      `Nothing was destroyed. People have made these in Studio, and AWS deletes no domain that has them:
  cloister-environment/fraud-dev, domain d-1
    app default (JupyterLab) in space team: InService
    app default (JupyterLab) in space notes: Pending
    app default (JupyterLab) in space bos: Deleting
    app default (JupyterServer) of profile ana: InService
    space notes of ana: InService
    space bos of bo: InService
    space classic: InService
    profile guest, which the stack did not make
This ends them; what is in the memory of an app, or in the volume of one of these spaces, is lost. Without --yes it only shows what it would do:
  npx cloister drain cloister-environment/fraud-dev --spaces --yes --world try
Profiles are not drained. To delete them:
  aws sagemaker delete-user-profile --region eu-central-1 --domain-id d-1 --user-profile-name guest`,
    );
  });

  it("needs no --spaces where no space is in the way", () =>
    assert.match(refusal([looked({ apps: [app("team")], spaces: [], profiles: [] })], {}), /\n {2}npx cloister drain \S+ --yes$/));

  it("is ended by a command as it is typed", () =>
    assert.equal(
      drainCommand({ names: ["a", "b"], profiles: ["ana", "bo"], spaces: true, world: "w" }),
      "npx cloister drain a b --profile ana bo --spaces --yes --world w",
    ));
});

/** A domain that takes `rounds` looks to end something, and refuses what `refuses` names. */
class Domains implements Studio {
  calls: string[] = [];
  private since = new Map<string, number>();
  constructor(
    readonly has: Contents,
    private readonly options: { rounds?: number; refuses?: Record<string, Error>; isThere?: boolean; sticks?: string } = {},
  ) {}
  exists = () => Promise.resolve(this.options.isThere ?? true);
  profiles = () => Promise.resolve(this.has.profiles);
  apps = () => Promise.resolve(this.look("app", this.has.apps, ({ space: of }) => of!));
  spaces = () => Promise.resolve(this.look("space", this.has.spaces, ({ name }) => name));
  deleteApp = ({ space: of }: App) => this.end(`app ${of}`);
  deleteSpace = (name: string) => this.end(`space ${name}`);

  private end(what: string): Promise<void> {
    this.calls.push(what);
    const refused = this.options.refuses?.[what];
    if (refused) return Promise.reject(refused);
    this.since.set(what, 0);
    return Promise.resolve();
  }
  private look<T extends { status: string }>(kind: string, all: T[], name: (one: T) => string): T[] {
    return all.flatMap((one) => {
      const key = `${kind} ${name(one)}`;
      const looks = this.since.get(key) ?? (one.status === "Deleting" ? 0 : undefined);
      if (looks === undefined) return [one];
      this.since.set(key, looks + 1);
      if (looks >= (this.options.rounds ?? 1)) return kind === "app" ? [{ ...one, status: "Deleted" }] : [];
      return [{ ...one, status: this.options.sticks === key ? "Delete_Failed" : "Deleting" }];
    });
  }
}

/** Collects what a step says. */
function told(): Progress & { lines: string[] } {
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
/** Stacks by name, each with the domain of that id; without one the stack was never deployed. */
const from = (stacks: Record<string, Studio | undefined>): Sources => ({
  resources: ({ stack }) => Promise.resolve(stacks[stack] ? inState(`d-${stack}`) : []),
  studio: ({ id }) => Promise.resolve(stacks[id.slice(2)]!),
});
const interruptible = () => {
  const controller = new AbortController();
  return { interrupt: { signal: controller.signal, engine: controller.signal }, abort: () => controller.abort(new Interrupted()) };
};
const fraud = () => ({ apps: [app("team"), app("notes")], spaces: [space("team", "ana"), space("notes", "bo")], profiles: ["ana", "bo"] });
const run = (sources: Sources, options: Partial<DrainOptions> = {}, stacks = ["fraud-dev"]) =>
  drain(
    sources,
    stacks.map((one) => plan(one)),
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
  it("changes nothing without --yes", async () => {
    const studio = new Domains(fraud());
    assert.match(await run(from({ "fraud-dev": studio })), /Nothing was changed/);
    assert.deepEqual(studio.calls, []);
  });

  it("ends all apps, waits until they are gone, and leaves spaces", async () => {
    const studio = new Domains(fraud(), { rounds: 3 });
    const progress = told();
    const text = await run(from({ "fraud-dev": studio }), { yes: true, progress });
    assert.deepEqual(studio.calls, ["app team", "app notes"]);
    assert.match(text, /cloister-environment\/fraud-dev: 2 apps ended\./);
    assert.match(text, /drain fraud-dev --spaces --yes/, "tells of the spaces that stay");
    const title = "Ending apps in cloister-environment/fraud-dev";
    assert.deepEqual(
      progress.lines.filter((line) => line.startsWith(title)),
      [...Array<string>(3).fill(`${title}: 0 of 2 apps ended`), `${title}: 2 of 2 apps ended`, `${title} done: 2 apps`],
    );
  });

  it("deletes spaces with --spaces, once their apps have ended", async () => {
    const studio = new Domains(fraud());
    const text = await run(from({ "fraud-dev": studio }), { yes: true, spaces: true });
    assert.deepEqual(studio.calls, ["app team", "app notes", "space team", "space notes"]);
    assert.match(text, /2 apps ended, 2 spaces deleted\./);
  });

  it("waits for what ends already, and asks for it no second time", async () => {
    const studio = new Domains({ ...fraud(), apps: [app("notes", "Deleting")] });
    assert.match(await run(from({ "fraud-dev": studio }), { yes: true }), /1 app ended/);
    assert.deepEqual(studio.calls, []);
  });

  it("ends only what belongs to a profile, and knows which there are", async () => {
    const studio = new Domains(fraud());
    await run(from({ "fraud-dev": studio }), { yes: true, spaces: true, profiles: ["bo"] });
    assert.deepEqual(studio.calls, ["app notes", "space notes"]);
    await assert.rejects(run(from({ "fraud-dev": studio }), { profiles: ["bob", "bo"] }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, "No Studio profile bob. There are: ana, bo.");
      return true;
    });
  });

  it("names all that could not be ended, ends the rest, and says what to do", async () => {
    const refuses = { "app team": denied, "app notes": new Error("Rate exceeded") };
    const here = new Domains(fraud(), { refuses });
    const there = new Domains(fraud(), { refuses: { "app notes": denied } });
    const { message } = await failed(
      run(from({ "fraud-dev": here, "risk-dev": there }), { yes: true, spaces: true }, ["fraud-dev", "risk-dev"]),
    );
    const lines = message.split("\n");
    assert.deepEqual(lines.slice(0, -4), [
      "Not all has ended:",
      "  cloister-environment/fraud-dev: app default (JupyterLab) in space team: AccessDeniedException: User x is not authorized to perform: sagemaker:DeleteApp",
      "  cloister-environment/fraud-dev: app default (JupyterLab) in space notes: Rate exceeded",
      "  cloister-environment/fraud-dev: space team of ana is not deleted, since its app runs on",
      "  cloister-environment/fraud-dev: space notes of bo is not deleted, since its app runs on",
      "  cloister-environment/risk-dev: app default (JupyterLab) in space notes: AccessDeniedException: User x is not authorized to perform: sagemaker:DeleteApp",
    ]);
    assert.match(message, /role `lifecycle`/);
    assert.match(message, /goes on with what is left:\n {2}npx cloister drain fraud-dev risk-dev --spaces --yes$/);
    assert.deepEqual(there.calls, ["app team", "app notes", "space team"]);
  });

  it("says so when AWS could not delete a space, or takes longer than the limit", async () => {
    const sticks = new Domains({ ...fraud(), apps: [] }, { rounds: 1e6, sticks: "space notes" });
    const { message } = await failed(run(from({ "fraud-dev": sticks }), { yes: true, spaces: true, limitMinutes: 0.0001 }));
    assert.match(message, /space notes of bo: AWS could not delete it/);
    assert.match(message, /space team of ana: still Deleting after the limit of 0\.0001 minutes/);
  });

  it("ends at an interrupt, and goes on from there", async () => {
    const studio = new Domains(fraud(), { rounds: 3 });
    const { interrupt, abort } = interruptible();
    const progress = told();
    const work = run(from({ "fraud-dev": studio }), { yes: true, interrupt, pollMs: 60_000, progress });
    setTimeout(abort, 20);
    await assert.rejects(work, Interrupted);
    assert.equal(progress.lines.at(-1), "Ending apps in cloister-environment/fraud-dev failed: interrupted");
    assert.match(await run(from({ "fraud-dev": studio }), { yes: true }), /2 apps ended/);
    assert.deepEqual(studio.calls, ["app team", "app notes"], "what ends already is only waited for");
  });

  it("takes a domain that is gone, and a stack that was never deployed, for nothing to end", async () => {
    const progress = told();
    const text = await run(from({ old: new Domains(fraud(), { isThere: false }) }), { progress }, ["old", "never"]);
    assert.match(text, /Nothing to end/);
    assert.match(progress.lines.join("\n"), /cloister-environment\/never has no Studio domain/);
    assert.match(progress.lines.join("\n"), /no domain d-old in eu-central-1\. It is gone, or .* not of its account, 111122223333/);
  });

  it("names all that can't be seen", async () => {
    const blind = (error: Error): Studio => Object.assign(new Domains(fraud()), { exists: () => Promise.reject(error) });
    const nobody = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
    const { message } = await failed(run(from({ a: blind(denied), b: blind(nobody) }), {}, ["a", "b"]));
    assert.match(message, /environment\/a: AccessDeniedException: .*\n.*environment\/b: CredentialsProviderError: Could not load/);
    assert.match(message, /credentials of this shell/);
  });
});

describe("destroying", () => {
  const check = (sources: Sources, plans: ReturnType<typeof plan>[], progress: Progress = silent) =>
    refuseWhileInUse(sources, plans, { progress, world: "try" });

  it("is refused while people run something, of all environments and the quickstart, before anything is destroyed", async () => {
    const sources = from({ "fraud-dev": new Domains(fraud()), quickstart: new Domains({ ...fraud(), apps: [], profiles: ["guest"] }) });
    const { message } = await failed(check(sources, [plan("hub", "cloister-core"), plan("fraud-dev"), plan("quickstart", "cloister")]));
    assert.match(message, /^Nothing was destroyed\./);
    assert.match(message, /cloister-environment\/fraud-dev, domain d-fraud-dev\n {4}app default/);
    assert.match(message, /cloister\/quickstart, domain d-quickstart\n {4}space team of ana/);
    assert.match(message, /drain cloister-environment\/fraud-dev cloister\/quickstart --spaces --yes --world try/);
  });

  it("goes on where nothing is in the way", async () => {
    const idle = new Domains({ apps: [app("team", "Deleted")], spaces: [], profiles: [] });
    await check(from({ idle, gone: new Domains(fraud(), { isThere: false }) }), [plan("idle"), plan("gone"), plan("never")]);
  });

  it("looks at nothing when no environment is destroyed", async () => {
    const progress = told();
    progress.step = () => assert.fail("nothing to look at");
    await check({ resources: () => assert.fail(), studio: () => assert.fail() }, [plan("hub", "cloister-core")], progress);
  });

  it("goes on with a note where it can't see, and leaves a stack that can't be read to its own error", async () => {
    const blind = Object.assign(new Domains(fraud()), { apps: () => Promise.reject(denied) });
    const progress = told();
    const sources = from({ blind });
    const resources: Sources["resources"] = (of) =>
      of.stack === "blind" ? sources.resources(of) : Promise.reject(new Error("no stack named"));
    await check({ ...sources, resources }, [plan("blind"), plan("unread")], progress);
    const notes = progress.lines.filter((line) => line.startsWith("Could not see"));
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /in cloister-environment\/blind; if they do, AWS will refuse.*AccessDeniedException/);
  });
});
