import assert from "node:assert/strict";
import { RootComponent, tagging, tagsOf } from "@cloister/components/stack/root";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { settle, useMocks, type World } from "../../helpers/mocks";

describe("tags", () => {
  it("are the product's and the customer's, and the product's win", () =>
    assert.deepEqual(tagsOf({ team: "fraud", owner: "me" }, { "cloister:owner": "you", "cost-center": "1" }), {
      "cost-center": "1",
      "cloister:team": "fraud",
      "cloister:owner": "me",
    }));

  const given = (type: string, props: object) =>
    tagging({ owner: "me" })({ type, name: "it", props, opts: {}, resource: {} as pulumi.Resource });

  it("leave alone what can't be tagged, and what is not of AWS", () => {
    assert.equal(given("aws:s3/bucketPolicy:BucketPolicy", { policy: "" }), undefined);
    assert.equal(given("pulumi:providers:aws", { tags: {} }), undefined);
    assert.equal(given("cloister:storage:DataBucket", { tags: {} }), undefined);
  });

  it("keep those of the resource itself, which win", async () => {
    const tagged = given("aws:s3/bucket:Bucket", { tags: pulumi.output({ Name: "mine", owner: "you" }), forceDestroy: true });
    const { tags, forceDestroy } = tagged?.props as { tags: pulumi.Input<unknown>; forceDestroy: boolean };
    assert.deepEqual([await settle(tags), forceDestroy], [{ owner: "you", Name: "mine" }, true]);
  });

  describe("of a program", () => {
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
    const tagsAt = (name: string) => world.resources.find((one) => one.name === name)?.inputs.tags;

    it("reach what is below it, through components, and only that", () => {
      assert.deepEqual(tagsAt("bucket-0"), { owner: "one" });
      assert.deepEqual(tagsAt("bucket-1"), { owner: "two" });
      assert.equal(tagsAt("outside"), undefined);
    });
  });
});
