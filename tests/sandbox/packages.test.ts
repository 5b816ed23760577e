// Publishes packages to a bucket of the sandbox, with the bucket policy of the mirror. tests/helpers/packages.ts has the tests.
import assert from "node:assert/strict";
import { mirrorClient } from "@cloister/cli/testing";
import { mirrorBucketPolicy } from "@cloister/components/storage/policy";
import { testPackages } from "../helpers/packages";
import { javascript } from "./javascript";
import { world } from "./world";

const bucket = `packages-${process.pid}`;

describe("packages in a bucket of the sandbox", function () {
  this.timeout(180_000);

  const call = async (operation: string, input: object) => {
    const { output, error, message } = await javascript(world())({
      service: "s3",
      operation,
      input: { Bucket: bucket, ...input },
      account: world().hubAccount,
    });
    assert.equal(error, undefined, `${operation}: ${message}`);
    return output as Record<string, unknown>;
  };

  testPackages(async () => {
    const { region, hubAccount: accountId, env } = world();
    await call("CreateBucket", { CreateBucketConfiguration: { LocationConstraint: region } });
    await call("PutPublicAccessBlock", {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    const publisherRoleArns = [`arn:aws:iam::${accountId}:role/Publisher`];
    await call("PutBucketPolicy", { Policy: mirrorBucketPolicy(bucket, "aws", { accountId, publisherRoleArns }) });
    const s3 = await import("@aws-sdk/client-s3");
    const reader = new s3.S3Client({
      region,
      endpoint: env.AWS_ENDPOINT_URL!,
      forcePathStyle: true,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: env.AWS_SESSION_TOKEN!,
      },
    });
    return {
      client: await mirrorClient({ env, world: world() }, { region, bucket }),
      put: (Key, Body) => call("PutObject", { Key, Body }),
      get: async (Key) => {
        const { Body, ContentType } = await reader.send(new s3.GetObjectCommand({ Bucket: bucket, Key }));
        return { body: await Body!.transformToByteArray(), type: ContentType! };
      },
    };
  });
});
