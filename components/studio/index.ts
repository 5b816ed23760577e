import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface StudioArgs {
  /** `vpc-…` without a way out. */
  vpcId: pulumi.Input<string>;
  /** Private subnets of that VPC, `subnet-…`. Those of its making stay: later changes are ignored. */
  subnetIds: pulumi.Input<string>[];
  /** Group of the apps, `sg-…`. Required for a domain that stays in its VPC. */
  securityGroupId: pulumi.Input<string>;
  /** Groups that single profiles have besides, by profile, `sg-…`. */
  profileSecurityGroupIds?: Record<string, pulumi.Input<string>>;
  /** Key of home directories and volumes, `arn:…:key/…`. Changing it replaces the domain. */
  keyArn: pulumi.Input<string>;
  /** Role that everybody works under, `arn:…:role/…`. */
  executionRoleArn: pulumi.Input<string>;
  /** Names of user profiles, 1 to 63 letters, digits and dashes. */
  profiles: string[];
  /** 60 to 525600: minutes without activity after which an app is stopped. */
  idleMinutes: number;
  /** Whether home directories go with the domain. If not, their file system stays, and with it the subnets it is mounted in. */
  purge: boolean;
}

/** Studio of the first generation, and its apps: closed to newcomers. */
const classicApps = ["JupyterServer", "KernelGateway"];

/**
 * SageMaker Studio of today, reached and reaching out only through the VPC: JupyterLab and Code Editor in spaces that stop when idle.
 * Makes one domain and its user profiles; AWS makes a file system for home directories.
 * Errors: AWS refuses subnets of another VPC at update, not at preview.
 * Source: AWS API `CreateDomain`; AWS Config sagemaker-domain-in-vpc; NIST SP 800-53 SC-7, SC-28.
 */
export class Studio extends pulumi.ComponentResource {
  /** `d-…` */
  readonly domainId: pulumi.Output<string>;
  readonly domainArn: pulumi.Output<string>;
  /** Address of the domain, `https://d-….studio.<region>.sagemaker.aws`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: StudioArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:studio:Studio", name, {}, opts);
    // One value for all three: people can't choose to let apps run for ever.
    const idle = {
      appLifecycleManagement: {
        idleSettings: {
          lifecycleManagement: "ENABLED",
          idleTimeoutInMinutes: args.idleMinutes,
          minIdleTimeoutInMinutes: args.idleMinutes,
          maxIdleTimeoutInMinutes: args.idleMinutes,
        },
      },
    };
    const domain = new aws.sagemaker.Domain(
      `${name}-domain`,
      {
        domainName: name,
        authMode: "IAM",
        appNetworkAccessType: "VpcOnly",
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        kmsKeyId: args.keyArn,
        defaultUserSettings: {
          executionRole: args.executionRoleArn,
          securityGroups: [args.securityGroupId],
          studioWebPortal: "ENABLED",
          defaultLandingUri: "studio::",
          studioWebPortalSettings: { hiddenAppTypes: classicApps },
          jupyterLabAppSettings: idle,
          codeEditorAppSettings: idle,
          sharingSettings: { notebookOutputOption: "Disabled" },
        },
        // Shared spaces take these instead of the user settings.
        defaultSpaceSettings: { executionRole: args.executionRoleArn, securityGroups: [args.securityGroupId], jupyterLabAppSettings: idle },
        domainSettings: { dockerSettings: { enableDockerAccess: "DISABLED" }, executionRoleIdentityConfig: "USER_PROFILE_NAME" },
        retentionPolicy: { homeEfsFileSystem: args.purge ? "Delete" : "Retain" },
      },
      // The provider replaces a domain, home directories included, when its subnets change. A zone more is not worth that: Studio stays in the subnets it was made with.
      { parent: this, ignoreChanges: ["subnetIds"] },
    );
    for (const profile of args.profiles)
      new aws.sagemaker.UserProfile(
        `${name}-profile-${profile}`,
        {
          domainId: domain.id,
          userProfileName: profile,
          userSettings: {
            executionRole: args.executionRoleArn,
            securityGroups: [args.profileSecurityGroupIds?.[profile] ?? args.securityGroupId],
          },
        },
        { parent: this },
      );
    this.domainId = domain.id;
    this.domainArn = domain.arn;
    this.url = domain.url;
    this.registerOutputs({ domainId: this.domainId });
  }
}
