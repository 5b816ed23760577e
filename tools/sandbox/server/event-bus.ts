// Delivers events of services and of schedules to the targets of EventBridge rules.
import { randomUUID } from "node:crypto";
import { type AwsContext } from "./aws-context";
import { AwsError } from "./aws-error";
import { matchesPattern } from "./event-pattern";
import { type FunctionConfiguration, type Functions } from "./functions";
import { allowsService } from "./iam";
import { note } from "./note";
import { type CallMoto } from "./service";

interface Rule {
  Name: string;
  Arn: string;
  State: string;
  EventPattern?: string;
  ScheduleExpression?: string;
}

export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: object;
}

interface SentTarget extends Target {
  ruleArn: string;
}

/** Services whose resources can be targets. Log groups get no events yet. */
const targetServices = ["lambda", "logs", "sns", "sqs", "states"];
const serviceOfTarget = (arn: string) => arn.split(":")[2] ?? "";

/** What the sandbox does not support about a target, or `undefined`. */
export function unsupportedTarget({ Arn, InputTransformer }: Pick<Target, "Arn" | "InputTransformer">): string | undefined {
  if (InputTransformer) return "input transformers";
  return targetServices.includes(serviceOfTarget(Arn)) ? undefined : `targets of the service '${serviceOfTarget(Arn)}'`;
}

export interface ServiceEvent extends AwsContext {
  source: string;
  "detail-type": string;
  resources: string[];
  detail: unknown;
}

type CallIn = (context: AwsContext, service: string, operation: string, input: object) => ReturnType<CallMoto>;

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of a rate, or `undefined` for a cron expression. */
export function intervalOf(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit === undefined ? undefined : Number(count) * units[unit]!;
}

const inputOf = ({ Input, InputPath }: Target, event: object): string => {
  if (Input !== undefined) return Input;
  const keys = (InputPath ?? "$").split(".").slice(1);
  return JSON.stringify(keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event) ?? null);
};

export class EventBus {
  /** Calls moto in an account and region. Set when the gateway is ready. */
  callMoto?: CallIn;
  /** Calls a service as EventBridge, with all stages of the gateway. Set when the gateway is ready. */
  callService?: CallIn;
  private readonly timers = new Map<string, { timer: NodeJS.Timeout; expression: string }>();
  /** Enabled rules by account and region, because each call of a service is an event. */
  private readonly known = new Map<string, Promise<Rule[]>>();

  constructor(private readonly functions: Functions) {}

  /** Delivers an event of a service to the targets of the rules that match it. Does not wait for the deliveries. */
  publish({ account, region, ...event }: ServiceEvent): void {
    const whole = { version: "0", id: randomUUID(), account, region, time: `${new Date().toISOString().slice(0, 19)}Z`, ...event };
    this.deliverMatching({ account, region }, whole).catch((error: unknown) => note(`An event of ${event.source}: ${String(error)}`));
  }

  /** Starts the schedules of the rules in an account and region, and stops those of rules that no longer exist. */
  async refresh(context: AwsContext): Promise<void> {
    this.known.delete(`${context.account} ${context.region}`);
    const rules = await this.rules(context);
    const scheduled = new Map(rules.filter(({ ScheduleExpression }) => ScheduleExpression).map((rule) => [rule.Arn, rule]));
    for (const [arn, { timer, expression }] of this.timers)
      if (arn.includes(`:events:${context.region}:${context.account}:`) && scheduled.get(arn)?.ScheduleExpression !== expression) {
        clearInterval(timer);
        this.timers.delete(arn);
      }
    for (const [arn, rule] of scheduled) if (!this.timers.has(arn)) this.schedule(context, rule);
  }

  /** Stops all schedules. */
  stop(): void {
    for (const { timer } of this.timers.values()) clearInterval(timer);
  }

  private schedule(context: AwsContext, rule: Rule): void {
    const expression = rule.ScheduleExpression!;
    const interval = intervalOf(expression);
    // PutRule rejects other expressions.
    if (interval === undefined) return;
    const fire = () => {
      const time = `${new Date().toISOString().slice(0, 19)}Z`;
      const fixed = { version: "0", id: randomUUID(), "detail-type": "Scheduled Event", source: "aws.events", resources: [rule.Arn] };
      const event = { ...fixed, ...context, time, detail: {} };
      this.deliver(context, rule, event).catch((error: unknown) => note(`${rule.Arn}: ${String(error)}`));
    };
    this.timers.set(rule.Arn, { timer: setInterval(fire, interval).unref(), expression });
  }

  private rules(context: AwsContext): Promise<Rule[]> {
    const key = `${context.account} ${context.region}`;
    const rules = this.known.get(key) ?? this.enabledRules(context);
    this.known.set(key, rules);
    // The next event tries again.
    rules.catch(() => this.known.delete(key));
    return rules;
  }

  private async enabledRules(context: AwsContext): Promise<Rule[]> {
    const { Rules = [] } = await this.callMoto!(context, "events", "ListRules", {});
    return (Rules as Rule[]).filter(({ State }) => State === "ENABLED");
  }

  private async deliverMatching(context: AwsContext, event: object): Promise<void> {
    for (const rule of await this.rules(context))
      if (rule.EventPattern !== undefined && matchesPattern(JSON.parse(rule.EventPattern), event)) await this.deliver(context, rule, event);
  }

  private async deliver(context: AwsContext, rule: Rule, event: object): Promise<void> {
    const { Targets = [] } = await this.callMoto!(context, "events", "ListTargetsByRule", { Rule: rule.Name });
    for (const target of Targets as Target[])
      await this.send(context, target, rule.Arn, event).catch((error: unknown) =>
        note(`Target ${target.Id} of ${rule.Arn}: ${String(error)}`),
      );
  }

  private async send(context: AwsContext, target: Target, ruleArn: string, event: object): Promise<void> {
    const sender = this.senders[serviceOfTarget(target.Arn)];
    if (!sender) return note(`Target ${target.Id}: the sandbox does not deliver events to '${target.Arn}' yet.`);
    await sender(context, { ...target, ruleArn }, inputOf(target, event));
  }

  /** Rejects a call that the policy of a target does not allow. */
  private requireAllowed(policy: unknown, action: string, { Arn, ruleArn }: SentTarget): void {
    if (!allowsService(String(policy ?? ""), { service: "events.amazonaws.com", action, resource: Arn, sourceArn: ruleArn }))
      throw new AwsError("AccessDeniedException", `the policy of ${Arn} does not let events.amazonaws.com call ${action} for ${ruleArn}`);
  }

  private readonly senders: Record<string, (context: AwsContext, target: SentTarget, input: string) => Promise<void>> = {
    lambda: async (context, target, input) => {
      const { Arn } = target;
      const { Policy } = await this.callMoto!(context, "lambda", "GetPolicy", { FunctionName: Arn }).catch(() => ({ Policy: undefined }));
      this.requireAllowed(Policy, "lambda:InvokeFunction", target);
      const configuration = await this.callMoto!(context, "lambda", "GetFunctionConfiguration", { FunctionName: Arn });
      const { ReservedConcurrentExecutions: limit } = await this.callMoto!(context, "lambda", "GetFunctionConcurrency", {
        FunctionName: Arn,
      });
      void this.functions.invokeLater(configuration as unknown as FunctionConfiguration, input, limit as number | null);
    },
    sqs: async (context, target, MessageBody) => {
      const { QueueUrl } = await this.callMoto!(context, "sqs", "GetQueueUrl", { QueueName: target.Arn.split(":").at(-1) });
      const { Attributes } = await this.callMoto!(context, "sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] });
      this.requireAllowed((Attributes as { Policy?: string } | undefined)?.Policy, "sqs:SendMessage", target);
      await this.callService!(context, "sqs", "SendMessage", { QueueUrl, MessageBody });
    },
    sns: async (context, target, Message) => {
      const { Attributes } = await this.callMoto!(context, "sns", "GetTopicAttributes", { TopicArn: target.Arn });
      this.requireAllowed((Attributes as { Policy?: string } | undefined)?.Policy, "sns:Publish", target);
      await this.callService!(context, "sns", "Publish", { TopicArn: target.Arn, Message });
    },
    states: async (context, { Arn }, input) =>
      void (await this.callService!(context, "states", "StartExecution", { stateMachineArn: Arn, input })),
  };
}
