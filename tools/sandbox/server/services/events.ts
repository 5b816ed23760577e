import { AwsError } from "../aws-error";
import { type EventBus, type Target, unsupportedTarget } from "../event-bus";
import { type Check, type Patch, type PatchCall, patchedService, validateFirst } from "../service";

const invalid = (message: string) => new AwsError("ValidationException", message);
const invalidPattern = (reason: string) => new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

/** Source: Amazon EventBridge "Comparison operators for use in event patterns". */
const operators = ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

/** The matchers in the lists of a pattern. moto checks only that every leaf is a list. */
function matchersIn(pattern: unknown): unknown[] {
  if (Array.isArray(pattern)) return pattern;
  return typeof pattern === "object" && pattern !== null
    ? Object.entries(pattern).flatMap(([key, value]) => (key === "$or" ? (value as unknown[]).flatMap(matchersIn) : matchersIn(value)))
    : [];
}

const tooMany = () => new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");

/** Maximum number of characters in a pattern. Source: Amazon EventBridge quotas. */
const patternLimit = 2048;

function patternFits({ input }: PatchCall): void {
  if (input.EventPattern === undefined) return;
  if (String(input.EventPattern).length > patternLimit) throw tooMany();
  let pattern: unknown;
  try {
    pattern = JSON.parse(String(input.EventPattern));
  } catch {
    return; // moto reports it.
  }
  if (Object.keys(pattern as object).length === 0) throw invalidPattern("Empty event pattern is not allowed");
  for (const matcher of matchersIn(pattern)) {
    const operator = typeof matcher === "object" && matcher !== null ? Object.keys(matcher)[0] : undefined;
    if (operator !== undefined && !operators.includes(operator)) throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

const unsupported = (what: string) => invalid(`The sandbox does not support ${what} yet.`);

const scheduleFits = ({ input }: PatchCall): void => {
  const expression = String(input.ScheduleExpression ?? "");
  if (/^rate\(0 /.test(expression)) throw invalid("Parameter ScheduleExpression is not valid.");
  if (expression.startsWith("cron(")) throw unsupported("schedules with cron expressions");
};

/** Maximum number of targets of a rule. Source: Amazon EventBridge quotas. */
const targetLimit = 5;

async function targetsFit(call: PatchCall): Promise<void> {
  const { Rule, EventBusName, Targets } = call.input;
  const targets = Targets as Target[];
  for (const target of targets) {
    const { Id, Input, InputPath, InputTransformer } = target;
    const unknown = unsupportedTarget(target);
    if (unknown !== undefined) throw unsupported(unknown);
    if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1)
      throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
    try {
      if (Input !== undefined) JSON.parse(Input);
    } catch {
      throw invalid(`JSON syntax error in input for target ${Id}.`);
    }
  }
  const ids = targets.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) throw invalid("The IDs of targets must be unique.");
  const of = { Rule, ...(EventBusName === undefined ? {} : { EventBusName }) };
  const { Targets: before = [] } = (await call.moto("events", "ListTargetsByRule", of)) as { Targets?: Target[] };
  if (new Set([...before.map(({ Id }) => Id), ...ids]).size > targetLimit) throw tooMany();
}

/** Rules, whose targets get the events of services and schedules. moto stores the rules. */
export const events = (bus: EventBus) => {
  const changesRules =
    (...checks: Check[]): Patch =>
    async (call) => {
      const answer = await validateFirst(...checks)(call);
      if (answer.status < 300) await bus.refresh(call.caller);
      return answer;
    };
  return patchedService({
    scope: "events",
    model: "events",
    violation: { code: "ValidationException" },
    leftovers: [
      { type: "EventBus", operation: "ListEventBuses", list: "EventBuses", id: "Name", isLeftover: ({ Name }) => Name !== "default" },
      { type: "Rule", operation: "ListRules", list: "Rules", id: "Name" },
    ],
    patches: {
      PutRule: changesRules(patternFits, scheduleFits),
      DeleteRule: changesRules(),
      EnableRule: changesRules(),
      DisableRule: changesRules(),
      PutTargets: validateFirst(targetsFit),
    },
  });
};
