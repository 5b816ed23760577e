// Renders the product Studio profile and space of an environment: a CloudFormation template and its rules. The space is private.
// Pure.
import { consoleUrl } from "../../aws/console";
import { type AwsContext } from "../../aws/context";
import { type AppKind, appKinds, apps, appSettings, inApiNames, type OfferedImage, spaceSettings } from "../../studio/apps";
import { profileSettings } from "../../studio/profile-settings";
import { type StudioSettings } from "../../studio/settings";
import {
  choiceOf,
  formOf,
  instanceTypeRules,
  lookup,
  ref,
  sub,
  tagList,
  type Template,
  type TemplateConstraint,
  type Value,
  volumeField,
} from "./template";

/** A data scientist for whom the product creates a Studio profile and space. */
export interface Place {
  profile: string;
  /** Sign-in name. Only this user can open the profile. */
  person: string;
  /** Execution role, `arn:…:role/…`. */
  roleArn: string;
  /** `sg-…` */
  securityGroupId: string;
  /** Lifecycle configurations by app, `arn:…:studio-lifecycle-config/…`. */
  scripts: Record<AppKind, string>;
}

/** What the environment decides about all Studio profiles and spaces. */
export interface StudioPlacePlan {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  /** `d-…` */
  domainId: string;
  signIn: StudioSettings["signIn"];
  places: readonly Place[];
  /** Instance types that spaces can use. The Studio UI hides all others. */
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

const mapping = "Profiles";
const placeValue = (attribute: string) => lookup(mapping, "Profile", attribute);
const scriptOf = (app: AppKind) => `${apps[app].type}Script`;
const byApp = <T>(valueOf: (app: AppKind) => T) => Object.fromEntries(appKinds.map((app) => [app, valueOf(app)])) as Record<AppKind, T>;

const inTemplate = (properties: object) => inApiNames(properties) as Record<string, unknown>;

/**
 * Settings of the profile. CloudFormation has no idle time for profiles, so the idle time of the domain applies.
 * Source: CloudFormation schema of `AWS::SageMaker::UserProfile`; AWS "Idle shutdown" of SageMaker Studio.
 */
function settingsOf(plan: StudioPlacePlan) {
  const { studioWebPortalSettings, ...settings } = profileSettings<Value, StudioPlacePlan["sharing"]>({
    executionRoleArn: placeValue("RoleArn"),
    securityGroupId: placeValue("SecurityGroupId"),
    apps: appSettings<Value>({
      defaultInstanceType: plan.defaultInstanceType,
      scripts: byApp((app) => placeValue(scriptOf(app))),
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
export function studioPlaceTemplate(plan: StudioPlacePlan): Template {
  const { context, environment, domainId, places } = plan;
  const tags = tagList({ ...plan.tags, "cloister:person": placeValue("Person") });
  const isSso = plan.signIn === "identity-center";
  const settingsFor = (app: AppKind) =>
    inTemplate(spaceSettings<Value, Value<number>>(app, { instanceType: ref("InstanceType"), volumeGb: ref("VolumeSize") }));
  const page = plan.hasConsole ? consoleUrl(context, "sagemaker", `/studio/${domainId}/user/\${Profile}`) : undefined;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Studio profile and private space in ${environment}`,
    ...formOf({
      Profile: {
        group: "Profile and space",
        label: "Profile",
        parameter: choiceOf(
          "Profile of the data scientist who works in the space. Only this user can open it. You cannot change it later.",
          places.map(({ profile }) => profile),
        ),
      },
      App: {
        group: "Profile and space",
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
    Mappings: {
      [mapping]: Object.fromEntries(
        places.map(({ profile, person, roleArn, securityGroupId, scripts }) => [
          profile,
          {
            Person: person,
            RoleArn: roleArn,
            SecurityGroupId: securityGroupId,
            ...Object.fromEntries(appKinds.map((app) => [scriptOf(app), scripts[app]])),
          },
        ]),
      ),
    },
    Conditions: { IsJupyterLab: { "Fn::Equals": [ref("App"), apps.jupyterlab.type] } },
    Resources: {
      UserProfile: {
        Type: "AWS::SageMaker::UserProfile",
        Properties: {
          DomainId: domainId,
          UserProfileName: ref("Profile"),
          ...(isSso && { SingleSignOnUserIdentifier: "UserName", SingleSignOnUserValue: placeValue("Person") }),
          UserSettings: inTemplate(settingsOf(plan)),
          Tags: tags,
        },
      },
      Space: {
        Type: "AWS::SageMaker::Space",
        DependsOn: "UserProfile",
        Properties: {
          DomainId: domainId,
          SpaceName: ref("Profile"),
          OwnershipSettings: { OwnerUserProfileName: ref("Profile") },
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
              Value: sub(
                `aws sagemaker create-presigned-domain-url --region ${context.region} --domain-id ${domainId} --user-profile-name \${Profile} --query AuthorizedUrl --output text`,
              ),
            },
          }),
      ...(page !== undefined && {
        ConsoleUrl: { Description: "Profile in the AWS console, which shows its spaces but cannot open them", Value: sub(page) },
      }),
    },
  };
}

/** Rules on parameters, for a template constraint. */
export const studioPlaceConstraint = ({ places, instanceTypes }: StudioPlacePlan): TemplateConstraint => ({
  Rules: instanceTypeRules("Profile", [{ values: places.map(({ profile }) => profile), instanceTypes }]),
});
