import { unknownCheckingProxy } from "@pulumi/policy";
import { type StackResource } from "../rule-kit";

/** A resource in the output of `pulumi stack export`: the fields that the evaluation reads. */
export interface DeployedResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  /** Whether another resource with the same URN has replaced this one, and this one is not deleted yet. */
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** URNs of the resources that each property comes from. */
  propertyDependencies?: Record<string, string[] | null>;
}

/**
 * Key that marks an object as a secret, and the placeholder for unknown values.
 * Source: Pulumi, `sdk/go/common/resource`.
 */
const SECRET = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Resource types that can close a path. A resource that is about to be deleted must not close one. */
const canClosePath = /:(RouteTableAssociation|MainRouteTableAssociation|DefaultRouteTable|DefaultSecurityGroup|ResolverFirewall\w+)$/;

/** Unwraps secrets. A secret that the export does not show in plain text is an unknown value. */
function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "plaintext" in value ? unwrapSecrets(JSON.parse(String(value.plaintext))) : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapSecrets(item)]));
}

/** Converts the resources of exported stacks to the form that the evaluation reads. */
export function resourcesFromState(deployed: DeployedResource[]): StackResource[] {
  const byUrn = new Map<string, StackResource>();
  return deployed
    .filter((resource) => resource.custom !== false && !(resource.delete && canClosePath.test(resource.type)))
    .map((resource): StackResource => {
      // Values that AWS returned override inputs.
      const props = unwrapSecrets({ ...resource.inputs, ...resource.outputs, ...(resource.id ? { id: resource.id } : {}) }) as object;
      const stackResource: StackResource = {
        type: resource.type,
        name: resource.urn.split("::").at(-1)!,
        urn: resource.urn,
        props: unknownCheckingProxy(props) as StackResource["props"],
        sources: (property) => (resource.propertyDependencies?.[property] ?? []).flatMap((urn) => byUrn.get(urn) ?? []),
      };
      if (!resource.delete) byUrn.set(resource.urn, stackResource);
      return stackResource;
    });
}
