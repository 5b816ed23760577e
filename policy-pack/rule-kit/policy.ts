// Creates a Pulumi SDK policy from a guardrail.
import {
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";
import { exemptionsSchema, withExemptions } from "./exemptions";
import { type Report, type Rule, type Settings, type StackReport, type StackResource } from "./rule";

/** Runs a check and reports an error in the check as a violation, so that the error does not end the update. */
function reportErrors(report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    // `readValueOrThrow` throws this error, and the SDK reports that the value is unknown at preview.
    if (error instanceof UnknownValueError) throw error;
    report(
      `This guardrail failed with an error and rejects the resource: ${(error as Error).message}. Report it to the maintainers of the policy pack.`,
    );
  }
}

/**
 * Reports at the level `advisory`, whatever the level of the policy. The SDK accepts a level for each violation,
 * although the SDK types do not have this property.
 */
const advisory =
  (description: string, reportViolation: ReportViolation): ReportViolation =>
  (message, urn) =>
    reportViolation({ message: `${description}\n${message}`, urn, enforcementLevel: "advisory" } as unknown as string);

const stackResources = new WeakMap<PolicyResource, StackResource>();

function toStackResource(resource: PolicyResource): StackResource {
  let found = stackResources.get(resource);
  if (!found) {
    found = {
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      props: resource.props,
      sources: (property) => (resource.propertyDependencies[property] ?? []).map(toStackResource),
    };
    stackResources.set(resource, found);
  }
  return found;
}

/** The SDK's policy for a rule. One object evaluates resources and the stack, so that both have the same name. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { resource: checks, stack, remediation } = rule;
  const settingsOf = (args: { getConfig<T extends object>(): T }) => args.getConfig<Settings>();
  return {
    name: rule.name,
    displayName: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    severity: rule.severity,
    framework: { name: "NIST SP 800-53", version: "5", ...rule.control },
    tags: rule.publicIds,
    remediationSteps: rule.fix,
    configSchema: { properties: { ...rule.settings, exemptions: exemptionsSchema } },
    ...(checks && {
      validateResource: (args, reportViolation) => {
        const check = checks[args.type];
        if (!check) return args.notApplicable();
        const settings = settingsOf(args);
        const report = withExemptions(settings, args.urn, reportViolation);
        const resource = { type: args.type, name: args.name, props: args.props as Record<string, unknown> };
        reportErrors(report, () => check(resource, report, settings));
      },
    }),
    ...(remediation && {
      remediateResource: (args) => {
        const remediate = remediation[args.type];
        if (!remediate) return args.notApplicable();
        const inputs = remediate(args.props);
        // Sets the inputs in place: copying the properties would read unknown values and lose which values are secret.
        return inputs && Object.assign(args.props, inputs);
      },
    }),
    ...(stack && {
      validateStack: (args, reportViolation) => {
        const settings = settingsOf(args);
        const reportTo =
          (violation: ReportViolation): StackReport =>
          (resource, message) =>
            withExemptions(settings, resource?.urn ?? "", (text) => violation(text, resource?.urn))(message);
        const advise = reportTo(advisory(rule.description, reportViolation));
        reportErrors(reportViolation, () => stack(args.resources.map(toStackResource), reportTo(reportViolation), settings, advise));
      },
    }),
  } as ResourceValidationPolicy | StackValidationPolicy;
}
