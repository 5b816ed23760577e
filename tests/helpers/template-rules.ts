// Evaluates the parameters of a product and the rules of a template constraint for one launch, as the sandbox does.
import { type Template, type TemplateConstraint } from "@cloister/components/catalog/project/template";
import { AwsError, parameterTexts, parameterValues, rulesHold, type Rule, type Template as StackTemplate } from "@cloister/sandbox/testing";

export type Launch = Record<string, string | number>;

/** The first problem with a launch, in the order of AWS: parameters, then rules. Empty: CloudFormation creates resources. */
export function launchProblems(template: Template, { Rules }: TemplateConstraint, launch: Launch): string[] {
  const product = template as unknown as StackTemplate;
  const given = Object.entries(launch).map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: String(value) }));
  try {
    const parameters = parameterValues(product, parameterTexts(product, given));
    rulesHold(Rules as Record<string, Rule>, { template: product, parameters, pseudo: {}, resources: {} });
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [error.message];
  }
}
