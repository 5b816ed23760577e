// Builds CloudFormation templates as data. Pure.

/** A function of a template, such as `{ Ref: "Owner" }`. */
export type TemplateFunction = Record<string, unknown>;
export type Value<T = string> = T | TemplateFunction;

export interface TemplateParameter {
  Type: "String" | "Number";
  Description: string;
  Default?: string | number;
  AllowedValues?: readonly string[];
  AllowedPattern?: string;
  MinValue?: number;
  MaxValue?: number;
  ConstraintDescription: string;
}

export interface TemplateResource {
  Type: string;
  DependsOn?: string;
  Properties: Record<string, unknown>;
}

export interface Template {
  AWSTemplateFormatVersion: "2010-09-09";
  Description: string;
  Metadata: { "AWS::CloudFormation::Interface": { ParameterGroups: object[]; ParameterLabels: Record<string, { default: string }> } };
  Parameters: Record<string, TemplateParameter>;
  Mappings?: Record<string, Record<string, Record<string, string>>>;
  Conditions?: Record<string, TemplateFunction>;
  Resources: Record<string, TemplateResource>;
  Outputs: Record<string, { Description: string; Value: Value }>;
}

/** An assertion on the parameters of a launch. Source: AWS CloudFormation "Rules syntax reference". */
export interface Rule {
  /** Absent: the rule applies to every launch. */
  RuleCondition?: TemplateFunction;
  Assertions: { Assert: TemplateFunction; AssertDescription: string }[];
}

/** Parameters of a template constraint in AWS Service Catalog. */
export interface TemplateConstraint {
  Rules: Record<string, Rule>;
}

export const ref = (name: string): TemplateFunction => ({ Ref: name });
/** A text with values of parameters and of these variables. */
export const sub = (text: string, variables?: Record<string, TemplateFunction>): TemplateFunction => ({
  "Fn::Sub": variables ? [text, variables] : text,
});
/** The value of an attribute in a mapping, for the value of a parameter. */
export const lookup = (mapping: string, parameter: string, attribute: string): TemplateFunction => ({
  "Fn::FindInMap": [mapping, ref(parameter), attribute],
});

/** Tags in the form of a template. */
export const tagList = (tags: Record<string, Value>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** A parameter, with its label and its group in the form that users complete. */
export interface Field {
  group: string;
  label: string;
  parameter: TemplateParameter;
}

/** The parameters of a template, and their order, groups and labels in the console. */
export function formOf(fields: Record<string, Field>): Pick<Template, "Metadata" | "Parameters"> {
  const entries = Object.entries(fields);
  const groups = [...new Set(entries.map(([, { group }]) => group))];
  return {
    Metadata: {
      "AWS::CloudFormation::Interface": {
        ParameterGroups: groups.map((group) => ({
          Label: { default: group },
          Parameters: entries.filter(([, field]) => field.group === group).map(([name]) => name),
        })),
        ParameterLabels: Object.fromEntries(entries.map(([name, { label }]) => [name, { default: label }])),
      },
    },
    Parameters: Object.fromEntries(entries.map(([name, { parameter }]) => [name, parameter])),
  };
}

/** A parameter whose value is one of a list. */
export const choiceOf = (what: string, values: readonly string[], defaultValue?: string): TemplateParameter => ({
  Type: "String",
  Description: what,
  ...(defaultValue !== undefined && { Default: defaultValue }),
  AllowedValues: values,
  ConstraintDescription: `must be one of ${values.join(", ")}`,
});

/** The field of a form for the size of a volume in GB. */
export const volumeField = ({ default: defaultSize, maximum }: { default: number; maximum: number }) => ({
  group: "Size",
  label: "Volume in GB",
  parameter: {
    Type: "Number",
    Description: "Size of the volume, which you pay for until you terminate the product. It can grow, but not shrink.",
    Default: defaultSize,
    MinValue: smallestVolume,
    MaxValue: maximum,
    ConstraintDescription: `must be from ${smallestVolume} to ${maximum}`,
  } satisfies TemplateParameter,
});

/** In GB. Source: AWS API `CreateNotebookInstance`, `SpaceStorageSettings`. */
const smallestVolume = 5;

/** A rule on the instance types of some values of a parameter. */
export interface TypeLimit {
  /** Values of the parameter. */
  values: string[];
  instanceTypes: readonly string[];
}

/** A rule that requires one of these instance types. `subject` begins its message. */
export const instanceTypeRule = (instanceTypes: readonly string[], subject = "The instance type"): Rule => ({
  Assertions: [
    {
      Assert: { "Fn::Contains": [instanceTypes, ref("InstanceType")] },
      AssertDescription: `${subject} must be one of ${instanceTypes.join(", ")}.`,
    },
  ],
});

/**
 * Rules for instance types: one for each list of instance types. Parameters also have allowed values, but only rules can
 * compare two parameters.
 */
export function instanceTypeRules(parameter: string, limits: readonly TypeLimit[]): TemplateConstraint["Rules"] {
  const lists = new Map<string, TypeLimit>();
  for (const { values, instanceTypes } of limits) {
    const key = [...instanceTypes].sort().join();
    lists.set(key, { instanceTypes, values: [...(lists.get(key)?.values ?? []), ...values] });
  }
  return Object.fromEntries(
    [...lists.values()].map(({ values, instanceTypes }, i) => [
      `InstanceTypes${i + 1}`,
      lists.size === 1
        ? instanceTypeRule(instanceTypes)
        : {
            RuleCondition: { "Fn::Contains": [values, ref(parameter)] },
            ...instanceTypeRule(instanceTypes, `The instance type of ${values.join(", ")}`),
          },
    ]),
  );
}
