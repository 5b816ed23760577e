import { z } from "zod";
import { roleOrUserArn } from "../stack/common-settings";

export const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const mostReaders = 20;

/** A setting with roles and users that decrypt records, without wildcards. */
export const readers = (about: string) => z.array(roleOrUserArn()).max(mostReaders).prefault([]).describe(about);
