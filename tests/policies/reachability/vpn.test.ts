import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import { TABLE, VPN_PROPAGATION, table, stackReference, network, route, subnetA } from "./stack";
import { testReachability } from "./table";

testReachability("VPN gateways and route servers", [
  {
    it: "routes propagated by a VPN gateway",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn", { vpcId: idOf("vpc") }),
      part(VPN_PROPAGATION, "propagation", {
        routeTableId: idOf("table"),
        vpnGatewayId: idOf("vpn"),
      }),
    ],
    of: subnetA,
    verdict: "open",
    path: "routes propagated by a VPN gateway -> vpn gateway vpn",
  },
  {
    it: "routes propagated by a VPN gateway whose ID comes from another stack",
    parts: [
      ...network.filter((part) => part !== table),
      stackReference,
      part(TABLE, "table", { vpcId: idOf("vpc"), propagatingVgws: [idOf("other-stack")] }),
    ],
    of: subnetA,
    verdict: "open",
    path: "routes propagated by a VPN gateway",
  },
  {
    it: "a route to a VPN gateway",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn"),
      route({ destinationCidrBlock: "192.168.0.0/16", gatewayId: idOf("vpn") }),
    ],
    of: subnetA,
    verdict: "open",
  },
  {
    it: "routes propagated by a VPN gateway into an unknown table",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn"),
      part(VPN_PROPAGATION, "propagation", { routeTableId: UNKNOWN, vpnGatewayId: idOf("vpn") }),
    ],
    of: subnetA,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "routes of a route server",
    parts: [
      ...network,
      part("aws:vpc/routeServerPropagation:RouteServerPropagation", "bgp", { routeTableId: idOf("table"), routeServerId: "rs-1" }),
    ],
    of: subnetA,
    verdict: "unknown",
    path: "routes of route server propagation bgp",
  },
]);
