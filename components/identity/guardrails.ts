// What must hold of SageMaker's calls: one table, from which the boundaries of roles and the policies of an organization are made. Pure.
// Which action knows which key: AWS Service Authorization Reference, SageMaker; a unit test asks it. A key on an action that does not know it would refuse that action for ever.
import { type Permission, type Statement } from "../aws/policy-document";

/** How strict an environment is. `open` lets roles choose their network, `vpc` keeps them in the environment's, `strict` also asks for keys, encryption and instance types. */
export const profiles = ["open", "vpc", "strict"] as const;
export type Profile = (typeof profiles)[number];

/** What an environment's own values are. Without them, only that a value is given can be asked. */
export interface Perimeter {
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** Key of the volumes of jobs, `arn:…:key/…`. */
  keyArn: string;
  /** Keys under which jobs leave results: those of the buckets, that of data first, `arn:…:key/…`. */
  resultKeyArns: string[];
  /** `ml.m5.large`; empty allows all. */
  instanceTypes: string[];
}

export interface GuardrailChoice {
  profile: Profile;
  /** Whether containers of jobs and models get no network at all, not even the environment's. */
  networkIsolation: boolean;
}

/** What must hold of a condition key. */
type Demand =
  /** The call is refused whatever it says. */
  | { never: true }
  | { given: string }
  /** Each of the values is one of ours. Says nothing of a call without any. */
  | { oneOf: string; values: (perimeter: Perimeter) => string[] }
  /** A key's ARN under its name of today or, where AWS still fills that, its old one. */
  | { key: string; value: (perimeter: Perimeter) => string | string[]; when?: Statement["Condition"] }
  | { is: string; value: string }
  | { isNot: string; value: string }
  | { isTrue: string }
  | { isNotTrue: string };

export interface Guardrail {
  id: string;
  about: string;
  /** The weakest profile that has it; `isolation`: whatever the profile, where containers get no network. */
  from: Profile | "isolation";
  /** Names without `sagemaker:`. A `*` stands for names that all know the key, and keeps the policy short enough for IAM. */
  actions: string[];
  demand: Demand;
}

/** Calls that start something in a network of their choice; all that begin with a C create. Batch transform has none of its own: its network is the model's. */
const autoMl = "C*AutoML*";
/** Definitions of monitoring jobs; training, processing and tuning. */
const otherJobs = ["C*JobDef*", "Create*r*ingJob"];
const jobs = [autoMl, ...otherJobs];
/** Creation and update of schedules of monitoring. They name a definition, which has been asked for all that is asked of a job. */
const schedules = "*ateMonitoringSchedule";
const networked = [...jobs, "CreateModel", "CreateNotebookInstance"];
const subnets = ({ subnetIds }: Perimeter) => subnetIds;
const groups = ({ securityGroupIds }: Perimeter) => securityGroupIds;
const key = ({ keyArn }: Perimeter) => keyArn;
const resultKeys = ({ resultKeyArns }: Perimeter) => resultKeyArns;
/** Features are kept beside data. */
const featureKey = ({ resultKeyArns }: Perimeter) => resultKeyArns[0]!;

/** Source: AWS Service Authorization Reference, SageMaker; AWS "Identity-based policies for SageMaker AI"; AWS Security Hub SageMaker.1 to .3. */
export const guardrails: Guardrail[] = [
  {
    id: "KeepTheDomain",
    about: "Nobody makes, changes or deletes a Studio domain.",
    from: "open",
    // Create, delete and update.
    actions: ["*teDomain"],
    demand: { never: true },
  },
  {
    id: "NoOtherCompute",
    about: "No compute whose network can't be asked for: clusters, compilation, labeling, MLflow servers and the like.",
    from: "vpc",
    actions: [
      "*ateCluster",
      "CreateAIBenchmarkJob",
      "CreateAlgorithm",
      "CreateEdgePackagingJob",
      "CreateInferenceRecommendationsJob",
      "CreateJob",
      "CreateLabelingJob",
      "CreateMlflow*",
      "CreatePartnerApp",
      // Compilation, optimization, recommendation.
      "Create*onJob",
    ],
    demand: { never: true },
  },
  {
    id: "InSubnets",
    about: "Jobs, models and notebook instances name subnets.",
    from: "vpc",
    actions: networked,
    demand: { given: "VpcSubnets" },
  },
  {
    id: "InGroups",
    about: "Jobs, models and notebook instances name security groups.",
    from: "vpc",
    actions: networked,
    demand: { given: "VpcSecurityGroupIds" },
  },
  {
    id: "InOurSubnets",
    about: "Whatever names subnets names only the environment's.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", schedules],
    demand: { oneOf: "VpcSubnets", values: subnets },
  },
  {
    id: "InOurGroups",
    about: "Whatever names security groups names only the environment's.",
    from: "vpc",
    actions: [...networked, "CreateEndpointConfig", schedules],
    demand: { oneOf: "VpcSecurityGroupIds", values: groups },
  },
  {
    id: "MonitorsByDefinition",
    about: "Schedules of monitoring name a definition of their job, and bring none along.",
    from: "vpc",
    actions: [schedules],
    // The reference of keys does not have this one. Source: AWS "Configuring service control policies for monitoring schedules".
    demand: { given: "ModelMonitorJobDefinitionName" },
  },
  {
    id: "NotebooksOffline",
    about: "Notebook instances have no direct access to the internet.",
    from: "vpc",
    actions: ["CreateNotebookInstance"],
    demand: { is: "DirectInternetAccess", value: "Disabled" },
  },
  {
    id: "VolumeKey",
    about: "Volumes are under the environment's key.",
    from: "strict",
    actions: [...jobs, "CreateNotebookInstance", "CreateEndpointConfig", "CreateTransformJob"],
    demand: { key: "VolumeKmsKey", value: key },
  },
  {
    id: "ResultKey",
    about: "Results of jobs are under the key of the environment's buckets.",
    from: "strict",
    actions: [...jobs, "CreateTransformJob"],
    demand: { key: "OutputKmsKey", value: resultKeys },
  },
  {
    id: "OfflineFeatureKey",
    about: "Offline stores of features are under the environment's key.",
    from: "strict",
    actions: ["CreateFeatureGroup"],
    demand: {
      key: "FeatureGroupOfflineStoreKmsKey",
      value: featureKey,
      when: { Null: { "sagemaker:FeatureGroupOfflineStoreS3Uri": "false" } },
    },
  },
  {
    id: "OnlineFeatureKey",
    about: "Online stores of features are under the environment's key.",
    from: "strict",
    actions: ["CreateFeatureGroup"],
    demand: { key: "FeatureGroupOnlineStoreKmsKey", value: key, when: { Bool: { "sagemaker:FeatureGroupEnableOnlineStore": "true" } } },
  },
  {
    id: "ContainerTraffic",
    about: "Traffic between the containers of a job is encrypted.",
    from: "strict",
    actions: jobs,
    demand: { isTrue: "InterContainerTrafficEncryption" },
  },
  {
    id: "InstanceTypes",
    about: "Only the instance types that the settings allow.",
    from: "strict",
    actions: [
      ...otherJobs,
      schedules,
      "CreateApp",
      "CreateEndpointConfig",
      "CreateNotebookInstance",
      "CreateTransformJob",
      "UpdateNotebookInstance",
      "UpdateTrainingJob",
      "*ateSpace",
    ],
    demand: { oneOf: "InstanceTypes", values: ({ instanceTypes }) => instanceTypes },
  },
  {
    id: "NotebooksWithoutRoot",
    about: "Users of notebook instances are not root.",
    from: "strict",
    actions: ["CreateNotebookInstance"],
    demand: { is: "RootAccess", value: "Disabled" },
  },
  {
    id: "NoRootLater",
    about: "Nor do they become root by a change.",
    from: "strict",
    actions: ["UpdateNotebookInstance"],
    demand: { isNot: "RootAccess", value: "Enabled" },
  },
  {
    id: "NotebooksWithImdsV2",
    about: "Notebook instances answer to version 2 of the metadata service only.",
    from: "strict",
    actions: ["CreateNotebookInstance"],
    demand: { is: "MinimumInstanceMetadataServiceVersion", value: "2" },
  },
  {
    id: "NoImdsV1Later",
    about: "Nor to version 1 after a change.",
    from: "strict",
    actions: ["UpdateNotebookInstance"],
    demand: { isNot: "MinimumInstanceMetadataServiceVersion", value: "1" },
  },
  {
    id: "NoRemoteEditors",
    about: "No editor outside of Studio connects to a space.",
    from: "strict",
    actions: ["*ateSpace"],
    demand: { isNot: "RemoteAccess", value: "ENABLED" },
  },
  {
    id: "NoRemoteDebugging",
    about: "Nobody gets a shell in a training job.",
    from: "strict",
    actions: ["CreateTrainingJob", "UpdateTrainingJob"],
    demand: { isNotTrue: "EnableRemoteDebug" },
  },
  {
    id: "Isolated",
    about: "Containers of jobs and models have no network.",
    from: "isolation",
    actions: [...otherJobs, "CreateModel"],
    demand: { isTrue: "NetworkIsolation" },
  },
];

/** Both names of a key: AWS renamed them, and documents the new ones only. In one block, so that either will do. */
const bothNames = (key: string, value: string | string[]) => ({ [`sagemaker:${key}Arn`]: value, [`sagemaker:${key}`]: value });

/** The condition under which a call breaks a demand; nothing when there is no value to ask for. */
function breach(demand: Demand, perimeter?: Perimeter): Statement["Condition"] | "always" | undefined {
  if ("never" in demand) return "always";
  if ("given" in demand) return { Null: { [`sagemaker:${demand.given}`]: "true" } };
  if ("oneOf" in demand) {
    const values = perimeter ? demand.values(perimeter) : [];
    return values.length > 0 ? { "ForAnyValue:StringNotEquals": { [`sagemaker:${demand.oneOf}`]: values } } : undefined;
  }
  if ("key" in demand)
    return perimeter
      ? { ArnNotEquals: bothNames(demand.key, demand.value(perimeter)), ...demand.when }
      : { ...demand.when, Null: { ...demand.when?.Null, ...bothNames(demand.key, "true") } };
  // A negated operator also meets the key that is absent, and so does one that ends in IfExists: the call's own default is never the safe one.
  if ("is" in demand) return { StringNotEquals: { [`sagemaker:${demand.is}`]: demand.value } };
  if ("isTrue" in demand) return { BoolIfExists: { [`sagemaker:${demand.isTrue}`]: "false" } };
  if ("isNotTrue" in demand) return { Bool: { [`sagemaker:${demand.isNotTrue}`]: "true" } };
  return { StringEquals: { [`sagemaker:${demand.isNot}`]: demand.value } };
}

/** Whether a choice of strictness has a row. */
export const isOn = ({ from }: Guardrail, { profile, networkIsolation }: GuardrailChoice) =>
  from === "isolation" ? networkIsolation : profiles.indexOf(from) <= profiles.indexOf(profile);

/** What is refused under some rows. Without a perimeter, as for a whole organization, it is asked that values are given, not which. */
export const deniesOf = (rows: readonly Guardrail[], perimeter?: Perimeter): Permission[] =>
  rows.flatMap(({ id, about, actions, demand }): Permission[] => {
    const Condition = breach(demand, perimeter);
    if (!Condition) return [];
    const names = actions.map((name) => `sagemaker:${name}`);
    const statement: Statement = { Sid: id, Effect: "Deny", Action: names.length === 1 ? names[0]! : names, Resource: "*" };
    return [{ about, statement: Condition === "always" ? statement : { ...statement, Condition } }];
  });

/** The rows of a choice of strictness. */
export const rowsOf = (choice: GuardrailChoice) => guardrails.filter((row) => isOn(row, choice));

const instances = ["CreateNotebookInstance", "UpdateNotebookInstance"];

/** Whether a row is about notebook instances and nothing else. */
export const isAboutNotebooks = ({ actions }: Guardrail) => actions.every((name) => instances.includes(name));

/** The rows for roles that make no notebook instances: one that refuses these, in place of all about them. */
export const withoutNotebooks = (rows: readonly Guardrail[]): Guardrail[] => [
  {
    id: "NoNotebookInstances",
    about: "Nobody makes or changes notebook instances: the settings and the products do.",
    from: "open",
    actions: instances,
    demand: { never: true },
  },
  ...rows
    .map((row) => ({ ...row, actions: row.actions.filter((name) => !instances.includes(name)) }))
    .filter(({ actions }) => actions.length > 0),
];
