// Types for the input of the storage preflight, and for the lookup results.
import { type PerimeterAccess } from "./policy";
import { type BucketSettings } from "./settings";

export interface StorageRequest {
  /** Environment that uses the buckets, `fraud-dev`. */
  name: string;
  accountId: string;
  region: string;
  partition: string;
  /** Whether `pulumi destroy` deletes the buckets. */
  purge: boolean;
  /** Each bucket with the path of its settings, `cloister-environment:data`. */
  buckets: { path: string; settings: BucketSettings }[];
  /** Principals in the perimeter that are known before the first resource is created. */
  perimeterAccess: Pick<PerimeterAccess, "dataRoles" | "deployRoleArns" | "breakGlassRoleArns" | "serviceRoleArns">;
}

/** An existing bucket as the lookup found it. */
export type FoundBucket =
  /** No account has a bucket with this name. */
  | { state: "missing" }
  /** The bucket is in another account, or the deploy role has no permission to read it. */
  | { state: "inaccessible" }
  | {
      state: "found";
      /** Undefined if AWS reports only that the bucket is in another region. */
      region?: string;
      policy?: string;
    };

/** An existing KMS key. Source: AWS API `DescribeKey`. */
export interface FoundKey {
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  state: string;
  /** `ENCRYPT_DECRYPT` if S3 can use the key. */
  usage: string;
  /** `SYMMETRIC_DEFAULT` if S3 can use the key. */
  spec: string;
  /** `CUSTOMER`, or `AWS` for a key whose policy cannot be changed. */
  manager: string;
}

/** Result of `lookupStorage`, by bucket name and by key ARN. A key that does not exist has no entry. */
export interface StorageFindings {
  buckets: Record<string, FoundBucket>;
  keys: Record<string, FoundKey>;
}
