import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { deployStack, destroyStack, type Outcome, previewStack, root, stackResources } from "@cloister/cli";
import { drain, drainSources, sharedSpaceNotes, updateDomainCommand } from "@cloister/cli/testing";
import { studioCalls } from "../sandbox/javascript";
import { pascalCase } from "../helpers/documented-commands";
import { atOnce, planOf, quiet, setUp, type Stage } from "../helpers/engine";

// Changes Studio settings while apps run, with the real engine and provider, in a sandbox that rejects what AWS rejects.
// Not proven: that AWS rejects no other update, and when running apps use a change.

const type = (name: string) => `aws:sagemaker/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;

describe("changes of Studio", function () {
  this.timeout(600_000);
  const environment = planOf("fraud-dev");
  const hub = planOf("bank-hub");
  let stage: Stage;
  let call: ReturnType<typeof studioCalls>;
  let restored: Outcome;

  const settings = (studio: object, others: object = {}) => ({
    "cloister-environment:studio": {
      profiles: [{ name: "ana-horvat", gitName: "Ana Horvat" }, "bo-li"],
      spaces: [{ name: "scorecards", owner: "ana-horvat", sharing: "shared" }],
      ...studio,
    },
    ...others,
  });
  const image = (digest: string) => ({
    images: [{ name: "torch", imageUri: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio@sha256:${digest.repeat(64)}` }],
  });
  const git = { git: { emailDomain: "bank.example" } };
  const initial = settings({ ...git, ...image("a") }, { "cloister-environment:purge": false });
  const changed = settings(
    {
      ...image("b"),
      git: { emailDomain: "risk.example" },
      idleMinutes: 60,
      instanceTypes: ["ml.m5.large", "ml.g5.xlarge"],
      defaultInstanceType: "ml.m5.large",
      volumeGb: { default: 20, maximum: 200 },
      sharing: true,
      downloads: true,
      profiles: [{ name: "ana-horvat", gitName: "Ana H." }, "bo-li"],
    },
    { "cloister-environment:purge": true },
  );

  const profile = (name = "ana-horvat") => call("DescribeUserProfile", { UserProfileName: name });
  const deploy = (set: Record<string, unknown>) => deployStack(stage.session, environment, { ...atOnce, set });
  const stepsAfter = async (set: Record<string, unknown>) => (await previewStack(stage.session, environment, { ...quiet, set })).steps;
  const stepsOf = ({ steps }: Outcome, of: string) =>
    steps.filter(({ urn }) => urn.includes(`${of}::`)).map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  const changesSince = async (since: Date) =>
    (await stage.control.journal({ service: "sagemaker", since: since.toISOString() })).filter(
      ({ operation }) => !/^(Get|List|Describe)/.test(operation),
    );
  const jupyterLab = (item: Record<string, unknown>) =>
    (item.UserSettings as { JupyterLabAppSettings: Record<string, unknown> }).JupyterLabAppSettings;
  const noteOn = (outcome: Outcome) =>
    sharedSpaceNotes([environment], new Map([[environment.id, outcome]]), stage.session.world).join("\n");
  const startScript = async () => String(jupyterLab(await profile()).BuiltInLifecycleConfigArn);

  before(async () => {
    stage = await setUp("studio-changes");
    await deployStack(stage.session, hub, atOnce);
    assert.match(noteOn(await deploy(initial)), /aws sagemaker update-domain /, "a new domain has no images");
    const domain = (await stackResources(stage.session, environment)).find((resource) => resource.type === type("domain"))!.id!;
    call = studioCalls(stage.world, domain);
    // An app in a private space, with a custom image, and an app in the shared space.
    const [custom] = jupyterLab(await profile()).CustomImages as { ImageName: string; ImageVersionNumber: number }[];
    const { ImageArn, ImageVersionArn } = await call("DescribeImageVersion", {
      ImageName: custom!.ImageName,
      Version: custom!.ImageVersionNumber,
    });
    await call("CreateSpace", {
      SpaceName: "notes",
      OwnershipSettings: { OwnerUserProfileName: "ana-horvat" },
      SpaceSharingSettings: { SharingType: "Private" },
      SpaceSettings: { AppType: "JupyterLab" },
    });
    const app = { AppType: "JupyterLab", AppName: "default" };
    await call("CreateApp", {
      SpaceName: "notes",
      ...app,
      ResourceSpec: { SageMakerImageArn: ImageArn, SageMakerImageVersionArn: ImageVersionArn },
    });
    await call("CreateApp", { SpaceName: "scorecards", ...app });
  });
  after(() => stage.end());

  it("change profiles, scripts and images while apps run, and neither the domain nor a space", async () => {
    const started = new Date();
    const [script, space] = [await startScript(), await call("DescribeSpace", { SpaceName: "scorecards" })];
    const outcome = await deploy(changed);
    assert.match(noteOn(outcome), new RegExp(`^  source ${stage.world.dir}/env.sh\n  aws sagemaker update-domain `, "m"));
    assert.deepEqual(stepsOf(outcome, type("domain")), []);
    assert.deepEqual(stepsOf(outcome, type("space")), []);
    assert.deepEqual(stepsOf(outcome, type("userProfile")).sort(), [
      "update fraud-dev-profile-ana-horvat",
      "update fraud-dev-profile-bo-li",
    ]);
    const calls = await changesSince(started);
    assert.deepEqual(
      calls.filter(({ result }) => result !== "ok"),
      [],
      "AWS rejects no call",
    );
    assert.deepEqual([...new Set(calls.map(({ operation }) => operation))].sort(), [
      "CreateImageVersion",
      "CreateStudioLifecycleConfig",
      "UpdateUserProfile",
    ]);

    const { UserSettings } = await profile();
    const { SpaceStorageSettings, SharingSettings, StudioWebPortalSettings } = UserSettings as Record<string, Record<string, unknown>>;
    const { AppLifecycleManagement, DefaultResourceSpec, CustomImages } = jupyterLab(await profile());
    assert.deepEqual((AppLifecycleManagement as { IdleSettings: object }).IdleSettings, {
      LifecycleManagement: "ENABLED",
      IdleTimeoutInMinutes: 60,
      MinIdleTimeoutInMinutes: 60,
      MaxIdleTimeoutInMinutes: 60,
    });
    assert.deepEqual(DefaultResourceSpec, { InstanceType: "ml.m5.large" });
    assert.equal((CustomImages as { ImageVersionNumber: number }[])[0]!.ImageVersionNumber, 2);
    assert.deepEqual(SpaceStorageSettings!.DefaultEbsStorageSettings, { DefaultEbsVolumeSizeInGb: 20, MaximumEbsVolumeSizeInGb: 200 });
    assert.equal(SharingSettings!.NotebookOutputOption, "Allowed");
    assert.ok(!(StudioWebPortalSettings!.HiddenInstanceTypes as string[]).includes("ml.g5.xlarge"));
    assert.notEqual(await startScript(), script);
    assert.deepEqual(await call("DescribeSpace", { SpaceName: "scorecards" }), space);
    assert.deepEqual(await stepsAfter(changed), []);
  });

  it("restore earlier settings, whose scripts still exist", async () => {
    const started = new Date();
    restored = await deploy(initial);
    assert.deepEqual(
      (await changesSince(started)).filter(({ result }) => result !== "ok"),
      [],
    );
    assert.deepEqual(await stepsAfter(initial), []);
  });

  it("give shared spaces the current settings by the command in docs/studio.md and in the summary of a deployment", async () => {
    const documented = updateDomainCommand({ ...environment, stack: "risk-dev" }, stage.world.region);
    assert.ok(fs.readFileSync(path.join(root, "docs", "studio.md"), "utf8").includes(documented));
    // The AWS CLI, which a test machine can lack, sends each option as a member of the request.
    const [, operation] = /^aws sagemaker ([a-z-]+)/.exec(documented)!;
    const input = Object.fromEntries(
      [...documented.matchAll(/--([a-z-]+) "\$\(pulumi [^"]* stack output (\w+) [^"]*\)"/g)].map(([, option, output]) => {
        const value = String(restored.outputs[output!]);
        return [pascalCase(option!), value.startsWith("{") ? (JSON.parse(value) as object) : value];
      }),
    );
    assert.deepEqual(Object.keys(input), ["DomainId", "DefaultSpaceSettings"]);
    await call(pascalCase(operation!), input);
    const { DefaultSpaceSettings } = await call("DescribeDomain");
    const defaults = input.DefaultSpaceSettings as object;
    assert.deepEqual(DefaultSpaceSettings, { ...(DefaultSpaceSettings as object), ...defaults });
    assert.equal(noteOn(await deploy(initial)), "", "a deployment without a change of the settings prints no note");
  });

  it("replace a space when AWS cannot change it, and leave no resources after a destroy", async () => {
    const set = settings(
      { ...git, ...image("a"), volumeGb: { default: 9 }, spaces: [{ name: "scorecards", owner: "bo-li", app: "codeeditor" }] },
      { "cloister-environment:purge": true },
    );
    await drain(drainSources(stage.session), [environment], { ...quiet, names: ["fraud-dev"], spaces: true, yes: true, pollMs: 100 });
    assert.ok(stepsOf(await deploy(set), type("space")).includes("replace fraud-dev-space-scorecards"));
    const { OwnershipSettings, SpaceSettings } = await call("DescribeSpace", { SpaceName: "scorecards" });
    assert.deepEqual(OwnershipSettings, { OwnerUserProfileName: "bo-li" });
    assert.deepEqual(SpaceSettings, {
      AppType: "CodeEditor",
      CodeEditorAppSettings: { DefaultResourceSpec: { InstanceType: "ml.t3.medium" } },
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 9 } },
    });
    assert.deepEqual(await stepsAfter(set), []);

    await destroyStack(stage.session, environment, { ...atOnce, set });
    await destroyStack(stage.session, hub, atOnce);
    assert.deepEqual(await stage.control.leftovers(), []);
  });
});
