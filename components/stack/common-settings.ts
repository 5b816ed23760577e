// Defines settings that several projects share.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { rangeProblem } from "../aws/cidr";
import { limits } from "../aws/limits";
import { setCommand } from "./fix-command";
import { type Problem } from "./preflight";

/** Retention periods that CloudWatch Logs supports, in days. Source: AWS API `PutRetentionPolicy`. */
const retentionPeriods = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

export const retentionDays = () =>
  z
    .int()
    .refine((days) => (retentionPeriods as readonly number[]).includes(days), { message: `must be one of ${retentionPeriods.join(", ")}` })
    .meta({ allowed: `one of ${retentionPeriods.join(", ")}` });

/** Twelve digits. */
export const accountId = () =>
  z
    .string()
    .regex(/^\d{12}$/)
    .meta({ allowed: "a string of twelve digits" });

/**
 * Letters are limited to Latin-1, because IAM policies contain the tags of an environment.
 * Source: IAM "Tags for IAM resources"; pattern of `policyDocument` in AWS API `CreatePolicy`.
 */
const tagCharacters = "A-Za-z0-9À-ÖØ-öø-ÿ _.:/=+@-";
const charactersText = "letters (A to Z, À to ÿ), digits, spaces and _ . : / = + @ -";

/** A key or value. `reserved` matches texts that are not allowed, and completes the description. */
const tagText = (min: number, max: number, reserved?: { pattern: RegExp; description: string }) => {
  const text = z.string().regex(new RegExp(`^[${tagCharacters}]{${min},${max}}$`));
  const allowed = `a string of ${min === 0 ? "at most" : `${min} to`} ${max} characters: ${charactersText}`;
  if (!reserved) return text.meta({ allowed });
  const { pattern, description } = reserved;
  return text
    .refine((value) => !pattern.test(value), { message: `must be ${allowed}${description}` })
    .meta({ allowed: allowed + description });
};

/** A principal of IAM, such as `arn:aws:iam::111122223333:role/Publisher`, without wildcards. */
export const roleOrUserArn = () =>
  z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role or user, without wildcards" });

/** A responsible team or person. Value of the tag `cloister:owner`. */
export const owner = (what: string) =>
  tagText(1, 128, { pattern: /^(aws:| *$)/i, description: ", not only spaces, not starting with aws:" }).describe(
    `${what}: a team or an email address. Value of the tag \`cloister:owner\`.`,
  );

/** Source: AWS::KMS::Key in the CloudFormation schema for the prefix. */
const tagValue = () => tagText(0, limits.tagValue.value, { pattern: /^aws:/i, description: ", not starting with aws:" });

/** Custom tags, so that resources have room for the Cloister tags, and for the tags that Studio adds to jobs and apps. */
const customTags = 40;

/** Cloister sets the name tag of network resources. */
const tagKey = () =>
  tagText(1, limits.tagKey.value, {
    pattern: /^(aws:|cloister:|name$)/i,
    description: ", not 'Name', not starting with aws: or cloister:",
  });

/** Keys that differ from an earlier key only in case. Source: AWS API `TagRole`: IAM ignores the case of tag keys. */
const repeatedKeys = (keys: string[]) =>
  keys.flatMap((key, i) => {
    const first = keys.findIndex((other) => other.toLowerCase() === key.toLowerCase());
    return first < i ? [{ key, first: keys[first]! }] : [];
  });

/** Custom tags, with the strictest of the rules of all AWS services that Cloister creates resources in. */
export const tags = () =>
  z
    .record(tagKey(), tagValue())
    .superRefine((given, context) => {
      const keys = Object.keys(given);
      for (const { key, first } of repeatedKeys(keys))
        context.addIssue({ code: "custom", path: [key], message: `must not repeat the key '${first}', ignoring case` });
      if (keys.length > customTags)
        context.addIssue({ code: "custom", message: `must have at most ${customTags} tags, but has ${keys.length}` });
    })
    .prefault({})
    .meta({ allowed: `an object of at most ${customTags} strings` })
    .describe(
      "Tags for every resource that supports tags, in addition to the Cloister tags (`cloister:…`). Hosted zones have only the Cloister tags if there are more than 10 tags in total.",
    );

export const purge = () =>
  z
    .boolean()
    .prefault(false)
    .describe(
      "Whether a destroy also deletes keys, buckets with their contents, and home directories. `pulumi destroy` keeps home directories, and `npx cloister destroy` deletes them. True requires `confirmPurge`. Run `pulumi up` before `pulumi destroy`, so that the setting takes effect.",
    );

export const confirmPurge = () =>
  z
    .string()
    .optional()
    .describe("Must be the name of the environment or stack if `purge` is true, so that a copied setting deletes nothing.");

/**
 * Reports a purge without confirmation. `namespace` is the namespace of both settings.
 * `name` is the name of the environment or stack to purge, which `confirmPurge` must repeat.
 */
export function purgeProblems(request: { namespace: string; purge: boolean; confirmPurge?: string | undefined; name: string }): Problem[] {
  const { namespace, purge, confirmPurge: confirmation, name } = request;
  if (!purge || confirmation === name) return [];
  const found = confirmation === undefined ? "got nothing" : `got '${confirmation}'`;
  return [
    {
      setting: `${namespace}:confirmPurge`,
      text:
        `must be '${name}' because '${namespace}:purge' is true (${found}). ` +
        `'npx cloister destroy' would permanently delete the keys, buckets and home directories of '${name}'. ` +
        `To keep the data, set '${namespace}:purge' to false. Fix: ${setCommand(`${namespace}:confirmPurge`, name)}`,
    },
  ];
}

const vpcRangeAllowed = "a private IPv4 range with prefix length 16 to 24";
/** The IPv4 CIDR range of a VPC. */
export const vpcRange = () =>
  z
    .string()
    .superRefine((range, context) => {
      const problem = rangeProblem(range);
      if (problem) context.addIssue({ code: "custom", message: `must be ${vpcRangeAllowed}; ${problem}` });
    })
    .meta({ allowed: vpcRangeAllowed });

/**
 * A part of stack names, resource names and paths.
 * With a longer part, bucket and role names would exceed AWS limits.
 */
export const shortName = (what: string) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]{1,14}$/)
    .meta({ allowed: "2 to 15 lower-case letters and digits, starting with a letter" })
    .describe(what);

/** A stack in another project, by the short or full name of the stack. */
export const stackName = (project: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^([\\w.-]+/${project}/)?[\\w.-]+$`))
    .meta({ allowed: `the name of a ${project} stack: \`name\` or \`organization/${project}/name\`` })
    .describe(what);

/** The full name of a stack, given the short or full name. */
export const fullStackName = (project: string, name: string) =>
  name.includes("/") ? name : `${pulumi.getOrganization()}/${project}/${name}`;
