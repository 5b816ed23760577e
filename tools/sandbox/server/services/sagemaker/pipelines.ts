// Implements SageMaker pipelines. An execution runs no step, and runs until it is stopped.
import { AwsError } from "../../aws-error";
import { roleIsAssumable } from "./checks";
import { arnOf, contains, type Item, keep, listing, missing, type Operations, type Sagemaker } from "./state";

const isPipeline = (pipeline: Item, nameOrArn: unknown) => pipeline.PipelineName === nameOrArn || pipeline.PipelineArn === nameOrArn;

function pipelineOf({ state }: Sagemaker, nameOrArn: unknown): Item {
  const pipeline = Object.values(state.pipelines).find((pipeline) => isPipeline(pipeline, nameOrArn));
  if (!pipeline) throw missing("Pipeline", nameOrArn);
  return pipeline;
}

function executionOf({ state }: Sagemaker, arn: unknown): Item {
  const execution = state.executions[String(arn)];
  if (!execution) throw missing("PipelineExecution", arn);
  return execution;
}

const isRunning = ({ PipelineExecutionStatus }: Item) => PipelineExecutionStatus === "Executing" || PipelineExecutionStatus === "Stopping";

/** A stopped execution is `Stopping` in one response. */
function finishStop(execution: Item): void {
  if (execution.PipelineExecutionStatus === "Stopping") execution.PipelineExecutionStatus = "Stopped";
}

const listExecutions = listing(
  "PipelineExecutionSummaries",
  (state) => state.executions,
  ({ PipelineExecutionArn, PipelineExecutionStatus, CreationTime }) => ({
    PipelineExecutionArn,
    PipelineExecutionStatus,
    StartTime: CreationTime,
  }),
  (item, input) => item.PipelineName === input.PipelineName,
);

export const pipelines: Operations = {
  async CreatePipeline(input, context) {
    const name = String(input.PipelineName);
    if (context.state.pipelines[name])
      throw new AwsError(
        "ValidationException",
        `Pipeline names must be unique within an AWS account and region. Pipeline with name (${name}) already exists.`,
      );
    await roleIsAssumable(context, input.RoleArn);
    const PipelineArn = arnOf(context, `pipeline/${name.toLowerCase()}`);
    keep(context, context.state.pipelines, name, PipelineArn, { ...input, PipelineArn, PipelineStatus: "Active" });
    return { PipelineArn };
  },
  DescribePipeline: ({ PipelineName }, context) => pipelineOf(context, PipelineName),
  ListPipelines: listing(
    "PipelineSummaries",
    (state) => state.pipelines,
    ["PipelineArn", "PipelineName", "RoleArn", "CreationTime", "LastModifiedTime"],
    (item, input) => contains(input.PipelineNamePrefix, item.PipelineName),
  ),
  /** Source: AWS API `DeletePipeline`: no execution can be running. */
  DeletePipeline({ PipelineName }, context) {
    const { state } = context;
    const { PipelineArn, PipelineName: name } = pipelineOf(context, PipelineName);
    const executions = Object.entries(state.executions).filter(([, execution]) => execution.PipelineName === name);
    if (executions.some(([, execution]) => isRunning(execution)))
      throw new AwsError("ConflictException", `Pipeline ${String(PipelineArn)} has running executions.`);
    for (const [arn] of executions) {
      delete state.executions[arn];
      delete state.tags[arn];
    }
    delete state.pipelines[String(name)];
    delete state.tags[String(PipelineArn)];
    return { PipelineArn };
  },
  StartPipelineExecution({ PipelineName }, context) {
    const { PipelineName: name, PipelineArn } = pipelineOf(context, PipelineName);
    const PipelineExecutionArn = `${String(PipelineArn)}/execution/${context.id("")}`;
    keep(context, context.state.executions, PipelineExecutionArn, PipelineExecutionArn, {
      PipelineName: name,
      PipelineArn,
      PipelineExecutionArn,
      PipelineExecutionStatus: "Executing",
    });
    return { PipelineExecutionArn };
  },
  DescribePipelineExecution({ PipelineExecutionArn }, context) {
    const execution = executionOf(context, PipelineExecutionArn);
    const answer = { ...execution };
    finishStop(execution);
    return answer;
  },
  StopPipelineExecution({ PipelineExecutionArn }, context) {
    const execution = executionOf(context, PipelineExecutionArn);
    if (!isRunning(execution))
      throw new AwsError("ConflictException", `Pipeline execution ${String(PipelineExecutionArn)} is not running.`);
    execution.PipelineExecutionStatus = "Stopping";
    return { PipelineExecutionArn };
  },
  async ListPipelineExecutions(input, context) {
    const { PipelineName } = pipelineOf(context, input.PipelineName);
    const answer = await listExecutions({ ...input, PipelineName }, context);
    for (const execution of Object.values(context.state.executions)) if (execution.PipelineName === PipelineName) finishStop(execution);
    return answer;
  },
};
