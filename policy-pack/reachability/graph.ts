// The resources of a stack as a graph: what refers to what, at preview by where a value comes from, once it is deployed by ids.
import { itemsAt, look, textAt, type StackResource } from "../rule-kit";

/** What a property refers to. */
export interface Reference {
  /** Resources of the graph; more than one for a single value that may be any of them. */
  resources: StackResource[];
  /** Ids of things that are not in the graph. */
  foreign: string[];
  /** Whether it also refers, or may refer, to something of which nothing is known. */
  unknown: boolean;
  /** Whether it refers to all of this and to nothing else. */
  sure: boolean;
}

/** Resources that are attached to another, and those that may be: to which is not known yet. */
export interface Attached {
  sure: StackResource[];
  maybe: StackResource[];
}

/**
 * Properties that the provider fills in when nobody asks for them: for a new resource they are unknown at preview though they will be empty or of AWS's own making.
 * One that was asked for and is unknown was made from another resource.
 */
export const filledByProvider: Record<string, string[]> = {
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ["propagatingVgws", "routes"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["egress", "ingress"],
  "aws:ec2/defaultSubnet:DefaultSubnet": ["ipv6CidrBlock"],
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ec2/instance:Instance": ["associatePublicIpAddress", "securityGroups", "subnetId", "vpcSecurityGroupIds"],
  "aws:ec2/managedPrefixList:ManagedPrefixList": ["entries"],
  "aws:ec2/networkInterface:NetworkInterface": ["securityGroups"],
  "aws:ec2/route:Route": ["instanceId", "networkInterfaceId"],
  "aws:ec2/routeTable:RouteTable": ["propagatingVgws", "routes"],
  "aws:ec2/securityGroup:SecurityGroup": ["egress", "ingress"],
  "aws:ec2/subnet:Subnet": ["ipv6CidrBlock"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["subnetIds"],
  "aws:sagemaker/notebookInstance:NotebookInstance": ["securityGroups"],
};

/** Other outputs by which a resource, or what comes with it, is named. */
const otherNames: Record<string, string[]> = {
  "aws:ec2/vpc:Vpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/defaultVpc:DefaultVpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/instance:Instance": ["primaryNetworkInterfaceId"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["prefixListId"],
  "aws:ec2/vpcEndpointService:VpcEndpointService": ["serviceName"],
};

/** Whether a resource hands on values of others: what is made from it may be any id. A stack reference does so too, but knows its values at preview. */
const handsOn = ({ type }: StackResource) =>
  type !== "pulumi:pulumi:StackReference" && (!type.startsWith("aws:") || /^aws:(cloudformation|lambda|secretsmanager|ssm)\//.test(type));

/** How many values are unknown at a path of the elements of a list. */
const openIn = (from: StackResource, list: string, path: string[]) =>
  itemsAt(from.props, list)
    .flatMap((item) => (item.state === "known" ? [look(item.value, ...path), ...itemsAt(item.value, ...path)] : [item]))
    .filter(({ state }) => state === "unknown").length;

/** A resource without what nobody asked for. */
function asAsked(one: StackResource): StackResource["props"] {
  const empty = (filledByProvider[one.type] ?? []).filter(
    (property) => look(one.props, property).state === "unknown" && one.sources(property).length === 0,
  );
  if (empty.length === 0) return one.props;
  return new Proxy(one.props, {
    get: (props, property, receiver) =>
      empty.includes(String(property)) ? undefined : (Reflect.get(props, property, receiver) as unknown),
  });
}

export class Graph {
  readonly resources: StackResource[];
  /** By id, ARN or another name; one that is adopted goes by the same as what it comes with. */
  private readonly byId = new Map<string, StackResource[]>();
  private readonly byType = new Map<string, StackResource[]>();
  /** By type and property: what each resource of the type refers to. */
  private readonly references = new Map<string, (readonly [StackResource, Reference])[]>();

  constructor(given: StackResource[]) {
    const views = new Map<StackResource, StackResource>();
    for (const one of given)
      views.set(one, {
        ...one,
        props: asAsked(one),
        sources: (property) => one.sources(property).map((source) => views.get(source) ?? source),
      });
    this.resources = [...views.values()];
    for (const one of this.resources) {
      this.byType.set(one.type, [...(this.byType.get(one.type) ?? []), one]);
      for (const property of ["id", "arn", ...(otherNames[one.type] ?? [])]) {
        const id = textAt(one.props, property);
        if (id) this.byId.set(id, [...(this.byId.get(id) ?? []), one]);
      }
    }
  }

  ofType(...types: string[]): StackResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** What `path` of a resource refers to, among resources of these types; of an element of one of its lists, such as a route written in its table, when that is given. */
  refer(from: StackResource, path: string[], types: string[], element?: { list: string; props: object }): Reference {
    const value = look(element?.props ?? from.props, ...path);
    if (value.state === "missing") return { resources: [], foreign: [], unknown: false, sure: true };
    const items = value.state === "unknown" ? [value] : itemsAt(element?.props ?? from.props, ...path);
    const found = new Set<StackResource>();
    const foreign: string[] = [];
    let open = 0;
    for (const item of items) {
      if (item.state !== "known") {
        open++;
        continue;
      }
      const known = (this.byId.get(String(item.value)) ?? []).filter(({ type }) => types.includes(type));
      if (known.length === 0) foreign.push(String(item.value));
      for (const one of known) found.add(one);
    }
    if (open === 0) return { resources: [...found], foreign, unknown: false, sure: true };
    // New resources have no ids yet; what the value was made from tells them.
    const sources = [...new Set(from.sources(element?.list ?? path[0]!))];
    const made = sources.filter((one) => types.includes(one.type) && !found.has(one));
    for (const one of made) found.add(one);
    // What stands within a larger property has sources of all that is in it; those of other kinds may be for something else there.
    const isWithin = element !== undefined || path.length > 1;
    const others = sources.filter((one) => !types.includes(one.type) && (!isWithin || handsOn(one)));
    // Which of them an element of a list is made from is not told: there have to be enough for all.
    const wanted = element ? openIn(from, element.list, path) : open;
    const unknown = others.length > 0 || (value.state === "unknown" && !element ? made.length === 0 : made.length < wanted);
    return { resources: [...found], foreign, unknown, sure: !unknown && made.length === open };
  }

  /** Resources of a type whose property refers to one of these, or to one of these ids; `among` are the types that it can refer to. */
  attached(type: string, property: string, among: string[], ...to: (StackResource | string)[]): Attached {
    const found: Attached = { sure: [], maybe: [] };
    const key = [type, property, ...among].join();
    const all = this.references.get(key) ?? this.ofType(type).map((one) => [one, this.refer(one, [property], among)] as const);
    this.references.set(key, all);
    for (const [one, { resources, foreign, unknown, sure }] of all) {
      const isMeant = [...resources, ...foreign].some((target) => to.includes(target));
      if (isMeant && sure) found.sure.push(one);
      else if (isMeant || unknown) found.maybe.push(one);
    }
    return found;
  }
}
