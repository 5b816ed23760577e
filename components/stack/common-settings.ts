// Settings that several projects share.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { rangeProblem } from "../aws/cidr";

/** Retention periods that CloudWatch Logs accepts, in days. Source: AWS API `PutRetentionPolicy`. */
const retentionPeriods = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

export const retentionDays = () =>
  z
    .int()
    .refine((days) => (retentionPeriods as readonly number[]).includes(days), {
      message: `allowed is one of ${retentionPeriods.join(", ")}`,
    })
    .meta({ allowed: `one of ${retentionPeriods.join(", ")}` });

/** Twelve digits. */
export const accountId = () =>
  z
    .string()
    .regex(/^\d{12}$/)
    .meta({ allowed: "a text of twelve digits" });

export const tags = () =>
  z
    .record(z.string().min(1).max(128), z.string().max(256))
    .prefault({})
    .meta({ allowed: "an object of texts" })
    .describe("Tags for everything taggable, besides those of the product (`cloister:…`).");

export const purge = () =>
  z
    .boolean()
    .prefault(false)
    .describe(
      "Whether `pulumi destroy` also deletes what holds data: keys, buckets with their contents, home directories. False keeps them. True needs `confirmPurge`. Takes effect by a `pulumi up` before the destroy.",
    );

export const confirmPurge = () =>
  z
    .string()
    .optional()
    .describe("Has to be the name of what is purged where `purge` is true, so that a value that was copied along deletes nothing.");

/**
 * A purge that nobody confirmed. `namespace` is that of both settings, `name` that of the environment or stack that would be purged.
 * Empty when nothing is purged, or the confirmation names it.
 */
export function purgeProblems(request: { namespace: string; purge: boolean; confirmPurge?: string | undefined; name: string }): string[] {
  const { namespace, purge, confirmPurge: confirmation, name } = request;
  if (!purge || confirmation === name) return [];
  const found = confirmation === undefined ? "is missing" : `is '${confirmation}'`;
  return [
    `'${namespace}:confirmPurge' ${found}; '${namespace}:purge' is true, and a destroy then deletes the keys, buckets and home directories of '${name}' for good. If that is meant, confirm it with: pulumi config set ${namespace}:confirmPurge ${name}. If not, keep them with: pulumi config set ${namespace}:purge false`,
  ];
}

/** The range of a VPC. */
export const vpcRange = () =>
  z
    .string()
    .superRefine((range, context) => {
      const problem = rangeProblem(range);
      if (problem) context.addIssue({ code: "custom", message: `${problem}; allowed is a private range with prefix length 16 to 24` });
    })
    .meta({ allowed: "a private IPv4 range with prefix length 16 to 24" });

/** A name in stack names, physical names and paths. Longer ones would make names of buckets and roles that AWS refuses. */
export const shortName = (what: string) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9]{1,14}$/)
    .meta({ allowed: "2 to 15 lower-case letters and digits, a letter first" })
    .describe(what);

/** A stack of another project: its name alone, or in full. */
export const stackName = (project: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^([\\w.-]+/${project}/)?[\\w.-]+$`))
    .meta({ allowed: `a stack of ${project}, as \`name\` or \`organization/${project}/name\`` })
    .describe(what);

/** The full name of a stack that a setting gives in short. */
export const fullStackName = (project: string, name: string) =>
  name.includes("/") ? name : `${pulumi.getOrganization()}/${project}/${name}`;
