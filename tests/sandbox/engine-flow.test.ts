// Runs the state machine of the engine in the interpreter of the sandbox. Does not prove how AWS names errors.
import assert from "node:assert/strict";
import { flowDefinition } from "@cloister/components/catalog/engine/flow";
import { type EngineRequest, type ReportInput } from "@cloister/components/catalog/engine/names";
import { type Answer, type Call, type Ended, Interpreter } from "../helpers/state-machine";

const facts = {
  partition: "aws",
  projectName: "runner",
  previewProjectName: "previews",
  reportFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:report",
  timeoutMinutes: 60,
};
const request: EngineRequest = {
  operation: "PROVISION",
  // The longest token of AWS Service Catalog.
  token: "t".repeat(20_000),
  recordId: "rec-1",
  provisionedProductId: "pp-1",
  provisionedProductName: "fraud",
  productId: "prod-1",
  artifactId: "pa-1",
  artifactPath: "s3://versions/versions/0a.tar.gz",
  launchRoleArn: "arn:aws:iam::111122223333:role/hub-environment-launch",
  accountId: "111122223333",
  parameters: { team: 'fraud "quoted" {}\'s' },
  tags: {},
  attempt: 0,
};

/** The definition without waits, and with few repetitions of failed calls. */
const quick = JSON.parse(
  JSON.stringify(flowDefinition(facts), (key, value: unknown) =>
    key === "Seconds" ? 0 : key === "IntervalSeconds" ? 1 : key === "MaxDelaySeconds" ? 2 : key === "MaxAttempts" ? 1 : value,
  ),
) as object;

interface Run extends Ended {
  calls: Call[];
  /** Requests that were written for the runner. */
  prepared: EngineRequest[];
  /** Projects and environment variables of the builds, and the idempotency tokens. */
  builds: { project: string; variables: Record<string, string>; token: string }[];
  reports: ReportInput[];
}

/** Phases, as the API returns them. */
const phases = [
  { phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED" },
  { phaseType: "BUILD", phaseStatus: "FAILED", contexts: [{ statusCode: "COMMAND_EXECUTION_ERROR", message: "exit status 1" }] },
];
const reportedPhases = [
  { PhaseType: "SUBMITTED", PhaseStatus: "SUCCEEDED" },
  { PhaseType: "BUILD", PhaseStatus: "FAILED", Contexts: [{ StatusCode: "COMMAND_EXECUTION_ERROR", Message: "exit status 1" }] },
];

const isReport = ({ operation, input }: Call) => operation === "lambda.Invoke" && !("prepare" in input);
const variablesOf = (attempt: number) => ({
  CLOISTER_REQUEST: "rec-1",
  CLOISTER_REQUEST_DIGEST: "digest",
  CLOISTER_ATTEMPT: String(attempt),
});

let interpreter: Interpreter;

/** `next` has the results of the function `report`, one for each build. */
async function run(
  next: string[],
  override: (call: Call, before: Call[]) => Answer | undefined = () => undefined,
  given: EngineRequest = request,
): Promise<Run> {
  const calls: Call[] = [];
  const ofKind = (operation: string) => calls.filter((call) => call.operation === operation);
  const end = await interpreter.run(quick, given, (call) => {
    const answer = override(call, calls);
    calls.push(call);
    if (answer) return answer;
    const count = ofKind("codebuild.StartBuild").length;
    if (call.operation === "codebuild.StartBuild") return { output: { build: { id: `runner:${count}`, buildStatus: "IN_PROGRESS" } } };
    if (call.operation === "lambda.Invoke")
      return { output: isReport(call) ? { next: next[calls.filter(isReport).length - 1] ?? "DONE" } : { digest: "digest", build: "" } };
    const polls = ofKind("codebuild.BatchGetBuilds").filter(({ input }) => String(input.ids) === `runner:${count}`).length;
    // A build that has just started has no phases.
    const build = polls < 3 ? { buildStatus: "IN_PROGRESS" } : { buildStatus: "SUCCEEDED", phases };
    return { output: { builds: [{ id: `runner:${count}`, ...build }] } };
  });
  return {
    ...end,
    calls,
    prepared: ofKind("lambda.Invoke").flatMap(({ input }) => ("prepare" in input ? [input.prepare as EngineRequest] : [])),
    builds: ofKind("codebuild.StartBuild").map(({ input }) => ({
      project: String(input.projectName),
      variables: Object.fromEntries(
        (input.environmentVariablesOverride as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
      ),
      token: String(input.idempotencyToken),
    })),
    reports: calls.filter(isReport).map(({ input }) => input as unknown as ReportInput),
  };
}

describe("the flow of the engine", function () {
  this.timeout(60_000);
  before(async () => (interpreter = await Interpreter.start()));
  after(() => interpreter.stop());

  it("writes the request, starts one build with its ID, waits for its end, and reports it", async () => {
    const { status, calls, prepared, builds, reports } = await run(["DONE"]);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(
      calls.map(({ operation }) => operation),
      ["lambda.Invoke", "codebuild.StartBuild", ...Array.from({ length: 3 }, () => "codebuild.BatchGetBuilds"), "lambda.Invoke"],
    );
    assert.deepEqual(prepared, [request]);
    assert.deepEqual(builds, [{ project: "runner", variables: variablesOf(0), token: "rec-1-0" }]);
    assert.deepEqual(reports, [{ request, build: { id: "runner:1", status: "SUCCEEDED", phases: [reportedPhases] } }]);
  });

  it("starts a build again with the next attempt, and at most three builds", async () => {
    const { status, builds, reports } = await run(["RETRY", "RETRY", "RETRY", "RETRY"]);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(
      builds,
      [0, 1, 2].map((attempt) => ({ project: "runner", variables: variablesOf(attempt), token: `rec-1-${attempt}` })),
    );
    assert.deepEqual(
      reports.map(({ request: { attempt }, build }) => [attempt, build!.id]),
      [
        [0, "runner:1"],
        [1, "runner:2"],
        [2, "runner:3"],
      ],
    );
  });

  it("waits for an earlier build of the product, and removes its claim before it starts a build", async () => {
    const answers = [{ builds: [{ id: "runner:0", buildStatus: "IN_PROGRESS" }] }, { builds: [], buildsNotFound: ["runner:0"] }];
    const { status, calls, builds } = await run(["DONE"], ({ operation, input }) => {
      if (operation === "codebuild.BatchGetBuilds" && String(input.ids) === "runner:0") return { output: answers.shift()! };
      return "prepare" in input ? { output: { digest: "digest", build: input.endedBuild === "runner:0" ? "" : "runner:0" } } : undefined;
    });
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual([answers, builds.length], [[], 1]);
    assert.deepEqual(
      calls.slice(0, 5).map(({ operation }) => operation),
      ["lambda.Invoke", "codebuild.BatchGetBuilds", "codebuild.BatchGetBuilds", "lambda.Invoke", "codebuild.StartBuild"],
    );
  });

  it("starts no build if the state of an earlier build cannot be read", async () => {
    const { builds, reports } = await run(["DONE"], ({ operation, input }) => {
      if (operation === "codebuild.BatchGetBuilds") return { error: "ThrottlingException" };
      return "prepare" in input ? { output: { digest: "digest", build: "runner:0" } } : undefined;
    });
    assert.deepEqual([builds, reports.length, reports[0]!.build], [[], 1, undefined]);
  });

  it("waits for capacity", async () => {
    const { status, builds } = await run(["DONE"], ({ operation }, before) =>
      operation === "codebuild.StartBuild" && before.length === 1 ? { error: "AccountLimitExceededException" } : undefined,
    );
    assert.equal(status, "SUCCEEDED");
    assert.equal(builds.length, 2);
    assert.deepEqual(new Set(builds.map(({ token }) => token)), new Set(["rec-1-0"]));
  });

  it("reports that the request cannot be written", async () => {
    const { status, builds, reports } = await run(["DONE"], (call) =>
      call.operation === "lambda.Invoke" && !isReport(call) ? { error: "TooManyRequestsException" } : undefined,
    );
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual([builds.length, reports.length, reports[0]!.request], [0, 1, request]);
  });

  it("reports that no build started", async () => {
    const { status, reports } = await run(["DONE"], ({ operation }) =>
      operation === "codebuild.StartBuild" ? { error: "ResourceNotFoundException" } : undefined,
    );
    // The failure is reported, so the execution did not fail.
    assert.equal(status, "SUCCEEDED");
    assert.equal(reports.length, 1);
    const [{ request: reported, build, error }] = reports as [ReportInput];
    assert.deepEqual([reported, build], [request, undefined]);
    assert.match(error!.Error, /ResourceNotFoundException/);
  });

  it("previews in another project, and fails without a record in Service Catalog", async () => {
    const preview: EngineRequest = { ...request, operation: "PREVIEW" };
    const { status, builds } = await run(["DONE"], undefined, preview);
    assert.deepEqual([status, builds.map(({ project }) => project)], ["SUCCEEDED", ["previews"]]);
    const failed = await run(
      ["DONE"],
      ({ operation }) => (operation === "codebuild.StartBuild" ? { error: "ResourceNotFoundException" } : undefined),
      preview,
    );
    assert.deepEqual([failed.status, failed.reports.length], ["FAILED", 1]);
  });

  it("starts no other build if the state of a build cannot be read", async () => {
    const { status, builds, reports } = await run(["RETRY"], ({ operation }) =>
      operation === "codebuild.BatchGetBuilds" ? { error: "ThrottlingException" } : undefined,
    );
    assert.equal(status, "SUCCEEDED");
    assert.equal(builds.length, 1);
    assert.deepEqual([reports.length, reports[0]!.build!.id], [1, "runner:1"]);
    assert.match(reports[0]!.error!.Error, /Throttling|CodeBuild/);
  });

  it("reports again if the function fails", async () => {
    let failures = 0;
    const { status, reports } = await run(["", "DONE"], (call) =>
      isReport(call) && failures++ === 0 ? { error: "TooManyRequestsException" } : undefined,
    );
    assert.equal(status, "SUCCEEDED");
    assert.equal(reports.length, 2);
  });
});
