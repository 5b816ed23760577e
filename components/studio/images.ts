import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type ImageSettings } from "./settings";

export type AppKind = "jupyterlab" | "codeeditor";

/** An image that an app offers, as a domain and a profile take it. */
export interface OfferedImage {
  imageName: pulumi.Input<string>;
  imageVersionNumber: pulumi.Input<number>;
  appImageConfigName: pulumi.Input<string>;
}

/** The user of Studio's own images, which the apps expect. */
const fileSystemConfig = { defaultUid: 1000, defaultGid: 100, mountPath: "/home/sagemaker-user" };

/**
 * Images of the customer, by the app they are offered for. Makes an image, a version, and a configuration for each of its apps.
 * Errors: AWS refuses an image that `roleArn` may not pull when the version is made, not at preview.
 */
export function ownImages(
  name: string,
  images: ImageSettings[],
  roleArn: pulumi.Input<string>,
  childOptions: pulumi.CustomResourceOptions,
): Record<AppKind, OfferedImage[]> {
  const offered: Record<AppKind, OfferedImage[]> = { jupyterlab: [], codeeditor: [] };
  for (const settings of images) {
    const imageName = `${name}-${settings.name}`;
    // A name can't be twice, so another role means: first the old one goes.
    const image = new aws.sagemaker.Image(
      `${name}-image-${settings.name}`,
      { imageName, roleArn },
      { ...childOptions, deleteBeforeReplace: true },
    );
    const version = new aws.sagemaker.ImageVersion(
      `${name}-image-${settings.name}-version`,
      { imageName: image.imageName, baseImage: settings.imageUri },
      childOptions,
    );
    const config = {
      fileSystemConfig,
      containerConfig: {
        ...(settings.entrypoint && { containerEntrypoints: [settings.entrypoint] }),
        ...(settings.arguments.length > 0 && { containerArguments: settings.arguments }),
        ...(Object.keys(settings.environment).length > 0 && { containerEnvironmentVariables: settings.environment }),
      },
    };
    const part = Object.keys(config.containerConfig).length > 0 ? config : { fileSystemConfig };
    for (const app of settings.apps) {
      // One for each app: AWS takes a configuration for one kind only.
      const { appImageConfigName } = new aws.sagemaker.AppImageConfig(
        `${name}-image-${settings.name}-${app}`,
        {
          appImageConfigName: `${imageName}-${app}`,
          ...(app === "jupyterlab" ? { jupyterLabImageConfig: part } : { codeEditorAppImageConfig: part }),
        },
        childOptions,
      );
      offered[app].push({ imageName: image.imageName, imageVersionNumber: version.version, appImageConfigName });
    }
  }
  return offered;
}
