// Validates the size of the policies of launch roles. Pure.
import { type AwsContext } from "@cloister/components/aws/context";
import { limits } from "@cloister/components/aws/limits";
import { type CatalogPlan, notebookNamePrefix } from "@cloister/components/catalog";
import { notebookLaunchLength, notebookOwnerRoles } from "@cloister/components/identity";
import { type Problem } from "@cloister/components/stack/preflight";

export interface ProductSizeRequest {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  tags: Record<string, string>;
  catalog: CatalogPlan;
  securityGroupPerProfile: boolean;
  /** Path of the setting, `cloister-environment:catalog`. */
  path: string;
}

/** A problem if the policy of the launch role would be too long. Profiles, instance types and tags decide its length. */
export function launchPolicyProblems({
  context,
  environment,
  tags,
  catalog,
  securityGroupPerProfile,
  path,
}: ProductSizeRequest): Problem[] {
  if (!catalog.notebooks) return [];
  const { owners } = catalog.notebooks;
  const instanceTypes = [...new Set(owners.flatMap((owner) => owner.instanceTypes))];
  const people = owners.map(({ member }) => member.userName);
  const facts = { environment, tags, people, instanceTypes, namePrefix: notebookNamePrefix(environment) };
  const length = notebookLaunchLength(
    context,
    { ...facts, roleArns: [notebookOwnerRoles(context, environment)] },
    securityGroupPerProfile ? owners.length : 1,
  );
  if (length <= limits.inlinePolicies.value) return [];
  return [
    {
      setting: `${path}.notebooks`,
      text:
        `requires fewer profiles or instance types (got ${owners.length} profiles and ${instanceTypes.length} instance types). ` +
        `With ${Object.keys(tags).length} tags, the policy of the launch role can have ${length} characters, and IAM allows ${limits.inlinePolicies.value}. ` +
        `Fix: remove profiles, or list fewer types in '${path}.notebooks.instanceTypes'`,
    },
  ];
}
