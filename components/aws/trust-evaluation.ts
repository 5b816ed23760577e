// Evaluates whether a role's trust policy allows a service to assume the role. Pure.
import { matchesWildcard } from "./wildcard";

type Condition = Record<string, Record<string, string | string[]>>;
interface Statement {
  Effect?: string;
  Action?: string | string[];
  Principal?: string | { Service?: string | string[] };
  Condition?: Condition;
}

/** A service that assumes a role for a resource in an account. */
export interface TrustRequest {
  /** `vpc-flow-logs.amazonaws.com` */
  service: string;
  /** Account of the resource, twelve digits. */
  accountId: string;
  /** The resource, `arn:…`. Ends with `*` if the end of the ARN is unknown until the resource exists. */
  arn: string;
  /** Default: `sts:AssumeRole`. For Studio, SageMaker also sets the user profile as the source identity. */
  action?: "sts:AssumeRole" | "sts:SetSourceIdentity";
}

/** Whether a statement matches a request; undefined if a condition cannot be evaluated here. */
type Verdict = boolean | undefined;

const toList = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Whether an ARN can match a pattern, if the end of the ARN after `*` is still unknown. */
function canMatch(pattern: string, arn: string): boolean {
  const [patternParts, arnParts] = [pattern.split(":"), arn.split(":")];
  // One wildcard can match several parts of an ARN.
  if (patternParts.length < arnParts.length) return matchesWildcard(pattern, arn);
  const resource = arnParts.length - 1;
  const fixedStart = (text: string) => text.split("*")[0]!;
  const required = fixedStart(patternParts.slice(resource).join(":"));
  const known = fixedStart(arnParts[resource]!);
  return (
    arnParts.slice(0, resource).every((part, i) => matchesWildcard(patternParts[i]!, part)) &&
    (required.startsWith(known) || (pattern.includes("*") && known.startsWith(required)))
  );
}

/** Checks by condition key in the request, in lower case. */
const checks: Record<string, (value: string, request: TrustRequest) => boolean> = {
  "aws:sourceaccount": (value, { accountId }) => matchesWildcard(value, accountId),
  "aws:sourcearn": (value, { arn }) => canMatch(value, arn),
};

function conditionVerdict(operator: string, key: string, values: string[], request: TrustRequest): Verdict {
  const check = checks[key.toLowerCase()];
  const match = /^(String|Arn)(Not)?(Equals|Like|EqualsIgnoreCase)(IfExists)?$/.exec(operator);
  if (!check || !match) return undefined;
  const isNegated = match[2] !== undefined;
  return values.some((value) => check(value, request)) !== isNegated;
}

function statementVerdict({ Action, Principal, Condition = {} }: Statement, request: TrustRequest): Verdict {
  const services = typeof Principal === "string" ? [Principal] : toList(Principal?.Service);
  const action = (request.action ?? "sts:AssumeRole").toLowerCase();
  if (!toList(Action).some((pattern) => matchesWildcard(pattern.toLowerCase(), action))) return false;
  if (!services.some((service) => service === "*" || service === request.service)) return false;
  const verdicts = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionVerdict(operator, key, toList(values), request)),
  );
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

/**
 * Whether a trust policy allows a service to assume the role: a statement allows this, and no statement denies this.
 * A condition that cannot be evaluated counts as met in allow statements only, so false means certainly denied.
 * Source: IAM user guide, "Policy evaluation logic" and "The confused deputy problem".
 */
export function trustAllows(document: string, request: TrustRequest): boolean {
  const statements = toList((JSON.parse(document) as { Statement?: Statement | Statement[] }).Statement);
  const verdicts = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => statementVerdict(statement, request));
  return verdicts("Allow").some((verdict) => verdict !== false) && !verdicts("Deny").includes(true);
}
