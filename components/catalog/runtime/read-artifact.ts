// Reads the artifact of a version from S3.
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Artifact, ArtifactError, artifactLocation, unpackArtifact } from "./artifact";
import { type Objects, s3Client, s3Objects } from "./objects";

type Reader = Pick<Objects, "read">;

export interface ArtifactReaders {
  own: Reader;
  /** For copies of artifacts in buckets of AWS Service Catalog, which only the launch role can read. */
  asLaunchRole: (roleArn: string) => Promise<Reader>;
}

export const isDenied = (error: unknown) => ["AccessDenied", "Forbidden"].includes((error as Error).name);

/** Errors: `ArtifactError`; errors from AWS. */
export async function readArtifact(path: string, launchRoleArn: string | null | undefined, readers: ArtifactReaders): Promise<Artifact> {
  const location = artifactLocation(path);
  const archive = await readers.own.read(location).catch(async (error: unknown) => {
    if (!isDenied(error) || !launchRoleArn) throw error;
    return (await readers.asLaunchRole(launchRoleArn)).read(location);
  });
  if (!archive) throw new ArtifactError(`The artifact of the version does not exist: ${path}. Publish the version again.`);
  return unpackArtifact(archive);
}

async function objectsAs(RoleArn: string): Promise<Objects> {
  const { Credentials } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "cloister-artifact" }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return s3Objects(
    s3Client({ credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! } }),
  );
}

export const artifactReaders = (own: Objects = s3Objects()): ArtifactReaders => ({ own, asLaunchRole: objectsAs });
