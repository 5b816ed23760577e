import { AwsError } from "../aws-error";
import { partitionOf, type PatchCall, patchedService, validateFirst } from "../service";
import { awsPrincipals, matchesWildcard, namesAction, servicePrincipals, type Statement, statementsOf, unknownPrincipal } from "../iam";

/** The operations that CloudWatch Logs calls with a key. Source: CloudWatch Logs "Encrypt log data using AWS KMS". */
const usesOfKey = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"];

/** The values of the encryption context in a condition. CloudWatch Logs sends the ARN of the log group. */
const contextsIn = ({ Condition = {} }: Statement): string[] =>
  Object.values(Condition as Record<string, Record<string, string | string[]>>)
    .flatMap((keys) => Object.entries(keys))
    .flatMap(([key, values]) => (key.toLowerCase() === "kms:encryptioncontext:aws:logs:arn" ? values : []));

/** Whether a statement allows CloudWatch Logs in a region an action for a log group. The principal `*` includes services here. */
function allowsLogs(statement: Statement, action: string, region: string, group: string): boolean {
  const named = servicePrincipals(statement).some(
    (name) => /^logs\.amazonaws\.com(\.cn)?$/.test(name) || matchesWildcard(name.replace(/\.cn$/, ""), `logs.${region}.amazonaws.com`),
  );
  const contexts = contextsIn(statement);
  return (
    statement.Effect === "Allow" &&
    (named || awsPrincipals(statement).includes("*")) &&
    namesAction(statement, action) &&
    (contexts.length === 0 || contexts.some((pattern) => matchesWildcard(pattern, group)))
  );
}

/**
 * CloudWatch Logs tests a key before it accepts the key: the key must be enabled, and the key policy must allow the service.
 * Error code and text: hashicorp/terraform-provider-aws issue 29282.
 */
async function keyIsUsable(call: PatchCall): Promise<void> {
  const { kmsKeyId, logGroupName } = call.input;
  if (kmsKeyId === undefined) return;
  const group = `arn:${partitionOf(call.caller.region)}:logs:${call.caller.region}:${call.caller.account}:log-group:${String(logGroupName)}`;
  const rejection = new AwsError(
    "AccessDeniedException",
    `The specified KMS key does not exist or is not allowed to be used with Arn '${group}'`,
  );
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(kmsKeyId))?.[1];
  const ofKey = (operation: string, input: object) =>
    call.moto("kms", operation, { KeyId: kmsKeyId, ...input }, { account: owner }).catch(() => {
      throw rejection;
    });
  const { KeyMetadata } = await ofKey("DescribeKey", {});
  const { Policy } = await ofKey("GetKeyPolicy", { PolicyName: "default" });
  const statements = statementsOf(String(Policy)) ?? [];
  const isAllowed = usesOfKey.every((action) => statements.some((statement) => allowsLogs(statement, action, call.caller.region, group)));
  if ((KeyMetadata as { KeyState: string }).KeyState !== "Enabled" || !isAllowed) throw rejection;
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

/** Source: AWS API `CreateLogGroup`. */
const nameIsNotReserved = ({ input }: PatchCall): void => {
  if (String(input.logGroupName).startsWith("aws/"))
    throw new AwsError("InvalidParameterException", "Log group names starting with 'aws/' are reserved for use by AWS.");
};

interface Transformation {
  metricValue?: string;
  defaultValue?: number;
  dimensions?: Record<string, string>;
}

/**
 * Source: AWS API `MetricTransformation`.
 * Error text: aws-solutions-library-samples/guidance-for-claude-code-with-amazon-bedrock pull 632.
 */
const transformationsFit = ({ input }: PatchCall): void => {
  const wrong = (why: string) => new AwsError("InvalidParameterException", `Invalid metric transformation: ${why}`);
  for (const { metricValue = "", defaultValue, dimensions = {} } of (input.metricTransformations ?? []) as Transformation[]) {
    const count = Object.keys(dimensions).length;
    if (count > 0 && defaultValue !== undefined) throw wrong("dimensions and default value are mutually exclusive properties.");
    if (count > 3) throw wrong("a metric has at most 3 dimensions.");
    if (!metricValue.startsWith("$") && !Number.isFinite(Number(metricValue))) throw wrong(`the value '${metricValue}' is not a number.`);
  }
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
    { type: "QueryDefinition", operation: "DescribeQueryDefinitions", list: "queryDefinitions", id: "name" },
    { type: "ResourcePolicy", operation: "DescribeResourcePolicies", list: "resourcePolicies", id: "policyName" },
  ],
  patches: {
    AssociateKmsKey: validateFirst(keyIsUsable),
    CreateLogGroup: validateFirst(nameIsNotReserved, keyIsUsable),
    ListTagsForResource: validateFirst(taggedGroupExists),
    PutMetricFilter: validateFirst(transformationsFit),
    PutResourcePolicy: validateFirst(policyFits),
    PutRetentionPolicy: validateFirst(retentionIsOffered),
    TagResource: validateFirst(taggedGroupExists),
    UntagResource: validateFirst(taggedGroupExists),
  },
});
