// Reads and writes objects of the mirror's bucket. Makes no decisions.
import * as fs from "node:fs";
import { type IndexObject } from "@cloister/components/mirror/index-pages";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";

/** An object in the bucket. */
export interface StoredObject {
  key: string;
  size: number;
  /** MD5 of the content, in hexadecimal digits: S3 encrypts the bucket with its own key. Source: AWS S3 API, `Object`, `ETag`. */
  md5: string;
}

/** The bucket or repository of the mirror. A call that fails rejects with the error from AWS. */
export interface MirrorClient {
  /** Whether the index is pages that are published. Otherwise the service creates the index. Default: true. */
  hasPages?: boolean;
  list(): Promise<StoredObject[]>;
  /** Other repositories and public registries whose packages the mirror also serves, which must be none. */
  sources?(): Promise<string[]>;
  /** SHA-256 that S3 computed when the object was written, in hexadecimal digits. `undefined` for an object of another client. */
  sha256(key: string): Promise<string | undefined>;
  /** `requiresPython` is a version specifier, `>=3.9`, for an index that the service creates. */
  putFile(key: string, file: string, sha256: string, requiresPython?: string): Promise<void>;
  putPage(page: IndexObject): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

/** Milliseconds for the largest wheels. */
const uploadTimeout = 30 * 60_000;
/** Source: AWS API `DeleteObjects`. */
const mostDeletions = 1000;

/** Connects to AWS with the SDK, which is loaded here because it is large. `signal` aborts all calls. */
export async function bucketClient(
  where: Pick<Session, "env" | "world" | "credentials">,
  { region, bucket: Bucket }: { region: string; bucket: string },
  signal?: AbortSignal,
): Promise<MirrorClient> {
  const s3 = await import("@aws-sdk/client-s3");
  const settings = connectionSettings(where, "s3", region);
  const client = new s3.S3Client({
    ...settings,
    requestHandler: { ...settings.requestHandler, requestTimeout: uploadTimeout },
    ...(where.world && { forcePathStyle: true }),
  });
  const options = { abortSignal: signal };
  return {
    async list() {
      const found: StoredObject[] = [];
      for await (const { Contents = [] } of s3.paginateListObjectsV2({ client }, { Bucket }, options))
        found.push(...Contents.map(({ Key, Size, ETag }) => ({ key: Key!, size: Size ?? 0, md5: (ETag ?? "").replaceAll('"', "") })));
      return found;
    },
    async sha256(Key) {
      const { ChecksumSHA256 } = await client.send(new s3.HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }), options);
      return ChecksumSHA256 === undefined ? undefined : Buffer.from(ChecksumSHA256, "base64").toString("hex");
    },
    async putFile(Key, file, sha256) {
      // S3 rejects content with another hash.
      const ChecksumSHA256 = Buffer.from(sha256, "hex").toString("base64");
      const ContentLength = fs.statSync(file).size;
      const content = { Body: fs.createReadStream(file), ContentLength, ContentType: "application/zip" };
      const checksum = { ChecksumAlgorithm: "SHA256" as const, ChecksumSHA256 };
      await client.send(new s3.PutObjectCommand({ Bucket, Key, ...content, ...checksum }), options);
    },
    async putPage({ key, body, contentType }) {
      await client.send(new s3.PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType }), options);
    },
    async delete(keys) {
      for (let i = 0; i < keys.length; i += mostDeletions) {
        const Objects = keys.slice(i, i + mostDeletions).map((Key) => ({ Key }));
        const { Errors = [] } = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }), options);
        if (Errors[0]) throw Object.assign(new Error(`${Errors[0].Key}: ${Errors[0].Message}`), { name: Errors[0].Code ?? "Error" });
      }
    },
  };
}
