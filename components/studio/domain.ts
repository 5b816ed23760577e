import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type appSettings } from "./apps";
import { hiddenInstanceTypesFor } from "./instance-types";
import { type StudioSettings } from "./settings";

export interface DomainArgs {
  settings: StudioSettings;
  /** VPC without an internet gateway, `vpc-…`. */
  vpcId: pulumi.Input<string>;
  /** Private subnets in the VPC, `subnet-…`. */
  subnetIds: pulumi.Input<string>[];
  /** Security group for apps, `sg-…`. A domain in VPC-only mode requires a security group. */
  securityGroupId: pulumi.Input<string>;
  /** Key for home directories and volumes, `arn:…:key/…`. Changing it replaces the domain. */
  keyArn: pulumi.Input<string>;
  /** Key for the data bucket, `arn:…:key/…`. */
  dataKeyArn: pulumi.Input<string>;
  dataBucketName: pulumi.Input<string>;
  /** Role for shared spaces, images, and members without their own role, `arn:…:role/…`. */
  executionRoleArn: pulumi.Input<string>;
  /** Whether `pulumi destroy` deletes the home directories. If false, their EFS file system and its subnets remain. */
  purge: boolean;
}

/** Apps of Studio Classic, which new domains do not support. */
const classicApps = ["JupyterServer", "KernelGateway"];

const authModes: Record<StudioSettings["signIn"], string> = { iam: "IAM", "identity-center": "SSO" };

/** Prefix for shared notebook output in the data bucket. */
const sharedNotebooks = "shared-notebooks";

/** What the Studio UI hides from members with these instance types. */
export const portalSettings = (instanceTypes: readonly string[]) => ({
  hiddenAppTypes: classicApps,
  hiddenInstanceTypes: hiddenInstanceTypesFor(instanceTypes),
});

const sharingSettings = ({ settings, dataKeyArn, dataBucketName }: DomainArgs) =>
  settings.sharing
    ? {
        notebookOutputOption: "Allowed",
        s3KmsKeyId: dataKeyArn,
        s3OutputPath: pulumi.interpolate`s3://${dataBucketName}/${sharedNotebooks}/`,
      }
    : { notebookOutputOption: "Disabled" };

/** Creates the domain with the default settings for user profiles and spaces. */
export function createDomain(
  name: string,
  args: DomainArgs,
  defaultApps: ReturnType<typeof appSettings>,
  childOptions: pulumi.CustomResourceOptions,
): aws.sagemaker.Domain {
  const { settings } = args;
  const principal = { executionRole: args.executionRoleArn, securityGroups: [args.securityGroupId] };
  const spaceStorageSettings = {
    defaultEbsStorageSettings: {
      defaultEbsVolumeSizeInGb: settings.volumeGb.default,
      maximumEbsVolumeSizeInGb: settings.volumeGb.maximum,
    },
  };
  return new aws.sagemaker.Domain(
    `${name}-domain`,
    {
      domainName: name,
      authMode: authModes[settings.signIn],
      appNetworkAccessType: "VpcOnly",
      vpcId: args.vpcId,
      subnetIds: args.subnetIds,
      kmsKeyId: args.keyArn,
      defaultUserSettings: {
        ...principal,
        ...defaultApps,
        studioWebPortal: "ENABLED",
        defaultLandingUri: "studio::",
        studioWebPortalSettings: portalSettings(settings.instanceTypes),
        spaceStorageSettings,
        sharingSettings: sharingSettings(args),
      },
      // Shared spaces use these settings instead of the user settings, and do not support Code Editor.
      defaultSpaceSettings: { ...principal, jupyterLabAppSettings: defaultApps.jupyterLabAppSettings, spaceStorageSettings },
      domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" }, executionRoleIdentityConfig: "USER_PROFILE_NAME" },
      // Spaces and apps inherit the tags of the domain and the user profile.
      // Permissions, the budget and the resource group depend on these tags.
      tagPropagation: "ENABLED",
      retentionPolicy: { homeEfsFileSystem: args.purge ? "Delete" : "Retain" },
    },
    // The provider replaces a domain, with its home directories, when its subnets change.
    // Studio stays in its first subnets.
    { ...childOptions, ignoreChanges: ["subnetIds"] },
  );
}
