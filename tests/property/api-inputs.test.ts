// Tests that AWS accepts whatever the settings accept: names, tags, descriptions, ARNs, CIDR ranges and counts.
// Compares with botocore's service models, and with rules that the sandbox adds. Does not prove what AWS does beyond these.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { featureNames } from "@cloister/components/network/catalogue";
import { UserError } from "@cloister/components/stack/errors";
import { nodeOf, type SchemaNode, type SettingsSchema } from "@cloister/components/stack/schema";
import { appInstanceTypes, notebookInstanceTypes } from "@cloister/components/studio/instance-types";
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { environmentSettings } from "@cloister/environment/settings";
import { targetSettings } from "@cloister/target-accounts/settings";
import * as fc from "fast-check";
import { apiInputs, recording, rejectionsIn, rejectionsOf } from "../helpers/api-inputs";
import { modelsOfToolchain } from "../helpers/api-texts";
import { type MockOptions, runProgram, useMocks, type World } from "../helpers/mocks";
import { coreStackOutputs } from "../programs/example-environment";
import { lookups, noSecurityHub, organizationTrail, subnetIds } from "../programs/wiring/lookups";
import { environmentStackOutputs } from "../programs/example-target-accounts";

type Settings = Record<string, unknown>;
type Arbitraries = Record<string, fc.Arbitrary<unknown>>;

/** Texts that match a pattern, and the longest of them: limits are reached only there. */
function textOf(pattern: string, maxLength = 1024): fc.Arbitrary<string> {
  const expression = new RegExp(pattern);
  return fc
    .oneof(fc.stringMatching(expression), fc.stringMatching(expression, { size: "medium" }))
    .filter((text) => text.length <= maxLength);
}

const optional = (arbitrary: fc.Arbitrary<unknown>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Values that a schema accepts. `special` has the arbitraries of settings whose schema is not a pattern, by path. */
function valuesOf(node: SchemaNode, path: string, special: Arbitraries): fc.Arbitrary<unknown> {
  const known = special[path];
  if (known) return known;
  const { type, enum: choices, properties, required = [], items, minItems = 0, minimum, maximum, pattern } = node;
  const { maxItems = 3, maxLength, anyOf } = node as { maxItems?: number; maxLength?: number; anyOf?: { const?: unknown }[] };
  if (choices) return fc.constantFrom(...choices);
  if (anyOf) return fc.constantFrom(...anyOf.map((choice) => choice.const));
  if (properties)
    return fc.record(
      Object.fromEntries(
        Object.entries(properties).map(([key, child]) => {
          const value = valuesOf(child, path === "" ? key : `${path}.${key}`, special);
          return [key, required.includes(key) ? value : optional(value)];
        }),
      ),
    );
  if (items)
    return fc.uniqueArray(valuesOf(items, `${path}[]`, special), {
      minLength: minItems,
      maxLength: Math.min(maxItems, 4),
      selector: (value) => JSON.stringify(value),
    });
  if (type === "integer") return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
  if (type === "boolean") return fc.boolean();
  if (pattern !== undefined) return textOf(pattern, maxLength);
  throw new Error(`${path} needs an arbitrary in tests/property/api-inputs.test.ts: ${JSON.stringify(node).slice(0, 200)}`);
}

/** Without absent settings, as in a configuration file. */
const clean = (settings: unknown): Settings => JSON.parse(JSON.stringify(settings)) as Settings;

const letters = "abcXYZ019ÀéößüÿÖ _.:/=+@-";
const tagText = (minLength: number, maxLength: number) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...letters), minLength: maxLength, maxLength }),
  );
const domain = textOf("^(\\*\\.)?([a-z0-9_][a-z0-9_-]{0,20}[a-z0-9]\\.){1,3}[a-z]{2,10}$");
const email = fc.emailAddress().filter((text) => /^[A-Za-z0-9_'+.-]+@[A-Za-z0-9.-]+$/.test(text));
const owner = tagText(1, 128);
const reserved = /^(aws:|cloister:|name$)/i;
const isFirst = (key: string, i: number, keys: string[]) => keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) === i;
/** Many short tags, or few long ones: a policy that requires the tags limits their total length. */
const tagsOf = (pair: fc.Arbitrary<[string, string]>, maxLength: number) =>
  fc.uniqueArray(pair, { maxLength, selector: ([key]) => key }).map((pairs) =>
    Object.fromEntries(
      pairs.filter(
        ([key], i) =>
          !reserved.test(key) &&
          isFirst(
            key,
            i,
            pairs.map(([pair]) => pair),
          ),
      ),
    ),
  );
const tags = fc.oneof(
  tagsOf(fc.tuple(fc.stringMatching(/^[a-z]{2}$/), fc.stringMatching(/^[A-Z]?$/)), 15),
  tagsOf(fc.tuple(tagText(1, 127), tagText(0, 256)), 2),
);
const cidr = fc.tuple(fc.nat(255), fc.integer({ min: 16, max: 20 })).map(([second, prefix]) => `10.${second}.0.0/${prefix}`);
const shared: Arbitraries = { owner, tags, purge: fc.constant(false), confirmPurge: fc.constant(undefined) };

const roleName = "[\\w+=,.@-]{1,64}";
const accounts = fc.uniqueArray(fc.stringMatching(/^\d{12}$/), { maxLength: 10 });
const network: Arbitraries = {
  "network.mode": fc.constant("new"),
  "network.flowLogRetentionDays": fc.constantFrom(1, 365, 3653),
  "network.cidr": cidr,
  "network.zones": fc.integer({ min: 2, max: 3 }),
  "network.features": fc.uniqueArray(fc.constantFrom(...featureNames), { minLength: 1 }),
  "network.allowedDomains": fc.uniqueArray(domain, { maxLength: 5 }),
  "network.dhcp.domainName": domain.filter((name) => !name.startsWith("*.")),
  "network.mirrorServiceName": fc.constant("com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"),
  "network.mirrorHost": domain.filter((name) => !name.startsWith("*.")),
  "network.endpoints": fc.constant({}),
  "network.accountIds": accounts,
  "network.imageAccounts": accounts,
  ...Object.fromEntries(
    ["vpcId", "subnetIds", "s3EndpointId", "flowLogRoleArn", "acceptedPaths", "centralEndpoints", "zoneIds"].map((key) => [
      `network.${key}`,
      fc.constant(undefined),
    ]),
  ),
};
const person = fc.string({ unit: fc.constantFrom(..."abcXYZ019_.+=@-"), minLength: 2, maxLength: 64 });
const instanceType = fc.constantFrom(...appInstanceTypes.filter((type) => notebookInstanceTypes.includes(type)));
const people: Arbitraries = {
  "people.signIn": fc.constantFrom("mfa", "none"),
  "people.users": fc.constant({}),
  "people.userArns": fc.constant([]),
  "people.samlProviderArn": fc.constant(undefined),
  "people.permissionSets": fc.constant({}),
};
const arns = fc.uniqueArray(fc.stringMatching(new RegExp(`^${roleName}$`)), { maxLength: 2 });
const retention = fc.constantFrom(1, 365, 3653);
const environmentSpecial: Arbitraries = {
  "monitoring.deniedCalls.retentionDays": retention,
  "network.writableRepositories": fc.uniqueArray(textOf("^[\\w.-]{1,40}(/[\\w.-]{1,40}){1,2}$"), { maxLength: 3 }),
  ...shared,
  ...network,
  ...people,
  "network.glueDatabases": fc.uniqueArray(textOf("^[a-z0-9_-]{1,60}\\*?$"), { minLength: 1, maxLength: 3 }),
  "monitoring.budget.emails": fc.uniqueArray(email, { maxLength: 10 }),
  "monitoring.budget.actualPercent": fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
  "monitoring.budget.forecastPercent": fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 2 }),
  "data.existing": fc.constant(undefined),
  "models.existing": fc.constant(undefined),
  // A product depends on many other settings. tests/unit/components/catalog-project.test.ts renders its values.
  catalog: fc.constant(undefined),
  deployRoleArns: fc.constant([]),
  breakGlassRoleArns: arns.map((names) => names.map((name) => `arn:aws:iam::444455556666:role/${name}`)),
  serviceRoleArns: fc.constant([]),
  "studio.signIn": fc.constant("iam"),
  "studio.instanceTypes": fc.uniqueArray(instanceType, { minLength: 1, maxLength: 6 }),
  "studio.profiles[].person": person,
  "studio.profiles[].gitName": fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => /^[^\p{C}<>]{1,100}$/u.test(text)),
  "studio.profiles[].roleArn": fc.constant(undefined),
  "studio.pip.indexUrl": textOf("^https://[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\\.[a-z0-9]{1,20}){1,3}(:\\d{1,4})?(/[\\w.~%-]+)*/?$", 512),
  "studio.git.repositories[]": textOf("^https://[a-z0-9]{1,20}(\\.[a-z0-9]{1,20}){1,3}(/[._a-zA-Z0-9-]{1,40}){1,20}$", 1024),
  "studio.pip.trustedCertificate": fc.constant(undefined),
  "studio.images[].environment": fc.dictionary(textOf("^[a-zA-Z][a-zA-Z0-9_]{0,255}$"), fc.string({ maxLength: 256 }), { maxKeys: 25 }),
  "studio.images[].entrypoint": fc.string({ minLength: 1, maxLength: 256 }),
  "studio.images[].arguments": fc.array(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 50 }),
  "studio.images[].imageUri": fc
    .stringMatching(/^[a-z0-9]([a-z0-9._/-]{0,60}[a-z0-9])?(@sha256:[0-9a-f]{64}|:\w[\w.-]{1,60})$/)
    .map((name) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${name}`),
};

type Item = Settings & { name: string; owner?: string; instanceType?: string; instanceTypes?: string[] };

/** Resolves references between settings, which the schema does not contain: owners, types of profiles, features. */
function consistent(given: Settings): Settings {
  const settings = clean(given) as Settings & { studio?: Record<string, unknown>; network?: Record<string, unknown>; people?: unknown };
  const studio = (settings.studio ??= {});
  const types = (studio.instanceTypes as string[] | undefined) ?? ["ml.t3.medium"];
  studio.instanceTypes = types;
  studio.defaultInstanceType = types[0];
  const profiles = ((studio.profiles as Item[] | undefined) ?? [{ name: "ana" }]).map((profile, i) => ({
    ...profile,
    ...(profile.instanceTypes && { instanceTypes: types.slice(0, 1) }),
    person: profile.person ?? `person-${i}`,
    ...(studio.git === undefined && { gitName: undefined }),
  }));
  studio.profiles = profiles;
  for (const list of ["spaces", "notebooks"])
    studio[list] = ((studio[list] as Item[] | undefined) ?? []).map((item, i) => ({
      ...item,
      owner: profiles[i % profiles.length]!.name,
      ...(item.instanceType && { instanceType: types[0] }),
      ...(list === "spaces" && item.sharing === "shared" && { app: "jupyterlab" }),
    }));
  studio.volumeGb = { maximum: 16384 };
  if (studio.projectsPortfolioId !== undefined) studio.projects = true;
  const features = new Set((settings.network?.features as string[] | undefined) ?? ["studio", "jobs"]);
  const wanted = settings.network ?? {};
  for (const [key, feature] of [
    ["mirrorServiceName", "mirror"],
    ["writableRepositories", "connections"],
    ["glueDatabases", "analytics"],
  ] as const)
    if (wanted[key] !== undefined) features.add(feature);
  if (features.has("mirror")) wanted.mirrorServiceName ??= "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
  else delete wanted.mirrorHost;
  if ((studio.notebooks as unknown[]).length > 0) features.add("notebooks");
  if (studio.git !== undefined) features.add("git");
  // Otherwise, hosts of package indexes and repositories must be among the allowed domains.
  wanted.dnsFirewall = "off";
  settings.network = { ...wanted, features: [...features] };
  return settings;
}

const leadName = fc.stringMatching(new RegExp(`^(role|user|group)/${roleName}$`));
/** A portfolio of environments, whose engine has the network and the image of the lookups. */
const catalog: Arbitraries = {
  "catalog.name": fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 100 })
    .filter((text) => /^\S(.*\S)?$/.test(text) && text.length <= 100),
  "catalog.leads": fc.uniqueArray(
    fc.oneof(
      leadName.map((name) => `arn:aws:iam::111122223333:${name}`),
      leadName.map((name) => `arn:aws:iam:::${name}*`),
    ),
    { minLength: 1, maxLength: 10 },
  ),
  "catalog.sharing.organizationalUnits": fc.uniqueArray(
    fc.stringMatching(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/).map((unit) => `arn:aws:organizations::999900001111:ou/o-exampleorgid/${unit}`),
    { maxLength: 2 },
  ),
  "catalog.tagOptions": fc
    .uniqueArray(fc.tuple(tagText(1, 127), fc.uniqueArray(tagText(1, 256), { minLength: 1, maxLength: 2 })), {
      maxLength: 3,
      selector: ([key]) => key.toLowerCase(),
    })
    .map((pairs) =>
      Object.fromEntries(pairs.filter(([key, values]) => !reserved.test(key) && !values.some((value) => reserved.test(value)))),
    ),
  "catalog.engine.subnetIds": fc.constant([subnetIds[0]]),
  "catalog.engine.securityGroupIds": fc.constant(["sg-0123456789abcdef0"]),
  "catalog.engine.image": fc
    .stringMatching(/^[a-z0-9]{1,20}([._/-][a-z0-9]{1,20}){0,4}@sha256:[0-9a-f]{64}$/)
    .map((name) => `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${name}`),
  // The publishers must contain the deploying role.
  "catalog.publishers": fc.constant(undefined),
  "mirror.manifest": fc.constant("../tests/helpers/packages.yaml"),
  "mirror.publisherRoleArns": fc
    .uniqueArray(fc.stringMatching(new RegExp(`^${roleName}$`)), { minLength: 1, maxLength: 2 })
    .map((names) => names.map((name) => `arn:aws:iam::111122223333:role/${name}`)),
  // The front `fargate` requires `network`. tests/unit/components/mirror-fargate.test.ts tests its settings.
  "mirror.front": fc.constantFrom("s3", "codeartifact"),
  "mirror.fargate": fc.constant(undefined),
  "audit.trail.bucketPrefixes": fc.uniqueArray(textOf("^[a-z0-9][a-z0-9.-]{2,62}$"), { maxLength: 3 }),
  "audit.trail.logRetentionDays": retention,
  "audit.logGroups.retentionDays": retention,
  "audit.trail.readerArns": arns.map((names) => names.map((name) => `arn:aws:iam::111122223333:role/${name}`)),
  "audit.existingTrailArn": fc.constant(undefined),
  "audit.guardDuty.protections": fc.subarray(["S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS", "EKS_AUDIT_LOGS"]),
  "audit.config.readerArns": arns.map((names) => names.map((name) => `arn:aws:iam::111122223333:role/${name}`)),
  // The lookups find no recorder.
  "audit.config.existingRecorder": fc.constant(false),
  // An account has either the engine or the launch role of the engine of another account in these runs.
  catalogLaunch: fc.constant(undefined),
};

interface Program {
  answers?: MockOptions["answers"];
  folder: string;
  project: string;
  schema: SettingsSchema;
  special: Arbitraries;
  stack: fc.Arbitrary<string>;
  fix?: (settings: Settings) => Settings;
  stacks?: Record<string, { outputs: Record<string, unknown> }>;
  base?: Settings;
}

const programs: Program[] = [
  {
    folder: "core",
    project: "cloister-core",
    schema: coreSettings.extend(standaloneCoreSettings),
    special: {
      ...shared,
      ...network,
      ...people,
      "network.features": fc.uniqueArray(fc.constantFrom(...featureNames.filter((name) => name !== "mirror")), { minLength: 1 }),
      alertEmails: fc.uniqueArray(email, { maxLength: 3 }),
      ...catalog,
    },
    // Corrections require an allow-list, and controls require a trail.
    answers: {
      ...lookups,
      ...organizationTrail,
      ...noSecurityHub,
      getParametersByPath: () => ({ names: ["/cloister/controls/fraud-dev"] }),
    },
    // Findings go to the hub that the stack enables, because the account has none.
    // With `catalog` or a trail, tags have values. Parts of `audit` require a trail, and the account already has one.
    // tests/unit/components/catalog-environments.test.ts and audit.test.ts reject others.
    fix: ({ audit = {}, controls, tags, ...given }) => {
      const { trail, alerts, savedQueries, ...others } = audit as Record<string, object | undefined>;
      const withTrail = trail && { trail: { ...trail, acceptDuplicate: true }, alerts, savedQueries };
      const named = Object.entries((tags ?? {}) as object).map(([key, value]) => [key, String(value || "x").slice(0, 255)]);
      const withHub = controls ? { controls: { ...(controls as object), ...(!others.securityHub && { securityHub: false }) } } : {};
      return clean({ ...given, ...withHub, audit: { ...others, ...withTrail }, tags: tags && Object.fromEntries(named) });
    },
    stack: fc.oneof(fc.stringMatching(/^[a-z](-?[a-z0-9]){0,8}$/), fc.constantFrom("h".repeat(29), "h".repeat(40))),
  },
  {
    folder: "environment",
    project: "cloister-environment",
    schema: environmentSettings,
    special: environmentSpecial,
    stack: fc.constant("lab"),
    fix: consistent,
    base: { coreStack: "hub" },
    stacks: { "organization/cloister-core/hub": { outputs: coreStackOutputs } },
  },
  {
    folder: "target-accounts",
    project: "cloister-target-accounts",
    schema: targetSettings,
    special: {
      ...shared,
      ...network,
      accounts: fc.constantFrom([{ id: "444455556666" }], [{ id: "444455556666", cidr: "10.9.0.0/17" }, { id: "555566667777" }]),
      deployRoleName: fc.stringMatching(new RegExp(`^${roleName}$`)),
      environmentStack: fc.constant("fraud-dev"),
    },
    stack: fc.constant("lab"),
    // Both settings require the feature `mirror`, which the program of environments tests.
    fix: (given) => {
      const { network: chosen = {}, ...others } = clean(given) as { network?: Settings };
      const { features = ["hosting"] } = chosen as { features?: string[] };
      const without = features.filter((name) => name !== "mirror");
      const network = {
        ...chosen,
        mirrorServiceName: undefined,
        mirrorHost: undefined,
        features: without.length > 0 ? without : ["hosting"],
      };
      return clean({ ...others, network });
    },
    stacks: { "organization/cloister-environment/fraud-dev": { outputs: environmentStackOutputs } },
  },
];

async function run({ folder, project, stacks, base, answers }: Program, stack: string, settings: Settings): Promise<World | undefined> {
  const config = Object.fromEntries(Object.entries({ ...base, ...settings }).map(([key, value]) => [`${project}:${key}`, value]));
  const world = await useMocks({ project, stack, config, ...(stacks && { stacks }), ...(answers && { answers }) });
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    await runProgram(folder);
    return world;
  } catch (error) {
    if (error instanceof UserError || (error as Error).message.startsWith("Cannot deploy stack")) {
      rejections.push((error as Error).message);
      return undefined;
    }
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const rejections: string[] = [];

describe("settings that are accepted", () => {
  for (const program of programs)
    it(`lead to requests that AWS accepts, in ${program.folder}`, async function () {
      this.timeout(180_000);
      rejections.length = 0;
      const numRuns = 30;
      const settings = valuesOf(nodeOf(program.schema), "", program.special)
        .map(clean)
        .map(program.fix ?? ((given) => given));
      await fc.assert(
        // A message names the resource and the member, and each run takes half a second, so shrinking takes minutes.
        fc.asyncProperty(fc.noShrink(program.stack), fc.noShrink(settings), async (stack, given) => {
          const world = await run(program, stack, given);
          if (world) assert.equal(rejectionsIn(world).slice(0, 5).join("\n"), "");
        }),
        { numRuns },
      );
      assert.ok(
        rejections.length < numRuns / 2,
        `${rejections.length} of ${numRuns} settings are rejected:\n${rejections.slice(0, 3).join("\n")}`,
      );
    });
});

describe("the comparison with service models", () => {
  it("has the constraints of every operation in botocore", async () =>
    assert.deepEqual(JSON.parse(fs.readFileSync(recording, "utf8")), apiInputs(await modelsOfToolchain())));

  const rejected: [type: string, inputs: Record<string, unknown>, expected: RegExp][] = [
    [
      "aws:ec2/securityGroup:SecurityGroup",
      { description: "core's" },
      /ec2:CreateSecurityGroup: InvalidParameterValue: Invalid security group/,
    ],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { description: "core's" }, /Invalid rule description/],
    ["aws:iam/role:Role", { description: "ł" }, /iam:CreateRole: .* at 'description' .* pattern/],
    ["aws:iam/role:Role", { tags: { Team: "a", team: "b" } }, /Duplicate tag keys/],
    ["aws:kms/key:Key", { tags: { owner: "R&D" } }, /TagException/],
    ["aws:sagemaker/space:Space", { spaceName: "-a" }, /at 'spaceName'/],
    [
      "aws:route53/zone:Zone",
      { tags: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, ""])) },
      /at 'addTags' .* less than or equal to 10/,
    ],
    [
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      { rules: [{ status: "On" }] },
      /enum value set: \[Enabled, Disabled\]/,
    ],
    ["aws:iam/role:Role", { colour: "red" }, /no operation takes colour/],
    ["aws:ec2/instance:Instance", {}, /is not in the table/],
  ];
  for (const [type, inputs, expected] of rejected)
    it(`finds ${expected.source.slice(0, 60)}`, () => assert.match(rejectionsOf({ type, name: "it", inputs }).join("\n"), expected));

  it("finds a generated name that is too long", () =>
    assert.match(
      rejectionsOf({ type: "aws:iam/role:Role", name: "r".repeat(57), inputs: {} }).join(),
      /at 'roleName' .* less than or equal to 64/,
    ));
});
