import {
  notebookConstraint,
  notebookNamePrefix,
  notebookTemplate,
  type NotebookProductPlan,
  ProjectPortfolio,
} from "@cloister/components/catalog";
import { LaunchRole, notebookLaunchPermissions, notebookOwnerRoles, type ServiceRoles } from "@cloister/components/identity";
import { peopleNetworkOf } from "@cloister/components/identity/settings";
import { type ClosedVpc } from "@cloister/components/network";
import { TemplateBucket } from "@cloister/components/storage";
import { type Notebooks } from "@cloister/components/studio";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentFacts } from "./facts";
import { type EnvironmentKeys } from "./keys";
import { type EnvironmentPlan } from "./preflight";

/** What the products of an environment are created from. */
interface ProductParts {
  facts: EnvironmentFacts;
  keys: EnvironmentKeys;
  roles: ServiceRoles;
  notebooks: Notebooks;
  vpc: ClosedVpc;
}

/** The plan of the product notebook instance, when all values are known. */
function notebookPlan(
  plan: EnvironmentPlan,
  { facts, roles, notebooks, vpc }: ProductParts,
): pulumi.Output<NotebookProductPlan> | undefined {
  const { name, context, settings, catalog } = plan;
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
      hasConsole: peopleNetworkOf(settings.people, settings.guardrails.profile) === "anywhere",
    }));
}

const unique = <T>(values: T[]) => [...new Set(values)];

/** The portfolio of an environment with its products. Undefined without products. */
export function createProducts(
  plan: EnvironmentPlan,
  parts: ProductParts,
  opts: pulumi.ComponentResourceOptions,
): ProjectPortfolio | undefined {
  const { name, context, settings, perimeterAccess } = plan;
  const notebook = notebookPlan(plan, parts);
  if (!notebook || !parts.keys.templates) return undefined;
  const { deployRoleArns, breakGlassRoleArns } = perimeterAccess;
  const bucket = new TemplateBucket(
    `${name}-templates`,
    { partition: context.partition, keyArn: parts.keys.templates.arn, deployRoleArns, breakGlassRoleArns },
    opts,
  );
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
      perimeter,
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
  return new ProjectPortfolio(
    name,
    {
      context,
      environment: name,
      owner: settings.owner,
      templateBucketName: bucket.bucketName,
      products: {
        notebook: {
          title: "notebook instance",
          description: "A notebook instance inside the environment's network. It stops when idle.",
          template: notebook.apply(notebookTemplate),
          constraint: notebook.apply(notebookConstraint),
          launchRoleArn: launchRole.arn,
        },
      },
    },
    opts,
  );
}
