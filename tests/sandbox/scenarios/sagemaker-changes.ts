// Changes of Studio resources that AWS rejects, and the same changes in the form that AWS accepts.
import { type Scenario, type Step } from "../scenario";
import {
  app,
  appConfig,
  domainInput,
  dropDomain,
  dropNetwork,
  dropRole,
  ecr,
  image,
  inDomain,
  jupyterLab,
  makeDomain,
  network,
  owned,
  profile,
  reject,
  role,
  space,
} from "./sagemaker";

const onlyInVpc = "VpcId and Subnet IDs are required for updating domains to VpcOnly mode.";
const hasApps = "Unable to update Domain [${arn}] with InService App.";
const vpcOnly = { AppNetworkAccessType: "VpcOnly" };

const script = (name: string): Step => ({
  call: "sagemaker:CreateStudioLifecycleConfig",
  input: {
    StudioLifecycleConfigName: `${name}-\${run}`,
    StudioLifecycleConfigAppType: "JupyterLab",
    StudioLifecycleConfigContent: "IyEvYmluL3NoCg==",
  },
  save: { [name]: "StudioLifecycleConfigArn" },
});
const dropScript = (name: string): Step => ({
  call: "sagemaker:DeleteStudioLifecycleConfig",
  input: { StudioLifecycleConfigName: `${name}-\${run}` },
});
const runs = (name: string) => ({ JupyterLabAppSettings: { BuiltInLifecycleConfigArn: `\${${name}}` } });
const volume = (size: number) => ({ SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: size } } });
const limits = (DefaultEbsVolumeSizeInGb: number, MaximumEbsVolumeSizeInGb: number) => ({
  SpaceStorageSettings: { DefaultEbsStorageSettings: { DefaultEbsVolumeSizeInGb, MaximumEbsVolumeSizeInGb } },
});
const idle = (minutes: number) => ({
  JupyterLabAppSettings: {
    AppLifecycleManagement: {
      IdleSettings: { IdleTimeoutInMinutes: minutes, MinIdleTimeoutInMinutes: 60, MaxIdleTimeoutInMinutes: 120 },
    },
  },
});
const makeProfile = (UserSettings: object = {}): Step => ({ call: "sagemaker:CreateUserProfile", input: { ...profile, UserSettings } });
const makeSpace: Step = { call: "sagemaker:CreateSpace", input: { ...space, ...owned } };
const startApp: Step = { call: "sagemaker:CreateApp", input: app };
const stopApp: Step[] = [
  { call: "sagemaker:DeleteApp", input: app },
  { call: "sagemaker:DescribeApp", input: app, output: { Status: "Deleting" } },
];
const dropSpace: Step[] = [
  { call: "sagemaker:DeleteSpace", input: space },
  { call: "sagemaker:DescribeSpace", input: space, output: { Status: "Deleting" } },
];
const dropProfile: Step = { call: "sagemaker:DeleteUserProfile", input: profile };
const describedDomain: Step = { call: "sagemaker:DescribeDomain", input: inDomain, output: { Status: "Updating" } };
const describedProfile: Step = { call: "sagemaker:DescribeUserProfile", input: profile, output: { Status: "Updating" } };

export const sagemakerChanges: Scenario[] = [
  {
    title: "rejects updates of a domain that AWS rejects, also while an app runs",
    steps: [
      ...network,
      { call: "ec2:CreateSubnet", input: { VpcId: "${vpc}", CidrBlock: "10.0.1.0/24" }, save: { second: "Subnet.SubnetId" } },
      role,
      { ...makeDomain, input: { ...domainInput, SubnetIds: ["${subnet}", "${second}"] } },
      // The AWS provider sends the access type with every update, and neither VPC nor subnets.
      ...[vpcOnly, { ...vpcOnly, VpcId: "${vpc}" }, { ...vpcOnly, SubnetIds: ["${subnet}"] }].map(
        (access): Step => ({
          call: "sagemaker:UpdateDomain",
          input: { ...inDomain, ...access },
          error: "ValidationException",
          message: onlyInVpc,
        }),
      ),
      {
        call: "sagemaker:UpdateDomain",
        input: { ...inDomain, AppSecurityGroupManagement: "Service" },
        error: "ValidationException",
        message: "AppSecurityGroupManagement can only be set for Rstudio enabled domains.",
      },
      makeProfile(),
      makeSpace,
      startApp,
      ...[
        { AppNetworkAccessType: "PublicInternetOnly" },
        { SubnetIds: ["${subnet}"] },
        { DomainSettingsForUpdate: { ExecutionRoleIdentityConfig: "USER_PROFILE_NAME" } },
      ].map(
        (change): Step => ({
          call: "sagemaker:UpdateDomain",
          input: { ...inDomain, ...change },
          error: "ValidationException",
          message: hasApps,
        }),
      ),
      // Default settings can change while an app runs, without the access type, or with the VPC and its subnets.
      { call: "sagemaker:UpdateDomain", input: { ...inDomain, DefaultSpaceSettings: { ExecutionRole: "${role}" } } },
      ...reject(
        "ResourceInUse",
        ["UpdateDomain", { ...inDomain, DefaultUserSettings: { StudioWebPortal: "ENABLED" } }],
        ["CreateUserProfile", { ...inDomain, UserProfileName: "bo" }],
      ),
      describedDomain,
      {
        call: "sagemaker:UpdateDomain",
        input: { ...inDomain, ...vpcOnly, VpcId: "${vpc}", SubnetIds: ["${subnet}", "${second}"] },
      },
      describedDomain,
      ...stopApp,
      { call: "sagemaker:UpdateDomain", input: { ...inDomain, SubnetIds: ["${subnet}"] } },
      { call: "sagemaker:DescribeDomain", input: inDomain, output: { SubnetIds: ["${subnet}"] } },
      ...reject("ValidationException", ["UpdateDomain", { ...inDomain, VpcId: "vpc-0123456789abcdef0" }]),
      ...dropSpace,
      dropProfile,
      dropDomain,
      dropRole,
      { call: "ec2:DeleteSubnet", input: { SubnetId: "${second}" } },
      ...dropNetwork,
    ],
  },
  {
    title: "changes settings of a space except its app type, and never shrinks its volume",
    steps: [
      ...network,
      role,
      makeDomain,
      makeProfile(limits(5, 50)),
      {
        call: "sagemaker:CreateSpace",
        input: { ...space, ...owned, SpaceSettings: undefined },
        error: "ValidationException",
        message: "SpaceSettings must be provided for creating private space [",
      },
      ...reject("ValidationException", ["CreateSpace", { ...space, ...owned, SpaceSettings: { AppType: "JupyterLab", ...volume(60) } }]),
      makeSpace,
      startApp,
      ...["JupyterLab", "CodeEditor"].map(
        (AppType): Step => ({
          call: "sagemaker:UpdateSpace",
          input: { ...space, SpaceSettings: { AppType } },
          error: "ValidationException",
          message: "Updating AppType for Space is not supported.",
        }),
      ),
      ...reject(
        "ValidationException",
        ["UpdateSpace", { ...space, SpaceSettings: volume(5) }],
        ["UpdateSpace", { ...space, SpaceSettings: volume(60) }],
      ),
      { call: "sagemaker:UpdateSpace", input: { ...space, SpaceSettings: volume(20) } },
      {
        call: "sagemaker:DescribeSpace",
        input: space,
        output: { SpaceSettings: { AppType: "JupyterLab", ...volume(20) } },
      },
      ...stopApp,
      ...dropSpace,
      dropProfile,
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "updates a profile while its app runs, and checks the settings",
    steps: [
      ...network,
      role,
      makeDomain,
      ...reject(
        "ValidationException",
        ["CreateUserProfile", { ...profile, SingleSignOnUserIdentifier: "UserName", SingleSignOnUserValue: "ada" }],
        ["CreateUserProfile", { ...profile, UserSettings: runs("arn") }],
        ["CreateUserProfile", { ...profile, UserSettings: idle(180) }],
        ["CreateUserProfile", { ...profile, UserSettings: limits(50, 5) }],
      ),
      makeProfile({ ...idle(60), ...limits(5, 50) }),
      makeSpace,
      startApp,
      { call: "sagemaker:UpdateUserProfile", input: { ...profile, UserSettings: { ...idle(120), ...limits(5, 100) } } },
      ...reject("ResourceInUse", ["UpdateUserProfile", { ...profile, UserSettings: idle(60) }]),
      describedProfile,
      { call: "sagemaker:DescribeUserProfile", input: profile, output: { Status: "InService" } },
      ...reject("ValidationException", ["UpdateUserProfile", { ...profile, UserSettings: idle(30) }]),
      ...stopApp,
      ...dropSpace,
      dropProfile,
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "deletes a lifecycle configuration only when no settings and no running app use it",
    steps: [
      ...network,
      role,
      script("first"),
      script("second"),
      script("shared"),
      { ...makeDomain, input: { ...domainInput, DefaultSpaceSettings: { ExecutionRole: "${role}", ...runs("shared") } } },
      makeProfile(runs("first")),
      makeSpace,
      startApp,
      { call: "sagemaker:DescribeApp", input: app, output: { BuiltInLifecycleConfigArn: "${first}" } },
      { ...dropScript("first"), error: "ResourceInUse" },
      { ...dropScript("shared"), error: "ResourceInUse" },
      { call: "sagemaker:UpdateUserProfile", input: { ...profile, UserSettings: runs("second") } },
      describedProfile,
      // The running app still uses the first script.
      { ...dropScript("first"), error: "ResourceInUse" },
      ...stopApp,
      dropScript("first"),
      { ...dropScript("second"), error: "ResourceInUse" },
      ...dropSpace,
      {
        call: "sagemaker:CreateSpace",
        input: { ...space, ...owned, SpaceSharingSettings: { SharingType: "Shared" } },
      },
      startApp,
      { call: "sagemaker:DescribeApp", input: app, output: { BuiltInLifecycleConfigArn: "${shared}" } },
      ...stopApp,
      ...dropSpace,
      dropProfile,
      dropDomain,
      dropScript("second"),
      dropScript("shared"),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "deletes an image version only when no running app uses it",
    steps: [
      ...network,
      role,
      { call: "sagemaker:CreateImage", input: { ...image, RoleArn: "${role}" }, save: { image: "ImageArn" } },
      {
        call: "sagemaker:CreateImageVersion",
        input: { ...image, BaseImage: ecr, ClientToken: "first" },
        save: { version: "ImageVersionArn" },
      },
      { call: "sagemaker:CreateAppImageConfig", input: { ...appConfig, JupyterLabAppImageConfig: jupyterLab } },
      makeDomain,
      makeProfile(),
      makeSpace,
      {
        call: "sagemaker:CreateApp",
        input: { ...app, ResourceSpec: { SageMakerImageArn: "${image}", SageMakerImageVersionArn: "${version}" } },
      },
      ...reject("ResourceInUse", ["DeleteImageVersion", { ...image, Version: 1 }], ["DeleteImage", image]),
      // AWS documents no error for a configuration in use.
      { call: "sagemaker:DeleteAppImageConfig", input: appConfig },
      ...stopApp,
      // An image is deleted with its versions.
      { call: "sagemaker:DeleteImage", input: image },
      ...reject("ResourceNotFound", ["DescribeImageVersion", { ...image, Version: 1 }]),
      ...dropSpace,
      dropProfile,
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
];
