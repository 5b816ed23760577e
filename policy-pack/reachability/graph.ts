// Represents the resources of a stack as a graph of references: at preview by the resources that a value comes from,
// after deployment by IDs.
import { itemsAt, readValue, stringAt, type StackResource } from "../rule-kit";

/** What a property refers to. */
export interface Reference {
  /** Referenced resources of the stack. Several resources for one value mean that any one of them can be meant. */
  resources: StackResource[];
  /** IDs of referenced resources that are not in the stack. */
  foreign: string[];
  /** Whether the property also refers, or can refer, to an unknown resource. */
  unknown: boolean;
  /** Whether the property refers to exactly these resources. */
  certain: boolean;
}

/** `certain` resources refer to a resource. `possible` ones can refer to it: their target is unknown at preview. */
export interface Attached {
  certain: StackResource[];
  possible: StackResource[];
}

/**
 * Properties that the provider or AWS sets when a program does not. In a new resource they are unknown at preview. An
 * unknown property that the program sets comes from another resource.
 */
export const filledByProvider: Record<string, string[]> = {
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ["routes"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["egress"],
  "aws:ec2/defaultSubnet:DefaultSubnet": ["ipv6CidrBlock"],
  "aws:ec2/instance:Instance": ["securityGroups", "subnetId", "vpcSecurityGroupIds"],
  "aws:ec2/managedPrefixList:ManagedPrefixList": ["entries"],
  "aws:ec2/networkInterface:NetworkInterface": ["securityGroups"],
  "aws:ec2/route:Route": ["instanceId", "networkInterfaceId"],
  "aws:ec2/routeTable:RouteTable": ["propagatingVgws", "routes"],
  "aws:ec2/securityGroup:SecurityGroup": ["egress"],
  "aws:ec2/subnet:Subnet": ["ipv6CidrBlock"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["subnetIds"],
  "aws:sagemaker/notebookInstance:NotebookInstance": ["securityGroups"],
};

/** Outputs besides the ID that identify a resource, or that identify a resource that AWS creates with it. */
const otherIds: Record<string, string[]> = {
  "aws:ec2/vpc:Vpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/defaultVpc:DefaultVpc": ["mainRouteTableId", "defaultRouteTableId", "defaultSecurityGroupId"],
  "aws:ec2/instance:Instance": ["primaryNetworkInterfaceId"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["prefixListId"],
  "aws:ec2/vpcEndpointService:VpcEndpointService": ["serviceName"],
};

/** Whether the outputs of a resource can contain any ID. A stack reference's can too, but are known at preview. */
const passesOnValues = ({ type }: StackResource) =>
  type !== "pulumi:pulumi:StackReference" && (!type.startsWith("aws:") || /^aws:(cloudformation|lambda|secretsmanager|ssm)\//.test(type));

/** Number of list elements whose value at a path is unknown. */
const unknownsIn = (from: StackResource, list: string, path: string[]) =>
  itemsAt(from.props, list)
    .flatMap((item) => (item.state === "known" ? [readValue(item.value, ...path), ...itemsAt(item.value, ...path)] : [item]))
    .filter(({ state }) => state === "unknown").length;

/** Properties of a resource, without the ones that only the provider sets. */
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
  /** Resources by ID, ARN or another output. An adopted resource has the same ID as the resource that AWS created. */
  private readonly byId = new Map<string, StackResource[]>();
  private readonly byType = new Map<string, StackResource[]>();
  /** References of all resources of a type, by type and property. */
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
   * The resources of these types that a property refers to. `element` is an element of a list in the resource, such as
   * an inline route.
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
    // New resources have no IDs at preview: the resources that the value comes from identify them.
    const sources = [...new Set(from.sources(element?.list ?? path[0]!))];
    const candidates = sources.filter((resource) => types.includes(resource.type) && !found.has(resource));
    for (const resource of candidates) found.add(resource);
    // A nested property has the sources of all values in its top-level property. Sources of other types can belong to
    // other values.
    const isWithin = element !== undefined || path.length > 1;
    const others = sources.filter((resource) => !types.includes(resource.type) && (!isWithin || passesOnValues(resource)));
    // Pulumi does not record which source a list element comes from, so every unknown value needs a source.
    const needed = element ? unknownsIn(from, element.list, path) : unknowns;
    const unknown = others.length > 0 || (value.state === "unknown" && !element ? candidates.length === 0 : candidates.length < needed);
    return { resources: [...found], foreign, unknown, certain: !unknown && candidates.length === unknowns };
  }

  /**
   * Resources of a type whose property refers to one of these resources or IDs. `among` lists the types that the
   * property can refer to.
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
