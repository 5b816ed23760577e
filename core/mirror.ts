// The package mirror of a core stack.
import { MirrorBucket, mirrorProblems } from "@cloister/components/mirror";
import { type MirrorSettings } from "@cloister/components/mirror/settings";
import { type AwsContext } from "@cloister/components/aws/context";
import { type Problem } from "@cloister/components/stack/preflight";
import * as fs from "node:fs";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

/** The text of a file in the folder of the project. `undefined` if the file cannot be read. */
function readManifest({ manifest }: MirrorSettings): string | undefined {
  try {
    return fs.readFileSync(path.join(__dirname, manifest), "utf8");
  } catch {
    return undefined;
  }
}

/** Problems with the setting `mirror` and the manifest of approved packages. */
export function preflightMirror(context: AwsContext, { mirror: settings }: CoreSettings): Problem[] {
  if (!settings) return [];
  return mirrorProblems({ context, settings, path: "cloister-core:mirror", manifest: readManifest(settings), now: new Date() });
}

interface MirrorParts {
  context: AwsContext;
  settings: CoreSettings;
  logBucketName: pulumi.Input<string>;
}

/** Creates the mirror. `name` is the stack name. Returns the outputs, which are empty without the setting `mirror`. */
export function createMirror(name: string, { context, settings, logBucketName }: MirrorParts, opts: pulumi.ComponentResourceOptions) {
  const { mirror, purge } = settings;
  if (!mirror) return { mirrorFront: "", mirrorBucket: "", mirrorRequests: "" };
  const { bucketName } = new MirrorBucket(`${name}-mirror`, { ...context, settings: mirror, logBucketName, purge }, opts);
  return { mirrorFront: mirror.front, mirrorBucket: bucketName, mirrorRequests: mirror.requests ?? settings.owner };
}
