import { type Scenario, type Step } from "../scenario";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const role: Step = {
  call: "iam:CreateRole",
  with: { RoleName: "sagemaker-${run}", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const dropRole: Step = { call: "iam:DeleteRole", with: { RoleName: "sagemaker-${run}" } };
const network: Step[] = [
  { call: "ec2:CreateVpc", with: { CidrBlock: "10.0.0.0/16" }, save: { vpc: "Vpc.VpcId" } },
  {
    call: "ec2:CreateSubnet",
    with: { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" },
    save: { subnet: "Subnet.SubnetId" },
  },
  { call: "ec2:CreateSecurityGroup", with: { VpcId: "${vpc}", GroupName: "studio", Description: "of a test" }, save: { group: "GroupId" } },
];
const dropNetwork: Step[] = [
  { call: "ec2:DeleteSecurityGroup", with: { GroupId: "${group}" } },
  { call: "ec2:DeleteSubnet", with: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteVpc", with: { VpcId: "${vpc}" } },
];
const domainInput = {
  DomainName: "lab-${run}",
  AuthMode: "IAM",
  AppNetworkAccessType: "VpcOnly",
  VpcId: "${vpc}",
  SubnetIds: ["${subnet}"],
  DefaultUserSettings: { ExecutionRole: "${role}", SecurityGroups: ["${group}"] },
};
const makeDomain: Step = { call: "sagemaker:CreateDomain", with: domainInput, save: { domain: "DomainId", arn: "DomainArn" } };
const dropDomain: Step = {
  call: "sagemaker:DeleteDomain",
  with: { DomainId: "${domain}", RetentionPolicy: { HomeEfsFileSystem: "Delete" } },
};
const inDomain = { DomainId: "${domain}" };
const nowhere = { DomainId: "d-nowhere" };
const profile = { ...inDomain, UserProfileName: "ada" };
const space = { ...inDomain, SpaceName: "notes" };
const app = { ...space, AppType: "JupyterLab", AppName: "default" };
const owned = { OwnershipSettings: { OwnerUserProfileName: "ada" }, SpaceSharingSettings: { SharingType: "Private" } };
const refuse = (refused: string, ...calls: [operation: string, input: object][]): Step[] =>
  calls.map(([operation, input]) => ({ call: `sagemaker:${operation}`, with: input, refused }));
const container = { PrimaryContainer: { Image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/model:1" } };
const variants = (model: string) => [{ VariantName: "all", ModelName: model, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }];

const ecr = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio/fraud:1.0";
const image = { ImageName: "Image-${run}" };
const appConfig = { AppImageConfigName: "config-${run}" };
const jupyterLab = { FileSystemConfig: { DefaultUid: 1000, DefaultGid: 100, MountPath: "/home/sagemaker-user" } };
const notebook = { NotebookInstanceName: "a-${run}" };
const notebookConfig = { NotebookInstanceLifecycleConfigName: "config-${run}" };
const custom = { ...image, ...appConfig };
const withImage = (customImage: object) => ({
  ...domainInput,
  DefaultUserSettings: { ExecutionRole: "${role}", JupyterLabAppSettings: { CustomImages: [customImage] } },
});

export const sagemaker: Scenario[] = [
  {
    title: "makes a domain with profile, space and app, and deletes them in order only",
    steps: [
      ...network,
      role,
      { ...makeDomain, with: { ...domainInput, Tags: [{ Key: "team", Value: "fraud" }] } },
      { ...makeDomain, save: undefined, refused: "ResourceInUse" },
      {
        call: "sagemaker:DescribeDomain",
        with: inDomain,
        gives: {
          DomainArn: "${arn}",
          Status: "InService",
          AppNetworkAccessType: "VpcOnly",
          DefaultUserSettings: { ExecutionRole: "${role}" },
        },
      },
      { call: "sagemaker:ListDomains" },
      { call: "sagemaker:UpdateDomain", with: { ...inDomain, DefaultUserSettings: { StudioWebPortal: "ENABLED" } } },
      {
        call: "sagemaker:DescribeDomain",
        with: inDomain,
        gives: { DefaultUserSettings: { ExecutionRole: "${role}", StudioWebPortal: "ENABLED" } },
      },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${arn}" }, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:AddTags", with: { ResourceArn: "${arn}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "sagemaker:DeleteTags", with: { ResourceArn: "${arn}", TagKeys: ["team"] } },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${arn}" }, gives: { Tags: [{ Key: "stage", Value: "dev" }] } },
      {
        call: "sagemaker:CreateUserProfile",
        with: { ...profile, UserSettings: { ExecutionRole: "${role}" } },
        save: { profile: "UserProfileArn" },
      },
      { call: "sagemaker:CreateUserProfile", with: profile, refused: "ResourceInUse" },
      { call: "sagemaker:DescribeUserProfile", with: profile, gives: { Status: "InService", UserProfileArn: "${profile}" } },
      { call: "sagemaker:UpdateUserProfile", with: { ...profile, UserSettings: { StudioWebPortal: "ENABLED" } } },
      { call: "sagemaker:ListUserProfiles", with: { DomainIdEquals: "${domain}" }, gives: { UserProfiles: [{ UserProfileName: "ada" }] } },
      { call: "sagemaker:CreatePresignedDomainUrl", with: profile },
      { call: "sagemaker:CreateSpace", with: { ...space, ...owned } },
      { call: "sagemaker:CreateSpace", with: { ...space, ...owned }, refused: "ResourceInUse" },
      { call: "sagemaker:DescribeSpace", with: space, gives: { Status: "InService", OwnershipSettings: { OwnerUserProfileName: "ada" } } },
      { call: "sagemaker:UpdateSpace", with: { ...space, SpaceDisplayName: "Notes" } },
      {
        call: "sagemaker:ListSpaces",
        with: { DomainIdEquals: "${domain}" },
        gives: {
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
      { call: "sagemaker:CreateApp", with: app },
      { call: "sagemaker:CreateApp", with: app, refused: "ResourceInUse" },
      { call: "sagemaker:DescribeApp", with: app, gives: { Status: "InService" } },
      { call: "sagemaker:ListApps", with: { DomainIdEquals: "${domain}" }, gives: { Apps: [{ AppName: "default", Status: "InService" }] } },
      { ...dropDomain, refused: "ResourceInUse" },
      { call: "sagemaker:DeleteSpace", with: space, refused: "ResourceInUse" },
      { call: "sagemaker:DeleteApp", with: app },
      ...refuse("ResourceInUse", ["DeleteApp", app], ["CreateApp", app], ["DeleteSpace", space]),
      { call: "sagemaker:DescribeApp", with: app, gives: { Status: "Deleting" } },
      { call: "sagemaker:DescribeApp", with: app, gives: { Status: "Deleted" } },
      { call: "sagemaker:DeleteApp", with: app, refused: "ValidationException" },
      { call: "sagemaker:CreateApp", with: app },
      { call: "sagemaker:DeleteApp", with: app },
      { call: "sagemaker:ListApps", with: { DomainIdEquals: "${domain}" }, gives: { Apps: [{ Status: "Deleting" }] } },
      { call: "sagemaker:ListApps", with: { DomainIdEquals: "${domain}" }, gives: { Apps: [{ Status: "Deleted" }] } },
      { call: "sagemaker:DeleteUserProfile", with: profile, refused: "ResourceInUse" },
      { call: "sagemaker:DeleteSpace", with: space },
      ...refuse("ResourceInUse", ["DeleteSpace", space], ["UpdateSpace", space], ["CreateApp", app], ["DeleteUserProfile", profile]),
      { call: "sagemaker:DescribeSpace", with: space, gives: { Status: "Deleting" } },
      { call: "sagemaker:DescribeSpace", with: space, refused: "ResourceNotFound" },
      { call: "sagemaker:CreateSpace", with: { ...space, ...owned } },
      { call: "sagemaker:DeleteSpace", with: space },
      { call: "sagemaker:ListSpaces", with: { DomainIdEquals: "${domain}" }, gives: { Spaces: [{ Status: "Deleting" }] } },
      { call: "sagemaker:ListSpaces", with: { DomainIdEquals: "${domain}" }, gives: { Spaces: [] } },
      { ...dropDomain, refused: "ResourceInUse" },
      { call: "sagemaker:DeleteUserProfile", with: profile },
      dropDomain,
      { ...dropDomain, refused: "ResourceNotFound" },
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "hands tags of domain and profile down to spaces and apps, where the domain says so",
    steps: [
      ...network,
      role,
      { ...makeDomain, with: { ...domainInput, Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:CreateUserProfile", with: { ...profile, Tags: [{ Key: "person", Value: "ada" }] } },
      { call: "sagemaker:CreateSpace", with: { ...space, ...owned }, save: { space: "SpaceArn" } },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${space}" }, gives: { Tags: [] } },
      { call: "sagemaker:CreateApp", with: app, save: { app: "AppArn" } },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${app}" }, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:DeleteApp", with: app },
      { call: "sagemaker:DescribeApp", with: app, gives: { Status: "Deleting" } },
      { call: "sagemaker:DeleteSpace", with: space },
      { call: "sagemaker:DescribeSpace", with: space, gives: { Status: "Deleting" } },
      { call: "sagemaker:UpdateDomain", with: { ...inDomain, TagPropagation: "ENABLED" } },
      {
        call: "sagemaker:CreateSpace",
        with: { ...space, ...owned, Tags: [{ Key: "team", Value: "risk" }] },
        save: { space: "SpaceArn" },
      },
      {
        call: "sagemaker:ListTags",
        with: { ResourceArn: "${space}" },
        gives: {
          Tags: [
            { Key: "team", Value: "risk" },
            { Key: "person", Value: "ada" },
          ],
        },
      },
      { call: "sagemaker:DeleteSpace", with: space },
      { call: "sagemaker:DescribeSpace", with: space, gives: { Status: "Deleting" } },
      { call: "sagemaker:DeleteUserProfile", with: profile },
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "refuses a domain in a network, under a key or role that is not there",
    steps: [
      ...network,
      role,
      { ...makeDomain, save: undefined, with: { ...domainInput, DomainName: "no spaces" }, refused: "ValidationException" },
      { ...makeDomain, save: undefined, with: { ...domainInput, DefaultUserSettings: undefined }, refused: "ValidationException" },
      { ...makeDomain, save: undefined, with: { ...domainInput, AppNetworkAccessType: "Open" }, refused: "ValidationException" },
      { ...makeDomain, save: undefined, with: { ...domainInput, VpcId: "vpc-0123456789abcdef0" }, refused: "ValidationException" },
      { ...makeDomain, save: undefined, with: { ...domainInput, SubnetIds: ["subnet-0123456789abcdef0"] }, refused: "ValidationException" },
      {
        ...makeDomain,
        save: undefined,
        with: { ...domainInput, KmsKeyId: "00000000-0000-4000-8000-000000000000" },
        refused: "ValidationException",
      },
      {
        ...makeDomain,
        save: undefined,
        with: { ...domainInput, DefaultUserSettings: { ExecutionRole: "arn:aws:iam::111122223333:role/nobody" } },
        refused: "ValidationException",
      },
      {
        ...makeDomain,
        save: undefined,
        with: { ...domainInput, DefaultUserSettings: { ExecutionRole: "${role}", SecurityGroups: ["sg-0123456789abcdef0"] } },
        refused: "ValidationException",
      },
      ...refuse(
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
    title: "knows nothing of a Studio that is not there",
    steps: refuse(
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
    title: "keeps a lifecycle configuration that a domain uses",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateStudioLifecycleConfig",
        with: {
          StudioLifecycleConfigName: "idle-${run}",
          StudioLifecycleConfigAppType: "JupyterLab",
          StudioLifecycleConfigContent: "IyEvYmluL3NoCg==",
        },
        save: { config: "StudioLifecycleConfigArn" },
      },
      {
        ...makeDomain,
        with: {
          ...domainInput,
          DefaultUserSettings: { ExecutionRole: "${role}", JupyterLabAppSettings: { LifecycleConfigArns: ["${config}"] } },
        },
      },
      {
        call: "sagemaker:DescribeStudioLifecycleConfig",
        with: { StudioLifecycleConfigName: "idle-${run}" },
        gives: { StudioLifecycleConfigArn: "${config}" },
      },
      { call: "sagemaker:DeleteStudioLifecycleConfig", with: { StudioLifecycleConfigName: "idle-${run}" }, refused: "ResourceInUse" },
      dropDomain,
      { call: "sagemaker:DeleteStudioLifecycleConfig", with: { StudioLifecycleConfigName: "idle-${run}" } },
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "keeps images and their versions, and those that a domain uses",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateImage",
        with: { ImageName: "Image-${run}", RoleArn: "${role}", Tags: [{ Key: "team", Value: "fraud" }] },
        save: { image: "ImageArn" },
      },
      { call: "sagemaker:CreateImage", with: { ImageName: "Image-${run}", RoleArn: "${role}" }, refused: "ResourceInUse" },
      {
        call: "sagemaker:CreateImage",
        with: { ImageName: "other-${run}", RoleArn: "arn:aws:iam::111122223333:role/nobody" },
        refused: "ValidationException",
      },
      { call: "sagemaker:UpdateImage", with: { ...image, DisplayName: "Ours", Description: "of a test" } },
      { call: "sagemaker:UpdateImage", with: { ...image, DeleteProperties: ["Description"] } },
      {
        call: "sagemaker:DescribeImage",
        with: image,
        gives: { ImageStatus: "CREATED", ImageArn: "${image}", DisplayName: "Ours", RoleArn: "${role}" },
      },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${image}" }, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "sagemaker:DescribeImageVersion", with: image, refused: "ResourceNotFound" },
      {
        call: "sagemaker:CreateImageVersion",
        with: { ...image, BaseImage: "ubuntu:24.04", ClientToken: "x" },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:CreateImageVersion",
        with: { ...image, BaseImage: ecr, ClientToken: "first", Aliases: ["stable"] },
        save: { version: "ImageVersionArn" },
      },
      {
        call: "sagemaker:CreateImageVersion",
        with: { ...image, BaseImage: ecr, ClientToken: "first" },
        gives: { ImageVersionArn: "${version}" },
      },
      { call: "sagemaker:CreateImageVersion", with: { ...image, BaseImage: ecr, ClientToken: "second" } },
      {
        call: "sagemaker:DescribeImageVersion",
        with: { ...image, Version: 1 },
        gives: { ImageVersionArn: "${version}", ImageVersionStatus: "CREATED", BaseImage: ecr, Version: 1, ImageArn: "${image}" },
      },
      { call: "sagemaker:DescribeImageVersion", with: image, gives: { Version: 2 } },
      { call: "sagemaker:UpdateImageVersion", with: { ...image, Version: 2, AliasesToAdd: ["stable"], ReleaseNotes: "newer" } },
      { call: "sagemaker:DescribeImageVersion", with: { ...image, Alias: "stable" }, gives: { Version: 2, ReleaseNotes: "newer" } },
      { call: "sagemaker:ListAliases", with: { ...image, Version: 1 }, gives: { SageMakerImageVersionAliases: [] } },
      { call: "sagemaker:ListAliases", with: { ...image, Version: 2 }, gives: { SageMakerImageVersionAliases: ["stable"] } },
      { call: "sagemaker:ListImageVersions", with: image, gives: { ImageVersions: [{ Version: 2 }, { Version: 1 }] } },
      { call: "sagemaker:ListImages", with: { NameContains: "Image-${run}" }, gives: { Images: [{ ImageArn: "${image}" }] } },
      {
        call: "sagemaker:CreateAppImageConfig",
        with: { ...appConfig, JupyterLabAppImageConfig: jupyterLab, Tags: [{ Key: "team", Value: "fraud" }] },
        save: { appConfig: "AppImageConfigArn" },
      },
      { call: "sagemaker:CreateAppImageConfig", with: appConfig, refused: "ResourceInUse" },
      {
        call: "sagemaker:CreateAppImageConfig",
        with: { AppImageConfigName: "two-${run}", JupyterLabAppImageConfig: jupyterLab, CodeEditorAppImageConfig: jupyterLab },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:CreateAppImageConfig",
        with: {
          AppImageConfigName: "two-${run}",
          KernelGatewayImageConfig: { KernelSpecs: [{ Name: "python3" }], FileSystemConfig: { DefaultUid: 500, DefaultGid: 100 } },
        },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:UpdateAppImageConfig",
        with: { ...appConfig, JupyterLabAppImageConfig: { ContainerConfig: { ContainerArguments: ["-v"] } } },
      },
      {
        call: "sagemaker:DescribeAppImageConfig",
        with: appConfig,
        gives: { AppImageConfigArn: "${appConfig}", JupyterLabAppImageConfig: { ContainerConfig: { ContainerArguments: ["-v"] } } },
      },
      {
        call: "sagemaker:ListAppImageConfigs",
        with: { NameContains: "config-${run}" },
        gives: { AppImageConfigs: [{ AppImageConfigArn: "${appConfig}" }] },
      },
      { ...makeDomain, save: undefined, with: withImage({ ...custom, ImageVersionNumber: 3 }), refused: "ValidationException" },
      { ...makeDomain, save: undefined, with: withImage({ ...custom, AppImageConfigName: "none" }), refused: "ValidationException" },
      { ...makeDomain, with: withImage({ ...custom, ImageVersionNumber: 0 }) },
      ...refuse("ResourceInUse", ["DeleteImage", image], ["DeleteImageVersion", { ...image, Version: 2 }]),
      { call: "sagemaker:DeleteImageVersion", with: { ...image, Version: 1 } },
      dropDomain,
      { call: "sagemaker:DeleteAppImageConfig", with: appConfig },
      { call: "sagemaker:DeleteImageVersion", with: { ...image, Version: 2 } },
      { call: "sagemaker:DeleteImage", with: image },
      ...refuse(
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
    title: "hosts a model on an endpoint",
    steps: [
      ...network,
      role,
      {
        call: "sagemaker:CreateModel",
        with: {
          ModelName: "model-${run}",
          ...container,
          ExecutionRoleArn: "${role}",
          VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] },
          EnableNetworkIsolation: true,
        },
        save: { model: "ModelArn" },
      },
      { call: "sagemaker:CreateModel", with: { ModelName: "model-${run}", ...container }, refused: "ValidationException" },
      {
        call: "sagemaker:CreateModel",
        with: { ModelName: "other-${run}", ...container, ExecutionRoleArn: "arn:aws:iam::111122223333:role/nobody" },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:DescribeModel",
        with: { ModelName: "model-${run}" },
        gives: {
          ModelArn: "${model}",
          EnableNetworkIsolation: true,
          VpcConfig: { Subnets: ["${subnet}"], SecurityGroupIds: ["${group}"] },
        },
      },
      { call: "sagemaker:ListModels", with: { NameContains: "model-${run}" }, gives: { Models: [{ ModelArn: "${model}" }] } },
      {
        call: "sagemaker:CreateEndpointConfig",
        with: { EndpointConfigName: "config-${run}", ProductionVariants: variants("none") },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:CreateEndpointConfig",
        with: { EndpointConfigName: "config-${run}", ProductionVariants: variants("model-${run}") },
      },
      {
        call: "sagemaker:DescribeEndpointConfig",
        with: { EndpointConfigName: "config-${run}" },
        gives: { ProductionVariants: [{ ModelName: "model-${run}" }] },
      },
      {
        call: "sagemaker:CreateEndpoint",
        with: { EndpointName: "live-${run}", EndpointConfigName: "none" },
        refused: "ValidationException",
      },
      { call: "sagemaker:CreateEndpoint", with: { EndpointName: "live-${run}", EndpointConfigName: "config-${run}" } },
      {
        call: "sagemaker:DescribeEndpoint",
        with: { EndpointName: "live-${run}" },
        gives: { EndpointStatus: "InService", ProductionVariants: [{ VariantName: "all", CurrentInstanceCount: 1 }] },
      },
      { call: "sagemaker:UpdateEndpoint", with: { EndpointName: "live-${run}", EndpointConfigName: "config-${run}" } },
      {
        call: "sagemaker:UpdateEndpoint",
        with: { EndpointName: "live-${run}", EndpointConfigName: "none" },
        refused: "ValidationException",
      },
      { call: "sagemaker:DeleteEndpoint", with: { EndpointName: "live-${run}" } },
      { call: "sagemaker:DeleteEndpointConfig", with: { EndpointConfigName: "config-${run}" } },
      { call: "sagemaker:DeleteModel", with: { ModelName: "model-${run}" } },
      ...refuse(
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
        with: {
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
        with: {
          NotebookInstanceName: "another-${run}",
          InstanceType: "ml.t3.medium",
          RoleArn: "${role}",
          DirectInternetAccess: "Disabled",
        },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:DescribeNotebookInstance",
        with: { NotebookInstanceName: "notebook-${run}" },
        gives: { NotebookInstanceStatus: "InService", SecurityGroups: ["${group}"] },
      },
      ...refuse(
        "ValidationException",
        ["DeleteNotebookInstance", { NotebookInstanceName: "notebook-${run}" }],
        ["UpdateNotebookInstance", { NotebookInstanceName: "notebook-${run}", InstanceType: "ml.t3.large" }],
        ["StartNotebookInstance", { NotebookInstanceName: "notebook-${run}" }],
      ),
      { call: "sagemaker:StopNotebookInstance", with: { NotebookInstanceName: "notebook-${run}" } },
      ...refuse("ValidationException", ["StopNotebookInstance", { NotebookInstanceName: "notebook-${run}" }]),
      { call: "sagemaker:UpdateNotebookInstance", with: { NotebookInstanceName: "notebook-${run}", InstanceType: "ml.t3.large" } },
      { call: "sagemaker:StartNotebookInstance", with: { NotebookInstanceName: "notebook-${run}" } },
      { call: "sagemaker:StopNotebookInstance", with: { NotebookInstanceName: "notebook-${run}" } },
      { call: "sagemaker:DeleteNotebookInstance", with: { NotebookInstanceName: "notebook-${run}" } },
      ...refuse("ValidationException", ["DescribeNotebookInstance", { NotebookInstanceName: "notebook-${run}" }]),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "keeps lifecycle configurations of notebook instances, and one that is used",
    steps: [
      role,
      {
        call: "sagemaker:CreateNotebookInstanceLifecycleConfig",
        with: { ...notebookConfig, OnStart: [{ Content: "IyEvYmluL3NoCg==" }], Tags: [{ Key: "team", Value: "fraud" }] },
        save: { config: "NotebookInstanceLifecycleConfigArn" },
      },
      { call: "sagemaker:CreateNotebookInstanceLifecycleConfig", with: notebookConfig, refused: "ValidationException" },
      { call: "sagemaker:UpdateNotebookInstanceLifecycleConfig", with: { ...notebookConfig, OnCreate: [{ Content: "IyEvYmluL3NoCg==" }] } },
      {
        call: "sagemaker:DescribeNotebookInstanceLifecycleConfig",
        with: notebookConfig,
        gives: { OnStart: [{ Content: "IyEvYmluL3NoCg==" }], OnCreate: [{ Content: "IyEvYmluL3NoCg==" }] },
      },
      { call: "sagemaker:ListTags", with: { ResourceArn: "${config}" }, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      {
        call: "sagemaker:CreateNotebookInstance",
        with: {
          ...notebook,
          InstanceType: "ml.t3.medium",
          RoleArn: "${role}",
          LifecycleConfigName: "config-${run}",
        },
      },
      {
        call: "sagemaker:CreateNotebookInstance",
        with: { NotebookInstanceName: "b-${run}", InstanceType: "ml.t3.medium", RoleArn: "${role}", LifecycleConfigName: "none" },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:DescribeNotebookInstance",
        with: notebook,
        gives: { NotebookInstanceLifecycleConfigName: "config-${run}" },
      },
      ...refuse("ValidationException", ["DeleteNotebookInstanceLifecycleConfig", notebookConfig]),
      { call: "sagemaker:StopNotebookInstance", with: notebook },
      ...refuse("ValidationException", ["UpdateNotebookInstance", { ...notebook, LifecycleConfigName: "none" }]),
      { call: "sagemaker:UpdateNotebookInstance", with: { ...notebook, DisassociateLifecycleConfig: true } },
      { call: "sagemaker:DeleteNotebookInstanceLifecycleConfig", with: notebookConfig },
      ...refuse(
        "ValidationException",
        ["DescribeNotebookInstanceLifecycleConfig", notebookConfig],
        ["UpdateNotebookInstanceLifecycleConfig", notebookConfig],
        ["DeleteNotebookInstanceLifecycleConfig", notebookConfig],
      ),
      { call: "sagemaker:DeleteNotebookInstance", with: notebook },
      dropRole,
    ],
  },
  {
    title: "opens the portfolio of project templates, and closes it",
    steps: [
      { call: "sagemaker:EnableSagemakerServicecatalogPortfolio", with: {} },
      { call: "sagemaker:GetSagemakerServicecatalogPortfolioStatus", with: {}, gives: { Status: "Enabled" } },
      { call: "sagemaker:DisableSagemakerServicecatalogPortfolio", with: {} },
      { call: "sagemaker:GetSagemakerServicecatalogPortfolioStatus", with: {}, gives: { Status: "Disabled" } },
    ],
  },
  {
    title: "registers models, approves them and keeps a group that has some",
    steps: [
      {
        call: "sagemaker:CreateModelPackageGroup",
        with: { ModelPackageGroupName: "group-${run}", Tags: [{ Key: "team", Value: "fraud" }] },
        save: { group: "ModelPackageGroupArn" },
      },
      { call: "sagemaker:CreateModelPackageGroup", with: { ModelPackageGroupName: "group-${run}" }, refused: "ValidationException" },
      {
        call: "sagemaker:DescribeModelPackageGroup",
        with: { ModelPackageGroupName: "group-${run}" },
        gives: { ModelPackageGroupStatus: "Completed", ModelPackageGroupArn: "${group}" },
      },
      { call: "sagemaker:GetModelPackageGroupPolicy", with: { ModelPackageGroupName: "group-${run}" }, refused: "ValidationException" },
      {
        call: "sagemaker:PutModelPackageGroupPolicy",
        with: {
          ModelPackageGroupName: "group-${run}",
          ResourcePolicy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sagemaker:DescribeModelPackage","Resource":"*"}]}',
        },
      },
      {
        call: "sagemaker:PutModelPackageGroupPolicy",
        with: { ModelPackageGroupName: "group-${run}", ResourcePolicy: "{" },
        refused: "ValidationException",
      },
      { call: "sagemaker:GetModelPackageGroupPolicy", with: { ModelPackageGroupName: "group-${run}" } },
      { call: "sagemaker:CreateModelPackage", with: { ModelPackageGroupName: "group-${run}" }, save: { package: "ModelPackageArn" } },
      { call: "sagemaker:CreateModelPackage", with: { ModelPackageGroupName: "none" }, refused: "ValidationException" },
      {
        call: "sagemaker:DescribeModelPackage",
        with: { ModelPackageName: "${package}" },
        gives: { ModelPackageVersion: 1, ModelApprovalStatus: "PendingManualApproval" },
      },
      { call: "sagemaker:UpdateModelPackage", with: { ModelPackageArn: "${package}", ModelApprovalStatus: "Approved" } },
      {
        call: "sagemaker:UpdateModelPackage",
        with: { ModelPackageArn: "${package}", ModelApprovalStatus: "Maybe" },
        refused: "ValidationException",
      },
      {
        call: "sagemaker:ListModelPackages",
        with: { ModelPackageGroupName: "group-${run}", ModelApprovalStatus: "Approved" },
        gives: { ModelPackageSummaryList: [{ ModelPackageArn: "${package}" }] },
      },
      { call: "sagemaker:DeleteModelPackageGroup", with: { ModelPackageGroupName: "group-${run}" }, refused: "ConflictException" },
      { call: "sagemaker:DeleteModelPackage", with: { ModelPackageName: "${package}" } },
      { call: "sagemaker:DescribeModelPackage", with: { ModelPackageName: "${package}" }, refused: "ValidationException" },
      { call: "sagemaker:DeleteModelPackageGroupPolicy", with: { ModelPackageGroupName: "group-${run}" } },
      { call: "sagemaker:DeleteModelPackageGroup", with: { ModelPackageGroupName: "group-${run}" } },
      ...refuse(
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
