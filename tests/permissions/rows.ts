// Lists what each role can and cannot do: one row for each request, with caller, action, resource, condition keys and
// expected result. Further files of rows are in rows/, one for each topic.
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { auditRows } from "./rows/audit";
import { configRows } from "./rows/audit-config";
import { boundaries } from "./rows/boundaries";
import { foreignBuckets, networkInterfaces, networkReads } from "./rows/network-reads";
import { controlRows } from "./rows/controls";
import { leadRows } from "./rows/leads";
import { modelBuildingRows } from "./rows/model-building";
import { attack, type Context, type Ids, type MakeRow, omit, type Row, rowKit, type RowKit } from "./row-kit";
import { endpointRows } from "./rows/endpoints";
import { featureRows } from "./rows/features";
import { imageRows } from "./rows/images";
import { notebookStarts } from "./rows/notebook-starts";
import { productRows } from "./rows/products";
import { registeredModels } from "./rows/registered-models";
import { targetAccountRows } from "./rows/target-accounts";
import { sharing } from "./rows/sharing";
import { tagRows } from "./rows/tags";
import { signInRows } from "./rows/sign-in";

/**
 * Roles that a product creates, with all permissions: `product` has the permissions boundary of the environment,
 * `hub-product` the boundary of the account. Every denied request is denied only by the boundary.
 */
export const productRoles = ["product", "hub-product"];

/** Rows by topic. */
const topics: ((kit: RowKit) => Row[])[] = [
  // One line for each topic.
  auditRows,
  configRows,
  boundaries,
  controlRows,
  endpointRows,
  featureRows,
  foreignBuckets,
  imageRows,
  leadRows,
  modelBuildingRows,
  networkInterfaces,
  networkReads,
  notebookStarts,
  productRows,
  registeredModels,
  sharing,
  targetAccountRows,
  signInRows,
  tagRows,
];

export function rowsOf(ids: Ids): Row[] {
  const { accountId, region, environment, dataKeyArn, dataBucketArn, modelBucketArn } = ids;
  const kit = rowKit(ids);
  const { arn, sm, unknown, inside, elsewhere, requestTag, ownTag, otherEnvironmentTag, from, row } = kit;

  // ---- Jobs, models and endpoints: what a call must specify (W10, W12, W14 to W16, W18; IAM-12, IAM-13).

  const isolated: Context = ids.networkIsolation ? { "sagemaker:NetworkIsolation": "true" } : {};
  const network: Context = { "sagemaker:VpcSubnets": ids.subnetIds, "sagemaker:VpcSecurityGroupIds": [ids.groupId], ...isolated };
  const keys: Context = { "sagemaker:VolumeKmsKeyArn": dataKeyArn, "sagemaker:OutputKmsKeyArn": dataKeyArn };
  const traffic: Context = { "sagemaker:InterContainerTrafficEncryption": "true" };
  const instance: Context = { "sagemaker:InstanceTypes": [ids.instanceType] };
  interface Kind {
    action: string;
    resource: string;
    context: Context;
    claims?: Partial<Record<"ok" | "no network", string>>;
    /** Whether a step of a pipeline can make the call. Default: true. */
    isStep?: boolean;
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
      isStep: false,
    },
    {
      action: "CreateModelBiasJobDefinition",
      isStep: false,
      resource: "model-bias-job-definition/x",
      context: { ...network, ...keys, ...traffic, ...instance },
    },
    { action: "CreateModel", resource: "model/x", context: network, claims: { ok: "W16", "no network": "W15" } },
    { action: "CreateTransformJob", resource: "transform-job/x", context: { ...keys, ...instance } },
    { action: "CreateEndpointConfig", resource: "endpoint-config/x", context: { "sagemaker:VolumeKmsKeyArn": dataKeyArn, ...instance } },
  ];
  const jobs = ["execution", "notebook", "pipeline", "data-scientist"].flatMap((caller) =>
    kinds.flatMap(({ action, resource, context, claims = {}, isStep = true }): Row[] => {
      if (caller === "pipeline" && !isStep) return [];
      const attempt = (it: string, want: Row["want"], given: Context, proves?: string) =>
        row(caller, `${it}: ${action}`, want, `sagemaker:${action}`, sm(resource), { ...requestTag, ...inside, ...given }, { proves });
      const needs = (key: string) => key in context;
      return [
        attempt("creates in the network, under the key, tagged", "allowed", context, claims.ok),
        attempt("creates without a tag", "denied", { ...context, "aws:RequestTag/cloister:environment": "" }),
        attempt("creates with another environment's tag", "denied", {
          ...context,
          "aws:RequestTag/cloister:environment": `${environment}-2`,
        }),
        ...(needs("sagemaker:VpcSubnets")
          ? [
              attempt(
                "creates without a network",
                from("vpc"),
                omit(context, "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"),
                claims["no network"],
              ),
              attempt("creates without subnets", from("vpc"), omit(context, "sagemaker:VpcSubnets")),
              attempt("creates without groups", from("vpc"), omit(context, "sagemaker:VpcSecurityGroupIds")),
              attempt("creates in an unknown subnet", from("vpc"), { ...context, "sagemaker:VpcSubnets": [unknown.subnet] }),
              attempt("creates in its own and an unknown subnet", from("vpc"), {
                ...context,
                "sagemaker:VpcSubnets": [ids.subnetIds[0]!, unknown.subnet],
              }),
              attempt("creates in an unknown group", from("vpc"), {
                ...context,
                "sagemaker:VpcSecurityGroupIds": [ids.groupId, unknown.group],
              }),
            ]
          : []),
        // An AutoML job always starts its containers with a network.
        ...(needs("sagemaker:NetworkIsolation") && !action.includes("AutoML")
          ? [
              attempt("creates without network isolation", "denied", omit(context, "sagemaker:NetworkIsolation")),
              attempt("creates with network access", "denied", { ...context, "sagemaker:NetworkIsolation": "false" }),
            ]
          : []),
        ...(needs("sagemaker:VolumeKmsKeyArn")
          ? [
              attempt("creates without a volume key", from("strict"), omit(context, "sagemaker:VolumeKmsKeyArn")),
              attempt("creates under an unknown volume key", from("strict"), { ...context, "sagemaker:VolumeKmsKeyArn": unknown.key }),
            ]
          : []),
        ...(needs("sagemaker:OutputKmsKeyArn")
          ? [
              attempt("creates without an output key", from("strict"), omit(context, "sagemaker:OutputKmsKeyArn")),
              attempt("creates under an unknown output key", from("strict"), { ...context, "sagemaker:OutputKmsKeyArn": unknown.key }),
            ]
          : []),
        ...(needs("sagemaker:InterContainerTrafficEncryption")
          ? [
              attempt("creates without encrypted traffic", from("strict"), omit(context, "sagemaker:InterContainerTrafficEncryption")),
              attempt("creates with plain traffic", from("strict"), { ...context, "sagemaker:InterContainerTrafficEncryption": "false" }),
            ]
          : []),
        ...(needs("sagemaker:InstanceTypes")
          ? [attempt("creates on another instance type", from("strict"), { ...context, "sagemaker:InstanceTypes": ["ml.p5.48xlarge"] })]
          : []),
      ];
    }),
  );

  const schedules = ["execution", "notebook", "data-scientist"].flatMap((caller) => {
    const schedule = (it: string, want: Row["want"], given: Context) =>
      row(
        caller,
        it,
        want,
        "sagemaker:CreateMonitoringSchedule",
        sm("monitoring-schedule/x"),
        { ...requestTag, ...inside, ...given },
        { proves: "W18" },
      );
    return [
      schedule("schedules a monitor by its definition", "allowed", { "sagemaker:ModelMonitorJobDefinitionName": "x" }),
      schedule("schedules a monitor that contains its job", from("vpc"), { ...network, ...keys, ...traffic, ...instance }),
    ];
  });

  const onlineStore: Context = {
    "sagemaker:FeatureGroupEnableOnlineStore": "true",
    "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": dataKeyArn,
  };
  const hasFeatures = ids.features.includes("features");
  const features = (it: string, want: Row["want"], context: Context) =>
    row("product", `creates a feature group ${it}`, want, "sagemaker:CreateFeatureGroup", sm("feature-group/x"), context);
  const endpoint = sm("endpoint/x");
  const sagemakerRows: Row[] = [
    ...jobs,
    ...schedules,
    features("whose online store has the key", hasFeatures ? "allowed" : "denied", onlineStore),
    features("whose online store has an unknown key", hasFeatures ? from("strict") : "denied", {
      ...onlineStore,
      "sagemaker:FeatureGroupOnlineStoreKmsKeyArn": unknown.key,
    }),
    features("with an offline store in any bucket", hasFeatures ? from("vpc") : "denied", {
      ...onlineStore,
      "sagemaker:FeatureGroupOfflineStoreS3Uri": "s3://x/features",
    }),
    row("execution", "enables remote debugging of a training job", from("strict"), "sagemaker:CreateTrainingJob", sm("training-job/x"), {
      ...requestTag,
      ...inside,
      ...network,
      ...keys,
      ...traffic,
      ...instance,
      "sagemaker:EnableRemoteDebug": "true",
    }),
    row(
      "execution",
      "names an unknown subnet in an endpoint configuration",
      from("vpc"),
      "sagemaker:CreateEndpointConfig",
      sm("endpoint-config/x"),
      { ...requestTag, "sagemaker:VolumeKmsKeyArn": dataKeyArn, ...instance, "sagemaker:VpcSubnets": [unknown.subnet] },
    ),
    row(
      "execution",
      "creates an endpoint",
      "allowed",
      "sagemaker:CreateEndpoint",
      endpoint,
      { ...requestTag, ...inside },
      { proves: "W16" },
    ),
    row(
      "execution",
      "uses its endpoint configuration",
      "allowed",
      "sagemaker:CreateEndpoint",
      sm("endpoint-config/x"),
      { ...ownTag, ...inside },
      {
        proves: "W16",
      },
    ),
    row("execution", "uses another environment's endpoint configuration", "denied", "sagemaker:CreateEndpoint", sm("endpoint-config/x"), {
      ...requestTag,
      ...otherEnvironmentTag,
    }),
    ...["execution", "notebook"].flatMap((caller) => {
      const invokes = (it: string, want: Row["want"], context: Context, proves?: string) =>
        row(caller, `invokes ${it}`, want, "sagemaker:InvokeEndpoint", endpoint, context, { proves });
      return [
        invokes("its endpoint", "allowed", { ...ownTag, "aws:SourceVpc": ids.vpcId }, "W16"),
        invokes("its endpoint from outside", "denied", ownTag),
        invokes("its endpoint from another network", "denied", { ...ownTag, ...elsewhere }),
        invokes("another environment's endpoint", "denied", { ...otherEnvironmentTag, "aws:SourceVpc": ids.vpcId }, "W23"),
      ];
    }),
    ...["data-scientist", "team-administrator", "pipeline", "model"].map((caller) =>
      row(caller, "invokes an endpoint", "denied", "sagemaker:InvokeEndpoint", endpoint, { ...ownTag, "aws:SourceVpc": ids.vpcId }),
    ),
    row("execution", "queries the lineage of a model", "allowed", "sagemaker:QueryLineage", "*", inside, { proves: "W20" }),
    row(
      "execution",
      "deletes its monitoring schedule",
      "allowed",
      "sagemaker:DeleteMonitoringSchedule",
      sm("monitoring-schedule/x"),
      { ...ownTag, ...inside },
      { proves: "W26" },
    ),
    row("execution", "deletes its endpoint", "allowed", "sagemaker:DeleteEndpoint", endpoint, { ...ownTag, ...inside }, { proves: "W26" }),
    ...[
      "StopTrainingJob training-job/x",
      "DeleteModel model/x",
      "UpdateEndpoint endpoint/x",
      "StopProcessingJob processing-job/x",
      "StartPipelineExecution pipeline/x",
      "DescribeTrainingJob training-job/x",
    ].flatMap((text) => {
      const [action = "", resource = ""] = text.split(" ");
      return ["execution", "data-scientist"].flatMap((caller) => [
        row(caller, `uses its own resource: ${action}`, "allowed", `sagemaker:${action}`, sm(resource), { ...ownTag, ...inside }),
        row(caller, `uses another environment's resource: ${action}`, "denied", `sagemaker:${action}`, sm(resource), otherEnvironmentTag, {
          proves: "W23",
        }),
        row(caller, `uses a resource without a tag: ${action}`, "denied", `sagemaker:${action}`, sm(resource)),
      ]);
    }),
    row("execution", "tags a training job on creation", "allowed", "sagemaker:AddTags", sm("training-job/x"), {
      "sagemaker:TaggingAction": "CreateTrainingJob",
    }),
    row(
      "execution",
      "tags another environment's resource as its own",
      "denied",
      "sagemaker:AddTags",
      sm("training-job/x"),
      otherEnvironmentTag,
    ),
    row("execution", "removes a tag", "denied", "sagemaker:DeleteTags", sm("training-job/x"), ownTag),
    row("execution", "lists jobs", "allowed", "sagemaker:ListTrainingJobs", "*", inside),

    // ---- Only the deployment changes infrastructure (W22).
    ...[...serviceRoles, "data-scientist", "team-administrator", "lifecycle", "data-science-administrator"].flatMap((caller) => [
      row(caller, "creates a domain", "denied", "sagemaker:CreateDomain", sm("domain/d-new"), {
        "sagemaker:AppNetworkAccessType": "VpcOnly",
        ...network,
      }),
      row(caller, "changes the domain", "denied", "sagemaker:UpdateDomain", sm(`domain/${ids.domainId}`), ownTag),
      row(caller, "deletes the domain", "denied", "sagemaker:DeleteDomain", sm(`domain/${ids.domainId}`), ownTag),
      row(
        caller,
        "creates a notebook instance in the network",
        "denied",
        "sagemaker:CreateNotebookInstance",
        sm("notebook-instance/x"),
        { ...requestTag, ...network, "sagemaker:DirectInternetAccess": "Disabled", "sagemaker:RootAccess": "Disabled" },
        { proves: "W22" },
      ),
      row(
        caller,
        "makes its user root on a notebook instance",
        "denied",
        "sagemaker:UpdateNotebookInstance",
        sm("notebook-instance/x"),
        { ...ownTag, "sagemaker:RootAccess": "Enabled" },
        { proves: "W22" },
      ),
      row(caller, "creates a cluster", "denied", "sagemaker:CreateCluster", sm("cluster/x"), { ...requestTag, ...network, ...instance }),
      row(
        caller,
        "creates a compilation job, which has no network configuration",
        "denied",
        "sagemaker:CreateCompilationJob",
        sm("compilation-job/x"),
        requestTag,
      ),
      row(caller, "changes a profile", "denied", "sagemaker:UpdateUserProfile", sm(`user-profile/${ids.domainId}/${ids.profile}`), ownTag),
      row(caller, "creates a route", "denied", "ec2:CreateRoute", arn("ec2", "route-table/rtb-1")),
      row(caller, "creates an internet gateway", "denied", "ec2:CreateInternetGateway", arn("ec2", "internet-gateway/igw-1")),
      row(caller, "opens a security group", "denied", "ec2:AuthorizeSecurityGroupEgress", arn("ec2", `security-group/${ids.groupId}`)),
      row(caller, "changes the bucket policy", "denied", "s3:PutBucketPolicy", dataBucketArn, inside),
      row(caller, "creates a bucket", "denied", "s3:CreateBucket", "arn:aws:s3:::new-bucket", inside, { proves: "DATA-06" }),
      row(caller, "deletes flow logs", "denied", "logs:DeleteLogGroup", arn("logs", "log-group:/flow")),
    ]),
  ];

  // ---- The roles that approve and build models are separate.

  const pack = sm(`model-package/${environment}-models/1`);
  const approved = { ...ownTag, ...inside, "sagemaker:ModelApprovalStatus": "Approved" };
  const approving: Row[] = [
    ...["execution", "notebook", "pipeline", "data-scientist"].flatMap((caller) => [
      // A model package version inherits the tags of its model package group.
      row(caller, "registers a model as pending", "allowed", "sagemaker:CreateModelPackage", pack, {
        ...ownTag,
        ...inside,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
      }),
      row(caller, "registers a model as approved", "denied", "sagemaker:CreateModelPackage", pack, approved),
      row(caller, "registers a model in another environment's group", "denied", "sagemaker:CreateModelPackage", pack, {
        ...otherEnvironmentTag,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
      }),
      row(caller, "approves its model through the life cycle stage", "denied", "sagemaker:UpdateModelPackage", pack, {
        ...ownTag,
        ...inside,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
        "sagemaker:ModelLifeCycle:StageStatus": "approved",
      }),
      row(caller, "approves its model", "denied", "sagemaker:UpdateModelPackage", pack, approved),
    ]),
    row("team-administrator", "approves a model", "allowed", "sagemaker:UpdateModelPackage", pack, approved),
    row("team-administrator", "approves another environment's model", "denied", "sagemaker:UpdateModelPackage", pack, {
      ...approved,
      ...otherEnvironmentTag,
    }),
    row("team-administrator", "registers a model", "denied", "sagemaker:CreateModelPackage", pack, ownTag),
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

  // ---- Studio: the user's own profile, spaces and apps; only through the VPC endpoints (W24).

  const profile = sm(`user-profile/${ids.domainId}/${ids.profile}`);
  const ownProfile: Context = {
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
  const makesSpace = (it: string, want: Row["want"], name: string) =>
    row("execution", it, want, "sagemaker:CreateSpace", sm(`space/${ids.domainId}/${name}`), owns(ids.profile, "Private"));
  const app = sm(`app/${ids.domainId}/notes/JupyterLab/default`);
  const spaces: Row[] = [
    row("data-scientist", "opens its own profile", "allowed", "sagemaker:CreatePresignedDomainUrl", profile, ownProfile, {
      proves: "W24",
    }),
    row("data-scientist", "opens another user's profile", "denied", "sagemaker:CreatePresignedDomainUrl", profile, {
      ...ownProfile,
      "aws:ResourceTag/cloister:person": "somebody-else",
    }),
    row("data-scientist", "describes another user's profile", "denied", "sagemaker:DescribeUserProfile", profile, {
      ...ownProfile,
      "aws:ResourceTag/cloister:person": "somebody-else",
    }),
    row(
      "data-scientist",
      "opens a profile without a user",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      profile,
      omit(ownProfile, "aws:ResourceTag/cloister:person"),
    ),
    row(
      "data-scientist",
      "opens its own profile without a VPC endpoint",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      profile,
      omit(ownProfile, "aws:SourceVpc"),
      { proves: "W24" },
    ),
    row("data-scientist", "opens its own profile through another network", "denied", "sagemaker:CreatePresignedDomainUrl", profile, {
      ...ownProfile,
      ...elsewhere,
    }),
    row(
      "data-scientist",
      "opens a profile of another domain",
      "denied",
      "sagemaker:CreatePresignedDomainUrl",
      sm(`user-profile/d-other/${ids.profile}`),
      ownProfile,
    ),
    ...["execution", "pipeline", "model", "notebook", "team-administrator", "lifecycle", "data-science-administrator"].map((caller) =>
      row(caller, "opens a profile", "denied", "sagemaker:CreatePresignedDomainUrl", profile, ownProfile),
    ),
    row(
      "data-scientist",
      "opens its own notebook instance",
      "allowed",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      sm("notebook-instance/x"),
      { ...ownProfile, ...ownTag },
    ),
    row(
      "data-scientist",
      "opens another user's notebook instance",
      "denied",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      sm("notebook-instance/x"),
      { ...ownProfile, ...ownTag, "aws:ResourceTag/cloister:person": "somebody-else" },
    ),
    row("data-scientist", "starts its own notebook instance", "allowed", "sagemaker:StartNotebookInstance", sm("notebook-instance/x"), {
      ...ownProfile,
      ...ownTag,
    }),
    row(
      "data-scientist",
      "starts another user's notebook instance",
      "denied",
      "sagemaker:StartNotebookInstance",
      sm("notebook-instance/x"),
      {
        ...ownProfile,
        ...ownTag,
        "aws:ResourceTag/cloister:person": "somebody-else",
      },
    ),
    ...(
      [
        ["its own profile, to open an app", "allowed", ids.profile, { "aws:SourceVpc": ids.vpcId }],
        ["its own profile without a VPC endpoint", ids.openApps === "anywhere" ? "allowed" : "denied", ids.profile, {}],
        ["its own profile through another network", "denied", ids.profile, elsewhere],
        ["another user's profile from inside Studio", "denied", "somebody-else", { "aws:SourceVpc": ids.vpcId }],
      ] as [string, Row["want"], string, Context][]
    ).map(([it, want, name, context]) =>
      row("execution", `opens ${it}`, want, "sagemaker:CreatePresignedDomainUrl", sm(`user-profile/${ids.domainId}/${name}`), {
        ...studio,
        ...context,
      }),
    ),
    row("execution", "creates its own private space", "allowed", "sagemaker:CreateSpace", space, owns(ids.profile, "Private")),
    row("execution", "creates a space for another user", "denied", "sagemaker:CreateSpace", space, owns("somebody-else", "Private")),
    ...attack("insider", "blocks the launch of the user profile of another user", [
      makesSpace("creates a space with the name of a product's space", "denied", "bo-li--studio"),
      makesSpace("creates a space with the name of a product's space in upper case", "denied", "BO-LI--STUDIO"),
    ]),
    makesSpace("creates a space with one dash in its name", "allowed", "bo-li-studio"),
    row("execution", "starts an app in its own space", "allowed", "sagemaker:CreateApp", app, owns(ids.profile, "Private")),
    row("execution", "starts an app in another user's space", "denied", "sagemaker:CreateApp", app, owns("somebody-else", "Private")),
    row("execution", "starts an app in a shared space", "allowed", "sagemaker:CreateApp", app, owns("somebody-else", "Shared")),
    row("execution", "starts an app on another instance type", from("strict"), "sagemaker:CreateApp", app, {
      ...owns(ids.profile, "Private"),
      "sagemaker:InstanceTypes": ["ml.p5.48xlarge"],
    }),
    row("execution", "deletes another user's space", "denied", "sagemaker:DeleteSpace", space, owns("somebody-else", "Private")),
    row("execution", "enables remote access to its own space", from("strict"), "sagemaker:UpdateSpace", space, {
      ...owns(ids.profile, "Private"),
      "sagemaker:RemoteAccess": "ENABLED",
    }),
    row(
      "execution",
      "creates a space in another domain",
      "denied",
      "sagemaker:CreateSpace",
      sm("space/d-other/notes"),
      owns(ids.profile, "Private"),
    ),
    row("execution", "connects a remote editor to a space", "denied", "sagemaker:StartSession", space, { ...ownTag, ...studio }),
    // Every API call of `cloister drain`.
    ...["team-administrator", "lifecycle"].flatMap((caller) => [
      ...["ListDomains", "ListApps", "ListSpaces", "ListUserProfiles", "ListEndpoints", "ListMonitoringSchedules"].map((action) =>
        row(caller, `lists what users run: ${action}`, "allowed", `sagemaker:${action}`, "*", {}, { proves: "STU-05" }),
      ),
      row(caller, "deletes any user's space", "allowed", "sagemaker:DeleteSpace", space, owns("somebody-else", "Private"), {
        proves: "STU-05",
      }),
      row(caller, "deletes a space of another domain", "denied", "sagemaker:DeleteSpace", sm("space/d-other/notes")),
      row(caller, "deletes a profile", "denied", "sagemaker:DeleteUserProfile", sm(`user-profile/${ids.domainId}/${ids.profile}`), ownTag),
      row(caller, "stops any user's app", "allowed", "sagemaker:DeleteApp", app),
      row(caller, "stops an app of another domain", "denied", "sagemaker:DeleteApp", sm("app/d-other/notes/JupyterLab/default")),
      row(caller, "starts an app", "denied", "sagemaker:CreateApp", app, owns(ids.profile, "Private")),
      row(caller, "stops a job of the environment", "allowed", "sagemaker:StopTrainingJob", sm("training-job/x"), ownTag),
      row(caller, "stops another environment's job", "denied", "sagemaker:StopTrainingJob", sm("training-job/x"), otherEnvironmentTag),
    ]),
    row("data-scientist", "stops another user's app", "denied", "sagemaker:DeleteApp", app, owns("somebody-else", "Private")),
    row("notebook", "stops another notebook instance", "denied", "sagemaker:StopNotebookInstance", sm("notebook-instance/other"), ownTag),
    row("data-science-administrator", "stops an app of any environment", "allowed", "sagemaker:DeleteApp", app, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("data-science-administrator", "stops an app without the tags of Cloister", "denied", "sagemaker:DeleteApp", app),
  ];

  // ---- Data: only data roles have access, only through the environment's network and under its keys.
  // W08, W09, W13, W21; DATA-03, DATA-05, DATA-06.

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
    ...["execution", "notebook"].flatMap((caller) => [
      ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"].flatMap((action) => [
        row(caller, `uses data from inside: ${action}`, "allowed", action, object, inside, {
          ...throughS3,
          proves: action === "s3:PutObject" ? "W08" : undefined,
        }),
        row(caller, `uses data from outside: ${action}`, "denied", action, object, {}, { proves: "W09" }),
        row(caller, `uses data from another network: ${action}`, "denied", action, object, elsewhere, { proves: "W13" }),
      ]),
      row(caller, "lists data from inside", "allowed", "s3:ListBucket", dataBucketArn, inside, { ...throughS3, proves: "DATA-06" }),
      row(caller, "looks up the region of a bucket from inside", "allowed", "s3:GetBucketLocation", dataBucketArn, inside, throughS3),
      row(caller, "lists data from outside", "denied", "s3:ListBucket", dataBucketArn, {}, { proves: "DATA-03" }),
      row(caller, "lists all buckets", "denied", "s3:ListAllMyBuckets", "*", inside, { proves: "DATA-06" }),
      row(
        caller,
        "writes into a bucket in the account without Cloister tags",
        "denied",
        "s3:PutObject",
        "arn:aws:s3:::another-bucket/x",
        inside,
        throughS3,
      ),
      row(caller, "writes into an unknown bucket", "denied", "s3:PutObject", "arn:aws:s3:::foreign-bucket/x", inside, {
        ...throughS3,
        owner: unknown.account,
        proves: "DATA-06",
      }),
      row(
        caller,
        "writes under the key of the bucket",
        "allowed",
        "s3:PutObject",
        object,
        put({ [header.algorithm]: "aws:kms", [header.key]: dataKeyArn }),
        throughS3,
      ),
      row(caller, "writes under the bucket's default", "allowed", "s3:PutObject", object, inside, throughS3),
      ...[object, artifact].flatMap((where, i) => {
        const what = ["data", "an artifact"][i]!;
        const writes = (it: string, headers: Context) =>
          row(caller, `writes ${what} ${it}`, "denied", "s3:PutObject", where, put(headers), throughS3);
        return [
          writes("under an unknown key", { [header.algorithm]: "aws:kms", [header.key]: unknown.key }),
          writes("under the key of S3", { [header.algorithm]: "AES256" }),
          writes("under a key of AWS", { [header.algorithm]: "aws:kms" }),
          writes("with double encryption, which the bucket does not use", { [header.algorithm]: "aws:kms:dsse", [header.key]: dataKeyArn }),
          writes("under a key of the caller", { [header.own]: "AES256" }),
          row(
            caller,
            `uses ${what} without TLS`,
            "denied",
            "s3:GetObject",
            where,
            { ...inside, "aws:SecureTransport": "false" },
            { ...throughS3, proves: "W21" },
          ),
        ];
      }),
      row(
        caller,
        "reads data of another environment",
        "denied",
        "s3:GetObject",
        `${dataBucketArn.replace(environment, `${environment}-2`)}/x`,
        inside,
        throughS3,
      ),
    ]),
    row("pipeline", "reads an evaluation from SageMaker's network", "allowed", "s3:GetObject", object, {}, { proves: "DATA-05" }),
    row("pipeline", "writes data", "denied", "s3:PutObject", object, inside),
    row("model", "reads its artifact from inside", "allowed", "s3:GetObject", artifact, inside, throughS3),
    row("model", "reads its artifact from outside", "denied", "s3:GetObject", artifact),
    row("model", "writes captured requests", "allowed", "s3:PutObject", `${dataBucketArn}/endpoint-capture/x`, inside, {
      ...throughS3,
      proves: "W17",
    }),
    row("model", "writes captured requests from outside", "denied", "s3:PutObject", `${dataBucketArn}/endpoint-capture/x`),
    row("model", "writes data", "denied", "s3:PutObject", object, inside),
    row("model", "writes artifacts", "denied", "s3:PutObject", artifact, inside),
    row("model", "reads data", "denied", "s3:GetObject", object, inside),
    ...["team-administrator", "data-scientist", "lifecycle", "data-science-administrator"].flatMap((caller) => [
      row(caller, "reads data", "denied", "s3:GetObject", object, inside),
      row(caller, "reads data from outside", "denied", "s3:GetObject", object),
    ]),
    // Principals that have all permissions in the account and are not data roles.
    ...verbs.flatMap((action) => [
      row("administrator", `accesses data from outside: ${action}`, "denied", action, object, {}, { proves: "W09" }),
      row("administrator", `accesses data from inside: ${action}`, "denied", action, object, inside, throughS3),
      row("neighbour", `accesses data from inside: ${action}`, "denied", action, object, inside, throughS3),
      row("deployer", `reads and deletes data from anywhere, for repairs: ${action}`, "allowed", action, object),
      row("break-glass", `reads and deletes data from anywhere, for repairs: ${action}`, "allowed", action, object),
    ]),
    row("administrator", "reads artifacts from inside", "denied", "s3:GetObject", artifact, inside, throughS3),
    row("administrator", "lists versions", "denied", "s3:ListBucketVersions", dataBucketArn),
    row("administrator", "lists data", "denied", "s3:ListBucket", dataBucketArn),
    row("administrator", "reads the bucket policy", "allowed", "s3:GetBucketPolicy", dataBucketArn),
    row("administrator", "repairs the bucket policy", "allowed", "s3:PutBucketPolicy", dataBucketArn),
    row("administrator", "removes the bucket policy", "allowed", "s3:DeleteBucketPolicy", dataBucketArn),
    row("deployer", "changes the bucket policy", "allowed", "s3:PutBucketPolicy", dataBucketArn),
    row("deployer", "deletes the bucket", "allowed", "s3:DeleteBucket", dataBucketArn),
    row("deployer", "reaches data without TLS", "denied", "s3:GetObject", object, { "aws:SecureTransport": "false" }, { proves: "W21" }),
    row("deployer", "writes under an unknown key", "denied", "s3:PutObject", object, {
      [header.algorithm]: "aws:kms",
      [header.key]: unknown.key,
    }),
    row("stranger", "reads data through the endpoint of the environment", "denied", "s3:GetObject", object, inside, {
      ...throughS3,
      owner: accountId,
    }),
    row(
      "stranger",
      "copies data to its own bucket through the endpoint of the environment",
      "denied",
      "s3:PutObject",
      "arn:aws:s3:::foreign-bucket/x",
      inside,
      { ...throughS3, owner: unknown.account },
    ),
    row("stranger", "reads data", "denied", "s3:GetObject", object, {}, { owner: accountId }),
  ];

  // ---- Keys (rows 29, 30; DATA-04): only data roles use keys, through services. Key administrators cannot use keys.

  const via = (service: string): Context => ({ "kms:ViaService": `${service}.${region}.amazonaws.com`, "aws:ViaAWSService": "true" });
  const uses = ["kms:Decrypt", "kms:GenerateDataKey"];
  const keyRows: Row[] = [
    ...["execution", "notebook"].flatMap((caller) => [
      ...uses.map((action) =>
        row(caller, `uses the data key through S3: ${action}`, "allowed", action, dataKeyArn, via("s3"), { proves: "DATA-04" }),
      ),
      ...uses.map((action) =>
        row(caller, `uses the data key directly: ${action}`, "denied", action, dataKeyArn, {}, { proves: "DATA-04" }),
      ),
      row(caller, "uses the data key through another service", "denied", "kms:Decrypt", dataKeyArn, via("secretsmanager")),
      row(caller, "allows AWS to use the data key for volumes", "allowed", "kms:CreateGrant", dataKeyArn, {
        "kms:GrantIsForAWSResource": "true",
        ...via("sagemaker"),
      }),
      row(caller, "creates a grant for the data key for another principal", "denied", "kms:CreateGrant", dataKeyArn, {
        "kms:GrantIsForAWSResource": "false",
      }),
      row(caller, "uses the key of logs", "denied", "kms:Decrypt", ids.logKeyArn, via("logs")),
      row(caller, "uses another environment's key", "denied", "kms:Decrypt", unknown.key, via("s3")),
    ]),
    row("pipeline", "reads under the data key through S3", "allowed", "kms:Decrypt", dataKeyArn, via("s3")),
    row("model", "reads under the data key through S3", "allowed", "kms:Decrypt", dataKeyArn, via("s3")),
    row("model", "writes under the data key through S3", "allowed", "kms:GenerateDataKey", dataKeyArn, via("s3"), { proves: "W17" }),
    row("model", "writes under the data key directly", "denied", "kms:GenerateDataKey", dataKeyArn),
    ...(
      [
        ["data-scientist", "grants SageMaker the data key for what it starts", "allowed", "sagemaker", "true"],
        ["data-scientist", "grants another service the data key", "denied", "ec2", "true"],
        ["data-scientist", "creates a grant for the data key for another principal", "denied", "sagemaker", "false"],
        ["team-administrator", "grants SageMaker the data key", "denied", "sagemaker", "true"],
        ["lifecycle", "grants SageMaker the data key", "denied", "sagemaker", "true"],
      ] as [string, string, Row["want"], string, string][]
    ).map(([caller, it, want, service, forAws]) =>
      row(caller, it, want, "kms:CreateGrant", dataKeyArn, { "kms:GrantIsForAWSResource": forAws, ...via(service) }),
    ),
    ...[dataKeyArn, ids.volumeKeyArn].flatMap((key, i) => {
      const which = ["data", "volumes"][i]!;
      return [
        ...["administrator", "data-science-administrator", "team-administrator", "data-scientist", "neighbour", "deployer"].flatMap(
          (caller) =>
            uses.flatMap((action) => [
              row(caller, `uses the ${which} key directly: ${action}`, "denied", action, key),
              ...(which === "data" ? [row(caller, `uses the ${which} key through S3: ${action}`, "denied", action, key, via("s3"))] : []),
            ]),
        ),
        row("administrator", `grants the ${which} key to itself`, "denied", "kms:CreateGrant", key, {
          "kms:GrantIsForAWSResource": "false",
        }),
        ...["administrator", "deployer"].flatMap((caller) =>
          [
            "kms:GetKeyPolicy",
            "kms:PutKeyPolicy",
            "kms:DescribeKey",
            "kms:EnableKeyRotation",
            "kms:ScheduleKeyDeletion",
            "kms:CancelKeyDeletion",
            "kms:TagResource",
          ].map((action) => row(caller, `administers the ${which} key: ${action}`, "allowed", action, key)),
        ),
        row("deployer", `grants Studio the ${which} key`, which === "volumes" ? "allowed" : "denied", "kms:CreateGrant", key, {
          "kms:GrantIsForAWSResource": "true",
          ...via("sagemaker"),
        }),
        ...["execution", "data-scientist", "team-administrator"].flatMap((caller) =>
          ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"].map((action) =>
            row(caller, `administers the ${which} key: ${action}`, "denied", action, key),
          ),
        ),
      ];
    }),
    row("data-science-administrator", "cancels the deletion of a key of Cloister", "allowed", "kms:CancelKeyDeletion", dataKeyArn, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("data-science-administrator", "changes a key policy", "denied", "kms:PutKeyPolicy", dataKeyArn, {
      "aws:ResourceTag/cloister:owner": "somebody",
    }),
    row("stranger", "decrypts under the data key", "denied", "kms:Decrypt", dataKeyArn, via("s3"), { owner: accountId }),
  ];

  // ---- Values, logs, images, interfaces (W23, W25).

  const parameter = (name: string) => arn("ssm", `parameter/cloister/${name}`);
  const small: Row[] = [
    row("execution", "reads the environment's values", "allowed", "ssm:GetParameter", parameter(`${environment}/vpc-id`), inside),
    row(
      "execution",
      "reads another environment's values",
      "denied",
      "ssm:GetParameter",
      parameter(`${environment}-2/vpc-id`),
      {},
      { proves: "W23" },
    ),
    row("execution", "writes values", "denied", "ssm:PutParameter", parameter(`${environment}/vpc-id`)),
    row("execution", "pulls an image", "allowed", "ecr:BatchGetImage", arn("ecr", "repository/train"), {}, { proves: "W25" }),
    row("data-scientist", "pulls an image", "denied", "ecr:BatchGetImage", arn("ecr", "repository/train")),
    row("execution", "signs in to images", "allowed", "ecr:GetAuthorizationToken", "*", {}, { proves: "W25" }),
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
    row(
      "execution",
      "creates an interface in its subnet",
      "allowed",
      "ec2:CreateNetworkInterface",
      arn("ec2", `subnet/${ids.subnetIds[0]}`),
    ),
    row(
      "execution",
      "creates an interface in an unknown subnet",
      "denied",
      "ec2:CreateNetworkInterface",
      arn("ec2", `subnet/${unknown.subnet}`),
    ),
    row("execution", "deletes an interface of its VPC", "allowed", "ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1"), {
      "ec2:Vpc": arn("ec2", `vpc/${ids.vpcId}`),
    }),
    row("execution", "deletes an interface of another VPC", "denied", "ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1"), {
      "ec2:Vpc": arn("ec2", "vpc/vpc-other"),
    }),
    row("data-scientist", "reads flow logs", "denied", "logs:GetLogEvents", arn("logs", "log-group:/flow:log-stream:x")),
    row("team-administrator", "describes budgets", "allowed", "budgets:ViewBudget", `arn:aws:budgets::${accountId}:budget/x`),
    row("data-scientist", "describes budgets", "denied", "budgets:ViewBudget", `arn:aws:budgets::${accountId}:budget/x`),
    ...["StartQuery", "GetLogEvents"].flatMap((action) => {
      const denied = arn("logs", `log-group:/aws/events/cloister/${environment}/denied-calls`);
      const neighbours = denied.replace(`/${environment}/`, `/${environment}-2/`);
      const on = (group: string) => (action === "GetLogEvents" ? `${group}:log-stream:x` : group);
      return [
        row("team-administrator", `reads denied calls: ${action}`, "allowed", `logs:${action}`, on(denied), inside),
        row(
          "team-administrator",
          `reads another environment's denied calls: ${action}`,
          "denied",
          `logs:${action}`,
          on(neighbours),
          inside,
        ),
        row("data-scientist", `reads denied calls: ${action}`, "denied", `logs:${action}`, on(denied)),
      ];
    }),
    row("data-science-administrator", "lists buckets, which has no region", "allowed", "s3:ListAllMyBuckets", "*", {
      "aws:RequestedRegion": "us-east-1",
    }),
    row("data-science-administrator", "describes settings of buckets", "allowed", "s3:GetBucketPolicy", dataBucketArn),
  ];

  // ---- Which roles can be passed to SageMaker, and which principals assume these roles (W03, W04; IAM-06).

  const { roleArns } = ids;
  const toService = (service: string): Context => ({ "iam:PassedToService": service });
  const pass = (caller: string, role: string, want: Row["want"]) =>
    row(caller, `passes ${role}`, want, "iam:PassRole", roleArns[role]!, toService("sagemaker.amazonaws.com"));
  const handing: Row[] = [
    ...["pipeline", "model", "execution"].map((role) => pass("execution", role, "allowed")),
    ...["pipeline", "model", "execution", "notebook"].map((role) => pass("data-scientist", role, "allowed")),
    ...["execution", "data-scientist", "notebook", "pipeline"].map((caller) => pass(caller, "colleague", "denied")),
    pass("pipeline", "execution", "allowed"),
    pass("pipeline", "pipeline", "denied"),
    ...[...serviceRoles, "data-scientist"].flatMap((caller) =>
      ["administrator", "deployer", "team-administrator", "neighbour"].map((role) => pass(caller, role, "denied")),
    ),
    ...["team-administrator", "lifecycle", "data-science-administrator", "model"].map((caller) => pass(caller, "execution", "denied")),
    ...["execution", "data-scientist", "pipeline"].flatMap((caller) =>
      ["ec2", "lambda", "codebuild", "glue", "cloudformation"].map((service) =>
        row(
          caller,
          `passes the execution role to ${service}`,
          "denied",
          "iam:PassRole",
          roleArns.execution!,
          toService(`${service}.amazonaws.com`),
        ),
      ),
    ),
    // A job with the pipeline role would have credentials that bucket policies exempt from the network restriction.
    ...["training-job/x", "processing-job/x", "notebook-instance/x"].map((resource) =>
      row("sagemaker.amazonaws.com", `assumes pipeline for ${resource}`, "denied", "sts:AssumeRole", roleArns.pipeline!, {
        "aws:SourceAccount": accountId,
        "aws:SourceArn": sm(resource),
      }),
    ),
    ...serviceRoles.flatMap((role) => {
      const thisAccount: Context = {
        "aws:SourceAccount": accountId,
        "aws:SourceArn": sm(role === "pipeline" ? "pipeline/x" : "training-job/x"),
      };
      return [
        row("sagemaker.amazonaws.com", `assumes ${role} for this account`, "allowed", "sts:AssumeRole", roleArns[role]!, thisAccount, {
          proves: "W03",
        }),
        row("sagemaker.amazonaws.com", `assumes ${role} for another account`, "denied", "sts:AssumeRole", roleArns[role]!, {
          "aws:SourceAccount": unknown.account,
          "aws:SourceArn": arn("sagemaker", "training-job/x", unknown.account),
        }),
        row("lambda.amazonaws.com", `assumes ${role}`, "denied", "sts:AssumeRole", roleArns[role]!, thisAccount),
        row("administrator", `assumes ${role}`, "denied", "sts:AssumeRole", roleArns[role]!, { "aws:MultiFactorAuthPresent": "true" }),
      ];
    }),
  ];

  // ---- Requests that only the permissions boundaries deny.

  const keptFromProducts = (caller: string): Row[] => {
    const deniedTo = (it: string, action: string, resource: string, context: Context = {}) =>
      row(caller, `made by a product, ${it}`, "denied", action, resource, context);
    // The permissions boundary of the account has these guardrails in every profile.
    const deniedFromVpc = (it: string, action: string, resource: string, context: Context) => ({
      ...deniedTo(it, action, resource, context),
      want: caller === "product" ? from("vpc") : ("denied" as const),
    });
    const job: Context = { ...network, ...keys, ...traffic, ...instance };
    return [
      deniedTo("changes the domain", "sagemaker:UpdateDomain", sm(`domain/${ids.domainId}`)),
      deniedFromVpc("creates a labeling job", "sagemaker:CreateLabelingJob", sm("labeling-job/x"), keys),
      deniedFromVpc("trains without subnets", "sagemaker:CreateTrainingJob", sm("training-job/x"), omit(job, "sagemaker:VpcSubnets")),
      deniedFromVpc(
        "trains without groups",
        "sagemaker:CreateTrainingJob",
        sm("training-job/x"),
        omit(job, "sagemaker:VpcSecurityGroupIds"),
      ),
      deniedFromVpc("schedules a monitor that contains its job", "sagemaker:CreateMonitoringSchedule", sm("monitoring-schedule/x"), job),
      deniedTo("creates an internet gateway", "ec2:CreateInternetGateway", arn("ec2", "internet-gateway/igw-1")),
      deniedTo("writes itself another policy", "iam:PutRolePolicy", roleArns[caller]!),
      deniedTo("removes its boundary", "iam:DeleteRolePermissionsBoundary", roleArns[caller]!),
      deniedTo("works in another region", "sagemaker:CreateTrainingJob", sm("training-job/x"), {
        ...job,
        "aws:RequestedRegion": "us-east-1",
      }),
      deniedTo("passes the deploying role", "iam:PassRole", roleArns.deployer!, toService("sagemaker.amazonaws.com")),
      row(
        caller,
        "made by a product, trains with every required value",
        "allowed",
        "sagemaker:CreateTrainingJob",
        sm("training-job/x"),
        job,
      ),
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
    hubProduct(`creates a notebook instance ${it}`, want, "sagemaker:CreateNotebookInstance", notebook, context);
  const products: Row[] = [
    ...productRoles.flatMap(keptFromProducts),
    row(
      "product",
      "made by a product, creates a notebook instance",
      "denied",
      "sagemaker:CreateNotebookInstance",
      notebook,
      notebookOf({ ...keys, ...instance }),
    ),
    row("product", "made by a product, enables remote debugging", from("strict"), "sagemaker:CreateTrainingJob", sm("training-job/x"), {
      ...network,
      ...keys,
      ...traffic,
      ...instance,
      "sagemaker:EnableRemoteDebug": "true",
    }),
    row("product", "made by a product, enables remote access to a space", from("strict"), "sagemaker:UpdateSpace", space, {
      "sagemaker:RemoteAccess": "ENABLED",
    }),
    makes("that meets every guardrail", "allowed", notebookOf({})),
    makes("with internet", "denied", notebookOf({ "sagemaker:DirectInternetAccess": "Enabled" })),
    makes("with root", "denied", notebookOf({ "sagemaker:RootAccess": "Enabled" })),
    makes("without a root setting", "denied", omit(notebookOf({}), "sagemaker:RootAccess")),
    makes("with IMDSv1", "denied", notebookOf({ "sagemaker:MinimumInstanceMetadataServiceVersion": "1" })),
    hubProduct("enables root in an update", "denied", "sagemaker:UpdateNotebookInstance", notebook, { "sagemaker:RootAccess": "Enabled" }),
    hubProduct("enables IMDSv1 in an update", "denied", "sagemaker:UpdateNotebookInstance", notebook, {
      "sagemaker:MinimumInstanceMetadataServiceVersion": "1",
    }),
    hubProduct("changes a key policy", "denied", "kms:PutKeyPolicy", unknown.key),
    hubProduct("grants a key to another principal", "denied", "kms:CreateGrant", unknown.key, { "kms:GrantIsForAWSResource": "false" }),
    hubProduct("deletes logs", "denied", "logs:DeleteLogGroup", arn("logs", "log-group:/flow")),
  ];

  // ---- The same conditions in all roles with these conditions.

  const endpointConfig = sm("endpoint-config/x");
  const interfaceOfOther: Context = { "ec2:Vpc": arn("ec2", "vpc/vpc-other") };
  const narrow: Row[] = [
    ...["pipeline", "notebook", "team-administrator"].map((caller) =>
      row(
        caller,
        "describes another environment's job",
        "denied",
        "sagemaker:DescribeTrainingJob",
        sm("training-job/x"),
        otherEnvironmentTag,
      ),
    ),
    ...["execution", "pipeline", "notebook", "data-scientist"].map((caller) =>
      row(caller, "creates an endpoint without a tag", "denied", "sagemaker:CreateEndpoint", endpoint),
    ),
    ...["pipeline", "notebook", "data-scientist"].flatMap((caller) => [
      row(
        caller,
        "uses another environment's endpoint configuration",
        "denied",
        "sagemaker:CreateEndpoint",
        endpointConfig,
        otherEnvironmentTag,
      ),
      row(
        caller,
        "tags another environment's resource as its own",
        "denied",
        "sagemaker:AddTags",
        sm("training-job/x"),
        otherEnvironmentTag,
      ),
    ]),
    ...["pipeline", "notebook", "model"].map((caller) =>
      row(
        caller,
        "deletes an interface of another VPC",
        "denied",
        "ec2:DeleteNetworkInterface",
        arn("ec2", "network-interface/eni-1"),
        interfaceOfOther,
      ),
    ),
    ...["notebook", "model"].map((caller) =>
      row(caller, "writes other metrics", "denied", "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "Custom" }),
    ),
    row("execution", "creates a space without a sharing type", "denied", "sagemaker:CreateSpace", space, {
      ...omit(owns(ids.profile, "Private"), "sagemaker:SpaceSharingType"),
    }),
    row(
      "data-scientist",
      "starts its own notebook instance from outside",
      "denied",
      "sagemaker:StartNotebookInstance",
      sm("notebook-instance/x"),
      { ...omit(ownProfile, "aws:SourceVpc"), ...ownTag },
    ),
    row(
      "data-scientist",
      "starts its own notebook instance of another environment",
      "denied",
      "sagemaker:StartNotebookInstance",
      sm("notebook-instance/x"),
      { ...ownProfile, ...otherEnvironmentTag },
    ),
    row("data-scientist", "describes the data key through SageMaker", "allowed", "kms:DescribeKey", dataKeyArn, via("sagemaker")),
    row("data-scientist", "describes the data key directly", "denied", "kms:DescribeKey", dataKeyArn),
    row("data-science-administrator", "disables a key without the tags of Cloister", "denied", "kms:DisableKey", unknown.key),
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
    ...escalationsOf(ids, row),
    ...topics.flatMap((topic) => topic(kit)),
  ];
}

/**
 * Known privilege escalations, attempted with each role that is not an administrator.
 * Source: Rhino Security Labs "AWS IAM privilege escalation methods"; AWS "Permissions boundaries".
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
    ["creates a role", "iam:CreateRole", iam("role/new")],
    ["creates a user", "iam:CreateUser", iam("user/new")],
    ["creates an access key", "iam:CreateAccessKey", iam("user/admin")],
    ["creates a console password", "iam:CreateLoginProfile", iam("user/admin")],
    ["changes a console password", "iam:UpdateLoginProfile", iam("user/admin")],
    ["joins a group", "iam:AddUserToGroup", iam("group/admins")],
    ["attaches a policy to a group", "iam:AttachGroupPolicy", iam("group/admins")],
    ["tags a role", "iam:TagRole", own],
    ["changes a sign-in provider", "iam:UpdateSAMLProvider", iam("saml-provider/bank")],
    ["assumes the deploying role", "sts:AssumeRole", roleArns.deployer!],
    ["assumes the organization's role", "sts:AssumeRole", iam("role/OrganizationAccountAccessRole")],
    ["passes the deploying role to SageMaker", "iam:PassRole", roleArns.deployer!, to("sagemaker")],
    ["passes the deploying role to EC2", "iam:PassRole", roleArns.deployer!, to("ec2")],
    ["passes a role to Lambda", "iam:PassRole", roleArns.deployer!, to("lambda")],
    ["passes a role to CodeBuild", "iam:PassRole", roleArns.deployer!, to("codebuild")],
    ["passes a role to Glue", "iam:PassRole", roleArns.deployer!, to("glue")],
    ["passes a role to CloudFormation", "iam:PassRole", roleArns.deployer!, to("cloudformation")],
    ["passes a role to Service Catalog", "iam:PassRole", roleArns.deployer!, to("servicecatalog")],
    ["starts an instance", "ec2:RunInstances", arn("ec2", "instance/i-1")],
    ["creates a function", "lambda:CreateFunction", arn("lambda", "function:x")],
    ["changes a function's code", "lambda:UpdateFunctionCode", arn("lambda", "function:x")],
    ["creates a build", "codebuild:CreateProject", arn("codebuild", "project/x")],
    ["starts a build", "codebuild:StartBuild", arn("codebuild", "project/x")],
    ["creates a stack", "cloudformation:CreateStack", arn("cloudformation", "stack/x/1")],
    ["changes a stack", "cloudformation:UpdateStack", arn("cloudformation", "stack/x/1")],
    [
      "launches a product under its launch role",
      "servicecatalog:ProvisionProduct",
      `arn:aws:catalog:${region}:${accountId}:product/prod-1`,
    ],
    ["creates a Glue endpoint", "glue:CreateDevEndpoint", "*"],
    ["runs a command on instances", "ssm:SendCommand", arn("ec2", "instance/i-1")],
    ["opens a session on an instance", "ssm:StartSession", arn("ec2", "instance/i-1")],
    ["grants a key to itself", "kms:CreateGrant", ids.dataKeyArn, { "kms:GrantIsForAWSResource": "false" }],
    ["changes a key policy", "kms:PutKeyPolicy", ids.dataKeyArn],
    ["changes a bucket policy", "s3:PutBucketPolicy", ids.dataBucketArn],
    [
      "opens another user's profile",
      "sagemaker:CreatePresignedDomainUrl",
      arn("sagemaker", `user-profile/${ids.domainId}/somebody-else`),
      { "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}`, "aws:SourceVpc": ids.vpcId },
    ],
    [
      "opens another user's notebook instance",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      arn("sagemaker", "notebook-instance/x"),
      { "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}`, "aws:SourceVpc": ids.vpcId },
    ],
    [
      "creates a lifecycle configuration for other users",
      "sagemaker:CreateStudioLifecycleConfig",
      arn("sagemaker", "studio-lifecycle-config/x"),
    ],
    [
      "changes the lifecycle configuration of a notebook instance",
      "sagemaker:UpdateNotebookInstanceLifecycleConfig",
      arn("sagemaker", "notebook-instance-lifecycle-config/x"),
    ],
    ["creates an image version for Studio", "sagemaker:CreateImageVersion", arn("sagemaker", "image/x")],
    ["stops the trail", "cloudtrail:StopLogging", arn("cloudtrail", "trail/x")],
    ["reads a secret", "secretsmanager:GetSecretValue", arn("secretsmanager", "secret:x")],
  ];
  return [...serviceRoles, ...userRoles].flatMap((caller) =>
    methods.map(([it, action, resource, context]) => row(caller, `escalates: ${it}`, "denied", action, resource, context)),
  );
}
