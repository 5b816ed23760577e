import { type Scenario, type Step } from "../scenario";

const trusting = (AWS: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }],
});
const trust = trusting("111122223333");
/** A trust policy that IAM rejects: the role does not exist. */
const nobody = trusting("arn:aws:iam::111122223333:role/nobody");
const read = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] };

/** A policy, and a role with the policy. `end` is the end of the names. */
const template = (end: string, action = "s3:GetObject", trusted = trust) =>
  JSON.stringify({
    Description: "Roles of a test",
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: `cfn-role-${end}`,
          Path: "/cloister/",
          AssumeRolePolicyDocument: trusted,
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
const policyArn = (end: string) => `arn:aws:iam::111122223333:policy/cloister/cfn-policy-${end}`;
const create = (name: string, body: string): Step => ({
  call: "cloudformation:CreateStack",
  input: { StackName: name, TemplateBody: body, ...named },
});
const status = (name: string, expected: string, more: object = {}): Step => ({
  call: "cloudformation:DescribeStacks",
  input: { StackName: name },
  output: { Stacks: [{ StackStatus: expected, ...more }] },
});
/** The default version of the policy in the scenario on updates. */
const version = (DefaultVersionId: string): Step => ({
  call: "iam:GetPolicy",
  input: { PolicyArn: policyArn("back-${run}") },
  output: { Policy: { DefaultVersionId, AttachmentCount: 1 } },
});

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
        output: { Stacks: [{ StackId: "${id}", StackStatus: "CREATE_IN_PROGRESS", Description: "Roles of a test" }] },
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
      { call: "iam:CreateRole", input: { RoleName: "cfn-role-taken-${run}", AssumeRolePolicyDocument: JSON.stringify(trust) } },
      create("taken-${run}", template("taken-${run}")),
      status("taken-${run}", "ROLLBACK_COMPLETE"),
      { call: "iam:GetPolicy", input: { PolicyArn: policyArn("taken-${run}") }, error: "NoSuchEntity" },
      { call: "cloudformation:DeleteStack", input: { StackName: "taken-${run}" } },
      { call: "iam:DeleteRole", input: { RoleName: "cfn-role-taken-${run}" } },
    ],
  },
  {
    title: "creates no stack whose resources IAM rejects",
    steps: [
      ...[template("bad-${run}", "s3:GetObject", nobody), template("bad-${run}", "s3:".padEnd(6200, "A"))].flatMap((body) => [
        create("bad-${run}", body),
        status("bad-${run}", "ROLLBACK_COMPLETE"),
        { call: "iam:GetRole", input: { RoleName: "cfn-role-bad-${run}" }, error: "NoSuchEntity" },
        { call: "iam:GetPolicy", input: { PolicyArn: policyArn("bad-${run}") }, error: "NoSuchEntity" },
        { call: "cloudformation:DeleteStack", input: { StackName: "bad-${run}" } },
      ]),
    ],
  },
  {
    title: "returns to the previous template when an update fails",
    steps: [
      create("back-${run}", template("back-${run}")),
      status("back-${run}", "CREATE_IN_PROGRESS"),
      {
        call: "cloudformation:UpdateStack",
        input: { StackName: "back-${run}", TemplateBody: template("back-${run}", "s3:PutObject", nobody), ...named },
      },
      status("back-${run}", "UPDATE_ROLLBACK_COMPLETE", {
        StackStatusReason:
          'The following resource(s) failed to update: [Role]. Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/nobody"',
      }),
      version("v3"),
      {
        call: "cloudformation:UpdateStack",
        input: { StackName: "back-${run}", TemplateBody: template("back-${run}"), ...named },
        error: "ValidationError",
      },
      {
        call: "cloudformation:UpdateStack",
        input: { StackName: "back-${run}", TemplateBody: template("back-${run}", "s3:PutObject"), ...named },
      },
      status("back-${run}", "UPDATE_IN_PROGRESS"),
      version("v4"),
      { call: "cloudformation:DeleteStack", input: { StackName: "back-${run}" } },
    ],
  },
  {
    title: "keeps a stack with a policy that is in use as a permissions boundary",
    steps: [
      create("used-${run}", template("used-${run}")),
      {
        call: "iam:CreateRole",
        input: {
          RoleName: "bounded-${run}",
          AssumeRolePolicyDocument: JSON.stringify(trust),
          PermissionsBoundary: policyArn("used-${run}"),
        },
      },
      { call: "cloudformation:DeleteStack", input: { StackName: "used-${run}" } },
      status("used-${run}", "DELETE_FAILED", {
        StackStatusReason: "The following resource(s) failed to delete: [Policy]. Cannot delete a policy attached to entities.",
      }),
      { call: "iam:GetRole", input: { RoleName: "cfn-role-used-${run}" }, error: "NoSuchEntity" },
      { call: "iam:GetPolicy", input: { PolicyArn: policyArn("used-${run}") } },
      { call: "iam:DeleteRole", input: { RoleName: "bounded-${run}" } },
      { call: "cloudformation:DeleteStack", input: { StackName: "used-${run}" } },
      { call: "cloudformation:DescribeStacks", input: { StackName: "used-${run}" }, error: "ValidationError" },
      { call: "iam:GetPolicy", input: { PolicyArn: policyArn("used-${run}") }, error: "NoSuchEntity" },
    ],
  },
];
