import { type Settings, type StackResource, stringAt, stringsAt } from "../../rule-kit";

/** The setting `natVpcs` lists VPCs that can have one internet gateway with NAT gateways. */
export const natSettings = {
  natVpcs: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description:
      "Pulumi names or IDs of VPCs that can have one internet gateway with NAT gateways. Set the same list in every network rule that has this setting.",
  },
};

export const natAllowed = (settings: Settings) => stringsAt(settings, "natVpcs").length > 0;

/** The VPC of a resource: a resource of the stack, or an ID; undefined when the VPC cannot be determined. */
export function vpcOf(resource: StackResource): StackResource | string | undefined {
  return resource.sources("vpcId").find(({ type }) => type === "aws:ec2/vpc:Vpc") ?? stringAt(resource.props, "vpcId");
}

/** Whether the setting `natVpcs` lists this VPC. */
export function isNatVpc(vpc: StackResource | string | undefined, settings: Settings): boolean {
  const named = stringsAt(settings, "natVpcs");
  if (vpc === undefined) return false;
  return typeof vpc === "string" ? named.includes(vpc) : named.includes(vpc.name) || named.includes(stringAt(vpc.props, "id") ?? "");
}
