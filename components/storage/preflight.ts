import type * as pulumi from "@pulumi/pulumi";
import { lookupStorage } from "./lookup";
import { planStorage } from "./plan";
import { type StorageRequest } from "./request";

/** Looks at the buckets and keys that the settings bring, and tells all that is in the way of using them, before the first resource. */
export async function preflightStorage(request: StorageRequest, opts: pulumi.InvokeOptions = {}): Promise<{ problems: string[] }> {
  return planStorage(request, await lookupStorage(request, opts));
}
