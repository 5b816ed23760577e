// Validates the size of the policies of launch roles. Pure.
import { type AwsContext } from "@cloister/components/aws/context";
import { limits } from "@cloister/components/aws/limits";
import { type CatalogPlan, launchedSpaceName, notebookNamePrefix } from "@cloister/components/catalog";
import { notebookLaunchLength, notebookOwnerRoles, userProfileLaunchLength } from "@cloister/components/identity";
import { type Problem } from "@cloister/components/stack/preflight";
import { type EnvironmentSettings } from "./settings";

export interface ProductSizeRequest {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  tags: Record<string, string>;
  catalog: CatalogPlan;
  studio: Pick<EnvironmentSettings["studio"], "securityGroupPerProfile" | "signIn" | "images">;
  /** Path of the setting, `cloister-environment:catalog`. */
  path: string;
}

const excess = ({ tags }: ProductSizeRequest, length: number) =>
  `With ${Object.keys(tags).length} tags, the policy of the launch role can have ${length} characters, and IAM allows ${limits.inlinePolicies.value}.`;

function notebookProblems(request: ProductSizeRequest): Problem[] {
  const { context, environment, tags, catalog, studio, path } = request;
  if (!catalog.notebooks) return [];
  const { owners } = catalog.notebooks;
  const instanceTypes = [...new Set(owners.flatMap((owner) => owner.instanceTypes))];
  const people = owners.map(({ member }) => member.userName);
  const facts = { environment, tags, people, instanceTypes, namePrefix: notebookNamePrefix(environment) };
  const length = notebookLaunchLength(
    context,
    { ...facts, roleArns: [notebookOwnerRoles(context, environment)] },
    studio.securityGroupPerProfile ? owners.length : 1,
  );
  if (length <= limits.inlinePolicies.value) return [];
  return [
    {
      setting: `${path}.notebooks`,
      text:
        `requires fewer profiles or instance types (got ${owners.length} profiles and ${instanceTypes.length} instance types). ${excess(request, length)} ` +
        `Fix: remove profiles, or list fewer types in '${path}.notebooks.instanceTypes'`,
    },
  ];
}

function userProfileProblems(request: ProductSizeRequest): Problem[] {
  const { context, environment, tags, catalog, studio, path } = request;
  return (catalog.userProfiles ?? []).flatMap(({ member: { profile, userName, roleArn }, instanceTypes }) => {
    const length = userProfileLaunchLength(context, {
      environment,
      tags,
      people: [userName],
      profile,
      space: launchedSpaceName(profile),
      instanceTypes,
      isSso: studio.signIn === "identity-center",
      hasImages: studio.images.length > 0,
      roleArns: [roleArn ?? `arn:${context.partition}:iam::${context.accountId}:role/${"x".repeat(limits.roleName.value * 2)}`],
    });
    if (length <= limits.inlinePolicies.value) return [];
    return [
      {
        setting: `${path}.userProfiles`,
        text:
          `requires fewer instance types for the profile '${profile}' (got ${instanceTypes.length}). ${excess(request, length)} ` +
          "Fix: list fewer types in 'instanceTypes' of the profile, or remove tags",
      },
    ];
  });
}

/** A problem if the policy of a launch role would be too long. Profiles, instance types and tags decide its length. */
export const launchPolicyProblems = (request: ProductSizeRequest): Problem[] => [
  ...notebookProblems(request),
  ...userProfileProblems(request),
];
