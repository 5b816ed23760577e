import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AppKind, appKinds, apps, type StartScripts } from "./apps";
import { appScript } from "./lifecycle-scripts";
import { type StudioMember } from "./members";
import { encodeScript, contentHash } from "./script-content";
import { type ScriptFacts } from "./script-facts";
import { type StudioSettings } from "./settings";

export interface StartScriptsArgs {
  facts: pulumi.Output<ScriptFacts>;
  pip?: StudioSettings["pip"];
}

interface Script {
  /** Part of the resource names, before the app. */
  name: string;
  /** Part of the resource names, after the app. */
  suffix?: string;
  content: pulumi.Output<string>;
  /** Physical name for an app. */
  physicalName: (app: AppKind) => pulumi.Input<string>;
}

const contentOf = ({ facts, pip }: StartScriptsArgs, git?: StudioMember["git"]) =>
  facts.apply((known) => encodeScript(appScript({ facts: known, ...(pip && { pip }), ...(git && { git }) })));

/** Creates a lifecycle configuration for each app. */
function createScripts({ name, suffix, content, physicalName }: Script, options: pulumi.CustomResourceOptions): StartScripts {
  const arns = appKinds.map((app) => {
    const config = new aws.sagemaker.StudioLifecycleConfig(
      [name, "start", app, ...(suffix === undefined ? [] : [suffix])].join("-"),
      {
        studioLifecycleConfigName: physicalName(app),
        studioLifecycleConfigAppType: apps[app].type,
        studioLifecycleConfigContent: content,
      },
      options,
    );
    return [app, config.arn] as const;
  });
  return Object.fromEntries(arns) as StartScripts;
}

/** Creates the scripts for the default settings of the domain. Like these settings, the scripts never change. */
export function createDomainScripts(name: string, args: StartScriptsArgs, childOptions: pulumi.CustomResourceOptions): StartScripts {
  const content = contentOf(args);
  return createScripts(
    { name, content, physicalName: (app) => content.apply((text) => `${name}-${app}-${contentHash(`\n${text}`)}`) },
    { ...childOptions, ignoreChanges: ["studioLifecycleConfigName", "studioLifecycleConfigContent"] },
  );
}

/**
 * Creates the current scripts: of one member with a Git identity, or of all other members. Changed content creates lifecycle
 * configurations with other names, because AWS cannot update them. `cloister sweep` deletes earlier ones that no app uses.
 */
export function createMemberScripts(
  name: string,
  { member, ...args }: StartScriptsArgs & { member?: StudioMember },
  childOptions: pulumi.CustomResourceOptions,
): StartScripts {
  const content = contentOf(args, member?.git);
  const hash = content.apply(contentHash);
  const [owner, suffix] = member ? [name, member.profile] : [`${name}-members`, undefined];
  // The engine gives the stash another random ID for other content, even for content that an earlier script had.
  const stash = new pulumi.Stash(
    [owner, "start", ...(suffix === undefined ? [] : [suffix])].join("-"),
    { input: hash },
    { ...childOptions, replacementTrigger: hash },
  );
  return createScripts(
    {
      name: owner,
      ...(suffix !== undefined && { suffix }),
      content,
      physicalName: (app) => pulumi.interpolate`${name}-${app}-${stash.id.apply((id) => id.slice(0, 8))}`,
    },
    { ...childOptions, retainOnDelete: true },
  );
}
