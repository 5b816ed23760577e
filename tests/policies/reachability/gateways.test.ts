import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { routeTargets } from "@cloister/policy-pack/reachability";
import { mergeDestinations, type NetworkPath } from "@cloister/policy-pack/reachability/network-path";
import { UNKNOWN } from "../../helpers/evaluate";
import { REGION } from "../../helpers/mocks";
import { idOf, part } from "./render";
import {
  VPC,
  SUBNET,
  TABLE,
  ROUTE,
  ASSOCIATION,
  EGRESS_ONLY,
  NAT,
  ENDPOINT,
  INSTANCE,
  PREFIX_LIST,
  vpc,
  subnet,
  table,
  association,
  igw,
  network,
  route,
  allIpv4,
  toInternet,
  parameter,
  subnetA,
} from "./stack";
import { testReachability } from "./table";

/** The text after a heading, up to the end of the interface. */
const argumentsOf = (file: string) => {
  const text = fs.readFileSync(path.join(path.dirname(require.resolve("@pulumi/aws/package.json")), "ec2", file), "utf8");
  return [...text.slice(text.search(/^export interface \w+Args /m)).matchAll(/^ {4}(\w+)\??: /gm)].map(([, name]) => name!);
};

describe("the targets of routes", () => {
  it("are all arguments of a route that no destination and no table has", () =>
    assert.deepEqual(
      routeTargets.map(({ property }) => property).sort(),
      [...argumentsOf("route.d.ts").filter((name) => !/^destination|^routeTableId$|^region$/.test(name)), "instanceId"].sort(),
    ));
});

describe("paths that differ only in the destination", () => {
  const pathTo = (destination: string, ...steps: string[]): NetworkPath => ({
    steps: [destination, ...steps],
    destinations: [destination],
    end: "outside",
  });
  it("are one path with all destinations", () =>
    assert.deepEqual(mergeDestinations([pathTo("0.0.0.0/1", "igw"), pathTo("0.0.0.0/0", "nat"), pathTo("128.0.0.0/1", "igw")]), [
      { steps: ["0.0.0.0/1, 128.0.0.0/1", "igw"], destinations: ["0.0.0.0/1", "128.0.0.0/1"], end: "outside" },
      pathTo("0.0.0.0/0", "nat"),
    ]));
});

testReachability("gateways and routes", [
  {
    it: "a local route to a range that the VPC does not have",
    parts: [...network, route({ destinationCidrBlock: "10.0.0.0/8", gatewayId: "local" })],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a route to an internet gateway",
    parts: [...network, ...toInternet],
    of: subnetA,
    verdict: "open",
    path: "subnet a -> route table table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "a route to an internet gateway of another stack",
    parts: [...network, route({ ...allIpv4, gatewayId: "igw-0123" })],
    of: subnetA,
    verdict: "open",
    path: "gateway igw-0123",
  },
  {
    it: "an inline route to an internet gateway",
    parts: [
      vpc,
      subnet,
      association,
      igw,
      part(TABLE, "table", { vpcId: idOf("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: idOf("igw") }] }),
    ],
    of: subnetA,
    verdict: "open",
    path: "0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "a route to the internet gateway for one public address",
    parts: [...network, igw, route({ destinationCidrBlock: "198.51.100.7/32", gatewayId: idOf("igw") })],
    of: subnetA,
    verdict: "open",
    path: "198.51.100.7/32",
  },
  {
    it: "two routes that each match half of all addresses",
    parts: [
      ...network,
      igw,
      route({ destinationCidrBlock: "0.0.0.0/1", gatewayId: idOf("igw") }),
      route({ destinationCidrBlock: "128.0.0.0/1", gatewayId: idOf("igw") }, "other-half"),
    ],
    of: subnetA,
    verdict: "open",
    path: "0.0.0.0/1, 128.0.0.0/1 -> internet gateway igw",
  },
  {
    it: "an internet gateway without a route",
    parts: [...network, igw],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "IPv6 traffic through an egress-only internet gateway",
    parts: [
      vpc,
      part(SUBNET, "a", { vpcId: idOf("vpc"), ipv6CidrBlock: "2001:db8::/64" }),
      table,
      association,
      part(EGRESS_ONLY, "six", { vpcId: idOf("vpc") }),
      route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: idOf("six") }),
    ],
    of: subnetA,
    verdict: "open",
    path: "::/0 -> egress only internet gateway six",
  },
  {
    it: "an egress-only internet gateway and a subnet without IPv6",
    parts: [
      ...network,
      part(EGRESS_ONLY, "six", { vpcId: idOf("vpc") }),
      route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: idOf("six") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "IPv6 traffic of an adopted default subnet without IPv6",
    parts: [
      part("aws:ec2/defaultVpc:DefaultVpc", "vpc"),
      part("aws:ec2/defaultSubnet:DefaultSubnet", "a", { availabilityZone: "eu-central-1a" }),
      table,
      association,
      part(EGRESS_ONLY, "six", { vpcId: idOf("vpc") }),
      route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: idOf("six") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "IPv6 traffic through an internet gateway, with an IPv6 block unknown at preview",
    parts: [
      part(VPC, "vpc", { ipv6CidrBlock: "2001:db8::/56" }),
      part(SUBNET, "a", { vpcId: idOf("vpc"), ipv6CidrBlock: idOf("vpc") }),
      table,
      association,
      igw,
      route({ destinationIpv6CidrBlock: "::/0", gatewayId: idOf("igw") }),
    ],
    of: subnetA,
    verdict: "open",
  },
  {
    it: "a NAT gateway in a public subnet",
    parts: [
      ...network,
      igw,
      part(SUBNET, "public", { vpcId: idOf("vpc") }),
      part(TABLE, "public-table", { vpcId: idOf("vpc") }),
      part(ASSOCIATION, "public-association", { subnetId: idOf("public"), routeTableId: idOf("public-table") }),
      part(ROUTE, "public-route", { routeTableId: idOf("public-table"), ...allIpv4, gatewayId: idOf("igw") }),
      part(NAT, "nat", { subnetId: idOf("public") }),
      route({ ...allIpv4, natGatewayId: idOf("nat") }),
    ],
    of: subnetA,
    verdict: "open",
    path: "0.0.0.0/0 -> nat gateway nat -> subnet public -> route table public-table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "a NAT gateway in a closed subnet",
    parts: [
      ...network,
      part(SUBNET, "inner", { vpcId: idOf("vpc") }),
      part(NAT, "nat", { subnetId: idOf("inner"), connectivityType: "private" }),
      route({ ...allIpv4, natGatewayId: idOf("nat") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a NAT gateway whose subnet routes back to the NAT gateway",
    parts: [
      ...network,
      part(NAT, "nat", { subnetId: idOf("a"), connectivityType: "private" }),
      route({ ...allIpv4, natGatewayId: idOf("nat") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a NAT gateway of another stack",
    parts: [...network, route({ ...allIpv4, natGatewayId: "nat-0123" })],
    of: subnetA,
    verdict: "unknown",
    path: "NAT gateway nat-0123",
  },
  {
    it: "a transit gateway",
    parts: [...network, route({ destinationCidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" })],
    of: subnetA,
    verdict: "open",
    path: "10.0.0.0/8 -> transit gateway tgw-1",
  },
  {
    it: "a transit gateway inside the perimeter",
    parts: [...network, route({ destinationCidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" })],
    perimeter: { inside: ["tgw-1"] },
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a carrier gateway",
    parts: [...network, route({ ...allIpv4, carrierGatewayId: "cagw-1" })],
    of: subnetA,
    verdict: "open",
    path: "carrier gateway cagw-1",
  },
  {
    it: "a route to an internet gateway for a prefix list",
    parts: [
      ...network,
      igw,
      part(PREFIX_LIST, "partners", { entries: [{ cidr: "198.51.100.0/24" }] }),
      route({ destinationPrefixListId: idOf("partners"), gatewayId: idOf("igw") }),
    ],
    of: subnetA,
    verdict: "open",
    path: "managed prefix list partners -> internet gateway igw",
  },
  {
    it: "a gateway endpoint for Amazon S3",
    parts: [
      ...network,
      part(ENDPOINT, "s3", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      route({ destinationPrefixListId: "pl-1", gatewayId: idOf("s3") }),
    ],
    of: subnetA,
    verdict: "closed",
  },
  {
    it: "a network interface that can forward traffic",
    parts: [...network, route({ ...allIpv4, networkInterfaceId: "eni-1" })],
    of: subnetA,
    verdict: "unknown",
  },
  {
    it: "a Gateway Load Balancer endpoint",
    parts: [
      ...network,
      part(ENDPOINT, "inspection", {
        vpcId: idOf("vpc"),
        vpcEndpointType: "GatewayLoadBalancer",
        serviceName: "com.amazonaws.vpce.x.vpce-svc-1",
      }),
      route({ ...allIpv4, vpcEndpointId: idOf("inspection") }),
    ],
    of: subnetA,
    verdict: "unknown",
  },
  {
    it: "a route with an unknown gateway",
    parts: [...network, route({ ...allIpv4, gatewayId: UNKNOWN })],
    of: subnetA,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "a gateway of another stack, beside an endpoint of this stack in the same table",
    parts: [
      vpc,
      subnet,
      association,
      part(ENDPOINT, "s3", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      part(TABLE, "table", {
        vpcId: idOf("vpc"),
        routes: [
          { cidrBlock: "0.0.0.0/0", gatewayId: "igw-of-another-stack" },
          { destinationPrefixListId: idOf("s3", "prefixListId"), gatewayId: idOf("s3") },
        ],
      }),
    ],
    of: subnetA,
    verdict: "open",
    path: "gateway igw-of-another-stack",
  },
  {
    it: "a gateway from a parameter, beside an endpoint in the same table",
    parts: [
      vpc,
      subnet,
      association,
      parameter,
      part(ENDPOINT, "s3", { vpcId: idOf("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      part(TABLE, "table", {
        vpcId: idOf("vpc"),
        routes: [
          { cidrBlock: "0.0.0.0/0", gatewayId: idOf("parameter") },
          { destinationPrefixListId: "pl-1", gatewayId: idOf("s3") },
        ],
      }),
    ],
    of: subnetA,
    verdict: "unknown",
  },
  {
    it: "an internet gateway with the name of a target inside the perimeter",
    parts: [...network, ...toInternet],
    perimeter: { inside: ["igw", "igw-igw"] },
    of: subnetA,
    verdict: "open",
  },
  {
    it: "an endpoint of an unknown type, which can forward traffic",
    parts: [
      ...network,
      part(ENDPOINT, "inspection", { vpcId: idOf("vpc"), vpcEndpointType: UNKNOWN, serviceName: "com.amazonaws.vpce.x.vpce-svc-1" }),
      route({ ...allIpv4, gatewayId: idOf("inspection") }),
    ],
    of: subnetA,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "a route for all traffic to an endpoint of another stack",
    parts: [...network, route({ ...allIpv4, gatewayId: "vpce-of-another-stack" })],
    of: subnetA,
    verdict: "unknown",
  },
  {
    it: "an instance that can forward traffic",
    parts: [
      ...network,
      part(INSTANCE, "router", { subnetId: idOf("a") }),
      route({ ...allIpv4, networkInterfaceId: idOf("router", "primaryNetworkInterfaceId") }),
    ],
    of: subnetA,
    verdict: "unknown",
    path: "instance router -> forwarding target that cannot be determined",
  },
]);
