// Reads the CIDR ranges of prefix lists that the stack creates.
import { type Graph, rangesOfPrefixList, types } from "../../reachability";
import { type StackResource, stringAt } from "../../rule-kit";

export interface PrefixList {
  /** `prefix list 'offices'` or `prefix list pl-0123` */
  label: string;
  /** Pulumi name and ID, as far as they are known. */
  names: string[];
  /** Absent when the ranges cannot be read: the list is not in the stack, or an entry is unknown at preview. */
  ranges?: string[];
}

/** Prefix lists that a property names, without the lists of VPC endpoints. */
export function prefixListsOf(
  graph: Graph,
  from: StackResource,
  property: string,
  element?: { list: string; props: object },
): PrefixList[] {
  const { resources, foreign, unknown } = graph.refer(from, [property], [...types.prefixList, ...types.endpoint], element);
  // An ID that comes only from endpoints of the stack is the ID of their list, also while the output is not known.
  const sources = from.sources(element?.list ?? property);
  const isOfEndpoint = sources.length > 0 && sources.every(({ type }) => types.endpoint.includes(type));
  return [
    ...resources
      .filter(({ type }) => types.prefixList.includes(type))
      .map((list): PrefixList => {
        const ranges = rangesOfPrefixList(graph, list);
        const names = [list.name, stringAt(list.props, "id") ?? ""].filter((name) => name !== "");
        return { label: `prefix list '${list.name}'`, names, ...(ranges && { ranges }) };
      }),
    ...(isOfEndpoint ? [] : foreign).map((id): PrefixList => ({ label: `prefix list ${id}`, names: [id] })),
    ...(unknown ? [{ label: "a prefix list that is unknown at preview", names: [] }] : []),
  ];
}
