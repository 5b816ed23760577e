import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AppSettings } from "./apps";
import { portalSettings, sharingSettings, storageSettings } from "./profile-settings";
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
}

const authModes: Record<StudioSettings["signIn"], string> = { iam: "IAM", "identity-center": "SSO" };

/** Role and security group of apps. */
const principal = ({ executionRoleArn, securityGroupId }: DomainArgs) => ({
  executionRole: executionRoleArn,
  securityGroups: [securityGroupId],
});

/** Shared spaces use these settings instead of the user settings, and do not support Code Editor. */
export const sharedSpaceSettings = (args: DomainArgs, { jupyterLabAppSettings }: AppSettings) => ({
  ...principal(args),
  jupyterLabAppSettings,
  spaceStorageSettings: storageSettings(args.settings),
});

/**
 * Properties that keep their value from the creation of the domain. A change of `subnetIds` or `retentionPolicy` replaces the
 * domain and its home directories, and AWS rejects every update of a `VpcOnly` domain by the provider.
 * Source: hashicorp/terraform-provider-aws issue 45528.
 */
const fixed = ["subnetIds", "retentionPolicy", "defaultUserSettings", "defaultSpaceSettings"];

/**
 * Creates the domain. Its default settings are the settings at its creation: they apply to shared spaces, and to profiles that
 * Cloister does not create. User profiles carry the current settings.
 */
export function createDomain(
  name: string,
  args: DomainArgs,
  defaultApps: AppSettings,
  childOptions: pulumi.CustomResourceOptions,
): aws.sagemaker.Domain {
  const { settings } = args;
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
        ...principal(args),
        ...defaultApps,
        studioWebPortal: "ENABLED",
        defaultLandingUri: "studio::",
        studioWebPortalSettings: portalSettings(settings.instanceTypes),
        spaceStorageSettings: storageSettings(settings),
        sharingSettings: sharingSettings(args),
      },
      defaultSpaceSettings: sharedSpaceSettings(args, defaultApps),
      domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" }, executionRoleIdentityConfig: "USER_PROFILE_NAME" },
      // Spaces and apps inherit the tags of the domain and the user profile.
      // Permissions, the budget and the resource group depend on these tags.
      tagPropagation: "ENABLED",
      // Also with `purge`, because a later change of this property would replace the domain.
      retentionPolicy: { homeEfsFileSystem: "Retain" },
    },
    // AWS rejects a second domain with the same name.
    { ...childOptions, ignoreChanges: fixed, deleteBeforeReplace: true },
  );
}
