import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { Boundary, ModelRole } from "@cloister/components/identity";
import { CustomerKey } from "@cloister/components/keys";
import { ClosedVpc, otherEntranceVpcIds, pullableAccounts } from "@cloister/components/network";
import { DataBucket } from "@cloister/components/storage";
import * as pulumi from "@pulumi/pulumi";
import { type AccountPlan } from "./preflight";
import { type TargetSettings } from "./settings";

/**
 * Creates what models need in one account: closed VPC, key, bucket, permissions boundary and role.
 * Returns facts about the account as strings, because the registry in the hub stores strings.
 */
export function createTargetAccount(plan: AccountPlan, settings: TargetSettings, parent: pulumi.Resource) {
  const { id, name, context, provider, deployRoleArn } = plan;
  const { purge } = settings;
  const childOptions = { parent, provider };
  const path = rolePath(context, name);
  const dataRoles = { rolePath: rolesAt(context, path) };
  const key = new CustomerKey(
    `${name}-models`,
    {
      description: `Cloister ${name}: models and logs`,
      alias: `cloister/${name}`,
      use: { ...context, logs: true, dataRoles: { ...dataRoles, through: ["s3", "sagemaker", "ec2"] }, deployRoleArns: [deployRoleArn] },
      deletionWindowDays: settings.keyDeletionDays,
      rotationDays: settings.keyRotationDays,
      purge,
    },
    childOptions,
  );
  const permissionsBoundaryArn = plan.permissionsBoundaryArn ?? new Boundary(name, { context }, childOptions).arn;
  const models = new DataBucket(`${name}-models`, { keyArn: key.arn, purge }, childOptions);
  const vpc = new ClosedVpc(
    name,
    {
      ...context,
      plan: plan.network,
      settings: settings.network,
      bucketArns: [models.arn],
      logKeyArn: key.arn,
      permissionsBoundaryArn,
    },
    childOptions,
  );
  models.restrictToPerimeter({ owner: name, dataRoles, vpcEndpointIds: [vpc.s3EndpointId], deployRoleArns: [deployRoleArn] });
  const role = new ModelRole(
    name,
    {
      context,
      path,
      permissionsBoundaryArn,
      facts: {
        bucketArns: [models.arn],
        keyArns: [key.arn],
        vpcId: vpc.vpcId,
        subnetIds: vpc.subnetIds,
        securityGroupIds: [vpc.workloadSecurityGroupId],
        entranceVpcIds: [vpc.vpcId, ...otherEntranceVpcIds(plan.network)],
        imageAccountIds: pullableAccounts(context, settings.network),
      },
    },
    childOptions,
  );
  return pulumi.output({
    accountId: id,
    region: context.region,
    vpcId: vpc.vpcId,
    subnetIds: pulumi.all(vpc.subnetIds).apply((ids) => ids.join(",")),
    securityGroupId: vpc.workloadSecurityGroupId,
    deployRoleArn,
    modelRoleArn: role.arn,
    keyArn: key.arn,
    modelBucketName: models.bucketName,
  });
}
