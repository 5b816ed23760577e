import { unknownCheckingProxy } from "@pulumi/policy";
import { type StackResource } from "../rule-kit";

/** A resource as `pulumi stack export` writes it, as far as the proof reads it. */
export interface DeployedResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  /** Replaced by another of the same URN, and still there. */
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** URNs of the resources that each property was made from. */
  propertyDependencies?: Record<string, string[] | null>;
}

/** Key of an object that stands for a secret, and text that stands for what is not known. Source: Pulumi's `sdk/go/common/resource`. */
const SECRET = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Types that can close a way, besides opening some: one that is on its way out must not. */
const closing = /:(RouteTableAssociation|MainRouteTableAssociation|DefaultRouteTable|DefaultSecurityGroup|ResolverFirewall\w+)$/;

/** Takes the wrapping off secrets; one that the export does not show is unknown. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "plaintext" in value ? opened(JSON.parse(String(value.plaintext))) : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, opened(one)]));
}

/** The graph of what is deployed, from one or more exported stacks. */
export function graphOfState(deployed: DeployedResource[]): StackResource[] {
  const byUrn = new Map<string, StackResource>();
  return deployed
    .filter((one) => one.custom !== false && !(one.delete && closing.test(one.type)))
    .map((one): StackResource => {
      // What was asked for, and over it what AWS made of it.
      const props = opened({ ...one.inputs, ...one.outputs, ...(one.id ? { id: one.id } : {}) }) as object;
      const view: StackResource = {
        type: one.type,
        name: one.urn.split("::").at(-1)!,
        urn: one.urn,
        props: unknownCheckingProxy(props) as StackResource["props"],
        sources: (property) => (one.propertyDependencies?.[property] ?? []).flatMap((urn) => byUrn.get(urn) ?? []),
      };
      if (!one.delete) byUrn.set(one.urn, view);
      return view;
    });
}
