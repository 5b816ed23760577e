import { Administrator, Boundary } from "@cloister/components/identity";
import { peopleNetworkOf } from "@cloister/components/identity/settings";
import { CustomerKey } from "@cloister/components/keys";
import { AlertTopic, alertPublishers } from "@cloister/components/monitoring";
import { EndpointHub } from "@cloister/components/network";
import { type Published, publish } from "@cloister/components/stack/contract";
import { RootComponent, tagsOf } from "@cloister/components/stack/root";
import { LogBucket } from "@cloister/components/storage";
import { createAudit } from "./audit";
import { createCatalog, createRecipient } from "./catalog";
import { controlsKeyUse, createControls } from "./controls";
import { createMirror } from "./mirror";
import { coreStackOutputs } from "./outputs";
import { preflightCore } from "./preflight";
import { type CoreSettings } from "./settings";

/**
 * Creates the hub: key, log bucket, permissions boundary, administrator role and alert topic. Optional: shared endpoints,
 * the package mirror, the evaluator of controls, and the portfolio of environments or the launch role for the portfolio of
 * another account.
 * Resource names and the key alias start with the stack name, `name`, so that one account can have several hubs.
 * Errors: one `UserError` with all problems, before the first resource is created.
 */
export async function core(name: string, settings: CoreSettings): Promise<Published<typeof coreStackOutputs>> {
  const { context, deployRoleArn, network, catalog, audit } = await preflightCore(name, settings);
  const { purge, people } = settings;
  const peopleNetwork = peopleNetworkOf(people);
  const childOptions = { parent: new RootComponent("Core", name, tagsOf({ owner: settings.owner }, settings.tags)) };

  const key = new CustomerKey(
    `${name}-hub`,
    {
      description: `Cloister ${name}: alerts and logs of the hub`,
      alias: `cloister/${name}`,
      use: {
        ...context,
        logs: true,
        publishers: alertPublishers,
        ...controlsKeyUse(name, context, settings),
        packages: settings.mirror?.front === "codeartifact",
      },
      deletionWindowDays: settings.keyDeletionDays,
      rotationDays: settings.keyRotationDays,
      purge,
    },
    childOptions,
  );
  const logs = new LogBucket(`${name}-logs`, { ...context, purge }, childOptions);
  const boundary = new Boundary(name, { context, peopleNetwork }, childOptions);
  const administrator =
    people.signIn === "none"
      ? undefined
      : new Administrator(name, { context, people, peopleNetwork, permissionsBoundaryArn: boundary.arn }, childOptions);
  const alerts = new AlertTopic(name, { context, keyArn: key.arn, emails: settings.alertEmails }, childOptions);
  const endpointHub =
    network &&
    new EndpointHub(
      name,
      {
        ...context,
        plan: network,
        logKeyArn: key.arn,
        permissionsBoundaryArn: boundary.arn,
        hasServers: settings.mirror?.front === "fargate",
      },
      childOptions,
    );

  const selfService =
    catalog &&
    createCatalog(
      name,
      { context, settings, plan: catalog, permissionsBoundaryArn: boundary.arn, alertTopicArn: alerts.arn },
      childOptions,
    );

  createControls(name, { context, settings, deployRoleArn, topicArn: alerts.arn, keyArn: key.arn }, childOptions);

  if (settings.catalogLaunch)
    createRecipient(name, { context, launch: settings.catalogLaunch, permissionsBoundaryArn: boundary.arn }, childOptions);

  // S3 rejects access logs to a bucket without a policy that allows them.
  const afterLogs = { ...childOptions, dependsOn: logs };
  const mirror = createMirror(
    name,
    {
      context,
      settings,
      logBucketName: logs.bucketName,
      logKeyArn: key.arn,
      permissionsBoundaryArn: boundary.arn,
      alertTopicArn: alerts.arn,
      endpointHub,
      zones: network?.network.subnets.map(({ zone }) => zone) ?? [],
    },
    afterLogs,
  );
  const audited =
    audit &&
    createAudit(
      name,
      {
        context,
        plan: audit,
        settings,
        logBucketName: logs.bucketName,
        logKeyArn: key.arn,
        permissionsBoundaryArn: boundary.arn,
        alertTopicArn: alerts.arn,
      },
      afterLogs,
    );

  return publish(coreStackOutputs, {
    accountId: context.accountId,
    region: context.region,
    keyArn: key.arn,
    logBucketName: logs.bucketName,
    permissionsBoundaryArn: boundary.arn,
    administrators: administrator?.roles ?? {},
    alertTopicArn: alerts.arn,
    ...mirror,
    centralVpcId: endpointHub?.vpcId ?? "",
    centralCidr: network?.network.ranges[0] ?? "",
    centralRouteTableIds: endpointHub?.routeTableIds ?? [],
    centralSecurityGroupId: endpointHub?.securityGroupId ?? "",
    centralEndpoints: network?.network.endpoints.map((endpoint) => endpoint.name) ?? [],
    centralZoneIds: endpointHub?.zoneIds ?? {},
    catalogPortfolioId: selfService?.portfolio.portfolioId ?? "",
    catalogProductId: selfService?.portfolio.productId ?? "",
    catalogArtifactBucket: selfService?.engine.artifactBucketName ?? "",
    catalogStateBucket: selfService?.engine.stateBucketName ?? "",
    catalogStateMachineArn: selfService?.engine.stateMachineArn ?? "",
    auditTrailArn: audited?.trailArn ?? "",
    auditBucketName: audited?.bucketName ?? "",
    auditConfigBucketName: audited?.configBucketName ?? "",
    auditLogGroupName: audited?.logGroupName ?? "",
  });
}
