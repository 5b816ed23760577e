// Defines the allow-list that an environment publishes for the evaluator. Pure.
import { z } from "zod";
import { type AwsContext, arnsIn } from "../aws/context";
import { rolePath, rolesAt } from "../aws/role-path";
import { profiles } from "../identity/guardrails";

/** `fraud-dev` in `/cloister/controls/fraud-dev`. */
export const environmentOfParameter = (name: string): string | undefined => /^\/cloister\/controls\/([^/]+)$/.exec(name)?.[1];

const names = z.array(z.string().min(1));

/** Version of the allow-list. The evaluator rejects any other version, so that it never compares with half a list. */
export const allowListVersion = 1;

export const allowListSchema = z.object({
  version: z.literal(allowListVersion),
  profile: z.enum(profiles),
  networkIsolation: z.boolean(),
  vpcId: z.string().min(1),
  /** `d-…`, the only domain of the environment. */
  domainId: z.string().min(1),
  subnetIds: names.min(1),
  securityGroupIds: names.min(1),
  /** Key of job volumes and of data, `arn:…:key/…`. */
  keyArn: z.string().min(1),
  /** Values that only deployments use, such as for notebook instances: the volume key, and the groups of profiles. */
  deployed: z.object({ keyArns: names, securityGroupIds: names }),
  resultKeyArns: names.min(1),
  /** An empty list allows all. */
  instanceTypes: names,
  /** Accounts with allowed container registries. */
  imageAccountIds: names,
  /** Roles of the environment: all roles in its path, `arn:…:role/cloister/…/*`, and existing roles, `arn:…:role/…`. */
  roleArns: names.min(1),
});

export type AllowList = z.output<typeof allowListSchema>;

/** The text of the SSM parameter. */
export const allowListText = (list: Omit<AllowList, "version">): string => JSON.stringify({ version: allowListVersion, ...list });

/** What decides the length of an allow-list, before IDs exist. */
export interface AllowListSizes extends Pick<AllowList, "profile" | "networkIsolation" | "instanceTypes" | "imageAccountIds" | "roleArns"> {
  context: AwsContext;
  subnets: number;
  /** Security groups of the environment, and of user profiles. */
  groups: number;
  profileGroups: number;
}

/** Characters of the longest allow-list of an environment. IDs of AWS have at most 17 digits, and key IDs 36 characters. */
export function longestAllowList({ context, subnets, groups, profileGroups, ...sizes }: AllowListSizes): number {
  const id = (prefix: string) => `${prefix}-${"0".repeat(17)}`;
  const ids = (prefix: string, count: number) => Array.from({ length: count }, () => id(prefix));
  const [keyArn] = arnsIn(context, "kms", `key/${"0".repeat(36)}`) as [string];
  const longest = {
    ...sizes,
    vpcId: id("vpc"),
    // Source: AWS API `CreateDomain`, at most 63 characters.
    domainId: `d-${"0".repeat(61)}`,
    subnetIds: ids("subnet", subnets),
    securityGroupIds: ids("sg", groups),
    keyArn,
    resultKeyArns: [keyArn, keyArn],
    deployed: { keyArns: [keyArn], securityGroupIds: ids("sg", profileGroups) },
  };
  return allowListText(longest).length;
}

/**
 * What a list claims that does not belong to its environment. A role in the path of
 * another environment decides the environment of a resource. A list that claims such roles would switch off the comparison for others.
 */
function foreignRoles(context: AwsContext, environment: string, { roleArns }: AllowList): string[] {
  const { partition, accountId } = context;
  const environmentRoles = rolesAt(context, rolePath(context, environment));
  const existingRole = new RegExp(`^arn:${partition}:iam::${accountId}:role/(?!cloister/)[\\w+=,.@/-]+$`);
  return roleArns.filter((arn) => arn !== environmentRoles && !existingRole.test(arn));
}

/** A list that the evaluator ignores, and why. */
export interface RejectedList {
  environment: string;
  why: string;
}

/** Reads the text of the parameter of an environment. */
export function readAllowList(context: AwsContext, environment: string, text: string): AllowList | RejectedList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { data, error } = allowListSchema.safeParse(value);
  if (!data) {
    const where = error.issues.map(({ path }) => path.join(".")).filter(Boolean);
    const members = where.length > 0 ? ` (${where.slice(0, 5).join(", ")})` : "";
    return { environment, why: `the parameter is no allow-list of version ${allowListVersion}${members}` };
  }
  const foreign = foreignRoles(context, environment, data);
  if (foreign.length === 0) return data;
  return { environment, why: `the parameter names roles outside of ${environment}: ${foreign.slice(0, 5).join(", ")}` };
}

/** Whether a role is one of the environment's roles. Role names contain no `*`. */
export const isRoleOf = ({ roleArns }: Pick<AllowList, "roleArns">, roleArn: string): boolean =>
  roleArns.some((pattern) => (pattern.endsWith("*") ? roleArn.startsWith(pattern.slice(0, -1)) : roleArn === pattern));
