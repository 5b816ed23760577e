import assert from "node:assert/strict";
import { RootComponent, tagging, tagsOf } from "@cloister/components/stack/root";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { settle, useMocks, type World } from "../../helpers/mocks";

describe("tags", () => {
  it("are the Cloister tags and the tags in the settings, and the Cloister tags take precedence", () =>
    assert.deepEqual(tagsOf({ team: "fraud", owner: "me" }, { "cloister:owner": "you", "cost-center": "1" }), {
      "cost-center": "1",
      "cloister:team": "fraud",
      "cloister:owner": "me",
    }));

  const transformed = (type: string, props: object) =>
    tagging({ owner: "me" })({ type, name: "it", props, opts: {}, resource: {} as pulumi.Resource });

  it("are not added to untaggable resources and resources of other providers", () => {
    assert.equal(transformed("aws:s3/bucketPolicy:BucketPolicy", { policy: "" }), undefined);
    assert.equal(transformed("pulumi:providers:aws", { tags: {} }), undefined);
    assert.equal(transformed("cloister:storage:DataBucket", { tags: {} }), undefined);
  });

  it("do not replace tags that the resource already has", async () => {
    const tagged = transformed("aws:s3/bucket:Bucket", { tags: pulumi.output({ Name: "mine", owner: "you" }), forceDestroy: true });
    const { tags, forceDestroy } = tagged?.props as { tags: pulumi.Input<unknown>; forceDestroy: boolean };
    assert.deepEqual([await settle(tags), forceDestroy], [{ owner: "you", Name: "mine" }, true]);
  });

  // Source: AWS API `ChangeTagsForResource`.
  it("of a hosted zone are at most ten: without the tags in the settings if there are more", async () => {
    const zoneTags = async (count: number) => {
      const custom = Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));
      const transform = tagging(tagsOf({ team: "fraud", owner: "me" }, custom));
      const props = { tags: { Name: "zone" } };
      const result = transform({ type: "aws:route53/zone:Zone", name: "it", props, opts: {}, resource: {} as pulumi.Resource });
      return Object.keys((await settle((result?.props as { tags: pulumi.Input<object> }).tags)) as object);
    };
    assert.equal((await zoneTags(7)).length, 10);
    assert.deepEqual(await zoneTags(8), ["cloister:team", "cloister:owner", "Name"]);
  });

  describe("tags of a program", () => {
    let world: World;
    before(async () => {
      world = await useMocks({ project: "it", stack: "it", config: {} });
      const first = new RootComponent("Core", "first", { owner: "one" });
      const second = new RootComponent("Environment", "second", { owner: "two" });
      await Promise.all(
        [first, second].map(async (parent, i) => {
          const component = new pulumi.ComponentResource("it:it:Part", `part-${i}`, {}, { parent });
          await settle(new aws.s3.Bucket(`bucket-${i}`, {}, { parent: component }).urn);
        }),
      );
      await settle(new aws.s3.Bucket("outside").urn);
    });
    const tagsAt = (name: string) => world.resources.find((resource) => resource.name === name)?.inputs.tags;

    it("are added only to resources below the root resource of the program", () => {
      assert.deepEqual(tagsAt("bucket-0"), { owner: "one" });
      assert.deepEqual(tagsAt("bucket-1"), { owner: "two" });
      assert.equal(tagsAt("outside"), undefined);
    });
  });
});
