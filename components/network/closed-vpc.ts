import * as pulumi from "@pulumi/pulumi";
import { ownershipOf, s3Policy } from "./endpoint-policies";
import { type NetworkPlan } from "./plan/network-plan";
import { privateAcl } from "./resources/acl-rules";
import { createDnsFirewall } from "./resources/dns-firewall";
import { createFlowLogs } from "./resources/flow-logs";
import { createInterfaceEndpoints } from "./resources/interface-endpoints";
import { createNat } from "./resources/nat";
import { createPackageMirror } from "./resources/package-mirror";
import { createS3Endpoint, type S3Endpoint, useS3Endpoint } from "./resources/s3-endpoint";
import { allowHttps, allowHttpsOut, createNetworkGroups, type NetworkGroups } from "./resources/security-groups";
import { connectSharedEndpoints, type SharedEndpointArgs } from "./resources/shared-endpoints";
import { createNetworkAcl, createPrivateSubnets, existingSubnets, type ZoneSubnet } from "./resources/subnets";
import { createVpc } from "./resources/vpc";
import { type NetworkSettings } from "./settings";

export interface ClosedVpcArgs {
  /** The plan from `preflightNetwork`. It must have no problems. */
  plan: NetworkPlan;
  settings: NetworkSettings;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Account of this network, twelve digits. */
  accountId: string;
  /** The only buckets that the S3 gateway endpoint allows, `arn:…:s3:::…`. */
  bucketArns: pulumi.Input<string>[];
  /** Approved packages, as their bucket and its access point name them, `arn:…`. Default: none. */
  packageArns?: pulumi.Input<string[]>;
  /** Key for the logs, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  /** Bucket for the flow logs instead of a log group, `arn:…:s3:::…`. */
  logBucketArn?: pulumi.Input<string>;
  /** Permissions boundary of the role that writes flow logs, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Input<string>;
  /** The shared endpoints that the plan uses. */
  sharedEndpoints?: SharedEndpointArgs;
  /** User profiles that each have a security group. Default: all Studio apps use the workload security group. */
  profiles?: string[];
}

/**
 * A network without a path to the internet: no gateway, no public address, no default route, unless `egress` is `nat`.
 * Private subnets, one per Availability Zone, in a VPC created by Cloister or in an existing VPC.
 * AWS services are reachable only through interface endpoints and an S3 gateway endpoint, each with its own policy.
 * DNS resolves only the endpoint names. Traffic and DNS queries are logged.
 * In a VPC created by Cloister, the default security group and the default network ACL have no rules.
 * Cost: the endpoints (docs/network.md) and log storage.
 * Errors: `preflightNetwork` reports problems before the first resource is created. AWS rejects later changes.
 * Source: NIST SP 800-53 SC-7; AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
 */
export class ClosedVpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** `subnet-…`, in the order of the Availability Zones. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Security group for notebooks, jobs and models, `sg-…`. */
  readonly workloadSecurityGroupId: pulumi.Output<string>;
  /**
   * Security group for all Studio apps, `sg-…`: the workload security group.
   * With `profiles`, a security group that allows no app traffic between its members.
   */
  readonly studioSecurityGroupId: pulumi.Output<string>;
  /** Security groups by user profile, `sg-…`; empty without `profiles`. */
  readonly profileSecurityGroupIds: Record<string, pulumi.Output<string>>;
  /** Security group of the interface endpoints, `sg-…`. */
  readonly endpointSecurityGroupId: pulumi.Output<string>;
  /** S3 gateway endpoint, `vpce-…`. */
  readonly s3EndpointId: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: ClosedVpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:network:ClosedVpc", name, {}, opts);
    const { plan, settings, profiles } = args;
    const vpcId =
      plan.vpcId === undefined ? createVpc(name, { cidr: plan.ranges[0]!, dhcp: settings.dhcp }, this) : pulumi.output(plan.vpcId);
    const subnets = this.subnets(vpcId);
    const groups = createNetworkGroups(name, { vpcId, profiles }, this);
    const s3 = this.s3Endpoint(vpcId, subnets);
    this.allowCalls(groups, s3);
    this.endpoints(vpcId, subnets, groups);
    const publicSubnets = settings.egress === "nat" ? createNat(name, { vpcId, privateSubnets: subnets, plan }, this) : [];
    this.logs(vpcId, subnets, publicSubnets);

    this.vpcId = vpcId;
    this.subnetIds = subnets.map(({ subnetId }) => subnetId);
    this.workloadSecurityGroupId = groups.workload;
    this.studioSecurityGroupId = groups.studio;
    this.profileSecurityGroupIds = groups.profiles;
    this.endpointSecurityGroupId = groups.endpoints;
    this.s3EndpointId = s3.id;
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private subnets(vpcId: pulumi.Output<string>): ZoneSubnet[] {
    const { plan } = this.args;
    if (plan.mode === "existing-subnets") return existingSubnets(plan);
    const subnets = createPrivateSubnets(this.name, vpcId, plan.subnets, this);
    createNetworkAcl(this.name, "acl", { vpcId, subnets, rules: privateAcl(plan.ranges) }, this);
    return subnets;
  }

  private s3Endpoint(vpcId: pulumi.Output<string>, subnets: ZoneSubnet[]): S3Endpoint {
    const { plan, settings, region, partition, bucketArns, packageArns = [] } = this.args;
    if (plan.s3EndpointId) {
      const createdSubnets = plan.mode === "existing-vpc" ? subnets : [];
      return useS3Endpoint(this.name, { endpointId: plan.s3EndpointId, createdSubnets, region }, this);
    }
    const ownership = ownershipOf(this.args, settings);
    const policy = pulumi
      .all([pulumi.all(bucketArns), packageArns])
      .apply(([arns, packages]) =>
        s3Policy({ ownership, bucketArns: arns, packageArns: packages, features: settings.features, region, partition }),
      );
    return createS3Endpoint(this.name, { vpcId, subnets, region, policy }, this);
  }

  /** Allows calls from workloads to the endpoints and S3, and with NAT to the internet. */
  private allowCalls({ callers, endpoints }: NetworkGroups, s3: S3Endpoint): void {
    const { name } = this;
    const { plan, settings } = this.args;
    const description = "AWS services through the interface endpoints";
    allowHttps(name, { callers, to: endpoints, target: "endpoints", description }, { parent: this });
    for (const [role, from] of Object.entries(callers)) {
      const allowOut = (target: string, to: Parameters<typeof allowHttpsOut>[3]) =>
        allowHttpsOut(name, `${role}-to-${target}`, from, to, this);
      allowOut("s3", { prefixListId: s3.prefixListId, description: "S3 through the gateway endpoint" });
      for (const id of plan.existingEndpointGroupIds)
        allowOut(id, { referencedSecurityGroupId: id, description: "Endpoints that the VPC has already" });
      for (const [i, cidrIpv4] of (plan.central?.cidrs ?? []).entries())
        allowOut(`central-endpoints-${i + 1}`, { cidrIpv4, description: "Endpoints in the VPC of the central network" });
      if (settings.egress === "nat") allowOut("internet", { cidrIpv4: "0.0.0.0/0", description: "Internet through NAT, over HTTPS" });
    }
  }

  /** Interface endpoints in this network, shared endpoints, and the endpoint for the package mirror. */
  private endpoints(vpcId: pulumi.Output<string>, subnets: ZoneSubnet[], { endpoints, callers }: NetworkGroups): void {
    const { name } = this;
    const { plan, settings, region, sharedEndpoints } = this.args;
    createInterfaceEndpoints(
      name,
      {
        vpcId,
        subnets,
        securityGroupId: endpoints,
        endpoints: plan.endpoints,
        privateDns: true,
        ownership: ownershipOf(this.args, settings),
      },
      this,
    );
    if (plan.sharedEndpoints && sharedEndpoints)
      connectSharedEndpoints(name, { vpcId, region, subnets, callers, plan: plan.sharedEndpoints, sharedEndpoints }, this);
    const inMirrorZones = subnets.filter(({ zone }) => plan.mirrorZones?.includes(zone) ?? true);
    if (settings.mirrorServiceName && plan.mirrorHost)
      createPackageMirror(
        name,
        { vpcId, region, subnets: inMirrorZones, callers, serviceName: settings.mirrorServiceName, host: plan.mirrorHost },
        this,
      );
  }

  /**
   * The DNS firewall with its query log, and flow logs: of the VPC if Cloister created the VPC, otherwise of subnets.
   * In a VPC of another account, only that account can create these resources.
   */
  private logs(vpcId: pulumi.Output<string>, subnets: ZoneSubnet[], publicSubnets: ZoneSubnet[]): void {
    const { name, args } = this;
    if (args.plan.isShared) return;
    const { plan, settings, logKeyArn } = args;
    const ofSubnets = [
      ...subnets.map(({ zone, subnetId }) => ({ role: `flow-log-${zone}`, subnetId })),
      ...publicSubnets.map(({ zone, subnetId }) => ({ role: `flow-log-public-${zone}`, subnetId })),
    ];
    createFlowLogs(name, { ...args, sources: plan.mode === "new" ? [{ role: "flow-log", vpcId }] : ofSubnets }, this);
    createDnsFirewall(
      name,
      { vpcId, otherDomains: plan.dnsFirewall, domains: plan.domains, logKeyArn, retentionDays: settings.flowLogRetentionDays },
      this,
    );
  }
}
