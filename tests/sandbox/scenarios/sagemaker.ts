import { type Scenario, type Step } from "../scenario";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
export const role: Step = {
  call: "iam:CreateRole",
  input: { RoleName: "sagemaker-${run}", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
export const dropRole: Step = { call: "iam:DeleteRole", input: { RoleName: "sagemaker-${run}" } };
export const network: Step[] = [
  { call: "ec2:CreateVpc", input: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
  {
    call: "ec2:CreateSubnet",
    input: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" },
    save: { subnet: "Subnet.SubnetId" },
  },
  {
    call: "ec2:CreateSecurityGroup",
    input: { VpcId: "${vpc}", GroupName: "studio", Description: "of a test" },
    save: { group: "GroupId" },
  },
];
export const dropNetwork: Step[] = [
  { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
];
export const domainInput = {
  DomainName: "lab-${run}",
  AuthMode: "IAM",
  AppNetworkAccessType: "VpcOnly",
  VpcId: "${vpc}",
  SubnetIds: ["${subnet}"],
  DefaultUserSettings: { ExecutionRole: "${role}", SecurityGroups: ["${group}"] },
};
export const makeDomain: Step = { call: "sagemaker:CreateDomain", input: domainInput, save: { domain: "DomainId", arn: "DomainArn" } };
export const dropDomain: Step = {
  call: "sagemaker:DeleteDomain",
  input: { DomainId: "${domain}", RetentionPolicy: { HomeEfsFileSystem: "Delete" } },
};
export const inDomain = { DomainId: "${domain}" };
const nowhere = { DomainId: "d-nowhere" };
export const profile = { ...inDomain, UserProfileName: "ada" };
export const space = { ...inDomain, SpaceName: "notes" };
export const app = { ...space, AppType: "JupyterLab", AppName: "default" };
export const owned = {
  OwnershipSettings: { OwnerUserProfileName: "ada" },
  SpaceSharingSettings: { SharingType: "Private" },
  SpaceSettings: { AppType: "JupyterLab", SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 10 } } },
};
export const reject = (error: string, ...calls: [operation: string, input: object][]): Step[] =>
  calls.map(([operation, input]) => ({ call: `sagemaker:${operation}`, input, error }));
/** The network interfaces that hold the security group. */
const interfaces = (expected: object[]): Step => ({
  call: "ec2:DescribeNetworkInterfaces",
  input: { Filters: [{ Name: "group-id", Values: ["${group}"] }] },
  output: { NetworkInterfaces: expected },
});
const container = { PrimaryContainer: { Image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/model:1" } };
const variants = (model: string) => [{ VariantName: "all", ModelName: model, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }];

export const ecr = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio/fraud:1.0";
export const image = { ImageName: "Image-${run}" };
export const appConfig = { AppImageConfigName: "config-${run}" };
export const jupyterLab = { FileSystemConfig: { DefaultUid: 1000, DefaultGid: 100, MountPath: "/home/sagemaker-user" } };
const notebook = { NotebookInstanceName: "a-${run}" };
const notebookConfig = { NotebookInstanceLifecycleConfigName: "config-${run}" };
const custom = { ...image, ...appConfig };
const withImage = (customImage: object) => ({
  ...domainInput,
  DefaultUserSettings: { ExecutionRole: "${role}", JupyterLabAppSettings: { CustomImages: [customImage] } },
});

export const sagemaker: Scenario[] = [
  {
    title: "creates a domain with profile, space and app, and deletes them only in order",
    steps: [
      ...network,
      role,
      { ...makeDomain, input: { ...domainInput, Tags: [{ Key: "team", Value: "fraud" }] } },
      { ...makeDomain, save: undefined, error: "ResourceInUse" },
      {
        call: "sagemaker:DescribeDomain",
        input: inDomain,
        output: {
          DomainArn: "${arn}",
          Status: "InService",
          AppNetworkAccessType: "VpcOnly",
          DefaultUserSettings: { ExecutionRole: "${role}" },
        },
      },
      { call: "sagemaker:ListDomains" },
      { call: "sagemaker:UpdateDomain", input: { ...inDomain, DefaultUserSettings: { StudioWebPortal: "ENABLED" } } },
      {
        call: "sagemaker:DescribeDomain",
        input: inDomain,
        output: { Status: "Updating", DefaultUserSettings: { ExecutionRole: "${role}", StudioWebPortal: "ENABLED" } },
      },
      { call: "sagemaker:DescribeDomain", input: inDomain, output: { Status: "InService" } },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${arn}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:AddTags", input: { ResourceArn: "${arn}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "sagemaker:DeleteTags", input: { ResourceArn: "${arn}", TagKeys: ["team"] } },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${arn}" }, output: { Tags: [{ Key: "stage", Value: "dev" }] } },
      {
        call: "sagemaker:CreateUserProfile",
        input: { ...profile, UserSettings: { ExecutionRole: "${role}" } },
        save: { profile: "UserProfileArn" },
      },
      { call: "sagemaker:CreateUserProfile", input: profile, error: "ResourceInUse" },
      { call: "sagemaker:DescribeUserProfile", input: profile, output: { Status: "InService", UserProfileArn: "${profile}" } },
      { call: "sagemaker:UpdateUserProfile", input: { ...profile, UserSettings: { StudioWebPortal: "ENABLED" } } },
      {
        call: "sagemaker:ListUserProfiles",
        input: { DomainIdEquals: "${domain}" },
        output: { UserProfiles: [{ UserProfileName: "ada" }] },
      },
      { call: "sagemaker:CreatePresignedDomainUrl", input: profile },
      { call: "sagemaker:CreateSpace", input: { ...space, ...owned } },
      { call: "sagemaker:CreateSpace", input: { ...space, ...owned }, error: "ResourceInUse" },
      {
        call: "sagemaker:DescribeSpace",
        input: space,
        output: { Status: "InService", OwnershipSettings: { OwnerUserProfileName: "ada" } },
      },
      { call: "sagemaker:UpdateSpace", input: { ...space, SpaceDisplayName: "Notes" } },
      {
        call: "sagemaker:ListSpaces",
        input: { DomainIdEquals: "${domain}" },
        output: {
          Spaces: [
            {
              SpaceName: "notes",
              SpaceDisplayName: "Notes",
              OwnershipSettingsSummary: { OwnerUserProfileName: "ada" },
              SpaceSharingSettingsSummary: { SharingType: "Private" },
            },
          ],
        },
      },
      { call: "sagemaker:CreateApp", input: app },
      { call: "sagemaker:CreateApp", input: app, error: "ResourceInUse" },
      { call: "sagemaker:DescribeApp", input: app, output: { Status: "InService" } },
      {
        call: "sagemaker:ListApps",
        input: { DomainIdEquals: "${domain}" },
        output: { Apps: [{ AppName: "default", Status: "InService" }] },
      },
      { ...dropDomain, error: "ResourceInUse" },
      { call: "sagemaker:DeleteSpace", input: space, error: "ResourceInUse" },
      { call: "sagemaker:DeleteApp", input: app },
      ...reject("ResourceInUse", ["DeleteApp", app], ["CreateApp", app], ["DeleteSpace", space]),
      { call: "sagemaker:DescribeApp", input: app, output: { Status: "Deleting" } },
      { call: "sagemaker:DescribeApp", input: app, output: { Status: "Deleted" } },
      { call: "sagemaker:DeleteApp", input: app, error: "ValidationException" },
      { call: "sagemaker:CreateApp", input: app },
      { call: "sagemaker:DeleteApp", input: app },
      { call: "sagemaker:ListApps", input: { DomainIdEquals: "${domain}" }, output: { Apps: [{ Status: "Deleting" }] } },
      { call: "sagemaker:ListApps", input: { DomainIdEquals: "${domain}" }, output: { Apps: [{ Status: "Deleted" }] } },
      { call: "sagemaker:DeleteUserProfile", input: profile, error: "ResourceInUse" },
      { call: "sagemaker:DeleteSpace", input: space },
      ...reject("ResourceInUse", ["DeleteSpace", space], ["UpdateSpace", space], ["CreateApp", app], ["DeleteUserProfile", profile]),
      { call: "sagemaker:DescribeSpace", input: space, output: { Status: "Deleting" } },
      { call: "sagemaker:DescribeSpace", input: space, error: "ResourceNotFound" },
      { call: "sagemaker:CreateSpace", input: { ...space, ...owned } },
      { call: "sagemaker:DeleteSpace", input: space },
      { call: "sagemaker:ListSpaces", input: { DomainIdEquals: "${domain}" }, output: { Spaces: [{ Status: "Deleting" }] } },
      { call: "sagemaker:ListSpaces", input: { DomainIdEquals: "${domain}" }, output: { Spaces: [] } },
      { ...dropDomain, error: "ResourceInUse" },
      { call: "sagemaker:DeleteUserProfile", input: profile },
      dropDomain,
      { ...dropDomain, error: "ResourceNotFound" },
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "propagates tags from domain and profile to spaces and apps when the domain enables it",
    steps: [
      ...network,
      role,
      { ...makeDomain, input: { ...domainInput, Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:CreateUserProfile", input: { ...profile, Tags: [{ Key: "person", Value: "ada" }] } },
      { call: "sagemaker:CreateSpace", input: { ...space, ...owned }, save: { space: "SpaceArn" } },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${space}" }, output: { Tags: [] } },
      { call: "sagemaker:CreateApp", input: app, save: { app: "AppArn" } },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${app}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:DeleteApp", input: app },
      { call: "sagemaker:DescribeApp", input: app, output: { Status: "Deleting" } },
      { call: "sagemaker:DeleteSpace", input: space },
      { call: "sagemaker:DescribeSpace", input: space, output: { Status: "Deleting" } },
      { call: "sagemaker:UpdateDomain", input: { ...inDomain, TagPropagation: "ENABLED" } },
      {
        call: "sagemaker:CreateSpace",
        input: { ...space, ...owned, Tags: [{ Key: "team", Value: "risk" }] },
        save: { space: "SpaceArn" },
      },
      {
        call: "sagemaker:ListTags",
        input: { ResourceArn: "${space}" },
        output: {
          Tags: [
            { Key: "team", Value: "risk" },
            { Key: "person", Value: "ada" },
          ],
        },
      },
      { call: "sagemaker:DeleteSpace", input: space },
      { call: "sagemaker:DescribeSpace", input: space, output: { Status: "Deleting" } },
      { call: "sagemaker:DeleteUserProfile", input: profile },
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "rejects a domain with an unknown VPC, KMS key or role",
    steps: [
      ...network,
      role,
      { ...makeDomain, save: undefined, input: { ...domainInput, DomainName: "no spaces" }, error: "ValidationException" },
      { ...makeDomain, save: undefined, input: { ...domainInput, DefaultUserSettings: undefined }, error: "ValidationException" },
      { ...makeDomain, save: undefined, input: { ...domainInput, AppNetworkAccessType: "Open" }, error: "ValidationException" },
      { ...makeDomain, save: undefined, input: { ...domainInput, VpcId: "vpc-0123456789abcdef0" }, error: "ValidationException" },
      { ...makeDomain, save: undefined, input: { ...domainInput, SubnetIds: ["subnet-0123456789abcdef0"] }, error: "ValidationException" },
      {
        ...makeDomain,
        save: undefined,
        input: { ...domainInput, KmsKeyId: "00000000-0000-4000-8000-000000000000" },
        error: "ValidationException",
      },
      {
        ...makeDomain,
        save: undefined,
        input: { ...domainInput, DefaultUserSettings: { ExecutionRole: "arn:aws:iam::111122223333:role/nobody" } },
        error: "ValidationException",
      },
      {
        ...makeDomain,
        save: undefined,
        input: { ...domainInput, DefaultUserSettings: { ExecutionRole: "${role}", SecurityGroups: ["sg-0123456789abcdef0"] } },
        error: "ValidationException",
      },
      ...reject(
        "ValidationException",
        ["ListApps", { MaxResults: 1000 }],
        ["ListDomains", { MaxResults: 1000 }],
        ["ListSpaces", { MaxResults: 1000 }],
        ["ListUserProfiles", { MaxResults: 1000 }],
        [
          "CreateStudioLifecycleConfig",
          { StudioLifecycleConfigName: "x", StudioLifecycleConfigAppType: "Excel", StudioLifecycleConfigContent: "eA==" },
        ],
      ),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "reports unknown Studio resources",
    steps: reject(
      "ResourceNotFound",
      ["DescribeDomain", nowhere],
      ["UpdateDomain", nowhere],
      ["DeleteDomain", nowhere],
      ["CreateUserProfile", { ...nowhere, UserProfileName: "ada" }],
      ["DescribeUserProfile", { ...nowhere, UserProfileName: "ada" }],
      ["UpdateUserProfile", { ...nowhere, UserProfileName: "ada" }],
      ["DeleteUserProfile", { ...nowhere, UserProfileName: "ada" }],
      ["CreateSpace", { ...nowhere, SpaceName: "notes" }],
      ["DescribeSpace", { ...nowhere, SpaceName: "notes" }],
      ["UpdateSpace", { ...nowhere, SpaceName: "notes" }],
      ["DeleteSpace", { ...nowhere, SpaceName: "notes" }],
      ["CreateApp", { ...nowhere, SpaceName: "notes", AppType: "JupyterLab", AppName: "default" }],
      ["DescribeApp", { ...nowhere, SpaceName: "notes", AppType: "JupyterLab", AppName: "default" }],
      ["DeleteApp", { ...nowhere, SpaceName: "notes", AppType: "JupyterLab", AppName: "default" }],
      ["DescribeStudioLifecycleConfig", { StudioLifecycleConfigName: "none" }],
      ["DeleteStudioLifecycleConfig", { StudioLifecycleConfigName: "none" }],
      ["CreatePresignedDomainUrl", { ...nowhere, UserProfileName: "ada" }],
      ["ListTags", { ResourceArn: "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-nowhere" }],
      ["AddTags", { ResourceArn: "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-nowhere", Tags: [{ Key: "a", Value: "b" }] }],
      ["DeleteTags", { ResourceArn: "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-nowhere", TagKeys: ["a"] }],
    ),
  },
  {
    title: "does not delete a lifecycle configuration that a domain uses",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateStudioLifecycleConfig",
        input: {
          StudioLifecycleConfigName: "idle-${run}",
          StudioLifecycleConfigAppType: "JupyterLab",
          StudioLifecycleConfigContent: "IyEvYmluL3NoCg==",
        },
        save: { config: "StudioLifecycleConfigArn" },
      },
      {
        ...makeDomain,
        input: {
          ...domainInput,
          DefaultUserSettings: { ExecutionRole: "${role}", JupyterLabAppSettings: { LifecycleConfigArns: ["${config}"] } },
        },
      },
      {
        call: "sagemaker:DescribeStudioLifecycleConfig",
        input: { StudioLifecycleConfigName: "idle-${run}" },
        output: { StudioLifecycleConfigArn: "${config}" },
      },
      {
        call: "sagemaker:ListStudioLifecycleConfigs",
        input: { NameContains: "idle-${run}" },
        output: { StudioLifecycleConfigs: [{ StudioLifecycleConfigArn: "${config}", StudioLifecycleConfigAppType: "JupyterLab" }] },
      },
      { call: "sagemaker:DeleteStudioLifecycleConfig", input: { StudioLifecycleConfigName: "idle-${run}" }, error: "ResourceInUse" },
      dropDomain,
      { call: "sagemaker:DeleteStudioLifecycleConfig", input: { StudioLifecycleConfigName: "idle-${run}" } },
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "creates images and versions, and does not delete images that a domain uses",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateImage",
        input: { ImageName: "Image-${run}", RoleArn: "${role}", Tags: [{ Key: "team", Value: "fraud" }] },
        save: { image: "ImageArn" },
      },
      { call: "sagemaker:CreateImage", input: { ImageName: "Image-${run}", RoleArn: "${role}" }, error: "ResourceInUse" },
      {
        call: "sagemaker:CreateImage",
        input: { ImageName: "other-${run}", RoleArn: "arn:aws:iam::111122223333:role/nobody" },
        error: "ValidationException",
      },
      { call: "sagemaker:UpdateImage", input: { ...image, DisplayName: "Ours", Description: "of a test" } },
      { call: "sagemaker:UpdateImage", input: { ...image, DeleteProperties: ["Description"] } },
      {
        call: "sagemaker:DescribeImage",
        input: image,
        output: { ImageStatus: "CREATED", ImageArn: "${image}", DisplayName: "Ours", RoleArn: "${role}" },
      },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${image}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:DescribeImageVersion", input: image, error: "ResourceNotFound" },
      {
        call: "sagemaker:CreateImageVersion",
        input: { ...image, BaseImage: "ubuntu:24.04", ClientToken: "x" },
        error: "ValidationException",
      },
      {
        call: "sagemaker:CreateImageVersion",
        input: { ...image, BaseImage: ecr, ClientToken: "first", Aliases: ["stable"] },
        save: { version: "ImageVersionArn" },
      },
      {
        call: "sagemaker:CreateImageVersion",
        input: { ...image, BaseImage: ecr, ClientToken: "first" },
        output: { ImageVersionArn: "${version}" },
      },
      { call: "sagemaker:CreateImageVersion", input: { ...image, BaseImage: ecr, ClientToken: "second" } },
      {
        call: "sagemaker:DescribeImageVersion",
        input: { ...image, Version: 1 },
        output: { ImageVersionArn: "${version}", ImageVersionStatus: "CREATED", BaseImage: ecr, Version: 1, ImageArn: "${image}" },
      },
      { call: "sagemaker:DescribeImageVersion", input: image, output: { Version: 2 } },
      { call: "sagemaker:UpdateImageVersion", input: { ...image, Version: 2, AliasesToAdd: ["stable"], ReleaseNotes: "newer" } },
      { call: "sagemaker:DescribeImageVersion", input: { ...image, Alias: "stable" }, output: { Version: 2, ReleaseNotes: "newer" } },
      { call: "sagemaker:ListAliases", input: { ...image, Version: 1 }, output: { SageMakerImageVersionAliases: [] } },
      { call: "sagemaker:ListAliases", input: { ...image, Version: 2 }, output: { SageMakerImageVersionAliases: ["stable"] } },
      { call: "sagemaker:ListImageVersions", input: image, output: { ImageVersions: [{ Version: 2 }, { Version: 1 }] } },
      { call: "sagemaker:ListImages", input: { NameContains: "Image-${run}" }, output: { Images: [{ ImageArn: "${image}" }] } },
      {
        call: "sagemaker:CreateAppImageConfig",
        input: { ...appConfig, JupyterLabAppImageConfig: jupyterLab, Tags: [{ Key: "team", Value: "fraud" }] },
        save: { appConfig: "AppImageConfigArn" },
      },
      { call: "sagemaker:CreateAppImageConfig", input: appConfig, error: "ResourceInUse" },
      {
        call: "sagemaker:CreateAppImageConfig",
        input: { AppImageConfigName: "two-${run}", JupyterLabAppImageConfig: jupyterLab, CodeEditorAppImageConfig: jupyterLab },
        error: "ValidationException",
      },
      {
        call: "sagemaker:CreateAppImageConfig",
        input: {
          AppImageConfigName: "two-${run}",
          KernelGatewayImageConfig: { KernelSpecs: [{ Name: "python3" }], FileSystemConfig: { DefaultUid: 500, DefaultGid: 100 } },
        },
        error: "ValidationException",
      },
      {
        call: "sagemaker:UpdateAppImageConfig",
        input: { ...appConfig, JupyterLabAppImageConfig: { ContainerConfig: { ContainerArguments: ["-v"] } } },
      },
      {
        call: "sagemaker:DescribeAppImageConfig",
        input: appConfig,
        output: { AppImageConfigArn: "${appConfig}", JupyterLabAppImageConfig: { ContainerConfig: { ContainerArguments: ["-v"] } } },
      },
      {
        call: "sagemaker:ListAppImageConfigs",
        input: { NameContains: "config-${run}" },
        output: { AppImageConfigs: [{ AppImageConfigArn: "${appConfig}" }] },
      },
      { ...makeDomain, save: undefined, input: withImage({ ...custom, ImageVersionNumber: 3 }), error: "ValidationException" },
      { ...makeDomain, save: undefined, input: withImage({ ...custom, AppImageConfigName: "none" }), error: "ValidationException" },
      { ...makeDomain, input: withImage({ ...custom, ImageVersionNumber: 0 }) },
      ...reject("ResourceInUse", ["DeleteImage", image], ["DeleteImageVersion", { ...image, Version: 2 }]),
      { call: "sagemaker:DeleteImageVersion", input: { ...image, Version: 1 } },
      dropDomain,
      { call: "sagemaker:DeleteAppImageConfig", input: appConfig },
      { call: "sagemaker:DeleteImageVersion", input: { ...image, Version: 2 } },
      { call: "sagemaker:DeleteImage", input: image },
      ...reject(
        "ResourceNotFound",
        ["DescribeImage", image],
        ["UpdateImage", { ...image, DisplayName: "Ours" }],
        ["DeleteImage", image],
        ["CreateImageVersion", { ...image, BaseImage: ecr, ClientToken: "third" }],
        ["UpdateImageVersion", { ...image, Version: 1, ReleaseNotes: "x" }],
        ["DeleteImageVersion", { ...image, Version: 1 }],
        ["ListImageVersions", image],
        ["ListAliases", image],
        ["DescribeAppImageConfig", appConfig],
        ["UpdateAppImageConfig", { ...appConfig, CodeEditorAppImageConfig: {} }],
        ["DeleteAppImageConfig", appConfig],
      ),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "deploys a model to an endpoint",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateModel",
        input: {
          ModelName: "model-${run}",
          ...container,
          ExecutionRoleArn: "${role}",
          VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] },
          EnableNetworkIsolation: true,
        },
        save: { model: "ModelArn" },
      },
      { call: "sagemaker:CreateModel", input: { ModelName: "model-${run}", ...container }, error: "ValidationException" },
      // A model without a VPC.
      { call: "sagemaker:CreateModel", input: { ModelName: "outside-${run}", ...container } },
      {
        call: "sagemaker:CreateEndpointConfig",
        input: { EndpointConfigName: "outside-${run}", ProductionVariants: variants("outside-${run}") },
      },
      {
        call: "sagemaker:CreateModel",
        input: { ModelName: "other-${run}", ...container, ExecutionRoleArn: "arn:aws:iam::111122223333:role/nobody" },
        error: "ValidationException",
      },
      {
        call: "sagemaker:DescribeModel",
        input: { ModelName: "model-${run}" },
        output: {
          ModelArn: "${model}",
          EnableNetworkIsolation: true,
          VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] },
        },
      },
      { call: "sagemaker:ListModels", input: { NameContains: "model-${run}" }, output: { Models: [{ ModelArn: "${model}" }] } },
      {
        call: "sagemaker:CreateEndpointConfig",
        input: { EndpointConfigName: "config-${run}", ProductionVariants: variants("none") },
        error: "ValidationException",
      },
      {
        call: "sagemaker:CreateEndpointConfig",
        input: { EndpointConfigName: "config-${run}", ProductionVariants: variants("model-${run}") },
      },
      {
        call: "sagemaker:DescribeEndpointConfig",
        input: { EndpointConfigName: "config-${run}" },
        output: { ProductionVariants: [{ ModelName: "model-${run}" }] },
      },
      {
        call: "sagemaker:CreateEndpoint",
        input: { EndpointName: "live-${run}", EndpointConfigName: "none" },
        error: "ValidationException",
      },
      { call: "sagemaker:CreateEndpoint", input: { EndpointName: "live-${run}", EndpointConfigName: "config-${run}" } },
      {
        call: "sagemaker:DescribeEndpoint",
        input: { EndpointName: "live-${run}" },
        output: { EndpointStatus: "InService", ProductionVariants: [{ VariantName: "all", CurrentInstanceCount: 1 }] },
      },
      interfaces([{}]),
      ...["outside-${run}", "config-${run}"].flatMap((EndpointConfigName, i) => [
        { call: "sagemaker:UpdateEndpoint", input: { EndpointName: "live-${run}", EndpointConfigName } },
        interfaces(i === 0 ? [] : [{}]),
      ]),
      {
        call: "sagemaker:UpdateEndpoint",
        input: { EndpointName: "live-${run}", EndpointConfigName: "none" },
        error: "ValidationException",
      },
      {
        call: "sagemaker:ListEndpoints",
        input: { NameContains: "live-${run}" },
        output: { Endpoints: [{ EndpointName: "live-${run}", EndpointStatus: "InService" }] },
      },
      { call: "sagemaker:ListMonitoringSchedules", input: { EndpointName: "live-${run}" }, output: { MonitoringScheduleSummaries: [] } },
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" }, error: "DependencyViolation" },
      { call: "sagemaker:DeleteEndpoint", input: { EndpointName: "live-${run}" } },
      ...reject("ValidationException", ["UpdateEndpoint", { EndpointName: "live-${run}", EndpointConfigName: "config-${run}" }]),
      { call: "sagemaker:DescribeEndpoint", input: { EndpointName: "live-${run}" }, output: { EndpointStatus: "Deleting" } },
      ...["config-${run}", "outside-${run}"].map((EndpointConfigName) => ({
        call: "sagemaker:DeleteEndpointConfig",
        input: { EndpointConfigName },
      })),
      ...["model-${run}", "outside-${run}"].map((ModelName) => ({ call: "sagemaker:DeleteModel", input: { ModelName } })),
      ...reject(
        "ValidationException",
        ["DescribeModel", { ModelName: "model-${run}" }],
        ["DeleteModel", { ModelName: "model-${run}" }],
        ["DescribeEndpointConfig", { EndpointConfigName: "config-${run}" }],
        ["DeleteEndpointConfig", { EndpointConfigName: "config-${run}" }],
        ["DescribeEndpoint", { EndpointName: "live-${run}" }],
        ["DeleteEndpoint", { EndpointName: "live-${run}" }],
      ),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "starts and stops a notebook instance in a VPC",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateNotebookInstance",
        input: {
          NotebookInstanceName: "notebook-${run}",
          InstanceType: "ml.t3.medium",
          RoleArn: "${role}",
          SubnetId: "${subnet}",
          SecurityGroupIds: ["${group}"],
          DirectInternetAccess: "Disabled",
        },
      },
      {
        call: "sagemaker:CreateNotebookInstance",
        input: {
          NotebookInstanceName: "another-${run}",
          InstanceType: "ml.t3.medium",
          RoleArn: "${role}",
          DirectInternetAccess: "Disabled",
        },
        error: "ValidationException",
      },
      {
        call: "sagemaker:DescribeNotebookInstance",
        input: { NotebookInstanceName: "notebook-${run}" },
        output: { NotebookInstanceStatus: "InService", SecurityGroups: ["${group}"] },
      },
      ...reject(
        "ValidationException",
        ["DeleteNotebookInstance", { NotebookInstanceName: "notebook-${run}" }],
        ["UpdateNotebookInstance", { NotebookInstanceName: "notebook-${run}", InstanceType: "ml.t3.large" }],
        ["StartNotebookInstance", { NotebookInstanceName: "notebook-${run}" }],
      ),
      {
        call: "sagemaker:ListNotebookInstances",
        input: { NameContains: "notebook-${run}" },
        output: { NotebookInstances: [{ NotebookInstanceName: "notebook-${run}", NotebookInstanceStatus: "InService" }] },
      },
      { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" }, error: "DependencyViolation" },
      { call: "sagemaker:StopNotebookInstance", input: { NotebookInstanceName: "notebook-${run}" } },
      ...reject("ValidationException", ["StopNotebookInstance", { NotebookInstanceName: "notebook-${run}" }]),
      { call: "sagemaker:UpdateNotebookInstance", input: { NotebookInstanceName: "notebook-${run}", InstanceType: "ml.t3.large" } },
      { call: "sagemaker:StartNotebookInstance", input: { NotebookInstanceName: "notebook-${run}" } },
      { call: "sagemaker:StopNotebookInstance", input: { NotebookInstanceName: "notebook-${run}" } },
      { call: "sagemaker:DeleteNotebookInstance", input: { NotebookInstanceName: "notebook-${run}" } },
      ...reject("ValidationException", ["DescribeNotebookInstance", { NotebookInstanceName: "notebook-${run}" }]),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "creates notebook instance lifecycle configurations, and does not delete a configuration in use",
    steps: [
      role,
      {
        call: "sagemaker:CreateNotebookInstanceLifecycleConfig",
        input: { ...notebookConfig, OnStart: [{ Content: "IyEvYmluL3NoCg==" }], Tags: [{ Key: "team", Value: "fraud" }] },
        save: { config: "NotebookInstanceLifecycleConfigArn" },
      },
      { call: "sagemaker:CreateNotebookInstanceLifecycleConfig", input: notebookConfig, error: "ValidationException" },
      {
        call: "sagemaker:UpdateNotebookInstanceLifecycleConfig",
        input: { ...notebookConfig, OnCreate: [{ Content: "IyEvYmluL3NoCg==" }] },
      },
      {
        call: "sagemaker:DescribeNotebookInstanceLifecycleConfig",
        input: notebookConfig,
        output: { OnStart: [{ Content: "IyEvYmluL3NoCg==" }], OnCreate: [{ Content: "IyEvYmluL3NoCg==" }] },
      },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${config}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      {
        call: "sagemaker:CreateNotebookInstance",
        input: {
          ...notebook,
          InstanceType: "ml.t3.medium",
          RoleArn: "${role}",
          LifecycleConfigName: "config-${run}",
        },
      },
      {
        call: "sagemaker:CreateNotebookInstance",
        input: { NotebookInstanceName: "b-${run}", InstanceType: "ml.t3.medium", RoleArn: "${role}", LifecycleConfigName: "none" },
        error: "ValidationException",
      },
      {
        call: "sagemaker:DescribeNotebookInstance",
        input: notebook,
        output: { NotebookInstanceLifecycleConfigName: "config-${run}" },
      },
      ...reject("ValidationException", ["DeleteNotebookInstanceLifecycleConfig", notebookConfig]),
      { call: "sagemaker:StopNotebookInstance", input: notebook },
      ...reject("ValidationException", ["UpdateNotebookInstance", { ...notebook, LifecycleConfigName: "none" }]),
      { call: "sagemaker:UpdateNotebookInstance", input: { ...notebook, DisassociateLifecycleConfig: true } },
      { call: "sagemaker:DeleteNotebookInstanceLifecycleConfig", input: notebookConfig },
      ...reject(
        "ValidationException",
        ["DescribeNotebookInstanceLifecycleConfig", notebookConfig],
        ["UpdateNotebookInstanceLifecycleConfig", notebookConfig],
        ["DeleteNotebookInstanceLifecycleConfig", notebookConfig],
      ),
      { call: "sagemaker:DeleteNotebookInstance", input: notebook },
      dropRole,
    ],
  },
  {
    title: "enables and disables the portfolio of project templates",
    steps: [
      { call: "sagemaker:EnableSagemakerServicecatalogPortfolio", input: {} },
      { call: "sagemaker:GetSagemakerServicecatalogPortfolioStatus", input: {}, output: { Status: "Enabled" } },
      { call: "sagemaker:DisableSagemakerServicecatalogPortfolio", input: {} },
      { call: "sagemaker:GetSagemakerServicecatalogPortfolioStatus", input: {}, output: { Status: "Disabled" } },
    ],
  },
  {
    title: "registers and approves models, and does not delete a model package group with models",
    steps: [
      {
        call: "sagemaker:CreateModelPackageGroup",
        input: { ModelPackageGroupName: "group-${run}", Tags: [{ Key: "team", Value: "fraud" }] },
        save: { group: "ModelPackageGroupArn" },
      },
      { call: "sagemaker:CreateModelPackageGroup", input: { ModelPackageGroupName: "group-${run}" }, error: "ValidationException" },
      {
        call: "sagemaker:DescribeModelPackageGroup",
        input: { ModelPackageGroupName: "group-${run}" },
        output: { ModelPackageGroupStatus: "Completed", ModelPackageGroupArn: "${group}" },
      },
      { call: "sagemaker:GetModelPackageGroupPolicy", input: { ModelPackageGroupName: "group-${run}" }, error: "ValidationException" },
      {
        call: "sagemaker:PutModelPackageGroupPolicy",
        input: {
          ModelPackageGroupName: "group-${run}",
          ResourcePolicy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sagemaker:DescribeModelPackage","Resource":"*"}]}',
        },
      },
      {
        call: "sagemaker:PutModelPackageGroupPolicy",
        input: { ModelPackageGroupName: "group-${run}", ResourcePolicy: "{" },
        error: "ValidationException",
      },
      { call: "sagemaker:GetModelPackageGroupPolicy", input: { ModelPackageGroupName: "group-${run}" } },
      { call: "sagemaker:CreateModelPackage", input: { ModelPackageGroupName: "group-${run}" }, save: { package: "ModelPackageArn" } },
      { call: "sagemaker:CreateModelPackage", input: { ModelPackageGroupName: "none" }, error: "ValidationException" },
      {
        call: "sagemaker:DescribeModelPackage",
        input: { ModelPackageName: "${package}" },
        output: { ModelPackageVersion: 1, ModelApprovalStatus: "PendingManualApproval" },
      },
      { call: "sagemaker:UpdateModelPackage", input: { ModelPackageArn: "${package}", ModelApprovalStatus: "Approved" } },
      {
        call: "sagemaker:UpdateModelPackage",
        input: { ModelPackageArn: "${package}", ModelApprovalStatus: "Maybe" },
        error: "ValidationException",
      },
      {
        call: "sagemaker:ListModelPackages",
        input: { ModelPackageGroupName: "group-${run}", ModelApprovalStatus: "Approved" },
        output: { ModelPackageSummaryList: [{ ModelPackageArn: "${package}" }] },
      },
      { call: "sagemaker:DeleteModelPackageGroup", input: { ModelPackageGroupName: "group-${run}" }, error: "ConflictException" },
      { call: "sagemaker:DeleteModelPackage", input: { ModelPackageName: "${package}" } },
      { call: "sagemaker:DescribeModelPackage", input: { ModelPackageName: "${package}" }, error: "ValidationException" },
      { call: "sagemaker:DeleteModelPackageGroupPolicy", input: { ModelPackageGroupName: "group-${run}" } },
      { call: "sagemaker:DeleteModelPackageGroup", input: { ModelPackageGroupName: "group-${run}" } },
      ...reject(
        "ValidationException",
        ["DescribeModelPackageGroup", { ModelPackageGroupName: "group-${run}" }],
        ["DeleteModelPackageGroup", { ModelPackageGroupName: "group-${run}" }],
        [
          "PutModelPackageGroupPolicy",
          { ModelPackageGroupName: "group-${run}", ResourcePolicy: '{"Version":"2012-10-17","Statement":[]}' },
        ],
        ["DeleteModelPackageGroupPolicy", { ModelPackageGroupName: "group-${run}" }],
      ),
    ],
  },
];
