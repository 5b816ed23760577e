import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FactsArgs, factsOf } from "./facts";
import { type AppKind, type OfferedImage, ownImages } from "./images";
import { hiddenTypes } from "./instance-types";
import { appScript, encoded, type EnvironmentFacts, fingerprint } from "./lifecycle";
import { openProjects, type ProjectRoles } from "./projects";
import { studioMembers, type StudioMember, type SpaceSettings, type StudioSettings } from "./settings";

export interface StudioArgs extends FactsArgs, ProjectRoles {
  settings: StudioSettings;
  /** Group of the apps, `sg-…`. Required for a domain that stays in its VPC. */
  securityGroupId: pulumi.Input<string>;
  /** Groups that single profiles have besides, by profile, `sg-…`. */
  profileSecurityGroupIds?: Record<string, pulumi.Input<string>>;
  /** Key of home directories and volumes, `arn:…:key/…`. Changing it replaces the domain. */
  keyArn: pulumi.Input<string>;
  /** Role of everybody who has no other, of shared spaces, and the one that pulls images, `arn:…:role/…`. */
  executionRoleArn: pulumi.Input<string>;
  /** Whether home directories go with the domain. If not, their file system stays, and with it the subnets it is mounted in. */
  purge: boolean;
}

/** Studio of the first generation, and its apps: closed to newcomers. */
const classicApps = ["JupyterServer", "KernelGateway"];

const authModes: Record<StudioSettings["signIn"], string> = { iam: "IAM", "identity-center": "SSO" };

/** How AWS calls an app, in its type and in the settings. */
const apps = {
  jupyterlab: { type: "JupyterLab", settings: "jupyterLabAppSettings" },
  codeeditor: { type: "CodeEditor", settings: "codeEditorAppSettings" },
} as const;
const appKinds = Object.keys(apps) as AppKind[];

/** Below this prefix of the data bucket is what people share. */
const sharedNotebooks = "shared-notebooks";

/** One value for all three: people can't choose to let apps run for ever. */
const idle = (minutes: number) => ({
  appLifecycleManagement: {
    idleSettings: {
      lifecycleManagement: "ENABLED",
      idleTimeoutInMinutes: minutes,
      minIdleTimeoutInMinutes: minutes,
      maxIdleTimeoutInMinutes: minutes,
    },
  },
});

/** A space of the settings, as AWS takes it. */
function spaceSettings(space: SpaceSettings, owner: StudioMember, { settings }: StudioArgs) {
  const app = {
    defaultResourceSpec: { instanceType: space.instanceType ?? owner.defaultInstanceType },
    appLifecycleManagement: {
      // Shared spaces are under the domain's rules, not under their owner's.
      idleSettings: { idleTimeoutInMinutes: space.sharing === "shared" ? settings.idleMinutes : owner.idleMinutes },
    },
  };
  return {
    appType: apps[space.app].type,
    [apps[space.app].settings]: app,
    spaceStorageSettings: { ebsStorageSettings: { ebsVolumeSizeInGb: space.volumeGb ?? settings.volumeGb.default } },
  };
}

/**
 * SageMaker Studio of today, reached and reaching out only through the VPC: JupyterLab and Code Editor in spaces that stop when idle.
 * Makes one domain, its user profiles, the spaces and images of the settings, the scripts that apps run at their start, and what opens Projects to its roles; AWS makes
 * a file system for home directories. Starts no app, so it costs nothing but volumes until somebody does.
 * Errors: AWS refuses subnets of another VPC at update, not at preview.
 * Source: AWS API `CreateDomain`; AWS Config sagemaker-domain-in-vpc; NIST SP 800-53 SC-7, SC-28.
 */
export class Studio extends pulumi.ComponentResource {
  /** `d-…` */
  readonly domainId: pulumi.Output<string>;
  readonly domainArn: pulumi.Output<string>;
  /** Address of the domain, `https://d-….studio.<region>.sagemaker.aws`. */
  readonly url: pulumi.Output<string>;
  /** By profile, `arn:…:user-profile/…`. */
  readonly profileArns: Record<string, pulumi.Output<string>> = {};
  private readonly childOptions: pulumi.CustomResourceOptions;
  private readonly facts: pulumi.Output<EnvironmentFacts>;
  private readonly images: Record<AppKind, OfferedImage[]>;

  constructor(
    private readonly name: string,
    private readonly args: StudioArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:studio:Studio", name, {}, opts);
    const { settings } = args;
    this.childOptions = { parent: this };
    this.facts = factsOf(args);
    this.images = ownImages(name, settings.images, args.executionRoleArn, this.childOptions);
    const everybodys = this.lifecycle();
    const all = this.appSettings(settings, everybodys);
    const base = { executionRole: args.executionRoleArn, securityGroups: [args.securityGroupId] };
    const spaceStorageSettings = {
      defaultEbsStorageSettings: {
        defaultEbsVolumeSizeInGb: settings.volumeGb.default,
        maximumEbsVolumeSizeInGb: settings.volumeGb.maximum,
      },
    };
    const domain = new aws.sagemaker.Domain(
      `${name}-domain`,
      {
        domainName: name,
        authMode: authModes[settings.signIn],
        appNetworkAccessType: "VpcOnly",
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        kmsKeyId: args.keyArn,
        defaultUserSettings: {
          ...base,
          ...all,
          studioWebPortal: "ENABLED",
          defaultLandingUri: "studio::",
          studioWebPortalSettings: { hiddenAppTypes: classicApps, hiddenInstanceTypes: hiddenTypes(settings.instanceTypes) },
          spaceStorageSettings,
          sharingSettings: settings.sharing
            ? {
                notebookOutputOption: "Allowed",
                s3KmsKeyId: args.dataKeyArn,
                s3OutputPath: pulumi.interpolate`s3://${args.dataBucketName}/${sharedNotebooks}/`,
              }
            : { notebookOutputOption: "Disabled" },
        },
        // Shared spaces take these instead of the user settings. They have no Code Editor.
        defaultSpaceSettings: { ...base, jupyterLabAppSettings: all.jupyterLabAppSettings, spaceStorageSettings },
        domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" }, executionRoleIdentityConfig: "USER_PROFILE_NAME" },
        // Spaces, apps and what is made in Studio carry the tags of domain and profile: rights, budget and resource group go by them.
        tagPropagation: "ENABLED",
        retentionPolicy: { homeEfsFileSystem: args.purge ? "Delete" : "Retain" },
      },
      // The provider replaces a domain, home directories included, when its subnets change. A zone more is not worth that: Studio stays in the subnets it was made with.
      { ...this.childOptions, ignoreChanges: ["subnetIds"] },
    );
    const people = studioMembers(settings);
    openProjects(name, settings, args, people, this.childOptions);
    const profiles = Object.fromEntries(people.map((person) => [person.profile, this.profile(person, domain, everybodys)]));
    for (const [profile, { arn }] of Object.entries(profiles)) this.profileArns[profile] = arn;
    for (const space of settings.spaces) {
      const owner = people.find(({ profile }) => profile === space.owner);
      if (!owner) throw new RangeError(`space ${space.name} is of ${space.owner}, which is no profile`);
      this.space(space, owner, profiles[owner.profile]!, domain);
    }
    this.domainId = domain.id;
    this.domainArn = domain.arn;
    this.url = domain.url;
    this.registerOutputs({ domainId: this.domainId });
  }

  /**
   * The scripts of everybody's apps, or with `person` of one person's, by app; each person has a Git identity of their own.
   * They can't be changed. Their names tell their contents, so that new ones are made beside the old, the domain is updated, and the old ones go.
   */
  private lifecycle(person?: StudioMember): Record<AppKind, pulumi.Output<string>> {
    const { pip } = this.args.settings;
    const content = this.facts.apply((facts) =>
      encoded(appScript({ facts, ...(pip && { pip }), ...(person?.git && { git: person.git }) })),
    );
    const arns = appKinds.map((app) => {
      const config = new aws.sagemaker.StudioLifecycleConfig(
        [this.name, "start", app, ...(person ? [person.profile] : [])].join("-"),
        {
          studioLifecycleConfigName: content.apply((text) => `${this.name}-${app}-${fingerprint(`${person?.profile ?? ""}\n${text}`)}`),
          studioLifecycleConfigAppType: apps[app].type,
          studioLifecycleConfigContent: content,
        },
        this.childOptions,
      );
      return [app, config.arn] as const;
    });
    return Object.fromEntries(arns) as Record<AppKind, pulumi.Output<string>>;
  }

  /** Settings of both apps. What AWS calls built-in runs at every start, whatever a person chose for a space. */
  private appSettings(
    { defaultInstanceType, idleMinutes }: Pick<StudioMember, "defaultInstanceType" | "idleMinutes">,
    lifecycle: Record<AppKind, pulumi.Output<string>>,
  ) {
    const repositories = this.args.settings.git?.repositories ?? [];
    const [jupyterLabAppSettings, codeEditorAppSettings] = appKinds.map((app) => ({
      ...idle(idleMinutes),
      defaultResourceSpec: { instanceType: defaultInstanceType },
      builtInLifecycleConfigArn: lifecycle[app],
      ...(this.images[app].length > 0 && { customImages: this.images[app] }),
    }));
    return {
      jupyterLabAppSettings: {
        ...jupyterLabAppSettings,
        ...(repositories.length > 0 && { codeRepositories: repositories.map((repositoryUrl) => ({ repositoryUrl })) }),
      },
      codeEditorAppSettings,
    };
  }

  private profile(person: StudioMember, domain: aws.sagemaker.Domain, everybodys: Record<AppKind, pulumi.Output<string>>) {
    const { args } = this;
    const { profile } = person;
    // What a profile says of an app takes the place of all that the domain says of it.
    const own = person.git || person.hasOwnRules ? this.appSettings(person, person.git ? this.lifecycle(person) : everybodys) : {};
    return new aws.sagemaker.UserProfile(
      `${this.name}-profile-${profile}`,
      {
        domainId: domain.id,
        userProfileName: profile,
        ...(args.settings.signIn === "identity-center" && {
          singleSignOnUserIdentifier: "UserName",
          singleSignOnUserValue: person.name,
        }),
        userSettings: {
          executionRole: person.roleArn ?? args.profileRoleArns?.[profile] ?? args.executionRoleArn,
          securityGroups: [args.profileSecurityGroupIds?.[profile] ?? args.securityGroupId],
          ...own,
          ...(person.hasOwnRules && {
            studioWebPortalSettings: { hiddenAppTypes: classicApps, hiddenInstanceTypes: hiddenTypes(person.instanceTypes) },
          }),
        },
        tags: { "cloister:person": person.name },
      },
      this.childOptions,
    );
  }

  private space(space: SpaceSettings, owner: StudioMember, profile: aws.sagemaker.UserProfile, domain: aws.sagemaker.Domain): void {
    new aws.sagemaker.Space(
      `${this.name}-space-${space.name}`,
      {
        domainId: domain.id,
        spaceName: space.name,
        ownershipSettings: { ownerUserProfileName: profile.userProfileName },
        spaceSharingSettings: { sharingType: space.sharing === "shared" ? "Shared" : "Private" },
        spaceSettings: spaceSettings(space, owner, this.args),
        // Of shared ones, too: the domain hands down what the owner's profile has, and a tag that nobody wrote here would be taken off again.
        tags: { "cloister:person": owner.name },
      },
      // AWS changes none of these, and the provider does not know: it would report success and change nothing.
      {
        ...this.childOptions,
        replaceOnChanges: ["ownershipSettings", "spaceSharingSettings", "spaceSettings.appType"],
        deleteBeforeReplace: true,
      },
    );
  }
}
