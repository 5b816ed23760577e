// Tests the evaluator from the event to the calls of the AWS SDK, against a server on this machine.
// Does not prove the events and answers of AWS: tests/engine and tests/sandbox run the function against the sandbox.
import assert from "node:assert/strict";
import { allowListText } from "@cloister/components/controls/allow-list";
import { jsonError } from "../../helpers/aws-server";
import {
  compliant,
  type ControlCase,
  controlCases,
  domain,
  endpoint,
  foreignRole,
  model,
  notebook,
  training,
} from "../../helpers/control-cases";
import {
  account,
  arnOf,
  callEvent,
  ControlsWorld,
  fraud,
  parameters,
  region,
  roleOf,
  type Settings,
  stateEvent,
} from "../../helpers/controls";

let world: ControlsWorld;
const start = async (answers: ControlCase["answers"], settings: Settings = {}) => (world = await ControlsWorld.start(answers, settings));
const operations = () => world.changes.map(([operation]) => operation);
const corrections = () => operations().filter((operation) => operation !== "AddTags");
const controlsOf = () => [...new Set(world.findings.flatMap(({ violations }) => violations.map(({ control }) => control)))];
const trainingCall = (change: Record<string, unknown> = {}) => callEvent("CreateTrainingJob", { trainingJobName: "Train-1" }, change);
const trainingState = stateEvent("SageMaker Training Job State Change", { TrainingJobName: "Train-1", TrainingJobStatus: "InProgress" });
const noncompliant = { DescribeTrainingJob: { ...training, VpcConfig: undefined } };

describe("evaluator", () => {
  afterEach(() => world.stop());

  describe("compares", () => {
    for (const { name, call, parameters: given, answers, violates, corrects } of controlCases)
      it(`${name}: ${violates.length > 0 ? violates.join(", ") : "nothing"}`, async () => {
        await start(answers);
        assert.deepEqual(await world.deliver([callEvent(call, given)]), [], JSON.stringify(world.logs("error")));
        assert.deepEqual(controlsOf(), violates);
        assert.deepEqual(corrections(), corrects);
        assert.equal(world.notifications.length, violates.length > 0 ? 1 : 0);
      });
  });

  describe("a resource", () => {
    it("is only reported in the mode observe", async () => {
      await start(noncompliant, { mode: "observe" });
      await world.deliver([trainingCall()]);
      assert.deepEqual([operations(), controlsOf(), world.findings[0]!.outcome], [[], ["InSubnets", "InGroups"], "observed"]);
    });

    it("gets a tag with the controls that it violates", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall()]);
      assert.deepEqual(world.changes[0], [
        "AddTags",
        { ResourceArn: arnOf("training-job/train-1"), Tags: [{ Key: "cloister:finding", Value: "InSubnets InGroups" }] },
      ]);
    });

    it("is reported with its environment, its actor and what was found", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall()]);
      const [finding] = world.findings;
      assert.deepEqual(
        [finding!.environment, finding!.actor, finding!.resource, finding!.outcome, finding!.violations[0]!.found],
        ["fraud-dev", `arn:aws:sts::${account}:assumed-role/intern/eve`, arnOf("training-job/train-1"), "stopped", "VpcSubnets is missing"],
      );
      assert.deepEqual(world.notifications, ["Cloister: TrainingJob Train-1 in fraud-dev"]);
    });

    it("is imported to Security Hub if the setting is true", async () => {
      await start(noncompliant, { securityHub: true });
      await world.deliver([trainingCall()]);
      const [found] = world.imported;
      assert.deepEqual(
        [found!.ProductArn, found!.AwsAccountId, found!.GeneratorId, found!.Resources],
        [
          `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
          account,
          "cloister/InSubnets",
          [{ Type: "Other", Id: arnOf("training-job/train-1"), Partition: "aws", Region: region }],
        ],
      );
    });

    it("that ended is reported, and not stopped", async () => {
      await start({ DescribeTrainingJob: { ...training, VpcConfig: undefined, TrainingJobStatus: "Completed" } });
      await world.deliver([trainingCall()]);
      assert.deepEqual([corrections(), world.findings[0]!.outcome], [[], "ended"]);
    });

    it("of no environment is ignored", async () => {
      await start({ DescribeTrainingJob: { ...training, RoleArn: foreignRole, VpcConfig: undefined } });
      assert.deepEqual(await world.deliver([trainingCall()]), []);
      assert.deepEqual([operations(), world.findings], [[], []]);
    });

    it("of no environment is noncompliant in a dedicated account", async () => {
      await start({ DescribeTrainingJob: { ...training, RoleArn: foreignRole, VpcConfig: undefined } }, { dedicated: true });
      await world.deliver([trainingCall()]);
      assert.deepEqual([corrections(), controlsOf(), world.findings[0]!.environment], [["StopTrainingJob"], ["NoEnvironment"], undefined]);
    });

    it("belongs to the environment of its role, whatever its tags and its name say", async () => {
      const item = {
        ...training,
        TrainingJobName: "risk-dev-train",
        TrainingJobArn: arnOf("training-job/risk-dev-train"),
        Tags: [{ Key: "Environment", Value: "risk-dev" }],
        VpcConfig: undefined,
      };
      await start({ DescribeTrainingJob: item, ListTags: { Tags: item.Tags } });
      await world.deliver([callEvent("CreateTrainingJob", { trainingJobName: "risk-dev-train", tags: item.Tags })]);
      assert.equal(world.findings[0]!.environment, "fraud-dev");
    });

    it("without a role belongs to the environment of its caller", async () => {
      await start({ DescribeAlgorithm: { AlgorithmName: "a", AlgorithmArn: arnOf("algorithm/a"), AlgorithmStatus: "Completed" } });
      const userIdentity = { arn: "arn:x", sessionContext: { sessionIssuer: { arn: roleOf("fraud-dev") } } };
      await world.deliver([callEvent("CreateAlgorithm", { algorithmName: "a" }, { userIdentity })]);
      assert.deepEqual([controlsOf(), world.findings[0]!.environment], [["NoOtherCompute"], "fraud-dev"]);
    });

    it("of an existing role that two environments share is compared with the list that fits", async () => {
      const shared = `arn:aws:iam::${account}:role/existing-model`;
      const lists = parameters({
        "/cloister/risk-dev/allow-list": allowListText({ ...fraud, subnetIds: ["subnet-r"], roleArns: [shared] }),
      });
      await start({ DescribeModel: { ...model, ExecutionRoleArn: shared } }, { parameters: lists });
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      assert.deepEqual(world.findings, []);
    });

    it("with the open profile can have any network", async () => {
      const lists = parameters({ "/cloister/fraud-dev/allow-list": allowListText({ ...fraud, profile: "open", networkIsolation: false }) });
      await start(noncompliant, { parameters: lists });
      await world.deliver([trainingCall()]);
      assert.deepEqual(world.findings, []);
    });
  });

  describe("a domain", () => {
    const second = { ...domain, DomainId: "d-second", DomainArn: arnOf("domain/d-second") };

    it("in the network of an environment that is not its domain is tagged, and never deleted", async () => {
      await start({ DescribeDomain: second });
      await world.deliver([callEvent("CreateDomain", { domainName: "x" }, { responseElements: { domainArn: arnOf("domain/d-second") } })]);
      assert.deepEqual([operations(), controlsOf(), world.findings[0]!.outcome], [["AddTags"], ["KeepTheDomain"], "tagged"]);
    });

    it("has apps that are deleted if it is not the environment's", async () => {
      const app = {
        ...(compliant("App").answers.DescribeApp as object),
        DomainId: "d-second",
        AppArn: arnOf("app/d-second/s/jupyterlab/a"),
      };
      await start({ DescribeApp: app, DescribeDomain: second });
      await world.deliver([callEvent("CreateApp", { domainId: "d-second", appType: "JupyterLab", appName: "a", userProfileName: "eve" })]);
      assert.deepEqual(world.changes.at(-1), [
        "DeleteApp",
        { DomainId: "d-second", AppType: "JupyterLab", AppName: "a", UserProfileName: "eve" },
      ]);
    });

    it("waits while its environment has not published its domain", async () => {
      await start({ DescribeDomain: domain }, { parameters: parameters({ "/cloister/fraud-dev/domain-id": undefined }) });
      assert.deepEqual(await world.deliver([callEvent("UpdateDomain", { domainId: "d-fraud" })]), [0]);
      assert.deepEqual([operations(), world.findings.length, world.logs("waiting").length], [[], 0, 1]);
    });
  });

  describe("an endpoint", () => {
    const parts = compliant("Endpoint").answers;
    const event = callEvent("CreateEndpoint", { endpointName: "endpoint-1" });

    it("whose model someone deleted is reported, and not deleted", async () => {
      await start({ ...parts, DescribeModel: "ResourceNotFound" }, { dedicated: true });
      assert.deepEqual(await world.deliver([event]), []);
      assert.deepEqual([operations(), controlsOf(), world.findings[0]!.outcome], [[], ["ModelMissing"], "observed"]);
    });

    it("is deleted if the evaluator deleted its model", async () => {
      await start({ ...parts, DescribeModel: { ...model, VpcConfig: undefined } });
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      world.answers = { ...parts, DescribeModel: "ResourceNotFound" };
      await world.deliver([event]);
      assert.deepEqual(corrections(), ["DeleteModel", "DeleteEndpoint"]);
      assert.deepEqual(controlsOf(), ["InSubnets", "InGroups", "ModelRemoved"]);
    });

    it("that is created waits for its deletion, and is reported immediately", async () => {
      const creating = { ...endpoint, EndpointStatus: "Creating" };
      const bad = { ...parts, DescribeEndpoint: creating, DescribeModel: { ...model, VpcConfig: undefined } };
      await start({ ...bad, DeleteEndpoint: "ValidationException" });
      assert.deepEqual(await world.deliver([event]), [0]);
      assert.deepEqual([world.notifications.length, world.findings[0]!.outcome], [1, "waiting"]);
      world.answers = { ...bad, DescribeEndpoint: endpoint };
      assert.deepEqual(await world.deliver([event]), []);
      assert.deepEqual([world.notifications.length, world.findings.at(-1)!.outcome], [1, "deleted"]);
    });
  });

  describe("a pipeline", () => {
    it("of no environment in a dedicated account has its executions stopped", async () => {
      const { DescribePipeline } = compliant("Pipeline").answers as { DescribePipeline: object };
      const PipelineExecutionArn = arnOf("pipeline/pipeline-1/execution/abc");
      await start(
        {
          DescribePipeline: { ...DescribePipeline, RoleArn: foreignRole },
          ListPipelineExecutions: { PipelineExecutionSummaries: [{ PipelineExecutionArn, PipelineExecutionStatus: "Executing" }] },
          StopPipelineExecution: {},
        },
        { dedicated: true },
      );
      await world.deliver([callEvent("CreatePipeline", { pipelineName: "pipeline-1" })]);
      assert.deepEqual([corrections(), controlsOf()], [["StopPipelineExecution"], ["NoEnvironment"]]);
    });

    it("execution that the state change names is compared by the role of its pipeline", async () => {
      await start(compliant("PipelineExecution").answers);
      const detail = { pipelineExecutionArn: arnOf("pipeline/pipeline-1/execution/abc"), currentPipelineExecutionStatus: "Executing" };
      await world.deliver([stateEvent("SageMaker Model Building Pipeline Execution Status Change", detail)]);
      assert.deepEqual([world.findings, world.logs("compliant").length], [[], 1]);
    });
  });

  describe("an event", () => {
    const ignored: Record<string, object> = {
      "of a failed call": trainingCall({ errorCode: "AccessDenied", requestParameters: null }),
      "of a failed call with parameters": trainingCall({ errorCode: "ValidationException" }),
      "without parameters": callEvent("CreateTrainingJob", null),
      "of another call": callEvent("CreateFeatureGroup", { featureGroupName: "f" }),
      "of another account": { ...trainingCall(), account: "999999999999" },
      "of another region": { ...trainingCall(), region: "us-east-1" },
      "of another service": { ...trainingCall(), source: "aws.s3" },
      "of another principal that names itself like AWS": { ...trainingCall(), source: "aws.sagemaker.evil" },
      "of another type": { ...trainingCall(), "detail-type": "SageMaker Model Package State Change" },
    };
    for (const [name, event] of Object.entries(ignored))
      it(`${name} is ignored`, async () => {
        await start(noncompliant);
        assert.deepEqual(await world.deliver([event]), []);
        assert.deepEqual([operations(), world.findings.length, world.logs("ignored").length], [[], 0, 1]);
      });

    const kept: Record<string, object | string> = {
      "of an unknown version": { ...trainingCall(), version: "1" },
      "with a record of an unknown version": trainingCall({ eventVersion: "2.0" }),
      "without the name of its resource": callEvent("CreateTrainingJob", { roleArn: "x" }),
      "without a detail": { ...trainingCall(), detail: undefined },
      "that is no JSON": "{",
    };
    for (const [name, event] of Object.entries(kept))
      it(`${name} is kept in the queue, and changes nothing`, async () => {
        await start(noncompliant);
        assert.deepEqual(await world.deliver([trainingState, event]), [1]);
        assert.deepEqual([corrections(), world.logs("error").length], [["StopTrainingJob"], 1]);
      });

    it("with a later minor version of CloudTrail is evaluated", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall({ eventVersion: "1.99" })]);
      assert.deepEqual(corrections(), ["StopTrainingJob"]);
    });

    it("whose request was too long for CloudTrail is found by the ARN in the answer", async () => {
      await start({ DescribeModel: { ...model, VpcConfig: undefined } });
      const requestParameters = { omitted: true, originalSize: 120_000, reason: "requestParameters too large" };
      await world.deliver([callEvent("CreateModel", requestParameters, { responseElements: { modelArn: arnOf("model/model-1") } })]);
      assert.deepEqual(world.changes.at(-1), ["DeleteModel", { ModelName: "model-1" }]);
    });

    it("of SageMaker is compared like a call", async () => {
      await start(noncompliant);
      await world.deliver([trainingState]);
      assert.deepEqual([corrections(), world.findings[0]!.actor], [["StopTrainingJob"], undefined]);
    });

    it("that claims another state than AWS describes changes nothing", async () => {
      await start(compliant("TrainingJob").answers);
      await world.deliver([trainingCall({ requestParameters: { trainingJobName: "Train-1", roleArn: foreignRole, vpcConfig: null } })]);
      assert.deepEqual([operations(), world.findings], [[], []]);
    });

    it("about a resource that does not exist is received again once, and then ends", async () => {
      await start({});
      assert.deepEqual(await world.deliver([trainingCall()], 1), [0]);
      assert.deepEqual(await world.deliver([trainingCall()], 2), []);
      assert.equal(world.logs("gone").length, 1);
    });
  });

  describe("repeated, late and parallel events", () => {
    it("report a noncompliant job once", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall(), trainingCall(), trainingState]);
      await world.deliver([trainingState, trainingCall()]);
      assert.deepEqual([world.findings.length, world.notifications.length, world.objects.size], [1, 1, 1]);
    });

    it("add the actor that a state change does not contain", async () => {
      await start(noncompliant, { securityHub: true });
      await world.deliver([trainingState]);
      await world.deliver([trainingCall()]);
      await world.deliver([trainingState]);
      assert.deepEqual(
        world.findings.map(({ actor }) => actor?.split("/").at(-1)),
        [undefined, "eve"],
      );
      assert.deepEqual([world.notifications.length, world.imported.length], [1, 2]);
      assert.equal(world.imported[0]!.Id, world.imported[1]!.Id);
    });

    it("about an earlier state do not hide a later one", async () => {
      await start(compliant("NotebookInstance").answers);
      const event = callEvent("CreateNotebookInstance", { notebookInstanceName: "notebook-1" });
      await world.deliver([event]);
      world.answers = { DescribeNotebookInstance: { ...notebook, RootAccess: "Enabled" } };
      await world.deliver([event]);
      assert.deepEqual(corrections(), ["StopNotebookInstance"]);
    });

    it("report a new job with the name of an earlier one", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall()]);
      world.answers = { DescribeTrainingJob: { ...training, VpcConfig: undefined, CreationTime: 1_764_999_999 } };
      await world.deliver([trainingCall()]);
      assert.equal(world.notifications.length, 2);
    });

    it("with a stop of a job that ended meanwhile are no error", async () => {
      await start({ ...noncompliant, StopTrainingJob: "ValidationException" });
      let descriptions = 0;
      world.answers.DescribeTrainingJob = () => ({
        ...training,
        VpcConfig: undefined,
        TrainingJobStatus: descriptions++ === 0 ? "InProgress" : "Completed",
      });
      assert.deepEqual(await world.deliver([trainingCall()]), []);
      assert.equal(world.findings[0]!.outcome, "ended");
    });
  });

  describe("with faults", () => {
    it("repeats throttled calls with back-off", async () => {
      await start(noncompliant);
      for (const operation of ["DescribeTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "GetParametersByPath"])
        world.once.push([operation, jsonError("ThrottlingException")]);
      assert.deepEqual(await world.deliver([trainingCall()]), []);
      assert.deepEqual([corrections(), world.notifications.length], [["StopTrainingJob"], 1]);
    });

    it("keeps only the message whose call AWS denies", async () => {
      await start({ ...noncompliant, DescribeModel: "AccessDeniedException" });
      assert.deepEqual(await world.deliver([callEvent("CreateModel", { modelName: "m" }), trainingCall()]), [0]);
      assert.deepEqual(corrections(), ["StopTrainingJob"]);
    });

    // A crash ends the function between two calls. The queue then delivers the message again.
    for (const crash of ["DescribeTrainingJob", "AddTags", "StopTrainingJob", "s3 GET", "sns POST", "s3 PUT"])
      it(`reports and stops a noncompliant job after a crash at ${crash}`, async () => {
        await start(noncompliant);
        let isStopped = false;
        world.answers.DescribeTrainingJob = () => ({
          ...training,
          VpcConfig: undefined,
          TrainingJobStatus: isStopped ? "Stopping" : "InProgress",
        });
        let hasCrashed = false;
        world.onCall = (operation) => {
          if (operation === "StopTrainingJob") isStopped = true;
          if (operation !== crash || hasCrashed) return;
          hasCrashed = true;
          for (let i = 0; i < 10; i++) world.once.unshift([operation, { status: 500, body: "" }]);
        };
        const failed = await world.deliver([trainingCall()]);
        assert.deepEqual(failed, [0]);
        world.once.length = 0;
        assert.deepEqual(await world.deliver([trainingCall()]), []);
        assert.ok(isStopped);
        assert.ok(world.notifications.length >= 1);
        assert.equal(world.objects.size, 1);
      }).timeout(60_000);

    it("compares nothing with an allow-list of another version", async () => {
      const lists = parameters({ "/cloister/fraud-dev/allow-list": JSON.stringify({ version: 2 }) });
      await start(noncompliant, { parameters: lists });
      await assert.rejects(world.deliver([trainingCall()]), /\/cloister\/fraud-dev\/allow-list is no allow-list of version 1/);
      assert.deepEqual(operations(), []);
    });

    it("waits for the allow-list of an environment that is being deployed", async () => {
      await start(noncompliant, { parameters: parameters({ "/cloister/fraud-dev/allow-list": undefined }), dedicated: true });
      assert.deepEqual(await world.deliver([trainingCall()]), [0]);
      assert.deepEqual([operations(), world.findings.length], [[], 0]);
    });
  });

  describe("in the hands of a thief", () => {
    it("stops no job of another team because of a job of the same name in an event", async () => {
      await start({
        DescribeTrainingJob: ({ TrainingJobName }) =>
          TrainingJobName === "victim"
            ? { ...training, TrainingJobName, TrainingJobArn: arnOf("training-job/victim") }
            : "ResourceNotFound",
      });
      await world.deliver([trainingCall({ requestParameters: { trainingJobName: "victim", vpcConfig: null } })]);
      assert.deepEqual(operations(), []);
    });

    it("is not deceived by the tag of findings on a noncompliant job", async () => {
      await start({ ...noncompliant, ListTags: { Tags: [{ Key: "cloister:finding", Value: "InSubnets" }] } });
      await world.deliver([trainingCall()]);
      assert.deepEqual([corrections(), world.notifications.length], [["StopTrainingJob"], 1]);
    });

    it("writes only plain characters to notifications", async () => {
      await start(noncompliant);
      const arn = `arn:aws:sts::${account}:assumed-role/intern/eve\u202e\nSubject: all is well`;
      await world.deliver([trainingCall({ userIdentity: { arn } })]);
      assert.match(world.notifications[0]!, /^[\x20-\x7e]{1,99}$/);
    });

    it("evaluates many events, and stops the noncompliant job among them", async () => {
      await start({
        DescribeTrainingJob: ({ TrainingJobName }) => ({
          ...training,
          TrainingJobName,
          TrainingJobArn: arnOf(`training-job/${String(TrainingJobName)}`),
          ...(TrainingJobName === "job-77" && { VpcConfig: undefined }),
        }),
      });
      const events = Array.from({ length: 100 }, (_, i) => trainingCall({ requestParameters: { trainingJobName: `job-${i}` } }));
      for (let i = 0; i < events.length; i += 10) assert.deepEqual(await world.deliver(events.slice(i, i + 10)), []);
      assert.deepEqual(world.changes.at(-1), ["StopTrainingJob", { TrainingJobName: "job-77" }]);
    });
  });
});
