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

const contentType = "application/json";
/** S3 reports a conflict for two calls at the same time. Source: Amazon S3 user guide, "Conditional writes". */
const existing = ["PreconditionFailed", "ConditionalRequestConflict"];

/** With the bucket in the path, one DNS name or endpoint serves all buckets. */
export const s3Client = (config: S3ClientConfig = {}) => new S3Client({ maxAttempts: 8, forcePathStyle: true, ...config });

/** S3 answers a call for a bucket of another region with one of these errors. Source: Amazon S3 API "Error responses". */
const otherRegion = ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"];

export function s3Objects(client = s3Client()): Objects & Listing {
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
  return {
    async list({ bucket: Bucket, key: Prefix }) {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
        keys.push(...Contents.map(({ Key }) => Key!));
      return keys;
    },
    async read({ bucket, key }) {
      try {
        const { Body } = await explained(bucket, client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
        return Buffer.from(await Body!.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(location, body) {
      await put(location, body);
    },
    async create(location, body) {
      try {
        await put(location, body, { IfNoneMatch: "*" });
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && existing.includes(error.name)) return false;
        throw error;
      }
    },
    async delete({ bucket, key }) {
      await explained(bucket, client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
  };
}
