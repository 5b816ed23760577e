// Plans networks in an existing VPC and in existing subnets.
// Does not prove that lookups find existing resources: tests/programs and tests/engine do.
import assert from "node:assert/strict";
import {
  existingVpc,
  inExistingSubnets,
  inExistingVpc,
  itReports,
  managed,
  otherVpcId,
  planOf,
  s3Endpoint,
  subnet,
  subnetIds,
  vpcId,
  zones,
} from "./network-fixtures";
import { recordNotes } from "../../helpers/recording";

recordNotes(__filename);

describe("plan of a network in an existing VPC", () => {
  it("has subnets in the configured CIDR range of the VPC", () => {
    const { plan, problems } = planOf({ ...inExistingVpc, findings: { subnets: [subnet(0)] } });
    assert.deepEqual(problems, []);
    assert.deepEqual([plan.vpcId, plan.ranges, plan.subnets[1]?.cidr], [vpcId, ["10.0.0.0/16"], "10.0.68.0/22"]);
  });

  it("ignores subnets with only IPv6 addresses, which take no room", () => {
    const { plan, problems } = planOf({ ...inExistingVpc, findings: { subnets: [subnet(0, { cidr: "" })] } });
    assert.deepEqual([problems, plan.subnets.length], [[], 2]);
  });

  it("keeps subnets that an earlier deployment created", () => {
    const created = subnet(0, { cidr: "10.0.64.0/22", tags: managed("eu-central-1a") });
    assert.deepEqual(planOf({ ...inExistingVpc, findings: { subnets: [created] } }).problems, []);
  });

  it("accepts a part of the VPC's second CIDR range, in shared address space", () => {
    const { plan, problems } = planOf({
      ...inExistingVpc,
      vpcSettings: { ...inExistingVpc.vpcSettings, cidr: "100.64.0.0/20" },
      findings: { vpc: { ...existingVpc, ranges: ["10.0.0.0/16", "100.64.0.0/16"] } },
    });
    assert.deepEqual([problems, plan.subnets[0]?.cidr], [[], "100.64.0.0/22"]);
  });

  it("uses an existing S3 endpoint of the VPC", () => {
    const { plan, problems } = planOf({
      ...inExistingVpc,
      vpcSettings: { ...inExistingVpc.vpcSettings, s3EndpointId: s3Endpoint.id },
      findings: { s3Endpoint },
    });
    assert.deepEqual([plan.s3EndpointId, problems], [s3Endpoint.id, []]);
  });

  it("has public subnets with NAT and uses an internet gateway that Cloister did not create", () => {
    const nat = { ...inExistingVpc, network: { dnsFirewall: "block", egress: "nat" } };
    const existing = planOf({ ...nat, findings: { internetGateway: { id: "igw-1", tags: {} } } });
    assert.deepEqual([existing.problems, existing.plan.internetGatewayId, existing.plan.publicSubnets.length], [[], "igw-1", 2]);
    const created = planOf({ ...nat, findings: { internetGateway: { id: "igw-1", tags: managed("internet") } } });
    assert.equal(created.plan.internetGatewayId, undefined);
  });

  itReports([
    [
      "a missing VPC ID",
      { ...inExistingVpc, vpcSettings: { mode: "existing-vpc", cidr: "10.0.64.0/20" } },
      /network\.vpcId' is required with mode 'existing-vpc'/,
    ],
    [
      "a missing CIDR range",
      { ...inExistingVpc, vpcSettings: { mode: "existing-vpc", vpcId } },
      /network\.cidr' is required with mode 'existing-vpc'\. Fix: set it to a free part of the VPC's range/,
    ],
    [
      "a missing choice about the DNS firewall",
      { ...inExistingVpc, network: {} },
      /network\.dnsFirewall' is required with mode 'existing-vpc': .* block, alert or off/,
    ],
    [
      "DHCP options",
      { ...inExistingVpc, network: { dnsFirewall: "off", dhcp: { domainName: "ml.bank.example" } } },
      /network\.dhcp' is not supported with mode 'existing-vpc'/,
    ],
    [
      "a VPC that does not exist",
      { ...inExistingVpc, findings: { vpc: undefined } },
      /network\.vpcId' must be an existing VPC in this account and region \(got vpc-0123456789abcdef0\)/,
    ],
    [
      "a VPC without DNS support",
      { ...inExistingVpc, findings: { vpc: { ...existingVpc, dnsSupport: false } } },
      /must be a VPC with enableDnsSupport.*Fix: aws ec2 modify-vpc-attribute --vpc-id vpc-0123456789abcdef0 --enable-dns-support/,
    ],
    [
      "a VPC without DNS hostnames",
      { ...inExistingVpc, findings: { vpc: { ...existingVpc, dnsHostnames: false } } },
      /must be a VPC with enableDnsHostnames.*--enable-dns-hostnames/,
    ],
    [
      "a VPC with dedicated tenancy",
      { ...inExistingVpc, findings: { vpc: { ...existingVpc, tenancy: "dedicated" } } },
      /network\.vpcId' must be a VPC with default tenancy, .* \(got vpc-\w+ with tenancy 'dedicated'\)\. Fix: aws ec2 modify-vpc-tenancy --vpc-id vpc-0123456789abcdef0 --instance-tenancy default/,
    ],
    [
      "a VPC with a CIDR range that overlaps a reserved range",
      { ...inExistingVpc, reserved: [{ cidr: "10.0.0.0/20", description: "the range of the environment" }] },
      /network\.vpcId' must not overlap 10\.0\.0\.0\/20, the range of the environment \(got vpc-\w+ with range 10\.0\.0\.0\/16\)\. Fix: use another VPC/,
    ],
    [
      "a CIDR range outside the VPC",
      { ...inExistingVpc, vpcSettings: { ...inExistingVpc.vpcSettings, cidr: "10.9.0.0/20" } },
      /network\.cidr' must be part of the VPC's ranges, 10\.0\.0\.0\/16 \(got 10\.9\.0\.0\/20\)\. Fix: use a free range such as 10\.0\.0\.0\/20, /,
    ],
    [
      "a CIDR range that overlaps a subnet, with free ranges of the same size",
      { ...inExistingVpc, findings: { subnets: [subnet(0, { cidr: "10.0.72.0/24" })] } },
      /network\.cidr' must not overlap existing subnets of the VPC: subnet-00000000000000001 \(10\.0\.72\.0\/24\) \(got 10\.0\.64\.0\/20\)\. Fix: use a free range such as 10\.0\.0\.0\/20/,
    ],
    [
      "a CIDR range that overlaps a subnet of another environment",
      {
        ...inExistingVpc,
        findings: {
          subnets: [subnet(0, { cidr: "10.0.64.0/22", tags: { ...managed("eu-central-1a"), "cloister:environment": "credit-dev" } })],
        },
      },
      /network\.cidr' must not overlap existing subnets of the VPC: subnet-0+1 /,
    ],
    [
      "a CIDR range that overlaps a subnet, with only smaller free ranges",
      {
        ...inExistingVpc,
        findings: {
          vpc: { ...existingVpc, ranges: ["10.0.64.0/19"] },
          subnets: [subnet(0, { cidr: "10.0.72.0/21" }), subnet(1, { cidr: "10.0.80.0/21" })],
        },
      },
      /network\.cidr' must not overlap .* Fix: use a free range such as 10\.0\.64\.0\/21, 10\.0\.88\.0\/21 \(no \/20 is free\)/,
    ],
    [
      "a CIDR range that overlaps a subnet, with no free range",
      {
        ...inExistingVpc,
        vpcSettings: { ...inExistingVpc.vpcSettings, cidr: "10.0.64.0/24" },
        findings: { vpc: { ...existingVpc, ranges: ["10.0.64.0/24"] }, subnets: [subnet(0, { cidr: "10.0.64.128/25" })] },
      },
      /Fix: add a range to the VPC, where no \/24 is free: aws ec2 associate-vpc-cidr-block --vpc-id vpc-0123456789abcdef0/,
    ],
    [
      "an S3 endpoint that does not exist",
      { ...inExistingVpc, vpcSettings: { ...inExistingVpc.vpcSettings, s3EndpointId: s3Endpoint.id } },
      /network\.s3EndpointId' must be an existing endpoint of this account and region \(got vpce-0123456789abcdef0\)/,
    ],
    [
      "an S3 endpoint of another VPC",
      {
        ...inExistingVpc,
        vpcSettings: { ...inExistingVpc.vpcSettings, s3EndpointId: s3Endpoint.id },
        findings: { s3Endpoint: { ...s3Endpoint, vpcId: otherVpcId } },
      },
      /must be a gateway endpoint for S3 in vpc-\w+ \(got vpce-\w+, a Gateway endpoint for com\.amazonaws\.eu-central-1\.s3 in vpc-0fedcba9876543210\)/,
    ],
  ]);
});

describe("plan of a network in existing subnets", () => {
  it("has the subnets in the order of their Availability Zones", () => {
    const { plan, problems } = planOf({ ...inExistingSubnets, findings: { subnets: [subnet(1), subnet(0)] } });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plan.subnets.map(({ id, routeTableId }) => [id, routeTableId]),
      [
        [subnetIds[0], "rtb-0"],
        [subnetIds[1], "rtb-1"],
      ],
    );
  });

  const withSecond = (differing: Parameters<typeof subnet>[1]) => ({
    ...inExistingSubnets,
    findings: { subnets: [subnet(0), subnet(1, differing)] },
  });

  for (const route of [
    { destination: "10.0.0.0/8", target: "tgw-1" },
    { destination: "fd00:1::/48", target: "pcx-1" },
    { destination: "pl-0123456789abcdef0", target: "tgw-1", ranges: ["10.8.0.0/13", "192.168.0.0/16"] },
    { destination: "172.16.0.0/12", target: "arn:aws:networkmanager::111122223333:core-network/core-network-1" },
    { destination: "10.9.0.0/16", target: "vpce-1" },
    { destination: "pl-68a54001", target: "vpce-1", ranges: [], isOfAws: true },
    { destination: "10.0.0.0/16", target: "local" },
  ])
    it(`accepts a route of ${route.destination} to ${route.target}`, () =>
      assert.deepEqual(planOf(withSecond({ routes: [route] })).problems, []));

  it("accepts a wide route to a target that the settings accept, except to the internet", () => {
    const accepting = (target: string, routes: { destination: string; target: string }[]) =>
      planOf({
        ...withSecond({ routes }),
        vpcSettings: { ...inExistingSubnets.vpcSettings, acceptedPaths: { [target]: "inspected by the network team" } },
      }).problems;
    const [firewall, internet] = ["vpce-0123456789abcdef0", "igw-0123456789abcdef0"];
    assert.deepEqual(accepting(firewall, [{ destination: "0.0.0.0/0", target: firewall }]), []);
    assert.match(accepting(internet, [{ destination: "0.0.0.0/0", target: internet }]).join(), /to an internet gateway/);
    assert.match(accepting(firewall, [{ destination: "0.0.0.0/0", target: "tgw-1" }]).join(), /to a transit gateway \(tgw-1\)/);
  });

  itReports([
    [
      "missing IDs",
      { ...inExistingSubnets, vpcSettings: { mode: "existing-subnets", vpcId }, findings: {} },
      /network\.subnetIds' is required with mode 'existing-subnets'/,
    ],
    [
      "a CIDR range, because existing subnets already have CIDR ranges",
      { ...inExistingSubnets, vpcSettings: { ...inExistingSubnets.vpcSettings, cidr: "10.0.0.0/20" } },
      /network\.cidr' is not supported with mode 'existing-subnets' \(got "10\.0\.0\.0\/20"\)/,
    ],
    [
      "NAT, which needs created subnets",
      { ...inExistingSubnets, network: { dnsFirewall: "block", egress: "nat" } },
      /network\.egress' must be 'none' with mode 'existing-subnets' .* Fix: use mode 'new' or 'existing-vpc'/,
    ],
    [
      "model hosting in one subnet",
      {
        ...inExistingSubnets,
        vpcSettings: { ...inExistingSubnets.vpcSettings, subnetIds: [subnetIds[0]] },
        network: { dnsFirewall: "block", features: ["hosting"] },
        findings: { subnets: [subnet(0)] },
      },
      /network\.subnetIds' must contain subnets in two Availability Zones for the feature 'hosting', .*\. Fix: add a subnet in another Availability Zone/,
    ],
    [
      "a subnet that does not exist",
      { ...inExistingSubnets, findings: { subnets: [subnet(0)] } },
      /network\.subnetIds' must contain only existing subnets of this account and region \(got subnet-00000000000000002\)/,
    ],
    [
      "a subnet of another VPC",
      withSecond({ vpcId: otherVpcId }),
      /must not contain subnet-00000000000000002, which is in vpc-0fedcba9876543210 and not in vpc-0123456789abcdef0/,
    ],
    [
      "two subnets in one Availability Zone",
      withSecond({ zone: zones[0] }),
      /must not contain subnet-00000000000000002, which is in the same Availability Zone as subnet-00000000000000001, eu-central-1a/,
    ],
    [
      "a subnet that assigns public addresses",
      withSecond({ assignsPublicAddresses: true }),
      /must not contain subnet-00000000000000002, which assigns public addresses/,
    ],
    ...(
      [
        ["igw-1", "an internet gateway"],
        ["eigw-1", "an egress-only internet gateway"],
        ["nat-1", "a NAT gateway"],
        ["cagw-1", "a carrier gateway"],
      ] as const
    ).map(([target, gateway]): [string, ReturnType<typeof withSecond>, RegExp] => [
      `a subnet with a route to ${gateway}`,
      withSecond({ routes: [{ destination: "203.0.113.0/24", target }] }),
      new RegExp(`must not contain subnet-0+2, whose route table rtb-1 routes 203\\.0\\.113\\.0/24 to ${gateway} \\(${target}\\)`),
    ]),
    ...["0.0.0.0/0", "::/0", "128.0.0.0/1", "10.0.0.0/7", "52.0.0.0/8", "172.16.0.0/11", "2000::/12", "fc00::/7", "an unknown range"].map(
      (destination): [string, ReturnType<typeof withSecond>, RegExp] => [
        `a subnet with a route of ${destination} to a transit gateway`,
        withSecond({ routes: [{ destination, target: "tgw-1" }] }),
        /whose route table rtb-1 routes .* to a transit gateway \(tgw-1\); where the route leads cannot be determined\. Fix: .*pulumi config set --path cloister-environment:network\.acceptedPaths\.tgw-1 "<reason>"/,
      ],
    ),
    ...(
      [
        ["vpce-1", "an endpoint of a firewall or Gateway Load Balancer"],
        ["pcx-1", "a VPC peering connection"],
        ["vgw-1", "a virtual private gateway"],
        ["lgw-1", "a local gateway"],
        ["eni-1", "a network interface"],
        ["i-1", "an instance"],
        ["arn:aws:networkmanager::111122223333:core-network/core-network-1", "a core network"],
      ] as const
    ).map(([target, kind]): [string, ReturnType<typeof withSecond>, RegExp] => [
      `a subnet with a default route to ${kind}`,
      withSecond({ routes: [{ destination: "0.0.0.0/0", target }] }),
      new RegExp(`routes 0\\.0\\.0\\.0/0 to ${kind} \\(${target}\\); where the route leads cannot be determined`),
    ]),
    ...([["0.0.0.0/0"], ["10.0.0.0/8", "8.8.8.0/24"], []] as string[][]).map((ranges): [string, ReturnType<typeof withSecond>, RegExp] => [
      `a subnet with a route of the prefix list ${JSON.stringify(ranges)} to a transit gateway`,
      withSecond({ routes: [{ destination: "pl-1", target: "tgw-1", ranges }] }),
      /routes pl-1 to a transit gateway \(tgw-1\); where the route leads cannot be determined/,
    ]),
    [
      "a subnet with a route of a prefix list that AWS does not own to an endpoint",
      withSecond({ routes: [{ destination: "pl-1", target: "vpce-1", ranges: ["0.0.0.0/1"] }] }),
      /routes pl-1 to an endpoint of a firewall or Gateway Load Balancer \(vpce-1\); where the route leads cannot be determined/,
    ],
    [
      "a subnet with a route to a target of an unknown kind",
      withSecond({ routes: [{ destination: "10.1.0.0/16", target: "" }] }),
      /routes 10\.1\.0\.0\/16 to a target of an unknown kind\. Fix: delete the route/,
    ],
    [
      "a subnet with only IPv6 addresses",
      withSecond({ cidr: "", freeAddresses: 0 }),
      /must not contain subnet-0+2, which has no IPv4 range\. Fix: use a subnet with an IPv4 range/,
    ],
    [
      "a subnet in the range of Docker",
      withSecond({ cidr: "172.17.8.0/24" }),
      /must not contain subnet-0+2, whose range 172\.17\.8\.0\/24 overlaps 172\.17\.0\.0\/16, which Docker uses/,
    ],
    [
      "a subnet in a Local Zone",
      withSecond({ zone: "eu-central-1-ham-1a" }),
      /must not contain subnet-0+2, which is in eu-central-1-ham-1a, a Local Zone, .*\. Fix: use subnets in eu-central-1a, /,
    ],
    [
      "a subnet without a route table",
      withSecond({ routeTableId: undefined, routes: [] }),
      /must not contain subnet-0+2, whose route table cannot be read/,
    ],
    ["a subnet on an Outpost", withSecond({ isOnOutpost: true }), /must not contain subnet-0+2, which is on an Outpost/],
    [
      "a subnet with too few free addresses",
      withSecond({ freeAddresses: 13 }),
      /must not contain subnet-00000000000000002, which has 13 free addresses; 6 endpoints and the workloads need at least 14/,
    ],
    [
      "an S3 endpoint on the route table of a subnet",
      {
        ...inExistingSubnets,
        findings: { ...inExistingSubnets.findings, s3GatewayOfVpc: { id: "vpce-s3", isManaged: false, routeTableIds: ["rtb-1"] } },
      },
      /network\.s3EndpointId' is required: the route tables of subnet-00000000000000002 have the S3 gateway endpoint vpce-s3, .*\. Fix: pulumi config set --path cloister-environment:network\.s3EndpointId vpce-s3/,
    ],
    [
      "several S3 endpoints in the VPC",
      {
        ...inExistingSubnets,
        findings: { ...inExistingSubnets.findings, s3GatewayOfVpc: { id: "several", isManaged: false, routeTableIds: [] } },
      },
      /network\.s3EndpointId' is required: vpc-\w+ has several S3 gateway endpoints/,
    ],
    [
      "an S3 endpoint that the route table of a subnet lacks",
      {
        ...inExistingSubnets,
        vpcSettings: { ...inExistingSubnets.vpcSettings, s3EndpointId: s3Endpoint.id },
        findings: { ...inExistingSubnets.findings, s3Endpoint },
      },
      /must be associated with rtb-1, the route table of subnet-0+2 \(got vpce-\w+\)\. Fix: aws ec2 modify-vpc-endpoint .* --add-route-table-ids rtb-1/,
    ],
  ]);
});
