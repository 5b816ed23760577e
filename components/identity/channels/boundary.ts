// Checks that permissions boundaries allow what roles need, and little more. Pure.
// Product roles and existing roles can have any policies, so the permissions boundary is their only restriction.
import { type Statement } from "../../aws/policy-document";
import { matchesWildcard } from "../../aws/wildcard";
import { channels, type ChannelTable } from "./table";

/**
 * Patterns of actions that permissions boundaries allow and that Cloister roles do not call, by reason. None of these
 * actions changes networks, sharing, sign-in or approval.
 */
export const boundaryExtras: Record<string, readonly string[]> = {
  "They stop or delete SageMaker resources.": [
    "sagemaker:Stop*",
    "sagemaker:Delete*Job",
    "sagemaker:DeletePipeline",
    "sagemaker:DeleteModelPackageGroup",
    "sagemaker:DeleteRecord",
  ],
  "They change steps, experiments and features that Cloister roles can create.": [
    "sagemaker:SendPipelineExecutionStep*",
    "sagemaker:UpdateExperiment",
    "sagemaker:UpdateTrial",
    "sagemaker:BatchWriteRecord",
  ],
  "The profile `open` allows any network.": [
    "sagemaker:CreateCluster",
    "sagemaker:UpdateCluster",
    "sagemaker:CreateAIBenchmarkJob",
    "sagemaker:CreateAIRecommendationJob",
    "sagemaker:CreateAlgorithm",
    "sagemaker:CreateCompilationJob",
    "sagemaker:CreateEdgePackagingJob",
    "sagemaker:CreateInferenceRecommendationsJob",
    "sagemaker:CreateJob",
    "sagemaker:CreateLabelingJob",
    "sagemaker:CreateMlflow*",
    "sagemaker:CreateOptimizationJob",
    "sagemaker:CreatePartnerApp",
  ],
  "Products create notebook instances, and the guardrails restrict these.": ["sagemaker:*teNotebookInstance"],
  "They return random keys.": ["kms:GenerateDataKeyPair*"],
  "They disable keys, whose deletion administrators can cancel.": ["kms:DisableKeyRotation", "kms:ScheduleKeyDeletion"],
  "They manage alarms and dashboards.": ["cloudwatch:DeleteAlarms", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm"],
  "They push images to registries of the account.": ["ecr:*Upload", "ecr:UploadLayerPart", "ecr:PutImage"],
  "They launch products with the launch roles that administrators select.": ["servicecatalog:*Provision*Product"],
  "They run and save queries in the workgroups of the account.": ["athena:*Query*"],
};

/** Patterns of writes to other accounts that permissions boundaries are not required to deny, by reason. */
export const foreignWrites: Record<string, readonly string[]> = {
  "CloudWatch Logs accepts writes only from principals of the same account.": ["logs:*"],
  "The resource is new, so it belongs to the account.": ["sagemaker:AddTags", "sagemaker:CreatePipeline"],
  "Other accounts can share a pipeline for executions, but not for changes.": ["sagemaker:UpdatePipeline"],
  "AWS owns foundation models.": ["bedrock:InvokeModel*"],
  "The request contains only an object name, as a read does.": ["s3:DeleteObject"],
  "The environment's tag restricts Cloister roles. The owners of other roles define their policies.": [
    "codeconnections:UseConnection",
    "lambda:InvokeFunction",
    "states:StartExecution",
  ],
};

export interface BoundaryScope {
  /** AWS actions that a pattern matches. */
  expand: (pattern: string) => string[];
  /** Whether an action only reads. Source: access levels in the AWS Service Authorization Reference. */
  isRead: (action: string) => boolean;
  table?: ChannelTable;
  /** Reasons for allowed actions that the channel table does not contain. */
  extras?: Record<string, readonly string[]>;
  /** Reasons for writes to other accounts. */
  foreign?: Record<string, readonly string[]>;
}

const list = (value: string | string[] | undefined) => [value ?? []].flat();

/** The actions that a permissions boundary allows under some condition, without those that it always denies. */
export function allowedActions(statements: readonly Statement[], expand: BoundaryScope["expand"]): Set<string> {
  const actionsOf = (chosen: readonly Statement[]) => chosen.flatMap(({ Action }) => list(Action).flatMap(expand));
  const denied = new Set(actionsOf(statements.filter(({ Effect, Condition }) => Effect === "Deny" && Condition === undefined)));
  const allowed = actionsOf(statements.filter(({ Effect }) => Effect === "Allow"));
  return new Set(allowed.filter((action) => !denied.has(action)));
}

/** Reads that return access, such as presigned URLs and tokens. They count as changes. */
const handsOutAccess = /Credentials|Presigned|AccessToken|DataAccess/;

const matchesAny = (patterns: readonly string[], action: string) => patterns.some((pattern) => matchesWildcard(pattern, action));

/** Whether a statement denies an action on resources of other accounts. */
const deniesOtherAccounts = ({ Effect, Action, Condition = {} }: Statement, action: string) =>
  Effect === "Deny" && matchesAny(list(Action), action) && Condition.StringNotEquals?.["aws:ResourceAccount"] !== undefined;

/**
 * Actions that change something, beyond the channel table, that a permissions boundary allows without a reason; and
 * writes to resources of other accounts that it does not deny.
 */
export function boundaryProblems(statements: readonly Statement[], scope: BoundaryScope): string[] {
  const { table = channels, extras = boundaryExtras, foreign = foreignWrites } = scope;
  const allowed = [...allowedActions(statements, scope.expand)];
  const isExplained = (action: string) => table.has(action) || matchesAny(Object.values(extras).flat(), action);
  const isForeignWrite = (action: string) => table.get(action)?.isForeign === true && table.get(action)!.readBy !== undefined;
  return [
    ...allowed
      .filter((action) => (!scope.isRead(action) || handsOutAccess.test(action)) && !isExplained(action))
      .map((action) => `${action} is allowed, but no role needs it`),
    ...allowed
      .filter((action) => isForeignWrite(action) && !statements.some((statement) => deniesOtherAccounts(statement, action)))
      .filter((action) => !matchesAny(Object.values(foreign).flat(), action))
      .map((action) => `${action} can write to another account`),
  ];
}

/** Patterns with a reason that match no allowed action of any permissions boundary. */
export function unusedReasons(
  boundaries: readonly (readonly Statement[])[],
  { expand, extras = boundaryExtras, foreign = foreignWrites }: BoundaryScope,
): string[] {
  const allowed = boundaries.flatMap((statements) => [...allowedActions(statements, expand)]);
  return [...Object.values(extras), ...Object.values(foreign)]
    .flat()
    .filter((pattern) => !allowed.some((action) => matchesWildcard(pattern, action)));
}
