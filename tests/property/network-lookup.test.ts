// Plans networks from any lookup results that AWS can return for an existing VPC. Examples: missing lists, IPv6, shared subnets,
// Outposts, prefix lists, every kind of route target. Does not prove that the plan is correct: tests/unit does.
import assert from "node:assert/strict";
import { lookupNetwork } from "@cloister/components/network/lookup/network";
import { planNetwork } from "@cloister/components/network/plan/network";
import { prepareRequest } from "@cloister/components/network/request";
import * as fc from "fast-check";
import { problemText } from "@cloister/components/stack/preflight";
import { type MockOptions, useMocks } from "../helpers/mocks";
import {
  type Given,
  inExistingSubnets,
  inExistingVpc,
  otherVpcId,
  requestOf,
  subnetIds,
  vpcId,
  zones,
} from "../unit/components/network-fixtures";

/** A value that AWS or the provider can leave out. */
const absent = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const hex = fc.integer({ min: 0x10000000, max: 0xffffffff }).map((n) => n.toString(16));
const range4 = fc.constantFrom("", "10.0.0.0/24", "10.0.64.0/20", "100.64.0.0/16", "172.17.0.0/24", "192.168.1.0/28", "10.0.0.0/16");
const range6 = fc.constantFrom("", "2600:1f14::/56", "fd00::/8");
const destination = fc.constantFrom("0.0.0.0/0", "10.0.0.0/8", "10.63.0.0/20", "52.0.0.0/8", "172.16.0.0/11", "0.0.0.0/1");
const targets = {
  gatewayId: hex.chain((id) => fc.constantFrom("local", `igw-${id}`, `vgw-${id}`, "VpcLattice")),
  natGatewayId: hex.map((id) => `nat-${id}`),
  egressOnlyGatewayId: hex.map((id) => `eigw-${id}`),
  carrierGatewayId: hex.map((id) => `cagw-${id}`),
  transitGatewayId: hex.map((id) => `tgw-${id}`),
  vpcPeeringConnectionId: hex.map((id) => `pcx-${id}`),
  networkInterfaceId: hex.map((id) => `eni-${id}`),
  instanceId: hex.map((id) => `i-${id}`),
  localGatewayId: hex.map((id) => `lgw-${id}`),
  coreNetworkArn: hex.map((id) => `arn:aws:networkmanager::111122223333:core-network/core-network-${id}`),
  vpcEndpointId: hex.map((id) => `vpce-${id}`),
  odbNetworkArn: hex.map((id) => `arn:aws:odb:eu-central-1:111122223333:odb-network/${id}`),
};
const route = fc
  .tuple(
    fc.oneof(
      fc.record({ cidrBlock: destination }),
      fc.record({ ipv6CidrBlock: fc.constantFrom("::/0", "fd00::/16", "2600::/12") }),
      fc.record({ destinationPrefixListId: hex.map((id) => `pl-${id}`) }),
      fc.constant({}),
    ),
    fc.oneof(...Object.entries(targets).map(([key, value]) => fc.record({ [key]: value })), fc.constant({})),
  )
  .map(([to, target]) => ({ ...to, ...target }));
const name = fc.constantFrom("AmazonProvidedDNS", "10.0.0.2", "10.9.0.2", "8.8.8.8", "fd00:ec2::253");

/** Lookup results by function. A function without a result finds nothing. */
const shape = fc.record({
  getAvailabilityZones: fc.record({ names: fc.subarray(zones), zoneIds: absent(fc.constant(["euc1-az1", "euc1-az2", "euc1-az3"])) }),
  getVpc: absent(
    fc.record({
      cidrBlockAssociations: absent(
        fc.array(fc.record({ cidrBlock: range4.filter(Boolean), state: fc.constantFrom("associated", "failing", "disassociated") })),
      ),
      ipv6CidrBlock: range6,
      enableDnsSupport: fc.boolean(),
      enableDnsHostnames: fc.boolean(),
      instanceTenancy: fc.constantFrom("default", "dedicated"),
      ownerId: absent(fc.constantFrom("111122223333", "999900001111", "")),
      dhcpOptionsId: absent(fc.constantFrom("default", "dopt-1", "")),
    }),
  ),
  getVpcDhcpOptions: absent(
    fc.record({ domainName: absent(fc.constantFrom("", "ec2.internal", "a b")), domainNameServers: absent(fc.array(name)) }),
  ),
  getSubnets: fc.record({ ids: fc.subarray([...subnetIds]) }),
  getSubnet: absent(
    fc.record({
      vpcId: fc.constantFrom(vpcId, otherVpcId),
      availabilityZone: fc.constantFrom(...zones, "eu-central-1-ham-1a", "eu-central-1-wl1-ber-wlz1"),
      cidrBlock: absent(range4),
      ipv6CidrBlock: range6,
      availableIpAddressCount: fc.nat(300),
      mapPublicIpOnLaunch: absent(fc.boolean()),
      assignIpv6AddressOnCreation: absent(fc.boolean()),
      outpostArn: absent(fc.constantFrom("", "arn:aws:outposts:eu-central-1:111122223333:outpost/op-1")),
      tags: absent(fc.constant({})),
    }),
  ),
  getRouteTable: absent(fc.record({ routeTableId: fc.constant("rtb-1"), routes: absent(fc.array(route, { maxLength: 4 })) })),
  getManagedPrefixList: absent(fc.record({ entries: absent(fc.array(fc.record({ cidr: destination, description: fc.constant("") }))) })),
  getInternetGateway: absent(fc.record({ internetGatewayId: hex.map((id) => `igw-${id}`), tags: absent(fc.constant({})) })),
  getNatGateways: fc.record({
    ids: absent(
      fc.array(
        hex.map((id) => `nat-${id}`),
        { maxLength: 2 },
      ),
    ),
  }),
  getVpcPeeringConnections: fc.record({
    ids: absent(
      fc.array(
        hex.map((id) => `pcx-${id}`),
        { maxLength: 2 },
      ),
    ),
  }),
  getVpnGateway: absent(hex.map((id) => ({ id: `vgw-${id}` }))),
  getVpcEndpointService: absent(
    fc.record({ availabilityZones: absent(fc.subarray(zones)), vpcEndpointPolicySupported: absent(fc.boolean()) }),
  ),
  getVpcEndpoint: absent(
    fc.record({
      id: hex.map((id) => `vpce-${id}`),
      vpcId: fc.constantFrom(vpcId, otherVpcId),
      vpcEndpointType: fc.constantFrom("Gateway", "Interface", "GatewayLoadBalancer", "Resource"),
      serviceName: fc.constantFrom("com.amazonaws.eu-central-1.s3", "com.amazonaws.eu-central-1.sts"),
      privateDnsEnabled: absent(fc.boolean()),
      routeTableIds: absent(fc.constant(["rtb-1"])),
      subnetIds: absent(fc.constant([...subnetIds])),
      securityGroupIds: absent(fc.constant(["sg-1"])),
      tags: absent(fc.constant({})),
      policy: absent(fc.constantFrom("{}", '{"Statement":{"Effect":"Allow","Principal":"*"}}')),
    }),
  ),
  getZone: absent(fc.constant({ zoneId: "Z1" })),
  getEips: fc.record({ allocationIds: absent(fc.constant(["eipalloc-1"])) }),
  getSecurityGroupRules: fc.record({ ids: absent(fc.constant(["sgr-1"])) }),
  getServiceQuota: absent(fc.record({ value: fc.nat(50) })),
});

const central = { dnsFirewall: "block", centralEndpoints: { vpcId: otherVpcId, cidrs: ["10.63.0.0/20"] } };
const requests: Given[] = [
  {},
  inExistingVpc,
  { ...inExistingVpc, network: { dnsFirewall: "block", egress: "nat", zones: 3 } },
  inExistingSubnets,
  { ...inExistingSubnets, network: central },
  { ...inExistingSubnets, sharedEndpoints: {} },
  { ...inExistingSubnets, vpcSettings: { ...inExistingSubnets.vpcSettings, s3EndpointId: "vpce-0123456789abcdef0" } },
];

describe("plan of a network from any lookup results", () => {
  it("is valid, or has problems with a fix, and never fails", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...requests), shape, async (given, results) => {
        const answers = Object.fromEntries(
          Object.entries(results).map(([key, result]) => [key, () => (result === undefined ? undefined : structuredClone(result))]),
        ) as NonNullable<MockOptions["answers"]>;
        await useMocks({ project: "it", stack: "it", config: {}, answers });
        const request = prepareRequest(requestOf(given));
        const { plan, problems, warnings = [] } = planNetwork(request, await lookupNetwork(request, {}));
        for (const problem of [...problems, ...warnings].map(problemText)) assert.match(problem, /^'cloister-environment:\S+' .* Fix: \S/s);
        for (const text of problems.map(problemText)) assert.doesNotMatch(text, /undefined|null|NaN|\[object|AddressError/);
        if (problems.length === 0) assert.ok(plan.subnets.every(({ zone, cidr }) => zone !== "" && cidr !== ""));
      }),
      { numRuns: 300 },
    ));
});
