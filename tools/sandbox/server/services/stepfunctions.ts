import { AwsError } from "../aws-error";
import { trustsService } from "../iam";
import { type Execution, type Machines, type Result } from "../machines";
import { type Patch, type PatchCall, patchedService, validateFirst } from "../service";

type Item = Record<string, unknown>;

const bodyOf = (answer: { body: Buffer }): Item => JSON.parse(answer.body.toString()) as Item;

/** Step Functions must be able to assume the role. Error text: public reports on `aws_sfn_state_machine`. */
async function roleIsAssumable({ input, moto }: PatchCall): Promise<void> {
  if (input.roleArn === undefined) return;
  const denied = new AwsError(
    "AccessDeniedException",
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
  );
  const RoleName = String(input.roleArn).split("/").at(-1);
  const { Role } = (await moto("iam", "GetRole", { RoleName }).catch((error: unknown) => {
    throw error instanceof AwsError && error.code === "NoSuchEntity" ? denied : error;
  })) as { Role: { Arn: string; AssumeRolePolicyDocument: string } };
  if (Role.Arn !== input.roleArn || !trustsService(decodeURIComponent(Role.AssumeRolePolicyDocument), "states.amazonaws.com")) throw denied;
}

/** State machines, whose executions really run. moto stores them. */
export const stepfunctions = (machines: Machines) => {
  const withResult = (execution: Item): Item => {
    return { ...execution, ...machines.result(String(execution.executionArn)), events: undefined };
  };

  const start: Patch = async (call) => {
    const answer = await call.forward();
    if (answer.status >= 300) return answer;
    const { executionArn: arn } = bodyOf(answer) as { executionArn: string };
    const {
      name: machineName,
      definition,
      roleArn,
    } = await call.moto("stepfunctions", "DescribeStateMachine", {
      stateMachineArn: call.input.stateMachineArn,
    });
    await machines.start({
      arn,
      name: arn.split(":").at(-1)!,
      input: String(call.input.input ?? "{}"),
      machine: String(call.input.stateMachineArn),
      machineName: String(machineName),
      definition: String(definition),
      role: String(roleArn),
      account: call.caller.account,
      region: call.caller.region,
      startDate: Date.now(),
    });
    return answer;
  };

  const describe: Patch = async (call) => {
    const answer = await call.forward();
    return answer.status < 300 ? call.answer(withResult(bodyOf(answer))) : answer;
  };

  const list: Patch = async (call) => {
    const { statusFilter, ...input } = call.input;
    const answer = await call.forward(input);
    if (answer.status >= 300) return answer;
    const { executions, ...more } = bodyOf(answer) as { executions: Item[] };
    const all = executions.map(withResult).map(({ output: _output, error: _error, cause: _cause, ...summary }) => summary);
    return call.answer({ ...more, executions: all.filter(({ status }) => statusFilter === undefined || status === statusFilter) });
  };

  const history: Patch = async (call) => {
    // moto rejects executions that do not exist.
    await call.moto("stepfunctions", "DescribeExecution", { executionArn: call.input.executionArn });
    const events = machines.result(String(call.input.executionArn))?.events ?? [];
    return call.answer({ events: call.input.reverseOrder === true ? [...events].reverse() : events });
  };

  const stop: Patch = async (call) => {
    const { executionArn: arn, error, cause } = call.input;
    await call.moto("stepfunctions", "DescribeExecution", { executionArn: arn });
    await machines.abort(String(arn), error, cause);
    return call.answer({ stopDate: Date.now() / 1000 });
  };

  const report =
    (what: "success" | "failure" | "heartbeat"): Patch =>
    async (call) => {
      const { taskToken: token, output, error, cause } = call.input;
      const problem = await machines.send({ do: what, token, output, error, cause });
      if (problem) throw new AwsError("TaskDoesNotExist", `Task does not exist: ${problem}`);
      return call.answer({});
    };

  const validate: Patch = async (call) => {
    const problem = await machines.send({ do: "validate", definition: call.input.definition });
    const diagnostics = problem ? [{ severity: "ERROR", code: "SCHEMA_VALIDATION_FAILED", message: problem }] : [];
    return call.answer({ result: problem ? "FAIL" : "OK", diagnostics, truncated: false });
  };

  /** No operation publishes a version. */
  const versions: Patch = async (call) => {
    await call.moto("stepfunctions", "DescribeStateMachine", { stateMachineArn: call.input.stateMachineArn });
    return call.answer({ stateMachineVersions: [] });
  };

  return patchedService({
    scope: "states",
    model: "stepfunctions",
    violation: { code: "ValidationException" },
    leftovers: [{ type: "StateMachine", operation: "ListStateMachines", list: "stateMachines", id: "stateMachineArn" }],
    patches: {
      CreateStateMachine: validateFirst(roleIsAssumable),
      UpdateStateMachine: validateFirst(roleIsAssumable),
      ValidateStateMachineDefinition: validate,
      ListStateMachineVersions: versions,
      StartExecution: start,
      DescribeExecution: describe,
      ListExecutions: list,
      GetExecutionHistory: history,
      StopExecution: stop,
      SendTaskSuccess: report("success"),
      SendTaskFailure: report("failure"),
      SendTaskHeartbeat: report("heartbeat"),
    },
  });
};

/** The event of an execution. Source: AWS Step Functions "Events for Step Functions Standard workflow execution status changes". */
export const executionEvent = (execution: Execution, { status, output, error, cause, stopDate }: Partial<Result>) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  resources: [execution.arn],
  detail: {
    executionArn: execution.arn,
    stateMachineArn: execution.machine,
    name: execution.name,
    status,
    startDate: execution.startDate,
    stopDate: stopDate === undefined ? null : Math.round(stopDate * 1000),
    input: execution.input,
    output: output ?? null,
    inputDetails: { included: true },
    outputDetails: output === undefined ? null : { included: true },
    error: error ?? null,
    cause: cause ?? null,
  },
  account: execution.account,
  region: execution.region,
});
