// Defines the names that AWS Service Catalog gives an engine, and what its functions, flow and runner share. Pure.

/**
 * AWS Service Catalog finds an engine by these names, so an account has one engine in each region.
 * Source: AWS Service Catalog "Getting started with External products".
 */
export const parserFunctionName = "ServiceCatalogExternalParameterParser";
export const queueNames = {
  provision: "ServiceCatalogExternalProvisionOperationQueue",
  update: "ServiceCatalogExternalUpdateOperationQueue",
  terminate: "ServiceCatalogExternalTerminateOperationQueue",
} as const;
export type QueueName = keyof typeof queueNames;

/** Name of the permissions boundary of a launch role, before the suffix of Pulumi. */
export const environmentLaunchBoundaryName = (roleName: string) => `${roleName}-boundary`;

/** A message that was received this often moves to its dead-letter queue. */
export const maxReceives = 5;

/** Longest time for which SQS hides a message that is sent, in seconds. Source: AWS API `SendMessage`. */
export const longestDelay = 900;

/** A request that waits longer triggers an alarm, in seconds. Requests wait while as many deployments run as the concurrency allows. */
export const longWaitSeconds = 3600;

/**
 * Runs of the dispatcher in which a request had waited for its account for longer than `longWaitSeconds`. The dispatcher sends such a
 * request again, so `ApproximateAgeOfOldestMessage` of the queue starts again. An account has one engine in each region.
 */
export const waitMetric = {
  namespace: "Cloister/Engine",
  metricName: "LongWaits",
  dimensions: { Function: "dispatcher" },
} as const;

/** Environment variables of the functions and of the runner, by who reads them. */
export const variables = {
  parser: { artifactBucket: "CLOISTER_ARTIFACT_BUCKET" },
  dispatcher: {
    stateMachineArn: "CLOISTER_STATE_MACHINE_ARN",
    /** Deployments that run at the same time. */
    concurrency: "CLOISTER_CONCURRENCY",
    /** Deployments that run at the same time in one account. */
    accountConcurrency: "CLOISTER_ACCOUNT_CONCURRENCY",
    provisionQueueUrl: "CLOISTER_PROVISION_QUEUE_URL",
    updateQueueUrl: "CLOISTER_UPDATE_QUEUE_URL",
    terminateQueueUrl: "CLOISTER_TERMINATE_QUEUE_URL",
  },
  report: { stateBucket: "CLOISTER_STATE_BUCKET" },
  runner: {
    stateBucket: "CLOISTER_STATE_BUCKET",
    /** Key for secrets in the state, `arn:…:key/…`. */
    stateKeyArn: "CLOISTER_STATE_KEY_ARN",
    artifactBucket: "CLOISTER_ARTIFACT_BUCKET",
    /** Record ID of the request, `rec-…`. The state machine sets it for each build. */
    request: "CLOISTER_REQUEST",
    /** Digest of the request, which proves that the object in the state bucket is the request of the build. */
    requestDigest: "CLOISTER_REQUEST_DIGEST",
    /** `attempt` of the request. The state machine sets it for each build. */
    attempt: "CLOISTER_ATTEMPT",
    /** ID of the build, `<project>:…`. CodeBuild sets it. */
    build: "CODEBUILD_BUILD_ID",
  },
} as const;

/** Object keys in the state bucket and the artifact bucket. */
export const stateKeys = {
  /** A `RunnerRequest` without `attempt`, then the marker of its end. Written by the report, read by the runner. */
  request: (recordId: string) => `requests/${recordId}.json`,
  /** Written by the runner, read by the report. */
  result: (recordId: string, attempt: number) => `results/${recordId}-${attempt}.json`,
  /** A `BuildClaim`. Written and removed by the runner. The report removes the claim of a build that ended without a result. */
  build: (accountId: string, provisionedProductId: string) => `builds/${accountId}/${provisionedProductId}.json`,
  /** The settings file of a stack. Written and read by the runner. */
  settings: (accountId: string, provisionedProductId: string) => `settings/${accountId}/${provisionedProductId}.json`,
  /** Written by the report, read by `cloister fleet`. */
  environment: (accountId: string, provisionedProductId: string) => `environments/${accountId}/${provisionedProductId}.json`,
  /** Written by the runner, so that no two products in an account have one environment name. */
  name: (accountId: string, environment: string) => `names/${accountId}/${environment}.json`,
  /** Start of the keys of all names in an account. */
  names: (accountId: string) => `names/${accountId}/`,
};
/** Account and provisioned product in the key of an environment. `undefined` for another key. */
export function environmentIn(key: string): { accountId: string; provisionedProductId: string } | undefined {
  const [, accountId, provisionedProductId] = /^environments\/(\d{12})\/([\w-]+)\.json$/.exec(key) ?? [];
  return accountId === undefined || provisionedProductId === undefined ? undefined : { accountId, provisionedProductId };
}
/** Folders of the state bucket that only the engine reads. */
export const stateFolders = [".pulumi", "names", "requests", "settings"] as const;
/**
 * Days after which S3 deletes the objects of a folder of the state bucket. An execution lasts up to one year, and can be redriven
 * for 14 days after its end. The marker of an ended request stays longer.
 * Source: AWS Step Functions "Service quotas", maximum execution time; AWS API `RedriveExecution`.
 */
export const expirationDays = { requests: 400, results: 30 } as const;
export const artifactKey = (sha256: string) => `versions/${sha256}.tar.gz`;

/** Operations that leads start in AWS Service Catalog, whose results are reported to it. */
export const leadOperations = ["PROVISION", "UPDATE", "TERMINATE"] as const;
export type LeadOperation = (typeof leadOperations)[number];
/** `cloister fleet` starts the other operations. */
export const operations = [...leadOperations, "PREVIEW", "RELEASE"] as const;
export type Operation = (typeof operations)[number];

/** Input of an execution of the state machine. */
export interface EngineRequest {
  operation: Operation;
  /** With this token, the result is reported. Empty for a preview. */
  token: string;
  recordId: string;
  provisionedProductId: string;
  provisionedProductName: string;
  productId: string;
  artifactId: string;
  /** `s3://…`. Absent for TERMINATE. */
  artifactPath?: string;
  launchRoleArn: string;
  /** Account of the environment, 12 digits. */
  accountId: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** 0 for the first build of the request. */
  attempt: number;
}

/**
 * What the runner reads. Builds are readable with read-only access to AWS CodeBuild, so the request is an object in the state bucket.
 * The runner does not report results, so it receives no token.
 */
export type RunnerRequest = Omit<EngineRequest, "token">;

/** Builds of one request: a runner that ends without a result starts again. */
export const maxAttempts = 3;

/** Names of executions for previews start with this text. */
export const previewPrefix = "preview-";

/** Input of the function `report`, before each build. */
export interface PrepareInput {
  prepare: EngineRequest;
  /** ID of a build that the state machine saw end. Empty if none. */
  endedBuild: string;
}

export interface PrepareOutput {
  /** Digest of the request that the runner reads. */
  digest: string;
  /** ID of the build that has the claim to the provisioned product. Empty if none: only then can a build start. */
  build: string;
}

/** A phase of a build, as SDK integrations return it. Source: AWS API `BuildPhase`. */
export interface BuildPhase {
  PhaseType?: string;
  PhaseStatus?: string;
  Contexts?: { StatusCode?: string; Message?: string }[];
}

/** A build as the state machine sees it. */
export interface EndedBuild {
  id: string;
  status: string;
  /** Empty, or one list. Absent if no poll of the build succeeded. */
  phases?: BuildPhase[][];
}

/** Input of the function `report`, after a build ended. */
export interface ReportInput {
  request: EngineRequest;
  /** Absent if no build started. */
  build?: EndedBuild;
  /** Error of the state machine, if no build started or its status is unknown. */
  error?: { Error: string; Cause: string };
}

/**
 * Input of the function `report`, after an execution ended without a report. Source: AWS Step Functions "Events for Step Functions
 * Standard workflow execution status changes": the input is absent if it is too large.
 */
export interface EndedInput {
  detail: { status: string; name: string; input?: string | null };
}

/** Output of the function `report`: `RETRY` starts the next attempt. */
export interface ReportOutput {
  next: "DONE" | "RETRY";
}

/** Command of the runner image. */
export const runnerCommand = "cloister-runner";
