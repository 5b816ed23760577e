// Defines what the evaluator knows about a resource. Pure.
import { type ResourceTypeName } from "./kinds";

/** Values of SageMaker condition keys without `sagemaker:`, as the call that creates the resource would have them. */
export type ConditionValues = Record<string, string | boolean | readonly string[] | undefined>;

/** What is known about a resource, or about a resource that it uses. */
export interface Facts {
  /** Calls whose guardrails apply. Default: those of the resource type. */
  calls?: readonly string[];
  values: ConditionValues;
  /** Images of containers. */
  images?: readonly string[];
}

/** Stands for the images of a model package that cannot be read. It is in no registry. */
export const unknownImage = (modelPackage: string) => `(unknown, because ${modelPackage} cannot be read)`;

/** Name of an endpoint configuration among models. Names of models contain no slash. */
export const configName = (name: string) => `endpoint-config/${name}`;

export interface UsedModel {
  /** `model-1`, or `endpoint-config/config-1` */
  name: string;
  /** Absent: it no longer exists. */
  createdAt?: string;
}

/** A resource, in the state that AWS describes. */
export interface Described {
  type: ResourceTypeName;
  /** `arn:…:sagemaker:…` */
  arn: string;
  name: string;
  /** Members with which the resource is described and corrected. */
  id: Record<string, string>;
  /** Time in AWS's form. Two resources of one name have different times. */
  createdAt: string;
  /** Time of the last change of a resource that can be started again, in AWS's form. */
  modifiedAt?: string;
  /** `changing`: AWS rejects a correction now, and accepts it later. */
  state: "running" | "changing" | "ended";
  /** Roles that the resource passes to SageMaker, `arn:…:role/…`. Decides the environment that it belongs to. */
  roleArns: readonly string[];
  /** `vpc-…`, if the description has it instead of subnets. */
  vpcId?: string;
  /** `d-…` of a domain, space or app. */
  domainId?: string;
  /** The resource itself, and models or job definitions that it uses. */
  facts: readonly Facts[];
  /** Resources that it uses, and that no longer exist. */
  missing?: readonly string[];
  /** Names of resources that it uses, and that are newer: SageMaker read an earlier resource of the same name. */
  replaced?: readonly string[];
  /** Models and the endpoint configuration that it uses, by name. */
  models?: readonly UsedModel[];
  /** Times at which SageMaker read the models: when the resource was created, and the endpoint configuration that it uses. */
  readAt?: readonly string[];
}
