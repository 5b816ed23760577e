import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { endpointAcl } from "./acl";
import { dnsFirewall } from "./dns-firewall";
import { zonesOf } from "./endpoints";
import { flowLogs } from "./flow-logs";
import { type NetworkPlan } from "./request";
import { type NetworkSettings } from "./settings";
import { answeringZone, closedVpc, interfaceEndpoints, named, privateSubnets } from "./vpc";

export interface EndpointHubArgs {
  /** What `prepareHub` found to be possible. */
  plan: NetworkPlan;
  settings: NetworkSettings;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Account of the hub, twelve digits. */
  accountId: string;
  /** Key of the logs, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
  /** Boundary of the role that writes flow logs, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Input<string>;
}

/**
 * Interface endpoints that many environments use together: a closed VPC in which there is nothing else, and for each name that the endpoints answer a private hosted zone. An environment
 * peers with it, adds its own rule to the endpoints' group and associates the zones with its VPC; without that nobody reaches anything here, and no environment reaches another through it.
 * Their policies are the same for all environments: they let principals of the account at resources of the account, and can't tell environments apart.
 * Cost: the endpoints once instead of once for each environment (docs/network.md), 0.50 USD a month for each zone.
 * Source: AWS "Securely access services over AWS PrivateLink", centralized VPC endpoints; AWS "VPC peering", unsupported configurations (a peering is not transitive).
 */
export class EndpointHub extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** `rtb-…`; one for all zones. */
  readonly routeTableIds: pulumi.Output<string>[];
  /** Group of the endpoints, `sg-…`; has no rules of its own. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Hosted zone of each name that the endpoints answer. */
  readonly zoneIds: Record<string, { zoneId: pulumi.Output<string> }> = {};

  constructor(name: string, args: EndpointHubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:network:EndpointHub", name, {}, opts);
    const childOptions = { parent: this };
    const { plan, settings, region, partition, accountId, logKeyArn } = args;
    const vpcId = closedVpc(name, { cidr: plan.ranges[0]! }, this);
    const zones = privateSubnets(name, vpcId, plan.subnets, this, "one");
    new aws.ec2.NetworkAcl(
      `${name}-acl`,
      { vpcId, subnetIds: zones.map(({ subnetId }) => subnetId), ...endpointAcl(), ...named(name, "acl") },
      childOptions,
    );
    const group = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId, description: "Interface endpoints: reached over HTTPS by environments that add a rule", ...named(name, "endpoints") },
      childOptions,
    );
    const ownership = { accountIds: [...new Set([accountId, ...settings.accountIds])], organizationId: settings.organizationId };
    const made = interfaceEndpoints(
      name,
      {
        vpcId,
        zones,
        securityGroupId: group.id,
        // Their names are answered by the zones: a VPC has one answer for a name, and other VPCs see only zones.
        privateDns: false,
        endpoints: plan.endpoints,
        ownership,
      },
      this,
    );
    for (const { name: kind, endpoint } of made)
      for (const { domain, records } of zonesOf([kind], region, partition)) {
        const comment = `Names of ${kind} for environments of ${name}`;
        const zone = answeringZone(name, { vpcId, region, domain, records, endpoint, comment }, this);
        this.zoneIds[domain] = { zoneId: zone.zoneId };
      }
    flowLogs(name, { ...args, of: [{ role: "flow-log", vpcId }] }, this);
    dnsFirewall(name, { vpcId, rest: "block", domains: plan.domains, logKeyArn, retentionDays: settings.flowLogRetentionDays }, this);
    this.vpcId = vpcId;
    this.routeTableIds = zones.slice(0, 1).map(({ routeTableId }) => pulumi.output(routeTableId!));
    this.securityGroupId = group.id;
    this.registerOutputs({ vpcId });
  }
}
