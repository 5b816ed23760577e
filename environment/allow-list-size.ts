// Validates the length of the allow-list that an environment publishes. Pure.
import { type AwsContext } from "@cloister/components/aws/context";
import { limits } from "@cloister/components/aws/limits";
import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { longestAllowList } from "@cloister/components/controls/allow-list";
import { type NetworkPlan, pullableAccounts } from "@cloister/components/network";
import { setCommand } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import { type EnvironmentSettings } from "./settings";

/** Members of the plan that decide the length. */
export interface SizedPlan {
  /** `fraud-dev` */
  name: string;
  context: AwsContext;
  settings: Pick<EnvironmentSettings, "guardrails" | "studio" | "network">;
  existingDataRoleArns: readonly string[];
  network: Pick<NetworkPlan, "subnets">;
}

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
