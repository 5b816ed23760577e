// Defines requests and AWS lookup results for the network plan tests, such as a region that offers every service.
import assert from "node:assert/strict";
import { endpointNames } from "@cloister/components/network/catalogue";
import { type FoundEndpoint, type FoundSubnet, type NetworkFindings } from "@cloister/components/network/lookup/findings";
import { planNetwork } from "@cloister/components/network/plan/network";
import { type NetworkRequest, prepareRequest, type SharedEndpoints } from "@cloister/components/network/request";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { problemText } from "@cloister/components/stack/preflight";
import { z } from "zod";
import { problemsWith } from "../../helpers/changed-values";
import { note } from "../../helpers/recording";

export const region = "eu-central-1";
export const zones = ["a", "b", "c"].map((letter) => region + letter);
/** Availability Zones by ID, in an order that differs from the order of their names. */
export const zoneNames = { "euc1-az2": zones[0]!, "euc1-az3": zones[1]!, "euc1-az1": zones[2]! };
export const [vpcId, otherVpcId] = ["vpc-0123456789abcdef0", "vpc-0fedcba9876543210"] as const;
export const subnetIds = ["subnet-00000000000000001", "subnet-00000000000000002"] as const;
export const roleArn = "arn:aws:iam::111122223333:role/flow-logs";

const settingsPath = "cloister-environment:network";
const vpcSchema = z.strictObject(vpcSettings("10.64.0.0/20"));
// Only environments have a flow log destination.
const networkSchema = z.strictObject({
  ...networkSettings(["studio", "jobs"]),
  flowLogDestination: z.enum(["cloudwatch", "log-bucket"]).prefault("cloudwatch"),
});

/** Differences from a new VPC with default settings in a region that offers every service. */
export interface Given {
  vpcSettings?: Record<string, unknown>;
  network?: Record<string, unknown>;
  findings?: Partial<NetworkFindings>;
  sharedEndpoints?: Partial<SharedEndpoints>;
  omit?: NetworkRequest["omit"];
  isEndpointHub?: boolean;
  reserved?: NetworkRequest["reserved"];
  region?: string;
}

export const sharedEndpoints: SharedEndpoints = {
  state: "core",
  vpcId: otherVpcId,
  cidr: "10.63.0.0/20",
  routeTableIds: ["rtb-hub"],
  endpoints: ["sts", "ssm", "athena"],
};

export const requestOf = (given: Given): NetworkRequest => ({
  name: "fraud-dev",
  region: given.region ?? region,
  partition: "aws",
  accountId: "111122223333",
  vpcSettings: vpcSchema.parse(given.vpcSettings ?? {}),
  defaultCidr: "10.64.0.0/20",
  network: networkSchema.parse(given.network ?? {}),
  ...(given.reserved && { reserved: given.reserved }),
  ...(given.omit && { omit: given.omit }),
  ...(given.isEndpointHub && { isEndpointHub: true }),
  paths: { vpcSettings: settingsPath, network: settingsPath, sharedEndpoints: "cloister-environment:endpointsFrom" },
  ...(given.sharedEndpoints && { sharedEndpoints: { ...sharedEndpoints, ...given.sharedEndpoints } }),
});

/** Tags that an earlier deployment of the network added to a resource. */
export const managed = (role: string) => ({ Name: `fraud-dev-${role}`, "cloister:environment": "fraud-dev" });

export const subnet = (index: number, differing: Partial<FoundSubnet> = {}): FoundSubnet => ({
  id: subnetIds[index]!,
  vpcId,
  zone: zones[index]!,
  cidr: `10.0.${index}.0/24`,
  freeAddresses: 200,
  assignsPublicAddresses: false,
  isOnOutpost: false,
  tags: {},
  routeTableId: `rtb-${index}`,
  routes: [{ destination: "10.0.0.0/16", target: "local" }],
  ...differing,
});

/** An endpoint policy that allows only the account of the network. */
export const restrictedPolicy = JSON.stringify({
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } } },
  ],
});

/** An STS endpoint in the VPC that Cloister did not create. */
export const existingEndpoint = (differing: Partial<FoundEndpoint> = {}): FoundEndpoint => ({
  name: "sts",
  id: "vpce-existing",
  privateDns: true,
  tags: {},
  subnetIds: [],
  securityGroupIds: ["sg-existing"],
  policy: restrictedPolicy,
  ...differing,
});

export const s3Endpoint = {
  id: "vpce-0123456789abcdef0",
  vpcId,
  type: "Gateway",
  serviceName: `com.amazonaws.${region}.s3`,
  routeTableIds: ["rtb-0"],
  policy: restrictedPolicy,
};

export const peerings = (differing: Partial<NonNullable<NetworkFindings["peerings"]>> = {}) => ({
  peerings: { managed: [], others: [], routes: [], ...differing },
});

/** All endpoint services, each in these Availability Zones. */
export const servicesIn = (offered: string[]): NetworkFindings["services"] =>
  Object.fromEntries(endpointNames.map((name) => [name, { serviceName: `com.amazonaws.${region}.${name}`, zones: offered }]));

export const existingVpc: NonNullable<NetworkFindings["vpc"]> = {
  ranges: ["10.0.0.0/16"],
  dnsSupport: true,
  dnsHostnames: true,
  tenancy: "default",
  ownerId: "111122223333",
  attached: [],
};
export const allServices = servicesIn(zones);
/** All endpoint services, with STS only in these Availability Zones. */
export const stsIn = (offered: string[]) => ({
  services: { ...allServices, sts: { serviceName: "com.amazonaws.x.sts", zones: offered } },
});

export const planOf = (given: Given) => {
  const findings: NetworkFindings = {
    zones,
    zoneNames,
    services: allServices,
    vpc: existingVpc,
    subnets: [],
    endpoints: [],
    ...given.findings,
  };
  const request = prepareRequest(requestOf(given));
  const { plan, problems, warnings = [], quotaUses = [] } = planNetwork(request, findings);
  const usual = planNetwork(prepareRequest(requestOf({})), { zones, zoneNames, services: allServices, subnets: [], endpoints: [] });
  const isUnusual = ([key, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(usual.plan[key as keyof typeof plan]);
  note({ warnings: warnings.map(problemText), ...Object.fromEntries(Object.entries(plan).filter(isUnusual)) });
  if (JSON.stringify(quotaUses) !== JSON.stringify(usual.quotaUses)) note(quotaUses);
  const changed = { ...findings, services: undefined, zones: undefined, zoneNames: undefined };
  note(
    problemsWith(changed, "found", (item) => {
      const result = planNetwork(request, {
        ...item,
        services: findings.services,
        zones: findings.zones,
        zoneNames: findings.zoneNames,
      } as NetworkFindings);
      return [...result.problems, ...(result.warnings ?? [])];
    }),
  );
  return { plan, problems: problems.map(problemText), warnings: warnings.map(problemText), quotaUses };
};

export const inExistingVpc = {
  vpcSettings: { mode: "existing-vpc", vpcId, cidr: "10.0.64.0/20" },
  network: { dnsFirewall: "block" },
};
export const inExistingSubnets = {
  vpcSettings: { mode: "existing-subnets", vpcId, subnetIds },
  network: { dnsFirewall: "block" },
  findings: { subnets: [subnet(0), subnet(1)] },
};

/** Asserts that a plan has a problem with this message, and that every message names a setting and a fix. */
export function assertProblem(given: Given, message: RegExp): void {
  const { problems } = planOf(given);
  assert.ok(
    problems.some((problem) => message.test(problem)),
    `${message} is not among:\n${problems.join("\n")}`,
  );
  for (const problem of problems)
    assert.match(problem, /^'cloister-(environment:(network\.\w|endpointsFrom)|target-accounts:accounts).* Fix: \S.*[^.]$/);
}

/** Defines a test for each problem. */
export function itReports(cases: [title: string, given: Given, message: RegExp][]): void {
  for (const [title, given, message] of cases) it(`reports ${title}`, () => assertProblem(given, message));
}
