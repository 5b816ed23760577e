// Implements `cloister catalog publish`: makes a version of the environment product from settings.
import { type Progress } from "@cloister/common";
import { objectUrl } from "@cloister/components/aws/context";
import { type Artifact, packArtifact, versionName } from "@cloister/components/catalog/runtime/artifact";
import { adviceFor, errorText } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type CatalogClient } from "./client";
import { FleetError, type Hub, newestOf, type Version } from "./types";

export interface PublishOptions {
  /** This command with more options, for the suggested next command. */
  command(more: string[]): string;
  /** The command that lists environments. */
  list: string;
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
  /** Default: only the plan. */
  yes?: boolean | undefined;
}

/** What a publication changes. */
interface PublishPlan {
  name: string;
  key: string;
  hash: string;
  body: Uint8Array;
  /** The version, if it exists. */
  existing?: Version | undefined;
  hasArtifact: boolean;
  /** Whether users are offered the existing version. */
  isOffered: boolean;
  deprecated: Version[];
}

export const artifactUrl = ({ artifactBucket, region, stateMachineArn }: Hub, key: string): string =>
  objectUrl({ region, partition: stateMachineArn.split(":")[1]! }, artifactBucket, key);

/** The plan to make an artifact the newest version. Pure. */
function planPublication(artifact: Artifact, versions: readonly Version[], hasArtifact: boolean): PublishPlan {
  const name = versionName(artifact);
  const existing = versions.find((version) => version.name === name);
  const others = versions.filter((version) => version !== existing);
  return {
    name,
    ...packArtifact(artifact),
    existing,
    hasArtifact,
    isOffered: existing !== undefined && existing.isActive && !existing.isDeprecated,
    deprecated: others.filter(({ isActive, isDeprecated }) => isActive && !isDeprecated),
  };
}

const stepsOf = ({ existing, hasArtifact, isOffered, deprecated, key, name }: PublishPlan): string[] => [
  ...(hasArtifact ? [] : [`upload    ${key}`]),
  ...(existing ? (isOffered ? [] : [`offer     ${name}, which exists and is deprecated or inactive`]) : [`create    ${name}`]),
  ...deprecated.map((version) => `deprecate ${version.name}`),
];

const whenDenied = "The page docs/how-to/update-environments.md lists the permissions that a publication requires.";

/**
 * Makes an artifact the version that leads launch: uploads it, creates the version, and deprecates the other versions.
 * Content that is already the newest version changes nothing, and an interrupted publication can be repeated.
 * Returns the report. Errors: `FleetError` for errors from AWS; `Interrupted`.
 */
export async function publish(client: CatalogClient, hub: Hub, artifact: Artifact, options: PublishOptions): Promise<string> {
  const { progress, interrupt } = options;
  interrupt?.signal.throwIfAborted();
  const step = progress.step("Looking up versions");
  try {
    const versions = await client.versions();
    const plan = planPublication(artifact, versions, await client.hasArtifact(packArtifact(artifact).key));
    step.done(countText(versions.length, "version"));
    const steps = stepsOf(plan);
    if (steps.length === 0) return `${plan.name} is the newest version of the product. Nothing to publish.`;
    const text = steps.map((step) => `  ${step}`).join("\n");
    const from = newestOf(versions)?.name;
    if (!options.yes)
      return [
        `Version ${plan.name}${from === undefined ? "" : ` replaces ${from}`}:`,
        text,
        "No changes were made. To publish the version:",
        `  ${options.command(["--yes"])}`,
      ].join("\n");
    await apply(client, hub, plan, options);
    return [
      `${plan.name} is the newest version of the product:`,
      text,
      "To list environments of older versions:",
      `  ${options.list}`,
    ].join("\n");
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    if (interrupt?.signal.aborted) throw interrupt.signal.reason;
    const reason = errorText(error);
    throw new FleetError(
      [
        `The version was not published completely: ${reason}`,
        ...adviceFor([reason], whenDenied),
        "To continue, run the same command again:",
        `  ${options.command(["--yes"])}`,
      ].join("\n"),
    );
  }
}

/** The new version exists before the others are deprecated, so that leads can launch at any time. */
async function apply(client: CatalogClient, hub: Hub, plan: PublishPlan, { progress, interrupt }: PublishOptions): Promise<void> {
  const step = progress.step(`Publishing ${plan.name}`);
  try {
    if (!plan.hasArtifact) await client.upload(plan.key, plan.body);
    interrupt?.signal.throwIfAborted();
    const request = {
      name: plan.name,
      description: `Published by cloister catalog publish, sha256 ${plan.hash}`,
      url: artifactUrl(hub, plan.key),
      token: plan.hash,
    };
    if (!plan.existing) await client.createVersion(request);
    else if (!plan.isOffered) await client.setDeprecated(plan.existing.id, false);
    for (const { id } of plan.deprecated) {
      interrupt?.signal.throwIfAborted();
      await client.setDeprecated(id, true);
    }
    step.done(countText(plan.deprecated.length, "version") + " deprecated");
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  }
}
