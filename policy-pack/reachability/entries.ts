// Lists paths into a VPC that need no route: AWS services that forward requests to addresses in the VPC.
import { readValue, type StackResource, stringAt } from "../rule-kit";
import { label, type NetworkPath, outsidePath, unknownAtPreview, unknownPath } from "./network-path";
import { type Scope } from "./scope";

interface EntryType {
  /** The property that names the targets; without targets there is no path. */
  targets?: string;
  /** Senders of the requests. */
  from: string;
  /** `unknown` when another service or its authentication restricts the senders. */
  end: NetworkPath["end"];
}

const accelerator: EntryType = { targets: "endpointConfigurations", from: "requests from the internet to the accelerator", end: "outside" };
const api: EntryType = { from: "requests to an API that uses this link", end: "unknown" };

export const entryTypes: Record<string, EntryType> = {
  "aws:globalaccelerator/endpointGroup:EndpointGroup": accelerator,
  "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup": accelerator,
  "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": {
    from: "connections from the internet through EC2 Instance Connect",
    end: "outside",
  },
  "aws:cloudfront/vpcOrigin:VpcOrigin": { from: "requests from the internet through CloudFront", end: "outside" },
  "aws:verifiedaccess/endpoint:Endpoint": { from: "requests from the internet that Verified Access allows", end: "outside" },
  "aws:apigateway/vpcLink:VpcLink": api,
  "aws:apigatewayv2/vpcLink:VpcLink": api,
  "aws:apprunner/vpcConnector:VpcConnector": { from: "requests of App Runner services that use this connector", end: "unknown" },
  "aws:ec2clientvpn/networkAssociation:NetworkAssociation": { from: "clients of the VPN endpoint", end: "unknown" },
};

export function pathsOfEntry(scope: Scope, entry: StackResource): NetworkPath[] {
  const { targets, from, end } = entryTypes[entry.type]!;
  if (scope.isInside(entry.name, stringAt(entry.props, "id") ?? "", stringAt(entry.props, "arn") ?? "")) return [];
  const found = targets ? readValue(entry.props, targets).state : undefined;
  if (found === "missing") return [];
  if (found === "unknown") return [unknownPath(label(entry), unknownAtPreview("targets"), from)];
  return [end === "outside" ? outsidePath(label(entry), from) : unknownPath(label(entry), from)];
}
