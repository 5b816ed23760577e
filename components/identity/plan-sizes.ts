// Validates the sizes of the policies that settings decide, with values of the longest form. Pure.
import { type AwsContext } from "../aws/context";
import { limits } from "../aws/limits";
import { policyDocumentOf } from "../aws/policy-document";
import { rolePath } from "../aws/role-path";
import { type FeatureName } from "../network/catalogue";
import { setCommand } from "../stack/fix-command";
import { type Problem, type QuotaUse } from "../stack/preflight";
import { boundaryExcess } from "./boundary";
import { featureFactsOf, featurePermissions } from "./feature-permissions";
import { type EnvironmentFacts, type RoleInputs } from "./permissions/facts";
import { createResources, isShared } from "./permissions/sagemaker";
import { type IdentityRequest } from "./request";
import { roleOf, type ServiceRole, serviceRoles, type UserRole } from "./roles";
import { userRoleTrust } from "./trust-policy";

const repeated = (count: number, create: (i: number) => string) => Array.from({ length: count }, (_, i) => create(i));
/** An ID with 17 digits, different for each number. */
const idOf = (kind: string) => (i: number) => `${kind}-${String(i).padStart(17, "0")}`;

/** Values of the longest form for everything that only a deployment determines. */
function longestInputs(context: AwsContext, { boundary, tagging }: Pick<IdentityRequest, "boundary" | "tagging">): RoleInputs {
  const { partition, accountId, region } = context;
  const { environment, subnets, groups, resultKeys, imageAccountIds } = boundary!;
  const facts: EnvironmentFacts = {
    ...context,
    environment,
    tags: tagging?.tags ?? {},
    dataBucketArn: `arn:${partition}:s3:::${"d".repeat(limits.bucketName.value)}`,
    modelBucketArn: `arn:${partition}:s3:::${"m".repeat(limits.bucketName.value)}`,
    // The keys for volumes and data, and those of existing buckets.
    keyArns: repeated(2 + resultKeys, (i) => `arn:${partition}:kms:${region}:${accountId}:key/${String(i).padStart(36, "0")}`),
    vpcId: idOf("vpc")(0),
    subnetIds: repeated(subnets, idOf("subnet")),
    securityGroupIds: repeated(groups, idOf("sg")),
    // The VPC of the environment, and the VPC of shared endpoints.
    entranceVpcIds: repeated(2, idOf("vpc")),
    imageAccountIds,
  };
  const roleArn = `arn:${partition}:iam::${accountId}:role${rolePath(context, environment)}${"r".repeat(limits.roleName.value)}`;
  return {
    context,
    facts,
    peopleNetwork: "vpc",
    openApps: "anywhere",
    selfArn: roleArn,
    executionRoleArn: roleArn,
    pipelineRoleArn: roleArn,
    modelRoleArn: roleArn,
    notebookName: "n".repeat(63),
    notebookRoleArns: repeated(boundary!.notebooks, (i) => roleArn.slice(0, -1) + String(i % 10)),
    domainId: "d-".padEnd(14, "0"),
  };
}

/** The roles of an environment that Cloister creates. Roles of single profiles and notebook instances are always possible. */
const createdRoles = ({ userRoles, existing, people }: IdentityRequest): (ServiceRole | UserRole)[] => [
  ...serviceRoles,
  ...(people.signIn === "none" ? [] : userRoles.filter((role) => (existing as Partial<Record<UserRole, string>>)[role] === undefined)),
];

function inlineProblems(request: IdentityRequest): Problem[] {
  const { boundary, context, paths, tagging } = request;
  if (!boundary) return [];
  const inputs = longestInputs(context, request);
  const sizes = createdRoles(request).map((role) => {
    const { permissions, usesFeatures } = roleOf(role);
    const length = policyDocumentOf(permissions(inputs).filter((permission) => !usesFeatures || !isShared(permission))).length;
    return { role, length };
  });
  const [largest] = sizes.sort((a, b) => b.length - a.length);
  if (!largest || largest.length <= limits.inlinePolicies.value) return [];
  const { subnets, imageAccountIds, resultKeys, notebooks } = boundary;
  return [
    {
      setting: paths.network ?? paths.people,
      text:
        `must have fewer subnets or accounts (got ${subnets} subnets, and ${imageAccountIds.length} accounts for images with those of AWS). ` +
        `With ${Object.keys(tagging?.tags ?? {}).length} tags, ${resultKeys} keys of buckets and ${notebooks} notebook instances, the policy of the role '${largest.role}' ` +
        `can have ${largest.length} characters, and IAM allows ${limits.inlinePolicies.value}. ` +
        "Fix: remove values from subnetIds, zones, accountIds or imageAccounts, or notebook instances",
    },
  ];
}

function boundaryProblems({ boundary, context, paths }: IdentityRequest): Problem[] {
  if (!boundary) return [];
  const { environment, guardrails, ...counts } = boundary;
  const excess = boundaryExcess(context, environment, guardrails, counts);
  if (excess === 0) return [];
  const { instanceTypes, subnets, roleArns } = counts;
  return [
    {
      setting: paths.instanceTypes,
      text:
        `must specify fewer instance types (got ${instanceTypes.length}). ` +
        `With ${subnets} subnets and ${roleArns.length} existing roles, the permissions boundary is ${excess} characters longer than the ${limits.managedPolicy.value} that IAM allows. ` +
        `Fix: remove instance types from the list`,
    },
  ];
}

/** The longest list of VPCs that a condition can contain: the VPC of the environment, and that of shared endpoints. */
const longestVpcIds = repeated(2, idOf("vpc"));

function tagProblems({ tagging, context }: IdentityRequest): Problem[] {
  if (!tagging) return [];
  const { length } = policyDocumentOf(createResources({ ...context, ...tagging, entranceVpcIds: longestVpcIds }, "vpc").filter(isShared));
  if (length <= limits.managedPolicy.value) return [];
  return [
    {
      setting: tagging.setting,
      text:
        `must have fewer or shorter tags (got ${Object.keys(tagging.tags).length} with the Cloister tags). ` +
        `The policy that requires these tags is ${length - limits.managedPolicy.value} characters longer than the ${limits.managedPolicy.value} that IAM allows. ` +
        `Fix: remove tags from the setting`,
    },
  ];
}

/** The policy with the permissions for all features of the network, which the lists of the feature settings lengthen. */
function featurePolicyProblems({ features, tagging, context, paths }: IdentityRequest): Problem[] {
  if (!features || !tagging) return [];
  const { environment, tags } = tagging;
  const lengthWith = (settings: typeof features.settings) =>
    policyDocumentOf(
      featurePermissions(
        { ...context, environment, tags, entranceVpcIds: longestVpcIds, ...featureFactsOf(environment, settings) },
        features.chosen as FeatureName[],
      ),
    ).length;
  const length = lengthWith(features.settings);
  if (length <= limits.managedPolicy.value) return [];
  const savings = (["glueDatabases", "writableRepositories"] as const).map((key) => ({
    key,
    count: features.settings[key]?.length ?? 0,
    saved: length - lengthWith({ ...features.settings, [key]: [] }),
  }));
  const [longest] = savings.sort((a, b) => b.saved - a.saved);
  return [
    {
      setting: `${paths.network}.${longest!.key}`,
      text:
        `must have fewer or shorter values (got ${longest!.count}). ` +
        `The policy with the permissions for features has ${length} characters, and IAM allows ${limits.managedPolicy.value}. ` +
        "Fix: remove values from the list, or use patterns with *",
    },
  ];
}

/** The longest trust policy of a user role. Lists of users decide its size. */
export function trustUses(request: IdentityRequest): QuotaUse[] {
  const { people, context, paths } = request;
  if (people.signIn !== "mfa") return [];
  const lengths = createdRoles(request)
    .filter((role): role is UserRole => roleOf(role).assumedBy === "users")
    .map((role) => ({ role, length: userRoleTrust(role, people, context).length }));
  return lengths
    .sort((a, b) => b.length - a.length)
    .slice(0, 1)
    .map(({ role, length }) => {
      const users = people.users[role] ?? [];
      return {
        limit: "trustPolicy",
        setting: users.length > 0 ? `${paths.people}.users.${role}` : `${paths.people}.userArns`,
        text: `must list fewer users (got ${users.length || people.userArns.length}): the trust policy of the role '${role}' would have ${length} characters`,
        used: length,
        fix: setCommand(`${paths.people}.signIn`, "saml"),
      };
    });
}

/** All problems with the sizes of policies that the settings alone decide. */
export const policySizeProblems = (request: IdentityRequest): Problem[] => [
  ...boundaryProblems(request),
  ...tagProblems(request),
  ...inlineProblems(request),
  ...featurePolicyProblems(request),
];
