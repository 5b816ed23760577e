import assert from "node:assert/strict";
import * as path from "node:path";
import { translate } from "@cloister/policy-pack/translation";
import { readValue } from "@cloister/policy-pack/rule-kit";
import { unknownCheckingProxy } from "@pulumi/policy";
import { changesOf } from "../../helpers/changed-values";
import { UNKNOWN } from "../../helpers/evaluate";
import { assertRecorded } from "../../helpers/recording";
import { template, yaml } from "./forms";
import { plain } from "./recording";

/** Translates the template of a stack. */
const translated = (resource: { type: string; props?: object }) =>
  translate({ type: resource.type, name: "res", props: unknownCheckingProxy(resource.props as object) as Record<string, unknown> })!;
/** A notebook instance whose network access has this value. */
const notebook = (access: unknown, more: object = {}, props: object = {}) =>
  translated(template({ Book: { Type: "AWS::SageMaker::NotebookInstance", Properties: { DirectInternetAccess: access } } }, more, props));
const Parameters = { Access: { Type: "String", Default: "Disabled" }, Stage: { Type: "String" } };
const Conditions = { IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] }, IsDev: { "Fn::Not": [{ Condition: "IsProd" }] } };

/** By title: the value of DirectInternetAccess, the rest of the template and inputs of the stack, and the value that guardrails read. */
const known: [title: string, value: unknown, expected: unknown, more?: object, props?: object][] = [
  ["a text", "Disabled", "Disabled"],
  ["the default of a parameter", { Ref: "Access" }, "Disabled", { Parameters }],
  ["a parameter that the stack sets", { Ref: "Access" }, "Enabled", { Parameters }, { parameters: { Access: "Enabled" } }],
  ["a substitution", { "Fn::Sub": "${Access}" }, "Disabled", { Parameters }],
  ["a substitution with its own variables", { "Fn::Sub": ["${What}abled", { What: { "Fn::Join": ["", ["En"]] } }] }, "Enabled"],
  ["a literal in a substitution", { "Fn::Sub": "${!Access}" }, "${Access}", { Parameters }],
  ["joined texts", { "Fn::Join": ["", ["En", "abled"]] }, "Enabled"],
  [
    "a mapping",
    { "Fn::FindInMap": ["Access", { Ref: "Stage" }, "Value"] },
    "Enabled",
    { Parameters, Mappings: { Access: { prod: { Value: "Enabled" } } } },
    { parameters: { Stage: "prod" } },
  ],
  [
    "the first branch of a condition",
    { "Fn::If": ["IsProd", "Disabled", "Enabled"] },
    "Disabled",
    { Parameters, Conditions },
    { parameters: { Stage: "prod" } },
  ],
  [
    "the second branch of a condition",
    { "Fn::If": ["IsProd", "Disabled", "Enabled"] },
    "Enabled",
    { Parameters, Conditions },
    { parameters: { Stage: "dev" } },
  ],
  [
    "a negated condition",
    { "Fn::If": ["IsDev", "Disabled", "Enabled"] },
    "Disabled",
    { Parameters, Conditions },
    { parameters: { Stage: "dev" } },
  ],
  [
    "a condition with Fn::And",
    { "Fn::If": ["Both", "a", "b"] },
    "b",
    { Parameters, Conditions: { ...Conditions, Both: { "Fn::And": [{ Condition: "IsProd" }, { Condition: "IsDev" }] } } },
    { parameters: { Stage: "dev" } },
  ],
  [
    "a condition with Fn::Or",
    { "Fn::If": ["One", "a", "b"] },
    "a",
    { Parameters, Conditions: { ...Conditions, One: { "Fn::Or": [{ Condition: "IsProd" }, { Condition: "IsDev" }] } } },
    { parameters: { Stage: "dev" } },
  ],
  ["an element of a list", { "Fn::Select": [1, ["Disabled", "Enabled"]] }, "Enabled"],
  ["an element of a split text", { "Fn::Select": ["0", { "Fn::Split": ["|", "Enabled|x"] }] }, "Enabled"],
];

/** Values that cannot be read, with the reason. */
const unread: [title: string, value: unknown, reason: string, more?: object][] = [
  ["an export of another stack", { "Fn::ImportValue": "x" }, "Fn::ImportValue"],
  ["joined texts that are no list", { "Fn::Join": ["", "Disabled"] }, "Fn::Join"],
  ["a macro", { "Fn::Transform": { Name: "x" } }, "Fn::Transform"],
  ["a dynamic reference", "{{resolve:ssm:/access}}", "a dynamic reference"],
  ["a parameter without a value", { Ref: "Stage" }, "parameter 'Stage' without a value", { Parameters }],
  [
    "a parameter that Systems Manager resolves",
    { Ref: "P" },
    "parameter 'P', which Systems Manager resolves",
    { Parameters: { P: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/access" } } },
  ],
  [
    "a condition on a pseudo parameter",
    { "Fn::If": ["InEurope", "Disabled", "Enabled"] },
    "condition 'InEurope'",
    { Conditions: { InEurope: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-central-1"] } } },
  ],
  ["a condition that does not exist", { "Fn::If": ["None", "Disabled", "Enabled"] }, "condition 'None'"],
  ["a mapping that does not exist", { "Fn::FindInMap": ["A", "b", "c"] }, "Fn::FindInMap"],
  ["a text with an unresolved part", { "Fn::Sub": ["${X}", { X: { "Fn::ImportValue": "x" } }] }, "Fn::ImportValue"],
];

/** What guardrails read: the value and where it comes from, or why it cannot be read. */
function readIn({ resources: [book], notEvaluated, pending }: ReturnType<typeof notebook>): unknown {
  const { directInternetAccess: value } = plain(book?.props ?? {});
  const { logicalIds = [], properties = [] } = book?.dependencies.directInternetAccess ?? {};
  return [
    value === UNKNOWN ? "(unknown)" : (value ?? "(absent)"),
    ...logicalIds,
    ...properties,
    ...notEvaluated.map((text) => text.replace(/^.* depends on /, "depends on ")),
    ...pending,
  ];
}

describe("CloudFormation templates", () => {
  it("are read as recorded, also when one part is absent or different", function () {
    const cases: [string, unknown, object?, object?][] = [
      ...known.map(([title, value, , ...rest]): (typeof cases)[number] => [title, value, ...rest]),
      ...unread.map(([title, value, , more]): (typeof cases)[number] => [title, value, more]),
    ];
    const entriesOf = (value: unknown, more: object = {}, props: object = {}): Record<string, unknown> => {
      const base = readIn(notebook(value, more, props));
      const changed: [string, unknown][] = [
        ...changesOf({ value }, "book").map(([change, changed]): [string, unknown] => [
          change,
          readIn(notebook(changed.value, more, props)),
        ]),
        ...changesOf(more, "template").map(([change, changed]): [string, unknown] => [change, readIn(notebook(value, changed, props))]),
      ].filter(([change]) => !change.endsWith(" is unknown"));
      const ofStack = changesOf(props, "stack").map(([change, changed]): [string, unknown] => [
        change,
        readIn(notebook(value, more, changed)),
      ]);
      const different = [...changed, ...ofStack].filter(([, found]) => JSON.stringify(found) !== JSON.stringify(base));
      return Object.fromEntries([["", base], ...different]);
    };
    assertRecorded(
      path.join(__dirname, "recorded-functions.json"),
      this.test!.file!,
      Object.fromEntries(cases.map(([title, ...rest]) => [title, entriesOf(...rest)])),
    );
  });

  for (const [title, value, expected, more, props] of known)
    it(`resolve ${title}`, () => {
      const { resources, notEvaluated } = notebook(value, more, props);
      assert.deepEqual([resources[0]!.props.directInternetAccess, notEvaluated], [expected, []]);
    });

  for (const [title, value, reason, more] of unread)
    it(`report ${title}`, () => {
      const { resources, notEvaluated } = notebook(value, more);
      assert.equal(readValue(resources[0]!.props, "directInternetAccess").state, "unknown");
      assert.deepEqual(notEvaluated, [
        `resource 'Book' of type AWS::SageMaker::NotebookInstance, whose directInternetAccess depends on ${reason}`,
      ]);
    });

  it("remove a property with the value AWS::NoValue", () => assert.deepEqual(notebook({ Ref: "AWS::NoValue" }).resources[0]!.props, {}));

  it("read a parameter that is unknown at preview during the update", () => {
    const { resources, notEvaluated } = notebook({ Ref: "Access" }, { Parameters }, { parameters: { Access: UNKNOWN } });
    assert.equal(readValue(resources[0]!.props, "directInternetAccess").state, "unknown");
    assert.ok(resources[0]!.dependencies.directInternetAccess!.properties.includes("parameters"));
    assert.deepEqual(notEvaluated, []);
  });

  it("evaluate no resource while the template is unknown at preview", () =>
    assert.deepEqual(translated(template({}, {}, { templateBody: UNKNOWN })), {
      resources: [],
      notEvaluated: [],
      pending: ["templateBody"],
    }));

  it("leave out a resource whose condition does not hold", () => {
    const resource = { Type: "AWS::EC2::InternetGateway", Condition: "IsProd" };
    const found = (Stage: string) => translated(template({ Way: resource }, { Parameters, Conditions }, { parameters: { Stage } }));
    assert.deepEqual(found("dev"), { resources: [], notEvaluated: [], pending: [] });
    assert.equal(found("prod").resources.length, 1);
    const unclear = template(
      { Way: { ...resource, Condition: "InEurope" } },
      { Conditions: { InEurope: { "Fn::Equals": [{ Ref: "AWS::Region" }, "x"] } } },
    );
    assert.equal(translated(unclear).resources.length, 1, "a condition that cannot be evaluated can hold");
  });

  it("read the short forms of functions in YAML", () => {
    const { resources, notEvaluated } = translated(
      template(`
Parameters:
  Access: { Type: String, Default: Disabled }
Conditions:
  Yes: !Equals [a, a]
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      DirectInternetAccess: !If [Yes, !Sub "\${Access}", Enabled]
      SubnetId: !Ref Subnet
      SecurityGroupIds:
        - !GetAtt Group.GroupId
        - !Join ["-", [sg, !Select [0, [b, c]]]]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !ImportValue
        Fn::Sub: vpc
`),
    );
    const book = resources.find(({ logicalId }) => logicalId === "Book")!;
    assert.equal(book.props.directInternetAccess, "Disabled");
    assert.deepEqual(book.dependencies.subnetId!.logicalIds, ["Subnet"]);
    assert.deepEqual(book.dependencies.securityGroups!.logicalIds, ["Group"]);
    assert.equal(readValue(book.props, "securityGroups", 1).state, "known");
    assert.deepEqual(notEvaluated, ["resource 'Group' of type AWS::EC2::SecurityGroup, whose vpcId depends on Fn::ImportValue"]);
  });

  for (const [title, body, expected] of [
    ["a template in S3", { templateBody: undefined, templateUrl: "https://s3/x" }, "the template in templateUrl"],
    ["a stack without a template", { templateBody: "" }, "a template that is not set"],
    ["a text that is not a template", { templateBody: "{" }, "templateBody, which has no resources"],
    ["an alias without an anchor", { templateBody: "*way" }, "templateBody, which has no resources"],
    ["a list", { templateBody: "[]" }, "templateBody, which has no resources"],
  ] as [string, object, string][])
    it(`report ${title}`, () => assert.deepEqual(translated(template({}, {}, body)).notEvaluated, [expected]));

  it("report macros, loops, custom resources, nested stacks and types without a translation", () => {
    const text = yaml({
      Transform: "AWS::Serverless-2016-10-31",
      Resources: {
        "Fn::ForEach::Topics": ["x", ["a"], {}],
        Custom: { Type: "Custom::Way" },
        Nested: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL: "https://s3/x" } },
        Parameter: { Type: "AWS::SSM::Parameter" },
        Included: { Type: "AWS::Logs::LogGroup", Properties: { "Fn::Transform": { Name: "AWS::Include" }, KmsKeyId: "key" } },
      },
    });
    assert.deepEqual(translated(template(text)).notEvaluated, [
      'the macro "AWS::Serverless-2016-10-31"',
      "'Fn::ForEach::Topics' in Resources",
      "resource 'Custom' of type Custom::Way",
      "resource 'Nested' of type AWS::CloudFormation::Stack",
      "resource 'Parameter' of type AWS::SSM::Parameter",
      "the macro of resource 'Included'",
    ]);
  });

  it("compare references in a policy document by their text", () => {
    const statement = (Resource: unknown) => ({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const { resources } = translated(
      template({
        Data: { Type: "AWS::S3::Bucket" },
        Policy: {
          Type: "AWS::S3::BucketPolicy",
          Properties: {
            Bucket: { Ref: "Data" },
            PolicyDocument: {
              Statement: statement([{ "Fn::GetAtt": ["Data", "Arn"] }, { "Fn::Sub": "arn:${AWS::Partition}:s3:::${Data}/*" }]),
            },
          },
        },
      }),
    );
    assert.deepEqual(readValue(resources[1]!.props, "policy", "Statement", "Resource"), {
      state: "known",
      value: ["arn:aws:s3:::${Data}", "arn:aws:s3:::${Data}/*"],
    });
    assert.deepEqual(resources[1]!.dependencies.bucket!.logicalIds, ["Data"]);
  });
});
