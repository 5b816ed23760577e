import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";
import { statementsOf, unknownPrincipal } from "../iam";

/** A topic policy must specify only existing principals. */
async function policyFits(call: PatchCall): Promise<void> {
  const { AttributeName, AttributeValue } = call.input;
  if (AttributeName !== "Policy") return;
  const statements = statementsOf(String(AttributeValue));
  if (!statements) throw new AwsError("InvalidParameter", "Invalid parameter: Policy failed to parse.");
  if (await unknownPrincipal(statements, call))
    throw new AwsError("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound");
}

export const sns = patchedService({
  scope: "sns",
  model: "sns",
  violation: { code: "InvalidParameter" },
  throttling: { code: "Throttled", status: 429 },
  leftovers: [{ type: "Topic", operation: "ListTopics", list: "Topics", id: "TopicArn" }],
  patches: { SetTopicAttributes: validateFirst(policyFits) },
});
