import { type Mend, type MendCall, type MendedService, refuseWhen } from "../patched-service";
import { allows, statementsOf, unknownPrincipal } from "../policy";
import { AwsError } from "../native-service";

const malformed = (message: string) => new AwsError("MalformedPolicyDocumentException", message);

/** A key policy must be one, name principals that exist, and leave the caller or its account able to change it. */
async function policyFits(call: MendCall): Promise<void> {
  const { Policy, BypassPolicyLockoutSafetyCheck } = call.input;
  if (Policy === undefined) return;
  const statements = statementsOf(String(Policy));
  if (!statements) throw malformed("The new key policy is not a valid policy document.");
  if (await unknownPrincipal(statements, call)) throw malformed("Policy contains a statement with one or more invalid principals.");
  if (BypassPolicyLockoutSafetyCheck !== true && !allows(statements, call.caller, "kms:PutKeyPolicy"))
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
}

/** The base would let a key be changed that waits for its deletion. */
async function keyIsThere(call: MendCall): Promise<void> {
  const { KeyMetadata } = (await call.base("kms", "DescribeKey", { KeyId: call.input.KeyId })) as {
    KeyMetadata: { Arn: string; KeyState: string };
  };
  if (KeyMetadata.KeyState === "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${KeyMetadata.Arn} is pending deletion.`);
}

const notReserved = ({ input }: MendCall): void => {
  if (String(input.AliasName).startsWith("alias/aws/"))
    throw new AwsError("NotAuthorizedException", "Names of aliases must not begin with alias/aws/, which is reserved.");
};

const targetIsThere = async ({ base, input }: MendCall): Promise<void> => {
  await base("kms", "DescribeKey", { KeyId: input.TargetKeyId });
};

/** The base wants the bare id here, and leaves half of the answer out. */
const scheduleDeletion: Mend = async (call) => {
  await keyIsThere(call);
  const { PendingWindowInDays = 30 } = call.input;
  if (Number(PendingWindowInDays) < 7 || Number(PendingWindowInDays) > 30)
    throw new AwsError("ValidationException", "PendingWindowInDays must be between 7 and 30 (inclusive)");
  const { KeyMetadata } = (await call.base("kms", "DescribeKey", { KeyId: call.input.KeyId })) as {
    KeyMetadata: { KeyId: string; Arn: string };
  };
  const answer = await call.forward({ KeyId: KeyMetadata.KeyId, PendingWindowInDays });
  if (answer.status >= 300) return answer;
  const { DeletionDate } = JSON.parse(answer.body.toString()) as { DeletionDate: number };
  return call.answer({ KeyId: KeyMetadata.Arn, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays });
};

/** The defaults that the base leaves open. */
const createKey: Mend = async (call) => {
  await policyFits(call);
  return call.forward({ KeyUsage: "ENCRYPT_DECRYPT", ...call.input });
};

export const kms: MendedService = {
  scope: "kms",
  model: "kms",
  mends: {
    CreateAlias: refuseWhen(notReserved, targetIsThere),
    CreateKey: createKey,
    DisableKeyRotation: refuseWhen(keyIsThere),
    EnableKeyRotation: refuseWhen(keyIsThere),
    PutKeyPolicy: refuseWhen(keyIsThere, policyFits),
    ScheduleKeyDeletion: scheduleDeletion,
  },
};
