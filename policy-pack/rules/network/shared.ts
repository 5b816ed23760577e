import { type Settings, type StackResource, textAt, textsAt } from "../../rule-kit";

/** The NAT option: VPCs, by their Pulumi name or id, that may have one internet gateway with NAT gateways behind it. */
export const natSettings = {
  natVpcs: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description:
      "VPCs, by Pulumi name or id, that may have one internet gateway with NAT gateways behind it. Give the same list to all network rules that have it.",
  },
};

export const natAllowed = (settings: Settings) => textsAt(settings, "natVpcs").length > 0;

/** The VPC that a resource of the stack is in, as far as can be told: the resource, or an id. */
export function vpcOf(resource: StackResource): StackResource | string | undefined {
  return resource.sources("vpcId").find(({ type }) => type === "aws:ec2/vpc:Vpc") ?? textAt(resource.props, "vpcId");
}

/** Whether the NAT option names this VPC. */
export function isNatVpc(vpc: StackResource | string | undefined, settings: Settings): boolean {
  const named = textsAt(settings, "natVpcs");
  if (vpc === undefined) return false;
  return typeof vpc === "string" ? named.includes(vpc) : named.includes(vpc.name) || named.includes(textAt(vpc.props, "id") ?? "");
}
