import { allowListParameter } from "@cloister/components/aws/allow-list-name";
import { limits } from "@cloister/components/aws/limits";
import { Monitoring } from "@cloister/components/monitoring";
import { parametersOf, type Published, publish } from "@cloister/components/stack/contract";
import { PublishedValues } from "@cloister/components/stack/published-values";
import { openStudioCommand } from "@cloister/components/studio/open-commands";
import { RootComponent } from "@cloister/components/stack/root";
import { createBuckets, restrictBuckets } from "./buckets";
import { environmentFacts } from "./facts";
import { environmentAllowList } from "./allow-list";
import { longestAllowListOf } from "./allow-list-size";
import { createKeys } from "./keys";
import { createNetwork } from "./network";
import { environmentOutputs } from "./outputs";
import { type Core, environmentTags, preflightEnvironment } from "./preflight";
import { createBoundary, createServiceRoles, createUserRoles } from "./roles";
import { type EnvironmentSettings, type StandaloneSettings } from "./settings";
import { createPackages } from "./packages";
import { createProducts } from "./products";
import { createWorkplace } from "./workplace";

/**
 * Creates the environment of one team: closed VPC, keys, buckets inside a perimeter, roles with a permissions boundary,
 * SageMaker Studio and monitoring.
 * `core` contains the outputs of another stack or of the same program. `standalone` requires another stack.
 * Errors: one `UserError` with all problems, before the first resource is created.
 */
export async function environment(
  settings: EnvironmentSettings,
  core: Core,
  standalone: StandaloneSettings = { endpointsFrom: "own", packages: "none", existingRoles: {} },
): Promise<Published<typeof environmentOutputs>> {
  const plan = await preflightEnvironment(settings, core, standalone);
  const { name, context } = plan;
  const { team } = settings;
  const childOptions = { parent: new RootComponent("Environment", name, environmentTags(plan)) };

  const keys = createKeys(plan, childOptions);
  const buckets = createBuckets(plan, { keyArn: keys.data.arn, logBucketName: core.logBucketName }, childOptions);
  const vpc = createNetwork(plan, core, buckets, keys.logs.arn, childOptions);
  createPackages(plan, vpc.vpcId, childOptions);
  const facts = environmentFacts(plan, keys, buckets, vpc);
  const boundary = createBoundary(plan, facts, buckets, childOptions);
  const roles = createServiceRoles(plan, facts, boundary, childOptions);
  restrictBuckets(plan, buckets, vpc.s3EndpointId, roles.arns.pipeline);
  const { studio, notebooks } = createWorkplace(plan, facts, roles, vpc, childOptions);
  const portfolio = createProducts(plan, { facts, keys, roles, studio, notebooks, vpc }, childOptions);
  const userRoles = createUserRoles(plan, facts, boundary, roles, studio.domainId, portfolio, childOptions);
  const scientist = userRoles.roles["data-scientist"]?.arn;
  if (scientist) portfolio?.associate({ "data-scientist": scientist });
  const monitoring = new Monitoring(
    name,
    {
      context,
      environment: name,
      plan: plan.monitoring,
      domainId: studio.domainId,
      alertTopicArn: core.alertTopicArn,
      logKeyArn: keys.logs.arn,
    },
    childOptions,
  );

  const parameterPath = `/cloister/${name}`;
  const outputs = publish(environmentOutputs, {
    ...facts,
    team,
    vpcCidrs: plan.network.ranges,
    centralCidr: plan.sharedEndpoints?.cidr ?? "",
    environmentBoundaryArn: boundary.arn,
    executionRoleArn: roles.arns.execution,
    personRoleArns: Object.fromEntries(Object.entries(roles.userRoleArns).map(([person, arn]) => [person, { arn }])),
    pipelineRoleArn: roles.arns.pipeline,
    modelRoleArn: roles.arns.model,
    people: userRoles.roles,
    domainId: studio.domainId,
    studioUrl: studio.url,
    openStudioCommand:
      settings.studio.signIn === "iam" ? studio.domainId.apply((domainId) => openStudioCommand(context.region, domainId, "<profile>")) : "",
    sharedSpaceDefaults: studio.sharedSpaceDefaults,
    notebooks: Object.fromEntries(
      Object.entries(notebooks.openCommands).map(([notebook, openCommand]) => [
        notebook,
        { openCommand, roleArn: roles.notebookRoleArns[notebook]! },
      ]),
    ),
    products: Object.fromEntries(
      Object.entries(portfolio?.productIds ?? {}).map(([product, productId]) => [
        product,
        { productId, portfolioId: portfolio!.portfolioId },
      ]),
    ),
    resourceGroupArn: monitoring.resourceGroupArn,
    dashboardUrl: monitoring.dashboardUrl,
    parameterPath,
  });
  // Not an output: target accounts could otherwise not use an environment of an earlier version.
  const allowList = "allow-list";
  const longValues = longestAllowListOf(plan) > limits.parameterValue.value ? [allowList] : [];
  const values = {
    ...parametersOf(environmentOutputs, outputs),
    [allowList]: environmentAllowList(plan, facts, buckets, vpc, studio.domainId),
  };
  new PublishedValues(name, { path: parameterPath, values, names: { [allowList]: allowListParameter(name) }, longValues }, childOptions);
  return outputs;
}
