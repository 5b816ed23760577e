import { noInternetRoute } from "@cloister/policy-pack/rules/network/no-internet-route";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/evaluate";
import { type ResourceCase, type StackCase, testRule } from "../table";

const route = "aws:ec2/route:Route";
const table = "aws:ec2/routeTable:RouteTable";
const mainTable = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const gateways: [string, string, string][] = [
  ["aws:ec2/internetGateway:InternetGateway", "gatewayId", "an internet gateway"],
  ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "egressOnlyGatewayId", "an egress-only internet gateway"],
  ["aws:ec2/carrierGateway:CarrierGateway", "carrierGatewayId", "a carrier gateway"],
  ["aws:ec2/natGateway:NatGateway", "natGatewayId", "a NAT gateway"],
];
const everything =
  /^A route sends all traffic \(.*\) to a target that policy setting 'allowedTargets' does not list, so data can leave the VPC\. Remove the route/;
const wide = /^A route sends .*, which is wider than \/8, to a target/;
const joined = /^The routes .* together send all traffic out of the VPC\. Remove/;
const to = (what: string) =>
  new RegExp(`^A route leads to ${what}, so resources in the associated subnets can send data to the internet\\. Remove the route`);
const nat = { natVpcs: ["egress"] };

const vpc: TestResource = { type: "aws:ec2/vpc:Vpc", name: "vpc" };
/** A route for half of the IPv6 addresses to a transit gateway; `where` names the route table. */
const half = (range: string, where: Pick<TestResource, "props" | "propertyDependencies">): TestResource => ({
  type: route,
  name: `half ${range}`,
  props: { destinationIpv6CidrBlock: range, transitGatewayId: "tgw-1", ...where.props },
  propertyDependencies: where.propertyDependencies ?? {},
});
const ofTable = (name: string) => ({ propertyDependencies: { routeTableId: [name] } });
const inlineHalf = { routes: [{ ipv6CidrBlock: "::/1", transitGatewayId: "tgw-1" }] };

const listOf = (...cidrs: string[]): TestResource => ({
  type: "aws:ec2/managedPrefixList:ManagedPrefixList",
  name: "list",
  props: { entries: cidrs.map((cidr) => ({ cidr })) },
});
const toList = (type: string, props: object, property: string): TestResource => ({
  type,
  name: "out",
  props,
  propertyDependencies: { [property]: ["list"] },
});

/** Cases for the same route in each of the three resource types. */
function written(
  it: string,
  target: object,
  destination: { ipv4?: string; ipv6?: string },
  rest: Pick<ResourceCase, "want" | "settings"> = {},
): ResourceCase[] {
  const inline = { routes: [{ cidrBlock: destination.ipv4, ipv6CidrBlock: destination.ipv6, ...target }] };
  return [
    {
      it: `${it} (route)`,
      type: route,
      inputs: { destinationCidrBlock: destination.ipv4, destinationIpv6CidrBlock: destination.ipv6, ...target },
      ...rest,
    },
    { it: `${it} (table)`, type: table, inputs: inline, ...rest },
    { it: `${it} (main table)`, type: mainTable, inputs: inline, ...rest },
  ];
}

testRule(noInternetRoute, {
  resource: [
    ...written("accepts a range to a transit gateway", { transitGatewayId: "tgw-1" }, { ipv4: "10.0.0.0/8" }),
    ...written("accepts the local route", { gatewayId: "local" }, { ipv4: "0.0.0.0/0" }),
    ...written("accepts all traffic to a VPN gateway", { gatewayId: "vgw-1" }, { ipv4: "0.0.0.0/0" }),
    ...written("accepts a gateway endpoint", { gatewayId: "vpce-1" }, { ipv4: "0.0.0.0/0" }),
    ...written("rejects an internet gateway", { gatewayId: "igw-1" }, { ipv4: "0.0.0.0/0" }, { want: [to("an internet gateway")] }),
    ...written(
      "rejects an internet gateway, whatever the destination",
      { gatewayId: "igw-1" },
      { ipv4: "203.0.113.0/24" },
      { want: [to("an internet gateway")] },
    ),
    ...written(
      "rejects an egress-only internet gateway",
      { egressOnlyGatewayId: UNKNOWN },
      { ipv6: "2001:db8::/32" },
      { want: [to("an egress-only internet gateway")] },
    ),
    ...written("rejects a carrier gateway", { carrierGatewayId: "cagw-1" }, { ipv4: "10.0.0.0/16" }, { want: [to("a carrier gateway")] }),
    ...written("rejects a NAT gateway", { natGatewayId: UNKNOWN }, { ipv4: "10.0.0.0/16" }, { want: [to("a NAT gateway")] }),
    ...written("accepts a NAT gateway with NAT", { natGatewayId: "nat-1" }, { ipv4: "0.0.0.0/0" }, { settings: nat }),
    ...written("accepts an internet gateway with NAT", { gatewayId: "igw-1" }, { ipv4: "0.0.0.0/0" }, { settings: nat }),
    ...written(
      "rejects an egress-only internet gateway with NAT",
      { egressOnlyGatewayId: "eigw-1" },
      { ipv6: "::/0" },
      { settings: nat, want: [to("an egress-only internet gateway")] },
    ),
    ...["transitGatewayId", "vpcPeeringConnectionId", "networkInterfaceId", "localGatewayId", "coreNetworkArn"].flatMap((property) =>
      written(`rejects all traffic to ${property}`, { [property]: "id-1" }, { ipv4: "0.0.0.0/0" }, { want: [everything] }),
    ),
    ...written("rejects all traffic to a firewall endpoint", { vpcEndpointId: "vpce-1" }, { ipv4: "0.0.0.0/0" }, { want: [everything] }),
    ...written(
      "accepts all traffic to a firewall endpoint that is listed",
      { vpcEndpointId: "vpce-1" },
      { ipv4: "0.0.0.0/0" },
      { settings: { allowedTargets: ["vpce-1"] } },
    ),
    ...written(
      "accepts all traffic to a transit gateway that is listed",
      { transitGatewayId: "tgw-1" },
      { ipv4: "0.0.0.0/0" },
      { settings: { allowedTargets: ["tgw-1"] } },
    ),
    ...written(
      "rejects all traffic to a target that is not listed",
      { transitGatewayId: "tgw-2" },
      { ipv4: "0.0.0.0/0" },
      { settings: { allowedTargets: ["tgw-1"] }, want: [everything] },
    ),
    ...written("rejects all IPv6 traffic", { transitGatewayId: "tgw-1" }, { ipv6: "::/0" }, { want: [everything] }),
    ...written("rejects all traffic with host bits", { transitGatewayId: "tgw-1" }, { ipv4: "10.1.2.3/0" }, { want: [everything] }),
    ...written("rejects all IPv6 traffic in the IPv4 property", { transitGatewayId: "tgw-1" }, { ipv4: "::/0" }, { want: [everything] }),
    ...written(
      "rejects all IPv4 traffic in the IPv6 property",
      { transitGatewayId: "tgw-1" },
      { ipv6: "0.0.0.0/0" },
      { want: [everything] },
    ),
    ...written("rejects a destination wider than /8", { transitGatewayId: "tgw-1" }, { ipv4: "10.0.0.0/7" }, { want: [wide] }),
    ...written(
      "reads the widest destination from minPrefixLength",
      { transitGatewayId: "tgw-1" },
      { ipv4: "10.0.0.0/8" },
      { settings: { minPrefixLength: 12 }, want: [/wider than \/12/] },
    ),
    ...written("leaves a gateway that is unknown at preview to the stack view", { gatewayId: UNKNOWN }, { ipv4: "0.0.0.0/0" }),
    ...written("accepts a destination that is unknown at preview", { transitGatewayId: "tgw-1" }, { ipv4: UNKNOWN }),
    ...written(
      "rejects all traffic to a target that is unknown at preview when no target is listed",
      { transitGatewayId: UNKNOWN },
      { ipv4: "0.0.0.0/0" },
      { want: [everything] },
    ),
    ...written(
      "accepts a target that is unknown at preview when targets are listed",
      { transitGatewayId: UNKNOWN },
      { ipv4: "0.0.0.0/0" },
      { settings: { allowedTargets: ["tgw-1"] } },
    ),
    {
      it: "rejects two halves of all traffic in one table",
      type: table,
      inputs: {
        routes: [
          { ipv6CidrBlock: "::/1", transitGatewayId: "tgw-1" },
          { ipv6CidrBlock: "8000::/1", transitGatewayId: "tgw-1" },
        ],
      },
      want: [joined],
    },
    {
      it: "accepts halves when one half has a listed target",
      type: table,
      inputs: {
        routes: [
          { ipv6CidrBlock: "::/1", transitGatewayId: "tgw-1" },
          { ipv6CidrBlock: "8000::/1", transitGatewayId: "tgw-2" },
        ],
      },
      settings: { allowedTargets: ["tgw-2"] },
    },
    { it: "accepts a main table without routes", type: mainTable, inputs: { routes: [] } },
    { it: "accepts routes that are unknown at preview", type: table, inputs: { routes: UNKNOWN_ARRAY } },
    {
      it: "evaluates the other routes when one is unknown at preview",
      type: table,
      inputs: { routes: [UNKNOWN, { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] },
      want: [to("an internet gateway")],
    },
    {
      it: "accepts a prefix list to a gateway endpoint",
      type: route,
      inputs: { destinationPrefixListId: "pl-1", vpcEndpointId: "vpce-1" },
    },
    {
      it: "rejects a prefix list to an internet gateway",
      type: route,
      inputs: { destinationPrefixListId: "pl-1", gatewayId: "igw-1" },
      want: [to("an internet gateway")],
    },
  ],
  stack: [
    ...gateways.flatMap(([type, property, what]): StackCase[] => {
      const pattern = new RegExp(`^A route leads to ${what} \\(gateway\\), so resources in the associated subnets`);
      return [
        {
          it: `rejects a route to ${what} in the same stack`,
          resources: [
            { type, name: "gateway" },
            { type: route, name: "out", props: { [property]: UNKNOWN }, propertyDependencies: { [property]: ["gateway"] } },
          ],
          want: [["out", pattern]],
        },
        ...[table, mainTable].map(
          (tableType): StackCase => ({
            it: `rejects a ${tableType.split(":")[2]} with a route to ${what} in the same stack`,
            resources: [
              { type, name: "gateway" },
              { type: tableType, name: "out", props: { routes: UNKNOWN_ARRAY }, propertyDependencies: { routes: ["gateway"] } },
            ],
            want: [["out", pattern]],
          }),
        ),
      ];
    }),
    {
      it: "accepts routes that NAT needs",
      settings: nat,
      resources: [
        { type: gateways[0]![0], name: "internet" },
        { type: gateways[3]![0], name: "nat" },
        { type: route, name: "out", propertyDependencies: { gatewayId: ["internet"] } },
        { type: route, name: "in", propertyDependencies: { natGatewayId: ["nat"] } },
      ],
    },
    {
      it: "rejects a route to an egress-only internet gateway with NAT",
      settings: nat,
      resources: [
        { type: gateways[1]![0], name: "gateway" },
        { type: route, name: "out", propertyDependencies: { egressOnlyGatewayId: ["gateway"] } },
      ],
      want: [["out", /an egress-only internet gateway \(gateway\)/]],
    },
    {
      it: "accepts a route to a VPN gateway of the same stack",
      resources: [
        { type: "aws:ec2/vpnGateway:VpnGateway", name: "vpn" },
        { type: route, name: "branch", props: { gatewayId: UNKNOWN }, propertyDependencies: { gatewayId: ["vpn"] } },
      ],
    },
    {
      it: "rejects separate routes in one table that together match all traffic",
      resources: [
        { type: table, name: "private" },
        ...["::/1", "8000::/1"].map((half, i) => ({
          type: route,
          name: `half-${i}`,
          props: { destinationIpv6CidrBlock: half, transitGatewayId: "tgw-1" },
          propertyDependencies: { routeTableId: ["private"] },
        })),
      ],
      want: [["private", joined]],
    },
    {
      it: "accepts halves in different tables",
      resources: ["::/1", "8000::/1"].flatMap((half, i) => [
        { type: table, name: `table-${i}` },
        {
          type: route,
          name: `half-${i}`,
          props: { destinationIpv6CidrBlock: half, transitGatewayId: "tgw-1" },
          propertyDependencies: { routeTableId: [`table-${i}`] },
        },
      ]),
    },
    ...[table, mainTable].map(
      (type): StackCase => ({
        it: `rejects a half in a ${type.split(":")[2]} and the other half in a separate route`,
        resources: [{ type, name: "private", props: inlineHalf }, half("8000::/1", ofTable("private"))],
        want: [["private", joined]],
      }),
    ),
    {
      it: "rejects halves in a main table when one route names the table by the VPC",
      resources: [
        vpc,
        { type: mainTable, name: "main", props: { defaultRouteTableId: UNKNOWN }, propertyDependencies: { defaultRouteTableId: ["vpc"] } },
        half("::/1", ofTable("vpc")),
        half("8000::/1", ofTable("main")),
      ],
      want: [["main", joined]],
    },
    {
      it: "rejects halves in a main table that is not adopted",
      resources: [vpc, half("::/1", ofTable("vpc")), half("8000::/1", ofTable("vpc"))],
      want: [["vpc", joined]],
    },
    {
      it: "rejects halves in a table of another stack, on the first route",
      resources: ["::/1", "8000::/1"].map((range) => half(range, { props: { routeTableId: "rtb-1" } })),
      want: [["half ::/1", joined]],
    },
    {
      it: "rejects halves in a table that also has them as inline routes after a refresh",
      resources: [
        {
          type: table,
          name: "private",
          props: { id: "rtb-1", routes: ["::/1", "8000::/1"].map((ipv6CidrBlock) => ({ ipv6CidrBlock, transitGatewayId: "tgw-1" })) },
        },
        half("::/1", { props: { routeTableId: "rtb-1" } }),
        half("8000::/1", { props: { routeTableId: "rtb-1" } }),
      ],
      want: [["private", joined]],
    },
    {
      it: "accepts a half when the other half has a listed target",
      settings: { allowedTargets: ["tgw-2"] },
      resources: [
        { type: mainTable, name: "main", props: inlineHalf },
        half("8000::/1", { props: { transitGatewayId: "tgw-2" }, ...ofTable("main") }),
      ],
    },
    {
      it: "does not repeat violations of the resource view",
      resources: [
        {
          type: mainTable,
          name: "main",
          props: { routes: ["::/1", "8000::/1"].map((ipv6CidrBlock) => ({ ipv6CidrBlock, transitGatewayId: "tgw-1" })) },
        },
        { type: table, name: "private", props: { routes: [{ ipv6CidrBlock: "::/0", transitGatewayId: "tgw-1" }] } },
        half("8000::/1", ofTable("private")),
      ],
    },
    ...(
      [
        [
          "route",
          (target: object): TestResource => toList(route, { destinationPrefixListId: UNKNOWN, ...target }, "destinationPrefixListId"),
        ],
        ...[table, mainTable].map((type): [string, (target: object) => TestResource] => [
          type.split(":")[2]!,
          (target) => toList(type, { routes: [{ destinationPrefixListId: UNKNOWN, ...target }] }, "routes"),
        ]),
      ] as [string, (target: object) => TestResource][]
    ).flatMap(([form, routeWith]): StackCase[] => [
      {
        it: `rejects all traffic by a prefix list of the stack (${form})`,
        resources: [listOf("10.0.0.0/8", "0.0.0.0/0"), routeWith({ transitGatewayId: "tgw-1" })],
        want: [["out", everything]],
      },
      {
        it: `rejects two halves in a prefix list of the stack (${form})`,
        resources: [listOf("::/1", "8000::/1"), routeWith({ transitGatewayId: "tgw-1" })],
        want: [["out", joined]],
      },
      {
        it: `accepts private ranges of a prefix list of the stack (${form})`,
        resources: [listOf("10.0.0.0/8"), routeWith({ transitGatewayId: "tgw-1" })],
      },
      {
        it: `accepts all traffic by a prefix list to a listed target (${form})`,
        resources: [listOf("0.0.0.0/0"), routeWith({ transitGatewayId: "tgw-1" })],
        settings: { allowedTargets: ["tgw-1"] },
      },
    ]),
    {
      it: "rejects all traffic as halves in a prefix list of the stack and in an inline route",
      resources: [
        listOf("8000::/1"),
        toList(table, { routes: [...inlineHalf.routes, { destinationPrefixListId: UNKNOWN, transitGatewayId: "tgw-1" }] }, "routes"),
      ],
      want: [["out", joined]],
    },
    {
      it: "rejects all traffic as halves in the prefix lists of two routes",
      resources: [
        listOf("::/1"),
        { ...listOf("8000::/1"), name: "other" },
        ...["list", "other"].map(
          (name): TestResource => ({
            type: route,
            name: `to ${name}`,
            props: { destinationPrefixListId: UNKNOWN, transitGatewayId: "tgw-1", routeTableId: "rtb-1" },
            propertyDependencies: { destinationPrefixListId: [name] },
          }),
        ),
      ],
      want: [["to list", joined]],
    },
  ],
});
