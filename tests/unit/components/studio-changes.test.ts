// Tests how changed settings change Studio resources, under mocks.
// Does not prove what an update does: tests/engine does.
import assert from "node:assert/strict";
import { type World } from "../../helpers/mocks";
import { createStudio, domainOf, imageUri, type StudioInput, types } from "../../helpers/studio";
import { ofType, resourceOf } from "../../programs/world";

describe("Studio changes", () => {
  /** Inputs whose change replaces a domain. Source: AWS provider 7.48. Changes to `subnetIds` are ignored. */
  const replacing = ["authMode", "domainName", "kmsKeyId", "vpcId", "retentionPolicy"];
  const changes: { it: string; from: StudioInput; to: StudioInput; domain: "the same" | "changed" }[] = [
    { it: "an additional profile", from: { profiles: ["ana"] }, to: { profiles: ["ana", "bo"] }, domain: "the same" },
    { it: "a removed profile", from: { profiles: ["ana", "bo"] }, to: { profiles: ["bo"] }, domain: "the same" },
    {
      it: "an idle time for one profile",
      from: { profiles: ["ana"] },
      to: { profiles: [{ name: "ana", idleMinutes: 60 }] },
      domain: "the same",
    },
    { it: "another idle time", from: {}, to: { idleMinutes: 60 }, domain: "changed" },
    { it: "other instance types", from: {}, to: { instanceTypes: ["ml.t3.medium"] }, domain: "changed" },
    { it: "another package index", from: {}, to: { pip: { indexUrl: "https://a.example" } }, domain: "the same" },
    { it: "an additional image", from: {}, to: { images: [{ name: "torch", imageUri }] }, domain: "changed" },
    { it: "a role per profile", from: {}, to: { executionRole: "per-person" }, domain: "the same" },
  ];
  for (const { it: what, from, to, domain } of changes)
    it(`keep the domain with ${what}`, async () => {
      const [before, after] = [domainOf(await createStudio(from)), domainOf(await createStudio(to))];
      assert.deepEqual(
        replacing.map((input) => after[input]),
        replacing.map((input) => before[input]),
      );
      if (domain === "the same") assert.deepEqual(after, before);
      else assert.notDeepEqual(after, before);
    });

  it("give changed scripts a new name, so that new scripts are created before old scripts are deleted", async () => {
    const start = (world: World) => resourceOf(world, types.start, "fraud-dev-start-jupyterlab").inputs;
    const [one, same, other] = [
      start(await createStudio({})),
      start(await createStudio({})),
      start(await createStudio({}, { subnetIds: ["subnet-1"] })),
    ];
    assert.deepEqual(same, one);
    assert.notEqual(other.studioLifecycleConfigName, one.studioLifecycleConfigName);
    assert.match(String(one.studioLifecycleConfigName), /^fraud-dev-jupyterlab-[0-9a-f]{12}$/);
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
      for (const one of found)
        assert.ok((property ? String(one.inputs[property]) : `${one.name}-1234567`).length <= 63, `${type} ${one.name}`);
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
