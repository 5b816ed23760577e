import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { limits } from "@cloister/components/aws/limits";
import { allowListText, longestAllowList } from "@cloister/components/controls/allow-list";
import { type ClosedVpc, pullableAccounts } from "@cloister/components/network";
import { setCommand } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentBuckets } from "./buckets";
import { type EnvironmentFacts } from "./facts";
import { type EnvironmentPlan } from "./preflight";

/** What resources of the environment can use, with the same values as the guardrails of its roles. */
export const environmentAllowList = (
  { name, context, settings, existingDataRoleArns }: Pick<EnvironmentPlan, "name" | "context" | "settings" | "existingDataRoleArns">,
  facts: EnvironmentFacts,
  { data, models }: EnvironmentBuckets,
  vpc: Pick<ClosedVpc, "profileSecurityGroupIds">,
): pulumi.Output<string> =>
  pulumi
    .output({
      ...settings.guardrails,
      vpcId: facts.vpcId,
      subnetIds: facts.subnetIds,
      securityGroupIds: facts.securityGroupIds as pulumi.Input<string>[],
      keyArn: facts.dataKeyArn,
      resultKeyArns: [data.keyArn, models.keyArn],
      deployed: { keyArns: [facts.volumeKeyArn], securityGroupIds: Object.values(vpc.profileSecurityGroupIds) },
      instanceTypes: settings.studio.instanceTypes,
      imageAccountIds: facts.imageAccountIds,
      roleArns: [rolesAt(context, rolePath(context, name)), ...existingDataRoleArns],
    })
    .apply((list) =>
      allowListText({
        ...list,
        securityGroupIds: [...new Set(list.securityGroupIds)],
        resultKeyArns: [...new Set(list.resultKeyArns)],
      }),
    );

type SizedPlan = Pick<EnvironmentPlan, "name" | "context" | "settings" | "existingDataRoleArns"> & {
  network: Pick<EnvironmentPlan["network"], "subnets">;
};

/** Characters of the longest allow-list that the settings can cause. */
export const longestAllowListOf = ({ name, context, settings, existingDataRoleArns, network }: SizedPlan): number =>
  longestAllowList({
    ...settings.guardrails,
    context,
    subnets: network.subnets.length,
    groups: 2,
    profileGroups: settings.studio.securityGroupPerProfile ? settings.studio.profiles.length : 0,
    instanceTypes: settings.studio.instanceTypes,
    imageAccountIds: pullableAccounts(context, settings.network),
    roleArns: [rolesAt(context, rolePath(context, name)), ...existingDataRoleArns],
  });

/** SSM rejects a longer parameter after most resources exist. */
export function allowListProblems(plan: SizedPlan): Problem[] {
  const { value } = limits.advancedParameterValue;
  const longest = longestAllowListOf(plan);
  if (longest <= value) return [];
  const setting = "cloister-environment:studio.securityGroupPerProfile";
  return [
    {
      setting,
      text: `must be false with ${plan.settings.studio.profiles.length} profiles: the allow-list, which contains each security group, can have ${longest} characters, and an SSM parameter at most ${value}. Fix: ${setCommand(setting, "false")}, or remove profiles.`,
    },
  ];
}
