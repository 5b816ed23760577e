// What buckets are planned from. Types.
import { type PerimeterAccess } from "./policy";
import { type BucketSettings } from "./settings";

export interface StorageRequest {
  /** Whose buckets they are, `fraud-dev`. */
  name: string;
  accountId: string;
  region: string;
  partition: string;
  /** Whether a destroy deletes buckets. */
  purge: boolean;
  /** Each with where its settings are, `cloister-environment:data`. */
  buckets: { path: string; settings: BucketSettings }[];
  /** Who will reach them, as far as it is known before the first resource. */
  perimeterAccess: Pick<PerimeterAccess, "dataRoles" | "deployRoleArns" | "breakGlassRoleArns" | "serviceRoleArns">;
}

/** A bucket that was looked for: `missing` if no account has it, `refused` if it is not ours to look at. */
export type FoundBucket =
  | { state: "missing" }
  | { state: "refused" }
  | {
      state: "found";
      /** Absent if AWS only says that it is another one. */
      region?: string;
      policy?: string;
    };

export interface FoundKey {
  /** `Enabled`, or why it can't be used: `Disabled`, `PendingDeletion`, … */
  state: string;
  /** `ENCRYPT_DECRYPT` for a key that S3 can use. */
  usage: string;
  /** `SYMMETRIC_DEFAULT` for a key that S3 can use. */
  spec: string;
  /** `CUSTOMER`, or `AWS` for a key whose policy nobody can change. */
  manager: string;
}

/** What `lookAtBuckets` found, by the name of the bucket and the ARN of the key. What was not asked for is absent, and so is a key that does not exist. */
export interface StorageFindings {
  buckets: Record<string, FoundBucket>;
  keys: Record<string, FoundKey>;
}
