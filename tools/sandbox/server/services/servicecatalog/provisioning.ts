// Launches products, and changes and ends what was launched.
import { AwsError } from "../../aws-error";
import { type Parameter, parseTemplate, type Template } from "../cloudformation/template";
import { launchParameters, launchRole, rulesOf, tagsCanChange } from "./constraints";
import { type Action, engineParameters, type Result, runStack, sendToEngine, type Task } from "./engines";
import {
  activeArtifact,
  choosePath,
  isLocalPath,
  launchable,
  launchableArtifact,
  type LaunchPath,
  pathsTo,
  principalArn,
  summaries,
  tagOptionsOf,
} from "./launch-paths";
import {
  accountOf,
  type Artifact,
  type Catalog,
  duplicate,
  given,
  invalid,
  type Item,
  type LaunchRecord,
  notFound,
  type Operations,
  page,
  type Product,
  type Provisioned,
  type Tag,
} from "./state";

/** A launched product of the caller's account. */
function provisionedOf({ state, caller }: Catalog, { Id, Name }: Item): Provisioned {
  const found = Object.values(state.provisioned).find(
    ({ detail, account }) => account === caller.account && (Id === undefined ? detail.Name === Name : detail.Id === Id),
  );
  if (!found) throw notFound("Provisioned product", Id ?? Name);
  return found;
}

const provisionedBy = (context: Catalog, { ProvisionedProductId, ProvisionedProductName }: Item): Provisioned => {
  if ((ProvisionedProductId === undefined) === (ProvisionedProductName === undefined))
    throw invalid("Exactly one of ProvisionedProductId and ProvisionedProductName must be given.");
  return provisionedOf(context, { Id: ProvisionedProductId, Name: ProvisionedProductName });
};

/** The rules of the constraints are part of the template of a launch. */
function templateOf({ template = "" }: Artifact, path: LaunchPath): string {
  const rules = rulesOf(path.constraints);
  if (Object.keys(rules).length === 0) return template;
  try {
    const parsed = parseTemplate(template);
    return JSON.stringify({ ...parsed, Rules: { ...parsed.Rules, ...rules } });
  } catch (error) {
    // CloudFormation reports the error.
    if (error instanceof AwsError) return template;
    throw error;
  }
}

/** The tags of a launch: of the portfolio, the product, the tag options and the request. */
function tagsOf(context: Catalog, product: Product, path: LaunchPath, requested: Tag[]): Tag[] {
  const options = Object.entries(tagOptionsOf(context, product, path, isLocalPath(context, path)));
  const tags = new Map([...path.tags, ...requested].map((tag) => [tag.Key, tag]));
  for (const [Key, values] of options) {
    const [only] = values;
    const Value = tags.get(Key)?.Value ?? (values.length === 1 ? only : undefined);
    if (Value === undefined || !values.includes(Value))
      throw invalid(`Tag ${Key} must have one of the values of its TagOption: ${values.join(", ")}`);
    tags.set(Key, { Key, Value });
  }
  return [...tags.values()];
}

async function roleOf(context: Catalog, path: LaunchPath): Promise<string | undefined> {
  const role = launchParameters(path.constraints);
  return role && launchRole(context, context.caller.account, role);
}

const recordTypes: Record<string, string> = { CLOUD_FORMATION_TEMPLATE: "CFN_STACK", EXTERNAL: "EXTERNAL" };

function newRecord(context: Catalog, action: Action, provisioned: Provisioned, token: unknown): LaunchRecord {
  const { Id, Name, Type, ProductId, ProvisioningArtifactId, LaunchRoleArn } = provisioned.detail;
  const time = context.now();
  return {
    detail: {
      RecordId: context.id("rec-", 13),
      ProvisionedProductName: Name,
      Status: "IN_PROGRESS",
      CreatedTime: time,
      UpdatedTime: time,
      ProvisionedProductType: Type,
      RecordType: action,
      ProvisionedProductId: Id,
      ProductId,
      ProvisioningArtifactId,
      PathId: provisioned.path,
      RecordErrors: [],
      RecordTags: provisioned.tags,
      LaunchRoleArn,
    },
    account: provisioned.account,
    outputs: [],
    token: String(token),
  };
}

/** The answer to a request, before its operation has started. Source: AWS API `RecordDetail`, `Status`. */
const created = ({ detail }: LaunchRecord) => ({ ...detail, Status: "CREATED" });

/** Records the result of an operation. It is visible after one response that shows the operation in progress. */
function finish(context: Catalog, record: LaunchRecord, { status, error, outputs = [], physicalId }: Result): void {
  const provisioned = context.state.provisioned[record.detail.ProvisionedProductId]!;
  const isDone = error === undefined;
  const result = isDone ? "SUCCEEDED" : "FAILED";
  const isLaunch = record.detail.RecordType !== "TERMINATE_PROVISIONED_PRODUCT";
  record.outputs = outputs;
  if (physicalId !== undefined) provisioned.physicalId = physicalId;
  if (isDone && isLaunch) provisioned.outputs = outputs;
  if (!isDone && record.before) {
    const { detail, ...members } = record.before;
    Object.assign(provisioned, members);
    Object.assign(provisioned.detail, detail);
  }
  delete record.before;
  record.next = {
    record: {
      Status: result,
      UpdatedTime: context.now(),
      ...(error && { RecordErrors: [{ Code: error.code, Description: error.message }] }),
    },
    product:
      status === "deleted"
        ? "deleted"
        : {
            Status: status,
            StatusMessage: error?.message,
            ...(isDone && isLaunch && { LastSuccessfulProvisioningRecordId: record.detail.RecordId }),
          },
  };
}

/** Starts an operation: in CloudFormation it ends at once, an external engine reports its result later. */
async function start(context: Catalog, record: LaunchRecord, task: Task): Promise<void> {
  const { state } = context;
  state.records[record.detail.RecordId] = record;
  Object.assign(task.provisioned.detail, { Status: "UNDER_CHANGE", StatusMessage: undefined, LastRecordId: record.detail.RecordId });
  if (task.action !== "TERMINATE_PROVISIONED_PRODUCT") task.provisioned.detail.LastProvisioningRecordId = record.detail.RecordId;
  if (task.product.summary.Type !== "EXTERNAL") return finish(context, record, await runStack(context, task));
  const token = Buffer.from(context.id("", 40)).toString("base64");
  const result = await sendToEngine(context, task, token);
  if (result === "sent") record.workflow = { token, operation: task.action };
  else finish(context, record, result);
}

/** Makes the result of an operation visible. */
function settle({ state }: Catalog, record: LaunchRecord): void {
  if (!record.next) return;
  const { record: detail, product } = record.next;
  Object.assign(record.detail, detail);
  const id = record.detail.ProvisionedProductId;
  if (product === "deleted") delete state.provisioned[id];
  else if (state.provisioned[id]) Object.assign(state.provisioned[id].detail, product);
  delete record.next;
}

function settleLast(context: Catalog, { detail }: Provisioned): void {
  const record = context.state.records[String(detail.LastRecordId)];
  if (record) settle(context, record);
}

/** A provisioned product on which no operation runs. */
function idle(provisioned: Provisioned): Provisioned {
  if (provisioned.detail.Status === "UNDER_CHANGE")
    throw invalid(`Provisioned product ${provisioned.detail.Id} is under change. Wait until the operation ends.`);
  return provisioned;
}

const again = ({ state, caller }: Catalog, token: unknown): LaunchRecord | undefined =>
  Object.values(state.records).find((record) => record.account === caller.account && record.token === token);

/** The texts of the parameters after an operation. */
const parametersAfter = (before: Record<string, string>, parameters: Task["parameters"]): Record<string, string> => ({
  ...before,
  ...Object.fromEntries(
    parameters.filter(({ UsePreviousValue }) => UsePreviousValue !== true).map(({ Key = "", Value = "" }) => [Key, Value]),
  ),
});

/** An external engine gets the values of all parameters. */
const withValues = (parameters: Task["parameters"], before: Record<string, string>): Task["parameters"] =>
  parameters.map(({ Key = "", Value, UsePreviousValue }) => ({ Key, Value: UsePreviousValue === true ? before[Key] : Value }));

const needsRole = (product: Product, role: string | undefined): void => {
  if (product.summary.Type === "EXTERNAL" && role === undefined)
    throw invalid(`Product ${product.summary.ProductId} of type EXTERNAL needs a launch constraint with a launch role.`);
};

const launches: Operations = {
  async ProvisionProduct(input, context) {
    const { state, caller } = context;
    const { ProvisionedProductName, ProvisioningParameters = [], Tags = [], ProvisionToken, ProvisioningPreferences } = input;
    const known = again(context, ProvisionToken);
    if (known) return { RecordDetail: known.detail };
    if (ProvisioningPreferences !== undefined) throw invalid("ProvisioningPreferences need a product with a STACKSET constraint.");
    const { product, paths } = await launchable(context, input);
    const path = choosePath(paths, input);
    const artifact = launchableArtifact(product, input);
    if (
      Object.values(state.provisioned).some(({ detail, account }) => account === caller.account && detail.Name === ProvisionedProductName)
    )
      throw duplicate(`A provisioned product named ${String(ProvisionedProductName)} already exists.`);
    const tags = tagsOf(context, product, path, Tags as Tag[]);
    const role = await roleOf(context, path);
    needsRole(product, role);
    const Id = context.id("pp-", 13);
    const Name = String(ProvisionedProductName);
    const parameters = ProvisioningParameters as Task["parameters"];
    const provisioned: Provisioned = {
      detail: {
        Name,
        Arn: `arn:${context.partition}:servicecatalog:${caller.region}:${caller.account}:stack/${Name}/${Id}`,
        Type: recordTypes[product.summary.Type],
        Id,
        Status: "UNDER_CHANGE",
        CreatedTime: context.now(),
        IdempotencyToken: ProvisionToken,
        ProductId: product.summary.ProductId,
        ProvisioningArtifactId: artifact.detail.Id,
        LaunchRoleArn: role,
      },
      account: caller.account,
      path: path.id,
      parameters: parametersAfter({}, parameters),
      tags: Tags as Tag[],
      outputs: [],
      user: await principalArn(context),
      session: caller.arn,
    };
    state.provisioned[Id] = provisioned;
    const record = newRecord(context, "PROVISION_PRODUCT", provisioned, ProvisionToken);
    const { RecordId: recordId } = record.detail;
    const template = templateOf(artifact, path);
    await start(context, record, {
      action: "PROVISION_PRODUCT",
      provisioned,
      product,
      artifact,
      recordId,
      role,
      template,
      parameters,
      tags,
    });
    return { RecordDetail: created(record) };
  },

  async UpdateProvisionedProduct(input, context) {
    const { ProvisioningParameters = [], Tags, UpdateToken } = input;
    const known = again(context, UpdateToken);
    if (known) return { RecordDetail: known.detail };
    const provisioned = idle(provisionedBy(context, input));
    const { ProductId, ProvisioningArtifactId } = provisioned.detail;
    const { product, paths } = await launchable(context, {
      ProductId: input.ProductId ?? (input.ProductName === undefined ? ProductId : undefined),
      ProductName: input.ProductName,
    });
    // AWS does not document whether the product can change. The sandbox allows it, so that tests show what follows.
    const isSameProduct = product.summary.ProductId === ProductId;
    const isPathGiven = input.PathId !== undefined || input.PathName !== undefined;
    const path = choosePath(paths, isSameProduct && !isPathGiven ? { PathId: provisioned.path } : input);
    const isVersionGiven = input.ProvisioningArtifactId !== undefined || input.ProvisioningArtifactName !== undefined;
    const artifact = isVersionGiven
      ? artifactFor(product, input, provisioned)
      : artifactFor(product, { ProvisioningArtifactId }, provisioned);
    const requested = (Tags ?? provisioned.tags) as Tag[];
    const tags = tagsOf(context, product, path, requested);
    if (JSON.stringify(requested) !== JSON.stringify(provisioned.tags) && !tagsCanChange(path.constraints))
      throw invalid("Tags cannot be updated: the product has no RESOURCE_UPDATE constraint with TagUpdateOnProvisionedProduct ALLOWED.");
    const role = await roleOf(context, path);
    needsRole(product, role);
    const { parameters: before, path: pathBefore, tags: tagsBefore } = provisioned;
    const { LaunchRoleArn } = provisioned.detail;
    const parameters = ProvisioningParameters as Task["parameters"];
    Object.assign(provisioned, { path: path.id, tags: requested, parameters: parametersAfter(before, parameters) });
    Object.assign(provisioned.detail, {
      ProductId: product.summary.ProductId,
      ProvisioningArtifactId: artifact.detail.Id,
      LaunchRoleArn: role,
    });
    const record = newRecord(context, "UPDATE_PROVISIONED_PRODUCT", provisioned, UpdateToken);
    record.before = {
      parameters: before,
      path: pathBefore,
      tags: tagsBefore,
      detail: { ProductId, ProvisioningArtifactId, LaunchRoleArn },
    };
    const isExternal = product.summary.Type === "EXTERNAL";
    await start(context, record, {
      action: "UPDATE_PROVISIONED_PRODUCT",
      provisioned,
      product,
      artifact,
      recordId: record.detail.RecordId,
      role,
      template: templateOf(artifact, path),
      parameters: isExternal ? withValues(parameters, before) : parameters,
      tags,
    });
    return { RecordDetail: created(record) };
  },

  async TerminateProvisionedProduct(input, context) {
    const { state } = context;
    const { TerminateToken, IgnoreErrors, RetainPhysicalResources } = input;
    const known = again(context, TerminateToken);
    if (known) return { RecordDetail: known.detail };
    const provisioned = idle(provisionedBy(context, input));
    const { ProductId, ProvisioningArtifactId, LaunchRoleArn } = provisioned.detail;
    const record = newRecord(context, "TERMINATE_PROVISIONED_PRODUCT", provisioned, TerminateToken);
    const product = state.products[ProductId];
    const artifact = product?.artifacts.find(({ detail }) => detail.Id === ProvisioningArtifactId);
    const path = product && (await pathsTo(context, product)).find(({ id }) => id === provisioned.path);
    // Without its launch path, a product is terminated with the role of its last operation.
    const role = path ? await roleOf(context, path) : (LaunchRoleArn as string | undefined);
    const task: Task = {
      action: "TERMINATE_PROVISIONED_PRODUCT",
      provisioned,
      product: product ?? unknownProduct(provisioned),
      artifact: artifact ?? unknownArtifact,
      recordId: record.detail.RecordId,
      role,
      template: "",
      parameters: [],
      tags: [],
    };
    if (RetainPhysicalResources === true) {
      state.records[record.detail.RecordId] = record;
      Object.assign(provisioned.detail, { Status: "UNDER_CHANGE", LastRecordId: record.detail.RecordId });
      finish(context, record, { status: "deleted" });
    } else await start(context, record, task);
    // With this option, Service Catalog forgets the product, and the resources remain.
    if (IgnoreErrors === true && record.next) record.next = { record: { ...record.next.record, Status: "SUCCEEDED" }, product: "deleted" };
    return { RecordDetail: created(record) };
  },
};

/** An update can keep a version that is no longer active. */
const artifactFor = (product: Product, input: Item, { detail }: Provisioned): Artifact =>
  product.artifacts.find(
    (artifact) =>
      artifact.detail.Id === detail.ProvisioningArtifactId &&
      (artifact.detail.Id === input.ProvisioningArtifactId ||
        (input.ProvisioningArtifactId === undefined && artifact.detail.Name === input.ProvisioningArtifactName)),
  ) ?? activeArtifact(product, input);

const unknownArtifact: Artifact = {
  detail: { Id: "pa-deleted", Active: false, Guidance: "DEPRECATED", CreatedTime: 0 },
  info: {},
  token: "",
};

/** A product that was deleted after its launch. */
const unknownProduct = ({ detail, account }: Provisioned): Product => ({
  summary: { Id: "", ProductId: detail.ProductId, Name: "", Type: detail.Type === "EXTERNAL" ? "EXTERNAL" : "CLOUD_FORMATION_TEMPLATE" },
  arn: `arn:aws:catalog::${account}:product/${detail.ProductId}`,
  created: 0,
  tags: [],
  artifacts: [],
  token: "",
});

/** Whether the caller launched a product, by the level of the filter. Source: AWS API `AccessLevelFilter`; the default is the user. */
async function ofLevel(context: Catalog, filter: unknown): Promise<Provisioned[]> {
  const { Key = "User", Value = "self" } = (filter ?? {}) as { Key?: string; Value?: string };
  if (Value !== "self") throw invalid(`Invalid value for an access level filter: ${Value}. Valid: self.`);
  const user = await principalArn(context);
  const { state, caller } = context;
  const tests: Record<string, (provisioned: Provisioned) => boolean> = {
    Account: () => true,
    Role: (provisioned) => provisioned.user === user,
    User: (provisioned) => provisioned.session === caller.arn,
  };
  return Object.values(state.provisioned).filter((product) => product.account === caller.account && tests[Key]!(product));
}

/** The members of a provisioned product in a search. */
function attributes({ state }: Catalog, { detail, tags, physicalId, user, session }: Provisioned): Item {
  const product = state.products[detail.ProductId];
  const artifact = product?.artifacts.find((artifact) => artifact.detail.Id === detail.ProvisioningArtifactId);
  return given({
    ...detail,
    LaunchRoleArn: undefined,
    Tags: tags,
    PhysicalId: physicalId,
    ProductName: product?.summary.Name,
    ProvisioningArtifactName: artifact?.detail.Name,
    UserArn: user,
    UserArnSession: session,
  });
}

/** A query is `name:value`, or a text in any member. Names start with a lower-case letter. */
function matches(item: Item, query: string): boolean {
  const [, name = "", wanted = ""] = /^(\w+):(.*)$/.exec(query) ?? [];
  const member = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const texts = member in item ? [String(item[member])] : Object.values(item).map(String);
  const text = (member in item ? wanted : query).replaceAll('"', "").replace(/\*$/, "").toLowerCase();
  return texts.some((item) => item.toLowerCase().includes(text));
}

const reads: Operations = {
  DescribeProvisionedProduct({ Id, Name }, context) {
    const provisioned = provisionedOf(context, { Id, Name });
    const ProvisionedProductDetail = given({ ...provisioned.detail });
    settleLast(context, provisioned);
    return { ProvisionedProductDetail, CloudWatchDashboards: [] };
  },
  DescribeRecord(input, context) {
    const record = context.state.records[String(input.Id)];
    if (record?.account !== context.caller.account) throw notFound("Record", input.Id);
    const RecordDetail = given({ ...record.detail });
    const outputs = record.next ? [] : record.outputs;
    settle(context, record);
    return { RecordDetail, ...page("RecordOutputs", outputs, input) };
  },
  ListRecordHistory(input, { state, caller }) {
    const { Key, Value } = (input.SearchFilter ?? {}) as { Key?: string; Value?: string };
    const members: Record<string, string> = { product: "ProductId", provisionedproduct: "ProvisionedProductId" };
    const member = members[String(Key)];
    if (Key !== undefined && member === undefined)
      throw invalid(`Invalid search filter: ${Key}. Valid: ${Object.keys(members).join(", ")}.`);
    const found = Object.values(state.records).filter(
      ({ account, detail }) => account === caller.account && (member === undefined || detail[member] === Value),
    );
    return page("RecordDetails", found.map(({ detail }) => given({ ...detail })).reverse(), input);
  },
  async SearchProvisionedProducts(input, context) {
    const queries = ((input.Filters ?? {}) as { SearchQuery?: string[] }).SearchQuery ?? [];
    const visible = await ofLevel(context, input.AccessLevelFilter);
    const items = visible.map((product) => attributes(context, product));
    for (const product of visible) settleLast(context, product);
    const found = items.filter((item) => queries.every((query) => matches(item, query)));
    return { ...page("ProvisionedProducts", found, input), TotalResultsCount: found.length };
  },
  async ScanProvisionedProducts(input, context) {
    const visible = await ofLevel(context, input.AccessLevelFilter);
    const found = visible.map(({ detail }) => given({ ...detail }));
    for (const product of visible) settleLast(context, product);
    return page("ProvisionedProducts", found, input);
  },
  GetProvisionedProductOutputs(input, context) {
    const { outputs } = provisionedBy(context, input);
    const keys = input.OutputKeys as string[] | undefined;
    const unknown = (keys ?? []).find((key) => !outputs.some(({ OutputKey }) => OutputKey === key));
    if (unknown !== undefined) throw invalid(`Output key ${unknown} not found.`);
    return page(
      "Outputs",
      outputs.filter(({ OutputKey }) => keys?.includes(OutputKey) ?? true),
      input,
    );
  },
};

const parameterView = ([ParameterKey, parameter]: [string, Parameter]): Item => {
  const { AllowedValues, AllowedPattern, ConstraintDescription, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  const text = (value: unknown) => (value === undefined ? undefined : String(value));
  return given({
    ParameterKey,
    DefaultValue: text(parameter.Default),
    ParameterType: parameter.Type,
    IsNoEcho: String(parameter.NoEcho) === "true",
    Description: parameter.Description,
    ParameterConstraints: given({
      AllowedValues: AllowedValues?.map(String),
      AllowedPattern,
      ConstraintDescription,
      MinLength: text(MinLength),
      MaxLength: text(MaxLength),
      MinValue: text(MinValue),
      MaxValue: text(MaxValue),
    }),
  });
};

const outputView = ({ Outputs = {} }: Template): Item[] =>
  Object.entries(Outputs).map(([Key, { Description }]) => given({ Key, Description }));

/** Rules, version and role of a launch, as the console shows them. */
const usage = (template: Template | undefined, path: LaunchPath, role: string | undefined): Item[] => {
  const rules = { ...template?.Rules, ...rulesOf(path.constraints) };
  return [
    ...(Object.keys(rules).length > 0 ? [{ Type: "rules", Value: JSON.stringify(rules) }] : []),
    ...(template ? [{ Type: "version", Value: template.AWSTemplateFormatVersion ?? "2010-09-09" }] : []),
    ...(role === undefined ? [] : [{ Type: "launchAsRole", Value: role }]),
  ];
};

const parameters: Operations = {
  async DescribeProvisioningParameters(input, context) {
    const { product, paths } = await launchable(context, input);
    const path = choosePath(paths, input);
    const artifact = activeArtifact(product, input);
    const role = await roleOf(context, path);
    const isExternal = product.summary.Type === "EXTERNAL";
    const template = isExternal ? undefined : parseTemplate(artifact.template);
    const options = Object.entries(tagOptionsOf(context, product, path, isLocalPath(context, path)));
    const output = {
      ConstraintSummaries: summaries(path.constraints),
      UsageInstructions: usage(template, path, role),
      TagOptions: options.map(([Key, Values]) => ({ Key, Values })),
      ProvisioningArtifactPreferences: {},
      ProvisioningArtifactOutputKeys: template ? outputView(template) : [],
    };
    if (template) return { ...output, ProvisioningArtifactParameters: Object.entries(template.Parameters ?? {}).map(parameterView) };
    return async () => ({ ...output, ProvisioningArtifactParameters: await engineParameters(context, product, artifact, role) });
  },
};

/** The result of an operation that an external engine reports. Only the account of the engine can report it. */
const notified =
  (action: Action, failed: Result["status"], done: Result["status"]): Operations[string] =>
  (input, context) => {
    const { WorkflowToken, RecordId, Status, FailureReason, Outputs, IdempotencyToken } = input;
    const record = context.state.records[String(RecordId)];
    const product = record && context.state.products[String(record.detail.ProductId)];
    if (!record || (product ? accountOf(product.arn) : record.account) !== context.caller.account) throw notFound("Record", RecordId);
    if (record.workflow?.token === `done ${String(IdempotencyToken)}`) return {};
    if (record.workflow?.operation !== action || record.workflow.token !== WorkflowToken)
      throw invalid(`Invalid workflow token for record ${String(RecordId)}.`);
    if (Status === "FAILED" && FailureReason === undefined) throw invalid("FailureReason must be given for the status FAILED.");
    const isDone = Status === "SUCCEEDED";
    finish(context, record, {
      status: isDone ? done : failed,
      ...(!isDone && { error: { code: "EngineFailure", message: String(FailureReason) } }),
      outputs: (Outputs ?? []) as Result["outputs"],
    });
    settle(context, record);
    record.workflow = { token: `done ${String(IdempotencyToken)}`, operation: action };
    return {};
  };

const notifications: Operations = {
  NotifyProvisionProductEngineWorkflowResult: notified("PROVISION_PRODUCT", "ERROR", "AVAILABLE"),
  NotifyUpdateProvisionedProductEngineWorkflowResult: notified("UPDATE_PROVISIONED_PRODUCT", "TAINTED", "AVAILABLE"),
  NotifyTerminateProvisionedProductEngineWorkflowResult: notified("TERMINATE_PROVISIONED_PRODUCT", "TAINTED", "deleted"),
};

export const provisioningOperations: Operations = { ...launches, ...reads, ...parameters, ...notifications };
