// Implements CloudFormation: stacks of IAM roles and policies, notebook instances, user profiles, spaces and wait handles.
import { AwsError } from "../../aws-error";
import { nativeService } from "../../service";
import { type Cloud, listOf, type Resource, type Stack, type State, type Tag } from "./kind";
import { acceptedParameters, clear, createResources, parse, updateResources } from "./stack";
import { invalid, type Template } from "./template";

function find({ stacks }: State, name: unknown): Stack {
  const found = stacks.find(({ id, name: other }) => id === name || other === name);
  if (!found) throw invalid(`Stack with id ${String(name)} does not exist`);
  return found;
}

/** A template with IAM resources needs a capability, with names the greater one. */
function requireCapability({ Resources }: Template, capabilities: unknown): void {
  const resources = Object.values(Resources).filter(({ Type }) => Type.startsWith("AWS::IAM::"));
  if (resources.length === 0) return;
  const named = resources.some(({ Properties: properties = {} }) => "RoleName" in properties || "ManagedPolicyName" in properties);
  const needed = named ? ["CAPABILITY_NAMED_IAM"] : ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"];
  if (!listOf<string>(capabilities).some((capability) => needed.includes(capability)))
    throw new AwsError("InsufficientCapabilitiesException", `Requires capabilities : [${needed[0]}]`);
}

/** Members of a request that would have an effect in AWS, and have none here. */
function areSupported(input: Record<string, unknown>, ...members: string[]): void {
  const member = members.find((name) => input[name] !== undefined);
  if (member !== undefined) throw invalid(`The sandbox does not support '${member}' yet.`);
}

/** The description of a stack. Each change is in progress in one response. */
function describe(stack: Stack, { Description, Parameters = {} }: Template) {
  const { id, name, status, reason, created, outputs, tags, parameters } = stack;
  if (status.endsWith("_IN_PROGRESS")) stack.status = status.replace("_IN_PROGRESS", "_COMPLETE");
  return {
    StackId: id,
    StackName: name,
    ...(Description !== undefined && { Description }),
    StackStatus: status,
    ...(reason !== undefined && { StackStatusReason: reason }),
    CreationTime: created,
    Outputs: outputs,
    Parameters: Object.entries(parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: String(Parameters[ParameterKey]?.NoEcho) === "true" ? "****" : value,
    })),
    Tags: tags,
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  };
}

/** Other stacks cannot import values, so an export would have no effect. */
function hasNoExports({ Outputs = {} }: Template): void {
  const name = Object.keys(Outputs).find((key) => Outputs[key]!.Export !== undefined);
  if (name !== undefined) throw invalid(`The sandbox does not support 'Export' in the output '${name}' yet.`);
}

const unsupported = ["RoleARN", "TemplateURL", "DisableRollback", "OnFailure", "StackPolicyBody", "StackPolicyURL", "ResourceTypes"];

/** Worlds from earlier versions have stacks without some members. */
function complete(stack: Partial<Stack>): Stack {
  const resources = Object.entries((stack.resources ?? {}) as Record<string, Resource & { arn?: string }>).map(
    ([id, { arn = "", ...resource }]) => [id, { ...resource, attributes: resource.attributes ?? { Arn: arn }, tags: resource.tags ?? [] }],
  );
  const members = { parameters: {}, replaced: {}, events: [], ...stack, tags: stack.tags ?? [] };
  return { ...members, resources: Object.fromEntries(resources) as Record<string, Resource> } as Stack;
}

const stackOf = ({ state }: Cloud, name: unknown): Stack => Object.assign(find(state, name), complete(find(state, name)));

export const cloudformation = nativeService<State>({
  scope: "cloudformation",
  model: "cloudformation",
  violation: { code: "ValidationError" },
  throttling: { code: "Throttling", status: 400 },
  initial: () => ({ stacks: [] }),
  leftovers: ({ stacks }) => stacks.map(({ name }) => ({ type: "Stack", id: name })),
  operations: {
    async CreateStack(input, cloud) {
      const { StackName, TemplateBody, Capabilities, Tags, Parameters } = input;
      areSupported(input, ...unsupported);
      const template = parse(TemplateBody);
      hasNoExports(template);
      if (cloud.state.stacks.some(({ name }) => name === StackName))
        throw new AwsError("AlreadyExistsException", `Stack [${String(StackName)}] already exists`);
      requireCapability(template, Capabilities);
      const name = String(StackName);
      const id = `arn:${cloud.partition}:cloudformation:${cloud.caller.region}:${cloud.caller.account}:stack/${name}/${cloud.id("", 36)}`;
      const parameters = acceptedParameters(template, Parameters, { id, name, parameters: {} }, cloud);
      const stack = complete({
        id,
        name,
        template: String(TemplateBody),
        status: "CREATE_IN_PROGRESS",
        created: cloud.now(),
        resources: {},
        outputs: [],
        parameters,
        tags: listOf<Tag>(Tags),
      });
      await createResources(stack, template, cloud);
      cloud.state.stacks.push(stack);
      return { StackId: id };
    },
    async UpdateStack(input, cloud) {
      const { StackName, TemplateBody, UsePreviousTemplate, Capabilities, Tags, Parameters } = input;
      areSupported(input, ...unsupported);
      const stack = stackOf(cloud, StackName);
      const body = UsePreviousTemplate === true ? stack.template : TemplateBody;
      const template = parse(body);
      hasNoExports(template);
      requireCapability(template, Capabilities);
      // Error text: bitovi/bitops issue 128.
      if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status))
        throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      const parameters = acceptedParameters(template, Parameters, stack, cloud);
      const next = { template: String(body), parameters, tags: Tags === undefined ? stack.tags : listOf<Tag>(Tags) };
      if (JSON.stringify([stack.template, stack.parameters, stack.tags]) === JSON.stringify(Object.values(next)))
        throw invalid("No updates are to be performed.");
      await updateResources(stack, next, cloud);
      return { StackId: stack.id };
    },
    DescribeStacks({ StackName }, cloud) {
      const names = StackName === undefined ? cloud.state.stacks.map(({ id }) => id) : [StackName];
      return { Stacks: names.map((name) => stackOf(cloud, name)).map((stack) => describe(stack, parse(stack.template))) };
    },
    DescribeStackEvents({ StackName }, cloud) {
      const { id, name, events } = stackOf(cloud, StackName);
      return {
        StackEvents: events
          .map(({ logicalId, physicalId, type, status, reason, time }, i) => ({
            StackId: id,
            StackName: name,
            EventId: `${logicalId}-${status}-${i}`,
            LogicalResourceId: logicalId,
            PhysicalResourceId: physicalId,
            ResourceType: type,
            ResourceStatus: status,
            ...(reason !== undefined && { ResourceStatusReason: reason }),
            Timestamp: time,
          }))
          .reverse(),
      };
    },
    DescribeStackResources({ StackName, LogicalResourceId }, cloud) {
      const { id, name, resources, events } = stackOf(cloud, StackName);
      const last = (logicalId: string) => events.filter((event) => event.logicalId === logicalId).at(-1);
      return {
        StackResources: Object.entries(resources)
          .filter(([logicalId]) => LogicalResourceId === undefined || logicalId === LogicalResourceId)
          .map(([logicalId, resource]) => ({
            StackId: id,
            StackName: name,
            LogicalResourceId: logicalId,
            PhysicalResourceId: resource.id,
            ResourceType: resource.type,
            ResourceStatus: last(logicalId)?.status ?? "CREATE_COMPLETE",
            Timestamp: last(logicalId)?.time ?? cloud.now(),
          })),
      };
    },
    GetTemplate: ({ StackName }, cloud) => ({
      TemplateBody: stackOf(cloud, StackName).template,
      StagesAvailable: ["Original", "Processed"],
    }),
    async DeleteStack(input, cloud) {
      const { StackName } = input;
      areSupported(input, "RetainResources", "RoleARN", "DeletionMode");
      // AWS reports no error for a stack that does not exist.
      if (!cloud.state.stacks.some(({ id, name }) => id === StackName || name === StackName)) return {};
      const stack = stackOf(cloud, StackName);
      try {
        await clear(stack, cloud);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Object.assign(stack, { status: "DELETE_FAILED", reason: error.message });
        return {};
      }
      cloud.state.stacks.splice(cloud.state.stacks.indexOf(stack), 1);
      return {};
    },
  },
});
