// Tests the evaluator from the event to the calls of the AWS SDK, against a server on this machine.
// Does not prove the events and answers of AWS: tests/engine and tests/sandbox run the function against the sandbox.
import assert from "node:assert/strict";
import { allowListText } from "@cloister/components/controls/allow-list";
import { bounded } from "@cloister/components/controls/runtime/finding";
import { mostNotifications } from "@cloister/components/controls/runtime/notifications";
import { jsonError } from "../../helpers/aws-server";
import {
  compliant,
  type ControlCase,
  controlCases,
  domain,
  endpoint,
  endpointConfig,
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
  risk,
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

    it("without a role and a network is only reported, because only its caller names an environment", async () => {
      await start({ DescribeAlgorithm: { AlgorithmName: "a", AlgorithmArn: arnOf("algorithm/a"), AlgorithmStatus: "Completed" } });
      const userIdentity = { arn: "arn:x", sessionContext: { sessionIssuer: { arn: roleOf("fraud-dev") } } };
      await world.deliver([callEvent("CreateAlgorithm", { algorithmName: "a" }, { userIdentity })]);
      assert.deepEqual([controlsOf(), world.findings[0]!.environment, operations()], [["NoOtherCompute"], "fraud-dev", []]);
    });

    it("of an existing role that two environments share is compared with the list that fits", async () => {
      const shared = `arn:aws:iam::${account}:role/existing-model`;
      const lists = parameters({
        "/cloister/controls/risk-dev": allowListText({ ...fraud, subnetIds: ["subnet-r"], roleArns: [shared] }),
      });
      await start({ DescribeModel: { ...model, ExecutionRoleArn: shared } }, { parameters: lists });
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      assert.deepEqual(world.findings, []);
    });

    it("with the open profile can have any network", async () => {
      const lists = parameters({ "/cloister/controls/fraud-dev": allowListText({ ...fraud, profile: "open", networkIsolation: false }) });
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
  });

  describe("an endpoint", () => {
    const parts = compliant("Endpoint").answers;
    const event = callEvent("CreateEndpoint", { endpointName: "endpoint-1" });

    it("whose model someone deleted is reported, and not deleted", async () => {
      await start({ ...parts, DescribeModel: "ResourceNotFound" }, { dedicated: true });
      assert.deepEqual(await world.deliver([event]), []);
      assert.deepEqual([operations(), controlsOf(), world.findings[0]!.outcome], [[], ["ModelMissing"], "observed"]);
    });

    const seconds = (offset: number) => Math.round(Date.now() / 1000) + offset;
    /** The evaluator deletes a model that was created a minute ago. Then the answers change. */
    const afterRemoval = async (answers: ControlCase["answers"]) => {
      await start({ ...parts, DescribeModel: { ...model, VpcConfig: undefined, CreationTime: seconds(-60) } });
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      world.answers = { ...parts, ...answers };
      await world.deliver([event]);
    };
    const removed = ["InSubnets", "InGroups", "ModelRemoved"];
    const at = (endpointOffset: number, configOffset = endpointOffset) => ({
      DescribeEndpoint: { ...endpoint, CreationTime: seconds(endpointOffset) },
      DescribeEndpointConfig: { ...endpointConfig, CreationTime: seconds(configOffset) },
    });

    it("is deleted if the evaluator deleted its model", async () => {
      await afterRemoval({ ...at(-30), DescribeModel: "ResourceNotFound" });
      assert.deepEqual([corrections(), controlsOf()], [["DeleteModel", "DeleteEndpoint"], removed]);
      assert.equal(world.findings.at(-1)!.environment, "fraud-dev");
    });

    it("is deleted if a compliant model of the same name was created later", async () => {
      await afterRemoval({ ...at(-30), DescribeModel: { ...model, CreationTime: seconds(600) } });
      assert.deepEqual([corrections(), controlsOf()], [["DeleteModel", "DeleteEndpoint"], removed]);
    });

    it("is deleted if only its configuration was created while the model existed", async () => {
      const answers = at(-86_400, -30);
      const DescribeEndpoint = { ...answers.DescribeEndpoint, LastModifiedTime: seconds(-20) };
      await afterRemoval({ ...answers, DescribeEndpoint, DescribeModel: "ResourceNotFound" });
      assert.deepEqual(corrections(), ["DeleteModel", "DeleteEndpoint"]);
    });

    it("is deleted after several models of the same name were deleted", async () => {
      await start({ ...parts, DescribeModel: { ...model, VpcConfig: undefined, CreationTime: seconds(-3600) } });
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      world.answers.DescribeModel = { ...model, VpcConfig: undefined, CreationTime: seconds(-10) };
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      world.answers = { ...parts, ...at(-1800), DescribeModel: "ResourceNotFound" };
      await world.deliver([event]);
      assert.deepEqual(corrections(), ["DeleteModel", "DeleteModel", "DeleteEndpoint"]);
    });

    it("that is older than the deleted model is not deleted", async () => {
      await afterRemoval({ ...at(-86_400), DescribeModel: model });
      assert.deepEqual([corrections(), controlsOf()], [["DeleteModel"], ["InSubnets", "InGroups"]]);
    });

    it("of a later model with the same name is not deleted", async () => {
      await afterRemoval({ ...at(120), DescribeModel: { ...model, CreationTime: seconds(60) } });
      assert.deepEqual(corrections(), ["DeleteModel"]);
    });

    it("of a deleted model of no environment is only reported", async () => {
      await start(
        { ...parts, DescribeModel: { ...model, ExecutionRoleArn: foreignRole, VpcConfig: undefined, CreationTime: seconds(-60) } },
        { dedicated: true },
      );
      await world.deliver([callEvent("CreateModel", { modelName: "model-1" })]);
      world.answers = { ...parts, ...at(-30), DescribeModel: "ResourceNotFound" };
      await world.deliver([event]);
      assert.deepEqual([corrections(), controlsOf()], [["DeleteModel"], ["NoEnvironment", "ModelRemoved"]]);
    });

    for (const [name, later] of Object.entries({
      "and it is missing": "ResourceNotFound",
      "and a later one has its name": at(0).DescribeEndpointConfig,
    }))
      it(`is deleted if the evaluator deleted its configuration, ${name}`, async () => {
        const { DescribeEndpoint, DescribeEndpointConfig } = at(-30, -60);
        await start({ ...parts, DescribeEndpoint, DescribeEndpointConfig: { ...DescribeEndpointConfig, KmsKeyId: undefined } });
        await world.deliver([callEvent("CreateEndpointConfig", { endpointConfigName: "config-1" })]);
        world.answers.DescribeEndpointConfig = later;
        await world.deliver([event]);
        assert.deepEqual(corrections(), ["DeleteEndpointConfig", "DeleteEndpoint"]);
        assert.deepEqual(controlsOf(), ["VolumeKey", "ModelRemoved"]);
      });

    const replacements: Record<string, ControlCase["answers"]> = {
      model: { ...at(-30, -31), DescribeModel: { ...model, CreationTime: seconds(-20) } },
      configuration: at(-30, -20),
    };
    for (const [name, answers] of Object.entries(replacements))
      it(`whose ${name} was replaced under the same name is reported, and not deleted`, async () => {
        await start({ ...parts, ...answers }, { dedicated: true });
        await world.deliver([event]);
        assert.deepEqual([operations(), controlsOf(), world.findings[0]!.outcome], [[], ["ModelMissing"], "observed"]);
      });

    it("that was updated to a later configuration is compliant", async () => {
      const { DescribeEndpoint, DescribeEndpointConfig } = at(-86_400, -60);
      await start({ ...parts, DescribeEndpoint: { ...DescribeEndpoint, LastModifiedTime: seconds(-30) }, DescribeEndpointConfig });
      await world.deliver([event]);
      assert.deepEqual(world.findings, []);
    });

    it("with an inference component without a model and a network is compared with the guardrails of models", async () => {
      const { answers, parameters: given } = compliant("InferenceComponent");
      const component = { ...(answers.DescribeInferenceComponent as object), Specification: { Container: { Image: "x" } } };
      await start({
        ...answers,
        DescribeEndpointConfig: { ...endpointConfig, ExecutionRoleArn: roleOf("fraud-dev") },
        DescribeInferenceComponent: component,
      });
      await world.deliver([callEvent("CreateInferenceComponent", given)]);
      assert.deepEqual([controlsOf(), corrections()], [["InSubnets", "InGroups", "Isolated"], ["DeleteInferenceComponent"]]);
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

  describe("a model of a model package", () => {
    const ofPackage = { ...model, PrimaryContainer: { ModelPackageName: "arn:aws:sagemaker:eu-central-1:999999999999:model-package/p/1" } };
    const event = callEvent("CreateModel", { modelName: "model-1" });
    const specification = (Image: string) => ({ Containers: [{ Image }] });
    const unreadable: Record<string, ControlCase["answers"][string]> = {
      "that its owner does not share": "AccessDeniedException",
      "that no longer exists": "ResourceNotFound",
      "without an image": {},
    };
    for (const [name, answer] of Object.entries(unreadable))
      it(`${name} has an unknown image, which is not allowed`, async () => {
        await start({ DescribeModel: ofPackage, DescribeModelPackage: answer });
        assert.deepEqual(await world.deliver([event]), []);
        assert.deepEqual([controlsOf(), corrections()], [["ImageSource"], ["DeleteModel"]]);
        assert.match(world.findings[0]!.violations[0]!.found, /unknown, because .*model-package\/p\/1 cannot be read/);
      });

    it("has the images of all its specifications", async () => {
      const allowed = specification(`${account}.dkr.ecr.eu-central-1.amazonaws.com/x`);
      await start({ DescribeModel: ofPackage, DescribeModelPackage: { InferenceSpecification: allowed } });
      await world.deliver([event]);
      assert.deepEqual(world.findings, []);
      const AdditionalInferenceSpecifications = [{ Name: "second", ...specification("docker.io/x") }];
      world.answers.DescribeModelPackage = { InferenceSpecification: allowed, AdditionalInferenceSpecifications };
      await world.deliver([event]);
      assert.deepEqual(controlsOf(), ["ImageSource"]);
    });
  });

  describe("an error with a name that a user chose", () => {
    for (const [message, isGone] of Object.entries({
      'Could not find model "arn:aws:sagemaker:eu-central-1:1:model/x".': true,
      "Requested resource not found.": true,
      RecordNotFound: true,
      "ModelPackage arn:aws:sagemaker:eu-central-1:1:model-package/x/1 does not exist.": true,
      "The request for RecordNotFound was rejected.": false,
      "Cannot stop 'Could not find' because its status is Creating": false,
      "1 validation error detected: Value 'does-not-exist' is invalid": false,
    }))
      it(`${isGone ? "ends" : "does not end"} the evaluation: ${message}`, async () => {
        await start({});
        world.once.push(["DescribeTrainingJob", { status: 400, body: JSON.stringify({ __type: "ValidationException", message }) }]);
        assert.deepEqual(await world.deliver([trainingCall()]), isGone ? [] : [0]);
      });
  });

  describe("the role of an app", () => {
    const app = { ...(compliant("App").answers.DescribeApp as object) };
    const event = callEvent("CreateApp", { domainId: "d-fraud", appType: "JupyterLab", appName: "default", spaceName: "space-1" });
    const answers = (space: object, more: ControlCase["answers"] = {}) => ({
      DescribeApp: app,
      DescribeDomain: domain,
      DescribeSpace: { SpaceName: "space-1", ...space },
      ...more,
    });
    const owned = { OwnershipSettings: { OwnerUserProfileName: "eve" }, SpaceSharingSettings: { SharingType: "Private" } };

    it("is the role of the user profile that owns the space", async () => {
      const DescribeUserProfile = { UserProfileName: "eve", UserSettings: { ExecutionRole: foreignRole } };
      await start(answers(owned, { DescribeUserProfile }), { dedicated: true });
      await world.deliver([event]);
      assert.deepEqual([controlsOf(), corrections()], [["ForeignRole"], ["DeleteApp"]]);
    });

    it("is the role of shared spaces in a shared space", async () => {
      const shared = { OwnershipSettings: owned.OwnershipSettings, SpaceSharingSettings: { SharingType: "Shared" } };
      await start(answers(shared, { DescribeDomain: { ...domain, DefaultSpaceSettings: { ExecutionRole: foreignRole } } }));
      await world.deliver([event]);
      assert.deepEqual(controlsOf(), ["ForeignRole"]);
    });

    it("is the role of the domain if the user profile has none", async () => {
      await start(answers(owned, { DescribeUserProfile: { UserProfileName: "eve" } }));
      await world.deliver([event]);
      assert.deepEqual([world.findings, world.logs("compliant").length], [[], 1]);
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

  describe("notifications", () => {
    const endpoints = Object.fromEntries(
      Object.entries(compliant("Endpoint").answers).filter(([operation]) => operation !== "DescribeModel"),
    );
    /** Endpoints without their models, as a caller can create them. */
    const missing = {
      ...endpoints,
      DescribeModel: "ResourceNotFound",
      DescribeEndpoint: ({ EndpointName }: Record<string, unknown>) => ({
        ...endpoint,
        EndpointName,
        EndpointArn: arnOf(`endpoint/${String(EndpointName)}`),
      }),
    };
    const events = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => callEvent("CreateEndpoint", { endpointName: `e-${from + i}` }));
    const counters = () => [...world.objects.keys()].filter((key) => key.includes("/resources/notifications-"));

    it("of findings that are only reported end with one that there are more", async () => {
      await start(missing);
      assert.deepEqual(await world.deliver(events(0, mostNotifications + 3)), []);
      assert.equal(world.findings.length, mostNotifications + 3);
      assert.equal(world.notifications.length, mostNotifications + 1);
      assert.equal(world.notifications.at(-1), "Cloister: more findings in no environment");
      assert.match(world.texts.at(-1)!, /run the query <core stack>\/findings/);
      assert.equal(counters().length, 1);
    });

    it("of corrections and of other controls are sent after the limit", async () => {
      await start({ ...missing, ...noncompliant });
      await world.deliver([...events(0, mostNotifications + 2), trainingCall()]);
      assert.equal(world.notifications.at(-1), "Cloister: TrainingJob Train-1 in fraud-dev");
    });

    it("are sent again in the next hour", async () => {
      await start(missing);
      await world.deliver(events(0, mostNotifications + 2));
      const [key] = counters();
      world.objects.set(key!, JSON.stringify({ ...(JSON.parse(world.objects.get(key!)!) as object), hour: "2026-01-01T00" }));
      await world.deliver(events(50, 51));
      assert.match(world.notifications.at(-1)!, /Endpoint e-50/);
    });

    it("are sent if their counter cannot be read", async () => {
      await start(missing);
      await world.deliver(events(0, mostNotifications + 2));
      world.objects.set(counters()[0]!, "{");
      assert.deepEqual(await world.deliver(events(50, 51)), []);
      assert.match(world.notifications.at(-1)!, /Endpoint e-50/);
    });
  });

  describe("repeated, late and parallel events", () => {
    it("report a noncompliant job once", async () => {
      await start(noncompliant);
      await world.deliver([trainingCall(), trainingCall(), trainingState]);
      await world.deliver([trainingState, trainingCall()]);
      assert.deepEqual([world.findings.length, world.notifications.length, world.records.length], [1, 1, 1]);
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

    const instance = (change: object) => ({ DescribeNotebookInstance: { ...notebook, ...change } });
    const started = callEvent("StartNotebookInstance", { notebookInstanceName: "notebook-1" });
    const later = () => Math.round(Date.now() / 1000) + 600;

    it("report a notebook instance again that was started again after its stop", async () => {
      await start(instance({ RootAccess: "Enabled", LastModifiedTime: 1_764_000_000 }));
      await world.deliver([started, started]);
      world.answers = instance({ RootAccess: "Enabled", NotebookInstanceStatus: "Stopped", LastModifiedTime: later() });
      await world.deliver([started]);
      assert.equal(world.notifications.length, 1);
      world.answers = instance({ RootAccess: "Enabled", LastModifiedTime: later() });
      await world.deliver([started]);
      assert.deepEqual([world.notifications.length, world.records.length], [2, 2]);
      assert.notEqual(world.findings[0]!.id, world.findings[1]!.id);
    });

    it("resolve the finding of a resource that is compliant again, and report the next violation", async () => {
      await start(instance({ RootAccess: "Enabled" }), { mode: "observe", securityHub: true });
      await world.deliver([started]);
      world.answers = instance({});
      await world.deliver([started, started]);
      world.answers = instance({ RootAccess: "Enabled" });
      await world.deliver([started, started]);
      assert.deepEqual([world.notifications.length, world.logs("resolved").length, world.records.length], [2, 1, 2]);
      assert.deepEqual(
        world.imported.map(({ Compliance, Workflow, RecordState }) =>
          [Compliance, Workflow, RecordState].map((value) => JSON.stringify(value)),
        ),
        [
          ['{"Status":"FAILED"}', '{"Status":"NEW"}', '"ACTIVE"'],
          ['{"Status":"PASSED"}', '{"Status":"RESOLVED"}', '"ARCHIVED"'],
          ['{"Status":"FAILED"}', '{"Status":"NEW"}', '"ACTIVE"'],
        ],
      );
      assert.deepEqual([world.imported[0]!.Id === world.imported[1]!.Id, world.imported[0]!.Id === world.imported[2]!.Id], [true, false]);
    });

    it("report other values of the same control, and resolve the earlier finding", async () => {
      await start(instance({ SubnetId: "subnet-x" }), { mode: "observe" });
      await world.deliver([started]);
      world.answers = instance({ SubnetId: "subnet-y" });
      await world.deliver([started, started]);
      assert.deepEqual([world.notifications.length, world.logs("resolved").length], [2, 1]);
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
        assert.equal(world.records.length, 1);
      }).timeout(60_000);

    for (const [name, text] of Object.entries({ "another version": JSON.stringify({ version: 2 }), "no JSON": "{" }))
      it(`reports an allow-list of ${name} once, keeps events of its environment, and compares the others`, async () => {
        await start(
          {
            DescribeTrainingJob: ({ TrainingJobName }) => ({
              ...training,
              TrainingJobArn: arnOf(`training-job/${String(TrainingJobName)}`),
              RoleArn: roleOf(String(TrainingJobName)),
              VpcConfig: undefined,
            }),
          },
          { parameters: parameters({ "/cloister/controls/risk-dev": text }) },
        );
        const events = ["risk-dev", "fraud-dev", "risk-dev"].map((trainingJobName) => callEvent("CreateTrainingJob", { trainingJobName }));
        assert.deepEqual(await world.deliver(events), [0, 2]);
        assert.deepEqual(corrections(), ["StopTrainingJob"]);
        assert.deepEqual(controlsOf(), ["AllowListClaims", "InSubnets", "InGroups"]);
        assert.deepEqual(world.findings[0]!.resource, `arn:aws:ssm:${region}:${account}:parameter/cloister/controls/risk-dev`);
        assert.match(world.findings[0]!.violations[0]!.found, /^the parameter is no allow-list of version 1/);
        assert.equal(world.notifications.length, 2);
      });

    it("keeps only the message during whose evaluation the lists cannot be read", async () => {
      await start(noncompliant);
      for (let i = 0; i < 8; i++) world.once.push(["GetParametersByPath", { status: 500, body: "" }]);
      assert.deepEqual(await world.deliver([trainingCall(), trainingState]), [0]);
      assert.deepEqual(corrections(), ["StopTrainingJob"]);
    }).timeout(60_000);

    it("finds the list of an environment among more lists than it reads, and reports that there are too many", async () => {
      const many = Array.from({ length: 600 }, (_, i) => [`/cloister/controls/a${i}-dev`, "{"]);
      await start(noncompliant, { parameters: { ...Object.fromEntries(many), ...parameters() } });
      assert.deepEqual(await world.deliver([trainingCall()]), []);
      assert.deepEqual([corrections(), world.findings.at(-1)!.environment], [["StopTrainingJob"], "fraud-dev"]);
      assert.match(world.findings[0]!.violations[0]!.found, /more than 500 lists/);
      assert.equal(world.findings.length, 6);
    }).timeout(60_000);

    it("waits for the allow-list of an environment that is being deployed", async () => {
      await start(noncompliant, { parameters: parameters({ "/cloister/controls/fraud-dev": undefined }), dedicated: true });
      assert.deepEqual(await world.deliver([trainingCall()]), [0]);
      assert.deepEqual([operations(), world.findings.length], [[], 0]);
    });
  });

  // A launch role can write the list of one environment with any text.
  describe("with a list that claims what is not of its environment", () => {
    const attack = "/cloister/controls/evil-dev";
    const claim = (change: object) =>
      parameters({ [attack]: allowListText({ ...risk, profile: "open", roleArns: [foreignRole], ...change }) });
    const foreignClaims: Record<string, string> = {
      "every role": "*",
      "every role of the account": `arn:aws:iam::${account}:role/*`,
      "the roles of another environment": `arn:aws:iam::${account}:role/cloister/${region}/fraud-dev/work/*`,
      "one role of another environment": roleOf("fraud-dev"),
      "a role of another account": "arn:aws:iam::999999999999:role/x",
    };
    for (const [name, arn] of Object.entries(foreignClaims))
      it(`ignores the list that names ${name}, and reports it`, async () => {
        await start(noncompliant, { parameters: claim({ roleArns: [arn] }) });
        await world.deliver([trainingCall()]);
        assert.deepEqual([corrections(), world.findings.at(-1)!.environment], [["StopTrainingJob"], "fraud-dev"]);
        assert.match(world.findings[0]!.violations[0]!.found, /names roles outside of evil-dev: /);
      });

    it("compares a job in the network of another environment with the list of that environment too", async () => {
      const lists = claim({ vpcId: fraud.vpcId, subnetIds: fraud.subnetIds, domainId: fraud.domainId, roleArns: [foreignRole] });
      await start({ DescribeTrainingJob: { ...training, RoleArn: foreignRole } }, { parameters: lists });
      await world.deliver([trainingCall()]);
      assert.deepEqual([controlsOf(), world.findings[0]!.environment, operations()], [["ForeignRole"], "fraud-dev", []]);
    });

    it("changes no resource of another team that only the list names", async () => {
      const lists = parameters({ [attack]: allowListText({ ...risk, roleArns: [foreignRole] }) });
      await start({ DescribeTrainingJob: { ...training, RoleArn: foreignRole, VpcConfig: undefined } }, { parameters: lists });
      await world.deliver([trainingCall()]);
      assert.deepEqual([operations(), world.findings[0]!.environment], [[], "evil-dev"]);
    });

    // Without `dedicated`, the network can be another team's. The launch role can write its name to the list.
    for (const [dedicated, changes] of [
      [false, []],
      [true, ["StopTrainingJob"]],
    ] as const)
      it(`${dedicated ? "stops" : "only reports"} a job in a subnet that only the list names${dedicated ? " in a dedicated account" : ""}`, async () => {
        const VpcConfig = { Subnets: ["subnet-other-team"], SecurityGroupIds: ["sg-x"] };
        await start(
          { DescribeTrainingJob: { ...training, RoleArn: foreignRole, VpcConfig } },
          { parameters: claim({ subnetIds: ["subnet-other-team"], roleArns: [roleOf("evil-dev", "*")] }), dedicated },
        );
        await world.deliver([trainingCall()]);
        assert.deepEqual([corrections(), controlsOf()], [[...changes], ["ForeignRole"]]);
        assert.equal(world.findings[0]!.outcome, dedicated ? "stopped" : "observed");
      });

    it("only reports an app in a domain that only the list names", async () => {
      const other = { ...domain, DomainId: "d-other", VpcId: "vpc-other", DefaultUserSettings: { ExecutionRole: foreignRole } };
      const app = { ...(compliant("App").answers.DescribeApp as object), DomainId: "d-other", AppArn: arnOf("app/d-other/s/jupyterlab/a") };
      await start(
        { DescribeApp: app, DescribeDomain: other },
        { parameters: claim({ domainId: "d-other", roleArns: [roleOf("evil-dev", "*")] }) },
      );
      await world.deliver([callEvent("CreateApp", { domainId: "d-other", appType: "JupyterLab", appName: "a", userProfileName: "eve" })]);
      assert.deepEqual([operations(), controlsOf()], [[], ["ForeignRole"]]);
    });

    it("reports a resource of no environment in a dedicated account, although the list names its role", async () => {
      const lists = claim({ roleArns: [foreignRole] });
      await start(
        { DescribeTrainingJob: { ...training, RoleArn: foreignRole, VpcConfig: undefined } },
        { parameters: lists, dedicated: true },
      );
      await world.deliver([trainingCall()]);
      assert.deepEqual(controlsOf(), ["NoEnvironment"]);
    });

    it("compares the domain of another environment with the list of that environment", async () => {
      const lists = claim({ vpcId: fraud.vpcId, domainId: "d-second" });
      const second = { ...domain, DomainId: "d-second", DomainArn: arnOf("domain/d-second") };
      await start({ DescribeDomain: second }, { parameters: lists });
      await world.deliver([callEvent("UpdateDomain", { domainId: "d-second" })]);
      assert.deepEqual([controlsOf(), world.findings[0]!.environment], [["KeepTheDomain"], "fraud-dev"]);
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

    it("writes few values of users, with few characters, to notifications and to Security Hub", async () => {
      const secret = `${"c2VjcmV0".repeat(500)}<b>\u202e&lt;"`;
      await start(
        {
          DescribeTrainingJob: {
            ...training,
            AlgorithmSpecification: { TrainingImage: `x.example/${secret}\nSubject: no`, TrainingInputMode: "File" },
          },
        },
        { securityHub: true },
      );
      const arn = `arn:aws:sts::${account}:assumed-role/intern/eve\u202e\nSubject: all is well ${secret}`;
      await world.deliver([trainingCall({ userIdentity: { arn } })]);
      assert.match(world.notifications[0]!, /^[\x20-\x7e]{1,99}$/);
      assert.match(world.texts[0]!, /^[A-Za-z0-9 ,.:?/@_=+()\n-]{1,1200}$/);
      assert.match(world.texts[0]!, /Found: the image x\.example\/c2VjcmV0/);
      const { Description, ProductFields } = world.imported[0] as { Description: string; ProductFields: { actor: string } };
      assert.match(Description, /^[A-Za-z0-9 ,.:;?/@_=+()-]{1,160}$/);
      assert.match(ProductFields.actor, /^[A-Za-z0-9 ,.:?/@_=+()-]{1,163}$/);
      assert.equal(bounded("a\u0000<script>é", 8), "a??scrip...");
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
