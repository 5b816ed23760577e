import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AppKind, type OfferedImage } from "./apps";
import { type ImageSettings } from "./settings";

/** UID, GID and home directory in Studio images, which the apps require. */
const fileSystemConfig = { defaultUid: 1000, defaultGid: 100, mountPath: "/home/sagemaker-user" };

/**
 * Creates custom images, each with a version and one configuration per app. Returns the images by app, and as resources.
 * Errors: when creating the image version, AWS rejects an image that `roleArn` cannot pull. The preview does not.
 */
export function createImages(
  name: string,
  images: ImageSettings[],
  roleArn: pulumi.Input<string>,
  childOptions: pulumi.CustomResourceOptions,
): { offered: Record<AppKind, OfferedImage[]>; resources: pulumi.Resource[] } {
  const offered: Record<AppKind, OfferedImage[]> = { jupyterlab: [], codeeditor: [] };
  const resources: pulumi.Resource[] = [];
  for (const settings of images) {
    const imageName = `${name}-${settings.name}`;
    // The image name is fixed, so Pulumi must delete the old image before creating one with another role.
    const image = new aws.sagemaker.Image(
      `${name}-image-${settings.name}`,
      { imageName, roleArn },
      { ...childOptions, deleteBeforeReplace: true },
    );
    resources.push(image);
    const version = new aws.sagemaker.ImageVersion(
      `${name}-image-${settings.name}-version`,
      { imageName: image.imageName, baseImage: settings.imageUri },
      // AWS does not delete a version that a running app uses, and deletes all versions with the image.
      { ...childOptions, retainOnDelete: true },
    );
    const config = {
      fileSystemConfig,
      containerConfig: {
        ...(settings.entrypoint && { containerEntrypoints: [settings.entrypoint] }),
        ...(settings.arguments.length > 0 && { containerArguments: settings.arguments }),
        ...(Object.keys(settings.environment).length > 0 && { containerEnvironmentVariables: settings.environment }),
      },
    };
    const imageConfig = Object.keys(config.containerConfig).length > 0 ? config : { fileSystemConfig };
    for (const app of settings.apps) {
      // A configuration applies to one app only.
      const { appImageConfigName } = new aws.sagemaker.AppImageConfig(
        `${name}-image-${settings.name}-${app}`,
        {
          appImageConfigName: `${imageName}-${app}`,
          ...(app === "jupyterlab" ? { jupyterLabImageConfig: imageConfig } : { codeEditorAppImageConfig: imageConfig }),
        },
        childOptions,
      );
      offered[app].push({ imageName: image.imageName, imageVersionNumber: version.version, appImageConfigName });
    }
  }
  return { offered, resources };
}
