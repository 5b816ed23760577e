import { deployedMembers } from "@cloister/components/catalog";
import { type ServiceRoles } from "@cloister/components/identity";
import { type ClosedVpc } from "@cloister/components/network";
import { Notebooks, scriptFacts, Studio } from "@cloister/components/studio";
import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentFacts } from "./facts";
import { type EnvironmentPlan, ownershipTags } from "./preflight";

/** Creates the Studio domain and the notebook instances, in which data scientists work. */
export function createWorkplace(
  plan: EnvironmentPlan,
  facts: EnvironmentFacts,
  roles: ServiceRoles,
  vpc: ClosedVpc,
  opts: pulumi.ComponentResourceOptions,
) {
  const { name, settings, members, existingRoles, catalog } = plan;
  const dataKeyArn = facts.dataBucketKeyArn;
  const args = {
    settings: settings.studio,
    members,
    facts: scriptFacts({
      ...facts,
      // AWS limits the size of scripts. The domain adds the other tags.
      tags: ownershipTags(plan),
      dataKeyArn,
      jobVolumeKeyArn: facts.dataKeyArn,
      needsVolumeKey: settings.guardrails.profile === "strict",
      allowsDownloads: settings.studio.downloads ?? settings.guardrails.profile === "open",
    }),
    subnetIds: facts.subnetIds,
    keyArn: facts.volumeKeyArn,
  };
  const studio = new Studio(
    name,
    {
      ...args,
      members: deployedMembers(members, catalog),
      launchedMembers: catalog.userProfiles?.map(({ member }) => member) ?? [],
      vpcId: facts.vpcId,
      dataKeyArn,
      dataBucketName: facts.dataBucketName,
      securityGroupId: vpc.studioSecurityGroupId,
      profileSecurityGroupIds: vpc.profileSecurityGroupIds,
      executionRoleArn: roles.arns.execution,
      ...(existingRoles.execution !== undefined && { existingExecutionRoleArn: existingRoles.execution }),
      profileRoleArns: roles.userRoleArns,
    },
    opts,
  );
  const { region, workloadSecurityGroupId } = facts;
  const notebooks = new Notebooks(
    name,
    {
      ...args,
      region,
      workloadSecurityGroupId,
      roleArns: roles.notebookRoleArns,
      securityGroupIds: vpc.profileSecurityGroupIds,
      owners: catalog.notebooks?.owners ?? [],
    },
    opts,
  );
  return { studio, notebooks };
}
