// Decides with the IAM simulator whether the deploy role of `cloister bootstrap` can look up and use existing resources, for
// all settings of the wiring table. Does not prove that the provider makes no other calls.
import assert from "node:assert/strict";
import { deployRoleName } from "@cloister/components/identity/deploy-role/names";
import { deployOptionsOf, type StageSettings } from "@cloister/components/identity/deploy-role/options";
import { type MockOptions, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { decideFor, policySetOf } from "../permissions/deploy-role/decide";
import { vpcId } from "./wiring/lookups";
import { type Settings } from "./wiring/settings";
import { settingsOfRow } from "./wiring/table";
import { targetAccounts } from "./wiring/target-accounts";

type Call = World["calls"][number];
/** An action with its resource, for which the role of an account must be allowed. */
type Request = [action: string, resource: string];
interface Role {
  arn: string;
  accountId: string;
  flowLogRoleArn: string;
}
type Requests = (inputs: Call["inputs"], role: Role) => Request[];

const describing =
  (...names: string[]): Requests =>
  () =>
    names.map((name) => [`ec2:${name}`, "*"]);
const none: Requests = () => [];
const zone = "arn:aws:route53:::hostedzone/Z1";
const ec2Arn = ({ accountId }: Role, resource: string) => `arn:aws:ec2:${REGION}:${accountId}:${resource}`;

/**
 * The requests of each lookup function.
 * Source: `internal/service/*_data_source.go` of the Terraform provider, whose code the Pulumi AWS provider contains.
 */
const lookups: Record<string, Requests> = {
  // STS requires no permission, and the provider contains the regions and partitions.
  "aws:index/getCallerIdentity:getCallerIdentity": none,
  "aws:index/getPartition:getPartition": none,
  "aws:index/getRegion:getRegion": none,
  "aws:index/getAvailabilityZones:getAvailabilityZones": describing("DescribeAvailabilityZones"),
  "aws:ec2/getEips:getEips": describing("DescribeAddresses"),
  "aws:ec2/getInternetGateway:getInternetGateway": describing("DescribeInternetGateways"),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ id }, role) => [
    ["ec2:DescribeManagedPrefixLists", "*"],
    ["ec2:GetManagedPrefixListEntries", ec2Arn(role, `prefix-list/${String(id)}`)],
  ],
  "aws:ec2/getNatGateways:getNatGateways": describing("DescribeNatGateways"),
  "aws:ec2/getPrefixList:getPrefixList": describing("DescribePrefixLists"),
  // The provider also reads the network interface that a route leads to.
  "aws:ec2/getRouteTable:getRouteTable": describing("DescribeRouteTables", "DescribeNetworkInterfaces"),
  "aws:ec2/getSubnet:getSubnet": describing("DescribeSubnets"),
  "aws:ec2/getSubnets:getSubnets": describing("DescribeSubnets"),
  "aws:ec2/getVpc:getVpc": describing("DescribeVpcs", "DescribeVpcAttribute", "DescribeRouteTables"),
  "aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions": describing("DescribeDhcpOptions"),
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": describing("DescribeVpcEndpoints", "DescribePrefixLists"),
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": describing("DescribeVpcEndpointServices"),
  "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections": describing("DescribeVpcPeeringConnections"),
  "aws:ec2/getVpcs:getVpcs": describing("DescribeVpcs"),
  "aws:ec2/getVpnGateway:getVpnGateway": describing("DescribeVpnGateways"),
  "aws:iam/getPolicy:getPolicy": ({ arn }) => [
    ["iam:GetPolicy", String(arn)],
    ["iam:GetPolicyVersion", String(arn)],
  ],
  "aws:iam/getRole:getRole": ({ name }, { arn, flowLogRoleArn }) => [
    ["iam:GetRole", [arn, flowLogRoleArn].find((item) => item.endsWith(`/${String(name)}`)) ?? `unknown role ${String(name)}`],
  ],
  "aws:iam/getSessionContext:getSessionContext": (_, { arn }) => [["iam:GetRole", arn]],
  "aws:route53/getZone:getZone": () => [
    ["route53:ListHostedZones", "*"],
    ["route53:GetHostedZone", zone],
    ["route53:ListResourceRecordSets", zone],
    ["route53:ListTagsForResource", zone],
  ],
};

/**
 * The EC2 actions on an existing resource in an input, while a resource is created, changed or deleted.
 * Source: AWS Service Authorization Reference; `internal/service/ec2` of the Terraform provider.
 */
const uses: Record<string, string[]> = {
  "FlowLog.subnetId": ["CreateFlowLogs"],
  "InternetGateway.vpcId": ["AttachInternetGateway", "DetachInternetGateway"],
  "NetworkAcl.vpcId": ["CreateNetworkAcl"],
  "RouteTable.vpcId": ["CreateRouteTable"],
  "SecurityGroup.vpcId": ["CreateSecurityGroup"],
  "Subnet.vpcId": ["CreateSubnet"],
  "VpcEndpoint.routeTableIds": ["CreateVpcEndpoint", "ModifyVpcEndpoint"],
  "VpcEndpoint.subnetIds": ["CreateVpcEndpoint", "ModifyVpcEndpoint"],
  "VpcEndpoint.vpcId": ["CreateVpcEndpoint"],
  "VpcEndpointRouteTableAssociation.vpcEndpointId": ["ModifyVpcEndpoint"],
  // Route 53 Resolver does not authorize the VPC, except for the configuration of its DNS firewall.
  "ResolverFirewallConfig.resourceId": [],
  "ResolverFirewallRuleGroupAssociation.vpcId": [],
  "ResolverQueryLogConfigAssociation.resourceId": [],
};
const types: Record<string, string> = { vpc: "vpc", subnet: "subnet", rtb: "route-table", vpce: "vpc-endpoint" };

const stage = { name: "fraud-dev-staging", environment: "fraud-dev", stage: "staging", region: REGION };
const rows = Object.entries(targetAccounts.rows).flatMap(([path, found]) => [found].flat().map((row) => ({ path, row })));

/** The settings of all rows that use the role of `cloister bootstrap` of the stage, and settings that no row has together. */
function everySettings(): Settings[] {
  const ofRows = rows.flatMap(({ path, row }) => {
    const { before, after } = settingsOfRow(targetAccounts, path, row);
    return "rejected" in row ? [before] : [before, after];
  });
  const nat: Settings = {
    ...targetAccounts.base,
    accounts: [{ id: "444455556666", mode: "existing-vpc", vpcId, cidr: "10.64.64.0/20" }],
    network: { egress: "nat", dnsFirewall: "block" },
  };
  const all = new Map([...ofRows, nat].map((settings) => [JSON.stringify(settings), settings]));
  return [...all.values()].filter(
    (settings) => settings.deployRoleName === undefined && settings.environmentStack === "fraud-dev" && settings.stage === stage.stage,
  );
}

/** Answers with which the program looks up more: DHCP options, and the ranges of a prefix list. */
const answers: MockOptions["answers"] = {
  ...targetAccounts.mocks?.answers,
  getVpc: (inputs) => ({ ...targetAccounts.mocks!.answers!.getVpc!(inputs), dhcpOptionsId: "dopt-0123456789abcdef0" }),
  getRouteTable: (inputs) => {
    const table = targetAccounts.mocks!.answers!.getRouteTable!(inputs)!;
    const toS3 = { destinationPrefixListId: "pl-0123456789abcdef0", gatewayId: "vpce-0123456789abcdef0" };
    return { ...table, routes: [...(table.routes as object[]), toS3] };
  },
  getManagedPrefixList: () => ({ entries: [{ cidr: "52.219.0.0/16" }], ownerId: "AWS" }),
};

async function runWith(settings: Settings): Promise<World> {
  const { project, stack, folder, mocks } = targetAccounts;
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
  const world = await useMocks({ project, stack, config, ...mocks, answers });
  await runProgram(folder);
  return world;
}

const accountOf = (provider: string | undefined) => provider?.split(`${stage.name}-account-`)[1];

/** The existing resources in the inputs of a resource: IDs that mocks did not derive from a name. */
const existingIn = ({ type, inputs }: World["resources"][number]) =>
  Object.entries(inputs).flatMap(([property, value]) =>
    [value].flat().flatMap((id) => {
      const kind = /^(vpc|subnet|rtb|vpce)-[0-9a-f]+$/.exec(String(id))?.[1];
      return kind === undefined ? [] : [{ use: `${type.split(":").at(-1)!}.${property}`, resource: `${types[kind]!}/${String(id)}` }];
    }),
  );

describe("deploy role of a stage with any settings", () => {
  const runs: { settings: Settings; world: World }[] = [];
  before(async function () {
    this.timeout(120_000);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      for (const settings of everySettings()) runs.push({ settings, world: await runWith(settings) });
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  /** The requests that the role with the permissions for the settings cannot make, each with what makes the request. */
  async function denied(requestsOf: (world: World) => { by: string; accountId?: string; requests: Requests; inputs: Call["inputs"] }[]) {
    const found = new Set<string>();
    for (const { settings, world } of runs) {
      const options = deployOptionsOf(settings as StageSettings, { partition: "aws", region: REGION });
      for (const { by, accountId, requests, inputs } of requestsOf(world)) {
        if (accountId === undefined) continue;
        const arn = `arn:aws:iam::${accountId}:role/${deployRoleName(stage)}`;
        const policies = policySetOf(stage, accountId, options);
        for (const [action, resource] of requests(inputs, { arn, accountId, flowLogRoleArn: String(options.flowLogRoleArns?.[0]) })) {
          // Route 53 is a global service, whose requests have another region.
          const context: Record<string, string> = action.startsWith("route53:") ? { "aws:RequestedRegion": "us-east-1" } : {};
          const { result } = await decideFor(policies, "deploy", { action, resource, context }, accountId);
          if (result === "denied") found.add(`${by}: ${action} on ${resource}`);
        }
      }
    }
    return [...found];
  }

  const callsOf = ({ calls }: World) => calls.filter(({ provider }) => accountOf(provider) !== undefined);

  it("makes exactly the lookups that this file lists", () =>
    assert.deepEqual(
      [...new Set(runs.flatMap(({ world }) => callsOf(world).map(({ token }) => token)))].sort(),
      Object.keys(lookups).sort(),
    ));

  it("can make every lookup", async () =>
    assert.deepEqual(
      await denied((world) =>
        callsOf(world).map(({ token, inputs, provider }) => ({
          by: token.split(":").at(-1)!,
          accountId: accountOf(provider),
          requests: lookups[token] ?? none,
          inputs,
        })),
      ),
      [],
    )).timeout(120_000);

  it("uses existing resources exactly as this file lists", () =>
    assert.deepEqual(
      [...new Set(runs.flatMap(({ world }) => world.resources.flatMap(existingIn).map(({ use }) => use)))].sort(),
      Object.keys(uses).sort(),
    ));

  it("can use every existing resource", async () =>
    assert.deepEqual(
      await denied((world) =>
        world.resources.flatMap((registered) =>
          existingIn(registered).map(({ use, resource }) => ({
            by: use,
            accountId: accountOf(registered.provider),
            requests: (_, role) => (uses[use] ?? []).map((action) => [`ec2:${action}`, ec2Arn(role, resource)]),
            inputs: {},
          })),
        ),
      ),
      [],
    )).timeout(120_000);
});
