// Lists and deletes resources that remain in AWS after the deletion of a Studio domain. Makes no decisions.
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";

export type Tags = Record<string, string>;

/** Tag of the resources that SageMaker creates for a domain; the value is the ARN of the domain. */
export const domainTag = "ManagedByAmazonSageMakerResource";
export const environmentTag = "cloister:environment";

export interface FileSystem {
  id: string;
  /** `available`, `deleting`, … */
  status: string;
  tags: Tags;
  bytes: number;
}

export interface MountTarget {
  id: string;
  status: string;
  fileSystem: string;
  subnet: string;
  vpc: string;
}

/** A security group that SageMaker created for a domain. */
export interface Group {
  id: string;
  name: string;
  vpc: string;
  tags: Tags;
}

/** A network interface that no resource uses. */
export interface Interface {
  id: string;
  description: string;
  subnet: string;
  groups: string[];
}

export interface LifecycleConfig {
  name: string;
  tags: Tags;
}

export interface LogStream {
  group: string;
  name: string;
}

/** AWS in one account and region. A call that fails rejects with the error from AWS. */
export interface SweepClient {
  /** IDs of the existing domains. */
  domains(): Promise<string[]>;
  /** The file systems that SageMaker created. */
  fileSystems(): Promise<FileSystem[]>;
  mountTargets(fileSystem: string): Promise<MountTarget[]>;
  /** The groups that SageMaker created. */
  groups(): Promise<Group[]>;
  /** The interfaces that SageMaker created and no resource uses. */
  interfaces(): Promise<Interface[]>;
  /** The Studio lifecycle configurations whose names contain a text. */
  lifecycleConfigs(text: string): Promise<LifecycleConfig[]>;
  /** The log streams of a domain in the log group that all domains share. */
  logStreams(domain: string): Promise<LogStream[]>;
  tagFileSystem(id: string, tags: Tags): Promise<void>;
  tagGroup(id: string, tags: Tags): Promise<void>;
  /** Revokes all rules of a group. */
  revokeRules(group: string): Promise<void>;
  /** Deletions. A resource that is already deleted is not an error. */
  deleteMountTarget(id: string): Promise<void>;
  deleteFileSystem(id: string): Promise<void>;
  deleteGroup(id: string): Promise<void>;
  deleteInterface(id: string): Promise<void>;
  deleteLifecycleConfig(name: string): Promise<void>;
  deleteLogStream(stream: LogStream): Promise<void>;
}

/** Log group of all Studio apps in an account. The names of its streams start with the ID of the domain. */
const studioLogGroup = "/aws/sagemaker/studio";

const isMissing = ({ name }: Error): boolean => /NotFound(Exception)?$/.test(name);
const ignoreMissing = (call: Promise<unknown>): Promise<void> =>
  call.then(
    () => {},
    (error: Error) => {
      if (!isMissing(error)) throw error;
    },
  );
/** An empty list if the resource does not exist. */
const unlessMissing = <T>(call: Promise<T[]>): Promise<T[]> =>
  call.catch((error: Error) => {
    if (isMissing(error)) return [];
    throw error;
  });

const tagsOf = (tags: { Key?: string | undefined; Value?: string | undefined }[] = []): Tags =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key!, Value ?? ""]));
const toList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Connects to AWS with the SDK, which is loaded here because it is large. `signal` aborts only calls that read. */
export async function sweepClient(session: Session, region: string, signal?: AbortSignal): Promise<SweepClient> {
  const [ec2, efs, logs, sagemaker] = await Promise.all([
    import("@aws-sdk/client-ec2"),
    import("@aws-sdk/client-efs"),
    import("@aws-sdk/client-cloudwatch-logs"),
    import("@aws-sdk/client-sagemaker"),
  ]);
  const ec2Client = new ec2.EC2Client(connectionSettings(session, "ec2", region));
  const efsClient = new efs.EFSClient(connectionSettings(session, "elasticfilesystem", region));
  const logsClient = new logs.CloudWatchLogsClient(connectionSettings(session, "logs", region));
  const studio = new sagemaker.SageMakerClient(connectionSettings(session, "api.sagemaker", region));
  const options = { abortSignal: signal };

  return {
    async domains() {
      const ids: string[] = [];
      for await (const { Domains } of sagemaker.paginateListDomains({ client: studio, pageSize: 100 }, {}, options))
        ids.push(...(Domains ?? []).map(({ DomainId }) => DomainId!));
      return ids;
    },
    async fileSystems() {
      const found: FileSystem[] = [];
      for await (const { FileSystems } of efs.paginateDescribeFileSystems({ client: efsClient, pageSize: 100 }, {}, options))
        for (const { FileSystemId, LifeCycleState, Tags, SizeInBytes } of FileSystems ?? [])
          found.push({ id: FileSystemId!, status: LifeCycleState!, tags: tagsOf(Tags), bytes: SizeInBytes?.Value ?? 0 });
      return found.filter(({ tags }) => domainTag in tags);
    },
    mountTargets: (fileSystem) =>
      unlessMissing(
        (async () => {
          const found: MountTarget[] = [];
          for await (const { MountTargets } of efs.paginateDescribeMountTargets(
            { client: efsClient },
            { FileSystemId: fileSystem },
            options,
          ))
            for (const { MountTargetId, LifeCycleState, SubnetId, VpcId } of MountTargets ?? [])
              found.push({ id: MountTargetId!, status: LifeCycleState!, fileSystem, subnet: SubnetId!, vpc: VpcId! });
          return found.filter(({ status }) => status !== "deleted");
        })(),
      ),
    async groups() {
      const found: Group[] = [];
      const filter = { Filters: [{ Name: "tag-key", Values: [domainTag] }] };
      for await (const { SecurityGroups } of ec2.paginateDescribeSecurityGroups({ client: ec2Client }, filter, options))
        for (const { GroupId, GroupName, VpcId, Tags } of SecurityGroups ?? [])
          found.push({ id: GroupId!, name: GroupName!, vpc: VpcId!, tags: tagsOf(Tags) });
      return found;
    },
    async interfaces() {
      const found: Interface[] = [];
      const filter = {
        Filters: [
          { Name: "status", Values: ["available"] },
          { Name: "description", Values: ["*ENI managed by SageMaker*"] },
        ],
      };
      for await (const { NetworkInterfaces } of ec2.paginateDescribeNetworkInterfaces({ client: ec2Client }, filter, options))
        for (const { NetworkInterfaceId, Description, SubnetId, Groups } of NetworkInterfaces ?? [])
          found.push({
            id: NetworkInterfaceId!,
            description: Description ?? "",
            subnet: SubnetId!,
            groups: (Groups ?? []).map(({ GroupId }) => GroupId!),
          });
      return found;
    },
    async lifecycleConfigs(NameContains) {
      const found: LifecycleConfig[] = [];
      const paging = { client: studio, pageSize: 100 };
      for await (const { StudioLifecycleConfigs } of sagemaker.paginateListStudioLifecycleConfigs(paging, { NameContains }, options))
        for (const { StudioLifecycleConfigName, StudioLifecycleConfigArn } of StudioLifecycleConfigs ?? []) {
          const tags = await studio.send(new sagemaker.ListTagsCommand({ ResourceArn: StudioLifecycleConfigArn }), options);
          found.push({ name: StudioLifecycleConfigName!, tags: tagsOf(tags.Tags) });
        }
      return found;
    },
    logStreams: (domain) =>
      unlessMissing(
        (async () => {
          const found: LogStream[] = [];
          const request = { logGroupName: studioLogGroup, logStreamNamePrefix: `${domain}/` };
          for await (const { logStreams } of logs.paginateDescribeLogStreams({ client: logsClient }, request, options))
            found.push(...(logStreams ?? []).map(({ logStreamName }) => ({ group: studioLogGroup, name: logStreamName! })));
          return found;
        })(),
      ),
    tagFileSystem: async (ResourceId, tags) => {
      await efsClient.send(new efs.TagResourceCommand({ ResourceId, Tags: toList(tags) }));
    },
    tagGroup: async (id, tags) => {
      await ec2Client.send(new ec2.CreateTagsCommand({ Resources: [id], Tags: toList(tags) }));
    },
    revokeRules: (GroupId) =>
      ignoreMissing(
        (async () => {
          const { SecurityGroupRules = [] } = await ec2Client.send(
            new ec2.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [GroupId] }] }),
            options,
          );
          const idsOf = (egress: boolean) =>
            SecurityGroupRules.filter(({ IsEgress }) => IsEgress === egress).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId!);
          const [ingress, egress] = [idsOf(false), idsOf(true)];
          if (ingress.length > 0)
            await ec2Client.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: ingress }));
          if (egress.length > 0) await ec2Client.send(new ec2.RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: egress }));
        })(),
      ),
    deleteMountTarget: (MountTargetId) => ignoreMissing(efsClient.send(new efs.DeleteMountTargetCommand({ MountTargetId }))),
    deleteFileSystem: (FileSystemId) => ignoreMissing(efsClient.send(new efs.DeleteFileSystemCommand({ FileSystemId }))),
    deleteGroup: (GroupId) => ignoreMissing(ec2Client.send(new ec2.DeleteSecurityGroupCommand({ GroupId }))),
    deleteInterface: (NetworkInterfaceId) => ignoreMissing(ec2Client.send(new ec2.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))),
    deleteLifecycleConfig: (StudioLifecycleConfigName) =>
      ignoreMissing(studio.send(new sagemaker.DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName }))),
    deleteLogStream: ({ group, name }) =>
      ignoreMissing(logsClient.send(new logs.DeleteLogStreamCommand({ logGroupName: group, logStreamName: name }))),
  };
}
