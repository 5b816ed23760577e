import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { privateAcl, publicAcl } from "./acl";
import { dnsFirewall } from "./dns-firewall";
import { type Ownership, s3Policy, zonesOf } from "./endpoints";
import { flowLogs } from "./flow-logs";
import { type NetworkPlan } from "./request";
import { type NetworkSettings } from "./settings";
import { answeringZone, closedVpc, interfaceEndpoints, named, privateSubnets, type ZoneSubnet } from "./vpc";

/** Endpoints of core, as far as resources need them. */
export interface SharedEndpointArgs {
  /** VPC of the endpoints, `vpc-…`. */
  vpcId: string;
  /** Its route tables, `rtb-…`. */
  routeTableIds: string[];
  /** Group of the endpoints, `sg-…`. */
  securityGroupId: string;
  /** Hosted zone of each name that they answer. */
  zoneIds: Record<string, Record<string, string>>;
}

export interface ClosedVpcArgs {
  /** What `prepareNetwork` found to be possible. */
  plan: NetworkPlan;
  settings: NetworkSettings;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Account of this network, twelve digits. */
  accountId: string;
  /** Buckets that are reached through the S3 gateway endpoint, `arn:…:s3:::…`. No other is. */
  bucketArns: pulumi.Input<string>[];
  /** Key of the logs, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
  /** Bucket that takes the flow logs instead of a log group, `arn:…:s3:::…`. */
  logBucketArn?: pulumi.Input<string>;
  /** Boundary of the role that writes flow logs, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Endpoints of core that the plan uses. */
  sharedEndpoints?: SharedEndpointArgs;
  /** Whoever gets a security group of their own; then `studio` is for what all of them share. */
  profiles?: string[];
}

/** Ports that a rule is about; `-1` is every protocol, and has none. */
interface Ports {
  ipProtocol?: "tcp" | "-1";
  fromPort?: number;
  toPort?: number;
  description: string;
}

/**
 * Who may talk to whom: by groups, never by addresses.
 * Jobs of several instances choose their ports themselves (7777 of torchrun, 22 of MPI), and Elastic Fabric Adapter has a protocol of its own, so members of the workload group reach each other by all.
 * Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources" for Studio's ports; AWS "Give SageMaker AI Training Jobs Access to Resources in Your Amazon VPC", distributed training;
 * Amazon EC2 "Elastic Fabric Adapter", security group.
 */
const own = {
  all: { ipProtocol: "-1", description: "Members among each other: instances of a job, Studio apps and their kernels" },
  nfs: { fromPort: 2049, toPort: 2049, description: "Home directories of Studio" },
  apps: { fromPort: 8192, toPort: 65535, description: "Studio apps and their kernels" },
} satisfies Record<string, Ports>;

/**
 * A network without a way out: no gateway, no public address, no default route. Private subnets, one per zone, in a VPC of its own or one that is there; AWS services by interface endpoints and the
 * S3 gateway endpoint, each with its own policy; names of nothing else; logs of traffic and of DNS queries under a customer key. Only `egress: "nat"` opens it.
 * In a VPC of its own the default security group and the default network ACL have no rules.
 * Cost: the endpoints (docs/network.md), and what the logs store.
 * Errors: `prepareNetwork` tells what is wrong before; AWS tells what changed in between.
 * Source: NIST SP 800-53 SC-7; AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
 */
export class ClosedVpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** `subnet-…`, in the order of the zones. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Group for notebooks, jobs and models, `sg-…`. */
  readonly workloadSecurityGroupId: pulumi.Output<string>;
  /** Group for all apps of Studio, `sg-…`: that of workloads, or one whose members do not reach each other when profiles have groups of their own. */
  readonly studioSecurityGroupId: pulumi.Output<string>;
  /** Groups of single profiles, `sg-…`; empty unless `profiles` names them. */
  readonly profileSecurityGroupIds: Record<string, pulumi.Output<string>> = {};
  /** Group of the interface endpoints, `sg-…`. */
  readonly endpointSecurityGroupId: pulumi.Output<string>;
  /** Gateway endpoint of S3, `vpce-…`. */
  readonly s3EndpointId: pulumi.Output<string>;
  /** Name that the package mirror answers to, the same as long as the network is there; absent without one. */
  readonly mirrorHost?: pulumi.Output<string>;

  private readonly childOptions = { parent: this };

  constructor(
    private readonly name: string,
    private readonly args: ClosedVpcArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:network:ClosedVpc", name, {}, opts);
    const { plan, settings } = args;
    const vpcId =
      plan.vpcId === undefined ? closedVpc(name, { cidr: plan.ranges[0]!, dhcp: settings.dhcp }, this) : pulumi.output(plan.vpcId);
    const zones = plan.mode === "existing-subnets" ? this.foundZones() : privateSubnets(name, vpcId, plan.subnets, this);
    if (plan.mode !== "existing-subnets") this.acl("acl", vpcId, zones, privateAcl(plan.ranges));

    const group = (role: string, description: string) =>
      new aws.ec2.SecurityGroup(`${name}-${role}`, { vpcId, description, ...this.named(role) }, this.childOptions).id;
    const workload = group("workload", "Notebooks, jobs and models: to each other, the endpoints and S3, and nowhere else");
    const endpoints = group("endpoints", "Interface endpoints: reached by workloads over HTTPS");
    const users = { workload };
    this.within("workload-self", workload, own.all);
    const studio = this.profileGroups(group);
    const callers: Record<string, pulumi.Output<string>> = studio ? { ...users, studio } : users;

    const s3 = this.s3(vpcId, zones);
    for (const [role, from] of Object.entries(callers)) {
      this.https(`${role}-to-endpoints`, from, endpoints, "AWS services through the interface endpoints");
      this.outward(`${role}-to-s3`, from, { prefixListId: s3.prefixListId, description: "S3 through the gateway endpoint" });
      for (const id of plan.foreignEndpointGroupIds)
        this.outward(`${role}-to-${id}`, from, { referencedSecurityGroupId: id, description: "Endpoints that the VPC has already" });
      if (settings.egress === "nat")
        this.outward(`${role}-to-internet`, from, { cidrIpv4: "0.0.0.0/0", description: "Internet through NAT, over HTTPS" });
    }
    const ownership = this.ownership();
    interfaceEndpoints(name, { vpcId, zones, securityGroupId: endpoints, endpoints: plan.endpoints, privateDns: true, ownership }, this);
    if (plan.sharedEndpoints && args.sharedEndpoints)
      this.sharedEndpoints(vpcId, zones, callers, plan.sharedEndpoints, args.sharedEndpoints);
    this.mirrorHost = this.mirror(vpcId, zones, callers, group);
    const publics = settings.egress === "nat" ? this.nat(vpcId, zones) : [];
    const ours = [
      ...zones.map(({ zone, subnetId }) => ({ role: `flow-log-${zone}`, subnetId })),
      ...publics.map(({ zone, subnetId }) => ({ role: `flow-log-public-${zone}`, subnetId })),
    ];
    flowLogs(name, { ...args, of: plan.mode === "new" ? [{ role: "flow-log", vpcId }] : ours }, this);
    dnsFirewall(
      name,
      { vpcId, rest: plan.dnsFirewall, domains: plan.domains, logKeyArn: args.logKeyArn, retentionDays: settings.flowLogRetentionDays },
      this,
    );
    this.vpcId = vpcId;
    this.subnetIds = zones.map(({ subnetId }) => subnetId);
    this.workloadSecurityGroupId = workload;
    this.studioSecurityGroupId = studio ?? workload;
    this.endpointSecurityGroupId = endpoints;
    this.s3EndpointId = s3.id;
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private named(role: string) {
    return named(this.name, role);
  }

  private foundZones(): ZoneSubnet[] {
    return this.args.plan.subnets.map(({ zone, id, routeTableId }) => ({
      zone,
      subnetId: pulumi.output(id!),
      ...(routeTableId && { routeTableId }),
    }));
  }

  private acl(role: string, vpcId: pulumi.Output<string>, zones: ZoneSubnet[], rules: ReturnType<typeof privateAcl>) {
    new aws.ec2.NetworkAcl(
      `${this.name}-${role}`,
      { vpcId, subnetIds: zones.map(({ subnetId }) => subnetId), ...rules, ...this.named(role) },
      this.childOptions,
    );
  }

  /** A group for each profile, and the one that all of them share and within which nobody reaches anybody. Studio puts a profile's apps into both. */
  private profileGroups(group: (role: string, description: string) => pulumi.Output<string>): pulumi.Output<string> | undefined {
    const { profiles } = this.args;
    if (!profiles) return undefined;
    const studio = group("studio", "All apps of Studio: to the endpoints and S3, and nowhere else");
    this.within("studio-nfs", studio, own.nfs);
    for (const profile of profiles) {
      const id = group(`profile-${profile}`, `Apps of ${profile}: to each other`);
      this.within(`profile-${profile}-apps`, id, own.apps);
      this.profileSecurityGroupIds[profile] = id;
    }
    return studio;
  }

  private outward(role: string, from: pulumi.Output<string>, to: Partial<aws.vpc.SecurityGroupEgressRuleArgs>): void {
    new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-${role}`,
      { securityGroupId: from, ipProtocol: "tcp", fromPort: 443, toPort: 443, ...to },
      this.childOptions,
    );
  }

  private pair(role: string, from: pulumi.Output<string>, to: pulumi.Output<string>, ports: Ports, opts?: pulumi.CustomResourceOptions) {
    const { name } = this;
    const childOptions = { ...this.childOptions, ...opts };
    const both = { ipProtocol: "tcp", ...ports };
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-${role}-out`,
      { securityGroupId: from, referencedSecurityGroupId: to, ...both },
      childOptions,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-${role}-in`,
      { securityGroupId: to, referencedSecurityGroupId: from, ...both },
      childOptions,
    );
  }

  private within(role: string, group: pulumi.Output<string>, ports: Ports): void {
    this.pair(role, group, group, ports);
  }

  private https(
    role: string,
    from: pulumi.Output<string>,
    to: pulumi.Output<string>,
    description: string,
    opts?: pulumi.CustomResourceOptions,
  ): void {
    this.pair(role, from, to, { fromPort: 443, toPort: 443, description }, opts);
  }

  private ownership(): Ownership {
    const { accountId, settings } = this.args;
    return { accountIds: [...new Set([accountId, ...settings.accountIds])], organizationId: settings.organizationId };
  }

  /** The gateway endpoint of S3: ours, or the one that the VPC has. */
  private s3(vpcId: pulumi.Output<string>, zones: ZoneSubnet[]): { id: pulumi.Output<string>; prefixListId: pulumi.Input<string> } {
    const { name, childOptions, args } = this;
    const { plan, settings, region, partition } = args;
    const serviceName = `com.amazonaws.${region}.s3`;
    if (plan.s3EndpointId) {
      const vpcEndpointId = plan.s3EndpointId;
      if (plan.mode === "existing-vpc")
        for (const { zone, routeTableId } of zones)
          new aws.ec2.VpcEndpointRouteTableAssociation(
            `${name}-s3-of-${zone}`,
            { vpcEndpointId, routeTableId: routeTableId! },
            childOptions,
          );
      return { id: pulumi.output(vpcEndpointId), prefixListId: aws.ec2.getPrefixListOutput({ name: serviceName }, childOptions).id };
    }
    // Subnets that are there may share a table.
    const routeTableIds = pulumi
      .all(zones.flatMap(({ routeTableId }) => (routeTableId === undefined ? [] : [routeTableId])))
      .apply((ids) => [...new Set(ids)]);
    return new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        serviceName,
        vpcEndpointType: "Gateway",
        routeTableIds,
        policy: pulumi
          .all(args.bucketArns)
          .apply((bucketArns) => s3Policy({ ownership: this.ownership(), bucketArns, features: settings.features, region, partition })),
        ...this.named("s3"),
      },
      childOptions,
    );
  }

  /** The way to core's endpoints: a peering, routes both ways for our ranges only, and the zones that answer their names. Nothing else lives there, and a peering leads no further than its VPC. */
  private sharedEndpoints(
    vpcId: pulumi.Output<string>,
    zones: ZoneSubnet[],
    callers: Record<string, pulumi.Output<string>>,
    { endpoints, cidr, ranges }: NonNullable<NetworkPlan["sharedEndpoints"]>,
    hub: SharedEndpointArgs,
  ): void {
    const { name, childOptions } = this;
    const { region, partition } = this.args;
    const peering = new aws.ec2.VpcPeeringConnection(
      `${name}-central`,
      { vpcId, peerVpcId: hub.vpcId, autoAccept: true, ...this.named("central") },
      childOptions,
    );
    const vpcPeeringConnectionId = peering.id;
    // Subnets that are there may share a table.
    const tables = zones.filter(({ routeTableId }, i) => zones.findIndex((one) => one.routeTableId === routeTableId) === i);
    for (const { zone, routeTableId } of tables)
      new aws.ec2.Route(
        `${name}-central-${zone}`,
        { routeTableId: routeTableId!, destinationCidrBlock: cidr, vpcPeeringConnectionId },
        childOptions,
      );
    for (const { role, cidr: destinationCidrBlock } of ranges)
      for (const [i, routeTableId] of hub.routeTableIds.entries())
        new aws.ec2.Route(`${name}-${role}-${i + 1}`, { routeTableId, destinationCidrBlock, vpcPeeringConnectionId }, childOptions);
    // Groups of two VPCs can name each other while these are peered.
    const peered = { dependsOn: [peering] };
    for (const [role, from] of Object.entries(callers))
      this.https(`${role}-to-central`, from, pulumi.output(hub.securityGroupId), "AWS services through core's interface endpoints", peered);
    for (const { domain } of zonesOf(endpoints, region, partition))
      new aws.route53.ZoneAssociation(
        `${name}-names-${domain}`,
        { zoneId: hub.zoneIds[domain]!.zoneId!, vpcId, vpcRegion: region },
        { ...childOptions, ...peered },
      );
  }

  /** The endpoint of a package mirror; the service's owner has to accept it, or accept all. */
  private mirror(
    vpcId: pulumi.Output<string>,
    zones: ZoneSubnet[],
    callers: Record<string, pulumi.Output<string>>,
    group: (role: string, description: string) => pulumi.Output<string>,
  ): pulumi.Output<string> | undefined {
    const { plan, region, settings } = this.args;
    const { mirrorServiceName } = settings;
    const { mirrorHost: domain } = plan;
    if (!mirrorServiceName || !domain) return undefined;
    const mirror = group("mirror", "Package mirror: reached by workloads over HTTPS");
    for (const [role, from] of Object.entries(callers)) this.https(`${role}-to-mirror`, from, mirror, "Packages from the mirror");
    const endpoint = new aws.ec2.VpcEndpoint(
      `${this.name}-mirror`,
      {
        vpcId,
        serviceName: mirrorServiceName,
        vpcEndpointType: "Interface",
        privateDnsEnabled: false,
        subnetIds: zones.map(({ subnetId }) => subnetId),
        securityGroupIds: [mirror],
        ...this.named("mirror"),
      },
      this.childOptions,
    );
    answeringZone(this.name, { vpcId, region, domain, records: [""], endpoint, comment: `Package mirror of ${this.name}` }, this);
    return pulumi.output(domain);
  }

  /** A way to the internet: a gateway per zone, so that a zone's failure is its own. */
  private nat(vpcId: pulumi.Output<string>, zones: ZoneSubnet[]): ZoneSubnet[] {
    const { name, childOptions } = this;
    const { plan } = this.args;
    const gatewayId =
      plan.internetGatewayId ?? new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, ...this.named("internet") }, childOptions).id;
    const table = new aws.ec2.RouteTable(`${name}-public-routes`, { vpcId, ...this.named("public") }, childOptions);
    const out = new aws.ec2.Route(
      `${name}-public-route`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId },
      childOptions,
    );
    const subnets = plan.publicSubnets.map(({ zone, cidr }) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-public-${zone}`,
        { vpcId, cidrBlock: cidr, availabilityZone: zone, ...this.named(`public-${zone}`) },
        childOptions,
      );
      new aws.ec2.RouteTableAssociation(`${name}-public-routes-of-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, childOptions);
      const address = new aws.ec2.Eip(`${name}-nat-${zone}`, { domain: "vpc", ...this.named(`nat-${zone}`) }, childOptions);
      const nat = new aws.ec2.NatGateway(
        `${name}-nat-${zone}`,
        { subnetId: subnet.id, allocationId: address.id, ...this.named(`nat-${zone}`) },
        { ...childOptions, dependsOn: [out] },
      );
      const routeTableId = zones.find((one) => one.zone === zone)!.routeTableId!;
      new aws.ec2.Route(
        `${name}-nat-route-${zone}`,
        { routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
        childOptions,
      );
      return { zone, subnetId: subnet.id };
    });
    this.acl("public-acl", vpcId, subnets, publicAcl(plan.ranges));
    return subnets;
  }
}
