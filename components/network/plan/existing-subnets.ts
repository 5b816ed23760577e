// Validates that existing subnets are private, in different Availability Zones, and large enough. Pure.
import { dockerRange, isRange, overlaps } from "../../aws/cidr";
import { type Planned, type Problem } from "../../stack/preflight";
import { type EndpointName } from "../catalogue";
import { type FoundRoute, type FoundSubnet, type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { isShared, type PreparedRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { SPARE_ADDRESSES } from "./created-subnets";
import { type SubnetsPlan } from "./network-plan";
import { problemsIf, vpcProblem } from "./problems";
import { describeTarget, leadsTo } from "./route-targets";

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
      [!isRange(subnet.cidr), problem("which has no IPv4 range", "use a subnet with an IPv4 range, because SageMaker uses IPv4 addresses")],
      [
        overlaps(subnet.cidr, dockerRange),
        problem(
          `whose range ${subnet.cidr} overlaps ${dockerRange}, which Docker uses on the instances of apps and jobs`,
          "use a subnet in another range of the VPC",
        ),
      ],
      [
        !findings.zones.includes(subnet.zone),
        problem(
          `which is in ${subnet.zone}, a Local Zone, Wavelength Zone or unavailable zone`,
          `use subnets in ${findings.zones.join(", ")}`,
        ),
      ],
      [
        subnet.routeTableId === undefined,
        problem(
          "whose route table cannot be read",
          "use a subnet of this account, or a subnet that another account shares with this account",
        ),
      ],
      [subnet.isOnOutpost, problem("which is on an Outpost, where SageMaker is not available", "use a subnet in an Availability Zone")],
      [
        first !== subnet,
        problem(`which is in the same Availability Zone as ${first.id}, ${subnet.zone}`, "use one subnet per Availability Zone"),
      ],
    ),
    ...subnet.routes.flatMap((route) => routeProblems(request, route, subnet, problem)),
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

/** A private subnet must have no route to the internet, and no wide route to a network that cannot be examined. */
function routeProblems(
  request: PreparedRequest,
  route: FoundRoute,
  { routeTableId }: FoundSubnet,
  problem: (what: string, fix: string) => Problem,
): Problem[] {
  const { destination, target } = route;
  const leads = leadsTo(route);
  const what = `whose route table ${routeTableId} routes ${destination} to ${describeTarget(target)}`;
  return problemsIf(
    [leads === "internet", problem(what, "delete the route, or use another subnet")],
    [
      leads === "unknown" && !isAcceptedPath(request, target),
      problem(
        `${what}; where the route leads cannot be determined`,
        `route only the private ranges that are needed, use another subnet, or accept the path: ${acceptCommand(request, target)}`,
      ),
    ],
  );
}
