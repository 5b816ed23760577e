// Records which services of the account a core stack enabled: the AWS provider cannot tag them, and AWS names no creator.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { optional, type Options } from "../aws/lookup";

/** Last part of the name of the record. */
export type EnabledService = "macie" | "security-hub";

/** Who enabled a service in the account and region: no creator, the core stack, or another creator. */
export type EnabledBy = "none" | "stack" | "other";

const recordName = (core: string, service: EnabledService) => `/cloister/core/${core}/${service}`;

/** Who enabled a service that is enabled. `core` is the name of the core stack. */
export async function lookupEnabledBy(core: string, service: EnabledService, opts: Options): Promise<EnabledBy> {
  return (await optional(aws.ssm.getParameter({ name: recordName(core, service) }, opts))) ? "stack" : "other";
}

/**
 * The record. The service depends on it: otherwise, the next deployment would take the service of an interrupted deployment for that of
 * another creator.
 */
export const createEnabledRecord = (core: string, service: EnabledService, parent: pulumi.Resource): aws.ssm.Parameter =>
  new aws.ssm.Parameter(
    `${core}-${service}`,
    { name: recordName(core, service), type: "String", value: "enabled", description: "The core stack enabled the service" },
    { parent },
  );
