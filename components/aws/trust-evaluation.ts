// Whether a role's trust policy lets a service assume the role. Pure.

type Condition = Record<string, Record<string, string | string[]>>;
interface Statement {
  Effect?: string;
  Action?: string | string[];
  Principal?: string | { Service?: string | string[] };
  Condition?: Condition;
}

/** Who asks: a service, for a resource of an account. */
export interface TrustRequest {
  /** `vpc-flow-logs.amazonaws.com` */
  service: string;
  /** Account of the resource, twelve digits. */
  accountId: string;
  /** The resource, `arn:…`, as far as it is known before it is there; `*` for the rest. */
  arn: string;
  /** Also to say for whom it works, `sts:SetSourceIdentity`, which SageMaker does for Studio. */
  action?: "sts:AssumeRole" | "sts:SetSourceIdentity";
}

const listed = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Whether a pattern of IAM, with `*` and `?`, has a text. */
const has = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".")}$`,
  ).test(text);

/** Whether an ARN can be what a pattern has, when its own end, from `*` on, is not known yet. */
function canBe(pattern: string, arn: string): boolean {
  const [parts, own] = [pattern.split(":"), arn.split(":")];
  // One wildcard may stand for several parts.
  if (parts.length < own.length) return has(pattern, arn);
  const resource = own.length - 1;
  const [told, known] = [parts.slice(resource).join(":"), own[resource]!].map((end) => end.split("*")[0]!) as [string, string];
  return (
    own.slice(0, resource).every((part, i) => has(parts[i]!, part)) &&
    (told.startsWith(known) || (pattern.includes("*") && known.startsWith(told)))
  );
}

/** Whether a condition holds for who asks; nothing where it is about something that is not known here. */
function holds(operator: string, key: string, values: string[], { accountId, arn }: TrustRequest): boolean | undefined {
  const one: Record<string, (value: string) => boolean> = {
    "aws:sourceaccount": (value) => has(value, accountId),
    "aws:sourcearn": (value) => canBe(value, arn),
  };
  const test = one[key.toLowerCase()];
  const kind = /^(String|Arn)(Not)?(Equals|Like|EqualsIgnoreCase)(IfExists)?$/.exec(operator);
  if (!test || !kind) return undefined;
  return values.some(test) !== (kind[2] !== undefined);
}

/** Whether a statement is about who asks: surely, surely not, or nothing where its conditions can't be judged. */
function applies({ Action, Principal, Condition = {} }: Statement, asking: TrustRequest): boolean | undefined {
  const services = typeof Principal === "string" ? [Principal] : listed(Principal?.Service);
  if (!listed(Action).some((action) => has(action.toLowerCase(), (asking.action ?? "sts:AssumeRole").toLowerCase()))) return false;
  if (!services.some((service) => service === "*" || service === asking.service)) return false;
  const verdicts = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds(operator, key, listed(values), asking)),
  );
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

/**
 * Whether a trust policy lets a service assume the role for a resource of ours: a statement allows it and none denies it. What a condition says that can't be judged here is taken for fulfilled where it allows,
 * and for not where it denies: the answer is no only when it is sure.
 * Source: IAM user guide, "Policy evaluation logic" and "The confused deputy problem".
 */
export function trustAllows(document: string, asking: TrustRequest): boolean {
  const statements = listed((JSON.parse(document) as { Statement?: Statement | Statement[] }).Statement);
  const verdicts = (effect: string) => statements.filter(({ Effect }) => Effect === effect).map((statement) => applies(statement, asking));
  return verdicts("Allow").some((verdict) => verdict !== false) && !verdicts("Deny").includes(true);
}
