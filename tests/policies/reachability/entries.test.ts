import { type Part, part } from "./render";
import { network } from "./stack";
import { type Case, testReachability } from "./table";

const accelerators = [
  "aws:globalaccelerator/endpointGroup:EndpointGroup",
  "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup",
];
/** By type: properties, the verdict, and the senders of requests. */
const entries: [type: string, props: Part["props"], verdict: "open" | "unknown", from: string][] = [
  ...accelerators.map((type): (typeof entries)[number] => [
    type,
    { endpointConfigurations: [{ endpointId: "arn:aws:elasticloadbalancing:x" }] },
    "open",
    "requests from the internet to the accelerator",
  ]),
  [
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
    { subnetId: "subnet-1" },
    "open",
    "connections from the internet through EC2 Instance Connect",
  ],
  ["aws:cloudfront/vpcOrigin:VpcOrigin", {}, "open", "requests from the internet through CloudFront"],
  ["aws:verifiedaccess/endpoint:Endpoint", {}, "open", "requests from the internet that Verified Access allows"],
  ["aws:apigateway/vpcLink:VpcLink", {}, "unknown", "requests to an API that uses this link"],
  ["aws:apigatewayv2/vpcLink:VpcLink", {}, "unknown", "requests to an API that uses this link"],
  ["aws:apprunner/vpcConnector:VpcConnector", {}, "unknown", "requests of App Runner services that use this connector"],
  ["aws:ec2clientvpn/networkAssociation:NetworkAssociation", { subnetId: "subnet-1" }, "unknown", "clients of the VPN endpoint"],
];

testReachability("entries that need no route", [
  ...entries.flatMap(([type, props, verdict, from]): Case[] => {
    const parts = [...network, part(type, "entry", props)];
    return [
      { it: type, parts, of: ["endpoint", "entry"], verdict, path: `entry -> ${from}` },
      { it: `${type} inside the perimeter`, parts, perimeter: { inside: ["entry"] }, of: ["endpoint", "entry"], verdict: "closed" },
    ];
  }),
  ...accelerators.map(
    (type): Case => ({
      it: `${type} without endpoints`,
      parts: [...network, part(type, "entry")],
      of: ["endpoint", "entry"],
      verdict: "closed",
    }),
  ),
]);
