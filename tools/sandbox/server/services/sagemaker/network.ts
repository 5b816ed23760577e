// The resources in EFS and EC2 that SageMaker creates in the account of the user: home file systems, NFS groups, network interfaces.
import { type Item, type Sagemaker } from "./state";

const tagKey = "ManagedByAmazonSageMakerResource";
/** Ports of NFS and of the Lustre client. Source: the security groups that SageMaker creates for a domain. */
const nfsPorts: [from: number, to: number][] = [
  [988, 988],
  [1018, 1023],
  [2049, 2049],
];

const groupName = (direction: "inbound" | "outbound", domain: unknown) => `security-group-for-${direction}-nfs-${String(domain)}`;

async function createGroup(context: Sagemaker, direction: "inbound" | "outbound", { DomainId, DomainArn, VpcId }: Item): Promise<string> {
  const { GroupId } = await context.moto("ec2", "CreateSecurityGroup", {
    VpcId,
    GroupName: groupName(direction, DomainId),
    Description: `[DO NOT DELETE] Security Group that allows ${direction} NFS traffic for SageMaker Notebooks Domain [${String(DomainId)}]`,
    TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: tagKey, Value: DomainArn }] }],
  });
  return String(GroupId);
}

/** The IDs of the NFS groups that still exist, by direction. */
async function groupsOf(context: Sagemaker, { DomainId, VpcId }: Item): Promise<{ inbound?: string; outbound?: string }> {
  const { SecurityGroups = [] } = (await context.moto("ec2", "DescribeSecurityGroups", {
    Filters: [{ Name: "vpc-id", Values: [VpcId] }],
  })) as { SecurityGroups?: { GroupId: string; GroupName: string }[] };
  const idOf = (direction: "inbound" | "outbound") => {
    const found = SecurityGroups.find(({ GroupName }) => GroupName === groupName(direction, DomainId));
    return found ? { [direction]: found.GroupId } : {};
  };
  return { ...idOf("inbound"), ...idOf("outbound") };
}

/** Creates the file system of a new domain, with a mount target in each zone, and two groups that name each other. */
export async function createHome(context: Sagemaker, domain: Item): Promise<string> {
  const { DomainId, DomainArn, SubnetIds, KmsKeyId } = domain;
  const inbound = await createGroup(context, "inbound", domain);
  const outbound = await createGroup(context, "outbound", domain);
  const rules = (GroupId: string) =>
    nfsPorts.map(([FromPort, ToPort]) => ({ IpProtocol: "tcp", FromPort, ToPort, UserIdGroupPairs: [{ GroupId }] }));
  const toAnywhere = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  await context.moto("ec2", "AuthorizeSecurityGroupIngress", { GroupId: inbound, IpPermissions: rules(outbound) });
  for (const GroupId of [inbound, outbound])
    await context.moto("ec2", "RevokeSecurityGroupEgress", { GroupId, IpPermissions: [toAnywhere] });
  await context.moto("ec2", "AuthorizeSecurityGroupEgress", { GroupId: outbound, IpPermissions: rules(inbound) });
  const { FileSystemId } = await context.native("elasticfilesystem", "CreateFileSystem", {
    CreationToken: DomainId,
    Encrypted: true,
    ...(KmsKeyId === undefined ? {} : { KmsKeyId }),
    Tags: [{ Key: tagKey, Value: DomainArn }],
  });
  const { Subnets } = await context.moto("ec2", "DescribeSubnets", { SubnetIds });
  const byZone = new Map((Subnets as { AvailabilityZone: string; SubnetId: string }[]).map((subnet) => [subnet.AvailabilityZone, subnet]));
  for (const { SubnetId } of byZone.values())
    await context.native("elasticfilesystem", "CreateMountTarget", { FileSystemId, SubnetId, SecurityGroups: [inbound] });
  return String(FileSystemId);
}

/** Deletes the file system of a domain and everything that SageMaker created for it. Tolerates what is deleted already. */
export async function deleteHome(context: Sagemaker, domain: Item): Promise<void> {
  const efs = (operation: string, input: Record<string, unknown>) => context.native("elasticfilesystem", operation, input);
  const { FileSystems } = await efs("DescribeFileSystems", { CreationToken: domain.DomainId });
  for (const { FileSystemId } of FileSystems as Item[]) {
    const targets = async () => (await efs("DescribeMountTargets", { FileSystemId })).MountTargets as Item[];
    // The answer is the last one that contains the targets whose deletion is in progress.
    const present = (await targets()).filter(({ LifeCycleState }) => LifeCycleState !== "deleting");
    for (const { MountTargetId } of present) await efs("DeleteMountTarget", { MountTargetId });
    await targets();
    await efs("DeleteFileSystem", { FileSystemId });
  }
  const groups = Object.values(await groupsOf(context, domain));
  for (const GroupId of groups) {
    const { SecurityGroups } = await context.moto("ec2", "DescribeSecurityGroups", { GroupIds: [GroupId] });
    const [{ IpPermissions = [], IpPermissionsEgress = [] }] = SecurityGroups as [
      { IpPermissions?: object[]; IpPermissionsEgress?: object[] },
    ];
    if (IpPermissions.length > 0) await context.moto("ec2", "RevokeSecurityGroupIngress", { GroupId, IpPermissions });
    if (IpPermissionsEgress.length > 0)
      await context.moto("ec2", "RevokeSecurityGroupEgress", { GroupId, IpPermissions: IpPermissionsEgress });
  }
  for (const GroupId of groups) await context.moto("ec2", "DeleteSecurityGroup", { GroupId });
}

export interface Network {
  Subnets?: string[] | undefined;
  SecurityGroupIds?: string[] | undefined;
}

/** Creates the network interface of a workload, if it runs in a VPC. The interface holds its subnet and security groups. */
export async function attach(
  context: Sagemaker,
  arn: string,
  description: string,
  network: Network | undefined,
): Promise<string | undefined> {
  const [SubnetId] = network?.Subnets ?? [];
  if (SubnetId === undefined) return undefined;
  const { NetworkInterface } = await context.moto("ec2", "CreateNetworkInterface", {
    SubnetId,
    Description: `requester-managed: ${description}`,
    ...(network?.SecurityGroupIds?.length ? { Groups: network.SecurityGroupIds } : {}),
  });
  const { NetworkInterfaceId } = NetworkInterface as { NetworkInterfaceId: string };
  (context.state.interfaces[arn] ??= []).push(NetworkInterfaceId);
  return NetworkInterfaceId;
}

/** Creates the network interface of an app in the network of its domain. */
export async function attachApp(context: Sagemaker, domain: Item, arn: string, groups: string[] = []): Promise<void> {
  if (domain.AppNetworkAccessType !== "VpcOnly") return;
  const { outbound } = await groupsOf(context, domain);
  await attach(context, arn, `[DO NOT DELETE] ENI managed by SageMaker for Studio Domain (${String(domain.DomainId)})`, {
    Subnets: domain.SubnetIds as string[],
    SecurityGroupIds: [...groups, ...(outbound === undefined ? [] : [outbound])],
  });
}

/** The IDs of the network interfaces of a workload. */
export const interfacesOf = ({ state }: Sagemaker, arn: unknown): readonly string[] => state.interfaces[String(arn)] ?? [];

/** Deletes network interfaces of a workload, by default all. */
export async function detach(context: Sagemaker, arn: unknown, ids = interfacesOf(context, arn)): Promise<void> {
  for (const NetworkInterfaceId of ids) await context.moto("ec2", "DeleteNetworkInterface", { NetworkInterfaceId });
  const others = interfacesOf(context, arn).filter((id) => !ids.includes(id));
  if (others.length > 0) context.state.interfaces[String(arn)] = others;
  else delete context.state.interfaces[String(arn)];
}
