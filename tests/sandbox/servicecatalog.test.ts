// Tests launches in the sandbox that need more than one identity, a fault or a second start. Not proven: the behaviour of AWS.
import assert from "node:assert/strict";
import { silent } from "@cloister/common";
import { Control, startWorld, stopWorld, type World } from "@cloister/sandbox";
import { strToU8, zipSync } from "fflate";
import { boto3 } from "./boto3";
import { javascript } from "./javascript";
import { at, type Client, run } from "./run";
import { type Scenario, type Step } from "./scenario";
import {
  bucket,
  constraint,
  makeLaunchRole,
  makePortfolio,
  makeProduct,
  association,
  productInput,
  step,
  version,
} from "./scenarios/servicecatalog-products";
import { worldName, worldTools } from "./world";

const role = JSON.stringify({
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "made",
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
      },
    },
  },
  Outputs: { Arn: { Value: { "Fn::GetAtt": ["Role", "Arn"] } } },
});
const member = "444455556666";
const principal = {
  PortfolioId: "${portfolio}",
  PrincipalType: "IAM_PATTERN",
  PrincipalARN: "arn:aws:iam:::role/OrganizationAccountAccess*",
};

describe("Service Catalog of the sandbox", function () {
  this.timeout(120_000);
  let world: World;
  let client: Client;
  let saved: Record<string, unknown>;

  /** Runs steps, and keeps what they save for later steps. */
  async function play(...steps: Step[]): Promise<void> {
    const own = steps.flatMap(({ save = {} }) => Object.keys(save));
    const known = Object.entries(saved).filter(([name]) => !own.includes(name));
    const scenario: Scenario = {
      title: "",
      steps: JSON.parse(
        known.reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, String(value)), JSON.stringify(steps)),
      ) as Step[],
    };
    const keep: Client = async (call) => {
      const outcome = await client(call);
      const { save = {} } = scenario.steps[played++]!;
      for (const [name, path] of Object.entries(save)) saved[name] = at(outcome.output, path);
      return outcome;
    };
    let played = 0;
    await run(scenario, keep, "catalog", world.hubAccount);
  }

  const start = async (name = worldName("catalog")) => {
    world = await startWorld(await worldTools(), { name, progress: silent });
    client = javascript(world);
  };
  const inMember = (...steps: Step[]) => steps.map((step) => ({ ...step, account: member }));
  const launch = (name: string) =>
    step(
      "ProvisionProduct",
      {
        ProductId: "${product}",
        ProvisioningArtifactId: "${version}",
        ProvisionedProductName: name,
        ProvisionToken: name,
        ProvisioningParameters: [],
      },
      { save: { provisioned: "RecordDetail.ProvisionedProductId", record: "RecordDetail.RecordId" } },
    );
  const status = (Status: string, more: object = {}) =>
    step("DescribeProvisionedProduct", { Id: "${provisioned}" }, { output: { ProvisionedProductDetail: { Status, ...more } } });
  const terminate = (token: string) =>
    step("TerminateProvisionedProduct", { ProvisionedProductId: "${provisioned}", TerminateToken: token });

  beforeEach(async () => {
    saved = {};
    await start();
    await play(makePortfolio, step("AssociatePrincipalWithPortfolio", principal));
  });
  afterEach(() => stopWorld(world.name));

  it("launches in another account with that account's launch role, and remembers the launch when the world is suspended", async () => {
    const { AssumeRolePolicyDocument } = makeLaunchRole.input as { AssumeRolePolicyDocument: string };
    const localRole: Step = { call: "iam:CreateRole", input: { RoleName: "launch-catalog", AssumeRolePolicyDocument } };
    await play(
      ...bucket({ "a.json": role }),
      makeProduct(version("a.json", "1")),
      step("AssociateProductWithPortfolio", association),
      makeLaunchRole,
      step("CreateConstraint", constraint("LAUNCH", { LocalRoleName: "launch-catalog" })),
      step("CreatePortfolioShare", { PortfolioId: "${portfolio}", AccountId: member, SharePrincipals: true }),
      ...inMember(step("AcceptPortfolioShare", { PortfolioId: "${portfolio}" }), {
        ...launch("x"),
        error: "InvalidParametersException",
        save: {},
      }),
      ...inMember(localRole, launch("member")),
    );
    await new Control(world).shutdown();
    await start(world.name);
    await play(...inMember(status("UNDER_CHANGE"), status("AVAILABLE", { LaunchRoleArn: `arn:aws:iam::${member}:role/launch-catalog` })));
    await play(...inMember({ call: "iam:GetRole", input: { RoleName: "made" } }));
    await play({ call: "iam:GetRole", input: { RoleName: "made" }, error: "NoSuchEntity" });
    const made = (await new Control(world).journal({ operation: "CreateRole", account: member })).at(-1)!;
    assert.equal(made.principal, `arn:aws:sts::${member}:assumed-role/launch-catalog/servicecatalog`);
    assert.ok((await new Control(world).leftovers()).some(({ type, account }) => type === "ProvisionedProduct" && account === member));
    await play(
      ...inMember(terminate("end"), status("UNDER_CHANGE"), { ...status(""), output: undefined, error: "ResourceNotFoundException" }),
    );
    await play(...inMember({ call: "iam:GetRole", input: { RoleName: "made" }, error: "NoSuchEntity" }));
  });

  it("fails a launch whose launch role is denied a call, and leaves nothing", async () => {
    await play(
      ...bucket({ "a.json": role }),
      makeProduct(version("a.json", "1")),
      step("AssociateProductWithPortfolio", association),
      makeLaunchRole,
      step("CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" })),
    );
    await new Control(world).addFault({ kind: "deny", service: "iam", operation: "CreateRole" });
    await play(launch("denied"), status("UNDER_CHANGE"));
    const { output } = await client({
      service: "servicecatalog",
      operation: "DescribeProvisionedProduct",
      input: { Id: saved.provisioned },
      account: world.hubAccount,
    });
    assert.match(JSON.stringify(output), /"Status":"ERROR".*\[Role\]. You are not authorized to perform this operation/);
    const { length } = (await new Control(world).journal({ operation: "CreateRole", result: "error" })).filter(({ by }) => by === "fault");
    assert.equal(length, 1);
  });

  it("reads the parameters of products of type EXTERNAL with the function of the engine", async () => {
    const python = boto3(world, (await worldTools()).python);
    const lambda = (operation: string, input: object) => python({ service: "lambda", operation, input, account: world.hubAccount });
    const read = (expected: Partial<Step>) =>
      play(step("DescribeProvisioningParameters", { ProductId: "${product}", ProvisioningArtifactId: "${version}" }, expected));
    const rejected = (message: string) => ({
      error: "InvalidParametersException",
      message: `Error occurred during parameter parsing: ${message}`,
    });
    const code = (body: string) => Buffer.from(zipSync({ "index.js": strToU8(`exports.handler = async (event) => { ${body} };`) }));
    const put = async (body: string) => {
      const Body = code(body);
      await client({
        service: "s3",
        operation: "PutObject",
        input: { Bucket: "templates-catalog", Key: "code.zip", Body },
        account: world.hubAccount,
      });
    };
    const source = { S3Bucket: "templates-catalog", S3Key: "code.zip" };
    const FunctionName = "ServiceCatalogExternalParameterParser";
    const external = { ProductType: "EXTERNAL", ProvisioningArtifactParameters: version("a.tar.gz", "1", "EXTERNAL") };
    await play(
      ...bucket({ "a.tar.gz": "archive" }),
      { ...makeProduct({}), input: { ...productInput, ...external } },
      step("AssociateProductWithPortfolio", association),
      makeLaunchRole,
      step("CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" })),
    );
    await read(rejected(`account ${world.hubAccount} has no function ${FunctionName}`));
    // The function can call Service Catalog, which waits for it.
    await put(`const { ServiceCatalog } = require("@aws-sdk/client-service-catalog");
      await new ServiceCatalog({}).listPortfolios({});
      return { parameters: [{ key: "team", type: "string", description: JSON.stringify(event) }] }`);
    const made = await lambda("CreateFunction", {
      FunctionName,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: saved.launch,
      Code: source,
      Timeout: 20,
    });
    assert.equal(made.error, undefined, made.message);
    await read(rejected(`account ${world.hubAccount} has no function ${FunctionName}`));
    const permission = { StatementId: "catalog", Action: "lambda:InvokeFunction", Principal: "servicecatalog.amazonaws.com" };
    await lambda("AddPermission", { FunctionName, ...permission });
    const artifact = { path: "s3://templates-catalog/a.tar.gz", type: "AWS_S3" };
    const Description = JSON.stringify({ artifact, launchRoleArn: saved.launch });
    await read({
      output: { ProvisioningArtifactParameters: [{ ParameterKey: "team", ParameterType: "string", Description, IsNoEcho: false }] },
    });
    await put('throw new Error("the archive is empty")');
    await lambda("UpdateFunctionCode", { FunctionName, ...source });
    await read(rejected("the archive is empty"));
    python.close();
  });

  it("sends operations on products of type EXTERNAL to the queues of the engine, and takes its results", async () => {
    const names = ["Provision", "Update", "Terminate"].map((name) => `ServiceCatalogExternal${name}OperationQueue`);
    const allow = { Effect: "Allow", Principal: { Service: "servicecatalog.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    const python = boto3(world, (await worldTools()).python);
    const sqs = (operation: string, input: object) => python({ service: "sqs", operation, input, account: world.hubAccount });
    const urls: string[] = [];
    await play(
      ...bucket({ "a.tar.gz": "archive" }),
      {
        ...makeProduct(version("a.tar.gz", "1", "EXTERNAL")),
        input: { ...productInput, ProductType: "EXTERNAL", ProvisioningArtifactParameters: version("a.tar.gz", "1", "EXTERNAL") },
      },
      step("AssociateProductWithPortfolio", association),
      { ...launch("no-role"), error: "InvalidParametersException", message: "needs a launch constraint", save: {} },
      makeLaunchRole,
      step("CreateConstraint", constraint("LAUNCH", { RoleArn: "${launch}" })),
      launch("no-queue"),
      status("UNDER_CHANGE"),
      status("ERROR"),
    );
    for (const QueueName of names)
      urls.push(String(at((await sqs("CreateQueue", { QueueName, Attributes: { Policy } })).output, "QueueUrl")));
    const next = async (i: number) => {
      const { output } = await sqs("ReceiveMessage", { QueueUrl: urls[i] });
      return JSON.parse(String(at(output, "Messages.0.Body"))) as Record<string, unknown>;
    };
    const notify = (operation: string, message: Record<string, unknown>, more: object, expected: Partial<Step> = {}) =>
      play(
        step(
          `Notify${operation}EngineWorkflowResult`,
          { WorkflowToken: message.token, RecordId: message.recordId, IdempotencyToken: `${operation}1`, Status: "SUCCEEDED", ...more },
          expected,
        ),
      );
    await play(launch("external"), status("UNDER_CHANGE"), status("UNDER_CHANGE"));
    const sent = await next(0);
    assert.deepEqual(sent, {
      token: sent.token,
      operation: "PROVISION_PRODUCT",
      provisionedProductId: saved.provisioned,
      provisionedProductName: "external",
      productId: saved.product,
      provisioningArtifactId: saved.version,
      recordId: saved.record,
      launchRoleArn: saved.launch,
      artifact: { path: "s3://templates-catalog/a.tar.gz", type: "AWS_S3" },
      identity: {
        principal: `arn:aws:sts::${world.hubAccount}:assumed-role/OrganizationAccountAccessRole/cloister`,
        awsAccountId: world.hubAccount,
        organizationId: "o-cloister000",
      },
      parameters: [],
      tags: [],
    });
    await notify("ProvisionProduct", sent, { WorkflowToken: "b3RoZXI=" }, { error: "InvalidParametersException" });
    await notify("ProvisionProduct", sent, { Status: "FAILED" }, { error: "InvalidParametersException" });
    await notify("ProvisionProduct", sent, { Outputs: [{ OutputKey: "Url", OutputValue: "https://x" }] });
    // A repeated notification has no effect.
    await notify("ProvisionProduct", sent, { Status: "FAILED", FailureReason: "late" });
    await play(
      status("AVAILABLE"),
      step(
        "DescribeRecord",
        { Id: "${record}" },
        { output: { RecordDetail: { Status: "SUCCEEDED" }, RecordOutputs: [{ OutputKey: "Url" }] } },
      ),
    );
    const change = step(
      "UpdateProvisionedProduct",
      { ProvisionedProductId: "${provisioned}", UpdateToken: "u1", ProvisioningParameters: [{ Key: "a", Value: "1" }] },
      { save: { record: "RecordDetail.RecordId" } },
    );
    await play(change);
    const update = await next(1);
    assert.deepEqual([update.operation, update.parameters], ["UPDATE_PROVISION_PRODUCT", [{ key: "a", value: "1" }]]);
    await notify("UpdateProvisionedProduct", update, { Status: "FAILED", FailureReason: "broken" });
    await play(status("TAINTED", { StatusMessage: "broken" }), terminate("end"));
    const end = await next(2);
    assert.deepEqual(
      [end.operation, ...["parameters", "productId", "provisioningArtifactId"].map((member) => member in end)],
      ["TERMINATE_PROVISION_PRODUCT", false, false, false],
    );
    await notify("TerminateProvisionedProduct", end, {});
    await play({ ...status(""), output: undefined, error: "ResourceNotFoundException" });
    python.close();
  });
});
