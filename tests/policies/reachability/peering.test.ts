import { idOf, part } from "./render";
import { VPC, TABLE, PEERING, vpc, subnet, association, network, route, subnetA } from "./stack";
import { testReachability } from "./table";

testReachability("VPC peerings", [
  {
    it: "a peering connection with a VPC of the stack",
    parts: [
      ...network,
      part(VPC, "mirror"),
      part(PEERING, "peering", { vpcId: idOf("vpc"), peerVpcId: idOf("mirror") }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: idOf("peering") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a peering connection with a VPC in another account",
    parts: [
      ...network,
      part(PEERING, "peering", { vpcId: idOf("vpc"), peerVpcId: "vpc-of-another-account" }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: idOf("peering") }),
    ],
    of: subnetA,
    verdict: "open",
    path: "vpc peering connection peering -> vpc-of-another-account",
  },
  {
    it: "a peering connection inside the perimeter and a peering connection outside the perimeter, in one route table",
    parts: [
      vpc,
      subnet,
      association,
      part(PEERING, "partner", { vpcId: idOf("vpc"), peerVpcId: "vpc-partner" }),
      part(PEERING, "other", { vpcId: idOf("vpc"), peerVpcId: "vpc-other" }),
      part(TABLE, "table", {
        vpcId: idOf("vpc"),
        routes: [
          { cidrBlock: "10.8.0.0/16", vpcPeeringConnectionId: idOf("partner") },
          { cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: idOf("other") },
        ],
      }),
    ],
    perimeter: { inside: ["partner"] },
    of: subnetA,
    verdict: "open",
    path: "vpc peering connection other -> vpc-other",
  },
  {
    it: "a peering connection that a VPC in another account requested",
    parts: [
      ...network,
      part(PEERING, "peering", { vpcId: "vpc-of-another-account", peerVpcId: idOf("vpc") }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: idOf("peering") }),
    ],
    of: subnetA,
    verdict: "open",
    path: "vpc peering connection peering -> vpc-of-another-account",
  },
  {
    it: "a peering connection that is accepted in this stack",
    parts: [
      ...network,
      part("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "accepted", { vpcPeeringConnectionId: "pcx-1" }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: idOf("accepted") }),
    ],
    of: subnetA,
    verdict: "unknown",
  },
]);
