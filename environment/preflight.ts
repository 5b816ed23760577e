// Validates and plans an environment before its first resource is created.
import { type AwsContext } from "@cloister/components/aws/context";
import { otherCaller } from "@cloister/components/aws/caller";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { type CatalogPlan, planCatalog } from "@cloister/components/catalog";
import { productTag, tracerTag } from "@cloister/components/catalog/runtime/request";
import { preflightIdentity, switchRoleWarnings } from "@cloister/components/identity";
import { type ExistingRoles, openAppsWarnings, peopleNetworkOf, peopleNetworkWarnings } from "@cloister/components/identity/settings";
import { environmentUserRoles, sharedServiceRoles } from "@cloister/components/identity/roles";
import { type MonitoringPlan, planMonitoring } from "@cloister/components/monitoring";
import {
  featureDomains,
  type NetworkPlan,
  preflightNetwork,
  pullableAccounts,
  type SharedEndpointArgs,
  type SharedEndpoints,
} from "@cloister/components/network";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { plainValue, type Published } from "@cloister/components/stack/contract";
import { failOnProblems, showWarnings } from "@cloister/components/stack/errors";
import { setCommand } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import { tagsOf } from "@cloister/components/stack/root";
import { preflightStorage } from "@cloister/components/storage";
import { preflightStudio, type StudioMember } from "@cloister/components/studio";
import { type coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { allowListProblems } from "./allow-list-size";
import { type PackagesPlan, planPackages } from "./packages";
import { launchPolicyProblems } from "./product-sizes";
import { type EnvironmentSettings, type StandaloneSettings, defaultCidr } from "./settings";

export type Core = Published<typeof coreOutputs>;

/** Principals in the perimeter that are known before the first resource is created. */
export interface PerimeterAccess {
  /** Roles that read and write data: all roles in the IAM path of the service roles, and existing roles. */
  dataRoles: { rolePath: string; roleArns: string[] };
  deployRoleArns: string[];
  breakGlassRoleArns: string[];
  serviceRoleArns: string[];
}

/** The plan of an environment: its settings, and everything that depends on AWS. */
export interface EnvironmentPlan {
  /** `fraud-dev` */
  name: string;
  context: AwsContext;
  settings: EnvironmentSettings;
  existingRoles: ExistingRoles;
  provisionedProduct?: StandaloneSettings["provisionedProduct"];
  /** Existing roles that read and write data, `arn:…:role/…`. */
  existingDataRoleArns: string[];
  network: NetworkPlan;
  /** Absent if all interface endpoints are in the environment's own VPC. */
  sharedEndpoints?: SharedEndpoints & SharedEndpointArgs;
  perimeterAccess: PerimeterAccess;
  members: StudioMember[];
  monitoring: MonitoringPlan;
  catalog: CatalogPlan;
  /** Absent if the environment does not use the mirror of the core stack. */
  packages?: PackagesPlan;
}

/** Tags that state to whom the resources of an environment belong. */
export const ownershipTags = ({ name, settings: { team, stage, owner } }: Pick<EnvironmentPlan, "name" | "settings">) =>
  tagsOf({ environment: name, team, stage, owner }, {});

/** Tags of all resources of an environment, which its policies allow on what users create. */
export const environmentTags = (plan: Pick<EnvironmentPlan, "name" | "settings" | "provisionedProduct">): Record<string, string> => {
  const { id, productId } = plan.provisionedProduct ?? {};
  return {
    ...plan.settings.tags,
    ...ownershipTags(plan),
    ...(id !== undefined && { [tracerTag]: id }),
    ...(productId !== undefined && { [productTag]: productId }),
  };
};

const namespace = "cloister-environment";
const setting = (key: string) => `${namespace}:${key}`;
const defined = (arns: (string | undefined)[]) => arns.filter((arn) => arn !== undefined);

/**
 * The core stack's shared endpoints.
 * Their values are known before resources are created, because the core stack is already deployed.
 */
async function sharedEndpointsOf(core: Core, state: StandaloneSettings["endpointsFrom"]): Promise<EnvironmentPlan["sharedEndpoints"]> {
  if (state === "own") return undefined;
  const outputs = pulumi
    .all([core.centralRouteTableIds, core.centralEndpoints, core.centralZoneIds])
    .apply(([routeTableIds, endpoints, zoneIds]) =>
      pulumi.output({
        vpcId: core.centralVpcId,
        cidr: core.centralCidr,
        securityGroupId: core.centralSecurityGroupId,
        routeTableIds,
        endpoints,
        zoneIds,
      }),
    );
  return { state, ...(await plainValue(outputs)) };
}

/**
 * An environment must be in the same account and region as its core stack, because it uses the core stack's resources.
 */
async function locationProblems(core: Core, { accountId, region }: AwsContext): Promise<Problem[]> {
  const [coreAccountId, coreRegion] = await plainValue(pulumi.all([core.accountId, core.region]));
  if (coreAccountId === accountId && coreRegion === region) return [];
  const fix = coreRegion === region ? `use credentials for account ${coreAccountId}` : setCommand("aws:region", coreRegion);
  const both = coreAccountId !== accountId && coreRegion !== region ? ` Use credentials for account ${coreAccountId}.` : "";
  return [
    {
      setting: setting("coreStack"),
      text: `must be a stack in account ${accountId} and region ${region}, where this deployment runs (got ${coreAccountId} in ${coreRegion}).${both} Fix: ${fix}`,
    },
  ];
}

/**
 * Policies must exempt the deploying role, and cannot exempt a root user or a federated user.
 * Source: IAM user guide, "AWS global condition context keys" (`aws:PrincipalArn`).
 */
function callerProblems({ deployRoleArns }: EnvironmentSettings, arn: string): string[] {
  const caller = otherCaller(arn);
  return caller === undefined || deployRoleArns.length > 0
    ? []
    : [
        `Policies cannot exempt ${caller} (got ${arn}). Fix: deploy as an IAM role. For a preview, set deployRoleArns: ${setCommand(setting("deployRoleArns[0]"), "<role ARN>")}`,
      ];
}

/**
 * The deploying role uses the volume key to create the domain, so `deployRoleArns` must contain the deploying role.
 * A preview does not use the key.
 */
async function deployRoleProblems({ deployRoleArns }: EnvironmentSettings, deployRoleArn: string): Promise<Problem[]> {
  if (deployRoleArns.length === 0 || deployRoleArns.includes(deployRoleArn)) return [];
  const problem = {
    setting: setting("deployRoleArns"),
    text: otherCaller(deployRoleArn)
      ? `must contain the caller, and cannot contain ${otherCaller(deployRoleArn)} (got ${deployRoleArn}). AWS KMS denies any other caller the key of the domain. Fix: deploy with one of these roles: ${deployRoleArns.join(", ")}.`
      : `must contain the deploying role ${deployRoleArn} (got ${deployRoleArns.join(", ")}). AWS KMS denies any other role the key of the domain. Fix: add it, or deploy with one of these roles.`,
  };
  if (!pulumi.runtime.isDryRun()) return [problem];
  await showWarnings([problem]);
  return [];
}

/**
 * The existing roles that the settings specify.
 * Service roles and roles of single profiles read data; user roles do not.
 */
function existingRolesOf(existing: ExistingRoles, { profiles }: EnvironmentSettings["studio"]) {
  const profileRoles = profiles.flatMap(({ roleArn }, i) =>
    roleArn === undefined ? [] : [{ setting: setting(`studio.profiles[${i}].roleArn`), arn: roleArn }],
  );
  const dataRoleArns = [...defined(sharedServiceRoles.map((role) => existing[role])), ...profileRoles.map(({ arn }) => arn)];
  const userRoleArns = defined(environmentUserRoles.map((role) => existing[role]));
  return { profileRoles, dataRoleArns, roleArns: [...dataRoleArns, ...userRoleArns] };
}

/** What the Studio settings depend on in the network. */
const studioNetwork = ({ network }: EnvironmentSettings, context: AwsContext, { dnsFirewall, domains }: NetworkPlan) => ({
  path: setting("network"),
  features: network.features,
  featureDomains: featureDomains(context),
  allowedDomains: network.allowedDomains,
  ...(dnsFirewall === "block" && { domains }),
  imageAccounts: network.imageAccounts,
  imageAccountIds: pullableAccounts(context, network),
});

/** The network through which the environment reads packages. The DNS firewall allows the name of the index. */
function networkWithPackages(network: EnvironmentSettings["network"], packages: PackagesPlan): EnvironmentSettings["network"] {
  const { endpoint, host, repositoryArn } = packages;
  // The endpoints of the feature `packages` have the names of CodeArtifact.
  if (repositoryArn !== undefined) return { ...network, features: [...new Set([...network.features, "packages" as const])] };
  if (!endpoint) return { ...network, allowedDomains: [...network.allowedDomains, host] };
  return { ...network, features: [...network.features, "mirror"], mirrorServiceName: endpoint.serviceName, mirrorHost: host };
}

/** The settings with the index of the mirror. */
const withPackages = (settings: EnvironmentSettings, packages: PackagesPlan | undefined): EnvironmentSettings =>
  packages
    ? {
        ...settings,
        studio: { ...settings.studio, pip: packages.pip },
        network: networkWithPackages(settings.network, packages),
      }
    : settings;

/** Settings that widen the permissions of service roles. */
export const featureSettingsOf = ({ settings: { network }, packages }: Pick<EnvironmentPlan, "settings" | "packages">) => ({
  ...network,
  ...(packages?.repositoryArn !== undefined && { mirrorRepositoryArn: packages.repositoryArn }),
});

/**
 * Looks up in AWS what the environment depends on, and plans the environment.
 * Errors: one `UserError` with all problems.
 */
export async function preflightEnvironment(
  given: EnvironmentSettings,
  core: Core,
  { endpointsFrom, packages: mirror, existingRoles, provisionedProduct }: StandaloneSettings,
): Promise<EnvironmentPlan> {
  const name = `${given.team}-${given.stage}`;
  const { deployRoleArn, ...context } = await lookupAwsContext({});
  failOnProblems([...(await locationProblems(core, context)), ...callerProblems(given, deployRoleArn)]);
  const packages = await planPackages({
    context,
    name,
    packages: mirror,
    studio: given.studio,
    network: given.network,
    isProduct: provisionedProduct !== undefined,
    core,
  });
  const settings = withPackages(given, packages.plan);
  const { studio, purge, deployRoleArns, breakGlassRoleArns, serviceRoleArns } = settings;
  const sharedEndpoints = await sharedEndpointsOf(core, endpointsFrom);
  const tags = environmentTags({ name, settings, provisionedProduct });
  const existing = existingRolesOf(existingRoles, studio);
  const perimeterAccess = {
    dataRoles: { rolePath: rolesAt(context, rolePath(context, name)), roleArns: existing.dataRoleArns },
    deployRoleArns: deployRoleArns.length > 0 ? deployRoleArns : [deployRoleArn],
    breakGlassRoleArns,
    serviceRoleArns,
  };

  const network = await preflightNetwork({
    ...context,
    name,
    vpcSettings: settings.network,
    defaultCidr,
    network: settings.network,
    paths: { vpcSettings: setting("network"), network: setting("network"), sharedEndpoints: setting("endpointsFrom") },
    ...(sharedEndpoints && { sharedEndpoints }),
    ...(packages.plan?.endpoint && { mirrorZones: packages.plan.endpoint.zones }),
    callerGroups: studio.securityGroupPerProfile ? 2 : 1,
  });
  const monitoring = planMonitoring({
    context,
    environment: name,
    roleArns: existing.roleArns,
    settings: settings.monitoring,
    paths: { monitoring: setting("monitoring"), roles: setting("existingRoles") },
  });
  const [identity, storage, members] = await Promise.all([
    preflightIdentity({
      context,
      userRoles: environmentUserRoles,
      people: settings.people,
      existing: existingRoles,
      profileRoles: existing.profileRoles,
      exemptPrincipals: Object.entries({ deployRoleArns, breakGlassRoleArns, serviceRoleArns }).map(([key, arns]) => ({
        setting: setting(key),
        arns,
      })),
      // In the quickstart, the boundary is unknown before the first resource is created.
      // The quickstart therefore does not support existing roles.
      ...(existing.roleArns.length > 0 && { boundaryArn: await plainValue(pulumi.output(core.permissionsBoundaryArn)) }),
      boundary: {
        environment: name,
        guardrails: settings.guardrails,
        subnets: network.plan.subnets.length,
        groups: 2,
        resultKeys: new Set([settings.data, settings.models].map((bucket) => bucket.existing?.keyArn)).size,
        instanceTypes: studio.instanceTypes,
        roleArns: existing.dataRoleArns,
        features: settings.network.features,
        imageAccountIds: pullableAccounts(context, settings.network),
        notebooks: studio.notebooks.length,
        hasProducts: settings.catalog.notebooks !== undefined || settings.catalog.userProfiles !== undefined,
      },
      features: {
        chosen: settings.network.features,
        settings: featureSettingsOf({ settings, ...(packages.plan && { packages: packages.plan }) }),
      },
      tagging: { setting: setting("tags"), environment: name, tags },
      paths: {
        people: setting("people"),
        existing: setting("existingRoles"),
        instanceTypes: setting("studio.instanceTypes"),
        network: setting("network"),
      },
    }),
    preflightStorage({
      ...context,
      name,
      purge,
      perimeterAccess,
      buckets: (["data", "models"] as const).map((key) => ({ path: setting(key), settings: settings[key] })),
    }),
    preflightStudio({
      ...context,
      environment: name,
      settings: studio,
      path: setting("studio"),
      network: studioNetwork(given, context, network.plan),
    }),
  ]);
  const catalog = planCatalog({
    environment: name,
    settings: settings.catalog,
    studio,
    members: members.plan,
    features: settings.network.features,
    addedEndpoints: settings.network.endpoints.add,
    isClosed: peopleNetworkOf(settings.people, settings.guardrails.profile) === "vpc",
    paths: { catalog: setting("catalog"), studio: setting("studio"), network: setting("network") },
  });
  failOnProblems([
    ...[packages, network, identity, storage, members, monitoring, catalog].flatMap(({ problems }) => problems),
    ...launchPolicyProblems({
      context,
      environment: name,
      tags,
      catalog: catalog.plan,
      studio,
      path: setting("catalog"),
    }),
    ...allowListProblems({ name, context, settings, existingDataRoleArns: existing.dataRoleArns, network: network.plan }),
    ...(await deployRoleProblems(settings, deployRoleArn)),
    ...purgeProblems({ namespace, ...settings, name }),
  ]);
  await showWarnings([
    ...[network, identity].flatMap(({ warnings = [] }) => warnings),
    ...peopleNetworkWarnings(setting("people"), settings.people, settings.guardrails.profile),
    // Policies of existing roles decide for themselves.
    ...(existingRoles.execution === undefined && settings.network.features.includes("studio")
      ? openAppsWarnings(setting("people"), settings.people, settings.guardrails.profile)
      : []),
    ...(settings.people.signIn === "none" ? [] : switchRoleWarnings(context, name, environmentUserRoles)),
  ]);
  return {
    name,
    context,
    settings,
    existingRoles,
    provisionedProduct,
    existingDataRoleArns: existing.dataRoleArns,
    network: network.plan,
    ...(sharedEndpoints && { sharedEndpoints }),
    perimeterAccess,
    members: members.plan,
    monitoring: monitoring.plan,
    catalog: catalog.plan,
    ...(packages.plan && { packages: packages.plan }),
  };
}
