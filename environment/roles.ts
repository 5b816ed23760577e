import { hasProducts, notebookNamePrefix, notebookNameSuffix, type ProjectPortfolio } from "@cloister/components/catalog";
import { EnvironmentBoundary, notebookOwnerRoles, ServiceRoles, UserRoles } from "@cloister/components/identity";
import { openAppsOf, peopleNetworkOf } from "@cloister/components/identity/settings";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentBuckets } from "./buckets";
import { type EnvironmentFacts, roleFacts } from "./facts";
import { type EnvironmentPlan, featureSettingsOf } from "./preflight";

/** The permissions boundary of every role of an environment. */
export function createBoundary(
  { name, context, settings, existingDataRoleArns, catalog }: EnvironmentPlan,
  facts: EnvironmentFacts,
  { data, models }: EnvironmentBuckets,
  opts: pulumi.ComponentResourceOptions,
): EnvironmentBoundary {
  return new EnvironmentBoundary(
    name,
    {
      context,
      environment: name,
      choice: settings.guardrails,
      subnetIds: facts.subnetIds,
      securityGroupIds: facts.securityGroupIds,
      keyArn: facts.dataKeyArn,
      resultKeyArns: [data.keyArn, models.keyArn],
      instanceTypes: settings.studio.instanceTypes,
      needs: {
        roleArns: existingDataRoleArns,
        features: settings.network.features,
        ...(hasProducts(catalog) && { hasProducts: true }),
      },
    },
    opts,
  );
}

/** The roles that SageMaker assumes. */
export function createServiceRoles(
  plan: EnvironmentPlan,
  facts: EnvironmentFacts,
  boundary: EnvironmentBoundary,
  opts: pulumi.ComponentResourceOptions,
): ServiceRoles {
  const { name, context, settings, members, existingRoles, catalog } = plan;
  const { executionRole, notebooks } = settings.studio;
  return new ServiceRoles(
    name,
    {
      context,
      environment: name,
      tags: facts.tags,
      permissionsBoundaryArn: boundary.arn,
      facts: roleFacts(facts),
      peopleNetwork: peopleNetworkOf(settings.people, settings.guardrails.profile),
      openApps: openAppsOf(settings.people),
      features: settings.network.features,
      featureSettings: featureSettingsOf(plan),
      existing: existingRoles,
      users: executionRole === "per-person" ? members.filter(({ roleArn }) => roleArn === undefined).map(({ profile }) => profile) : [],
      notebooks: notebooks.map((notebook) => notebook.name),
      notebookOwners: (catalog.notebooks?.owners ?? []).map(({ member: { profile, userName } }) => ({
        profile,
        person: userName,
        namePattern: `${notebookNamePrefix(name)}*-${notebookNameSuffix(profile)}`,
      })),
    },
    opts,
  );
}

/** The roles that users assume. */
export function createUserRoles(
  { name, context, settings, existingRoles, catalog }: EnvironmentPlan,
  facts: EnvironmentFacts,
  boundary: EnvironmentBoundary,
  serviceRoles: ServiceRoles,
  domainId: pulumi.Input<string>,
  portfolio: ProjectPortfolio | undefined,
  opts: pulumi.ComponentResourceOptions,
): UserRoles {
  return new UserRoles(
    name,
    {
      context,
      people: settings.people,
      permissionsBoundaryArn: boundary.arn,
      facts: roleFacts(facts),
      peopleNetwork: peopleNetworkOf(settings.people, settings.guardrails.profile),
      existing: existingRoles,
      domainId,
      serviceRoleArns: serviceRoles.arns,
      notebookRoleArns: Object.values(serviceRoles.notebookRoleArns),
      ...(portfolio && {
        products: {
          productArns: Object.values(portfolio.productArns),
          hasOwnProducts: catalog.userProfiles !== undefined,
          roleArns: catalog.notebooks ? [notebookOwnerRoles(context, name)] : [],
        },
      }),
    },
    opts,
  );
}
