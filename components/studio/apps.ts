// The apps of Studio, and their settings in a domain, a user profile and a space. Pure.
import type * as pulumi from "@pulumi/pulumi";
import { type StudioMember } from "./members";
import { type SpaceSettings, type StudioSettings } from "./settings";

/** Names of each app in the AWS API: its type, and the key of its settings. */
export const apps = {
  jupyterlab: { type: "JupyterLab", settings: "jupyterLabAppSettings" },
  codeeditor: { type: "CodeEditor", settings: "codeEditorAppSettings" },
} as const;

export type AppKind = keyof typeof apps;
export const appKinds = Object.keys(apps) as AppKind[];

/** A custom image, as domains and user profiles name it. */
export interface OfferedImage {
  imageName: pulumi.Input<string>;
  imageVersionNumber: pulumi.Input<number>;
  appImageConfigName: pulumi.Input<string>;
}

/** ARNs of the lifecycle configurations, by app. */
export type StartScripts = Record<AppKind, pulumi.Output<string>>;

/** The same value three times, so that users cannot change the idle time. */
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

/** Settings of both apps. A built-in lifecycle configuration runs at every start, also if a space has another one. */
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

/** Settings of a space and of the app in it. */
export function spaceSettings(space: SpaceSettings, owner: StudioMember, settings: StudioSettings) {
  const app = {
    defaultResourceSpec: { instanceType: space.instanceType ?? owner.defaultInstanceType },
    appLifecycleManagement: {
      // A shared space has the idle time of the domain, not that of its owner.
      idleSettings: { idleTimeoutInMinutes: space.sharing === "shared" ? settings.idleMinutes : owner.idleMinutes },
    },
  };
  return {
    appType: apps[space.app].type,
    [apps[space.app].settings]: app,
    spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: space.volumeGb ?? settings.volumeGb.default } },
  };
}
