import {
  launchedSpaceName,
  notebookConstraint,
  notebookNamePrefix,
  notebookTemplate,
  type NotebookProductPlan,
  type ProjectProductArgs,
  ProjectPortfolio,
  userProfileConstraint,
  userProfileTemplate,
  type UserProfileProductPlan,
} from "@cloister/components/catalog";
import {
  LaunchBoundary,
  LaunchRole,
  notebookLaunchPermissions,
  notebookOwnerRoles,
  type ServiceRoles,
  userProfileLaunchPermissions,
} from "@cloister/components/identity";
import { peopleNetworkOf } from "@cloister/components/identity/settings";
import { type ClosedVpc } from "@cloister/components/network";
import { TemplateBucket } from "@cloister/components/storage";
import { type Notebooks, sharingSettings, type Studio } from "@cloister/components/studio";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentFacts } from "./facts";
import { type EnvironmentKeys } from "./keys";
import { type EnvironmentPlan } from "./preflight";

/** What the products of an environment are created from. */
interface ProductParts {
  facts: EnvironmentFacts;
  keys: EnvironmentKeys;
  roles: ServiceRoles;
  studio: Studio;
  notebooks: Notebooks;
  vpc: ClosedVpc;
}

const hasConsole = ({ settings }: EnvironmentPlan) => peopleNetworkOf(settings.people, settings.guardrails.profile) === "anywhere";

/** The plan of the product notebook instance, when all values are known. */
function notebookPlan(
  plan: EnvironmentPlan,
  { facts, roles, notebooks, vpc }: ProductParts,
): pulumi.Output<NotebookProductPlan> | undefined {
  const { name, context, catalog } = plan;
  if (!catalog.notebooks) return undefined;
  const { owners, settings: product } = catalog.notebooks;
  const defaultTypes = owners.map(({ instanceTypes, member }) =>
    instanceTypes.includes(member.defaultInstanceType) ? member.defaultInstanceType : instanceTypes[0]!,
  );
  return pulumi
    .output({
      owners: owners.map(({ member: { profile, userName }, instanceTypes }) => ({
        profile,
        person: userName,
        instanceTypes,
        roleArn: roles.notebookOwnerRoleArns[profile]!,
        securityGroupId: vpc.profileSecurityGroupIds[profile] ?? facts.workloadSecurityGroupId,
        lifecycleConfigName: notebooks.ownerLifecycleConfigNames[profile]!,
      })),
      subnetId: facts.subnetIds[0]!,
      keyArn: facts.volumeKeyArn,
    })
    .apply((known) => ({
      ...known,
      context,
      environment: name,
      tags: facts.tags,
      defaultInstanceType: defaultTypes[0]!,
      volumeGb: product.volumeGb,
      hasConsole: hasConsole(plan),
    }));
}

/** The plan of the product Studio user profile and space for each profile, when all values are known. */
function userProfilePlans(
  plan: EnvironmentPlan,
  { facts, roles, studio, vpc }: ProductParts,
): Record<string, pulumi.Output<UserProfileProductPlan>> {
  const { name, context, settings, catalog } = plan;
  const { signIn, volumeGb, git } = settings.studio;
  return Object.fromEntries(
    (catalog.userProfiles ?? []).map(({ member: { profile, userName, roleArn }, instanceTypes, defaultInstanceType }) => [
      profile,
      pulumi
        .output({
          domainId: studio.domainId,
          roleArn: roleArn ?? roles.userRoleArns[profile] ?? roles.arns.execution,
          securityGroupId: vpc.profileSecurityGroupIds[profile] ?? vpc.studioSecurityGroupId,
          scripts: studio.launchedScripts[profile]!,
          images: studio.images,
          sharing: sharingSettings({
            settings: settings.studio,
            dataKeyArn: facts.dataBucketKeyArn,
            dataBucketName: facts.dataBucketName,
          }),
        })
        .apply((known) => ({
          ...known,
          context,
          environment: name,
          tags: facts.tags,
          signIn,
          profile,
          person: userName,
          instanceTypes,
          defaultInstanceType,
          volumeGb,
          repositories: git?.repositories ?? [],
          hasConsole: hasConsole(plan),
        })),
    ]),
  );
}

const unique = <T>(values: T[]) => [...new Set(values)];

/** The product notebook instance, which every data scientist can launch. */
function notebookProduct(
  plan: EnvironmentPlan,
  parts: ProductParts,
  opts: pulumi.ComponentResourceOptions,
): Record<string, ProjectProductArgs> {
  const { name, context } = plan;
  const notebook = notebookPlan(plan, parts);
  if (!notebook) return {};
  const perimeter = notebook.apply(({ owners, subnetId, keyArn }) => ({
    subnetIds: [subnetId],
    securityGroupIds: unique(owners.map(({ securityGroupId }) => securityGroupId)),
    keyArn,
    resultKeyArns: [],
    instanceTypes: unique(owners.flatMap(({ instanceTypes }) => [...instanceTypes])),
  }));
  const launchRole = new LaunchRole(
    name,
    {
      context,
      environment: name,
      product: "notebook",
      boundary: { perimeter },
      permissions: pulumi.all([notebook, perimeter]).apply(([{ owners, subnetId, keyArn, tags }, { securityGroupIds, instanceTypes }]) =>
        notebookLaunchPermissions({
          ...context,
          environment: name,
          tags,
          people: owners.map(({ person }) => person),
          roleArns: [notebookOwnerRoles(context, name)],
          securityGroupIds,
          namePrefix: notebookNamePrefix(name),
          subnetId,
          keyArn,
          instanceTypes,
        }),
      ),
    },
    opts,
  );
  return {
    notebook: {
      title: "notebook instance",
      description: "A notebook instance inside the environment's network. It stops when idle.",
      template: notebook.apply(notebookTemplate),
      constraint: notebook.apply(notebookConstraint),
      launchRoleArn: launchRole.arn,
    },
  };
}

/** A product for each profile, which only the data scientist of the profile can launch. */
function userProfileProducts(
  plan: EnvironmentPlan,
  parts: ProductParts,
  opts: pulumi.ComponentResourceOptions,
): Record<string, ProjectProductArgs> {
  const { name, context, existingRoles } = plan;
  const { facts } = parts;
  const launched = plan.catalog.userProfiles;
  if (!launched) return {};
  const existingRoleArns = [existingRoles.execution, ...launched.map(({ member }) => member.roleArn)].filter((arn) => arn !== undefined);
  const boundary = new LaunchBoundary(
    `${name}-launch-profiles`,
    {
      context,
      environment: name,
      about: "user profiles and spaces",
      existingRoleArns: unique(existingRoleArns),
      perimeter: pulumi.output({
        subnetIds: facts.subnetIds,
        securityGroupIds: facts.securityGroupIds,
        keyArn: facts.volumeKeyArn,
        resultKeyArns: [],
        instanceTypes: unique(launched.flatMap(({ instanceTypes }) => instanceTypes)),
      }),
    },
    opts,
  );
  const plans = userProfilePlans(plan, parts);
  return Object.fromEntries(
    launched.map(({ member: { profile, userName } }) => {
      const product = plans[profile]!;
      const launchRole = new LaunchRole(
        name,
        {
          context,
          environment: name,
          product: `profile-${profile}`,
          boundary,
          permissions: product.apply(({ domainId, person, roleArn, securityGroupId, instanceTypes, tags, signIn, images }) =>
            userProfileLaunchPermissions({
              ...context,
              environment: name,
              tags,
              people: [person],
              roleArns: [roleArn],
              securityGroupIds: [securityGroupId],
              domainId,
              profile,
              space: launchedSpaceName(profile),
              instanceTypes: [...instanceTypes],
              isSso: signIn === "identity-center",
              hasImages: Object.values(images).some((offered) => offered.length > 0),
            }),
          ),
        },
        opts,
      );
      return [
        `profile-${profile}`,
        {
          title: `Studio user profile and space of ${profile}`,
          description: "A Studio user profile and a private space inside the environment's network. Apps stop when idle.",
          person: userName,
          template: product.apply(userProfileTemplate),
          constraint: product.apply(userProfileConstraint),
          launchRoleArn: launchRole.arn,
        },
      ];
    }),
  );
}

/** The portfolio of an environment with its products. Undefined without products. */
export function createProducts(
  plan: EnvironmentPlan,
  parts: ProductParts,
  opts: pulumi.ComponentResourceOptions,
): ProjectPortfolio | undefined {
  const { name, context, settings, perimeterAccess } = plan;
  if (!parts.keys.templates) return undefined;
  const { deployRoleArns, breakGlassRoleArns } = perimeterAccess;
  const bucket = new TemplateBucket(
    `${name}-templates`,
    { partition: context.partition, keyArn: parts.keys.templates.arn, deployRoleArns, breakGlassRoleArns },
    opts,
  );
  return new ProjectPortfolio(
    name,
    {
      context,
      environment: name,
      owner: settings.owner,
      templateBucketName: bucket.bucketName,
      products: { ...notebookProduct(plan, parts, opts), ...userProfileProducts(plan, parts, opts) },
    },
    opts,
  );
}
