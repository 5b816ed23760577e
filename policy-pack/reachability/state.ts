import { type StackResource } from "../frame";

/** A resource as `pulumi stack export` writes it, as far as the proof reads it. */
export interface DeployedResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** URNs of the resources that each property was made from. */
  propertyDependencies?: Record<string, string[] | null>;
}

/** The graph of what is deployed, from one or more exported stacks. */
export function graphOfState(deployed: DeployedResource[]): StackResource[] {
  const byUrn = new Map<string, StackResource>();
  const views = deployed
    .filter(({ custom }) => custom !== false)
    .map((one): StackResource => {
      const view: StackResource = {
        type: one.type,
        name: one.urn.split("::").at(-1)!,
        urn: one.urn,
        // What was asked for, and over it what AWS made of it.
        props: { ...one.inputs, ...one.outputs, ...(one.id ? { id: one.id } : {}) },
        sources: (property) => (one.propertyDependencies?.[property] ?? []).flatMap((urn) => byUrn.get(urn) ?? []),
      };
      byUrn.set(one.urn, view);
      return view;
    });
  return views;
}
