// Calls of SageMaker whose events the sandbox is recorded for, and what the evaluator must find. Written by hand, so that a wrong
// recording does not become a wrong expectation. Names in `${}` are of the recorder.
type Item = Record<string, unknown>;

export interface RecordedCase {
  name: string;
  /** Calls before, which change what the decisive call is about. */
  before?: [operation: string, input: Item][];
  operation: string;
  input: Item;
  /** Error of the call. Failed calls have events too. */
  error?: string;
  /** Controls that the resource violates. */
  violates: string[];
  /** Corrections in the mode `correct`, without tags. */
  corrects: string[];
}

/** A copy with other values by path. `undefined` deletes a member. */
function changed(item: Item, changes: Item): Item {
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

export const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/work:1";
const foreignImage = "999999999999.dkr.ecr.eu-central-1.amazonaws.com/work:1";
const role = "${role}";
const vpc = { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] };
const otherGroup = { Subnets: ["${subnet}"], SecurityGroupIds: ["${sameNetworkGroup}"] };
const key = "${key}";
const cluster = { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10, VolumeKmsKeyId: key };
const s3 = { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://bucket/in" } };
const output = { S3OutputPath: "s3://bucket/out", KmsKeyId: key };

interface Base {
  kind: string;
  operation: string;
  /** Member with the name. */
  id: string;
  input: Item;
  corrects: string[];
  variants: Record<string, [changes: Item, violates: string[]]>;
  /** Error of a second call with the same name. */
  duplicate?: string;
}

const network = (path: string): Base["variants"] => ({
  "no network": [{ [path]: undefined }, ["InSubnets", "InGroups"]],
  "the subnet of another network": [
    { [path]: { Subnets: ["${otherSubnet}"], SecurityGroupIds: ["${otherGroup}"] } },
    ["InOurSubnets", "InOurGroups"],
  ],
  "a security group of another team": [{ [path]: otherGroup }, ["InOurGroups"]],
});

const training: Item = {
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  RoleArn: role,
  OutputDataConfig: output,
  ResourceConfig: cluster,
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
  VpcConfig: vpc,
  EnableNetworkIsolation: true,
  EnableInterContainerTrafficEncryption: true,
};

const bases: Base[] = [
  {
    kind: "training job",
    operation: "CreateTrainingJob",
    id: "TrainingJobName",
    input: training,
    corrects: ["StopTrainingJob"],
    duplicate: "ValidationException",
    variants: {
      ...network("VpcConfig"),
      "no volume key": [{ "ResourceConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "no result key": [{ "OutputDataConfig.KmsKeyId": undefined }, ["ResultKey"]],
      "no encrypted traffic": [{ EnableInterContainerTrafficEncryption: false }, ["ContainerTraffic"]],
      "no isolation": [{ EnableNetworkIsolation: false }, ["Isolated"]],
      "another instance type": [{ "ResourceConfig.InstanceType": "ml.p3.2xlarge" }, ["InstanceTypes"]],
      "a foreign image": [{ "AlgorithmSpecification.TrainingImage": foreignImage }, ["ImageSource"]],
      "the role of another team": [{ RoleArn: "${otherRole}" }, ["ForeignRole"]],
    },
  },
  {
    kind: "processing job",
    operation: "CreateProcessingJob",
    id: "ProcessingJobName",
    input: {
      ProcessingResources: { ClusterConfig: cluster },
      AppSpecification: { ImageUri: image },
      ProcessingOutputConfig: { Outputs: [], KmsKeyId: key },
      RoleArn: role,
      NetworkConfig: { VpcConfig: vpc, EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true },
    },
    corrects: ["StopProcessingJob"],
    duplicate: "ValidationException",
    variants: {
      ...network("NetworkConfig.VpcConfig"),
      "no isolation": [{ "NetworkConfig.EnableNetworkIsolation": false }, ["Isolated"]],
      "a foreign image": [{ "AppSpecification.ImageUri": foreignImage }, ["ImageSource"]],
      "no volume key": [{ "ProcessingResources.ClusterConfig.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
    },
  },
  {
    kind: "tuning job",
    operation: "CreateHyperParameterTuningJob",
    id: "HyperParameterTuningJobName",
    input: {
      HyperParameterTuningJobConfig: { Strategy: "Bayesian", ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 } },
      TrainingJobDefinition: training,
    },
    corrects: ["StopHyperParameterTuningJob"],
    duplicate: "ValidationException",
    variants: {
      ...network("TrainingJobDefinition.VpcConfig"),
      "no isolation": [{ "TrainingJobDefinition.EnableNetworkIsolation": false }, ["Isolated"]],
    },
  },
  {
    kind: "AutoML job",
    operation: "CreateAutoMLJobV2",
    id: "AutoMLJobName",
    input: {
      AutoMLJobInputDataConfig: [{ ChannelType: "training", ContentType: "text/csv;header=present", DataSource: s3 }],
      OutputDataConfig: output,
      AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: "y" } },
      RoleArn: role,
      SecurityConfig: { VpcConfig: vpc, VolumeKmsKeyId: key, EnableInterContainerTrafficEncryption: true },
    },
    corrects: ["StopAutoMLJob"],
    duplicate: "ValidationException",
    variants: {
      ...network("SecurityConfig.VpcConfig"),
      "no encrypted traffic": [{ "SecurityConfig.EnableInterContainerTrafficEncryption": false }, ["ContainerTraffic"]],
    },
  },
  {
    kind: "transform job",
    operation: "CreateTransformJob",
    id: "TransformJobName",
    input: {
      ModelName: "${model}",
      TransformInput: { DataSource: s3 },
      TransformOutput: output,
      TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeKmsKeyId: key },
    },
    corrects: ["StopTransformJob"],
    duplicate: "ValidationException",
    variants: {
      "no volume key": [{ "TransformResources.VolumeKmsKeyId": undefined }, ["VolumeKey"]],
      "no result key": [{ "TransformOutput.KmsKeyId": undefined }, ["ResultKey"]],
      "a model without a network": [{ ModelName: "${openModel}" }, ["InSubnets", "InGroups"]],
    },
  },
  {
    kind: "model",
    operation: "CreateModel",
    id: "ModelName",
    input: { PrimaryContainer: { Image: image }, ExecutionRoleArn: role, VpcConfig: vpc, EnableNetworkIsolation: true },
    corrects: ["DeleteModel"],
    duplicate: "ValidationException",
    variants: {
      ...network("VpcConfig"),
      "no isolation": [{ EnableNetworkIsolation: false }, ["Isolated"]],
      "a foreign image": [{ "PrimaryContainer.Image": foreignImage }, ["ImageSource"]],
    },
  },
  {
    kind: "endpoint configuration",
    operation: "CreateEndpointConfig",
    id: "EndpointConfigName",
    input: {
      KmsKeyId: key,
      ProductionVariants: [{ VariantName: "all", ModelName: "${model}", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    },
    corrects: ["DeleteEndpointConfig"],
    duplicate: "ValidationException",
    variants: {
      "no volume key": [{ KmsKeyId: undefined }, ["VolumeKey"]],
      "a model without a network": [
        { ProductionVariants: [{ VariantName: "all", ModelName: "${openModel}", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }] },
        ["InSubnets", "InGroups"],
      ],
      "another instance type": [
        { ProductionVariants: [{ VariantName: "all", ModelName: "${model}", InstanceType: "ml.g5.xlarge", InitialInstanceCount: 1 }] },
        ["InstanceTypes"],
      ],
    },
  },
  {
    kind: "notebook instance",
    operation: "CreateNotebookInstance",
    id: "NotebookInstanceName",
    input: {
      InstanceType: "ml.t3.medium",
      SubnetId: "${subnet}",
      SecurityGroupIds: ["${group}"],
      RoleArn: role,
      KmsKeyId: key,
      DirectInternetAccess: "Disabled",
      RootAccess: "Disabled",
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "2" },
    },
    corrects: ["StopNotebookInstance"],
    duplicate: "ValidationException",
    variants: {
      "direct internet access": [{ DirectInternetAccess: "Enabled" }, ["NotebooksOffline"]],
      "root access": [{ RootAccess: "Enabled" }, ["NotebooksWithoutRoot", "NoRootLater"]],
      "version 1 of the metadata service": [
        { InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: "1" } },
        ["NotebooksWithImdsV2", "NoImdsV1Later"],
      ],
      "another instance type": [{ InstanceType: "ml.p2.xlarge" }, ["InstanceTypes"]],
    },
  },
  {
    kind: "monitoring schedule",
    operation: "CreateMonitoringSchedule",
    id: "MonitoringScheduleName",
    input: {
      MonitoringScheduleConfig: {
        ScheduleConfig: { ScheduleExpression: "cron(0 * ? * * *)" },
        MonitoringJobDefinition: {
          BaselineConfig: {},
          MonitoringInputs: [{ EndpointInput: { EndpointName: "${endpoint}", LocalPath: "/opt/ml/processing/input" } }],
          MonitoringOutputConfig: {
            KmsKeyId: key,
            MonitoringOutputs: [
              { S3Output: { S3Uri: "s3://bucket/out", LocalPath: "/opt/ml/processing/output", S3UploadMode: "EndOfJob" } },
            ],
          },
          MonitoringResources: { ClusterConfig: cluster },
          MonitoringAppSpecification: { ImageUri: image },
          NetworkConfig: { VpcConfig: vpc, EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true },
          RoleArn: role,
        },
      },
    },
    corrects: ["StopMonitoringSchedule"],
    duplicate: "ValidationException",
    variants: {
      "no network": [
        { "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig": undefined },
        ["MonitorsByDefinition", "InSubnets", "InGroups"],
      ],
    },
  },
];

/** A schedule with an inline definition violates a control also with all required values. */
const always: Record<string, string[]> = { "monitoring schedule": ["MonitorsByDefinition"] };

const casesOf = ({ kind, operation, id, input, corrects, variants, duplicate }: Base): RecordedCase[] => {
  const named = (name: string, changes: Item) => ({ [id]: name, ...changed(input, changes) });
  const complete = always[kind] ?? [];
  const created = Object.entries<[Item, string[]]>({ "everything that is required": [{}, complete], ...variants }).map(
    ([name, [changes, violates]], i): RecordedCase => ({
      name: `a ${kind} with ${name}`,
      operation,
      input: named(`${id.slice(0, -4).toLowerCase()}-${i}`, changes),
      violates,
      // Only the network in a list names the environment of a job with a foreign role, and a list is a claim.
      corrects: violates.length > 0 && !violates.includes("ForeignRole") ? corrects : [],
    }),
  );
  const failed = (name: string, error: string | undefined, more: Partial<RecordedCase>): RecordedCase[] =>
    error === undefined
      ? []
      : [{ name: `a ${kind} whose call failed, ${name}`, operation, error, input: {}, violates: [], corrects: [], ...more }];
  const twice = named(`${id.slice(0, -4).toLowerCase()}-0`, Object.values(variants)[0]![0]);
  return [...created, ...failed("because the name exists", duplicate, { input: twice })];
};

const inDomain = { DomainId: "${domain}" };
const endpointInput = (EndpointName: string, EndpointConfigName: string) => ({ EndpointName, EndpointConfigName });
const space = (SpaceName: string, settings: Item = {}) => ({
  ...inDomain,
  SpaceName,
  OwnershipSettings: { OwnerUserProfileName: "ana" },
  SpaceSharingSettings: { SharingType: "Private" },
  SpaceSettings: { AppType: "JupyterLab", SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 10 } }, ...settings },
});
const app = (AppName: string, SpaceName: string, InstanceType = "ml.t3.medium") => ({
  ...inDomain,
  SpaceName,
  AppType: "JupyterLab",
  AppName,
  ResourceSpec: { InstanceType },
});
const profile = (UserProfileName: string, ExecutionRole: string) => ({ ...inDomain, UserProfileName, UserSettings: { ExecutionRole } });
const pipeline = (PipelineName: string, RoleArn: string) => ({
  PipelineName,
  RoleArn,
  PipelineDefinition: '{"Version":"2020-12-01","Steps":[]}',
  ClientRequestToken: `${PipelineName}-0123456789abcdef0123456789abcdef`,
});
const none = { violates: [], corrects: [] };

export const recordedCases: RecordedCase[] = [
  ...bases.flatMap(casesOf),
  {
    name: "an endpoint with everything that is required",
    operation: "CreateEndpoint",
    input: endpointInput("endpoint-good", "${config}"),
    ...none,
  },
  {
    name: "an endpoint of a model without a network",
    operation: "CreateEndpoint",
    input: endpointInput("endpoint-open", "${openConfig}"),
    violates: ["InSubnets", "InGroups"],
    corrects: ["DeleteEndpoint"],
  },
  {
    name: "an endpoint that is updated to a model without a network",
    operation: "UpdateEndpoint",
    input: endpointInput("endpoint-good", "${openConfig}"),
    violates: ["InSubnets", "InGroups"],
    corrects: ["DeleteEndpoint"],
  },
  {
    name: "an endpoint whose call failed, because its configuration does not exist",
    operation: "CreateEndpoint",
    input: endpointInput("endpoint-failed", "absent"),
    error: "ValidationException",
    ...none,
  },
  {
    name: "a notebook instance that is updated with root access",
    before: [
      ["StopNotebookInstance", { NotebookInstanceName: "notebookinstance-0" }],
      ["DescribeNotebookInstance", { NotebookInstanceName: "notebookinstance-0" }],
    ],
    operation: "UpdateNotebookInstance",
    input: { NotebookInstanceName: "notebookinstance-0", RootAccess: "Enabled" },
    violates: ["NotebooksWithoutRoot", "NoRootLater"],
    corrects: [],
  },
  {
    name: "a notebook instance that is started with root access",
    before: [["DescribeNotebookInstance", { NotebookInstanceName: "notebookinstance-0" }]],
    operation: "StartNotebookInstance",
    input: { NotebookInstanceName: "notebookinstance-0" },
    violates: ["NotebooksWithoutRoot", "NoRootLater"],
    corrects: ["StopNotebookInstance"],
  },
  {
    name: "a domain that is updated",
    operation: "UpdateDomain",
    input: { ...inDomain, DefaultUserSettings: { ExecutionRole: role, SecurityGroups: ["${group}"] } },
    ...none,
  },
  {
    name: "a domain with the security group of another team",
    operation: "UpdateDomain",
    input: { ...inDomain, DefaultUserSettings: { ExecutionRole: role, SecurityGroups: ["${sameNetworkGroup}"] } },
    violates: ["DomainVpcOnly"],
    corrects: [],
  },
  { name: "a user profile with everything that is required", operation: "CreateUserProfile", input: profile("bo", role), ...none },
  {
    name: "a user profile with the role of another team",
    operation: "CreateUserProfile",
    input: profile("eve", "${otherRole}"),
    violates: ["ForeignRole"],
    corrects: [],
  },
  {
    name: "a user profile that is updated to the role of another team",
    operation: "UpdateUserProfile",
    input: profile("bo", "${otherRole}"),
    violates: ["ForeignRole"],
    corrects: [],
  },
  {
    name: "a user profile whose call failed, because the name exists",
    operation: "CreateUserProfile",
    input: profile("eve", role),
    error: "ResourceInUse",
    ...none,
  },
  { name: "a space with everything that is required", operation: "CreateSpace", input: space("space-good"), ...none },
  {
    name: "a space with another instance type",
    operation: "CreateSpace",
    input: space("space-large", { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: "ml.p3.2xlarge" } } }),
    violates: ["InstanceTypes"],
    corrects: [],
  },
  { name: "an app with everything that is required", operation: "CreateApp", input: app("default", "space-good"), ...none },
  {
    name: "an app with another instance type",
    operation: "CreateApp",
    input: app("default", "space-large", "ml.p3.2xlarge"),
    violates: ["InstanceTypes"],
    corrects: ["DeleteApp"],
  },
  { name: "a pipeline with everything that is required", operation: "CreatePipeline", input: pipeline("pipeline-good", role), ...none },
  {
    name: "a pipeline with the role of another team",
    operation: "CreatePipeline",
    input: pipeline("pipeline-other", "${otherRole}"),
    ...none,
  },
  {
    name: "a pipeline that is started",
    operation: "StartPipelineExecution",
    input: { PipelineName: "pipeline-good", ClientRequestToken: "0123456789abcdef0123456789abcdef" },
    ...none,
  },
  {
    name: "a pipeline whose call failed, because the name exists",
    operation: "CreatePipeline",
    input: pipeline("pipeline-good", role),
    error: "ValidationException",
    ...none,
  },
];
