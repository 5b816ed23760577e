// Reads the artifact of a version from S3.
import { type S3ClientConfig } from "@aws-sdk/client-s3";
import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { roleCredentials } from "../../aws/role-credentials";
import { artifactTag } from "../../aws/service-catalog";
import { type Artifact, ArtifactDenied, ArtifactError, artifactLocation, readArchive } from "./artifact";
import { type Location, type Objects, s3Client, s3Objects } from "../../functions/runtime/objects";

type Reader = Pick<Objects, "read">;

export interface ArtifactReaders {
  /** Bucket to which publications write. */
  artifactBucket: string;
  /** With the permissions of the engine. */
  engine: Reader;
  /** For copies of artifacts in buckets of AWS Service Catalog, which only the launch role can read. */
  asLaunchRole: (roleArn: string) => Reader;
}

const isDenied = (error: unknown) => ["AccessDenied", "Forbidden"].includes((error as Error).name);

async function archiveAt(path: string, location: Location, launchRoleArn: string | null | undefined, readers: ArtifactReaders) {
  try {
    return await readers.engine.read(location).catch(async (error: unknown) => {
      if (!isDenied(error) || !launchRoleArn) throw error;
      return readers.asLaunchRole(launchRoleArn).read(location);
    });
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new ArtifactDenied(
      `The engine has no permission to read the artifact ${path}. The launch role must trust the engine, and read objects with the tag ${artifactTag.key}. Ask the platform team.`,
    );
  }
}

/**
 * The artifact at `path`, if a publication wrote the same content to the bucket of the engine: AWS Service Catalog keeps copies of
 * artifacts in its own buckets, so the path does not prove who made the content.
 * Errors: `ArtifactError`; errors from AWS.
 */
export async function readArtifact(path: string, launchRoleArn: string | null | undefined, readers: ArtifactReaders): Promise<Artifact> {
  const location = artifactLocation(path);
  const archive = await archiveAt(path, location, launchRoleArn, readers);
  if (!archive) throw new ArtifactError(`The artifact of the version does not exist: ${path}. Publish the version again.`);
  const { artifact, key } = readArchive(archive);
  if (await readers.engine.read({ bucket: readers.artifactBucket, key })) return artifact;
  throw new ArtifactError(
    `The artifact was not published to this engine: ${path}. The artifact bucket has no object ${key} with the same content. Publish the version again.`,
  );
}

/** Settings of the clients, for example a proxy. */
export interface ClientSettings {
  s3?: S3ClientConfig;
  sts?: STSClientConfig;
}

const objectsAs = (RoleArn: string, { s3, sts = {} }: ClientSettings): Objects =>
  s3Objects(s3Client({ ...s3, credentials: roleCredentials(new STSClient(sts), { RoleArn, RoleSessionName: "cloister-artifact" }) }));

export const artifactReaders = (
  artifactBucket: string,
  settings: ClientSettings = {},
  engine: Reader = s3Objects(s3Client(settings.s3)),
): ArtifactReaders => ({
  artifactBucket,
  engine,
  asLaunchRole: (roleArn) => objectsAs(roleArn, settings),
});
