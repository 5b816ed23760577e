// Reads and writes small objects in S3.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from "@aws-sdk/client-s3";

export interface Location {
  bucket: string;
  key: string;
}

/** Calls that fail reject with the error from AWS. */
export interface Objects {
  /** `undefined` if the object does not exist. */
  read(location: Location): Promise<Buffer | undefined>;
  write(location: Location, body: string): Promise<void>;
  /** False if the object exists. */
  create(location: Location, body: string): Promise<boolean>;
  delete(location: Location): Promise<void>;
}

export interface Listing {
  /** Keys that start with the key of the location. */
  list(location: Location): Promise<string[]>;
}

/** An object as it was read. */
export interface ReadObject {
  body: Buffer;
  /** Another value after each write. */
  etag: string;
}

/** Calls that have no effect if another call changed or deleted the object since it was read: they return false. */
export interface UnchangedObjects {
  /** `undefined` if the object does not exist. */
  readObject(location: Location): Promise<ReadObject | undefined>;
  replaceUnchanged(location: Location, read: Pick<ReadObject, "etag">, body: string): Promise<boolean>;
  deleteUnchanged(location: Location, read: Pick<ReadObject, "etag">): Promise<boolean>;
}

const contentType = "application/json";
/**
 * S3 reports a conflict for two calls at the same time, and a missing object if a condition names its ETag.
 * Source: Amazon S3 user guide, "Conditional writes" and "Conditional deletes".
 */
const existing = ["PreconditionFailed", "ConditionalRequestConflict"];
const changed = [...existing, "NoSuchKey"];

/** With the bucket in the path, one DNS name or endpoint serves all buckets. */
export const s3Client = (config: S3ClientConfig = {}) => new S3Client({ maxAttempts: 8, forcePathStyle: true, ...config });

/** S3 answers a call for a bucket of another region with one of these errors. Source: Amazon S3 API "Error responses". */
const otherRegion = ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"];

export function s3Objects(client = s3Client()): Objects & Listing & UnchangedObjects {
  /** Names the bucket and the region, which these errors do not have. */
  async function explained<T>(bucket: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof S3ServiceException) || !otherRegion.includes(error.name)) throw error;
      const message = `The bucket '${bucket}' is not in the region ${await client.config.region()}. Deploy the core stack again, which creates a bucket there.`;
      throw new Error(message, { cause: error });
    }
  }
  const put = ({ bucket, key }: Location, body: string, more: object = {}) =>
    explained(bucket, client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...more })));
  /** False if S3 rejects the call with one of these errors. */
  async function unless(errors: readonly string[], call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && errors.includes(error.name)) return false;
      throw error;
    }
  }
  const remove = ({ bucket, key }: Location, more: object = {}) =>
    explained(bucket, client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...more })));
  async function readObject({ bucket, key }: Location): Promise<ReadObject | undefined> {
    try {
      const { Body, ETag } = await explained(bucket, client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
      return { body: Buffer.from(await Body!.transformToByteArray()), etag: ETag! };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
  return {
    async list({ bucket: Bucket, key: Prefix }) {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        keys.push(...Contents.map(({ Key }) => Key!));
      return keys;
    },
    read: async (location) => (await readObject(location))?.body,
    readObject,
    async write(location, body) {
      await put(location, body);
    },
    create: (location, body) => unless(existing, put(location, body, { IfNoneMatch: "*" })),
    replaceUnchanged: (location, { etag: IfMatch }, body) => unless(changed, put(location, body, { IfMatch })),
    async delete(location) {
      await remove(location);
    },
    deleteUnchanged: (location, { etag: IfMatch }) => unless(changed, remove(location, { IfMatch })),
  };
}
