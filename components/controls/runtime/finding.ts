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
  kind: Kind | "allowList";
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
  /** Time at which the resource met its list again. */
  resolved?: string;
}

const outcomes: Record<Finding["outcome"], string> = {
  stopped: "The evaluator stopped it.",
  deleted: "The evaluator deleted it, or its apps.",
  tagged: "The evaluator tagged it, and cannot stop it.",
  ended: "It had already ended.",
  observed: "The evaluator changed nothing.",
  waiting: "The evaluator corrects it as soon as AWS accepts this.",
};

/** The longest value of a user in a text, such as an image. Names of SageMaker have at most 63 characters. */
const longestValue = 120;
/** The most violations in a text. The history has all. */
const mostViolations = 12;

/**
 * A value in a text that leaves the account, such as an email. Users choose names, images and session names, so the text has only
 * characters of ARNs and images, and few of them.
 */
export function bounded(value: string, longest = longestValue): string {
  const text = value.replace(/[^A-Za-z0-9 ,.:/@_=+()-]/g, "?");
  return text.length <= longest ? text : `${text.slice(0, longest)}...`;
}

const foundIn = ({ violations }: Finding) => violations.slice(0, mostViolations);
const others = ({ violations }: Finding) => violations.length - foundIn({ violations } as Finding).length;

const reportedOnly = (control: string) => control === "ModelMissing";

/** Subject of a notification: at most 100 ASCII characters. Source: AWS API `Publish`. */
export const subjectOf = ({ environment, type, name }: Finding): string =>
  bounded(`Cloister: ${type} ${bounded(name, 63)} in ${environment ?? "no environment"}`, 96);

/** The text of a notification. */
export const textOf = (finding: Finding): string =>
  [
    `${finding.type} ${bounded(finding.name)} of ${finding.environment ?? "no environment"} violates the controls below.`,
    outcomes[finding.outcome],
    `Resource: ${bounded(finding.resource, 256)}`,
    `Actor: ${bounded(finding.actor ?? "see CloudTrail, because the event does not contain it", 160)}`,
    `Event: ${bounded(finding.event)} at ${bounded(finding.time, 30)}`,
    ...foundIn(finding).map(({ control, about, found }) => `${control}: ${about} Found: ${bounded(found)}.`),
    ...(others(finding) > 0 ? [`And ${others(finding)} more violations.`] : []),
    `Finding: ${finding.id}`,
  ].join("\n");

/**
 * A finding in the format of AWS Security Hub. The same finding has the same ID, so a repeated import updates it.
 * Source: AWS Security Hub "AWS Security Finding Format (ASFF)", required attributes and limits.
 */
export function asffOf(
  finding: Finding,
  { partition, accountId, region }: { partition: string; accountId: string; region: string },
  now: Date,
): Record<string, unknown> {
  const isResolved = finding.resolved !== undefined;
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
    Severity: { Label: finding.violations.every(({ control }) => reportedOnly(control)) ? "MEDIUM" : "HIGH" },
    Title: subjectOf(finding),
    Description: foundIn(finding)
      .map(({ control, found }) => `${control}: ${bounded(found)}`)
      .join("; ")
      .slice(0, 1024),
    ProductFields: { outcome: finding.outcome, ...(finding.actor !== undefined && { actor: bounded(finding.actor, 160) }) },
    Resources: [{ Type: "Other", Id: finding.resource, Partition: partition, Region: region }],
    Compliance: { Status: isResolved ? "PASSED" : "FAILED" },
    Workflow: { Status: isResolved ? "RESOLVED" : corrected ? "NOTIFIED" : "NEW" },
    RecordState: isResolved ? "ARCHIVED" : "ACTIVE",
  };
}
