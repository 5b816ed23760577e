import { type Scenario, type Step } from "../scenario";

const network: Step[] = [
  { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
  {
    call: "ec2:CreateSubnet",
    input: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" },
    save: { subnet: "Subnet.SubnetId" },
  },
];
const dropNetwork: Step[] = [
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
];
const fileSystem = { FileSystemId: "${fs}" };
const mountTarget = { MountTargetId: "${target}" };
const interfaces = (output: object[]): Step => ({
  call: "ec2:DescribeNetworkInterfaces",
  input: { Filters: [{ Name: "subnet-id", Values: ["${subnet}"] }] },
  output: { NetworkInterfaces: output },
});
const reject = (error: string, ...calls: [operation: string, input: object][]): Step[] =>
  calls.map(([operation, input]) => ({ call: `efs:${operation}`, input, error }));

export const efs: Scenario[] = [
  {
    title: "keeps a file system until its mount targets are deleted, and a subnet until their interfaces are",
    steps: [
      ...network,
      {
        call: "ec2:CreateSecurityGroup",
        input: { VpcId: "${vpc}", GroupName: "nfs", Description: "of a test" },
        save: { group: "GroupId" },
      },
      {
        call: "efs:CreateFileSystem",
        input: { CreationToken: "home-${run}", Encrypted: true, Tags: [{ Key: "team", Value: "fraud" }] },
        output: { LifeCycleState: "available", NumberOfMountTargets: 0 },
        save: { fs: "FileSystemId" },
      },
      ...reject("FileSystemAlreadyExists", ["CreateFileSystem", { CreationToken: "home-${run}" }]),
      ...reject("BadRequest", ["CreateFileSystem", { CreationToken: "key-${run}", KmsKeyId: "alias/none" }]),
      ...reject("SecurityGroupNotFound", [
        "CreateMountTarget",
        { ...fileSystem, SubnetId: "${subnet}", SecurityGroups: ["sg-0f0f0f0f0f0f0f0f0"] },
      ]),
      {
        call: "efs:CreateMountTarget",
        input: { ...fileSystem, SubnetId: "${subnet}", SecurityGroups: ["${group}"] },
        output: { LifeCycleState: "available", VpcId: "${vpc}", AvailabilityZoneName: "eu-central-1a" },
        save: { target: "MountTargetId", eni: "NetworkInterfaceId" },
      },
      ...reject("MountTargetConflict", ["CreateMountTarget", { ...fileSystem, SubnetId: "${subnet}" }]),
      ...reject("SubnetNotFound", ["CreateMountTarget", { ...fileSystem, SubnetId: "subnet-00000000000000000" }]),
      { call: "efs:DescribeMountTargetSecurityGroups", input: mountTarget, output: { SecurityGroups: ["${group}"] } },
      { call: "efs:DescribeFileSystems", input: fileSystem, output: { FileSystems: [{ NumberOfMountTargets: 1 }] } },
      { call: "efs:DescribeFileSystems", input: { CreationToken: "home-${run}" }, output: { FileSystems: [fileSystem] } },
      { call: "efs:TagResource", input: { ResourceId: "${fs}", Tags: [{ Key: "Name", Value: "home" }] } },
      {
        call: "efs:ListTagsForResource",
        input: { ResourceId: "${fs}" },
        output: {
          Tags: [
            { Key: "team", Value: "fraud" },
            { Key: "Name", Value: "home" },
          ],
        },
      },
      interfaces([{ NetworkInterfaceId: "${eni}", Status: "in-use", RequesterManaged: true, Groups: [{ GroupId: "${group}" }] }]),
      { call: "ec2:DeleteNetworkInterface", input: { NetworkInterfaceId: "${eni}" }, error: "InvalidParameterValue" },
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" }, error: "DependencyViolation" },
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" }, error: "DependencyViolation" },
      ...reject("FileSystemInUse", ["DeleteFileSystem", fileSystem]),
      { call: "efs:DeleteMountTarget", input: mountTarget },
      ...reject("FileSystemInUse", ["DeleteFileSystem", fileSystem]),
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" }, error: "DependencyViolation" },
      { call: "efs:DescribeMountTargets", input: fileSystem, output: { MountTargets: [{ ...mountTarget, LifeCycleState: "deleting" }] } },
      { call: "efs:DescribeMountTargets", input: fileSystem, output: { MountTargets: [] } },
      { call: "efs:DeleteFileSystem", input: fileSystem },
      ...reject(
        "FileSystemNotFound",
        ["DescribeFileSystems", fileSystem],
        ["DescribeMountTargets", fileSystem],
        ["CreateMountTarget", { ...fileSystem, SubnetId: "${subnet}" }],
        ["DeleteFileSystem", fileSystem],
        ["TagResource", { ResourceId: "${fs}", Tags: [] }],
        ["ListTagsForResource", { ResourceId: "${fs}" }],
      ),
      ...reject("MountTargetNotFound", ["DeleteMountTarget", mountTarget], ["DescribeMountTargetSecurityGroups", mountTarget]),
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
      ...dropNetwork,
    ],
  },
];

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const role: Step = {
  call: "iam:CreateRole",
  input: { RoleName: "home-${run}", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const domain: Step = {
  call: "sagemaker:CreateDomain",
  input: {
    DomainName: "home-${run}",
    AuthMode: "IAM",
    AppNetworkAccessType: "VpcOnly",
    VpcId: "${vpc}",
    SubnetIds: ["${subnet}"],
    DefaultUserSettings: { ExecutionRole: "${role}" },
  },
  save: { domain: "DomainId", arn: "DomainArn" },
};
const inDomain = { DomainId: "${domain}" };
const app = { ...inDomain, SpaceName: "notes", AppType: "JupyterLab", AppName: "default" };
const tags = [{ Key: "ManagedByAmazonSageMakerResource", Value: "${arn}" }];
const group = (direction: string): Step => ({
  call: "ec2:DescribeSecurityGroups",
  input: { Filters: [{ Name: "group-name", Values: [`security-group-for-${direction}-nfs-\${domain}`] }] },
  output: { SecurityGroups: [{ VpcId: "${vpc}", Tags: tags }] },
  save: { [direction]: "SecurityGroups.0.GroupId", [`${direction}Rules`]: "SecurityGroups.0.GroupName" },
});
const dropGroup = (direction: string, error?: string): Step => ({
  call: "ec2:DeleteSecurityGroup",
  input: { GroupId: `\${${direction}}` },
  ...(error === undefined ? {} : { error }),
});
const ports = [
  [988, 988],
  [1018, 1023],
  [2049, 2049],
];
const rules = (id: string) =>
  ports.map(([FromPort, ToPort]) => ({ IpProtocol: "tcp", FromPort, ToPort, UserIdGroupPairs: [{ GroupId: id }] }));

export const sagemakerHome: Scenario[] = [
  {
    title: "keeps the file system, its mount targets and both NFS groups of a deleted domain by default",
    steps: [
      ...network,
      role,
      domain,
      group("inbound"),
      group("outbound"),
      {
        call: "efs:DescribeFileSystems",
        input: { CreationToken: "${domain}" },
        output: { FileSystems: [{ NumberOfMountTargets: 1, Tags: tags }] },
        save: { fs: "FileSystems.0.FileSystemId" },
      },
      { call: "sagemaker:DescribeDomain", input: inDomain, output: { HomeEfsFileSystemId: "${fs}" } },
      { call: "sagemaker:DeleteDomain", input: inDomain },
      { call: "sagemaker:DescribeDomain", input: inDomain, error: "ResourceNotFound" },
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" }, error: "DependencyViolation" },
      dropGroup("inbound", "DependencyViolation"),
      { call: "efs:DescribeMountTargets", input: fileSystem, save: { target: "MountTargets.0.MountTargetId" } },
      { call: "efs:DeleteMountTarget", input: mountTarget },
      { call: "efs:DescribeMountTargets", input: fileSystem, output: { MountTargets: [mountTarget] } },
      dropGroup("inbound", "DependencyViolation"),
      dropGroup("outbound", "DependencyViolation"),
      { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" }, error: "DependencyViolation" },
      { call: "ec2:RevokeSecurityGroupIngress", input: { GroupId: "${inbound}", IpPermissions: rules("${outbound}") } },
      dropGroup("inbound", "DependencyViolation"),
      { call: "ec2:RevokeSecurityGroupEgress", input: { GroupId: "${outbound}", IpPermissions: rules("${inbound}") } },
      dropGroup("inbound"),
      dropGroup("outbound"),
      ...dropNetwork,
      { call: "efs:DeleteFileSystem", input: fileSystem },
      { call: "iam:DeleteRole", input: { RoleName: "home-${run}" } },
    ],
  },
  {
    title: "deletes the file system and the NFS groups with the domain on request, and holds the subnet while an app runs",
    steps: [
      ...network,
      role,
      domain,
      {
        call: "ec2:CreateSecurityGroup",
        input: { VpcId: "${vpc}", GroupName: "ada", Description: "of a test" },
        save: { group: "GroupId" },
      },
      group("outbound"),
      {
        call: "sagemaker:CreateUserProfile",
        input: { ...inDomain, UserProfileName: "ada", UserSettings: { SecurityGroups: ["${group}"] } },
      },
      {
        call: "sagemaker:CreateSpace",
        input: {
          ...inDomain,
          SpaceName: "notes",
          OwnershipSettings: { OwnerUserProfileName: "ada" },
          SpaceSharingSettings: { SharingType: "Private" },
          SpaceSettings: { AppType: "JupyterLab" },
        },
      },
      { call: "sagemaker:CreateApp", input: app },
      {
        call: "ec2:DescribeNetworkInterfaces",
        input: { Filters: [{ Name: "description", Values: ["*ENI managed by SageMaker for Studio Domain (${domain})"] }] },
        output: {
          NetworkInterfaces: [{ SubnetId: "${subnet}", Status: "in-use", Groups: [{ GroupId: "${group}" }, { GroupId: "${outbound}" }] }],
        },
        save: { eni: "NetworkInterfaces.0.NetworkInterfaceId" },
      },
      { call: "sagemaker:DeleteApp", input: app },
      { call: "sagemaker:DescribeApp", input: app, output: { Status: "Deleting" } },
      {
        call: "ec2:DescribeNetworkInterfaces",
        input: { NetworkInterfaceIds: ["${eni}"] },
        error: "InvalidNetworkInterfaceID.NotFound",
      },
      { call: "sagemaker:DeleteSpace", input: { ...inDomain, SpaceName: "notes" } },
      { call: "sagemaker:DescribeSpace", input: { ...inDomain, SpaceName: "notes" } },
      { call: "sagemaker:DeleteUserProfile", input: { ...inDomain, UserProfileName: "ada" } },
      {
        call: "efs:DescribeFileSystems",
        input: { CreationToken: "${domain}" },
        save: { fs: "FileSystems.0.FileSystemId" },
      },
      { call: "efs:DescribeMountTargets", input: fileSystem, save: { target: "MountTargets.0.MountTargetId" } },
      { call: "efs:DeleteMountTarget", input: mountTarget },
      { call: "sagemaker:DeleteDomain", input: { ...inDomain, RetentionPolicy: { HomeEfsFileSystem: "Delete" } } },
      { call: "efs:DescribeFileSystems", input: { CreationToken: "${domain}" }, output: { FileSystems: [] } },
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
      { call: "iam:DeleteRole", input: { RoleName: "home-${run}" } },
      ...dropNetwork,
    ],
  },
];
