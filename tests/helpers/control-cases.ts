// Descriptions of resources that meet the allow-list of an environment, and changes that violate one control each.
import { account, type Answer, arnOf, fraud, roleOf } from "./controls";

export interface ControlCase {
  name: string;
  type: string;
  /** The call that created the resource, and its parameters. */
  call: string;
  parameters: Record<string, unknown>;
  answers: Record<string, Answer>;
  /** Controls that the resource violates. Empty: none. */
  violates: string[];
  /** Changes in the mode `correct`, without tags. */
  corrects: string[];
}

type Item = Record<string, unknown>;

/** A copy with other values by path, `VpcConfig.Subnets`. `undefined` deletes a member. */
export function changed(item: Item, changes: Item): Item {
  const copy = structuredClone(item);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = names.pop()!;
    const parent = names.reduce<Item>((at, name) => (at[name] ??= {}) as Item, copy);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}

const created = 1_764_000_000;
const role = roleOf("fraud-dev");
const vpc = { Subnets: ["subnet-fraud-a"], SecurityGroupIds: ["sg-fraud-work"] };
const image = `${account}.dkr.ecr.eu-central-1.amazonaws.com/train@sha256:0a`;
const key = fraud.keyArn;
const foreignKey = "arn:aws:kms:eu-central-1:999999999999:key/1";
const cluster = { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 10, VolumeKmsKeyId: key };
const networkConfig = { VpcConfig: vpc, EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true };

const definition: Item = {
  RoleArn: role,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  InputDataConfig: [{ ChannelName: "train", DataSource: { S3DataSource: { S3Uri: "s3://data/", S3DataType: "S3Prefix" } } }],
  OutputDataConfig: { S3OutputPath: "s3://data/", KmsKeyId: key },
  ResourceConfig: cluster,
  VpcConfig: vpc,
  EnableNetworkIsolation: true,
  EnableInterContainerTrafficEncryption: true,
};
const training: Item = {
  TrainingJobName: "Train-1",
  TrainingJobArn: arnOf("training-job/train-1"),
  TrainingJobStatus: "InProgress",
  CreationTime: created,
  ...definition,
};
const processing: Item = {
  ProcessingJobName: "process-1",
  ProcessingJobArn: arnOf("processing-job/process-1"),
  ProcessingJobStatus: "InProgress",
  CreationTime: created,
  RoleArn: role,
  AppSpecification: { ImageUri: image },
  ProcessingResources: { ClusterConfig: cluster },
  ProcessingOutputConfig: { Outputs: [], KmsKeyId: key },
  NetworkConfig: networkConfig,
};
const tuning: Item = {
  HyperParameterTuningJobName: "tune-1",
  HyperParameterTuningJobArn: arnOf("hyper-parameter-tuning-job/tune-1"),
  HyperParameterTuningJobStatus: "InProgress",
  CreationTime: created,
  HyperParameterTuningJobConfig: { Strategy: "Random", ResourceLimits: { MaxParallelTrainingJobs: 1 } },
  TrainingJobDefinition: definition,
};
const automl: Item = {
  AutoMLJobName: "auto-1",
  AutoMLJobArn: arnOf("automl-job/auto-1"),
  AutoMLJobStatus: "InProgress",
  CreationTime: created,
  RoleArn: role,
  OutputDataConfig: { S3OutputPath: "s3://data/", KmsKeyId: key },
  SecurityConfig: { VolumeKmsKeyId: key, EnableInterContainerTrafficEncryption: true, VpcConfig: vpc },
};
const model: Item = {
  ModelName: "model-1",
  ModelArn: arnOf("model/model-1"),
  CreationTime: created,
  ExecutionRoleArn: role,
  PrimaryContainer: { Image: image },
  VpcConfig: vpc,
  EnableNetworkIsolation: true,
};
const transform: Item = {
  TransformJobName: "transform-1",
  TransformJobArn: arnOf("transform-job/transform-1"),
  TransformJobStatus: "InProgress",
  CreationTime: created,
  ModelName: "model-1",
  TransformOutput: { S3OutputPath: "s3://data/", KmsKeyId: key },
  TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeKmsKeyId: key },
};
const endpointConfig: Item = {
  EndpointConfigName: "config-1",
  EndpointConfigArn: arnOf("endpoint-config/config-1"),
  CreationTime: created,
  KmsKeyId: key,
  ProductionVariants: [{ VariantName: "all", ModelName: "model-1", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
};
const endpoint: Item = {
  EndpointName: "endpoint-1",
  EndpointArn: arnOf("endpoint/endpoint-1"),
  EndpointConfigName: "config-1",
  EndpointStatus: "InService",
  CreationTime: created,
};
const notebook: Item = {
  NotebookInstanceName: "notebook-1",
  NotebookInstanceArn: arnOf("notebook-instance/notebook-1"),
  NotebookInstanceStatus: "InService",
  CreationTime: created,
  RoleArn: role,
  SubnetId: "subnet-fraud-a",
  SecurityGroups: ["sg-fraud-ana"],
  DirectInternetAccess: "Disabled",
  RootAccess: "Disabled",
  InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "2" },
  KmsKeyId: fraud.deployed.keyArns[0],
  InstanceType: "ml.t3.medium",
};
const domain: Item = {
  DomainId: "d-fraud",
  DomainArn: arnOf("domain/d-fraud"),
  DomainName: "fraud-dev",
  Status: "InService",
  CreationTime: created,
  VpcId: "vpc-fraud",
  SubnetIds: ["subnet-fraud-a"],
  AppNetworkAccessType: "VpcOnly",
  DefaultUserSettings: { ExecutionRole: role, SecurityGroups: ["sg-fraud-studio"] },
};
const space: Item = {
  DomainId: "d-fraud",
  SpaceName: "space-1",
  SpaceArn: arnOf("space/d-fraud/space-1"),
  Status: "InService",
  CreationTime: created,
  SpaceSettings: { AppType: "JupyterLab", JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: "ml.t3.medium" } } },
};
const app: Item = {
  DomainId: "d-fraud",
  AppType: "JupyterLab",
  AppName: "default",
  SpaceName: "space-1",
  AppArn: arnOf("app/d-fraud/space-1/jupyterlab/default"),
  Status: "InService",
  CreationTime: created,
  ResourceSpec: { InstanceType: "ml.t3.medium" },
};
const jobDefinition: Item = {
  JobDefinitionName: "definition-1",
  JobDefinitionArn: arnOf("data-quality-job-definition/definition-1"),
  CreationTime: created,
  RoleArn: role,
  JobResources: { ClusterConfig: cluster },
  NetworkConfig: networkConfig,
  DataQualityAppSpecification: { ImageUri: image },
  DataQualityJobOutputConfig: { KmsKeyId: key, MonitoringOutputs: [] },
};
const schedule: Item = {
  MonitoringScheduleName: "schedule-1",
  MonitoringScheduleArn: arnOf("monitoring-schedule/schedule-1"),
  MonitoringScheduleStatus: "Scheduled",
  CreationTime: created,
  MonitoringScheduleConfig: { MonitoringJobDefinitionName: "definition-1", MonitoringType: "DataQuality" },
};
/** The definition of a job in a schedule, which no role of an environment can use. */
const inline = (network: Item): Item => ({
  RoleArn: role,
  MonitoringInputs: [],
  MonitoringOutputConfig: { MonitoringOutputs: [], KmsKeyId: key },
  MonitoringResources: { ClusterConfig: cluster },
  MonitoringAppSpecification: { ImageUri: image },
  NetworkConfig: { ...networkConfig, ...network },
});
const pipeline: Item = {
  PipelineName: "pipeline-1",
  PipelineArn: arnOf("pipeline/pipeline-1"),
  PipelineStatus: "Active",
  CreationTime: created,
  RoleArn: role,
};
const execution: Item = {
  PipelineExecutionArn: arnOf("pipeline/pipeline-1/execution/abc"),
  PipelineExecutionStatus: "Executing",
  CreationTime: created,
};
const foreignRole = `arn:aws:iam::${account}:role/other`;

interface Base {
  call: string;
  parameters: Item;
  describe: string;
  item: Item;
  answers?: Record<string, Answer>;
  corrects: string[];
  /** Changes of the description, and the controls that they violate. */
  variants: Record<string, [changes: Item, violates: string[]]>;
}

const networkVariants = (path: string): Base["variants"] => ({
  "no network": [{ [path]: undefined }, ["InSubnets", "InGroups"]],
  "a foreign subnet": [{ [`${path}.Subnets`]: ["subnet-fraud-a", "subnet-x"] }, ["InOurSubnets"]],
  "a foreign group": [{ [`${path}.SecurityGroupIds`]: ["sg-x"] }, ["InOurGroups"]],
});

const bases: Record<string, Base> = {
  TrainingJob: {
    call: "CreateTrainingJob",
    parameters: { trainingJobName: "Train-1" },
    describe: "DescribeTrainingJob",
    item: training,
    corrects: ["StopTrainingJob"],
    variants: {
      ...networkVariants("VpcConfig"),
      "no volume key": [{ "ResourceConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "a foreign volume key": [{ "ResourceConfig.VolumeKmsKeyId": foreignKey }, ["VolumeKey"]],
      "an alias of a key": [{ "ResourceConfig.VolumeKmsKeyId": "alias/fraud" }, ["VolumeKey"]],
      "a foreign result key": [{ "OutputDataConfig.KmsKeyId": foreignKey }, ["ResultKey"]],
      "no result key": [{ "OutputDataConfig.KmsKeyId": "" }, ["ResultKey"]],
      "no encrypted traffic": [{ EnableInterContainerTrafficEncryption: false }, ["ContainerTraffic"]],
      "no isolation": [{ EnableNetworkIsolation: undefined }, ["Isolated"]],
      "another instance type": [{ "ResourceConfig.InstanceType": "ml.p5.48xlarge" }, ["InstanceTypes"]],
      "another instance type in a group": [
        { "ResourceConfig.InstanceGroups": [{ InstanceGroupName: "a", InstanceType: "ml.g5.xlarge", InstanceCount: 1 }] },
        ["InstanceTypes"],
      ],
      "remote debugging": [{ RemoteDebugConfig: { EnableRemoteDebug: true } }, ["NoRemoteDebugging"]],
      "a file system": [
        {
          InputDataConfig: [
            {
              ChannelName: "a",
              DataSource: {
                FileSystemDataSource: { FileSystemId: "fs-1", FileSystemType: "EFS", FileSystemAccessMode: "rw", DirectoryPath: "/" },
              },
            },
          ],
        },
        ["NoFileSystems"],
      ],
      "a foreign image": [
        { "AlgorithmSpecification.TrainingImage": "999999999999.dkr.ecr.eu-central-1.amazonaws.com/x:1" },
        ["ImageSource"],
      ],
      "an image of the internet": [{ "AlgorithmSpecification.TrainingImage": "docker.io/library/python:3" }, ["ImageSource"]],
      "an image with the account in its name": [
        { "AlgorithmSpecification.TrainingImage": `evil.example/${account}.dkr.ecr.eu-central-1.amazonaws.com/x` },
        ["ImageSource"],
      ],
      "the role of another environment": [{ RoleArn: roleOf("risk-dev") }, ["InOurSubnets", "InOurGroups", "VolumeKey", "ResultKey"]],
      "a role of no environment": [{ RoleArn: foreignRole }, ["ForeignRole"]],
      "a role in a similar path": [{ RoleArn: `arn:aws:iam::${account}:role/cloister/eu-central-1/fraud-dev/workshop/x` }, ["ForeignRole"]],
      "three faults": [
        { VpcConfig: undefined, EnableInterContainerTrafficEncryption: undefined },
        ["InSubnets", "InGroups", "ContainerTraffic"],
      ],
      "the key by its ID": [{ "ResourceConfig.VolumeKmsKeyId": key.split("/")[1] }, []],
      "an AutoML job as its parent": [
        {
          AutoMLJobArn: arnOf("automl-job/auto-1"),
          "ResourceConfig.InstanceType": "ml.m5.12xlarge",
          EnableNetworkIsolation: false,
          "AlgorithmSpecification.TrainingImage": "737474898029.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-automl:1",
        },
        [],
      ],
    },
  },
  ProcessingJob: {
    call: "CreateProcessingJob",
    parameters: { processingJobName: "process-1" },
    describe: "DescribeProcessingJob",
    item: processing,
    corrects: ["StopProcessingJob"],
    variants: {
      ...networkVariants("NetworkConfig.VpcConfig"),
      "no network settings": [{ NetworkConfig: undefined }, ["InSubnets", "InGroups", "ContainerTraffic", "Isolated"]],
      "no volume key": [{ "ProcessingResources.ClusterConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "no result key": [{ "ProcessingOutputConfig.KmsKeyId": undefined }, ["ResultKey"]],
      "another instance type": [{ "ProcessingResources.ClusterConfig.InstanceType": "ml.c5.large" }, ["InstanceTypes"]],
      "a foreign image": [{ "AppSpecification.ImageUri": "public.ecr.aws/docker/library/python:3" }, ["ImageSource"]],
      "a monitoring schedule as its parent": [{ MonitoringScheduleArn: arnOf("monitoring-schedule/schedule-1") }, []],
    },
  },
  HyperParameterTuningJob: {
    call: "CreateHyperParameterTuningJob",
    parameters: { hyperParameterTuningJobName: "tune-1" },
    describe: "DescribeHyperParameterTuningJob",
    item: tuning,
    corrects: ["StopHyperParameterTuningJob"],
    variants: {
      ...networkVariants("TrainingJobDefinition.VpcConfig"),
      "no volume key": [{ "TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "no result key": [{ "TrainingJobDefinition.OutputDataConfig.KmsKeyId": undefined }, ["ResultKey"]],
      "no encrypted traffic": [{ "TrainingJobDefinition.EnableInterContainerTrafficEncryption": undefined }, ["ContainerTraffic"]],
      "no isolation": [{ "TrainingJobDefinition.EnableNetworkIsolation": undefined }, ["Isolated"]],
      "a file system": [
        { "TrainingJobDefinition.InputDataConfig": [{ ChannelName: "a", DataSource: { FileSystemDataSource: { FileSystemId: "fs-1" } } }] },
        ["NoFileSystems"],
      ],
      "a second definition without a network": [
        { TrainingJobDefinitions: [changed(definition, { VpcConfig: undefined })] },
        ["InSubnets", "InGroups"],
      ],
      "another instance type": [
        {
          "TrainingJobDefinition.HyperParameterTuningResourceConfig": {
            InstanceConfigs: [{ InstanceType: "ml.p3.2xlarge", InstanceCount: 1, VolumeSizeInGB: 1 }],
          },
        },
        ["InstanceTypes"],
      ],
    },
  },
  AutoMLJob: {
    call: "CreateAutoMLJobV2",
    parameters: { autoMLJobName: "auto-1" },
    describe: "DescribeAutoMLJobV2",
    item: automl,
    corrects: ["StopAutoMLJob"],
    variants: {
      ...networkVariants("SecurityConfig.VpcConfig"),
      "no security settings": [{ SecurityConfig: undefined }, ["InSubnets", "InGroups", "VolumeKey", "ContainerTraffic"]],
      "no result key": [{ "OutputDataConfig.KmsKeyId": undefined }, ["ResultKey"]],
    },
  },
  TransformJob: {
    call: "CreateTransformJob",
    parameters: { transformJobName: "transform-1" },
    describe: "DescribeTransformJob",
    item: transform,
    answers: { DescribeModel: model },
    corrects: ["StopTransformJob"],
    variants: {
      "no volume key": [{ "TransformResources.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "no result key": [{ "TransformOutput.KmsKeyId": undefined }, ["ResultKey"]],
      "another instance type": [{ "TransformResources.InstanceType": "ml.m5.24xlarge" }, ["InstanceTypes"]],
    },
  },
  Model: {
    call: "CreateModel",
    parameters: { modelName: "model-1" },
    describe: "DescribeModel",
    item: model,
    corrects: ["DeleteModel"],
    variants: {
      ...networkVariants("VpcConfig"),
      "no isolation": [{ EnableNetworkIsolation: false }, ["Isolated"]],
      "a foreign image in a second container": [
        { PrimaryContainer: undefined, Containers: [{ Image: image }, { Image: "999999999999.dkr.ecr.eu-central-1.amazonaws.com/x" }] },
        ["ImageSource"],
      ],
      "an existing role of the environment": [{ ExecutionRoleArn: `arn:aws:iam::${account}:role/existing-model` }, []],
      "a role whose name only starts like an existing role": [
        { ExecutionRoleArn: `arn:aws:iam::${account}:role/existing-model-2` },
        ["ForeignRole"],
      ],
    },
  },
  EndpointConfig: {
    call: "CreateEndpointConfig",
    parameters: { endpointConfigName: "config-1" },
    describe: "DescribeEndpointConfig",
    item: endpointConfig,
    answers: { DescribeModel: model },
    corrects: ["DeleteEndpointConfig"],
    variants: {
      "no volume key": [{ KmsKeyId: undefined }, ["VolumeKey"]],
      "another instance type": [
        { ProductionVariants: [{ VariantName: "a", ModelName: "model-1", InstanceType: "ml.g5.xlarge" }] },
        ["InstanceTypes"],
      ],
      "a serverless variant": [
        { ProductionVariants: [{ VariantName: "a", ModelName: "model-1", ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } }] },
        ["NoServerless"],
      ],
      "a serverless shadow variant": [
        {
          ShadowProductionVariants: [
            { VariantName: "s", ModelName: "model-1", ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } },
          ],
        },
        ["NoServerless"],
      ],
      "a variant for inference components, and no network": [
        { ExecutionRoleArn: role, ProductionVariants: [{ VariantName: "a", InstanceType: "ml.m5.large" }] },
        ["InSubnets", "InGroups", "Isolated"],
      ],
      "a variant for inference components in the network": [
        {
          ExecutionRoleArn: role,
          ProductionVariants: [{ VariantName: "a", InstanceType: "ml.m5.large" }],
          VpcConfig: vpc,
          EnableNetworkIsolation: true,
        },
        [],
      ],
      "a foreign subnet": [{ VpcConfig: { Subnets: ["subnet-x"], SecurityGroupIds: ["sg-fraud-work"] } }, ["InOurSubnets"]],
      "a foreign group": [{ VpcConfig: { Subnets: ["subnet-fraud-a"], SecurityGroupIds: ["sg-x"] } }, ["InOurGroups"]],
    },
  },
  Endpoint: {
    call: "CreateEndpoint",
    parameters: { endpointName: "endpoint-1", endpointConfigName: "config-1" },
    describe: "DescribeEndpoint",
    item: endpoint,
    answers: { DescribeEndpointConfig: endpointConfig, DescribeModel: model },
    corrects: ["DeleteEndpoint"],
    variants: {},
  },
  InferenceComponent: {
    call: "CreateInferenceComponent",
    parameters: { inferenceComponentName: "component-1" },
    describe: "DescribeInferenceComponent",
    item: {
      InferenceComponentName: "component-1",
      InferenceComponentArn: arnOf("inference-component/component-1"),
      InferenceComponentStatus: "InService",
      EndpointName: "endpoint-1",
      CreationTime: created,
      Specification: { ModelName: "model-1" },
    },
    answers: {
      DescribeEndpoint: endpoint,
      DescribeEndpointConfig: { ...endpointConfig, ExecutionRoleArn: role, VpcConfig: vpc, EnableNetworkIsolation: true },
      DescribeModel: model,
    },
    corrects: ["DeleteInferenceComponent"],
    variants: {
      "a foreign image": [
        { Specification: { Container: { DeployedImage: { SpecifiedImage: "docker.io/library/python:3" } } } },
        ["ImageSource"],
      ],
    },
  },
  NotebookInstance: {
    call: "CreateNotebookInstance",
    parameters: { notebookInstanceName: "notebook-1" },
    describe: "DescribeNotebookInstance",
    item: notebook,
    corrects: ["StopNotebookInstance"],
    variants: {
      "no subnet": [{ SubnetId: undefined, SecurityGroups: undefined }, ["InSubnets", "InGroups"]],
      "a foreign subnet": [{ SubnetId: "subnet-x" }, ["InOurSubnets"]],
      "a foreign group": [{ SecurityGroups: ["sg-x"] }, ["InOurGroups"]],
      "direct internet access": [{ DirectInternetAccess: "Enabled" }, ["NotebooksOffline"]],
      "root access": [{ RootAccess: "Enabled" }, ["NotebooksWithoutRoot", "NoRootLater"]],
      "version 1 of the metadata service": [
        { "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion": "1" },
        ["NotebooksWithImdsV2", "NoImdsV1Later"],
      ],
      "no key": [{ KmsKeyId: undefined }, ["VolumeKey"]],
      "another instance type": [{ InstanceType: "ml.p2.xlarge" }, ["InstanceTypes"]],
    },
  },
  Domain: {
    call: "UpdateDomain",
    parameters: { domainId: "d-fraud" },
    describe: "DescribeDomain",
    item: domain,
    corrects: [],
    variants: {
      "public internet access": [{ AppNetworkAccessType: "PublicInternetOnly" }, ["DomainVpcOnly"]],
      "a foreign subnet": [{ SubnetIds: ["subnet-fraud-a", "subnet-x"] }, ["DomainVpcOnly"]],
      "a foreign group": [{ "DefaultUserSettings.SecurityGroups": ["sg-x"] }, ["DomainVpcOnly"]],
    },
  },
  UserProfile: {
    call: "CreateUserProfile",
    parameters: { domainId: "d-fraud", userProfileName: "eve" },
    describe: "DescribeUserProfile",
    item: {
      DomainId: "d-fraud",
      UserProfileName: "eve",
      UserProfileArn: arnOf("user-profile/d-fraud/eve"),
      Status: "InService",
      CreationTime: created,
      UserSettings: { ExecutionRole: role, SecurityGroups: ["sg-fraud-studio"] },
    },
    answers: {
      DescribeDomain: domain,
      ListApps: { Apps: [{ AppType: "JupyterLab", AppName: "default", SpaceName: "s", Status: "InService" }] },
    },
    corrects: ["DeleteApp"],
    variants: {
      "a role of no environment": [{ "UserSettings.ExecutionRole": foreignRole }, ["ForeignRole"]],
      "a foreign group": [{ "UserSettings.SecurityGroups": ["sg-x"] }, ["DomainVpcOnly"]],
    },
  },
  Space: {
    call: "CreateSpace",
    parameters: { domainId: "d-fraud", spaceName: "space-1" },
    describe: "DescribeSpace",
    item: space,
    answers: { DescribeDomain: domain, ListApps: { Apps: [{ AppType: "JupyterLab", AppName: "default", Status: "InService" }] } },
    corrects: ["DeleteApp"],
    variants: {
      "remote access": [{ "SpaceSettings.RemoteAccess": "ENABLED" }, ["NoRemoteEditors"]],
      "another instance type": [
        { "SpaceSettings.JupyterLabAppSettings.DefaultResourceSpec.InstanceType": "ml.p4d.24xlarge" },
        ["InstanceTypes"],
      ],
    },
  },
  App: {
    call: "CreateApp",
    parameters: { domainId: "d-fraud", appType: "JupyterLab", appName: "default", spaceName: "space-1" },
    describe: "DescribeApp",
    item: app,
    answers: { DescribeDomain: domain },
    corrects: ["DeleteApp"],
    variants: {
      "another instance type": [{ "ResourceSpec.InstanceType": "ml.g5.xlarge" }, ["InstanceTypes"]],
      "the instance type of AWS": [{ "ResourceSpec.InstanceType": "system" }, []],
    },
  },
  MonitoringSchedule: {
    call: "CreateMonitoringSchedule",
    parameters: { monitoringScheduleName: "schedule-1" },
    describe: "DescribeMonitoringSchedule",
    item: schedule,
    answers: { DescribeDataQualityJobDefinition: jobDefinition },
    corrects: ["StopMonitoringSchedule"],
    variants: {
      "an inline definition": [
        { MonitoringScheduleConfig: { MonitoringJobDefinition: inline({ EnableInterContainerTrafficEncryption: false }) } },
        ["MonitorsByDefinition", "ContainerTraffic"],
      ],
      "an inline definition in a foreign network on a foreign instance": [
        {
          MonitoringScheduleConfig: {
            MonitoringJobDefinition: {
              ...inline({ VpcConfig: { Subnets: ["subnet-x"], SecurityGroupIds: ["sg-x"] } }),
              MonitoringResources: { ClusterConfig: { ...cluster, InstanceType: "ml.p2.xlarge" } },
            },
          },
        },
        ["MonitorsByDefinition", "InOurSubnets", "InOurGroups", "InstanceTypes"],
      ],
    },
  },
  DataQualityJobDefinition: {
    call: "CreateDataQualityJobDefinition",
    parameters: { jobDefinitionName: "definition-1" },
    describe: "DescribeDataQualityJobDefinition",
    item: jobDefinition,
    corrects: ["DeleteDataQualityJobDefinition"],
    variants: {
      ...networkVariants("NetworkConfig.VpcConfig"),
      "no result key": [{ "DataQualityJobOutputConfig.KmsKeyId": undefined }, ["ResultKey"]],
      "no volume key": [{ "JobResources.ClusterConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "another instance type": [{ "JobResources.ClusterConfig.InstanceType": "ml.r5.large" }, ["InstanceTypes"]],
      "no encrypted traffic": [{ "NetworkConfig.EnableInterContainerTrafficEncryption": false }, ["ContainerTraffic"]],
      "no isolation": [{ "NetworkConfig.EnableNetworkIsolation": false }, ["Isolated"]],
      "a foreign image": [{ "DataQualityAppSpecification.ImageUri": "quay.io/x" }, ["ImageSource"]],
    },
  },
  Pipeline: {
    call: "UpdatePipeline",
    parameters: { pipelineName: "pipeline-1" },
    describe: "DescribePipeline",
    item: pipeline,
    corrects: [],
    variants: {},
  },
  PipelineExecution: {
    call: "StartPipelineExecution",
    parameters: { pipelineName: "pipeline-1", pipelineExecutionArn: execution.PipelineExecutionArn },
    describe: "DescribePipelineExecution",
    item: execution,
    answers: { DescribePipeline: pipeline },
    corrects: [],
    variants: {},
  },
};

const casesOf = (type: string, base: Base): ControlCase[] =>
  Object.entries<[Item, string[]]>({ "everything that is required": [{}, []], ...base.variants }).map(([name, [changes, violates]]) => ({
    name: `${type} with ${name}`,
    type,
    call: base.call,
    parameters: base.parameters,
    answers: { ...base.answers, [base.describe]: changed(base.item, changes) },
    violates,
    // With a foreign role, only the network in a list names the environment, and a list is a claim.
    corrects: violates.length > 0 && !violates.includes("ForeignRole") ? base.corrects : [],
  }));

/** Compute that no role of an environment can create: each is noncompliant. */
const compute: [type: string, call: string, parameters: Item, describe: string, item: Item, corrects: string][] = [
  [
    "Cluster",
    "CreateCluster",
    { clusterName: "c" },
    "DescribeCluster",
    { ClusterName: "c", ClusterArn: arnOf("cluster/c"), ClusterStatus: "InService", InstanceGroups: [{ ExecutionRole: role }] },
    "DeleteCluster",
  ],
  [
    "AIBenchmarkJob",
    "CreateAIBenchmarkJob",
    { aIBenchmarkJobName: "c" },
    "DescribeAIBenchmarkJob",
    { AIBenchmarkJobName: "c", AIBenchmarkJobArn: arnOf("ai-benchmark-job/c"), AIBenchmarkJobStatus: "InProgress", RoleArn: role },
    "StopAIBenchmarkJob",
  ],
  [
    "AIRecommendationJob",
    "CreateAIRecommendationJob",
    { aIRecommendationJobName: "c" },
    "DescribeAIRecommendationJob",
    {
      AIRecommendationJobName: "c",
      AIRecommendationJobArn: arnOf("ai-recommendation-job/c"),
      AIRecommendationJobStatus: "InProgress",
      RoleArn: role,
    },
    "StopAIRecommendationJob",
  ],
  [
    "CompilationJob",
    "CreateCompilationJob",
    { compilationJobName: "c" },
    "DescribeCompilationJob",
    { CompilationJobName: "c", CompilationJobArn: arnOf("compilation-job/c"), CompilationJobStatus: "INPROGRESS", RoleArn: role },
    "StopCompilationJob",
  ],
  [
    "EdgePackagingJob",
    "CreateEdgePackagingJob",
    { edgePackagingJobName: "c" },
    "DescribeEdgePackagingJob",
    { EdgePackagingJobName: "c", EdgePackagingJobArn: arnOf("edge-packaging-job/c"), EdgePackagingJobStatus: "STARTING", RoleArn: role },
    "StopEdgePackagingJob",
  ],
  [
    "InferenceRecommendationsJob",
    "CreateInferenceRecommendationsJob",
    { jobName: "c" },
    "DescribeInferenceRecommendationsJob",
    { JobName: "c", JobArn: arnOf("inference-recommendations-job/c"), Status: "IN_PROGRESS", RoleArn: role },
    "StopInferenceRecommendationsJob",
  ],
  [
    "LabelingJob",
    "CreateLabelingJob",
    { labelingJobName: "c" },
    "DescribeLabelingJob",
    { LabelingJobName: "c", LabelingJobArn: arnOf("labeling-job/c"), LabelingJobStatus: "InProgress", RoleArn: role },
    "StopLabelingJob",
  ],
  [
    "OptimizationJob",
    "CreateOptimizationJob",
    { optimizationJobName: "c" },
    "DescribeOptimizationJob",
    { OptimizationJobName: "c", OptimizationJobArn: arnOf("optimization-job/c"), OptimizationJobStatus: "INPROGRESS", RoleArn: role },
    "StopOptimizationJob",
  ],
  [
    "Job",
    "CreateJob",
    { jobName: "c", jobCategory: "AgentRFT" },
    "DescribeJob",
    { JobName: "c", JobArn: arnOf("job/AgentRFT/c"), JobStatus: "InProgress", JobCategory: "AgentRFT", RoleArn: role },
    "StopJob",
  ],
  [
    "MlflowTrackingServer",
    "CreateMlflowTrackingServer",
    { trackingServerName: "c" },
    "DescribeMlflowTrackingServer",
    { TrackingServerName: "c", TrackingServerArn: arnOf("mlflow-tracking-server/c"), TrackingServerStatus: "Created", RoleArn: role },
    "StopMlflowTrackingServer",
  ],
  [
    "MlflowApp",
    "CreateMlflowApp",
    { name: "c", arn: arnOf("mlflow-app/c") },
    "DescribeMlflowApp",
    { Name: "c", Arn: arnOf("mlflow-app/c"), Status: "Created", RoleArn: role },
    "DeleteMlflowApp",
  ],
  [
    "PartnerApp",
    "CreatePartnerApp",
    { name: "c", arn: arnOf("partner-app/c") },
    "DescribePartnerApp",
    { Name: "c", Arn: arnOf("partner-app/c"), Status: "Available", ExecutionRoleArn: role },
    "DeletePartnerApp",
  ],
  [
    "Algorithm",
    "CreateAlgorithm",
    { algorithmName: "c" },
    "DescribeAlgorithm",
    {
      AlgorithmName: "c",
      AlgorithmArn: arnOf("algorithm/c"),
      AlgorithmStatus: "Completed",
      ValidationSpecification: { ValidationRole: role, ValidationProfiles: [] },
    },
    "DeleteAlgorithm",
  ],
];

export const controlCases: ControlCase[] = [
  ...Object.entries(bases).flatMap(([type, base]) => casesOf(type, base)),
  ...compute.map(([type, call, parameters, describe, item, corrects]) => ({
    name: `${type} with a role of an environment`,
    type,
    call,
    parameters,
    answers: { [describe]: { CreationTime: created, ...item } },
    violates: ["NoOtherCompute"],
    corrects: [corrects],
  })),
];

/** The case of a resource type that violates nothing. */
export const compliant = (type: string): ControlCase =>
  controlCases.find((entry) => entry.name === `${type} with everything that is required`)!;
export { domain, endpoint, endpointConfig, foreignRole, model, notebook, pipeline, training };
