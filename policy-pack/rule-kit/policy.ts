// Creates a Pulumi SDK policy from a guardrail.
import {
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  UnknownValueError,
} from "@pulumi/policy";
import { describe, translate, withTranslations } from "../translation";
import { exemptionsSchema, withExemptions } from "./exemptions";
import { type Report, type ResourceView, type Rule, type Settings, type StackReport, type StackResource } from "./rule";

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

/** Runs all checks, and then reports to the SDK that one of them read a value that is unknown at preview. */
function runAll(checks: (() => void)[]): void {
  const unknown = checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof UnknownValueError) return [error];
      throw error;
    }
  });
  if (unknown[0]) throw unknown[0];
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
      ...(resource.provider && { package: resource.provider.type.split(":").at(-1)! }),
      sources: (property) => (resource.propertyDependencies[property] ?? []).map(toStackResource),
    };
    stackResources.set(resource, found);
  }
  return found;
}

/**
 * The checks of a rule that apply to a resource, or to the resources that it creates through another provider or
 * CloudFormation.
 */
function checksOf({ resource: checks = {}, everyResource }: Rule, view: ResourceView): ((report: Report, settings: Settings) => void)[] {
  const direct = [everyResource, checks[view.type]].flatMap((check) => check ?? []);
  const translated = direct.length > 0 ? [] : (translate(view)?.resources ?? []);
  return [
    ...direct.map((check) => (report: Report, settings: Settings) => check(view, report, settings)),
    ...translated.flatMap((item) => {
      const check = checks[item.type];
      return check ? [(report: Report, settings: Settings) => check(item, (message) => report(describe(item, message)), settings)] : [];
    }),
  ];
}

/** The SDK's policy for a rule. One object evaluates resources and the stack, so that both have the same name. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { stack, remediation } = rule;
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
    ...((rule.resource ?? rule.everyResource) && {
      validateResource: (args, reportViolation) => {
        const settings = settingsOf(args);
        const report = withExemptions(settings, args.urn, reportViolation);
        let checks: ReturnType<typeof checksOf> = [];
        reportErrors(report, () => {
          checks = checksOf(rule, { type: args.type, name: args.name, props: args.props as Record<string, unknown> });
        });
        if (checks.length === 0) return args.notApplicable();
        runAll(checks.map((check) => () => reportErrors(report, () => check(report, settings))));
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
            withExemptions(settings, resource?.urn ?? "", (text) => violation(text, resource?.urn))(
              resource?.describe?.(message) ?? message,
            );
        const advise = reportTo(advisory(rule.description, reportViolation));
        reportErrors(reportViolation, () =>
          stack(withTranslations(args.resources.map(toStackResource)), reportTo(reportViolation), settings, advise),
        );
      },
    }),
  } as ResourceValidationPolicy | StackValidationPolicy;
}
