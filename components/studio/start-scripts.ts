import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { appKinds, apps, type StartScripts } from "./apps";
import { appScript } from "./lifecycle-scripts";
import { type StudioMember } from "./members";
import { encodeScript, contentHash } from "./script-content";
import { type ScriptFacts } from "./script-facts";
import { type StudioSettings } from "./settings";

export interface StartScriptsArgs {
  facts: pulumi.Output<ScriptFacts>;
  pip?: StudioSettings["pip"];
  /** Member with a Git identity. If not set, the scripts are for the domain. */
  member?: StudioMember;
}

/**
 * Creates the lifecycle configurations for both apps.
 * AWS cannot update lifecycle configurations, so their names contain a content hash. A deployment creates new ones,
 * updates the domain, and deletes the old ones.
 */
export function createStartScripts(
  name: string,
  { facts, pip, member }: StartScriptsArgs,
  childOptions: pulumi.CustomResourceOptions,
): StartScripts {
  const content = facts.apply((known) =>
    encodeScript(appScript({ facts: known, ...(pip && { pip }), ...(member?.git && { git: member.git }) })),
  );
  const arns = appKinds.map((app) => {
    const config = new aws.sagemaker.StudioLifecycleConfig(
      [name, "start", app, ...(member ? [member.profile] : [])].join("-"),
      {
        studioLifecycleConfigName: content.apply((text) => `${name}-${app}-${contentHash(`${member?.profile ?? ""}\n${text}`)}`),
        studioLifecycleConfigAppType: apps[app].type,
        studioLifecycleConfigContent: content,
      },
      childOptions,
    );
    return [app, config.arn] as const;
  });
  return Object.fromEntries(arns) as StartScripts;
}
