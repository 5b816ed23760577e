// Evaluates whether the policy of an existing endpoint allows every account. Pure.
import { z } from "zod";
import { type Problem } from "../../stack/preflight";
import { type NetworkRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { pathProblem } from "./problems";

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.union([text.transform((value) => [value]), z.array(text)]);
const statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.literal("*"), z.record(z.string(), texts)]).optional(),
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).default({}),
});
const policyDocument = z.object({ Statement: z.union([z.array(statement), statement.transform((value) => [value])]) });
type Statement = z.infer<typeof statement>;

/** Condition keys that name the caller or the owner of the resource, in lower case. Every caller in the VPC has `aws:SourceVpc`. */
const restrictingKeys = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:resourceaccount",
  "aws:resourceorgid",
  "aws:resourceorgpaths",
  "s3:resourceaccount",
];

const hasPattern = (text: string) => /[*?$]/.test(text);

/** The account in an ARN, if the text before it is complete. Except in ARN operators, a wildcard also matches colons. */
function accountOf(arn: string, isSegmented = false): string | undefined {
  const [, ...before] = arn.split(":", 5);
  const account = before.pop();
  return account === undefined || (!isSegmented && before.some(hasPattern)) ? undefined : account;
}

const isAccount = (text: string | undefined) => text !== undefined && /^\d{12}$/.test(text);

/**
 * An account or organization must be complete, also in an ARN. A policy variable can have every value. With `IfExists`,
 * an absent key restricts nothing.
 * Source: IAM "JSON policy elements: Condition operators", ARN condition operators.
 */
const isRestricted = ({ Condition }: Statement) =>
  Object.entries(Condition)
    .filter(([operator]) => /^(ForAnyValue:)?(StringEquals(IgnoreCase)?|StringLike|ArnEquals|ArnLike)$/i.test(operator))
    .some(([operator, keys]) =>
      Object.entries(keys).some(
        ([key, values]) =>
          restrictingKeys.includes(key.toLowerCase()) &&
          values.every((value) =>
            value.startsWith("arn:") ? isAccount(accountOf(value, /Arn/i.test(operator))) : !hasPattern(value.split("/")[0]!),
          ),
      ),
    );

/** An endpoint policy must have principals. A list of accounts is a decision of the team that owns the endpoint. */
const allowsEveryone = ({ Principal }: Statement) =>
  typeof Principal !== "object" || Object.values(Principal).some((names) => names.some(hasPattern));

/** Whether a pattern can match a resource of any account. Names of buckets belong to no account, so they must be complete. */
function isOfAnyAccount(pattern: string): boolean {
  const account = accountOf(pattern);
  const [, , service, , , bucket = "*"] = pattern.split("/")[0]!.split(":");
  return !isAccount(account) && !(service === "s3" && account === "" && !hasPattern(bucket));
}

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    return undefined;
  }
}

/**
 * Whether an endpoint policy allows credentials of every account to call resources of every account. AWS creates endpoints
 * with such a policy by default. Deny statements are not evaluated, and a malformed policy counts as open, so false means
 * certainly restricted.
 * Source: AWS PrivateLink "Control access to VPC endpoints using endpoint policies".
 */
export function isOpenPolicy(policy: string | undefined): boolean {
  const { data, success } = policyDocument.safeParse(policy && parsed(policy));
  return (
    !success ||
    data.Statement.some(
      (statement) =>
        statement.Effect === "Allow" &&
        allowsEveryone(statement) &&
        (statement.Resource === undefined || statement.Resource.some(isOfAnyAccount)) &&
        !isRestricted(statement),
    )
  );
}

/** A problem with an existing endpoint that credentials of other accounts can use to send data to these accounts. */
export const openEndpointProblem = (request: NetworkRequest, id: string, why: string, who = ""): Problem[] =>
  isAcceptedPath(request, id)
    ? []
    : [
        pathProblem(
          request,
          `must list the endpoint ${id}, ${why}`,
          `${who}restrict the accounts in its endpoint policy (aws ec2 modify-vpc-endpoint), or accept the path: ${acceptCommand(request, id)}`,
        ),
      ];

export const openPolicyProblem = (request: NetworkRequest, { id, policy }: { id: string; policy?: string }): Problem[] =>
  isOpenPolicy(policy)
    ? openEndpointProblem(request, id, "whose endpoint policy lets an access key of any account send data to that account")
    : [];
