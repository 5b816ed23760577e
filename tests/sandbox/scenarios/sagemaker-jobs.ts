import { type Scenario, type Step } from "../scenario";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const setUp: Step[] = [
  { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
  {
    call: "ec2:CreateSubnet",
    input: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" },
    save: { subnet: "Subnet.SubnetId" },
  },
  {
    call: "ec2:CreateSecurityGroup",
    input: { VpcId: "${vpc}", GroupName: "jobs", Description: "of a test" },
    save: { group: "GroupId" },
  },
  { call: "iam:CreateRole", input: { RoleName: "jobs-${run}", AssumeRolePolicyDocument: trust }, save: { role: "Role.Arn" } },
  {
    call: "sagemaker:CreateModel",
    input: {
      ModelName: "model-${run}",
      PrimaryContainer: { Image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/model:1" },
      ExecutionRoleArn: "${role}",
      VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] },
    },
  },
];
const tearDown: Step[] = [
  { call: "sagemaker:DeleteModel", input: { ModelName: "model-${run}" } },
  { call: "iam:DeleteRole", input: { RoleName: "jobs-${run}" } },
  { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
];
const vpc = { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] };
const output = { S3OutputPath: "s3://bucket/out" };
const cluster = { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 };
const s3 = { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://bucket/in" } };
const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/job:1";
const training = {
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  RoleArn: "${role}",
  OutputDataConfig: output,
  ResourceConfig: cluster,
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
  VpcConfig: vpc,
};

/** Operations of each kind, with the input that creates a job. */
const kinds: { kind: string; version?: string; input: object; withoutModel?: object }[] = [
  { kind: "TrainingJob", input: training },
  {
    kind: "ProcessingJob",
    input: {
      ProcessingResources: { ClusterConfig: cluster },
      AppSpecification: { ImageUri: image },
      RoleArn: "${role}",
      NetworkConfig: { VpcConfig: vpc },
    },
  },
  {
    kind: "TransformJob",
    input: {
      ModelName: "model-${run}",
      TransformInput: { DataSource: s3 },
      TransformOutput: output,
      TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
    },
  },
  {
    kind: "HyperParameterTuningJob",
    input: {
      HyperParameterTuningJobConfig: {
        Strategy: "Bayesian",
        ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 },
      },
      TrainingJobDefinition: training,
    },
  },
  {
    kind: "AutoMLJob",
    version: "V2",
    input: {
      AutoMLJobInputDataConfig: [{ ChannelType: "training", ContentType: "text/csv;header=present", DataSource: s3 }],
      OutputDataConfig: output,
      AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: "y" } },
      RoleArn: "${role}",
      SecurityConfig: { VpcConfig: vpc },
    },
  },
];

const interfaces = (count: number): Step => ({
  call: "ec2:DescribeNetworkInterfaces",
  input: { Filters: [{ Name: "group-id", Values: ["${group}"] }] },
  output: { NetworkInterfaces: Array.from({ length: count }, () => ({ Status: "in-use", SubnetId: "${subnet}" })) },
});

const ofKind = ({ kind, version = "", input }: (typeof kinds)[number]): Scenario => {
  const named = { [`${kind}Name`]: "job-${run}" };
  const call = (verb: string, ending = "") => `sagemaker:${verb}${kind}${ending}`;
  const status = (value: string): Step => ({
    call: call("List", "s"),
    input: { NameContains: "job-${run}" },
    output: { [`${kind}Summaries`]: [{ ...named, [`${kind}Status`]: value }] },
  });
  return {
    title: `runs a ${kind} until it is stopped, and holds its subnet and security group until then`,
    steps: [
      ...setUp,
      {
        call: call("Create", version),
        input: { ...named, ...input, Tags: [{ Key: "team", Value: "fraud" }] },
        save: { arn: `${kind}Arn` },
      },
      { call: call("Create", version), input: { ...named, ...input }, error: "ValidationException" },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${arn}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: call("Describe", version), input: named, output: { [`${kind}Arn`]: "${arn}", [`${kind}Status`]: "InProgress" } },
      interfaces(1),
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" }, error: "DependencyViolation" },
      { call: call("Stop"), input: named },
      { call: call("Stop"), input: named, error: "ValidationException" },
      interfaces(1),
      status("Stopping"),
      status("Stopped"),
      interfaces(0),
      { call: call("Describe", version), input: { [`${kind}Name`]: "none" }, error: "ValidationException" },
      { call: call("Stop"), input: { [`${kind}Name`]: "none" }, error: "ValidationException" },
      ...tearDown,
    ],
  };
};

const schedule = { MonitoringScheduleName: "schedule-${run}" };
const pipeline = { PipelineName: "pipeline-${run}" };
const token = { ClientRequestToken: "0123456789012345678901234567890${run}" };

export const jobs: Scenario[] = [
  ...kinds.map(ofKind),
  {
    title: "creates and deletes a monitoring schedule",
    steps: [
      {
        call: "sagemaker:CreateMonitoringSchedule",
        input: { ...schedule, MonitoringScheduleConfig: { MonitoringJobDefinitionName: "drift", MonitoringType: "DataQuality" } },
        save: { arn: "MonitoringScheduleArn" },
      },
      {
        call: "sagemaker:CreateMonitoringSchedule",
        input: { ...schedule, MonitoringScheduleConfig: {} },
        error: "ValidationException",
      },
      { call: "sagemaker:DescribeMonitoringSchedule", input: schedule, output: { MonitoringScheduleStatus: "Scheduled" } },
      {
        call: "sagemaker:ListMonitoringSchedules",
        input: { NameContains: "schedule-${run}" },
        output: { MonitoringScheduleSummaries: [{ MonitoringScheduleArn: "${arn}" }] },
      },
      { call: "sagemaker:DeleteMonitoringSchedule", input: schedule },
      { call: "sagemaker:DeleteMonitoringSchedule", input: schedule, error: "ValidationException" },
      { call: "sagemaker:DescribeMonitoringSchedule", input: schedule, error: "ValidationException" },
    ],
  },
  {
    title: "deletes a pipeline only when no execution runs",
    steps: [
      { call: "iam:CreateRole", input: { RoleName: "pipe-${run}", AssumeRolePolicyDocument: trust }, save: { role: "Role.Arn" } },
      {
        call: "sagemaker:CreatePipeline",
        input: { ...pipeline, ...token, PipelineDefinition: "{}", RoleArn: "${role}" },
        save: { arn: "PipelineArn" },
      },
      {
        call: "sagemaker:CreatePipeline",
        input: { ...pipeline, ...token, PipelineDefinition: "{}", RoleArn: "${role}" },
        error: "ValidationException",
      },
      { call: "sagemaker:DescribePipeline", input: pipeline, output: { PipelineArn: "${arn}" } },
      {
        call: "sagemaker:ListPipelines",
        input: { PipelineNamePrefix: "pipeline-${run}" },
        output: { PipelineSummaries: [{ PipelineArn: "${arn}" }] },
      },
      { call: "sagemaker:StartPipelineExecution", input: { ...pipeline, ...token }, save: { execution: "PipelineExecutionArn" } },
      { call: "sagemaker:DeletePipeline", input: { ...pipeline, ...token }, error: "ConflictException" },
      { call: "sagemaker:StopPipelineExecution", input: { PipelineExecutionArn: "${execution}", ...token } },
      {
        call: "sagemaker:ListPipelineExecutions",
        input: pipeline,
        output: { PipelineExecutionSummaries: [{ PipelineExecutionArn: "${execution}", PipelineExecutionStatus: "Stopping" }] },
      },
      {
        call: "sagemaker:DescribePipelineExecution",
        input: { PipelineExecutionArn: "${execution}" },
        output: { PipelineExecutionStatus: "Stopped" },
      },
      { call: "sagemaker:StopPipelineExecution", input: { PipelineExecutionArn: "${execution}", ...token }, error: "ConflictException" },
      { call: "sagemaker:DeletePipeline", input: { ...pipeline, ...token } },
      ...(
        [
          ["DescribePipeline", pipeline],
          ["DeletePipeline", { ...pipeline, ...token }],
          ["StartPipelineExecution", { ...pipeline, ...token }],
          ["ListPipelineExecutions", pipeline],
          ["DescribePipelineExecution", { PipelineExecutionArn: "${execution}" }],
          ["StopPipelineExecution", { PipelineExecutionArn: "${execution}", ...token }],
        ] as [string, object][]
      ).map(([operation, input]): Step => ({ call: `sagemaker:${operation}`, input, error: "ResourceNotFound" })),
      { call: "iam:DeleteRole", input: { RoleName: "pipe-${run}" } },
    ],
  },
];
