import { AwsError } from "../aws-error";
import { type Patch, type PatchCall, patchedService, validateFirst } from "../service";
import { allows, statementsOf, unknownPrincipal } from "../iam";

const malformed = (message: string) => new AwsError("MalformedPolicyDocumentException", message);

/** A key policy must be valid, name existing principals, and let the caller or the caller's account change the key policy. */
async function policyFits(call: PatchCall): Promise<void> {
  const { Policy, BypassPolicyLockoutSafetyCheck } = call.input;
  if (Policy === undefined) return;
  if (Buffer.byteLength(String(Policy)) > policyLimit)
    throw new AwsError("LimitExceededException", `The key policy exceeds the limit of ${policyLimit} bytes.`);
  const statements = statementsOf(String(Policy));
  if (!statements) throw malformed("The new key policy is not a valid policy document.");
  if (await unknownPrincipal(statements, call)) throw malformed("Policy contains a statement with one or more invalid principals.");
  if (BypassPolicyLockoutSafetyCheck !== true && !allows(statements, call.caller, "kms:PutKeyPolicy"))
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
}

interface Key {
  Arn: string;
  KeyState: string;
  KeySpec?: string;
}

async function keyOf(call: PatchCall, KeyId: unknown): Promise<Key> {
  const { KeyMetadata } = await call.moto("kms", "DescribeKey", { KeyId });
  return KeyMetadata as Key;
}

/** moto would change a key that is pending deletion. Source: AWS KMS "Key states of AWS KMS keys". */
const notPendingDeletion =
  (member: string) =>
  async (call: PatchCall): Promise<void> => {
    const { Arn, KeyState } = await keyOf(call, call.input[member]);
    if (KeyState === "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${Arn} is pending deletion.`);
  };
const keyIsNotPendingDeletion = notPendingDeletion("KeyId");

async function keyIsPendingDeletion(call: PatchCall): Promise<void> {
  const { Arn, KeyState } = await keyOf(call, call.input.KeyId);
  if (KeyState !== "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${Arn} is not pending deletion.`);
}

/** Only an enabled symmetric key rotates by itself. Source: AWS API `EnableKeyRotation`. */
async function keyRotates(call: PatchCall): Promise<void> {
  const { Arn, KeyState, KeySpec = "SYMMETRIC_DEFAULT" } = await keyOf(call, call.input.KeyId);
  if (KeySpec !== "SYMMETRIC_DEFAULT")
    throw new AwsError("UnsupportedOperationException", `${Arn} key spec is ${KeySpec} which is not valid for automatic rotation.`);
  if (KeyState === "Disabled") throw new AwsError("DisabledException", `${Arn} is disabled.`);
}

/** Maximum bytes in a key policy. Source: AWS KMS "Resource quotas". */
const policyLimit = 32_768;

const notReserved = ({ input }: PatchCall): void => {
  if (String(input.AliasName).startsWith("alias/aws/"))
    throw new AwsError("NotAuthorizedException", "Names of aliases must not begin with alias/aws/, which is reserved.");
};

/** moto requires the key ID instead of the ARN, and omits half of the output. */
const scheduleDeletion: Patch = async (call) => {
  await keyIsNotPendingDeletion(call);
  const { PendingWindowInDays = 30 } = call.input;
  if (Number(PendingWindowInDays) < 7 || Number(PendingWindowInDays) > 30)
    throw new AwsError("ValidationException", "PendingWindowInDays must be between 7 and 30 (inclusive)");
  const { KeyMetadata } = (await call.moto("kms", "DescribeKey", { KeyId: call.input.KeyId })) as {
    KeyMetadata: { KeyId: string; Arn: string };
  };
  const answer = await call.forward({ KeyId: KeyMetadata.KeyId, PendingWindowInDays });
  if (answer.status >= 300) return answer;
  const { DeletionDate } = JSON.parse(answer.body.toString()) as { DeletionDate: number };
  return call.answer({ KeyId: KeyMetadata.Arn, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays });
};

/** moto requires the key ID instead of the ARN. */
const byKeyId: Patch = async (call) => {
  await keyIsNotPendingDeletion(call);
  const { KeyMetadata } = (await call.moto("kms", "DescribeKey", { KeyId: call.input.KeyId })) as { KeyMetadata: { KeyId: string } };
  return call.forward({ KeyId: KeyMetadata.KeyId });
};

/** moto omits the default of `KeyUsage`. */
const createKey: Patch = async (call) => {
  await policyFits(call);
  return call.forward({ KeyUsage: "ENCRYPT_DECRYPT", ...call.input });
};

export const kms = patchedService({
  scope: "kms",
  model: "kms",
  violation: { code: "ValidationException" },
  leftovers: [
    {
      type: "Key",
      operation: "ListKeys",
      list: "Keys",
      id: "KeyId",
      // AWS deletes a key that is pending deletion by itself.
      isLeftover: async ({ KeyId }, moto) => {
        const { KeyMetadata } = (await moto("kms", "DescribeKey", { KeyId })) as { KeyMetadata: { KeyManager: string; KeyState: string } };
        return KeyMetadata.KeyManager === "CUSTOMER" && KeyMetadata.KeyState !== "PendingDeletion";
      },
    },
    {
      type: "Alias",
      operation: "ListAliases",
      list: "Aliases",
      id: "AliasName",
      isLeftover: ({ AliasName }) => !String(AliasName).startsWith("alias/aws/"),
    },
  ],
  patches: {
    CancelKeyDeletion: validateFirst(keyIsPendingDeletion),
    CreateAlias: validateFirst(notReserved, notPendingDeletion("TargetKeyId")),
    CreateKey: createKey,
    DisableKey: byKeyId,
    DisableKeyRotation: validateFirst(keyIsNotPendingDeletion),
    EnableKey: byKeyId,
    EnableKeyRotation: validateFirst(keyIsNotPendingDeletion, keyRotates),
    PutKeyPolicy: validateFirst(keyIsNotPendingDeletion, policyFits),
    ScheduleKeyDeletion: scheduleDeletion,
    TagResource: validateFirst(keyIsNotPendingDeletion),
    UntagResource: validateFirst(keyIsNotPendingDeletion),
    UpdateKeyDescription: validateFirst(keyIsNotPendingDeletion),
  },
});
