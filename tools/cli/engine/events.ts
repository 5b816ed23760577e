// Reads events from the Pulumi engine: progress, errors and policy violations.
import { type Step } from "@cloister/common";
import { type EngineEvent } from "@pulumi/pulumi/automation";
import { type PropertyChange, propertyChanges } from "./property-changes";

/** A resource that violates a policy. */
export interface Violation {
  policy: string;
  level: string;
  urn: string;
  message: string;
}

/** One operation of the engine on a resource, for example `create`. */
export interface ResourceStep {
  op: string;
  urn: string;
  /** Changed properties. Only of a planned update or replacement. */
  properties?: PropertyChange[];
}

/** A resource for which the engine reported an error. */
export interface Failure {
  urn: string;
  /** Code of the answer of AWS, for example `DependencyViolation`. */
  code?: string;
}

/** Everything that a preview, update or destroy reported. Each event adds to it. */
export interface EventLog {
  errors: string[];
  /** One for each error of a resource. */
  failures: Failure[];
  violations: Violation[];
  /** Names of the policies that evaluated at least one resource. */
  policies: Set<string>;
  planned: ResourceStep[];
  applied: ResourceStep[];
  /** Whether the engine reported that it received an interrupt. */
  isCancelling: boolean;
  /** Outputs of the stack before the run. */
  previousOutputs: Record<string, unknown>;
}

/** Events that are missing in the types of the Automation API. */
interface PolicySummary {
  /** Errors of one resource. */
  policyAnalyzeSummaryEvent?: { passed?: string[]; failed?: string[] };
  /** Errors of the stack. */
  policyAnalyzeStackSummaryEvent?: { passed?: string[]; failed?: string[] };
}

const isStack = (urn: string) => urn.includes("::pulumi:pulumi:Stack::");

/** The code in an error of the AWS SDK for Go. Its text can contain names that users chose, and the code cannot. */
const answerCode = (message: string): string | undefined =>
  /https response error StatusCode: \d+, RequestID: [^,\n]*, (?:HostID: [^,\n]*, )?(?:api error )?(\w+):/.exec(message)?.[1];

/** Shows the engine's progress in `step` and collects the events. */
export function recordEvents(step: Step): { log: EventLog; onEvent: (event: EngineEvent) => void } {
  const log: EventLog = {
    errors: [],
    failures: [],
    violations: [],
    policies: new Set(),
    planned: [],
    applied: [],
    isCancelling: false,
    previousOutputs: {},
  };
  let done = 0;
  const onEvent = (event: EngineEvent & PolicySummary) => {
    if (event.resourcePreEvent) {
      const { planning, metadata } = event.resourcePreEvent;
      const { op, urn, type, old } = metadata;
      if (type === "pulumi:pulumi:Stack") log.previousOutputs = old?.outputs ?? {};
      if (!["same", "read", "refresh"].includes(op)) {
        if (planning) log.planned.push({ op, urn, ...(/^(update|replace)$/.test(op) && { properties: propertyChanges(metadata) }) });
        else log.applied.push({ op, urn });
        step.update(planning ? `planned: ${log.planned.length}, ${op} ${shortUrn(urn)}` : `${done} done, ${op} ${shortUrn(urn)}`);
      }
    }
    if (event.resOutputsEvent && !event.resOutputsEvent.planning) done++;
    if (event.policyEvent) {
      const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
      log.violations.push({ policy: policyName, level: enforcementLevel, urn: resourceUrn ?? "", message: plainText(message) });
    }
    for (const summary of [event.policyAnalyzeSummaryEvent, event.policyAnalyzeStackSummaryEvent])
      for (const name of [...(summary?.passed ?? []), ...(summary?.failed ?? [])]) log.policies.add(name);
    // The text of the Pulumi CLI for the first signal.
    if (event.stdoutEvent?.message.includes("^C received")) log.isCancelling = true;
    if (event.diagnosticEvent?.severity === "error") {
      const { message, urn = "" } = event.diagnosticEvent;
      log.errors.push(plainText(message));
      const code = answerCode(message);
      if (urn !== "" && !isStack(urn)) log.failures.push({ urn, ...(code !== undefined && { code }) });
    }
  };
  return { log, onEvent };
}

/** `aws:s3:Bucket data` */
export const shortUrn = (urn: string) =>
  urn
    .split("::")
    .slice(-2)
    .join(" ")
    .replace(/^.*\$/, "")
    .replace(/\/[^:]*:/, ":");

/** The text without the engine's color codes and without surrounding white space. */
export const plainText = (text: string) => text.replace(/<\{%.*?%\}>/g, "").trim();

/** The update reports the violations of the preview again. */
export const uniqueViolations = (violations: Violation[]) => [
  ...new Map(violations.map((violation) => [JSON.stringify(violation), violation])).values(),
];

export const isMandatory = ({ level }: Violation) => level === "mandatory" || level === "remediate";
