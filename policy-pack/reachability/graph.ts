// The resources of a stack as a graph of references: at preview by the resources that a value comes from, after
// deployment by ids.
import { itemsAt, readValue, stringAt, type StackResource } from "../rule-kit";

/** What a property refers to. */
export interface Reference {
  /** Resources of the stack; several for one value that can be any of them. */
  resources: StackResource[];
  /** Ids that are not in the stack. */
  foreign: string[];
  /** Whether it also refers, or can refer, to something unknown. */
  unknown: boolean;
  /** Whether it refers to all of these and to nothing else. */
  certain: boolean;
}

/** Resources that refer to a resource, and those that can: their target is unknown at preview. */
export interface Attached {
  certain: StackResource[];
  possible: StackResource[];
}

/**
 * Properties that the provider fills in when a program does not set them. They are unknown at preview for a new
 * resource, and end up
 * empty or set by AWS. A property that the program sets and that is unknown comes from another resource.
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

/** Other outputs that identify a resource, or a resource that AWS creates with it. */
const otherIds: Record<string, string[]> = {
  "aws:ec2/vpc:Vpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/defaultVpc:DefaultVpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/instance:Instance": ["primaryNetworkInterfaceId"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["prefixListId"],
  "aws:ec2/vpcEndpointService:VpcEndpointService": ["serviceName"],
};

/** Whether a resource can pass on any id. A stack reference can too, but its values are known at preview. */
const passesOnValues = ({ type }: StackResource) =>
  type !== "pulumi:pulumi:StackReference" && (!type.startsWith("aws:") || /^aws:(cloudformation|lambda|secretsmanager|ssm)\//.test(type));

/** Number of unknown values at a path of the elements of a list. */
const unknownsIn = (from: StackResource, list: string, path: string[]) =>
  itemsAt(from.props, list)
    .flatMap((item) => (item.state === "known" ? [readValue(item.value, ...path), ...itemsAt(item.value, ...path)] : [item]))
    .filter(({ state }) => state === "unknown").length;

/** Properties of a resource without those that only the provider fills in. */
function propsSetByProgram(resource: StackResource): StackResource["props"] {
  const empty = (filledByProvider[resource.type] ?? []).filter(
    (property) => readValue(resource.props, property).state === "unknown" && resource.sources(property).length === 0,
  );
  if (empty.length === 0) return resource.props;
  return new Proxy(resource.props, {
    get: (props, property, receiver) =>
      empty.includes(String(property)) ? undefined : (Reflect.get(props, property, receiver) as unknown),
  });
}

export class Graph {
  readonly resources: StackResource[];
  /** By id, ARN or another output. A resource that is adopted has the same id as the one AWS created. */
  private readonly byId = new Map<string, StackResource[]>();
  private readonly byType = new Map<string, StackResource[]>();
  /** By type and property: the reference of each resource of the type. */
  private readonly references = new Map<string, (readonly [StackResource, Reference])[]>();

  constructor(resources: StackResource[]) {
    const byOriginal = new Map<StackResource, StackResource>();
    for (const resource of resources)
      byOriginal.set(resource, {
        ...resource,
        props: propsSetByProgram(resource),
        sources: (property) => resource.sources(property).map((source) => byOriginal.get(source) ?? source),
      });
    this.resources = [...byOriginal.values()];
    for (const resource of this.resources) {
      this.byType.set(resource.type, [...(this.byType.get(resource.type) ?? []), resource]);
      for (const property of ["id", "arn", ...(otherIds[resource.type] ?? [])]) {
        const id = stringAt(resource.props, property);
        if (id) this.byId.set(id, [...(this.byId.get(id) ?? []), resource]);
      }
    }
  }

  ofType(...types: string[]): StackResource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /**
   * What a property refers to, among resources of these types. `element` is an element of a list of the resource, such
   * as an inline route.
   */
  refer(from: StackResource, path: string[], types: string[], element?: { list: string; props: object }): Reference {
    const value = readValue(element?.props ?? from.props, ...path);
    if (value.state === "missing") return { resources: [], foreign: [], unknown: false, certain: true };
    const items = value.state === "unknown" ? [value] : itemsAt(element?.props ?? from.props, ...path);
    const found = new Set<StackResource>();
    const foreign: string[] = [];
    let unknowns = 0;
    for (const item of items) {
      if (item.state !== "known") {
        unknowns++;
        continue;
      }
      const known = (this.byId.get(String(item.value)) ?? []).filter(({ type }) => types.includes(type));
      if (known.length === 0) foreign.push(String(item.value));
      for (const resource of known) found.add(resource);
    }
    if (unknowns === 0) return { resources: [...found], foreign, unknown: false, certain: true };
    // New resources have no ids at preview: the resources that the value comes from identify them.
    const sources = [...new Set(from.sources(element?.list ?? path[0]!))];
    const candidates = sources.filter((resource) => types.includes(resource.type) && !found.has(resource));
    for (const resource of candidates) found.add(resource);
    // A nested property has the sources of everything in its top-level property; those of other types can belong to
    // other values.
    const isWithin = element !== undefined || path.length > 1;
    const others = sources.filter((resource) => !types.includes(resource.type) && (!isWithin || passesOnValues(resource)));
    // Which source an element of a list comes from is not recorded, so there must be enough for all unknown values.
    const needed = element ? unknownsIn(from, element.list, path) : unknowns;
    const unknown = others.length > 0 || (value.state === "unknown" && !element ? candidates.length === 0 : candidates.length < needed);
    return { resources: [...found], foreign, unknown, certain: !unknown && candidates.length === unknowns };
  }

  /**
   * Resources of a type whose property refers to one of these resources or ids. `among` are the types that it can refer
   * to.
   */
  attached(type: string, property: string, among: string[], ...to: (StackResource | string)[]): Attached {
    const found: Attached = { certain: [], possible: [] };
    const key = [type, property, ...among].join();
    const all =
      this.references.get(key) ?? this.ofType(type).map((resource) => [resource, this.refer(resource, [property], among)] as const);
    this.references.set(key, all);
    for (const [resource, { resources, foreign, unknown, certain }] of all) {
      const isTarget = [...resources, ...foreign].some((target) => to.includes(target));
      if (isTarget && certain) found.certain.push(resource);
      else if (isTarget || unknown) found.possible.push(resource);
    }
    return found;
  }
}
