// Defines requests and existing buckets for storage tests.
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { type FoundBucket, type StorageRequest } from "@cloister/components/storage/request";
import { bucketSettings } from "@cloister/components/storage/settings";

export const context: AwsContext = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
export const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d";
export const deployRoleArns = ["arn:aws:iam::111122223333:role/platform/Deployer"];
/** The service roles of an environment, by role path. */
export const dataRoles = { rolePath: rolesAt(context, rolePath(context, "fraud-dev")) };
export const schema = bucketSettings("a bucket");

/** Settings for an existing bucket. */
export const existingBucket = (settings: object = {}) => ({ existing: { bucketName: "lake", keyArn, policy: "enclose", ...settings } });

/** An existing bucket in the region, as the lookup finds it. */
export const foundBucket = (policy?: string): FoundBucket => ({ state: "found", region: context.region, ...(policy && { policy }) });

export const storageRequest = ({
  data = {},
  models = {},
  request,
}: {
  data?: object;
  models?: object;
  request?: Partial<StorageRequest>;
}): StorageRequest => ({
  ...context,
  name: "fraud-dev",
  purge: false,
  buckets: [
    { path: "cloister-environment:data", settings: schema.parse(data) },
    { path: "cloister-environment:models", settings: schema.parse(models) },
  ],
  perimeterAccess: { dataRoles, deployRoleArns },
  ...request,
});
