import * as pulumi from "@pulumi/pulumi";
import { ownershipOf, sharedS3Policy } from "./endpoint-policies";
import { endpointZones } from "./endpoints";
import { type EndpointHubPlan } from "./preflight";
import { sharedEndpointAcl } from "./resources/acl-rules";
import { createDnsFirewall } from "./resources/dns-firewall";
import { createFlowLogs } from "./resources/flow-logs";
import { createEndpointZone } from "./resources/hosted-zone";
import { createInterfaceEndpoints } from "./resources/interface-endpoints";
import { createS3Endpoint } from "./resources/s3-endpoint";
import { createSecurityGroup } from "./resources/security-groups";
import { createNetworkAcl, createPrivateSubnets } from "./resources/subnets";
import { createVpc } from "./resources/vpc";

export interface EndpointHubArgs {
  /** The plan from `preflightEndpointHub`. It must have no problems. */
  plan: EndpointHubPlan;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Hub account, twelve digits. */
  accountId: string;
  /** Key for the logs, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  /** Permissions boundary of the role that writes flow logs, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Whether the VPC also contains servers, which connect to each other across subnets. Default: false. */
  hasServers?: boolean;
}

/**
 * Interface endpoints that many environments share, in a closed VPC with an S3 gateway endpoint.
 * The VPC has no other resources, except the servers of a package mirror.
 * Each domain has a private hosted zone. An environment peers its VPC with this VPC, adds rules to the endpoints' security
 * group, and associates its VPC with the hosted zones. Otherwise it cannot connect to the endpoints.
 * Environments cannot connect to each other.
 * The endpoint policies allow the account's principals to call the account's resources, in all environments alike.
 * Cost: the endpoints once instead of per environment (docs/network.md), and 0.50 USD a month for each hosted zone.
 * Source: AWS "Securely access services over AWS PrivateLink", centralized VPC endpoints;
 * AWS "VPC peering", unsupported configurations (a peering connection is not transitive).
 */
export class EndpointHub extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** A subnet in each Availability Zone, `subnet-…`. */
  readonly subnetIds: pulumi.Output<string>[];
  /** `rtb-…`; one for all Availability Zones. */
  readonly routeTableIds: pulumi.Output<string>[];
  /** Security group of the endpoints, `sg-…`. It has no rules until environments add rules. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Prefix list of S3, `pl-…`. */
  readonly s3PrefixListId: pulumi.Output<string>;
  /** Hosted zone for each domain of the endpoints. */
  readonly zoneIds: Record<string, { zoneId: pulumi.Output<string> }> = {};

  constructor(name: string, args: EndpointHubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:network:EndpointHub", name, {}, opts);
    const { region, partition, logKeyArn } = args;
    const { network, settings } = args.plan;
    const vpcId = createVpc(name, { cidr: network.ranges[0]! }, this);
    const subnets = createPrivateSubnets(name, vpcId, network.subnets, this, "shared");
    createNetworkAcl(name, "acl", { vpcId, subnets, rules: sharedEndpointAcl(args.hasServers ? network.ranges : []) }, this);
    const description = "Interface endpoints: reached over HTTPS by environments that add a rule";
    const group = createSecurityGroup(name, "endpoints", { vpcId, description }, this);
    const endpoints = createInterfaceEndpoints(
      name,
      {
        vpcId,
        subnets,
        securityGroupId: group.id,
        // Private DNS names resolve only in this VPC, and names in the hosted zones in all associated VPCs.
        // A VPC can have only one of the two.
        privateDns: false,
        endpoints: network.endpoints,
        ownership: ownershipOf(args, settings),
      },
      this,
    );
    for (const { name: endpointName, endpoint } of endpoints)
      for (const { domain, records } of endpointZones(endpointName, { region, partition })) {
        const comment = `Names of ${endpointName} for environments of ${name}`;
        const zone = createEndpointZone(name, { vpcId, region, domain, records, endpoint, comment }, this);
        this.zoneIds[domain] = { zoneId: zone.zoneId };
      }
    const s3 = createS3Endpoint(
      name,
      {
        vpcId,
        // One route table for all Availability Zones.
        subnets: subnets.slice(0, 1),
        region,
        policy: sharedS3Policy({ ownership: ownershipOf(args, settings), features: settings.features, region, partition }),
      },
      this,
    );
    createFlowLogs(name, { ...args, settings, sources: [{ role: "flow-log", vpcId }] }, this);
    createDnsFirewall(
      name,
      { vpcId, otherDomains: "block", domains: network.domains, logKeyArn, retentionDays: settings.flowLogRetentionDays },
      this,
    );
    this.vpcId = vpcId;
    this.subnetIds = subnets.map(({ subnetId }) => subnetId);
    this.s3PrefixListId = pulumi.output(s3.prefixListId);
    this.routeTableIds = subnets.slice(0, 1).map(({ routeTableId }) => pulumi.output(routeTableId!));
    this.securityGroupId = group.id;
    this.registerOutputs({ vpcId });
  }
}
