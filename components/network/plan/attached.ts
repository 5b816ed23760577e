// Validates gateways and peering connections of an existing VPC that the network did not create. Pure.
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { pathProblem } from "./problems";
import { describeTarget } from "./route-targets";

/** A route that another team adds later makes an attached gateway an egress path. */
export function attachedProblems(request: NetworkRequest, { vpc, internetGateway }: NetworkFindings): Problem[] {
  const { vpcSettings, network } = request;
  if (!vpc) return [];
  const usesGateway = network.egress === "nat" && vpcSettings.mode === "existing-vpc";
  const attached = [...(internetGateway && !usesGateway ? [internetGateway.id] : []), ...vpc.attached];
  return attached
    .filter((id) => !isAcceptedPath(request, id))
    .map((id) =>
      pathProblem(
        request,
        `must list ${describeTarget(id)} of ${vpcSettings.vpcId}, an egress path as soon as a route has this target`,
        `use another VPC, or accept the path: ${acceptCommand(request, id)}`,
      ),
    );
}
