import * as pulumi from "@pulumi/pulumi";
import { limits } from "../aws/limits";

const productPrefix = "cloister:";

/** Values of the Cloister tags. Source: docs/architecture.md, decision 13. */
export interface Ownership {
  /** `fraud-dev`; absent in a core stack. */
  environment?: string;
  team?: string;
  stage?: string;
  /** Responsible team, or email address. */
  owner: string;
}

/** Cloister tags, and tags from the settings. Cloister tags take precedence. */
export function tagsOf(ownership: Ownership, custom: Record<string, string>): Record<string, string> {
  const productTags = Object.entries(ownership).flatMap(([key, value]) =>
    value === undefined ? [] : [[`${productPrefix}${key}`, value] as const],
  );
  return { ...custom, ...Object.fromEntries(productTags) };
}

/** AWS API `ChangeTagsForResource` takes a few tags at once, and the provider makes only one request. */
const tagLimits: Record<string, number> = {
  "aws:route53/zone:Zone": limits.hostedZoneTags.value,
  "aws:s3/bucketObjectv2:BucketObjectv2": limits.objectTags.value,
};

/** All tags of a resource, or without the tags from the settings if the resource type cannot have so many. */
function tagsFor(type: string, tags: Record<string, string>, resourceTags: Record<string, string> = {}): Record<string, string> {
  const all = { ...tags, ...resourceTags };
  if (Object.keys(all).length <= (tagLimits[type] ?? limits.tags.value)) return all;
  return { ...Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith(productPrefix))), ...resourceTags };
}

/**
 * Adds tags to every resource that supports tags: `props` contains all inputs of a resource, even without a value.
 * A `transformation` runs in the program, so it also works with mocks, unlike `transforms` of the Pulumi engine.
 */
export const tagging =
  (tags: Record<string, string>): pulumi.ResourceTransformation =>
  ({ type, props, opts }) => {
    if (!type.startsWith("aws:") || !("tags" in props)) return undefined;
    const given = (props as { tags?: pulumi.Input<Record<string, string>> }).tags;
    return { props: { ...props, tags: pulumi.output(given).apply((resourceTags) => tagsFor(type, tags, resourceTags)) }, opts };
  };

/** The parent of all resources of one program. All child resources get its tags, even if two programs share a stack. */
export class RootComponent extends pulumi.ComponentResource {
  constructor(
    kind: "Core" | "Environment" | "TargetAccounts",
    name: string,
    tags: Record<string, string>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`cloister:program:${kind}`, name, {}, pulumi.mergeOptions({ transformations: [tagging(tags)] }, opts));
    this.registerOutputs();
  }
}
