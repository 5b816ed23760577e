// Validates a network in a VPC whose subnets another account shares. Pure.
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest, type PreparedRequest } from "../request";
import { networkProblem, problemsIf, sharedEndpointsProblem, vpcProblem } from "./problems";

/** Whether another account owns the VPC and shares its subnets. */
export const isSharedVpc = ({ accountId }: NetworkRequest, { vpc }: NetworkFindings) => vpc !== undefined && vpc.ownerId !== accountId;

/**
 * In shared subnets, an account can create only security groups and network interfaces. Only the owner of the VPC can create
 * subnets, routes, endpoints, flow logs of subnets, and associations with DNS Firewall, query logs and hosted zones.
 * Source: Amazon VPC "Share your VPC subnets with other accounts"; AWS PrivateLink "Shared subnets".
 */
export function sharedVpcProblems(request: PreparedRequest, findings: NetworkFindings): Problem[] {
  if (!isSharedVpc(request, findings)) return [];
  const { vpcSettings, network, endpointPlan } = request;
  const { mode, vpcId, s3EndpointId } = vpcSettings;
  const onlyOwner = (what: string) => `because only account ${findings.vpc!.ownerId}, which owns ${vpcId}, can create ${what}`;
  if (mode !== "existing-subnets")
    return [
      vpcProblem(
        request,
        "mode",
        `must be 'existing-subnets', ${onlyOwner("subnets")} (got '${mode}')`,
        "use subnets that the account shares, or a VPC of this account",
      ),
    ];
  return problemsIf(
    [
      endpointPlan.names.length > 0,
      networkProblem(
        request,
        "centralEndpoints",
        `must provide ${endpointPlan.names.join(", ")}, ${onlyOwner("endpoints")}`,
        `let that account create the endpoints, and set centralEndpoints.vpcId to ${vpcId} and centralEndpoints.cidrs to the ranges of their subnets`,
      ),
    ],
    [
      s3EndpointId === undefined,
      vpcProblem(request, "s3EndpointId", `is required, ${onlyOwner("S3 endpoints")}`, "set it to the S3 gateway endpoint of that account"),
    ],
    [
      network.dnsFirewall !== "off",
      networkProblem(
        request,
        "dnsFirewall",
        `must be 'off', ${onlyOwner("a DNS Firewall for the VPC")} (got '${network.dnsFirewall ?? "none"}')`,
        "let that account associate a DNS Firewall, and set dnsFirewall to 'off'",
      ),
    ],
    [
      network.mirrorServiceName !== undefined,
      networkProblem(
        request,
        "mirrorServiceName",
        `is not supported, ${onlyOwner("endpoints")}`,
        "remove it, and add the name of the mirror to allowedDomains",
      ),
    ],
    [
      request.sharedEndpoints !== undefined,
      sharedEndpointsProblem(
        request,
        `must be 'own', ${onlyOwner("peering connections")} (got '${request.sharedEndpoints?.state}')`,
        "use centralEndpoints for endpoints in another VPC",
      ),
    ],
  );
}
