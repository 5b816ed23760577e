import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type AppKind,
  appSettings,
  inApiNames,
  initialSpace,
  type InitialSpace,
  type OfferedImage,
  spaceSettings,
  type StartScripts,
} from "./apps";
import { createDomain, type DomainArgs, sharedSpaceSettings } from "./domain";
import { createImages } from "./images";
import { requireOwner, type StudioMember } from "./members";
import { profileSettings, sharingSettings } from "./profile-settings";
import { enableProjects, type ProjectRoles } from "./projects";
import { type ScriptFacts } from "./script-facts";
import { type SpaceSettings } from "./settings";
import { createDomainScripts, createMemberScripts } from "./start-scripts";

export interface StudioArgs extends DomainArgs, ProjectRoles {
  /** Members whose user profiles this component creates. */
  members: readonly StudioMember[];
  /** Members who launch their user profiles from a product. */
  launchedMembers?: readonly StudioMember[];
  facts: pulumi.Output<ScriptFacts>;
  /** Security groups by profile, `sg-…`. */
  profileSecurityGroupIds: Record<string, pulumi.Input<string>>;
}

/**
 * SageMaker Studio inside the VPC, with JupyterLab and Code Editor in spaces. Apps stop when idle.
 * Creates a domain with its user profiles, spaces, images and lifecycle configurations, and enables Projects.
 * AWS creates the EFS file system.
 * Cost: Cloister starts no apps, so only volumes cost money until a member starts an app.
 * Errors: AWS rejects subnets of another VPC at update, not at preview.
 * Source: AWS API `CreateDomain`; AWS Config sagemaker-domain-in-vpc; NIST SP 800-53 SC-7, SC-28.
 */
export class Studio extends pulumi.ComponentResource {
  /** `d-…` */
  readonly domainId: pulumi.Output<string>;
  readonly domainArn: pulumi.Output<string>;
  /** URL of the domain, `https://d-….studio.<region>.sagemaker.aws`. */
  readonly url: pulumi.Output<string>;
  /** User profile ARNs by profile, `arn:…:user-profile/…`. */
  readonly profileArns: Record<string, pulumi.Output<string>>;
  /** Current default settings for shared spaces, as JSON for `aws sagemaker update-domain --default-space-settings`. */
  readonly sharedSpaceDefaults: pulumi.Output<string>;
  /** Lifecycle configurations for profiles that members launch from a product, by profile. */
  readonly launchedScripts: Record<string, StartScripts>;
  /** Custom images that profiles offer. */
  readonly images: Record<AppKind, OfferedImage[]>;
  private readonly childOptions: pulumi.CustomResourceOptions;
  private readonly scriptOptions: pulumi.CustomResourceOptions;

  constructor(
    private readonly name: string,
    private readonly args: StudioArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:studio:Studio", name, {}, opts);
    const { settings, members, launchedMembers = [] } = args;
    this.childOptions = { parent: this };
    const { offered, resources: images } = createImages(name, settings.images, args.executionRoleArn, this.childOptions);
    this.images = offered;
    const scriptArgs = { facts: args.facts, pip: settings.pip };
    const domainScripts = createDomainScripts(name, scriptArgs, this.childOptions);
    // A deployment cannot remove an image from the domain, so the domain has none. An administrator can add images to its settings for
    // shared spaces, so a destroy must delete the domain before the images.
    const noImages = { jupyterlab: [], codeeditor: [] };
    const domainApps = this.appSettings(settings, domainScripts, noImages);
    const domain = createDomain(name, args, domainApps, { ...this.childOptions, dependsOn: images });
    enableProjects(name, settings, args, [...members, ...launchedMembers], this.childOptions);
    // A destroy must delete the domain before the scripts, which `cloister sweep` then deletes.
    this.scriptOptions = { ...this.childOptions, dependsOn: domain };
    const scripts = createMemberScripts(name, scriptArgs, this.scriptOptions);
    const profiles = Object.fromEntries(members.map((member) => [member.profile, this.createProfile(member, domain, scripts)]));
    this.launchedScripts = Object.fromEntries(launchedMembers.map((member) => [member.profile, this.scriptsOf(member, scripts)]));
    this.sharedSpaceDefaults = pulumi.jsonStringify(this.sharedSpaceSettings(scripts)).apply(toApiJson);
    for (const space of settings.spaces) {
      const owner = requireOwner(members, space.owner, `space ${space.name}`);
      this.createSpace(space, owner, profiles[owner.profile]!, domain);
    }
    this.profileArns = Object.fromEntries(Object.entries(profiles).map(([profile, { arn }]) => [profile, arn]));
    this.domainId = domain.id;
    this.domainArn = domain.arn;
    this.url = domain.url;
    this.registerOutputs({ domainId: this.domainId });
  }

  private appSettings(
    { defaultInstanceType, idleMinutes }: Pick<StudioMember, "defaultInstanceType" | "idleMinutes">,
    scripts: StartScripts,
    images: Record<AppKind, OfferedImage[]>,
  ) {
    const repositories = this.args.settings.git?.repositories ?? [];
    return appSettings<pulumi.Input<string>>({ defaultInstanceType, idleMinutes, scripts, images, repositories });
  }

  /** Empty lists are included, because AWS keeps lists that an update does not contain. */
  private sharedSpaceSettings(scripts: StartScripts) {
    const { jupyterLabAppSettings, ...others } = sharedSpaceSettings(this.args, this.appSettings(this.args.settings, scripts, this.images));
    return { ...others, jupyterLabAppSettings: { customImages: [], codeRepositories: [], ...jupyterLabAppSettings } };
  }

  private scriptsOf(member: StudioMember, commonScripts: StartScripts): StartScripts {
    const { facts, settings } = this.args;
    return member.git ? createMemberScripts(this.name, { facts, pip: settings.pip, member }, this.scriptOptions) : commonScripts;
  }

  private createProfile(member: StudioMember, domain: aws.sagemaker.Domain, commonScripts: StartScripts) {
    const { settings, profileRoleArns, profileSecurityGroupIds, executionRoleArn, securityGroupId } = this.args;
    const { profile, userName } = member;
    const scripts = this.scriptsOf(member, commonScripts);
    return new aws.sagemaker.UserProfile(
      `${this.name}-profile-${profile}`,
      {
        domainId: domain.id,
        userProfileName: profile,
        ...(settings.signIn === "identity-center" && { singleSignOnUserIdentifier: "UserName", singleSignOnUserValue: userName }),
        userSettings: profileSettings<pulumi.Input<string>, ReturnType<typeof sharingSettings>>({
          executionRoleArn: member.roleArn ?? profileRoleArns[profile] ?? executionRoleArn,
          securityGroupId: profileSecurityGroupIds[profile] ?? securityGroupId,
          apps: this.appSettings(member, scripts, this.images),
          instanceTypes: member.instanceTypes,
          settings,
          sharing: sharingSettings(this.args),
        }),
        tags: { "cloister:person": userName },
      },
      // The name is fixed, and AWS cannot change the Identity Center user of a profile.
      { ...this.childOptions, deleteBeforeReplace: true },
    );
  }

  private createSpace(space: SpaceSettings, owner: StudioMember, profile: aws.sagemaker.UserProfile, domain: aws.sagemaker.Domain): void {
    // AWS rejects every update of a space by the provider. The stash keeps the first values until the space is replaced.
    // Source: hashicorp/terraform-provider-aws issue 38370.
    const initial = new pulumi.Stash(
      `${this.name}-space-${space.name}-initial`,
      { input: initialSpace(space, owner, this.args.settings) },
      { ...this.childOptions, replacementTrigger: [space.owner, space.sharing, space.app] },
    );
    new aws.sagemaker.Space(
      `${this.name}-space-${space.name}`,
      {
        domainId: domain.id,
        spaceName: space.name,
        ownershipSettings: { ownerUserProfileName: profile.userProfileName },
        spaceSharingSettings: { sharingType: space.sharing === "shared" ? "Shared" : "Private" },
        spaceSettings: spaceSettings(space.app, initial.output as pulumi.Output<InitialSpace>),
        // Also for shared spaces, because the domain propagates this tag from the owner's profile.
        // The provider would remove a tag that is not set here.
        tags: { "cloister:person": owner.userName },
      },
      {
        ...this.childOptions,
        // AWS cannot change these properties, but the provider would report success.
        replaceOnChanges: ["ownershipSettings", "spaceSharingSettings", "spaceSettings.appType"],
        deleteBeforeReplace: true,
        // Earlier versions set an idle time here.
        ignoreChanges: ["jupyterLabAppSettings", "codeEditorAppSettings"].map((app) => `spaceSettings.${app}.appLifecycleManagement`),
      },
    );
  }
}

const toApiJson = (json: string): string => JSON.stringify(inApiNames(JSON.parse(json)));
