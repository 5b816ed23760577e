// Evaluates the parameters of a CloudFormation template and the rules of a template constraint for one launch.
// Source: AWS CloudFormation "Parameters syntax reference" and "Rules syntax reference".
import { type Template, type TemplateConstraint, type TemplateParameter } from "@cloister/components/catalog/project/template";

export type Launch = Record<string, string | number>;

function parameterProblem({ Type, AllowedValues, AllowedPattern, MinValue, MaxValue }: TemplateParameter, value: string): boolean {
  if (AllowedValues && !AllowedValues.includes(value)) return true;
  // CloudFormation compares the whole value with the pattern.
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) return true;
  if (Type !== "Number") return false;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isNaN(number) || number < (MinValue ?? -Infinity) || number > (MaxValue ?? Infinity);
}

/** The value of an expression of a rule. Throws for a function that the products do not use. */
function valueOf(expression: unknown, launch: Record<string, string>): unknown {
  if (Array.isArray(expression)) return expression.map((item) => valueOf(item, launch));
  if (typeof expression !== "object" || expression === null) return expression;
  const [[name, argument] = []] = Object.entries(expression);
  if (name === "Ref") return launch[String(argument)];
  if (name === "Fn::Contains") {
    const [values, value] = (argument as unknown[]).map((item) => valueOf(item, launch)) as [unknown[], unknown];
    return values.includes(value);
  }
  throw new Error(`Function '${name}' is not supported`);
}

/** The problems with a launch, in the order of AWS: parameters first, then rules. Empty: CloudFormation creates resources. */
export function launchProblems({ Parameters }: Template, { Rules }: TemplateConstraint, given: Launch): string[] {
  const unknown = Object.keys(given).filter((name) => !Parameters[name]);
  const launch = Object.fromEntries(
    Object.entries(Parameters).flatMap(([name, { Default }]) => {
      const value = given[name] ?? Default;
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
  const problems = [
    ...unknown.map((name) => `Parameter '${name}' is not in the template`),
    ...Object.entries(Parameters).flatMap(([name, parameter]) => {
      const value = launch[name];
      if (value === undefined) return [`Parameter '${name}' must have a value`];
      return parameterProblem(parameter, value) ? [`Parameter '${name}' ${parameter.ConstraintDescription}`] : [];
    }),
  ];
  if (problems.length > 0) return problems;
  return Object.values(Rules)
    .filter(({ RuleCondition }) => RuleCondition === undefined || valueOf(RuleCondition, launch) === true)
    .flatMap(({ Assertions }) => Assertions.filter(({ Assert }) => valueOf(Assert, launch) !== true).map((one) => one.AssertDescription));
}
