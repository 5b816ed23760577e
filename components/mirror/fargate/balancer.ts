// Creates the load balancer and the endpoint service through which environments connect.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { healthPaths } from "../server/health";
import { listenerPort } from "./plan";
import { type FargateSettings } from "./settings";
import { serverPort } from "./task";

export interface BalancerArgs {
  context: AwsContext;
  settings: FargateSettings;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string>[];
  securityGroupId: pulumi.Input<string>;
}

/** Physical names have at most 32 characters, and core stacks longer names. */
const namePrefix = "mirror";

/** TLS 1.2 and 1.3 with forward secrecy. Source: Elastic Load Balancing "Security policies for your Network Load Balancer". */
const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** An internal load balancer with a target group for the tasks. */
export function createBalancer(name: string, { settings, vpcId, subnetIds, securityGroupId }: BalancerArgs, parent: pulumi.Resource) {
  const balancer = new aws.lb.LoadBalancer(
    `${name}-balancer`,
    {
      namePrefix,
      loadBalancerType: "network",
      internal: true,
      subnets: subnetIds,
      securityGroups: [securityGroupId],
      // The endpoint service decides who connects. Other traffic, also of peered VPCs, matches no inbound rule.
      // Source: Elastic Load Balancing "Update the security groups for your Network Load Balancer".
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
      enableCrossZoneLoadBalancing: true,
    },
    { parent },
  );
  const targets = new aws.lb.TargetGroup(
    `${name}-targets`,
    {
      namePrefix,
      vpcId,
      targetType: "ip",
      protocol: "TCP",
      port: serverPort,
      // Clients have addresses of other VPCs, so the tasks answer the load balancer.
      preserveClientIp: "false",
      deregistrationDelay: 30,
      healthCheck: { protocol: "HTTP", path: healthPaths.ready, port: "traffic-port", matcher: "200", interval: 10, timeout: 6 },
    },
    { parent },
  );
  const listener = new aws.lb.Listener(
    `${name}-listener`,
    {
      loadBalancerArn: balancer.arn,
      port: listenerPort,
      protocol: "TLS",
      sslPolicy,
      certificateArn: settings.certificateArn,
      defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
    },
    { parent },
  );
  return { balancer, targets, listener };
}

/** An endpoint service whose connections need no acceptance, because only the listed accounts can request them. */
export function createEndpointService(
  name: string,
  {
    context: { accountId, partition },
    accounts,
    balancerArn,
  }: { context: AwsContext; accounts: string[]; balancerArn: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): aws.ec2.VpcEndpointService {
  return new aws.ec2.VpcEndpointService(
    `${name}-service`,
    {
      acceptanceRequired: false,
      networkLoadBalancerArns: [balancerArn],
      allowedPrincipals: [...new Set([accountId, ...accounts])].map((account) => `arn:${partition}:iam::${account}:root`),
      supportedIpAddressTypes: ["ipv4"],
      tags: { Name: name },
    },
    opts,
  );
}
