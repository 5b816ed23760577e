// Simulates the queues, executions and results of the engine for environments, with a clock that tests advance.
import { type EngineRequest, type LeadOperation } from "@cloister/components/catalog/engine/names";
import { dispatch, type DispatcherClients, type Message, type Queue } from "@cloister/components/catalog/runtime/dispatcher";
import { accountOf } from "@cloister/components/catalog/runtime/request";
import { type Notification } from "@cloister/components/catalog/runtime/notify";
import { type Wait } from "@cloister/components/catalog/runtime/wait";

type Queued = LeadOperation;

/** Visibility timeout, schedule of the dispatcher and receives before the dead-letter queue, as the engine configures them. */
const VISIBILITY_SECONDS = 180;
const SCHEDULE_SECONDS = 60;
const MOST_RECEIVES = 5;

const spelled: Record<Queued, string> = {
  PROVISION: "PROVISION_PRODUCT",
  UPDATE: "UPDATE_PROVISION_PRODUCT",
  TERMINATE: "TERMINATE_PROVISION_PRODUCT",
};

/** A message of AWS Service Catalog. */
export const messageOf = (number: number | string, operation: Queued = "PROVISION", account = "111122223333"): Record<string, unknown> => ({
  token: `token${number}`,
  operation: spelled[operation],
  provisionedProductId: `pp-${number}`,
  provisionedProductName: `environment-${number}`,
  productId: "prod-1",
  provisioningArtifactId: "pa-1",
  recordId: `rec-${operation}-${number}`,
  launchRoleArn: `arn:aws:iam::${account}:role/hub-environment-launch`,
  identity: { principal: "lead", awsAccountId: account },
  ...(operation !== "TERMINATE" && {
    artifact: { path: "s3://artifacts/versions/1.tar.gz", type: "AWS_S3" },
    parameters: [{ key: "team", value: "fraud" }],
    tags: [],
  }),
});

interface Stored extends Message {
  visibleAt: number;
  receives: number;
}

/** Whether a call fails, by the name of the call. A call that fails `after` has its effect first, as when a function crashes. */
export type Faults = (call: "receive" | "start" | "delete" | "defer" | "notify") => "before" | "after" | undefined;

/** Seconds that a deployment takes. */
export type Duration = (name: string) => number;

/** What the report decides when a build ends. */
export type Ended = (request: EngineRequest) => Promise<"DONE" | "RETRY">;

export class QueuedLaunches {
  now = 0;
  /** Start of each execution, by name. */
  readonly startedAt = new Map<string, number>();
  private readonly endsAt = new Map<string, number>();
  private readonly requests = new Map<string, EngineRequest>();
  readonly notifications: Notification[] = [];
  /** Published waits, and when. */
  readonly waits: (Wait & { at: number })[] = [];
  readonly deadLetters: string[] = [];
  /** Delays of messages that were moved to the end of their queue, in seconds. */
  readonly delays: number[] = [];
  mostRunning = 0;
  /** Runs of the dispatcher that ended with an error. */
  failures = 0;
  private readonly stored: Record<Queued, Stored[]> = { TERMINATE: [], UPDATE: [], PROVISION: [] };
  private receipts = 0;

  constructor(
    private readonly concurrency: number,
    private readonly duration: Duration,
    private readonly faults: Faults = () => undefined,
    private readonly options: {
      /** Age of the list of executions, which AWS updates with a delay. */
      staleSeconds?: number;
      /** Default: the concurrency. */
      accountConcurrency?: number;
      random?: () => number;
      /** Seconds that a call to AWS takes. Default: 0. */
      callSeconds?: number;
    } = {},
  ) {}

  private clock(): Date {
    return new Date(this.now * 1000);
  }

  send(operation: Queued, body: unknown): void {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    this.stored[operation].push({ body: text, receiptHandle: "", sentAt: this.clock(), visibleAt: 0, receives: 0 });
  }

  get waiting(): number {
    return Object.values(this.stored).reduce((sum, list) => sum + list.length, 0);
  }

  get running(): number {
    return this.endsAt.size;
  }

  /** Accounts of the executions that run, and had started at a time. */
  private accountsAt(time: number): string[] {
    return [...this.endsAt.keys()].filter((name) => this.startedAt.get(name)! <= time).map((name) => accountOf(name)!);
  }

  /** Executions that run in an account. */
  runningIn(account: string): number {
    return this.accountsAt(this.now).filter((found) => found === account).length;
  }

  private async called<T>(call: Parameters<Faults>[0], effect: () => T): Promise<T> {
    // Every call gives up the thread, as a call to AWS does.
    await Promise.resolve();
    this.now += this.options.callSeconds ?? 0;
    const fault = this.faults(call);
    if (fault === "before") throw new Error(`ThrottlingException: ${call}`);
    const result = effect();
    if (fault === "after") throw new Error(`the function crashed after ${call}`);
    return result;
  }

  private queue(operation: Queued): Queue {
    const list = this.stored[operation];
    return {
      operation,
      receive: (most) =>
        this.called("receive", () => {
          for (const dead of list.filter(({ receives, visibleAt }) => receives >= MOST_RECEIVES && visibleAt <= this.now)) {
            this.deadLetters.push(dead.body);
            list.splice(list.indexOf(dead), 1);
          }
          const visible = list.filter(({ visibleAt }) => visibleAt <= this.now).slice(0, most);
          for (const message of visible) {
            message.visibleAt = this.now + VISIBILITY_SECONDS;
            message.receives++;
            message.receiptHandle = String(++this.receipts);
          }
          return visible.map(({ body, receiptHandle, sentAt }) => ({ body, receiptHandle, sentAt }));
        }),
      delete: ({ receiptHandle }) =>
        this.called("delete", () => {
          const at = list.findIndex((message) => message.receiptHandle === receiptHandle);
          if (at >= 0) list.splice(at, 1);
        }),
      defer: ({ body, receiptHandle, sentAt }, seconds) =>
        this.called("defer", () => {
          this.delays.push(seconds);
          list.push({ body, receiptHandle: "", sentAt, visibleAt: this.now + seconds, receives: 0 });
          const at = list.findIndex((message) => message.receiptHandle === receiptHandle);
          if (at >= 0) list.splice(at, 1);
        }),
    };
  }

  readonly clients: DispatcherClients = {
    queues: { TERMINATE: this.queue("TERMINATE"), UPDATE: this.queue("UPDATE"), PROVISION: this.queue("PROVISION") },
    executions: {
      running: () => Promise.resolve(this.accountsAt(this.now - (this.options.staleSeconds ?? 0))),
      start: (name, request) =>
        this.called("start", () => {
          if (this.startedAt.has(name)) return false;
          this.startedAt.set(name, this.now);
          this.requests.set(name, request);
          this.endsAt.set(name, this.now + this.duration(name));
          this.mostRunning = Math.max(this.mostRunning, this.running);
          return true;
        }),
    },
    notify: (notification) =>
      this.called("notify", () => {
        this.notifications.push(notification);
      }),
    publish: (wait) => void this.waits.push({ ...wait, at: this.now }),
    now: () => this.clock(),
  };

  /** One run of the dispatcher. */
  async dispatch(): Promise<void> {
    const { accountConcurrency = this.concurrency, random } = this.options;
    await dispatch(this.clients, { concurrency: this.concurrency, accountConcurrency }, random).catch(() => this.failures++);
  }

  private async end(name: string, ended: Ended): Promise<void> {
    const request = this.requests.get(name)!;
    this.endsAt.delete(name);
    this.requests.delete(name);
    if ((await ended(request)) === "DONE") return;
    this.requests.set(name, { ...request, attempt: request.attempt + 1 });
    this.endsAt.set(name, this.now + this.duration(name));
  }

  /** One run of the dispatcher, and the time until the next: the dispatcher runs each minute, and when an execution ends. */
  async step(ended: Ended = () => Promise.resolve("DONE")): Promise<void> {
    await this.dispatch();
    const schedule = (Math.floor(this.now / SCHEDULE_SECONDS) + 1) * SCHEDULE_SECONDS;
    this.now = Math.min(schedule, ...this.endsAt.values());
    for (const [name, end] of [...this.endsAt]) if (end <= this.now) await this.end(name, ended);
  }

  /** Runs until nothing waits or runs. */
  async drain(ended?: Ended, onStep: () => void = () => undefined): Promise<void> {
    while (this.waiting > 0 || this.running > 0) {
      await this.step(ended);
      onStep();
    }
  }
}
