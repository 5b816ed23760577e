import { type Scenario, type Step } from "../scenario";

// VPC peering, and the routes and security groups that it permits.

const call = (operation: string, input: object = {}, more: Partial<Step> = {}): Step => ({
  call: `ec2:${operation}`,
  input,
  ...more,
});
const vpc = (name: string, CidrBlock: string) => call("CreateVpc", { CidrBlock }, { save: { [name]: "Vpc.VpcId" } });
const dropVpc = (name: string) => call("DeleteVpc", { VpcId: `\${${name}}` });
const group = (name: string) =>
  call(
    "CreateSecurityGroup",
    { VpcId: `\${${name}}`, GroupName: `peering-${name}-\${run}`, Description: "x" },
    { save: { [`${name}Group`]: "GroupId" } },
  );
const noPeering = { VpcPeeringConnectionId: "pcx-0123456789abcdef0" };
const peering = { VpcPeeringConnectionId: "${peering}" };
const peer = { VpcId: "${team}", PeerVpcId: "${hub}" };
const missing = { error: "InvalidVpcPeeringConnectionID.NotFound" };

export const ec2Peering: Scenario[] = [
  {
    title: "peers two VPCs after acceptance, and rejects a second peering",
    steps: [
      vpc("hub", "10.1.0.0/20"),
      vpc("team", "10.2.0.0/20"),
      call("CreateVpcPeeringConnection", { ...peer, VpcId: "vpc-0123456789abcdef0" }, { error: "InvalidVpcID.NotFound" }),
      call(
        "CreateVpcPeeringConnection",
        { ...peer, TagSpecifications: [{ ResourceType: "kitchen-sink", Tags: [] }] },
        { error: "InvalidParameterValue" },
      ),
      call(
        "CreateVpcPeeringConnection",
        { ...peer, TagSpecifications: [{ ResourceType: "vpc-peering-connection", Tags: [{ Key: "Name", Value: "central-${run}" }] }] },
        { save: { peering: "VpcPeeringConnection.VpcPeeringConnectionId" } },
      ),
      call("CreateVpcPeeringConnection", peer, { error: "VpcPeeringConnectionAlreadyExists" }),
      call(
        "DescribeVpcPeeringConnections",
        { VpcPeeringConnectionIds: ["${peering}"] },
        { output: { VpcPeeringConnections: [{ Status: { Code: "pending-acceptance" }, RequesterVpcInfo: { VpcId: "${team}" } }] } },
      ),
      call("DescribeVpcPeeringConnections", { VpcPeeringConnectionIds: [noPeering.VpcPeeringConnectionId] }, missing),
      call("AcceptVpcPeeringConnection", peering, { output: { VpcPeeringConnection: { Status: { Code: "active" } } } }),
      call("AcceptVpcPeeringConnection", noPeering, missing),
      call(
        "DescribeVpcPeeringConnections",
        {
          Filters: [
            { Name: "tag:Name", Values: ["central-${run}"] },
            { Name: "accepter-vpc-info.vpc-id", Values: ["${hub}"] },
            { Name: "status-code", Values: ["active"] },
          ],
        },
        { output: { VpcPeeringConnections: [peering] } },
      ),
      call(
        "DescribeVpcPeeringConnections",
        { Filters: [{ Name: "requester-vpc-info.vpc-id", Values: ["${hub}"] }] },
        { output: { VpcPeeringConnections: [] } },
      ),
      call("DescribeVpcPeeringConnections", { Filters: [{ Name: "colour", Values: ["blue"] }] }, { error: "InvalidParameterValue" }),
      call("DeleteVpcPeeringConnection", peering),
      call("DeleteVpcPeeringConnection", peering, { error: "InvalidStateTransition" }),
      call("DeleteVpcPeeringConnection", noPeering, missing),
      call(
        "DescribeVpcPeeringConnections",
        { VpcPeeringConnectionIds: ["${peering}"] },
        { output: { VpcPeeringConnections: [{ Status: { Code: "deleted" } }] } },
      ),
      dropVpc("hub"),
      dropVpc("team"),
    ],
  },
  {
    title: "rejects a peering connection between VPCs with overlapping CIDR ranges",
    steps: [
      vpc("hub", "10.1.0.0/20"),
      vpc("team", "10.1.8.0/21"),
      call("CreateVpcPeeringConnection", peer, { save: { peering: "VpcPeeringConnection.VpcPeeringConnectionId" } }),
      call(
        "DescribeVpcPeeringConnections",
        { VpcPeeringConnectionIds: ["${peering}"] },
        { output: { VpcPeeringConnections: [{ Status: { Code: "failed" } }] } },
      ),
      dropVpc("hub"),
      dropVpc("team"),
    ],
  },
  {
    title: "accepts routes and security groups for a peering connection only in its two VPCs",
    steps: [
      vpc("hub", "10.1.0.0/20"),
      vpc("team", "10.2.0.0/20"),
      vpc("other", "10.3.0.0/20"),
      group("hub"),
      group("team"),
      call(
        "AuthorizeSecurityGroupIngress",
        {
          GroupId: "${hubGroup}",
          IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: "${teamGroup}" }] }],
        },
        { error: "InvalidGroup.NotFound" },
      ),
      call("CreateVpcPeeringConnection", peer, { save: { peering: "VpcPeeringConnection.VpcPeeringConnectionId" } }),
      call("AcceptVpcPeeringConnection", peering),
      call("AuthorizeSecurityGroupIngress", {
        GroupId: "${hubGroup}",
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: "${teamGroup}" }] }],
      }),
      call("DeleteSecurityGroup", { GroupId: "${teamGroup}" }, { error: "DependencyViolation" }),
      call("CreateRouteTable", { VpcId: "${team}" }, { save: { table: "RouteTable.RouteTableId" } }),
      call("CreateRouteTable", { VpcId: "${other}" }, { save: { stray: "RouteTable.RouteTableId" } }),
      call("CreateRoute", { RouteTableId: "${table}", DestinationCidrBlock: "10.1.0.0/20", ...peering }, { output: { Return: true } }),
      call("CreateRoute", { RouteTableId: "${table}", DestinationCidrBlock: "10.9.0.0/20", ...noPeering }, missing),
      call(
        "CreateRoute",
        { RouteTableId: "${stray}", DestinationCidrBlock: "10.1.0.0/20", ...peering },
        { error: "InvalidParameterValue" },
      ),
      call("DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: "10.1.0.0/20" }),
      call("DeleteRouteTable", { RouteTableId: "${table}" }),
      call("DeleteRouteTable", { RouteTableId: "${stray}" }),
      call("DeleteSecurityGroup", { GroupId: "${hubGroup}" }),
      call("DeleteSecurityGroup", { GroupId: "${teamGroup}" }),
      call("DeleteVpcPeeringConnection", peering),
      dropVpc("hub"),
      dropVpc("team"),
      dropVpc("other"),
    ],
  },
];
