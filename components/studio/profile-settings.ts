// Builds the settings of user profiles and spaces. The provider and the templates of products use the same settings. Pure.
import * as pulumi from "@pulumi/pulumi";
import { type AppSettings } from "./apps";
import { hiddenInstanceTypesFor } from "./instance-types";
import { type StudioSettings } from "./settings";

/** Apps of Studio Classic, which new domains do not support. */
const classicApps = ["JupyterServer", "KernelGateway"];

/** Prefix for shared notebook output in the data bucket. */
const sharedNotebooks = "shared-notebooks";

/** What the Studio UI hides from members with these instance types. */
export const portalSettings = (instanceTypes: readonly string[]) => ({
  hiddenAppTypes: classicApps,
  hiddenInstanceTypes: hiddenInstanceTypesFor(instanceTypes),
});

export interface SharingArgs {
  settings: Pick<StudioSettings, "sharing">;
  /** Key for the data bucket, `arn:…:key/…`. */
  dataKeyArn: pulumi.Input<string>;
  dataBucketName: pulumi.Input<string>;
}

/** Where members store shared notebook output, if the settings allow sharing. */
export const sharingSettings = ({ settings, dataKeyArn, dataBucketName }: SharingArgs) =>
  settings.sharing
    ? {
        notebookOutputOption: "Allowed",
        s3KmsKeyId: dataKeyArn,
        s3OutputPath: pulumi.interpolate`s3://${dataBucketName}/${sharedNotebooks}/`,
      }
    : { notebookOutputOption: "Disabled" };

/** Sizes of the volumes of spaces. */
export const storageSettings = ({ volumeGb }: Pick<StudioSettings, "volumeGb">) => ({
  defaultEbsStorageSettings: { defaultEbsVolumeSizeInGb: volumeGb.default, maximumEbsVolumeSizeInGb: volumeGb.maximum },
});

export interface ProfileSettingsArgs<Text, Sharing> {
  executionRoleArn: Text;
  securityGroupId: Text;
  apps: AppSettings<Text>;
  /** Instance types that the Studio UI shows. */
  instanceTypes: readonly string[];
  settings: Pick<StudioSettings, "volumeGb">;
  sharing: Sharing;
}

/** Settings of a user profile: everything that can change, because the settings of the domain cannot. */
export const profileSettings = <Text, Sharing>({
  executionRoleArn,
  securityGroupId,
  apps,
  ...args
}: ProfileSettingsArgs<Text, Sharing>) => ({
  executionRole: executionRoleArn,
  securityGroups: [securityGroupId],
  ...apps,
  studioWebPortalSettings: portalSettings(args.instanceTypes),
  spaceStorageSettings: storageSettings(args.settings),
  sharingSettings: args.sharing,
});
