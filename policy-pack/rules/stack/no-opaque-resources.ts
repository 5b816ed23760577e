import { matchesWildcard, readValueOrThrow, type Rule, type Settings, type StackResource, stringAt, stringsAt } from "../../rule-kit";
import { translate } from "../../translation";

/** Packages that can create AWS resources which no guardrail reads. */
const awsPackages = ["aws-native", "awscc", "command", "pulumi-nodejs", "pulumi-python", "terraform-module"];
/** Packages whose resources no guardrail reads, and that create nothing outside the stack. */
const harmlessPackages = ["archive", "null", "pulumi", "random", "std", "time", "tls"];
/** Packages of components. The guardrails evaluate the children of a component. */
const componentPackages = ["aws-apigateway", "awsx", "eks"];

/** Resources of @pulumi/aws that create other AWS resources from a template or product that the stack does not contain. */
const creators: Record<string, string> = {
  "aws:sagemaker/project:Project": "the resources of its Service Catalog product",
  "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": "the resources of its application",
  "aws:servicecatalog/provisionedProduct:ProvisionedProduct": "the resources of its product",
};
const instanceTypes = ["aws:cloudformation/stackSetInstance:StackSetInstance", "aws:cloudformation/stackInstances:StackInstances"];
const stackSet = "aws:cloudformation/stackSet:StackSet";

const packageOf = (type: string) => type.split(":")[0]!;

/** Resources that no guardrail evaluates, and their types for `allowedTypes`. */
function opaqueParts(type: string, props: Record<string, unknown>, name: string): { part: string; names: string[] }[] {
  const translation = translate({ type, props, name });
  if (translation) {
    // At preview, the SDK reports that the policy cannot run for a resource with an unknown template or state.
    for (const property of translation.pending) readValueOrThrow(props, property);
    return translation.notEvaluated.map((part) => ({ part, names: [type, ...[/\b[A-Z]\w+::[\w:]+/.exec(part)?.[0] ?? []].flat()] }));
  }
  const created = creators[type];
  if (created) return [{ part: created, names: [type] }];
  return awsPackages.includes(packageOf(type)) ? [{ part: `type ${type}`, names: [type] }] : [];
}

const isAllowed = (names: string[], settings: Settings) =>
  stringsAt(settings, "allowedTypes").some((pattern) => names.some((name) => matchesWildcard(pattern, name)));

const fix = "Create the resource with @pulumi/aws, or review it and list its type in policy setting 'allowedTypes'.";

/** Whether the stack set of an instance is in the stack, where its template is evaluated. */
const hasStackSet = (instance: StackResource, resources: StackResource[]) =>
  instance.sources("stackSetName").some(({ type }) => type === stackSet) ||
  resources.some(
    ({ type, props }) =>
      type === stackSet && stringAt(props, "name") !== undefined && stringAt(props, "name") === stringAt(instance.props, "stackSetName"),
  );

/**
 * Resources of aws-native, Cloud Control and CloudFormation are evaluated like those of @pulumi/aws. This guardrail
 * rejects what cannot be evaluated, and advises against resources of other providers.
 */
export const noOpaqueResources: Rule = {
  name: "no-opaque-resources",
  description: "Every AWS resource can be evaluated by the guardrails.",
  risk: "A template, another provider or a script can create a public resource that no guardrail evaluates.",
  fix,
  severity: "high",
  control: { reference: "CM-6", specification: "Configuration settings" },
  publicIds: [],
  settings: {
    allowedTypes: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Types that were reviewed, or `*` patterns: CloudFormation types such as `AWS::SSM::*`, and Pulumi types such as `aws-native:ssm:*` or `kubernetes:*`.",
    },
  },
  everyResource: ({ type, props, name }, report, settings) => {
    const parts = opaqueParts(type, props, name).filter(({ names }) => !isAllowed(names, settings));
    if (parts.length > 0)
      report(`This resource is not evaluated: no guardrail can read ${parts.map(({ part }) => part).join("; ")}. ${fix}`);
  },
  stack(resources, report, settings, advise) {
    for (const instance of resources.filter(({ type }) => instanceTypes.includes(type)))
      if (!hasStackSet(instance, resources) && !isAllowed([instance.type], settings))
        report(
          instance,
          `This resource is not evaluated: no guardrail can read the template of its stack set, which is not in this stack. ${fix}`,
        );
    const others = resources.filter(
      ({ package: name }) => name && ![...awsPackages, ...harmlessPackages, ...componentPackages, "aws"].includes(name),
    );
    for (const resource of others)
      if (!isAllowed([resource.type], settings))
        advise(
          resource,
          `Resources of provider '${resource.package}' are not evaluated by any guardrail. List its type in policy setting 'allowedTypes' after a review.`,
        );
  },
};
