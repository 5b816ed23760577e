import { noOpaqueResources } from "@cloister/policy-pack/rules/stack/no-opaque-resources";
import { UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";
import { template } from "../translation/forms";

const cloudControl = "aws:cloudcontrol/resource:Resource";
const stack = "aws:cloudformation/stack:Stack";
const stackSet = "aws:cloudformation/stackSet:StackSet";
const opaque = (what: string) =>
  new RegExp(
    `^This resource is not evaluated: no guardrail can read ${what}\\. Create the resource with @pulumi/aws, or review it and list its type in policy setting 'allowedTypes'\\.$`,
  );
const topic = { Type: "AWS::SNS::Topic", Properties: {} };
const logs = { Type: "AWS::Logs::LogGroup", Properties: { KmsKeyId: "key" } };
const inputsOf = (resources: Record<string, unknown> | string, props: object = {}) => template(resources, {}, props).props!;

testRule(noOpaqueResources, {
  resource: [
    { it: "accepts resources of @pulumi/aws", type: "aws:s3/bucket:Bucket", inputs: {} },
    { it: "accepts components", type: "cloister:network:Network", inputs: {} },
    { it: "accepts an aws-native type that guardrails evaluate", type: "aws-native:logs:LogGroup", inputs: {} },
    {
      it: "rejects an aws-native type that no guardrail evaluates",
      type: "aws-native:sns:Topic",
      inputs: {},
      want: [opaque("type aws-native:sns:Topic")],
    },
    {
      it: "accepts an aws-native type in allowedTypes",
      type: "aws-native:sns:Topic",
      inputs: {},
      settings: { allowedTypes: ["aws-native:sns:*"] },
    },
    {
      it: "rejects an aws-native extension of a type that no guardrail evaluates",
      type: "aws-native:index:ExtensionResource",
      inputs: { type: "Acme::Way::Out", properties: {} },
      want: [opaque("type Acme::Way::Out")],
    },
    {
      it: "accepts a Cloud Control type that guardrails evaluate",
      type: cloudControl,
      inputs: { typeName: "AWS::Logs::LogGroup", desiredState: "{}" },
    },
    {
      it: "rejects a Cloud Control type that no guardrail evaluates",
      type: cloudControl,
      inputs: { typeName: "AWS::SNS::Topic", desiredState: "{}" },
      want: [opaque("type AWS::SNS::Topic")],
    },
    {
      it: "accepts a Cloud Control type in allowedTypes",
      type: cloudControl,
      inputs: { typeName: "AWS::SNS::Topic", desiredState: "{}" },
      settings: { allowedTypes: ["AWS::SNS::*"] },
    },
    {
      it: "rejects a desired state that is not JSON",
      type: cloudControl,
      inputs: { typeName: "AWS::SNS::Topic", desiredState: "[" },
      want: [opaque("desiredState, which is not a JSON object")],
    },
    {
      it: "reports a desired state that is unknown at preview",
      type: cloudControl,
      inputs: { typeName: "AWS::SNS::Topic", desiredState: UNKNOWN },
      outcome: "unknown",
    },
    { it: "accepts a template of types that guardrails evaluate", type: stack, inputs: inputsOf({ Logs: logs }) },
    {
      it: "names all resources of a template that no guardrail evaluates",
      type: stack,
      inputs: inputsOf({ Logs: logs, Alerts: topic, Way: { Type: "Custom::Way" } }),
      want: [opaque("resource 'Alerts' of type AWS::SNS::Topic; resource 'Way' of type Custom::Way")],
    },
    {
      it: "accepts types of a template in allowedTypes",
      type: stack,
      inputs: inputsOf({ Alerts: topic }),
      settings: { allowedTypes: ["AWS::SNS::Topic"] },
    },
    {
      it: "rejects the other types of a template when allowedTypes lists one",
      type: stack,
      inputs: inputsOf({ Alerts: topic, Way: { Type: "Custom::Way" } }),
      settings: { allowedTypes: ["AWS::SNS::Topic"] },
      want: [opaque("resource 'Way' of type Custom::Way")],
    },
    {
      it: "accepts a stack whose type allowedTypes lists",
      type: stack,
      inputs: { templateUrl: "https://s3/x" },
      settings: { allowedTypes: [stack] },
    },
    { it: "rejects a template in S3", type: stack, inputs: { templateUrl: "https://s3/x" }, want: [opaque("the template in templateUrl")] },
    { it: "reports a template that is unknown at preview", type: stack, inputs: { templateBody: UNKNOWN }, outcome: "unknown" },
    {
      it: "rejects a value that cannot be read",
      type: stack,
      inputs: inputsOf({ Logs: { Type: "AWS::Logs::LogGroup", Properties: { KmsKeyId: { "Fn::ImportValue": "key" } } } }),
      want: [opaque("resource 'Logs' of type AWS::Logs::LogGroup, whose kmsKeyId depends on Fn::ImportValue")],
    },
    {
      it: "rejects the types of a stack set that no guardrail evaluates",
      type: stackSet,
      inputs: inputsOf({ Alerts: topic }),
      want: [opaque("resource 'Alerts' of type AWS::SNS::Topic")],
    },
    ...["awscc:index:SnsTopic", "command:local:Command", "pulumi-nodejs:dynamic:Resource", "pulumi-python:dynamic:Resource"].flatMap(
      (type) => [
        { it: `rejects ${type}`, type, inputs: {}, want: [opaque(`type ${type}`)] },
        { it: `accepts ${type} in allowedTypes`, type, inputs: {}, settings: { allowedTypes: [type] } },
      ],
    ),
    {
      it: "rejects a Service Catalog product",
      type: "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
      inputs: {},
      want: [opaque("the resources of its product")],
    },
    {
      it: "rejects a SageMaker project",
      type: "aws:sagemaker/project:Project",
      inputs: {},
      want: [opaque("the resources of its Service Catalog product")],
    },
    {
      it: "rejects an application of the repository",
      type: "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
      inputs: {},
      want: [opaque("the resources of its application")],
    },
  ],
  stack: [
    {
      it: "accepts resources of @pulumi/aws, of harmless packages, and components",
      resources: [
        { type: "aws:s3/bucket:Bucket", name: "data", package: "aws" },
        ...["archive", "null", "pulumi", "random", "std", "time", "tls"].map((name) => ({
          type: `${name}:index/other:Other`,
          name,
          package: name,
        })),
        { type: "kubernetes:acme:Component", name: "component" },
        { type: "awsx:ec2:Vpc", name: "network", package: "awsx" },
      ],
    },
    {
      it: "advises against resources of other providers",
      resources: [{ type: "kubernetes:core/v1:Service", name: "service", package: "kubernetes" }],
      advice: [["service", /^Resources of provider 'kubernetes' are not evaluated by any guardrail\. List its type in policy setting/]],
    },
    {
      it: "accepts resources of other providers in allowedTypes",
      resources: [{ type: "kubernetes:core/v1:Service", name: "service", package: "kubernetes" }],
      settings: { allowedTypes: ["kubernetes:*"] },
    },
    ...["StackSetInstance", "StackInstances"].flatMap((name) => {
      const type = `aws:cloudformation/${name[0]!.toLowerCase()}${name.slice(1)}:${name}`;
      return [
        {
          it: `accepts a ${name} of a stack set in the stack`,
          resources: [
            { type: stackSet, name: "set" },
            { type, name: "instance", propertyDependencies: { stackSetName: ["set"] } },
          ],
        },
        {
          it: `accepts a ${name} that names a stack set in the stack`,
          resources: [
            { type: stackSet, name: "set", props: { name: "guard" } },
            { type, name: "instance", props: { stackSetName: "guard" } },
          ],
        },
        {
          it: `rejects a ${name} of a stack set of another stack`,
          resources: [
            { type: stackSet, name: "set", props: { name: "guard" } },
            { type, name: "instance", props: { stackSetName: "other" } },
          ],
          want: [
            [
              "instance",
              /^This resource is not evaluated: no guardrail can read the template of its stack set, which is not in this stack\. Create/,
            ] as [string, RegExp],
          ],
        },
        { it: `accepts a ${name} in allowedTypes`, resources: [{ type, name: "instance" }], settings: { allowedTypes: [type] } },
      ];
    }),
  ],
});
