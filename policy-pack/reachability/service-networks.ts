// Lists services that interfaces in a subnet reach without a route, through a VPC Lattice service network.
import { type StackResource } from "../rule-kit";
import { type NetworkPath, unknownAtPreview, unknownPath } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";

const SERVICE_NETWORK = "aws:vpclattice/serviceNetwork:ServiceNetwork";
const VPC_ASSOCIATION = "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation";

export function pathsOfServiceNetworks(scope: Scope, subnet: StackResource): NetworkPath[] {
  const { graph } = scope;
  const vpc = graph.refer(subnet, ["vpcId"], types.vpc);
  const { certain, possible } = graph.attached(VPC_ASSOCIATION, "vpcIdentifier", types.vpc, ...vpc.resources, ...vpc.foreign);
  const associations = vpc.certain ? [...certain, ...possible] : graph.ofType(VPC_ASSOCIATION);
  return associations.flatMap((association) => {
    const { resources, foreign, unknown } = graph.refer(association, ["serviceNetworkIdentifier"], [SERVICE_NETWORK]);
    const names = [...resources.map(({ name }) => name), ...foreign].filter((name) => !scope.isInside(name));
    return [...names.map((name) => `service network ${name}`), ...(unknown ? [unknownAtPreview("service network")] : [])].map((step) =>
      unknownPath(step, "services that can belong to another account"),
    );
  });
}
