import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { nameTag } from "./name-tag";

type GroupId = pulumi.Output<string>;

/** Security groups that call endpoints, by a role. The role is part of each rule's name. */
export type Callers = Record<string, GroupId>;

/** Ports of a rule. The protocol `-1` means every protocol and requires no ports. */
interface Ports {
  ipProtocol?: "tcp" | "-1";
  fromPort?: number;
  toPort?: number;
  /** Part of the deployed rule. */
  description: string;
}

/**
 * Traffic between members of one security group. Rules name security groups, never addresses.
 * Distributed jobs choose their own ports (torchrun 7777, MPI 22), and Elastic Fabric Adapter uses its own protocol.
 * Members of the workload security group can therefore connect to each other with every protocol.
 * Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources" for the ports of Studio;
 * AWS "Give SageMaker AI Training Jobs Access to Resources in Your Amazon VPC", distributed training;
 * Amazon EC2 "Elastic Fabric Adapter", security group.
 */
const betweenMembers = {
  all: { ipProtocol: "-1", description: "Members among each other: instances of a job, Studio apps and their kernels" },
  nfs: { fromPort: 2049, toPort: 2049, description: "Home directories of Studio" },
  apps: { fromPort: 8192, toPort: 65535, description: "Studio apps and their kernels" },
} satisfies Record<string, Ports>;

const https = (description: string): Ports => ({ fromPort: 443, toPort: 443, description });

export const createSecurityGroup = (
  name: string,
  role: string,
  { vpcId, description }: { vpcId: pulumi.Input<string>; description: string },
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup => new aws.ec2.SecurityGroup(`${name}-${role}`, { vpcId, description, ...nameTag(name, role) }, { parent });

/** Allows HTTPS to a target whose rules Cloister does not manage: a prefix list, a CIDR range or a security group. */
export function allowHttpsOut(
  name: string,
  role: string,
  from: GroupId,
  to: Partial<aws.vpc.SecurityGroupEgressRuleArgs>,
  parent: pulumi.Resource,
): void {
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-${role}`,
    { securityGroupId: from, ipProtocol: "tcp", fromPort: 443, toPort: 443, ...to },
    { parent },
  );
}

/** Allows traffic from one security group to another with an egress rule and an ingress rule. */
function allowBetween(
  name: string,
  role: string,
  { from, to, ports }: { from: GroupId; to: pulumi.Input<string>; ports: Ports },
  opts: pulumi.CustomResourceOptions,
): void {
  const common = { ipProtocol: "tcp", ...ports };
  new aws.vpc.SecurityGroupEgressRule(`${name}-${role}-out`, { securityGroupId: from, referencedSecurityGroupId: to, ...common }, opts);
  new aws.vpc.SecurityGroupIngressRule(`${name}-${role}-in`, { securityGroupId: to, referencedSecurityGroupId: from, ...common }, opts);
}

/** Allows HTTPS from all callers to a security group. `target` is part of each rule's name. */
export function allowHttps(
  name: string,
  { callers, to, target, description }: { callers: Callers; to: pulumi.Input<string>; target: string; description: string },
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [role, from] of Object.entries(callers))
    allowBetween(name, `${role}-to-${target}`, { from, to, ports: https(description) }, opts);
}

export interface NetworkGroups {
  /** Notebooks, jobs and models. */
  workload: GroupId;
  /** All Studio apps: the workload security group, unless user profiles have their own security groups. */
  studio: GroupId;
  /** Security groups by user profile; empty without `profiles`. */
  profiles: Record<string, GroupId>;
  /** Interface endpoints. */
  endpoints: GroupId;
  callers: Callers;
}

/**
 * The security groups of a network.
 * With `profiles`, each user profile has a security group.
 * The security group that all Studio apps share then allows no app traffic between its members.
 */
export function createNetworkGroups(
  name: string,
  { vpcId, profiles }: { vpcId: pulumi.Input<string>; profiles?: string[] },
  parent: pulumi.Resource,
): NetworkGroups {
  const create = (role: string, description: string) => createSecurityGroup(name, role, { vpcId, description }, parent).id;
  const allowWithin = (role: string, group: GroupId, ports: Ports) =>
    allowBetween(name, role, { from: group, to: group, ports }, { parent });
  const workload = create("workload", "Notebooks, jobs and models: to each other, the endpoints and S3, and nowhere else");
  const endpoints = create("endpoints", "Interface endpoints: reached by workloads over HTTPS");
  allowWithin("workload-self", workload, betweenMembers.all);
  if (!profiles) return { workload, studio: workload, profiles: {}, endpoints, callers: { workload } };
  const studio = create("studio", "All apps of Studio: to the endpoints and S3, and nowhere else");
  allowWithin("studio-nfs", studio, betweenMembers.nfs);
  const groupOf = (profile: string) => {
    const group = create(`profile-${profile}`, `Apps of ${profile}: to each other`);
    allowWithin(`profile-${profile}-apps`, group, betweenMembers.apps);
    return group;
  };
  return {
    workload,
    studio,
    profiles: Object.fromEntries(profiles.map((profile) => [profile, groupOf(profile)])),
    endpoints,
    callers: { workload, studio },
  };
}
