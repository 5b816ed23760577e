// Renders the product Studio user profile and space: a CloudFormation template and its rules for one data scientist. Pure.
import { consoleUrl } from "../../aws/console";
import { type AwsContext } from "../../aws/context";
import { type AppKind, appKinds, apps, appSettings, inApiNames, type OfferedImage, spaceSettings } from "../../studio/apps";
import { openStudioCommand } from "../../studio/open-commands";
import { profileSettings } from "../../studio/profile-settings";
import { type StudioSettings } from "../../studio/settings";
import {
  choiceOf,
  formOf,
  instanceTypeRule,
  ref,
  tagList,
  type Template,
  type TemplateConstraint,
  type Value,
  volumeField,
} from "./template";

/** Name of the space of a profile. Two dashes in a row mark the names of products, and users cannot create such a space. */
export const launchedSpaceName = (profile: string) => `${profile}--studio`;

/** Values of the environment for the user profile and the space of one data scientist. */
export interface UserProfileProductPlan {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  /** `d-…` */
  domainId: string;
  signIn: StudioSettings["signIn"];
  /** Name of the user profile. */
  profile: string;
  /** Sign-in name. Only this user can launch the product and open the profile. */
  person: string;
  /** Execution role, `arn:…:role/…`. */
  roleArn: string;
  /** `sg-…` */
  securityGroupId: string;
  /** Lifecycle configurations by app, `arn:…:studio-lifecycle-config/…`. */
  scripts: Record<AppKind, string>;
  /** Instance types that the space can use. The Studio UI hides all others. */
  instanceTypes: readonly string[];
  defaultInstanceType: string;
  volumeGb: { default: number; maximum: number };
  images: Record<AppKind, OfferedImage[]>;
  /** URLs of Git repositories. */
  repositories: string[];
  /** Where members store shared notebook output. */
  sharing: { notebookOutputOption: string; s3KmsKeyId?: string; s3OutputPath?: string };
  /** Whether users can use the AWS console from outside the environment's network. */
  hasConsole: boolean;
}

const inTemplate = (properties: object) => inApiNames(properties) as Record<string, unknown>;

/**
 * Settings of the profile. CloudFormation has no idle time for profiles, so the idle time of the domain applies.
 * Source: CloudFormation schema of `AWS::SageMaker::UserProfile`; AWS "Idle shutdown" of SageMaker Studio.
 */
function settingsOf(plan: UserProfileProductPlan) {
  const { studioWebPortalSettings, ...settings } = profileSettings<string, UserProfileProductPlan["sharing"]>({
    executionRoleArn: plan.roleArn,
    securityGroupId: plan.securityGroupId,
    apps: appSettings<string>({
      defaultInstanceType: plan.defaultInstanceType,
      scripts: plan.scripts,
      images: plan.images,
      repositories: plan.repositories,
    }),
    instanceTypes: plan.instanceTypes,
    settings: plan,
    sharing: plan.sharing,
  });
  // CloudFormation cannot hide the app `KernelGateway`, and new domains do not have it.
  return { ...settings, studioWebPortalSettings: { hiddenInstanceTypes: studioWebPortalSettings.hiddenInstanceTypes } };
}

/** The template. Everything that the user does not choose is a literal value of the environment. */
export function userProfileTemplate(plan: UserProfileProductPlan): Template {
  const { context, environment, domainId, profile, person } = plan;
  const tags = tagList({ ...plan.tags, "cloister:person": person });
  const isSso = plan.signIn === "identity-center";
  const settingsFor = (app: AppKind) =>
    inTemplate(spaceSettings<Value, Value<number>>(app, { instanceType: ref("InstanceType"), volumeGb: ref("VolumeSize") }));
  const page = plan.hasConsole ? consoleUrl(context, "sagemaker", `/studio/${domainId}/user/${profile}`) : undefined;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Studio user profile and private space of ${profile} in ${environment}`,
    ...formOf({
      App: {
        group: "Space",
        label: "App",
        parameter: choiceOf(
          "App in the space. You cannot change it later.",
          appKinds.map((app) => apps[app].type),
          apps.jupyterlab.type,
        ),
      },
      InstanceType: {
        group: "Size",
        label: "Instance type",
        parameter: choiceOf(
          "Instance type of the app, which you can also change in Studio. You pay for each hour in which the app runs.",
          plan.instanceTypes,
          plan.defaultInstanceType,
        ),
      },
      VolumeSize: volumeField(plan.volumeGb),
    }),
    Conditions: { IsJupyterLab: { "Fn::Equals": [ref("App"), apps.jupyterlab.type] } },
    Resources: {
      UserProfile: {
        Type: "AWS::SageMaker::UserProfile",
        Properties: {
          DomainId: domainId,
          UserProfileName: profile,
          ...(isSso && { SingleSignOnUserIdentifier: "UserName", SingleSignOnUserValue: person }),
          UserSettings: inTemplate(settingsOf(plan)),
          Tags: tags,
        },
      },
      Space: {
        Type: "AWS::SageMaker::Space",
        DependsOn: "UserProfile",
        Properties: {
          DomainId: domainId,
          SpaceName: launchedSpaceName(profile),
          OwnershipSettings: { OwnerUserProfileName: profile },
          SpaceSharingSettings: { SharingType: "Private" },
          SpaceSettings: { "Fn::If": ["IsJupyterLab", settingsFor("jupyterlab"), settingsFor("codeeditor")] },
          Tags: tags,
        },
      },
    },
    Outputs: {
      ...(isSso
        ? {
            StudioUrl: {
              Description: "URL of Studio. The user of the profile opens it in the environment's network.",
              Value: `https://${domainId}.studio.${context.region}.sagemaker.aws`,
            },
          }
        : {
            OpenCommand: {
              Description: "AWS CLI command that prints a URL to Studio. The user of the profile runs it in the environment's network.",
              Value: openStudioCommand(context.region, domainId, profile),
            },
          }),
      ...(page !== undefined && {
        ConsoleUrl: { Description: "Profile in the AWS console, which shows its spaces but cannot open them", Value: page },
      }),
    },
  };
}

/** Rules on parameters, for a template constraint. */
export const userProfileConstraint = ({ instanceTypes }: UserProfileProductPlan): TemplateConstraint => ({
  Rules: { InstanceTypes: instanceTypeRule(instanceTypes) },
});
