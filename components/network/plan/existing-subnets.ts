// Validates that existing subnets are private, in different Availability Zones, and large enough. Pure.
import { isRange, prefixLengthOf } from "../../aws/cidr";
import { type Planned, type Problem } from "../../stack/preflight";
import { type EndpointName } from "../catalogue";
import { type FoundRoute, type FoundSubnet, type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { isShared, type PreparedRequest } from "../request";
import { SPARE_ADDRESSES } from "./created-subnets";
import { type SubnetsPlan } from "./network-plan";
import { problemsIf, vpcProblem } from "./problems";

/** Gateways to which a private subnet must have no route, by id prefix. */
const gateways: Record<string, string> = {
  "igw-": "an internet gateway",
  "eigw-": "an egress-only internet gateway",
  "nat-": "a NAT gateway",
  "cagw-": "a carrier gateway",
};

/** Shortest prefix length of a route to a target that cannot be examined, such as a transit gateway. */
const SHORTEST_ROUTE_PREFIX = 8;

export function planInExistingSubnets(request: PreparedRequest, findings: NetworkFindings): Planned<SubnetsPlan> {
  const { subnets } = findings;
  const missing = (request.vpcSettings.subnetIds ?? []).filter((id) => !subnets.some((subnet) => subnet.id === id));
  const byZone = [...subnets].sort((a, b) => (a.zone < b.zone ? -1 : 1));
  return {
    plan: {
      ranges: findings.vpc?.ranges ?? [],
      subnets: byZone.map(({ id, zone, cidr, routeTableId }) => ({ id, zone, cidr, ...(routeTableId && { routeTableId }) })),
      publicSubnets: [],
    },
    problems: [
      ...missing.map((id) =>
        vpcProblem(
          request,
          "subnetIds",
          `must contain only existing subnets of this account and region (got ${id})`,
          `replace ${id} with an existing subnet (aws ec2 describe-subnets), or remove ${id}`,
        ),
      ),
      ...subnets.flatMap((subnet) => subnetProblems(request, findings, subnet)),
    ],
  };
}

function subnetProblems(request: PreparedRequest, findings: NetworkFindings, subnet: FoundSubnet): Problem[] {
  const { vpcId } = request.vpcSettings;
  const problem = (what: string, fix: string) => vpcProblem(request, "subnetIds", `must not contain ${subnet.id}, ${what}`, fix);
  const first = findings.subnets.find(({ zone }) => zone === subnet.zone)!;
  const endpoints = request.endpointPlan.names.filter(
    (endpoint) => !isShared(request, endpoint) && !hasManagedEndpoint(request, findings, subnet, endpoint),
  ).length;
  return [
    ...problemsIf(
      [subnet.vpcId !== vpcId, problem(`which is in ${subnet.vpcId} and not in ${vpcId}`, "use subnets of one VPC")],
      [
        subnet.assignsPublicAddresses,
        problem(
          "which assigns public addresses to new network interfaces",
          "turn that off (aws ec2 modify-subnet-attribute), or use another subnet",
        ),
      ],
      [
        first !== subnet,
        problem(`which is in the same Availability Zone as ${first.id}, ${subnet.zone}`, "use one subnet per Availability Zone"),
      ],
    ),
    ...subnet.routes.flatMap((route) => routeProblems(route, subnet, problem)),
    ...problemsIf([
      subnet.freeAddresses < endpoints + SPARE_ADDRESSES,
      problem(
        `which has ${subnet.freeAddresses} free addresses; ${endpoints} endpoints and the workloads need at least ${endpoints + SPARE_ADDRESSES}`,
        "use a larger subnet, or fewer endpoints",
      ),
    ]),
  ];
}

const hasManagedEndpoint = (request: PreparedRequest, { endpoints }: NetworkFindings, subnet: FoundSubnet, name: EndpointName) =>
  endpoints.some((found) => found.name === name && isManaged(request, found.tags, name) && found.subnetIds.includes(subnet.id));

/** A private subnet must have no route to a gateway, and no wide route to a target that cannot be examined. */
function routeProblems(
  { destination, target }: FoundRoute,
  { routeTableId }: FoundSubnet,
  problem: (what: string, fix: string) => Problem,
): Problem[] {
  const gateway = Object.entries(gateways).find(([prefix]) => target.startsWith(prefix))?.[1];
  if (gateway)
    return [
      problem(
        `whose route table ${routeTableId} routes ${destination} to ${gateway} (${target})`,
        "delete the route, or use another subnet",
      ),
    ];
  const isInside = target === "local" || target.startsWith("vpce-");
  const isWide = isRange(destination) && prefixLengthOf(destination) < SHORTEST_ROUTE_PREFIX;
  return problemsIf([
    !isInside && isWide,
    problem(
      `whose route table ${routeTableId} routes ${destination} to ${target}; where that leads cannot be determined`,
      "route only the ranges that are needed, or use another subnet",
    ),
  ]);
}
