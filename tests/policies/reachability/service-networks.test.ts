import { idOf, part } from "./render";
import { network, subnetA } from "./stack";
import { testReachability } from "./table";

testReachability("service networks", [
  {
    it: "a service network, which needs no route",
    parts: [
      ...network,
      part("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", "lattice", {
        vpcIdentifier: idOf("vpc"),
        serviceNetworkIdentifier: "sn-1",
      }),
    ],
    of: subnetA,
    verdict: "unknown",
    path: "service network sn-1 -> services that can belong to another account",
  },
  {
    it: "a service network inside the perimeter",
    parts: [
      ...network,
      part("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", "lattice", {
        vpcIdentifier: idOf("vpc"),
        serviceNetworkIdentifier: "sn-1",
      }),
    ],
    perimeter: { inside: ["sn-1"] },
    of: subnetA,
    verdict: "closed",
  },
]);
