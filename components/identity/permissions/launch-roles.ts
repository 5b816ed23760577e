// Defines the permissions of launch roles, with which AWS Service Catalog launches, updates and terminates products. Pure.
// Source: handlers in the CloudFormation schemas of the resource types; a test compares the permissions with them.
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { type Permission, policyDocumentOf, type Statement } from "../../aws/policy-document";
import { taggedArtifact } from "../../aws/service-catalog";
import { passRoles } from "./sagemaker";
import { allow, requestTag, sagemaker } from "./permission";

/** Values that the permissions of all launch roles of an environment name. */
interface LaunchFacts extends AwsContext {
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  /** Sign-in names of the users for whom the product creates resources: values of the tag `cloister:person`. */
  people: string[];
  /** Roles of the resources, which CloudFormation passes to SageMaker, `arn:…:role/…`. */
  roleArns: string[];
  /** `sg-…` */
  securityGroupIds: string[];
}

export interface NotebookLaunchFacts extends LaunchFacts {
  /** Start of the names of the product's notebook instances. */
  namePrefix: string;
  /** `subnet-…` */
  subnetId: string;
  /** Key for volumes, `arn:…:key/…`. */
  keyArn: string;
  /** `ml.t3.medium` */
  instanceTypes: string[];
}

export interface UserProfileLaunchFacts extends LaunchFacts {
  /** `d-…` */
  domainId: string;
  /** Name of the user profile. */
  profile: string;
  /** Name of the space. */
  space: string;
  /** `ml.t3.medium` */
  instanceTypes: string[];
  /** Whether members sign in through IAM Identity Center. */
  isSso: boolean;
  /** Whether profiles have custom images. */
  hasImages: boolean;
}

type Condition = NonNullable<Statement["Condition"]>;
type Tagged = Pick<LaunchFacts, "environment" | "tags" | "people">;

/** Service Catalog and CloudFormation add tags that begin with `aws:`. */
const tagKeys = ({ tags }: Tagged, ...more: string[]): Condition => ({
  "ForAllValues:StringLike": { "aws:TagKeys": [...Object.keys(tags), ...more, "aws:*"] },
});

/** A new resource has the environment's tags, and the tag of a user whom the product names. */
const newResource = (facts: Tagged): Condition => ({
  StringEquals: { ...requestTag(facts).StringEquals, "aws:RequestTag/cloister:person": facts.people },
  ...tagKeys(facts, "cloister:person"),
});

/** An existing resource has the environment's tag, and the tag of one of these users. Without users, its name identifies it. */
const ownResource = ({ environment }: Tagged, people: string[] = []): Condition => ({
  StringEquals: {
    "aws:ResourceTag/cloister:environment": environment,
    ...(people.length > 0 && { "aws:ResourceTag/cloister:person": people }),
  },
});

/** As `ownResource`, and also a deleted resource, which has no tags: a deletion waits until AWS reports not found. Only for reads. */
const ownOrDeleted = (facts: Tagged, people: string[] = []): Condition => ({
  StringEqualsIfExists: ownResource(facts, people).StringEquals!,
});

/**
 * The product was launched by a session of this user, or by a user of IAM. No condition limits the product to which a user updates.
 * Source: AWS Service Catalog "AutoTags"; AWS Service Authorization Reference (`UpdateProvisionedProduct`).
 */
const launchedBy = ({ partition, accountId, people }: LaunchFacts, kind: "RequestTag" | "ResourceTag"): Condition => ({
  StringLikeIfExists: {
    [`aws:${kind}/aws:servicecatalog:provisioningPrincipalArn`]: [
      `arn:${partition}:iam::*`,
      ...people.map((person) => `arn:${partition}:sts::${accountId}:assumed-role/*/${person}`),
    ],
  },
});

/**
 * `Condition` limits the stacks.
 * Source: AWS Service Catalog "Step 6: Add a launch constraint to assign an IAM role".
 */
const launchStacks = (context: AwsContext, Condition?: Condition): Permission[] => [
  allow("Create, update and delete the CloudFormation stacks of provisioned products.", {
    Sid: "Stacks",
    Action: [
      "cloudformation:CreateStack",
      "cloudformation:DeleteStack",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStacks",
      "cloudformation:SetStackPolicy",
      "cloudformation:UpdateStack",
    ],
    Resource: arnsIn(context, "cloudformation", `stack/SC-${context.accountId}-pp-*`),
    ...(Condition && { Condition }),
  }),
  allow("Tag these stacks on creation and update.", {
    Sid: "TagStacks",
    Action: "cloudformation:TagResource",
    Resource: arnsIn(context, "cloudformation", `stack/SC-${context.accountId}-pp-*`),
  }),
  allow("Validate templates.", {
    Sid: "Templates",
    Action: ["cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"],
    Resource: "*",
  }),
  // AWS Service Catalog copies templates to buckets that AWS owns.
  allow("Read templates of products from the buckets of AWS Service Catalog.", {
    Sid: "ReadTemplates",
    Action: "s3:GetObject",
    Resource: "*",
    Condition: { StringEquals: taggedArtifact },
  }),
];

/** SageMaker makes these calls with the permissions of the launch role, and the launch role cannot make them. */
const onlyForSageMaker: Condition = { Bool: { "aws:ViaAWSService": "true" } };

const changeTags = (facts: Tagged, resources: string[], what: string, people: string[] = []): Permission[] => [
  allow(`Tag ${what} on creation, with the tags of the environment.`, {
    Sid: "TagOnCreation",
    Action: "sagemaker:AddTags",
    Resource: resources,
    Condition: { ...newResource(facts), Null: { "sagemaker:TaggingAction": "false" } },
  }),
  allow(`Update the tags of ${what}, except the tag of the user.`, {
    Sid: "UpdateTags",
    Action: "sagemaker:AddTags",
    Resource: resources,
    Condition: {
      ...ownResource(facts, people),
      ...tagKeys(facts),
      StringEqualsIfExists: Object.fromEntries(Object.entries(facts.tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      Null: { "sagemaker:TaggingAction": "true" },
    },
  }),
  allow(`Remove tags of ${what}, except the tags of Cloister.`, {
    Sid: "RemoveTags",
    Action: "sagemaker:DeleteTags",
    Resource: resources,
    Condition: { ...ownResource(facts, people), "ForAllValues:StringNotLike": { "aws:TagKeys": "cloister:*" } },
  }),
];

/** Permissions of the launch role of the product notebook instance. */
export function notebookLaunchPermissions(facts: NotebookLaunchFacts): Permission[] {
  const instances = arnsIn(facts, "sagemaker", `notebook-instance/${facts.namePrefix}*`);
  const subnet = arnsIn(facts, "ec2", `subnet/${facts.subnetId}`);
  const interfaces = arnsIn(facts, "ec2", "network-interface/*");
  return [
    ...launchStacks(facts),
    allow("Create notebook instances in the environment's network, with its key, and without root access or internet access.", {
      Sid: "Make",
      Action: "sagemaker:CreateNotebookInstance",
      Resource: instances,
      Condition: {
        ...newResource(facts),
        StringEquals: {
          ...newResource(facts).StringEquals,
          "sagemaker:DirectInternetAccess": "Disabled",
          "sagemaker:RootAccess": "Disabled",
          "sagemaker:MinimumInstanceMetadataServiceVersion": "2",
        },
        ArnEquals: { "sagemaker:VolumeKmsKeyArn": facts.keyArn },
        "ForAllValues:StringEquals": {
          "sagemaker:VpcSubnets": facts.subnetId,
          "sagemaker:VpcSecurityGroupIds": facts.securityGroupIds,
          "sagemaker:InstanceTypes": facts.instanceTypes,
        },
        Null: { "sagemaker:VpcSubnets": "false", "sagemaker:VpcSecurityGroupIds": "false", "sagemaker:InstanceTypes": "false" },
      },
    }),
    allow("Describe the product's notebook instances, also after their deletion.", {
      Sid: "SeeOwn",
      Action: "sagemaker:DescribeNotebookInstance",
      Resource: instances,
      Condition: ownOrDeleted(facts),
    }),
    allow("Start, stop and delete the product's notebook instances, and list their tags.", {
      Sid: "UseOwn",
      Action: sagemaker("DeleteNotebookInstance", "ListTags", "StartNotebookInstance", "StopNotebookInstance"),
      Resource: instances,
      Condition: ownResource(facts),
    }),
    allow("Update the product's notebook instances, without root access.", {
      Sid: "UpdateOwn",
      Action: "sagemaker:UpdateNotebookInstance",
      Resource: instances,
      Condition: {
        ...ownResource(facts),
        "ForAllValues:StringEquals": { "sagemaker:InstanceTypes": facts.instanceTypes },
        StringNotEquals: { "sagemaker:RootAccess": "Enabled", "sagemaker:MinimumInstanceMetadataServiceVersion": "1" },
      },
    }),
    ...changeTags(facts, instances, "notebook instances"),
    passRoles("the roles of the product's notebook instances", facts.roleArns),
    allow("Use the key for volumes, only through sagemaker, and only with grants for AWS services.", {
      Sid: "GrantKey",
      Action: "kms:CreateGrant",
      Resource: facts.keyArn,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" }, StringEquals: { "kms:ViaService": viaServices(facts, ["sagemaker"]) } },
    }),
    allow("Describe and use the key for volumes, only through sagemaker.", {
      Sid: "UseKey",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: facts.keyArn,
      Condition: { StringEquals: { "kms:ViaService": viaServices(facts, ["sagemaker"]) } },
    }),
    allow("Create network interfaces in the subnet of notebook instances, only by AWS services.", {
      Sid: "MakeInterfaces",
      Action: "ec2:CreateNetworkInterface",
      Resource: [...interfaces, ...subnet, ...arnsIn(facts, "ec2", ...facts.securityGroupIds.map((id) => `security-group/${id}`))],
      Condition: onlyForSageMaker,
    }),
    allow("Attach network interfaces for SageMaker and delete network interfaces, only by AWS services.", {
      Sid: "UseInterfaces",
      Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
      Resource: interfaces,
      Condition: {
        ...onlyForSageMaker,
        ArnEquals: { "ec2:Subnet": subnet },
        StringEqualsIfExists: { "ec2:AuthorizedService": "sagemaker.amazonaws.com", "ec2:Permission": "INSTANCE-ATTACH" },
      },
    }),
    allow("Describe networks, only by AWS services.", {
      Sid: "SeeNetworks",
      Action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      Resource: "*",
      Condition: onlyForSageMaker,
    }),
  ];
}

/** Number of characters of the policy of the launch role, with values of the longest form. */
export const notebookLaunchLength = (
  context: AwsContext,
  facts: Pick<NotebookLaunchFacts, "environment" | "tags" | "people" | "namePrefix" | "instanceTypes" | "roleArns">,
  groups: number,
): number =>
  policyDocumentOf(
    notebookLaunchPermissions({
      ...context,
      ...facts,
      securityGroupIds: Array.from({ length: groups }, () => `sg-${"0".repeat(17)}`),
      subnetId: `subnet-${"0".repeat(17)}`,
      keyArn: `arn:${context.partition}:kms:${context.region}:${context.accountId}:key/${"0".repeat(36)}`,
    }),
  ).length;

/** SageMaker has names in lower case in some ARNs. */
const bothCases = (name: string) => [...new Set([name, name.toLowerCase()])];

/**
 * Permissions of the launch role of the product Studio user profile and space. Each profile has a launch role, so that no
 * launch, update or termination changes the profile or the space of another user.
 */
export function userProfileLaunchPermissions(facts: UserProfileLaunchFacts): Permission[] {
  const inDomain = (type: string, name: string) =>
    arnsIn(facts, "sagemaker", ...bothCases(name).map((inCase) => `${type}/${facts.domainId}/${inCase}`));
  const profiles = inDomain("user-profile", facts.profile);
  const spaces = inDomain("space", facts.space);
  const types: Condition = { "ForAllValues:StringEquals": { "sagemaker:InstanceTypes": facts.instanceTypes } };
  const typesAndGroups: Condition = {
    "ForAllValues:StringEquals": { ...types["ForAllValues:StringEquals"], "sagemaker:VpcSecurityGroupIds": facts.securityGroupIds },
  };
  const isPrivate = { "sagemaker:SpaceSharingType": "Private" };
  const noRemoteAccess: Condition = { StringNotEquals: { "sagemaker:RemoteAccess": "ENABLED" } };
  const tagged = ownResource(facts, facts.people);
  const created = newResource(facts);
  return [
    ...launchStacks(facts, launchedBy(facts, "ResourceTag")),
    allow("Create the user profile.", {
      Sid: "MakeProfile",
      Action: "sagemaker:CreateUserProfile",
      Resource: profiles,
      Condition: { ...created, ...typesAndGroups, ...launchedBy(facts, "RequestTag") },
    }),
    allow("Update the user profile.", {
      Sid: "UpdateProfile",
      Action: "sagemaker:UpdateUserProfile",
      Resource: profiles,
      Condition: { ...tagged, ...typesAndGroups },
    }),
    allow("Create the private space of this profile.", {
      Sid: "MakeSpace",
      Action: "sagemaker:CreateSpace",
      Resource: spaces,
      Condition: {
        ...created,
        StringEquals: { ...created.StringEquals, ...isPrivate },
        ...types,
        ArnLike: { "sagemaker:OwnerUserProfileArn": profiles },
        ...noRemoteAccess,
      },
    }),
    allow("Update the private space.", {
      Sid: "UpdateSpace",
      Action: "sagemaker:UpdateSpace",
      Resource: spaces,
      Condition: { ...tagged, StringEquals: { ...tagged.StringEquals, ...isPrivate }, ...types, ...noRemoteAccess },
    }),
    allow("Describe the profile and the space, also after their deletion.", {
      Sid: "SeeOwn",
      Action: sagemaker("DescribeSpace", "DescribeUserProfile"),
      Resource: [...profiles, ...spaces],
      Condition: ownOrDeleted(facts, facts.people),
    }),
    allow("Delete the profile and the space, and list their tags.", {
      Sid: "UseOwn",
      Action: sagemaker("DeleteSpace", "DeleteUserProfile", "ListTags"),
      Resource: [...profiles, ...spaces],
      Condition: tagged,
    }),
    ...changeTags(facts, [...profiles, ...spaces], "the profile and the space", facts.people),
    passRoles("the execution role of the profile", facts.roleArns),
    ...(facts.hasImages
      ? [
          allow("Describe custom images.", {
            Sid: "SeeImages",
            Action: sagemaker("DescribeImage", "DescribeImageVersion"),
            Resource: arnsIn(facts, "sagemaker", `image/${facts.environment}-*`, `image-version/${facts.environment}-*`),
          }),
        ]
      : []),
    ...(facts.isSso
      ? [
          allow("Find users in IAM Identity Center.", {
            Sid: "FindUsers",
            Action: ["identitystore:DescribeUser", "identitystore:ListUsers", "sso:DescribeInstance", "sso:ListInstances"],
            Resource: "*",
          }),
        ]
      : []),
  ];
}

/** Number of characters of the policy of the launch role of a profile, with values of the longest form. */
export const userProfileLaunchLength = (
  context: AwsContext,
  facts: Pick<
    UserProfileLaunchFacts,
    "environment" | "tags" | "people" | "profile" | "space" | "instanceTypes" | "isSso" | "hasImages" | "roleArns"
  >,
): number =>
  policyDocumentOf(
    userProfileLaunchPermissions({
      ...context,
      ...facts,
      securityGroupIds: [`sg-${"0".repeat(17)}`],
      domainId: `d-${"0".repeat(61)}`,
    }),
  ).length;
