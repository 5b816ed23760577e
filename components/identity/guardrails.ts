// Guardrails on SageMaker calls: one table, from which permissions boundaries and organization policies are made. Pure.
// A condition key on an action that does not support it would always deny that action. A test compares the table with the
// AWS Service Authorization Reference.
import { type Permission, type Statement } from "../aws/policy-document";
import { actionPatterns, shortenActions } from "./action-patterns";

/**
 * How strict an environment is. `open` lets roles choose their network, `vpc` requires the network of the environment,
 * `strict` also requires its keys, encrypted traffic and allowed instance types.
 */
export const profiles = ["open", "vpc", "strict"] as const;
export type Profile = (typeof profiles)[number];

/** Values of one environment. Without them, a guardrail can only require that a value is present. */
export interface Perimeter {
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** Key of job volumes, `arn:…:key/…`. */
  keyArn: string;
  /** Keys of buckets that jobs write results to, the key of the data bucket first, `arn:…:key/…`. */
  resultKeyArns: string[];
  /** `ml.m5.large`; empty allows all. */
  instanceTypes: string[];
}

export interface GuardrailChoice {
  profile: Profile;
  /** Whether containers of jobs and models get no network at all, not even the environment's. */
  networkIsolation: boolean;
}

/** What a call must state in a condition key. */
type Requirement =
  /** The call is always denied. */
  | { never: true }
  | { present: string }
  /** Every value is one of these. A call without values meets it. */
  | { oneOf: string; values: (perimeter: Perimeter) => string[] }
  /** The ARN of a key, in its current condition key or, where AWS still sets it, the old one. */
  | { key: string; value: (perimeter: Perimeter) => string | string[]; when?: Statement["Condition"] }
  | { is: string; value: string }
  | { isNot: string; value: string }
  | { isTrue: string }
  | { isNotTrue: string };

export interface Guardrail {
  /** Sid of the statement. */
  id: string;
  about: string;
  /** The weakest profile with this guardrail. `isolation`: every profile, if containers get no network. */
  from: Profile | "isolation";
  /** SageMaker actions without prefix. */
  actions: readonly string[];
  requires: Requirement;
}

const autoMlJobs = actionPatterns["C*AutoML*"]!;
/** Definitions of monitoring jobs; training, processing and tuning jobs. */
const otherJobs = [...actionPatterns["C*JobDef*"]!, ...actionPatterns["Create*r*ingJob"]!];
/** Calls that start something in a network of their choice. Batch transform uses the network of its model. */
const jobs = [...autoMlJobs, ...otherJobs];
const networked = [...jobs, "CreateModel", "CreateNotebookInstance"];
/** Monitoring schedules name a job definition, whose creation must meet every guardrail of a job. */
const monitoringSchedules = ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"];
const spaces = ["CreateSpace", "UpdateSpace"];

const subnets = ({ subnetIds }: Perimeter) => subnetIds;
const securityGroups = ({ securityGroupIds }: Perimeter) => securityGroupIds;
const volumeKey = ({ keyArn }: Perimeter) => keyArn;
const resultKeys = ({ resultKeyArns }: Perimeter) => resultKeyArns;
/** Offline feature stores are in the data bucket. */
const dataBucketKey = ({ resultKeyArns }: Perimeter) => resultKeyArns[0]!;

/** Source: AWS Service Authorization Reference, SageMaker; AWS "Identity-based policies for SageMaker AI"; AWS Security Hub SageMaker.1 to .3. */
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
    about: "No compute whose network cannot be restricted: clusters, compilation, labeling, MLflow servers and similar.",
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
    about: "Jobs, models and notebook instances must name subnets.",
    from: "vpc",
    actions: networked,
    requires: { present: "VpcSubnets" },
  },
  {
    id: "InGroups",
    about: "Jobs, models and notebook instances must name security groups.",
    from: "vpc",
    actions: networked,
    requires: { present: "VpcSecurityGroupIds" },
  },
  {
    id: "InOurSubnets",
    about: "Calls that name subnets must name only those of the environment.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", ...monitoringSchedules],
    requires: { oneOf: "VpcSubnets", values: subnets },
  },
  {
    id: "InOurGroups",
    about: "Calls that name security groups must name only those of the environment.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", ...monitoringSchedules],
    requires: { oneOf: "VpcSecurityGroupIds", values: securityGroups },
  },
  {
    id: "MonitorsByDefinition",
    about: "Monitoring schedules must name a job definition and not contain one.",
    from: "vpc",
    actions: monitoringSchedules,
    // The reference does not list this condition key. Source: AWS "Configuring service control policies for monitoring schedules".
    requires: { present: "ModelMonitorJobDefinitionName" },
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
    about: "Volumes must be encrypted with the key of the environment.",
    from: "strict",
    actions: [...jobs, "CreateNotebookInstance", "CreateEndpointConfig", "CreateTransformJob"],
    requires: { key: "VolumeKmsKey", value: volumeKey },
  },
  {
    id: "ResultKey",
    about: "Results of jobs must be encrypted with the key of a bucket of the environment.",
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
    about: "Online feature stores must be encrypted with the key of the environment.",
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
    about: "Only instance types that the settings allow.",
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
    about: "Users of notebook instances must not be root.",
    from: "strict",
    actions: ["CreateNotebookInstance"],
    requires: { is: "RootAccess", value: "Disabled" },
  },
  {
    id: "NoRootLater",
    about: "Updates must not make users of notebook instances root.",
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
    about: "Updates must not enable version 1 of the instance metadata service.",
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
    about: "Containers of jobs and models must have no network.",
    from: "isolation",
    actions: [...otherJobs, "CreateModel"],
    requires: { isTrue: "NetworkIsolation" },
  },
];

/** Both condition keys of an encryption key, because AWS renamed them and documents the new one only. In one block, either is enough. */
const bothNames = (key: string, value: string | string[]) => ({ [`sagemaker:${key}Arn`]: value, [`sagemaker:${key}`]: value });

/** The condition under which a call violates a requirement; undefined if there is no value to compare with. */
function violation(requires: Requirement, perimeter?: Perimeter): Statement["Condition"] | "always" | undefined {
  if ("never" in requires) return "always";
  if ("present" in requires) return { Null: { [`sagemaker:${requires.present}`]: "true" } };
  if ("oneOf" in requires) {
    const values = perimeter ? requires.values(perimeter) : [];
    return values.length > 0 ? { "ForAnyValue:StringNotEquals": { [`sagemaker:${requires.oneOf}`]: values } } : undefined;
  }
  if ("key" in requires)
    return perimeter
      ? { ArnNotEquals: bothNames(requires.key, requires.value(perimeter)), ...requires.when }
      : { ...requires.when, Null: { ...requires.when?.Null, ...bothNames(requires.key, "true") } };
  // Negated operators and IfExists also match an absent key, because the default of a call is never the safe value.
  if ("is" in requires) return { StringNotEquals: { [`sagemaker:${requires.is}`]: requires.value } };
  if ("isTrue" in requires) return { BoolIfExists: { [`sagemaker:${requires.isTrue}`]: "false" } };
  if ("isNotTrue" in requires) return { Bool: { [`sagemaker:${requires.isNotTrue}`]: "true" } };
  return { StringEquals: { [`sagemaker:${requires.isNot}`]: requires.value } };
}

const applies = ({ from }: Guardrail, { profile, networkIsolation }: GuardrailChoice) =>
  from === "isolation" ? networkIsolation : profiles.indexOf(from) <= profiles.indexOf(profile);

/** The guardrails of a choice. */
export const guardrailsOf = (choice: GuardrailChoice) => guardrails.filter((guardrail) => applies(guardrail, choice));

/** Guardrails as deny statements. Without a perimeter, as for an organization, values must be present, but can be any. */
export const deniesOf = (selected: readonly Guardrail[], perimeter?: Perimeter): Permission[] =>
  selected.flatMap(({ id, about, actions, requires }): Permission[] => {
    const Condition = violation(requires, perimeter);
    if (!Condition) return [];
    const names = shortenActions(actions).map((name) => `sagemaker:${name}`);
    const statement: Statement = { Sid: id, Effect: "Deny", Action: names.length === 1 ? names[0]! : names, Resource: "*" };
    return [{ about, statement: Condition === "always" ? statement : { ...statement, Condition } }];
  });

const notebookActions = ["CreateNotebookInstance", "UpdateNotebookInstance"];

/** Whether a guardrail is about notebook instances only. */
export const isAboutNotebooks = ({ actions }: Guardrail) => actions.every((name) => notebookActions.includes(name));

/** Guardrails for roles that create no notebook instances: one that denies these, instead of all that restrict them. */
export const withoutNotebooks = (selected: readonly Guardrail[]): Guardrail[] => [
  {
    id: "NoNotebookInstances",
    about: "No role creates or updates notebook instances. Settings and products do.",
    from: "open",
    actions: notebookActions,
    requires: { never: true },
  },
  ...selected
    .map((guardrail) => ({ ...guardrail, actions: guardrail.actions.filter((name) => !notebookActions.includes(name)) }))
    .filter(({ actions }) => actions.length > 0),
];
