import { hasProducts } from "@cloister/components/catalog";
import { launchRolePath, rolesAt } from "@cloister/components/aws/role-path";
import { userRoleAt } from "@cloister/components/identity";
import { CustomerKey, type KeyUse } from "@cloister/components/keys";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentPlan } from "./preflight";

export type EnvironmentKeys = ReturnType<typeof createKeys>;

/** The keys of an environment: for home directories and volumes, data, and logs. Cost: 1 USD a month for each key. */
export function createKeys(plan: EnvironmentPlan, opts: pulumi.ComponentResourceOptions) {
  const { name, context, settings, existingRoles } = plan;
  const { dataRoles, deployRoleArns, breakGlassRoleArns, serviceRoleArns } = plan.perimeterAccess;
  const create = (kind: string, content: string, use: Partial<KeyUse>) =>
    new CustomerKey(
      `${name}-${kind}`,
      {
        description: `Cloister ${name}: ${content}`,
        alias: `cloister/${name}/${kind}`,
        use: { ...context, ...use },
        deletionWindowDays: settings.keyDeletionDays,
        rotationDays: settings.keyRotationDays,
        purge: settings.purge,
      },
      opts,
    );
  const launchRoles = {
    rolePattern: userRoleAt(context, name, "data-scientist"),
    roleArns: existingRoles["data-scientist"] === undefined ? [] : [existingRoles["data-scientist"]],
  };
  return {
    volumes: create("volumes", "home directories and volumes", {
      dataRoles: { ...dataRoles, through: ["sagemaker", "elasticfilesystem", "ec2"] },
      deployRoleArns,
      // Starting a notebook instance requires a grant for the key of its volume.
      ...((settings.studio.notebooks.length > 0 || plan.catalog.notebooks) && { launchRoles }),
      ...(plan.catalog.notebooks && { productRoles: { rolePath: rolesAt(context, launchRolePath(context, name)) } }),
    }),
    data: create("data", "data and models", {
      // Principals that can read the buckets must be able to decrypt objects. The deploying role does not access data.
      dataRoles: {
        ...dataRoles,
        roleArns: [...dataRoles.roleArns, ...breakGlassRoleArns, ...serviceRoleArns],
        // Job results and job volumes are also encrypted with this key, so that users need to name only one key.
        through: ["s3", "sagemaker", "ec2"],
      },
      launchRoles,
    }),
    logs: create("logs", "logs", { logs: true }),
    ...(hasProducts(plan.catalog) && {
      templates: create("templates", "templates of products", { dataRoles: { roleArns: deployRoleArns, through: ["s3"] } }),
    }),
  };
}
