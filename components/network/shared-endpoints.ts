// Endpoints of core instead of own ones: what is used of them, and what stands in the way. Pure.
import { overlaps } from "../aws/cidr";
import { planEndpoints } from "./endpoints";
import {
  type SharedEndpoints,
  choiceOf,
  type NetworkFindings,
  isManaged,
  type NetworkPlan,
  type NetworkRequest,
  type Problems,
  type SubnetsPlan,
} from "./request";

/** What is used of core's endpoints; nothing without them, and while the network changes from own ones to core's or back. */
export function planSharedEndpoints(
  request: NetworkRequest,
  findings: NetworkFindings,
  subnets: SubnetsPlan,
  problems: Problems,
): NetworkPlan["sharedEndpoints"] {
  const { sharedEndpoints } = request;
  const { peering, endpoints } = findings;
  const isChange = "AWS lets a VPC have one answer for a name. Set it to 'switching' and deploy, then to";
  if (!sharedEndpoints) {
    if (peering && peering.own.length > 0)
      problems.sharedEndpoints(
        `is 'own', and core's endpoints still answer their names here (${peering.own.join(", ")}); ${isChange} 'own'.`,
      );
    return undefined;
  }
  if (sharedEndpoints.vpcId === "") {
    problems.sharedEndpoints(
      `is '${sharedEndpoints.state}', and core has no endpoints. Give core a network (cloister-core:network) and deploy it first.`,
    );
    return undefined;
  }
  if (sharedEndpoints.state === "switching") return undefined;
  const { names } = planEndpoints(choiceOf(request));
  const used = names.filter((endpoint) => sharedEndpoints.endpoints.includes(endpoint));
  const answering = endpoints.filter((one) => isManaged(request, one.tags, one.name) && used.includes(one.name));
  if (answering.length > 0) {
    const which = answering.map((one) => `${one.name} ${one.id}`).join(", ");
    problems.sharedEndpoints(`is 'core', and own endpoints (${which}) still answer the names of core's; ${isChange} 'core'.`);
  }
  const ranges = rangesOf(request, subnets);
  checkRanges(request, sharedEndpoints, subnets.ranges, problems);
  checkRoutes(request, sharedEndpoints, findings, ranges, problems);
  return { endpoints: used, cidr: sharedEndpoints.cidr, ranges };
}

type Ranges = { role: string; cidr: string }[];

/** What core's endpoints answer to: all of a VPC of our own, of others our subnets only. */
const rangesOf = ({ vpcSettings }: NetworkRequest, { ranges, subnets }: SubnetsPlan): Ranges =>
  vpcSettings.mode === "new"
    ? ranges.map((cidr) => ({ role: "central-back", cidr }))
    : subnets.map(({ zone, cidr }) => ({ role: `central-back-${zone}`, cidr }));

const instead = "or endpoints of its own (endpointsFrom: own)";

function checkRanges({ vpcSettings }: NetworkRequest, { cidr }: SharedEndpoints, ranges: string[], problems: Problems): void {
  const [key, is] = vpcSettings.mode === "new" ? ["cidr", "is"] : ["vpcId", `is ${vpcSettings.vpcId}, which has`];
  for (const range of ranges.filter((one) => overlaps(one, cidr)))
    problems.vpcSettings(
      key!,
      `${is} ${range}, which overlaps the range of core's endpoints (${cidr}); peered networks can't share addresses. Use another range, ${instead}.`,
    );
}

/** Neither core's tables nor ours send the same addresses somewhere else, and nobody else has peered the two VPCs. */
function checkRoutes(
  request: NetworkRequest,
  sharedEndpoints: SharedEndpoints,
  { peering, subnets }: NetworkFindings,
  ranges: Ranges,
  problems: Problems,
): void {
  const { vpcSettings } = request;
  const isOurs = (target: string) => peering?.own.includes(target) ?? false;
  const [key, is] = vpcSettings.mode === "existing-subnets" ? ["subnetIds", "has"] : ["cidr", "is"];
  for (const { destination, target } of peering?.routes ?? [])
    for (const { cidr } of ranges.filter((one) => target.startsWith("pcx-") && !isOurs(target) && overlaps(one.cidr, destination)))
      problems.vpcSettings(
        key!,
        `${is} ${cidr}, which overlaps ${destination} of another network that uses core's endpoints (${target}). Use another range, ${instead}.`,
      );
  for (const { id, routeTableId, routes } of vpcSettings.mode === "existing-subnets" ? subnets : [])
    for (const { destination, target } of routes)
      if (/^\d/.test(destination) && target !== "local" && !isOurs(target) && overlaps(destination, sharedEndpoints.cidr))
        problems.vpcSettings(
          "subnetIds",
          `has ${id}, whose route table ${routeTableId} leads ${destination} to ${target}; that overlaps the range of core's endpoints (${sharedEndpoints.cidr}). Remove the route, ${instead.replace("or ", "or use ")}.`,
        );
  for (const id of peering?.others ?? [])
    problems.vpcSettings(
      "vpcId",
      `is ${vpcSettings.vpcId}, which is peered with core's endpoints already (${id}), and AWS peers two VPCs once. Use another VPC, ${instead}.`,
    );
}
