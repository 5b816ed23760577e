// What each role may do and what not: one row for each request. Who asks, what, on what, with which facts, and what has to come of it.
import { type Ask } from "./estate";

export interface Row extends Ask {
  /** `execution trains without subnets` */
  it: string;
  want: "allowed" | "denied";
  /** Claim or requirement that the row shows, `W12`. */
  shows?: string;
}

/** What a deployment is made of, as requests name it. */
export interface Ids {
  accountId: string;
  region: string;
  environment: string;
  vpcId: string;
  subnetIds: string[];
  groupId: string;
  s3EndpointId: string;
  dataKeyArn: string;
  volumeKeyArn: string;
  logKeyArn: string;
  dataBucketArn: string;
  modelBucketArn: string;
  domainId: string;
  /** A profile and whose it is. */
  profile: string;
  person: string;
  /** An instance type that the settings allow. */
  instanceType: string;
  /** What the network is for. */
  features: string[];
  /** By who: `execution`. */
  roleArns: Record<string, string>;
}

/** Roles of one environment, and of the hub, that are no administrators of the account. */
export const workRoles = ["execution", "pipeline", "model", "notebook"];
export const peopleRoles = ["team-administrator", "data-scientist", "lifecycle", "data-science-administrator"];
/**
 * Roles that a product makes, with all rights but under a boundary, as roles of products are: `product` under the environment's, `hub-product` under that of the account.
 * What they may not, the boundary alone holds off.
 */
export const productRoles = ["product", "hub-product"];
/** All rights in the account or in theirs, and no boundary: what resource policies alone hold off. `neighbour` is the execution role of another environment of the account. */
export const others = ["administrator", "deployer", "break-glass", "neighbour", "stranger"];

type Context = Record<string, string | string[]>;

const omit = (context: Context, ...keys: string[]): Context =>
  Object.fromEntries(Object.entries(context).filter(([key]) => !keys.includes(key)));

export function rowsOf(ids: Ids): Row[] {
  const { accountId, region, environment, dataKeyArn, dataBucketArn, modelBucketArn } = ids;
  const arn = (service: string, resource: string, account = accountId) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const sm = (resource: string) => arn("sagemaker", resource);
  const foreign = {
    subnet: "subnet-0f0f0f0f0f0f0f0f0",
    group: "sg-0f0f0f0f0f0f0f0f0",
    key: arn("kms", "key/foreign"),
    account: "999988887777",
  };
  const inside: Context = { "aws:SourceVpce": ids.s3EndpointId, "aws:SourceVpc": ids.vpcId };
  const elsewhere: Context = { "aws:SourceVpce": "vpce-0f0f0f0f0f0f0f0f0", "aws:SourceVpc": "vpc-0f0f0f0f0f0f0f0f0" };
  const requestTag: Context = { "aws:RequestTag/cloister:environment": environment };
  const ourTag: Context = { "aws:ResourceTag/cloister:environment": environment };
  const neighboursTag: Context = { "aws:ResourceTag/cloister:environment": `${environment}-2` };
  const row = (
    who: string,
    it: string,
    want: Row["want"],
    action: string,
    resource: string,
    context: Context = {},
    more: Partial<Row> = {},
  ): Row => ({
    who,
    it: `${who} ${it}`,
    want,
    action,
    resource,
    context,
    ...more,
  });

  // ---- Jobs, models and endpoints: what a call has to name (W10, W12, W14 to W16, W18; IAM-12, IAM-13).

  const network: Context = { "sagemaker:VpcSubnets": ids.subnetIds, "sagemaker:VpcSecurityGroupIds": [ids.groupId] };
  const keys: Context = { "sagemaker:VolumeKmsKeyArn": dataKeyArn, "sagemaker:OutputKmsKeyArn": dataKeyArn };
  const traffic: Context = { "sagemaker:InterContainerTrafficEncryption": "true" };
  const instance: Context = { "sagemaker:InstanceTypes": [ids.instanceType] };
  interface Kind {
    action: string;
    resource: string;
    context: Context;
    claims?: Partial<Record<"ok" | "no network", string>>;
  }
  const kinds: Kind[] = [
    {
      action: "CreateTrainingJob",
      resource: "training-job/x",
      context: { ...network, ...keys, ...traffic, ...instance },
      claims: { ok: "W14", "no network": "W12" },
    },
    {
      action: "CreateProcessingJob",
      resource: "processing-job/x",
      context: { ...network, ...keys, ...traffic, ...instance },
      claims: { ok: "W10" },
    },
    {
      action: "CreateHyperParameterTuningJob",
      resource: "hyper-parameter-tuning-job/x",
      context: { ...network, ...keys, ...traffic, ...instance },
    },
    { action: "CreateAutoMLJob", resource: "automl-job/x", context: { ...network, ...keys, ...traffic } },
    { action: "CreateAutoMLJobV2", resource: "automl-job/x", context: { ...network, ...keys, ...traffic } },
    {
      action: "CreateDataQualityJobDefinition",
      resource: "data-quality-job-definition/x",
      context: { ...network, ...keys, ...traffic, ...instance },
      claims: { ok: "W18", "no network": "W18" },
    },
    {
      action: "CreateModelBiasJobDefinition",
      resource: "model-bias-job-definition/x",
      context: { ...network, ...keys, ...traffic, ...instance },
    },
    { action: "CreateModel", resource: "model/x", context: network, claims: { ok: "W16", "no network": "W15" } },
    { action: "CreateTransformJob", resource: "transform-job/x", context: { ...keys, ...instance } },
    { action: "CreateEndpointConfig", resource: "endpoint-config/x", context: { "sagemaker:VolumeKmsKeyArn": dataKeyArn, ...instance } },
  ];
  const jobs = ["execution", "notebook", "pipeline", "data-scientist"].flatMap((who) =>
    kinds.flatMap(({ action, resource, context, claims = {} }): Row[] => {
      const ask = (it: string, want: Row["want"], given: Context, shows?: string) =>
        row(who, `${it}: ${action}`, want, `sagemaker:${action}`, sm(resource), { ...requestTag, ...given }, { shows });
      const needs = (key: string) => key in context;
      return [
        ask("makes in the network, under the key, tagged", "allowed", context, claims.ok),
        ask("makes without a tag", "denied", { ...context, "aws:RequestTag/cloister:environment": "" }),
        ask("makes with a neighbour's tag", "denied", { ...context, "aws:RequestTag/cloister:environment": `${environment}-2` }),
        ...(needs("sagemaker:VpcSubnets")
          ? [
              ask(
                "makes without a network",
                "denied",
                omit(context, "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"),
                claims["no network"],
              ),
              ask("makes without subnets", "denied", omit(context, "sagemaker:VpcSubnets")),
              ask("makes without groups", "denied", omit(context, "sagemaker:VpcSecurityGroupIds")),
              ask("makes in a foreign subnet", "denied", { ...context, "sagemaker:VpcSubnets": [foreign.subnet] }),
              ask("makes in an own and a foreign subnet", "denied", {
                ...context,
                "sagemaker:VpcSubnets": [ids.subnetIds[0]!, foreign.subnet],
              }),
              ask("makes in a foreign group", "denied", { ...context, "sagemaker:VpcSecurityGroupIds": [ids.groupId, foreign.group] }),
            ]
          : []),
        ...(needs("sagemaker:VolumeKmsKeyArn")
          ? [
              ask("makes without a volume key", "denied", omit(context, "sagemaker:VolumeKmsKeyArn")),
              ask("makes under a foreign volume key", "denied", { ...context, "sagemaker:VolumeKmsKeyArn": foreign.key }),
            ]
          : []),
        ...(needs("sagemaker:OutputKmsKeyArn")
          ? [
              ask("makes without an output key", "denied", omit(context, "sagemaker:OutputKmsKeyArn")),
              ask("makes under a foreign output key", "denied", { ...context, "sagemaker:OutputKmsKeyArn": foreign.key }),
            ]
          : []),
        ...(needs("sagemaker:InterContainerTrafficEncryption")
          ? [
              ask("makes without encrypted traffic", "denied", omit(context, "sagemaker:InterContainerTrafficEncryption")),
              ask("makes with plain traffic", "denied", { ...context, "sagemaker:InterContainerTrafficEncryption": "false" }),
            ]
          : []),
        ...(needs("sagemaker:InstanceTypes")
          ? [ask("makes on another instance type", "denied", { ...context, "sagemaker:InstanceTypes": ["ml.p5.48xlarge"] })]
          : []),
      ];
    }),
  );

  const schedules = ["execution", "notebook", "pipeline", "data-scientist"].flatMap((who) => {
    const schedule = (it: string, want: Row["want"], given: Context) =>
      row(who, it, want, "sagemaker:CreateMonitoringSchedule", sm("monitoring-schedule/x"), { ...requestTag, ...given }, { shows: "W18" });
    return [
      schedule("schedules a monitor by its definition", "allowed", { "sagemaker:ModelMonitorJobDefinitionName": "x" }),
      schedule("schedules a monitor that brings its job along", "denied", { ...network, ...keys, ...traffic, ...instance }),
    ];
  });

  const featureGroup = {
    "sagemaker:FeatureGroupOfflineStoreS3Uri": "s3://x/features",
    "sagemaker:FeatureGroupOfflineStoreKmsKeyArn": dataKeyArn,
  };
  const features = (it: string, want: Row["want"], context: Context) =>
    row("product", `makes a feature group ${it}`, want, "sagemaker:CreateFeatureGroup", sm("feature-group/x"), context);
  const endpoint = sm("endpoint/x");
  const sagemakerRows: Row[] = [
    ...jobs,
    ...schedules,
    features("under the key", "allowed", featureGroup),
    features("whose offline store has no key", "denied", omit(featureGroup, "sagemaker:FeatureGroupOfflineStoreKmsKeyArn")),
    features("whose online store has a foreign key", "denied", {
      ...featureGroup,
      "sagemaker:FeatureGroupEnableOnlineStore": "true",
      "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": foreign.key,
    }),
    features("whose online store has the key", "allowed", {
      ...featureGroup,
      "sagemaker:FeatureGroupEnableOnlineStore": "true",
      "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": dataKeyArn,
    }),
    row("execution", "debugs a training job from outside", "denied", "sagemaker:CreateTrainingJob", sm("training-job/x"), {
      ...requestTag,
      ...network,
      ...keys,
      ...traffic,
      ...instance,
      "sagemaker:EnableRemoteDebug": "true",
    }),
    row(
      "execution",
      "puts a foreign subnet into an endpoint's configuration",
      "denied",
      "sagemaker:CreateEndpointConfig",
      sm("endpoint-config/x"),
      { ...requestTag, "sagemaker:VolumeKmsKeyArn": dataKeyArn, ...instance, "sagemaker:VpcSubnets": [foreign.subnet] },
    ),
    row("execution", "makes an endpoint", "allowed", "sagemaker:CreateEndpoint", endpoint, requestTag, { shows: "W16" }),
    row("execution", "puts its configuration behind an endpoint", "allowed", "sagemaker:CreateEndpoint", sm("endpoint-config/x"), ourTag, {
      shows: "W16",
    }),
    row("execution", "puts a neighbour's configuration behind an endpoint", "denied", "sagemaker:CreateEndpoint", sm("endpoint-config/x"), {
      ...requestTag,
      ...neighboursTag,
    }),
    ...["execution", "notebook"].flatMap((who) => {
      const invokes = (it: string, want: Row["want"], context: Context, shows?: string) =>
        row(who, `invokes ${it}`, want, "sagemaker:InvokeEndpoint", endpoint, context, { shows });
      return [
        invokes("its endpoint", "allowed", { ...ourTag, "aws:SourceVpc": ids.vpcId }, "W16"),
        invokes("its endpoint from outside", "denied", ourTag),
        invokes("its endpoint from another network", "denied", { ...ourTag, ...elsewhere }),
        invokes("a neighbour's endpoint", "denied", { ...neighboursTag, "aws:SourceVpc": ids.vpcId }, "W23"),
      ];
    }),
    ...["data-scientist", "team-administrator", "pipeline", "model"].map((who) =>
      row(who, "invokes an endpoint", "denied", "sagemaker:InvokeEndpoint", endpoint, { ...ourTag, "aws:SourceVpc": ids.vpcId }),
    ),
    row("execution", "asks where a model comes from", "allowed", "sagemaker:QueryLineage", "*", {}, { shows: "W20" }),
    row(
      "execution",
      "deletes its monitoring schedule",
      "allowed",
      "sagemaker:DeleteMonitoringSchedule",
      sm("monitoring-schedule/x"),
      ourTag,
      { shows: "W26" },
    ),
    row("execution", "deletes its endpoint", "allowed", "sagemaker:DeleteEndpoint", endpoint, ourTag, { shows: "W26" }),
    ...[
      "StopTrainingJob training-job/x",
      "DeleteModel model/x",
      "UpdateEndpoint endpoint/x",
      "StopProcessingJob processing-job/x",
      "StartPipelineExecution pipeline/x",
      "DescribeTrainingJob training-job/x",
    ].flatMap((text) => {
      const [action = "", resource = ""] = text.split(" ");
      return ["execution", "data-scientist"].flatMap((who) => [
        row(who, `touches its own: ${action}`, "allowed", `sagemaker:${action}`, sm(resource), ourTag),
        row(who, `touches a neighbour's: ${action}`, "denied", `sagemaker:${action}`, sm(resource), neighboursTag, { shows: "W23" }),
        row(who, `touches what has no tag: ${action}`, "denied", `sagemaker:${action}`, sm(resource)),
      ]);
    }),
    row("execution", "tags while it makes", "allowed", "sagemaker:AddTags", sm("training-job/x"), {
      "sagemaker:TaggingAction": "CreateTrainingJob",
    }),
    row("execution", "tags a neighbour's as its own", "denied", "sagemaker:AddTags", sm("training-job/x"), neighboursTag),
    row("execution", "takes a tag off", "denied", "sagemaker:DeleteTags", sm("training-job/x"), ourTag),
    row("execution", "lists jobs", "allowed", "sagemaker:ListTrainingJobs", "*"),

    // ---- Infrastructure is nobody's but the deployment's (W22).
    ...[...workRoles, "data-scientist", "team-administrator", "lifecycle", "data-science-administrator"].flatMap((who) => [
      row(who, "makes a domain", "denied", "sagemaker:CreateDomain", sm("domain/d-new"), {
        "sagemaker:AppNetworkAccessType": "VpcOnly",
        ...network,
      }),
      row(who, "changes the domain", "denied", "sagemaker:UpdateDomain", sm(`domain/${ids.domainId}`), ourTag),
      row(who, "deletes the domain", "denied", "sagemaker:DeleteDomain", sm(`domain/${ids.domainId}`), ourTag),
      row(
        who,
        "makes a notebook instance in the network",
        "denied",
        "sagemaker:CreateNotebookInstance",
        sm("notebook-instance/x"),
        { ...requestTag, ...network, "sagemaker:DirectInternetAccess": "Disabled", "sagemaker:RootAccess": "Disabled" },
        { shows: "W22" },
      ),
      row(
        who,
        "makes itself root on a notebook instance",
        "denied",
        "sagemaker:UpdateNotebookInstance",
        sm("notebook-instance/x"),
        { ...ourTag, "sagemaker:RootAccess": "Enabled" },
        { shows: "W22" },
      ),
      row(who, "makes a cluster", "denied", "sagemaker:CreateCluster", sm("cluster/x"), { ...requestTag, ...network, ...instance }),
      row(
        who,
        "compiles, which has no network to ask for",
        "denied",
        "sagemaker:CreateCompilationJob",
        sm("compilation-job/x"),
        requestTag,
      ),
      row(who, "changes a profile", "denied", "sagemaker:UpdateUserProfile", sm(`user-profile/${ids.domainId}/${ids.profile}`), ourTag),
      row(who, "opens the network", "denied", "ec2:CreateRoute", arn("ec2", "route-table/rtb-1")),
      row(who, "makes an internet gateway", "denied", "ec2:CreateInternetGateway", arn("ec2", "internet-gateway/igw-1")),
      row(who, "opens a group", "denied", "ec2:AuthorizeSecurityGroupEgress", arn("ec2", `security-group/${ids.groupId}`)),
      row(who, "changes the bucket's policy", "denied", "s3:PutBucketPolicy", dataBucketArn, inside),
      row(who, "makes a bucket", "denied", "s3:CreateBucket", "arn:aws:s3:::new-bucket", inside, { shows: "DATA-06" }),
      row(who, "deletes flow logs", "denied", "logs:DeleteLogGroup", arn("logs", "log-group:/flow")),
    ]),
  ];

  // ---- Approving is another person's work than building.

  const pack = sm(`model-package/${environment}-models/1`);
  const approved = { ...ourTag, "sagemaker:ModelApprovalStatus": "Approved" };
  const approving: Row[] = [
    ...["execution", "notebook", "pipeline", "data-scientist"].flatMap((who) => [
      // A version takes no tags of its own: it has those of its group.
      row(who, "registers a model as pending", "allowed", "sagemaker:CreateModelPackage", pack, {
        ...ourTag,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
      }),
      row(who, "registers a model as approved", "denied", "sagemaker:CreateModelPackage", pack, approved),
      row(who, "registers a model in a neighbour's group", "denied", "sagemaker:CreateModelPackage", pack, {
        ...neighboursTag,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
      }),
      row(who, "approves its model by its stage", "denied", "sagemaker:UpdateModelPackage", pack, {
        ...ourTag,
        "sagemaker:ModelLifeCycle:StageStatus": "approved",
      }),
      row(who, "describes its model", "allowed", "sagemaker:UpdateModelPackage", pack, ourTag),
      row(who, "approves its model", "denied", "sagemaker:UpdateModelPackage", pack, approved),
    ]),
    row("team-administrator", "approves a model", "allowed", "sagemaker:UpdateModelPackage", pack, approved),
    row("team-administrator", "approves a neighbour's model", "denied", "sagemaker:UpdateModelPackage", pack, {
      ...approved,
      ...neighboursTag,
    }),
    row("team-administrator", "registers a model", "denied", "sagemaker:CreateModelPackage", pack, ourTag),
    row("team-administrator", "trains", "denied", "sagemaker:CreateTrainingJob", sm("training-job/x"), {
      ...requestTag,
      ...network,
      ...keys,
      ...traffic,
      ...instance,
    }),
    row("lifecycle", "approves a model", "denied", "sagemaker:UpdateModelPackage", pack, approved),
    row("data-science-administrator", "approves a model", "denied", "sagemaker:UpdateModelPackage", pack, approved),
    row("model", "approves a model", "denied", "sagemaker:UpdateModelPackage", pack, approved),
  ];

  // ---- Studio: one's own profile, spaces and apps; only through the endpoints (W24).

  const profile = sm(`user-profile/${ids.domainId}/${ids.profile}`);
  const childOptions: Context = {
    "aws:userid": `AROAEXAMPLE:${ids.person}`,
    "aws:ResourceTag/cloister:person": ids.person,
    "aws:SourceVpc": ids.vpcId,
  };
  const studio: Context = { "sagemaker:DomainId": ids.domainId, "sagemaker:UserProfileName": ids.profile };
  const owns = (name: string, sharing: string): Context => ({
    ...studio,
    "sagemaker:OwnerUserProfileArn": sm(`user-profile/${ids.domainId}/${name}`),
    "sagemaker:SpaceSharingType": sharing,
  });
  const space = sm(`space/${ids.domainId}/notes`);
  const app = sm(`app/${ids.domainId}/notes/JupyterLab/default`);
  const spaces: Row[] = [
    row("data-scientist", "opens the own profile", "allowed", "sagemaker:CreatePresignedDomainUrl", profile, childOptions, {
      shows: "W24",
    }),
    row("data-scientist", "opens another's profile", "denied", "sagemaker:CreatePresignedDomainUrl", profile, {
      ...childOptions,
      "aws:ResourceTag/cloister:person": "somebody-else",
    }),
    row(
      "data-scientist",
      "opens a profile of nobody",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      profile,
      omit(childOptions, "aws:ResourceTag/cloister:person"),
    ),
    row(
      "data-scientist",
      "opens the own profile from outside of the endpoints",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      profile,
      omit(childOptions, "aws:SourceVpc"),
      { shows: "W24" },
    ),
    row("data-scientist", "opens the own profile through another network", "denied", "sagemaker:CreatePresignedDomainUrl", profile, {
      ...childOptions,
      ...elsewhere,
    }),
    row(
      "data-scientist",
      "opens a profile of another domain",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      sm(`user-profile/d-other/${ids.profile}`),
      childOptions,
    ),
    ...["execution", "pipeline", "model", "notebook", "team-administrator", "lifecycle", "data-science-administrator"].map((who) =>
      row(who, "opens a profile", "denied", "sagemaker:CreatePresignedDomainUrl", profile, childOptions),
    ),
    row(
      "data-scientist",
      "opens the own notebook instance",
      "allowed",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      sm("notebook-instance/x"),
      { ...childOptions, ...ourTag },
    ),
    row(
      "data-scientist",
      "opens another's notebook instance",
      "denied",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      sm("notebook-instance/x"),
      { ...childOptions, ...ourTag, "aws:ResourceTag/cloister:person": "somebody-else" },
    ),
    row("data-scientist", "starts the own notebook instance", "allowed", "sagemaker:StartNotebookInstance", sm("notebook-instance/x"), {
      ...childOptions,
      ...ourTag,
    }),
    row("data-scientist", "starts another's notebook instance", "denied", "sagemaker:StartNotebookInstance", sm("notebook-instance/x"), {
      ...childOptions,
      ...ourTag,
      "aws:ResourceTag/cloister:person": "somebody-else",
    }),
    ...(
      [
        ["the own profile, to open an app", "allowed", ids.profile, { "aws:SourceVpc": ids.vpcId }],
        ["the own profile from outside of the endpoints", "denied", ids.profile, {}],
        ["the own profile through another network", "denied", ids.profile, elsewhere],
        ["another's profile from inside Studio", "denied", "somebody-else", { "aws:SourceVpc": ids.vpcId }],
      ] as [string, Row["want"], string, Context][]
    ).map(([it, want, name, context]) =>
      row("execution", `opens ${it}`, want, "sagemaker:CreatePresignedDomainUrl", sm(`user-profile/${ids.domainId}/${name}`), {
        ...studio,
        ...context,
      }),
    ),
    row("execution", "makes an own private space", "allowed", "sagemaker:CreateSpace", space, owns(ids.profile, "Private")),
    row("execution", "makes a space for another", "denied", "sagemaker:CreateSpace", space, owns("somebody-else", "Private")),
    row("execution", "starts an app in the own space", "allowed", "sagemaker:CreateApp", app, owns(ids.profile, "Private")),
    row("execution", "starts an app in another's space", "denied", "sagemaker:CreateApp", app, owns("somebody-else", "Private")),
    row("execution", "starts an app in a shared space", "allowed", "sagemaker:CreateApp", app, owns("somebody-else", "Shared")),
    row("execution", "starts an app on another instance type", "denied", "sagemaker:CreateApp", app, {
      ...owns(ids.profile, "Private"),
      "sagemaker:InstanceTypes": ["ml.p5.48xlarge"],
    }),
    row("execution", "deletes another's space", "denied", "sagemaker:DeleteSpace", space, owns("somebody-else", "Private")),
    row("execution", "lets an editor outside of Studio into the own space", "denied", "sagemaker:UpdateSpace", space, {
      ...owns(ids.profile, "Private"),
      "sagemaker:RemoteAccess": "ENABLED",
    }),
    row(
      "execution",
      "makes a space in another domain",
      "denied",
      "sagemaker:CreateSpace",
      sm("space/d-other/notes"),
      owns(ids.profile, "Private"),
    ),
    row("execution", "connects an editor to a space", "denied", "sagemaker:StartSession", space, { ...ourTag, ...studio }),
    // All that `cloister drain` asks of AWS.
    ...["team-administrator", "lifecycle"].flatMap((who) => [
      ...["ListDomains", "ListApps", "ListSpaces", "ListUserProfiles"].map((action) =>
        row(who, `sees what people run: ${action}`, "allowed", `sagemaker:${action}`, "*", {}, { shows: "STU-05" }),
      ),
      row(who, "deletes anybody's space", "allowed", "sagemaker:DeleteSpace", space, owns("somebody-else", "Private"), { shows: "STU-05" }),
      row(who, "deletes a space of another domain", "denied", "sagemaker:DeleteSpace", sm("space/d-other/notes")),
      row(who, "deletes a profile", "denied", "sagemaker:DeleteUserProfile", sm(`user-profile/${ids.domainId}/${ids.profile}`), ourTag),
      row(who, "ends anybody's app", "allowed", "sagemaker:DeleteApp", app),
      row(who, "ends an app of another domain", "denied", "sagemaker:DeleteApp", sm("app/d-other/notes/JupyterLab/default")),
      row(who, "starts an app", "denied", "sagemaker:CreateApp", app, owns(ids.profile, "Private")),
      row(who, "stops a job of the environment", "allowed", "sagemaker:StopTrainingJob", sm("training-job/x"), ourTag),
      row(who, "stops a neighbour's job", "denied", "sagemaker:StopTrainingJob", sm("training-job/x"), neighboursTag),
    ]),
    row("data-scientist", "ends another's app", "denied", "sagemaker:DeleteApp", app, owns("somebody-else", "Private")),
    row("notebook", "stops itself", "allowed", "sagemaker:StopNotebookInstance", sm(`notebook-instance/${environment}-ledger`)),
    row("notebook", "stops another", "denied", "sagemaker:StopNotebookInstance", sm("notebook-instance/other"), ourTag),
    row("data-science-administrator", "ends an app of any environment", "allowed", "sagemaker:DeleteApp", app, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("data-science-administrator", "ends what is not Cloister's", "denied", "sagemaker:DeleteApp", app),
  ];

  // ---- Data: only our roles, only through our network, only under our keys (W08, W09, W13, W21; DATA-03, DATA-05, DATA-06).

  const object = `${dataBucketArn}/ledger.csv`;
  const artifact = `${modelBucketArn}/model.tar.gz`;
  const verbs = [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:AbortMultipartUpload",
    "s3:PutObjectTagging",
    "s3:GetObjectAcl",
  ];
  const put = (headers: Context): Context => ({ ...inside, ...headers });
  const header = {
    algorithm: "s3:x-amz-server-side-encryption",
    key: "s3:x-amz-server-side-encryption-aws-kms-key-id",
    own: "s3:x-amz-server-side-encryption-customer-algorithm",
  };
  const throughS3 = { through: "s3" };
  const data: Row[] = [
    ...["execution", "notebook"].flatMap((who) => [
      ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"].flatMap((action) => [
        row(who, `uses data from inside: ${action}`, "allowed", action, object, inside, {
          ...throughS3,
          shows: action === "s3:PutObject" ? "W08" : undefined,
        }),
        row(who, `uses data from outside: ${action}`, "denied", action, object, {}, { shows: "W09" }),
        row(who, `uses data from another network: ${action}`, "denied", action, object, elsewhere, { shows: "W13" }),
      ]),
      row(who, "lists data from inside", "allowed", "s3:ListBucket", dataBucketArn, inside, { ...throughS3, shows: "DATA-06" }),
      row(who, "lists data from outside", "denied", "s3:ListBucket", dataBucketArn, {}, { shows: "DATA-03" }),
      row(who, "lists all buckets", "denied", "s3:ListAllMyBuckets", "*", inside, { shows: "DATA-06" }),
      row(
        who,
        "writes into a bucket of the account that is not ours",
        "denied",
        "s3:PutObject",
        "arn:aws:s3:::another-bucket/x",
        inside,
        throughS3,
      ),
      row(who, "writes into a foreign bucket", "denied", "s3:PutObject", "arn:aws:s3:::foreign-bucket/x", inside, {
        ...throughS3,
        owner: foreign.account,
        shows: "DATA-06",
      }),
      row(
        who,
        "writes under the right key",
        "allowed",
        "s3:PutObject",
        object,
        put({ [header.algorithm]: "aws:kms", [header.key]: dataKeyArn }),
        throughS3,
      ),
      row(who, "writes under the bucket's default", "allowed", "s3:PutObject", object, inside, throughS3),
      ...[object, artifact].flatMap((where, i) => {
        const what = ["data", "an artifact"][i]!;
        const writes = (it: string, headers: Context) =>
          row(who, `writes ${what} ${it}`, "denied", "s3:PutObject", where, put(headers), throughS3);
        return [
          writes("under a foreign key", { [header.algorithm]: "aws:kms", [header.key]: foreign.key }),
          writes("under S3's own key", { [header.algorithm]: "AES256" }),
          writes("under AWS's key", { [header.algorithm]: "aws:kms" }),
          writes("encrypted twice, which the bucket is not", { [header.algorithm]: "aws:kms:dsse", [header.key]: dataKeyArn }),
          writes("under a key that it brings along", { [header.own]: "AES256" }),
          row(
            who,
            `uses ${what} without TLS`,
            "denied",
            "s3:GetObject",
            where,
            { ...inside, "aws:SecureTransport": "false" },
            { ...throughS3, shows: "W21" },
          ),
        ];
      }),
      row(
        who,
        "reads data of a neighbour",
        "denied",
        "s3:GetObject",
        `${dataBucketArn.replace(environment, `${environment}-2`)}/x`,
        inside,
        throughS3,
      ),
    ]),
    row("pipeline", "reads an evaluation from SageMaker's network", "allowed", "s3:GetObject", object, {}, { shows: "DATA-05" }),
    row("pipeline", "writes data", "denied", "s3:PutObject", object, inside),
    row("model", "reads its artifact from inside", "allowed", "s3:GetObject", artifact, inside, throughS3),
    row("model", "reads its artifact from outside", "denied", "s3:GetObject", artifact),
    row("model", "writes down what it was asked", "allowed", "s3:PutObject", `${dataBucketArn}/endpoint-capture/x`, inside, {
      ...throughS3,
      shows: "W17",
    }),
    row("model", "writes down what it was asked, from outside", "denied", "s3:PutObject", `${dataBucketArn}/endpoint-capture/x`),
    row("model", "writes data", "denied", "s3:PutObject", object, inside),
    row("model", "writes artifacts", "denied", "s3:PutObject", artifact, inside),
    row("model", "reads data", "denied", "s3:GetObject", object, inside),
    ...["team-administrator", "data-scientist", "lifecycle", "data-science-administrator"].flatMap((who) => [
      row(who, "reads data", "denied", "s3:GetObject", object, inside),
      row(who, "reads data from outside", "denied", "s3:GetObject", object),
    ]),
    // Whoever has all rights in the account, but is none of our roles.
    ...verbs.flatMap((action) => [
      row("administrator", `touches data from outside: ${action}`, "denied", action, object, {}, { shows: "W09" }),
      row("administrator", `touches data from inside: ${action}`, "denied", action, object, inside, throughS3),
      row("neighbour", `touches data from inside: ${action}`, "denied", action, object, inside, throughS3),
      row("deployer", `reaches data from anywhere, to repair: ${action}`, "allowed", action, object),
      row("break-glass", `reaches data from anywhere, to repair: ${action}`, "allowed", action, object),
    ]),
    row("administrator", "reads artifacts from inside", "denied", "s3:GetObject", artifact, inside, throughS3),
    row("administrator", "lists versions", "denied", "s3:ListBucketVersions", dataBucketArn),
    row("administrator", "lists data", "denied", "s3:ListBucket", dataBucketArn),
    row("administrator", "reads the bucket's policy", "allowed", "s3:GetBucketPolicy", dataBucketArn),
    row("administrator", "repairs the bucket's policy", "allowed", "s3:PutBucketPolicy", dataBucketArn),
    row("administrator", "takes the bucket's policy off", "allowed", "s3:DeleteBucketPolicy", dataBucketArn),
    row("deployer", "changes the bucket's policy", "allowed", "s3:PutBucketPolicy", dataBucketArn),
    row("deployer", "deletes the bucket", "allowed", "s3:DeleteBucket", dataBucketArn),
    row("deployer", "reaches data without TLS", "denied", "s3:GetObject", object, { "aws:SecureTransport": "false" }, { shows: "W21" }),
    row("deployer", "writes under a foreign key", "denied", "s3:PutObject", object, {
      [header.algorithm]: "aws:kms",
      [header.key]: foreign.key,
    }),
    row("stranger", "reads data through our endpoint", "denied", "s3:GetObject", object, inside, { ...throughS3, owner: accountId }),
    row(
      "stranger",
      "carries data to its own bucket through our endpoint",
      "denied",
      "s3:PutObject",
      "arn:aws:s3:::foreign-bucket/x",
      inside,
      { ...throughS3, owner: foreign.account },
    ),
    row("stranger", "reads data", "denied", "s3:GetObject", object, {}, { owner: accountId }),
  ];

  // ---- Keys (rows 29, 30; DATA-04): used through services and by our roles only; cared for by who can't use them.

  const via = (service: string): Context => ({ "kms:ViaService": `${service}.${region}.amazonaws.com`, "aws:ViaAWSService": "true" });
  const uses = ["kms:Decrypt", "kms:GenerateDataKey"];
  const keyRows: Row[] = [
    ...["execution", "notebook"].flatMap((who) => [
      ...uses.map((action) =>
        row(who, `uses the data key through S3: ${action}`, "allowed", action, dataKeyArn, via("s3"), { shows: "DATA-04" }),
      ),
      ...uses.map((action) => row(who, `uses the data key directly: ${action}`, "denied", action, dataKeyArn, {}, { shows: "DATA-04" })),
      row(who, "uses the data key through another service", "denied", "kms:Decrypt", dataKeyArn, via("secretsmanager")),
      row(who, "lets AWS use the data key for volumes", "allowed", "kms:CreateGrant", dataKeyArn, {
        "kms:GrantIsForAWSResource": "true",
        ...via("sagemaker"),
      }),
      row(who, "grants the data key to somebody", "denied", "kms:CreateGrant", dataKeyArn, { "kms:GrantIsForAWSResource": "false" }),
      row(who, "reads logs' key", "denied", "kms:Decrypt", ids.logKeyArn, via("logs")),
      row(who, "uses another environment's key", "denied", "kms:Decrypt", foreign.key, via("s3")),
    ]),
    row("pipeline", "reads under the data key through S3", "allowed", "kms:Decrypt", dataKeyArn, via("s3")),
    row("model", "reads under the data key through S3", "allowed", "kms:Decrypt", dataKeyArn, via("s3")),
    row("model", "writes under the data key through S3", "allowed", "kms:GenerateDataKey", dataKeyArn, via("s3"), { shows: "W17" }),
    row("model", "writes under the data key directly", "denied", "kms:GenerateDataKey", dataKeyArn),
    ...(
      [
        ["data-scientist", "lets SageMaker use the data key for what it starts", "allowed", "sagemaker", "true"],
        ["data-scientist", "lets another service use the data key", "denied", "ec2", "true"],
        ["data-scientist", "grants the data key to somebody", "denied", "sagemaker", "false"],
        ["team-administrator", "lets SageMaker use the data key", "denied", "sagemaker", "true"],
        ["lifecycle", "lets SageMaker use the data key", "denied", "sagemaker", "true"],
      ] as [string, string, Row["want"], string, string][]
    ).map(([who, it, want, service, forAws]) =>
      row(who, it, want, "kms:CreateGrant", dataKeyArn, { "kms:GrantIsForAWSResource": forAws, ...via(service) }),
    ),
    row("data-scientist", "lets SageMaker use the volumes' key", "denied", "kms:CreateGrant", ids.volumeKeyArn, {
      "kms:GrantIsForAWSResource": "true",
      ...via("sagemaker"),
    }),
    ...[dataKeyArn, ids.volumeKeyArn].flatMap((key, i) => {
      const which = ["data", "volumes"][i]!;
      return [
        ...["administrator", "data-science-administrator", "team-administrator", "data-scientist", "neighbour", "deployer"].flatMap((who) =>
          uses.flatMap((action) => [
            row(who, `uses the ${which} key directly: ${action}`, "denied", action, key),
            ...(which === "data" ? [row(who, `uses the ${which} key through S3: ${action}`, "denied", action, key, via("s3"))] : []),
          ]),
        ),
        row("administrator", `grants the ${which} key to itself`, "denied", "kms:CreateGrant", key, {
          "kms:GrantIsForAWSResource": "false",
        }),
        ...["administrator", "deployer"].flatMap((who) =>
          [
            "kms:GetKeyPolicy",
            "kms:PutKeyPolicy",
            "kms:DescribeKey",
            "kms:EnableKeyRotation",
            "kms:ScheduleKeyDeletion",
            "kms:CancelKeyDeletion",
            "kms:TagResource",
          ].map((action) => row(who, `cares for the ${which} key: ${action}`, "allowed", action, key)),
        ),
        row("deployer", `lets Studio use the ${which} key`, which === "volumes" ? "allowed" : "denied", "kms:CreateGrant", key, {
          "kms:GrantIsForAWSResource": "true",
          ...via("sagemaker"),
        }),
        ...["execution", "data-scientist", "team-administrator"].flatMap((who) =>
          ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"].map((action) =>
            row(who, `administers the ${which} key: ${action}`, "denied", action, key),
          ),
        ),
      ];
    }),
    row("data-science-administrator", "takes the deletion of Cloister's key back", "allowed", "kms:CancelKeyDeletion", dataKeyArn, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("data-science-administrator", "rewrites a key's policy", "denied", "kms:PutKeyPolicy", dataKeyArn, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("stranger", "decrypts under the data key", "denied", "kms:Decrypt", dataKeyArn, via("s3"), { owner: accountId }),
  ];

  // ---- Values, logs, images, interfaces (W23, W25).

  const parameter = (name: string) => arn("ssm", `parameter/cloister/${name}`);
  const small: Row[] = [
    row("execution", "reads the environment's values", "allowed", "ssm:GetParameter", parameter(`${environment}/vpc-id`)),
    row(
      "execution",
      "reads a neighbour's values",
      "denied",
      "ssm:GetParameter",
      parameter(`${environment}-2/vpc-id`),
      {},
      { shows: "W23" },
    ),
    row("execution", "writes values", "denied", "ssm:PutParameter", parameter(`${environment}/vpc-id`)),
    row("execution", "pulls an image", "allowed", "ecr:BatchGetImage", arn("ecr", "repository/train"), {}, { shows: "W25" }),
    // AWS's own repositories let everybody: the owner counts as ours here, for that policy is not at hand.
    ...["execution", "model", "pipeline", "notebook"].map((who) =>
      row(
        who,
        "pulls an image of AWS",
        "allowed",
        "ecr:BatchGetImage",
        arn("ecr", "repository/pytorch-training", "763104351884"),
        {},
        {
          owner: accountId,
        },
      ),
    ),
    row("data-scientist", "pulls an image", "denied", "ecr:BatchGetImage", arn("ecr", "repository/train")),
    row("execution", "signs in to images", "allowed", "ecr:GetAuthorizationToken", "*", {}, { shows: "W25" }),
    row("execution", "pushes an image", "denied", "ecr:PutImage", arn("ecr", "repository/train")),
    row("execution", "writes logs", "allowed", "logs:PutLogEvents", arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x")),
    row(
      "execution",
      "writes logs in another region",
      "denied",
      "logs:PutLogEvents",
      arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x"),
      { "aws:RequestedRegion": "us-east-1" },
    ),
    row("execution", "writes metrics of SageMaker", "allowed", "cloudwatch:PutMetricData", "*", {
      "cloudwatch:namespace": "/aws/sagemaker/TrainingJobs",
    }),
    row("execution", "writes other metrics", "denied", "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "Custom" }),
    row("execution", "makes an interface in its subnet", "allowed", "ec2:CreateNetworkInterface", arn("ec2", `subnet/${ids.subnetIds[0]}`)),
    row(
      "execution",
      "makes an interface in a foreign subnet",
      "denied",
      "ec2:CreateNetworkInterface",
      arn("ec2", `subnet/${foreign.subnet}`),
    ),
    row("execution", "deletes an interface of its VPC", "allowed", "ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1"), {
      "ec2:Vpc": arn("ec2", `vpc/${ids.vpcId}`),
    }),
    row("execution", "deletes an interface of another VPC", "denied", "ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1"), {
      "ec2:Vpc": arn("ec2", "vpc/vpc-other"),
    }),
    row(
      "data-scientist",
      "reads logs of jobs",
      "allowed",
      "logs:GetLogEvents",
      arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x"),
    ),
    row("data-scientist", "reads flow logs", "denied", "logs:GetLogEvents", arn("logs", "log-group:/flow:log-stream:x")),
    row("team-administrator", "sees budgets", "allowed", "budgets:ViewBudget", `arn:aws:budgets::${accountId}:budget/x`),
    row("data-scientist", "sees budgets", "denied", "budgets:ViewBudget", `arn:aws:budgets::${accountId}:budget/x`),
    ...["StartQuery", "GetLogEvents"].flatMap((action) => {
      const denied = arn("logs", `log-group:/aws/events/cloister/${environment}/denied-calls`);
      const neighbours = denied.replace(`/${environment}/`, `/${environment}-2/`);
      const on = (group: string) => (action === "GetLogEvents" ? `${group}:log-stream:x` : group);
      return [
        row("team-administrator", `looks at denied calls: ${action}`, "allowed", `logs:${action}`, on(denied)),
        row("team-administrator", `looks at a neighbour's denied calls: ${action}`, "denied", `logs:${action}`, on(neighbours)),
        row("data-scientist", `looks at denied calls: ${action}`, "denied", `logs:${action}`, on(denied)),
      ];
    }),
    row("data-science-administrator", "lists buckets, which has no region", "allowed", "s3:ListAllMyBuckets", "*", {
      "aws:RequestedRegion": "us-east-1",
    }),
    row("data-science-administrator", "sees settings of buckets", "allowed", "s3:GetBucketPolicy", dataBucketArn),
  ];

  // ---- Which roles are handed to SageMaker, and who takes them on (W03, W04; IAM-06).

  const { roleArns } = ids;
  const toService = (service: string): Context => ({ "iam:PassedToService": service });
  const pass = (who: string, whom: string, want: Row["want"]) =>
    row(who, `hands on ${whom}`, want, "iam:PassRole", roleArns[whom]!, toService("sagemaker.amazonaws.com"));
  const handing: Row[] = [
    ...["pipeline", "model", "execution"].map((whom) => pass("execution", whom, "allowed")),
    ...["pipeline", "model", "execution"].map((whom) => pass("data-scientist", whom, "allowed")),
    ...["execution", "data-scientist", "notebook"].map((who) => pass(who, "colleague", "denied")),
    pass("pipeline", "execution", "allowed"),
    pass("pipeline", "pipeline", "denied"),
    ...[...workRoles, "data-scientist"].flatMap((who) =>
      ["administrator", "deployer", "team-administrator", "neighbour"].map((whom) => pass(who, whom, "denied")),
    ),
    ...["team-administrator", "lifecycle", "data-science-administrator", "model"].map((who) => pass(who, "execution", "denied")),
    ...["execution", "data-scientist", "pipeline"].flatMap((who) =>
      ["ec2", "lambda", "codebuild", "glue", "cloudformation"].map((service) =>
        row(
          who,
          `hands the execution role to ${service}`,
          "denied",
          "iam:PassRole",
          roleArns.execution!,
          toService(`${service}.amazonaws.com`),
        ),
      ),
    ),
    // A job under the pipeline role would have its credentials, which buckets let through from anywhere.
    ...["training-job/x", "processing-job/x", "notebook-instance/x"].map((resource) =>
      row("sagemaker.amazonaws.com", `takes on pipeline for ${resource}`, "denied", "sts:AssumeRole", roleArns.pipeline!, {
        "aws:SourceAccount": accountId,
        "aws:SourceArn": sm(resource),
      }),
    ),
    ...workRoles.flatMap((whom) => {
      const ours: Context = { "aws:SourceAccount": accountId, "aws:SourceArn": sm(whom === "pipeline" ? "pipeline/x" : "training-job/x") };
      return [
        row("sagemaker.amazonaws.com", `takes on ${whom} for this account`, "allowed", "sts:AssumeRole", roleArns[whom]!, ours, {
          shows: "W03",
        }),
        row("sagemaker.amazonaws.com", `takes on ${whom} for another account`, "denied", "sts:AssumeRole", roleArns[whom]!, {
          "aws:SourceAccount": foreign.account,
          "aws:SourceArn": arn("sagemaker", "training-job/x", foreign.account),
        }),
        row("lambda.amazonaws.com", `takes on ${whom}`, "denied", "sts:AssumeRole", roleArns[whom]!, ours),
        row("administrator", `takes on ${whom}`, "denied", "sts:AssumeRole", roleArns[whom]!, { "aws:MultiFactorAuthPresent": "true" }),
      ];
    }),
    ...["team-administrator", "data-scientist", "lifecycle"].flatMap((whom) => {
      const signedIn: Context = { "aws:MultiFactorAuthPresent": "true", "aws:username": "ana", "sts:RoleSessionName": "ana" };
      return [
        row("user", `takes on ${whom} with MFA`, "allowed", "sts:AssumeRole", roleArns[whom]!, signedIn),
        row("user", `takes on ${whom} without MFA`, "denied", "sts:AssumeRole", roleArns[whom]!, {
          ...signedIn,
          "aws:MultiFactorAuthPresent": "false",
        }),
        row("user", `takes on ${whom} under another's name`, "denied", "sts:AssumeRole", roleArns[whom]!, {
          ...signedIn,
          "sts:RoleSessionName": "eva",
        }),
        row("execution", `takes on ${whom}`, "denied", "sts:AssumeRole", roleArns[whom]!, signedIn),
        row("sagemaker.amazonaws.com", `takes on ${whom}`, "denied", "sts:AssumeRole", roleArns[whom]!, { "aws:SourceAccount": accountId }),
      ];
    }),
  ];

  // ---- What the boundaries alone hold off.

  const keptFromProducts = (who: string): Row[] => {
    const deniedTo = (it: string, action: string, resource: string, context: Context = {}) =>
      row(who, `made by a product, ${it}`, "denied", action, resource, context);
    const job: Context = { ...network, ...keys, ...traffic, ...instance };
    return [
      deniedTo("changes the domain", "sagemaker:UpdateDomain", sm(`domain/${ids.domainId}`)),
      deniedTo("makes a labeling job", "sagemaker:CreateLabelingJob", sm("labeling-job/x"), keys),
      deniedTo("trains without subnets", "sagemaker:CreateTrainingJob", sm("training-job/x"), omit(job, "sagemaker:VpcSubnets")),
      deniedTo("trains without groups", "sagemaker:CreateTrainingJob", sm("training-job/x"), omit(job, "sagemaker:VpcSecurityGroupIds")),
      deniedTo("schedules a monitor that brings its job along", "sagemaker:CreateMonitoringSchedule", sm("monitoring-schedule/x"), job),
      deniedTo("makes an internet gateway", "ec2:CreateInternetGateway", arn("ec2", "internet-gateway/igw-1")),
      deniedTo("writes itself another policy", "iam:PutRolePolicy", roleArns[who]!),
      deniedTo("removes its boundary", "iam:DeleteRolePermissionsBoundary", roleArns[who]!),
      deniedTo("works in another region", "sagemaker:CreateTrainingJob", sm("training-job/x"), {
        ...job,
        "aws:RequestedRegion": "us-east-1",
      }),
      deniedTo("hands on the deploying role", "iam:PassRole", roleArns.deployer!, toService("sagemaker.amazonaws.com")),
      row(who, "made by a product, trains as the environment asks", "allowed", "sagemaker:CreateTrainingJob", sm("training-job/x"), job),
    ];
  };
  const notebook = sm("notebook-instance/x");
  const notebookOf = (more: Context): Context => ({
    ...network,
    "sagemaker:DirectInternetAccess": "Disabled",
    "sagemaker:RootAccess": "Disabled",
    "sagemaker:MinimumInstanceMetadataServiceVersion": "2",
    ...more,
  });
  const hubProduct = (it: string, want: Row["want"], action: string, resource: string, context: Context = {}) =>
    row("hub-product", `made by a product, ${it}`, want, action, resource, context);
  const makes = (it: string, want: Row["want"], context: Context) =>
    hubProduct(`makes a notebook instance ${it}`, want, "sagemaker:CreateNotebookInstance", notebook, context);
  const products: Row[] = [
    ...productRoles.flatMap(keptFromProducts),
    row(
      "product",
      "made by a product, makes a notebook instance",
      "denied",
      "sagemaker:CreateNotebookInstance",
      notebook,
      notebookOf({ ...keys, ...instance }),
    ),
    makes("as it has to be", "allowed", notebookOf({})),
    makes("with internet", "denied", notebookOf({ "sagemaker:DirectInternetAccess": "Enabled" })),
    makes("with root", "denied", notebookOf({ "sagemaker:RootAccess": "Enabled" })),
    makes("that says nothing of root", "denied", omit(notebookOf({}), "sagemaker:RootAccess")),
    makes("with IMDSv1", "denied", notebookOf({ "sagemaker:MinimumInstanceMetadataServiceVersion": "1" })),
    hubProduct("gives root later", "denied", "sagemaker:UpdateNotebookInstance", notebook, { "sagemaker:RootAccess": "Enabled" }),
    hubProduct("goes back to IMDSv1", "denied", "sagemaker:UpdateNotebookInstance", notebook, {
      "sagemaker:MinimumInstanceMetadataServiceVersion": "1",
    }),
    hubProduct("rewrites a key's policy", "denied", "kms:PutKeyPolicy", foreign.key),
    hubProduct("grants a key to somebody", "denied", "kms:CreateGrant", foreign.key, { "kms:GrantIsForAWSResource": "false" }),
    hubProduct("deletes logs", "denied", "logs:DeleteLogGroup", arn("logs", "log-group:/flow")),
  ];

  // ---- The same conditions in each role that has them.

  const endpointConfig = sm("endpoint-config/x");
  const interfaceOfOther: Context = { "ec2:Vpc": arn("ec2", "vpc/vpc-other") };
  const narrow: Row[] = [
    ...["pipeline", "notebook", "team-administrator"].map((who) =>
      row(who, "sees a neighbour's job", "denied", "sagemaker:DescribeTrainingJob", sm("training-job/x"), neighboursTag),
    ),
    ...["execution", "pipeline", "notebook", "data-scientist"].map((who) =>
      row(who, "makes an endpoint without a tag", "denied", "sagemaker:CreateEndpoint", endpoint),
    ),
    ...["pipeline", "notebook", "data-scientist"].flatMap((who) => [
      row(who, "puts a neighbour's configuration behind an endpoint", "denied", "sagemaker:CreateEndpoint", endpointConfig, neighboursTag),
      row(who, "tags a neighbour's as its own", "denied", "sagemaker:AddTags", sm("training-job/x"), neighboursTag),
    ]),
    ...["pipeline", "notebook", "model"].map((who) =>
      row(
        who,
        "deletes an interface of another VPC",
        "denied",
        "ec2:DeleteNetworkInterface",
        arn("ec2", "network-interface/eni-1"),
        interfaceOfOther,
      ),
    ),
    ...["notebook", "model"].map((who) =>
      row(who, "writes other metrics", "denied", "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "Custom" }),
    ),
    row("execution", "makes a space that does not say who shares it", "denied", "sagemaker:CreateSpace", space, {
      ...omit(owns(ids.profile, "Private"), "sagemaker:SpaceSharingType"),
    }),
    row(
      "data-scientist",
      "starts the own notebook instance from outside",
      "denied",
      "sagemaker:StartNotebookInstance",
      sm("notebook-instance/x"),
      { ...omit(childOptions, "aws:SourceVpc"), ...ourTag },
    ),
    row(
      "data-scientist",
      "starts the own notebook instance of another environment",
      "denied",
      "sagemaker:StartNotebookInstance",
      sm("notebook-instance/x"),
      { ...childOptions, ...neighboursTag },
    ),
    row("data-scientist", "sees the data key through SageMaker", "allowed", "kms:DescribeKey", dataKeyArn, via("sagemaker")),
    row("data-scientist", "sees the data key directly", "denied", "kms:DescribeKey", dataKeyArn),
    row("data-science-administrator", "switches off a key that is not Cloister's", "denied", "kms:DisableKey", foreign.key),
  ];

  return [
    ...sagemakerRows,
    ...narrow,
    ...approving,
    ...spaces,
    ...data,
    ...keyRows,
    ...small,
    ...handing,
    ...products,
    ...featureRowsOf(ids, row),
    ...escalationsOf(ids, row),
  ];
}

type MakeRow = (
  who: string,
  it: string,
  want: Row["want"],
  action: string,
  resource: string,
  context?: Context,
  more?: Partial<Row>,
) => Row;

/** What the features of the network come with, for those it has: each for work, with the environment's tag, or from inside, and never otherwise. */
function featureRowsOf(ids: Ids, row: MakeRow): Row[] {
  const { accountId, region, environment } = ids;
  const arn = (service: string, resource: string, account = accountId) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const tag: Context = { "aws:ResourceTag/cloister:environment": environment };
  const from: Context = { "aws:SourceVpc": ids.vpcId };
  const tables: Record<string, [action: string, resource: string, needs: Context, more?: Partial<Row>][]> = {
    git: [
      ["codecommit:GitPush", arn("codecommit", "fraud"), tag, { shows: "W19" }],
      ["codecommit:GitPull", arn("codecommit", "fraud"), tag],
    ],
    connections: [["codeconnections:UseConnection", arn("codeconnections", "connection/x"), tag]],
    secrets: [["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:x"), tag]],
    packages: [
      ["codeartifact:ReadFromRepository", arn("codeartifact", "repository/bank/pypi"), {}],
      ["sts:GetServiceBearerToken", "*", { "sts:AWSServiceName": "codeartifact.amazonaws.com" }],
    ],
    analytics: [
      ["athena:StartQueryExecution", arn("athena", "workgroup/fraud"), { ...tag, ...from }],
      ["glue:GetTable", arn("glue", "table/ledger/rows"), {}],
    ],
    features: [
      ["sagemaker:GetRecord", arn("sagemaker", "feature-group/x"), { ...tag, ...from }],
      ["sagemaker:PutRecord", arn("sagemaker", "feature-group/x"), { ...tag, ...from }],
      ["sagemaker:CreateFeatureGroup", arn("sagemaker", "feature-group/x"), { "aws:RequestTag/cloister:environment": environment }],
    ],
    workflows: [
      ["lambda:InvokeFunction", arn("lambda", "function:x"), tag],
      ["states:StartExecution", arn("states", "stateMachine:x"), tag],
    ],
    bedrock: [["bedrock:InvokeModel", `arn:aws:bedrock:${region}::foundation-model/x`, from, { owner: accountId }]],
    jumpstart: [["s3:GetObject", `arn:aws:s3:::jumpstart-cache-prod-${region}/x`, {}]],
  };
  return Object.entries(tables).flatMap(([feature, calls]) =>
    calls.flatMap(([action, resource, needs, more]) => [
      ...["execution", "notebook"].flatMap((who) => {
        const has = ids.features.includes(feature);
        return [
          row(who, `has what comes with ${feature}: ${action}`, has ? "allowed" : "denied", action, resource, needs, more),
          ...(has
            ? Object.keys(needs).map((key) =>
                row(who, `has it only with ${key}, with ${feature}: ${action}`, "denied", action, resource, omit(needs, key), more),
              )
            : []),
        ];
      }),
      ...["data-scientist", "team-administrator", "model"].map((who) =>
        row(who, `has nothing that comes with ${feature}: ${action}`, "denied", action, resource, needs, more),
      ),
    ]),
  );
}

/**
 * Known ways from few rights to many, each tried by each role that is no administrator.
 * Source: Rhino Security Labs "AWS IAM privilege escalation methods"; AWS "Permissions boundaries"; secure-by-design lists of pass-role and compute hand-over.
 */
function escalationsOf(ids: Ids, row: MakeRow): Row[] {
  const { accountId, region, roleArns } = ids;
  const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const to = (service: string): Context => ({ "iam:PassedToService": `${service}.amazonaws.com` });
  const own = roleArns.execution!;
  const methods: [it: string, action: string, resource: string, context?: Context][] = [
    ["adds a version to a policy", "iam:CreatePolicyVersion", iam("policy/hub-boundary")],
    ["sets a policy's version", "iam:SetDefaultPolicyVersion", iam("policy/hub-boundary")],
    ["attaches a policy to a role", "iam:AttachRolePolicy", own],
    ["writes a policy into a role", "iam:PutRolePolicy", own],
    ["edits a role's trust", "iam:UpdateAssumeRolePolicy", own],
    ["removes a boundary", "iam:DeleteRolePermissionsBoundary", own],
    ["sets another boundary", "iam:PutRolePermissionsBoundary", own],
    ["makes a role", "iam:CreateRole", iam("role/new")],
    ["makes a user", "iam:CreateUser", iam("user/new")],
    ["makes an access key", "iam:CreateAccessKey", iam("user/admin")],
    ["makes a console password", "iam:CreateLoginProfile", iam("user/admin")],
    ["changes a console password", "iam:UpdateLoginProfile", iam("user/admin")],
    ["joins a group", "iam:AddUserToGroup", iam("group/admins")],
    ["attaches a policy to a group", "iam:AttachGroupPolicy", iam("group/admins")],
    ["tags a role, to be taken for another", "iam:TagRole", own],
    ["changes a sign-in provider", "iam:UpdateSAMLProvider", iam("saml-provider/bank")],
    ["takes on the deploying role", "sts:AssumeRole", roleArns.deployer!],
    ["takes on the organization's role", "sts:AssumeRole", iam("role/OrganizationAccountAccessRole")],
    ["hands the deploying role to SageMaker", "iam:PassRole", roleArns.deployer!, to("sagemaker")],
    ["hands the deploying role to EC2", "iam:PassRole", roleArns.deployer!, to("ec2")],
    ["hands a role to Lambda", "iam:PassRole", roleArns.deployer!, to("lambda")],
    ["hands a role to CodeBuild", "iam:PassRole", roleArns.deployer!, to("codebuild")],
    ["hands a role to Glue", "iam:PassRole", roleArns.deployer!, to("glue")],
    ["hands a role to CloudFormation", "iam:PassRole", roleArns.deployer!, to("cloudformation")],
    ["hands a role to Service Catalog", "iam:PassRole", roleArns.deployer!, to("servicecatalog")],
    ["starts an instance", "ec2:RunInstances", arn("ec2", "instance/i-1")],
    ["makes a function", "lambda:CreateFunction", arn("lambda", "function:x")],
    ["changes a function's code", "lambda:UpdateFunctionCode", arn("lambda", "function:x")],
    ["makes a build", "codebuild:CreateProject", arn("codebuild", "project/x")],
    ["starts a build", "codebuild:StartBuild", arn("codebuild", "project/x")],
    ["makes a stack", "cloudformation:CreateStack", arn("cloudformation", "stack/x/1")],
    ["changes a stack", "cloudformation:UpdateStack", arn("cloudformation", "stack/x/1")],
    [
      "launches a product under its launch role",
      "servicecatalog:ProvisionProduct",
      `arn:aws:catalog:${region}:${accountId}:product/prod-1`,
    ],
    ["makes a Glue endpoint", "glue:CreateDevEndpoint", "*"],
    ["runs a command on instances", "ssm:SendCommand", arn("ec2", "instance/i-1")],
    ["opens a session on an instance", "ssm:StartSession", arn("ec2", "instance/i-1")],
    ["grants a key to itself", "kms:CreateGrant", ids.dataKeyArn, { "kms:GrantIsForAWSResource": "false" }],
    ["rewrites a key's policy", "kms:PutKeyPolicy", ids.dataKeyArn],
    ["rewrites a bucket's policy", "s3:PutBucketPolicy", ids.dataBucketArn],
    [
      "opens another's profile",
      "sagemaker:CreatePresignedDomainUrl",
      arn("sagemaker", `user-profile/${ids.domainId}/somebody-else`),
      { "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}`, "aws:SourceVpc": ids.vpcId },
    ],
    [
      "opens another's notebook instance",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      arn("sagemaker", "notebook-instance/x"),
      { "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}`, "aws:SourceVpc": ids.vpcId },
    ],
    ["plants a start-up script for others", "sagemaker:CreateStudioLifecycleConfig", arn("sagemaker", "studio-lifecycle-config/x")],
    [
      "changes a notebook's start-up script",
      "sagemaker:UpdateNotebookInstanceLifecycleConfig",
      arn("sagemaker", "notebook-instance-lifecycle-config/x"),
    ],
    ["puts an image of its own behind Studio", "sagemaker:CreateImageVersion", arn("sagemaker", "image/x")],
    ["stops the trail", "cloudtrail:StopLogging", arn("cloudtrail", "trail/x")],
    ["reads a secret", "secretsmanager:GetSecretValue", arn("secretsmanager", "secret:x")],
  ];
  return [...workRoles, ...peopleRoles].flatMap((who) =>
    methods.map(([it, action, resource, context]) => row(who, `climbs: ${it}`, "denied", action, resource, context)),
  );
}
