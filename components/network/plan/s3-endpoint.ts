// Validates the S3 gateway endpoint in an existing VPC. Pure.
import { setCommand } from "../../stack/fix-command";
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { openEndpointProblem, openPolicyProblem } from "./open-policy";
import { vpcProblem } from "./problems";
import { isSharedVpc } from "./shared-vpc";

export function s3EndpointProblems(request: NetworkRequest, findings: NetworkFindings): Problem[] {
  const { mode, s3EndpointId } = request.vpcSettings;
  if (mode === "new") return [];
  return s3EndpointId ? namedEndpointProblems(request, findings, s3EndpointId) : otherEndpointProblems(request, findings);
}

/** The S3 gateway endpoint must exist in the VPC, and existing subnets' route tables must be associated with it. */
function namedEndpointProblems(request: NetworkRequest, findings: NetworkFindings, id: string): Problem[] {
  const { s3Endpoint, subnets } = findings;
  const { region, vpcSettings } = request;
  const { mode, vpcId } = vpcSettings;
  const problem = (what: string, fix: string) => vpcProblem(request, "s3EndpointId", what, fix);
  const other = "use one (aws ec2 describe-vpc-endpoints), or remove the setting to let Cloister create one";
  // An account cannot describe endpoints in shared subnets. Source: AWS PrivateLink "Shared subnets".
  if (!s3Endpoint && isSharedVpc(request, findings))
    return openEndpointProblem(request, id, "whose endpoint policy this account cannot read", `let account ${findings.vpc?.ownerId} `);
  if (!s3Endpoint) return [problem(`must be an existing endpoint of this account and region (got ${id})`, other)];
  const { type, serviceName, routeTableIds } = s3Endpoint;
  if (s3Endpoint.vpcId !== vpcId || type !== "Gateway" || !serviceName.endsWith(`${region}.s3`))
    return [
      problem(
        `must be a gateway endpoint for S3 in ${vpcId} (got ${id}, a ${type} endpoint for ${serviceName} in ${s3Endpoint.vpcId})`,
        other,
      ),
    ];
  const open = openPolicyProblem(request, s3Endpoint);
  if (mode !== "existing-subnets") return open;
  return [
    ...open,
    ...subnets
      .filter(({ routeTableId }) => routeTableId !== undefined && !routeTableIds.includes(routeTableId))
      .map((subnet) =>
        problem(
          `must be associated with ${subnet.routeTableId}, the route table of ${subnet.id} (got ${id})`,
          `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id} --add-route-table-ids ${subnet.routeTableId}`,
        ),
      ),
  ];
}

/**
 * A route table can have only one S3 gateway endpoint, so the settings must specify an existing endpoint on that table.
 */
function otherEndpointProblems(request: NetworkRequest, { s3GatewayOfVpc, subnets }: NetworkFindings): Problem[] {
  if (!s3GatewayOfVpc || s3GatewayOfVpc.isManaged) return [];
  const problem = (what: string, fix: string) => vpcProblem(request, "s3EndpointId", `is required: ${what}`, fix);
  if (s3GatewayOfVpc.id === "several")
    return [
      problem(
        `${request.vpcSettings.vpcId} has several S3 gateway endpoints`,
        "set it to the one that the subnets use (aws ec2 describe-vpc-endpoints)",
      ),
    ];
  const sharing = subnets.filter(({ routeTableId }) => routeTableId && s3GatewayOfVpc.routeTableIds.includes(routeTableId));
  if (sharing.length === 0) return [];
  return [
    problem(
      `the route tables of ${sharing.map(({ id }) => id).join(", ")} have the S3 gateway endpoint ${s3GatewayOfVpc.id}, and a route table can have only one`,
      setCommand(`${request.paths.vpcSettings}.s3EndpointId`, s3GatewayOfVpc.id),
    ),
  ];
}
