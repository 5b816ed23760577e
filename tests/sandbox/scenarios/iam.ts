import { type Scenario, type Step } from "../scenario";

const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = document({ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" });
const allow = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const role: Step = {
  call: "iam:CreateRole",
  with: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust },
  save: { role: "Role.Arn" },
};
const policy: Step = {
  call: "iam:CreatePolicy",
  with: { PolicyName: "policy-${run}", PolicyDocument: allow },
  save: { policy: "Policy.Arn" },
};
const dropRole: Step = { call: "iam:DeleteRole", with: { RoleName: "role-${run}" } };
const dropPolicy: Step = { call: "iam:DeletePolicy", with: { PolicyArn: "${policy}" } };
/** A document of a certain size, in the characters that IAM counts. */
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
    title: "makes a role under a boundary, changes and deletes it",
    steps: [
      policy,
      {
        ...role,
        with: {
          RoleName: "role-${run}",
          Path: "/cloister/",
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary: "${policy}",
          MaxSessionDuration: 7200,
          Description: "of a test",
          Tags: [{ Key: "team", Value: "fraud" }],
        },
        gives: { Role: { Path: "/cloister/", Arn: "arn:aws:iam::111122223333:role/cloister/role-${run}" } },
      },
      { ...role, save: undefined, refused: "EntityAlreadyExists" },
      {
        call: "iam:GetRole",
        with: { RoleName: "role-${run}" },
        gives: {
          Role: {
            MaxSessionDuration: 7200,
            PermissionsBoundary: { PermissionsBoundaryArn: "${policy}" },
            Tags: [{ Key: "team", Value: "fraud" }],
          },
        },
      },
      { call: "iam:UpdateAssumeRolePolicy", with: { RoleName: "role-${run}", PolicyDocument: trust } },
      { call: "iam:UpdateAssumeRolePolicy", with: { RoleName: "role-${run}", PolicyDocument: "{" }, refused: "MalformedPolicyDocument" },
      { call: "iam:UpdateRole", with: { RoleName: "role-${run}", MaxSessionDuration: 3600 } },
      { call: "iam:GetRole", with: { RoleName: "role-${run}" }, gives: { Role: { MaxSessionDuration: 3600, Description: "of a test" } } },
      { call: "iam:ListRoles", with: { PathPrefix: "/nobody-${run}/" }, gives: { Roles: [] } },
      { call: "iam:UpdateRole", with: { RoleName: "role-${run}", Description: "another" } },
      { call: "iam:GetRole", with: { RoleName: "role-${run}" }, gives: { Role: { MaxSessionDuration: 3600, Description: "another" } } },
      { call: "iam:UpdateRoleDescription", with: { RoleName: "role-${run}", Description: "a third" } },
      { call: "iam:TagRole", with: { RoleName: "role-${run}", Tags: [{ Key: "stage", Value: "dev" }] } },
      { call: "iam:UntagRole", with: { RoleName: "role-${run}", TagKeys: ["team"] } },
      { call: "iam:ListRoleTags", with: { RoleName: "role-${run}" }, gives: { Tags: [{ Key: "stage", Value: "dev" }] } },
      { ...dropPolicy, refused: "DeleteConflict" },
      { call: "iam:DeleteRolePermissionsBoundary", with: { RoleName: "role-${run}" } },
      { call: "iam:PutRolePermissionsBoundary", with: { RoleName: "role-${run}", PermissionsBoundary: "${policy}" } },
      dropRole,
      { ...dropRole, refused: "NoSuchEntity" },
      dropPolicy,
      { ...dropPolicy, refused: "NoSuchEntity" },
    ],
  },
  {
    title: "refuses roles that AWS refuses",
    steps: [
      { call: "iam:GetRole", with: { RoleName: "none" }, refused: "NoSuchEntity" },
      { call: "iam:CreateRole", with: { RoleName: "role-${run}" }, refused: "ValidationError" },
      { call: "iam:CreateRole", with: { RoleName: "no spaces", AssumeRolePolicyDocument: trust }, refused: "ValidationError" },
      {
        call: "iam:CreateRole",
        with: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust, MaxSessionDuration: 60 },
        refused: "ValidationError",
      },
      { call: "iam:CreateRole", with: { RoleName: "role-${run}", AssumeRolePolicyDocument: "{" }, refused: "MalformedPolicyDocument" },
      {
        call: "iam:CreateRole",
        with: {
          RoleName: "role-${run}",
          AssumeRolePolicyDocument: document({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:role/nobody" },
            Action: "sts:AssumeRole",
          }),
        },
        refused: "MalformedPolicyDocument",
      },
      {
        call: "iam:CreateRole",
        with: { RoleName: "role-${run}", AssumeRolePolicyDocument: trust, PermissionsBoundary: noPolicy },
        refused: "NoSuchEntity",
      },
      ...[
        "ListRolePolicies",
        "ListAttachedRolePolicies",
        "ListRoleTags",
        "ListInstanceProfilesForRole",
        "DeleteRolePermissionsBoundary",
      ].map((operation) => ({ call: `iam:${operation}`, with: { RoleName: "none" }, refused: "NoSuchEntity" })),
      { call: "iam:UpdateRoleDescription", with: { RoleName: "none", Description: "x" }, refused: "NoSuchEntity" },
      { call: "iam:UpdateRole", with: { RoleName: "none", Description: "x" }, refused: "NoSuchEntity" },
      { call: "iam:TagRole", with: { RoleName: "none", Tags: [{ Key: "a", Value: "b" }] }, refused: "NoSuchEntity" },
      { call: "iam:UntagRole", with: { RoleName: "none", TagKeys: ["a"] }, refused: "NoSuchEntity" },
      { call: "iam:PutRolePermissionsBoundary", with: { RoleName: "none", PermissionsBoundary: noPolicy }, refused: "NoSuchEntity" },
    ],
  },
  {
    title: "keeps a role that has policies, and a policy that is attached",
    steps: [
      policy,
      role,
      { call: "iam:ListInstanceProfilesForRole", with: { RoleName: "role-${run}" }, gives: { InstanceProfiles: [] } },
      { call: "iam:AttachRolePolicy", with: { RoleName: "role-${run}", PolicyArn: "${policy}" } },
      { call: "iam:AttachRolePolicy", with: { RoleName: "role-${run}", PolicyArn: noPolicy }, refused: "NoSuchEntity" },
      {
        call: "iam:ListAttachedRolePolicies",
        with: { RoleName: "role-${run}" },
        gives: { AttachedPolicies: [{ PolicyArn: "${policy}" }] },
      },
      { call: "iam:PutRolePolicy", with: { RoleName: "role-${run}", PolicyName: "own", PolicyDocument: allow } },
      {
        call: "iam:PutRolePolicy",
        with: { RoleName: "role-${run}", PolicyName: "own", PolicyDocument: document({ Effect: "Maybe", Action: "*", Resource: "*" }) },
        refused: "MalformedPolicyDocument",
      },
      { call: "iam:PutRolePolicy", with: { RoleName: "none", PolicyName: "own", PolicyDocument: allow }, refused: "NoSuchEntity" },
      { call: "iam:GetRolePolicy", with: { RoleName: "role-${run}", PolicyName: "own" }, gives: { PolicyName: "own" } },
      { call: "iam:GetRolePolicy", with: { RoleName: "role-${run}", PolicyName: "none" }, refused: "NoSuchEntity" },
      { call: "iam:ListRolePolicies", with: { RoleName: "role-${run}" }, gives: { PolicyNames: ["own"] } },
      { ...dropPolicy, refused: "DeleteConflict" },
      { ...dropRole, refused: "DeleteConflict" },
      { call: "iam:DeleteRolePolicy", with: { RoleName: "role-${run}", PolicyName: "own" } },
      { call: "iam:DeleteRolePolicy", with: { RoleName: "role-${run}", PolicyName: "own" }, refused: "NoSuchEntity" },
      { ...dropRole, refused: "DeleteConflict" },
      { call: "iam:DetachRolePolicy", with: { RoleName: "role-${run}", PolicyArn: "${policy}" } },
      { call: "iam:DetachRolePolicy", with: { RoleName: "role-${run}", PolicyArn: "${policy}" }, refused: "NoSuchEntity" },
      dropRole,
      dropPolicy,
    ],
  },
  {
    title: "makes policies and their versions",
    steps: [
      policy,
      { ...policy, save: undefined, refused: "EntityAlreadyExists" },
      {
        call: "iam:CreatePolicy",
        with: { PolicyName: "policy-${run}-2", PolicyDocument: document({ Effect: "Allow", Action: "s3:GetObject" }) },
        refused: "MalformedPolicyDocument",
      },
      { call: "iam:GetPolicy", with: { PolicyArn: "${policy}" }, gives: { Policy: { DefaultVersionId: "v1", AttachmentCount: 0 } } },
      { call: "iam:GetPolicy", with: { PolicyArn: noPolicy }, refused: "NoSuchEntity" },
      {
        call: "iam:CreatePolicyVersion",
        with: { PolicyArn: "${policy}", PolicyDocument: allow, SetAsDefault: true },
        gives: { PolicyVersion: { VersionId: "v2", IsDefaultVersion: true } },
      },
      { call: "iam:CreatePolicyVersion", with: { PolicyArn: noPolicy, PolicyDocument: allow }, refused: "NoSuchEntity" },
      {
        call: "iam:GetPolicyVersion",
        with: { PolicyArn: "${policy}", VersionId: "v2" },
        gives: { PolicyVersion: { IsDefaultVersion: true } },
      },
      { call: "iam:GetPolicyVersion", with: { PolicyArn: "${policy}", VersionId: "v9" }, refused: "NoSuchEntity" },
      { call: "iam:ListPolicyVersions", with: { PolicyArn: "${policy}" } },
      { call: "iam:ListPolicyVersions", with: { PolicyArn: noPolicy }, refused: "NoSuchEntity" },
      { call: "iam:DeletePolicyVersion", with: { PolicyArn: "${policy}", VersionId: "v2" }, refused: "DeleteConflict" },
      { ...dropPolicy, refused: "DeleteConflict" },
      { call: "iam:DeletePolicyVersion", with: { PolicyArn: "${policy}", VersionId: "v1" } },
      { call: "iam:TagPolicy", with: { PolicyArn: "${policy}", Tags: [{ Key: "a", Value: "b" }] } },
      { call: "iam:TagPolicy", with: { PolicyArn: noPolicy, Tags: [{ Key: "a", Value: "b" }] }, refused: "NoSuchEntity" },
      { call: "iam:UntagPolicy", with: { PolicyArn: "${policy}", TagKeys: ["a"] } },
      { call: "iam:UntagPolicy", with: { PolicyArn: noPolicy, TagKeys: ["a"] }, refused: "NoSuchEntity" },
      dropPolicy,
    ],
  },
  {
    title: "refuses policies that are longer than AWS's quotas",
    steps: [
      {
        ...policy,
        save: undefined,
        with: { PolicyName: "policy-${run}", PolicyDocument: sized(6145, allowing) },
        refused: "LimitExceeded",
      },
      // White space does not count.
      { ...policy, with: { PolicyName: "policy-${run}", PolicyDocument: `${sized(6144, allowing)} \n ` } },
      {
        call: "iam:CreatePolicyVersion",
        with: { PolicyArn: "${policy}", PolicyDocument: sized(6145, allowing) },
        refused: "LimitExceeded",
      },
      {
        call: "iam:CreateRole",
        with: { RoleName: "role-${run}", AssumeRolePolicyDocument: sized(2049, trusting) },
        refused: "LimitExceeded",
      },
      { ...role, with: { RoleName: "role-${run}", AssumeRolePolicyDocument: sized(2048, trusting) } },
      {
        call: "iam:UpdateAssumeRolePolicy",
        with: { RoleName: "role-${run}", PolicyDocument: sized(2049, trusting) },
        refused: "LimitExceeded",
      },
      { call: "iam:PutRolePolicy", with: { RoleName: "role-${run}", PolicyName: "a", PolicyDocument: sized(10_000, allowing) } },
      {
        call: "iam:PutRolePolicy",
        with: { RoleName: "role-${run}", PolicyName: "b", PolicyDocument: sized(241, allowing) },
        refused: "LimitExceeded",
      },
      { call: "iam:PutRolePolicy", with: { RoleName: "role-${run}", PolicyName: "b", PolicyDocument: sized(240, allowing) } },
      // A policy that is put again takes the place of the old one.
      { call: "iam:PutRolePolicy", with: { RoleName: "role-${run}", PolicyName: "a", PolicyDocument: sized(10_000, allowing) } },
      { call: "iam:DeleteRolePolicy", with: { RoleName: "role-${run}", PolicyName: "a" } },
      { call: "iam:DeleteRolePolicy", with: { RoleName: "role-${run}", PolicyName: "b" } },
      dropRole,
      dropPolicy,
    ],
  },
  {
    title: "refuses an eleventh managed policy on a role",
    steps: [
      role,
      ...Array.from({ length: 11 }, (_, i) => ({
        call: "iam:CreatePolicy",
        with: { PolicyName: `policy-\${run}-${i}`, PolicyDocument: allow },
        save: { [`policy${i}`]: "Policy.Arn" },
      })),
      ...Array.from({ length: 11 }, (_, i) => ({
        call: "iam:AttachRolePolicy",
        with: { RoleName: "role-${run}", PolicyArn: `\${policy${i}}` },
        ...(i === 10 ? { refused: "LimitExceeded" } : {}),
      })),
      { call: "iam:AttachRolePolicy", with: { RoleName: "role-${run}", PolicyArn: "${policy0}" } },
      ...Array.from({ length: 10 }, (_, i) => ({
        call: "iam:DetachRolePolicy",
        with: { RoleName: "role-${run}", PolicyArn: `\${policy${i}}` },
      })),
      ...Array.from({ length: 11 }, (_, i) => ({ call: "iam:DeletePolicy", with: { PolicyArn: `\${policy${i}}` } })),
      dropRole,
    ],
  },
  {
    title: "keeps SAML providers",
    steps: [
      {
        call: "iam:CreateSAMLProvider",
        with: { Name: "idp-${run}", SAMLMetadataDocument: metadata, Tags: [{ Key: "team", Value: "fraud" }] },
        gives: { SAMLProviderArn: "arn:aws:iam::111122223333:saml-provider/idp-${run}" },
        save: { provider: "SAMLProviderArn" },
      },
      { call: "iam:CreateSAMLProvider", with: { Name: "idp-${run}", SAMLMetadataDocument: metadata }, refused: "EntityAlreadyExists" },
      { call: "iam:CreateSAMLProvider", with: { Name: "other-${run}", SAMLMetadataDocument: "short" }, refused: "ValidationError" },
      { call: "iam:CreateSAMLProvider", with: { Name: "other-${run}", SAMLMetadataDocument: "x".repeat(1000) }, refused: "InvalidInput" },
      {
        call: "iam:GetSAMLProvider",
        with: { SAMLProviderArn: "${provider}" },
        gives: { SAMLMetadataDocument: metadata, Tags: [{ Key: "team", Value: "fraud" }] },
      },
      { call: "iam:GetSAMLProvider", with: { SAMLProviderArn: noProvider }, refused: "NoSuchEntity" },
      { call: "iam:UpdateSAMLProvider", with: { SAMLProviderArn: "${provider}", SAMLMetadataDocument: `${metadata} ` } },
      { call: "iam:UpdateSAMLProvider", with: { SAMLProviderArn: noProvider, SAMLMetadataDocument: metadata }, refused: "NoSuchEntity" },
      { call: "iam:ListSAMLProviders", with: {}, gives: { SAMLProviderList: [{ Arn: "${provider}" }] } },
      { call: "iam:DeleteSAMLProvider", with: { SAMLProviderArn: "${provider}" } },
      { call: "iam:DeleteSAMLProvider", with: { SAMLProviderArn: "${provider}" }, refused: "NoSuchEntity" },
    ],
  },
];
