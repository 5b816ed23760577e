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

/** Lifecycle configuration ARNs by app. `Text` is an output of the provider, or a value of a template. */
export type StartScripts<Text = pulumi.Output<string>> = Record<AppKind, Text>;

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

export interface AppSettingsArgs<Text> {
  defaultInstanceType: string;
  /** Absent: the idle time of the domain. */
  idleMinutes?: number;
  scripts: StartScripts<Text>;
  images: Record<AppKind, OfferedImage[]>;
  /** URLs of Git repositories. */
  repositories: string[];
}

/** Settings of both apps. A built-in lifecycle configuration always runs, even if a space has its own. */
export function appSettings<Text>({ defaultInstanceType, idleMinutes, scripts, images, repositories }: AppSettingsArgs<Text>) {
  const [jupyterLabAppSettings, codeEditorAppSettings] = appKinds.map((app) => ({
    ...(idleMinutes !== undefined && idleSettings(idleMinutes)),
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

export type AppSettings<Text = pulumi.Input<string>> = ReturnType<typeof appSettings<Text>>;

/** What a space has when it is created. Members change it later in Studio. */
export interface InitialSpace<Text = string, Size = number> {
  instanceType: Text;
  volumeGb: Size;
}

export const initialSpace = (space: SpaceSettings, owner: StudioMember, { volumeGb }: StudioSettings): InitialSpace => ({
  instanceType: space.instanceType ?? owner.defaultInstanceType,
  volumeGb: space.volumeGb ?? volumeGb.default,
});

/** Settings of a space and its app. The idle time is that of the owner's profile, or of the domain for a shared space. */
export const spaceSettings = <Text, Size>(app: AppKind, initial: InitialSpace<Text, Size>) => ({
  appType: apps[app].type,
  [apps[app].settings]: { defaultResourceSpec: { instanceType: initial.instanceType } },
  spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: initial.volumeGb } },
});

/** The names of the AWS API: `DefaultResourceSpec` for `defaultResourceSpec`. */
export function inApiNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inApiNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), inApiNames(member)]),
  );
}
