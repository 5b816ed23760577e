// Creates the tasks of the mirror: cluster, roles, task definition and service.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { type Permission, policyDocumentOf } from "../../aws/policy-document";
import { mirrorRolePath } from "../../aws/role-path";
import { type FargateSettings } from "./settings";
import { containerName, containerOf, executionPermissions, serverPort, taskPermissions, taskTrust } from "./task";

export interface ServiceArgs {
  context: AwsContext;
  /** Name of the core stack. */
  hub: string;
  settings: FargateSettings;
  bucketName: pulumi.Input<string>;
  subnetIds: pulumi.Input<string>[];
  securityGroupId: pulumi.Input<string>;
  targetGroupArn: pulumi.Input<string>;
  /** Group of the request log. */
  requestLog: aws.cloudwatch.LogGroup;
  permissionsBoundaryArn: pulumi.Input<string>;
}

/** The smallest task. The server streams files, and keeps none in memory. */
const size = { cpu: "256", memory: "512" };

/** A role of the tasks. The returned ARN is known once the role has its permissions. */
function createTaskRole(
  name: string,
  { context, hub, permissionsBoundaryArn }: ServiceArgs,
  { description, permissions }: { description: string; permissions: pulumi.Output<Permission[]> },
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const role = new aws.iam.Role(
    name,
    {
      path: mirrorRolePath(context, hub),
      description,
      assumeRolePolicy: taskTrust(context),
      permissionsBoundary: permissionsBoundaryArn,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy: permissions.apply(policyDocumentOf) }, { parent });
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}

function createTaskDefinition(name: string, args: ServiceArgs, parent: pulumi.Resource): aws.ecs.TaskDefinition {
  const { context, settings, bucketName, requestLog } = args;
  const taskRoleArn = createTaskRole(
    `${name}-task`,
    args,
    {
      description: "Server of the package mirror: reads its bucket",
      permissions: pulumi.output(bucketName).apply((bucket) => taskPermissions(context, bucket)),
    },
    parent,
  );
  const executionRoleArn = createTaskRole(
    `${name}-execution`,
    args,
    {
      description: "Starts the servers of the package mirror: pulls their image and writes their log",
      permissions: requestLog.arn.apply((arn) => executionPermissions(context, settings.image, arn)),
    },
    parent,
  );
  const containers = pulumi
    .all([bucketName, requestLog.name])
    .apply(([bucket, logGroup]) => JSON.stringify([containerOf(context, settings.image, bucket, logGroup)]));
  return new aws.ecs.TaskDefinition(
    `${name}-task`,
    {
      family: name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      ...size,
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: settings.architecture },
      taskRoleArn,
      executionRoleArn,
      containerDefinitions: containers,
    },
    { parent },
  );
}

/** The service. A deployment whose tasks do not become healthy is rolled back, and the update fails. */
export function createService(name: string, args: ServiceArgs, opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource }) {
  const { settings, subnetIds, securityGroupId, targetGroupArn } = args;
  const { parent } = opts;
  const cluster = new aws.ecs.Cluster(`${name}-cluster`, {}, { parent });
  const task = createTaskDefinition(name, args, parent);
  return new aws.ecs.Service(
    `${name}-servers`,
    {
      cluster: cluster.arn,
      taskDefinition: task.arn,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      desiredCount: settings.tasks,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: "ENABLED",
      healthCheckGracePeriodSeconds: 60,
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      networkConfiguration: { subnets: subnetIds, securityGroups: [securityGroupId], assignPublicIp: false },
      loadBalancers: [{ targetGroupArn, containerName, containerPort: serverPort }],
      waitForSteadyState: true,
    },
    opts,
  );
}
