// Validates the settings of the mirror, and its manifest. Pure.
import { type AwsContext } from "../aws/context";
import { setCommand } from "../stack/fix-command";
import { type Problem } from "../stack/preflight";
import { approvalProblems, parseManifest } from "./manifest";
import { type MirrorSettings } from "./settings";

export interface MirrorRequest {
  context: AwsContext;
  settings: MirrorSettings;
  /** Path of the setting, `cloister-core:mirror`. */
  path: string;
  /** Content of the manifest. `undefined` if the file cannot be read. */
  manifest: string | undefined;
  now: Date;
}

/** Roles created by Cloister work inside environments, or administer the hub. None publishes packages. */
const ofCloister = /:role\/cloister\//;

function publisherProblems({ context, settings, path }: MirrorRequest): Problem[] {
  const { accountId, partition } = context;
  return settings.publisherRoleArns.flatMap((arn, i): Problem[] => {
    const setting = `${path}.publisherRoleArns[${i}]`;
    const fix = `Fix: ${setCommand(setting, `arn:${partition}:iam::${accountId}:role/<role>`)}`;
    if (!arn.startsWith(`arn:${partition}:iam::${accountId}:`))
      return [{ setting, text: `must be a role of account ${accountId}, the account of the bucket (got ${arn}). ${fix}` }];
    if (ofCloister.test(arn))
      return [
        { setting, text: `must not be a role created by Cloister (got ${arn}), because environments must not write packages. ${fix}` },
      ];
    return [];
  });
}

function manifestProblems({ settings, path, manifest, now }: MirrorRequest): Problem[] {
  const file = settings.manifest;
  if (manifest === undefined)
    return [
      {
        setting: `${path}.manifest`,
        text: `must be an existing file, relative to the folder core (got ${file}). Fix: npx cloister packages add <requirement> --manifest core/${file}`,
      },
    ];
  const parsed = parseManifest(file, manifest);
  return parsed.manifest ? approvalProblems(file, parsed.manifest, now) : parsed.problems;
}

/** All problems with the mirror. The settings need no plan, because they name all that is created. */
export const mirrorProblems = (request: MirrorRequest): Problem[] => [...publisherProblems(request), ...manifestProblems(request)];
