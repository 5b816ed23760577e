import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { creatorTag } from "./plan";
import { type GuardDutySettings, protections } from "./settings";

/**
 * The detector of Amazon GuardDuty in the account and region, with each protection enabled or disabled.
 * Cost: docs/audit.md.
 * Errors: `BadRequestException` if another creator has created a detector since the preflight. In a member account, the
 * administrator of the organization can prevent changes.
 * Source: AWS Security Hub GuardDuty.1; NIST SP 800-53 SI-4.
 */
export class ThreatDetector extends pulumi.ComponentResource {
  constructor(name: string, { plan }: { plan: GuardDutySettings }, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:ThreatDetector", name, {}, opts);
    const detector = new aws.guardduty.Detector(
      `${name}-detector`,
      { enable: true, findingPublishingFrequency: plan.publishing, tags: { [creatorTag]: name } },
      { parent: this },
    );
    let previous: pulumi.Resource = detector;
    for (const protection of protections)
      previous = new aws.guardduty.DetectorFeature(
        `${name}-${protection.toLowerCase().replaceAll("_", "-")}`,
        { detectorId: detector.id, name: protection, status: plan.protections.includes(protection) ? "ENABLED" : "DISABLED" },
        // Each feature is an update of the same detector.
        { parent: this, dependsOn: [previous] },
      );
    this.registerOutputs();
  }
}
