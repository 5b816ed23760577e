// Defines the state machine that runs one build of the runner for each request. Pure.
import { leadOperations, maxAttempts, operations, variables } from "./names";

/** An execution has at most 25,000 events. Source: AWS Step Functions "Service quotas". */
const mostPolls = 600;
const shortestWait = 15;

/** Seconds between two polls of a build of an earlier execution. Such builds are rare, and the history also has those of this execution. */
const earlierWait = 120;

/** Seconds between two polls of a build, so that the longest build of every attempt fits into the history of an execution. */
export const pollSeconds = (timeoutMinutes: number): number => Math.max(shortestWait, Math.ceil((timeoutMinutes * 60) / mostPolls));

export interface FlowFacts {
  partition: string;
  projectName: string;
  /** Project for previews, so that previews delay no launches. */
  previewProjectName: string;
  /** `arn:…:function:…` */
  reportFunctionArn: string;
  timeoutMinutes: number;
}

interface Retry {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
  JitterStrategy: "FULL";
}

const retry = (MaxAttempts: number, ...ErrorEquals: string[]): Retry => ({
  ErrorEquals,
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxAttempts,
  MaxDelaySeconds: 300,
  JitterStrategy: "FULL",
});

/** Operations that leads do not start. They have no record in AWS Service Catalog. */
const operationsOfFleet = operations.filter((operation) => !(leadOperations as readonly string[]).includes(operation));

const variable = (Name: string, path: string) => ({ Name, Type: "PLAINTEXT", "Value.$": path });

const failed = (next: string) => [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: next }];

/**
 * The definition in the Amazon States Language. The input is an `EngineRequest`. A build that ends without a result starts again;
 * the function `report` decides this, because it reads the result. A build starts once no other build has a claim to the product.
 * Source: AWS Step Functions "Integrating with AWS SDK services" and "Error handling"; AWS API `StartBuild`.
 */
export function flowDefinition({ partition, projectName, previewProjectName, reportFunctionArn, timeoutMinutes }: FlowFacts) {
  /** Source: AWS Step Functions "Integrating services": integrations have the partition of the region. */
  const integration = (name: string) => `arn:${partition}:states:::${name}`;
  const build = (from: string) => ({ "id.$": `${from}.Id`, "status.$": `${from}.BuildStatus` });
  const invoke = (payload: Record<string, string>) => ({
    Type: "Task",
    Resource: integration("lambda:invoke"),
    Parameters: { FunctionName: reportFunctionArn, Payload: payload },
  });
  const project = (name: string) => ({ Type: "Pass", Result: name, ResultPath: "$.project", Next: "Prepare" });
  const ofFleet = (Next: string) => operationsOfFleet.map((StringEquals) => ({ Variable: "$.request.operation", StringEquals, Next }));
  const report = (payload: Record<string, string>) => ({
    ...invoke(payload),
    ResultSelector: { "next.$": "$.Payload.next" },
    ResultPath: "$.report",
    // A result that is not reported leaves the record in progress.
    Retry: [retry(20, "States.ALL")],
  });
  return {
    Comment: "Deploys, updates or destroys one environment",
    StartAt: "Receive",
    States: {
      Receive: { Type: "Pass", Parameters: { "request.$": "$", endedBuild: "" }, Next: "SelectProject" },
      SelectProject: { Type: "Choice", Choices: ofFleet("PreviewProject"), Default: "Project" },
      Project: project(projectName),
      PreviewProject: project(previewProjectName),
      Prepare: {
        ...invoke({ "prepare.$": "$.request", "endedBuild.$": "$.endedBuild" }),
        ResultSelector: { "digest.$": "$.Payload.digest", "build.$": "$.Payload.build" },
        ResultPath: "$.prepared",
        // A redriven execution of an ended request ends immediately.
        Retry: [retry(0, "RequestEnded"), retry(8, "States.ALL")],
        Catch: failed("ReportError"),
        Next: "IsFree",
      },
      IsFree: { Type: "Choice", Choices: [{ Variable: "$.prepared.build", StringEquals: "", Next: "Start" }], Default: "PollEarlier" },
      PollEarlier: {
        Type: "Task",
        Resource: integration("aws-sdk:codebuild:batchGetBuilds"),
        Parameters: { "Ids.$": "States.Array($.prepared.build)" },
        // A build that does not exist does not run: CodeBuild keeps builds for a year, also those of deleted projects.
        // A path with a wildcard is then an empty list, and no error.
        ResultSelector: { "runs.$": "States.ArrayContains($.Builds[*].BuildStatus, 'IN_PROGRESS')" },
        ResultPath: "$.earlier",
        Retry: [retry(60, "States.ALL")],
        Catch: failed("ReportError"),
        Next: "EarlierHasEnded",
      },
      EarlierHasEnded: {
        Type: "Choice",
        Choices: [{ Variable: "$.earlier.runs", BooleanEquals: true, Next: "WaitForEarlier" }],
        Default: "Ended",
      },
      WaitForEarlier: { Type: "Wait", Seconds: earlierWait, Next: "PollEarlier" },
      Ended: { Type: "Pass", InputPath: "$.prepared.build", ResultPath: "$.endedBuild", Next: "Prepare" },
      Start: {
        Type: "Task",
        Resource: integration("aws-sdk:codebuild:startBuild"),
        Parameters: {
          "ProjectName.$": "$.project",
          // A repeated call within five minutes returns the same build.
          "IdempotencyToken.$": "States.Format('{}-{}', $.request.recordId, $.request.attempt)",
          // Short values without secrets: CodeBuild shows them to each reader of the build, and can limit them to 4,096 characters.
          EnvironmentVariablesOverride: [
            variable(variables.runner.request, "$.request.recordId"),
            variable(variables.runner.requestDigest, "$.prepared.digest"),
            variable(variables.runner.attempt, "States.Format('{}', $.request.attempt)"),
          ],
        },
        ResultSelector: build("$.Build"),
        ResultPath: "$.build",
        Retry: [
          retry(60, "CodeBuild.AccountLimitExceededException"),
          retry(8, "CodeBuild.CodeBuildException", "CodeBuild.SdkClientException", "States.Timeout"),
        ],
        Catch: failed("ReportError"),
        Next: "Wait",
      },
      Wait: { Type: "Wait", Seconds: pollSeconds(timeoutMinutes), Next: "Poll" },
      Poll: {
        Type: "Task",
        Resource: integration("aws-sdk:codebuild:batchGetBuilds"),
        Parameters: { "Ids.$": "States.Array($.build.id)" },
        // A path with a wildcard is an empty list if the build has no phases, and no error.
        ResultSelector: { ...build("$.Builds[0]"), "phases.$": "$.Builds[*].Phases" },
        ResultPath: "$.build",
        // A build whose state cannot be read can still run, so no other build starts.
        Retry: [retry(60, "States.ALL")],
        Catch: failed("ReportUnknown"),
        Next: "HasEnded",
      },
      HasEnded: {
        Type: "Choice",
        Choices: [{ Variable: "$.build.status", StringEquals: "IN_PROGRESS", Next: "Wait" }],
        Default: "Report",
      },
      Report: { ...report({ "request.$": "$.request", "build.$": "$.build" }), Next: "IsDone" },
      IsDone: {
        Type: "Choice",
        Choices: [
          {
            And: [
              { Variable: "$.report.next", StringEquals: "RETRY" },
              { Variable: "$.request.attempt", NumericLessThan: maxAttempts - 1 },
            ],
            Next: "Count",
          },
        ],
        Default: "Done",
      },
      Count: { Type: "Pass", Parameters: { "attempt.$": "States.MathAdd($.request.attempt, 1)" }, ResultPath: "$.next", Next: "Repeat" },
      Repeat: { Type: "Pass", InputPath: "$.next.attempt", ResultPath: "$.request.attempt", Next: "Prepare" },
      ReportError: { ...report({ "request.$": "$.request", "error.$": "$.error" }), Next: "IsReported" },
      ReportUnknown: { ...report({ "request.$": "$.request", "build.$": "$.build", "error.$": "$.error" }), Next: "IsReported" },
      // Only an execution without a report must end in another way than SUCCEEDED. Operations of the fleet have no record.
      IsReported: { Type: "Choice", Choices: ofFleet("Failed"), Default: "Done" },
      Failed: { Type: "Fail", Error: "NoBuild", Cause: "No build started, or its state cannot be read." },
      Done: { Type: "Succeed" },
    },
  };
}
