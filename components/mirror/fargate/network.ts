// Creates the security groups of the load balancer and of the tasks.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { serverPort } from "./task";

export interface HubVpc {
  /** VPC of the shared endpoints, `vpc-…`. */
  vpcId: pulumi.Input<string>;
  /** A subnet in each Availability Zone, `subnet-…`. */
  subnetIds: pulumi.Input<string>[];
  /** Security group of the shared endpoints, `sg-…`. */
  endpointSecurityGroupId: pulumi.Input<string>;
  /** Prefix list of S3, `pl-…`. */
  s3PrefixListId: pulumi.Input<string>;
}

type Rule = Omit<aws.vpc.SecurityGroupEgressRuleArgs, "securityGroupId" | "ipProtocol" | "fromPort" | "toPort">;

/**
 * Only the endpoint service can connect to the load balancer, whose group has no inbound rule.
 * The tasks accept connections of the load balancer only, and connect to the endpoints and S3 only.
 */
export function createGroups(name: string, { vpcId, endpointSecurityGroupId, s3PrefixListId }: HubVpc, parent: pulumi.Resource) {
  const opts = { parent };
  const group = (role: string, description: string) =>
    new aws.ec2.SecurityGroup(`${name}-${role}`, { vpcId, description, tags: { Name: `${name}-${role}` } }, opts).id;
  const balancer = group("balancer", "Load balancer of the package mirror: reached through its endpoint service only");
  const tasks = group("tasks", "Servers of the package mirror: to the endpoints and S3, and nowhere else");
  const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
  const egress = (role: string, from: pulumi.Input<string>, port: number, rule: Rule) =>
    new aws.vpc.SecurityGroupEgressRule(`${name}-${role}`, { securityGroupId: from, ...tcp(port), ...rule }, opts);
  const ingress = (role: string, to: pulumi.Input<string>, port: number, rule: Rule) =>
    new aws.vpc.SecurityGroupIngressRule(`${name}-${role}`, { securityGroupId: to, ...tcp(port), ...rule }, opts);
  const requests = "Requests and health checks";
  const calls = "Images, logs and credentials through the shared endpoints";
  const rules = [
    egress("balancer-to-tasks-out", balancer, serverPort, { referencedSecurityGroupId: tasks, description: requests }),
    ingress("balancer-to-tasks-in", tasks, serverPort, { referencedSecurityGroupId: balancer, description: requests }),
    egress("tasks-to-endpoints-out", tasks, 443, { referencedSecurityGroupId: endpointSecurityGroupId, description: calls }),
    ingress("tasks-to-endpoints-in", endpointSecurityGroupId, 443, { referencedSecurityGroupId: tasks, description: calls }),
    egress("tasks-to-s3", tasks, 443, { prefixListId: s3PrefixListId, description: "Packages and layers of images" }),
  ];
  return { balancer, tasks, rules };
}
