import * as pulumi from "@pulumi/pulumi";

/** What the tags of Cloister contain. Source: docs/architecture.md, decision 13. */
export interface Ownership {
  /** `fraud-dev`; absent in core. */
  environment?: string;
  team?: string;
  stage?: string;
  /** Team or mail address that is responsible. */
  owner: string;
}

/** The tags of Cloister and of the settings. The tags of Cloister take precedence. */
export function tagsOf(ownership: Ownership, custom: Record<string, string>): Record<string, string> {
  const productTags = Object.entries(ownership).flatMap(([key, value]) =>
    value === undefined ? [] : [[`cloister:${key}`, value] as const],
  );
  return { ...custom, ...Object.fromEntries(productTags) };
}

/**
 * Adds tags to every resource that supports them: the classes of the provider name all inputs, also those without a value.
 * A `transformation` runs in the program, so it works with mocks too, which `transforms` of the engine does not.
 */
export const tagging =
  (tags: Record<string, string>): pulumi.ResourceTransformation =>
  ({ type, props, opts }) => {
    if (!type.startsWith("aws:") || !("tags" in props)) return undefined;
    const given = (props as { tags?: pulumi.Input<Record<string, string>> }).tags;
    return { props: { ...props, tags: pulumi.output(given).apply((resourceTags) => ({ ...tags, ...resourceTags })) }, opts };
  };

/** The parent of all resources of one program. They all get its tags, also if two programs share a stack. */
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
