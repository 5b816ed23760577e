// Creates Studio and notebook instances under mocks.
// Does not prove that AWS accepts the inputs or what an update changes: tests/engine does.
import assert from "node:assert/strict";
import { type World } from "../../helpers/mocks";
import {
  associatedRoles,
  type Block,
  createStudio,
  decoded,
  domainOf,
  idleOf,
  imageUri,
  key,
  profileOf,
  role,
  type StudioInput,
  types,
  userOf,
} from "../../helpers/studio";
import { evaluateProgram } from "../../programs/violations";
import { assertNamesAreUnique, ofType, resourceOf } from "../../programs/world";

/** Settings that use every option. */
const allSettings: StudioInput = {
  signIn: "identity-center",
  profiles: [
    { name: "ana", person: "ana.horvat", gitName: "Ana O'Horvat" },
    { name: "bo", person: "bo", instanceTypes: ["ml.m5.large"], idleMinutes: 60, roleArn: role("existing") },
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
  describe("with all settings", () => {
    let world: World;
    before(async () => {
      world = await createStudio(allSettings);
    });

    it("uses VpcOnly mode, the environment's keys and Identity Center, and retains home directories", () => {
      const { authMode, appNetworkAccessType, kmsKeyId, domainSettings, retentionPolicy, subnetIds } = domainOf(world);
      assert.deepEqual([authMode, appNetworkAccessType, kmsKeyId, subnetIds], ["SSO", "VpcOnly", key("volumes"), ["subnet-1", "subnet-2"]]);
      assert.deepEqual(domainSettings, {
        dockerSettings: { enableDockerAccess: "DISABLED" },
        executionRoleIdentityConfig: "USER_PROFILE_NAME",
      });
      assert.deepEqual(retentionPolicy, { homeEfsFileSystem: "Retain" });
    });

    it("ignores changes of the domain that AWS or the provider cannot make", () =>
      assert.deepEqual(resourceOf(world, types.domain, "fraud-dev-domain").options.ignoreChanges, [
        "subnetIds",
        "retentionPolicy",
        "defaultUserSettings",
        "defaultSpaceSettings",
      ]));

    it("propagates tags, because permissions and budgets depend on tags", () => assert.equal(domainOf(world).tagPropagation, "ENABLED"));

    it("stops idle apps in all spaces, after an idle time that members cannot change", () => {
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

    it("gives each member a role, security group, user name and instance types", () => {
      const of = (name: string) => {
        const { userSettings, singleSignOnUserIdentifier, singleSignOnUserValue, tags } = profileOf(world, name);
        const { executionRole, securityGroups } = userSettings as Block;
        return [executionRole, securityGroups, singleSignOnUserIdentifier, singleSignOnUserValue, (tags as Block)["cloister:person"]];
      };
      assert.deepEqual(of("ana"), [role("ana"), ["sg-ana"], "UserName", "ana.horvat", "ana.horvat"]);
      assert.deepEqual(of("bo"), [role("existing"), ["sg-bo"], "UserName", "bo", "bo"]);
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

    it("limits volume sizes in private and shared spaces", () => {
      const want = { defaultEbsStorageSettings: { defaultEbsVolumeSizeInGb: 5, maximumEbsVolumeSizeInGb: 100 } };
      assert.deepEqual(userOf(world).spaceStorageSettings, want);
      assert.deepEqual((domainOf(world).defaultSpaceSettings as Block).spaceStorageSettings, want);
    });

    it("encrypts shared notebook output with the data key", () =>
      assert.deepEqual(userOf(world).sharingSettings, {
        notebookOutputOption: "Allowed",
        s3KmsKeyId: key("data"),
        s3OutputPath: "s3://data/shared-notebooks/",
      }));

    it("creates spaces after their owner profiles, and starts no app", () => {
      const scratch = resourceOf(world, types.space, "fraud-dev-space-scratch");
      assert.deepEqual(scratch.inputs.ownershipSettings, { ownerUserProfileName: "bo" });
      assert.deepEqual(scratch.inputs.spaceSharingSettings, { sharingType: "Private" });
      assert.deepEqual(scratch.inputs.spaceSettings, {
        appType: "CodeEditor",
        codeEditorAppSettings: {
          defaultResourceSpec: { instanceType: "ml.m5.large" },
        },
        spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: 20 } },
      });
      assert.deepEqual(
        scratch.sources.ownershipSettings?.map(({ name }) => name),
        ["fraud-dev-profile-bo"],
      );
      const team = resourceOf(world, types.space, "fraud-dev-space-team").inputs;
      assert.deepEqual(team.spaceSharingSettings, { sharingType: "Shared" });
      for (const { options } of ofType(world, types.space))
        assert.deepEqual(options, {
          ignoreChanges: ["jupyterLabAppSettings", "codeEditorAppSettings"].map((app) => `spaceSettings.${app}.appLifecycleManagement`),
          replaceOnChanges: ["ownershipSettings", "spaceSharingSettings", "spaceSettings.appType"],
          deleteBeforeReplace: true,
        });
      assert.deepEqual(ofType(world, "aws:sagemaker/app:App"), []);
    });

    it("offers image versions in both apps, with one app image configuration per app", () => {
      const version = resourceOf(world, types.version, "fraud-dev-image-torch-version");
      assert.deepEqual([version.inputs.baseImage, version.retainOnDelete], [imageUri, true]);
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
      assert.ok(!JSON.stringify(domainOf(world)).includes("fraud-dev-torch"), "the domain would use the image until its deletion");
      for (const settings of [profileOf(world, "bo").userSettings as Block, profileOf(world, "ana").userSettings as Block])
        for (const [app, block] of [
          ["jupyterlab", "jupyterLabAppSettings"],
          ["codeeditor", "codeEditorAppSettings"],
        ] as const) {
          const [offered] = (settings[block] as { customImages: Block[] }).customImages;
          assert.deepEqual([offered!.imageName, offered!.appImageConfigName], ["fraud-dev-torch", `fraud-dev-torch-${app}`]);
        }
    });

    it("runs a script at every app start, with the member's Git identity", () => {
      const jupyter = resourceOf(world, types.start, "fraud-dev-members-start-jupyterlab");
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

    it("keeps the scripts of the domain as they are, and retains earlier scripts of members", () => {
      for (const { name, retainOnDelete, options } of ofType(world, types.start)) {
        const isOfDomain = /^fraud-dev-start-(jupyterlab|codeeditor)$/.test(name);
        assert.deepEqual(
          [retainOnDelete, options.ignoreChanges],
          isOfDomain ? [false, ["studioLifecycleConfigName", "studioLifecycleConfigContent"]] : [true, undefined],
          name,
        );
      }
    });

    it("enables Projects", () => assert.equal(resourceOf(world, types.projects, "fraud-dev-projects").inputs.status, "Enabled"));

    it("associates default, profile and existing execution roles with the portfolio", () =>
      assert.deepEqual(associatedRoles(world), {
        "fraud-dev-projects-execution": role("execution"),
        "fraud-dev-projects-execution-ana": role("ana"),
        "fraud-dev-projects-brought-existing": role("existing"),
      }));

    it("creates notebook instances without root access or internet access, which stop when idle", () => {
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

    it("passes every guardrail, including the Studio guardrails", async () => {
      // The VPC is not part of this program, so the settings declare the VPC as inside the perimeter.
      const { violations, ran } = await evaluateProgram(world, { inside: ["vpc-1"] });
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

    it("has unique resource names for each type", () => assertNamesAreUnique(world));
  });

  describe("with default settings", () => {
    let world: World;
    before(async () => {
      world = await createStudio({});
    });
    it("uses IAM sign-in without sharing, and sets everything that can change in the profile", () => {
      assert.equal(domainOf(world).authMode, "IAM");
      const { userSettings, singleSignOnUserValue } = profileOf(world, "data-scientist");
      assert.equal(singleSignOnUserValue, undefined);
      const { studioWebPortal, defaultLandingUri, ...ofDomain } = userOf(world);
      assert.deepEqual([studioWebPortal, defaultLandingUri], ["ENABLED", "studio::"]);
      const withoutScripts = (settings: unknown) =>
        JSON.parse(JSON.stringify(settings).replace(/fraud-dev-(members-)?start/g, "")) as Block;
      assert.deepEqual(withoutScripts(userSettings), withoutScripts(ofDomain));
      assert.deepEqual(userOf(world).sharingSettings, { notebookOutputOption: "Disabled" });
    });
    it("hides Studio Classic", () =>
      assert.deepEqual((userOf(world).studioWebPortalSettings as Block).hiddenAppTypes, ["JupyterServer", "KernelGateway"]));
  });
});
