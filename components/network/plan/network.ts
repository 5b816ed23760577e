// Plans a network from its settings and the lookup, and reports all problems. Pure.
import { setCommand } from "../../stack/fix-command";
import { type Planned, type Problem } from "../../stack/preflight";
import { allowedDomains, mirrorHostOf } from "../endpoints";
import { type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { type NetworkRequest, type PreparedRequest } from "../request";
import { type VpcSettings } from "../settings";
import { attachedProblems } from "./attached";
import { planCentralEndpoints } from "./central-endpoints";
import { planInExistingVpc, planInNewVpc, sizeProblems } from "./created-subnets";
import { dhcpProblems } from "./dhcp-options";
import { bucketProblems, planInterfaceEndpoints } from "./endpoints";
import { planInExistingSubnets } from "./existing-subnets";
import { flowLogRoleProblems } from "./flow-log-role";
import { limitProblems, networkQuotaUses } from "./limits";
import { type NetworkPlan, type SubnetsPlan } from "./network-plan";
import { networkProblem, problemsIf, vpcProblem } from "./problems";
import { s3EndpointProblems } from "./s3-endpoint";
import { settingProblems } from "./settings";
import { planSharedEndpoints } from "./shared-endpoints";
import { isSharedVpc, sharedVpcProblems } from "./shared-vpc";
import { existingVpcProblems, reservedRangeProblems } from "./vpc";

const subnetPlanners: Record<VpcSettings["mode"], (request: PreparedRequest, findings: NetworkFindings) => Planned<SubnetsPlan>> = {
  new: planInNewVpc,
  "existing-vpc": planInExistingVpc,
  "existing-subnets": planInExistingSubnets,
};

export function planNetwork(request: PreparedRequest, findings: NetworkFindings): Planned<NetworkPlan> {
  const { vpcSettings, network, endpointPlan, region, partition } = request;
  const { mode, vpcId, s3EndpointId } = vpcSettings;
  const subnets = subnetPlanners[mode](request, findings);
  const zones = subnets.plan.subnets.map(({ zone }) => zone);
  const endpoints = planInterfaceEndpoints(request, findings, zones);
  const sharedEndpoints = planSharedEndpoints(request, findings, subnets.plan);
  const central = planCentralEndpoints(request, findings);
  const { internetGateway } = findings;
  const mirrorHost = mirrorHostOf(request.name, network);
  const plan: NetworkPlan = {
    mode,
    ...subnets.plan,
    ...endpoints.plan,
    ...(central.plan && { central: central.plan }),
    isShared: isSharedVpc(request, findings),
    ...(sharedEndpoints.plan && { sharedEndpoints: sharedEndpoints.plan }),
    ...(mode !== "new" && vpcId && { vpcId }),
    ...(s3EndpointId && { s3EndpointId }),
    ...(network.egress === "nat" &&
      internetGateway &&
      !isManaged(request, internetGateway.tags, "internet") && { internetGatewayId: internetGateway.id }),
    dnsFirewall: network.dnsFirewall ?? "block",
    ...(mirrorHost && { mirrorHost }),
    ...(request.mirrorZones && { mirrorZones: zones.filter((zone) => request.mirrorZones!.includes(zone)) }),
    domains: allowedDomains({
      region,
      partition,
      // Including omitted endpoints, which the existing VPC has.
      endpoints: endpointPlan.requested,
      features: network.features,
      add: [...(mirrorHost ? [mirrorHost] : []), ...network.allowedDomains],
    }),
  };
  return {
    plan,
    problems: [
      ...settingProblems(request),
      ...existingVpcProblems(request, findings),
      ...sharedVpcProblems(request, findings),
      ...dhcpProblems(request, findings),
      ...attachedProblems(request, findings),
      ...central.problems,
      ...subnets.problems,
      ...endpoints.problems,
      ...zoneCountProblems(request, zones),
      ...mirrorZoneProblems(request, zones),
      ...sizeProblems(request, subnets.plan, endpoints.plan.endpoints),
      ...reservedRangeProblems(request, subnets.plan.ranges),
      ...bucketProblems(request, findings),
      ...sharedEndpoints.problems,
      ...s3EndpointProblems(request, findings),
      ...flowLogRoleProblems(request, findings),
      ...limitProblems(request, plan),
    ],
    warnings: central.warnings,
    quotaUses: networkQuotaUses(request, findings, plan),
  };
}

/**
 * Model hosting requires two Availability Zones.
 * Source: AWS "Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC".
 */
function zoneCountProblems(request: NetworkRequest, zones: string[]): Problem[] {
  const { network, vpcSettings, paths } = request;
  const reason = "the feature 'hosting', because SageMaker places a model in two Availability Zones even on one instance";
  return problemsIf([
    zones.length === 1 && network.features.includes("hosting"),
    vpcSettings.mode === "existing-subnets"
      ? vpcProblem(
          request,
          "subnetIds",
          `must contain subnets in two Availability Zones for ${reason} (got 1)`,
          "add a subnet in another Availability Zone",
        )
      : networkProblem(request, "zones", `must be at least 2 for ${reason} (got 1)`, setCommand(`${paths.network}.zones`, 2)),
  ]);
}

/** An endpoint can be only in Availability Zones of its endpoint service. Source: AWS API `CreateVpcEndpoint`. */
function mirrorZoneProblems(request: NetworkRequest, zones: string[]): Problem[] {
  const { mirrorZones } = request;
  if (!mirrorZones || zones.length === 0 || zones.some((zone) => mirrorZones.includes(zone))) return [];
  const text = `must contain an Availability Zone of the package mirror of core, ${mirrorZones.join(" or ")} (got ${zones.join(", ")})`;
  return [
    request.vpcSettings.mode === "existing-subnets"
      ? vpcProblem(request, "subnetIds", text, "add a subnet in one of these zones")
      : networkProblem(request, "zoneIds", text, "add the ID of one of these zones (aws ec2 describe-availability-zones)"),
  ];
}
