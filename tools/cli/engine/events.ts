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

/** Everything that a preview, update or destroy reported. Each event adds to it. */
export interface EventLog {
  errors: string[];
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

/** Shows the engine's progress in `step` and collects the events. */
export function recordEvents(step: Step): { log: EventLog; onEvent: (event: EngineEvent) => void } {
  const log: EventLog = {
    errors: [],
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
    if (event.diagnosticEvent?.severity === "error") log.errors.push(plainText(event.diagnosticEvent.message));
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
