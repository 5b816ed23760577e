// Defines the guardrails on SageMaker calls. Permissions boundaries and organization policies contain them. Pure.
// An action is always denied if it does not support the condition key of its guardrail. A test therefore compares the
// guardrails with the AWS Service Authorization Reference.
import { type Permission, type Statement } from "../aws/policy-document";
import { actionPatterns, shortenActions } from "./action-patterns";

/**
 * How strict an environment is. `open` lets roles choose any network, and `vpc` requires the environment's network.
 * `strict` also requires the environment's keys, encrypted traffic and allowed instance types.
 */
export const profiles = ["open", "vpc", "strict"] as const;
export type Profile = (typeof profiles)[number];

/** Allowed values in one environment. Without these values, a guardrail can only require that a call has any value. */
export interface Perimeter {
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** Key for job volumes, `arn:…:key/…`. */
  keyArn: string;
  /** Keys of the buckets for job results, starting with the key of the data bucket, `arn:…:key/…`. */
  resultKeyArns: string[];
  /** Allowed instance types, `ml.m5.large`. An empty list allows all. */
  instanceTypes: string[];
}

export interface GuardrailChoice {
  profile: Profile;
  /** Whether job and model containers have no network access at all, not even to the environment's network. */
  networkIsolation: boolean;
}

/** The value of a condition key that a call must have. */
export type Requirement =
  /** The call is always denied. */
  | { never: true }
  | { present: string }
  | { absent: string }
  /** Every value of the call is one of these values. A call without values meets the requirement. */
  | { oneOf: string; values: (perimeter: Perimeter) => string[] }
  /** The ARN of a KMS key, in the current condition key, or in the old condition key where AWS still sets that one. */
  | { key: string; value: (perimeter: Perimeter) => string | string[]; when?: Statement["Condition"] }
  | { is: string; value: string }
  | { isNot: string; value: string }
  | { isTrue: string }
  | { isNotTrue: string };

export interface Guardrail {
  /** Sid of the statement. */
  id: string;
  about: string;
  /** The least strict profile with this guardrail. `isolation`: every profile, if containers have no network access. */
  from: Profile | "isolation";
  /** SageMaker actions without the prefix `sagemaker:`. */
  actions: readonly string[];
  requires: Requirement;
}

const autoMlJobs = actionPatterns["C*AutoML*"]!;
/** Actions that create monitoring job definitions, or training, processing and tuning jobs. */
const otherJobs = [...actionPatterns["C*JobDef*"]!, ...actionPatterns["Create*r*ingJob"]!];
/** Actions whose callers choose the network of a job. A batch transform job uses the network of its model instead. */
const jobs = [...autoMlJobs, ...otherJobs];
const networked = [...jobs, "CreateModel", "CreateNotebookInstance"];
/** A monitoring schedule names a job definition, and creating a job definition must meet every guardrail on jobs. */
const monitoringSchedules = ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"];
const spaces = ["CreateSpace", "UpdateSpace"];

const subnets = ({ subnetIds }: Perimeter) => subnetIds;
const securityGroups = ({ securityGroupIds }: Perimeter) => securityGroupIds;
const volumeKey = ({ keyArn }: Perimeter) => keyArn;
const resultKeys = ({ resultKeyArns }: Perimeter) => resultKeyArns;
/** Key for offline feature stores, which are in the data bucket. */
const dataBucketKey = ({ resultKeyArns }: Perimeter) => resultKeyArns[0]!;

/**
 * Source: AWS Service Authorization Reference, SageMaker; AWS "Identity-based policies for SageMaker AI";
 * AWS Security Hub SageMaker.1 to .3.
 */
export const guardrails: Guardrail[] = [
  {
    id: "KeepTheDomain",
    about: "No role creates, updates or deletes a Studio domain.",
    from: "open",
    actions: ["CreateDomain", "DeleteDomain", "UpdateDomain"],
    requires: { never: true },
  },
  {
    id: "NoOtherCompute",
    about:
      "No role creates compute whose network cannot be restricted: clusters, compilation jobs, labeling jobs, MLflow servers and similar.",
    from: "vpc",
    actions: [
      "CreateCluster",
      "UpdateCluster",
      "CreateAIBenchmarkJob",
      "CreateAlgorithm",
      "CreateEdgePackagingJob",
      "CreateInferenceRecommendationsJob",
      "CreateJob",
      "CreateLabelingJob",
      "CreateMlflowApp",
      "CreateMlflowTrackingServer",
      "CreatePartnerApp",
      "CreateAIRecommendationJob",
      "CreateCompilationJob",
      "CreateOptimizationJob",
    ],
    requires: { never: true },
  },
  {
    id: "InSubnets",
    about: "Jobs, models and notebook instances must specify subnets.",
    from: "vpc",
    actions: networked,
    requires: { present: "VpcSubnets" },
  },
  {
    id: "InGroups",
    about: "Jobs, models and notebook instances must specify security groups.",
    from: "vpc",
    actions: networked,
    requires: { present: "VpcSecurityGroupIds" },
  },
  {
    id: "InOurSubnets",
    about: "Calls that specify subnets must specify only the environment's subnets.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", ...monitoringSchedules],
    requires: { oneOf: "VpcSubnets", values: subnets },
  },
  {
    id: "InOurGroups",
    about: "Calls that specify security groups must specify only the environment's security groups.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", ...monitoringSchedules],
    requires: { oneOf: "VpcSecurityGroupIds", values: securityGroups },
  },
  {
    id: "MonitorsByDefinition",
    about: "Monitoring schedules must specify an existing job definition instead of defining a job inline.",
    from: "vpc",
    actions: monitoringSchedules,
    // The AWS Service Authorization Reference does not list this condition key.
    // Source: AWS "Configuring service control policies for monitoring schedules".
    requires: { present: "ModelMonitorJobDefinitionName" },
  },
  {
    id: "NoServerless",
    about: "Endpoints must not be serverless, because serverless endpoints have no network configuration.",
    from: "vpc",
    actions: ["CreateEndpointConfig"],
    // Source: AWS "Deploy models with Amazon SageMaker Serverless Inference", feature exclusions.
    requires: { absent: "ServerlessMaxConcurrency" },
  },
  {
    id: "NoFileSystems",
    about: "Training jobs must not mount file systems, because the file system of Studio contains the files of all users.",
    from: "vpc",
    actions: ["CreateHyperParameterTuningJob", "CreateTrainingJob"],
    // Source: AWS API, `FileSystemDataSource` of a training job.
    requires: { absent: "FileSystemId" },
  },
  {
    id: "NotebooksOffline",
    about: "Notebook instances must not have direct internet access.",
    from: "vpc",
    actions: ["CreateNotebookInstance"],
    requires: { is: "DirectInternetAccess", value: "Disabled" },
  },
  {
    id: "VolumeKey",
    about: "Volumes must be encrypted with the environment's key.",
    from: "strict",
    actions: [...jobs, "CreateNotebookInstance", "CreateEndpointConfig", "CreateTransformJob"],
    requires: { key: "VolumeKmsKey", value: volumeKey },
  },
  {
    id: "ResultKey",
    about: "Job results must be encrypted with the key of one of the environment's buckets.",
    from: "strict",
    actions: [...jobs, "CreateTransformJob"],
    requires: { key: "OutputKmsKey", value: resultKeys },
  },
  {
    id: "OfflineFeatureKey",
    about: "Offline feature stores must be encrypted with the key of the data bucket.",
    from: "strict",
    actions: ["CreateFeatureGroup"],
    requires: {
      key: "FeatureGroupOfflineStoreKmsKey",
      value: dataBucketKey,
      when: { Null: { "sagemaker:FeatureGroupOfflineStoreS3Uri": "false" } },
    },
  },
  {
    id: "OnlineFeatureKey",
    about: "Online feature stores must be encrypted with the environment's key.",
    from: "strict",
    actions: ["CreateFeatureGroup"],
    requires: {
      key: "FeatureGroupOnlineStoreKmsKey",
      value: volumeKey,
      when: { Bool: { "sagemaker:FeatureGroupEnableOnlineStore": "true" } },
    },
  },
  {
    id: "ContainerTraffic",
    about: "Traffic between the containers of a job must be encrypted.",
    from: "strict",
    actions: jobs,
    requires: { isTrue: "InterContainerTrafficEncryption" },
  },
  {
    id: "InstanceTypes",
    about: "Calls must specify only instance types that the setting `studio.instanceTypes` allows.",
    from: "strict",
    actions: [
      ...otherJobs,
      ...monitoringSchedules,
      "CreateApp",
      "CreateEndpointConfig",
      "CreateNotebookInstance",
      "CreateTransformJob",
      "UpdateNotebookInstance",
      "UpdateTrainingJob",
      ...spaces,
    ],
    requires: { oneOf: "InstanceTypes", values: ({ instanceTypes }) => instanceTypes },
  },
  {
    id: "NotebooksWithoutRoot",
    about: "Notebook instances must not give users root access.",
    from: "strict",
    actions: ["CreateNotebookInstance"],
    requires: { is: "RootAccess", value: "Disabled" },
  },
  {
    id: "NoRootLater",
    about: "Updates of notebook instances must not enable root access.",
    from: "strict",
    actions: ["UpdateNotebookInstance"],
    requires: { isNot: "RootAccess", value: "Enabled" },
  },
  {
    id: "NotebooksWithImdsV2",
    about: "Notebook instances must require version 2 of the instance metadata service.",
    from: "strict",
    actions: ["CreateNotebookInstance"],
    requires: { is: "MinimumInstanceMetadataServiceVersion", value: "2" },
  },
  {
    id: "NoImdsV1Later",
    about: "Updates of notebook instances must not enable version 1 of the instance metadata service.",
    from: "strict",
    actions: ["UpdateNotebookInstance"],
    requires: { isNot: "MinimumInstanceMetadataServiceVersion", value: "1" },
  },
  {
    id: "NoRemoteEditors",
    about: "Spaces must not allow remote access from editors outside of Studio.",
    from: "strict",
    actions: spaces,
    requires: { isNot: "RemoteAccess", value: "ENABLED" },
  },
  {
    id: "NoRemoteDebugging",
    about: "Training jobs must not allow remote debugging.",
    from: "strict",
    actions: ["CreateTrainingJob", "UpdateTrainingJob"],
    requires: { isNotTrue: "EnableRemoteDebug" },
  },
  {
    id: "Isolated",
    about: "Job and model containers must have no network access.",
    from: "isolation",
    actions: [...otherJobs, "CreateModel"],
    requires: { isTrue: "NetworkIsolation" },
  },
];

/**
 * Both condition keys for an encryption key: AWS renamed the condition key and documents only the new name.
 * In one condition block, a match of either condition key is enough.
 */
const bothNames = (key: string, value: string | string[]) => ({ [`sagemaker:${key}Arn`]: value, [`sagemaker:${key}`]: value });

/** The condition under which a call violates a requirement; undefined if there is no value to compare with. */
function violation(requires: Requirement, perimeter?: Perimeter): Statement["Condition"] | "always" | undefined {
  if ("never" in requires) return "always";
  if ("present" in requires) return { Null: { [`sagemaker:${requires.present}`]: "true" } };
  if ("absent" in requires) return { Null: { [`sagemaker:${requires.absent}`]: "false" } };
  if ("oneOf" in requires) {
    const values = perimeter ? requires.values(perimeter) : [];
    return values.length > 0 ? { "ForAnyValue:StringNotEquals": { [`sagemaker:${requires.oneOf}`]: values } } : undefined;
  }
  if ("key" in requires)
    return perimeter
      ? { ArnNotEquals: bothNames(requires.key, requires.value(perimeter)), ...requires.when }
      : { ...requires.when, Null: { ...requires.when?.Null, ...bothNames(requires.key, "true") } };
  // Negated operators and IfExists also match an absent condition key, because no AWS default is the required value.
  if ("is" in requires) return { StringNotEquals: { [`sagemaker:${requires.is}`]: requires.value } };
  if ("isTrue" in requires) return { BoolIfExists: { [`sagemaker:${requires.isTrue}`]: "false" } };
  if ("isNotTrue" in requires) return { Bool: { [`sagemaker:${requires.isNotTrue}`]: "true" } };
  return { StringEquals: { [`sagemaker:${requires.isNot}`]: requires.value } };
}

/** Whether a guardrail restricts only calls that have a value. */
const isOptional = ({ requires }: Guardrail) =>
  "absent" in requires || "oneOf" in requires || "isNot" in requires || "isNotTrue" in requires;

/**
 * Guardrails as conditions of one Allow statement for all actions, and the guardrails that need a Deny statement.
 * The conditions are true for calls without the condition keys. They are shorter than Deny statements.
 */
export function conditionsOf(
  selected: readonly Guardrail[],
  perimeter: Perimeter,
): { condition: NonNullable<Statement["Condition"]>; rest: Guardrail[] } {
  const condition: NonNullable<Statement["Condition"]> = {};
  const add = (operator: string, key: string, value: string | string[]) =>
    (condition[operator] = { ...condition[operator], [`sagemaker:${key}`]: value });
  for (const { requires } of selected.filter(isOptional)) {
    if ("oneOf" in requires && requires.values(perimeter).length > 0)
      add("ForAllValues:StringEquals", requires.oneOf, requires.values(perimeter));
    if ("absent" in requires) add("Null", requires.absent, "true");
    if ("isNot" in requires) add("StringNotEquals", requires.isNot, requires.value);
    if ("isNotTrue" in requires) add("BoolIfExists", requires.isNotTrue, "false");
  }
  return { condition, rest: selected.filter((guardrail) => !isOptional(guardrail)) };
}

const applies = ({ from }: Guardrail, { profile, networkIsolation }: GuardrailChoice) =>
  from === "isolation" ? networkIsolation : profiles.indexOf(from) <= profiles.indexOf(profile);

/** The guardrails that a choice selects. */
export const guardrailsOf = (choice: GuardrailChoice) => guardrails.filter((guardrail) => applies(guardrail, choice));

/**
 * Guardrails as deny statements.
 * Without a perimeter, as in organization policies, a call must have each value, but the value can be any.
 */
export const deniesOf = (selected: readonly Guardrail[], perimeter?: Perimeter): Permission[] =>
  selected.flatMap(({ id, about, actions, requires }): Permission[] => {
    const Condition = violation(requires, perimeter);
    if (!Condition) return [];
    const names = shortenActions(actions).map((name) => `sagemaker:${name}`);
    const statement: Statement = { Sid: id, Effect: "Deny", Action: names.length === 1 ? names[0]! : names, Resource: "*" };
    return [{ about, statement: Condition === "always" ? statement : { ...statement, Condition } }];
  });

const notebookActions = ["CreateNotebookInstance", "UpdateNotebookInstance"];

/** Whether a guardrail applies only to notebook instances. */
export const isAboutNotebooks = ({ actions }: Guardrail) => actions.every((name) => notebookActions.includes(name));

/** Guardrails for roles that create no notebook instances. */
export const withoutNotebooks = (selected: readonly Guardrail[]): Guardrail[] =>
  selected
    .map((guardrail) => ({ ...guardrail, actions: guardrail.actions.filter((name) => !notebookActions.includes(name)) }))
    .filter(({ actions }) => actions.length > 0);
