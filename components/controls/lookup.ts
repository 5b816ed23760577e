// Looks up which environments have published an allow-list. Reads only.
import * as aws from "@pulumi/aws";
import { type Options } from "../aws/lookup";
import { parameterRoot } from "./allow-list";
import { type PublishedEnvironments, publishedEnvironments } from "./plan";
import { type ControlsSettings } from "./settings";

/** Only corrections depend on the environments, so the mode `observe` looks up nothing. */
export async function lookupPublishedEnvironments({ mode }: ControlsSettings, opts: Options): Promise<PublishedEnvironments> {
  if (mode === "observe") return { withAllowList: [], withoutAllowList: [] };
  const { names } = await aws.ssm.getParametersByPath({ path: parameterRoot, recursive: true, withDecryption: false }, opts);
  return publishedEnvironments(names);
}
