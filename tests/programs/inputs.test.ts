// Tests all inputs of all programs: strings, policies and resource options.
// Does not prove that the values are correct: the tests of the programs and the wiring table do.
import assert from "node:assert/strict";
import { isObject } from "@cloister/common";
import { limits } from "@cloister/components/aws/limits";
import { type FeatureName, featureNames } from "@cloister/components/network/catalogue";
import { rejectionsIn } from "../helpers/api-inputs";
import { actionsMatching } from "../helpers/iam";
import { type Registered, runProgram, useMocks, type World } from "../helpers/mocks";
import { coreStackOutputs, example, exampleEnvironment, exampleStudio } from "./example-environment";
import { servers } from "./wiring/core";
import { exampleTargets } from "./example-target-accounts";
import { exampleConfig } from "./world";

interface Statement {
  Sid?: string;
  Effect?: string;
  Principal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
}

const withoutMirror: FeatureName[] = featureNames.filter((name) => name !== "mirror");
const perPerson = { ...(example["cloister-environment:studio"] as object), executionRole: "per-person" };

/** Outputs of a core stack with shared endpoints. */
const sharedEndpoints = {
  ...coreStackOutputs,
  centralVpcId: "vpc-0123456789abcdef0",
  centralCidr: "10.63.0.0/20",
  centralRouteTableIds: ["rtb-0123456789abcdef0"],
  centralSecurityGroupId: "sg-0123456789abcdef0",
  centralEndpoints: ["sts"],
  mirrorFront: "s3",
  mirrorRequests: "platform@bank.example",
  mirrorBucket: "bank-hub-mirror-bucket-0a1b2c3",
  mirrorIndexUrl: "",
  mirrorServiceName: "",
  mirrorZones: [],
  mirrorRepositoryArn: "",
  centralZoneIds: { "sts.eu-central-1.amazonaws.com": { zoneId: "Z0123456789" } },
};

const programs: Record<string, { folder: string; start: () => Promise<World> }> = {
  "the example core stack": {
    folder: "core",
    start: () => useMocks({ project: "cloister-core", stack: "bank-hub", config: exampleConfig("core/Pulumi.bank-hub.yaml") }),
  },
  "the example environment": { folder: "environment", start: () => exampleEnvironment() },
  "an environment with all features and NAT": {
    folder: "environment",
    start: () =>
      exampleEnvironment({
        "cloister-environment:network": { features: withoutMirror, egress: "nat" },
        "cloister-environment:studio": perPerson,
      }),
  },
  "a core stack with shared endpoints": {
    folder: "core",
    start: () =>
      useMocks({
        project: "cloister-core",
        stack: "bank-hub",
        config: { ...exampleConfig("core/Pulumi.bank-hub.yaml"), "cloister-core:network": {} },
      }),
  },
  "a core stack with servers of the package mirror": {
    folder: "core",
    start: () =>
      useMocks({
        project: "cloister-core",
        stack: "bank-hub",
        config: {
          ...exampleConfig("core/Pulumi.bank-hub.yaml"),
          "cloister-core:network": servers.network,
          "cloister-core:mirror": servers.mirror,
        },
      }),
  },
  "an environment with shared endpoints and a security group per profile": {
    folder: "environment",
    start: () =>
      exampleEnvironment(
        {
          "cloister-environment:endpointsFrom": "core",
          "cloister-environment:studio": { ...perPerson, securityGroupPerProfile: true },
        },
        { coreStackOutputs: sharedEndpoints, answers: { getRouteTable: () => ({ routes: [] }) } },
      ),
  },
  "the example target accounts": { folder: "target-accounts", start: () => exampleTargets() },
  "the example quickstart": {
    folder: ".",
    start: () => useMocks({ project: "cloister", stack: "quickstart", config: exampleConfig("Pulumi.quickstart.yaml") }),
  },
};

/** The value of a JSON text. Metric filter patterns also start with a brace. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All values in an input, with their paths. A text that is JSON counts as its value. */
function valuesIn(value: unknown, path: string): [path: string, value: unknown][] {
  if (typeof value === "string") {
    const json = /^[[{]/.test(value) ? parsed(value) : value;
    return typeof json === "string" ? [[path, json]] : valuesIn(json, path);
  }
  if (Array.isArray(value)) return value.flatMap((item, i) => valuesIn(item, `${path}[${i}]`)).concat([[path, value]]);
  if (!isObject(value)) return [[path, value]];
  return [[path, value], ...Object.entries(value).flatMap(([key, item]) => valuesIn(item, `${path}.${key}`))];
}
const inputsOf = (world: World) =>
  world.resources.flatMap(({ type, name, inputs }) =>
    Object.entries(inputs).flatMap(([key, value]) => valuesIn(value, `${type} ${name} ${key}`)),
  );
const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

/** All policy documents, by the path of the input. */
const policiesOf = (world: World) =>
  inputsOf(world).flatMap(([path, value]): [string, Statement[]][] =>
    isObject(value) && Array.isArray(value.Statement) ? [[path, value.Statement as Statement[]]] : [],
  );

/** Texts that are empty on purpose. */
const canBeEmpty = /^aws:s3\/bucketLifecycleConfiguration:.* rules\[\d\]\.filter\.prefix$/;

for (const [what, { folder, start }] of Object.entries(programs))
  describe(`inputs of ${what}`, () => {
    let world: World;
    before(async () => {
      world = await start();
      await runProgram(folder);
      assert.ok(policiesOf(world).length >= 3);
    });

    it("are requests that AWS accepts", () => assert.deepEqual(rejectionsIn(world), []));

    it("stay within the limits that no setting reaches", () => {
      const attached = world.resources.filter(({ type }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
      const attachedTo = (role: unknown) => attached.filter(({ inputs }) => inputs.role === role).length;
      for (const { inputs } of attached) assert.ok(attachedTo(inputs.role) <= limits.policiesOfRole.value, String(inputs.role));
      for (const { type, name, inputs } of world.resources)
        if (type === "aws:ssm/parameter:Parameter") {
          const { value } = inputs.tier === undefined ? limits.parameterValue : limits.advancedParameterValue;
          assert.ok(String(inputs.value).length <= value, name);
        }
      for (const [path, value] of inputsOf(world))
        if (/[sS]ecurityGroup(Id)?s$/.test(path) && Array.isArray(value)) assert.ok(value.length <= limits.groupsOfInterface.value, path);
    });

    it("contain no empty text and no missing part of a name", () =>
      assert.deepEqual(
        inputsOf(world)
          .filter(
            ([path, value]) =>
              !canBeEmpty.test(path) && typeof value === "string" && (value === "" || /undefined|null|NaN|\[object/.test(value)),
          )
          .map(([path, value]) => `${path}: '${String(value)}'`),
        [],
      ));

    it("contain no list with a repeated value", () =>
      assert.deepEqual(
        inputsOf(world)
          .filter(([, value]) => Array.isArray(value) && value.length > new Set(value.map((item) => JSON.stringify(item))).size)
          .map(([path, value]) => `${path}: ${JSON.stringify(value)}`),
        [],
      ));

    // Source: IAM user guide, "IAM JSON policy elements: Sid".
    it("have policies whose statements have different IDs of letters and digits", () => {
      for (const [path, statements] of policiesOf(world)) {
        const ids = statements.map(({ Sid }) => Sid ?? "");
        for (const id of ids) assert.match(id, /^[A-Za-z0-9]+$/, path);
        assert.equal(new Set(ids).size, ids.length, `${path}: ${ids.join(", ")}`);
      }
    });

    it("have policies whose statements have an effect, actions, and resources or principals", () => {
      for (const [path, statements] of policiesOf(world))
        for (const { Sid, Effect, Action, NotAction, Resource, Principal } of statements) {
          const where = `${path}: ${Sid}`;
          assert.ok(Effect === "Allow" || Effect === "Deny", where);
          assert.equal(list(Action).length > 0, list(NotAction).length === 0, where);
          assert.ok(list(Resource).length > 0 || Principal !== undefined, where);
        }
    });

    it("have policies with actions that exist", async () => {
      const patterns = new Set(
        policiesOf(world).flatMap(([, statements]) => statements.flatMap(({ Action, NotAction }) => [...list(Action), ...list(NotAction)])),
      );
      const unknown: string[] = [];
      for (const pattern of patterns) if (pattern !== "*" && (await actionsMatching(pattern)).length === 0) unknown.push(pattern);
      assert.deepEqual(unknown, []);
    });

    it("have policies with the version that supports variables", () => {
      for (const [path, value] of inputsOf(world))
        if (isObject(value) && Array.isArray(value.Statement)) assert.equal(value.Version, "2012-10-17", path);
    });
  });

describe("resource options", () => {
  /** By resource: the options, and the names of resources that it waits for without using their values. */
  const optionsOf = (world: World, prefix: string) => {
    const short = (name: string) => (name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : name);
    const waitsOf = ({ sources, dependencies, parent }: Registered) => {
      const used = Object.values(sources).flat();
      return dependencies
        .filter((dependency) => dependency.custom && !used.includes(dependency) && dependency !== parent)
        .map(({ name }) => short(name));
    };
    return Object.fromEntries(
      world.resources
        .filter(({ custom }) => custom)
        .map((resource) => {
          const waits = waitsOf(resource);
          const type = resource.type.split(":").at(-1)!;
          const { replacementTrigger: trigger, ...options } = resource.options;
          // The input of a script's stash is the hash of the script.
          const replacementTrigger = trigger === resource.inputs.input ? "input" : trigger;
          return [
            `${type} ${short(resource.name)}`,
            { ...options, ...(trigger !== undefined && { replacementTrigger }), ...(waits.length > 0 && { waits: waits.sort() }) },
          ] as const;
        })
        .filter(([, options]) => Object.keys(options).length > 0),
    );
  };

  it("of an environment match the expected list", async () => {
    const world = await exampleEnvironment({
      "cloister-environment:network": { features: ["studio", "jobs", "notebooks"], egress: "nat" },
      "cloister-environment:studio": exampleStudio(["notebooks"]),
    });
    await runProgram("environment");
    assert.deepEqual(optionsOf(world, "fraud-dev"), {
      "BucketLifecycleConfiguration data-lifecycle": { waits: ["data-versions"] },
      "BucketLifecycleConfiguration models-lifecycle": { waits: ["models-versions"] },
      // S3 rejects a policy while the public access block is being created.
      "BucketPolicy data-policy": { waits: ["data-private"] },
      "BucketPolicy models-policy": { waits: ["models-private"] },
      // AWS adds subnets to the default network ACL.
      "DefaultNetworkAcl default-acl": { ignoreChanges: ["subnetIds"] },
      // AWS rejects updates of the domain, and the provider replaces it. The name exists until the old domain is deleted.
      "Domain domain": {
        deleteBeforeReplace: true,
        ignoreChanges: ["subnetIds", "retentionPolicy", "defaultUserSettings", "defaultSpaceSettings"],
      },
      "EventTarget app-calls-target": { waits: ["app-calls-deleted", "app-calls-started", "events"] },
      "EventTarget denied-calls-target": { waits: ["denied-calls-changes", "denied-calls-reads", "events"] },
      "FlowLog flow-log": { deleteBeforeReplace: true, waits: ["flow-logs-policy"] },
      "NatGateway nat-eu-central-1a": { waits: ["public-route"] },
      "NatGateway nat-eu-central-1b": { waits: ["public-route"] },
      // The name exists until the old notebook instance is deleted.
      "NotebookInstance notebook-ledger": { deleteBeforeReplace: true },
      // Rules before the association: an association without rules allows all names.
      "ResolverFirewallRuleGroupAssociation dns": { waits: ["dns-allowed", "dns-rest"] },
      // The shared policy is attached before statements move out of the policy of the role.
      "RolePolicy execution-policy": { waits: ["execution-work"] },
      "RolePolicy notebook-ledger-policy": { waits: ["notebook-ledger-work"] },
      "Space space-scorecards": {
        deleteBeforeReplace: true,
        replaceOnChanges: ["ownershipSettings", "spaceSharingSettings", "spaceSettings.appType"],
        ignoreChanges: ["jupyterLabAppSettings", "codeEditorAppSettings"].map((app) => `spaceSettings.${app}.appLifecycleManagement`),
      },
      // A destroy deletes the domain before the scripts.
      "Stash members-start": { replacementTrigger: "input", waits: ["domain"] },
      "StudioLifecycleConfig members-start-codeeditor": { waits: ["domain"] },
      "StudioLifecycleConfig members-start-jupyterlab": { waits: ["domain"] },
      // Another owner, sharing type or app replaces the space, which then has the current initial values.
      "Stash space-scorecards-initial": { replacementTrigger: ["ana-horvat", "shared", "jupyterlab"] },
      ...Object.fromEntries(
        ["codeeditor", "jupyterlab"].map((app) => [
          `StudioLifecycleConfig start-${app}`,
          { ignoreChanges: ["studioLifecycleConfigName", "studioLifecycleConfigContent"] },
        ]),
      ),
      // Two profiles cannot have one name.
      "UserProfile profile-ana-horvat": { deleteBeforeReplace: true },
    });
  });
});
