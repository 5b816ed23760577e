import { rolePath, rolesAt } from "@cloister/components/aws/role-path";
import { allowListText } from "@cloister/components/controls/allow-list";
import { type ClosedVpc } from "@cloister/components/network";
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
  domainId: pulumi.Output<string>,
): pulumi.Output<string> =>
  pulumi
    .output({
      ...settings.guardrails,
      vpcId: facts.vpcId,
      domainId,
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
