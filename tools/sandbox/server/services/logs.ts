import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";
import { awsPrincipals, matchesWildcard, servicePrincipals, type Statement, statementsOf, unknownPrincipal } from "../iam";

/** Whether a statement allows CloudWatch Logs in a region. The principal `*` is treated as including services. */
function allowsLogs(statement: Statement, region: string): boolean {
  const named = servicePrincipals(statement).some(
    (name) => matchesWildcard(name, `logs.${region}.amazonaws.com`) || name === "logs.amazonaws.com",
  );
  return statement.Effect === "Allow" && (named || awsPrincipals(statement).includes("*"));
}

/** CloudWatch Logs tests a key before it accepts the key: the key must exist, and the key policy must allow the service. */
async function keyIsUsable(call: PatchCall): Promise<void> {
  const { kmsKeyId, logGroupName } = call.input;
  if (kmsKeyId === undefined) return;
  const group = `arn:aws:logs:${call.caller.region}:${call.caller.account}:log-group:${String(logGroupName)}`;
  const rejection = new AwsError(
    "InvalidParameterException",
    `The specified KMS key does not exist or is not allowed to be used with LogGroup '${group}'`,
  );
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(kmsKeyId))?.[1];
  const { Policy } = await call.moto("kms", "GetKeyPolicy", { KeyId: kmsKeyId, PolicyName: "default" }, { account: owner }).catch(() => {
    throw rejection;
  });
  if (!(statementsOf(String(Policy)) ?? []).some((statement) => allowsLogs(statement, call.caller.region))) throw rejection;
}

/** Valid retention periods of a log group, in days. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const retentionIsOffered = ({ input }: PatchCall): void => {
  if (!retentions.includes(Number(input.retentionInDays)))
    throw new AwsError(
      "InvalidParameterException",
      `Value '${String(input.retentionInDays)}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(", ")}]`,
    );
};

/** moto accepts tags for a log group that does not exist. */
async function taggedGroupExists(call: PatchCall): Promise<void> {
  const name = /:log-group:([^:]+)(:\*)?$/.exec(String(call.input.resourceArn))?.[1];
  const { logGroups } = (await call.moto("logs", "DescribeLogGroups", { logGroupNamePrefix: name })) as {
    logGroups?: { logGroupName: string }[];
  };
  if (!logGroups?.some(({ logGroupName }) => logGroupName === name))
    throw new AwsError("ResourceNotFoundException", "The specified resource does not exist.");
}

/** A resource policy in CloudWatch Logs lets AWS services write to log groups. */
async function policyFits(call: PatchCall): Promise<void> {
  const text = String(call.input.policyDocument);
  const statements = statementsOf(text);
  if (!statements?.every(({ Effect, Principal, Action, Resource }) => Effect && Principal && Action && Resource))
    throw new AwsError("InvalidParameterException", "Invalid parameter: policyDocument");
  if (Buffer.byteLength(text) > 5120) throw new AwsError("LimitExceededException", "The policy document is longer than 5120 bytes.");
  if (await unknownPrincipal(statements, call)) throw new AwsError("InvalidParameterException", "Invalid principal in policy");
}

export const logs = patchedService({
  scope: "logs",
  model: "logs",
  violation: { code: "InvalidParameterException" },
  leftovers: [
    { type: "LogGroup", operation: "DescribeLogGroups", list: "logGroups", id: "logGroupName" },
    { type: "ResourcePolicy", operation: "DescribeResourcePolicies", list: "resourcePolicies", id: "policyName" },
  ],
  patches: {
    AssociateKmsKey: validateFirst(keyIsUsable),
    CreateLogGroup: validateFirst(keyIsUsable),
    ListTagsForResource: validateFirst(taggedGroupExists),
    PutResourcePolicy: validateFirst(policyFits),
    PutRetentionPolicy: validateFirst(retentionIsOffered),
    TagResource: validateFirst(taggedGroupExists),
    UntagResource: validateFirst(taggedGroupExists),
  },
});
