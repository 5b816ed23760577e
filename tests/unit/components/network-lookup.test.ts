// Tests the requests of the network lookup, and how it interprets the provider's responses and errors.
// Does not prove that the provider returns these responses.
import assert from "node:assert/strict";
import { type NetworkFindings } from "@cloister/components/network/lookup/findings";
import { lookupNetwork } from "@cloister/components/network/lookup/network";
import { isManagedSubnet } from "@cloister/components/network/managed-tags";
import { prepareRequest } from "@cloister/components/network/request";
import { type MockOptions, useMocks } from "../../helpers/mocks";
import { note, recordNotes } from "../../helpers/recording";
import {
  type Given,
  inExistingSubnets,
  inExistingVpc,
  managed,
  otherVpcId,
  region,
  requestOf,
  roleArn,
  s3Endpoint,
  subnetIds,
  vpcId,
  zones,
} from "./network-fixtures";

recordNotes(__filename);

type Answers = NonNullable<MockOptions["answers"]>;
type Inputs = Record<string, unknown>;

const none = () => undefined;
const fails = (text: string) => () => {
  throw Object.assign(new Error(text), { details: text });
};
const vpc = {
  cidrBlockAssociations: [
    { cidrBlock: "10.0.0.0/16", state: "associated" },
    { cidrBlock: "10.1.0.0/16", state: "disassociated" },
  ],
  enableDnsSupport: true,
  enableDnsHostnames: false,
  instanceTenancy: "dedicated",
};
const subnet = (id: unknown) => ({
  id,
  vpcId,
  availabilityZone: zones[0],
  cidrBlock: "10.0.0.0/24",
  availableIpAddressCount: 250,
  mapPublicIpOnLaunch: false,
  assignIpv6AddressOnCreation: false,
  tags: { Name: "a" },
});
/** A region whose VPC has subnets without endpoints. */
const defaults: Answers = {
  getVpc: () => vpc,
  getSubnets: () => ({ ids: [subnetIds[0]] }),
  getSubnet: ({ id }) => subnet(id),
  getRouteTable: () => ({ routeTableId: "rtb-1", routes: [] }),
  getVpcEndpoint: none,
};

const given: Given = { network: { endpoints: { add: ["sts"] } } };
async function lookup(request: Given = given, answers: Answers = {}): Promise<{ findings: NetworkFindings; calls: [string, Inputs][] }> {
  const calls: [string, Inputs][] = [];
  const recorded = Object.fromEntries(
    Object.entries({ ...defaults, ...answers }).map(([name, answer]) => [
      name,
      (inputs: Inputs) => {
        calls.push([name, inputs]);
        return answer(inputs);
      },
    ]),
  );
  await useMocks({ project: "it", stack: "it", config: {}, answers: recorded });
  const merged = requestOf({ ...given, ...request });
  // Without features, the network has only the endpoint for STS.
  const features = (request.network?.features as typeof merged.network.features | undefined) ?? [];
  const findings = await lookupNetwork(prepareRequest({ ...merged, network: { ...merged.network, features } }), {});
  note({ findings, calls: calls.map((call) => JSON.stringify(call)).sort() });
  return { findings, calls };
}
const named = (calls: [string, Inputs][], name: string) => calls.filter(([call]) => call === name).map(([, inputs]) => inputs);
const network = (more: object = {}) => ({ network: { endpoints: { add: ["sts"] }, ...more } });

describe("network lookup", () => {
  it("finds the zones of the region in alphabetical order, without Local Zones", async () => {
    const { findings, calls } = await lookup(given, { getAvailabilityZones: () => ({ names: ["c", "a", "b"] }) });
    assert.deepEqual(findings.zones, ["a", "b", "c"]);
    assert.deepEqual(named(calls, "getAvailabilityZones"), [
      { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    ]);
  });

  describe("of counts for quotas", () => {
    const shared = { sharedEndpoints: { securityGroupId: "sg-hub" } };
    const peered = {
      getVpcPeeringConnections: ({ filters }: Inputs) => ({ ids: JSON.stringify(filters).includes("tag:Name") ? [] : ["a", "b"] }),
    };

    it("counts VPCs only before the network has a VPC", async () => {
      const before = await lookup(given, { getVpcs: ({ tags }) => ({ ids: tags ? [] : ["a", "b", "c"] }) });
      assert.deepEqual(before.findings.counts, { vpcs: 3 });
      const after = await lookup(given, { getVpcs: ({ tags }) => ({ ids: tags ? ["vpc-own"] : ["a", "b", "c"] }) });
      assert.deepEqual(after.findings.counts, {});
    });

    it("counts Elastic IP addresses that the network did not create, for NAT", async () => {
      const getEips = ({ filters = [] }: Inputs) => ({ allocationIds: (filters as unknown[]).length > 0 ? ["own"] : ["own", "b", "c"] });
      const { findings, calls } = await lookup({ network: { egress: "nat" } }, { getEips });
      assert.equal(findings.counts?.otherElasticIps, 2);
      assert.deepEqual(named(calls, "getEips"), [{ filters: [] }, { filters: [{ name: "tag:Name", values: ["fraud-dev-nat-*"] }] }]);
    });

    it("counts rules and peering connections of the shared endpoints before the network uses them", async () => {
      const getSecurityGroupRules = () => ({ ids: ["1", "2", "3"] });
      const { findings } = await lookup({ ...given, ...shared }, { ...peered, getSecurityGroupRules });
      assert.deepEqual([findings.counts?.sharedGroupRules, findings.counts?.sharedPeerings], [3, 2]);
      const managedPeering = { getVpcPeeringConnections: () => ({ ids: ["pcx-own"] }), getSecurityGroupRules };
      assert.deepEqual((await lookup({ ...given, ...shared }, managedPeering)).findings.counts, { vpcs: 0 });
    });

    it("has no count that the deploying role cannot read", async () => {
      const denied = fails("UnauthorizedOperation");
      const answers = { ...peered, getSecurityGroupRules: denied, getEips: denied };
      const { findings } = await lookup({ ...shared, network: { egress: "nat" } }, answers);
      assert.deepEqual(findings.counts, { vpcs: 0, sharedPeerings: 2 });
    });
  });

  describe("of endpoint services", () => {
    it("finds the service with its zones", async () => {
      const { findings, calls } = await lookup(given, {
        getVpcEndpointService: ({ serviceName }) => ({ serviceName, availabilityZones: zones, vpcEndpointPolicySupported: true }),
      });
      assert.deepEqual(findings.services, { sts: { serviceName: `com.amazonaws.${region}.sts`, zones, supportsPolicy: true } });
      assert.deepEqual(named(calls, "getVpcEndpointService"), [{ serviceName: `com.amazonaws.${region}.sts`, serviceType: "Interface" }]);
    });

    it("finds no service that the region does not offer", async () =>
      assert.deepEqual((await lookup(given, { getVpcEndpointService: none })).findings.services, { sts: undefined }));

    it("also looks up an omitted endpoint that a feature requires, once", async () => {
      const { findings } = await lookup({ network: { features: ["studio"], endpoints: { omit: ["sts"] } } });
      assert.ok("sts" in findings.services);
    });
  });

  describe("of a new VPC", () => {
    it("finds nothing before the first deployment", async () => {
      const { findings, calls } = await lookup(given, { getVpcs: () => ({ ids: [] }) });
      assert.deepEqual(findings, {
        zones: findings.zones,
        zoneNames: findings.zoneNames,
        services: findings.services,
        vpc: undefined,
        subnets: [],
        endpoints: [],
        s3Endpoint: undefined,
        s3GatewayOfVpc: undefined,
        internetGateway: undefined,
        flowLogRole: undefined,
        peerings: { managed: [], others: [], routes: [] },
        counts: { vpcs: 0 },
        centralZones: undefined,
      });
      assert.deepEqual(named(calls, "getVpcs"), [{ tags: managed("vpc") }, {}]);
      for (const name of ["getVpc", "getSubnets", "getInternetGateway", "getVpcEndpoint", "getRole"])
        assert.deepEqual(named(calls, name), []);
    });

    it("finds the subnets of all VPCs of earlier deployments, without routes", async () => {
      const { findings, calls } = await lookup(given, { getVpcs: () => ({ ids: ["vpc-new", "vpc-old"] }) });
      assert.deepEqual(named(calls, "getSubnets"), [{ filters: [{ name: "vpc-id", values: ["vpc-new", "vpc-old"] }] }]);
      assert.deepEqual(findings.subnets, [
        {
          id: subnetIds[0],
          vpcId,
          zone: zones[0],
          cidr: "10.0.0.0/24",
          freeAddresses: 250,
          assignsPublicAddresses: false,
          isOnOutpost: false,
          tags: { Name: "a" },
          routeTableId: undefined,
          routes: [],
        },
      ]);
      assert.deepEqual(findings.endpoints, []);
    });

    it("finds the endpoints of the first VPC only for a change to shared endpoints", async () => {
      const answers: Answers = { getVpcs: () => ({ ids: ["vpc-new", "vpc-old"] }), getVpcEndpoint: () => ({ id: "vpce-1" }) };
      assert.deepEqual((await lookup(given, answers)).findings.endpoints, []);
      const { findings, calls } = await lookup({ ...given, sharedEndpoints: {} }, answers);
      assert.deepEqual(
        findings.endpoints.map(({ id, name }) => [id, name]),
        [["vpce-1", "sts"]],
      );
      assert.deepEqual(named(calls, "getVpcEndpoint"), [{ vpcId: "vpc-new", serviceName: `com.amazonaws.${region}.sts` }]);
    });
  });

  describe("of an existing VPC", () => {
    const existing = { ...inExistingVpc, ...network() };

    it("finds its ranges, DNS attributes and tenancy", async () => {
      const { findings, calls } = await lookup(existing);
      assert.deepEqual(findings.vpc, {
        ranges: ["10.0.0.0/16"],
        dnsSupport: true,
        dnsHostnames: false,
        tenancy: "dedicated",
        ownerId: "111122223333",
        attached: [],
      });
      assert.deepEqual(named(calls, "getVpc"), [{ id: vpcId }]);
      assert.deepEqual(named(calls, "getVpcs"), []);
    });

    it("finds all its subnets without routes", async () => {
      const { findings, calls } = await lookup(existing);
      assert.deepEqual(named(calls, "getSubnets"), [{ filters: [{ name: "vpc-id", values: [vpcId] }] }]);
      assert.deepEqual([findings.subnets.length, named(calls, "getRouteTable")], [1, []]);
    });

    for (const flag of ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation"])
      it(`finds that a subnet with ${flag} assigns public addresses`, async () => {
        const { findings } = await lookup(existing, { getSubnet: ({ id }) => ({ ...subnet(id), [flag]: true }) });
        assert.equal(findings.subnets[0]!.assignsPublicAddresses, true);
      });

    it("omits a VPC and a subnet that do not exist", async () => {
      const { findings } = await lookup(existing, { getVpc: none, getSubnet: none });
      assert.deepEqual([findings.vpc, findings.subnets, findings.endpoints], [undefined, [], []]);
    });

    it("finds the internet gateway", async () => {
      const { findings, calls } = await lookup(existing, {
        getInternetGateway: () => ({ internetGatewayId: "igw-1", tags: { Name: "gateway" } }),
      });
      assert.deepEqual(findings.internetGateway, { id: "igw-1", tags: { Name: "gateway" } });
      assert.deepEqual(named(calls, "getInternetGateway"), [{ filters: [{ name: "attachment.vpc-id", values: [vpcId] }] }]);
      assert.equal((await lookup(existing, { getInternetGateway: none })).findings.internetGateway, undefined);
    });

    it("finds the account that owns a shared VPC", async () =>
      assert.equal(
        (await lookup(existing, { getVpc: () => ({ ...vpc, ownerId: "999900001111" }) })).findings.vpc?.ownerId,
        "999900001111",
      ));

    it("finds the domain name and the name servers in the DHCP options", async () => {
      const { findings, calls } = await lookup(existing, {
        getVpc: () => ({ ...vpc, dhcpOptionsId: "dopt-1" }),
        getVpcDhcpOptions: () => ({ domainName: "bank.example", domainNameServers: ["10.0.0.9"] }),
      });
      assert.deepEqual(findings.vpc?.dhcp, { domainName: "bank.example", nameServers: ["10.0.0.9"] });
      assert.deepEqual(named(calls, "getVpcDhcpOptions"), [{ dhcpOptionsId: "dopt-1" }]);
    });

    it("finds empty values in a VPC without DHCP options, and in DHCP options without values", async () => {
      const empty = { domainName: "", nameServers: [] };
      const dhcpOf = async (dhcpOptionsId: string, answers: Answers = {}) =>
        (await lookup(existing, { ...answers, getVpc: () => ({ ...vpc, dhcpOptionsId }) })).findings.vpc?.dhcp;
      assert.deepEqual(await dhcpOf("default"), empty);
      assert.deepEqual(await dhcpOf("dopt-1", { getVpcDhcpOptions: () => ({}) }), empty);
      assert.equal(await dhcpOf("dopt-1", { getVpcDhcpOptions: none }), undefined);
    });

    it("finds gateways and peering connections, except NAT gateways of the network and connections with core", async () => {
      const isOwn = (filters: unknown) => /"tag:cloister:environment"/.test(JSON.stringify(filters));
      const isCore = (filters: unknown) => JSON.stringify(filters).includes(otherVpcId);
      const answers: Answers = {
        getNatGateways: ({ filters }) => ({ ids: isOwn(filters) ? ["nat-own"] : ["nat-own", "nat-1"] }),
        getVpcPeeringConnections: ({ filters }) => ({ ids: isCore(filters) ? ["pcx-core"] : ["pcx-core", "pcx-1"] }),
        getVpnGateway: () => ({ id: "vgw-1" }),
      };
      // Without NAT and shared endpoints, tags exempt nothing.
      assert.deepEqual((await lookup(existing, answers)).findings.vpc?.attached, ["nat-1", "nat-own", "pcx-1", "pcx-core", "vgw-1"]);
      const used = { ...existing, network: { ...existing.network, egress: "nat" }, sharedEndpoints: {} };
      const { findings, calls } = await lookup(used, answers);
      assert.deepEqual(findings.vpc?.attached, ["nat-1", "pcx-1", "vgw-1"]);
      assert.deepEqual(named(calls, "getVpnGateway"), [{ attachedVpcId: vpcId }]);
      const inUse = { name: "state", values: ["available", "pending"] };
      assert.deepEqual(named(calls, "getNatGateways"), [
        { vpcId, filters: [inUse] },
        { vpcId, filters: [inUse, { name: "tag:cloister:environment", values: ["fraud-dev"] }] },
      ]);
    });

    it("finds the private hosted zones of central endpoints", async () => {
      const { findings, calls } = await lookup(
        {
          ...inExistingSubnets,
          network: {
            dnsFirewall: "block",
            endpoints: { add: ["sts", "kms"] },
            centralEndpoints: { vpcId: otherVpcId, cidrs: ["10.63.0.0/20"] },
          },
        },
        { getZone: ({ name }) => (String(name).startsWith("sts.") ? { zoneId: "Z1" } : undefined) },
      );
      assert.deepEqual(findings.centralZones, [`sts.${region}.amazonaws.com`]);
      assert.deepEqual(named(calls, "getZone")[0], { name: `sts.${region}.amazonaws.com`, privateZone: true, vpcId });
      assert.deepEqual(findings.services, {});
    });

    it("finds the endpoints that are central endpoints in the VPC itself", async () => {
      const centralEndpoints = { vpcId, cidrs: ["10.0.9.0/24"] };
      const { findings, calls } = await lookup(
        { ...inExistingSubnets, network: { dnsFirewall: "block", endpoints: { add: ["sts"] }, centralEndpoints } },
        { getVpcEndpoint: ({ serviceName }) => (String(serviceName).endsWith(".sts") ? { id: "vpce-1", policy: "{}" } : undefined) },
      );
      assert.deepEqual(
        findings.endpoints.map(({ id, name, policy }) => [id, name, policy]),
        [["vpce-1", "sts", "{}"]],
      );
      assert.ok(named(calls, "getVpcEndpoint").some((inputs) => inputs.serviceName === `com.amazonaws.${region}.sts`));
    });

    it("finds the named S3 endpoint, and no other gateway endpoint", async () => {
      const request = { ...existing, vpcSettings: { ...inExistingVpc.vpcSettings, s3EndpointId: s3Endpoint.id } };
      const { findings, calls } = await lookup(request, {
        getVpcEndpoint: ({ id }) => (id === s3Endpoint.id ? { ...s3Endpoint, vpcEndpointType: "Gateway" } : undefined),
      });
      assert.deepEqual([findings.s3Endpoint, findings.s3GatewayOfVpc], [s3Endpoint, undefined]);
      assert.deepEqual(named(calls, "getVpcEndpoint")[0], { id: s3Endpoint.id });
      assert.equal((await lookup(request)).findings.s3Endpoint, undefined);
      assert.equal((await lookup(existing, { getVpcEndpoint: () => ({ ...s3Endpoint }) })).findings.s3Endpoint, undefined);
    });

    describe("with an endpoint of the same service", () => {
      const endpoint = { id: "vpce-1", privateDnsEnabled: false, tags: { a: "b" }, subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
      const found = { name: "sts", id: "vpce-1", privateDns: false, tags: { a: "b" }, subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };

      it("finds the endpoint", async () => {
        const { findings, calls } = await lookup(existing, { getVpcEndpoint: () => endpoint });
        assert.deepEqual(findings.endpoints, [found]);
        const policy = "{}";
        assert.equal((await lookup(existing, { getVpcEndpoint: () => ({ ...endpoint, policy }) })).findings.endpoints[0]!.policy, policy);
        assert.deepEqual(named(calls, "getVpcEndpoint"), [{ vpcId, serviceName: `com.amazonaws.${region}.sts` }]);
      });

      it("finds the endpoint created by Cloister among several", async () => {
        const { findings, calls } = await lookup(existing, {
          getVpcEndpoint: ({ tags }) => (tags ? endpoint : fails("multiple EC2 VPC Endpoints matched")()),
        });
        assert.deepEqual(findings.endpoints, [found]);
        assert.deepEqual(named(calls, "getVpcEndpoint").at(-1)!.tags, managed("sts"));
      });

      it("reports several endpoints of which none was created by Cloister", async () => {
        const { findings } = await lookup(existing, {
          getVpcEndpoint: ({ tags }) => (tags ? undefined : fails("multiple EC2 VPC Endpoints matched")()),
        });
        assert.deepEqual(findings.endpoints, [
          { name: "sts", id: "several", privateDns: true, tags: {}, subnetIds: [], securityGroupIds: [] },
        ]);
      });

      it("fails after other errors", async () =>
        assert.rejects(lookup(existing, { getVpcEndpoint: fails("AccessDenied: ec2:DescribeVpcEndpoints") }), /AccessDenied/));
    });
  });

  describe("of existing subnets", () => {
    const existing = { ...inExistingSubnets, ...network() };
    const routesOf = async (routes: object[]) =>
      (await lookup(existing, { getRouteTable: () => ({ routeTableId: "rtb-1", routes }) })).findings.subnets[0]!.routes;

    it("finds exactly the subnets in the settings, with their route tables", async () => {
      const { findings, calls } = await lookup(existing);
      assert.deepEqual(
        findings.subnets.map(({ id, routeTableId }) => [id, routeTableId]),
        subnetIds.map((id) => [id, "rtb-1"]),
      );
      assert.deepEqual(named(calls, "getSubnets"), []);
      assert.deepEqual(
        named(calls, "getRouteTable"),
        subnetIds.map((subnetId) => ({ subnetId })),
      );
    });

    it("finds the main route table of the VPC for a subnet without an association", async () => {
      const { findings, calls } = await lookup(existing, {
        getRouteTable: ({ filters }) => (filters ? { routeTableId: "rtb-main", routes: [] } : undefined),
      });
      assert.equal(findings.subnets[0]!.routeTableId, "rtb-main");
      assert.deepEqual(named(calls, "getRouteTable").at(-1), {
        filters: [
          { name: "vpc-id", values: [vpcId] },
          { name: "association.main", values: ["true"] },
        ],
      });
    });

    it("finds no routes if the route table does not exist", async () => {
      const { findings } = await lookup(existing, { getRouteTable: none });
      assert.deepEqual([findings.subnets[0]!.routeTableId, findings.subnets[0]!.routes], [undefined, []]);
    });

    const noDestination = { cidrBlock: "", ipv6CidrBlock: "", destinationPrefixListId: "" };
    for (const [property, destination] of Object.entries({ cidrBlock: "0.0.0.0/0", ipv6CidrBlock: "::/0" }))
      it(`finds the destination in ${property}`, async () =>
        assert.deepEqual(await routesOf([{ ...noDestination, [property]: destination, gatewayId: "igw-1" }]), [
          { destination, target: "igw-1" },
        ]));

    const throughPrefixList = { ...noDestination, destinationPrefixListId: "pl-1", transitGatewayId: "tgw-1" };

    it("finds the ranges of a prefix list", async () => {
      const { findings, calls } = await lookup(existing, {
        getRouteTable: () => ({ routeTableId: "rtb-1", routes: [throughPrefixList] }),
        getManagedPrefixList: () => ({ entries: [{ cidr: "10.8.0.0/16", description: "" }] }),
      });
      assert.deepEqual(findings.subnets[0]!.routes, [{ destination: "pl-1", target: "tgw-1", ranges: ["10.8.0.0/16"] }]);
      assert.deepEqual(named(calls, "getManagedPrefixList")[0], { id: "pl-1" });
    });

    it("finds whether AWS owns a prefix list", async () => {
      const { findings } = await lookup(existing, {
        getRouteTable: () => ({ routeTableId: "rtb-1", routes: [throughPrefixList] }),
        getManagedPrefixList: () => ({ ownerId: "AWS", entries: [] }),
      });
      assert.deepEqual(findings.subnets[0]!.routes, [{ destination: "pl-1", target: "tgw-1", ranges: [], isOfAws: true }]);
    });

    it("finds no ranges of a prefix list that another account owns, and an unknown range without a destination", async () => {
      const { findings } = await lookup(existing, {
        getRouteTable: () => ({ routeTableId: "rtb-1", routes: [throughPrefixList, { natGatewayId: "nat-1" }] }),
        getManagedPrefixList: none,
      });
      assert.deepEqual(findings.subnets[0]!.routes, [
        { destination: "pl-1", target: "tgw-1", ranges: [] },
        { destination: "an unknown range", target: "nat-1" },
      ]);
    });

    for (const property of [
      "gatewayId",
      "natGatewayId",
      "egressOnlyGatewayId",
      "carrierGatewayId",
      "transitGatewayId",
      "vpcPeeringConnectionId",
      "networkInterfaceId",
      "localGatewayId",
      "coreNetworkArn",
      "vpcEndpointId",
      "instanceId",
    ])
      it(`finds the target in ${property}`, async () =>
        assert.deepEqual(await routesOf([{ cidrBlock: "0.0.0.0/0", gatewayId: "", [property]: "target-1" }]), [
          { destination: "0.0.0.0/0", target: "target-1" },
        ]));

    it("finds an empty target of an unknown kind", async () =>
      assert.deepEqual(await routesOf([{ cidrBlock: "0.0.0.0/0", odbNetworkArn: "arn" }]), [{ destination: "0.0.0.0/0", target: "" }]));

    describe("with an S3 gateway endpoint", () => {
      const gateway = { id: "vpce-s3", routeTableIds: ["rtb-1"] };
      const answer = (endpoint: (inputs: Inputs) => object | undefined) => ({
        getVpcEndpoint: (inputs: Inputs) => (String(inputs.serviceName).endsWith(".s3") ? (endpoint(inputs) as Inputs) : undefined),
      });

      it("finds the endpoint created by Cloister", async () => {
        const { findings, calls } = await lookup(
          existing,
          answer(({ tags }) => (tags ? gateway : undefined)),
        );
        assert.deepEqual(findings.s3GatewayOfVpc, { ...gateway, isManaged: true });
        assert.deepEqual(
          named(calls, "getVpcEndpoint").find(({ tags }) => tags),
          {
            vpcId,
            serviceName: `com.amazonaws.${region}.s3`,
            filters: [{ name: "vpc-endpoint-type", values: ["Gateway"] }],
            tags: managed("s3"),
          },
        );
      });

      it("finds an endpoint that Cloister did not create", async () =>
        assert.deepEqual(
          (
            await lookup(
              existing,
              answer(({ tags }) => (tags ? undefined : gateway)),
            )
          ).findings.s3GatewayOfVpc,
          {
            ...gateway,
            isManaged: false,
          },
        ));

      it("reports several endpoints", async () =>
        assert.deepEqual(
          (
            await lookup(
              existing,
              answer(({ tags }) => (tags ? undefined : fails("multiple VPC endpoints")())),
            )
          ).findings.s3GatewayOfVpc,
          { id: "several", isManaged: false, routeTableIds: [] },
        ));

      it("finds none", async () => assert.equal((await lookup(existing)).findings.s3GatewayOfVpc, undefined));
    });
  });

  it("finds the role for flow logs by its name", async () => {
    const { findings, calls } = await lookup(network({ flowLogRoleArn: roleArn }), {
      getRole: () => ({ arn: roleArn, assumeRolePolicy: "{}" }),
    });
    assert.deepEqual(findings.flowLogRole, { arn: roleArn, trust: "{}" });
    assert.deepEqual(named(calls, "getRole"), [{ name: "flow-logs" }]);
    assert.equal((await lookup(network({ flowLogRoleArn: roleArn }), { getRole: none })).findings.flowLogRole, undefined);
  });

  describe("of peering connections", () => {
    const connections: Answers = {
      getVpcPeeringConnections: ({ filters }) => ({
        ids: (filters as { name: string }[]).some(({ name }) => name === "tag:Name") ? ["pcx-1"] : ["pcx-1", "pcx-2"],
      }),
      getRouteTable: () => ({
        routeTableId: "rtb-hub",
        routes: [{ cidrBlock: "10.64.0.0/20", vpcPeeringConnectionId: "pcx-2" }],
      }),
    };
    const active = { name: "status-code", values: ["active"] };

    it("finds the connections and the routes of the shared VPC", async () => {
      const { findings, calls } = await lookup({ ...inExistingVpc, ...network(), sharedEndpoints: {} }, connections);
      assert.deepEqual(findings.peerings, {
        managed: ["pcx-1"],
        others: ["pcx-2"],
        routes: [{ destination: "10.64.0.0/20", target: "pcx-2" }],
      });
      assert.deepEqual(named(calls, "getRouteTable"), [{ routeTableId: "rtb-hub" }]);
      // The other calls list connections of the existing VPC.
      const ofShared = named(calls, "getVpcPeeringConnections").filter(({ filters }) => JSON.stringify(filters).includes(otherVpcId));
      const between = [
        { name: "requester-vpc-info.vpc-id", values: [vpcId] },
        { name: "accepter-vpc-info.vpc-id", values: [otherVpcId] },
      ];
      const own = [
        { name: "tag:Name", values: ["fraud-dev-central"] },
        { name: "accepter-vpc-info.vpc-id", values: [otherVpcId] },
      ];
      const texts = (filters: object[][]) => new Set(filters.map((filter) => JSON.stringify({ filters: [active, ...filter] })));
      assert.deepEqual(new Set(ofShared.map((inputs) => JSON.stringify(inputs))), texts([own, between]));
    });

    it("finds only connections created by Cloister for a new VPC", async () => {
      const { findings, calls } = await lookup({ ...given, sharedEndpoints: {} }, connections);
      assert.deepEqual([findings.peerings?.managed, findings.peerings?.others], [["pcx-1"], []]);
      assert.equal(named(calls, "getVpcPeeringConnections").length, 1);
    });

    it("finds no routes without a shared VPC, or without its route table", async () => {
      const { findings, calls } = await lookup(given, connections);
      assert.deepEqual([findings.peerings?.routes, named(calls, "getRouteTable")], [[], []]);
      const missing = await lookup({ ...given, sharedEndpoints: {} }, { ...connections, getRouteTable: none });
      assert.deepEqual(missing.findings.peerings?.routes, []);
    });
  });
});

describe("subnets created by the network", () => {
  const request = requestOf({});
  const isManaged = (tags: Record<string, string>) => isManagedSubnet(request, { tags, zone: "z" });
  it("have the tags of a private or public subnet of their zone, and of the environment", () =>
    assert.deepEqual(
      [managed("z"), managed("public-z"), managed("public-y"), managed(""), { ...managed("z"), "cloister:environment": "other" }, {}].map(
        isManaged,
      ),
      [true, true, false, false, false, false],
    ));
});
