// Defines the parts of a guardrail.
import { type PolicyConfigSchema } from "@pulumi/policy";

export type Severity = "low" | "medium" | "high" | "critical";

/** Reports one violation. The message names what is wrong, what can happen and how to fix it. */
export type Report = (message: string) => void;

/** Reports a violation in the stack view, for one resource or for the stack. */
export type StackReport = (resource: StackResource | undefined, message: string) => void;

/** A resource that is about to be created or updated: its inputs, with the provider's defaults. */
export interface ResourceView {
  type: string;
  name: string;
  /** Read these values with `readValue`. */
  props: Record<string, unknown>;
}

/** A resource of a stack, with the resources that its properties come from. */
export interface StackResource extends ResourceView {
  urn: string;
  /** Package of the provider, such as `kubernetes`; absent for components and translated resources. */
  package?: string;
  /** Adds the name in the program to a message about a translated resource. */
  describe?: (message: string) => string;
  /** Resources that a property comes from. They are known at preview, but their IDs are not. */
  sources(property: string): StackResource[];
}

export type Settings = Record<string, unknown>;
export type Check = (resource: ResourceView, report: Report, settings: Settings) => void;

export interface Rule {
  /**
   * `<service>-<resource>-<requirement>`, without the resource when the rule covers all resources of the service.
   * Names are public: never change a name.
   */
  name: string;
  /** The requirement, in one sentence. */
  description: string;
  /** What can happen when the requirement is not met. */
  risk: string;
  /** What to set or change. */
  fix: string;
  severity: Severity;
  /** NIST SP 800-53 rev. 5 control. */
  control: { reference: string; specification: string };
  /** IDs of the same requirement in Security Hub, AWS Config, Checkov, Prowler, Trivy and cdk-nag. */
  publicIds: string[];
  /** JSON Schemas of the rule's settings besides `exemptions`, each with a default. */
  settings?: PolicyConfigSchema["properties"];
  /** By type token: evaluates one resource before the resource is created or changed. */
  resource?: Record<string, Check>;
  /** Evaluates resources of all types, before translation. */
  everyResource?: Check;
  /**
   * Evaluates the whole stack, for violations that involve several resources. A violation fails a preview; after an
   * update it is only reported. `advise` reports at the level `advisory`, whatever the level of the rule.
   */
  stack?: (resources: StackResource[], report: StackReport, settings: Settings, advise: StackReport) => void;
  /** By type token: inputs that have only one valid value. They are set at the level `remediate`. */
  remediation?: Record<string, (props: object) => Record<string, unknown> | undefined>;
}

/** Maps several types to the same check. */
export const forTypes = (types: readonly string[], check: Check): Record<string, Check> =>
  Object.fromEntries(types.map((type) => [type, check]));
