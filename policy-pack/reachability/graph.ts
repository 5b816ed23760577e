// The resources of a stack as a graph: what refers to what, at preview by where a value comes from, once it is deployed by ids.
import { itemsAt, look, textAt, type StackResource } from "../frame";

/** What a property refers to. */
export interface Reference {
  /** Resources of the graph. */
  resources: StackResource[];
  /** Ids of things that are not in the graph. */
  foreign: string[];
  /** Whether it also refers to something of which nothing is known. */
  unknown: boolean;
}

export class Graph {
  private readonly byId = new Map<string, StackResource>();

  constructor(readonly resources: StackResource[]) {
    for (const one of resources) for (const id of [textAt(one.props, "id"), textAt(one.props, "arn")]) if (id) this.byId.set(id, one);
  }

  ofType(...types: string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** What `path` of a resource refers to, among resources of these types; of an element of one of its lists, such as a route written in its table, when that is given. */
  refer(from: StackResource, path: string[], types: string[], element?: { list: string; props: object }): Reference {
    const props = element?.props ?? from.props;
    const value = look(props, ...path);
    if (value.state === "missing") return { resources: [], foreign: [], unknown: false };
    const items = value.state === "unknown" ? [value] : itemsAt(props, ...path);
    const found = new Set<StackResource>();
    const foreign: string[] = [];
    let unknown = 0;
    for (const item of items) {
      if (item.state !== "known") unknown++;
      else {
        const one = this.byId.get(String(item.value));
        if (one) found.add(one);
        else foreign.push(String(item.value));
      }
    }
    // New resources have no ids yet; what the value was made from tells them. Ids that remain beyond those are of something else.
    const made = from.sources(element?.list ?? path[0]!).filter((one) => types.includes(one.type) && !found.has(one));
    const open = foreign.length + unknown;
    if (open > 0) for (const one of made) found.add(one);
    const told = value.state === "unknown" ? made.length > 0 : made.length >= open;
    return { resources: [...found], foreign: told ? [] : foreign, unknown: !told && unknown > 0 };
  }

  /** Resources of a type whose property refers to this one. */
  referring(to: StackResource, property: string, ...types: string[]): StackResource[] {
    return this.ofType(...types).filter((one) => this.refer(one, [property], [to.type]).resources.includes(to));
  }
}
