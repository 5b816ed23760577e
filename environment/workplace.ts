import { type ServiceRoles } from "@cloister/components/identity";
import { type ClosedVpc } from "@cloister/components/network";
import { Notebooks, Studio } from "@cloister/components/studio";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentFacts } from "./facts";
import { type EnvironmentPlan } from "./preflight";

/** Where data scientists work: the Studio domain and notebook instances. */
export function createWorkplace(
  { name, settings, existingRoles }: EnvironmentPlan,
  facts: EnvironmentFacts,
  roles: ServiceRoles,
  vpc: ClosedVpc,
  opts: pulumi.ComponentResourceOptions,
) {
  const args = {
    ...facts,
    needsVolumeKey: settings.guardrails.profile === "strict",
    dataKeyArn: facts.dataBucketKeyArn,
    jobVolumeKeyArn: facts.dataKeyArn,
    settings: settings.studio,
    keyArn: facts.volumeKeyArn,
  };
  const studio = new Studio(
    name,
    {
      ...args,
      securityGroupId: vpc.studioSecurityGroupId,
      profileSecurityGroupIds: vpc.profileSecurityGroupIds,
      executionRoleArn: roles.executionRoleArn,
      ...(existingRoles.execution !== undefined && { existingExecutionRoleArn: existingRoles.execution }),
      profileRoleArns: roles.personRoleArns,
      purge: settings.purge,
    },
    opts,
  );
  const notebooks = new Notebooks(name, { ...args, roleArns: roles.notebookRoleArns, securityGroupIds: vpc.profileSecurityGroupIds }, opts);
  return { studio, notebooks };
}
