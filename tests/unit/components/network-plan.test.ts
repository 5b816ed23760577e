// What a network's plan is, and what is in its way, for what AWS could tell. Does not prove that look-ups find it: tests/programs and tests/engine do.
import assert from "node:assert/strict";
import { endpointNames, featureNames } from "@cloister/components/network/catalogue";
import { planNetwork } from "@cloister/components/network/plan";
import {
  type SharedEndpoints,
  type NetworkFindings,
  type FoundEndpoint,
  type FoundSubnet,
  type NetworkRequest,
} from "@cloister/components/network/request";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { z } from "zod";

const region = "eu-central-1";
const zones = ["a", "b", "c"].map((letter) => region + letter);
const [vpcId, otherVpc] = ["vpc-0123456789abcdef0", "vpc-0fedcba9876543210"];
const subnetIds = ["subnet-00000000000000001", "subnet-00000000000000002"];
const role = "arn:aws:iam::111122223333:role/flow-logs";
const path = "cloister-environment:network";
const place = z.strictObject(vpcSettings("10.64.0.0/20"));
// The destination is an environment's own.
const network = z.strictObject({
  ...networkSettings(["studio", "jobs"]),
  flowLogDestination: z.enum(["cloudwatch", "log-bucket"]).prefault("cloudwatch"),
});

interface Given {
  place?: Record<string, unknown>;
  network?: Record<string, unknown>;
  findings?: Partial<NetworkFindings>;
  sharedEndpoints?: Partial<SharedEndpoints>;
  reserved?: NetworkRequest["reserved"];
  region?: string;
}

/** What core hands over about its endpoints. */
const hub: SharedEndpoints = {
  state: "core",
  vpcId: otherVpc!,
  cidr: "10.63.0.0/20",
  routeTableIds: ["rtb-hub"],
  endpoints: ["sts", "kms", "athena"],
};
const peering = (more: Partial<NonNullable<NetworkFindings["peering"]>> = {}) => ({
  peering: { own: [], others: [], routes: [], ...more },
});

/** What an earlier deployment of the network left on what it made. */
const ours = (role: string) => ({ Name: `fraud-dev-${role}`, "cloister:environment": "fraud-dev" });

const requestOf = (given: Given): NetworkRequest => ({
  name: "fraud-dev",
  region: given.region ?? region,
  partition: "aws",
  accountId: "111122223333",
  vpcSettings: place.parse(given.place ?? {}),
  standardCidr: "10.64.0.0/20",
  network: network.parse(given.network ?? {}),
  ...(given.reserved && { reserved: given.reserved }),
  paths: { vpcSettings: path, network: path, sharedEndpoints: "cloister-environment:endpointsFrom" },
  ...(given.sharedEndpoints && { sharedEndpoints: { ...hub, ...given.sharedEndpoints } }),
});

const subnet = (index: number, more: Partial<FoundSubnet> = {}): FoundSubnet => ({
  id: subnetIds[index]!,
  vpcId: vpcId!,
  zone: zones[index]!,
  cidr: `10.0.${index}.0/24`,
  free: 200,
  isPublic: false,
  tags: {},
  routeTableId: `rtb-${index}`,
  routes: [{ destination: "10.0.0.0/16", target: "local" }],
  ...more,
});

const endpoint = (more: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  name: "sts",
  id: "vpce-theirs",
  isPrivate: true,
  tags: {},
  subnetIds: [],
  securityGroupIds: ["sg-theirs"],
  ...more,
});

/** A region with everything, a VPC with two good subnets. */
const everything: NetworkFindings = {
  zones,
  services: Object.fromEntries(endpointNames.map((name) => [name, { serviceName: `com.amazonaws.${region}.${name}`, zones }])),
  vpc: { ranges: ["10.0.0.0/16"], dnsSupport: true, dnsHostnames: true, tenancy: "default" },
  subnets: [],
  endpoints: [],
};

const s3Endpoint = { id: "vpce-s3", vpcId: vpcId!, type: "Gateway", serviceName: `com.amazonaws.${region}.s3`, routeTableIds: ["rtb-0"] };

const fourZones = ["a", "b", "c", "d"].map((letter) => region + letter);
const servicesIn = (offered: string[]): NetworkFindings["services"] =>
  Object.fromEntries(endpointNames.map((name) => [name, { serviceName: `com.amazonaws.${region}.${name}`, zones: offered }]));

/** A trust policy that lets flow logs' service in, or differs from one. */
const flowLogTrust = (more: object = {}) =>
  JSON.stringify({
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "vpc-flow-logs.amazonaws.com" }, ...more },
  });

const plan = (given: Given) => planNetwork(requestOf(given), { ...everything, ...given.findings });

const inVpc = { place: { mode: "existing-vpc", vpcId, cidr: "10.0.64.0/20" }, network: { dnsFirewall: "block" } };
const inSubnets = {
  place: { mode: "existing-subnets", vpcId, subnetIds },
  network: { dnsFirewall: "block" },
  findings: { subnets: [subnet(0), subnet(1)] },
};
const service = (offered: string[]) => ({
  services: { ...everything.services, sts: { serviceName: "com.amazonaws.x.sts", zones: offered } },
});

describe("plan of a network", () => {
  describe("that is possible", () => {
    it("of its own: two zones, the endpoints of its features, a firewall that blocks", () => {
      const { plan: found, problems } = plan({});
      assert.deepEqual(problems, []);
      assert.deepEqual(found.ranges, ["10.64.0.0/20"]);
      assert.deepEqual(
        found.subnets.map(({ zone, cidr }) => [zone, cidr]),
        [
          ["eu-central-1a", "10.64.0.0/22"],
          ["eu-central-1b", "10.64.4.0/22"],
        ],
      );
      assert.deepEqual([found.publicSubnets, found.dnsFirewall, found.endpoints.length, found.vpcId], [[], "block", 9, undefined]);
      assert.ok(found.domains.includes("sts.eu-central-1.amazonaws.com") && !found.domains.includes("*"));
    });

    it("in a part of a VPC that is there", () => {
      const { plan: found, problems } = plan({ ...inVpc, findings: { subnets: [subnet(0)] } });
      assert.deepEqual(problems, []);
      assert.deepEqual([found.vpcId, found.ranges, found.subnets[1]?.cidr], [vpcId, ["10.0.0.0/16"], "10.0.68.0/22"]);
    });

    it("in a part of a VPC that it has been given before: its own subnets are no overlap", () => {
      const own = subnet(0, { cidr: "10.0.64.0/22", tags: ours("eu-central-1a") });
      assert.deepEqual(plan({ ...inVpc, findings: { subnets: [own] } }).problems, []);
    });

    it("in a VPC's second range that is shared address space", () => {
      const vpc = { ...everything.vpc!, ranges: ["10.0.0.0/16", "100.64.0.0/16"] };
      const { plan: found, problems } = plan({ ...inVpc, place: { ...inVpc.place, cidr: "100.64.0.0/20" }, findings: { vpc } });
      assert.deepEqual([problems, found.subnets[0]?.cidr], [[], "100.64.0.0/22"]);
    });

    describe("and leaves subnets that are there where they are", () => {
      const there = (letters: string, cidrs: string[]): FoundSubnet[] =>
        [...letters].map((letter, i) =>
          subnet(0, { id: `subnet-${letter}`, zone: region + letter, cidr: cidrs[i]!, tags: ours(region + letter) }),
        );
      const quarters = ["10.64.0.0/22", "10.64.4.0/22", "10.64.8.0/22", "10.64.12.0/23"];
      const table: { it: string; zones: string; count?: number; subnets: FoundSubnet[]; want: string[] }[] = [
        { it: "when nothing changes", zones: "abc", subnets: there("ab", quarters), want: ["a 10.64.0.0/22", "b 10.64.4.0/22"] },
        {
          it: "when a zone of theirs is gone from the list",
          zones: "bc",
          subnets: there("ab", quarters),
          want: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
        },
        { it: "when a zone appears in front", zones: "abc", subnets: there("bc", quarters), want: ["b 10.64.0.0/22", "c 10.64.4.0/22"] },
        {
          it: "when a zone that appeared in front is added",
          zones: "abc",
          count: 3,
          subnets: there("bc", quarters),
          want: ["b 10.64.0.0/22", "c 10.64.4.0/22", "a 10.64.8.0/22"],
        },
        {
          it: "when one is added while another is gone",
          zones: "bcd",
          count: 3,
          subnets: there("ab", quarters),
          want: ["a 10.64.0.0/22", "b 10.64.4.0/22", "c 10.64.8.0/22"],
        },
        {
          it: "when a zone is taken away: the last one",
          zones: "abc",
          subnets: there("bca", quarters),
          want: ["b 10.64.0.0/22", "c 10.64.4.0/22"],
        },
        {
          it: "when one was deleted by hand: it comes back",
          zones: "abc",
          subnets: there("b", ["10.64.4.0/22"]),
          want: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
        },
        {
          it: "but for those of another range",
          zones: "abc",
          subnets: there("bc", ["10.70.0.0/22", "10.70.4.0/22"]),
          want: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
        },
        {
          it: "but for those of another environment",
          zones: "abc",
          subnets: there("bc", quarters).map((one) => ({ ...one, tags: { ...one.tags, "cloister:environment": "credit-dev" } })),
          want: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
        },
      ];
      for (const { it: what, zones: letters, count, subnets, want } of table)
        for (const mode of ["new", "existing-vpc"])
          it(`${what}, ${mode}`, () => {
            const { plan: found, problems } = plan({
              place: mode === "new" ? {} : { mode, vpcId, cidr: "10.64.0.0/20" },
              network: { zones: count ?? 2, dnsFirewall: "block" },
              findings: {
                zones: [...letters].map((letter) => region + letter),
                services: Object.fromEntries(
                  endpointNames.map((name) => [name, { serviceName: name, zones: [..."abcd"].map((letter) => region + letter) }]),
                ),
                vpc: { ...everything.vpc!, ranges: ["10.64.0.0/16"] },
                // In an existing VPC those of others would be in the way, and that is tested below.
                subnets: mode === "new" ? subnets : subnets.filter(({ tags }) => tags["cloister:environment"] === "fraud-dev"),
              },
            });
            if (!(mode === "existing-vpc" && subnets.some(({ cidr }) => cidr.startsWith("10.70")))) assert.deepEqual(problems, []);
            assert.deepEqual(
              found.subnets.map(({ zone, cidr }) => `${zone.replace(region, "")} ${cidr}`),
              want,
            );
          });

      it("also public ones", () => {
        const { plan: found } = plan({
          network: { egress: "nat" },
          findings: { zones: ["b", "c"].map((letter) => region + letter), subnets: there("ab", quarters) },
        });
        assert.deepEqual(
          found.publicSubnets.map(({ zone, cidr }) => [zone, cidr]),
          [
            ["eu-central-1a", "10.64.14.0/25"],
            ["eu-central-1b", "10.64.14.128/25"],
          ],
        );
      });
    });

    it("in a region without a zone a", () => {
      const { plan: found, problems } = plan({ findings: { zones: [zones[1]!, zones[2]!] } });
      assert.deepEqual(
        [problems, found.subnets.map(({ zone, cidr }) => [zone, cidr])],
        [
          [],
          [
            ["eu-central-1b", "10.64.0.0/22"],
            ["eu-central-1c", "10.64.4.0/22"],
          ],
        ],
      );
    });

    it("with a mirror: under a name that stays the same, or the one that is set", () => {
      const mirror = { features: ["mirror"], mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" };
      for (const [settings, host] of [
        [mirror, "packages.fraud-dev.cloister.internal"],
        [{ ...mirror, mirrorHost: "pypi.bank.example" }, "pypi.bank.example"],
      ] as const) {
        const { plan: found, problems } = plan({ network: settings });
        assert.deepEqual([problems, found.mirrorHost], [[], host]);
        assert.ok(found.domains.includes(host));
      }
      assert.equal(plan({}).plan.mirrorHost, undefined);
    });

    it("next to ranges that it must not share an address with", () =>
      assert.deepEqual(plan({ reserved: [{ cidr: "10.63.0.0/20", what: "that of others" }] }).problems, []));

    it("in subnets that are there, in the order of their zones", () => {
      const { plan: found, problems } = plan({ ...inSubnets, findings: { subnets: [subnet(1), subnet(0)] } });
      assert.deepEqual(problems, []);
      assert.deepEqual(
        found.subnets.map(({ id, routeTableId }) => [id, routeTableId]),
        [
          [subnetIds[0], "rtb-0"],
          [subnetIds[1], "rtb-1"],
        ],
      );
    });

    it("with a service that has two of three zones: its endpoint is in these", () => {
      const { plan: found, problems } = plan({ network: { zones: 3 }, findings: service([zones[0]!, zones[2]!, "eu-central-1z"]) });
      assert.deepEqual(problems, []);
      assert.deepEqual(found.endpoints.find(({ name }) => name === "sts")?.zones, [zones[0], zones[2]]);
      assert.deepEqual(found.endpoints.find(({ name }) => name === "kms")?.zones, zones);
    });

    it("with an endpoint that the VPC has already and that is left out here: its groups are reached, its names resolved", () => {
      const { plan: found, problems } = plan({
        ...inVpc,
        network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
        findings: { endpoints: [endpoint()] },
      });
      assert.deepEqual(problems, []);
      assert.deepEqual(found.foreignEndpointGroupIds, ["sg-theirs"]);
      assert.ok(!found.endpoints.some(({ name }) => name === "sts"));
      assert.ok(found.domains.includes("sts.eu-central-1.amazonaws.com"));
    });

    it("with endpoints of its own that are there since the last time, and others' that answer no names", () => {
      for (const other of [{ tags: ours("sts") }, { isPrivate: false }])
        assert.deepEqual(plan({ ...inVpc, findings: { endpoints: [endpoint(other)] } }).problems, []);
    });

    it("with the S3 endpoint that the VPC has", () => {
      const s3EndpointId = "vpce-0123456789abcdef0";
      const s3 = { ...s3Endpoint, id: s3EndpointId };
      const { plan: found, problems } = plan({ ...inVpc, place: { ...inVpc.place, s3EndpointId }, findings: { s3 } });
      assert.deepEqual([found.s3EndpointId, problems], [s3EndpointId, []]);
    });

    it("with NAT: public subnets, and the gateway that the VPC has unless it is ours", () => {
      const nat = { ...inVpc, network: { dnsFirewall: "block", egress: "nat" } };
      const theirs = plan({ ...nat, findings: { internetGateway: { id: "igw-1", tags: {} } } });
      assert.deepEqual([theirs.problems, theirs.plan.internetGatewayId, theirs.plan.publicSubnets.length], [[], "igw-1", 2]);
      const own = plan({ ...nat, findings: { internetGateway: { id: "igw-1", tags: ours("internet") } } });
      assert.equal(own.plan.internetGatewayId, undefined);
    });

    it("with endpoints of core: those that it needs and core has, the rest its own, answering to its range only", () => {
      const { plan: found, problems } = plan({ sharedEndpoints: {}, findings: peering() });
      assert.deepEqual(problems, []);
      assert.deepEqual(found.sharedEndpoints, {
        endpoints: ["sts", "kms"],
        cidr: "10.63.0.0/20",
        ranges: [{ role: "central-back", cidr: "10.64.0.0/20" }],
      });
      const names = found.endpoints.map(({ name }) => name);
      assert.ok(names.length === 7 && !names.includes("sts") && names.includes("logs"), names.join());
      assert.ok(found.domains.includes("sts.eu-central-1.amazonaws.com"));
    });

    it("with endpoints of core in an existing VPC: answering to its own subnets only", () => {
      const routes = [{ destination: "10.0.64.0/22", target: "pcx-own" }];
      const { plan: found, problems } = plan({ ...inVpc, sharedEndpoints: {}, findings: peering({ own: ["pcx-own"], routes }) });
      assert.deepEqual(problems, []);
      assert.deepEqual(found.sharedEndpoints?.ranges, [
        { role: "central-back-eu-central-1a", cidr: "10.0.64.0/22" },
        { role: "central-back-eu-central-1b", cidr: "10.0.68.0/22" },
      ]);
    });

    it("on the way from own endpoints to core's and back: neither, whatever is there still", () => {
      for (const there of [{ endpoints: [endpoint({ tags: ours("sts") })], ...peering() }, peering({ own: ["pcx-own"] })]) {
        const { plan: found, problems } = plan({ sharedEndpoints: { state: "switching" }, findings: there });
        assert.deepEqual(problems, []);
        assert.equal(found.sharedEndpoints, undefined);
        assert.ok(!found.endpoints.some(({ name }) => hub.endpoints.includes(name)));
      }
    });

    it("with a role for flow logs that their service may assume", () => {
      const trust = { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["vpc-flow-logs.amazonaws.com"] } }] };
      const found = plan({ network: { flowLogRoleArn: role }, findings: { flowLogRole: { arn: role, trust: JSON.stringify(trust) } } });
      assert.deepEqual(found.problems, []);
    });
  });

  /** Each with the setting it names. */
  const wrong: { it: string; given: Given; says: RegExp }[] = [
    {
      it: "a range too small for NAT",
      given: { place: { cidr: "10.1.0.0/24" }, network: { egress: "nat" } },
      says: /network\.cidr' can't be used: '10\.1\.0\.0\/24' is too small for NAT.*Use a \/23 or larger/,
    },
    {
      it: "a range too small for NAT, with a number of zones that is wrong too",
      given: { place: { cidr: "10.1.0.0/24" }, network: { egress: "nat", zones: 4 } },
      says: /network\.cidr' can't be used: '10\.1\.0\.0\/24' is too small for NAT/,
    },
    {
      it: "a range too small for the endpoints",
      given: {
        place: { cidr: "10.64.0.0/24" },
        network: { zones: 4, features: [...featureNames].filter((name) => name !== "mirror") },
        findings: { zones: fourZones, services: servicesIn(fourZones) },
      },
      says: /network\.cidr' is 10\.64\.0\.0\/24, whose subnet in eu-central-1d \(10\.64\.0\.192\/27\) has 27 addresses; \d+ endpoints and what runs there need at least \d+\. Use a \/23 or larger, or fewer endpoints/,
    },
    {
      it: "models in one zone",
      given: { network: { features: ["hosting"], zones: 1 } },
      says: /network\.zones' is 1, and the feature 'hosting' needs two zones: .*\. Set it to 2 or more/,
    },
    {
      it: "models in one subnet",
      given: {
        ...inSubnets,
        place: { ...inSubnets.place, subnetIds: [subnetIds[0]] },
        network: { dnsFirewall: "block", features: ["hosting"] },
        findings: { subnets: [subnet(0)] },
      },
      says: /network\.subnetIds' has one subnet, and the feature 'hosting' needs two zones: .*\. Name another one, in another zone/,
    },
    {
      it: "packages of CodeArtifact where its bucket is not known",
      given: { region: "eu-central-9", network: { features: ["packages"] } },
      says: /network\.features' have 'packages', and AWS does not tell the name of its bucket in eu-central-9; it does for ap-northeast-1, .*us-west-2\. Use one of these regions, or .* endpoints\.add: \[codeartifact-api, codeartifact-repositories\]/,
    },
    {
      it: "a range that another network has that it must be told apart from",
      given: { reserved: [{ cidr: "10.64.8.0/21", what: "the range of the environment" }] },
      says: /network\.cidr' is 10\.64\.0\.0\/20, which overlaps 10\.64\.8\.0\/21, the range of the environment; allowed is any range that shares no address with it\. Use 10\.0\.0\.0\/20/,
    },
    {
      it: "an existing VPC with a range that another network has",
      given: { ...inVpc, reserved: [{ cidr: "10.0.0.0/20", what: "the range of the environment" }] },
      says: /network\.vpcId' is vpc-\w+, which has 10\.0\.0\.0\/16, which overlaps 10\.0\.0\.0\/20, the range of the environment; .*\. Use another VPC/,
    },
    {
      it: "a mirror's name without a mirror",
      given: { network: { mirrorHost: "pypi.bank.example" } },
      says: /network\.mirrorHost' is pypi\.bank\.example, and there is no mirror .*\. Set mirrorServiceName, or remove this/,
    },
    {
      it: "a VPC of dedicated tenancy",
      given: { ...inVpc, findings: { vpc: { ...everything.vpc!, tenancy: "dedicated" } } },
      says: /network\.vpcId' is vpc-\w+, whose tenancy is dedicated; .*\. Change it: aws ec2 modify-vpc-tenancy --vpc-id vpc-0123456789abcdef0 --instance-tenancy default/,
    },
    {
      it: "a range in a VPC that has only smaller ones free",
      given: {
        ...inVpc,
        findings: {
          vpc: { ...everything.vpc!, ranges: ["10.0.64.0/19"] },
          subnets: [subnet(0, { cidr: "10.0.72.0/21" }), subnet(1, { cidr: "10.0.80.0/21" })],
        },
      },
      says: /network\.cidr' is 10\.0\.64\.0\/20, which overlaps subnet-0+1 .*\. No \/20 is free there, but 10\.0\.64\.0\/21, 10\.0\.88\.0\/21 are\. Use one of them/,
    },
    {
      it: "a range in a VPC that has none free",
      given: {
        ...inVpc,
        place: { ...inVpc.place, cidr: "10.0.64.0/24" },
        findings: { vpc: { ...everything.vpc!, ranges: ["10.0.64.0/24"] }, subnets: [subnet(0, { cidr: "10.0.64.128/25" })] },
      },
      says: /Nothing from \/24 to \/24 is free there\. Give the VPC another range: aws ec2 associate-vpc-cidr-block --vpc-id vpc-0123456789abcdef0/,
    },
    {
      it: "a range that a subnet of another environment is in",
      given: {
        ...inVpc,
        findings: {
          subnets: [subnet(0, { cidr: "10.0.64.0/22", tags: { ...ours("eu-central-1a"), "cloister:environment": "credit-dev" } })],
        },
      },
      says: /network\.cidr' is 10\.0\.64\.0\/20, which overlaps subnet-0+1/,
    },
    {
      it: "a role for flow logs that go to a bucket",
      given: {
        network: { flowLogDestination: "log-bucket", flowLogRoleArn: role },
        findings: { flowLogRole: { arn: role, trust: flowLogTrust() } },
      },
      says: /network\.flowLogRoleArn' is set, and flow logs that go to a bucket .*\. Remove one of the two/,
    },
    {
      it: "more zones than the region has",
      given: { network: { zones: 4 } },
      says: /network\.zones' is 4, and the region has 3 Availability Zones \(eu-central-1a, .*\)\. Set it with: pulumi config set --path network\.zones 3/,
    },
    {
      it: "a VPC's id without a mode that uses it",
      given: { place: { vpcId } },
      says: /network\.vpcId' is "vpc-0123456789abcdef0", and mode 'new' has no use for it/,
    },
    {
      it: "an existing VPC without its id",
      given: { ...inVpc, place: { mode: "existing-vpc", cidr: "10.0.64.0/20" } },
      says: /network\.vpcId' is missing; mode 'existing-vpc' needs it/,
    },
    {
      it: "an existing VPC without a range",
      given: { ...inVpc, place: { mode: "existing-vpc", vpcId } },
      says: /network\.cidr' is missing; mode 'existing-vpc' needs it/,
    },
    {
      it: "existing subnets without ids",
      given: { ...inSubnets, place: { mode: "existing-subnets", vpcId }, findings: {} },
      says: /network\.subnetIds' is missing/,
    },
    {
      it: "existing subnets with a range",
      given: { ...inSubnets, place: { ...inSubnets.place, cidr: "10.0.0.0/20" } },
      says: /network\.cidr' is "10\.0\.0\.0\/20", and mode 'existing-subnets' has no use for it/,
    },
    {
      it: "NAT without created subnets",
      given: { ...inSubnets, network: { dnsFirewall: "block", egress: "nat" } },
      says: /network\.egress' is 'nat', and NAT needs subnets that are created here\. Use mode 'new' or 'existing-vpc'/,
    },
    {
      it: "an existing VPC without a word on DNS",
      given: { ...inVpc, network: {} },
      says: /network\.dnsFirewall' is missing; .* block, alert or off/,
    },
    {
      it: "DHCP options for an existing VPC",
      given: { ...inVpc, network: { dnsFirewall: "off", dhcp: { domainName: "ml.bank.example" } } },
      says: /network\.dhcp' is set, and mode/,
    },
    {
      it: "a mirror without its service",
      given: { network: { features: ["mirror"] } },
      says: /network\.mirrorServiceName' is missing; the feature 'mirror' needs/,
    },
    {
      it: "a mirror's service without the feature",
      given: { network: { mirrorServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" } },
      says: /network\.mirrorServiceName' is set, and the feature 'mirror' is not/,
    },
    {
      it: "an endpoint both added and left out",
      given: { network: { endpoints: { add: ["glue"], omit: ["glue"] } } },
      says: /network\.endpoints\.omit' has 'glue', and so has endpoints\.add/,
    },
    {
      it: "a left-out endpoint that a feature needs",
      given: { network: { endpoints: { omit: ["sts"] } } },
      says: /network\.endpoints\.omit' has 'sts', which the feature 'studio' does not work without/,
    },
    {
      it: "a left-out endpoint that the existing VPC has, but without its names",
      given: {
        ...inVpc,
        network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
        findings: { endpoints: [endpoint({ isPrivate: false })] },
      },
      says: /network\.endpoints\.omit' has 'sts', which the feature/,
    },
    {
      it: "an endpoint that the existing VPC has already",
      given: { ...inVpc, findings: { endpoints: [endpoint()] } },
      says: /network\.endpoints\.omit' lacks 'sts': vpc-0123456789abcdef0 has an endpoint of it already \(vpce-theirs\)/,
    },
    {
      it: "a service that the region does not have",
      given: { findings: { services: { ...everything.services, sts: undefined } } },
      says: /network\.features' need the endpoint 'sts', and eu-central-1 does not offer it/,
    },
    {
      it: "a service in fewer than two of the zones",
      given: { findings: service([zones[1]!, zones[2]!]) },
      says: /network\.zones' are eu-central-1a, eu-central-1b, and com\.amazonaws\.x\.sts is offered in only eu-central-1b of them \(it has eu-central-1b, eu-central-1c\)/,
    },
    {
      it: "a VPC that does not exist",
      given: { ...inVpc, findings: { vpc: undefined } },
      says: /network\.vpcId' is vpc-0123456789abcdef0, which does not exist in this account and region/,
    },
    {
      it: "a VPC without DNS support",
      given: { ...inVpc, findings: { vpc: { ...everything.vpc!, dnsSupport: false } } },
      says: /whose enableDnsSupport is off; .*aws ec2 modify-vpc-attribute --vpc-id vpc-0123456789abcdef0 --enable-dns-support/,
    },
    {
      it: "a VPC without DNS hostnames",
      given: { ...inVpc, findings: { vpc: { ...everything.vpc!, dnsHostnames: false } } },
      says: /whose enableDnsHostnames is off; .*--enable-dns-hostnames/,
    },
    {
      it: "a range that is not the VPC's",
      given: { ...inVpc, place: { ...inVpc.place, cidr: "10.9.0.0/20" } },
      says: /network\.cidr' is 10\.9\.0\.0\/20, which is not part of the VPC's ranges \(10\.0\.0\.0\/16\)\. Free there are 10\.0\.0\.0\/20, /,
    },
    {
      it: "a range that overlaps a subnet, with free ones",
      given: { ...inVpc, findings: { subnets: [subnet(0, { cidr: "10.0.72.0/24" })] } },
      says: /network\.cidr' is 10\.0\.64\.0\/20, which overlaps subnet-00000000000000001 \(10\.0\.72\.0\/24\) of the same VPC\. Free there are 10\.0\.0\.0\/20/,
    },
    {
      it: "a subnet that does not exist",
      given: { ...inSubnets, findings: { subnets: [subnet(0)] } },
      says: /network\.subnetIds' has subnet-00000000000000002, which does not exist/,
    },
    {
      it: "a subnet of another VPC",
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { vpcId: otherVpc })] } },
      says: /has subnet-00000000000000002, which is of vpc-0fedcba9876543210 and not of vpc-0123456789abcdef0/,
    },
    {
      it: "two subnets of one zone",
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { zone: zones[0] })] } },
      says: /has subnet-00000000000000002, which is in eu-central-1a as subnet-00000000000000001 is/,
    },
    {
      it: "a subnet that gives public addresses",
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { isPublic: true })] } },
      says: /has subnet-00000000000000002, which gives public addresses/,
    },
    ...(
      [
        ["igw-1", "an internet gateway"],
        ["eigw-1", "an egress-only internet gateway"],
        ["nat-1", "a NAT gateway"],
        ["cagw-1", "a carrier gateway"],
      ] as const
    ).map(([target, what]) => ({
      it: `a subnet with a route to ${what}`,
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { routes: [{ destination: "203.0.113.0/24", target }] })] } },
      says: new RegExp(`has subnet-00000000000000002, whose route table rtb-1 leads 203\\.0\\.113\\.0/24 to ${what} \\(${target}\\)`),
    })),
    ...["0.0.0.0/0", "::/0", "128.0.0.0/1"].map((destination) => ({
      it: `a subnet with a route of ${destination} to a transit gateway`,
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { routes: [{ destination, target: "tgw-1" }] })] } },
      says: /whose route table rtb-1 sends .* to tgw-1, of which nothing is known/,
    })),
    {
      it: "a subnet with too few free addresses",
      given: { ...inSubnets, findings: { subnets: [subnet(0), subnet(1, { free: 16 })] } },
      says: /has subnet-00000000000000002, which has 16 free addresses; 9 endpoints and what runs there need at least 17/,
    },
    {
      it: "an S3 endpoint on the same route tables",
      given: {
        ...inSubnets,
        findings: { ...inSubnets.findings, s3Present: { id: "vpce-s3", isManaged: false, routeTableIds: ["rtb-1"] } },
      },
      says: /network\.s3EndpointId' is missing; the route tables of subnet-00000000000000002 have an S3 gateway endpoint already.*vpce-s3/,
    },
    {
      it: "several S3 endpoints in the VPC",
      given: { ...inSubnets, findings: { ...inSubnets.findings, s3Present: { id: "several", isManaged: false, routeTableIds: [] } } },
      says: /network\.s3EndpointId' is missing; .* several S3 gateway endpoints/,
    },
    {
      it: "an S3 endpoint that does not exist",
      given: { ...inVpc, place: { ...inVpc.place, s3EndpointId: "vpce-0123456789abcdef0" } },
      says: /network\.s3EndpointId' is vpce-0123456789abcdef0, which does not exist/,
    },
    {
      it: "an S3 endpoint of another VPC",
      given: {
        ...inVpc,
        place: { ...inVpc.place, s3EndpointId: "vpce-0123456789abcdef0" },
        findings: { s3: { ...s3Endpoint, vpcId: otherVpc! } },
      },
      says: /a Gateway endpoint of com\.amazonaws\.eu-central-1\.s3 in vpc-0fedcba9876543210/,
    },
    {
      it: "an S3 endpoint that one of the subnets' tables lacks",
      given: {
        ...inSubnets,
        place: { ...inSubnets.place, s3EndpointId: "vpce-0123456789abcdef0" },
        findings: { ...inSubnets.findings, s3: s3Endpoint },
      },
      says: /which is not on the route table rtb-1 of subnet-00000000000000002\. Add it: aws ec2 modify-vpc-endpoint .* --add-route-table-ids rtb-1/,
    },
    {
      it: "a role for flow logs that does not exist",
      given: { network: { flowLogRoleArn: role } },
      says: /network\.flowLogRoleArn' is arn:aws:iam::111122223333:role\/flow-logs, which does not exist/,
    },
    {
      it: "a role for flow logs that another service assumes",
      given: {
        network: { flowLogRoleArn: role },
        findings: {
          flowLogRole: {
            arn: role,
            trust: JSON.stringify({
              Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
            }),
          },
        },
      },
      says: /network\.flowLogRoleArn' is .*, which vpc-flow-logs\.amazonaws\.com can't assume/,
    },
    {
      it: "endpoints of a core that has none",
      given: { sharedEndpoints: { vpcId: "", cidr: "", endpoints: [] } },
      says: /endpointsFrom' is 'core', and core has no endpoints\. Give core a network \(cloister-core:network\)/,
    },
    {
      it: "a range that overlaps that of core's endpoints",
      given: { place: { cidr: "10.63.8.0/21" }, sharedEndpoints: {} },
      says: /network\.cidr' is 10\.63\.8\.0\/21, which overlaps the range of core's endpoints \(10\.63\.0\.0\/20\)/,
    },
    {
      it: "an existing VPC that overlaps the range of core's endpoints",
      given: { ...inVpc, sharedEndpoints: { cidr: "10.0.128.0/20" } },
      says: /network\.vpcId' is vpc-\w+, which has 10\.0\.0\.0\/16, which overlaps the range of core's endpoints/,
    },
    {
      it: "a range that another network with core's endpoints has",
      given: {
        sharedEndpoints: {},
        findings: peering({ own: ["pcx-own"], routes: [{ destination: "10.64.0.0/20", target: "pcx-other" }] }),
      },
      says: /network\.cidr' is 10\.64\.0\.0\/20, which overlaps 10\.64\.0\.0\/20 of another network that uses core's endpoints \(pcx-other\)/,
    },
    {
      it: "a subnet whose table leads core's range somewhere else",
      given: {
        ...inSubnets,
        sharedEndpoints: {},
        findings: { subnets: [subnet(0, { routes: [{ destination: "10.62.0.0/15", target: "tgw-1" }] }), subnet(1)] },
      },
      says: /network\.subnetIds' has subnet-0+1, whose route table rtb-0 leads 10\.62\.0\.0\/15 to tgw-1; that overlaps the range of core's endpoints/,
    },
    {
      it: "a VPC that somebody else peered with core's endpoints",
      given: { ...inVpc, sharedEndpoints: {}, findings: peering({ others: ["pcx-other"] }) },
      says: /network\.vpcId' is vpc-\w+, which is peered with core's endpoints already \(pcx-other\)/,
    },
    {
      it: "endpoints of core while own ones answer their names",
      given: { sharedEndpoints: {}, findings: { endpoints: [endpoint({ id: "vpce-own", tags: ours("sts") })] } },
      says: /endpointsFrom' is 'core', and own endpoints \(sts vpce-own\) still answer .* Set it to 'switching' and deploy, then to 'core'/,
    },
    {
      it: "own endpoints while core's answer their names",
      given: { findings: peering({ own: ["pcx-own"] }) },
      says: /endpointsFrom' is 'own', and core's endpoints still answer .* \(pcx-own\).* Set it to 'switching' and deploy, then to 'own'/,
    },
    {
      it: "a role for flow logs of another account",
      given: { network: { flowLogRoleArn: role.replace("111122223333", "444455556666") } },
      says: /network\.flowLogRoleArn' is a role of account 444455556666/,
    },
  ];
  /** A sentence that begins with what to do. */
  const nextStep = /[.:;] (Add|Change|Give|Keep|Let|Make|Name|Remove|Set|Switch|Use|Write)\b/;
  describe("is refused for", () => {
    for (const { it: what, given, says } of wrong)
      it(what, () => {
        const { problems } = plan(given);
        assert.ok(
          problems.some((one) => says.test(one)),
          `${says} is not among:\n${problems.join("\n")}`,
        );
        for (const problem of problems) {
          assert.match(problem, /^'cloister-environment:(network\.\w|endpointsFrom)/);
          assert.match(problem, nextStep, "it says what to do next");
        }
      });

    it("everything that is wrong, at once", () => {
      const { problems } = plan({
        ...inSubnets,
        network: { egress: "nat", endpoints: { omit: ["sts"] }, flowLogRoleArn: role },
        findings: { subnets: [subnet(0, { isPublic: true }), subnet(1, { free: 1, vpcId: otherVpc })] },
      });
      for (const part of [/egress/, /dnsFirewall/, /omit/, /flowLogRoleArn/, /public addresses/, /free addresses/, /is of vpc-0fed/])
        assert.ok(
          problems.some((one) => part.test(one)),
          `${part}: ${problems.join("\n")}`,
        );
    });
  });
});
