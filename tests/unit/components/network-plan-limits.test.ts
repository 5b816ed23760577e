// Tests network plans against the limits of AWS.
// Does not prove that lookups count existing resources: tests/unit/components/network-lookup.test.ts does.
import assert from "node:assert/strict";
import { type LimitName, limits } from "@cloister/components/aws/limits";
import { endpointNames } from "@cloister/components/network/catalogue";
import { problemText, withQuotas } from "@cloister/components/stack/preflight";
import { useMocks } from "../../helpers/mocks";
import {
  existingEndpoint,
  existingVpc,
  type Given,
  inExistingSubnets,
  inExistingVpc,
  itReports,
  otherVpcId,
  peerings,
  planOf,
} from "./network-fixtures";
import { recordNotes } from "../../helpers/recording";

recordNotes(__filename);

const accounts = (count: number) => Array.from({ length: count }, (_, i) => String(100_000_000_000 + i));
const ranges = (count: number) => Array.from({ length: count }, (_, i) => `10.${i}.0.0/16`);

describe("limits of a network", () => {
  itReports([
    [
      "accounts that do not fit in an endpoint policy",
      { network: { accountIds: accounts(1000) } },
      /network\.accountIds' must list fewer accounts \(got 1000\): the policy of the endpoint '[\w.-]+' would have \d{5} characters, and AWS allows 20480\. Fix: set organizationId/,
    ],
    [
      "image accounts that do not fit in an endpoint policy",
      { network: { imageAccounts: accounts(1500), endpoints: { add: ["ecr-api"] } } },
      /network\.imageAccounts' must list fewer accounts \(got 1500\): the policy of the endpoint '[\w.-]+' would have \d{5} characters/,
    ],
    [
      "more domains than DNS Firewall takes in one request",
      { network: { allowedDomains: Array.from({ length: 1001 }, (_, i) => `host-${i}.bank.example`) } },
      /network\.allowedDomains' must list fewer domains \(got 1001\): .* would allow \d{4} domains .*, and AWS takes 1000/,
    ],
  ]);

  it("have room for all interface endpoints of Cloister, and the package mirror", () =>
    assert.ok(endpointNames.length + 1 <= limits.interfaceEndpoints.value));

  it("accept many accounts of an organization", () =>
    assert.deepEqual(planOf({ network: { organizationId: "o-exampleorgid", accountIds: accounts(1000) } }).problems, []));

  const uses: { it: string; given: Given; limit: LimitName; used?: number; warning?: RegExp }[] = [
    {
      it: "one VPC more than the region has",
      given: { findings: { counts: { vpcs: 5 } } },
      limit: "vpcs",
      used: 6,
      warning: /eu-central-1 would have 6 VPCs/,
    },
    {
      it: "the VPC of the shared endpoints, whose settings have no mode",
      given: { isEndpointHub: true, findings: { counts: { vpcs: 5 } } },
      limit: "vpcs",
      used: 6,
      warning:
        /network' must not be set, .*: eu-central-1 would have 6 VPCs.*Fix: pulumi config rm --path cloister-environment:network, or request/,
    },
    { it: "no VPC if the network has one", given: { findings: { counts: {} } }, limit: "vpcs" },
    { it: "no VPC in an existing VPC", given: inExistingVpc, limit: "vpcs" },
    { it: "the rules of the network ACL in a new VPC", given: {}, limit: "aclRules", used: 2 },
    {
      it: "the rules of the public network ACL, one for each range of an existing VPC",
      given: {
        ...inExistingVpc,
        network: { dnsFirewall: "block", egress: "nat" },
        findings: { vpc: { ...existingVpc, ranges: ranges(19) } },
      },
      limit: "aclRules",
      used: 21,
      warning:
        /network\.vpcId' must be a VPC with fewer CIDR ranges \(got 19\): a network ACL would have 21 rules, and AWS allows 20 by default/,
    },
    { it: "no network ACL in existing subnets", given: inExistingSubnets, limit: "aclRules" },
    {
      it: "one Elastic IP address in each zone",
      given: { network: { egress: "nat", zones: 3 }, findings: { counts: { otherElasticIps: 4 } } },
      limit: "elasticIps",
      used: 7,
      warning: /network\.egress' must not be 'nat' in 3 zones \(got 'nat'\): eu-central-1 would have 7 Elastic IP addresses/,
    },
    {
      it: "a rule and a peering connection of the shared endpoints",
      given: { sharedEndpoints: {}, findings: { ...peerings(), counts: { sharedGroupRules: 60, sharedPeerings: 3 } } },
      limit: "groupRules",
      used: 61,
      warning: /endpointsFrom' must not be 'core' for another environment \(got 'core'\): .* would have 61 rules/,
    },
    {
      it: "a peering connection of the VPC of the shared endpoints",
      given: { sharedEndpoints: {}, findings: { ...peerings(), counts: { sharedPeerings: 50 } } },
      limit: "peerings",
      used: 51,
      warning: /would have 51 peering connections/,
    },
    {
      it: "the security groups of existing endpoints",
      given: {
        ...inExistingVpc,
        network: { dnsFirewall: "block", endpoints: { omit: ["sts"] } },
        findings: { endpoints: [existingEndpoint({ securityGroupIds: Array.from({ length: 57 }, (_, i) => `sg-${i}`) })] },
      },
      limit: "groupRules",
      used: 61,
      warning: /network\.endpoints\.omit' must omit fewer endpoints \(got 1\): existing endpoints have 57 security groups/,
    },
    {
      it: "the ranges of central endpoints beside the security groups of existing endpoints",
      given: {
        ...inExistingSubnets,
        network: {
          dnsFirewall: "block",
          endpoints: { omit: ["sts"] },
          centralEndpoints: { vpcId: otherVpcId, cidrs: ["10.63.0.0/20", "10.63.16.0/20"], names: ["ssm"] },
        },
        findings: {
          ...inExistingSubnets.findings,
          endpoints: [existingEndpoint({ securityGroupIds: Array.from({ length: 55 }, (_, i) => `sg-${i}`) })],
        },
      },
      limit: "groupRules",
      used: 61,
      warning:
        /existing endpoints have 55 security groups, centralEndpoints\.cidrs lists 2 CIDR ranges, and the security group of workloads would have 61 rules.*Fix: use one security group for the existing endpoints, or list fewer ranges in centralEndpoints\.cidrs/,
    },
  ];
  for (const { it: title, given, limit, used, warning } of uses)
    it(`count ${title}`, async () => {
      const { quotaUses } = planOf(given);
      const found = quotaUses.filter((use) => use.limit === limit).map((use) => use.used);
      assert.equal(Math.max(-1, ...found), used ?? -1);
      // The quotas of the account cannot be read here.
      await useMocks({ project: "it", stack: "it", config: {} });
      const { warnings = [] } = await withQuotas({ plan: undefined, problems: [], quotaUses });
      if (warning) assert.match(warnings.map(problemText).join("\n"), warning);
      else assert.deepEqual(warnings, []);
    });
});
