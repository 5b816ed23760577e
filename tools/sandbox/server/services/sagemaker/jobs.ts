// Implements SageMaker jobs and monitoring schedules. A job runs until it is stopped.
import { keyIsUsable, networkFits, roleIsAssumable } from "./checks";
import { attach, detach, type Network } from "./network";
import { arnOf, contains, holds, invalid, type Item, keep, listing, type Operations, type Sagemaker, type State } from "./state";

interface Kind {
  /** Name of the kind in operations and members: `CreateTrainingJob`, `TrainingJobName`. */
  name: string;
  /** Ending of the operations that have a second version. */
  version?: string;
  /** The resource type in ARNs. */
  path: string;
  /** Members of the input that the sandbox checks. */
  role(input: Record<string, unknown>): unknown;
  network(input: Record<string, unknown>, context: Sagemaker): Network | undefined;
}

type Of<T> = T | undefined;

/** Source: AWS API, the Create operation of each kind. */
const kinds: Kind[] = [
  { name: "TrainingJob", path: "training-job", role: ({ RoleArn }) => RoleArn, network: ({ VpcConfig }) => VpcConfig as Of<Network> },
  {
    name: "ProcessingJob",
    path: "processing-job",
    role: ({ RoleArn }) => RoleArn,
    network: ({ NetworkConfig }) => (NetworkConfig as Of<{ VpcConfig?: Network }>)?.VpcConfig,
  },
  {
    name: "TransformJob",
    path: "transform-job",
    role: () => undefined,
    network: ({ ModelName }, { state }) => state.models[String(ModelName)]?.VpcConfig as Of<Network>,
  },
  {
    name: "HyperParameterTuningJob",
    path: "hyper-parameter-tuning-job",
    role: ({ TrainingJobDefinition }) => (TrainingJobDefinition as Of<{ RoleArn?: string }>)?.RoleArn,
    network: ({ TrainingJobDefinition }) => (TrainingJobDefinition as Of<{ VpcConfig?: Network }>)?.VpcConfig,
  },
  {
    name: "AutoMLJob",
    version: "V2",
    path: "automl-job",
    role: ({ RoleArn }) => RoleArn,
    network: ({ SecurityConfig }) => (SecurityConfig as Of<{ VpcConfig?: Network }>)?.VpcConfig,
  },
];

/** The keys of the jobs that are not stopped. */
export const runningJobs = ({ jobs: all }: State): string[] =>
  Object.keys(all).filter((key) => all[key]![`${key.split("/")[0]!}Status`] !== "Stopped");

function operationsOf({ name, version = "", path, role, network }: Kind): Operations {
  const [nameMember, arnMember, statusMember] = [`${name}Name`, `${name}Arn`, `${name}Status`];
  const of = (context: Sagemaker, input: Record<string, unknown>): Item => {
    const job = context.state.jobs[`${name}/${String(input[nameMember])}`];
    if (!job) throw invalid("Requested resource not found.");
    return job;
  };
  /** A stopped job is `Stopping` in one response. Until then, its network interface holds its subnet and security groups. */
  const finishStop = async (context: Sagemaker, job: Item): Promise<void> => {
    if (job[statusMember] !== "Stopping") return;
    await detach(context, job[arnMember]);
    job[statusMember] = "Stopped";
  };
  const all = (context: Sagemaker) => Object.entries(context.state.jobs).flatMap(([key, job]) => (key.startsWith(`${name}/`) ? [job] : []));
  const list = listing(
    `${name}Summaries`,
    (state) => Object.fromEntries(Object.entries(state.jobs).filter(([key]) => key.startsWith(`${name}/`))),
    [nameMember, arnMember, statusMember, "CreationTime", "LastModifiedTime"],
    (item, input) => contains(input.NameContains, item[nameMember]) && holds(input.StatusEquals, item[statusMember]),
  );
  return {
    async [`Create${name}${version}`](input, context) {
      const key = `${name}/${String(input[nameMember])}`;
      if (context.state.jobs[key]) throw invalid(`${name} names must be unique within an AWS account and region.`);
      if (name === "TransformJob" && !context.state.models[String(input.ModelName)])
        throw invalid(`Could not find model "${arnOf(context, `model/${String(input.ModelName).toLowerCase()}`)}".`);
      await roleIsAssumable(context, role(input));
      const vpc = network(input, context);
      await networkFits(context, { subnets: vpc?.Subnets, groups: vpc?.SecurityGroupIds });
      await keyIsUsable(context, (input.OutputDataConfig as Of<{ KmsKeyId?: string }>)?.KmsKeyId);
      const arn = arnOf(context, `${path}/${String(input[nameMember]).toLowerCase()}`);
      await attach(context, arn, `[DO NOT DELETE] ENI managed by SageMaker for ${name}`, vpc);
      keep(context, context.state.jobs, key, arn, { ...input, [arnMember]: arn, [statusMember]: "InProgress" });
      return { [arnMember]: arn };
    },
    async [`Describe${name}${version}`](input, context) {
      const job = of(context, input);
      const answer = { ...job };
      await finishStop(context, job);
      return answer;
    },
    [`Stop${name}`](input, context) {
      const job = of(context, input);
      if (job[statusMember] !== "InProgress")
        throw invalid(`The request was rejected because the job is in status ${String(job[statusMember])}.`);
      job[statusMember] = "Stopping";
      return {};
    },
    async [`List${name}s`](input, context) {
      const answer = await list(input, context);
      for (const job of all(context)) await finishStop(context, job);
      return answer;
    },
  };
}

function scheduleOf({ state }: Sagemaker, name: unknown): Item {
  const schedule = state.schedules[String(name)];
  if (!schedule) throw invalid(`Could not find monitoring schedule with name ${String(name)}`);
  return schedule;
}

const schedules: Operations = {
  CreateMonitoringSchedule(input, context) {
    const name = String(input.MonitoringScheduleName);
    if (context.state.schedules[name]) throw invalid(`Monitoring Schedule ${name} already exists.`);
    const MonitoringScheduleArn = arnOf(context, `monitoring-schedule/${name.toLowerCase()}`);
    keep(context, context.state.schedules, name, MonitoringScheduleArn, {
      ...input,
      MonitoringScheduleArn,
      MonitoringScheduleStatus: "Scheduled",
    });
    return { MonitoringScheduleArn };
  },
  DescribeMonitoringSchedule: ({ MonitoringScheduleName }, context) => scheduleOf(context, MonitoringScheduleName),
  DeleteMonitoringSchedule({ MonitoringScheduleName }, context) {
    const { MonitoringScheduleArn } = scheduleOf(context, MonitoringScheduleName);
    delete context.state.schedules[String(MonitoringScheduleName)];
    delete context.state.tags[String(MonitoringScheduleArn)];
    return {};
  },
  ListMonitoringSchedules: listing(
    "MonitoringScheduleSummaries",
    (state) => state.schedules,
    ["MonitoringScheduleName", "MonitoringScheduleArn", "MonitoringScheduleStatus", "CreationTime", "LastModifiedTime"],
    (item, input) => contains(input.NameContains, item.MonitoringScheduleName),
  ),
};

export const jobs: Operations = { ...Object.assign({}, ...kinds.map(operationsOf)), ...schedules };
