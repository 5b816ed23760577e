// Types of `cloister verify`: what Cloister assumes about AWS, and how an account shows whether it is true.

/** A call in CloudTrail. */
export interface TrailEvent {
  id: string;
  /** ISO 8601 */
  time: string;
  /** `CreateNetworkInterface` */
  name: string;
  /** Role of the caller, `arn:…:role/…`. */
  roleArn?: string;
  /** Service that made the call for the caller, `sagemaker.amazonaws.com`. */
  invokedBy?: string;
  /** Endpoint through which the call came, `vpce-…`. */
  endpointId?: string;
  errorCode?: string;
  errorMessage?: string;
  request: Record<string, unknown>;
}

/** A job, execution or instance that SageMaker ran under a role of the environment. */
export interface Run {
  name: string;
  status: string;
  failureReason?: string;
}

export type RunKind = "training job" | "processing job" | "AutoML job" | "monitoring execution" | "notebook instance" | "endpoint";

/** Kinds of resources whose tags AWS copies from another resource. */
export type TaggedKind = "app" | "pipeline execution" | "model package version";

export interface SimulatedRequest {
  role: "execution" | "pipeline" | "model" | "data-scientist";
  action: string;
  resource: string;
  context: Record<string, string[]>;
  want: "allowed" | "denied";
}

/** The AWS API, as far as the checks need it. A call that fails rejects with the error from AWS. */
export interface VerifyClient {
  /** Calls with this name in the observed days, newest first. */
  events(name: string): Promise<TrailEvent[]>;
  runs(kind: RunKind): Promise<Run[]>;
  /** The resources of a kind with their tags. */
  tagged(kind: TaggedKind): Promise<{ name: string; tags: Record<string, string> }[]>;
  /** The decision of IAM: `allowed`, `explicitDeny`, `implicitDeny`. */
  simulate(request: SimulatedRequest): Promise<string>;
}

/** The values that an environment publishes below `/cloister/<environment>`, which checks read. */
export const readValues = [
  "data-bucket-name",
  "data-key-arn",
  "domain-id",
  "execution-role-arn",
  "model-bucket-name",
  "model-role-arn",
  "pipeline-role-arn",
  "s3-endpoint-id",
  "subnet-ids",
  "volume-key-arn",
  "vpc-id",
  "workload-security-group-id",
] as const;
export type PublishedValue = (typeof readValues)[number];

/** The deployed environment that is verified. */
export interface Target {
  /** `fraud-dev` */
  environment: string;
  partition: string;
  account: string;
  region: string;
  values: Record<PublishedValue, string>;
  /** Service names of the endpoints of the VPC. */
  endpointServices: string[];
  /** The role `data-scientist`, if Cloister created it, `arn:…:role/…`. */
  dataScientistRoleArn?: string;
}

export interface Finding {
  state: "holds" | "fails" | "unknown";
  /** What shows it, or what is missing. */
  detail: string;
}

export interface Check {
  /** What the check reads, for the plan: `CloudTrail: CreateNetworkInterface`. */
  reads: string;
  run(target: Target, aws: VerifyClient): Promise<Finding>;
}

/** A resource that a check created. `remove` succeeds if the resource does not exist. */
export interface Created {
  /** `network interface eni-…` */
  what: string;
  remove(): Promise<void>;
}

/** A check that creates resources. It reports each resource to `keep` before it uses the resource. */
export interface CreatingCheck {
  /** For the plan: `a network interface in a private subnet`. */
  creates: string;
  run(target: Target, aws: CreatingClient, keep: (created: Created) => void): Promise<Finding>;
}

/** The calls of checks that create resources. */
export interface CreatingClient {
  createInterface(input: { subnetId: string; groupId: string }): Promise<string>;
  /** Error code of EC2, or undefined if EC2 accepts the account. */
  authorizeAccount(interfaceId: string, account: string): Promise<string | undefined>;
  deleteInterface(interfaceId: string): Promise<void>;
  /** Interfaces of earlier runs for the environment that were not deleted. */
  leftoverInterfaces(): Promise<string[]>;
}

export const areas = [
  "audit",
  "catalog",
  "channels",
  "controls",
  "features",
  "network",
  "policy pack",
  "roles",
  "storage",
  "studio",
] as const;
export type Area = (typeof areas)[number];

/** What AWS does not document and Cloister relies on. */
export interface Assumption {
  /** Names the assumption on the command line. */
  id: string;
  area: Area;
  /** The assumption, as a statement about AWS. */
  text: string;
  /** The code that relies on it: a file, and a text in the file. */
  code: { file: string; symbol: string };
  effect: string;
  /** The setting or action that avoids the effect. */
  fallback: string;
  /** How an account shows whether the assumption is true, or why it cannot. */
  check: Check | { none: string };
  /** A further check that creates resources. */
  creates?: CreatingCheck;
}
