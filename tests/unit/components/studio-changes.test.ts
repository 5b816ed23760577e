// Tests how changed settings change Studio resources, under mocks.
// Does not prove what an update does: tests/engine does.
import assert from "node:assert/strict";
import { type World } from "../../helpers/mocks";
import { createStudio, imageUri, role, sharedSpaceDefaults, type StudioInput, types } from "../../helpers/studio";
import { ofType, resourceOf } from "../../programs/world";

describe("Studio changes", () => {
  const changes: { it: string; from: StudioInput; to: StudioInput }[] = [
    { it: "an additional profile", from: { profiles: ["ana"] }, to: { profiles: ["ana", "bo"] } },
    { it: "a removed profile", from: { profiles: ["ana", "bo"] }, to: { profiles: ["bo"] } },
    { it: "an idle time for one profile", from: { profiles: ["ana"] }, to: { profiles: [{ name: "ana", idleMinutes: 60 }] } },
    { it: "another idle time", from: {}, to: { idleMinutes: 60 } },
    { it: "other instance types", from: {}, to: { instanceTypes: ["ml.t3.medium"] } },
    { it: "other volume sizes", from: {}, to: { volumeGb: { default: 9, maximum: 77 } } },
    { it: "shared notebook output", from: {}, to: { sharing: true } },
    { it: "another package index", from: {}, to: { pip: { indexUrl: "https://a.example" } } },
    { it: "Git repositories", from: {}, to: { git: { emailDomain: "bank.example", repositories: ["https://git.bank.example/fraud"] } } },
    { it: "an additional image", from: {}, to: { images: [{ name: "torch", imageUri }] } },
    { it: "a role per profile", from: {}, to: { executionRole: "per-person" } },
    { it: "a security group per profile", from: {}, to: { securityGroupPerProfile: true } },
  ];
  for (const { it: what, from, to } of changes)
    it(`do not update the domain with ${what}`, async () => {
      const of = async (input: StudioInput) => {
        const { inputs, options } = resourceOf(await createStudio(input), types.domain, "fraud-dev-domain");
        return Object.fromEntries(Object.entries(inputs).filter(([name]) => !options.ignoreChanges!.includes(name)));
      };
      assert.deepEqual(await of(to), await of(from));
    });

  it("give the members' scripts a random name, and replace the name with the content", async () => {
    const of = (world: World) =>
      [
        resourceOf(world, "pulumi:index:Stash", "fraud-dev-members-start").inputs.input,
        resourceOf(world, types.start, "fraud-dev-members-start-jupyterlab").inputs.studioLifecycleConfigName,
      ].map(String);
    const [first, same, other] = [
      of(await createStudio({})),
      of(await createStudio({})),
      of(await createStudio({}, { subnetIds: ["subnet-1"] })),
    ];
    assert.deepEqual(same, first);
    assert.notEqual(other![0], first![0]);
    // The random ID of the stash under mocks.
    assert.equal(first![1], "fraud-dev-jupyterlab-0a1b2c3d");
  });

  it("export the settings of shared spaces as the AWS API names them", async () => {
    const settings = await sharedSpaceDefaults({ images: [{ name: "torch", imageUri }], volumeGb: { default: 7, maximum: 70 } });
    const idle = { LifecycleManagement: "ENABLED", IdleTimeoutInMinutes: 120, MinIdleTimeoutInMinutes: 120, MaxIdleTimeoutInMinutes: 120 };
    assert.deepEqual(settings, {
      ExecutionRole: role("execution"),
      SecurityGroups: ["sg-studio"],
      JupyterLabAppSettings: {
        AppLifecycleManagement: { IdleSettings: idle },
        DefaultResourceSpec: { InstanceType: "ml.t3.medium" },
        BuiltInLifecycleConfigArn: "arn:aws:mock:eu-central-1:111122223333:fraud-dev-members-start-jupyterlab",
        CustomImages: [{ ImageName: "fraud-dev-torch", AppImageConfigName: "fraud-dev-torch-jupyterlab" }],
        CodeRepositories: [],
      },
      SpaceStorageSettings: { DefaultEbsStorageSettings: { DefaultEbsVolumeSizeInGb: 7, MaximumEbsVolumeSizeInGb: 70 } },
    });
    assert.deepEqual((await sharedSpaceDefaults({})).JupyterLabAppSettings!.CustomImages, []);
  });

  it("keep names within the AWS limits with the longest settings", async () => {
    const name = "abcdefghijklmno-test";
    const [longProfile, longName] = ["p".repeat(63), "n".repeat(24)];
    const images = [{ name: longName, imageUri, apps: ["jupyterlab" as const, "codeeditor" as const] }];
    const world = await createStudio(
      { profiles: [longProfile], git: { emailDomain: "bank.example" }, images, notebooks: [{ name: longName, owner: longProfile }] },
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
      // Without a fixed name, the provider adds eight characters to the resource name.
      for (const item of found)
        assert.ok((property ? String(item.inputs[property]) : `${item.name}-1234567`).length <= 63, `${type} ${item.name}`);
    }
  });

  it("reject spaces and notebooks whose owner is not a profile, without a preflight", async () => {
    await assert.rejects(createStudio({ profiles: ["ana"], spaces: [{ name: "s", owner: "bo" }] }), /owner of space s must be a profile/);
    await assert.rejects(
      createStudio({ profiles: ["ana"], notebooks: [{ name: "n", owner: "bo" }] }),
      /owner of notebook n must be a profile/,
    );
  });
});
