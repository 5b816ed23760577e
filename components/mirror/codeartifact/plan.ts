// Validates the settings of the front `codeartifact`. Pure.
import { type AwsContext } from "../../aws/context";
import { setCommand } from "../../stack/fix-command";
import { type Problem } from "../../stack/preflight";

export interface CodeArtifactRequest {
  context: Pick<AwsContext, "region">;
  /** Regions with CodeArtifact. */
  regions: readonly string[];
  /** `cloister-core:mirror` */
  path: string;
}

/** All problems with the front: AWS offers CodeArtifact only in some regions. */
export const codeArtifactProblems = ({ context: { region }, regions, path }: CodeArtifactRequest): Problem[] =>
  regions.includes(region)
    ? []
    : [
        {
          setting: `${path}.front`,
          text: `must not be codeartifact in region ${region}, because AWS offers CodeArtifact only in ${[...regions].sort().join(", ")}. Fix: ${setCommand(`${path}.front`, "s3")}`,
        },
      ];
