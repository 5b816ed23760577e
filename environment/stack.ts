import { plain, type Published, publish } from "@cloister/components/contract";
import { EnvironmentBoundary, EnvironmentPeople, EnvironmentWorkRoles, prepareIdentity, whereabouts } from "@cloister/components/identity";
import { environmentPeople, type ExistingRoles } from "@cloister/components/identity/settings";
import { CustomerKey, type KeyUse, workRolePath } from "@cloister/components/keys";
import { type CentralArgs, type CentralEndpoints, ClosedVpc, prepareNetwork } from "@cloister/components/network";
import { Program, refuseIf, tagsOf } from "@cloister/components/program";
import { PublishedValues } from "@cloister/components/registry";
import { DataBucket } from "@cloister/components/storage";
import { Studio } from "@cloister/components/studio";
import { type coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { environmentOutputs } from "./outputs";
import { type EnvironmentSettings, standardCidr } from "./settings";

/** Core's endpoints. Known before the first resource, because core is another stack wherever they are used. */
function centralOf(core: Published<typeof coreOutputs>): Promise<Omit<CentralEndpoints, "state"> & CentralArgs> {
  return plain(
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

/** What only an environment that is a stack of its own can have: core's outputs are known before the first resource. */
export interface OfOwnStack {
  endpointsFrom: "own" | "switching" | "core";
  existingRoles: ExistingRoles;
}

/**
 * What one team gets: a closed VPC, keys, buckets that only that VPC reaches, a role, and SageMaker Studio.
 * Does not know where core's outputs come from: another stack, or the same one. What needs them before the first resource (`OfOwnStack`), only from another one.
 */
export async function environment(
  settings: EnvironmentSettings,
  core: Published<typeof coreOutputs>,
  { endpointsFrom, existingRoles }: OfOwnStack = { endpointsFrom: "own", existingRoles: {} },
): Promise<Published<typeof environmentOutputs>> {
  const { team, stage, owner, purge } = settings;
  const name = `${team}-${stage}`;
  const { deployRoleArn, ...place } = await whereabouts({});
  const path = "cloister-environment:network";
  const { network } = settings;
  const central = endpointsFrom === "own" ? undefined : { state: endpointsFrom, ...(await centralOf(core)) };
  const preparation = prepareNetwork({
    ...place,
    name,
    place: network,
    standardCidr,
    network,
    paths: { place: path, network: path, central: "cloister-environment:endpointsFrom" },
    ...(central && { central }),
  });
  const { people, guardrails } = settings;
  const { plan, problems } = await preparation;
  const brought = Object.values(existingRoles).some((arn) => arn !== undefined);
  const identityProblems = await prepareIdentity({
    place,
    personRoles: environmentPeople,
    people,
    existing: existingRoles,
    ...(brought && { boundaryArn: await plain(pulumi.output(core.permissionsBoundaryArn)) }),
    boundary: { environment: name, guardrails, subnets: plan.subnets.length, groups: 2, instanceTypes: [] },
    paths: {
      people: "cloister-environment:people",
      existing: "cloister-environment:existingRoles",
      instanceTypes: "cloister-environment:studio.instanceTypes",
    },
  });
  refuseIf([...problems, ...identityProblems]);
  const program = new Program("Environment", name, tagsOf({ environment: name, team, stage, owner }, settings.tags));
  const mine = { parent: program };

  const workers = { rolePath: workRolePath(place, name) };
  const deployRoleArns = settings.deployRoleArns.length > 0 ? settings.deployRoleArns : [deployRoleArn];
  const key = (role: string, what: string, use: Partial<KeyUse>) =>
    new CustomerKey(
      `${name}-${role}`,
      {
        description: `Cloister ${name}: ${what}`,
        alias: `cloister/${name}/${role}`,
        use: { ...place, ...use },
        deletionWindowDays: settings.keyDeletionDays,
        purge,
      },
      mine,
    );
  const volumeKey = key("volumes", "home directories and volumes", {
    workers: { ...workers, through: ["sagemaker", "elasticfilesystem", "ec2"] },
    deployRoleArns,
  });
  const dataKey = key("data", "data and models", { workers: { ...workers, through: ["s3"] } });
  const logKey = key("logs", "logs", { logs: true });

  const bucket = (role: string) =>
    new DataBucket(`${name}-${role}`, { keyArn: dataKey.arn, logBucketName: core.logBucketName, purge }, mine);
  const data = bucket("data");
  const models = bucket("models");
  const buckets = [data, models];

  const vpc = new ClosedVpc(
    name,
    {
      ...place,
      plan,
      settings: network,
      bucketArns: buckets.map(({ arn }) => arn),
      logKeyArn: logKey.arn,
      ...(network.flowLogDestination === "log-bucket" && {
        logBucketArn: pulumi.interpolate`arn:${place.partition}:s3:::${core.logBucketName}`,
      }),
      permissionsBoundaryArn: core.permissionsBoundaryArn,
      ...(central && { central }),
      ...(settings.studio.securityGroupPerProfile && { profiles: settings.studio.profiles }),
    },
    mine,
  );
  for (const { enclose } of buckets) enclose({ owner: name, workers, vpcEndpointIds: [vpc.s3EndpointId], deployRoleArns });

  const boundary = new EnvironmentBoundary(
    name,
    {
      place,
      environment: name,
      choice: guardrails,
      subnetIds: vpc.subnetIds,
      securityGroupIds: [vpc.workloadSecurityGroupId, vpc.studioSecurityGroupId],
      keyArn: dataKey.arn,
      instanceTypes: [],
    },
    mine,
  );
  const facts = {
    ...place,
    environment: name,
    dataBucketArn: data.arn,
    modelBucketArn: models.arn,
    keyArns: [dataKey.arn, volumeKey.arn],
    vpcId: vpc.vpcId,
    subnetIds: vpc.subnetIds,
    securityGroupIds: [vpc.workloadSecurityGroupId, vpc.studioSecurityGroupId],
    entranceVpcIds: [vpc.vpcId, ...(central && central.state === "core" ? [central.vpcId] : [])],
  };
  const roles = new EnvironmentWorkRoles(
    name,
    {
      place,
      environment: name,
      permissionsBoundaryArn: boundary.arn,
      facts,
      existing: existingRoles,
      people: [],
      notebooks: [],
    },
    mine,
  );
  const studio = new Studio(
    name,
    {
      vpcId: vpc.vpcId,
      subnetIds: vpc.subnetIds,
      securityGroupId: vpc.studioSecurityGroupId,
      profileSecurityGroupIds: vpc.profileSecurityGroupIds,
      keyArn: volumeKey.arn,
      executionRoleArn: roles.executionRoleArn,
      profiles: settings.studio.profiles,
      idleMinutes: settings.studio.idleMinutes,
      purge,
    },
    mine,
  );

  const peopleRoles = new EnvironmentPeople(
    name,
    {
      place,
      environment: name,
      people,
      permissionsBoundaryArn: boundary.arn,
      facts,
      existing: existingRoles,
      domainId: studio.domainId,
      roles: {
        executionRoleArns: [roles.executionRoleArn, ...Object.values(roles.personRoleArns)],
        pipelineRoleArn: roles.pipelineRoleArn,
        modelRoleArn: roles.modelRoleArn,
      },
    },
    mine,
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
    "execution-role-arn": roles.executionRoleArn,
    "pipeline-role-arn": roles.pipelineRoleArn,
    "model-role-arn": roles.modelRoleArn,
    "domain-id": studio.domainId,
    ...(vpc.mirrorHost && { "mirror-host": vpc.mirrorHost }),
  };
  new PublishedValues(name, { path: parameterPath, values }, mine);

  return publish(environmentOutputs, {
    environment: name,
    team,
    accountId: place.accountId,
    region: place.region,
    vpcId: vpc.vpcId,
    vpcCidrs: plan.ranges,
    centralCidr: central?.cidr ?? "",
    subnetIds: vpc.subnetIds,
    workloadSecurityGroupId: vpc.workloadSecurityGroupId,
    endpointSecurityGroupId: vpc.endpointSecurityGroupId,
    s3EndpointId: vpc.s3EndpointId,
    volumeKeyArn: volumeKey.arn,
    dataKeyArn: dataKey.arn,
    dataBucketName: data.bucketName,
    modelBucketName: models.bucketName,
    permissionsBoundaryArn: boundary.arn,
    executionRoleArn: roles.executionRoleArn,
    personRoleArns: Object.fromEntries(Object.entries(roles.personRoleArns).map(([person, arn]) => [person, { arn }])),
    pipelineRoleArn: roles.pipelineRoleArn,
    modelRoleArn: roles.modelRoleArn,
    people: peopleRoles.roles,
    domainId: studio.domainId,
    studioUrl: studio.url,
    parameterPath,
  });
}
