// Plans which of the core stack's shared endpoints a network uses instead of its own endpoints. Pure.
import { isRange, overlaps } from "../../aws/cidr";
import { type Planned, type Problem } from "../../stack/preflight";
import { endpointZones } from "../endpoints";
import { type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { isShared, type NetworkRequest, type PreparedRequest, type SharedEndpoints } from "../request";
import { type SharedEndpointsPlan, type SubnetsPlan } from "./network-plan";
import { problemsIf, sharedEndpointsProblem, vpcProblem } from "./problems";
import { rangeSetting } from "./vpc";

/** The plan is undefined without shared endpoints, and while the network switches to or from shared endpoints. */
export function planSharedEndpoints(
  request: PreparedRequest,
  findings: NetworkFindings,
  subnets: SubnetsPlan,
): Planned<SharedEndpointsPlan | undefined> {
  const { sharedEndpoints } = request;
  if (!sharedEndpoints) return { plan: undefined, problems: switchProblems(request, findings) };
  const { state, vpcId, cidr } = sharedEndpoints;
  if (vpcId === "")
    return {
      plan: undefined,
      problems: [
        sharedEndpointsProblem(
          request,
          `must be 'own' while the core stack has no shared endpoints (got '${state}')`,
          "set cloister-core:network and deploy the core stack first",
        ),
      ],
    };
  if (state === "switching") return { plan: undefined, problems: [] };
  const ranges = rangesOf(request, subnets);
  const endpoints = request.endpointPlan.names.filter((name) => isShared(request, name));
  const domains = endpoints.flatMap((name) => endpointZones(name, request).map(({ domain }) => domain));
  return {
    plan: { endpoints, domains, cidr, ranges },
    problems: [
      ...switchProblems(request, findings),
      ...rangeProblems(request, sharedEndpoints, subnets.ranges),
      ...routeProblems(request, sharedEndpoints, findings, ranges),
      ...peeringProblems(request, findings),
    ],
  };
}

/** A VPC resolves a service name to one endpoint, so changing to or from shared endpoints requires two deployments. */
function switchProblems(request: PreparedRequest, { peerings, endpoints }: NetworkFindings): Problem[] {
  const problem = (from: string, to: string, cause: string) =>
    sharedEndpointsProblem(
      request,
      `must not change from '${from}' to '${to}' in one deployment: ${cause} still answer the names of their services in this VPC`,
      `set it to 'switching' and deploy, then set it to '${to}' and deploy`,
    );
  if (!request.sharedEndpoints) {
    const managed = peerings?.managed ?? [];
    return problemsIf([managed.length > 0, problem("core", "own", `the core stack's shared endpoints (${managed.join(", ")})`)]);
  }
  const answering = endpoints.filter(
    ({ name, tags }) => isManaged(request, tags, name) && isShared(request, name) && request.endpointPlan.names.includes(name),
  );
  const list = answering.map(({ name, id }) => `${name} ${id}`).join(", ");
  return problemsIf([answering.length > 0, problem("own", "core", `endpoints of the network (${list})`)]);
}

type Ranges = SharedEndpointsPlan["ranges"];

/** CIDR ranges to route: the whole VPC if Cloister created the VPC, otherwise only the network's subnets. */
const rangesOf = ({ vpcSettings }: NetworkRequest, { ranges, subnets }: SubnetsPlan): Ranges =>
  vpcSettings.mode === "new"
    ? ranges.map((cidr) => ({ role: "central-back", cidr }))
    : subnets.map(({ zone, cidr }) => ({ role: `central-back-${zone}`, cidr }));

const orOwnEndpoints = "or endpoints of the network (endpointsFrom: own)";

/** Peered VPCs must not overlap. */
const rangeProblems = (request: NetworkRequest, { cidr }: SharedEndpoints, ranges: string[]): Problem[] =>
  ranges
    .filter((range) => overlaps(range, cidr))
    .map((range) => {
      const { key, got } = rangeSetting(request, range);
      return vpcProblem(
        request,
        key,
        `must not overlap ${cidr}, the CIDR range of the core stack's shared endpoints, because peered VPCs cannot share addresses (got ${got})`,
        `use another range, ${orOwnEndpoints}`,
      );
    });

/** A route must not send traffic for the network, or for the shared endpoints, to a third network. */
function routeProblems(
  request: NetworkRequest,
  sharedEndpoints: SharedEndpoints,
  { peerings, subnets }: NetworkFindings,
  ranges: Ranges,
): Problem[] {
  const inExistingSubnets = request.vpcSettings.mode === "existing-subnets";
  const isOtherTarget = (target: string) => target !== "local" && !peerings?.managed.includes(target);
  const fromShared = (peerings?.routes ?? [])
    .filter(({ target }) => target.startsWith("pcx-") && isOtherTarget(target))
    .flatMap(({ destination, target }) =>
      ranges
        .filter(({ cidr }) => isRange(destination) && overlaps(cidr, destination))
        .map(({ cidr }) =>
          vpcProblem(
            request,
            inExistingSubnets ? "subnetIds" : "cidr",
            `must not overlap ${destination}, the CIDR range of another network that uses the core stack's shared endpoints over ${target} (got ${cidr})`,
            `use another range, ${orOwnEndpoints}`,
          ),
        ),
    );
  const fromSubnets = (inExistingSubnets ? subnets : []).flatMap(({ id, routeTableId, routes }) =>
    routes
      .filter(({ destination, target }) => isOtherTarget(target) && isRange(destination) && overlaps(destination, sharedEndpoints.cidr))
      .map(({ destination, target }) =>
        vpcProblem(
          request,
          "subnetIds",
          `must not contain ${id}, whose route table ${routeTableId} routes ${destination} to ${target}, which overlaps the CIDR range of the core stack's shared endpoints, ${sharedEndpoints.cidr}`,
          `delete the route, or use endpoints of the network (endpointsFrom: own)`,
        ),
      ),
  );
  return [...fromShared, ...fromSubnets];
}

/** AWS allows only one active peering connection between two VPCs. */
const peeringProblems = (request: NetworkRequest, { peerings }: NetworkFindings): Problem[] =>
  (peerings?.others ?? []).map((id) =>
    vpcProblem(
      request,
      "vpcId",
      `must not already be peered with the VPC of the core stack's shared endpoints (got ${request.vpcSettings.vpcId} with ${id})`,
      `use another VPC, ${orOwnEndpoints}`,
    ),
  );
