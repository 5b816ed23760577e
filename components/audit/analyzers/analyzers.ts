import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type PlannedAnalyzer } from "./plan";

/**
 * Analyzers of IAM Access Analyzer, which report access by principals outside the account, and access without use.
 * Cost: docs/audit.md.
 * Errors: `ServiceQuotaExceededException` if another creator has created an analyzer of the type since the preflight.
 * Source: AWS IAM "Using AWS Identity and Access Management Access Analyzer"; NIST SP 800-53 AC-2, AC-6.
 */
export class AccessAnalyzers extends pulumi.ComponentResource {
  constructor(name: string, { plan }: { plan: readonly PlannedAnalyzer[] }, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:AccessAnalyzers", name, {}, opts);
    for (const { name: analyzerName, type, unusedAccessDays } of plan)
      new aws.accessanalyzer.Analyzer(
        analyzerName,
        {
          analyzerName,
          type,
          ...(unusedAccessDays !== undefined && { configuration: { unusedAccess: { unusedAccessAge: unusedAccessDays } } }),
        },
        // AWS accepts one analyzer of each type.
        { parent: this, deleteBeforeReplace: true },
      );
    this.registerOutputs();
  }
}
