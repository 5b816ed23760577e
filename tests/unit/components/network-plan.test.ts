// Plans networks in a new VPC, and tests problems with settings in any mode. Does not prove that lookups find existing
// resources: tests/programs and tests/engine do.
import assert from "node:assert/strict";
import { featureNames } from "@cloister/components/network/catalogue";
import {
  existingVpc,
  type Given,
  inExistingSubnets,
  itReports,
  managed,
  otherVpcId,
  planOf,
  region,
  roleArn,
  servicesIn,
  subnet,
  subnetIds,
  vpcId,
  zones,
} from "./network-fixtures";
import { recordNotes } from "../../helpers/recording";

recordNotes(__filename);

const mirrorServiceName = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
const fourZones = ["a", "b", "c", "d"].map((letter) => region + letter);
/** A trust policy that allows flow logs to assume a role, with these changes. */
const flowLogTrust = (differing: object = {}) =>
  JSON.stringify({
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "vpc-flow-logs.amazonaws.com" }, ...differing },
  });

describe("plan of a network in a new VPC", () => {
  it("has two Availability Zones, the endpoints of the features, and a DNS firewall that blocks", () => {
    const { plan, problems } = planOf({});
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.ranges, ["10.64.0.0/20"]);
    assert.deepEqual(
      plan.subnets.map(({ zone, cidr }) => [zone, cidr]),
      [
        ["eu-central-1a", "10.64.0.0/22"],
        ["eu-central-1b", "10.64.4.0/22"],
      ],
    );
    assert.deepEqual([plan.publicSubnets, plan.dnsFirewall, plan.endpoints.length, plan.vpcId], [[], "block", 6, undefined]);
    assert.ok(plan.domains.includes("sts.eu-central-1.amazonaws.com") && !plan.domains.includes("*"));
  });

  it("uses the Availability Zones of a region that has no zone a", () => {
    const { plan, problems } = planOf({ findings: { zones: [zones[1]!, zones[2]!] } });
    assert.deepEqual(
      [problems, plan.subnets.map(({ zone, cidr }) => [zone, cidr])],
      [
        [],
        [
          ["eu-central-1b", "10.64.0.0/22"],
          ["eu-central-1c", "10.64.4.0/22"],
        ],
      ],
    );
  });

  it("has a package mirror with the default name or the configured name", () => {
    const mirror = { features: ["mirror"], mirrorServiceName };
    for (const [network, host] of [
      [mirror, "packages.fraud-dev.cloister.internal"],
      [{ ...mirror, mirrorHost: "pypi.bank.example" }, "pypi.bank.example"],
    ] as const) {
      const { plan, problems } = planOf({ network });
      assert.deepEqual([problems, plan.mirrorHost], [[], host]);
      assert.ok(plan.domains.includes(host));
    }
    assert.equal(planOf({}).plan.mirrorHost, undefined);
  });

  it("accepts reserved ranges that the network does not overlap", () =>
    assert.deepEqual(planOf({ reserved: [{ cidr: "10.63.0.0/20", description: "another range" }] }).problems, []));

  it("accepts a flow log role that the flow log service can assume", () => {
    const { problems } = planOf({
      network: { flowLogRoleArn: roleArn },
      findings: { flowLogRole: { arn: roleArn, trust: flowLogTrust() } },
    });
    assert.deepEqual(problems, []);
  });

  itReports([
    [
      "a range too small for NAT",
      { vpcSettings: { cidr: "10.1.0.0/24" }, network: { egress: "nat" } },
      /network\.cidr' must be large enough for NAT \(got 10\.1\.0\.0\/24\): its public subnets would be \/29.*use a \/23 or a larger range/,
    ],
    [
      "a range too small for NAT when the number of zones is wrong too",
      { vpcSettings: { cidr: "10.1.0.0/24" }, network: { egress: "nat", zones: 4 } },
      /network\.cidr' must be large enough for NAT \(got 10\.1\.0\.0\/24\)/,
    ],
    [
      "a range too small for the endpoints",
      {
        vpcSettings: { cidr: "10.64.0.0/24" },
        network: { zones: 4, features: featureNames.filter((name) => name !== "mirror") },
        findings: { zones: fourZones, services: servicesIn(fourZones) },
      },
      /network\.cidr' must be large enough for the endpoints \(got 10\.64\.0\.0\/24\): subnet 10\.64\.0\.192\/27 in eu-central-1d has 27 addresses\. Its \d+ endpoints and the workloads need at least \d+\. Fix: use a \/23 or a larger range/,
    ],
    [
      "model hosting in one Availability Zone",
      { network: { features: ["hosting"], zones: 1 } },
      /network\.zones' must be at least 2 for the feature 'hosting', .* \(got 1\)\. Fix: pulumi config set --path cloister-environment:network\.zones 2/,
    ],
    [
      "a CIDR range that overlaps a reserved range, and proposes a range that overlaps no reserved range",
      {
        reserved: [
          { cidr: "10.64.8.0/21", description: "the range of the environment" },
          { cidr: "10.0.0.0/12", description: "the range of the data center" },
        ],
      },
      /overlap 10\.64\.8\.0\/21, the range of the environment \(got 10\.64\.0\.0\/20\)\. Fix: .* 10\.16\.0\.0\/20/,
    ],
    [
      "a CIDR range that overlaps a reserved range",
      { reserved: [{ cidr: "10.64.8.0/21", description: "the range of the environment" }] },
      /network\.cidr' must not overlap 10\.64\.8\.0\/21, the range of the environment \(got 10\.64\.0\.0\/20\)\. Fix: pulumi config set --path cloister-environment:network\.cidr 10\.0\.0\.0\/20/,
    ],
    [
      "more zones than the region has",
      { network: { zones: 4 } },
      /network\.zones' must be at most 3, the number of Availability Zones in eu-central-1: eu-central-1a, .* \(got 4\)\. Fix: pulumi config set --path cloister-environment:network\.zones 3/,
    ],
    [
      "a VPC ID, which mode 'new' does not support",
      { vpcSettings: { vpcId } },
      /network\.vpcId' is not supported with mode 'new' \(got "vpc-0123456789abcdef0"\)/,
    ],
    [
      "a mirror name without mirrorServiceName",
      { network: { mirrorHost: "pypi.bank.example" } },
      /network\.mirrorHost' requires mirrorServiceName \(got pypi\.bank\.example\)/,
    ],
    [
      "a mirror without mirrorServiceName",
      { network: { features: ["mirror"] } },
      /network\.mirrorServiceName' is required with the feature 'mirror'/,
    ],
    [
      "mirrorServiceName without the feature 'mirror'",
      { network: { mirrorServiceName } },
      /network\.mirrorServiceName' requires the feature 'mirror'/,
    ],
    [
      "a flow log role that does not exist",
      { network: { flowLogRoleArn: roleArn } },
      /network\.flowLogRoleArn' must be an existing role \(got arn:aws:iam::111122223333:role\/flow-logs\)/,
    ],
    [
      "a flow log role that only another service can assume",
      {
        network: { flowLogRoleArn: roleArn },
        findings: { flowLogRole: { arn: roleArn, trust: flowLogTrust({ Principal: { Service: "ec2.amazonaws.com" } }) } },
      },
      /network\.flowLogRoleArn' must be a role that vpc-flow-logs\.amazonaws\.com can assume \(got .*flow-logs\)/,
    ],
    [
      "a flow log role of another account",
      { network: { flowLogRoleArn: roleArn.replace("111122223333", "444455556666") } },
      /network\.flowLogRoleArn' must be a role of account 111122223333 \(got a role of account 444455556666\)/,
    ],
    [
      "a role for flow logs that go to a bucket",
      {
        network: { flowLogDestination: "log-bucket", flowLogRoleArn: roleArn },
        findings: { flowLogRole: { arn: roleArn, trust: flowLogTrust() } },
      },
      /network\.flowLogRoleArn' is not supported with flowLogDestination 'log-bucket': .*\. Fix: remove one of the two settings/,
    ],
  ] satisfies [string, Given, RegExp][]);

  it("reports all problems at once", () => {
    const { problems } = planOf({
      ...inExistingSubnets,
      network: { egress: "nat", endpoints: { omit: ["sts"] }, flowLogRoleArn: roleArn },
      findings: {
        subnets: [subnet(0, { assignsPublicAddresses: true }), subnet(1, { freeAddresses: 1, vpcId: otherVpcId })],
      },
    });
    for (const part of [/egress/, /dnsFirewall/, /omit/, /flowLogRoleArn/, /public addresses/, /free addresses/, /is in vpc-0fed/])
      assert.ok(
        problems.some((problem) => part.test(problem)),
        `${part}: ${problems.join("\n")}`,
      );
  });
});

describe("plan of an existing network", () => {
  const deployed = (letters: string, cidrs: string[]) =>
    [...letters].map((letter, i) =>
      subnet(0, { id: `subnet-${letter}`, zone: region + letter, cidr: cidrs[i]!, tags: managed(region + letter) }),
    );
  const ranges = ["10.64.0.0/22", "10.64.4.0/22", "10.64.8.0/22", "10.64.12.0/23"];
  const table: { title: string; zones: string; count?: number; subnets: ReturnType<typeof deployed>; expected: string[] }[] = [
    {
      title: "keeps all subnets when no setting changes",
      zones: "abc",
      subnets: deployed("ab", ranges),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
    },
    {
      title: "keeps all subnets when the list of zones lacks the zone of a subnet",
      zones: "bc",
      subnets: deployed("ab", ranges),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
    },
    {
      title: "keeps all subnets when the list of zones starts with a new zone",
      zones: "abc",
      subnets: deployed("bc", ranges),
      expected: ["b 10.64.0.0/22", "c 10.64.4.0/22"],
    },
    {
      title: "adds a subnet in a new zone at the start of the list",
      zones: "abc",
      count: 3,
      subnets: deployed("bc", ranges),
      expected: ["b 10.64.0.0/22", "c 10.64.4.0/22", "a 10.64.8.0/22"],
    },
    {
      title: "adds a subnet while the list of zones lacks another zone",
      zones: "bcd",
      count: 3,
      subnets: deployed("ab", ranges),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22", "c 10.64.8.0/22"],
    },
    {
      title: "removes the last subnet when a zone is removed",
      zones: "abc",
      subnets: deployed("bca", ranges),
      expected: ["b 10.64.0.0/22", "c 10.64.4.0/22"],
    },
    {
      title: "restores a subnet that was deleted outside of Pulumi",
      zones: "abc",
      subnets: deployed("b", ["10.64.4.0/22"]),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
    },
    {
      title: "ignores subnets of the network in another CIDR range",
      zones: "abc",
      subnets: deployed("bc", ["10.70.0.0/22", "10.70.4.0/22"]),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
    },
    {
      title: "ignores subnets of another environment",
      zones: "abc",
      subnets: deployed("bc", ranges).map((found) => ({ ...found, tags: { ...found.tags, "cloister:environment": "credit-dev" } })),
      expected: ["a 10.64.0.0/22", "b 10.64.4.0/22"],
    },
  ];
  for (const { title, zones: letters, count, subnets, expected } of table)
    for (const mode of ["new", "existing-vpc"])
      it(`${title}, with mode ${mode}`, () => {
        const { plan, problems } = planOf({
          vpcSettings: mode === "new" ? {} : { mode, vpcId, cidr: "10.64.0.0/20" },
          network: { zones: count ?? 2, dnsFirewall: "block" },
          findings: {
            zones: [...letters].map((letter) => region + letter),
            services: servicesIn(fourZones),
            vpc: { ...existingVpc, ranges: ["10.64.0.0/16"] },
            // In an existing VPC, foreign subnets in the CIDR range are a problem: see network-plan-existing.test.ts.
            subnets: mode === "new" ? subnets : subnets.filter(({ tags }) => tags["cloister:environment"] === "fraud-dev"),
          },
        });
        assert.deepEqual(problems, []);
        assert.deepEqual(
          plan.subnets.map(({ zone, cidr }) => `${zone.replace(region, "")} ${cidr}`),
          expected,
        );
      });

  it("keeps the CIDR ranges of public subnets", () => {
    const { plan } = planOf({
      network: { egress: "nat" },
      findings: { zones: ["b", "c"].map((letter) => region + letter), subnets: deployed("ab", ranges) },
    });
    assert.deepEqual(
      plan.publicSubnets.map(({ zone, cidr }) => [zone, cidr]),
      [
        ["eu-central-1a", "10.64.14.0/25"],
        ["eu-central-1b", "10.64.14.128/25"],
      ],
    );
  });

  it("ignores subnets without the tags of the network", () =>
    assert.deepEqual(planOf({ findings: { subnets: [subnet(0, { id: subnetIds[0], cidr: "10.64.4.0/22" })] } }).plan, planOf({}).plan));
});
