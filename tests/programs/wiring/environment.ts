// The changes by each setting of an environment.
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { deployer, HUB, REGION } from "../../helpers/mocks";
import { endpointPolicyRows } from "./endpoint-rows";
import {
  acceptedPaths,
  centralEndpoints,
  deployedNetwork,
  firewalledSubnetId,
  firewallId,
  interfaceEndpoints,
  key,
  lookups,
  otherS3EndpointId,
  otherVpcId,
  permissionSet,
  role,
  s3EndpointId,
  samlProvider,
  subnetIds,
  thirdSubnetId,
  user,
  vpcId,
} from "./lookups";
import { merged, type Settings } from "./settings";
import { type Row, type Table } from "./table";

/** Outputs of a core stack with shared endpoints. */
const coreOutputs = (hub: string) => ({
  accountId: HUB,
  region: REGION,
  keyArn: key(hub),
  logBucketName: `${hub}-logs`,
  permissionsBoundaryArn: `arn:aws:iam::${HUB}:policy/${hub}-boundary`,
  administrators: {},
  alertTopicArn: `arn:aws:sns:${REGION}:${HUB}:${hub}-alerts`,
  mirrorFront: "s3",
  mirrorBucket: `${hub}-mirror`,
  mirrorIndexUrl: "",
  mirrorServiceName: "",
  mirrorZones: [],
  mirrorRepositoryArn: "",
  mirrorRequests: "platform@bank.example",
  centralVpcId: `vpc-${hub}`,
  centralCidr: "10.63.0.0/20",
  centralRouteTableIds: [`rtb-${hub}`],
  centralSecurityGroupId: `sg-${hub}`,
  centralEndpoints: ["sts", "logs"],
  centralZoneIds: { [`sts.${REGION}.amazonaws.com`]: { zoneId: "Z1" }, [`logs.${REGION}.amazonaws.com`]: { zoneId: "Z2" } },
});

const endpoints = interfaceEndpoints("studio", "jobs");
const userRoles = "Role {team-administrator,data-scientist,lifecycle}";
const workRole = (name: string) => `arn:aws:iam::${HUB}:role/cloister/${REGION}/fraud-dev/work/fraud-dev-${name}`;
const packageIndex = `https://fraud-dev-packages-${HUB}.s3-accesspoint.${REGION}.amazonaws.com/simple/`;
const startScripts = "StudioLifecycleConfig members-start-{jupyterlab,codeeditor}: studioLifecycleConfigContent";
/** In the engine, another hash of the content replaces the stash, whose random ID is part of the names of the scripts. */
const startScriptNames = "Stash members-start: input = *";
const idleMinutes = "appLifecycleManagement.idleSettings.{idleTimeoutInMinutes,maxIdleTimeoutInMinutes,minIdleTimeoutInMinutes}";
/** Job defaults without the key for volumes, which only the profile `strict` requires. */
const withDownloads = [`${startScripts}.lines - ALLOWS_DOWNLOADS=`, `${startScripts}.lines + ALLOWS_DOWNLOADS=1`];
const withoutVolumeKeys = [
  `${startScripts}.JOB_DEFAULTS.SageMaker.TrainingJob.ResourceConfig.VolumeKmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.ProcessingJob.ProcessingResources.ClusterConfig.VolumeKmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.AutoMLJob.AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.AutoMLJobV2.SecurityConfig.VolumeKmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.TransformJob.TransformResources.VolumeKmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.EndpointConfig.KmsKeyId unset`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.RemoteFunction.VolumeKmsKeyId unset`,
  startScriptNames,
];
/** Values that the permissions boundary allows in calls. */
const atMost = "Policy boundary: policy.AtMost.Condition.ForAllValues:StringEquals";
/** Statements of the permissions boundary only with the profile `strict`. */
const strictOnly = [
  "Policy boundary: policy - {VolumeKey,ResultKey,ContainerTraffic}",
  `${atMost}.sagemaker:InstanceTypes - ml.{t3.medium,t3.large,t3.xlarge,m5.large,m5.xlarge,m5.2xlarge,c5.large,c5.xlarge}`,
  "Policy boundary: policy.AtMost.Condition.StringNotEquals.sagemaker:RemoteAccess - ENABLED",
  "Policy boundary: policy.AtMost.Condition.BoolIfExists.sagemaker:EnableRemoteDebug - false",
];
/** Statements without the condition on the network, for users who work from anywhere. */
const fromAnywhere = (sign: "-" | "+") =>
  [
    "RolePolicy data-scientist-policy: policy.{List,ReadAlarms,ReadLogs,ReadMetrics,SeeOwn,MakePipelines,ChangePipelines}",
    "RolePolicy team-administrator-policy: policy.{List,ReadDenied,ReadLogs,ReadMetrics,SeeOwn,SeeTags}",
    "RolePolicy lifecycle-policy: policy.List",
    "RolePolicy execution-policy: policy.{List,SeeOwn,SeeSpaces}",
    "Policy work: policy.{Make,MakeEndpoints,UseOwn,MakePipelines,ChangePipelines,ReviseModels}",
  ].map((statements) => `${statements}.Condition.StringEquals.aws:SourceVpc ${sign} vpc-fraud-dev-vpc`);
/** The condition on the network for opening apps: AWS's sample policy has none, so only other VPCs are denied. */
const appsFromAnywhere = (optional: "-" | "+", required: "-" | "+") =>
  [`IfExists.aws:SourceVpc ${optional}`, `.aws:SourceVpc ${required}`].map(
    (change) => `RolePolicy execution-policy: policy.OpenOwnApps.Condition.StringEquals${change} vpc-fraud-dev-vpc`,
  );
/** A subnet that roles, job defaults and the domain can use. */
const addedSubnet = (id: string) => [
  `VpcEndpoint ${endpoints}: subnetIds + ${id}`,
  `${atMost}.sagemaker:VpcSubnets + ${id}`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.{TrainingJob,Model,RemoteFunction}.VpcConfig.Subnets + ${id}`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.ProcessingJob.NetworkConfig.VpcConfig.Subnets + ${id}`,
  `${startScripts}.JOB_DEFAULTS.SageMaker.{AutoMLJob.AutoMLJobConfig,AutoMLJobV2}.SecurityConfig.VpcConfig.Subnets + ${id}`,
  startScriptNames,
  `RolePolicy {model,execution}-policy: policy.MakeInterfaces.Resource + arn:aws:ec2:${REGION}:${HUB}:subnet/${id}`,
  `outputs: subnetIds + ${id}`,
];

const addedZone = [
  "Parameter allow-list: value.subnetIds + subnet-fraud-dev-subnet-eu-central-1c",
  "+ RouteTable routes-eu-central-1c",
  "+ Subnet subnet-eu-central-1c",
  "+ RouteTableAssociation routes-of-eu-central-1c",
  "Parameter subnet-ids: value = subnet-fraud-dev-subnet-eu-central-1a,subnet-fraud-dev-subnet-eu-central-1b,subnet-fraud-dev-subnet-eu-central-1c",
  "NetworkAcl acl: subnetIds + subnet-fraud-dev-subnet-eu-central-1c",
  `${startScripts}.lines - SAGEMAKER_SUBNETS = ["subnet-fraud-dev-subnet-eu-central-1a","subnet-fraud-dev-subnet-eu-central-1b"]`,
  `${startScripts}.lines + SAGEMAKER_SUBNETS = ["subnet-fraud-dev-subnet-eu-central-1a","subnet-fraud-dev-subnet-eu-central-1b","subnet-fraud-dev-subnet-eu-central-1c"]`,
  "VpcEndpoint s3: routeTableIds + fraud-dev-routes-eu-central-1c-id",
  ...addedSubnet("subnet-fraud-dev-subnet-eu-central-1c"),
];
/** The lookups after the deployment of the environment. */
const deployed = deployedNetwork("fraud-dev", "10.64.0.0/20", { "cloister:environment": "fraud-dev" });

/** The statements with conditions on tags. The pipeline role cannot create pipelines. */
const taggedStatements = (policy: string) =>
  policy.includes("pipeline-policy") ? "{Make,MakeEndpoints,TagOnCreation}" : "{Make,MakeEndpoints,MakePipelines,TagOnCreation}";
const taggedPolicies = ["RolePolicy pipeline-policy", "RolePolicy data-scientist-policy", "Policy work"];
const tagChanges = (policy: string, key: string, change: string) =>
  `${policy}: policy.${taggedStatements(policy)}.Condition.StringEqualsIfExists.aws:RequestTag/${key} ${change}`;
/** A tag of all resources, which policies allow on what users create. */
const addedTag = (key: string, value: string) => [
  `*: tags.${key} = ${value}`,
  ...taggedPolicies.flatMap((policy) => [
    `${policy}: policy.${taggedStatements(policy)}.Condition.ForAllValues:StringLike.aws:TagKeys + ${key}`,
    tagChanges(policy, key, `+ ${value}`),
  ]),
];
const changedTag = (key: string, from: string, to: string) => [
  `*: tags.${key} = ${to}`,
  ...taggedPolicies.flatMap((policy) => [tagChanges(policy, key, `- ${from}`), tagChanges(policy, key, `+ ${to}`)]),
];
const provisionedProduct = { id: "pp-1", productId: "prod-1" };

const glue = "Policy features: policy.{Read,Query}Catalogue.Resource";
const connections = { network: { features: ["studio", "jobs", "connections"] } };
const repositories = "Policy features: policy.WriteConnections.Condition.StringEquals.codeconnections:FullRepositoryId";

const inVpc = { network: { mode: "existing-vpc", vpcId, cidr: "10.64.64.0/20", dnsFirewall: "block" } };
const inSubnets = { network: { mode: "existing-subnets", vpcId, subnetIds, dnsFirewall: "block" } };
const inCentral = { network: { ...inSubnets.network, acceptedPaths, centralEndpoints } };
const mirror = {
  network: { features: ["studio", "jobs", "mirror"], mirrorServiceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef0` },
};
const otherMirror = `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef1`;
const profiles = (settings: object = {}) => ({
  network: { features: ["studio", "jobs", "git"] },
  studio: { profiles: ["ana", { name: "boris", ...settings }], git: { emailDomain: "bank.example" } },
});
const spaces = (settings: object = {}) => ({
  studio: {
    spaces: [
      { name: "one", owner: "data-scientist" },
      { name: "two", owner: "data-scientist", ...settings },
    ],
  },
});
const image = (name: string) => ({ name, imageUri: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/studio:${name}` });
const images = (settings: object = {}) => ({ studio: { images: [image("one"), { ...image("two"), ...settings }] } });
const notebooks = (settings: object = {}) => ({
  network: { features: ["studio", "jobs", "notebooks"] },
  studio: {
    profiles: ["ana", "bo"],
    notebooks: [
      { name: "one", owner: "ana" },
      { name: "two", owner: "bo", ...settings },
    ],
  },
});
/** The product notebook instance, for two owners. */
const product = (settings: object = {}) => ({
  network: { features: ["studio", "jobs", "notebooks"], endpoints: { add: ["servicecatalog"] } },
  studio: { profiles: ["ana", { name: "bo", instanceTypes: ["ml.t3.medium"] }] },
  catalog: { notebooks: settings },
});
/** A product for the profile of one of two data scientists. */
const profileProduct = (profiles = ["bo"]) => ({
  network: { endpoints: { add: ["servicecatalog"] } },
  studio: { profiles: ["ana", "bo"] },
  catalog: { userProfiles: { profiles } },
});
/** A profile with its own settings. Each profile owns a space and a notebook instance, which use the settings of the owner. */
const workplace = {
  ...notebooks(),
  studio: {
    profiles: ["ana", { name: "bo", instanceTypes: ["ml.t3.medium"] }],
    spaces: [
      { name: "one", owner: "ana" },
      { name: "two", owner: "bo", app: "codeeditor" },
    ],
    notebooks: notebooks().studio.notebooks,
  },
};
const pip = { studio: { pip: { indexUrl: "https://pypi.bank.example/simple" } }, network: { allowedDomains: ["pypi.bank.example"] } };
const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const git = { studio: { git: { emailDomain: "bank.example" } }, network: { features: ["studio", "jobs", "git"] } };
const budget = { monitoring: { budget: { monthlyUsd: 100, emails: ["a@bank.example"] } } };
const saml = { people: { signIn: "saml", samlProviderArn: samlProvider("bank") } };
const identityCenter = {
  people: {
    signIn: "identity-center",
    permissionSets: { "team-administrator": "Leads", "data-scientist": "Scientists", lifecycle: "Keepers" },
  },
};

/** With MFA and without listed users, a tag of the user separates these roles. */
const withoutRoleTags = ["team-administrator", "data-scientist"].map(
  (name) => `Role ${name}: assumeRolePolicy.People.Condition.StringEquals.aws:PrincipalTag/cloister:role - ${name}`,
);
/** Only the listed users can assume a role. */
const users = { "team-administrator": [user("lea")], "data-scientist": [user("ana")], lifecycle: [user("kim")] };
const usersRow = (name: keyof typeof users): Row => ({
  with: { people: { users } },
  to: [user("bo")],
  changes: [
    `Role ${name}: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn - ${users[name].join()}`,
    `Role ${name}: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + ${user("bo")}`,
  ],
});

/** Rows for both buckets. `existingChanges` are the changes that only one of the buckets has, if it is an existing bucket. */
const bucketRows = (kind: "data" | "models", existingChanges: string[]): Record<string, Row | Row[]> => {
  const existing = { [kind]: { existing: { bucketName: "bank-bucket", keyArn: key("bank"), policy: "enclose" } } };
  const transition = { [kind]: { transition: { days: 60, storageClass: "STANDARD_IA" } } };
  const objectLock = { [kind]: { objectLock: { mode: "GOVERNANCE", days: 30 } } };
  const lifecycle = `BucketLifecycleConfiguration ${kind}-lifecycle: rules[1]`;
  const onlyOurKey = `BucketPolicy ${kind}-policy: policy.OnlyOurKey.Condition.StringNotEquals.s3:x-amz-server-side-encryption-aws-kms-key-id`;
  return {
    [`${kind}.existing`]: {
      to: existing[kind]!.existing,
      renames: { [`fraud-dev-${kind}-bucket-0a1b2c3`]: "bank-bucket" },
      changes: [
        `Parameter allow-list: value.resultKeyArns + ${key("bank")}`,
        `- DataBucket ${kind}`,
        `- Bucket ${kind}-bucket`,
        `- BucketOwnershipControls ${kind}-owner`,
        `- BucketPublicAccessBlock ${kind}-private`,
        `- BucketVersioning ${kind}-versions`,
        `- BucketServerSideEncryptionConfiguration ${kind}-encryption`,
        `- BucketLogging ${kind}-access-log`,
        `- BucketLifecycleConfiguration ${kind}-lifecycle`,
        `+ BroughtBucket ${kind}`,
        `Policy boundary: policy.ResultKey.Condition.ArnNotEquals.sagemaker:{OutputKmsKeyArn,OutputKmsKey} + ${key("bank")}`,
        `RolePolicy {model,execution,pipeline}-policy: policy.UseKeys.Resource + ${key("bank")}`,
        `RolePolicy {execution,pipeline,data-scientist}-policy: policy.LetAwsUseKeys.Resource + ${key("bank")}`,
        `RolePolicy data-scientist-policy: policy.SeeKeys.Resource + ${key("bank")}`,
        `${onlyOurKey} - ${key("fraud-dev-data-key")}`,
        `${onlyOurKey} + ${key("bank")}`,
        `BucketPolicy ${kind}-policy: (parent) = BroughtBucket fraud-dev-${kind}`,
        `BucketPolicy ${kind}-policy: (retainOnDelete) = false`,
        startScriptNames,
        ...existingChanges,
      ],
    },
    [`${kind}.existing.bucketName`]: {
      with: existing,
      to: "other-bucket",
      renames: { "bank-bucket": "other-bucket" },
      changes: [startScriptNames],
    },
    [`${kind}.existing.keyArn`]: {
      with: existing,
      to: key("other"),
      renames: { [key("bank")]: key("other") },
      changes: kind === "data" ? [startScriptNames] : [],
    },
    [`${kind}.existing.policy`]: { with: existing, to: "leave", changes: [`- BucketPolicy ${kind}-policy`] },
    [`${kind}.noncurrentDays`]: {
      to: 45,
      changes: [
        `${lifecycle}.filter.prefix = `,
        `${lifecycle}.id = noncurrent-versions`,
        `${lifecycle}.noncurrentVersionExpiration.noncurrentDays = 45`,
        `${lifecycle}.status = Enabled`,
      ],
    },
    [`${kind}.transition`]: {
      to: transition[kind]!.transition,
      changes: [
        `${lifecycle}.filter.prefix = `,
        `${lifecycle}.id = old-objects`,
        `${lifecycle}.status = Enabled`,
        `${lifecycle}.transitions[0].days = 60`,
        `${lifecycle}.transitions[0].storageClass = STANDARD_IA`,
      ],
    },
    [`${kind}.transition.days`]: {
      with: transition,
      to: 90,
      changes: [`${lifecycle}.transitions[0].days = 90`],
    },
    [`${kind}.transition.storageClass`]: [
      {
        with: transition,
        to: "INTELLIGENT_TIERING",
        changes: [`${lifecycle}.transitions[0].storageClass = INTELLIGENT_TIERING`],
      },
      {
        with: transition,
        to: "GLACIER_IR",
        changes: [`${lifecycle}.transitions[0].storageClass = GLACIER_IR`],
      },
    ],
    [`${kind}.objectLock`]: {
      to: objectLock[kind]!.objectLock,
      changes: [`+ BucketObjectLockConfiguration ${kind}-lock`],
    },
    [`${kind}.objectLock.mode`]: {
      with: objectLock,
      to: "COMPLIANCE",
      changes: [`BucketObjectLockConfiguration ${kind}-lock: rule.defaultRetention.mode = COMPLIANCE`],
    },
    [`${kind}.objectLock.days`]: {
      with: objectLock,
      to: 60,
      changes: [`BucketObjectLockConfiguration ${kind}-lock: rule.defaultRetention.days = 60`],
    },
  };
};

const rows: Record<string, Row | Row[]> = {
  coreStack: {
    to: "other",
    renames: { "hub-logs": "other-logs", "hub-boundary": "other-boundary", "hub-alerts": "other-alerts" },
    changes: [],
  },
  team: {
    to: "risk",
    renames: { fraud: "risk" },
    changes: ["Stash risk-dev-members-start: input = *"],
  },
  stage: {
    to: "test",
    renames: { "fraud-dev": "fraud-test", '"cloister:stage":"dev"': '"cloister:stage":"test"' },
    changes: [
      "Stash fraud-test-members-start: input = *",
      "StudioLifecycleConfig fraud-test-members-start-{jupyterlab,codeeditor}: studioLifecycleConfigContent.lines - SAGEMAKER_TAGS = *",
      "StudioLifecycleConfig fraud-test-members-start-{jupyterlab,codeeditor}: studioLifecycleConfigContent.lines + SAGEMAKER_TAGS = *",
      "StudioLifecycleConfig fraud-test-members-start-{jupyterlab,codeeditor}: studioLifecycleConfigContent.JOB_DEFAULTS.SageMaker.*.Tags[2].Value = test",
      ...["fraud-test-pipeline-policy", "fraud-test-data-scientist-policy", "fraud-test-work"].flatMap((policy) =>
        ["- dev", "+ test"].map(
          (change) =>
            `${policy.endsWith("work") ? "Policy" : "RolePolicy"} ${policy}: policy.${taggedStatements(policy)}.Condition.StringEqualsIfExists.aws:RequestTag/cloister:stage ${change}`,
        ),
      ),
    ],
  },
  owner: { to: "other@bank.example", renames: { "owner@bank.example": "other@bank.example" }, changes: [startScriptNames] },
  tags: {
    to: { "cost-center": "4711" },
    changes: addedTag("cost-center", "4711"),
  },
  purge: {
    with: { confirmPurge: "fraud-dev" },
    to: true,
    changes: [
      "Key {volumes,data,logs}-key: (retainOnDelete) = false",
      "Bucket {data,models}-bucket: forceDestroy = true",
      "Bucket {data,models}-bucket: (retainOnDelete) = false",
      "BucketOwnershipControls {data,models}-owner: (retainOnDelete) = false",
      "BucketPublicAccessBlock {data,models}-private: (retainOnDelete) = false",
      "BucketVersioning {data,models}-versions: (retainOnDelete) = false",
      "BucketServerSideEncryptionConfiguration {data,models}-encryption: (retainOnDelete) = false",
      "BucketLogging {data,models}-access-log: (retainOnDelete) = false",
      "BucketLifecycleConfiguration {data,models}-lifecycle: (retainOnDelete) = false",
      "BucketPolicy {data,models}-policy: (retainOnDelete) = false",
    ],
  },
  confirmPurge: {
    about: "A confirmation that the preflight compares with the name of the environment.",
    with: { purge: true },
    from: "fraud-dev",
    to: "other",
    rejected: "'cloister-environment:confirmPurge' must be 'fraud-dev' because 'cloister-environment:purge' is true (got 'other')",
  },
  keyDeletionDays: { to: 11, changes: ["Key {volumes,data,logs}-key: deletionWindowInDays = 11"] },
  keyRotationDays: { to: 99, changes: ["Key {volumes,data,logs}-key: rotationPeriodInDays = 99"] },
  deployRoleArns: {
    to: [deployer(HUB), role("Pipeline")],
    changes: [
      `Key volumes-key: policy.{DeployThroughServices,DeployByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Pipeline")}`,
      `BucketPolicy {data,models}-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Pipeline")}`,
      `BucketPolicy models-policy: policy.RegisteredStays.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Pipeline")}`,
    ],
  },
  breakGlassRoleArns: {
    to: [role("Emergency")],
    changes: [
      `Key data-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Emergency")}`,
      `BucketPolicy {data,models}-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Emergency")}`,
      `BucketPolicy models-policy: policy.RegisteredStays.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Emergency")}`,
    ],
  },
  serviceRoleArns: {
    to: [role("Scanner")],
    changes: [
      `Key data-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Scanner")}`,
      `BucketPolicy {data,models}-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Scanner")}`,
    ],
  },
  "guardrails.profile": [
    {
      to: "vpc",
      changes: ["Parameter allow-list: value.profile = vpc", ...strictOnly, ...withoutVolumeKeys],
    },
    {
      to: "open",
      changes: [
        "Parameter allow-list: value.profile = open",
        ...strictOnly,
        "Policy boundary: policy - {InSubnets,InGroups,MonitorsByDefinition}",
        "Policy boundary: policy.AtMost.Action + sagemaker:*",
        "Policy boundary: policy.AtMost.Condition.Null.sagemaker:{FileSystemId,ServerlessMaxConcurrency} - true",
        `${atMost}.sagemaker:VpcSubnets - subnet-fraud-dev-subnet-eu-central-{1a,1b}`,
        `${atMost}.sagemaker:VpcSecurityGroupIds - sg-fraud-dev-workload`,
        ...withoutVolumeKeys,
        ...fromAnywhere("-"),
        ...withDownloads,
      ],
    },
  ],
  "guardrails.networkIsolation": {
    to: true,
    changes: ["Parameter allow-list: value.networkIsolation = true", "Policy boundary: policy + Isolated"],
  },
  ...bucketRows("data", [
    `${startScripts}.lines - SAGEMAKER_KMS_KEY_ID = "${key("fraud-dev-data-key")}"`,
    `${startScripts}.lines + SAGEMAKER_KMS_KEY_ID = "${key("bank")}"`,
    `${startScripts}.JOB_DEFAULTS.SageMaker.{TrainingJob,AutoMLJob,AutoMLJobV2}.OutputDataConfig.KmsKeyId = ${key("bank")}`,
    `${startScripts}.JOB_DEFAULTS.SageMaker.ProcessingJob.ProcessingOutputConfig.KmsKeyId = ${key("bank")}`,
    `${startScripts}.JOB_DEFAULTS.SageMaker.TransformJob.TransformOutput.KmsKeyId = ${key("bank")}`,
    `${startScripts}.JOB_DEFAULTS.SageMaker.EndpointConfig.DataCaptureConfig.KmsKeyId = ${key("bank")}`,
    `${startScripts}.JOB_DEFAULTS.SageMaker.RemoteFunction.S3KmsKeyId = ${key("bank")}`,
  ]),
  ...bucketRows("models", []),

  "network.mode": [
    {
      to: "existing-vpc",
      requires: inVpc,
      renames: { "vpc-fraud-dev-vpc": vpcId },
      changes: [
        "- Vpc vpc",
        "- DefaultSecurityGroup default-group",
        "- DefaultNetworkAcl default-acl",
        "- FlowLog flow-log",
        "+ FlowLog flow-log-eu-central-{1a,1b}",
        "Subnet subnet-eu-central-1a: cidrBlock = 10.64.64.0/22",
        "Subnet subnet-eu-central-1b: cidrBlock = 10.64.68.0/22",
        "NetworkAcl acl: egress[0].cidrBlock = 10.64.0.0/16",
        "NetworkAcl acl: ingress[0].cidrBlock = 10.64.0.0/16",
        startScriptNames,
        "outputs: vpcCidrs - 10.64.0.0/20",
        "outputs: vpcCidrs + 10.64.0.0/16",
      ],
    },
    {
      to: "existing-subnets",
      requires: inSubnets,
      renames: {
        "vpc-fraud-dev-vpc": vpcId,
        "subnet-fraud-dev-subnet-eu-central-1a": subnetIds[0]!,
        "subnet-fraud-dev-subnet-eu-central-1b": subnetIds[1]!,
      },
      changes: [
        "- Vpc vpc",
        "- RouteTable routes-eu-central-{1a,1b}",
        "- DefaultSecurityGroup default-group",
        "- Subnet subnet-eu-central-{1a,1b}",
        "- DefaultNetworkAcl default-acl",
        "- RouteTableAssociation routes-of-eu-central-{1a,1b}",
        "- NetworkAcl acl",
        "- FlowLog flow-log",
        "+ FlowLog flow-log-eu-central-{1a,1b}",
        "VpcEndpoint s3: routeTableIds - {fraud-dev-routes-eu-central-1a-id,fraud-dev-routes-eu-central-1b-id}",
        "VpcEndpoint s3: routeTableIds + {rtb-1,rtb-2}",
        startScriptNames,
        "outputs: vpcCidrs - 10.64.0.0/20",
        "outputs: vpcCidrs + 10.64.0.0/16",
      ],
    },
  ],
  "network.cidr": {
    to: "10.70.0.0/20",
    changes: [
      "Vpc vpc: cidrBlock = 10.70.0.0/20",
      "Subnet subnet-eu-central-1a: cidrBlock = 10.70.0.0/22",
      "Subnet subnet-eu-central-1b: cidrBlock = 10.70.4.0/22",
      "NetworkAcl acl: egress[0].cidrBlock = 10.70.0.0/20",
      "NetworkAcl acl: ingress[0].cidrBlock = 10.70.0.0/20",
      "outputs: vpcCidrs - 10.64.0.0/20",
      "outputs: vpcCidrs + 10.70.0.0/20",
    ],
  },
  "network.vpcId": { with: inVpc, to: otherVpcId, renames: { [vpcId]: otherVpcId }, changes: [startScriptNames] },
  "network.subnetIds": {
    with: inSubnets,
    to: [...subnetIds, thirdSubnetId],
    changes: [
      `Parameter allow-list: value.subnetIds + ${thirdSubnetId}`,
      "+ FlowLog flow-log-eu-central-1c",
      `Parameter subnet-ids: value = ${subnetIds.join()},${thirdSubnetId}`,
      `${startScripts}.lines - SAGEMAKER_SUBNETS = ${JSON.stringify(subnetIds)}`,
      `${startScripts}.lines + SAGEMAKER_SUBNETS = ${JSON.stringify([...subnetIds, thirdSubnetId])}`,
      "VpcEndpoint s3: routeTableIds + rtb-3",
      ...addedSubnet(thirdSubnetId),
    ],
  },
  "network.s3EndpointId": [
    {
      with: inVpc,
      to: s3EndpointId,
      changes: [
        "- VpcEndpoint s3",
        "+ VpcEndpointRouteTableAssociation s3-of-eu-central-{1a,1b}",
        `Parameter s3-endpoint-id: value = ${s3EndpointId}`,
        "SecurityGroupEgressRule workload-to-s3: prefixListId = pl-s3",
        "BucketPolicy {data,models}-policy: policy.OnlyThroughOurNetwork.Condition.StringNotEqualsIfExists.aws:SourceVpce - vpce-fraud-dev-s3",
        `BucketPolicy {data,models}-policy: policy.OnlyThroughOurNetwork.Condition.StringNotEqualsIfExists.aws:SourceVpce + ${s3EndpointId}`,
        `outputs: s3EndpointId = ${s3EndpointId}`,
      ],
    },
    { with: inSubnets, from: s3EndpointId, to: otherS3EndpointId, renames: { [s3EndpointId]: otherS3EndpointId }, changes: [] },
  ],
  "network.acceptedPaths": {
    with: { network: { ...inSubnets.network, subnetIds: [...subnetIds, firewalledSubnetId] } },
    from: { [firewallId]: "inspected by the network team" },
    to: {},
    rejected: `must not contain ${firewalledSubnetId}, whose route table rtb-4 routes 0.0.0.0/0 to an endpoint of a firewall`,
  },
  "network.zoneIds": [
    { to: ["euc1-az3", "euc1-az2", "euc1-az1"], changes: addedZone },
    {
      to: ["euc1-az3", "euc1-az1"],
      lookups: deployed,
      rejected: "'cloister-environment:network.zoneIds' must contain euc1-az2, where the network has subnets",
    },
  ],
  "network.zones": { to: 3, changes: addedZone },
  "network.egress": {
    to: "nat",
    changes: [
      "+ Eip nat-eu-central-{1a,1b}",
      "+ InternetGateway internet",
      "+ RouteTable public-routes",
      "+ Subnet public-eu-central-{1a,1b}",
      "+ RouteTableAssociation public-routes-of-eu-central-{1a,1b}",
      "+ Route {public-route,nat-route-eu-central-1a,nat-route-eu-central-1b}",
      "+ SecurityGroupEgressRule workload-to-internet",
      "+ NatGateway nat-eu-central-{1a,1b}",
      "+ NetworkAcl public-acl",
    ],
  },
  "network.features": {
    to: ["studio", "jobs", "bedrock"],
    changes: [
      "+ Policy features",
      "+ VpcEndpoint bedrock-runtime",
      "+ RolePolicyAttachment execution-features",
      "ResolverFirewallDomainList dns-allowed: domains + bedrock-runtime.eu-central-1.amazonaws.com.",
      "Policy boundary: policy.AtMost.Action + bedrock:InvokeModel*",
    ],
  },
  "network.endpoints.add": {
    to: ["xray"],
    changes: ["+ VpcEndpoint xray", "ResolverFirewallDomainList dns-allowed: domains + xray.eu-central-1.amazonaws.com."],
  },
  "network.endpoints.omit": [
    { to: ["ssm"], changes: ["- VpcEndpoint ssm"] },
    { to: ["sts"], rejected: "'cloister-environment:network.endpoints.omit' must not contain 'sts', which the feature 'studio' requires" },
  ],
  "network.glueDatabases": {
    about: "The Glue databases that roles can read, instead of those with the name of the environment.",
    with: { network: { features: ["studio", "jobs", "analytics"] } },
    to: ["sales"],
    changes: [
      `${glue} - arn:aws:glue:${REGION}:${HUB}:{database/fraud_dev,table/fraud_dev/*}`,
      `${glue} + arn:aws:glue:${REGION}:${HUB}:{database/sales,table/sales/*}`,
    ],
  },
  "network.writableRepositories": [
    { with: connections, to: ["bank/models"], changes: ["Policy features: policy + WriteConnections"] },
    {
      with: connections,
      from: ["bank/models"],
      to: ["bank/risk"],
      changes: [`${repositories} - bank/models`, `${repositories} + bank/risk`],
    },
  ],
  "network.centralEndpoints": {
    about: "Every condition on the network also allows the VPC of the central endpoints.",
    with: { network: { ...inSubnets.network, acceptedPaths } },
    to: centralEndpoints,
    renames: { [`"aws:SourceVpc":["${vpcId}"]`]: `"aws:SourceVpc":["${vpcId}","${centralEndpoints.vpcId}"]` },
    changes: [`- VpcEndpoint ${interfaceEndpoints("studio", "jobs")}`, "+ SecurityGroupEgressRule workload-to-central-endpoints-1"],
  },
  "network.centralEndpoints.vpcId": { with: inCentral, to: otherVpcId, renames: { [centralEndpoints.vpcId]: otherVpcId }, changes: [] },
  "network.centralEndpoints.cidrs": {
    with: inCentral,
    to: ["10.63.16.0/20"],
    changes: ["SecurityGroupEgressRule workload-to-central-endpoints-1: cidrIpv4 = 10.63.16.0/20"],
  },
  "network.centralEndpoints.names": {
    with: inCentral,
    to: ["sts", "ssm"],
    changes: ["+ VpcEndpoint {sagemaker-api,sagemaker-runtime,sagemaker-studio,logs}"],
  },
  "network.mirrorServiceName": {
    with: mirror,
    to: otherMirror,
    changes: ["VpcEndpoint mirror: serviceName = com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef1"],
  },
  "network.mirrorHost": {
    with: mirror,
    to: "pypi.bank.example",
    changes: [
      "- Zone packages.fraud-dev.cloister.internal",
      "- Record packages.fraud-dev.cloister.internal",
      "+ Zone pypi.bank.example",
      "+ Record pypi.bank.example",
      "ResolverFirewallDomainList dns-allowed: domains - packages.fraud-dev.cloister.internal.",
      "ResolverFirewallDomainList dns-allowed: domains + pypi.bank.example.",
    ],
  },
  ...endpointPolicyRows({
    features: ["studio", "jobs"],
    account: HUB,
    s3: "own-buckets",
    pullers: "{model,execution}-policy",
    hasAllowList: true,
  }),
  "network.dnsFirewall": [
    { to: "alert", changes: ["ResolverFirewallRule dns-rest: action = ALERT", "ResolverFirewallRule dns-rest: blockResponse unset"] },
    {
      to: "off",
      changes: [
        "- ResolverFirewallRuleGroup dns",
        "- ResolverFirewallDomainList dns-{rest,allowed}",
        "- ResolverFirewallConfig dns-closed",
        "- ResolverFirewallRule dns-{rest,allowed}",
        "- ResolverFirewallRuleGroupAssociation dns",
      ],
    },
    {
      with: inVpc,
      to: "alert",
      changes: ["ResolverFirewallRule dns-rest: action = ALERT", "ResolverFirewallRule dns-rest: blockResponse unset"],
    },
  ],
  "network.allowedDomains": {
    to: ["pypi.bank.example"],
    changes: ["ResolverFirewallDomainList dns-allowed: domains + pypi.bank.example."],
  },
  "network.flowLogRetentionDays": { to: 30, changes: ["LogGroup {flow-logs,dns-queries}: retentionInDays = 30"] },
  "network.flowLogTraffic": [
    { to: "ACCEPT", changes: ["FlowLog flow-log: trafficType = ACCEPT"] },
    { to: "REJECT", changes: ["FlowLog flow-log: trafficType = REJECT"] },
  ],
  "network.flowLogInterval": { to: 600, changes: ["FlowLog flow-log: maxAggregationInterval = 600"] },
  "network.flowLogFormat": { to: "${srcaddr} ${action}", changes: ["FlowLog flow-log: logFormat = ${srcaddr} ${action}"] },
  "network.flowLogRoleArn": {
    to: role("FlowLogs"),
    changes: ["- Role flow-logs-role", "- RolePolicy flow-logs-policy", `FlowLog flow-log: iamRoleArn = ${role("FlowLogs")}`],
  },
  "network.flowLogDestination": {
    to: "log-bucket",
    changes: [
      "- Role flow-logs-role",
      "- LogGroup flow-logs",
      "- RolePolicy flow-logs-policy",
      "FlowLog flow-log: iamRoleArn unset",
      "FlowLog flow-log: logDestination = arn:aws:s3:::hub-logs",
      "FlowLog flow-log: logDestinationType = s3",
    ],
  },
  "network.dhcp": { to: { domainName: "bank.example" }, changes: ["+ VpcDhcpOptions dhcp", "+ VpcDhcpOptionsAssociation dhcp"] },
  "network.dhcp.domainName": {
    with: { network: { dhcp: { domainName: "bank.example" } } },
    to: "ml.bank.example",
    changes: ["VpcDhcpOptions dhcp: domainName = ml.bank.example"],
  },
  endpointsFrom: [
    { to: "switching", changes: ["- VpcEndpoint {sts,logs}", "outputs: centralCidr = 10.63.0.0/20"] },
    {
      about: "Every condition on the network also allows the VPC of the shared endpoints.",
      with: { endpointsFrom: "switching" },
      to: "core",
      renames: { '"aws:SourceVpc":["vpc-fraud-dev-vpc"]': '"aws:SourceVpc":["vpc-fraud-dev-vpc","vpc-hub"]' },
      changes: [
        "+ VpcPeeringConnection central",
        "+ ZoneAssociation names-{sts,logs}.eu-central-1.amazonaws.com",
        "+ Route central-{back-1,eu-central-1a,eu-central-1b}",
        "+ SecurityGroupEgressRule workload-to-central-out",
        "+ SecurityGroupIngressRule workload-to-central-in",
      ],
    },
    {
      to: "core",
      lookups: deployed,
      rejected: "'cloister-environment:endpointsFrom' must not change from 'own' to 'core' in one deployment",
    },
  ],
  packages: [
    {
      to: "core",
      changes: [
        "+ MirrorAccessPoint fraud-dev",
        "+ AccessPoint packages",
        "VpcEndpoint s3: policy + ApprovedPackages",
        `ResolverFirewallDomainList dns-allowed: domains + fraud-dev-packages-${HUB}.s3-accesspoint.${REGION}.amazonaws.com.`,
        startScriptNames,
        `${startScripts}.lines*`,
        `${startScripts}.JOB_DEFAULTS.SageMaker.{TrainingJob,ProcessingJob}.Environment.PIP_INDEX_URL = ${packageIndex}`,
        `${startScripts}.JOB_DEFAULTS.SageMaker.RemoteFunction.EnvironmentVariables.PIP_INDEX_URL = ${packageIndex}`,
      ],
    },
    {
      with: { studio: { pip: { indexUrl: "https://pypi.bank.example/simple" } }, network: { allowedDomains: ["pypi.bank.example"] } },
      to: "core",
      rejected: "'cloister-environment:packages' must be none together with 'cloister-environment:studio.pip'",
    },
  ],

  "people.signIn": [
    {
      with: { people: { samlProviderArn: samlProvider("bank") } },
      to: "saml",
      changes: [
        ...withoutRoleTags,
        `${userRoles}: assumeRolePolicy.People.Principal.AWS - arn:aws:iam::${HUB}:root`,
        `${userRoles}: assumeRolePolicy.People.Action - sts:AssumeRole`,
        `${userRoles}: assumeRolePolicy.People.Action + {sts:AssumeRoleWithSAML,sts:TagSession}`,
        `${userRoles}: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true`,
        `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - \${aws:username}`,
        `${userRoles}: assumeRolePolicy.People.Principal.Federated + ${samlProvider("bank")}`,
        `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.SAML:aud + https://signin.aws.amazon.com/saml`,
      ],
    },
    {
      with: { people: { permissionSets: identityCenter.people.permissionSets } },
      to: "identity-center",
      changes: [
        ...withoutRoleTags,
        `${userRoles}: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true`,
        `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - \${aws:username}`,
        `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + \${aws:PrincipalTag/userName}`,
        `Role team-administrator: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Leads")}`,
        `Role data-scientist: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Scientists")}`,
        `Role lifecycle: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Keepers")}`,
      ],
    },
    {
      to: "none",
      changes: [
        "- Role {team-administrator,data-scientist,lifecycle}",
        "- RolePolicy {team-administrator,lifecycle,data-scientist}-policy",
        "outputs: people.{team-administrator,data-scientist,lifecycle}.{arn,name,switchRoleUrl} unset",
      ],
    },
  ],
  "people.network": [
    { to: "anywhere", changes: fromAnywhere("-") },
    { with: { guardrails: { profile: "open" } }, to: "vpc", changes: fromAnywhere("+") },
  ],
  "people.openApps": [
    { to: "vpc", changes: appsFromAnywhere("-", "+") },
    { from: "vpc", to: "anywhere", changes: appsFromAnywhere("+", "-") },
  ],
  "people.users.team-administrator": usersRow("team-administrator"),
  "people.users.data-scientist": usersRow("data-scientist"),
  "people.users.lifecycle": usersRow("lifecycle"),
  "people.userArns": {
    to: [user("ana"), user("bo")],
    changes: [`${userRoles}: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + {${user("ana")},${user("bo")}}`],
  },
  "people.samlProviderArn": {
    with: saml,
    to: samlProvider("other"),
    changes: [
      `${userRoles}: assumeRolePolicy.People.Principal.Federated - ${samlProvider("bank")}`,
      `${userRoles}: assumeRolePolicy.People.Principal.Federated + ${samlProvider("other")}`,
    ],
  },
  "people.permissionSets.team-administrator": {
    with: identityCenter,
    to: "Others",
    changes: [
      `Role team-administrator: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn - ${permissionSet("Leads")}`,
      `Role team-administrator: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Others")}`,
    ],
  },
  "people.permissionSets.data-scientist": {
    with: identityCenter,
    to: "Others",
    changes: [
      `Role data-scientist: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn - ${permissionSet("Scientists")}`,
      `Role data-scientist: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Others")}`,
    ],
  },
  "people.permissionSets.lifecycle": {
    with: identityCenter,
    to: "Others",
    changes: [
      `Role lifecycle: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn - ${permissionSet("Keepers")}`,
      `Role lifecycle: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Others")}`,
    ],
  },
  "people.personAttribute": {
    with: identityCenter,
    to: "email",
    changes: [
      `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - \${aws:PrincipalTag/userName}`,
      `${userRoles}: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + \${aws:PrincipalTag/email}`,
    ],
  },
  "people.sessionHours": { to: 3, changes: [`${userRoles}: maxSessionDuration = 10800`] },
  provisionedProduct: {
    to: provisionedProduct,
    changes: [...addedTag("cloister:provisioned-product", "pp-1"), ...addedTag("cloister:catalog-product", "prod-1")],
  },
  "provisionedProduct.id": {
    with: { provisionedProduct },
    to: "pp-2",
    changes: changedTag("cloister:provisioned-product", "pp-1", "pp-2"),
  },
  "provisionedProduct.productId": {
    with: { provisionedProduct },
    to: "prod-2",
    changes: changedTag("cloister:catalog-product", "prod-1", "prod-2"),
  },
  "existingRoles.execution": {
    to: role("Execution"),
    changes: [
      `Parameter allow-list: value.roleArns + ${role("Execution")}`,
      "- Role execution",
      "- RolePolicy execution-policy",
      "- RolePolicyAttachment execution-work",
      "- Policy work",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Execution")}`,
      `Key {volumes,data}-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Execution")}`,
      `Policy boundary: policy.PassOwnRoles.Resource + ${role("Execution")}`,
      `RolePolicy {pipeline,data-scientist}-policy: policy.PassRoles.Resource - ${workRole("execution")}`,
      `RolePolicy {pipeline,data-scientist}-policy: policy.PassRoles.Resource + ${role("Execution")}`,
      `BucketPolicy {data,models}-policy: policy.OnlyOurRoles.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Execution")}`,
      `Parameter execution-role-arn: value = ${role("Execution")}`,
      `outputs: sharedSpaceDefaults.ExecutionRole = ${role("Execution")}`,
      `UserProfile profile-data-scientist: userSettings.executionRole = ${role("Execution")}`,
      `outputs: executionRoleArn = ${role("Execution")}`,
    ],
  },
  "existingRoles.pipeline": {
    to: role("Pipeline"),
    changes: [
      `Parameter allow-list: value.roleArns + ${role("Pipeline")}`,
      "- Role pipeline",
      "- RolePolicy pipeline-policy",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Pipeline")}`,
      `Key {volumes,data}-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Pipeline")}`,
      `Policy boundary: policy.PassOwnRoles.Resource + ${role("Pipeline")}`,
      `RolePolicy {execution,data-scientist}-policy: policy.PassRoles.Resource - ${workRole("pipeline")}`,
      `RolePolicy {execution,data-scientist}-policy: policy.PassRoles.Resource + ${role("Pipeline")}`,
      `BucketPolicy {data,models}-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn - ${workRole("pipeline")}`,
      `BucketPolicy {data,models}-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Pipeline")}`,
      `Parameter pipeline-role-arn: value = ${role("Pipeline")}`,
      `outputs: pipelineRoleArn = ${role("Pipeline")}`,
    ],
  },
  "existingRoles.model": {
    to: role("Model"),
    changes: [
      `Parameter allow-list: value.roleArns + ${role("Model")}`,
      "- Role model",
      "- RolePolicy model-policy",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Model")}`,
      `Key {volumes,data}-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Model")}`,
      `Policy boundary: policy.PassOwnRoles.Resource + ${role("Model")}`,
      `RolePolicy {execution,pipeline,data-scientist}-policy: policy.PassRoles.Resource - ${workRole("model")}`,
      `RolePolicy {execution,pipeline,data-scientist}-policy: policy.PassRoles.Resource + ${role("Model")}`,
      `Parameter model-role-arn: value = ${role("Model")}`,
      `BucketPolicy {data,models}-policy: policy.OnlyOurRoles.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Model")}`,
      `outputs: modelRoleArn = ${role("Model")}`,
    ],
  },
  "existingRoles.team-administrator": {
    to: role("Lead"),
    changes: [
      "- Role team-administrator",
      "- RolePolicy team-administrator-policy",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Lead")}`,
      `outputs: people.team-administrator.arn = ${role("Lead")}`,
      "outputs: people.team-administrator.{name,switchRoleUrl} unset",
    ],
  },
  "existingRoles.data-scientist": {
    to: role("Scientist"),
    changes: [
      "- Role data-scientist",
      "- RolePolicy data-scientist-policy",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Scientist")}`,
      `Key data-key: policy.{StartThroughSageMaker,StartByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Scientist")}`,
      `outputs: people.data-scientist.arn = ${role("Scientist")}`,
      "outputs: people.data-scientist.{name,switchRoleUrl} unset",
    ],
  },
  "existingRoles.lifecycle": {
    to: role("Keeper"),
    changes: [
      "- Role lifecycle",
      "- RolePolicy lifecycle-policy",
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Keeper")}`,
      `outputs: people.lifecycle.arn = ${role("Keeper")}`,
      "outputs: people.lifecycle.{name,switchRoleUrl} unset",
    ],
  },

  "monitoring.deniedCalls.alarmAbove": {
    to: 17,
    changes: ["MetricAlarm denied-changes: alarmDescription = *more than 17 calls*", "MetricAlarm denied-changes: threshold = 17"],
  },
  "monitoring.deniedCalls.readsAlarmAbove": {
    to: 17,
    changes: [
      "+ MetricAlarm denied-reads",
      `Dashboard dashboard: dashboardBody.widgets[5].properties.alarms + arn:aws:mock:eu-central-1:${HUB}:fraud-dev-denied-reads`,
    ],
  },
  "monitoring.deniedCalls.retentionDays": { to: 30, changes: ["LogGroup {denied,app}-calls: retentionInDays = 30"] },
  "monitoring.budget": {
    to: { monthlyUsd: 100 },
    changes: [
      "+ Budget budget",
      "Dashboard dashboard: dashboardBody.widgets[1].properties.markdown = *100 USD*at 80 % spent, 100 % spent, 100 % expected.*",
    ],
  },
  "monitoring.budget.monthlyUsd": {
    with: budget,
    to: 250,
    changes: ["Budget budget: limitAmount = 250", "Dashboard dashboard: dashboardBody.widgets[1].properties.markdown = *250 USD*"],
  },
  "monitoring.budget.actualPercent": {
    with: budget,
    to: [70],
    changes: [
      "Budget budget: notifications[0].threshold = 70",
      "Budget budget: notifications[1].notificationType = FORECASTED",
      "Budget budget: notifications[2].{comparisonOperator,notificationType,threshold,thresholdType} unset",
      "Budget budget: notifications[2].subscriberEmailAddresses - a@bank.example",
      `Budget budget: notifications[2].subscriberSnsTopicArns - arn:aws:sns:eu-central-1:${HUB}:hub-alerts`,
      "Dashboard dashboard: dashboardBody.widgets[1].properties.markdown = *at 70 % spent, 100 % expected.*",
    ],
  },
  "monitoring.budget.forecastPercent": {
    with: budget,
    to: [110],
    changes: [
      "Budget budget: notifications[2].threshold = 110",
      "Dashboard dashboard: dashboardBody.widgets[1].properties.markdown = *110 % expected.*",
    ],
  },
  "monitoring.budget.emails": {
    with: budget,
    to: ["b@bank.example"],
    changes: [
      "Budget budget: notifications[0].subscriberEmailAddresses - a@bank.example",
      "Budget budget: notifications[0].subscriberEmailAddresses + b@bank.example",
      "Budget budget: notifications[1].subscriberEmailAddresses - a@bank.example",
      "Budget budget: notifications[1].subscriberEmailAddresses + b@bank.example",
      "Budget budget: notifications[2].subscriberEmailAddresses - a@bank.example",
      "Budget budget: notifications[2].subscriberEmailAddresses + b@bank.example",
    ],
  },
  "monitoring.dashboard": { to: false, changes: ["- Dashboard dashboard", "outputs: dashboardUrl = "] },

  "studio.signIn": {
    to: "identity-center",
    changes: [
      "Domain domain: authMode = SSO",
      "UserProfile profile-data-scientist: singleSignOnUserIdentifier = UserName",
      "UserProfile profile-data-scientist: singleSignOnUserValue = data-scientist",
      "outputs: openStudioCommand = ",
    ],
  },
  "studio.profiles": { to: ["data-scientist", "bo"], changes: ["+ UserProfile profile-bo"] },
  "studio.profiles[].name": {
    with: profiles(),
    to: "cyril",
    renames: { boris: "cyril" },
    changes: ["Stash start-cyril: input = *"],
  },
  "studio.profiles[].person": [
    {
      with: profiles(),
      to: "b.li@bank.example",
      changes: [
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines - GIT_NAME='boris'",
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines - GIT_EMAIL='boris@bank.example'",
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines + {GIT_NAME,GIT_EMAIL}='b.li@bank.example'",
        "Stash start-boris: input = *",
        "UserProfile profile-boris: tags.cloister:person = b.li@bank.example",
      ],
    },
    {
      with: merged(profiles(), { studio: { signIn: "identity-center" } }),
      to: "b.li@bank.example",
      changes: [
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines - GIT_NAME='boris'",
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines - GIT_EMAIL='boris@bank.example'",
        "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines + {GIT_NAME,GIT_EMAIL}='b.li@bank.example'",
        "Stash start-boris: input = *",
        "UserProfile profile-boris: singleSignOnUserValue = b.li@bank.example",
        "UserProfile profile-boris: tags.cloister:person = b.li@bank.example",
      ],
    },
  ],
  "studio.profiles[].gitName": {
    with: profiles(),
    to: "Bo Li",
    changes: [
      "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines - GIT_NAME='boris'",
      "StudioLifecycleConfig start-{jupyterlab,codeeditor}-boris: studioLifecycleConfigContent.lines + GIT_NAME='Bo Li'",
      "Stash start-boris: input = *",
    ],
  },
  "studio.profiles[].instanceTypes": {
    with: workplace,
    to: ["ml.m5.xlarge"],
    changes: [
      "NotebookInstance notebook-two: instanceType = ml.m5.xlarge",
      "UserProfile profile-bo: userSettings.{codeEditor,jupyterLab}AppSettings.defaultResourceSpec.instanceType = ml.m5.xlarge",
      "UserProfile profile-bo: userSettings.studioWebPortalSettings.hiddenInstanceTypes - ml.m5.xlarge",
      "UserProfile profile-bo: userSettings.studioWebPortalSettings.hiddenInstanceTypes + ml.t3.medium",
      "Stash space-two-initial: input.instanceType = ml.m5.xlarge",
      "Space space-two: spaceSettings.codeEditorAppSettings.defaultResourceSpec.instanceType = ml.m5.xlarge",
    ],
  },
  "studio.profiles[].idleMinutes": {
    with: workplace,
    to: 77,
    changes: [
      "NotebookInstanceLifecycleConfiguration start-two: onStart.lines - IDLE_MINUTES=120",
      "NotebookInstanceLifecycleConfiguration start-two: onStart.lines + IDLE_MINUTES=77",
      `UserProfile profile-bo: userSettings.{codeEditor,jupyterLab}AppSettings.${idleMinutes} = 77`,
    ],
  },
  "studio.profiles[].roleArn": {
    with: profiles(),
    to: role("Bo"),
    changes: [
      `Parameter allow-list: value.roleArns + ${role("Bo")}`,
      `EventRule denied-calls-rule: eventPattern.detail.userIdentity.sessionContext.sessionIssuer.arn[2] = ${role("Bo")}`,
      `Key {volumes,data}-key: policy.{WorkThroughServices,WorkByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn + ${role("Bo")}`,
      `Policy boundary: policy.PassOwnRoles.Resource + ${role("Bo")}`,
      `BucketPolicy {data,models}-policy: policy.OnlyOurRoles.Condition.ArnNotLikeIfExists.aws:PrincipalArn + ${role("Bo")}`,
      `UserProfile profile-boris: userSettings.executionRole = ${role("Bo")}`,
    ],
  },
  "studio.executionRole": {
    with: profiles(),
    to: "per-person",
    changes: [
      "+ Role execution-{ana,boris}",
      "+ RolePolicy execution-{ana,boris}-policy",
      "+ RolePolicyAttachment execution-{ana,boris}-{features,work}",
      `UserProfile profile-ana: userSettings.executionRole = ${workRole("execution-ana")}`,
      `UserProfile profile-boris: userSettings.executionRole = ${workRole("execution-boris")}`,
      `outputs: personRoleArns.ana.arn = ${workRole("execution-ana")}`,
      `outputs: personRoleArns.boris.arn = ${workRole("execution-boris")}`,
    ],
  },
  "studio.securityGroupPerProfile": {
    with: notebooks(),
    to: true,
    changes: [
      "Parameter allow-list: value.securityGroupIds + sg-fraud-dev-studio",
      "Parameter allow-list: value.deployed.securityGroupIds + sg-fraud-dev-profile-{ana,bo}",
      "+ SecurityGroup {studio,profile-ana,profile-bo}",
      "+ SecurityGroupEgressRule {studio-to-endpoints-out,studio-nfs-out,profile-ana-apps-out,profile-bo-apps-out,studio-to-s3}",
      "+ SecurityGroupIngressRule {studio-nfs,studio-to-endpoints,profile-ana-apps,profile-bo-apps}-in",
      `${atMost}.sagemaker:VpcSecurityGroupIds + sg-fraud-dev-studio`,
      `RolePolicy {model,execution,notebook-one,notebook-two}-policy: policy.MakeInterfaces.Resource + arn:aws:ec2:eu-central-1:${HUB}:security-group/sg-fraud-dev-studio`,
      "NotebookInstance notebook-{one,two}: securityGroups - sg-fraud-dev-workload",
      "NotebookInstance notebook-one: securityGroups + sg-fraud-dev-profile-ana",
      "NotebookInstance notebook-two: securityGroups + sg-fraud-dev-profile-bo",
      "outputs: sharedSpaceDefaults.SecurityGroups - sg-fraud-dev-workload",
      "outputs: sharedSpaceDefaults.SecurityGroups + sg-fraud-dev-studio",
      "UserProfile profile-{ana,bo}: userSettings.securityGroups - sg-fraud-dev-workload",
      "UserProfile profile-ana: userSettings.securityGroups + sg-fraud-dev-profile-ana",
      "UserProfile profile-bo: userSettings.securityGroups + sg-fraud-dev-profile-bo",
    ],
  },
  "studio.idleMinutes": {
    with: workplace,
    to: 77,
    changes: [
      "NotebookInstanceLifecycleConfiguration start-{one,two}: onStart.lines - IDLE_MINUTES=120",
      "NotebookInstanceLifecycleConfiguration start-{one,two}: onStart.lines + IDLE_MINUTES=77",
      `UserProfile profile-{ana,bo}: userSettings.{codeEditor,jupyterLab}AppSettings.${idleMinutes} = 77`,
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.AppLifecycleManagement.IdleSettings.{,Min,Max}IdleTimeoutInMinutes = 77",
    ],
  },
  "studio.instanceTypes": {
    to: ["ml.t3.medium", "ml.g5.xlarge"],
    changes: [
      "Parameter allow-list: value.instanceTypes - ml.{t3,c5}.{large,xlarge}",
      "Parameter allow-list: value.instanceTypes - ml.m5.{large,xlarge,2xlarge}",
      "Parameter allow-list: value.instanceTypes + ml.g5.xlarge",
      `${atMost}.sagemaker:InstanceTypes - ml.{t3,c5}.{large,xlarge}`,
      `${atMost}.sagemaker:InstanceTypes - ml.m5.{large,xlarge,2xlarge}`,
      `${atMost}.sagemaker:InstanceTypes + ml.g5.xlarge`,
      "UserProfile profile-data-scientist: userSettings.studioWebPortalSettings.hiddenInstanceTypes - ml.g5.xlarge",
      "UserProfile profile-data-scientist: userSettings.studioWebPortalSettings.hiddenInstanceTypes + ml.{c5,t3}.{large,xlarge}",
      "UserProfile profile-data-scientist: userSettings.studioWebPortalSettings.hiddenInstanceTypes + ml.m5.{large,xlarge,2xlarge}",
    ],
  },
  "studio.defaultInstanceType": {
    with: workplace,
    to: "ml.m5.xlarge",
    changes: [
      "NotebookInstance notebook-one: instanceType = ml.m5.xlarge",
      "UserProfile profile-ana: userSettings.{codeEditor,jupyterLab}AppSettings.defaultResourceSpec.instanceType = ml.m5.xlarge",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.DefaultResourceSpec.InstanceType = ml.m5.xlarge",
      "Stash space-one-initial: input.instanceType = ml.m5.xlarge",
      "Space space-one: spaceSettings.jupyterLabAppSettings.defaultResourceSpec.instanceType = ml.m5.xlarge",
    ],
  },
  "studio.volumeGb.default": {
    with: spaces(),
    to: 9,
    changes: [
      "UserProfile profile-data-scientist: userSettings.spaceStorageSettings.defaultEbsStorageSettings.defaultEbsVolumeSizeInGb = 9",
      "outputs: sharedSpaceDefaults.SpaceStorageSettings.DefaultEbsStorageSettings.DefaultEbsVolumeSizeInGb = 9",
      "Stash space-{one,two}-initial: input.volumeGb = 9",
      "Space space-{one,two}: spaceSettings.spaceStorageSettings.ebsStorageSettings.ebsVolumeSizeInGb = 9",
    ],
  },
  "studio.volumeGb.maximum": {
    to: 77,
    changes: [
      "UserProfile profile-data-scientist: userSettings.spaceStorageSettings.defaultEbsStorageSettings.maximumEbsVolumeSizeInGb = 77",
      "outputs: sharedSpaceDefaults.SpaceStorageSettings.DefaultEbsStorageSettings.MaximumEbsVolumeSizeInGb = 77",
    ],
  },
  "studio.spaces": { to: [{ name: "one", owner: "data-scientist" }], changes: ["+ Space space-one", "+ Stash space-one-initial"] },
  "studio.spaces[].name": {
    with: spaces(),
    to: "three",
    changes: ["- Space space-two", "- Stash space-two-initial", "+ Space space-three", "+ Stash space-three-initial"],
  },
  "studio.spaces[].owner": {
    with: { studio: { ...spaces().studio, profiles: ["data-scientist", "bo"] } },
    to: "bo",
    changes: ["Space space-two: ownershipSettings.ownerUserProfileName = bo", "Space space-two: tags.cloister:person = bo"],
  },
  "studio.spaces[].sharing": { with: spaces(), to: "shared", changes: ["Space space-two: spaceSharingSettings.sharingType = Shared"] },
  "studio.spaces[].app": {
    with: spaces(),
    to: "codeeditor",
    changes: [
      "Space space-two: spaceSettings.appType = CodeEditor",
      "Space space-two: spaceSettings.jupyterLabAppSettings.defaultResourceSpec.instanceType unset",
      "Space space-two: spaceSettings.codeEditorAppSettings.defaultResourceSpec.instanceType = ml.t3.medium",
    ],
  },
  "studio.spaces[].volumeGb": {
    with: spaces(),
    to: 33,
    changes: [
      "Stash space-two-initial: input.volumeGb = 33",
      "Space space-two: spaceSettings.spaceStorageSettings.ebsStorageSettings.ebsVolumeSizeInGb = 33",
    ],
  },
  "studio.spaces[].instanceType": {
    with: spaces(),
    to: "ml.m5.large",
    changes: [
      "Stash space-two-initial: input.instanceType = ml.m5.large",
      "Space space-two: spaceSettings.jupyterLabAppSettings.defaultResourceSpec.instanceType = ml.m5.large",
    ],
  },
  "studio.sharing": {
    to: true,
    changes: [
      "UserProfile profile-data-scientist: userSettings.sharingSettings.notebookOutputOption = Allowed",
      `UserProfile profile-data-scientist: userSettings.sharingSettings.s3KmsKeyId = ${key("fraud-dev-data-key")}`,
      "UserProfile profile-data-scientist: userSettings.sharingSettings.s3OutputPath = s3://fraud-dev-data-bucket-0a1b2c3/shared-notebooks/",
    ],
  },
  "studio.images": {
    to: [image("one")],
    changes: [
      "+ AppImageConfig image-one-jupyterlab",
      "+ Image image-one",
      "+ ImageVersion image-one-version",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.customImages[0].appImageConfigName = fraud-dev-one-jupyterlab",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.customImages[0].imageName = fraud-dev-one",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CustomImages[0].AppImageConfigName = one-jupyterlab",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CustomImages[0].ImageName = one",
    ],
  },
  "studio.images[].name": {
    with: images(),
    to: "three",
    changes: [
      "- AppImageConfig image-two-jupyterlab",
      "- Image image-two",
      "- ImageVersion image-two-version",
      "+ AppImageConfig image-three-jupyterlab",
      "+ Image image-three",
      "+ ImageVersion image-three-version",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.customImages[1].appImageConfigName = fraud-dev-three-jupyterlab",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.customImages[1].imageName = fraud-dev-three",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CustomImages[1].AppImageConfigName = three-jupyterlab",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CustomImages[1].ImageName = three",
    ],
  },
  "studio.images[].imageUri": {
    with: images(),
    to: image("three").imageUri,
    changes: [`ImageVersion image-two-version: baseImage = ${HUB}.dkr.ecr.eu-central-1.amazonaws.com/studio:three`],
  },
  "studio.images[].apps": {
    with: images(),
    to: ["codeeditor"],
    changes: [
      "- AppImageConfig image-two-jupyterlab",
      "+ AppImageConfig image-two-codeeditor",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.customImages[1].{appImageConfigName,imageName} unset",
      "UserProfile profile-data-scientist: userSettings.codeEditorAppSettings.customImages[0].appImageConfigName = fraud-dev-two-codeeditor",
      "UserProfile profile-data-scientist: userSettings.codeEditorAppSettings.customImages[0].imageName = fraud-dev-two",
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CustomImages[1].{AppImageConfigName,ImageName} unset",
    ],
  },
  "studio.images[].entrypoint": {
    with: images(),
    to: "/start",
    changes: ["AppImageConfig image-two-jupyterlab: jupyterLabImageConfig.containerConfig.containerEntrypoints + /start"],
  },
  "studio.images[].arguments": {
    with: images(),
    to: ["--quiet", "--port=1"],
    changes: ["AppImageConfig image-two-jupyterlab: jupyterLabImageConfig.containerConfig.containerArguments + {--quiet,--port=1}"],
  },
  "studio.images[].environment": {
    with: images(),
    to: { TEAM: "risk" },
    changes: ["AppImageConfig image-two-jupyterlab: jupyterLabImageConfig.containerConfig.containerEnvironmentVariables.TEAM = risk"],
  },
  "studio.pip": {
    with: { network: pip.network },
    to: pip.studio.pip,
    changes: [
      `${startScripts}.lines - PIP_INDEX=''`,
      `${startScripts}.lines + PIP_INDEX='https://pypi.bank.example/simple'`,
      startScriptNames,
      `${startScripts}.JOB_DEFAULTS.SageMaker.{TrainingJob,ProcessingJob}.Environment.PIP_INDEX_URL = https://pypi.bank.example/simple`,
      `${startScripts}.JOB_DEFAULTS.SageMaker.RemoteFunction.EnvironmentVariables.PIP_INDEX_URL = https://pypi.bank.example/simple`,
    ],
  },
  "studio.pip.indexUrl": {
    with: pip,
    to: "https://pypi.bank.example/other",
    changes: [
      `${startScripts}.lines - PIP_INDEX='https://pypi.bank.example/simple'`,
      `${startScripts}.lines + PIP_INDEX='https://pypi.bank.example/other'`,
      `${startScripts}.JOB_DEFAULTS.SageMaker.{TrainingJob,ProcessingJob}.Environment.PIP_INDEX_URL = https://pypi.bank.example/other`,
      `${startScripts}.JOB_DEFAULTS.SageMaker.RemoteFunction.EnvironmentVariables.PIP_INDEX_URL = https://pypi.bank.example/other`,
      startScriptNames,
    ],
  },
  "studio.pip.requests": {
    with: pip,
    to: "https://tickets.bank.example/packages",
    changes: [`${startScripts}.lines*`, startScriptNames],
  },
  "studio.pip.trustedCertificate": {
    with: pip,
    to: certificate,
    changes: [
      `${startScripts}.lines - PIP_CERTIFICATE=''`,
      `${startScripts}.lines + PIP_CERTIFICATE='-----BEGIN CERTIFICATE-----`,
      `${startScripts}.lines + MIIB`,
      `${startScripts}.lines + -----END CERTIFICATE-----'`,
      startScriptNames,
    ],
  },
  "studio.git": {
    with: { network: git.network },
    to: git.studio.git,
    changes: [
      "+ Stash start-data-scientist",
      "+ StudioLifecycleConfig start-{jupyterlab,codeeditor}-data-scientist",
      `UserProfile profile-data-scientist: userSettings.codeEditorAppSettings.builtInLifecycleConfigArn = arn:aws:mock:eu-central-1:${HUB}:fraud-dev-start-codeeditor-data-scientist`,
      `UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.builtInLifecycleConfigArn = arn:aws:mock:eu-central-1:${HUB}:fraud-dev-start-jupyterlab-data-scientist`,
    ],
  },
  "studio.git.emailDomain": {
    with: git,
    to: "risk.example",
    changes: [
      "StudioLifecycleConfig start-{jupyterlab,codeeditor}-data-scientist: studioLifecycleConfigContent.lines - GIT_EMAIL='data-scientist@bank.example'",
      "StudioLifecycleConfig start-{jupyterlab,codeeditor}-data-scientist: studioLifecycleConfigContent.lines + GIT_EMAIL='data-scientist@risk.example'",
      "Stash start-data-scientist: input = *",
    ],
  },
  "studio.git.repositories": {
    with: git,
    to: [`https://git-codecommit.${REGION}.amazonaws.com/v1/repos/models`],
    changes: [
      "outputs: sharedSpaceDefaults.JupyterLabAppSettings.CodeRepositories[0].RepositoryUrl = https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/models",
      "UserProfile profile-data-scientist: userSettings.jupyterLabAppSettings.codeRepositories[0].repositoryUrl = https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/models",
    ],
  },
  "studio.downloads": [
    { to: true, changes: [...withDownloads, startScriptNames] },
    {
      with: { guardrails: { profile: "open" } },
      to: false,
      changes: [`${startScripts}.lines - ALLOWS_DOWNLOADS=1`, `${startScripts}.lines + ALLOWS_DOWNLOADS=`, startScriptNames],
    },
  ],
  "studio.projects": { to: false, changes: ["- ServicecatalogPortfolioStatus projects"] },
  "studio.projectsPortfolioId": { to: "port-0a1b2c3d4e5f6", changes: ["+ PrincipalPortfolioAssociation projects-execution"] },
  "studio.notebooks": {
    with: { network: { features: ["studio", "jobs", "notebooks"] } },
    to: [{ name: "one", owner: "data-scientist" }],
    changes: [
      "+ NotebookInstanceLifecycleConfiguration start-one",
      "+ Role notebook-one",
      "+ RolePolicy notebook-one-policy",
      "+ RolePolicyAttachment notebook-one-work",
      "+ NotebookInstance notebook-one",
      "Key volumes-key: policy + {StartThroughSageMaker,StartByGrantsForAws}",
      "RolePolicy data-scientist-policy: policy + {JoinNotebooks,SeeNetworks}",
      `RolePolicy data-scientist-policy: policy.PassRoles.Resource + ${workRole("notebook-one")}`,
      "outputs: notebooks.one.openCommand = aws sagemaker create-presigned-notebook-instance-url --region eu-central-1 --notebook-instance-name one --query AuthorizedUrl --output text",
      `outputs: notebooks.one.roleArn = ${workRole("notebook-one")}`,
    ],
  },
  "catalog.notebooks": [
    {
      with: { ...product(), catalog: {} },
      to: {},
      changes: [
        "+ {CustomerKey,TemplateBucket} templates",
        "+ LaunchRole launch-notebook",
        "+ ProjectPortfolio fraud-dev",
        "+ Key templates-key",
        "+ Alias templates-alias",
        "+ Bucket templates-bucket",
        "+ BucketPublicAccessBlock templates-private",
        "+ BucketOwnershipControls templates-owner",
        "+ BucketVersioning templates-versions",
        "+ BucketServerSideEncryptionConfiguration templates-encryption",
        "+ BucketPolicy templates-policy",
        "+ NotebookInstanceLifecycleConfiguration start-of-{ana,bo}",
        "+ Role notebooks-{ana,bo}",
        "+ RolePolicy notebooks-{ana,bo}-policy",
        "+ RolePolicyAttachment notebooks-{ana,bo}-work",
        "+ Policy launch-notebook-boundary",
        "+ Role launch-notebook",
        "+ RolePolicy launch-notebook-policy",
        "+ Portfolio products",
        "+ Product product-notebook",
        "+ ProductPortfolioAssociation product-notebook",
        "+ BucketObjectv2 product-notebook-{first,template}",
        "+ ProvisioningArtifact product-notebook-version",
        "+ Constraint product-notebook-{launch,template}",
        "+ PrincipalPortfolioAssociation products-data-scientist",
        "Key volumes-key: policy + {StartThroughSageMaker,StartByGrantsForAws,LaunchThroughSageMaker,LaunchByGrantsForAws}",
        "Policy boundary: policy.AtMost.Action + servicecatalog:{Describe*,List*,ProvisionProduct,Search*,*teProvisionedProduct}",
        "+ Policy use-products",
        "+ RolePolicyAttachment data-scientist-products",
        "outputs: products.notebook.productId = prod-fraud-dev-product-notebook",
        "outputs: products.notebook.portfolioId = products-id",
      ],
    },
    {
      with: { ...product(), catalog: {}, network: { endpoints: { add: ["servicecatalog"] } } },
      to: {},
      rejected: "'cloister-environment:catalog.notebooks' requires the network feature 'notebooks' (got studio, jobs). Fix: ",
    },
    {
      with: { ...product(), catalog: {}, network: { features: ["studio", "jobs", "notebooks"] } },
      to: {},
      rejected:
        "'cloister-environment:catalog.notebooks' requires the endpoint 'servicecatalog', because users work only from the network (got no added endpoints). Fix: pulumi --cwd environment config set --stack fraud-dev --path 'cloister-environment:network.endpoints.add[0]' servicecatalog",
    },
  ],
  "catalog.notebooks.instanceTypes": [
    {
      with: product(),
      to: ["ml.t3.medium", "ml.m5.xlarge"],
      changes: [
        "Policy launch-notebook-boundary: policy.InstanceTypes.Condition.ForAnyValue:StringNotEquals.sagemaker:InstanceTypes - *",
        "Constraint product-notebook-template: parameters.Rules.InstanceTypes1.Assertions[0].Assert.Fn::Contains[0] - *",
        "Constraint product-notebook-template: parameters.Rules.InstanceTypes1.Assertions[0].AssertDescription = The instance type of ana must be one of ml.t3.medium, ml.m5.xlarge.",
        "BucketObjectv2 product-notebook-template: content.Parameters.InstanceType.AllowedValues - *",
        "BucketObjectv2 product-notebook-template: content.Parameters.InstanceType.ConstraintDescription = must be one of ml.t3.medium, ml.m5.xlarge",
        "RolePolicy launch-notebook-policy: policy.{Make,UpdateOwn}.Condition.ForAllValues:StringEquals.sagemaker:InstanceTypes - *",
        "BucketObjectv2 product-notebook-template: key = notebook/*.json",
        "ProvisioningArtifact product-notebook-version: {name,templateUrl} = *",
      ],
    },
    {
      with: product(),
      to: ["ml.t3.medium", "ml.p3.2xlarge"],
      rejected:
        "'cloister-environment:catalog.notebooks.instanceTypes' must use instance types of 'cloister-environment:studio.instanceTypes'",
    },
  ],
  "catalog.notebooks.volumeGb.default": [
    {
      with: product(),
      to: 30,
      changes: [
        "BucketObjectv2 product-notebook-template: content.Parameters.VolumeSize.Default = 30",
        "BucketObjectv2 product-notebook-template: key = notebook/*.json",
        "ProvisioningArtifact product-notebook-version: {name,templateUrl} = *",
      ],
    },
    {
      with: product(),
      to: 101,
      rejected:
        "'cloister-environment:catalog.notebooks.volumeGb.default' must not exceed 'cloister-environment:catalog.notebooks.volumeGb.maximum', 100 (got 101)",
    },
  ],
  "catalog.notebooks.volumeGb.maximum": {
    with: product(),
    to: 200,
    changes: [
      "BucketObjectv2 product-notebook-template: content.Parameters.VolumeSize.MaxValue = 200",
      "BucketObjectv2 product-notebook-template: content.Parameters.VolumeSize.ConstraintDescription = must be from 5 to 200",
      "BucketObjectv2 product-notebook-template: key = notebook/*.json",
      "ProvisioningArtifact product-notebook-version: {name,templateUrl} = *",
    ],
  },
  "catalog.notebooks.idleMinutes": {
    with: product(),
    to: 77,
    changes: [
      "NotebookInstanceLifecycleConfiguration start-of-{ana,bo}: onStart.lines - IDLE_MINUTES=120",
      "NotebookInstanceLifecycleConfiguration start-of-{ana,bo}: onStart.lines + IDLE_MINUTES=77",
    ],
  },
  "catalog.userProfiles": [
    {
      with: { ...profileProduct(), catalog: {} },
      to: { profiles: ["bo"] },
      changes: [
        "+ {CustomerKey,TemplateBucket} templates",
        "+ LaunchBoundary launch-profiles",
        "+ LaunchRole launch-profile-bo",
        "+ ProjectPortfolio fraud-dev",
        "+ Key templates-key",
        "+ Alias templates-alias",
        "+ Bucket templates-bucket",
        "+ BucketPublicAccessBlock templates-private",
        "+ BucketOwnershipControls templates-owner",
        "+ BucketVersioning templates-versions",
        "+ BucketServerSideEncryptionConfiguration templates-encryption",
        "+ BucketPolicy templates-policy",
        "- UserProfile profile-bo",
        "+ Policy launch-profiles-boundary",
        "+ Role launch-profile-bo",
        "+ RolePolicy launch-profile-bo-policy",
        "+ Portfolio products",
        "+ Product product-profile-bo",
        "+ ProductPortfolioAssociation product-profile-bo",
        "+ BucketObjectv2 product-profile-bo-{first,template}",
        "+ ProvisioningArtifact product-profile-bo-version",
        "+ Constraint product-profile-bo-{launch,template}",
        "+ PrincipalPortfolioAssociation products-data-scientist",
        "Policy boundary: policy.AtMost.Action + servicecatalog:{Describe*,List*,ProvisionProduct,Search*,*teProvisionedProduct}",
        "+ Policy use-products",
        "+ RolePolicyAttachment data-scientist-products",
        "outputs: products.profile-bo.productId = prod-fraud-dev-product-profile-bo",
        "outputs: products.profile-bo.portfolioId = products-id",
      ],
    },
    {
      with: { ...profileProduct(), catalog: {}, network: {} },
      to: { profiles: ["bo"] },
      rejected:
        "'cloister-environment:catalog.userProfiles' requires the endpoint 'servicecatalog', because users work only from the network (got no added endpoints). Fix: pulumi --cwd environment config set --stack fraud-dev --path 'cloister-environment:network.endpoints.add[0]' servicecatalog",
    },
  ],
  "catalog.userProfiles.profiles": [
    {
      with: profileProduct(),
      to: ["bo", "ana"],
      changes: [
        "- UserProfile profile-ana",
        "+ LaunchRole launch-profile-ana",
        "+ Role launch-profile-ana",
        "+ RolePolicy launch-profile-ana-policy",
        "+ Product product-profile-ana",
        "+ ProductPortfolioAssociation product-profile-ana",
        "+ BucketObjectv2 product-profile-ana-{first,template}",
        "+ ProvisioningArtifact product-profile-ana-version",
        "+ Constraint product-profile-ana-{launch,template}",
        "outputs: products.profile-ana.productId = prod-fraud-dev-product-profile-ana",
        "outputs: products.profile-ana.portfolioId = products-id",
      ],
    },
    {
      with: profileProduct(),
      to: ["eva"],
      rejected:
        "'cloister-environment:catalog.userProfiles.profiles[0]' must be the name of a profile in 'cloister-environment:studio.profiles' (got 'eva')",
    },
  ],
  "studio.notebooks[].name": {
    with: notebooks(),
    to: "three",
    changes: [
      "- NotebookInstanceLifecycleConfiguration start-two",
      "- Role notebook-two",
      "- RolePolicy notebook-two-policy",
      "- RolePolicyAttachment notebook-two-work",
      "- NotebookInstance notebook-two",
      "+ NotebookInstanceLifecycleConfiguration start-three",
      "+ Role notebook-three",
      "+ RolePolicy notebook-three-policy",
      "+ RolePolicyAttachment notebook-three-work",
      "+ NotebookInstance notebook-three",
      `RolePolicy data-scientist-policy: policy.PassRoles.Resource - ${workRole("notebook-two")}`,
      `RolePolicy data-scientist-policy: policy.PassRoles.Resource + ${workRole("notebook-three")}`,
      "outputs: notebooks.two.{openCommand,roleArn} unset",
      "outputs: notebooks.three.openCommand = aws sagemaker create-presigned-notebook-instance-url --region eu-central-1 --notebook-instance-name three --query AuthorizedUrl --output text",
      `outputs: notebooks.three.roleArn = ${workRole("notebook-three")}`,
    ],
  },
  "studio.notebooks[].owner": { with: notebooks(), to: "ana", changes: ["NotebookInstance notebook-two: tags.cloister:person = ana"] },
  "studio.notebooks[].instanceType": {
    with: notebooks(),
    to: "ml.m5.xlarge",
    changes: ["NotebookInstance notebook-two: instanceType = ml.m5.xlarge"],
  },
  "studio.notebooks[].volumeGb": [
    { with: notebooks(), to: 33, changes: ["NotebookInstance notebook-two: volumeSize = 33"] },
    { with: notebooks({ volumeGb: 33 }), to: 22, changes: ["NotebookInstance notebook-two: volumeSize = 22"] },
  ],
  "studio.notebooks[].idleMinutes": {
    with: notebooks(),
    to: 77,
    changes: [
      "NotebookInstanceLifecycleConfiguration start-two: onStart.lines - IDLE_MINUTES=120",
      "NotebookInstanceLifecycleConfiguration start-two: onStart.lines + IDLE_MINUTES=77",
    ],
  },
};

const base: Settings = { coreStack: "hub", team: "fraud", owner: "owner@bank.example" };

export const environment: Table = {
  project: "cloister-environment",
  folder: "environment",
  schema: environmentSettings.extend(standaloneEnvironmentSettings),
  stack: "fraud-dev",
  prefix: "fraud-dev",
  base,
  mocks: {
    answers: lookups,
    stacks: {
      "organization/cloister-core/hub": { outputs: coreOutputs("hub") },
      "organization/cloister-core/other": { outputs: coreOutputs("other") },
    },
  },
  rows,
};
