// Plans the subnets that Cloister creates in a new VPC, or in a part of an existing VPC. Pure.
import { contains, freeRanges, overlaps, prefixLengthOf, vpcPrefixes } from "../../aws/cidr";
import { type Planned, type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { isManaged, isManagedSubnet } from "../managed-tags";
import { type NetworkRequest } from "../request";
import { natSizeProblem, planSubnets, type SubnetPlan, subnetRanges, usableAddresses } from "../subnets";
import { type PlannedEndpoint, type SubnetsPlan } from "./network-plan";
import { problemsIf, vpcProblem } from "./problems";
import { planZones } from "./zones";

/** Number of addresses that a subnet needs besides its endpoints: for a few apps, and for AWS network interfaces. */
export const SPARE_ADDRESSES = 8;

const rangeOf = ({ vpcSettings, defaultCidr }: NetworkRequest) => vpcSettings.cidr ?? defaultCidr;

/** Plans the subnets in a VPC created by Cloister. */
export function planInNewVpc(request: NetworkRequest, findings: NetworkFindings): Planned<SubnetsPlan> {
  const cidr = rangeOf(request);
  const { plan, problems } = divideIntoSubnets(cidr, request, findings);
  return { plan: { ranges: [cidr], ...plan }, problems };
}

/** Plans new subnets in a part of an existing VPC. */
export function planInExistingVpc(request: NetworkRequest, findings: NetworkFindings): Planned<SubnetsPlan> {
  const { cidr, vpcId } = request.vpcSettings;
  const { vpc } = findings;
  if (!vpc || !cidr || !vpcId) return { plan: { ranges: [], subnets: [], publicSubnets: [] }, problems: [] };
  const others = findings.subnets.filter((subnet) => !isManagedSubnet(request, subnet));
  const overlapping = others.filter((subnet) => overlaps(subnet.cidr, cidr));
  const fix = freeRangeFix(
    vpc.ranges,
    others.map((subnet) => subnet.cidr),
    prefixLengthOf(cidr),
    vpcId,
  );
  const { plan, problems } = divideIntoSubnets(cidr, request, findings);
  return {
    plan: { ranges: vpc.ranges, ...plan },
    problems: [
      ...problemsIf(
        [
          !vpc.ranges.some((range) => contains(range, cidr)),
          vpcProblem(request, "cidr", `must be part of the VPC's ranges, ${vpc.ranges.join(", ")} (got ${cidr})`, fix),
        ],
        [
          overlapping.length > 0,
          vpcProblem(
            request,
            "cidr",
            `must not overlap existing subnets of the VPC: ${overlapping.map((subnet) => `${subnet.id} (${subnet.cidr})`).join(", ")} (got ${cidr})`,
            fix,
          ),
        ],
      ),
      ...problems,
    ],
  };
}

/** The fix for a taken CIDR range: use a free range of the same size or smaller, or add a range to the VPC. */
function freeRangeFix(ranges: string[], taken: string[], prefix: number, vpcId: string): string {
  for (let length = prefix; length <= vpcPrefixes.max; length++) {
    const free = ranges.flatMap((range) => freeRanges(range, taken, length)).slice(0, 3);
    if (free.length > 0) return `use a free range such as ${free.join(", ")}${length === prefix ? "" : ` (no /${prefix} is free)`}`;
  }
  return `add a range to the VPC, where no /${vpcPrefixes.max} is free: aws ec2 associate-vpc-cidr-block --vpc-id ${vpcId} --cidr-block <range>`;
}

/** Private subnets that an earlier deployment created in a CIDR range. */
const existingSubnetsIn = (cidr: string, request: NetworkRequest, { subnets }: NetworkFindings): SubnetPlan[] => {
  const ranges = subnetRanges(cidr).private;
  return subnets
    .filter((subnet) => isManaged(request, subnet.tags, subnet.zone) && ranges.includes(subnet.cidr))
    .map((subnet) => ({ zone: subnet.zone, cidr: subnet.cidr }));
};

/** Divides a CIDR range for the configured Availability Zones. Existing subnets keep their ranges. */
function divideIntoSubnets(
  cidr: string,
  request: NetworkRequest,
  findings: NetworkFindings,
): Planned<Pick<SubnetsPlan, "subnets" | "publicSubnets">> {
  const nat = request.network.egress === "nat";
  const tooSmall = nat ? natSizeProblem(cidr) : undefined;
  const existing = existingSubnetsIn(cidr, request, findings);
  const zones = planZones(cidr, request, findings, existing);
  const problems = [
    ...problemsIf([
      tooSmall !== undefined,
      vpcProblem(
        request,
        "cidr",
        `must be large enough for NAT (got ${cidr}): ${tooSmall?.reason}`,
        `use a /${tooSmall?.prefix} or a larger range`,
      ),
    ]),
    ...zones.problems,
  ];
  if (problems.length > 0) return { plan: { subnets: [], publicSubnets: [] }, problems };
  const subnets = planSubnets(cidr, zones.plan, nat);
  return { plan: { subnets: subnets.private, publicSubnets: subnets.public }, problems };
}

/** Created subnets must have enough addresses for their endpoints and workloads. */
export function sizeProblems(request: NetworkRequest, { subnets }: SubnetsPlan, endpoints: PlannedEndpoint[]): Problem[] {
  const { vpcSettings, network } = request;
  if (vpcSettings.mode === "existing-subnets") return [];
  const cidr = rangeOf(request);
  const mirrorEndpoints = network.mirrorServiceName ? 1 : 0;
  const tooSmall = subnets
    .map((subnet) => {
      const count = endpoints.filter(({ zones }) => zones.includes(subnet.zone)).length + mirrorEndpoints;
      return { ...subnet, index: subnetRanges(cidr).private.indexOf(subnet.cidr), endpoints: count, needed: count + SPARE_ADDRESSES };
    })
    .filter((subnet) => usableAddresses(subnet.cidr) < subnet.needed);
  const [first] = tooSmall;
  if (!first) return [];
  const fits = (prefix: number) => {
    const ranges = subnetRanges(`10.0.0.0/${prefix}`).private;
    return tooSmall.every(({ index, needed }) => usableAddresses(ranges[index]!) >= needed);
  };
  let prefix = prefixLengthOf(cidr);
  while (!fits(prefix)) prefix--;
  return [
    vpcProblem(
      request,
      "cidr",
      `must be large enough for the endpoints (got ${cidr}): subnet ${first.cidr} in ${first.zone} has ${usableAddresses(first.cidr)} addresses. Its ${first.endpoints} endpoints and the workloads need at least ${first.needed}`,
      `use a /${prefix} or a larger range, or fewer endpoints`,
    ),
  ];
}
