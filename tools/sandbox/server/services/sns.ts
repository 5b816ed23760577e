import { type MendCall, type MendedService, refuseWhen } from "../patched-service";
import { statementsOf, unknownPrincipal } from "../policy";
import { AwsError } from "../native-service";

/** A topic's policy may only name principals that exist. */
async function policyFits(call: MendCall): Promise<void> {
  const { AttributeName, AttributeValue } = call.input;
  if (AttributeName !== "Policy") return;
  const statements = statementsOf(String(AttributeValue));
  if (!statements) throw new AwsError("InvalidParameter", "Invalid parameter: Policy failed to parse.");
  if (await unknownPrincipal(statements, call))
    throw new AwsError("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound");
}

export const sns: MendedService = { scope: "sns", model: "sns", mends: { SetTopicAttributes: refuseWhen(policyFits) } };
