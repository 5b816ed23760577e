import { type Scenario, type Step } from "../scenario";

const unknownKey = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
const policy = (principal: object | string, action = "kms:*") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "one", Effect: "Allow", Principal: principal, Action: action, Resource: "*" }],
  });
const root = policy({ AWS: "arn:aws:iam::111122223333:root" });
const create: Step = {
  call: "kms:CreateKey",
  with: { Description: "of a test" },
  save: { key: "KeyMetadata.KeyId", arn: "KeyMetadata.Arn" },
};
const drop: Step = {
  call: "kms:ScheduleKeyDeletion",
  with: { KeyId: "${key}", PendingWindowInDays: 7 },
  gives: { KeyState: "PendingDeletion" },
};

export const kms: Scenario[] = [
  {
    title: "makes a key with tags, tells about it and deletes it",
    steps: [
      {
        ...create,
        with: { Description: "of a test", Tags: [{ TagKey: "team", TagValue: "fraud" }] },
        gives: { KeyMetadata: { KeyState: "Enabled", KeyUsage: "ENCRYPT_DECRYPT", KeyManager: "CUSTOMER" } },
      },
      { call: "kms:DescribeKey", with: { KeyId: "${arn}" }, gives: { KeyMetadata: { KeyId: "${key}", Description: "of a test" } } },
      { call: "kms:ListResourceTags", with: { KeyId: "${key}" }, gives: { Tags: [{ TagKey: "team", TagValue: "fraud" }] } },
      { call: "kms:TagResource", with: { KeyId: "${key}", Tags: [{ TagKey: "stage", TagValue: "dev" }] } },
      { call: "kms:UntagResource", with: { KeyId: "${key}", TagKeys: ["team"] } },
      { call: "kms:ListResourceTags", with: { KeyId: "${key}" }, gives: { Tags: [{ TagKey: "stage", TagValue: "dev" }] } },
      { call: "kms:UpdateKeyDescription", with: { KeyId: "${key}", Description: "another" } },
      drop,
      { call: "kms:EnableKeyRotation", with: { KeyId: "${key}" }, refused: "KMSInvalidStateException" },
      { ...drop, refused: "KMSInvalidStateException", gives: undefined },
    ],
  },
  {
    title: "refuses keys that don't exist and values out of range",
    steps: [
      ...["DescribeKey", "ListResourceTags", "EnableKeyRotation", "GetKeyRotationStatus", "DisableKeyRotation"].map((operation) => ({
        call: `kms:${operation}`,
        with: { KeyId: unknownKey },
        refused: "NotFoundException",
      })),
      { call: "kms:GetKeyPolicy", with: { KeyId: unknownKey, PolicyName: "default" }, refused: "NotFoundException" },
      { call: "kms:PutKeyPolicy", with: { KeyId: unknownKey, PolicyName: "default", Policy: root }, refused: "NotFoundException" },
      { call: "kms:TagResource", with: { KeyId: unknownKey, Tags: [{ TagKey: "a", TagValue: "b" }] }, refused: "NotFoundException" },
      { call: "kms:UntagResource", with: { KeyId: unknownKey, TagKeys: ["a"] }, refused: "NotFoundException" },
      { call: "kms:UpdateKeyDescription", with: { KeyId: unknownKey, Description: "x" }, refused: "NotFoundException" },
      { call: "kms:ScheduleKeyDeletion", with: { KeyId: unknownKey }, refused: "NotFoundException" },
      { call: "kms:CreateKey", with: { KeyUsage: "NOTHING" }, refused: "ValidationException" },
      { call: "kms:DescribeKey", with: {}, refused: "ValidationException" },
      create,
      { call: "kms:ScheduleKeyDeletion", with: { KeyId: "${key}", PendingWindowInDays: 3 }, refused: "ValidationException" },
      drop,
    ],
  },
  {
    title: "rotates a key in the period that was asked for",
    steps: [
      create,
      { call: "kms:GetKeyRotationStatus", with: { KeyId: "${key}" }, gives: { KeyRotationEnabled: false } },
      { call: "kms:EnableKeyRotation", with: { KeyId: "${key}" } },
      { call: "kms:GetKeyRotationStatus", with: { KeyId: "${key}" }, gives: { KeyRotationEnabled: true, RotationPeriodInDays: 365 } },
      { call: "kms:EnableKeyRotation", with: { KeyId: "${key}", RotationPeriodInDays: 180 } },
      { call: "kms:GetKeyRotationStatus", with: { KeyId: "${key}" }, gives: { KeyRotationEnabled: true, RotationPeriodInDays: 180 } },
      { call: "kms:EnableKeyRotation", with: { KeyId: "${key}", RotationPeriodInDays: 30 }, refused: "ValidationException" },
      { call: "kms:DisableKeyRotation", with: { KeyId: "${key}" } },
      { call: "kms:GetKeyRotationStatus", with: { KeyId: "${key}" }, gives: { KeyRotationEnabled: false } },
      drop,
    ],
  },
  {
    title: "keeps a key's policy, and refuses one that locks everybody out",
    steps: [
      { ...create, with: { Policy: root } },
      { call: "kms:GetKeyPolicy", with: { KeyId: "${key}", PolicyName: "default" }, gives: { Policy: root } },
      {
        call: "kms:PutKeyPolicy",
        with: {
          KeyId: "${key}",
          PolicyName: "default",
          Policy: policy({ AWS: "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole" }),
        },
      },
      {
        call: "kms:PutKeyPolicy",
        with: { KeyId: "${key}", PolicyName: "default", Policy: policy({ Service: "logs.eu-central-1.amazonaws.com" }) },
        refused: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        with: { KeyId: "${key}", PolicyName: "default", Policy: policy({ AWS: "arn:aws:iam::111122223333:root" }, "kms:Encrypt") },
        refused: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        with: {
          KeyId: "${key}",
          PolicyName: "default",
          Policy: policy({ AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/nobody"] }),
        },
        refused: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        with: { KeyId: "${key}", PolicyName: "default", Policy: "{" },
        refused: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:CreateKey",
        with: { Policy: policy({ AWS: "arn:aws:iam::111122223333:role/nobody" }) },
        refused: "MalformedPolicyDocumentException",
      },
      drop,
    ],
  },
  {
    title: "gives a key names",
    steps: [
      create,
      { call: "kms:CreateAlias", with: { AliasName: "alias/${run}", TargetKeyId: "${key}" } },
      { call: "kms:CreateAlias", with: { AliasName: "alias/${run}", TargetKeyId: "${key}" }, refused: "AlreadyExistsException" },
      { call: "kms:CreateAlias", with: { AliasName: "alias/aws/${run}", TargetKeyId: "${key}" }, refused: "NotAuthorizedException" },
      { call: "kms:CreateAlias", with: { AliasName: "${run}", TargetKeyId: "${key}" }, refused: "ValidationException" },
      { call: "kms:CreateAlias", with: { AliasName: "alias/${run}-2", TargetKeyId: unknownKey }, refused: "NotFoundException" },
      { call: "kms:ListAliases", with: { KeyId: "${key}" }, gives: { Aliases: [{ AliasName: "alias/${run}", TargetKeyId: "${key}" }] } },
      { call: "kms:ListAliases", with: { KeyId: unknownKey }, refused: "NotFoundException" },
      { call: "kms:DescribeKey", with: { KeyId: "alias/${run}" }, gives: { KeyMetadata: { KeyId: "${key}" } } },
      { call: "kms:DeleteAlias", with: { AliasName: "alias/${run}" } },
      { call: "kms:DeleteAlias", with: { AliasName: "alias/${run}" }, refused: "NotFoundException" },
      drop,
    ],
  },
];
