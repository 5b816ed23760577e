// Lists the parameters of a version for AWS Service Catalog. Source: AWS Service Catalog administrator guide, "Parameter parsing".
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { ArtifactError, artifactLocation, type Parameter, unpackArtifact } from "./artifact";
import { type Objects, s3Objects } from "./objects";

const eventSchema = z.object({
  artifact: z.object({ path: z.string(), type: z.literal("AWS_S3") }),
  launchRoleArn: z.string().nullish(),
});

/** AWS Service Catalog recognizes errors by these names. */
class ParserError extends Error {
  constructor(
    override readonly name: "ParserInvalidParameterException" | "ParserAccessDeniedException",
    message: string,
  ) {
    super(message);
  }
}

export interface ParserOutput {
  parameters: { key: string; type: "String"; defaultValue?: string; description: string; isNoEcho: false }[];
}

const shown = ({ key, type, default: defaultValue, description }: Parameter): ParserOutput["parameters"][number] => ({
  key,
  type,
  ...(defaultValue !== undefined && { defaultValue }),
  description,
  isNoEcho: false,
});

const isDenied = (error: unknown) => ["AccessDenied", "Forbidden"].includes((error as Error).name);

/** `asLaunchRole` reads with the launch role, for copies of artifacts that only the launch role can read. */
export async function parse(event: unknown, own: Objects, asLaunchRole: (roleArn: string) => Promise<Objects>): Promise<ParserOutput> {
  const { success, data } = eventSchema.safeParse(event);
  if (!success) throw new ParserError("ParserInvalidParameterException", "The request must contain an artifact in Amazon S3.");
  const { artifact, launchRoleArn } = data;
  try {
    const location = artifactLocation(artifact.path);
    const archive = await own.read(location).catch(async (error: unknown) => {
      if (!isDenied(error) || !launchRoleArn) throw error;
      return (await asLaunchRole(launchRoleArn)).read(location);
    });
    if (!archive) throw new ArtifactError(`The artifact of the version does not exist: ${artifact.path}. Publish the version again.`);
    return { parameters: unpackArtifact(archive).parameters.map(shown) };
  } catch (error) {
    if (error instanceof ArtifactError) throw new ParserError("ParserInvalidParameterException", error.message);
    if (isDenied(error))
      throw new ParserError("ParserAccessDeniedException", `The engine has no permission to read the artifact ${artifact.path}.`);
    throw error;
  }
}

async function objectsAs(RoleArn: string): Promise<Objects> {
  const { Credentials } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "cloister-parser" }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return s3Objects(
    new S3Client({ credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! } }),
  );
}

export const handler = (event: unknown): Promise<ParserOutput> => parse(event, s3Objects(), objectsAs);
