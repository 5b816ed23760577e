import { AwsError } from "../aws-error";
import { type Context, nativeService } from "../service";
import { sizeOf } from "./iam";

// Creates the IAM roles and managed policies of a template, which is what a bootstrap template contains.

type Properties = Record<string, unknown>;

interface Resource {
  type: string;
  /** What `Ref` returns: the name of a role, or the ARN of a policy. */
  id: string;
  arn: string;
  properties: Properties;
}

interface Stack {
  id: string;
  name: string;
  template: string;
  status: string;
  reason?: string;
  created: number;
  /** Resources by logical id, in the order of their creation. */
  resources: Record<string, Resource>;
  outputs: { OutputKey: string; OutputValue: string }[];
  tags: unknown;
}

interface State {
  stacks: Stack[];
}

interface Template {
  Resources?: Record<string, { Type: string; Properties?: Properties; DependsOn?: string | string[] }>;
  Outputs?: Record<string, { Value: unknown }>;
}

type Cloud = Context<State>;

const invalid = (message: string) => new AwsError("ValidationError", message);

/** Maximum number of bytes in `TemplateBody`. Source: AWS CloudFormation "Understand CloudFormation quotas". */
const bodyLimit = 51_200;

/** Maximum number of characters in a managed policy. */
const policyLimit = 6144;

function parse(body: unknown): Template {
  const text = String(body ?? "");
  if (Buffer.byteLength(text) > bodyLimit)
    throw invalid(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    );
  let template: Template;
  try {
    template = JSON.parse(text) as Template;
  } catch {
    throw invalid("Template format error: JSON not well-formed. The sandbox reads no YAML.");
  }
  const resources = Object.values(template.Resources ?? {});
  if (resources.length === 0) throw invalid("Template format error: At least one Resources member must be defined.");
  const unknown = [...new Set(resources.map(({ Type }) => Type))].filter((type) => !Object.hasOwn(kinds, type));
  if (unknown.length > 0) throw invalid(`Template format error: Unrecognized resource types: [${unknown.join(", ")}]`);
  return template;
}

/** Replaces `Ref`, `Fn::Sub` and `Fn::GetAtt`. */
function resolved(value: unknown, made: Record<string, Resource>, pseudo: Record<string, string>): unknown {
  const named = (name: string): string => {
    const [resource, attribute] = name.split(".") as [string, string | undefined];
    const found = pseudo[name] ?? (attribute === "Arn" ? made[resource]?.arn : attribute === undefined ? made[resource]?.id : undefined);
    if (found === undefined)
      throw invalid(`Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`);
    return found;
  };
  if (Array.isArray(value)) return value.map((one) => resolved(one, made, pseudo));
  if (typeof value !== "object" || value === null) return value;
  const [[key, operand] = ["", undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "Ref") return named(String(operand));
    if (key === "Fn::GetAtt") return named((operand as string[]).join("."));
    if (key === "Fn::Sub")
      return String(operand).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) =>
        literal ? `\${${name}}` : named(name),
      );
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one, made, pseudo)]));
}

const json = (document: unknown) => (typeof document === "string" ? document : JSON.stringify(document));
const list = <T>(value: unknown): T[] => (value as T[] | undefined) ?? [];

interface Kind {
  create(properties: Properties, logicalId: string, cloud: Cloud): Promise<Omit<Resource, "type" | "properties">>;
  update(resource: Resource, properties: Properties, cloud: Cloud): Promise<void>;
  remove(resource: Resource, cloud: Cloud): Promise<void>;
}

interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: unknown;
}

const kinds: Record<string, Kind> = {
  "AWS::IAM::ManagedPolicy": {
    async create({ ManagedPolicyName, Path, Description, PolicyDocument }, logicalId, { moto }) {
      if (sizeOf(json(PolicyDocument)) > policyLimit)
        throw new AwsError("LimitExceeded", `Cannot exceed quota for PolicySize: ${policyLimit}`);
      const input = { PolicyName: ManagedPolicyName ?? logicalId, Path, Description, PolicyDocument: json(PolicyDocument) };
      const { Policy } = (await moto("iam", "CreatePolicy", input)) as { Policy: { Arn: string } };
      return { id: Policy.Arn, arn: Policy.Arn };
    },
    async update({ arn: PolicyArn }, { PolicyDocument }, { moto }) {
      const { Versions } = (await moto("iam", "ListPolicyVersions", { PolicyArn })) as { Versions: { VersionId: string }[] };
      await moto("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument: json(PolicyDocument), SetAsDefault: true });
      for (const { VersionId } of Versions) await moto("iam", "DeletePolicyVersion", { PolicyArn, VersionId });
    },
    async remove({ arn: PolicyArn }, { moto }) {
      await moto("iam", "DeletePolicy", { PolicyArn });
    },
  },
  "AWS::IAM::Role": {
    async create(properties, logicalId, { moto }) {
      const {
        RoleName = logicalId,
        Path,
        Description,
        MaxSessionDuration,
        AssumeRolePolicyDocument,
        PermissionsBoundary,
        Tags,
      } = properties;
      const input = { RoleName, Path, Description, MaxSessionDuration, PermissionsBoundary, Tags };
      const { Role } = (await moto("iam", "CreateRole", { ...input, AssumeRolePolicyDocument: json(AssumeRolePolicyDocument) })) as {
        Role: { Arn: string };
      };
      for (const PolicyArn of list<string>(properties.ManagedPolicyArns)) await moto("iam", "AttachRolePolicy", { RoleName, PolicyArn });
      for (const { PolicyName, PolicyDocument } of list<InlinePolicy>(properties.Policies))
        await moto("iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: json(PolicyDocument) });
      return { id: String(RoleName), arn: Role.Arn };
    },
    async update({ id: RoleName, properties: before }, after, { moto }) {
      await moto("iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument: json(after.AssumeRolePolicyDocument) });
      const [had, has] = [list<string>(before.ManagedPolicyArns), list<string>(after.ManagedPolicyArns)];
      for (const PolicyArn of has.filter((arn) => !had.includes(arn))) await moto("iam", "AttachRolePolicy", { RoleName, PolicyArn });
      for (const PolicyArn of had.filter((arn) => !has.includes(arn))) await moto("iam", "DetachRolePolicy", { RoleName, PolicyArn });
      if (after.Tags !== undefined) await moto("iam", "TagRole", { RoleName, Tags: after.Tags });
    },
    async remove({ id: RoleName, properties }, { moto }) {
      for (const PolicyArn of list<string>(properties.ManagedPolicyArns)) await moto("iam", "DetachRolePolicy", { RoleName, PolicyArn });
      for (const { PolicyName } of list<InlinePolicy>(properties.Policies)) await moto("iam", "DeleteRolePolicy", { RoleName, PolicyName });
      await moto("iam", "DeleteRole", { RoleName });
    },
  },
};

/** The logical ids, each after the resources that it names. */
function inOrder(template: Template): string[] {
  const resources = template.Resources!;
  const sorted: string[] = [];
  const visit = (id: string, seen: string[]) => {
    if (sorted.includes(id)) return;
    if (seen.includes(id)) throw invalid(`Circular dependency between resources: [${seen.join(", ")}]`);
    const text = JSON.stringify(resources[id]);
    for (const other of Object.keys(resources))
      if (other !== id && (text.includes(`"${other}"`) || text.includes(`\${${other}`))) visit(other, [...seen, id]);
    sorted.push(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return sorted;
}

const pseudoOf = ({ caller, partition }: Cloud, stack: Pick<Stack, "id" | "name">): Record<string, string> => ({
  "AWS::AccountId": caller.account,
  "AWS::Partition": partition,
  "AWS::Region": caller.region,
  "AWS::StackId": stack.id,
  "AWS::StackName": stack.name,
  "AWS::URLSuffix": "amazonaws.com",
});

const removeAll = async (stack: Stack, cloud: Cloud) => {
  for (const [logicalId, resource] of Object.entries(stack.resources).reverse()) {
    await kinds[resource.type]!.remove(resource, cloud);
    delete stack.resources[logicalId];
  }
};

/** Creates, updates and removes resources until the stack has those of the template. */
async function apply(stack: Stack, template: Template, cloud: Cloud): Promise<void> {
  const pseudo = pseudoOf(cloud, stack);
  for (const logicalId of inOrder(template)) {
    const { Type: type, Properties = {} } = template.Resources![logicalId]!;
    const properties = resolved(Properties, stack.resources, pseudo) as Properties;
    const existing = stack.resources[logicalId];
    if (!existing) stack.resources[logicalId] = { type, properties, ...(await kinds[type]!.create(properties, logicalId, cloud)) };
    else if (JSON.stringify(existing.properties) !== JSON.stringify(properties)) {
      await kinds[type]!.update(existing, properties, cloud);
      existing.properties = properties;
    }
  }
  for (const [logicalId, resource] of Object.entries(stack.resources).reverse()) {
    if (logicalId in template.Resources!) continue;
    await kinds[resource.type]!.remove(resource, cloud);
    delete stack.resources[logicalId];
  }
  stack.outputs = Object.entries(template.Outputs ?? {}).map(([OutputKey, { Value }]) => ({
    OutputKey,
    OutputValue: String(resolved(Value, stack.resources, pseudo)),
  }));
}

function find({ stacks }: State, name: unknown): Stack {
  const found = stacks.find(({ id, name: other }) => id === name || other === name);
  if (!found) throw invalid(`Stack with id ${String(name)} does not exist`);
  return found;
}

function requireCapability(template: Template, capabilities: unknown): void {
  const named = Object.values(template.Resources!).some(
    ({ Properties = {} }) => "RoleName" in Properties || "ManagedPolicyName" in Properties,
  );
  const needed = named ? ["CAPABILITY_NAMED_IAM"] : ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"];
  if (!list<string>(capabilities).some((capability) => needed.includes(capability)))
    throw new AwsError("InsufficientCapabilitiesException", `Requires capabilities : [${needed[0]}]`);
}

/** The description of a stack. Each change is in progress in one response. */
function describe(stack: Stack) {
  const { id, name, status, reason, created, outputs, tags } = stack;
  if (status.endsWith("_IN_PROGRESS")) stack.status = status.replace("_IN_PROGRESS", "_COMPLETE");
  return {
    StackId: id,
    StackName: name,
    StackStatus: status,
    ...(reason !== undefined && { StackStatusReason: reason }),
    CreationTime: created,
    Outputs: outputs,
    Tags: tags ?? [],
    Capabilities: ["CAPABILITY_NAMED_IAM"],
  };
}

export const cloudformation = nativeService<State>({
  scope: "cloudformation",
  model: "cloudformation",
  violation: { code: "ValidationError" },
  throttling: { code: "Throttling", status: 400 },
  initial: () => ({ stacks: [] }),
  leftovers: ({ stacks }) => stacks.map(({ name }) => ({ type: "Stack", id: name })),
  operations: {
    async CreateStack({ StackName, TemplateBody, Capabilities, Tags }, cloud) {
      const template = parse(TemplateBody);
      if (cloud.state.stacks.some(({ name }) => name === StackName))
        throw new AwsError("AlreadyExistsException", `Stack [${String(StackName)}] already exists`);
      requireCapability(template, Capabilities);
      const id = `arn:${cloud.partition}:cloudformation:${cloud.caller.region}:${cloud.caller.account}:stack/${String(StackName)}/${cloud.id("", 36)}`;
      const stack: Stack = {
        id,
        name: String(StackName),
        template: String(TemplateBody),
        status: "CREATE_IN_PROGRESS",
        created: cloud.now(),
        resources: {},
        outputs: [],
        tags: Tags,
      };
      try {
        await apply(stack, template, cloud);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        await removeAll(stack, cloud);
        Object.assign(stack, { status: "ROLLBACK_COMPLETE", reason: `Resource creation failed: ${error.message}` });
      }
      cloud.state.stacks.push(stack);
      return { StackId: id };
    },
    async UpdateStack({ StackName, TemplateBody, Capabilities }, cloud) {
      const stack = find(cloud.state, StackName);
      const template = parse(TemplateBody);
      requireCapability(template, Capabilities);
      if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status))
        throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      if (stack.template === TemplateBody) throw invalid("No updates are to be performed.");
      await apply(stack, template, cloud);
      Object.assign(stack, { template: TemplateBody, status: "UPDATE_IN_PROGRESS" });
      return { StackId: stack.id };
    },
    DescribeStacks({ StackName }, { state }) {
      const found = StackName === undefined ? state.stacks : [find(state, StackName)];
      return { Stacks: found.map(describe) };
    },
    async DeleteStack({ StackName }, cloud) {
      const stack = cloud.state.stacks.find(({ id, name }) => id === StackName || name === StackName);
      // AWS reports no error for a stack that does not exist.
      if (!stack) return {};
      await removeAll(stack, cloud);
      cloud.state.stacks.splice(cloud.state.stacks.indexOf(stack), 1);
      return {};
    },
  },
});
