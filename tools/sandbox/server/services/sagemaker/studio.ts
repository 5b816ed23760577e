// Implements SageMaker Studio: domains, user profiles, spaces, apps, lifecycle configurations.
// The errors in this part of SageMaker are `ResourceNotFound` and `ResourceInUse`.
import { AwsError } from "../../aws-error";
import { type Operation } from "../../service";
import { isBase64, keyIsUsable, networkFits, roleIsAssumable } from "./checks";
import { appConfigOf, imageOf, versionOf } from "./images";
import { attachApp, createHome, deleteHome, detach } from "./network";
import {
  arnOf,
  change,
  contains,
  holds,
  invalid,
  type Item,
  keep,
  listing,
  missing,
  needed,
  type Operations,
  pick,
  type Sagemaker,
  type State,
  type Tag,
  taken,
} from "./state";
import {
  type AppSettings,
  defaultVolumeFits,
  domainUpdateFits,
  firstOf,
  idleTimeFits,
  type Settings,
  type SpaceSettings,
  spaceUpdateFits,
  volumeFits,
} from "./studio-rules";

function domainOf({ state }: Sagemaker, id: unknown): Item {
  const domain = state.domains[String(id)];
  if (!domain) throw missing("Domain", id);
  return domain;
}

/** The resource with that name in an existing domain. */
function partOf(context: Sagemaker, parts: Record<string, Item>, what: string, domain: unknown, name: unknown): Item {
  domainOf(context, domain);
  const part = parts[`${String(domain)}/${String(name)}`];
  if (!part) throw missing(what, name);
  return part;
}

const profileOf = (context: Sagemaker, domain: unknown, name: unknown): Item =>
  partOf(context, context.state.profiles, "UserProfile", domain, name);
const spaceOf = (context: Sagemaker, domain: unknown, name: unknown): Item => partOf(context, context.state.spaces, "Space", domain, name);

/** AWS lists apps for a while after they were deleted. Deleted apps no longer block a deletion. */
export const isDeleted = ({ Status }: Item): boolean => Status === "Deleted";
/**
 * In AWS, the deletion of an app or a space takes time. Here the first answer reports `Deleting`, then the resource is deleted. Answers
 * are counted instead of time, so that a program that does not wait always fails, and a program that waits is fast.
 */
const isDeleting = ({ Status }: Item): boolean => Status === "Deleting";
const notDeleting = (what: string, name: unknown, item: Item): Item => {
  if (isDeleting(item)) throw new AwsError("ResourceInUse", `${what} [${String(name)}] is being deleted.`);
  return item;
};
/** Seconds of an update that no call observes. Users wait longer before they change a domain again. */
const UPDATE_SECONDS = 60;
/**
 * An update of a domain or a profile takes time. As with deletions, the first response reports `Updating`. An update whose status is
 * not read also ends, after a minute.
 */
const notUpdating = (what: string, name: unknown, item: Item, context: Sagemaker): Item => {
  const isUpdating = item.Status === "Updating" && context.now() < Number(item.LastModifiedTime) + UPDATE_SECONDS;
  if (isUpdating) throw new AwsError("ResourceInUse", `${what} [${String(name)}] is being updated.`);
  return item;
};
const inDomain = (id: unknown) => (item: Item) => item.DomainId === id && !isDeleted(item);
const any = (items: Record<string, Item>, test: (item: Item) => boolean): boolean => Object.values(items).some(test);

/** Settings for apps, and the app type that their lifecycle configurations must have. */
const appTypes: Record<string, string> = {
  JupyterServerAppSettings: "JupyterServer",
  KernelGatewayAppSettings: "KernelGateway",
  JupyterLabAppSettings: "JupyterLab",
  CodeEditorAppSettings: "CodeEditor",
};

const asInvalid = (lookup: () => unknown): void => {
  try {
    lookup();
  } catch (error) {
    throw error instanceof AwsError ? invalid(error.message) : error;
  }
};

/** ARNs of the lifecycle configurations that an app with these settings runs. */
const scriptsIn = ({ DefaultResourceSpec, LifecycleConfigArns = [], BuiltInLifecycleConfigArn }: AppSettings): string[] =>
  [...LifecycleConfigArns, DefaultResourceSpec?.LifecycleConfigArn, BuiltInLifecycleConfigArn].filter((arn) => arn !== undefined);

/** Images, app image configurations and lifecycle configurations must exist. Images in other accounts, e.g. AWS's, are assumed to exist. */
function appSettingsFit(context: Sagemaker, settings: object | undefined): void {
  for (const [member, appType] of Object.entries(appTypes)) {
    const app = ((settings ?? {}) as Record<string, AppSettings>)[member] ?? {};
    const { DefaultResourceSpec, CustomImages } = app;
    idleTimeFits(app);
    for (const arn of scriptsIn(app)) {
      const config = Object.values(context.state.lifecycleConfigs).find(({ StudioLifecycleConfigArn }) => StudioLifecycleConfigArn === arn);
      if (!config) throw invalid(`StudioLifecycleConfig [${arn}] does not exist.`);
      if (config.StudioLifecycleConfigAppType !== appType)
        throw invalid(`StudioLifecycleConfig [${arn}] is for apps of type ${String(config.StudioLifecycleConfigAppType)}, not ${appType}.`);
    }
    const image = DefaultResourceSpec?.SageMakerImageArn;
    if (image?.split(":")[4] === context.caller.account && !Object.values(context.state.images).some(({ ImageArn }) => ImageArn === image))
      throw invalid(`Image [${image}] does not exist.`);
    for (const { ImageName, ImageVersionNumber, AppImageConfigName } of CustomImages ?? [])
      asInvalid(() => {
        imageOf(context, ImageName);
        // The AWS provider sends 0 for a missing version number. AWS then uses the latest version.
        versionOf(context, { ImageName, Version: ImageVersionNumber || undefined });
        appConfigOf(context, AppImageConfigName);
      });
  }
}

async function settingsFit(context: Sagemaker, vpc: unknown, settings: Settings): Promise<void> {
  await roleIsAssumable(context, settings?.ExecutionRole);
  await networkFits(context, { vpc, groups: settings?.SecurityGroups });
  defaultVolumeFits(settings);
  appSettingsFit(context, settings);
}

/**
 * Tags for a new app or, if the domain propagates tags, a new space. Tags in the input override those of the owner, then the domain.
 * Source: AWS API `AddTags` (apps), "Custom tag propagation" (everything else).
 */
function inherited({ state }: Sagemaker, domain: Item, owner: Item | undefined, inputTags: unknown): Tag[] {
  const of = (item: Item | undefined) => (item && state.tags[String(item.UserProfileArn ?? item.SpaceArn ?? item.DomainArn)]) ?? [];
  return [...new Map([...of(domain), ...of(owner), ...((inputTags ?? []) as Tag[])].map((tag) => [tag.Key, tag])).values()];
}

/** A List operation. Resources that its answer reports as `Deleting` are deleted after the answer. */
const finishingDeletions =
  (
    list: Operation<State>,
    items: (state: State) => Record<string, Item>,
    end: (context: Sagemaker, key: string) => Promise<void> | void,
  ): Operation<State> =>
  async (input, context) => {
    const answer = await list(input, context);
    for (const [key, item] of Object.entries(items(context.state)))
      if (isDeleting(item) && holds(input.DomainIdEquals, item.DomainId)) await end(context, key);
    return answer;
  };

function remove(context: Sagemaker, items: Record<string, Item>, key: string, arn: unknown): void {
  delete items[key];
  delete context.state.tags[String(arn)];
}

const domains: Operations = {
  async CreateDomain(input, context) {
    const { DomainName, VpcId, SubnetIds, KmsKeyId, DefaultUserSettings, DefaultSpaceSettings, HomeEfsFileSystemKmsKeyId, ...rest } = input;
    if (any(context.state.domains, (domain) => domain.DomainName === DomainName)) throw taken("Domain", DomainName);
    await networkFits(context, { vpc: VpcId, subnets: SubnetIds });
    await settingsFit(context, VpcId, DefaultUserSettings as Settings);
    await settingsFit(context, VpcId, DefaultSpaceSettings as Settings);
    const key = KmsKeyId ?? HomeEfsFileSystemKmsKeyId;
    await keyIsUsable(context, key);
    const id = context.id("d-");
    const arn = arnOf(context, `domain/${id}`);
    const url = `https://${id}.studio.${context.caller.region}.sagemaker.aws`;
    const domain = keep(context, context.state.domains, id, arn, {
      AppNetworkAccessType: "PublicInternetOnly",
      TagPropagation: "DISABLED",
      ...rest,
      DomainName,
      VpcId,
      SubnetIds,
      DefaultUserSettings,
      ...(DefaultSpaceSettings ? { DefaultSpaceSettings } : {}),
      ...(key ? { KmsKeyId: key, HomeEfsFileSystemKmsKeyId: key } : {}),
      DomainId: id,
      DomainArn: arn,
      Status: "InService",
      Url: url,
    });
    domain.HomeEfsFileSystemId = await createHome(context, domain);
    return { DomainArn: arn, DomainId: id, Url: url };
  },

  DescribeDomain({ DomainId }, context) {
    const domain = domainOf(context, DomainId);
    const answer = { ...domain };
    domain.Status = "InService";
    return answer;
  },

  async UpdateDomain(input, context) {
    const { DomainId, DomainSettingsForUpdate, ...changes } = input;
    const domain = notUpdating("Domain", DomainId, domainOf(context, DomainId), context);
    domainUpdateFits(domain, input, any(context.state.apps, inDomain(DomainId)));
    await networkFits(context, { vpc: changes.VpcId ?? domain.VpcId, subnets: changes.SubnetIds });
    await settingsFit(context, changes.VpcId ?? domain.VpcId, changes.DefaultUserSettings as Settings);
    await settingsFit(context, changes.VpcId ?? domain.VpcId, changes.DefaultSpaceSettings as Settings);
    change(context, domain, { ...changes, ...(DomainSettingsForUpdate ? { DomainSettings: DomainSettingsForUpdate } : {}) });
    domain.Status = "Updating";
    return { DomainArn: domain.DomainArn };
  },

  /** With `Retain`, the default, the file system, its mount targets and the NFS groups remain. Source: AWS API `RetentionPolicy`. */
  async DeleteDomain({ DomainId, RetentionPolicy }, context) {
    const { state } = context;
    const domain = domainOf(context, DomainId);
    if (any(state.apps, inDomain(DomainId))) throw needed("Domain", DomainId, "Apps");
    if (any(state.spaces, inDomain(DomainId))) throw needed("Domain", DomainId, "Spaces");
    if (any(state.profiles, inDomain(DomainId))) throw needed("Domain", DomainId, "UserProfiles");
    if ((RetentionPolicy as { HomeEfsFileSystem?: string } | undefined)?.HomeEfsFileSystem === "Delete") await deleteHome(context, domain);
    for (const [key, app] of Object.entries(state.apps)) if (app.DomainId === DomainId) remove(context, state.apps, key, app.AppArn);
    remove(context, state.domains, String(DomainId), domain.DomainArn);
    return {};
  },

  ListDomains: listing("Domains", (state) => state.domains, [
    "DomainArn",
    "DomainId",
    "DomainName",
    "Status",
    "CreationTime",
    "LastModifiedTime",
    "Url",
  ]),

  CreatePresignedDomainUrl({ DomainId, UserProfileName }, context) {
    profileOf(context, DomainId, UserProfileName);
    return { AuthorizedUrl: `${String(domainOf(context, DomainId).Url)}/auth?token=${context.id("", 40)}` };
  },
};

const profiles: Operations = {
  async CreateUserProfile(input, context) {
    const { DomainId, UserProfileName, UserSettings } = input;
    const domain = domainOf(context, DomainId);
    const key = `${String(DomainId)}/${String(UserProfileName)}`;
    if (context.state.profiles[key]) throw taken("UserProfile", UserProfileName);
    notUpdating("Domain", DomainId, domain, context);
    const { SingleSignOnUserIdentifier, SingleSignOnUserValue } = input;
    const isUser = [SingleSignOnUserIdentifier, SingleSignOnUserValue].filter((value) => value !== undefined).length;
    // Source: AWS API `CreateUserProfile`: both are required with IAM Identity Center, and cannot be specified otherwise.
    if (isUser !== (domain.AuthMode === "SSO" ? 2 : 0))
      throw invalid(
        `SingleSignOnUserIdentifier and SingleSignOnUserValue do not match the AuthMode ${String(domain.AuthMode)} of the domain.`,
      );
    await settingsFit(context, domain.VpcId, UserSettings as Settings);
    const arn = arnOf(context, `user-profile/${key}`);
    const uid = String(200_000 + Object.keys(context.state.profiles).length);
    keep(context, context.state.profiles, key, arn, { ...input, UserProfileArn: arn, HomeEfsFileSystemUid: uid, Status: "InService" });
    return { UserProfileArn: arn };
  },

  DescribeUserProfile({ DomainId, UserProfileName }, context) {
    const profile = profileOf(context, DomainId, UserProfileName);
    const answer = { ...profile };
    profile.Status = "InService";
    return answer;
  },

  async UpdateUserProfile({ DomainId, UserProfileName, UserSettings }, context) {
    const profile = notUpdating("UserProfile", UserProfileName, profileOf(context, DomainId, UserProfileName), context);
    await settingsFit(context, domainOf(context, DomainId).VpcId, UserSettings as Settings);
    change(context, profile, { UserSettings });
    profile.Status = "Updating";
    return { UserProfileArn: profile.UserProfileArn };
  },

  DeleteUserProfile({ DomainId, UserProfileName }, context) {
    const { state } = context;
    const profile = profileOf(context, DomainId, UserProfileName);
    const isOwned = (space: Item) =>
      (space.OwnershipSettings as { OwnerUserProfileName?: string } | undefined)?.OwnerUserProfileName === UserProfileName;
    if (any(state.apps, (app) => inDomain(DomainId)(app) && app.UserProfileName === UserProfileName))
      throw needed("UserProfile", UserProfileName, "Apps");
    if (any(state.spaces, (space) => inDomain(DomainId)(space) && isOwned(space))) throw needed("UserProfile", UserProfileName, "Spaces");
    remove(context, state.profiles, `${String(DomainId)}/${String(UserProfileName)}`, profile.UserProfileArn);
    return {};
  },

  ListUserProfiles: listing(
    "UserProfiles",
    (state) => state.profiles,
    ["DomainId", "UserProfileName", "Status", "CreationTime", "LastModifiedTime"],
    (item, input) => holds(input.DomainIdEquals, item.DomainId) && contains(input.UserProfileNameContains, item.UserProfileName),
  ),
};

const finishSpaceDeletion = (context: Sagemaker, key: string) =>
  remove(context, context.state.spaces, key, context.state.spaces[key]!.SpaceArn);

/**
 * The settings for apps in a space or under a profile, most specific first. A private space has the settings of its owner, and a shared
 * space has the space settings of the domain. Source: AWS API `UserSettings`, `DefaultSpaceSettings`.
 */
function settingsFor({ state }: Sagemaker, domain: Item, parent: Record<string, unknown>): Settings[] {
  if ("UserProfileArn" in parent) return [parent.UserSettings, domain.DefaultUserSettings] as Settings[];
  const { OwnerUserProfileName } = (parent.OwnershipSettings ?? {}) as { OwnerUserProfileName?: string };
  const { SharingType } = (parent.SpaceSharingSettings ?? {}) as { SharingType?: string };
  if (SharingType !== "Private") return [domain.DefaultSpaceSettings as Settings];
  const owner = state.profiles[`${String(domain.DomainId)}/${String(OwnerUserProfileName)}`];
  return [owner?.UserSettings, domain.DefaultUserSettings] as Settings[];
}

const spaces: Operations = {
  CreateSpace(input, context) {
    const { DomainId, SpaceName, OwnershipSettings, SpaceSharingSettings } = input;
    const domain = domainOf(context, DomainId);
    const key = `${String(DomainId)}/${String(SpaceName)}`;
    if (context.state.spaces[key]) throw taken("Space", SpaceName);
    if ((OwnershipSettings === undefined) !== (SpaceSharingSettings === undefined))
      throw invalid("OwnershipSettings and SpaceSharingSettings must be given together.");
    const arn = arnOf(context, `space/${key}`);
    const isPrivate = (SpaceSharingSettings as { SharingType?: string } | undefined)?.SharingType === "Private";
    // Error text: hashicorp/terraform-provider-aws issue 38370.
    if (isPrivate && input.SpaceSettings === undefined) throw invalid(`SpaceSettings must be provided for creating private space [${arn}]`);
    appSettingsFit(context, input.SpaceSettings as object | undefined);
    const { OwnerUserProfileName } = (OwnershipSettings ?? {}) as { OwnerUserProfileName?: string };
    const owner = OwnershipSettings ? profileOf(context, DomainId, OwnerUserProfileName) : undefined;
    volumeFits(settingsFor(context, domain, input), input.SpaceSettings);
    const url = `${String(domainOf(context, DomainId).Url)}/space/${String(SpaceName)}`;
    keep(context, context.state.spaces, key, arn, {
      ...input,
      ...(domain.TagPropagation === "ENABLED" && { Tags: inherited(context, domain, owner, input.Tags) }),
      SpaceArn: arn,
      HomeEfsFileSystemUid: "200000",
      Status: "InService",
      Url: url,
    });
    return { SpaceArn: arn };
  },

  DescribeSpace({ DomainId, SpaceName }, context) {
    const space = spaceOf(context, DomainId, SpaceName);
    if (isDeleting(space)) finishSpaceDeletion(context, `${String(DomainId)}/${String(SpaceName)}`);
    return space;
  },

  UpdateSpace({ DomainId, SpaceName, SpaceSettings, SpaceDisplayName }, context) {
    const space = notDeleting("Space", SpaceName, spaceOf(context, DomainId, SpaceName));
    spaceUpdateFits(space, SpaceSettings as SpaceSettings | undefined);
    appSettingsFit(context, SpaceSettings as object | undefined);
    volumeFits(settingsFor(context, domainOf(context, DomainId), space), SpaceSettings);
    change(context, space, { SpaceSettings, SpaceDisplayName });
    return { SpaceArn: space.SpaceArn };
  },

  DeleteSpace({ DomainId, SpaceName }, context) {
    const space = notDeleting("Space", SpaceName, spaceOf(context, DomainId, SpaceName));
    if (any(context.state.apps, (app) => inDomain(DomainId)(app) && app.SpaceName === SpaceName)) throw needed("Space", SpaceName, "Apps");
    space.Status = "Deleting";
    return {};
  },

  ListSpaces: finishingDeletions(
    listing(
      "Spaces",
      (state) => state.spaces,
      (item) => ({
        ...pick(item, ["DomainId", "SpaceName", "Status", "CreationTime", "LastModifiedTime", "SpaceDisplayName"]),
        ...(item.SpaceSettings ? { SpaceSettingsSummary: pick(item.SpaceSettings as Item, ["AppType", "SpaceStorageSettings"]) } : {}),
        ...(item.SpaceSharingSettings ? { SpaceSharingSettingsSummary: item.SpaceSharingSettings } : {}),
        ...(item.OwnershipSettings ? { OwnershipSettingsSummary: item.OwnershipSettings } : {}),
      }),
      (item, input) => holds(input.DomainIdEquals, item.DomainId) && contains(input.SpaceNameContains, item.SpaceName),
    ),
    (state) => state.spaces,
    finishSpaceDeletion,
  ),
};

/** App types that run in a space and not directly under a user profile. */
const inSpaces = new Set(["JupyterLab", "CodeEditor"]);

const appKey = ({ DomainId, UserProfileName, SpaceName, AppType, AppName }: Record<string, unknown>): string =>
  [DomainId, UserProfileName ?? SpaceName, String(AppType).toLowerCase(), AppName].join("/");

function appOf(context: Sagemaker, input: Record<string, unknown>): Item {
  domainOf(context, input.DomainId);
  const app = context.state.apps[appKey(input)];
  if (!app) throw missing("App", input.AppName);
  return app;
}

async function finishAppDeletion(context: Sagemaker, key: string): Promise<void> {
  const { state } = context;
  const app = state.apps[key]!;
  await detach(context, app.AppArn);
  app.Status = "Deleted";
  delete state.tags[String(app.AppArn)];
}

const apps: Operations = {
  async CreateApp(input, context) {
    const { DomainId, UserProfileName, SpaceName, AppType, AppName } = input;
    const domain = domainOf(context, DomainId);
    if ((UserProfileName === undefined) === (SpaceName === undefined))
      throw invalid("Exactly one of UserProfileName and SpaceName must be given.");
    const parent = UserProfileName !== undefined ? profileOf(context, DomainId, UserProfileName) : spaceOf(context, DomainId, SpaceName);
    if (SpaceName !== undefined) notDeleting("Space", SpaceName, parent);
    if (inSpaces.has(String(AppType)) && SpaceName === undefined) throw invalid(`Apps of type ${String(AppType)} need a SpaceName.`);
    const key = appKey(input);
    const present = context.state.apps[key];
    if (present && !isDeleted(present)) throw taken("App", AppName);
    const arn = arnOf(context, `app/${key}`);
    const settings = settingsFor(context, domain, parent);
    const script = firstOf(settings, (of) => of?.[`${String(AppType)}AppSettings`]?.BuiltInLifecycleConfigArn);
    const health = context.now();
    await attachApp(
      context,
      domain,
      arn,
      firstOf(settings, (of) => of?.SecurityGroups),
    );
    keep(context, context.state.apps, key, arn, {
      ...input,
      Tags: inherited(context, domain, parent, input.Tags),
      ...(script !== undefined && { BuiltInLifecycleConfigArn: script }),
      AppArn: arn,
      Status: "InService",
      LastHealthCheckTimestamp: health,
      LastUserActivityTimestamp: health,
    });
    return { AppArn: arn };
  },

  async DescribeApp(input, context) {
    const app = { ...appOf(context, input) };
    if (isDeleting(app)) await finishAppDeletion(context, appKey(input));
    return app;
  },

  DeleteApp(input, context) {
    const app = appOf(context, input);
    if (isDeleted(app)) throw invalid(`App [${String(input.AppName)}] has already been deleted.`);
    notDeleting("App", input.AppName, app).Status = "Deleting";
    return {};
  },

  ListApps: finishingDeletions(
    listing(
      "Apps",
      (state) => state.apps,
      ["DomainId", "UserProfileName", "SpaceName", "AppType", "AppName", "Status", "CreationTime", "ResourceSpec"],
      (item, input) =>
        holds(input.DomainIdEquals, item.DomainId) &&
        holds(input.UserProfileNameEquals, item.UserProfileName) &&
        holds(input.SpaceNameEquals, item.SpaceName),
    ),
    (state) => state.apps,
    finishAppDeletion,
  ),
};

const configOf = ({ state }: Sagemaker, name: unknown): Item => {
  const config = state.lifecycleConfigs[String(name)];
  if (!config) throw missing("StudioLifecycleConfig", name);
  return config;
};

const lifecycleConfigs: Operations = {
  CreateStudioLifecycleConfig(input, context) {
    const name = String(input.StudioLifecycleConfigName);
    if (!isBase64(input.StudioLifecycleConfigContent)) throw invalid("The content of a lifecycle configuration must be encoded in base64.");
    if (context.state.lifecycleConfigs[name]) throw taken("StudioLifecycleConfig", name);
    const arn = arnOf(context, `studio-lifecycle-config/${name}`);
    keep(context, context.state.lifecycleConfigs, name, arn, { ...input, StudioLifecycleConfigArn: arn });
    return { StudioLifecycleConfigArn: arn };
  },

  DescribeStudioLifecycleConfig: ({ StudioLifecycleConfigName }, context) => configOf(context, StudioLifecycleConfigName),

  DeleteStudioLifecycleConfig({ StudioLifecycleConfigName }, context) {
    const { state } = context;
    const arn = String(configOf(context, StudioLifecycleConfigName).StudioLifecycleConfigArn);
    // The ARN can be anywhere in the settings of a domain, profile or space.
    const users = [...Object.values(state.domains), ...Object.values(state.profiles), ...Object.values(state.spaces)];
    if (users.some((user) => JSON.stringify(user).includes(`"${arn}"`)))
      throw needed("StudioLifecycleConfig", StudioLifecycleConfigName, "Domains, UserProfiles or Spaces");
    if (Object.values(state.apps).some((app) => !isDeleted(app) && JSON.stringify(app).includes(`"${arn}"`)))
      throw needed("StudioLifecycleConfig", StudioLifecycleConfigName, "Apps");
    remove(context, state.lifecycleConfigs, String(StudioLifecycleConfigName), arn);
    return {};
  },

  ListStudioLifecycleConfigs: listing(
    "StudioLifecycleConfigs",
    (state) => state.lifecycleConfigs,
    ["StudioLifecycleConfigArn", "StudioLifecycleConfigName", "StudioLifecycleConfigAppType", "CreationTime", "LastModifiedTime"],
    (item, input) =>
      holds(input.AppTypeEquals, item.StudioLifecycleConfigAppType) && contains(input.NameContains, item.StudioLifecycleConfigName),
  ),
};

const portfolio: Operations = {
  EnableSagemakerServicecatalogPortfolio(_input, { state }) {
    state.portfolio = "Enabled";
    return {};
  },
  DisableSagemakerServicecatalogPortfolio(_input, { state }) {
    state.portfolio = "Disabled";
    return {};
  },
  GetSagemakerServicecatalogPortfolioStatus: (_input, { state }) => ({ Status: state.portfolio }),
};

export const studio: Operations = { ...domains, ...profiles, ...spaces, ...apps, ...lifecycleConfigs, ...portfolio };
