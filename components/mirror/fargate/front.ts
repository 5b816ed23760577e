import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createBusyAlarm, createHealthAlarms } from "./alarms";
import { createBalancer, createEndpointService } from "./balancer";
import { createGroups, type HubVpc } from "./network";
import { createService, type ServiceArgs } from "./service";

export interface FargateFrontArgs
  extends HubVpc,
    Pick<ServiceArgs, "context" | "hub" | "settings" | "bucketName" | "permissionsBoundaryArn"> {
  /** Key of the request log, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  /** Topic for alerts, `arn:…:sns:…`. */
  alertTopicArn: pulumi.Input<string>;
}

/**
 * Servers of the package mirror on Fargate, in the VPC of the shared endpoints, which has no path to the internet.
 * Environments connect through the endpoint service, and only accounts in its list can.
 * The tasks read the mirror's bucket and have no permission to write. They have no public address and no writable disk.
 * Errors: an update fails if the tasks do not become healthy, and ECS rolls back to the earlier tasks.
 * Cost: docs/packages.md.
 * Source: Amazon ECS "Best practices for connecting Amazon ECS to AWS services from inside your VPC";
 * AWS PrivateLink "Create a service powered by AWS PrivateLink"; AWS Security Hub ECS.2, ECS.4, ECS.5, ECS.10.
 */
export class FargateFront extends pulumi.ComponentResource {
  /** `com.amazonaws.vpce.…` */
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: FargateFrontArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:mirror:FargateFront", name, {}, opts);
    const { hub, context, settings } = args;
    const groups = createGroups(name, args, this);
    const { balancer, targets, listener } = createBalancer(name, { ...args, securityGroupId: groups.balancer }, this);
    const requestLog = new aws.cloudwatch.LogGroup(
      `${name}-requests`,
      { kmsKeyId: args.logKeyArn, retentionInDays: settings.logRetentionDays },
      { parent: this },
    );
    const service = createService(
      name,
      { ...args, requestLog, securityGroupId: groups.tasks, targetGroupArn: targets.arn },
      // ECS registers tasks only with a target group that a listener uses.
      { parent: this, dependsOn: [listener, ...groups.rules] },
    );
    createHealthAlarms(name, { hub, balancer, targets, alertTopicArn: args.alertTopicArn }, this);
    createBusyAlarm(name, { hub, requestLog, alertTopicArn: args.alertTopicArn }, this);
    const endpointService = createEndpointService(
      name,
      { context, accounts: settings.accounts, balancerArn: balancer.arn },
      // Environments connect to servers that answer.
      { parent: this, dependsOn: [service] },
    );
    this.serviceName = endpointService.serviceName;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}
