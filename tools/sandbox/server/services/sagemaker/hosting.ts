// Implements SageMaker models, endpoint configurations, endpoints and notebook instances.
// All errors in this part of SageMaker are `ValidationException`s with different messages.
import { isBase64, keyIsUsable, networkFits, roleIsAssumable } from "./checks";
import { attach, detach, interfacesOf, type Network } from "./network";
import { arnOf, change, contains, invalid, type Item, keep, listing, type Operations, type Sagemaker, type State } from "./state";

interface Kind {
  /** AWS's name for the resource type in messages. */
  words: string;
  /** The resource type in ARNs. */
  path: string;
  items(state: State): Record<string, Item>;
}

const model: Kind = { words: "model", path: "model", items: (state) => state.models };
const endpointConfig: Kind = { words: "endpoint configuration", path: "endpoint-config", items: (state) => state.endpointConfigs };
const endpoint: Kind = { words: "endpoint", path: "endpoint", items: (state) => state.endpoints };

const arn = (context: Sagemaker, kind: Kind, name: unknown): string => arnOf(context, `${kind.path}/${String(name).toLowerCase()}`);

function find(context: Sagemaker, kind: Kind, name: unknown): Item {
  const item = kind.items(context.state)[String(name)];
  if (!item) throw invalid(`Could not find ${kind.words} "${arn(context, kind, name)}".`);
  return item;
}

function isFree(context: Sagemaker, kind: Kind, name: unknown): void {
  if (kind.items(context.state)[String(name)]) throw invalid(`Cannot create already existing ${kind.words} "${arn(context, kind, name)}".`);
}

function drop(context: Sagemaker, kind: Kind, name: unknown): object {
  find(context, kind, name);
  delete kind.items(context.state)[String(name)];
  delete context.state.tags[arn(context, kind, name)];
  return {};
}

const models: Operations = {
  async CreateModel(input, context) {
    const { ModelName, PrimaryContainer, Containers, ExecutionRoleArn, VpcConfig } = input;
    isFree(context, model, ModelName);
    if (PrimaryContainer !== undefined && Containers !== undefined)
      throw invalid("You must provide either PrimaryContainer or Containers, not both.");
    await roleIsAssumable(context, ExecutionRoleArn);
    const network = VpcConfig as Network | undefined;
    await networkFits(context, { subnets: network?.Subnets, groups: network?.SecurityGroupIds });
    const ModelArn = arn(context, model, ModelName);
    keep(context, context.state.models, String(ModelName), ModelArn, { EnableNetworkIsolation: false, ...input, ModelArn });
    return { ModelArn };
  },
  DescribeModel: ({ ModelName }, context) => find(context, model, ModelName),
  DeleteModel: ({ ModelName }, context) => drop(context, model, ModelName),
  ListModels: listing("Models", model.items, ["ModelName", "ModelArn", "CreationTime"], (item, input) =>
    contains(input.NameContains, item.ModelName),
  ),
};

const endpointConfigs: Operations = {
  async CreateEndpointConfig(input, context) {
    const { EndpointConfigName, ProductionVariants, KmsKeyId } = input;
    isFree(context, endpointConfig, EndpointConfigName);
    for (const { ModelName } of ProductionVariants as { ModelName?: string }[])
      if (ModelName !== undefined) find(context, model, ModelName);
    await keyIsUsable(context, KmsKeyId);
    const EndpointConfigArn = arn(context, endpointConfig, EndpointConfigName);
    keep(context, context.state.endpointConfigs, String(EndpointConfigName), EndpointConfigArn, {
      EnableNetworkIsolation: false,
      ...input,
      EndpointConfigArn,
    });
    return { EndpointConfigArn };
  },
  DescribeEndpointConfig: ({ EndpointConfigName }, context) => find(context, endpointConfig, EndpointConfigName),
  DeleteEndpointConfig: ({ EndpointConfigName }, context) => drop(context, endpointConfig, EndpointConfigName),
  ListEndpointConfigs: listing(
    "EndpointConfigs",
    endpointConfig.items,
    ["EndpointConfigName", "EndpointConfigArn", "CreationTime"],
    (item, input) => contains(input.NameContains, item.EndpointConfigName),
  ),
};

/** The production variants of an endpoint, from its endpoint configuration. */
const variantsOf = (config: Item): object[] =>
  (config.ProductionVariants as { VariantName: string; InitialVariantWeight?: number; InitialInstanceCount?: number }[]).map(
    ({ VariantName, InitialVariantWeight = 1, InitialInstanceCount = 1 }) => ({
      VariantName,
      CurrentWeight: InitialVariantWeight,
      DesiredWeight: InitialVariantWeight,
      CurrentInstanceCount: InitialInstanceCount,
      DesiredInstanceCount: InitialInstanceCount,
    }),
  );

/** The networks of the models behind an endpoint configuration. */
const networksOf = ({ state }: Sagemaker, config: Item): Network[] =>
  (config.ProductionVariants as { ModelName?: string }[]).flatMap(({ ModelName }) => {
    const network = state.models[String(ModelName)]?.VpcConfig as Network | undefined;
    return network ? [network] : [];
  });

/** An endpoint is `Deleting` in one response. Until then, its network interfaces hold their subnets and security groups. */
async function finishEndpointDeletion(context: Sagemaker, name: unknown): Promise<void> {
  const item = context.state.endpoints[String(name)];
  if (item?.EndpointStatus !== "Deleting") return;
  await detach(context, item.EndpointArn);
  drop(context, endpoint, name);
}

const listEndpoints = listing(
  "Endpoints",
  endpoint.items,
  ["EndpointName", "EndpointArn", "EndpointStatus", "CreationTime", "LastModifiedTime"],
  (item, input) => contains(input.NameContains, item.EndpointName),
);

/** The endpoint, unless it is being deleted. */
function steadyEndpoint(context: Sagemaker, name: unknown): Item {
  const item = find(context, endpoint, name);
  if (item.EndpointStatus === "Deleting") throw invalid(`Cannot update in-progress endpoint "${String(item.EndpointArn)}".`);
  return item;
}

/** Creates the network interfaces of an endpoint, in the networks of its models. */
async function attachEndpoint(context: Sagemaker, name: unknown, config: Item): Promise<void> {
  for (const network of networksOf(context, config))
    await attach(context, arn(context, endpoint, name), `[DO NOT DELETE] ENI managed by SageMaker for Endpoint (${String(name)})`, network);
}

const endpoints: Operations = {
  async CreateEndpoint(input, context) {
    const { EndpointName, EndpointConfigName } = input;
    isFree(context, endpoint, EndpointName);
    const config = find(context, endpointConfig, EndpointConfigName);
    const EndpointArn = arn(context, endpoint, EndpointName);
    await attachEndpoint(context, EndpointName, config);
    keep(context, context.state.endpoints, String(EndpointName), EndpointArn, {
      ...input,
      EndpointArn,
      EndpointStatus: "InService",
      ProductionVariants: variantsOf(config),
    });
    return { EndpointArn };
  },
  async DescribeEndpoint({ EndpointName }, context) {
    const item = find(context, endpoint, EndpointName);
    await finishEndpointDeletion(context, EndpointName);
    return item;
  },
  async UpdateEndpoint({ EndpointName, EndpointConfigName, DeploymentConfig }, context) {
    const item = steadyEndpoint(context, EndpointName);
    const config = find(context, endpointConfig, EndpointConfigName);
    const before = interfacesOf(context, item.EndpointArn);
    await attachEndpoint(context, EndpointName, config);
    await detach(context, item.EndpointArn, [...before]);
    change(context, item, { EndpointConfigName, LastDeploymentConfig: DeploymentConfig, ProductionVariants: variantsOf(config) });
    return { EndpointArn: item.EndpointArn };
  },
  DeleteEndpoint({ EndpointName }, context) {
    steadyEndpoint(context, EndpointName).EndpointStatus = "Deleting";
    return {};
  },
  async ListEndpoints(input, context) {
    const answer = await listEndpoints(input, context);
    for (const name of Object.keys(context.state.endpoints)) await finishEndpointDeletion(context, name);
    return answer;
  },
};

const notebookArn = (context: Sagemaker, name: unknown): string => arnOf(context, `notebook-instance/${String(name).toLowerCase()}`);

function notebookOf(context: Sagemaker, name: unknown): Item {
  const notebook = context.state.notebooks[String(name)];
  if (!notebook) throw invalid("RecordNotFound");
  return notebook;
}

/**
 * Requires that the status of a notebook instance is one of `from` before a transition to `to`. Returns the notebook instance.
 * Error text: aws/amazon-sagemaker-examples issue 1094.
 */
function move(context: Sagemaker, name: unknown, from: readonly string[], to: string): Item {
  const notebook = notebookOf(context, name);
  const status = String(notebook.NotebookInstanceStatus);
  if (!from.includes(status))
    throw invalid(
      `Status (${status}) not in ([${from.join(", ")}]). Unable to transition to (${to}) for Notebook Instance (${notebookArn(context, name)}).`,
    );
  return notebook;
}

function lifecycleExists({ state }: Sagemaker, name: unknown): void {
  if (name !== undefined && !state.notebookConfigs[String(name)])
    throw invalid(`Unable to describe lifecycle configuration ${String(name)}: RecordNotFound`);
}

const stopped = ["Stopped", "Failed"] as const;

/** Members of an update that remove a member. */
const notebookRemovals: Record<string, string> = {
  DisassociateAcceleratorTypes: "AcceleratorTypes",
  DisassociateAdditionalCodeRepositories: "AdditionalCodeRepositories",
  DisassociateDefaultCodeRepository: "DefaultCodeRepository",
  DisassociateLifecycleConfig: "NotebookInstanceLifecycleConfigName",
};

/** Source: AWS API `UpdateNotebookInstance`, `VolumeSizeInGB`: volumes can only grow. */
function volumeGrows(notebook: Item, size: unknown): void {
  if (size !== undefined && Number(size) < Number(notebook.VolumeSizeInGB))
    throw invalid(`VolumeSizeInGB cannot be decreased from ${String(notebook.VolumeSizeInGB)} to ${String(size)}.`);
}

const notebooks: Operations = {
  async CreateNotebookInstance(input, context) {
    const { NotebookInstanceName: name, SubnetId, SecurityGroupIds, LifecycleConfigName, ...rest } = input;
    if (context.state.notebooks[String(name)]) throw invalid(`Cannot create a duplicate Notebook Instance (${notebookArn(context, name)})`);
    if (input.DirectInternetAccess === "Disabled" && SubnetId === undefined)
      throw invalid("A SubnetId is required when DirectInternetAccess is Disabled.");
    await roleIsAssumable(context, input.RoleArn);
    await keyIsUsable(context, input.KmsKeyId);
    await networkFits(context, { subnets: SubnetId === undefined ? [] : [SubnetId], groups: SecurityGroupIds });
    lifecycleExists(context, LifecycleConfigName);
    const NotebookInstanceArn = notebookArn(context, name);
    const NetworkInterfaceId = await attach(
      context,
      NotebookInstanceArn,
      `[DO NOT DELETE] ENI managed by SageMaker for Notebook Instance`,
      {
        Subnets: SubnetId === undefined ? [] : [String(SubnetId)],
        SecurityGroupIds: SecurityGroupIds as string[] | undefined,
      },
    );
    keep(context, context.state.notebooks, String(name), NotebookInstanceArn, {
      DirectInternetAccess: "Enabled",
      RootAccess: "Enabled",
      VolumeSizeInGB: 5,
      PlatformIdentifier: "notebook-al2-v2",
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "1" },
      ...rest,
      NotebookInstanceName: name,
      NotebookInstanceArn,
      NotebookInstanceStatus: "InService",
      Url: `${String(name).toLowerCase()}.notebook.${context.caller.region}.sagemaker.aws`,
      ...(SubnetId ? { SubnetId, SecurityGroups: SecurityGroupIds, NetworkInterfaceId } : {}),
      ...(LifecycleConfigName ? { NotebookInstanceLifecycleConfigName: LifecycleConfigName } : {}),
    });
    return { NotebookInstanceArn };
  },
  DescribeNotebookInstance: ({ NotebookInstanceName }, context) => notebookOf(context, NotebookInstanceName),
  StopNotebookInstance({ NotebookInstanceName }, context) {
    move(context, NotebookInstanceName, ["InService"], "Stopping").NotebookInstanceStatus = "Stopped";
    return {};
  },
  StartNotebookInstance({ NotebookInstanceName }, context) {
    move(context, NotebookInstanceName, stopped, "Pending").NotebookInstanceStatus = "InService";
    return {};
  },
  async UpdateNotebookInstance({ NotebookInstanceName, LifecycleConfigName, ...input }, context) {
    const notebook = move(context, NotebookInstanceName, stopped, "Updating");
    const removals = Object.keys(notebookRemovals).filter((member) => input[member] === true);
    const changes = Object.fromEntries(Object.entries(input).filter(([member]) => !(member in notebookRemovals)));
    volumeGrows(notebook, changes.VolumeSizeInGB);
    await roleIsAssumable(context, changes.RoleArn);
    lifecycleExists(context, LifecycleConfigName);
    change(context, notebook, { ...changes, NotebookInstanceLifecycleConfigName: LifecycleConfigName });
    for (const member of removals) delete notebook[notebookRemovals[member]!];
    return {};
  },
  async DeleteNotebookInstance({ NotebookInstanceName }, context) {
    const { NotebookInstanceArn } = move(context, NotebookInstanceName, stopped, "Deleting");
    await detach(context, NotebookInstanceArn);
    delete context.state.notebooks[String(NotebookInstanceName)];
    delete context.state.tags[notebookArn(context, NotebookInstanceName)];
    return {};
  },
  ListNotebookInstances: listing(
    "NotebookInstances",
    (state) => state.notebooks,
    [
      "NotebookInstanceName",
      "NotebookInstanceArn",
      "NotebookInstanceStatus",
      "Url",
      "InstanceType",
      "CreationTime",
      "LastModifiedTime",
      "NotebookInstanceLifecycleConfigName",
    ],
    (item, input) => contains(input.NameContains, item.NotebookInstanceName),
  ),
};

const configName = "NotebookInstanceLifecycleConfigName";

function notebookConfigOf(context: Sagemaker, name: unknown): Item {
  const config = context.state.notebookConfigs[String(name)];
  if (!config) throw invalid("Unable to describe Notebook Instance Lifecycle Config: RecordNotFound");
  return config;
}

/** Source: AWS API `NotebookInstanceLifecycleHook`. */
function scriptsFit({ OnCreate, OnStart }: Record<string, unknown>): void {
  const hooks = [OnCreate, OnStart].flatMap((of) => (of ?? []) as { Content?: string }[]);
  if (!hooks.every(({ Content }) => isBase64(Content)))
    throw invalid("The content of a lifecycle configuration must be encoded in base64.");
}

const notebookConfigs: Operations = {
  CreateNotebookInstanceLifecycleConfig(input, context) {
    const name = String(input[configName]);
    if (context.state.notebookConfigs[name])
      throw invalid(`Unable to create Notebook Instance Lifecycle Config ${name}: it already exists`);
    scriptsFit(input);
    const NotebookInstanceLifecycleConfigArn = arnOf(context, `notebook-instance-lifecycle-config/${name.toLowerCase()}`);
    keep(context, context.state.notebookConfigs, name, NotebookInstanceLifecycleConfigArn, {
      ...input,
      NotebookInstanceLifecycleConfigArn,
    });
    return { NotebookInstanceLifecycleConfigArn };
  },
  DescribeNotebookInstanceLifecycleConfig: (input, context) => notebookConfigOf(context, input[configName]),
  UpdateNotebookInstanceLifecycleConfig({ OnCreate, OnStart, ...input }, context) {
    scriptsFit({ OnCreate, OnStart });
    change(context, notebookConfigOf(context, input[configName]), { OnCreate, OnStart });
    return {};
  },
  DeleteNotebookInstanceLifecycleConfig(input, context) {
    const name = String(input[configName]);
    const config = notebookConfigOf(context, name);
    if (Object.values(context.state.notebooks).some((notebook) => notebook[configName] === name))
      throw invalid(`Unable to delete Notebook Instance Lifecycle Config ${name}: a notebook instance uses it`);
    delete context.state.notebookConfigs[name];
    delete context.state.tags[String(config.NotebookInstanceLifecycleConfigArn)];
    return {};
  },
};

export const hosting: Operations = { ...models, ...endpointConfigs, ...endpoints, ...notebooks, ...notebookConfigs };
