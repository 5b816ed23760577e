// Implements Studio images: images, their versions and aliases, and the app image configurations that use them.
import { roleIsAssumable } from "./checks";
import {
  arnOf,
  change,
  contains,
  invalid,
  type Item,
  keep,
  listing,
  missing,
  needed,
  type Operations,
  page,
  pick,
  type Sagemaker,
  taken,
} from "./state";

const imageArn = (context: Sagemaker, name: unknown): string => arnOf(context, `image/${String(name).toLowerCase()}`);

export function imageOf({ state }: Sagemaker, name: unknown): Item {
  const image = state.images[String(name)];
  if (!image) throw missing("Image", name);
  return image;
}

/** The versions of an image, oldest first. */
const versionsOf = ({ state }: Pick<Sagemaker, "state">, name: unknown): Item[] =>
  Object.values(state.imageVersions).filter(({ ImageName }) => ImageName === name);

/** Whether settings or apps refer to an image or an image version: by name in custom images, by ARN in the resources of apps. */
function isUsed({ state }: Sagemaker, name: unknown, arn: unknown, version?: unknown): boolean {
  const users = [...Object.values(state.domains), ...Object.values(state.profiles), ...Object.values(state.spaces)];
  const running = Object.values(state.apps).filter(({ Status }) => Status !== "Deleted");
  const refers = (value: unknown): boolean => {
    if (value === arn) return true;
    if (typeof value !== "object" || value === null) return false;
    const { ImageName, ImageVersionNumber } = value as { ImageName?: unknown; ImageVersionNumber?: unknown };
    // Without a version number, or with 0, which the AWS provider sends for a missing number, this is the latest version.
    const number = ImageVersionNumber || versionsOf({ state }, name).at(-1)?.Version;
    if (ImageName === name && (version === undefined || number === version)) return true;
    return Object.values(value).some(refers);
  };
  return (
    running.some(({ ResourceSpec }) => refers(ResourceSpec)) ||
    users.some(({ DefaultUserSettings, DefaultSpaceSettings, UserSettings, SpaceSettings }) =>
      [DefaultUserSettings, DefaultSpaceSettings, UserSettings, SpaceSettings].some(refers),
    )
  );
}

const summary = ["ImageArn", "ImageName", "ImageStatus", "DisplayName", "Description", "CreationTime", "LastModifiedTime"];

const images: Operations = {
  async CreateImage(input, context) {
    const { ImageName } = input;
    if (context.state.images[String(ImageName)]) throw taken("Image", ImageName);
    await roleIsAssumable(context, input.RoleArn);
    const ImageArn = imageArn(context, ImageName);
    keep(context, context.state.images, String(ImageName), ImageArn, { ...input, ImageArn, ImageStatus: "CREATED" });
    return { ImageArn };
  },

  DescribeImage: ({ ImageName }, context) => imageOf(context, ImageName),

  async UpdateImage({ ImageName, DeleteProperties, ...changes }, context) {
    const image = imageOf(context, ImageName);
    await roleIsAssumable(context, changes.RoleArn);
    change(context, image, changes);
    for (const property of (DeleteProperties ?? []) as string[]) delete image[property];
    return { ImageArn: image.ImageArn };
  },

  DeleteImage({ ImageName }, context) {
    const { state } = context;
    const image = imageOf(context, ImageName);
    if (isUsed(context, ImageName, image.ImageArn)) throw needed("Image", ImageName, "Domains, UserProfiles, Spaces or Apps");
    // AWS deletes the image versions with the image.
    for (const { ImageVersionArn, Version } of versionsOf(context, ImageName)) {
      delete state.imageVersions[`${String(ImageName)}/${String(Version)}`];
      delete state.tags[String(ImageVersionArn)];
    }
    delete state.images[String(ImageName)];
    delete state.imageCounts[String(ImageName)];
    delete state.tags[String(image.ImageArn)];
    return {};
  },

  ListImages: listing(
    "Images",
    (state) => state.images,
    summary,
    (item, input) => contains(input.NameContains, item.ImageName),
  ),
};

/** The image version that an input selects: by number, by alias, or the latest version. */
export function versionOf(context: Sagemaker, { ImageName, Version, Alias }: Record<string, unknown>): Item {
  imageOf(context, ImageName);
  const versions = versionsOf(context, ImageName);
  const found =
    Version !== undefined
      ? versions.find((item) => item.Version === Version)
      : Alias !== undefined
        ? versions.find(({ Aliases }) => (Aliases as string[]).includes(String(Alias)))
        : versions.at(-1);
  const named = [Version, Alias].filter((part) => part !== undefined).map(String);
  if (!found) throw missing("ImageVersion", [String(ImageName), ...named].join("/"));
  return found;
}

/** An alias names one version of an image. A new version takes the alias away from the previous version. */
function takeAliases(context: Sagemaker, version: Item, aliases: string[]): void {
  for (const other of versionsOf(context, version.ImageName))
    other.Aliases = (other.Aliases as string[]).filter((alias) => !aliases.includes(alias));
  version.Aliases = [...(version.Aliases as string[]), ...aliases];
}

const registry =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9]+([._/-][a-z0-9]+)*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})?$/;

const described = (item: Item): Record<string, unknown> =>
  pick(
    item,
    Object.keys(item).filter((member) => !["Aliases", "ClientToken", "ImageName"].includes(member)),
  );

const versions: Operations = {
  CreateImageVersion(input, context) {
    const { ImageName, BaseImage, Aliases = [], ClientToken } = input;
    const image = imageOf(context, ImageName);
    const same = versionsOf(context, ImageName).find((item) => item.ClientToken === ClientToken);
    if (same) return { ImageVersionArn: same.ImageVersionArn };
    if (!registry.test(String(BaseImage))) throw invalid(`The base image '${String(BaseImage)}' is not a URI of an image in Amazon ECR.`);
    // Version numbers are not reused, even after a version was deleted.
    const Version = (context.state.imageCounts[String(ImageName)] ?? 0) + 1;
    context.state.imageCounts[String(ImageName)] = Version;
    const key = `${String(ImageName)}/${Version}`;
    const ImageVersionArn = arnOf(context, `image-version/${key.toLowerCase()}`);
    const version = keep(context, context.state.imageVersions, key, ImageVersionArn, {
      ...input,
      Aliases: [],
      ContainerImage: BaseImage,
      ImageArn: image.ImageArn,
      ImageVersionArn,
      ImageVersionStatus: "CREATED",
      Version,
    });
    takeAliases(context, version, Aliases as string[]);
    return { ImageVersionArn };
  },

  DescribeImageVersion: (input, context) => described(versionOf(context, input)),

  UpdateImageVersion({ ImageName, Version, Alias, AliasesToAdd, AliasesToDelete, ...changes }, context) {
    const version = versionOf(context, { ImageName, Version, Alias });
    const dropped = (AliasesToDelete ?? []) as string[];
    version.Aliases = (version.Aliases as string[]).filter((alias) => !dropped.includes(alias));
    takeAliases(context, version, (AliasesToAdd ?? []) as string[]);
    change(context, version, changes);
    return { ImageVersionArn: version.ImageVersionArn };
  },

  DeleteImageVersion({ ImageName, Version, Alias }, context) {
    const { state } = context;
    if (Version === undefined && Alias === undefined) throw invalid("Either Version or Alias must be given.");
    const version = versionOf(context, { ImageName, Version, Alias });
    const arn = String(version.ImageVersionArn);
    if (isUsed(context, ImageName, arn, version.Version))
      throw needed("ImageVersion", `${String(ImageName)}/${String(version.Version)}`, "Domains, UserProfiles, Spaces or Apps");
    delete state.imageVersions[`${String(ImageName)}/${String(version.Version)}`];
    delete state.tags[arn];
    return {};
  },

  ListImageVersions(input, context) {
    imageOf(context, input.ImageName);
    const { items, more } = page(versionsOf(context, input.ImageName).reverse(), input);
    return { ImageVersions: items.map(described), ...more };
  },

  ListAliases(input, context) {
    const { ImageName, Version, Alias } = input;
    imageOf(context, ImageName);
    const named = Version === undefined && Alias === undefined ? versionsOf(context, ImageName) : [versionOf(context, input)];
    const { items, more } = page(
      named.flatMap(({ Aliases }) => Aliases as string[]),
      input,
    );
    return { SageMakerImageVersionAliases: items, ...more };
  },
};

export function appConfigOf({ state }: Sagemaker, name: unknown): Item {
  const config = state.appImageConfigs[String(name)];
  if (!config) throw missing("AppImageConfig", name);
  return config;
}

/** The three kinds of app that run images. A configuration is for one kind. */
const kinds = ["KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig"];

const oneKind = (settings: Record<string, unknown>): void => {
  if (kinds.filter((kind) => settings[kind] !== undefined).length > 1)
    throw invalid(`An AppImageConfig can have only one of ${kinds.join(", ")}.`);
};

/** Home directory owners that Studio supports, as UID and GID: root and the Studio user. */
const owners = ["0/0", "1000/100"];

function homeFits(settings: Record<string, unknown>): void {
  for (const kind of kinds) {
    const { FileSystemConfig: fileSystem } = (settings[kind] ?? {}) as { FileSystemConfig?: { DefaultUid?: number; DefaultGid?: number } };
    const { DefaultUid = 1000, DefaultGid = 100 } = fileSystem ?? {};
    if (!owners.includes(`${DefaultUid}/${DefaultGid}`))
      throw invalid(`DefaultUid ${DefaultUid} and DefaultGid ${DefaultGid} are not one of the supported pairs: ${owners.join(", ")}.`);
  }
}

const appConfigs: Operations = {
  CreateAppImageConfig(input, context) {
    const name = String(input.AppImageConfigName);
    if (context.state.appImageConfigs[name]) throw taken("AppImageConfig", name);
    oneKind(input);
    homeFits(input);
    const AppImageConfigArn = arnOf(context, `app-image-config/${name.toLowerCase()}`);
    keep(context, context.state.appImageConfigs, name, AppImageConfigArn, { ...input, AppImageConfigArn });
    return { AppImageConfigArn };
  },

  DescribeAppImageConfig: ({ AppImageConfigName }, context) => appConfigOf(context, AppImageConfigName),

  UpdateAppImageConfig({ AppImageConfigName, ...changes }, context) {
    const config = appConfigOf(context, AppImageConfigName);
    oneKind({ ...config, ...changes });
    homeFits(changes);
    // AWS replaces the whole configuration: omitted members are deleted.
    Object.assign(config, changes, { LastModifiedTime: context.now() });
    return { AppImageConfigArn: config.AppImageConfigArn };
  },

  DeleteAppImageConfig({ AppImageConfigName }, context) {
    const config = appConfigOf(context, AppImageConfigName);
    delete context.state.appImageConfigs[String(AppImageConfigName)];
    delete context.state.tags[String(config.AppImageConfigArn)];
    return {};
  },

  ListAppImageConfigs: listing(
    "AppImageConfigs",
    (state) => state.appImageConfigs,
    ["AppImageConfigArn", "AppImageConfigName", "CreationTime", "LastModifiedTime", ...kinds],
    (item, input) => contains(input.NameContains, item.AppImageConfigName),
  ),
};

export const studioImages: Operations = { ...images, ...versions, ...appConfigs };
