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
  input: { Description: "of a test" },
  save: { key: "KeyMetadata.KeyId", arn: "KeyMetadata.Arn" },
};
const drop: Step = {
  call: "kms:ScheduleKeyDeletion",
  input: { KeyId: "${key}", PendingWindowInDays: 7 },
  output: { KeyState: "PendingDeletion" },
};

export const kms: Scenario[] = [
  {
    title: "creates, describes and deletes a key with tags",
    steps: [
      {
        ...create,
        input: { Description: "of a test", Tags: [{ TagKey: "team", TagValue: "fraud" }] },
        output: { KeyMetadata: { KeyState: "Enabled", KeyUsage: "ENCRYPT_DECRYPT", KeyManager: "CUSTOMER" } },
      },
      { call: "kms:DescribeKey", input: { KeyId: "${arn}" }, output: { KeyMetadata: { KeyId: "${key}", Description: "of a test" } } },
      { call: "kms:ListResourceTags", input: { KeyId: "${key}" }, output: { Tags: [{ TagKey: "team", TagValue: "fraud" }] } },
      { call: "kms:TagResource", input: { KeyId: "${key}", Tags: [{ TagKey: "stage", TagValue: "dev" }] } },
      { call: "kms:TagResource", input: { KeyId: "${key}", Tags: [{ TagKey: "owner", TagValue: "R&D" }] }, error: "TagException" },
      { call: "kms:UntagResource", input: { KeyId: "${key}", TagKeys: ["team"] } },
      { call: "kms:ListResourceTags", input: { KeyId: "${key}" }, output: { Tags: [{ TagKey: "stage", TagValue: "dev" }] } },
      { call: "kms:UpdateKeyDescription", input: { KeyId: "${key}", Description: "another" } },
      drop,
      { call: "kms:EnableKeyRotation", input: { KeyId: "${key}" }, error: "KMSInvalidStateException" },
      { ...drop, error: "KMSInvalidStateException", output: undefined },
    ],
  },
  {
    title: "rejects unknown keys and invalid values",
    steps: [
      ...["DescribeKey", "ListResourceTags", "EnableKeyRotation", "GetKeyRotationStatus", "DisableKeyRotation"].map((operation) => ({
        call: `kms:${operation}`,
        input: { KeyId: unknownKey },
        error: "NotFoundException",
      })),
      { call: "kms:GetKeyPolicy", input: { KeyId: unknownKey, PolicyName: "default" }, error: "NotFoundException" },
      { call: "kms:PutKeyPolicy", input: { KeyId: unknownKey, PolicyName: "default", Policy: root }, error: "NotFoundException" },
      { call: "kms:TagResource", input: { KeyId: unknownKey, Tags: [{ TagKey: "a", TagValue: "b" }] }, error: "NotFoundException" },
      { call: "kms:UntagResource", input: { KeyId: unknownKey, TagKeys: ["a"] }, error: "NotFoundException" },
      { call: "kms:UpdateKeyDescription", input: { KeyId: unknownKey, Description: "x" }, error: "NotFoundException" },
      { call: "kms:ScheduleKeyDeletion", input: { KeyId: unknownKey }, error: "NotFoundException" },
      { call: "kms:CreateKey", input: { KeyUsage: "NOTHING" }, error: "ValidationException" },
      { call: "kms:DescribeKey", input: {}, error: "ValidationException" },
      create,
      { call: "kms:ScheduleKeyDeletion", input: { KeyId: "${key}", PendingWindowInDays: 3 }, error: "ValidationException" },
      drop,
    ],
  },
  {
    title: "rotates a key with the given period",
    steps: [
      create,
      { call: "kms:GetKeyRotationStatus", input: { KeyId: "${key}" }, output: { KeyRotationEnabled: false } },
      { call: "kms:EnableKeyRotation", input: { KeyId: "${key}" } },
      { call: "kms:GetKeyRotationStatus", input: { KeyId: "${key}" }, output: { KeyRotationEnabled: true, RotationPeriodInDays: 365 } },
      { call: "kms:EnableKeyRotation", input: { KeyId: "${key}", RotationPeriodInDays: 180 } },
      { call: "kms:GetKeyRotationStatus", input: { KeyId: "${key}" }, output: { KeyRotationEnabled: true, RotationPeriodInDays: 180 } },
      { call: "kms:EnableKeyRotation", input: { KeyId: "${key}", RotationPeriodInDays: 30 }, error: "ValidationException" },
      { call: "kms:DisableKeyRotation", input: { KeyId: "${key}" } },
      { call: "kms:GetKeyRotationStatus", input: { KeyId: "${key}" }, output: { KeyRotationEnabled: false } },
      drop,
    ],
  },
  {
    title: "stores a key policy and rejects a key policy that locks out every principal",
    steps: [
      { ...create, input: { Policy: root } },
      { call: "kms:GetKeyPolicy", input: { KeyId: "${key}", PolicyName: "default" }, output: { Policy: root } },
      {
        call: "kms:PutKeyPolicy",
        input: {
          KeyId: "${key}",
          PolicyName: "default",
          Policy: policy({ AWS: "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole" }),
        },
      },
      {
        call: "kms:PutKeyPolicy",
        input: { KeyId: "${key}", PolicyName: "default", Policy: policy({ Service: "logs.eu-central-1.amazonaws.com" }) },
        error: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        input: { KeyId: "${key}", PolicyName: "default", Policy: policy({ AWS: "arn:aws:iam::111122223333:root" }, "kms:Encrypt") },
        error: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        input: {
          KeyId: "${key}",
          PolicyName: "default",
          Policy: policy({ AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/nobody"] }),
        },
        error: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:PutKeyPolicy",
        input: { KeyId: "${key}", PolicyName: "default", Policy: "{" },
        error: "MalformedPolicyDocumentException",
      },
      {
        call: "kms:CreateKey",
        input: { Policy: policy({ AWS: "arn:aws:iam::111122223333:role/nobody" }) },
        error: "MalformedPolicyDocumentException",
      },
      drop,
    ],
  },
  {
    title: "creates, lists and deletes aliases of a key",
    steps: [
      create,
      { call: "kms:CreateAlias", input: { AliasName: "alias/${run}", TargetKeyId: "${key}" } },
      { call: "kms:CreateAlias", input: { AliasName: "alias/${run}", TargetKeyId: "${key}" }, error: "AlreadyExistsException" },
      { call: "kms:CreateAlias", input: { AliasName: "alias/aws/${run}", TargetKeyId: "${key}" }, error: "NotAuthorizedException" },
      { call: "kms:CreateAlias", input: { AliasName: "${run}", TargetKeyId: "${key}" }, error: "ValidationException" },
      { call: "kms:CreateAlias", input: { AliasName: "alias/${run}-2", TargetKeyId: unknownKey }, error: "NotFoundException" },
      { call: "kms:ListAliases", input: { KeyId: "${key}" }, output: { Aliases: [{ AliasName: "alias/${run}", TargetKeyId: "${key}" }] } },
      { call: "kms:ListAliases", input: { KeyId: unknownKey }, error: "NotFoundException" },
      { call: "kms:DescribeKey", input: { KeyId: "alias/${run}" }, output: { KeyMetadata: { KeyId: "${key}" } } },
      { call: "kms:DeleteAlias", input: { AliasName: "alias/${run}" } },
      { call: "kms:DeleteAlias", input: { AliasName: "alias/${run}" }, error: "NotFoundException" },
      drop,
    ],
  },
];
