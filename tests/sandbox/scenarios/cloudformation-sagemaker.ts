import { type Scenario, type Step } from "../scenario";
import { dropDomain, dropNetwork, dropRole, makeDomain, network, role } from "./sagemaker";

/** A notebook instance whose owner chooses type and size. `changes` are properties of the notebook instance. */
export const notebookTemplate = (changes: object = {}) => ({
  AWSTemplateFormatVersion: "2010-09-09",
  Description: "Notebook instance",
  Parameters: {
    Owner: { Type: "String", Description: "Owner", AllowedPattern: "[a-z]{1,10}" },
    InstanceType: { Type: "String", Default: "ml.t3.medium", AllowedValues: ["ml.t3.medium", "ml.t3.large", "ml.g5.xlarge"] },
    VolumeGb: { Type: "Number", Default: 5, MinValue: 5, MaxValue: 50, ConstraintDescription: "5 to 50" },
  },
  Rules: {
    LargeTypes: {
      RuleCondition: { "Fn::Equals": [{ Ref: "Owner" }, "ada"] },
      Assertions: [
        {
          Assert: { "Fn::Not": [{ "Fn::Contains": [["ml.g5.xlarge"], { Ref: "InstanceType" }] }] },
          AssertDescription: "ada must use a small type",
        },
      ],
    },
  },
  Conditions: { IsLarge: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "InstanceType" }, "ml.t3.medium"] }] } },
  Resources: {
    Notebook: {
      Type: "AWS::SageMaker::NotebookInstance",
      Properties: {
        NotebookInstanceName: { "Fn::Join": ["-", [{ Ref: "Owner" }, "${run}"]] },
        InstanceType: { Ref: "InstanceType" },
        VolumeSizeInGB: { Ref: "VolumeGb" },
        RoleArn: "${role}",
        SubnetId: "${subnet}",
        SecurityGroupIds: ["${group}"],
        DirectInternetAccess: "Disabled",
        RootAccess: "Disabled",
        Tags: [{ Key: "size", Value: { "Fn::If": ["IsLarge", "large", "small"] } }],
        ...changes,
      },
    },
  },
  Outputs: {
    Name: { Description: "Name of the notebook instance", Value: { "Fn::GetAtt": ["Notebook", "NotebookInstanceName"] } },
    Arn: { Value: { Ref: "Notebook" } },
    Large: { Condition: "IsLarge", Value: "yes" },
  },
});

const lab = (SpaceName = "lab", size = 10, AppType = "JupyterLab", Tags: object[] = []) => ({
  Resources: {
    Space: {
      Type: "AWS::SageMaker::Space",
      DependsOn: "Profile",
      Properties: {
        DomainId: "${domain}",
        SpaceName,
        OwnershipSettings: { OwnerUserProfileName: "ada" },
        SpaceSharingSettings: { SharingType: "Private" },
        SpaceSettings: { AppType, SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: size } } },
      },
    },
    Profile: {
      Type: "AWS::SageMaker::UserProfile",
      Properties: { DomainId: "${domain}", UserProfileName: "ada", UserSettings: { ExecutionRole: "${role}" }, Tags },
    },
  },
  Outputs: { Url: { Value: { "Fn::GetAtt": "Space.Url" } } },
});

const yaml = `
Parameters:
  Names: {Type: CommaDelimitedList, Default: "lab, notes"}
Mappings: {Sizes: {small: {Gb: 5}}}
Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: \${role}
      VolumeSizeInGB: !FindInMap [Sizes, small, Gb]
      KmsKeyId: !If [Never, none, !Ref AWS::NoValue]
      Tags:
        - {Key: name, Value: !Select [1, !Ref Names]}
        - {Key: where, Value: !Sub "\${AWS::Region} of \${AWS::AccountId}"}
        - {Key: first, Value: !Select [0, !Split ["-", a-b]]}
Conditions: {Never: !And [!Equals [a, b], !Equals [a, a]]}
Outputs:
  Name: {Value: !GetAtt Notebook.NotebookInstanceName}
`;

const name = (about: string) => `${about}-\${run}`;
const parameters = (values: Record<string, string>) =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
const step = (operation: string, about: string, body: object | string | undefined, more: object, expected: Partial<Step> = {}): Step => ({
  call: `cloudformation:${operation}`,
  input: {
    StackName: name(about),
    ...(body !== undefined && { TemplateBody: typeof body === "string" ? body : JSON.stringify(body) }),
    ...more,
  },
  ...expected,
});
const create = (
  about: string,
  body: object | string,
  values: Record<string, string> = {},
  expected: Partial<Step> = {},
  more: object = {},
) => step("CreateStack", about, body, { Parameters: parameters(values), ...more }, expected);
const update = (
  about: string,
  body: object | string,
  values: Record<string, string> = {},
  expected: Partial<Step> = {},
  more: object = {},
) => step("UpdateStack", about, body, { Parameters: parameters(values), ...more }, expected);
const rejected = (message: string) => ({ error: "ValidationError", message });
const status = (about: string, StackStatus: string, more: object = {}): Step =>
  step("DescribeStacks", about, undefined, {}, { output: { Stacks: [{ StackStatus, ...more }] } });
const done = (about: string, what: string, more: object = {}): Step[] => [
  status(about, `${what}_IN_PROGRESS`),
  status(about, `${what}_COMPLETE`, more),
];
const drop = (about: string): Step => step("DeleteStack", about, undefined, {});
const notebook = (owner: string, output: object): Step => ({
  call: "sagemaker:DescribeNotebookInstance",
  input: { NotebookInstanceName: `${owner}-\${run}` },
  output,
});

const ada = { Owner: "ada" };
const book = notebookTemplate();
const format = (message: string) => rejected(`Template format error: ${message}`);

export const cloudformationSagemaker: Scenario[] = [
  {
    title: "checks templates, parameters and rules before it creates anything",
    steps: [
      ...network,
      role,
      create("no", "{", {}, format("JSON not well-formed.")),
      create("no", "a: [", {}, format("YAML not well-formed.")),
      create("no", { Resources: {} }, {}, format("At least one Resources member must be defined.")),
      create("no", { ...book, Resource: {} }, ada, rejected("Invalid template property or properties [Resource]")),
      create(
        "no",
        { Resources: { A: { Properties: {} } } },
        {},
        format("[/Resources/A] Every Resources object must contain a Type member."),
      ),
      create("no", { Resources: { "a-b": { Type: "AWS::IAM::Role" } } }, {}, format("Resource name a-b is non alphanumeric.")),
      create(
        "no",
        notebookTemplate({ LifecycleConfigName: { Ref: "Config" } }),
        ada,
        format("Unresolved resource dependencies [Config] in the Resources block of the template"),
      ),
      create("no", book, {}, rejected("Parameters: [Owner] must have values")),
      create("no", book, { ...ada, Size: "5" }, rejected("Parameters: [Size] do not exist in the template")),
      create("no", book, { Owner: "Ada" }, rejected("Parameter 'Owner' must match pattern [a-z]{1,10}")),
      create("no", book, { ...ada, InstanceType: "ml.p5.48xlarge" }, rejected("Parameter 'InstanceType' must be one of AllowedValues")),
      create("no", book, { ...ada, VolumeGb: "51" }, rejected("Parameter 'VolumeGb' failed to satisfy constraint: 5 to 50")),
      create("no", book, { ...ada, VolumeGb: "big" }, rejected("Parameter 'VolumeGb' must be a number")),
      create("no", book, { ...ada, InstanceType: "ml.g5.xlarge" }, rejected("ada must use a small type")),
      create("no", book, ada, rejected("RoleARN"), { RoleARN: "arn:aws:iam::111122223333:role/none" }),
      step("DescribeStacks", "no", undefined, {}, { error: "ValidationError" }),
      step("DescribeStackEvents", "no", undefined, {}, { error: "ValidationError" }),
      step("DescribeStackResources", "no", undefined, {}, { error: "ValidationError" }),
      step("GetTemplate", "no", undefined, {}, { error: "ValidationError" }),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "creates a notebook instance, changes it in place, and replaces it",
    steps: [
      ...network,
      role,
      create("book", book, ada, {}, { Tags: [{ Key: "team", Value: "fraud" }] }),
      ...done("book", "CREATE", {
        Parameters: [...parameters(ada), ...parameters({ InstanceType: "ml.t3.medium", VolumeGb: "5" })],
        Outputs: [
          { OutputKey: "Name", OutputValue: "ada-${run}", Description: "Name of the notebook instance" },
          { OutputKey: "Arn", OutputValue: "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/ada-${run}" },
        ],
      }),
      notebook("ada", { VolumeSizeInGB: 5, RootAccess: "Disabled", InstanceType: "ml.t3.medium", NotebookInstanceStatus: "InService" }),
      {
        call: "sagemaker:ListTags",
        input: { ResourceArn: "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/ada-${run}" },
        output: {
          Tags: [
            { Key: "team", Value: "fraud" },
            { Key: "size", Value: "small" },
          ],
        },
      },
      update("book", book, ada, rejected("No updates are to be performed.")),
      // The type changes in place, and the volume keeps its size.
      {
        ...update("book", book),
        input: {
          StackName: name("book"),
          UsePreviousTemplate: true,
          Parameters: [
            { ParameterKey: "Owner", UsePreviousValue: true },
            { ParameterKey: "InstanceType", ParameterValue: "ml.t3.large" },
          ],
        },
      },
      ...done("book", "UPDATE", { Outputs: [{}, {}, { OutputKey: "Large" }] }),
      notebook("ada", { InstanceType: "ml.t3.large", NotebookInstanceStatus: "InService" }),
      {
        call: "sagemaker:ListTags",
        input: { ResourceArn: "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/ada-${run}" },
        output: {
          Tags: [
            { Key: "team", Value: "fraud" },
            { Key: "size", Value: "large" },
          ],
        },
      },
      update("book", book, { ...ada, VolumeGb: "8" }),
      ...done("book", "UPDATE"),
      // A volume cannot shrink.
      update("book", book, ada),
      status("book", "UPDATE_ROLLBACK_COMPLETE"),
      // Another name: the old instance is deleted after the new one exists.
      update("book", book, { Owner: "bob" }),
      ...done("book", "UPDATE", { Outputs: [{ OutputValue: "bob-${run}" }, {}] }),
      notebook("bob", { InstanceType: "ml.t3.medium" }),
      { ...notebook("ada", {}), error: "ValidationException" },
      // The same name: CloudFormation cannot replace the instance.
      update("book", notebookTemplate({ DirectInternetAccess: "Enabled" }), { Owner: "bob" }),
      status("book", "UPDATE_ROLLBACK_COMPLETE", {
        StackStatusReason:
          "The following resource(s) failed to update: [Notebook]. CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename bob-${run} and update the stack again.",
      }),
      // A change that SageMaker rejects: the instance has its old role, and runs.
      update("book", notebookTemplate({ RoleArn: "arn:aws:iam::111122223333:role/none" }), { Owner: "bob" }),
      status("book", "UPDATE_ROLLBACK_COMPLETE"),
      notebook("bob", { RoleArn: "${role}", NotebookInstanceStatus: "InService" }),
      step(
        "DescribeStackResources",
        "book",
        undefined,
        {},
        {
          output: { StackResources: [{ LogicalResourceId: "Notebook", ResourceType: "AWS::SageMaker::NotebookInstance" }] },
        },
      ),
      step("DescribeStackEvents", "book", undefined, {}, { output: {} }),
      step("GetTemplate", "book", undefined, {}, {}),
      drop("book"),
      { ...notebook("bob", {}), error: "ValidationException" },
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "creates nothing when a resource fails",
    steps: [
      ...network,
      role,
      create("wrong", notebookTemplate({ Rootaccess: "Disabled" }), ada),
      status("wrong", "ROLLBACK_COMPLETE", {
        StackStatusReason:
          "The following resource(s) failed to create: [Notebook]. Properties validation failed for resource Notebook with message:\n#: extraneous key [Rootaccess] is not permitted",
      }),
      update("wrong", book, ada, { error: "ValidationError" }),
      drop("wrong"),
      create("wrong", notebookTemplate({ RootAccess: "Off" }), ada),
      status("wrong", "ROLLBACK_COMPLETE"),
      { ...notebook("ada", {}), error: "ValidationException" },
      drop("wrong"),
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "creates a profile with a private space, and keeps them while an app runs",
    steps: [
      ...network,
      role,
      makeDomain,
      create("lab", lab()),
      ...done("lab", "CREATE", { Outputs: [{ OutputKey: "Url" }] }),
      {
        call: "sagemaker:DescribeSpace",
        input: { DomainId: "${domain}", SpaceName: "lab" },
        output: { OwnershipSettings: { OwnerUserProfileName: "ada" } },
      },
      update("lab", lab("lab", 20)),
      ...done("lab", "UPDATE"),
      // Tags change without a replacement, which would delete the space.
      update("lab", lab("lab", 20, "JupyterLab", [{ Key: "team", Value: "fraud" }])),
      ...done("lab", "UPDATE"),
      {
        call: "sagemaker:DescribeUserProfile",
        input: { DomainId: "${domain}", UserProfileName: "ada" },
        save: { profile: "UserProfileArn" },
      },
      { call: "sagemaker:ListTags", input: { ResourceArn: "${profile}" }, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      // A volume cannot shrink.
      update("lab", lab("lab", 5)),
      status("lab", "UPDATE_ROLLBACK_COMPLETE"),
      // The app type cannot change.
      update("lab", lab("lab", 20, "CodeEditor")),
      status("lab", "UPDATE_ROLLBACK_COMPLETE"),
      update("lab", lab("other", 20)),
      ...done("lab", "UPDATE"),
      { call: "sagemaker:DescribeSpace", input: { DomainId: "${domain}", SpaceName: "lab" }, error: "ResourceNotFound" },
      {
        call: "sagemaker:CreateApp",
        input: { DomainId: "${domain}", SpaceName: "other", AppType: "JupyterLab", AppName: "default" },
      },
      drop("lab"),
      status("lab", "DELETE_FAILED"),
      {
        call: "sagemaker:DeleteApp",
        input: { DomainId: "${domain}", SpaceName: "other", AppType: "JupyterLab", AppName: "default" },
      },
      {
        call: "sagemaker:DescribeApp",
        input: { DomainId: "${domain}", SpaceName: "other", AppType: "JupyterLab", AppName: "default" },
      },
      drop("lab"),
      { call: "sagemaker:DescribeUserProfile", input: { DomainId: "${domain}", UserProfileName: "ada" }, error: "ResourceNotFound" },
      dropDomain,
      dropRole,
      ...dropNetwork,
    ],
  },
  {
    title: "evaluates YAML with the short forms of functions",
    steps: [
      role,
      create("short", yaml),
      {
        call: "cloudformation:DescribeStacks",
        input: { StackName: name("short") },
        output: { Stacks: [{ StackStatus: "CREATE_IN_PROGRESS" }] },
        save: { name: "Stacks.0.Outputs.0.OutputValue" },
      },
      {
        call: "sagemaker:DescribeNotebookInstance",
        input: { NotebookInstanceName: "${name}" },
        output: { VolumeSizeInGB: 5 },
        save: { notebook: "NotebookInstanceArn" },
      },
      {
        call: "sagemaker:ListTags",
        input: { ResourceArn: "${notebook}" },
        output: {
          Tags: [
            { Key: "name", Value: "notes" },
            { Key: "where", Value: "eu-central-1 of 111122223333" },
            { Key: "first", Value: "a" },
          ],
        },
      },
      // A stack whose notebook instance was deleted by others can be deleted.
      { call: "sagemaker:StopNotebookInstance", input: { NotebookInstanceName: "${name}" } },
      { call: "sagemaker:DeleteNotebookInstance", input: { NotebookInstanceName: "${name}" } },
      drop("short"),
      { call: "cloudformation:DescribeStacks", input: { StackName: name("short") }, error: "ValidationError" },
      dropRole,
    ],
  },
  {
    title: "creates wait condition handles, unless a constant rule rejects the template",
    steps: [
      create("handle", { Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } } }),
      ...done("handle", "CREATE"),
      drop("handle"),
      create(
        "handle",
        {
          Rules: { Never: { Assertions: [{ Assert: { "Fn::Contains": [["a"], "b"] }, AssertDescription: "Use another template." }] } },
          Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
        },
        {},
        rejected("Rule Never failed: Use another template."),
      ),
    ],
  },
];
