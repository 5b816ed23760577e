// Builds the settings of Studio apps in domains, user profiles and spaces. Pure.
import type * as pulumi from "@pulumi/pulumi";
import { type StudioMember } from "./members";
import { type SpaceSettings, type StudioSettings } from "./settings";

/** For each app, the app type and the key of the app settings in the AWS API. */
export const apps = {
  jupyterlab: { type: "JupyterLab", settings: "jupyterLabAppSettings" },
  codeeditor: { type: "CodeEditor", settings: "codeEditorAppSettings" },
} as const;

export type AppKind = keyof typeof apps;
export const appKinds = Object.keys(apps) as AppKind[];

/** A custom image in the form that domains and user profiles require. */
export interface OfferedImage {
  imageName: pulumi.Input<string>;
  imageVersionNumber: pulumi.Input<number>;
  appImageConfigName: pulumi.Input<string>;
}

/** Lifecycle configuration ARNs by app. */
export type StartScripts = Record<AppKind, pulumi.Output<string>>;

/** Default, minimum and maximum are the same, so that users cannot change the idle time. */
const idleSettings = (minutes: number) => ({
  appLifecycleManagement: {
    idleSettings: {
      lifecycleManagement: "ENABLED",
      idleTimeoutInMinutes: minutes,
      minIdleTimeoutInMinutes: minutes,
      maxIdleTimeoutInMinutes: minutes,
    },
  },
});

export interface AppSettingsArgs {
  defaultInstanceType: string;
  idleMinutes: number;
  scripts: StartScripts;
  images: Record<AppKind, OfferedImage[]>;
  /** URLs of Git repositories. */
  repositories: string[];
}

/** Settings of both apps. A built-in lifecycle configuration always runs, even if a space has its own. */
export function appSettings({ defaultInstanceType, idleMinutes, scripts, images, repositories }: AppSettingsArgs) {
  const [jupyterLabAppSettings, codeEditorAppSettings] = appKinds.map((app) => ({
    ...idleSettings(idleMinutes),
    defaultResourceSpec: { instanceType: defaultInstanceType },
    builtInLifecycleConfigArn: scripts[app],
    ...(images[app].length > 0 && { customImages: images[app] }),
  }));
  return {
    jupyterLabAppSettings: {
      ...jupyterLabAppSettings,
      ...(repositories.length > 0 && { codeRepositories: repositories.map((repositoryUrl) => ({ repositoryUrl })) }),
    },
    codeEditorAppSettings,
  };
}

/** Settings of a space and its app. */
export function spaceSettings(space: SpaceSettings, owner: StudioMember, settings: StudioSettings) {
  const app = {
    defaultResourceSpec: { instanceType: space.instanceType ?? owner.defaultInstanceType },
    appLifecycleManagement: {
      // A shared space has the idle time of the domain, not the idle time of its owner.
      idleSettings: { idleTimeoutInMinutes: space.sharing === "shared" ? settings.idleMinutes : owner.idleMinutes },
    },
  };
  return {
    appType: apps[space.app].type,
    [apps[space.app].settings]: app,
    spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: space.volumeGb ?? settings.volumeGb.default } },
  };
}
