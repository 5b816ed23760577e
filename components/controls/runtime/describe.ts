// Describes a resource of SageMaker, with what it uses, in the form that the comparison needs.
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { type ConditionValues, configName, type Described, type Facts, unknownImage, type UsedModel } from "../facts";
import { type ResourceTypeName } from "../kinds";

type Id = Record<string, string>;
type Client = sagemaker.SageMakerClient;

/** Description of a resource, without its type and ID. */
type Found = Omit<Described, "type" | "id">;

interface Network {
  Subnets?: string[] | undefined;
  SecurityGroupIds?: string[] | undefined;
}

const network = (config: Network | undefined): ConditionValues => ({
  VpcSubnets: config?.Subnets,
  VpcSecurityGroupIds: config?.SecurityGroupIds,
});

const given = (values: readonly (string | undefined)[]): string[] =>
  values.filter((value) => value !== undefined && value !== "") as string[];
const timeOf = (date: Date | undefined) => date?.toISOString() ?? "";

const endedStates = /^(completed|failed|stopped|deleted|deleting|stopping|succeeded|outofservice|stop_?failed|createfailed)$/i;
const changingStates = /^(pending|creating|updating|systemupdating|rollingback|starting)$/i;
/** Jobs can be stopped in every state that has not ended. Other resources must have a stable state. */
const jobState = (status: string | undefined): Described["state"] => (endedStates.test(status ?? "") ? "ended" : "running");
const resourceState = (status: string | undefined): Described["state"] => {
  if (changingStates.test(status ?? "")) return "changing";
  return /^(deleted|deleting|stopped|stopping)$/i.test(status ?? "") ? "ended" : "running";
};

interface TrainingDefinition {
  AlgorithmSpecification?: { TrainingImage?: string | undefined; AlgorithmName?: string | undefined } | undefined;
  InputDataConfig?: { DataSource?: { FileSystemDataSource?: { FileSystemId?: string | undefined } | undefined } | undefined }[] | undefined;
  OutputDataConfig?: { KmsKeyId?: string | undefined } | undefined;
  ResourceConfig?:
    | {
        InstanceType?: string | undefined;
        InstanceGroups?: { InstanceType?: string | undefined }[] | undefined;
        VolumeKmsKeyId?: string | undefined;
      }
    | undefined;
  VpcConfig?: Network | undefined;
  EnableNetworkIsolation?: boolean | undefined;
  EnableInterContainerTrafficEncryption?: boolean | undefined;
  RemoteDebugConfig?: { EnableRemoteDebug?: boolean | undefined } | undefined;
  HyperParameterTuningResourceConfig?:
    | {
        InstanceType?: string | undefined;
        InstanceConfigs?: { InstanceType?: string | undefined }[] | undefined;
        VolumeKmsKeyId?: string | undefined;
      }
    | undefined;
}

function trainingFacts(definition: TrainingDefinition): Facts {
  const { AlgorithmSpecification, ResourceConfig, HyperParameterTuningResourceConfig: tuning } = definition;
  return {
    values: {
      ...network(definition.VpcConfig),
      VolumeKmsKey: given([ResourceConfig?.VolumeKmsKeyId, tuning?.VolumeKmsKeyId]),
      OutputKmsKey: definition.OutputDataConfig?.KmsKeyId,
      NetworkIsolation: definition.EnableNetworkIsolation,
      InterContainerTrafficEncryption: definition.EnableInterContainerTrafficEncryption,
      EnableRemoteDebug: definition.RemoteDebugConfig?.EnableRemoteDebug,
      FileSystemId: given((definition.InputDataConfig ?? []).map(({ DataSource }) => DataSource?.FileSystemDataSource?.FileSystemId)),
      InstanceTypes: given([
        ResourceConfig?.InstanceType,
        ...(ResourceConfig?.InstanceGroups ?? []).map(({ InstanceType }) => InstanceType),
        tuning?.InstanceType,
        ...(tuning?.InstanceConfigs ?? []).map(({ InstanceType }) => InstanceType),
      ]),
    },
    images: given([AlgorithmSpecification?.TrainingImage, AlgorithmSpecification?.AlgorithmName]),
  };
}

/** Guardrails on what SageMaker starts itself are those of the call that a user made. */
const callsOfParent = (parents: { autoMl?: string | undefined; tuning?: string | undefined; monitoring?: string | undefined }) => {
  if (parents.autoMl) return { calls: ["CreateAutoMLJob"] };
  if (parents.tuning) return { calls: ["CreateHyperParameterTuningJob"] };
  return parents.monitoring ? { calls: ["CreateDataQualityJobDefinition"] } : {};
};
/** AutoML chooses images of AWS. Its callers cannot choose an image. */
const ofAutoMl = (facts: Facts, autoMl: string | undefined): Facts => (autoMl ? { ...facts, images: [] } : facts);

interface JobDefinition {
  JobDefinitionArn?: string | undefined;
  JobDefinitionName?: string | undefined;
  CreationTime?: Date | undefined;
  JobResources?: { ClusterConfig?: { InstanceType?: string | undefined; VolumeKmsKeyId?: string | undefined } | undefined } | undefined;
  NetworkConfig?:
    | {
        EnableInterContainerTrafficEncryption?: boolean | undefined;
        EnableNetworkIsolation?: boolean | undefined;
        VpcConfig?: Network | undefined;
      }
    | undefined;
  RoleArn?: string | undefined;
}

function definitionFacts(definition: JobDefinition, outputKey: string | undefined, image: string | undefined): Facts {
  const { JobResources, NetworkConfig } = definition;
  return {
    calls: ["CreateDataQualityJobDefinition"],
    values: {
      ...network(NetworkConfig?.VpcConfig),
      VolumeKmsKey: JobResources?.ClusterConfig?.VolumeKmsKeyId,
      OutputKmsKey: outputKey,
      NetworkIsolation: NetworkConfig?.EnableNetworkIsolation,
      InterContainerTrafficEncryption: NetworkConfig?.EnableInterContainerTrafficEncryption,
      InstanceTypes: given([JobResources?.ClusterConfig?.InstanceType]),
    },
    images: given([image]),
  };
}

const definitionTypes = {
  DataQuality: sagemaker.DescribeDataQualityJobDefinitionCommand,
  ModelQuality: sagemaker.DescribeModelQualityJobDefinitionCommand,
  ModelBias: sagemaker.DescribeModelBiasJobDefinitionCommand,
  ModelExplainability: sagemaker.DescribeModelExplainabilityJobDefinitionCommand,
} as const;
type DefinitionType = keyof typeof definitionTypes;

/** A job definition, whose members contain the name of its type. */
async function definitionOf(client: Client, type: DefinitionType, JobDefinitionName: string) {
  const found = (await client.send(
    new definitionTypes[type]({ JobDefinitionName }) as sagemaker.DescribeDataQualityJobDefinitionCommand,
  )) as unknown as Record<string, { KmsKeyId?: string; ImageUri?: string } | undefined> & JobDefinition;
  return {
    definition: found as JobDefinition,
    facts: definitionFacts(found, found[`${type}JobOutputConfig`]?.KmsKeyId, found[`${type}AppSpecification`]?.ImageUri),
  };
}

const describeDefinition =
  (type: DefinitionType) =>
  async (client: Client, { JobDefinitionName }: Id): Promise<Found> => {
    const { definition, facts } = await definitionOf(client, type, JobDefinitionName!);
    return {
      arn: definition.JobDefinitionArn!,
      name: definition.JobDefinitionName!,
      createdAt: timeOf(definition.CreationTime),
      state: "running",
      roleArns: given([definition.RoleArn]),
      facts: [facts],
    };
  };

const missingErrors = ["ResourceNotFound", "ResourceNotFoundException"];
/**
 * Messages of `ValidationException`, from their start. Names, which users choose, contain no space, and none is at the start.
 * Source: answers of AWS in public issues of the AWS provider for Terraform.
 */
const missingMessage =
  /^(Could not find |Cannot find |Requested resource not found|RecordNotFound$|Unable to (find|describe) |(The )?[A-Z][a-zA-Z]*( [a-z]+)* ?\S* (does not exist|was not found|not found|cannot be found))/;

/** Whether AWS reports that a resource does not exist. Source: AWS API reference of SageMaker, errors of each call. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (missingErrors.includes(error.name) || (error.name === "ValidationException" && missingMessage.test(error.message)));

const deniedErrors = ["AccessDenied", "AccessDeniedException"];

/** `undefined` if the resource does not exist, or if its owner does not let the evaluator read it. */
async function orUnreadable<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && deniedErrors.includes(error.name))) return undefined;
    throw error;
  }
}

async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Images of a model package. The images of a package that cannot be read are unknown, and no list allows an unknown image. */
async function imagesOfPackage(client: Client, ModelPackageName: string): Promise<string[]> {
  const found = await orUnreadable(client.send(new sagemaker.DescribeModelPackageCommand({ ModelPackageName })));
  const specifications = [found?.InferenceSpecification, ...(found?.AdditionalInferenceSpecifications ?? [])];
  const images = given(specifications.flatMap((specification) => (specification?.Containers ?? []).map(({ Image }) => Image)));
  return images.length > 0 ? images : [unknownImage(ModelPackageName)];
}

async function imagesOf(client: Client, model: sagemaker.DescribeModelCommandOutput): Promise<string[]> {
  const containers = [...(model.PrimaryContainer ? [model.PrimaryContainer] : []), ...(model.Containers ?? [])];
  const images: string[] = [];
  for (const { Image, ModelPackageName } of containers) {
    if (Image) images.push(Image);
    else if (ModelPackageName) images.push(...(await imagesOfPackage(client, ModelPackageName)));
  }
  return images;
}

/** A model, as part of something that uses it. */
async function modelFacts(client: Client, model: sagemaker.DescribeModelCommandOutput): Promise<Facts> {
  return {
    calls: ["CreateModel"],
    values: { ...network(model.VpcConfig), NetworkIsolation: model.EnableNetworkIsolation },
    images: await imagesOf(client, model),
  };
}

type OfModels = Pick<Found, "facts" | "roleArns" | "missing" | "replaced" | "models">;

/** A model or a configuration that is newer than its user has the name of the one that SageMaker read. */
const isNewer = (used: Date | undefined, user: Date | undefined) => used !== undefined && user !== undefined && used > user;

/** `readAt`: time at which the names were resolved, at the latest. */
async function modelsOf(client: Client, names: readonly string[], readAt: Date | undefined): Promise<OfModels> {
  const facts: Facts[] = [];
  const roleArns: string[] = [];
  const missing: string[] = [];
  const replaced: string[] = [];
  const models: UsedModel[] = [];
  for (const ModelName of new Set(names)) {
    const model = await orMissing(client.send(new sagemaker.DescribeModelCommand({ ModelName })));
    models.push({ name: ModelName, ...(model && { createdAt: timeOf(model.CreationTime) }) });
    if (!model) missing.push(ModelName);
    else if (isNewer(model.CreationTime, readAt)) replaced.push(ModelName);
    else {
      facts.push(await modelFacts(client, model));
      roleArns.push(...given([model.ExecutionRoleArn]));
    }
  }
  return { facts, roleArns: [...new Set(roleArns)], missing, replaced, models };
}

async function endpointConfigFacts(client: Client, config: sagemaker.DescribeEndpointConfigCommandOutput): Promise<OfModels> {
  const variants = [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])];
  const models = await modelsOf(client, given(variants.map(({ ModelName }) => ModelName)), config.CreationTime);
  return {
    roleArns: [...new Set([...given([config.ExecutionRoleArn]), ...models.roleArns])],
    missing: models.missing ?? [],
    replaced: models.replaced ?? [],
    models: models.models ?? [],
    facts: [
      {
        // Inference components of a variant without a model have the network of the configuration.
        calls: ["CreateEndpointConfig", ...(variants.some(({ ModelName }) => !ModelName) ? ["CreateModel"] : [])],
        values: {
          ...network(config.VpcConfig),
          NetworkIsolation: config.EnableNetworkIsolation,
          VolumeKmsKey: config.KmsKeyId,
          InstanceTypes: given(variants.map(({ InstanceType }) => InstanceType)),
          ServerlessMaxConcurrency: given(variants.map(({ ServerlessConfig }) => ServerlessConfig?.MaxConcurrency?.toString())),
        },
      },
      ...models.facts,
    ],
  };
}

/**
 * The network of a domain, and the role of an app or a space. The role is of the user profile, or of shared spaces. The domain
 * has the roles of profiles and spaces without one.
 */
async function domainOf(
  client: Client,
  DomainId: string,
  profile: string | undefined,
): Promise<Pick<Found, "vpcId" | "domainId" | "roleArns">> {
  const domain = await orMissing(client.send(new sagemaker.DescribeDomainCommand({ DomainId })));
  const user =
    profile === undefined
      ? undefined
      : await orMissing(client.send(new sagemaker.DescribeUserProfileCommand({ DomainId, UserProfileName: profile })));
  const userDefault = domain?.DefaultUserSettings?.ExecutionRole;
  const role =
    profile === undefined
      ? (domain?.DefaultSpaceSettings?.ExecutionRole ?? userDefault)
      : (user?.UserSettings?.ExecutionRole ?? userDefault);
  return {
    domainId: DomainId,
    ...(domain?.VpcId !== undefined && { vpcId: domain.VpcId }),
    roleArns: given([role]),
  };
}

/** The user profile that owns a private space. `undefined` for a shared space, and for a space that no longer exists. */
async function ownerOf(client: Client, DomainId: string, SpaceName: string): Promise<string | undefined> {
  const space = await orMissing(client.send(new sagemaker.DescribeSpaceCommand({ DomainId, SpaceName })));
  return space && profileOf(space);
}

const profileOf = ({ SpaceSharingSettings, OwnershipSettings }: sagemaker.DescribeSpaceCommandOutput): string | undefined =>
  SpaceSharingSettings?.SharingType === "Shared" ? undefined : OwnershipSettings?.OwnerUserProfileName;

const pipelineRole = async (client: Client, PipelineName: string) => {
  const { RoleArn } = await client.send(new sagemaker.DescribePipelineCommand({ PipelineName }));
  return given([RoleArn]);
};

/** `fraud` in `arn:…:pipeline/fraud/execution/…`. */
const pipelineNameIn = (arn: string) => /:pipeline\/([^/]+)/.exec(arn)?.[1] ?? "";

/** A description of compute that no guardrail permits: only its role and network decide the environment. */
interface OtherCompute {
  arn: string | undefined;
  name: string | undefined;
  created: Date | undefined;
  state: Described["state"];
  roleArns: readonly (string | undefined)[];
  vpc?: Network | undefined;
}

const otherCompute = ({ arn, name, created, state, roleArns, vpc }: OtherCompute): Found => ({
  arn: arn ?? "",
  name: name ?? "",
  createdAt: timeOf(created),
  state,
  roleArns: [...new Set(given(roleArns))],
  facts: [{ values: network(vpc) }],
});

type Describe = (client: Client, id: Id) => Promise<Found>;

/** Function that describes a resource, by resource type. */
const describers: Record<ResourceTypeName, Describe> = {
  async TrainingJob(client, { TrainingJobName }) {
    const job = await client.send(new sagemaker.DescribeTrainingJobCommand({ TrainingJobName }));
    return {
      arn: job.TrainingJobArn!,
      name: job.TrainingJobName!,
      createdAt: timeOf(job.CreationTime),
      state: jobState(job.TrainingJobStatus),
      roleArns: given([job.RoleArn]),
      facts: [
        { ...ofAutoMl(trainingFacts(job), job.AutoMLJobArn), ...callsOfParent({ autoMl: job.AutoMLJobArn, tuning: job.TuningJobArn }) },
      ],
    };
  },
  async ProcessingJob(client, { ProcessingJobName }) {
    const job = await client.send(new sagemaker.DescribeProcessingJobCommand({ ProcessingJobName }));
    const { AutoMLJobArn: autoMl, MonitoringScheduleArn: monitoring } = job;
    const facts: Facts = {
      values: {
        ...network(job.NetworkConfig?.VpcConfig),
        VolumeKmsKey: job.ProcessingResources?.ClusterConfig?.VolumeKmsKeyId,
        OutputKmsKey: job.ProcessingOutputConfig?.KmsKeyId,
        NetworkIsolation: job.NetworkConfig?.EnableNetworkIsolation,
        InterContainerTrafficEncryption: job.NetworkConfig?.EnableInterContainerTrafficEncryption,
        InstanceTypes: given([job.ProcessingResources?.ClusterConfig?.InstanceType]),
      },
      images: given([job.AppSpecification?.ImageUri]),
    };
    return {
      arn: job.ProcessingJobArn!,
      name: job.ProcessingJobName!,
      createdAt: timeOf(job.CreationTime),
      state: jobState(job.ProcessingJobStatus),
      roleArns: given([job.RoleArn]),
      facts: [{ ...ofAutoMl(facts, autoMl), ...callsOfParent({ autoMl, monitoring }) }],
    };
  },
  async HyperParameterTuningJob(client, { HyperParameterTuningJobName }) {
    const job = await client.send(new sagemaker.DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    const definitions = [...(job.TrainingJobDefinition ? [job.TrainingJobDefinition] : []), ...(job.TrainingJobDefinitions ?? [])];
    return {
      arn: job.HyperParameterTuningJobArn!,
      name: job.HyperParameterTuningJobName!,
      createdAt: timeOf(job.CreationTime),
      state: jobState(job.HyperParameterTuningJobStatus),
      roleArns: [...new Set(given(definitions.map(({ RoleArn }) => RoleArn)))],
      facts: definitions.map(trainingFacts),
    };
  },
  async AutoMLJob(client, { AutoMLJobName }) {
    const job = await client.send(new sagemaker.DescribeAutoMLJobV2Command({ AutoMLJobName }));
    const { VpcConfig, VolumeKmsKeyId, EnableInterContainerTrafficEncryption } = job.SecurityConfig ?? {};
    return {
      arn: job.AutoMLJobArn!,
      name: job.AutoMLJobName!,
      createdAt: timeOf(job.CreationTime),
      state: jobState(job.AutoMLJobStatus),
      roleArns: given([job.RoleArn]),
      facts: [
        {
          values: {
            ...network(VpcConfig),
            VolumeKmsKey: VolumeKmsKeyId,
            OutputKmsKey: job.OutputDataConfig?.KmsKeyId,
            InterContainerTrafficEncryption: EnableInterContainerTrafficEncryption,
          },
        },
      ],
    };
  },
  async TransformJob(client, { TransformJobName }) {
    const job = await client.send(new sagemaker.DescribeTransformJobCommand({ TransformJobName }));
    const models = await modelsOf(client, given([job.ModelName]), job.CreationTime);
    const autoMl = job.AutoMLJobArn;
    return {
      arn: job.TransformJobArn!,
      name: job.TransformJobName!,
      createdAt: timeOf(job.CreationTime),
      state: jobState(job.TransformJobStatus),
      roleArns: models.roleArns,
      missing: models.missing ?? [],
      replaced: models.replaced ?? [],
      models: models.models ?? [],
      facts: [
        {
          ...callsOfParent({ autoMl }),
          values: {
            VolumeKmsKey: job.TransformResources?.VolumeKmsKeyId,
            OutputKmsKey: job.TransformOutput?.KmsKeyId,
            InstanceTypes: given([job.TransformResources?.InstanceType]),
          },
        },
        ...models.facts.map((facts) => ofAutoMl(facts, autoMl)),
      ],
    };
  },
  async Model(client, { ModelName }) {
    const model = await client.send(new sagemaker.DescribeModelCommand({ ModelName }));
    return {
      arn: model.ModelArn!,
      name: model.ModelName!,
      createdAt: timeOf(model.CreationTime),
      state: "running",
      roleArns: given([model.ExecutionRoleArn]),
      facts: [await modelFacts(client, model)],
    };
  },
  async EndpointConfig(client, { EndpointConfigName }) {
    const config = await client.send(new sagemaker.DescribeEndpointConfigCommand({ EndpointConfigName }));
    return {
      arn: config.EndpointConfigArn!,
      name: config.EndpointConfigName!,
      createdAt: timeOf(config.CreationTime),
      state: "running",
      ...(await endpointConfigFacts(client, config)),
    };
  },
  async Endpoint(client, { EndpointName }) {
    const endpoint = await client.send(new sagemaker.DescribeEndpointCommand({ EndpointName }));
    const { EndpointConfigName = "" } = endpoint;
    const config = await orMissing(client.send(new sagemaker.DescribeEndpointConfigCommand({ EndpointConfigName })));
    const isReplaced = isNewer(config?.CreationTime, endpoint.LastModifiedTime ?? endpoint.CreationTime);
    const used: UsedModel = { name: configName(EndpointConfigName), ...(config && { createdAt: timeOf(config.CreationTime) }) };
    const found: OfModels =
      config && !isReplaced
        ? await endpointConfigFacts(client, config)
        : { roleArns: [], facts: [], [isReplaced ? "replaced" : "missing"]: [used.name] };
    return {
      arn: endpoint.EndpointArn!,
      name: endpoint.EndpointName!,
      createdAt: timeOf(endpoint.CreationTime),
      state: resourceState(endpoint.EndpointStatus),
      readAt: given([timeOf(endpoint.CreationTime), timeOf(config?.CreationTime)]),
      ...found,
      models: [...(found.models ?? []), used],
    };
  },
  async InferenceComponent(client, { InferenceComponentName }) {
    const component = await client.send(new sagemaker.DescribeInferenceComponentCommand({ InferenceComponentName }));
    const specifications = [...(component.Specification ? [component.Specification] : []), ...(component.Specifications ?? [])];
    const changedAt = component.LastModifiedTime ?? component.CreationTime;
    const models = await modelsOf(client, given(specifications.map(({ ModelName }) => ModelName)), changedAt);
    const { EndpointName = "" } = component;
    const endpoint = await orMissing(client.send(new sagemaker.DescribeEndpointCommand({ EndpointName })));
    const { EndpointConfigName = "" } = endpoint ?? {};
    const config = endpoint && (await orMissing(client.send(new sagemaker.DescribeEndpointConfigCommand({ EndpointConfigName }))));
    return {
      arn: component.InferenceComponentArn!,
      name: component.InferenceComponentName!,
      createdAt: timeOf(component.CreationTime),
      state: resourceState(component.InferenceComponentStatus),
      roleArns: [...new Set([...given([config?.ExecutionRoleArn]), ...models.roleArns])],
      missing: models.missing ?? [],
      replaced: models.replaced ?? [],
      models: models.models ?? [],
      facts: [
        {
          ...(specifications.some(({ ModelName }) => !ModelName) && { calls: ["CreateModel"] }),
          values: { ...network(config?.VpcConfig), NetworkIsolation: config?.EnableNetworkIsolation },
          images: given(specifications.map(({ Container }) => Container?.DeployedImage?.SpecifiedImage)),
        },
        ...models.facts,
      ],
    };
  },
  async NotebookInstance(client, { NotebookInstanceName }) {
    const notebook = await client.send(new sagemaker.DescribeNotebookInstanceCommand({ NotebookInstanceName }));
    return {
      arn: notebook.NotebookInstanceArn!,
      name: notebook.NotebookInstanceName!,
      createdAt: timeOf(notebook.CreationTime),
      modifiedAt: timeOf(notebook.LastModifiedTime),
      state: notebook.NotebookInstanceStatus === "Failed" ? "ended" : resourceState(notebook.NotebookInstanceStatus),
      roleArns: given([notebook.RoleArn]),
      facts: [
        {
          values: {
            VpcSubnets: given([notebook.SubnetId]),
            VpcSecurityGroupIds: notebook.SecurityGroups,
            DirectInternetAccess: notebook.DirectInternetAccess,
            RootAccess: notebook.RootAccess,
            MinimumInstanceMetadataServiceVersion: notebook.InstanceMetadataServiceConfiguration?.MinimumInstanceMetadataServiceVersion,
            VolumeKmsKey: notebook.KmsKeyId,
            InstanceTypes: given([notebook.InstanceType]),
          },
        },
      ],
    };
  },
  async Domain(client, { DomainId }) {
    const domain = await client.send(new sagemaker.DescribeDomainCommand({ DomainId }));
    return {
      arn: domain.DomainArn!,
      name: domain.DomainName!,
      createdAt: timeOf(domain.CreationTime),
      state: "running",
      roleArns: [...new Set(given([domain.DefaultUserSettings?.ExecutionRole, domain.DefaultSpaceSettings?.ExecutionRole]))],
      domainId: DomainId!,
      ...(domain.VpcId !== undefined && { vpcId: domain.VpcId }),
      facts: [
        {
          values: {
            VpcSubnets: domain.SubnetIds,
            VpcSecurityGroupIds: domain.DefaultUserSettings?.SecurityGroups,
            AppNetworkAccessType: domain.AppNetworkAccessType,
          },
        },
      ],
    };
  },
  async UserProfile(client, { DomainId, UserProfileName }) {
    const profile = await client.send(new sagemaker.DescribeUserProfileCommand({ DomainId, UserProfileName }));
    return {
      arn: profile.UserProfileArn!,
      name: profile.UserProfileName!,
      createdAt: timeOf(profile.CreationTime),
      state: resourceState(profile.Status),
      ...(await domainOf(client, DomainId!, UserProfileName)),
      facts: [{ values: { VpcSecurityGroupIds: profile.UserSettings?.SecurityGroups } }],
    };
  },
  async Space(client, { DomainId, SpaceName }) {
    const space = await client.send(new sagemaker.DescribeSpaceCommand({ DomainId, SpaceName }));
    const { SpaceSettings: settings } = space;
    return {
      arn: space.SpaceArn!,
      name: space.SpaceName!,
      createdAt: timeOf(space.CreationTime),
      state: resourceState(space.Status),
      ...(await domainOf(client, DomainId!, profileOf(space))),
      facts: [
        {
          values: {
            RemoteAccess: settings?.RemoteAccess,
            InstanceTypes: given([
              settings?.JupyterLabAppSettings?.DefaultResourceSpec?.InstanceType,
              settings?.CodeEditorAppSettings?.DefaultResourceSpec?.InstanceType,
              settings?.KernelGatewayAppSettings?.DefaultResourceSpec?.InstanceType,
              settings?.JupyterServerAppSettings?.DefaultResourceSpec?.InstanceType,
            ]),
          },
        },
      ],
    };
  },
  async App(client, { DomainId, AppType, AppName, SpaceName, UserProfileName }) {
    const app = await client.send(
      new sagemaker.DescribeAppCommand({
        DomainId,
        AppType: AppType as sagemaker.AppType,
        AppName,
        ...(SpaceName !== undefined ? { SpaceName } : { UserProfileName }),
      }),
    );
    return {
      arn: app.AppArn!,
      name: [SpaceName ?? UserProfileName, AppType, AppName].join("/"),
      createdAt: timeOf(app.CreationTime),
      state: app.Status === "Failed" ? "ended" : resourceState(app.Status),
      ...(await domainOf(client, DomainId!, UserProfileName ?? (await ownerOf(client, DomainId!, SpaceName!)))),
      facts: [{ values: { InstanceTypes: given([app.ResourceSpec?.InstanceType]) } }],
    };
  },
  async MonitoringSchedule(client, { MonitoringScheduleName }) {
    const schedule = await client.send(new sagemaker.DescribeMonitoringScheduleCommand({ MonitoringScheduleName }));
    const { MonitoringJobDefinitionName: name, MonitoringJobDefinition: inline, MonitoringType } = schedule.MonitoringScheduleConfig ?? {};
    const type = (MonitoringType ?? schedule.MonitoringType ?? "DataQuality") as DefinitionType;
    const named = name === undefined ? undefined : await orMissing(definitionOf(client, type, name));
    const inlineFacts: Facts | undefined = inline && {
      ...definitionFacts(
        { JobResources: inline.MonitoringResources, NetworkConfig: inline.NetworkConfig },
        inline.MonitoringOutputConfig?.KmsKeyId,
        inline.MonitoringAppSpecification?.ImageUri,
      ),
    };
    return {
      arn: schedule.MonitoringScheduleArn!,
      name: schedule.MonitoringScheduleName!,
      createdAt: timeOf(schedule.CreationTime),
      modifiedAt: timeOf(schedule.LastModifiedTime),
      state: schedule.MonitoringScheduleStatus === "Pending" ? "changing" : jobState(schedule.MonitoringScheduleStatus),
      roleArns: given([named?.definition.RoleArn, inline?.RoleArn]),
      facts: [
        { calls: ["CreateMonitoringSchedule"], values: { ModelMonitorJobDefinitionName: name } },
        ...(named ? [named.facts] : []),
        ...(inlineFacts ? [inlineFacts] : []),
      ],
    };
  },
  DataQualityJobDefinition: describeDefinition("DataQuality"),
  ModelQualityJobDefinition: describeDefinition("ModelQuality"),
  ModelBiasJobDefinition: describeDefinition("ModelBias"),
  ModelExplainabilityJobDefinition: describeDefinition("ModelExplainability"),
  async Pipeline(client, { PipelineName }) {
    const pipeline = await client.send(new sagemaker.DescribePipelineCommand({ PipelineName }));
    return {
      arn: pipeline.PipelineArn!,
      name: pipeline.PipelineName!,
      createdAt: timeOf(pipeline.CreationTime),
      state: "running",
      roleArns: given([pipeline.RoleArn]),
      facts: [{ values: {} }],
    };
  },
  async PipelineExecution(client, { PipelineExecutionArn }) {
    const execution = await client.send(new sagemaker.DescribePipelineExecutionCommand({ PipelineExecutionArn }));
    const name = pipelineNameIn(PipelineExecutionArn!);
    return {
      arn: execution.PipelineExecutionArn!,
      name,
      createdAt: timeOf(execution.CreationTime),
      modifiedAt: timeOf(execution.LastModifiedTime),
      state: jobState(execution.PipelineExecutionStatus),
      roleArns: await pipelineRole(client, name),
      facts: [{ values: {} }],
    };
  },
  async Cluster(client, { ClusterName }) {
    const found = await client.send(new sagemaker.DescribeClusterCommand({ ClusterName }));
    return otherCompute({
      arn: found.ClusterArn,
      name: found.ClusterName,
      created: found.CreationTime,
      state: resourceState(found.ClusterStatus),
      roleArns: [...(found.InstanceGroups ?? []), ...(found.RestrictedInstanceGroups ?? [])].map(({ ExecutionRole }) => ExecutionRole),
      vpc: found.VpcConfig,
    });
  },
  async AIBenchmarkJob(client, { AIBenchmarkJobName }) {
    const found = await client.send(new sagemaker.DescribeAIBenchmarkJobCommand({ AIBenchmarkJobName }));
    return otherCompute({
      arn: found.AIBenchmarkJobArn,
      name: found.AIBenchmarkJobName,
      created: found.CreationTime,
      state: jobState(found.AIBenchmarkJobStatus),
      roleArns: [found.RoleArn],
    });
  },
  async AIRecommendationJob(client, { AIRecommendationJobName }) {
    const found = await client.send(new sagemaker.DescribeAIRecommendationJobCommand({ AIRecommendationJobName }));
    return otherCompute({
      arn: found.AIRecommendationJobArn,
      name: found.AIRecommendationJobName,
      created: found.CreationTime,
      state: jobState(found.AIRecommendationJobStatus),
      roleArns: [found.RoleArn],
    });
  },
  async CompilationJob(client, { CompilationJobName }) {
    const found = await client.send(new sagemaker.DescribeCompilationJobCommand({ CompilationJobName }));
    return otherCompute({
      arn: found.CompilationJobArn,
      name: found.CompilationJobName,
      created: found.CreationTime,
      state: jobState(found.CompilationJobStatus),
      roleArns: [found.RoleArn],
      vpc: found.VpcConfig,
    });
  },
  async EdgePackagingJob(client, { EdgePackagingJobName }) {
    const found = await client.send(new sagemaker.DescribeEdgePackagingJobCommand({ EdgePackagingJobName }));
    return otherCompute({
      arn: found.EdgePackagingJobArn,
      name: found.EdgePackagingJobName,
      created: found.CreationTime,
      state: jobState(found.EdgePackagingJobStatus),
      roleArns: [found.RoleArn],
    });
  },
  async InferenceRecommendationsJob(client, { JobName }) {
    const found = await client.send(new sagemaker.DescribeInferenceRecommendationsJobCommand({ JobName }));
    return otherCompute({
      arn: found.JobArn,
      name: found.JobName,
      created: found.CreationTime,
      state: jobState(found.Status),
      roleArns: [found.RoleArn],
    });
  },
  async LabelingJob(client, { LabelingJobName }) {
    const found = await client.send(new sagemaker.DescribeLabelingJobCommand({ LabelingJobName }));
    return otherCompute({
      arn: found.LabelingJobArn,
      name: found.LabelingJobName,
      created: found.CreationTime,
      state: jobState(found.LabelingJobStatus),
      roleArns: [found.RoleArn],
    });
  },
  async OptimizationJob(client, { OptimizationJobName }) {
    const found = await client.send(new sagemaker.DescribeOptimizationJobCommand({ OptimizationJobName }));
    return otherCompute({
      arn: found.OptimizationJobArn,
      name: found.OptimizationJobName,
      created: found.CreationTime,
      state: jobState(found.OptimizationJobStatus),
      roleArns: [found.RoleArn],
      vpc: found.VpcConfig,
    });
  },
  async Job(client, { JobName, JobCategory }) {
    const found = await client.send(new sagemaker.DescribeJobCommand({ JobName, JobCategory: JobCategory as sagemaker.JobCategory }));
    return otherCompute({
      arn: found.JobArn,
      name: found.JobName,
      created: found.CreationTime,
      state: jobState(found.JobStatus),
      roleArns: [found.RoleArn],
    });
  },
  async MlflowTrackingServer(client, { TrackingServerName }) {
    const found = await client.send(new sagemaker.DescribeMlflowTrackingServerCommand({ TrackingServerName }));
    return otherCompute({
      arn: found.TrackingServerArn,
      name: found.TrackingServerName,
      created: found.CreationTime,
      state: resourceState(found.TrackingServerStatus),
      roleArns: [found.RoleArn],
    });
  },
  async MlflowApp(client, { Arn }) {
    const found = await client.send(new sagemaker.DescribeMlflowAppCommand({ Arn }));
    return otherCompute({
      arn: found.Arn,
      name: found.Name,
      created: found.CreationTime,
      state: resourceState(found.Status),
      roleArns: [found.RoleArn],
    });
  },
  async PartnerApp(client, { Arn }) {
    const found = await client.send(new sagemaker.DescribePartnerAppCommand({ Arn }));
    return otherCompute({
      arn: found.Arn,
      name: found.Name,
      created: found.CreationTime,
      state: resourceState(found.Status),
      roleArns: [found.ExecutionRoleArn],
    });
  },
  async Algorithm(client, { AlgorithmName }) {
    const found = await client.send(new sagemaker.DescribeAlgorithmCommand({ AlgorithmName }));
    return otherCompute({
      arn: found.AlgorithmArn,
      name: found.AlgorithmName,
      created: found.CreationTime,
      state: /^(Pending|InProgress)$/.test(found.AlgorithmStatus ?? "") ? "changing" : "running",
      roleArns: [found.ValidationSpecification?.ValidationRole],
    });
  },
};

/** Describes a resource; undefined if it does not exist. */
export async function describe(client: Client, type: ResourceTypeName, id: Id): Promise<Described | undefined> {
  const found = await orMissing(describers[type](client, id));
  return found && { type, id, ...found };
}
