import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createEnabledRecord } from "../enabled-record";

/**
 * AWS Security Hub CSPM in the account and region, without standards: it collects the findings of other services and of the controls.
 * Cost: docs/audit.md.
 * Errors: `ResourceConflictException` if another creator has enabled it since the preflight, `AccessDeniedException` in an account
 * with a configuration policy of its organization.
 * Source: AWS API `EnableSecurityHub`, `DisableSecurityHub`; NIST SP 800-53 SI-4.
 */
export class FindingsHub extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:FindingsHub", name, {}, opts);
    const record = createEnabledRecord(name, "security-hub", this);
    // The administrator account of an organization sets the kind of control findings, so the stack does not set it.
    new aws.securityhub.Account(`${name}-security-hub`, { enableDefaultStandards: false }, { parent: this, dependsOn: [record] });
    this.registerOutputs();
  }
}
