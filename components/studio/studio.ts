import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AppKind, appSettings, type OfferedImage, spaceSettings, type StartScripts } from "./apps";
import { createDomain, type DomainArgs, portalSettings } from "./domain";
import { createImages } from "./images";
import { requireOwner, type StudioMember } from "./members";
import { enableProjects, type ProjectRoles } from "./projects";
import { type ScriptFacts } from "./script-facts";
import { type SpaceSettings } from "./settings";
import { createStartScripts } from "./start-scripts";

export interface StudioArgs extends DomainArgs, ProjectRoles {
  members: readonly StudioMember[];
  facts: pulumi.Output<ScriptFacts>;
  /** Security groups by profile, `sg-…`. */
  profileSecurityGroupIds?: Record<string, pulumi.Input<string>>;
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
  private readonly childOptions: pulumi.CustomResourceOptions;
  private readonly images: Record<AppKind, OfferedImage[]>;

  constructor(
    private readonly name: string,
    private readonly args: StudioArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:studio:Studio", name, {}, opts);
    const { settings, members } = args;
    this.childOptions = { parent: this };
    this.images = createImages(name, settings.images, args.executionRoleArn, this.childOptions);
    const scripts = this.createScripts();
    const domain = createDomain(name, args, this.appSettings(settings, scripts), this.childOptions);
    enableProjects(name, settings, args, members, this.childOptions);
    const profiles = Object.fromEntries(members.map((member) => [member.profile, this.createProfile(member, domain, scripts)]));
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

  /** Creates the start scripts for the domain, or for a member with a Git identity. */
  private createScripts(member?: StudioMember): StartScripts {
    const { facts, settings } = this.args;
    return createStartScripts(this.name, { facts, pip: settings.pip, ...(member && { member }) }, this.childOptions);
  }

  private appSettings(
    { defaultInstanceType, idleMinutes }: Pick<StudioMember, "defaultInstanceType" | "idleMinutes">,
    scripts: StartScripts,
  ) {
    const repositories = this.args.settings.git?.repositories ?? [];
    return appSettings({ defaultInstanceType, idleMinutes, scripts, images: this.images, repositories });
  }

  private createProfile(member: StudioMember, domain: aws.sagemaker.Domain, defaultScripts: StartScripts) {
    const { settings, profileRoleArns, profileSecurityGroupIds, executionRoleArn, securityGroupId } = this.args;
    const { profile, userName } = member;
    // Settings of an app in a profile replace all settings of that app in the domain.
    const overrides =
      member.git || member.hasAppOverrides ? this.appSettings(member, member.git ? this.createScripts(member) : defaultScripts) : {};
    return new aws.sagemaker.UserProfile(
      `${this.name}-profile-${profile}`,
      {
        domainId: domain.id,
        userProfileName: profile,
        ...(settings.signIn === "identity-center" && { singleSignOnUserIdentifier: "UserName", singleSignOnUserValue: userName }),
        userSettings: {
          executionRole: member.roleArn ?? profileRoleArns?.[profile] ?? executionRoleArn,
          securityGroups: [profileSecurityGroupIds?.[profile] ?? securityGroupId],
          ...overrides,
          ...(member.hasAppOverrides && { studioWebPortalSettings: portalSettings(member.instanceTypes) }),
        },
        tags: { "cloister:person": userName },
      },
      this.childOptions,
    );
  }

  private createSpace(space: SpaceSettings, owner: StudioMember, profile: aws.sagemaker.UserProfile, domain: aws.sagemaker.Domain): void {
    new aws.sagemaker.Space(
      `${this.name}-space-${space.name}`,
      {
        domainId: domain.id,
        spaceName: space.name,
        ownershipSettings: { ownerUserProfileName: profile.userProfileName },
        spaceSharingSettings: { sharingType: space.sharing === "shared" ? "Shared" : "Private" },
        spaceSettings: spaceSettings(space, owner, this.args.settings),
        // Also for shared spaces, because the domain propagates this tag from the owner's profile.
        // The provider would remove a tag that is not set here.
        tags: { "cloister:person": owner.userName },
      },
      // AWS cannot change these properties, but the provider would report success.
      {
        ...this.childOptions,
        replaceOnChanges: ["ownershipSettings", "spaceSharingSettings", "spaceSettings.appType"],
        deleteBeforeReplace: true,
      },
    );
  }
}
