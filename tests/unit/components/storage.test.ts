// Creates buckets and uses existing buckets under mocks. Does not prove that AWS accepts the inputs: tests/engine does.
import assert from "node:assert/strict";
import { DataBucket, ExistingBucket, LogBucket, type PerimeterArgs } from "@cloister/components/storage";
import type * as pulumi from "@pulumi/pulumi";
import { type Registered, settle, useMocks, waitForRegistrations, type World } from "../../helpers/mocks";
import { context, dataRoles, deployRoleArns, keyArn } from "../../helpers/storage";
import { evaluateProgram } from "../../programs/violations";
import { statementsOf } from "./policies";

describe("bucket", () => {
  const perimeterAccess: PerimeterArgs = {
    owner: "fraud-dev",
    dataRoles,
    vpcEndpointIds: ["vpce-1"],
    deployRoleArns,
  };
  const created = async (create: () => { bucketName: pulumi.Output<string> }): Promise<World> => {
    const world = await useMocks({ project: "it", stack: "it", config: {} });
    await settle(create().bucketName);
    await waitForRegistrations();
    return world;
  };
  const dataBucket = (args: Partial<ConstructorParameters<typeof DataBucket>[1]> = {}) =>
    created(() => {
      const logs = new LogBucket("it-logs", { ...context, purge: false });
      const bucket = new DataBucket("it-data", { keyArn, logBucketName: logs.bucketName, purge: false, ...args });
      bucket.restrictToPerimeter(perimeterAccess);
      return bucket;
    });
  const resourceOf = (world: World, type: string, name = "it-data"): Registered | undefined =>
    world.resources.find((resource) => resource.type.endsWith(`:${type}`) && resource.name.startsWith(name));
  const typesOf = (world: World) => world.resources.filter(({ custom }) => custom).map(({ type }) => type.split(":")[2]);

  it("deletes only incomplete uploads, is retained on destroy, and passes every guardrail", async () => {
    const world = await dataBucket();
    assert.deepEqual(resourceOf(world, "BucketLifecycleConfiguration")?.inputs.rules, [
      { id: "abandoned-uploads", status: "Enabled", filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ]);
    // Only AWS services write to the log bucket.
    assert.equal(resourceOf(world, "BucketLifecycleConfiguration", "it-logs"), undefined);
    assert.equal(resourceOf(world, "BucketObjectLockConfiguration"), undefined);
    for (const { name, retainOnDelete } of world.resources.filter(({ custom }) => custom)) assert.ok(retainOnDelete, name);
    const { violations, ran } = await evaluateProgram(world);
    assert.deepEqual(violations, []);
    for (const rule of ["s3-bucket-kms", "s3-tls-only", "s3-public-access-block-present"]) assert.ok(ran.includes(rule), rule);
  });

  it("keeps versions, has no ACLs, and allows no public access", async () => {
    const world = await dataBucket();
    for (const name of ["it-data", "it-logs"]) {
      assert.deepEqual(resourceOf(world, "BucketVersioning", name)?.inputs.versioningConfiguration, { status: "Enabled" }, name);
      assert.deepEqual(resourceOf(world, "BucketOwnershipControls", name)?.inputs.rule, { objectOwnership: "BucketOwnerEnforced" }, name);
      const { bucket, ...access } = resourceOf(world, "BucketPublicAccessBlock", name)!.inputs;
      assert.equal(bucket, `${name}-bucket-0a1b2c3`);
      assert.deepEqual(
        access,
        { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        name,
      );
    }
  });

  it("has the configured lifecycle rules", async () =>
    assert.deepEqual(
      (
        resourceOf(
          await dataBucket({ lifecycle: { noncurrentDays: 30, transition: { days: 90, storageClass: "GLACIER_IR" } } }),
          "BucketLifecycleConfiguration",
        )?.inputs.rules as object[]
      ).slice(1),
      [
        { id: "noncurrent-versions", status: "Enabled", filter: { prefix: "" }, noncurrentVersionExpiration: { noncurrentDays: 30 } },
        { id: "old-objects", status: "Enabled", filter: { prefix: "" }, transitions: [{ days: 90, storageClass: "GLACIER_IR" }] },
      ],
    ));

  it("has object lock with a default retention", async () => {
    const world = await dataBucket({ objectLock: { mode: "GOVERNANCE", days: 30 } });
    // The provider replaces a bucket when this input changes.
    assert.equal(resourceOf(world, "Bucket")?.inputs.objectLockEnabled, undefined);
    assert.deepEqual(resourceOf(world, "BucketObjectLockConfiguration")?.inputs.rule, {
      defaultRetention: { mode: "GOVERNANCE", days: 30 },
    });
  });

  it("is deleted with its objects if purge is true", async () => {
    const world = await dataBucket({ purge: true, objectLock: { mode: "GOVERNANCE", days: 30 } });
    for (const { name, retainOnDelete } of world.resources.filter((resource) => resource.custom && resource.name.startsWith("it-data")))
      assert.ok(!retainOnDelete, name);
    assert.equal(resourceOf(world, "Bucket")?.inputs.forceDestroy, true);
  });

  it("gets only the perimeter policy when the bucket exists, and the policy is deleted with the stack", async () => {
    let bucket: ExistingBucket | undefined;
    const world = await created(() => {
      bucket = new ExistingBucket("it-data", { partition: "aws-cn", bucketName: "lake", keyArn, policy: "enclose" });
      bucket.restrictToPerimeter(perimeterAccess);
      return bucket;
    });
    assert.deepEqual(typesOf(world), ["BucketPolicy"]);
    const { inputs, retainOnDelete } = resourceOf(world, "BucketPolicy")!;
    assert.deepEqual([inputs.bucket, retainOnDelete], ["lake", false]);
    assert.deepEqual(statementsOf(String(inputs.policy))[0]?.Resource, ["arn:aws-cn:s3:::lake", "arn:aws-cn:s3:::lake/*"]);
    assert.deepEqual(
      [await settle(bucket!.bucketName), await settle(bucket!.arn), await settle(bucket!.keyArn)],
      ["lake", "arn:aws-cn:s3:::lake", keyArn],
    );
    assert.deepEqual((await evaluateProgram(world)).violations, []);
  });

  it("stays unchanged when the bucket exists and the policy setting is 'leave'", async () =>
    assert.deepEqual(
      typesOf(
        await created(() => {
          const bucket = new ExistingBucket("it-data", { partition: "aws", bucketName: "lake", keyArn, policy: "leave" });
          bucket.restrictToPerimeter(perimeterAccess);
          return bucket;
        }),
      ),
      [],
    ));
});
