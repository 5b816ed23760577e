import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { planSubnets } from "./cidr";
import { type EndpointName, interfacePolicy, s3Policy, serviceName } from "./endpoints";

export interface ClosedVpcArgs {
  /** Private IPv4 range, prefix length 16 to 24, e.g. `10.64.0.0/20`. Changing it replaces the VPC and all in it. */
  cidr: string;
  /** One to four zones, e.g. `eu-central-1a`. Adding one at the end changes nothing that is there. */
  zones: string[];
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Account of this VPC, twelve digits: only its principals get through the endpoints. */
  accountId: pulumi.Input<string>;
  /** Interface endpoints, by the names in `endpoints.ts`. About 9 to 10 USD a month each, per zone. */
  endpoints: EndpointName[];
  /** Buckets that are reached through the S3 gateway endpoint, `arn:…:s3:::…`. No other is. */
  bucketArns: pulumi.Input<string>[];
  /** Key of the flow log's group, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
  /** Days that flow logs are kept; a period that CloudWatch Logs knows. */
  flowLogRetentionDays: number;
  /** Boundary of the role that writes flow logs, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Input<string>;
}

/**
 * A VPC without a way out: no gateway, no public address, no default route. Private subnets, one per zone; AWS services by interface endpoints and the S3 gateway endpoint, each with its own policy;
 * a default security group without rules; flow logs under a customer key.
 * Cost: the endpoints, and what flow logs store.
 * Errors: `RangeError` at once for a range or zones that don't fit.
 * Source: NIST SP 800-53 SC-7; AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
 */
export class ClosedVpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** `subnet-…`, in the order of the zones. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Group for notebooks, jobs and models, `sg-…`. */
  readonly workloadSecurityGroupId: pulumi.Output<string>;
  /** Group of the interface endpoints, `sg-…`. */
  readonly endpointSecurityGroupId: pulumi.Output<string>;
  /** Gateway endpoint of S3, `vpce-…`. */
  readonly s3EndpointId: pulumi.Output<string>;

  constructor(name: string, args: ClosedVpcArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:network:ClosedVpc", name, {}, opts);
    const mine = { parent: this };
    const named = (role: string) => ({ tags: { Name: `${name}-${role}` } });

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, ...named("vpc") },
      mine,
    );
    // Adopting it without rules takes away those that AWS makes: whoever forgets to name a group gets one that reaches nothing.
    new aws.ec2.DefaultSecurityGroup(`${name}-default-group`, { vpcId: vpc.id, ...named("default-closed") }, mine);

    const places = planSubnets(args.cidr, args.zones).map(({ zone, cidr }) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-subnet-${zone}`,
        { vpcId: vpc.id, cidrBlock: cidr, availabilityZone: zone, ...named(zone) },
        mine,
      );
      const table = new aws.ec2.RouteTable(`${name}-routes-${zone}`, { vpcId: vpc.id, ...named(zone) }, mine);
      new aws.ec2.RouteTableAssociation(`${name}-routes-of-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, mine);
      return { subnet, table };
    });

    const workload = new aws.ec2.SecurityGroup(
      `${name}-workload`,
      {
        vpcId: vpc.id,
        description: "Notebooks, jobs and models: to each other, the endpoints and S3, and nowhere else",
        ...named("workload"),
      },
      mine,
    );
    const endpoints = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId: vpc.id, description: "Interface endpoints: reached by workloads over HTTPS", ...named("endpoints") },
      mine,
    );
    this.rules(name, workload.id, endpoints.id);

    const accounts = pulumi.output(args.accountId).apply((id) => [id]);
    const s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: places.map(({ table }) => table.id),
        policy: pulumi
          .all([accounts, pulumi.all(args.bucketArns)])
          .apply(([accountIds, bucketArns]) => s3Policy({ accountIds, bucketArns, region: args.region, partition: args.partition })),
        ...named("s3"),
      },
      mine,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-workload-to-s3`,
      {
        securityGroupId: workload.id,
        prefixListId: s3.prefixListId,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        description: "S3 through the gateway endpoint",
      },
      mine,
    );
    for (const endpoint of args.endpoints)
      new aws.ec2.VpcEndpoint(
        `${name}-${endpoint}`,
        {
          vpcId: vpc.id,
          serviceName: serviceName(endpoint, args.region),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: places.map(({ subnet }) => subnet.id),
          securityGroupIds: [endpoints.id],
          policy: accounts.apply(interfacePolicy),
          ...named(endpoint),
        },
        mine,
      );

    this.flowLogs(name, vpc.id, args);
    this.vpcId = vpc.id;
    this.subnetIds = places.map(({ subnet }) => subnet.id);
    this.workloadSecurityGroupId = workload.id;
    this.endpointSecurityGroupId = endpoints.id;
    this.s3EndpointId = s3.id;
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** Source for the ports within the workload group: AWS "Connect Amazon SageMaker Studio in a VPC to external resources". */
  private rules(name: string, workload: pulumi.Output<string>, endpoints: pulumi.Output<string>): void {
    const mine = { parent: this };
    const pairs = [
      {
        role: "workload-to-endpoints",
        from: workload,
        to: endpoints,
        fromPort: 443,
        toPort: 443,
        description: "AWS services through the interface endpoints",
      },
      { role: "workload-nfs", from: workload, to: workload, fromPort: 2049, toPort: 2049, description: "Home directories of Studio" },
      { role: "workload-apps", from: workload, to: workload, fromPort: 8192, toPort: 65535, description: "Studio apps and their kernels" },
    ];
    for (const { role, from, to, fromPort, toPort, description } of pairs) {
      const ports = { ipProtocol: "tcp", fromPort, toPort, description };
      new aws.vpc.SecurityGroupEgressRule(`${name}-${role}-out`, { securityGroupId: from, referencedSecurityGroupId: to, ...ports }, mine);
      new aws.vpc.SecurityGroupIngressRule(`${name}-${role}-in`, { securityGroupId: to, referencedSecurityGroupId: from, ...ports }, mine);
    }
  }

  private flowLogs(name: string, vpcId: pulumi.Output<string>, args: ClosedVpcArgs): void {
    const mine = { parent: this };
    const group = new aws.cloudwatch.LogGroup(
      `${name}-flow-logs`,
      { kmsKeyId: args.logKeyArn, retentionInDays: args.flowLogRetentionDays },
      mine,
    );
    const role = new aws.iam.Role(
      `${name}-flow-logs-role`,
      {
        description: "Writes the VPC's flow logs",
        permissionsBoundary: args.permissionsBoundaryArn,
        assumeRolePolicy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "vpc-flow-logs.amazonaws.com" },
              Action: "sts:AssumeRole",
              Condition: { StringEquals: { "aws:SourceAccount": args.accountId } },
            },
          ],
        }),
      },
      mine,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-flow-logs-policy`,
      {
        role: role.id,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
              Resource: pulumi.interpolate`${group.arn}:*`,
            },
          ],
        }),
      },
      mine,
    );
    new aws.ec2.FlowLog(
      `${name}-flow-log`,
      {
        vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 60,
      },
      // The service tries the role as soon as the flow log exists.
      { ...mine, dependsOn: [policy] },
    );
  }
}
