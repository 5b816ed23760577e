import { type MendCall, type MendedService, refuseWhen } from "../mend";
import { matches, servicePrincipals, type Statement, statementsOf } from "../policy";
import { AwsError } from "../service";

const opens = (statement: Statement, region: string): boolean =>
  statement.Effect === "Allow" &&
  servicePrincipals(statement).some((name) => matches(name, `logs.${region}.amazonaws.com`) || name === "logs.amazonaws.com");

/** CloudWatch Logs tries a key before it takes it: the key must exist, and its policy must let the service in. */
async function keyIsUsable(call: MendCall): Promise<void> {
  const { kmsKeyId, logGroupName } = call.input;
  if (kmsKeyId === undefined) return;
  const group = `arn:aws:logs:${call.caller.region}:${call.caller.account}:log-group:${String(logGroupName)}`;
  const refused = new AwsError(
    "InvalidParameterException",
    `The specified KMS key does not exist or is not allowed to be used with LogGroup '${group}'`,
  );
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(kmsKeyId))?.[1];
  const { Policy } = await call.base("kms", "GetKeyPolicy", { KeyId: kmsKeyId, PolicyName: "default" }, owner).catch(() => {
    throw refused;
  });
  if (!(statementsOf(String(Policy)) ?? []).some((statement) => opens(statement, call.caller.region))) throw refused;
}

export const logs: MendedService = {
  scope: "logs",
  model: "logs",
  mends: { AssociateKmsKey: refuseWhen(keyIsUsable), CreateLogGroup: refuseWhen(keyIsUsable) },
};
