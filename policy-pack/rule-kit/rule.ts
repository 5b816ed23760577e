// What a guardrail is.
import { type PolicyConfigSchema } from "@pulumi/policy";

export type Severity = "low" | "medium" | "high" | "critical";

/** Reports one violation: what is wrong and what it lets happen, then what to write instead. */
export type Report = (message: string) => void;

/** Reports a violation in the stack view, of one resource or of the stack. */
export type StackReport = (resource: StackResource | undefined, message: string) => void;

/** A resource that is about to be created or updated: its inputs, with the provider's defaults. */
export interface ResourceView {
  type: string;
  name: string;
  /** Read them with `readValue`. */
  props: Record<string, unknown>;
}

/** A resource of a stack, with the resources that its properties come from. */
export interface StackResource extends ResourceView {
  urn: string;
  /** Resources that a property comes from; known at preview, when ids are not. */
  sources(property: string): StackResource[];
}

export type Settings = Record<string, unknown>;
export type Check = (resource: ResourceView, report: Report, settings: Settings) => void;

export interface Rule {
  /** `<service>-<resource>-<requirement>`, without the resource when it covers all of them. Public: never change it. */
  name: string;
  /** The requirement, in one sentence. */
  description: string;
  /** What can happen when the requirement is not met. */
  risk: string;
  /** What to write. */
  fix: string;
  severity: Severity;
  /** NIST SP 800-53 rev. 5 control. */
  control: { reference: string; specification: string };
  /** The same requirement in Security Hub, AWS Config, Checkov, Prowler, Trivy and cdk-nag. */
  publicIds: string[];
  /** Settings of the rule besides `exemptions`: JSON Schema, each with a default. */
  settings?: PolicyConfigSchema["properties"];
  /** Evaluates one resource before it is created or changed; by type token. */
  resource?: Record<string, Check>;
  /**
   * Evaluates the stack as a whole, for violations that only show between resources. It fails a preview; after an
   * update it can only report.
   * `advise` reports at the level `advisory`, whatever the level of the rule.
   */
  stack?: (resources: StackResource[], report: StackReport, settings: Settings, advise: StackReport) => void;
  /** Inputs to set where only one value is right, applied at the level `remediate`; by type token. */
  remediation?: Record<string, (props: object) => Record<string, unknown> | undefined>;
}

/** The same check for several types. */
export const forTypes = (types: readonly string[], check: Check): Record<string, Check> =>
  Object.fromEntries(types.map((type) => [type, check]));
