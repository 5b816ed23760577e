import { z } from "zod";

export const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const mostReaders = 20;

/** A setting with roles and users that decrypt records, without wildcards. */
export const readers = (about: string) =>
  z
    .array(
      z
        .string()
        .regex(/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/)
        .meta({ allowed: "the ARN of a role or user, without wildcards" }),
    )
    .max(mostReaders)
    .prefault([])
    .describe(about);
