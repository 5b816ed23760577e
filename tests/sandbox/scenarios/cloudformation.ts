import { type Scenario } from "../scenario";

const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }] };
const read = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] };

/** A policy, and a role with the policy. `end` is the end of the names. */
const template = (end: string, action = "s3:GetObject") =>
  JSON.stringify({
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: `cfn-role-${end}`,
          Path: "/cloister/",
          AssumeRolePolicyDocument: trust,
          ManagedPolicyArns: [{ Ref: "Policy" }],
          Tags: [{ Key: "version", Value: action }],
        },
      },
      Policy: {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: {
          ManagedPolicyName: `cfn-policy-${end}`,
          Path: "/cloister/",
          PolicyDocument: {
            ...read,
            Statement: [{ ...read.Statement[0], Action: action, Resource: { "Fn::Sub": "arn:${AWS::Partition}:s3:::x" } }],
          },
        },
      },
    },
    Outputs: { RoleArn: { Value: { "Fn::GetAtt": ["Role", "Arn"] } } },
  });

const named = { Capabilities: ["CAPABILITY_NAMED_IAM"] };
const StackName = "roles-${run}";

export const cloudformation: Scenario[] = [
  {
    title: "creates, updates and deletes the roles and policies of a template",
    steps: [
      { call: "cloudformation:DescribeStacks", input: { StackName }, error: "ValidationError" },
      { call: "cloudformation:UpdateStack", input: { StackName, TemplateBody: template("${run}"), ...named }, error: "ValidationError" },
      {
        call: "cloudformation:CreateStack",
        input: { StackName, TemplateBody: template("${run}") },
        error: "InsufficientCapabilitiesException",
      },
      {
        call: "cloudformation:CreateStack",
        input: { StackName, TemplateBody: JSON.stringify({ Resources: { A: { Type: "AWS::Foo::Bar" } } }), ...named },
        error: "ValidationError",
      },
      { call: "cloudformation:CreateStack", input: { StackName, TemplateBody: template("${run}"), ...named }, save: { id: "StackId" } },
      {
        call: "cloudformation:CreateStack",
        input: { StackName, TemplateBody: template("${run}"), ...named },
        error: "AlreadyExistsException",
      },
      {
        call: "cloudformation:DescribeStacks",
        input: { StackName },
        output: { Stacks: [{ StackId: "${id}", StackStatus: "CREATE_IN_PROGRESS" }] },
      },
      {
        call: "cloudformation:DescribeStacks",
        input: { StackName: "${id}" },
        output: {
          Stacks: [
            {
              StackName,
              StackStatus: "CREATE_COMPLETE",
              Outputs: [{ OutputKey: "RoleArn", OutputValue: "arn:aws:iam::111122223333:role/cloister/cfn-role-${run}" }],
            },
          ],
        },
      },
      {
        call: "iam:ListAttachedRolePolicies",
        input: { RoleName: "cfn-role-${run}" },
        output: { AttachedPolicies: [{ PolicyArn: "arn:aws:iam::111122223333:policy/cloister/cfn-policy-${run}" }] },
      },
      { call: "cloudformation:UpdateStack", input: { StackName, TemplateBody: template("${run}"), ...named }, error: "ValidationError" },
      { call: "cloudformation:UpdateStack", input: { StackName, TemplateBody: template("${run}", "s3:PutObject"), ...named } },
      { call: "cloudformation:DescribeStacks", input: { StackName }, output: { Stacks: [{ StackStatus: "UPDATE_IN_PROGRESS" }] } },
      { call: "cloudformation:DescribeStacks", input: { StackName }, output: { Stacks: [{ StackStatus: "UPDATE_COMPLETE" }] } },
      {
        call: "iam:GetRole",
        input: { RoleName: "cfn-role-${run}" },
        output: { Role: { Tags: [{ Key: "version", Value: "s3:PutObject" }] } },
      },
      { call: "cloudformation:DeleteStack", input: { StackName } },
      { call: "cloudformation:DeleteStack", input: { StackName } },
      { call: "iam:GetRole", input: { RoleName: "cfn-role-${run}" }, error: "NoSuchEntity" },
    ],
  },
  {
    title: "removes the resources of a stack whose creation fails",
    steps: [
      {
        call: "iam:CreatePolicy",
        input: { PolicyName: "cfn-policy-taken-${run}", Path: "/cloister/", PolicyDocument: JSON.stringify(read) },
        save: { arn: "Policy.Arn" },
      },
      { call: "cloudformation:CreateStack", input: { StackName: "taken-${run}", TemplateBody: template("taken-${run}"), ...named } },
      {
        call: "cloudformation:DescribeStacks",
        input: { StackName: "taken-${run}" },
        output: { Stacks: [{ StackStatus: "ROLLBACK_COMPLETE" }] },
      },
      { call: "iam:GetRole", input: { RoleName: "cfn-role-taken-${run}" }, error: "NoSuchEntity" },
      { call: "cloudformation:DeleteStack", input: { StackName: "taken-${run}" } },
      { call: "iam:DeletePolicy", input: { PolicyArn: "${arn}" } },
    ],
  },
];
