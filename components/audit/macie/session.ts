import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createEnabledRecord } from "../enabled-record";
import { type MacieSettings } from "./settings";

/**
 * Amazon Macie in the account and region. It evaluates buckets, and runs no job that reads objects.
 * Cost: docs/audit.md.
 * Errors: `ConflictException` if another creator has enabled Macie since the preflight. In a member account, a destroy also fails
 * with it: only the administrator account of the organization disables Macie.
 * Source: AWS API `EnableMacie`, `DisableMacie`; AWS Security Hub Macie.1; NIST SP 800-53 RA-5, SI-4.
 */
export class BucketMonitor extends pulumi.ComponentResource {
  constructor(name: string, { plan }: { plan: MacieSettings }, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:BucketMonitor", name, {}, opts);
    const record = createEnabledRecord(name, "macie", this);
    new aws.macie2.Account(
      `${name}-macie`,
      { status: "ENABLED", findingPublishingFrequency: plan.publishing },
      { parent: this, dependsOn: [record] },
    );
    this.registerOutputs();
  }
}
