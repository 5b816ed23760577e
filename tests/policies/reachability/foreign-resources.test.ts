import assert from "node:assert/strict";
import { evaluateReachability } from "@cloister/policy-pack/reachability";
import { UNKNOWN } from "../../helpers/evaluate";
import { REGION } from "../../helpers/mocks";
import { atPreview, idOf, type Part, part } from "./render";
import {
  SUBNET,
  ROUTE,
  ASSOCIATION,
  ENDPOINT,
  vpc,
  subnet,
  igw,
  allIpv4,
  studio,
  networkAndOpenTable,
  subnetA,
  MAIN_TABLE,
  MAIN_ASSOCIATION,
  openMainTable,
} from "./stack";
import { testReachability } from "./table";

testReachability("resources of other stacks", [
  {
    it: "a route table of another stack",
    parts: [vpc, subnet, part(ASSOCIATION, "association", { subnetId: idOf("a"), routeTableId: "rtb-0123" })],
    of: subnetA,
    verdict: "unknown",
    path: "route table rtb-0123 (not in this stack)",
  },
  {
    it: "the main route table of a VPC of another stack",
    parts: [part(SUBNET, "a", { vpcId: "vpc-0123" })],
    of: subnetA,
    verdict: "unknown",
    path: "main route table of vpc-0123",
  },
  {
    it: "a subnet of another stack that gets an endpoint",
    parts: [part(ENDPOINT, "sts", { vpcId: "vpc-other", subnetIds: ["subnet-0123"], serviceName: `com.amazonaws.${REGION}.sts` })],
    of: ["subnet", "sts"],
    verdict: "unknown",
    path: "subnet subnet-0123 (not in this stack)",
  },
  {
    it: "a subnet of another stack that gets Studio",
    parts: studio([], { subnetIds: ["subnet-0123"] }),
    of: ["subnet", "studio"],
    verdict: "unknown",
    path: "subnet subnet-0123 (not in this stack)",
  },
  {
    it: "a subnet of another stack inside the perimeter",
    parts: studio([], { subnetIds: ["subnet-0123"] }),
    perimeter: { inside: ["subnet-0123"] },
    of: ["subnet", "studio"],
    verdict: "closed",
  },
  {
    it: "a subnet of another stack that gets a route table of this stack",
    parts: [...networkAndOpenTable, part(ASSOCIATION, "foreign", { subnetId: "subnet-0123", routeTableId: idOf("open") })],
    of: ["subnet", "foreign"],
    verdict: "open",
    path: "subnet subnet-0123 (not in this stack) -> route table open -> 0.0.0.0/0",
  },
  {
    it: "a route table of another stack that gets a route out",
    parts: [igw, vpc, part(ROUTE, "out", { routeTableId: "rtb-0123", ...allIpv4, gatewayId: idOf("igw") })],
    of: ["subnet", "out"],
    verdict: "open",
    path: "subnets of route table rtb-0123 -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "the main route table of a VPC of another stack, adopted with a route to the internet",
    parts: [
      vpc,
      igw,
      part(MAIN_TABLE, "main", { defaultRouteTableId: "rtb-0123", routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: idOf("igw") }] }),
    ],
    of: ["subnet", "main"],
    verdict: "open",
    path: "subnets with the main route table of a VPC that is not in this stack -> default route table main -> 0.0.0.0/0",
  },
  {
    it: "the main route table of a VPC of another stack, adopted with a separate route to the internet",
    parts: [
      vpc,
      igw,
      part(MAIN_TABLE, "main", { defaultRouteTableId: "rtb-0123" }),
      part(ROUTE, "out", { routeTableId: idOf("main"), ...allIpv4, gatewayId: idOf("igw") }),
    ],
    of: ["subnet", "main"],
    verdict: "open",
  },
  {
    it: "the main route table of a VPC of another stack, adopted with a route to a private network",
    parts: [
      part(MAIN_TABLE, "main", { defaultRouteTableId: "rtb-0123", routes: [{ cidrBlock: "10.0.0.0/8", networkInterfaceId: "eni-1" }] }),
    ],
    of: ["subnet", "main"],
    verdict: "unknown",
  },
  {
    it: "a main route table that is unknown at preview, adopted with a route to the internet",
    parts: [
      vpc,
      igw,
      part(MAIN_TABLE, "main", { defaultRouteTableId: UNKNOWN, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: idOf("igw") }] }),
    ],
    of: ["subnet", "main"],
    previewOnly: true,
    verdict: "open",
  },
  {
    it: "a route table with an internet route that becomes the main route table of a VPC of another stack",
    parts: [...networkAndOpenTable, part(MAIN_ASSOCIATION, "becomes-main", { vpcId: "vpc-0123", routeTableId: idOf("open") })],
    of: ["subnet", "becomes-main"],
    verdict: "open",
    path: "subnets with the main route table of a VPC that is not in this stack -> route table open -> 0.0.0.0/0",
  },
]);

describe("reachability of main route tables", () => {
  const named = (parts: Part[], name: string) => evaluateReachability(atPreview(parts)).filter(({ resource }) => resource.name === name);
  it("does not report the adopted main route table of a VPC of the stack twice", () =>
    assert.deepEqual(named([vpc, subnet, igw, openMainTable], "main"), []));
  it("does not report an adopted main route table without routes", () =>
    assert.deepEqual(named([part(MAIN_TABLE, "main", { defaultRouteTableId: "rtb-0123", routes: [] })], "main"), []));
});
