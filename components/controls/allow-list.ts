// Defines the allow-list that an environment publishes for the evaluator. Pure.
import { z } from "zod";
import { type AwsContext, arnsIn } from "../aws/context";
import { profiles } from "../identity/guardrails";

/** SSM parameters below `/cloister/<environment>`, as in the outputs of environments. */
export const allowListParameter = "allow-list";
export const domainParameter = "domain-id";
export const parameterRoot = "/cloister";

/** `fraud-dev` in `/cloister/fraud-dev/allow-list`. */
export const environmentOfParameter = (name: string): string | undefined => /^\/cloister\/([^/]+)\/allow-list$/.exec(name)?.[1];

const names = z.array(z.string().min(1));

/** Version of the allow-list. The evaluator rejects any other version, so that it never compares with half a list. */
export const allowListVersion = 1;

export const allowListSchema = z.object({
  version: z.literal(allowListVersion),
  profile: z.enum(profiles),
  networkIsolation: z.boolean(),
  vpcId: z.string().min(1),
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
  /** Roles of the environment, `arn:…:role/…`. A `*` at the end is any rest. */
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
    subnetIds: ids("subnet", subnets),
    securityGroupIds: ids("sg", groups),
    keyArn,
    resultKeyArns: [keyArn, keyArn],
    deployed: { keyArns: [keyArn], securityGroupIds: ids("sg", profileGroups) },
  };
  return allowListText(longest).length;
}

/** Errors: an `Error` that names the parameter, if its text is no allow-list of this version. */
export function readAllowList(environment: string, text: string): AllowList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { data, error } = allowListSchema.safeParse(value);
  if (data) return data;
  const where = error?.issues.map(({ path }) => path.join(".")).filter(Boolean);
  throw new Error(
    `The parameter ${parameterRoot}/${environment}/${allowListParameter} is no allow-list of version ${allowListVersion}${where?.length ? ` (${where.join(", ")})` : ""}. Deploy the environment with the version of Cloister that the core stack has.`,
  );
}

/** Whether a role is one of the environment's roles. Role names contain no `*`. */
export const isRoleOf = ({ roleArns }: Pick<AllowList, "roleArns">, roleArn: string): boolean =>
  roleArns.some((pattern) => (pattern.endsWith("*") ? roleArn.startsWith(pattern.slice(0, -1)) : roleArn === pattern));
