// Publishes versions, lists environments and updates one with the AWS SDK in the sandbox. The engine is a stand-in: a state machine
// that ends at once, and the test itself for updates. Not proven: the behavior of AWS, and what the runner does.
import assert from "node:assert/strict";
import { catalogClient, fleetClient, type Hub, newestOf, publish, releaseName, updateFleet } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { packArtifact, readArchive, versionName, type Artifact } from "@cloister/components/catalog/runtime/artifact";
import { startWorld, stopWorld, type World } from "@cloister/sandbox";
import { strToU8, zipSync } from "fflate";
import { boto3 } from "./boto3";
import { javascript } from "./javascript";
import { at, type Client } from "./run";
import { worldName, worldTools } from "./world";

const artifact = (program: string): Artifact => ({
  format: 1,
  program,
  name: "standard",
  settings: { "cloister-environment:stage": "test" },
  policies: {},
  core: { stack: "organization/cloister-core/hub", outputs: {} },
  parameters: [],
});
const queues = ["Provision", "Update", "Terminate"].map((name) => `ServiceCatalogExternal${name}OperationQueue`);
const trust = (...services: string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: services }, Action: "sts:AssumeRole" }],
  });

describe("publication and update of launched environments", function () {
  this.timeout(120_000);
  let world: World;
  let hub: Hub;
  let python: Client & { close(): void };
  let call: (service: string, operation: string, input: object) => Promise<unknown>;
  const urls: string[] = [];

  const session = () => ({ env: world.env, world });
  const publishVersion = async (content: Artifact, yes = true) =>
    publish(await catalogClient(session(), hub), hub, content, {
      command: (more) => ["publish", ...more].join(" "),
      list: "fleet",
      progress: silent,
      yes,
    });
  /** What the engine does with the next message of a queue. */
  async function end(queue: number, operation: string, more: object): Promise<Record<string, unknown>> {
    for (;;) {
      const body = at(await call("sqs", "ReceiveMessage", { QueueUrl: urls[queue], WaitTimeSeconds: 5 }), "Messages.0.Body");
      if (body === undefined) continue;
      const message = JSON.parse(String(body)) as Record<string, unknown>;
      const result = { WorkflowToken: message.token, RecordId: message.recordId, IdempotencyToken: String(message.recordId) };
      await call("servicecatalog", `Notify${operation}EngineWorkflowResult`, { ...result, Status: "SUCCEEDED", ...more });
      return message;
    }
  }
  const put = (Key: string, Body: string) => call("s3", "PutObject", { Bucket: "state", Key, Body });
  const product = async (id: string) =>
    at(await call("servicecatalog", "DescribeProvisionedProduct", { Id: id }), "ProvisionedProductDetail");

  before(async () => {
    const tools = await worldTools();
    world = await startWorld(tools, { name: worldName("fleet"), progress: silent });
    const node = javascript(world);
    python = boto3(world, tools.python);
    const inPython = ["lambda", "sqs", "stepfunctions"];
    call = async (service, operation, input) => {
      const client = inPython.includes(service) ? python : node;
      const { output, error, message } = await client({ service, operation, input, account: world.hubAccount });
      assert.equal(error, undefined, `${operation}: ${message}`);
      return output;
    };
    const { hubAccount: account, region } = world;
    const bucket = { CreateBucketConfiguration: { LocationConstraint: region } };
    for (const Bucket of ["artifacts", "state"]) await call("s3", "CreateBucket", { Bucket, ...bucket });
    const services = ["servicecatalog.amazonaws.com", "lambda.amazonaws.com", "states.amazonaws.com"];
    await call("iam", "CreateRole", { RoleName: "launch", AssumeRolePolicyDocument: trust(...services) });
    const role = `arn:aws:iam::${account}:role/launch`;
    const first = { Bucket: "artifacts", Key: "first.tar.gz", Body: "first" };
    await call("s3", "PutObject", first);
    const made = await call("servicecatalog", "CreateProduct", {
      Name: "environment",
      Owner: "platform",
      ProductType: "EXTERNAL",
      IdempotencyToken: "product",
      ProvisioningArtifactParameters: {
        Name: "first",
        Type: "EXTERNAL",
        Info: { LoadTemplateFromURL: `https://artifacts.s3.${region}.amazonaws.com/first.tar.gz` },
      },
    });
    const ProductId = String(at(made, "ProductViewDetail.ProductViewSummary.ProductId"));
    const portfolio = { DisplayName: "environments", ProviderName: "platform", IdempotencyToken: "portfolio" };
    const PortfolioId = String(at(await call("servicecatalog", "CreatePortfolio", portfolio), "PortfolioDetail.Id"));
    const association = { PortfolioId, ProductId };
    await call("servicecatalog", "AssociateProductWithPortfolio", association);
    await call("servicecatalog", "AssociatePrincipalWithPortfolio", {
      PortfolioId,
      PrincipalType: "IAM_PATTERN",
      PrincipalARN: "arn:aws:iam:::role/OrganizationAccountAccess*",
    });
    await call("servicecatalog", "CreateConstraint", {
      ...association,
      Type: "LAUNCH",
      Parameters: JSON.stringify({ RoleArn: role }),
      IdempotencyToken: "launch",
    });
    const allow = { Effect: "Allow", Principal: { Service: services[0] }, Action: "sqs:SendMessage", Resource: "*" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    for (const QueueName of queues)
      urls.push(String(at(await call("sqs", "CreateQueue", { QueueName, Attributes: { Policy } }), "QueueUrl")));
    // The new version has one parameter more than the old one.
    const body = 'exports.handler = async () => ({ parameters: ["team", "stage"].map((key) => ({ key, type: "String" })) });';
    await call("s3", "PutObject", { Bucket: "artifacts", Key: "code.zip", Body: Buffer.from(zipSync({ "index.js": strToU8(body) })) });
    const FunctionName = "ServiceCatalogExternalParameterParser";
    await call("lambda", "CreateFunction", {
      FunctionName,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: role,
      Timeout: 20,
      Code: { S3Bucket: "artifacts", S3Key: "code.zip" },
    });
    const permission = { StatementId: "catalog", Action: "lambda:InvokeFunction", Principal: services[0] };
    await call("lambda", "AddPermission", { FunctionName, ...permission });
    const definition = {
      StartAt: "Receive",
      States: { Receive: { Type: "Pass", Parameters: { "request.$": "$" }, Next: "Done" }, Done: { Type: "Succeed" } },
    };
    const machine = { name: "engine", definition: JSON.stringify(definition), roleArn: role };
    const stateMachineArn = String(at(await call("stepfunctions", "CreateStateMachine", machine), "stateMachineArn"));
    hub = {
      id: "cloister-core/hub",
      account,
      region,
      productId: ProductId,
      artifactBucket: "artifacts",
      stateBucket: "state",
      stateMachineArn,
    };
  });
  after(async () => {
    python?.close();
    if (world) await stopWorld(world.name);
  });

  it("publishes a version once, deprecates others, and returns to an earlier version", async () => {
    const client = await catalogClient(session(), hub);
    const [first, second] = [artifact("0.1.0"), artifact("0.2.0")];
    assert.match(await publishVersion(first, false), /replaces first:\n.*\n.*\n {2}deprecate first/);
    assert.deepEqual((await client.versions()).length, 1);
    await publishVersion(first);
    const stored = (await call("s3", "GetObjectTagging", { Bucket: "artifacts", Key: packArtifact(first).key })) as { TagSet: object[] };
    assert.deepEqual(stored.TagSet, [{ Key: "servicecatalog:provisioning", Value: "true" }]);
    assert.match(await publishVersion(first), /Nothing to publish/);
    await publishVersion(second);
    assert.equal(newestOf(await client.versions())?.name, versionName(second));
    await publishVersion(first);
    const versions = await client.versions();
    assert.equal(newestOf(versions)?.name, versionName(first));
    assert.deepEqual(
      versions.map(({ name, isDeprecated }) => [name, isDeprecated]),
      [
        ["first", true],
        [versionName(first), false],
        [versionName(second), true],
      ],
    );
    await publishVersion(second);
    assert.equal(await client.hasArtifact("versions/other.tar.gz"), false);
  });

  it("lists, previews and updates a launched environment, with the parameters of the lead", async () => {
    const client = await catalogClient(session(), hub);
    const versions = await client.versions();
    const [before, after] = [artifact("0.1.0"), artifact("0.2.0")].map((item) => versions.find(({ name }) => name === versionName(item))!);
    await call("servicecatalog", "UpdateProvisioningArtifact", {
      ProductId: hub.productId,
      ProvisioningArtifactId: before!.id,
      Guidance: "DEFAULT",
    });
    const launched = await call("servicecatalog", "ProvisionProduct", {
      ProductId: hub.productId,
      ProvisioningArtifactId: before!.id,
      ProvisionedProductName: "fraud",
      ProvisionToken: "fraud",
      ProvisioningParameters: [{ Key: "team", Value: "fraud" }],
    });
    const id = String(at(launched, "RecordDetail.ProvisionedProductId"));
    await end(0, "ProvisionProduct", {});
    const record = {
      ...{ name: "fraud", productId: hub.productId, artifactId: before!.id, operation: "PROVISION", status: "SUCCEEDED" },
      ...{ changedAt: "2026-11-01T08:00:00Z", parameters: { team: "fraud" }, tags: { unit: "risk" } },
    };
    await put(`environments/${hub.account}/${id}.json`, JSON.stringify(record));
    await put(`environments/${hub.account}/pp-broken.json`, "{");
    const { environments, unreadable } = await client.environments();
    assert.deepEqual(unreadable, [`environments/${hub.account}/pp-broken.json`]);
    assert.deepEqual(
      environments.map(({ account, id: environment, name, artifactId, parameters }) => [
        account,
        environment,
        name,
        artifactId,
        parameters,
      ]),
      [[hub.account, id, "fraud", before!.id, { team: "fraud" }]],
    );

    const accounts = await fleetClient(session(), hub);
    const { startPreview } = accounts;
    // The stand-in of the runner writes its result before the execution ends.
    let previewed: object | undefined;
    accounts.startPreview = async (environment, version, request) => {
      previewed = { environment: environment.name, version: version.id, role: request.launchRoleArn };
      await put(`results/${request.name}-0.json`, JSON.stringify({ status: "SUCCEEDED", changes: "1 update, 130 same" }));
      return startPreview(environment, version, request);
    };
    const options = { names: [], to: after!.name, canary: 1, wave: 2, progress: silent, pollMs: 20 };
    const run = (yes: boolean) => updateFleet(accounts, { hub, environments, versions }, { ...options, yes });
    assert.match(await run(false), /│ fraud +│ 0\.1\.0-\w{8} │ 1 update, 130 same │/);
    assert.deepEqual(previewed, { environment: "fraud", version: after!.id, role: `arn:aws:iam::${hub.account}:role/launch` });
    const { executions } = (await call("stepfunctions", "ListExecutions", { stateMachineArn: hub.stateMachineArn })) as {
      executions: { executionArn: string }[];
    };
    const { input } = (await call("stepfunctions", "DescribeExecution", { executionArn: executions[0]!.executionArn })) as {
      input: string;
    };
    const { operation, artifactPath, provisionedProductId, parameters, tags } = JSON.parse(input) as Record<string, unknown>;
    assert.deepEqual(
      [operation, artifactPath, provisionedProductId, parameters, tags],
      ["PREVIEW", `s3://artifacts/${packArtifact(artifact("0.2.0")).key}`, id, { team: "fraud" }, { unit: "risk" }],
    );
    await assert.rejects(
      async () => startPreview(environments[0]!, versions.find(({ name }) => name === "first")!, { name: "first", launchRoleArn: "" }),
      /Version first was not created by 'cloister catalog publish'/,
    );

    const [report, message] = await Promise.all([run(true), end(1, "UpdateProvisionedProduct", {})]);
    assert.equal(report, `1 environment updated to ${after!.name}.`);
    assert.deepEqual(message.parameters, [{ key: "team", value: "fraud" }]);
    assert.equal(at(await product(id), "ProvisioningArtifactId"), after!.id);
    assert.match(await run(true), /Nothing to update/);
    const file = (await call("s3", "GetObject", { Bucket: "artifacts", Key: packArtifact(artifact("0.2.0")).key })) as object;
    assert.ok(file);
    assert.equal(readArchive(packArtifact(artifact("0.2.0")).body).artifact.program, "0.2.0");
  });

  it("releases the name of a terminated environment with the engine", async () => {
    const accounts = await fleetClient(session(), hub);
    const { startRelease } = accounts;
    accounts.startRelease = async (environment, request) => {
      await put(`results/${request.name}-0.json`, JSON.stringify({ status: "SUCCEEDED" }));
      return startRelease(environment, request);
    };
    const options = { progress: silent, pollMs: 20 };
    assert.match(
      await releaseName(accounts, hub, "fraud-dev", options),
      new RegExp(`No changes were made.*\\n {2}npx cloister fleet release fraud-dev --account ${hub.account} --yes$`, "s"),
    );
    assert.match(await releaseName(accounts, hub, "fraud-dev", { ...options, yes: true }), /^The name 'fraud-dev' is available in account/);
    const { executions } = (await call("stepfunctions", "ListExecutions", { stateMachineArn: hub.stateMachineArn })) as {
      executions: { executionArn: string; name: string }[];
    };
    const { executionArn } = executions.find(({ name }) => name.startsWith("release-fraud-dev-"))!;
    const { input } = (await call("stepfunctions", "DescribeExecution", { executionArn })) as { input: string };
    const { operation, accountId, parameters } = JSON.parse(input) as Record<string, unknown>;
    assert.deepEqual([operation, accountId, parameters], ["RELEASE", hub.account, { environment: "fraud-dev" }]);
  });
});
