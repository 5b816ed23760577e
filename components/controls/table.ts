// The one table of controls: each guardrail of IAM, what the evaluator compares for it, and what only one side can do. Pure.
import { type Guardrail, guardrails } from "../identity/guardrails";
import { resourceTypes, type ResourceTypeName } from "./kinds";

/** A control that IAM cannot have, because no condition key covers it. */
export interface DetectedOnly {
  id: string;
  about: string;
  /** Types whose resources are compared, or `every`. Empty: the allow-lists are compared. */
  types: readonly ResourceTypeName[] | "every";
  /** Why no guardrail prevents it, and what limits it instead. */
  notPrevented: string;
  /** Default: true. False: the evaluator reports the resource, and never changes it. */
  corrected?: false;
}

export const detectedOnly = {
  NoEnvironment: {
    id: "NoEnvironment",
    about: "Resources must belong to an environment, if the account is only for environments (`controls.dedicated`).",
    types: "every",
    notPrevented: "Guardrails apply to roles of environments. Organization policies apply to other roles: docs/identity.md.",
  },
  ForeignRole: {
    id: "ForeignRole",
    about: "Resources in the network or domain of an environment must have a role of that environment.",
    types: "every",
    notPrevented: "No condition key of SageMaker contains the role. `iam:PassRole` limits roles of environments to their own roles.",
  },
  ImageSource: {
    id: "ImageSource",
    about: "Containers must come from registries in accounts that the environment allows.",
    types: ["TrainingJob", "ProcessingJob", "HyperParameterTuningJob", "Model", "InferenceComponent", "MonitoringSchedule"],
    notPrevented: "No condition key contains the image of a container. Roles and endpoint policies limit the registries.",
  },
  DomainVpcOnly: {
    id: "DomainVpcOnly",
    about: "The Studio domain and its user profiles must send traffic only through the environment's subnets and security groups.",
    types: ["Domain", "UserProfile"],
    notPrevented: "KeepTheDomain denies each change of a domain to every role of an environment.",
  },
  ModelMissing: {
    id: "ModelMissing",
    about: "Endpoints and transform jobs must have models that exist and that are older, because an earlier model cannot be compared.",
    types: ["Endpoint", "EndpointConfig", "InferenceComponent", "TransformJob"],
    notPrevented: "Every role that creates a model can delete it.",
    corrected: false,
  },
  ModelRemoved: {
    id: "ModelRemoved",
    about: "Endpoints and transform jobs must not run a model that the evaluator deleted.",
    types: ["Endpoint", "EndpointConfig", "InferenceComponent", "TransformJob"],
    notPrevented: "The guardrails on models prevent the model.",
  },
  AllowListClaims: {
    id: "AllowListClaims",
    about: "Allow-lists must be complete, and must name no role in the path of another environment. Other lists are ignored.",
    types: [],
    notPrevented: "IAM does not restrict the value of a parameter. A launch role can write only the list of its environment.",
    corrected: false,
  },
} as const satisfies Record<string, DetectedOnly>;
export type DetectedOnlyId = keyof typeof detectedOnly;

/** Guardrails on calls whose result the evaluator does not compare, and why. */
export const notDetected: Record<string, { calls: readonly string[]; why: string }[]> = {
  KeepTheDomain: [
    { calls: ["DeleteDomain"], why: "A deleted domain cannot be described. The alarm on deleted apps and CloudTrail record the deletion." },
  ],
  OfflineFeatureKey: [{ calls: ["CreateFeatureGroup"], why: "A feature group runs nothing, so there is nothing to stop." }],
  OnlineFeatureKey: [{ calls: ["CreateFeatureGroup"], why: "A feature group runs nothing, so there is nothing to stop." }],
};

/** Calls that a resource type gets its guardrails from. */
const callsOfTypes = new Map<string, ResourceTypeName>(
  (Object.entries(resourceTypes) as [ResourceTypeName, { calls: readonly string[] }][]).flatMap(([name, { calls }]) =>
    calls.map((call) => [call, name] as const),
  ),
);

/** The resource types that the evaluator compares for a guardrail. */
export const typesOf = ({ actions }: Pick<Guardrail, "actions">): ResourceTypeName[] => [
  ...new Set(actions.flatMap((action) => callsOfTypes.get(action) ?? [])),
];

/** Calls of a guardrail that no resource type covers. Each has a reason in `notDetected`. */
export const undetectedCalls = ({ actions }: Pick<Guardrail, "actions">): string[] => actions.filter((action) => !callsOfTypes.has(action));

/** A row of the table. */
export interface Control {
  id: string;
  about: string;
  /** Calls that IAM denies, or why it denies none. */
  prevent: readonly string[] | string;
  /** Types that are compared. Empty: see `why`. */
  detect: readonly ResourceTypeName[];
  /** What is not detected, and why. */
  why: readonly string[];
  corrected: boolean;
}

const allTypes = Object.keys(resourceTypes) as ResourceTypeName[];

export const controls: Control[] = [
  ...guardrails.map((guardrail) => ({
    id: guardrail.id,
    about: guardrail.about,
    prevent: guardrail.actions,
    detect: typesOf(guardrail),
    why: (notDetected[guardrail.id] ?? []).map(({ calls, why }) => `${calls.join(", ")}: ${why}`),
    corrected: typesOf(guardrail).length > 0,
  })),
  ...Object.values(detectedOnly).map((row: DetectedOnly) => ({
    id: row.id,
    about: row.about,
    prevent: row.notPrevented,
    detect: row.types === "every" ? allTypes : row.types,
    why: row.types.length === 0 ? ["allow-lists, with each event"] : [],
    corrected: row.corrected ?? true,
  })),
];
