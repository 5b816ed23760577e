// Validates endpoints in the VPC of a central network team, which existing subnets reach by their own routes. Pure.
import { contains } from "../../aws/cidr";
import { type Planned, type Problem } from "../../stack/preflight";
import { endpointZones } from "../endpoints";
import { type FoundSubnet, type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { centralEndpointsInVpc, centralEndpointsOf, type PreparedRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { type NetworkPlan } from "./network-plan";
import { openPolicyProblem } from "./open-policy";
import { networkProblem, pathProblem, problemsIf, sharedEndpointsProblem, vpcProblem } from "./problems";
import { leadsTo } from "./route-targets";
import { isSharedVpc } from "./shared-vpc";

/** Whether a subnet has a route for a range that stays in private networks. */
const hasRoute = ({ routes }: FoundSubnet, range: string) =>
  routes.some((route) => leadsTo(route) !== "internet" && (route.ranges ?? [route.destination]).some((outer) => contains(outer, range)));

export function planCentralEndpoints(request: PreparedRequest, findings: NetworkFindings): Planned<NetworkPlan["central"]> {
  const { network, vpcSettings, endpointPlan, sharedEndpoints } = request;
  const { centralEndpoints } = network;
  if (!centralEndpoints) return { plan: undefined, problems: [] };
  const { vpcId, cidrs, names = [] } = centralEndpoints;
  const problem = (what: string, fix: string) => networkProblem(request, "centralEndpoints", what, fix);
  if (vpcSettings.mode !== "existing-subnets")
    return {
      plan: undefined,
      problems: [
        problem(
          `requires mode 'existing-subnets' (got '${vpcSettings.mode}'), because route tables created by Cloister lead to no other VPC`,
          "use mode 'existing-subnets' with subnets that have routes to the endpoints, or remove the setting",
        ),
      ],
    };
  const unrequested = names.filter((name) => !endpointPlan.requested.includes(name));
  const contained = [...(findings.vpc?.ranges ?? []), ...findings.subnets.map(({ cidr }) => cidr)].filter((inner) =>
    cidrs.some((cidr) => contains(cidr, inner)),
  );
  const outside = cidrs.filter((cidr) => !(findings.vpc?.ranges ?? []).some((range) => contains(range, cidr)));
  return {
    plan: { vpcId, cidrs },
    warnings: zoneWarnings(request, findings),
    problems: [
      ...problemsIf(
        [
          unrequested.length > 0,
          problem(
            `must not contain ${unrequested.join(", ")}, which no feature requires`,
            "remove these names from centralEndpoints.names",
          ),
        ],
        [
          contained.length > 0,
          problem(
            `must not have cidrs that contain ${contained.join(", ")}, a range of the network itself (got ${cidrs.join(", ")})`,
            "use only the ranges of the subnets of the endpoints",
          ),
        ],
        [
          sharedEndpoints !== undefined,
          sharedEndpointsProblem(
            request,
            `must be 'own' with centralEndpoints (got '${sharedEndpoints?.state}')`,
            "remove centralEndpoints, or set endpointsFrom to 'own'",
          ),
        ],
        [
          vpcId === vpcSettings.vpcId && isSharedVpc(request, findings) && !isAcceptedPath(request, vpcId),
          pathProblem(
            request,
            `must list ${vpcId}, the VPC of the central endpoints, because this account cannot read their endpoint policies`,
            `let account ${findings.vpc?.ownerId} restrict the policies, and accept the path: ${acceptCommand(request, vpcId)}`,
          ),
        ],
        [
          vpcId !== vpcSettings.vpcId && !isAcceptedPath(request, vpcId),
          pathProblem(
            request,
            `must list ${vpcId}, the VPC of the central endpoints, because the perimeter then contains every network that can connect to these endpoints`,
            `use endpoints of the network, or accept the path: ${acceptCommand(request, vpcId)}`,
          ),
        ],
      ),
      ...(isSharedVpc(request, findings) ? [] : policyProblems(request, findings)),
      ...outside.flatMap((cidr) =>
        findings.subnets
          .filter((subnet) => subnet.routeTableId !== undefined && !hasRoute(subnet, cidr))
          .map(({ id, routeTableId }) =>
            vpcProblem(
              request,
              "subnetIds",
              `must not contain ${id}, whose route table ${routeTableId} has no route to ${cidr}, the range of the central endpoints`,
              "add a route to the transit gateway or peering connection, or use another subnet",
            ),
          ),
      ),
    ],
  };
}

/** Policies of central endpoints in the VPC of the network. Those that cannot be read require an accepted path, as in another VPC. */
function policyProblems(request: PreparedRequest, { endpoints }: NetworkFindings): Problem[] {
  const names = centralEndpointsInVpc(request);
  const { vpcId = "" } = request.vpcSettings;
  // Endpoints of the network itself are deleted by the deployment. The id of several endpoints is unknown.
  const found = endpoints.filter(({ name, id, tags }) => names.includes(name) && id !== "several" && !isManaged(request, tags, name));
  const unread = names.filter((name) => !found.some((endpoint) => endpoint.name === name));
  return [
    ...found.flatMap((endpoint) => openPolicyProblem(request, endpoint)),
    ...problemsIf([
      unread.length > 0 && !isAcceptedPath(request, vpcId),
      pathProblem(
        request,
        `must list ${vpcId}, the VPC of the central endpoints, because it does not have exactly one endpoint each for ${unread.join(", ")}, whose policy must be verified`,
        `create these endpoints first, or accept the path: ${acceptCommand(request, vpcId)}`,
      ),
    ]),
  ];
}

/** Hosted zones of other accounts and Route 53 profiles cannot be read, so their names are a warning. */
function zoneWarnings(request: PreparedRequest, { centralZones = [] }: NetworkFindings): Problem[] {
  const domains = centralEndpointsOf(request).flatMap((name) => endpointZones(name, request).map(({ domain }) => domain));
  const unknown = domains.filter((domain) => !centralZones.includes(domain));
  return problemsIf([
    unknown.length > 0,
    networkProblem(
      request,
      "centralEndpoints",
      `requires that ${request.vpcSettings.vpcId} resolves these names to the central endpoints, which this account cannot verify: ${unknown.join(", ")}`,
      "associate the VPC with their private hosted zones or with a Route 53 profile, and check an app with: getent hosts <name>",
    ),
  ]);
}
