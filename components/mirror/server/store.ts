// Reads objects of the mirror's bucket.
import { GetObjectCommand, HeadObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { type Readable } from "node:stream";

/** The request for an object, besides its key. */
export interface ReadOptions {
  /** Whether only the metadata is read. */
  head: boolean;
  /** `bytes=0-99` */
  range?: string;
  /** Entity tag of the client's copy. */
  ifNoneMatch?: string;
}

export interface FoundObject {
  status: 200 | 206;
  size?: number;
  contentRange?: string;
  etag?: string;
  modified?: Date;
  contentType?: string;
  /** Absent for `head`. */
  body?: Readable;
}

export type ReadResult = FoundObject | { status: 304 } | { status: 404 } | { status: 416 };

/** Answers of S3 for which the client is responsible. S3 answers 404 only to callers that can list the bucket. */
const clientAnswers: Record<number, ReadResult> = { 304: { status: 304 }, 404: { status: 404 }, 416: { status: 416 } };

/** An object, or why the client does not get it. Throws other errors of S3. */
export async function readObject(client: S3Client, bucket: string, key: string, options: ReadOptions): Promise<ReadResult> {
  const { head, range, ifNoneMatch } = options;
  const input = { Bucket: bucket, Key: key, Range: range, IfNoneMatch: ifNoneMatch };
  try {
    const output = head ? await client.send(new HeadObjectCommand(input)) : await client.send(new GetObjectCommand(input));
    return {
      status: output.ContentRange === undefined ? 200 : 206,
      size: output.ContentLength,
      contentRange: output.ContentRange,
      etag: output.ETag,
      modified: output.LastModified,
      contentType: output.ContentType,
      ...("Body" in output && { body: output.Body as Readable }),
    };
  } catch (error) {
    const answer = error instanceof S3ServiceException ? clientAnswers[error.$metadata.httpStatusCode ?? 0] : undefined;
    if (!answer) throw error;
    return answer;
  }
}
