// Implements Amazon EFS: file systems and their mount targets, whose network interfaces are in moto. Stores no files.
import { randomBytes } from "node:crypto";
import { AwsError } from "../aws-error";
import { type Context, type Operation, nativeService } from "../service";
import { pageOf } from "./page";
import { type Tag, withTags } from "./tags";

type Item = Record<string, unknown>;

interface State {
  /** File systems by ID. */
  fileSystems: Record<string, Item>;
  /** Mount targets by ID, with their security groups in `groups`. */
  mountTargets: Record<string, { target: Item; groups: string[] }>;
}

type Efs = Context<State>;

/** IDs in EFS are hexadecimal. */
const idWith = (prefix: string): string => prefix + randomBytes(9).toString("hex").slice(1);

const missingFileSystem = (id: unknown) => new AwsError("FileSystemNotFound", `File system '${String(id)}' does not exist.`, 404);
const missingTarget = (id: unknown) => new AwsError("MountTargetNotFound", `Mount target '${String(id)}' does not exist.`, 404);

function fileSystemOf({ state }: Efs, id: unknown): Item {
  // The operations also accept the ARN of a file system.
  const found = state.fileSystems[String(id).replace(/^arn:.*:file-system\//, "")];
  if (!found) throw missingFileSystem(id);
  return found;
}

function targetOf({ state }: Efs, id: unknown): State["mountTargets"][string] {
  const found = state.mountTargets[String(id)];
  if (!found) throw missingTarget(id);
  return found;
}

const targetsOf = ({ state }: Efs, fileSystem: unknown) =>
  Object.values(state.mountTargets).filter(({ target }) => target.FileSystemId === fileSystem);

const described = (context: Efs, fileSystem: Item): Item => ({
  ...fileSystem,
  NumberOfMountTargets: targetsOf(context, fileSystem.FileSystemId).length,
});

/** One page of a list. EFS calls the tokens `Marker` and `NextMarker`. */
function paged(output: string, all: Item[], { MaxItems, Marker }: Item): Item {
  const { items, next } = pageOf(all, MaxItems, Marker);
  return { [output]: items, ...(Marker ? { Marker } : {}), ...(next === undefined ? {} : { NextMarker: next }) };
}

const rejectWith =
  (error: AwsError) =>
  (reason: unknown): never => {
    throw reason instanceof AwsError && reason.code.endsWith("NotFound") ? error : reason;
  };

const fileSystems: Record<string, Operation<State>> = {
  CreateFileSystem({ CreationToken, Tags = [], ...input }, context) {
    const { state, caller, partition } = context;
    const same = Object.values(state.fileSystems).find((fileSystem) => fileSystem.CreationToken === CreationToken);
    if (same)
      throw new AwsError(
        "FileSystemAlreadyExists",
        `File system '${String(same.FileSystemId)}' already exists with creation token '${String(CreationToken)}'`,
        409,
      );
    if (input.KmsKeyId !== undefined && input.Encrypted !== true)
      throw new AwsError("BadRequest", "KmsKeyId is only supported for encrypted file systems");
    const id = idWith("fs-");
    state.fileSystems[id] = {
      PerformanceMode: "generalPurpose",
      ThroughputMode: "bursting",
      Encrypted: false,
      ...input,
      CreationToken,
      OwnerId: caller.account,
      FileSystemId: id,
      FileSystemArn: `arn:${partition}:elasticfilesystem:${caller.region}:${caller.account}:file-system/${id}`,
      CreationTime: context.now(),
      LifeCycleState: "available",
      SizeInBytes: { Value: 6144 },
      Tags,
      Name: (Tags as Tag[]).find(({ Key }) => Key === "Name")?.Value,
    };
    return described(context, state.fileSystems[id]);
  },

  DescribeFileSystems(input, context) {
    const { FileSystemId, CreationToken } = input;
    const all = FileSystemId === undefined ? Object.values(context.state.fileSystems) : [fileSystemOf(context, FileSystemId)];
    const found = all.filter((fileSystem) => CreationToken === undefined || fileSystem.CreationToken === CreationToken);
    return paged(
      "FileSystems",
      found.map((fileSystem) => described(context, fileSystem)),
      input,
    );
  },

  /** Mount targets block the deletion, even while they are being deleted. */
  DeleteFileSystem({ FileSystemId }, context) {
    const { FileSystemId: id } = fileSystemOf(context, FileSystemId);
    if (targetsOf(context, id).length > 0)
      throw new AwsError("FileSystemInUse", `File system '${String(id)}' has mount targets created in it.`, 409);
    delete context.state.fileSystems[String(id)];
    return {};
  },

  TagResource({ ResourceId, Tags }, context) {
    const fileSystem = fileSystemOf(context, ResourceId);
    fileSystem.Tags = withTags(fileSystem.Tags as Tag[], Tags as Tag[]);
    return {};
  },

  ListTagsForResource: ({ ResourceId }, context) => ({ Tags: fileSystemOf(context, ResourceId).Tags }),
};

interface Subnet {
  VpcId: string;
  AvailabilityZone: string;
  AvailabilityZoneId: string;
}

const mountTargets: Record<string, Operation<State>> = {
  async CreateMountTarget({ FileSystemId, SubnetId, SecurityGroups }, context) {
    const { FileSystemId: id } = fileSystemOf(context, FileSystemId);
    const { Subnets } = (await context
      .moto("ec2", "DescribeSubnets", { SubnetIds: [SubnetId] })
      .catch(rejectWith(new AwsError("SubnetNotFound", `The subnet ID '${String(SubnetId)}' does not exist`)))) as { Subnets: [Subnet] };
    const [{ VpcId, AvailabilityZone, AvailabilityZoneId }] = Subnets;
    const others = targetsOf(context, id).map(({ target }) => target);
    const conflict = (message: string) => new AwsError("MountTargetConflict", message, 409);
    if (others.some((other) => other.VpcId !== VpcId))
      throw conflict("requested subnet for new mount target is not in the same VPC as existing mount targets");
    if (others.some((other) => other.AvailabilityZoneName === AvailabilityZone)) throw conflict("mount target already exists in this AZ");
    // moto creates an interface with any group.
    if (SecurityGroups)
      await context
        .moto("ec2", "DescribeSecurityGroups", { GroupIds: SecurityGroups })
        .catch(rejectWith(new AwsError("SecurityGroupNotFound", "One of the security groups does not exist")));
    const MountTargetId = idWith("fsmt-");
    const { NetworkInterface } = (await context.moto("ec2", "CreateNetworkInterface", {
      SubnetId,
      Description: `requester-managed: EFS mount target for ${String(id)} (${MountTargetId})`,
      ...(SecurityGroups ? { Groups: SecurityGroups } : {}),
    })) as {
      NetworkInterface: { NetworkInterfaceId: string; PrivateIpAddress: string; Groups?: { GroupId: string }[] };
    };
    const target = {
      OwnerId: context.caller.account,
      MountTargetId,
      FileSystemId: id,
      SubnetId,
      LifeCycleState: "available",
      IpAddress: NetworkInterface.PrivateIpAddress,
      NetworkInterfaceId: NetworkInterface.NetworkInterfaceId,
      AvailabilityZoneId,
      AvailabilityZoneName: AvailabilityZone,
      VpcId,
    };
    context.state.mountTargets[MountTargetId] = {
      target,
      groups: (SecurityGroups as string[] | undefined) ?? (NetworkInterface.Groups ?? []).map(({ GroupId }) => GroupId),
    };
    return target;
  },

  /** A deleted mount target is `deleting` in one response. Until then, its interface holds its subnet and security groups. */
  async DescribeMountTargets(input, context) {
    const { FileSystemId, MountTargetId } = input;
    if ((FileSystemId === undefined) === (MountTargetId === undefined))
      throw new AwsError("BadRequest", "Must specify exactly one mutually exclusive parameter.");
    const found =
      MountTargetId === undefined
        ? targetsOf(context, fileSystemOf(context, FileSystemId).FileSystemId).map(({ target }) => target)
        : [targetOf(context, MountTargetId).target];
    const answer = paged("MountTargets", found, input);
    for (const target of found.filter(({ LifeCycleState }) => LifeCycleState === "deleting")) {
      await context.moto("ec2", "DeleteNetworkInterface", { NetworkInterfaceId: target.NetworkInterfaceId });
      delete context.state.mountTargets[String(target.MountTargetId)];
    }
    return answer;
  },

  DescribeMountTargetSecurityGroups: ({ MountTargetId }, context) => ({ SecurityGroups: targetOf(context, MountTargetId).groups }),

  DeleteMountTarget({ MountTargetId }, context) {
    targetOf(context, MountTargetId).target.LifeCycleState = "deleting";
    return {};
  },
};

export const efs = nativeService<State>({
  scope: "elasticfilesystem",
  model: "efs",
  violation: { code: "BadRequest" },
  initial: () => ({ fileSystems: {}, mountTargets: {} }),
  operations: { ...fileSystems, ...mountTargets },
  leftovers: ({ fileSystems: all, mountTargets: targets }) => [
    ...Object.keys(all).map((id) => ({ type: "FileSystem", id })),
    ...Object.keys(targets).map((id) => ({ type: "MountTarget", id })),
  ],
});
