// Defines fields that several Studio settings share.
import { z } from "zod";

const nameForm = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
export const nameAllowed = "1 to 63 letters, digits and dashes";
/** The pattern does not limit the number of dashes. */
export const nameField = (what: string) => z.string().max(63).regex(nameForm).meta({ allowed: nameAllowed }).describe(what);

/** Part of a physical name of at most 63 characters, between the environment name and a random suffix. */
export const namePartField = (what: string) =>
  z
    .string()
    .max(24)
    // Images can have no two dashes in a row. Source: AWS API `CreateImage`.
    .regex(/^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,23}$/)
    .meta({ allowed: "1 to 24 letters, digits and single dashes" })
    .describe(what);

export const idleMinutesField = () => z.int().min(60).max(525600);

/** Size of a volume in GB. */
export const volumeField = () => z.int().min(5).max(16384);

/** Author name in Git commits. Control characters would end the line, and angle brackets would end the name. */
export const gitNameField = () =>
  z
    .string()
    .regex(/^[^\p{C}<>]{1,100}$/u)
    .meta({ allowed: "1 to 100 characters without line breaks, < and >" });

export const instanceTypeField = () =>
  z
    .string()
    .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/)
    .meta({ allowed: "an instance type such as ml.t3.medium" });

export const instanceTypesField = () =>
  z
    .array(instanceTypeField())
    .min(1)
    .refine((types) => new Set(types).size === types.length, { message: "must not repeat an instance type" });
