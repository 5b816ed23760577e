import assert from "node:assert/strict";
import { bootstrapTemplate } from "@cloister/components/identity/deploy-role/template";
import {
  AwsError,
  evaluate,
  type Parameter,
  parameterTexts,
  parameterValues,
  parseStackTemplate,
  registeredServices,
  rulesHold,
  type Scope,
  type Template,
} from "@cloister/sandbox/testing";

describe("CloudFormation of the sandbox", () => {
  const scope = (more: Partial<Scope> = {}): Scope => ({
    template: {
      Resources: { Notebook: { Type: "AWS::SageMaker::NotebookInstance" } },
      Conditions: { Yes: { "Fn::Equals": ["a", "a"] }, No: { "Fn::Not": [{ Condition: "Yes" }] } },
      Mappings: { Sizes: { small: { Gb: 5 } } },
    },
    parameters: { Owner: "ada", Names: ["ada", "bob"] },
    pseudo: { "AWS::Region": "eu-central-1" },
    resources: { Notebook: { ref: "arn", attributes: { NotebookInstanceName: "book", "Part.Of": "nested" } } },
    ...more,
  });

  const results: [what: unknown, result: unknown][] = [
    [{ Ref: "Owner" }, "ada"],
    [{ Ref: "Notebook" }, "arn"],
    [{ "Fn::GetAtt": ["Notebook", "NotebookInstanceName"] }, "book"],
    [{ "Fn::GetAtt": "Notebook.Part.Of" }, "nested"],
    [{ "Fn::Sub": "${Owner} ${!Owner} ${Notebook.NotebookInstanceName} ${AWS::Region}" }, "ada ${Owner} book eu-central-1"],
    [{ "Fn::Sub": ["${Who}", { Who: { Ref: "Owner" } }] }, "ada"],
    [{ "Fn::Join": ["-", [{ Ref: "Owner" }, "x"]] }, "ada-x"],
    [{ "Fn::Join": [",", { Ref: "Names" }] }, "ada,bob"],
    [{ "Fn::Select": ["1", { Ref: "Names" }] }, "bob"],
    [{ "Fn::Split": [",", "a,b"] }, ["a", "b"]],
    [{ "Fn::If": ["No", "a", "b"] }, "b"],
    [{ a: { "Fn::If": ["No", "a", { Ref: "AWS::NoValue" }] }, b: [{ Ref: "AWS::NoValue" }, 1] }, { b: [1] }],
    [{ "Fn::FindInMap": ["Sizes", "small", "Gb"] }, 5],
    [{ "Fn::Base64": "a" }, "YQ=="],
    [{ "Fn::And": [{ Condition: "Yes" }, { "Fn::Or": [{ Condition: "No" }, { Condition: "Yes" }] }] }, true],
    [{ "Fn::Contains": [["ada"], { Ref: "Owner" }] }, true],
    [{ "Fn::EachMemberIn": [{ Ref: "Names" }, ["ada"]] }, false],
    [{ "Fn::EachMemberEquals": [["ada"], { Ref: "Owner" }] }, true],
    [{ "Fn::Equals": [1, "1"] }, true],
    [{ "Fn::Equals": [{ a: 1 }, { a: 1 }] }, true],
    [{ "Fn::Equals": [{ a: 1 }, { a: 2 }] }, false],
    [{ "Fn::Equals": [["a"], "a"] }, false],
    // A condition of a policy is no function.
    [{ Condition: { StringEquals: { a: "b" } } }, { Condition: { StringEquals: { a: "b" } } }],
  ];
  for (const [what, result] of results) it(`evaluates ${JSON.stringify(what)}`, () => assert.deepEqual(evaluate(what, scope()), result));

  const failures: [what: unknown, message: RegExp][] = [
    [{ "Fn::Select": [2, { Ref: "Names" }] }, /cannot select nonexistent value at index 2/],
    [{ "Fn::GetAtt": ["Notebook", "Url"] }, /does not support attribute type Url/],
    [{ "Fn::FindInMap": ["Sizes", "large", "Gb"] }, /Unable to get mapping for Sizes::large::Gb/],
    [{ "Fn::Equals": ["a"] }, /requires a list of 2 parameters/],
    [{ "Fn::Join": [",", [{ a: 1 }]] }, /\{"a":1\} is not a text/],
    [{ "Fn::Contains": [[{ a: 1 }], { b: 1 }] }, /\{"a":1\} is not a text/],
    [{ "Fn::ImportValue": "x" }, /does not support the function 'Fn::ImportValue' yet/],
  ];
  for (const [what, message] of failures)
    it(`rejects ${JSON.stringify(what)}`, () => assert.throws(() => evaluate(what, scope()), message));

  const accepts = (parameter: Parameter, text: string) => parameterValues({ Parameters: { P: parameter }, Resources: {} }, { P: text });
  const constraints: [parameter: Parameter, good: string, bad: string, message: string][] = [
    [{ Type: "String", AllowedValues: ["a"] }, "a", "b", "Parameter 'P' must be one of AllowedValues"],
    [{ Type: "String", AllowedPattern: "a|b" }, "b", "bb", "Parameter 'P' must match pattern a|b"],
    [{ Type: "String", MinLength: 2 }, "ab", "a", "Parameter 'P' must contain at least 2 characters"],
    [{ Type: "String", MaxLength: "2" }, "ab", "abc", "Parameter 'P' must contain at most 2 characters"],
    [{ Type: "Number", MinValue: 2 }, "2", "1", "Parameter 'P' must be a number not less than 2"],
    [{ Type: "Number", MaxValue: 2 }, "2", "3", "Parameter 'P' must be a number not greater than 2"],
    [{ Type: "Number" }, "2.5", "two", "Parameter 'P' must be a number"],
    [{ Type: "CommaDelimitedList", AllowedValues: ["a", "b"] }, "a, b", "a,c", "Parameter 'P' must be one of AllowedValues"],
    [{ Type: "Number", MaxValue: 2, ConstraintDescription: "why" }, "2", "3", "Parameter 'P' failed to satisfy constraint: why"],
  ];
  for (const [parameter, good, bad, message] of constraints)
    it(`checks a parameter with ${JSON.stringify(parameter)}`, () => {
      accepts(parameter, good);
      assert.throws(() => accepts(parameter, bad), { code: "ValidationError", message });
    });

  it("uses given, previous and default values of parameters, in this order", () => {
    const template: Template = { Parameters: { A: { Type: "String", Default: 1 }, B: { Type: "String" } }, Resources: {} };
    const previous = { A: "old", B: "old" };
    const keep = { ParameterKey: "B", UsePreviousValue: true };
    assert.deepEqual(parameterTexts(template, [keep], previous), { A: "1", B: "old" });
    assert.throws(() => parameterTexts(template, [], previous), { message: "Parameters: [B] must have values" });
  });

  it("skips a rule whose condition is false", () => {
    const rule = (owner: string) => ({
      R: { RuleCondition: { "Fn::Equals": [{ Ref: "Owner" }, owner] }, Assertions: [{ Assert: { "Fn::Equals": ["a", "b"] } }] },
    });
    rulesHold(rule("bob"), scope());
    assert.throws(() => rulesHold(rule("ada"), scope()), /Rule R failed/);
  });

  it("reads the template of cloister bootstrap", () => {
    const stage = { name: "fraud-dev-staging", environment: "fraud-dev", stage: "staging", region: "eu-central-1" } as const;
    const template = bootstrapTemplate({
      stage,
      hubRoleArns: ["arn:aws:iam::111122223333:role/ci/Deployer"],
      externalId: "fraud-dev-staging",
      options: { nat: true },
    });
    assert.deepEqual(parseStackTemplate(JSON.stringify(template)).Resources, template.Resources);
  });

  it("rejects resources that need each other", () => {
    const of = (other: string) => ({ Type: "AWS::IAM::Role", Properties: { Path: { Ref: other } } });
    assert.throws(() => parseStackTemplate(JSON.stringify({ Resources: { A: of("B"), B: of("A") } })), /Circular dependency/);
  });
});

describe("policies for the deletion of resources in CloudFormation of the sandbox", () => {
  const region = "eu-central-1";
  const caller = { account: "111122223333", region, accessKeyId: "ASIA1", arn: "arn:aws:sts::111122223333:assumed-role/deploy/me" };
  const native = registeredServices({} as never, {} as never, { models: "" } as never).find(
    ({ scope }) => scope === "cloudformation",
  ) as unknown as { operations: Record<string, (input: object, context: object) => Promise<Record<string, unknown>>> };
  let policies: string[];
  let state: { stacks: { status: string; events: { status: string }[] }[] };
  const cloud = () => ({
    state,
    caller,
    partition: "aws",
    now: () => 0,
    id: (prefix: string) => `${prefix}x`,
    asClient: (_service: string, operation: string, { PolicyName, PolicyArn }: Record<string, string>) => {
      if (operation === "CreatePolicy" && PolicyName === "bad") throw new AwsError("MalformedPolicyDocument", "bad");
      if (operation === "CreatePolicy") policies.push(PolicyName!);
      if (operation === "DeletePolicy") policies = policies.filter((name) => name !== PolicyArn);
      return Promise.resolve({ Policy: { Arn: PolicyName }, Versions: [] });
    },
  });
  async function call(operation: string, input: object): Promise<void> {
    await native.operations[operation]!({ StackName: "s", Capabilities: ["CAPABILITY_NAMED_IAM"], ...input }, cloud());
    // Ends the change.
    await native.operations.DescribeStacks!({}, cloud());
  }
  const policy = (ManagedPolicyName: string, more: object = {}) => ({
    Type: "AWS::IAM::ManagedPolicy",
    Properties: { ManagedPolicyName, PolicyDocument: {} },
    ...more,
  });
  const body = (Resources: object, more: object = {}) => ({ TemplateBody: JSON.stringify({ Resources, ...more }) });
  const retain = { DeletionPolicy: "Retain" };
  const later = { DeletionPolicy: "RetainExceptOnCreate" };
  const bad = (DependsOn: string) => policy("bad", { DependsOn });

  beforeEach(() => {
    policies = [];
    state = { stacks: [] };
  });

  it("keep resources of a deleted stack", async () => {
    await call("CreateStack", body({ A: policy("a"), B: policy("b", retain), C: policy("c", later) }));
    await call("DeleteStack", {});
    assert.deepEqual(policies, ["b", "c"]);
  });

  it("keep resources that a template no longer has, by the policy of the last template", async () => {
    await call("CreateStack", body({ A: policy("a", retain), B: policy("b"), C: policy("c"), D: policy("d", retain) }));
    await call("UpdateStack", body({ A: policy("a"), B: policy("b", retain), C: policy("c"), D: policy("d", retain) }));
    await call("UpdateStack", body({ C: policy("c") }));
    assert.deepEqual(policies, ["b", "c", "d"]);
    assert.equal(state.stacks[0]!.events.filter(({ status }) => status === "DELETE_SKIPPED").length, 2);
  });

  it("keep resources of a failed creation, except with RetainExceptOnCreate", async () => {
    await call("CreateStack", body({ A: policy("a", retain), B: policy("b", later), C: bad("B") }));
    assert.equal(state.stacks[0]!.status, "ROLLBACK_COMPLETE");
    assert.deepEqual(policies, ["a"]);
  });

  it("keep what a failed update created, except with RetainExceptOnCreate", async () => {
    await call("CreateStack", body({ A: policy("a", later) }));
    await call("UpdateStack", body({ A: policy("a", later), B: policy("b", retain), C: policy("c", later), D: bad("C") }));
    assert.equal(state.stacks[0]!.status, "UPDATE_ROLLBACK_COMPLETE");
    assert.deepEqual(policies, ["a", "b"]);
  });

  it("keep replaced resources only with UpdateReplacePolicy", async () => {
    const keep = { UpdateReplacePolicy: "Retain" };
    await call("CreateStack", body({ A: policy("a", retain), B: policy("b", keep) }));
    await call("UpdateStack", body({ A: policy("a2", retain), B: policy("b2", keep) }));
    assert.deepEqual(policies.sort(), ["a2", "b", "b2"]);
    await call("DeleteStack", {});
    assert.deepEqual(policies, ["a2", "b"]);
  });

  it("must exist for the resource type", async () => {
    await assert.rejects(call("CreateStack", body({ A: policy("a", { DeletionPolicy: "Snapshot" }) })), /Unrecognized DeletionPolicy/);
    await assert.rejects(
      call("CreateStack", body({ A: policy("a", { UpdateReplacePolicy: "Keep" }) })),
      /Unrecognized UpdateReplacePolicy/,
    );
  });

  it("are the only way to keep resources, and exports are rejected", async () => {
    const output = { Outputs: { Arn: { Value: "a", Export: { Name: "arn" } } } };
    await assert.rejects(call("CreateStack", body({ A: policy("a") }, output)), /does not support 'Export' in the output 'Arn' yet/);
    await call("CreateStack", body({ A: policy("a") }));
    await assert.rejects(call("UpdateStack", body({ A: policy("a") }, output)), /does not support 'Export'/);
    await assert.rejects(call("DeleteStack", { RetainResources: ["A"] }), /does not support 'RetainResources' yet/);
    assert.deepEqual(policies, ["a"]);
  });
});
