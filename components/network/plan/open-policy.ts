// Evaluates whether the policy of an existing endpoint allows every account. Pure.
import { type Problem } from "../../stack/preflight";
import { type NetworkRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { pathProblem } from "./problems";

type Values = string | string[];
interface Statement {
  Effect?: string;
  Principal?: string | Record<string, Values>;
  NotPrincipal?: unknown;
  Resource?: Values;
  Condition?: Record<string, Record<string, Values>>;
}

const toList = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

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

/**
 * An account or organization must be complete, also in an ARN. A policy variable can have every value. With `IfExists`,
 * an absent key restricts nothing.
 */
const isRestricted = ({ Condition = {} }: Statement) =>
  Object.entries(Condition)
    .filter(([operator]) => /^(ForAnyValue:)?(StringEquals(IgnoreCase)?|StringLike|ArnEquals|ArnLike)$/i.test(operator))
    .flatMap(([, keys]) => Object.entries(keys))
    .some(
      ([key, values]) =>
        restrictingKeys.includes(key.toLowerCase()) &&
        toList(values).every((value) =>
          value.startsWith("arn:") ? /^\d{12}$/.test(value.split(":")[4] ?? "") : !/[*?$]/.test(value.split("/")[0]!),
        ),
    );

const allowsEveryone = ({ Principal, NotPrincipal }: Statement) =>
  NotPrincipal !== undefined ||
  Principal === "*" ||
  (typeof Principal === "object" && Object.values(Principal).some((names) => toList(names).includes("*")));

/** Whether a pattern can match a resource of any account. Names of buckets belong to no account, so they must be complete. */
function isOfAnyAccount(pattern: string): boolean {
  const [, , service, , account = "", ...rest] = pattern.split(":");
  const isBucket = service === "s3" && account === "" && !/[*?$]/.test(rest.join(":").split("/")[0] ?? "*") && rest.length > 0;
  return !isBucket && !/^\d{12}$/.test(account);
}

/**
 * Whether an endpoint policy allows credentials of every account to call resources of every account. AWS creates endpoints
 * with such a policy by default. Deny statements are not evaluated, so false means certainly restricted.
 * Source: AWS PrivateLink "Control access to VPC endpoints using endpoint policies".
 */
export function isOpenPolicy(policy: string | undefined): boolean {
  if (!policy) return true;
  const statements = toList((JSON.parse(policy) as { Statement?: Statement | Statement[] }).Statement);
  return statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      allowsEveryone(statement) &&
      (statement.Resource === undefined || toList(statement.Resource).some(isOfAnyAccount)) &&
      !isRestricted(statement),
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
