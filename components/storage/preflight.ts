import type * as pulumi from "@pulumi/pulumi";
import { type Planned, preflight } from "../stack/preflight";
import { lookupStorage } from "./lookup";
import { planStorage } from "./plan";
import { type StorageRequest } from "./request";

/**
 * Validates bucket settings against AWS before the first resource is created.
 * Buckets need no plan besides their settings.
 */
export const preflightStorage = (request: StorageRequest, opts?: pulumi.InvokeOptions): Promise<Planned<undefined>> =>
  preflight({ lookup: lookupStorage, plan: planStorage }, request, opts);
