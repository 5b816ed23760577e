import { type Scenario, type Step } from "../scenario";

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = document({ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" });
const allow = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const role: Step = {
  call: "iam:CreateRole",
  input: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const policy: Step = {
  call: "iam:CreatePolicy",
  input: { PolicyName: "policy-${run}", PolicyDocument: allow },
  save: { policy: "Policy.Arn" },
};
const dropRole: Step = { call: "iam:DeleteRole", input: { RoleName: "role-${run}" } };
const dropPolicy: Step = { call: "iam:DeletePolicy", input: { PolicyArn: "${policy}" } };
/** A policy document with a given number of characters that IAM counts. */
const sized = (size: number, make: (sid: string) => string): string => make("a".repeat(size - make("").length));
const statement = (more: object) => (Sid: string) => document({ Sid, ...more });
const allowing = statement({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const trusting = statement({ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" });
const metadata =
  '<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">' +
  `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><!--${"-".repeat(1000)}--></IDPSSODescriptor></EntityDescriptor>`;
const noProvider = "arn:aws:iam::111122223333:saml-provider/none";
const noPolicy = "arn:aws:iam::111122223333:policy/none";

export const iam: Scenario[] = [
  {
    title: "creates, changes and deletes a role with a permissions boundary",
    steps: [
      policy,
      {
        ...role,
        input: {
          RoleName: "role-${run}",
          Path: "/cloister/",
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary: "${policy}",
          MaxSessionDuration: 7200,
          Description: "of a test",
          Tags: [{ Key: "team", Value: "fraud" }],
        },
        output: { Role: { Path: "/cloister/", Arn: "arn:aws:iam::111122223333:role/cloister/role-${run}" } },
      },
      { ...role, save: undefined, error: "EntityAlreadyExists" },
      {
        call: "iam:GetRole",
        input: { RoleName: "role-${run}" },
        output: {
          Role: {
            MaxSessionDuration: 7200,
            PermissionsBoundary: { PermissionsBoundaryArn: "${policy}" },
            Tags: [{ Key: "team", Value: "fraud" }],
          },
        },
      },
      { call: "iam:UpdateAssumeRolePolicy", input: { RoleName: "role-${run}", PolicyDocument: trust } },
      { call: "iam:UpdateAssumeRolePolicy", input: { RoleName: "role-${run}", PolicyDocument: "{" }, error: "MalformedPolicyDocument" },
      { call: "iam:UpdateRole", input: { RoleName: "role-${run}", MaxSessionDuration: 3600 } },
      { call: "iam:GetRole", input: { RoleName: "role-${run}" }, output: { Role: { MaxSessionDuration: 3600, Description: "of a test" } } },
      { call: "iam:ListRoles", input: { PathPrefix: "/nobody-${run}/" }, output: { Roles: [] } },
      { call: "iam:UpdateRole", input: { RoleName: "role-${run}", Description: "another" } },
      { call: "iam:GetRole", input: { RoleName: "role-${run}" }, output: { Role: { MaxSessionDuration: 3600, Description: "another" } } },
      { call: "iam:UpdateRoleDescription", input: { RoleName: "role-${run}", Description: "a third" } },
      { call: "iam:TagRole", input: { RoleName: "role-${run}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "iam:UntagRole", input: { RoleName: "role-${run}", TagKeys: ["team"] } },
      { call: "iam:ListRoleTags", input: { RoleName: "role-${run}" }, output: { Tags: [{ Key: "stage", Value: "dev" }] } },
      { ...dropPolicy, error: "DeleteConflict" },
      { call: "iam:DeleteRolePermissionsBoundary", input: { RoleName: "role-${run}" } },
      { call: "iam:PutRolePermissionsBoundary", input: { RoleName: "role-${run}", PermissionsBoundary: "${policy}" } },
      dropRole,
      { ...dropRole, error: "NoSuchEntity" },
      dropPolicy,
      { ...dropPolicy, error: "NoSuchEntity" },
    ],
  },
  {
    title: "rejects tag keys that differ only in case, and reserved tag keys",
    steps: [
      role,
      ...[
        [
          { Key: "Team", Value: "a" },
          { Key: "team", Value: "b" },
        ],
        [{ Key: "aws:team", Value: "a" }],
      ].map((Tags) => ({
        call: "iam:TagRole",
        input: { RoleName: "role-${run}", Tags },
        error: "InvalidInput",
      })),
      dropRole,
    ],
  },
  {
    title: "rejects invalid roles",
    steps: [
      { call: "iam:GetRole", input: { RoleName: "none" }, error: "NoSuchEntity" },
      { call: "iam:CreateRole", input: { RoleName: "role-${run}" }, error: "ValidationError" },
      { call: "iam:CreateRole", input: { RoleName: "no spaces", AssumeRolePolicyDocument: trust }, error: "ValidationError" },
      {
        call: "iam:CreateRole",
        input: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust, MaxSessionDuration: 60 },
        error: "ValidationError",
      },
      { call: "iam:CreateRole", input: { RoleName: "role-${run}", AssumeRolePolicyDocument: "{" }, error: "MalformedPolicyDocument" },
      {
        call: "iam:CreateRole",
        input: {
          RoleName: "role-${run}",
          AssumeRolePolicyDocument: document({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:role/nobody" },
            Action: "sts:AssumeRole",
          }),
        },
        error: "MalformedPolicyDocument",
      },
      {
        call: "iam:CreateRole",
        input: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust, PermissionsBoundary: noPolicy },
        error: "NoSuchEntity",
      },
      ...[
        "ListRolePolicies",
        "ListAttachedRolePolicies",
        "ListRoleTags",
        "ListInstanceProfilesForRole",
        "DeleteRolePermissionsBoundary",
      ].map((operation) => ({ call: `iam:${operation}`, input: { RoleName: "none" }, error: "NoSuchEntity" })),
      { call: "iam:UpdateRoleDescription", input: { RoleName: "none", Description: "x" }, error: "NoSuchEntity" },
      { call: "iam:UpdateRole", input: { RoleName: "none", Description: "x" }, error: "NoSuchEntity" },
      { call: "iam:TagRole", input: { RoleName: "none", Tags: [{ Key: "a", Value: "b" }] }, error: "NoSuchEntity" },
      { call: "iam:UntagRole", input: { RoleName: "none", TagKeys: ["a"] }, error: "NoSuchEntity" },
      { call: "iam:PutRolePermissionsBoundary", input: { RoleName: "none", PermissionsBoundary: noPolicy }, error: "NoSuchEntity" },
    ],
  },
  {
    title: "does not delete a role with policies or an attached policy",
    steps: [
      policy,
      role,
      { call: "iam:ListInstanceProfilesForRole", input: { RoleName: "role-${run}" }, output: { InstanceProfiles: [] } },
      { call: "iam:AttachRolePolicy", input: { RoleName: "role-${run}", PolicyArn: "${policy}" } },
      { call: "iam:AttachRolePolicy", input: { RoleName: "role-${run}", PolicyArn: noPolicy }, error: "NoSuchEntity" },
      {
        call: "iam:ListAttachedRolePolicies",
        input: { RoleName: "role-${run}" },
        output: { AttachedPolicies: [{ PolicyArn: "${policy}" }] },
      },
      { call: "iam:PutRolePolicy", input: { RoleName: "role-${run}", PolicyName: "own", PolicyDocument: allow } },
      {
        call: "iam:PutRolePolicy",
        input: { RoleName: "role-${run}", PolicyName: "own", PolicyDocument: document({ Effect: "Maybe", Action: "*", Resource: "*" }) },
        error: "MalformedPolicyDocument",
      },
      { call: "iam:PutRolePolicy", input: { RoleName: "none", PolicyName: "own", PolicyDocument: allow }, error: "NoSuchEntity" },
      { call: "iam:GetRolePolicy", input: { RoleName: "role-${run}", PolicyName: "own" }, output: { PolicyName: "own" } },
      { call: "iam:GetRolePolicy", input: { RoleName: "role-${run}", PolicyName: "none" }, error: "NoSuchEntity" },
      { call: "iam:ListRolePolicies", input: { RoleName: "role-${run}" }, output: { PolicyNames: ["own"] } },
      { ...dropPolicy, error: "DeleteConflict" },
      { ...dropRole, error: "DeleteConflict" },
      { call: "iam:DeleteRolePolicy", input: { RoleName: "role-${run}", PolicyName: "own" } },
      { call: "iam:DeleteRolePolicy", input: { RoleName: "role-${run}", PolicyName: "own" }, error: "NoSuchEntity" },
      { ...dropRole, error: "DeleteConflict" },
      { call: "iam:DetachRolePolicy", input: { RoleName: "role-${run}", PolicyArn: "${policy}" } },
      { call: "iam:DetachRolePolicy", input: { RoleName: "role-${run}", PolicyArn: "${policy}" }, error: "NoSuchEntity" },
      dropRole,
      dropPolicy,
    ],
  },
  {
    title: "creates policies and versions",
    steps: [
      policy,
      { ...policy, save: undefined, error: "EntityAlreadyExists" },
      {
        call: "iam:CreatePolicy",
        input: { PolicyName: "policy-${run}-2", PolicyDocument: document({ Effect: "Allow", Action: "s3:GetObject" }) },
        error: "MalformedPolicyDocument",
      },
      { call: "iam:GetPolicy", input: { PolicyArn: "${policy}" }, output: { Policy: { DefaultVersionId: "v1", AttachmentCount: 0 } } },
      { call: "iam:GetPolicy", input: { PolicyArn: noPolicy }, error: "NoSuchEntity" },
      {
        call: "iam:CreatePolicyVersion",
        input: { PolicyArn: "${policy}", PolicyDocument: allow, SetAsDefault: true },
        output: { PolicyVersion: { VersionId: "v2", IsDefaultVersion: true } },
      },
      { call: "iam:CreatePolicyVersion", input: { PolicyArn: noPolicy, PolicyDocument: allow }, error: "NoSuchEntity" },
      {
        call: "iam:GetPolicyVersion",
        input: { PolicyArn: "${policy}", VersionId: "v2" },
        output: { PolicyVersion: { IsDefaultVersion: true } },
      },
      { call: "iam:GetPolicyVersion", input: { PolicyArn: "${policy}", VersionId: "v9" }, error: "NoSuchEntity" },
      { call: "iam:ListPolicyVersions", input: { PolicyArn: "${policy}" } },
      { call: "iam:ListPolicyVersions", input: { PolicyArn: noPolicy }, error: "NoSuchEntity" },
      { call: "iam:DeletePolicyVersion", input: { PolicyArn: "${policy}", VersionId: "v2" }, error: "DeleteConflict" },
      { ...dropPolicy, error: "DeleteConflict" },
      { call: "iam:DeletePolicyVersion", input: { PolicyArn: "${policy}", VersionId: "v1" } },
      { call: "iam:TagPolicy", input: { PolicyArn: "${policy}", Tags: [{ Key: "a", Value: "b" }] } },
      { call: "iam:TagPolicy", input: { PolicyArn: noPolicy, Tags: [{ Key: "a", Value: "b" }] }, error: "NoSuchEntity" },
      { call: "iam:UntagPolicy", input: { PolicyArn: "${policy}", TagKeys: ["a"] } },
      { call: "iam:UntagPolicy", input: { PolicyArn: noPolicy, TagKeys: ["a"] }, error: "NoSuchEntity" },
      dropPolicy,
    ],
  },
  {
    title: "rejects policies that are longer than AWS's quotas",
    steps: [
      {
        ...policy,
        save: undefined,
        input: { PolicyName: "policy-${run}", PolicyDocument: sized(6145, allowing) },
        error: "LimitExceeded",
      },
      // White space does not count.
      { ...policy, input: { PolicyName: "policy-${run}", PolicyDocument: `${sized(6144, allowing)} \n ` } },
      {
        call: "iam:CreatePolicyVersion",
        input: { PolicyArn: "${policy}", PolicyDocument: sized(6145, allowing) },
        error: "LimitExceeded",
      },
      {
        call: "iam:CreateRole",
        input: { RoleName: "role-${run}", AssumeRolePolicyDocument: sized(2049, trusting) },
        error: "LimitExceeded",
      },
      { ...role, input: { RoleName: "role-${run}", AssumeRolePolicyDocument: sized(2048, trusting) } },
      {
        call: "iam:UpdateAssumeRolePolicy",
        input: { RoleName: "role-${run}", PolicyDocument: sized(2049, trusting) },
        error: "LimitExceeded",
      },
      { call: "iam:PutRolePolicy", input: { RoleName: "role-${run}", PolicyName: "a", PolicyDocument: sized(10_000, allowing) } },
      {
        call: "iam:PutRolePolicy",
        input: { RoleName: "role-${run}", PolicyName: "b", PolicyDocument: sized(241, allowing) },
        error: "LimitExceeded",
      },
      { call: "iam:PutRolePolicy", input: { RoleName: "role-${run}", PolicyName: "b", PolicyDocument: sized(240, allowing) } },
      // A policy with the same name replaces the previous one.
      { call: "iam:PutRolePolicy", input: { RoleName: "role-${run}", PolicyName: "a", PolicyDocument: sized(10_000, allowing) } },
      { call: "iam:DeleteRolePolicy", input: { RoleName: "role-${run}", PolicyName: "a" } },
      { call: "iam:DeleteRolePolicy", input: { RoleName: "role-${run}", PolicyName: "b" } },
      dropRole,
      dropPolicy,
    ],
  },
  {
    title: "rejects an eleventh managed policy on a role",
    steps: [
      role,
      ...Array.from({ length: 11 }, (_, i) => ({
        call: "iam:CreatePolicy",
        input: { PolicyName: `policy-\${run}-${i}`, PolicyDocument: allow },
        save: { [`policy${i}`]: "Policy.Arn" },
      })),
      ...Array.from({ length: 11 }, (_, i) => ({
        call: "iam:AttachRolePolicy",
        input: { RoleName: "role-${run}", PolicyArn: `\${policy${i}}` },
        ...(i === 10 ? { error: "LimitExceeded" } : {}),
      })),
      { call: "iam:AttachRolePolicy", input: { RoleName: "role-${run}", PolicyArn: "${policy0}" } },
      ...Array.from({ length: 10 }, (_, i) => ({
        call: "iam:DetachRolePolicy",
        input: { RoleName: "role-${run}", PolicyArn: `\${policy${i}}` },
      })),
      ...Array.from({ length: 11 }, (_, i) => ({ call: "iam:DeletePolicy", input: { PolicyArn: `\${policy${i}}` } })),
      dropRole,
    ],
  },
  {
    title: "creates, changes and deletes SAML providers",
    steps: [
      {
        call: "iam:CreateSAMLProvider",
        input: { Name: "idp-${run}", SAMLMetadataDocument: metadata, Tags: [{ Key: "team", Value: "fraud" }] },
        output: { SAMLProviderArn: "arn:aws:iam::111122223333:saml-provider/idp-${run}" },
        save: { provider: "SAMLProviderArn" },
      },
      { call: "iam:CreateSAMLProvider", input: { Name: "idp-${run}", SAMLMetadataDocument: metadata }, error: "EntityAlreadyExists" },
      { call: "iam:CreateSAMLProvider", input: { Name: "other-${run}", SAMLMetadataDocument: "short" }, error: "ValidationError" },
      { call: "iam:CreateSAMLProvider", input: { Name: "other-${run}", SAMLMetadataDocument: "x".repeat(1000) }, error: "InvalidInput" },
      {
        call: "iam:GetSAMLProvider",
        input: { SAMLProviderArn: "${provider}" },
        output: { SAMLMetadataDocument: metadata, Tags: [{ Key: "team", Value: "fraud" }] },
      },
      { call: "iam:GetSAMLProvider", input: { SAMLProviderArn: noProvider }, error: "NoSuchEntity" },
      { call: "iam:UpdateSAMLProvider", input: { SAMLProviderArn: "${provider}", SAMLMetadataDocument: `${metadata} ` } },
      { call: "iam:UpdateSAMLProvider", input: { SAMLProviderArn: noProvider, SAMLMetadataDocument: metadata }, error: "NoSuchEntity" },
      { call: "iam:ListSAMLProviders", input: {}, output: { SAMLProviderList: [{ Arn: "${provider}" }] } },
      { call: "iam:DeleteSAMLProvider", input: { SAMLProviderArn: "${provider}" } },
      { call: "iam:DeleteSAMLProvider", input: { SAMLProviderArn: "${provider}" }, error: "NoSuchEntity" },
    ],
  },
];
