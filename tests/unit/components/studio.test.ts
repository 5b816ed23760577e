// What Studio and notebook instances ask the engine for. Does not prove that AWS takes it, nor what an update does with it: tests/engine does.
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { Notebooks, Studio, studioSettings } from "@cloister/components/studio";
import * as pulumi from "@pulumi/pulumi";
import { type z } from "zod";
import { REGION, type Registered, useMocks, type World } from "../../helpers/mocks";
import { judgeWorld } from "../../programs/violations";
import { assertNamesAreUnique, ofType, resourceOf } from "../../programs/world";

type Given = z.input<ReturnType<typeof studioSettings>>;
type Block = Record<string, unknown>;

const account = "111122223333";
const key = (name: string) => `arn:aws:kms:${REGION}:${account}:key/${name}`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const imageUri = `${account}.dkr.ecr.${REGION}.amazonaws.com/studio@sha256:${"a".repeat(64)}`;
const types = {
  domain: "aws:sagemaker/domain:Domain",
  profile: "aws:sagemaker/userProfile:UserProfile",
  space: "aws:sagemaker/space:Space",
  start: "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig",
  notebook: "aws:sagemaker/notebookInstance:NotebookInstance",
  onStart: "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
  image: "aws:sagemaker/image:Image",
  version: "aws:sagemaker/imageVersion:ImageVersion",
  config: "aws:sagemaker/appImageConfig:AppImageConfig",
  projects: "aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus",
  portfolio: "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation",
};

const shared = {
  environment: "fraud-dev",
  needsVolumeKey: true,
  region: REGION,
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  workloadSecurityGroupId: "sg-workload",
  dataKeyArn: key("data"),
  jobVolumeKeyArn: key("data"),
  dataBucketName: "data",
  modelBucketName: "models",
  keyArn: key("volumes"),
};

async function made(given: Given, more: { subnetIds?: string[]; name?: string; existingExecutionRoleArn?: string } = {}): Promise<World> {
  const world = await useMocks({ project: "it", stack: "it", config: {} });
  const settings = studioSettings().parse(given);
  const { name = "fraud-dev", ...facts } = more;
  new Studio(name, {
    ...shared,
    ...facts,
    settings,
    securityGroupId: "sg-studio",
    profileSecurityGroupIds: settings.securityGroupPerProfile
      ? Object.fromEntries(settings.profiles.map((one) => [one.name, `sg-${one.name}`]))
      : {},
    executionRoleArn: role("execution"),
    profileRoleArns:
      settings.executionRole === "per-person" ? Object.fromEntries(settings.profiles.map((one) => [one.name, role(one.name)])) : {},
    purge: false,
  });
  const { notebooks } = settings;
  const roleArns = Object.fromEntries(notebooks.map((one) => [one.name, role(`notebook-${one.name}`)]));
  if (notebooks.length > 0) new Notebooks(name, { ...shared, ...facts, settings, roleArns });
  // The SDK's own way to wait for what no output waits for; its types leave it out.
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  return world;
}

const domainOf = (world: World) => resourceOf(world, types.domain, "fraud-dev-domain").inputs;
const userOf = (world: World) => domainOf(world).defaultUserSettings as Block;
const profileOf = (world: World, name: string) => resourceOf(world, types.profile, `fraud-dev-profile-${name}`).inputs;
const idleOf = (app: unknown) => ((app as Block).appLifecycleManagement as { idleSettings: Block }).idleSettings;
/** A script, unpacked if it was too long as it is. */
function decoded({ inputs }: Registered, property: string): string {
  const text = Buffer.from(String(inputs[property]), "base64").toString("utf8");
  const packed = /gzip -d\n([\w+/=]+)\nEND/.exec(text)?.[1];
  return packed ? gunzipSync(Buffer.from(packed, "base64")).toString("utf8") : text;
}

/** Roles that may use the portfolio of the settings, by the association's name. */
function associated(world: World): Record<string, unknown> {
  return Object.fromEntries(
    ofType(world, types.portfolio).map(({ name, inputs: { principalArn, ...rest } }) => {
      assert.deepEqual(rest, { portfolioId: "port-0a1b2c3d4e5f6", principalType: "IAM" });
      return [name, principalArn];
    }),
  );
}

/** Everything at once. */
const everything: Given = {
  signIn: "identity-center",
  profiles: [
    { name: "ana", person: "ana.horvat", gitName: "Ana O'Horvat" },
    { name: "bo", person: "bo", instanceTypes: ["ml.m5.large"], idleMinutes: 60, roleArn: role("brought") },
  ],
  executionRole: "per-person",
  securityGroupPerProfile: true,
  spaces: [
    { name: "scratch", owner: "bo", app: "codeeditor", volumeGb: 20 },
    { name: "team", owner: "bo", sharing: "shared", instanceType: "ml.m5.large" },
  ],
  sharing: true,
  images: [
    {
      name: "torch",
      imageUri,
      apps: ["jupyterlab", "codeeditor"],
      entrypoint: "/bin/start",
      arguments: ["--quick"],
      environment: { MODE: "lab" },
    },
  ],
  projectsPortfolioId: "port-0a1b2c3d4e5f6",
  pip: { indexUrl: "https://pypi.bank.example/simple" },
  git: { emailDomain: "bank.example", repositories: ["https://git.bank.example/fraud"] },
  notebooks: [{ name: "old", owner: "bo", volumeGb: 30 }],
};

describe("Studio", () => {
  describe("with everything", () => {
    let world: World;
    before(async () => {
      world = await made(everything);
    });

    it("stays in the VPC under its keys, signs in through Identity Center, and keeps home directories", () => {
      const { authMode, appNetworkAccessType, kmsKeyId, domainSettings, retentionPolicy, subnetIds } = domainOf(world);
      assert.deepEqual([authMode, appNetworkAccessType, kmsKeyId, subnetIds], ["SSO", "VpcOnly", key("volumes"), ["subnet-1", "subnet-2"]]);
      assert.deepEqual(domainSettings, {
        dockerSettings: { enableDockerAccess: "DISABLED" },
        executionRoleIdentityConfig: "USER_PROFILE_NAME",
      });
      assert.deepEqual(retentionPolicy, { homeEfsFileSystem: "Retain" });
    });

    it("hands its tags to what is made in it, by which rights and budgets go", () =>
      assert.equal(domainOf(world).tagPropagation, "ENABLED"));

    it("stops idle apps everywhere, at a time that nobody can choose", () => {
      const user = userOf(world);
      const space = domainOf(world).defaultSpaceSettings as Block;
      const all = { lifecycleManagement: "ENABLED", idleTimeoutInMinutes: 120, minIdleTimeoutInMinutes: 120, maxIdleTimeoutInMinutes: 120 };
      for (const app of [user.jupyterLabAppSettings, user.codeEditorAppSettings, space.jupyterLabAppSettings])
        assert.deepEqual(idleOf(app), all);
      const { userSettings } = profileOf(world, "bo") as { userSettings: Block };
      for (const app of [userSettings.jupyterLabAppSettings, userSettings.codeEditorAppSettings])
        assert.deepEqual(
          Object.entries(idleOf(app))
            .filter(([name]) => /Minutes/.test(name))
            .map(([, minutes]) => minutes),
          [60, 60, 60],
        );
    });

    it("gives each person their role, group, name and types", () => {
      const of = (name: string) => {
        const { userSettings, singleSignOnUserIdentifier, singleSignOnUserValue, tags } = profileOf(world, name);
        const { executionRole, securityGroups } = userSettings as Block;
        return [executionRole, securityGroups, singleSignOnUserIdentifier, singleSignOnUserValue, (tags as Block)["cloister:person"]];
      };
      assert.deepEqual(of("ana"), [role("ana"), ["sg-ana"], "UserName", "ana.horvat", "ana.horvat"]);
      assert.deepEqual(of("bo"), [role("brought"), ["sg-bo"], "UserName", "bo", "bo"]);
      const hidden = (settings: unknown) =>
        ((settings as Block).studioWebPortalSettings as { hiddenInstanceTypes: string[] }).hiddenInstanceTypes;
      assert.ok(!hidden(userOf(world)).includes("ml.t3.medium") && hidden(userOf(world)).includes("ml.p5.48xlarge"));
      assert.ok(hidden(profileOf(world, "bo").userSettings).includes("ml.t3.medium"));
      assert.equal(
        ((profileOf(world, "bo").userSettings as Block).jupyterLabAppSettings as { defaultResourceSpec: Block }).defaultResourceSpec
          .instanceType,
        "ml.m5.large",
      );
    });

    it("limits volumes, in private and in shared spaces", () => {
      const want = { defaultEbsStorageSettings: { defaultEbsVolumeSizeInGb: 5, maximumEbsVolumeSizeInGb: 100 } };
      assert.deepEqual(userOf(world).spaceStorageSettings, want);
      assert.deepEqual((domainOf(world).defaultSpaceSettings as Block).spaceStorageSettings, want);
    });

    it("shares notebook output under the data key only", () =>
      assert.deepEqual(userOf(world).sharingSettings, {
        notebookOutputOption: "Allowed",
        s3KmsKeyId: key("data"),
        s3OutputPath: "s3://data/shared-notebooks/",
      }));

    it("makes spaces of its people, in the order that AWS asks for, and starts nothing", () => {
      const scratch = resourceOf(world, types.space, "fraud-dev-space-scratch");
      assert.deepEqual(scratch.inputs.ownershipSettings, { ownerUserProfileName: "bo" });
      assert.deepEqual(scratch.inputs.spaceSharingSettings, { sharingType: "Private" });
      assert.deepEqual(scratch.inputs.spaceSettings, {
        appType: "CodeEditor",
        codeEditorAppSettings: {
          defaultResourceSpec: { instanceType: "ml.m5.large" },
          appLifecycleManagement: { idleSettings: { idleTimeoutInMinutes: 60 } },
        },
        spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: 20 } },
      });
      assert.deepEqual(
        scratch.sources.ownershipSettings?.map(({ name }) => name),
        ["fraud-dev-profile-bo"],
      );
      const team = resourceOf(world, types.space, "fraud-dev-space-team").inputs;
      assert.deepEqual(team.spaceSharingSettings, { sharingType: "Shared" });
      assert.equal(idleOf((team.spaceSettings as Block).jupyterLabAppSettings).idleTimeoutInMinutes, 120);
      assert.deepEqual(ofType(world, "aws:sagemaker/app:App"), []);
    });

    it("offers images in both apps, by version, with one configuration for each", () => {
      assert.equal(resourceOf(world, types.version, "fraud-dev-image-torch-version").inputs.baseImage, imageUri);
      const container = {
        containerEntrypoints: ["/bin/start"],
        containerArguments: ["--quick"],
        containerEnvironmentVariables: { MODE: "lab" },
      };
      const fileSystemConfig = { defaultUid: 1000, defaultGid: 100, mountPath: "/home/sagemaker-user" };
      for (const [app, block] of [
        ["jupyterlab", "jupyterLabImageConfig"],
        ["codeeditor", "codeEditorAppImageConfig"],
      ] as const) {
        const { appImageConfigName, ...rest } = resourceOf(world, types.config, `fraud-dev-image-torch-${app}`).inputs;
        assert.equal(appImageConfigName, `fraud-dev-torch-${app}`);
        assert.deepEqual(rest, { [block]: { containerConfig: container, fileSystemConfig } });
      }
      for (const settings of [userOf(world), profileOf(world, "ana").userSettings as Block])
        for (const [app, block] of [
          ["jupyterlab", "jupyterLabAppSettings"],
          ["codeeditor", "codeEditorAppSettings"],
        ] as const) {
          const [offered] = (settings[block] as { customImages: Block[] }).customImages;
          assert.deepEqual([offered!.imageName, offered!.appImageConfigName], ["fraud-dev-torch", `fraud-dev-torch-${app}`]);
        }
    });

    it("runs a script at every start of every app, each person's with their own Git identity", () => {
      const jupyter = resourceOf(world, types.start, "fraud-dev-start-jupyterlab");
      assert.equal(jupyter.inputs.studioLifecycleConfigAppType, "JupyterLab");
      const text = decoded(jupyter, "studioLifecycleConfigContent");
      for (const part of ["SAGEMAKER_VPC", "vpc-1", "subnet-2", "sg-workload", "https://pypi.bank.example/simple", "GIT_NAME=''"])
        assert.ok(text.includes(part), part);
      const ana = decoded(resourceOf(world, types.start, "fraud-dev-start-codeeditor-ana"), "studioLifecycleConfigContent");
      assert.ok(ana.includes(`GIT_NAME='Ana O'\\''Horvat'`) && ana.includes("GIT_EMAIL='ana.horvat@bank.example'"));
      const start = (settings: unknown, block: string) => ((settings as Block)[block] as Block).builtInLifecycleConfigArn;
      assert.match(String(start(userOf(world), "jupyterLabAppSettings")), /fraud-dev-start-jupyterlab$/);
      assert.match(String(start(profileOf(world, "ana").userSettings, "codeEditorAppSettings")), /fraud-dev-start-codeeditor-ana$/);
      assert.match(String(start(domainOf(world).defaultSpaceSettings, "jupyterLabAppSettings")), /fraud-dev-start-jupyterlab$/);
    });

    it("switches Projects on", () => assert.equal(resourceOf(world, types.projects, "fraud-dev-projects").inputs.status, "Enabled"));

    it("associates each execution role with the portfolio: that of all, a person's own, a brought one", () =>
      assert.deepEqual(associated(world), {
        "fraud-dev-projects-execution": role("execution"),
        "fraud-dev-projects-execution-ana": role("ana"),
        "fraud-dev-projects-brought-brought": role("brought"),
      }));

    it("makes notebook instances without root and without a way out, that stop themselves", () => {
      const { tags, ...inputs } = resourceOf(world, types.notebook, "fraud-dev-notebook-old").inputs;
      assert.deepEqual(inputs, {
        roleArn: role("notebook-old"),
        instanceType: "ml.m5.large",
        platformIdentifier: "notebook-al2023-v1",
        subnetId: "subnet-1",
        securityGroups: ["sg-workload"],
        name: "fraud-dev-old",
        directInternetAccess: "Disabled",
        rootAccess: "Disabled",
        instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
        kmsKeyId: key("volumes"),
        volumeSize: 30,
        lifecycleConfigName: "fraud-dev-start-old",
      });
      assert.deepEqual(tags, { "cloister:person": "bo" });
      const text = decoded(resourceOf(world, types.onStart, "fraud-dev-start-old"), "onStart");
      assert.ok(text.includes("IDLE_MINUTES=60") && text.includes("GIT_EMAIL='bo@bank.example'"));
    });

    it("is accepted by every guardrail, and judged by those of Studio", async () => {
      // The VPC is not made here, and so is what its resolver answers.
      const { violations, ran } = await judgeWorld(world, { inside: ["vpc-1"] });
      assert.deepEqual(violations, []);
      for (const rule of [
        "domain-kms",
        "domain-security-groups",
        "domain-vpc-only",
        "notebook-in-vpc",
        "notebook-kms",
        "notebook-no-direct-internet",
      ])
        assert.ok(ran.includes(`sagemaker-${rule}`), rule);
    });

    it("names no two resources of a type alike", () => assertNamesAreUnique(world));
  });

  /** Inputs that the provider replaces a domain for. Source: AWS provider 7.48; `subnetIds` are ignored after the first time. */
  const replacing = ["authMode", "domainName", "kmsKeyId", "vpcId", "retentionPolicy"];
  const changes: { it: string; from: Given; to: Given; domain: "the same" | "changed" }[] = [
    { it: "a person more", from: { profiles: ["ana"] }, to: { profiles: ["ana", "bo"] }, domain: "the same" },
    { it: "a person less", from: { profiles: ["ana", "bo"] }, to: { profiles: ["bo"] }, domain: "the same" },
    { it: "other rules for one", from: { profiles: ["ana"] }, to: { profiles: [{ name: "ana", idleMinutes: 60 }] }, domain: "the same" },
    { it: "another idle time", from: {}, to: { idleMinutes: 60 }, domain: "changed" },
    { it: "other types", from: {}, to: { instanceTypes: ["ml.t3.medium"] }, domain: "changed" },
    { it: "another index", from: {}, to: { pip: { indexUrl: "https://a.example" } }, domain: "the same" },
    { it: "an image more", from: {}, to: { images: [{ name: "torch", imageUri }] }, domain: "changed" },
    { it: "roles of their own", from: {}, to: { executionRole: "per-person" }, domain: "the same" },
  ];
  for (const { it: what, from, to, domain } of changes)
    it(`keeps its domain with ${what}`, async () => {
      const [before, after] = [domainOf(await made(from)), domainOf(await made(to))];
      assert.deepEqual(
        replacing.map((input) => after[input]),
        replacing.map((input) => before[input]),
      );
      if (domain === "the same") assert.deepEqual(after, before);
      else assert.notDeepEqual(after, before);
    });

  it("gives changed scripts another name, so that the new are there before the old go", async () => {
    const start = (world: World) => resourceOf(world, types.start, "fraud-dev-start-jupyterlab").inputs;
    const [one, same, other] = [start(await made({})), start(await made({})), start(await made({}, { subnetIds: ["subnet-1"] }))];
    assert.deepEqual(same, one);
    assert.notEqual(other.studioLifecycleConfigName, one.studioLifecycleConfigName);
    assert.match(String(one.studioLifecycleConfigName), /^fraud-dev-jupyterlab-[0-9a-f]{12}$/);
  });

  it("leaves Projects alone when they are not wanted: other environments of the account may want them", async () =>
    assert.deepEqual(ofType(await made({ projects: false }), types.projects), []));

  describe("with a portfolio of project templates", () => {
    const projectsPortfolioId = "port-0a1b2c3d4e5f6";
    const bank = "arn:aws:iam::111122223333:role/bank/Execution";

    it("associates the role of all, where people have no other, once Projects is on: that imports AWS's", async () => {
      const world = await made({ projectsPortfolioId, profiles: ["ana", "bo"] });
      assert.deepEqual(associated(world), { "fraud-dev-projects-execution": role("execution") });
      assert.deepEqual(resourceOf(world, types.portfolio, "fraud-dev-projects-execution").dependencies, [
        resourceOf(world, types.projects, "fraud-dev-projects"),
      ]);
    });

    it("associates a role once that several people were brought, and that is everybody's too", async () => {
      const profiles = ["ana", "bo"].map((name) => ({ name, roleArn: bank }));
      const world = await made({ projectsPortfolioId, profiles: [...profiles, "cy"] }, { existingExecutionRoleArn: bank });
      assert.deepEqual(associated(world), { "fraud-dev-projects-brought-Execution": bank });
    });

    it("associates nobody where none is set", async () => assert.deepEqual(associated(await made({})), {}));

    it("associates nobody while Projects is off", async () =>
      assert.deepEqual(associated(await made({ projectsPortfolioId, projects: false })), {}));
  });

  it("makes names that AWS takes, with the longest of all", async () => {
    const name = "abcdefghijklmno-test";
    const [most, part] = ["p".repeat(63), "n".repeat(24)];
    const images = [{ name: part, imageUri, apps: ["jupyterlab" as const, "codeeditor" as const] }];
    const world = await made(
      { profiles: [most], git: { emailDomain: "bank.example" }, images, notebooks: [{ name: part, owner: most }] },
      { name },
    );
    const named: [string, string | undefined][] = [
      [types.start, "studioLifecycleConfigName"],
      [types.image, "imageName"],
      [types.config, "appImageConfigName"],
      [types.profile, "userProfileName"],
      [types.notebook, undefined],
      [types.onStart, undefined],
    ];
    for (const [type, property] of named) {
      const found = ofType(world, type);
      assert.ok(found.length > 0, type);
      // Where we give no name, the engine adds eight characters to its own.
      for (const one of found)
        assert.ok((property ? String(one.inputs[property]) : `${one.name}-1234567`).length <= 63, `${type} ${one.name}`);
    }
  });

  it("refuses spaces and notebooks of nobody, should nobody have planned them", async () => {
    await assert.rejects(made({ profiles: ["ana"], spaces: [{ name: "s", owner: "bo" }] }), /space s is of bo, which is no profile/);
    await assert.rejects(
      made({ profiles: ["ana"], notebooks: [{ name: "n", owner: "bo" }] }),
      /notebook n has no owner among the profiles/,
    );
  });

  describe("without anything set", () => {
    let world: World;
    before(async () => {
      world = await made({});
    });
    it("signs in through IAM, shares nothing, and has no profile settings but role and group", () => {
      assert.equal(domainOf(world).authMode, "IAM");
      assert.deepEqual(userOf(world).sharingSettings, { notebookOutputOption: "Disabled" });
      const { userSettings, singleSignOnUserValue } = profileOf(world, "data-scientist");
      assert.deepEqual(
        [userSettings, singleSignOnUserValue],
        [{ executionRole: role("execution"), securityGroups: ["sg-studio"] }, undefined],
      );
    });
    it("hides the Studio of old", () =>
      assert.deepEqual((userOf(world).studioWebPortalSettings as Block).hiddenAppTypes, ["JupyterServer", "KernelGateway"]));
  });
});
