// Lists the parameters of a version for AWS Service Catalog. Source: AWS Service Catalog administrator guide, "Parameter parsing".
import { z } from "zod";
import { variables } from "../engine/names";
import { ArtifactDenied, ArtifactError, type Parameter } from "./artifact";
import { artifactReaders, type ArtifactReaders, readArtifact } from "./read-artifact";
import { variable } from "../../functions/runtime/variables";

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

export async function parse(event: unknown, readers: ArtifactReaders): Promise<ParserOutput> {
  const { success, data } = eventSchema.safeParse(event);
  if (!success) throw new ParserError("ParserInvalidParameterException", "The request must contain an artifact in Amazon S3.");
  const { artifact, launchRoleArn } = data;
  try {
    return { parameters: (await readArtifact(artifact.path, launchRoleArn, readers)).parameters.map(shown) };
  } catch (error) {
    if (error instanceof ArtifactDenied) throw new ParserError("ParserAccessDeniedException", error.message);
    if (error instanceof ArtifactError) throw new ParserError("ParserInvalidParameterException", error.message);
    throw error;
  }
}

export const handler = (event: unknown): Promise<ParserOutput> => parse(event, artifactReaders(variable(variables.parser.artifactBucket)));
