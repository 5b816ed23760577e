// Reads and writes the artifact of a version: a tar.gz archive with one JSON file. Pure.
import { createHash } from "node:crypto";
import { Header, Parser } from "tar";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { type SchemaNode } from "../../stack/schema";
import { artifactKey } from "../engine/names";

const parameterSchema = z.object({
  /** Name in AWS Service Catalog. */
  key: z.string(),
  /** Path of the setting in `cloister-environment`. */
  path: z.array(z.string()).min(1),
  type: z.literal("String"),
  default: z.string().optional(),
  description: z.string(),
  /** Schema of the setting. */
  schema: z.custom<SchemaNode>((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
});

/** A parameter that the lead sees. */
export type Parameter = z.output<typeof parameterSchema>;

const values = z.record(z.string(), z.unknown());

const coreSchema = z.object({
  /** `organization/cloister-core/<name>` */
  stack: z.string(),
  outputs: values,
});

/** A core stack whose outputs environments in its account read. */
export type Core = z.output<typeof coreSchema>;

const artifactSchema = z.object({
  format: z.literal(1),
  /** Version of the program that deploys this version. */
  program: z.string(),
  /** Image of the runner when the version was published. A changed image makes another version, so that `cloister fleet` shows it. */
  image: z.string().optional(),
  /** Name that leads see. */
  name: z.string(),
  /** Settings that the platform team fixed, by full name: `cloister-environment:studio`. */
  settings: values,
  /** Configuration of the policy pack. */
  policies: values,
  core: coreSchema,
  /** Core stacks of other accounts, in which leads launch this version. */
  recipients: z.array(coreSchema).optional(),
  /** Teams that leads can choose. Absent: any. */
  teams: z.array(z.string()).optional(),
  parameters: z.array(parameterSchema),
});

export type Artifact = z.output<typeof artifactSchema>;

/** The core stack in an account. `undefined` if the version cannot be launched there. */
export const coreIn = ({ core, recipients = [] }: Pick<Artifact, "core" | "recipients">, accountId: string): Core | undefined =>
  [core, ...recipients].find(({ outputs }) => outputs.accountId === accountId);

/** The one file in an archive. */
const fileName = "version.json";

/** An artifact cannot be read. The message is for the platform team and the lead. */
export class ArtifactError extends Error {
  override readonly name: string = "ArtifactError";
}

/** The engine has no permission to read an artifact. */
export class ArtifactDenied extends ArtifactError {
  override readonly name = "ArtifactDenied";
}

/** JSON with sorted keys, so that equal values have equal texts. */
function stableJson(value: unknown): string {
  const sorted = (_: string, at: unknown) =>
    typeof at === "object" && at !== null && !Array.isArray(at)
      ? Object.fromEntries(Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)))
      : at;
  return JSON.stringify(value, sorted);
}

const blockBytes = 512;
const padded = (bytes: number) => Math.ceil(bytes / blockBytes) * blockBytes;

function archiveOf(content: Buffer): Buffer {
  const header = Buffer.alloc(blockBytes);
  new Header({ path: fileName, mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: new Date(0), type: "File" }).encode(header);
  // An archive ends with two empty blocks.
  return gzipSync(Buffer.concat([header, content, Buffer.alloc(padded(content.length) - content.length + 2 * blockBytes)]));
}

/** The archive of an artifact. Equal artifacts have equal keys, because the key is the hash of the content. */
export function packArtifact(artifact: Artifact): { key: string; hash: string; body: Buffer } {
  const content = Buffer.from(stableJson(artifact));
  const hash = createHash("sha256").update(content).digest("hex");
  return { key: artifactKey(hash), hash, body: archiveOf(content) };
}

/** Name of the version of an artifact, `0.1.0-1a2b3c4d`. */
export const versionName = (artifact: Artifact) => `${artifact.program}-${packArtifact(artifact).hash.slice(0, 8)}`;

function fileIn(archive: Buffer): string | undefined {
  const chunks: Buffer[] = [];
  let found = false;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      if (entry.path !== fileName) return void entry.resume();
      found = true;
      entry.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    },
  });
  let failure: unknown;
  parser.on("error", (error) => (failure = error));
  parser.end(gunzipSync(archive));
  if (failure !== undefined) throw failure as Error;
  return found ? Buffer.concat(chunks).toString("utf8") : undefined;
}

/** The artifact, and the key under which a publication stores its content. Errors: `ArtifactError`. */
export function readArchive(archive: Buffer): { artifact: Artifact; key: string } {
  let text: string | undefined;
  let given: unknown;
  try {
    text = fileIn(archive);
    if (text === undefined) throw new Error(`it has no file ${fileName}`);
    given = JSON.parse(text);
  } catch (error) {
    throw new ArtifactError(`The artifact of the version cannot be read: ${(error as Error).message}. Publish the version again.`);
  }
  return { artifact: validArtifact(given), key: artifactKey(createHash("sha256").update(text).digest("hex")) };
}

function validArtifact(given: unknown): Artifact {
  const { success, data, error } = artifactSchema.safeParse(given);
  if (success) return data;
  const fields = [...new Set(error.issues.map(({ path }) => path.join(".")))].join(", ");
  throw new ArtifactError(`The artifact of the version has an unknown format (${fields}). Publish the version again.`);
}

/** Bucket and key of an artifact, `s3://bucket/key`. Errors: `ArtifactError`. */
export function artifactLocation(path: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([a-z0-9.-]+)\/(.+)$/.exec(path) ?? [];
  if (bucket === undefined || key === undefined)
    throw new ArtifactError(`The artifact must be an object in S3, s3://<bucket>/<key> (got ${path}). Publish the version again.`);
  return { bucket, key };
}
