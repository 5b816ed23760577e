// Defines a finding, and its forms for emails and for AWS Security Hub. Pure.
import { type Violation } from "../compare";
import { type Kind } from "../kinds";
import { type Outcome } from "./correct";

export interface Finding {
  id: string;
  time: string;
  mode: "observe" | "correct";
  /** Absent: the resource belongs to no environment. */
  environment?: string;
  kind: Kind;
  /** `TrainingJob` */
  type: string;
  /** `arn:…:sagemaker:…` */
  resource: string;
  name: string;
  /** Principal that made the call, `arn:…`. State changes do not contain it. */
  actor?: string;
  /** The call or state change that led to the finding. */
  event: string;
  violations: readonly Violation[];
  outcome: Outcome | "waiting";
}

const outcomes: Record<Finding["outcome"], string> = {
  stopped: "The evaluator stopped it.",
  deleted: "The evaluator deleted it, or its apps.",
  tagged: "The evaluator tagged it, and cannot stop it.",
  ended: "It had already ended.",
  observed: "The evaluator changed nothing.",
  waiting: "The evaluator corrects it as soon as AWS accepts this.",
};

/** Control characters and other text that mail programs could interpret. Names of AWS contain none of it. */
const plain = (text: string) => text.replace(/[^\x20-\x7e]/g, "?");

/** Subject of a notification: at most 100 ASCII characters. Source: AWS API `Publish`. */
export const subjectOf = ({ environment, type, name }: Finding): string =>
  plain(`Cloister: ${type} ${name} in ${environment ?? "no environment"}`).slice(0, 99);

/** The text of a notification. */
export const textOf = (finding: Finding): string =>
  [
    `${finding.type} ${finding.name} of ${finding.environment ?? "no environment"} violates the controls below.`,
    outcomes[finding.outcome],
    `Resource: ${finding.resource}`,
    `Actor: ${finding.actor ?? "see CloudTrail, because the event does not contain it"}`,
    `Event: ${finding.event} at ${finding.time}`,
    ...finding.violations.map(({ control, about, found }) => `${control}: ${about} Found: ${found}.`),
    `Finding: ${finding.id}`,
  ]
    .map(plain)
    .join("\n");

/**
 * A finding in the format of AWS Security Hub. The same finding has the same ID, so a repeated import updates it.
 * Source: AWS Security Hub "AWS Security Finding Format (ASFF)", required attributes and limits.
 */
export function asffOf(
  finding: Finding,
  { partition, accountId, region }: { partition: string; accountId: string; region: string },
  now: Date,
): Record<string, unknown> {
  const corrected = finding.outcome !== "observed" && finding.outcome !== "waiting";
  return {
    SchemaVersion: "2018-10-08",
    Id: `cloister/${region}/${finding.id}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`,
    GeneratorId: `cloister/${finding.violations[0]!.control}`,
    AwsAccountId: accountId,
    Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    CreatedAt: finding.time,
    UpdatedAt: now.toISOString(),
    Severity: { Label: finding.violations.every(({ control }) => control === "ModelMissing") ? "MEDIUM" : "HIGH" },
    Title: subjectOf(finding),
    Description: plain(finding.violations.map(({ control, found }) => `${control}: ${found}`).join("; ")).slice(0, 1024),
    ProductFields: { outcome: finding.outcome, ...(finding.actor !== undefined && { actor: finding.actor }) },
    Resources: [{ Type: "Other", Id: finding.resource, Partition: partition, Region: region }],
    Compliance: { Status: "FAILED" },
    Workflow: { Status: corrected ? "NOTIFIED" : "NEW" },
    RecordState: "ACTIVE",
  };
}
