import { REGION } from "../../helpers/mocks";
import { idOf, part } from "./render";
import { SUBNET, ROUTE, ASSOCIATION, ENDPOINT, vpc, subnet, igw, allIpv4, studio, networkAndOpenTable, subnetA } from "./stack";
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
]);
