// Deploys an environment with the settings of each layout in docs/landing-zones.md, under mocks with the networks of that layout.
// Does not prove that AWS returns these lookup results: tests/engine/network.test.ts looks networks up in the sandbox.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type MockOptions, runProgram } from "../helpers/mocks";
import { parse } from "yaml";
import { exampleEnvironment, exampleStudio } from "./example-environment";
import { ofType } from "./world";

type Answers = NonNullable<MockOptions["answers"]>;
type Network = Record<string, unknown>;

const page = fs.readFileSync(path.resolve(__dirname, "../../docs/landing-zones.md"), "utf8");
/** The headings of the layouts, in the order of the table. */
const layouts = [...page.matchAll(/^\| .*\[[^\]]+\]\(#([\w-]+)\)/gm)].map(([, anchor]) => anchor!);
const section = (anchor: string): string =>
  page.split(/^### /m).find((text) => text.split("\n")[0]!.toLowerCase().replaceAll(",", "").replaceAll(" ", "-") === anchor)!;

/** Settings in the YAML block of a section. */
function block(text: string): Network {
  const [, yaml] = /```yaml\n([^`]*)```/.exec(text) ?? [];
  return yaml === undefined ? {} : (parse(yaml) as Record<string, Network>)["cloister-environment:network"]!;
}

const command = /pulumi --cwd environment config set --stack risk-dev --path (?:'([^']+)'|(\S+)) (?:"([^"]+)"|(\S+))/g;
/** A path to a member of an object, or to an item of a list. */
const settingPath = /^network\.(?<name>\w+)(?:\.(?<key>[\w-]+)|\["(?<quoted>.+)"\]|\[\d+\])$/;

/** Settings of the commands `pulumi config set --path` in a section. */
function commands(text: string): Network {
  const network: Network = {};
  for (const [, quotedPath, path_, quotedValue, plainValue] of text.matchAll(command)) {
    const { name, key, quoted } = settingPath.exec(quotedPath ?? path_!)!.groups!;
    const [value, member, before] = [quotedValue ?? plainValue!, key ?? quoted, network[name!]];
    network[name!] = member === undefined ? [...((before ?? []) as string[]), value] : { ...(before as object), [member]: value };
  }
  return network;
}

const vpcId = "vpc-0a1b2c3d4e5f60718";
const subnetIds = ["subnet-0a1b2c3d4e5f60718", "subnet-1a2b3c4d5e6f70819"];
const inSubnets: Network = { mode: "existing-subnets", vpcId, subnetIds, dnsFirewall: "block" };

const vpc = (more: object = {}) => ({
  id: vpcId,
  cidrBlockAssociations: [{ cidrBlock: "10.20.0.0/16", state: "associated" }],
  enableDnsSupport: true,
  enableDnsHostnames: true,
  instanceTenancy: "default",
  ...more,
});
const subnet = (id: unknown, more: object = {}) => {
  const index = subnetIds.indexOf(String(id));
  return {
    id,
    vpcId,
    availabilityZone: `eu-central-1${"ab"[index] ?? "c"}`,
    cidrBlock: `10.20.${index + 1}.0/24`,
    availableIpAddressCount: 250,
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: false,
    tags: {},
    ...more,
  };
};
const base: Answers = {
  getVpc: () => vpc(),
  getSubnets: () => ({ ids: subnetIds }),
  getSubnet: ({ id }) => subnet(id),
  getRouteTable: ({ subnetId }) => (subnetId ? undefined : { routeTableId: "rtb-main", routes: [] }),
  getVpcEndpoint: () => undefined,
  getInternetGateway: () => undefined,
  getPrefixList: () => ({ id: "pl-s3" }),
};
const routes = (...list: object[]): Answers => ({
  ...base,
  getRouteTable: ({ subnetId }) => (subnetId ? undefined : { routeTableId: "rtb-main", routes: list }),
});

interface Layout {
  /** Settings that the page does not repeat in this section. */
  given?: Network;
  /** The networks of the layout. */
  answers: Answers;
  /** The problem without the settings of the section. Absent if the layout has usable defaults. */
  without?: RegExp;
}

const worlds: Record<string, Layout> = {
  "shared-subnets": {
    answers: { ...base, getVpc: () => vpc({ ownerId: "999900001111" }) },
    given: inSubnets,
    without: /network\.dnsFirewall' must be/,
  },
  "firewall-and-transit-gateway": {
    answers: routes({ cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-0a1b2c3d4e5f60718" }),
    given: inSubnets,
    without: /routes 0\.0\.0\.0\/0 to a transit gateway \(tgw-0a1b2c3d4e5f60718\)/,
  },
  "dhcp-options-and-name-servers": {
    answers: {
      ...base,
      getVpc: () => vpc({ dhcpOptionsId: "dopt-0a1b2c3d" }),
      getVpcDhcpOptions: () => ({ domainName: "bank.example", domainNameServers: ["10.0.0.10"] }),
    },
    given: inSubnets,
    without: /10\.0\.0\.10/,
  },
  "central-endpoints": {
    answers: routes({ cidrBlock: "10.63.0.0/16", transitGatewayId: "tgw-0a1b2c3d4e5f60718" }),
    given: { ...inSubnets, centralEndpoints: { vpcId: "vpc-0fedcba9876543210", cidrs: ["10.63.0.0/20"] } },
    without: /acceptedPaths/,
  },
  "secondary-ranges-ipv6-and-zones": {
    answers: {
      ...base,
      getVpc: () =>
        vpc({
          cidrBlockAssociations: ["10.20.0.0/16", "100.64.0.0/16"].map((cidrBlock) => ({ cidrBlock, state: "associated" })),
        }),
      // A subnet with only IPv6 addresses.
      getSubnet: ({ id }) => subnet(id, { cidrBlock: "" }),
    },
    given: { mode: "existing-vpc", vpcId, cidr: "100.64.16.0/20", dnsFirewall: "block" },
  },
};

const deploy = async (network: Network, answers: Answers) => {
  const world = await exampleEnvironment(
    { "cloister-environment:network": network, "cloister-environment:studio": exampleStudio([]) },
    { answers, zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
  );
  return { world, outputs: await runProgram("environment") };
};

describe("layouts of landing zones", () => {
  it("are those that this test deploys", () => assert.deepEqual(layouts, Object.keys(worlds)));

  for (const [anchor, { given = {}, answers, without }] of Object.entries(worlds)) {
    it(`are deployed with the settings of '${anchor}'`, async () => {
      const text = section(anchor);
      const settings = { ...block(text), ...commands(text) };
      assert.notDeepEqual(settings, {}, "the section has no settings");
      const { world, outputs } = await deploy({ ...given, ...settings }, answers);
      assert.equal(outputs.vpcId, vpcId);
      assert.deepEqual(ofType(world, "aws:ec2/vpc:Vpc"), []);
      for (const { inputs } of ofType(world, "aws:ec2/subnet:Subnet")) assert.match(String(inputs.cidrBlock), /^100\.64\./);
    });

    if (without) it(`are rejected without the settings of '${anchor}'`, () => assert.rejects(deploy(given, answers), without));
  }
});
