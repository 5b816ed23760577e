// Selects the Availability Zones of created subnets. Pure.
import { setCommand } from "../../stack/fix-command";
import { type Planned } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { isShared, type NetworkRequest } from "../request";
import { assignZones, type SubnetPlan } from "../subnets";
import { networkProblem, problemsIf } from "./problems";

type Service = NonNullable<NetworkFindings["services"][keyof NetworkFindings["services"]]>;

/** Whether a zone offers an endpoint. Some partitions return no zones. Source: AWS API `DescribeVpcEndpointServices`. */
export const offersEndpoint = ({ zones }: Service, zone: string) => zones.length === 0 || zones.includes(zone);

/** Up to `count` zones in alphabetical order, preferably zones that offer all endpoints of the network. */
function preferredZones(request: NetworkRequest, { services }: NetworkFindings, zones: string[], count: number): string[] {
  const created = Object.entries(services).filter(([name]) => !isShared(request, name as keyof typeof services));
  const lacking = (zone: string) => created.filter(([, service]) => service && !offersEndpoint(service, zone)).length;
  const ranked = [...zones].sort((a, b) => lacking(a) - lacking(b) || (a < b ? -1 : 1));
  return ranked.slice(0, count).sort();
}

/**
 * The zone of each private subnet range, as in `assignZones`. Zones in use never change, whatever AWS offers later.
 * The plan is empty if there are problems.
 */
export const planZones = (
  cidr: string,
  request: NetworkRequest,
  findings: NetworkFindings,
  existing: SubnetPlan[],
): Planned<(string | undefined)[]> =>
  request.network.zoneIds
    ? planNamedZones(cidr, request, findings, existing, request.network.zoneIds)
    : planCountedZones(cidr, request, findings, existing);

function planCountedZones(cidr: string, request: NetworkRequest, findings: NetworkFindings, existing: SubnetPlan[]) {
  const { network, paths, region } = request;
  const zones = [...new Set([...findings.zones, ...existing.map(({ zone }) => zone)])].sort();
  const problems = problemsIf([
    zones.length < network.zones,
    networkProblem(
      request,
      "zones",
      `must be at most ${zones.length}, the number of Availability Zones in ${region}: ${zones.join(", ")} (got ${network.zones})`,
      setCommand(`${paths.network}.zones`, zones.length),
    ),
  ]);
  if (problems.length > 0) return { plan: [], problems };
  const inUse = assignZones(cidr, network.zones, [], existing).filter((zone) => zone !== undefined);
  const others = findings.zones.filter((zone) => !inUse.includes(zone));
  const added = preferredZones(request, findings, others, network.zones - inUse.length);
  return { plan: assignZones(cidr, network.zones, added, existing), problems };
}

function planNamedZones(
  cidr: string,
  request: NetworkRequest,
  { zones, zoneNames }: NetworkFindings,
  existing: SubnetPlan[],
  ids: string[],
) {
  const idOf = (zone: string) => Object.keys(zoneNames).find((id) => zoneNames[id] === zone) ?? zone;
  const unknown = ids.filter((id) => !zones.includes(zoneNames[id] ?? ""));
  const named = ids.flatMap((id) => zoneNames[id] ?? []);
  const assigned = assignZones(cidr, ids.length, named, existing);
  const kept = assigned.filter((zone) => zone !== undefined && !named.includes(zone)).map((zone) => idOf(zone!));
  const problems = problemsIf(
    [
      unknown.length > 0,
      networkProblem(
        request,
        "zoneIds",
        `must contain only Availability Zones of ${request.region} (got ${unknown.join(", ")})`,
        `use ${zones.map((zone) => `${idOf(zone)} (${zone})`).join(", ")}`,
      ),
    ],
    [
      unknown.length === 0 && kept.length > 0,
      networkProblem(
        request,
        "zoneIds",
        `must contain ${kept.join(", ")}, where the network has subnets (got ${ids.join(", ")})`,
        "add the zones to the list: another zone would replace the subnets and everything in the subnets",
      ),
    ],
  );
  return { plan: problems.length > 0 ? [] : assigned, problems };
}
