import * as pulumi from "@pulumi/pulumi";

/** What the product's own tags say. Source: docs/architecture.md, decision 13. */
export interface Ownership {
  /** `fraud-dev`; absent in core. */
  environment?: string;
  team?: string;
  stage?: string;
  /** Who answers for it: a team or an address. */
  owner: string;
}

/** The product's tags and the customer's own; the product's win. */
export function tagsOf(ownership: Ownership, custom: Record<string, string>): Record<string, string> {
  const own = Object.entries(ownership).flatMap(([key, value]) => (value === undefined ? [] : [[`cloister:${key}`, value] as const]));
  return { ...custom, ...Object.fromEntries(own) };
}

/**
 * Puts tags on a resource that can have them.
 * The provider's classes name all their inputs, given or not, so `tags` among them tells. (A `transformation` runs in the program and so also under mocks,
 * which the newer `transforms` of the engine do not; all our components are local, so both reach the same resources.)
 */
export const tagging =
  (tags: Record<string, string>): pulumi.ResourceTransformation =>
  ({ type, props, opts }) => {
    if (!type.startsWith("aws:") || !("tags" in props)) return undefined;
    const given = (props as { tags?: pulumi.Input<Record<string, string>> }).tags;
    return { props: { ...props, tags: pulumi.output(given).apply((own) => ({ ...tags, ...own })) }, opts };
  };

/** The root of one program's resources. Everything below it carries the program's tags, also when two programs share a stack. */
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
