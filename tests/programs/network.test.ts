// Runs the environment program in each network mode.
// Does not prove that AWS accepts the inputs or returns these lookup results: tests/engine does.
import assert from "node:assert/strict";
import { HUB, type MockOptions, runProgram, type World } from "../helpers/mocks";
import { coreStackOutputs, exampleEnvironment, exampleStudio } from "./example-environment";
import { evaluateProgram } from "./violations";
import { s3EndpointPolicy } from "./wiring/lookups";
import { assertNamesAreUnique, assertNamesFit, assertTagged, policyDocumentOf, ofType, resourceOf } from "./world";
import { recordNotes } from "../helpers/recording";

recordNotes(__filename);

const vpcId = "vpc-0123456789abcdef0";
const subnetIds = ["subnet-00000000000000001", "subnet-00000000000000002"];

/** Lookups of an existing VPC with two private subnets. */
const existing: MockOptions["answers"] = {
  getVpc: ({ id }) =>
    id === vpcId
      ? {
          id,
          cidrBlockAssociations: [{ cidrBlock: "10.0.0.0/16", state: "associated" }],
          enableDnsSupport: true,
          enableDnsHostnames: true,
          instanceTenancy: "default",
        }
      : undefined,
  getSubnets: () => ({ ids: subnetIds }),
  getSubnet: ({ id }) => {
    const index = subnetIds.indexOf(String(id));
    return {
      id,
      vpcId,
      availabilityZone: `eu-central-1${"ab"[index]}`,
      cidrBlock: `10.0.${index}.0/24`,
      availableIpAddressCount: 250,
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tags: {},
    };
  },
  // Both subnets use the main route table.
  getRouteTable: ({ subnetId }) => (subnetId ? undefined : { routeTableId: "rtb-main", routes: [] }),
  getVpcEndpoint: () => undefined,
  getInternetGateway: () => undefined,
  getPrefixList: () => ({ id: "pl-s3" }),
};

async function deployed(network: Record<string, unknown>, otherSettings: Record<string, unknown> = {}, answers = existing) {
  const studio = exampleStudio((network.features as string[] | undefined) ?? []);
  const settings = { "cloister-environment:network": network, "cloister-environment:studio": studio, ...otherSettings };
  const world = await exampleEnvironment(settings, { answers });
  const outputs = await runProgram("environment");
  assertNamesAreUnique(world);
  assertNamesFit(world);
  assertTagged(world, "fraud-dev", { "cloister:environment": "fraud-dev" });
  return { world, outputs };
}

const names = (world: World, type: string) => ofType(world, type).map(({ name }) => name.replace("fraud-dev-", ""));
/** Names of the guardrails that reject resources of a program. */
const rejecting = async (world: World, settings: object = {}) =>
  [...new Set((await evaluateProgram(world, settings)).violations.map((violation) => violation.split(" ")[0]!))].sort();

describe("network of an environment", () => {
  describe("in an existing VPC", () => {
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      ({ world, outputs } = await deployed({ mode: "existing-vpc", vpcId, cidr: "10.0.64.0/20", dnsFirewall: "block" }));
    });

    it("creates subnets, route tables and a network ACL, and no VPC", () => {
      assert.equal(outputs.vpcId, vpcId);
      assert.deepEqual(ofType(world, "aws:ec2/vpc:Vpc"), []);
      assert.deepEqual(
        ofType(world, "aws:ec2/subnet:Subnet").map(({ inputs }) => [inputs.vpcId, inputs.cidrBlock]),
        [
          [vpcId, "10.0.64.0/22"],
          [vpcId, "10.0.68.0/22"],
        ],
      );
      assert.equal(ofType(world, "aws:ec2/routeTable:RouteTable").length, 2);
      assert.deepEqual(names(world, "aws:ec2/networkAcl:NetworkAcl"), ["acl"]);
    });

    it("reports an action that AWS denies to the deploying role, without a stack trace", async () => {
      const denied = "UnauthorizedOperation: You are not authorized to perform: ec2:DescribeVpcs";
      const answers: MockOptions["answers"] = {
        ...existing,
        getVpc: () => {
          throw Object.assign(new Error(denied), { details: denied });
        },
      };
      await assert.rejects(
        deployed({ mode: "existing-vpc", vpcId, cidr: "10.0.64.0/20", dnsFirewall: "block" }, {}, answers),
        (error: Error) => {
          assert.match(
            error.message,
            /^Cannot look up the AWS resources that stack 'fraud-dev' .* No resources were created\. Fix: .*ec2:DescribeVpcs/,
          );
          assert.equal(error.stack, undefined);
          return true;
        },
      );
    });

    it("does not manage the default security group, default network ACL and DHCP options of the VPC", () => {
      for (const type of [
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
        "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
      ])
        assert.deepEqual(ofType(world, type), [], type);
    });

    it("logs only the traffic of the environment's subnets", () =>
      assert.deepEqual(
        ofType(world, "aws:ec2/flowLog:FlowLog").map(({ inputs }) => [inputs.vpcId, inputs.subnetId]),
        (outputs.subnetIds as string[]).map((id) => [undefined, id]),
      ));

    it("uses an existing S3 endpoint, and associates the environment's route tables with this endpoint", async () => {
      const s3EndpointId = "vpce-0123456789abcdef0";
      const answers: MockOptions["answers"] = {
        ...existing,
        getVpcEndpoint: ({ id }) =>
          id === s3EndpointId
            ? {
                id,
                vpcId,
                vpcEndpointType: "Gateway",
                serviceName: "com.amazonaws.eu-central-1.s3",
                routeTableIds: [],
                policy: s3EndpointPolicy,
              }
            : undefined,
      };
      const withEndpoint = await deployed(
        { mode: "existing-vpc", vpcId, cidr: "10.0.64.0/20", dnsFirewall: "block", s3EndpointId },
        {},
        answers,
      );
      assert.equal(withEndpoint.outputs.s3EndpointId, s3EndpointId);
      for (const role of ["data", "models"])
        assert.match(
          JSON.stringify(policyDocumentOf(resourceOf(withEndpoint.world, "aws:s3/bucketPolicy:BucketPolicy", `fraud-dev-${role}-policy`))),
          /"aws:SourceVpce":\["vpce-0123456789abcdef0"\]/,
        );
      assert.ok(!names(withEndpoint.world, "aws:ec2/vpcEndpoint:VpcEndpoint").includes("s3"));
      assert.equal(ofType(withEndpoint.world, "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation").length, 2);
      assert.equal(
        resourceOf(withEndpoint.world, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "fraud-dev-workload-to-s3").inputs
          .prefixListId,
        "pl-s3",
      );
    });
  });

  describe("in existing subnets", () => {
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      ({ world, outputs } = await deployed({ mode: "existing-subnets", vpcId, subnetIds, dnsFirewall: "alert" }));
    });

    it("creates no VPC, subnet, route table or network ACL", () => {
      assert.deepEqual([outputs.vpcId, outputs.subnetIds], [vpcId, subnetIds]);
      for (const type of ["vpc:Vpc", "subnet:Subnet", "routeTable:RouteTable", "networkAcl:NetworkAcl", "route:Route"])
        assert.deepEqual(ofType(world, `aws:ec2/${type}`), [], type);
    });

    it("creates endpoints in the subnets, and associates the S3 endpoint once with the subnets' shared route table", () => {
      assert.deepEqual(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-s3").inputs.routeTableIds, ["rtb-main"]);
      assert.deepEqual(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-sts").inputs.subnetIds, subnetIds);
    });

    it("logs queries for other names and does not block them with dnsFirewall alert", () => {
      const { inputs } = resourceOf(world, "aws:route53/resolverFirewallRule:ResolverFirewallRule", "fraud-dev-dns-rest");
      assert.deepEqual([inputs.action, inputs.blockResponse], ["ALERT", undefined]);
    });

    it("creates no resources when there are problems, and reports all problems", async () => {
      const answers: MockOptions["answers"] = {
        ...existing,
        getRouteTable: () => ({ routeTableId: "rtb-main", routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] }),
        getVpcEndpoint: ({ serviceName }) =>
          String(serviceName).endsWith(".sts")
            ? { id: "vpce-1", privateDnsEnabled: true, tags: {}, subnetIds: [], securityGroupIds: [] }
            : undefined,
      };
      const nothing = await exampleEnvironment(
        { "cloister-environment:network": { mode: "existing-subnets", vpcId, subnetIds } },
        { answers },
      );
      await assert.rejects(runProgram("environment"), (error: Error) => {
        assert.match(error.message, /^Cannot deploy stack 'fraud-dev' \(cloister-environment\)\. No resources were created\./);
        for (const part of [
          /network\.dnsFirewall' is required/,
          /routes 0\.0\.0\.0\/0 to an internet gateway \(igw-1\)/,
          /must contain 'sts'/,
        ])
          assert.match(error.message, part);
        return true;
      });
      assert.deepEqual(nothing.resources, []);
    });
  });

  describe("in a landing zone", () => {
    const centralVpcId = "vpc-0fedcba9876543210";
    const routes = [{ cidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-0123456789abcdef0" }];
    const inSubnets = { mode: "existing-subnets", vpcId, subnetIds };
    const answers = { ...existing, getRouteTable: () => ({ routeTableId: "rtb-main", routes }) };
    const sharedVpc = {
      ...answers,
      getVpc: (inputs: Record<string, unknown>) => ({ ...existing.getVpc!(inputs), ownerId: "999900001111" }),
    };
    const typesOf = (world: World) =>
      [...new Set(world.resources.map(({ type }) => type))].filter((type) => /ec2|route53/.test(type)).sort();

    it("creates only security groups in shared subnets of another account", async () => {
      const { world, outputs } = await deployed(
        {
          ...inSubnets,
          s3EndpointId: "vpce-0123456789abcdef0",
          dnsFirewall: "off",
          centralEndpoints: { vpcId, cidrs: ["10.0.9.0/24"] },
          acceptedPaths: { "vpce-0123456789abcdef0": "policy reviewed", [vpcId]: "policies reviewed" },
        },
        {},
        { ...sharedVpc, getVpcEndpoint: () => undefined },
      );
      assert.deepEqual(typesOf(world), ["aws:ec2/securityGroup:SecurityGroup"]);
      assert.equal(outputs.s3EndpointId, "vpce-0123456789abcdef0");
      // The DNS Firewall and S3 endpoint of the owner are unknown to the policy pack, until its configuration lists them.
      assert.deepEqual(await rejecting(world), ["network-dns-firewall", "network-sg-no-open-egress"]);
      assert.deepEqual(await rejecting(world, { inside: [vpcId], allowedPrefixLists: ["pl-s3"] }), []);
    });

    it("uses central endpoints of another VPC, whose network is part of the perimeter", async () => {
      const { world } = await deployed(
        {
          ...inSubnets,
          dnsFirewall: "block",
          centralEndpoints: { vpcId: centralVpcId, cidrs: ["10.63.0.0/20"] },
          acceptedPaths: { [centralVpcId]: "endpoints of the network team" },
        },
        {},
        answers,
      );
      assert.deepEqual(names(world, "aws:ec2/vpcEndpoint:VpcEndpoint"), ["s3"]);
      const egress = resourceOf(
        world,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "fraud-dev-workload-to-central-endpoints-1",
      );
      assert.deepEqual([egress.inputs.cidrIpv4, egress.inputs.fromPort, egress.inputs.toPort], ["10.63.0.0/20", 443, 443]);
      const networks = JSON.stringify(world.resources.map(({ inputs }) => inputs)).match(/aws:SourceVpc\\*":\[[^\]]*\]/g) ?? [];
      assert.ok(networks.length > 5);
      for (const network of networks) assert.ok(network.includes(vpcId) && network.includes(centralVpcId), network);
      assert.deepEqual(await rejecting(world), []);
    });
  });

  describe("with NAT", () => {
    let world: World;
    before(async () => {
      ({ world } = await deployed({ egress: "nat" }));
    });

    it("has a NAT gateway in each zone, and a route to this NAT gateway from the subnet in the zone", () => {
      const gateways = ofType(world, "aws:ec2/natGateway:NatGateway");
      assert.deepEqual(
        gateways.map(({ sources }) => sources.subnetId?.map(({ name }) => name)),
        [["fraud-dev-public-eu-central-1a"], ["fraud-dev-public-eu-central-1b"]],
      );
      for (const zone of ["a", "b"].map((letter) => `eu-central-1${letter}`)) {
        const { sources } = resourceOf(world, "aws:ec2/route:Route", `fraud-dev-nat-route-${zone}`);
        assert.deepEqual(
          [sources.routeTableId, sources.natGatewayId].map((from) => from?.map(({ name }) => name)),
          [[`fraud-dev-routes-${zone}`], [`fraud-dev-nat-${zone}`]],
        );
      }
    });

    it("keeps the CIDR ranges of the private subnets", () =>
      assert.deepEqual(
        ofType(world, "aws:ec2/subnet:Subnet")
          .filter(({ name }) => name.includes("-subnet-"))
          .map(({ inputs }) => inputs.cidrBlock),
        ["10.64.0.0/22", "10.64.4.0/22"],
      ));

    it("is rejected by the guardrails unless the policy pack config lists the VPC", async () => {
      const without = await rejecting(world);
      for (const policy of ["network-no-internet-gateway", "network-no-nat-gateway", "network-no-elastic-ip"])
        assert.ok(without.includes(policy), `${policy} is not among ${without.join(", ")}`);
      // The mocks identify a VPC by URN, where the config has a name.
      const { urn } = resourceOf(world, "aws:ec2/vpc:Vpc", "fraud-dev-vpc");
      assert.deepEqual(await rejecting(world, { natVpcs: [urn] }), []);
    });
  });

  describe("with shared endpoints", () => {
    const hub = {
      ...coreStackOutputs,
      centralVpcId: "vpc-hub",
      centralCidr: "10.63.0.0/20",
      centralRouteTableIds: ["rtb-hub-1", "rtb-hub-2"],
      centralSecurityGroupId: "sg-hub",
      centralEndpoints: ["sts", "ssm", "athena"],
      centralZoneIds: { "sts.eu-central-1.amazonaws.com": { zoneId: "Z1" }, "ssm.eu-central-1.amazonaws.com": { zoneId: "Z2" } },
    };
    /** Lookups: no peering connection exists yet, and the core stack's route tables have no routes. */
    const answers: MockOptions["answers"] = { ...existing, getVpc: () => undefined, getRouteTable: () => ({ routes: [] }) };
    const shared = async (config: Record<string, unknown> = {}, preview = false) => {
      const settings = { "cloister-environment:endpointsFrom": "core", ...config };
      const result = await exampleEnvironment(settings, { coreStackOutputs: hub, answers, preview });
      await runProgram("environment");
      return result;
    };
    let world: World;
    before(async () => {
      world = await shared();
      assertNamesAreUnique(world);
      assertNamesFit(world);
      assertTagged(world, "fraud-dev", { "cloister:environment": "fraud-dev" });
    });

    it("creates only the endpoints that the core stack does not share", () => {
      const found = names(world, "aws:ec2/vpcEndpoint:VpcEndpoint");
      assert.ok(!found.includes("sts") && !found.includes("ssm"), found.join());
      for (const endpoint of ["s3", "logs", "sagemaker-api"]) assert.ok(found.includes(endpoint), endpoint);
    });

    it("peers with the VPC of the core stack, with routes only between the two CIDR ranges", () => {
      const { inputs } = resourceOf(world, "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "fraud-dev-central");
      assert.deepEqual([inputs.vpcId, inputs.peerVpcId, inputs.autoAccept], ["vpc-fraud-dev-vpc", "vpc-hub", true]);
      const routes = ofType(world, "aws:ec2/route:Route").map((route) => [
        route.name,
        route.inputs.routeTableId,
        route.inputs.destinationCidrBlock,
        route.inputs.vpcPeeringConnectionId,
      ]);
      assert.deepEqual(routes.sort(), [
        ["fraud-dev-central-back-1", "rtb-hub-1", "10.64.0.0/20", "pcx-fraud-dev-central"],
        ["fraud-dev-central-back-2", "rtb-hub-2", "10.64.0.0/20", "pcx-fraud-dev-central"],
        ["fraud-dev-central-eu-central-1a", "fraud-dev-routes-eu-central-1a-id", "10.63.0.0/20", "pcx-fraud-dev-central"],
        ["fraud-dev-central-eu-central-1b", "fraud-dev-routes-eu-central-1b-id", "10.63.0.0/20", "pcx-fraud-dev-central"],
      ]);
    });

    it("allows only the environment's workloads to call the shared endpoints, over HTTPS", () => {
      const egress = resourceOf(
        world,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "fraud-dev-workload-to-central-out",
      ).inputs;
      const ingress = resourceOf(
        world,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "fraud-dev-workload-to-central-in",
      ).inputs;
      assert.deepEqual(
        [egress.securityGroupId, egress.referencedSecurityGroupId, egress.fromPort, egress.toPort],
        ["sg-fraud-dev-workload", "sg-hub", 443, 443],
      );
      assert.deepEqual(
        [ingress.securityGroupId, ingress.referencedSecurityGroupId, ingress.fromPort, ingress.toPort],
        ["sg-hub", "sg-fraud-dev-workload", 443, 443],
      );
    });

    it("associates the environment's VPC with the hosted zones of the core stack", () =>
      assert.deepEqual(
        ofType(world, "aws:route53/zoneAssociation:ZoneAssociation").map(({ name, inputs }) => [name, inputs.zoneId, inputs.vpcId]),
        [
          ["fraud-dev-names-sts.eu-central-1.amazonaws.com", "Z1", "vpc-fraud-dev-vpc"],
          ["fraud-dev-names-ssm.eu-central-1.amazonaws.com", "Z2", "vpc-fraud-dev-vpc"],
        ],
      ));

    for (const preview of [false, true])
      it(`is rejected by the guardrails ${preview ? "at preview" : "with all values known"} unless the policy pack config lists the peering connection`, async () => {
        const evaluated = await shared({}, preview);
        assert.deepEqual(await rejecting(evaluated), ["network-reachability"]);
        const { urn } = resourceOf(evaluated, "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "fraud-dev-central");
        assert.deepEqual(await rejecting(evaluated, { inside: [urn] }), []);
      });

    it("has neither own nor shared endpoints while the network switches between them", async () => {
      const switching = await shared({ "cloister-environment:endpointsFrom": "switching" });
      assert.ok(!names(switching, "aws:ec2/vpcEndpoint:VpcEndpoint").includes("sts"));
      for (const type of ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "aws:route53/zoneAssociation:ZoneAssociation"])
        assert.deepEqual(ofType(switching, type), []);
    });

    it("adds one route to a shared route table, and return routes only to the subnets", async () => {
      const { getVpc } = existing;
      const inSubnets = await exampleEnvironment(
        {
          "cloister-environment:endpointsFrom": "core",
          "cloister-environment:network": { mode: "existing-subnets", vpcId, subnetIds, dnsFirewall: "off" },
          "cloister-environment:studio": exampleStudio([]),
        },
        {
          coreStackOutputs: hub,
          answers: {
            ...answers,
            getVpc: getVpc!,
            getRouteTable: ({ subnetId }) => (subnetId ? undefined : { routeTableId: "rtb-main", routes: [] }),
          },
        },
      );
      await runProgram("environment");
      assert.deepEqual(
        ofType(inSubnets, "aws:ec2/route:Route").map(({ inputs }) => [inputs.routeTableId, inputs.destinationCidrBlock]),
        [
          ["rtb-main", "10.63.0.0/20"],
          ["rtb-hub-1", "10.0.0.0/24"],
          ["rtb-hub-2", "10.0.0.0/24"],
          ["rtb-hub-1", "10.0.1.0/24"],
          ["rtb-hub-2", "10.0.1.0/24"],
        ],
      );
    });

    it("creates no resources when the CIDR range is in use, and reports all problems", async () => {
      const taken: MockOptions["answers"] = {
        ...answers,
        getRouteTable: () => ({ routes: [{ cidrBlock: "10.64.0.0/20", vpcPeeringConnectionId: "pcx-other" }] }),
      };
      const nothing = await exampleEnvironment(
        { "cloister-environment:endpointsFrom": "core" },
        { coreStackOutputs: { ...hub, centralCidr: "10.64.0.0/16" }, answers: taken },
      );
      await assert.rejects(runProgram("environment"), (error: Error) => {
        for (const part of [
          /No resources were created/,
          /must not overlap 10\.64\.0\.0\/16, the CIDR range of the core stack's shared endpoints/,
          /another network that uses the core stack's shared endpoints over pcx-other/,
        ])
          assert.match(error.message, part);
        return true;
      });
      assert.deepEqual(nothing.resources, []);
    });
  });

  it("has the endpoints of the features and the added endpoints, without the omitted endpoints", async () => {
    const { world } = await deployed({ features: ["studio", "git"], endpoints: { add: ["athena"], omit: ["ssm"] } });
    const found = names(world, "aws:ec2/vpcEndpoint:VpcEndpoint");
    for (const endpoint of ["git-codecommit", "athena", "sts"]) assert.ok(found.includes(endpoint), endpoint);
    assert.ok(!found.includes("ssm"), found.join());
  });

  it("has ECR endpoints only with the feature registry, because SageMaker pulls the images of jobs in its own network", async () => {
    const ecr = async (features: string[]) =>
      names((await deployed({ features })).world, "aws:ec2/vpcEndpoint:VpcEndpoint").filter((name) => name.startsWith("ecr-"));
    assert.deepEqual(await ecr(["studio", "jobs"]), []);
    assert.deepEqual(await ecr(["studio", "registry"]), ["ecr-api", "ecr-dkr"]);
  });

  it("allows images of the accounts in imageAccounts, in the endpoint policies and in the roles", async () => {
    const { world } = await deployed({ features: ["studio", "registry"], imageAccounts: ["222233334444"] });
    const documents = [
      ...["ecr-api", "ecr-dkr"].map((name) => resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", `fraud-dev-${name}`)),
      ...["execution", "model"].map((role) => resourceOf(world, "aws:iam/rolePolicy:RolePolicy", `fraud-dev-${role}-policy`)),
    ].map(({ inputs }) => String(inputs.policy));
    for (const document of documents) assert.match(document, /"aws:ResourceAccount":\[[^\]]*"222233334444"/);
  });

  it("connects to a package mirror, and resolves its DNS name", async () => {
    const mirrorServiceName = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
    const { world } = await deployed({ features: ["studio", "mirror"], mirrorServiceName });
    const { inputs } = resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-mirror");
    assert.deepEqual([inputs.serviceName, inputs.privateDnsEnabled], [mirrorServiceName, false]);
    const host = "packages.fraud-dev.cloister.internal";
    const zone = resourceOf(world, "aws:route53/zone:Zone", `fraud-dev-${host}`).inputs;
    assert.deepEqual([zone.name, zone.vpcs], [host, [{ vpcId: "vpc-fraud-dev-vpc", vpcRegion: "eu-central-1" }]]);
    const record = resourceOf(world, "aws:route53/record:Record", `fraud-dev-${host}`).inputs;
    assert.deepEqual(
      [record.zoneId, record.name, record.type, record.aliases],
      [`Z-fraud-dev-${host}`, host, "A", [{ name: "fraud-dev-mirror.vpce.example", zoneId: "Z0", evaluateTargetHealth: false }]],
    );
    resourceOf(world, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "fraud-dev-workload-to-mirror-out");
    const domains = resourceOf(world, "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", "fraud-dev-dns-allowed").inputs
      .domains;
    assert.ok((domains as string[]).includes(`${host}.`));
    assert.deepEqual(await rejecting(world), ["network-reachability"], "the policy pack config must list the mirror");
    assert.deepEqual(
      await rejecting(world, { inside: [mirrorServiceName] }),
      [],
      "a hosted zone of the VPC answers the name, so no query leaves it",
    );
  });

  it("separates user profiles with securityGroupPerProfile", async () => {
    const { world } = await deployed({}, { "cloister-environment:studio": { profiles: ["ana", "bo"], securityGroupPerProfile: true } });
    const domain = resourceOf(world, "aws:sagemaker/domain:Domain", "fraud-dev-domain").inputs;
    for (const settings of [domain.defaultUserSettings, domain.defaultSpaceSettings])
      assert.deepEqual((settings as Record<string, unknown>).securityGroups, ["sg-fraud-dev-studio"]);
    for (const profile of ["ana", "bo"]) {
      const { userSettings } = resourceOf(world, "aws:sagemaker/userProfile:UserProfile", `fraud-dev-profile-${profile}`).inputs;
      assert.deepEqual((userSettings as Record<string, unknown>).securityGroups, [`sg-fraud-dev-profile-${profile}`]);
    }
    const apps = ofType(world, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(({ inputs }) => inputs.toPort === 65535);
    for (const { name, inputs } of apps) assert.equal(inputs.referencedSecurityGroupId, inputs.securityGroupId, name);
    assert.ok(!apps.some(({ inputs }) => inputs.securityGroupId === "sg-fraud-dev-studio"), "no rule within the shared group");
    const everything = world.resources.filter(({ inputs }) => inputs.ipProtocol === "-1" && inputs.securityGroupId);
    assert.deepEqual(
      everything.map(({ inputs }) => [inputs.securityGroupId, inputs.referencedSecurityGroupId]),
      [
        ["sg-fraud-dev-workload", "sg-fraud-dev-workload"],
        ["sg-fraud-dev-workload", "sg-fraud-dev-workload"],
      ],
    );
    assert.deepEqual(await rejecting(world), []);
  });

  it("writes flow logs to the log bucket of the core stack with flowLogDestination log-bucket", async () => {
    const { world } = await deployed({ flowLogDestination: "log-bucket", flowLogInterval: 600, flowLogFormat: "${srcaddr} ${action}" });
    const { inputs } = resourceOf(world, "aws:ec2/flowLog:FlowLog", "fraud-dev-flow-log");
    assert.deepEqual(
      [inputs.logDestinationType, inputs.logDestination, inputs.maxAggregationInterval, inputs.logFormat, inputs.iamRoleArn],
      ["s3", "arn:aws:s3:::bank-hub-logs", 600, "${srcaddr} ${action}", undefined],
    );
    assert.ok(!names(world, "aws:cloudwatch/logGroup:LogGroup").includes("flow-logs"));
  });

  it("uses an existing role to write flow logs", async () => {
    const arn = `arn:aws:iam::${HUB}:role/logs/flow-logs`;
    const trust = { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "vpc-flow-logs.amazonaws.com" } }] };
    const answers: MockOptions["answers"] = { ...existing, getRole: () => ({ arn, assumeRolePolicy: JSON.stringify(trust) }) };
    const { world } = await deployed({ flowLogRoleArn: arn }, {}, answers);
    assert.equal(resourceOf(world, "aws:ec2/flowLog:FlowLog", "fraud-dev-flow-log").inputs.iamRoleArn, arn);
    assert.ok(!names(world, "aws:iam/role:Role").includes("flow-logs-role"));
  });

  it("resolves only the names that the features need, also while the DNS firewall is unavailable", async () => {
    const { world } = await deployed({ allowedDomains: ["pypi.bank.example"] });
    const list = (name: string) =>
      resourceOf(world, "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", name).inputs.domains as string[];
    assert.deepEqual(list("fraud-dev-dns-rest"), ["*."]);
    assert.ok(list("fraud-dev-dns-allowed").includes("pypi.bank.example."));
    const rules = ofType(world, "aws:route53/resolverFirewallRule:ResolverFirewallRule").map(({ inputs }) => [
      inputs.action,
      inputs.priority,
    ]);
    assert.deepEqual(rules.sort(), [
      ["ALLOW", 100],
      ["BLOCK", 200],
    ]);
    const closed = resourceOf(world, "aws:route53/resolverFirewallConfig:ResolverFirewallConfig", "fraud-dev-dns-closed").inputs;
    assert.deepEqual([closed.resourceId, closed.firewallFailOpen], ["vpc-fraud-dev-vpc", "DISABLED"]);
    resourceOf(world, "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation", "fraud-dev-dns-queries");
  });

  it("has a query log and no DNS firewall with dnsFirewall off", async () => {
    const { world } = await deployed({ dnsFirewall: "off" });
    assert.ok(!world.resources.some(({ type }) => type.includes("resolverFirewall")));
    resourceOf(world, "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", "fraud-dev-dns-queries");
  });

  it("sets a search domain, and always uses the Amazon resolver", async () => {
    const { world } = await deployed({ dhcp: { domainName: "ml.bank.example" } });
    const { inputs } = resourceOf(world, "aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "fraud-dev-dhcp");
    assert.deepEqual([inputs.domainName, inputs.domainNameServers], ["ml.bank.example", ["AmazonProvidedDNS"]]);
  });
});
