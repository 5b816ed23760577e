// Checks parameters and rules, before a stack changes.
import { evaluate, type Scope } from "./functions";
import { invalid, type Parameter, type Rule, type Template } from "./template";

/** A parameter in a request. */
export interface GivenParameter {
  ParameterKey: string;
  ParameterValue?: string;
  UsePreviousValue?: boolean;
}

const isList = (type: string) => type === "CommaDelimitedList" || type.startsWith("List<");
const isNumber = (type: string) => type === "Number" || type === "List<Number>";

/** The constraint that a value breaks, in the words of CloudFormation. */
function broken(type: string, constraints: Parameter, value: string): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = constraints;
  if (isNumber(type) && (value.trim() === "" || Number.isNaN(Number(value)))) return "must be a number";
  if (AllowedValues && !AllowedValues.map(String).includes(value)) return "must be one of AllowedValues";
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) return `must match pattern ${AllowedPattern}`;
  if (MinLength !== undefined && value.length < Number(MinLength)) return `must contain at least ${MinLength} characters`;
  if (MaxLength !== undefined && value.length > Number(MaxLength)) return `must contain at most ${MaxLength} characters`;
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `must be a number not less than ${MinValue}`;
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `must be a number not greater than ${MaxValue}`;
  return undefined;
}

function valueOf(name: string, parameter: Parameter, text: string): string | string[] {
  const values = isList(parameter.Type) ? (text === "" ? [] : text.split(",").map((part) => part.trim())) : [text];
  const problem = values.map((value) => broken(parameter.Type, parameter, value)).find((message) => message !== undefined);
  const { ConstraintDescription } = parameter;
  if (problem === "must be a number" || (problem !== undefined && ConstraintDescription === undefined))
    throw invalid(`Parameter '${name}' ${problem}`);
  if (problem !== undefined) throw invalid(`Parameter '${name}' failed to satisfy constraint: ${ConstraintDescription!}`);
  return isList(parameter.Type) ? values : text;
}

/** The texts of all parameters: given, previous or default. Throws CloudFormation's error for the first problem. */
export function parameterTexts(
  { Parameters = {} }: Template,
  given: readonly GivenParameter[],
  previous: Record<string, string> = {},
): Record<string, string> {
  const unknown = given.map(({ ParameterKey }) => ParameterKey).filter((name) => !(name in Parameters));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  const all = Object.entries(Parameters).map(([name, { Default }]): [string, string | undefined] => {
    const input = given.find(({ ParameterKey }) => ParameterKey === name);
    const text = input?.UsePreviousValue ? previous[name] : input?.ParameterValue;
    return [name, text ?? (Default === undefined ? undefined : String(Default))];
  });
  const missing = all.filter(([, text]) => text === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(", ")}] must have values`);
  return Object.fromEntries(all) as Record<string, string>;
}

/** The values of the parameters for the functions in the template. */
export const parameterValues = ({ Parameters = {} }: Template, texts: Record<string, string>): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, valueOf(name, Parameters[name]!, text)]));

/** Throws when an assertion of a rule is false. A rule whose condition is false is skipped. */
export function rulesHold(rules: Record<string, Rule>, scope: Scope): void {
  for (const [name, { RuleCondition, Assertions }] of Object.entries(rules)) {
    if (RuleCondition !== undefined && evaluate(RuleCondition, scope) !== true) continue;
    const failed = Assertions.find(({ Assert }) => evaluate(Assert, scope) !== true);
    if (failed) throw invalid(`Rule ${name} failed: ${failed.AssertDescription ?? "the assertion is false"}`);
  }
}
