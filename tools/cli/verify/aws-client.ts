// Calls AWS for the checks. Makes no decisions.
import { CloudTrailClient, type Event, paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import * as ec2 from "@aws-sdk/client-ec2";
import { IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { type CreatingClient, type Run, type RunKind, type TaggedKind, type Target, type TrailEvent, type VerifyClient } from "./types";

/** Maximum number of pages, of 50 calls each, that a check reads: CloudTrail allows two lookups a second. */
const maxPages = 20;
/** Maximum number of resources of a kind whose tags a check reads, newest first. */
const maxResources = 50;

interface RecordedEvent {
  eventID: string;
  eventTime: string;
  eventName: string;
  userIdentity?: { invokedBy?: string; arn?: string; sessionContext?: { sessionIssuer?: { arn?: string } } };
  vpcEndpointId?: string;
  errorCode?: string;
  errorMessage?: string;
  requestParameters?: Record<string, unknown> | null;
}

/** A record of CloudTrail, as the checks read it. Pure. */
export function trailEvent({ CloudTrailEvent }: Pick<Event, "CloudTrailEvent">): TrailEvent {
  const { userIdentity = {}, ...record } = JSON.parse(CloudTrailEvent!) as RecordedEvent;
  const roleArn = userIdentity.sessionContext?.sessionIssuer?.arn;
  return {
    id: record.eventID,
    time: record.eventTime,
    name: record.eventName,
    ...(roleArn !== undefined && { roleArn }),
    ...(userIdentity.invokedBy !== undefined && { invokedBy: userIdentity.invokedBy }),
    ...(record.vpcEndpointId !== undefined && { endpointId: record.vpcEndpointId }),
    ...(record.errorCode !== undefined && { errorCode: record.errorCode }),
    ...(record.errorMessage !== undefined && { errorMessage: record.errorMessage }),
    request: record.requestParameters ?? {},
  };
}

interface Resource {
  name: string;
  arn: string;
  status: string;
}

/** Lists a kind, newest first. Summaries name each member after the kind. `ofEnvironment` selects resources with the tag of the environment. */
function listsOf(
  client: sagemaker.SageMakerClient,
  ofEnvironment: (resources: Promise<Resource[]>) => Promise<Resource[]>,
  options: { abortSignal?: AbortSignal },
) {
  const paging = { client, pageSize: 100 };
  const newest = { SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const first = async (pages: AsyncIterable<object>, kind: string): Promise<Resource[]> => {
    const found: Resource[] = [];
    for await (const page of pages) {
      const items = Object.values(page).find((value) => Array.isArray(value)) as Record<string, unknown>[] | undefined;
      for (const item of items ?? [])
        found.push({
          name: String(item[`${kind}Name`] ?? item[`${kind}Arn`]),
          arn: String(item[`${kind}Arn`]),
          status: String(item[`${kind}Status`] ?? item.Status),
        });
      if (found.length >= maxResources) break;
    }
    return found.slice(0, maxResources);
  };
  /** What the parents of the environment contain. Other environments of the account have parents of the same kind. */
  const each = async (parents: Promise<Resource[]>, list: (parent: Resource) => Promise<Resource[]>) =>
    (await Promise.all((await ofEnvironment(parents)).slice(0, 10).map(list))).flat().slice(0, maxResources);
  return {
    "training job": () => first(sagemaker.paginateListTrainingJobs(paging, newest, options), "TrainingJob"),
    "processing job": () => first(sagemaker.paginateListProcessingJobs(paging, newest, options), "ProcessingJob"),
    "AutoML job": () => first(sagemaker.paginateListAutoMLJobs(paging, newest, options), "AutoMLJob"),
    "notebook instance": () => first(sagemaker.paginateListNotebookInstances(paging, newest, options), "NotebookInstance"),
    endpoint: () => first(sagemaker.paginateListEndpoints(paging, newest, options), "Endpoint"),
    "monitoring schedule": () => first(sagemaker.paginateListMonitoringSchedules(paging, newest, options), "MonitoringSchedule"),
    "pipeline execution": () =>
      each(first(sagemaker.paginateListPipelines(paging, newest, options), "Pipeline"), ({ name }) =>
        first(sagemaker.paginateListPipelineExecutions(paging, { PipelineName: name }, options), "PipelineExecution"),
      ),
    "model package version": () =>
      each(first(sagemaker.paginateListModelPackageGroups(paging, newest, options), "ModelPackageGroup"), ({ name }) =>
        first(sagemaker.paginateListModelPackages(paging, { ModelPackageGroupName: name }, options), "ModelPackage"),
      ),
  };
}

/** Opens the API of the account in which the environment is deployed. `days`: how far back CloudTrail is read. */
export function openVerifyClient(
  session: Pick<Session, "env" | "world">,
  target: Target,
  { days, signal }: { days: number; signal?: AbortSignal },
): VerifyClient & CreatingClient {
  const { environment, partition, account, region, values } = target;
  const options = signal ? { abortSignal: signal } : {};
  const trail = new CloudTrailClient(connectionSettings(session, "cloudtrail", region));
  const iam = new IAMClient(connectionSettings(session, "iam", region));
  const network = new ec2.EC2Client(connectionSettings(session, "ec2", region));
  const studio = new sagemaker.SageMakerClient(connectionSettings(session, "api.sagemaker", region));
  const looked = new Map<string, Promise<TrailEvent[]>>();

  async function lookup(name: string): Promise<TrailEvent[]> {
    const found: TrailEvent[] = [];
    const input = {
      LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: name }],
      StartTime: new Date(Date.now() - days * 86_400_000),
    };
    let pages = 0;
    for await (const { Events = [] } of paginateLookupEvents({ client: trail, pageSize: 50 }, input, options)) {
      found.push(...Events.map(trailEvent));
      if (++pages === maxPages) break;
    }
    return found;
  }
  async function tagsOf(ResourceArn: string): Promise<Record<string, string>> {
    const tags: Record<string, string> = {};
    for await (const { Tags = [] } of sagemaker.paginateListTags({ client: studio }, { ResourceArn }, options))
      for (const { Key, Value } of Tags) tags[Key!] = Value!;
    return tags;
  }
  const isOfEnvironment = async ({ arn }: Resource) => (await tagsOf(arn))["cloister:environment"] === environment;
  async function ofEnvironment(resources: Promise<Resource[]>): Promise<Resource[]> {
    const all = await resources;
    const marks = await Promise.all(all.map(isOfEnvironment));
    return all.filter((_, i) => marks[i]);
  }
  const list = listsOf(studio, ofEnvironment, options);
  /** Why SageMaker failed: only descriptions contain the reason. */
  const reasonOf: Record<Exclude<RunKind, "monitoring execution">, (name: string) => Promise<{ FailureReason?: string }>> = {
    "training job": (TrainingJobName) => studio.send(new sagemaker.DescribeTrainingJobCommand({ TrainingJobName }), options),
    "processing job": (ProcessingJobName) => studio.send(new sagemaker.DescribeProcessingJobCommand({ ProcessingJobName }), options),
    "AutoML job": (AutoMLJobName) => studio.send(new sagemaker.DescribeAutoMLJobV2Command({ AutoMLJobName }), options),
    "notebook instance": (NotebookInstanceName) =>
      studio.send(new sagemaker.DescribeNotebookInstanceCommand({ NotebookInstanceName }), options),
    endpoint: (EndpointName) => studio.send(new sagemaker.DescribeEndpointCommand({ EndpointName }), options),
  };
  async function monitoringExecutions(): Promise<Run[]> {
    const schedules = await ofEnvironment(list["monitoring schedule"]());
    const runs: Run[] = [];
    for (const { name } of schedules)
      for await (const { MonitoringExecutionSummaries = [] } of sagemaker.paginateListMonitoringExecutions(
        { client: studio },
        { MonitoringScheduleName: name },
        options,
      ))
        for (const { MonitoringExecutionStatus, FailureReason } of MonitoringExecutionSummaries)
          runs.push({ name, status: MonitoringExecutionStatus!, ...(FailureReason && { failureReason: FailureReason }) });
    return runs;
  }
  /** Apps have no ARN in lists, and their tags are those of their space. */
  async function apps(): Promise<Resource[]> {
    const found: Resource[] = [];
    for await (const { Apps = [] } of sagemaker.paginateListApps({ client: studio }, { DomainIdEquals: values["domain-id"] }, options))
      for (const { AppName, AppType, SpaceName, Status } of Apps)
        if (SpaceName !== undefined && Status !== "Deleted")
          found.push({
            name: `${SpaceName}/${AppName}`,
            arn: `arn:${partition}:sagemaker:${region}:${account}:app/${values["domain-id"]}/${SpaceName}/${AppType}/${AppName}`,
            status: Status!,
          });
    return found.slice(0, maxResources);
  }
  const tagged: Record<TaggedKind, () => Promise<Resource[]>> = {
    app: apps,
    "pipeline execution": list["pipeline execution"],
    "model package version": list["model package version"],
  };
  const roleArns = {
    execution: values["execution-role-arn"],
    pipeline: values["pipeline-role-arn"],
    model: values["model-role-arn"],
    "data-scientist": target.dataScientistRoleArn,
  };

  return {
    events(name) {
      const earlier = looked.get(name) ?? lookup(name);
      looked.set(name, earlier);
      return earlier;
    },
    async runs(kind) {
      if (kind === "monitoring execution") return monitoringExecutions();
      const runs = await ofEnvironment(list[kind]());
      return Promise.all(
        runs.map(async ({ name, status }) => {
          const { FailureReason } = status === "Failed" ? await reasonOf[kind](name) : {};
          return { name, status, ...(FailureReason && { failureReason: FailureReason }) };
        }),
      );
    },
    async tagged(kind) {
      const resources = await tagged[kind]();
      return Promise.all(resources.map(async ({ name, arn }) => ({ name, tags: await tagsOf(arn) })));
    },
    async simulate({ role, action, resource, context }) {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: roleArns[role],
          ActionNames: [action],
          ResourceArns: [resource],
          ContextEntries: Object.entries(context).map(([ContextKeyName, ContextKeyValues]) => ({
            ContextKeyName,
            ContextKeyValues,
            ContextKeyType: ContextKeyName.startsWith("kms:Grant") ? ("boolean" as const) : ("string" as const),
          })),
        }),
        options,
      );
      return EvaluationResults[0]!.EvalDecision!;
    },
    async createInterface({ subnetId, groupId }) {
      const { NetworkInterface } = await network.send(
        new ec2.CreateNetworkInterfaceCommand({
          SubnetId: subnetId,
          Groups: [groupId],
          Description: "cloister verify",
          TagSpecifications: [
            {
              ResourceType: "network-interface",
              Tags: [
                { Key: "cloister:environment", Value: environment },
                { Key: "cloister:verify", Value: environment },
              ],
            },
          ],
        }),
      );
      return NetworkInterface!.NetworkInterfaceId!;
    },
    async authorizeAccount(NetworkInterfaceId, AwsAccountId) {
      try {
        await network.send(
          new ec2.CreateNetworkInterfacePermissionCommand({ NetworkInterfaceId, AwsAccountId, Permission: "INSTANCE-ATTACH" }),
        );
        return undefined;
      } catch (error) {
        return (error as Error).name;
      }
    },
    async deleteInterface(NetworkInterfaceId) {
      try {
        await network.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      } catch (error) {
        if ((error as Error).name !== "InvalidNetworkInterfaceID.NotFound") throw error;
      }
    },
    async leftoverInterfaces() {
      const Filters = [{ Name: "tag:cloister:verify", Values: [environment] }];
      const { NetworkInterfaces = [] } = await network.send(new ec2.DescribeNetworkInterfacesCommand({ Filters }), options);
      return NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId!);
    },
  };
}
