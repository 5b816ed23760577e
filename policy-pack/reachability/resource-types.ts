// Lists the type tokens of network resources, grouped by their role in a path.
export const types = {
  vpc: ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"],
  subnet: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"],
  table: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
  group: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
  interface: ["aws:ec2/networkInterface:NetworkInterface", "aws:ec2/instance:Instance"],
  endpoint: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
  prefixList: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
  nat: ["aws:ec2/natGateway:NatGateway"],
  peering: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"],
  vpn: ["aws:ec2/vpnGateway:VpnGateway"],
  service: ["aws:ec2/vpcEndpointService:VpcEndpointService"],
  domain: ["aws:sagemaker/domain:Domain"],
};

export const ROUTE = "aws:ec2/route:Route";
export const TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
