import { plainValue, type Published, publish } from "@cloister/components/stack/contract";
import { EnvironmentBoundary, UserRoles, ServiceRoles, preflightIdentity, rolePath, rolesAt } from "@cloister/components/identity";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { environmentUserRoles, type ExistingRoles } from "@cloister/components/identity/settings";
import { CustomerKey, type KeyUse } from "@cloister/components/keys";
import { Monitoring, planMonitoring } from "@cloister/components/monitoring";
import { type SharedEndpointArgs, type SharedEndpoints, ClosedVpc, preflightNetwork } from "@cloister/components/network";
import { RootComponent, tagsOf } from "@cloister/components/stack/root";
import { failOnProblems } from "@cloister/components/stack/errors";
import { problemText } from "@cloister/components/stack/preflight";
import { PublishedValues } from "@cloister/components/stack/published-values";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { ExistingBucket, DataBucket, preflightStorage } from "@cloister/components/storage";
import { type BucketSettings } from "@cloister/components/storage/settings";
import { Notebooks, studioMembers, Studio, preflightStudio } from "@cloister/components/studio";
import { type coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { environmentOutputs } from "./outputs";
import { type EnvironmentSettings, standardCidr } from "./settings";

/** What only an environment that is a stack of its own can have: core's outputs are known before the first resource. */
export interface OfOwnStack {
  endpointsFrom: "own" | "switching" | "core";
  existingRoles: ExistingRoles;
}

type Core = Published<typeof coreOutputs>;

/** Core's endpoints. Known before the first resource, because core is another stack wherever they are used. */
function sharedEndpointsOf(core: Core): Promise<Omit<SharedEndpoints, "state"> & SharedEndpointArgs> {
  return plainValue(
    pulumi.all([core.centralRouteTableIds, core.centralEndpoints, core.centralZoneIds]).apply(([routeTableIds, endpoints, zoneIds]) =>
      pulumi.output({
        vpcId: core.centralVpcId,
        cidr: core.centralCidr,
        securityGroupId: core.centralSecurityGroupId,
        routeTableIds,
        endpoints,
        zoneIds,
      }),
    ),
  );
}

/**
 * Asks AWS all that has to be known before the first resource, and ends the program when anything is in the way: all of it at once.
 * Errors: one `RunError` with all problems.
 */
async function survey(settings: EnvironmentSettings, core: Core, { endpointsFrom, existingRoles }: OfOwnStack) {
  const { team, stage, network, people, guardrails, studio, purge } = settings;
  const name = `${team}-${stage}`;
  const namespace = "cloister-environment";
  const at = (key: string) => `${namespace}:${key}`;
  const { deployRoleArn, ...context } = await lookupAwsContext({});
  const sharedEndpoints = endpointsFrom === "own" ? undefined : { state: endpointsFrom, ...(await sharedEndpointsOf(core)) };
  const { execution, pipeline, model, ...ofPeople } = existingRoles;
  const named = (arns: (string | undefined)[]) => arns.filter((arn): arn is string => arn !== undefined);
  // People's roles read no data, brought ones neither.
  const workRoles = named([execution, pipeline, model, ...studio.profiles.map(({ roleArn }) => roleArn)]);
  const dataRoles = { rolePath: rolesAt(context, rolePath(context, name, "work")), roleArns: workRoles };
  const perimeterAccess = {
    dataRoles,
    deployRoleArns: settings.deployRoleArns.length > 0 ? settings.deployRoleArns : [deployRoleArn],
    breakGlassRoleArns: settings.breakGlassRoleArns,
    serviceRoleArns: settings.serviceRoleArns,
  };
  const { plan, problems } = await preflightNetwork({
    ...context,
    name,
    vpcSettings: network,
    standardCidr,
    network,
    paths: { vpcSettings: at("network"), network: at("network"), sharedEndpoints: at("endpointsFrom") },
    ...(sharedEndpoints && { sharedEndpoints }),
  });
  const monitoring = planMonitoring({
    context,
    environment: name,
    roleArns: [...workRoles, ...named(Object.values(ofPeople))],
    settings: settings.monitoring,
    paths: { monitoring: at("monitoring"), roles: at("existingRoles") },
  });
  const buckets = (["data", "models"] as const).map((key) => ({ path: at(key), settings: settings[key] }));
  const [roleProblems, bucketProblems, ofStudio] = await Promise.all([
    preflightIdentity({
      context,
      userRoles: environmentUserRoles,
      people,
      existing: existingRoles,
      profileRoles: studio.profiles.flatMap(({ roleArn }, i) =>
        roleArn === undefined ? [] : [{ at: at(`studio.profiles[${i}].roleArn`), arn: roleArn }],
      ),
      exemptPrincipals: (["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"] as const).map((key) => ({
        at: at(key),
        arns: settings[key],
      })),
      ...((workRoles.length > 0 || named(Object.values(ofPeople)).length > 0) && {
        boundaryArn: await plainValue(pulumi.output(core.permissionsBoundaryArn)),
      }),
      boundary: {
        environment: name,
        guardrails,
        subnets: plan.subnets.length,
        groups: 2,
        resultKeys: new Set([settings.data, settings.models].map(({ existing }) => existing?.keyArn)).size,
        instanceTypes: studio.instanceTypes,
        roleArns: workRoles,
        features: network.features,
      },
      paths: { people: at("people"), existing: at("existingRoles"), instanceTypes: at("studio.instanceTypes") },
    }),
    preflightStorage({ ...context, name, purge, perimeterAccess, buckets }),
    preflightStudio({ ...context, settings: studio, path: at("studio") }),
  ]);
  const { deployRoleArns } = settings;
  const lockedOut =
    deployRoleArns.length > 0 && !deployRoleArns.includes(deployRoleArn)
      ? `'${at("deployRoleArns")}' names ${deployRoleArns.join(", ")}, and not ${deployRoleArn}, which deploys now: AWS would refuse it the key of the domain. Add it, or deploy as one of these.`
      : undefined;
  // Whoever only looks, such as a check of pull requests, may be another.
  if (lockedOut !== undefined && pulumi.runtime.isDryRun()) await pulumi.log.warn(lockedOut);
  failOnProblems([
    ...problems,
    ...(lockedOut === undefined || pulumi.runtime.isDryRun() ? [] : [lockedOut]),
    ...roleProblems,
    ...bucketProblems.problems.map(problemText),
    ...ofStudio,
    ...monitoring.problems,
    ...purgeProblems({ namespace, ...settings, name }),
  ]);
  return { name, context, sharedEndpoints, plan, monitoring: monitoring.plan, perimeterAccess, workRoles };
}

/**
 * What one team gets: a closed VPC, keys, buckets that only that VPC and its roles reach, roles under a boundary, SageMaker Studio, and what watches over it.
 * Does not know where core's outputs come from: another stack, or the same one. What needs them before the first resource (`OfOwnStack`), only from another one.
 */
export async function environment(
  settings: EnvironmentSettings,
  core: Core,
  ofOwnStack: OfOwnStack = { endpointsFrom: "own", existingRoles: {} },
): Promise<Published<typeof environmentOutputs>> {
  const { team, stage, owner, purge, network, guardrails, people } = settings;
  const { existingRoles } = ofOwnStack;
  const { name, context, sharedEndpoints, plan, monitoring, perimeterAccess, workRoles } = await survey(settings, core, ofOwnStack);
  const { dataRoles, deployRoleArns } = perimeterAccess;
  const program = new RootComponent("Environment", name, tagsOf({ environment: name, team, stage, owner }, settings.tags));
  const childOptions = { parent: program };

  const key = (role: string, what: string, use: Partial<KeyUse>) =>
    new CustomerKey(
      `${name}-${role}`,
      {
        description: `Cloister ${name}: ${what}`,
        alias: `cloister/${name}/${role}`,
        use: { ...context, ...use },
        deletionWindowDays: settings.keyDeletionDays,
        rotationDays: settings.keyRotationDays,
        purge,
      },
      childOptions,
    );
  const volumeKey = key("volumes", "home directories and volumes", {
    dataRoles: { ...dataRoles, through: ["sagemaker", "elasticfilesystem", "ec2"] },
    deployRoleArns,
  });
  const dataKey = key("data", "data and models", {
    // Whoever reaches the buckets has to be able to read what is in them; who deploys does not.
    dataRoles: {
      ...dataRoles,
      roleArns: [...dataRoles.roleArns, ...perimeterAccess.breakGlassRoleArns, ...perimeterAccess.serviceRoleArns],
      // Jobs write results and have volumes under it too: one key is all that people have to name.
      through: ["s3", "sagemaker", "ec2"],
    },
    launchRoles: {
      rolePath: rolesAt(context, rolePath(context, name, "people")),
      roleArns: existingRoles["data-scientist"] === undefined ? [] : [existingRoles["data-scientist"]],
    },
  });
  const logKey = key("logs", "logs", { logs: true });

  const bucket = (role: string, { existing, objectLock, ...lifecycle }: BucketSettings) =>
    existing
      ? new ExistingBucket(`${name}-${role}`, { ...context, ...existing }, childOptions)
      : new DataBucket(
          `${name}-${role}`,
          { keyArn: dataKey.arn, logBucketName: core.logBucketName, lifecycle, objectLock, purge },
          childOptions,
        );
  const data = bucket("data", settings.data);
  const models = bucket("models", settings.models);
  const buckets = [data, models];

  const vpc = new ClosedVpc(
    name,
    {
      ...context,
      plan,
      settings: network,
      bucketArns: buckets.map(({ arn }) => arn),
      logKeyArn: logKey.arn,
      ...(network.flowLogDestination === "log-bucket" && {
        logBucketArn: pulumi.interpolate`arn:${context.partition}:s3:::${core.logBucketName}`,
      }),
      permissionsBoundaryArn: core.permissionsBoundaryArn,
      ...(sharedEndpoints && { sharedEndpoints }),
      ...(settings.studio.securityGroupPerProfile && { profiles: settings.studio.profiles.map((profile) => profile.name) }),
    },
    childOptions,
  );
  const securityGroupIds = [vpc.workloadSecurityGroupId, vpc.studioSecurityGroupId];

  const boundary = new EnvironmentBoundary(
    name,
    {
      context,
      environment: name,
      choice: guardrails,
      subnetIds: vpc.subnetIds,
      securityGroupIds,
      keyArn: dataKey.arn,
      resultKeyArns: buckets.map(({ keyArn }) => keyArn),
      instanceTypes: settings.studio.instanceTypes,
      room: { roleArns: workRoles, features: network.features },
    },
    childOptions,
  );
  const facts = {
    ...context,
    environment: name,
    dataBucketArn: data.arn,
    modelBucketArn: models.arn,
    keyArns: [dataKey.arn, volumeKey.arn, ...buckets.filter((one) => one instanceof ExistingBucket).map(({ keyArn }) => keyArn)],
    vpcId: vpc.vpcId,
    subnetIds: vpc.subnetIds,
    securityGroupIds,
    entranceVpcIds: [vpc.vpcId, ...(sharedEndpoints?.state === "core" ? [sharedEndpoints.vpcId] : [])],
  };
  const studioPeople = studioMembers(settings.studio);
  const roles = new ServiceRoles(
    name,
    {
      context,
      environment: name,
      permissionsBoundaryArn: boundary.arn,
      facts,
      features: network.features,
      existing: existingRoles,
      people:
        settings.studio.executionRole === "per-person"
          ? studioPeople.filter(({ roleArn }) => roleArn === undefined).map(({ profile }) => profile)
          : [],
      notebooks: settings.studio.notebooks.map((notebook) => notebook.name),
    },
    childOptions,
  );
  for (const { restrictToPerimeter } of buckets)
    restrictToPerimeter({
      ...perimeterAccess,
      owner: name,
      vpcEndpointIds: [vpc.s3EndpointId],
      // Pipelines read what steps hand to each other from a network of their own.
      serviceRoleArns: [...perimeterAccess.serviceRoleArns, roles.pipelineRoleArn],
    });

  const workplace = {
    environment: name,
    region: context.region,
    needsVolumeKey: guardrails.profile === "strict",
    vpcId: vpc.vpcId,
    subnetIds: vpc.subnetIds,
    workloadSecurityGroupId: vpc.workloadSecurityGroupId,
    dataKeyArn: data.keyArn,
    jobVolumeKeyArn: dataKey.arn,
    dataBucketName: data.bucketName,
    modelBucketName: models.bucketName,
    settings: settings.studio,
    keyArn: volumeKey.arn,
  };
  const studio = new Studio(
    name,
    {
      ...workplace,
      securityGroupId: vpc.studioSecurityGroupId,
      profileSecurityGroupIds: vpc.profileSecurityGroupIds,
      executionRoleArn: roles.executionRoleArn,
      ...(existingRoles.execution !== undefined && { existingExecutionRoleArn: existingRoles.execution }),
      profileRoleArns: roles.personRoleArns,
      purge,
    },
    childOptions,
  );
  const notebooks = new Notebooks(
    name,
    { ...workplace, roleArns: roles.notebookRoleArns, securityGroupIds: vpc.profileSecurityGroupIds },
    childOptions,
  );
  const peopleRoles = new UserRoles(
    name,
    {
      context,
      environment: name,
      people,
      permissionsBoundaryArn: boundary.arn,
      facts,
      existing: existingRoles,
      domainId: studio.domainId,
      roles: {
        executionRoleArn: roles.executionRoleArn,
        pipelineRoleArn: roles.pipelineRoleArn,
        modelRoleArn: roles.modelRoleArn,
      },
    },
    childOptions,
  );
  const watch = new Monitoring(
    name,
    { context, environment: name, plan: monitoring, domainId: studio.domainId, alertTopicArn: core.alertTopicArn, logKeyArn: logKey.arn },
    childOptions,
  );

  const parameterPath = `/cloister/${name}`;
  const values = {
    "vpc-id": vpc.vpcId,
    "subnet-ids": pulumi.all(vpc.subnetIds).apply((ids) => ids.join(",")),
    "workload-security-group-id": vpc.workloadSecurityGroupId,
    "endpoint-security-group-id": vpc.endpointSecurityGroupId,
    "s3-endpoint-id": vpc.s3EndpointId,
    "data-bucket-name": data.bucketName,
    "model-bucket-name": models.bucketName,
    "data-key-arn": dataKey.arn,
    "volume-key-arn": volumeKey.arn,
    "permissions-boundary-arn": boundary.arn,
    "execution-role-arn": roles.executionRoleArn,
    "pipeline-role-arn": roles.pipelineRoleArn,
    "model-role-arn": roles.modelRoleArn,
    "domain-id": studio.domainId,
    ...(vpc.mirrorHost && { "mirror-host": vpc.mirrorHost }),
  };
  new PublishedValues(name, { path: parameterPath, values }, childOptions);

  return publish(environmentOutputs, {
    environment: name,
    team,
    accountId: context.accountId,
    region: context.region,
    vpcId: vpc.vpcId,
    vpcCidrs: plan.ranges,
    centralCidr: sharedEndpoints?.cidr ?? "",
    subnetIds: vpc.subnetIds,
    workloadSecurityGroupId: vpc.workloadSecurityGroupId,
    endpointSecurityGroupId: vpc.endpointSecurityGroupId,
    s3EndpointId: vpc.s3EndpointId,
    volumeKeyArn: volumeKey.arn,
    dataKeyArn: dataKey.arn,
    logKeyArn: logKey.arn,
    dataBucketName: data.bucketName,
    modelBucketName: models.bucketName,
    environmentBoundaryArn: boundary.arn,
    executionRoleArn: roles.executionRoleArn,
    personRoleArns: Object.fromEntries(Object.entries(roles.personRoleArns).map(([person, arn]) => [person, { arn }])),
    pipelineRoleArn: roles.pipelineRoleArn,
    modelRoleArn: roles.modelRoleArn,
    people: peopleRoles.roles,
    domainId: studio.domainId,
    studioUrl: studio.url,
    notebooks: Object.fromEntries(
      Object.entries(notebooks.links).map(([notebook, url]) => [notebook, { url, roleArn: roles.notebookRoleArns[notebook]! }]),
    ),
    resourceGroupArn: watch.resourceGroupArn,
    dashboardUrl: watch.dashboardUrl,
    parameterPath,
  });
}
