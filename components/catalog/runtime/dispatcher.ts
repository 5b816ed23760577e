// Starts an execution for each message of AWS Service Catalog, as long as the limits for executions allow.
import {
  DeleteMessageCommand,
  type Message as SqsMessage,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ExecutionAlreadyExists, paginateListExecutions, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type EngineRequest, type LeadOperation, longestDelay, variables } from "../engine/names";
import { readMessage, type Rejected } from "./message";
import { type Notify, serviceCatalogNotify } from "./notify";
import { accountOf, executionName } from "./request";
import { type Wait, waitEvent } from "./wait";
import { variable } from "../../functions/runtime/variables";

export interface Message {
  body: string;
  receiptHandle: string;
  /** Time at which AWS Service Catalog sent the message. A copy has the time of the original. */
  sentAt: Date;
}

export interface Queue {
  operation: LeadOperation;
  /** At most `most` messages, which stay invisible to later calls until the visibility timeout. */
  receive(most: number): Promise<Message[]>;
  delete(message: Message): Promise<void>;
  /** Moves a message to the end of the queue, where it is invisible for some time. The copy was never received. */
  defer(message: Message, seconds: number): Promise<void>;
}

export interface Executions {
  /** Account of each execution that runs, without operations of the fleet. */
  running(): Promise<string[]>;
  /** False if an execution with this name exists, running or ended. */
  start(name: string, input: EngineRequest): Promise<boolean>;
}

export interface DispatcherClients {
  queues: Record<LeadOperation, Queue>;
  executions: Executions;
  notify: Notify;
  /** Logs the longest wait of a run in which requests wait for their account. A wait of more than an hour triggers an alarm. */
  publish(wait: Wait): void;
  now(): Date;
}

/** Most executions that run at the same time. */
export interface Limits {
  concurrency: number;
  /** In one account. */
  accountConcurrency: number;
}

/** Source: AWS API `ReceiveMessage`. */
const mostMessages = 10;
/**
 * A run leaves a queue after this time with receives that start no execution, in milliseconds. With three queues, a run ends before
 * the timeout of the function, which is 60 seconds. The messages are rejected or repeated, or their accounts have no free execution.
 */
const longestWithoutStart = 15_000;

/** The delay increases with each message of an account in a run, so that the next runs receive messages of other accounts. */
const delayOf = (deferred: number) => Math.min(longestDelay, 45 + 15 * deferred);

/** The executions that can still start. */
class Slots {
  private readonly used = new Map<string, number>();
  private total = 0;
  constructor(
    private readonly limits: Limits,
    accounts: readonly string[],
  ) {
    for (const account of accounts) this.take(account);
  }
  get free(): number {
    return this.limits.concurrency - this.total;
  }
  allows(account: string): boolean {
    return (this.used.get(account) ?? 0) < this.limits.accountConcurrency;
  }
  take(account: string): void {
    this.total++;
    this.used.set(account, (this.used.get(account) ?? 0) + 1);
  }
}

/** Adds to the sum of a key. Returns the sum before. */
function add<Key>(sums: Map<Key, number>, key: Key, amount: number): number {
  const before = sums.get(key) ?? 0;
  sums.set(key, before + amount);
  return before;
}

/** One run of the dispatcher. */
class Run {
  started = 0;
  readonly errors: unknown[] = [];
  longestWait: Wait | undefined;
  /** Messages that were moved to the end of a queue, by operation and account. */
  private readonly deferred = new Map<string, number>();
  /** Milliseconds of receives that started no execution. */
  private readonly withoutStart = new Map<Queue, number>();
  constructor(
    private readonly clients: DispatcherClients,
    private readonly slots: Slots,
  ) {}

  /** Serves queues round-robin, until no execution can start or all queues are empty. */
  async serve(...queues: readonly Queue[]): Promise<void> {
    const waiting = [...queues];
    while (this.slots.free > 0) {
      const queue = waiting.shift();
      if (!queue) return;
      const { started } = this;
      const from = this.clients.now().getTime();
      const most = waiting.length > 0 ? 1 : Math.min(this.slots.free, mostMessages);
      const messages = await queue.receive(most).catch((error: unknown) => void this.errors.push(error));
      if (!messages || messages.length === 0) continue;
      for (const message of messages) await this.handle(message, queue);
      if (this.started === started) add(this.withoutStart, queue, this.clients.now().getTime() - from);
      if ((this.withoutStart.get(queue) ?? 0) < longestWithoutStart) waiting.push(queue);
    }
  }

  /** A message with an error counts as an execution, because its execution can have started. It is received again later. */
  private async handle(message: Message, queue: Queue): Promise<void> {
    const read = readMessage(message.body, queue.operation);
    const account = "request" in read ? read.request.accountId : "";
    try {
      const started = "request" in read ? await this.start(read.request, message, queue) : await this.reject(read.rejected, message, queue);
      if (!started) return;
      this.started++;
    } catch (error) {
      this.errors.push(error);
    }
    this.slots.take(account);
  }

  /** The message is deleted last, so a crash repeats the message, and a repeated message starts no second execution. */
  private async start(request: EngineRequest, message: Message, queue: Queue): Promise<boolean> {
    if (!this.slots.allows(request.accountId)) {
      const deferred = add(this.deferred, `${queue.operation} ${request.accountId}`, 1);
      this.noteWait(request, message, queue);
      await queue.defer(message, delayOf(deferred));
      return false;
    }
    const started = await this.clients.executions.start(executionName(request), request);
    await queue.delete(message);
    return started;
  }

  private noteWait({ recordId, accountId }: EngineRequest, { sentAt }: Message, { operation }: Queue): void {
    const seconds = Math.max(0, Math.round((this.clients.now().getTime() - sentAt.getTime()) / 1000));
    if (seconds >= (this.longestWait?.seconds ?? 0)) this.longestWait = { seconds, operation, recordId, accountId };
  }

  private async reject({ reason, token, recordId }: Rejected, message: Message, queue: Queue): Promise<false> {
    console.error(JSON.stringify({ rejected: reason, recordId }));
    // The result of other messages cannot be reported. They move to the dead-letter queue, which has an alarm.
    if (token === undefined || recordId === undefined) return false;
    await this.clients.notify({ operation: queue.operation, token, recordId, result: { status: "FAILED", reason } });
    await queue.delete(message);
    return false;
  }
}

/**
 * Starts executions until `concurrency` executions run, or each queue is empty or has only messages of accounts at their limit.
 * Terminations first: they release quotas. Updates and launches take turns, so that neither waits for the end of the others.
 * Errors: `AggregateError` after all queues were served.
 */
export async function dispatch(
  clients: DispatcherClients,
  limits: Limits,
  random: () => number = Math.random,
): Promise<{ started: number }> {
  const { TERMINATE, UPDATE, PROVISION } = clients.queues;
  const run = new Run(clients, new Slots(limits, await clients.executions.running()));
  try {
    await run.serve(TERMINATE);
    // Most runs start one execution, so the first turn is random.
    await (random() < 0.5 ? run.serve(UPDATE, PROVISION) : run.serve(PROVISION, UPDATE));
  } finally {
    // An error must not hide that requests wait.
    if (run.longestWait) clients.publish(run.longestWait);
  }
  const { errors, started } = run;
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => (error as Error).message).join("; "));
  return { started };
}

/** Message attribute of a copy: the time at which AWS Service Catalog sent the original, in milliseconds since 1970. */
const firstSentAt = "FirstSentAt";

/** The earliest of the known times. SQS has the time of each message, and so also of each copy. */
function sentAtOf({ Attributes, MessageAttributes }: SqsMessage, now: Date): Date {
  const times = [MessageAttributes?.[firstSentAt]?.StringValue, Attributes?.SentTimestamp].map(Number).filter((time) => time > 0);
  return new Date(Math.min(...times, now.getTime()));
}

export function sqsQueue(client: SQSClient, operation: Queue["operation"], QueueUrl: string): Queue {
  return {
    operation,
    async receive(MaxNumberOfMessages) {
      // Without a wait, SQS queries only some of its servers and misses messages.
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ["SentTimestamp"],
          MessageAttributeNames: [firstSentAt],
        }),
      );
      const now = new Date();
      return Messages.map((message) => ({
        body: message.Body!,
        receiptHandle: message.ReceiptHandle!,
        sentAt: sentAtOf(message, now),
      }));
    },
    async delete({ receiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    },
    async defer({ body: MessageBody, receiptHandle: ReceiptHandle, sentAt }, DelaySeconds) {
      const MessageAttributes = { [firstSentAt]: { DataType: "Number", StringValue: String(sentAt.getTime()) } };
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, DelaySeconds }));
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}

export function stateMachine(client: SFNClient, stateMachineArn: string): Executions {
  return {
    async running() {
      const accounts: string[] = [];
      const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: "RUNNING", maxResults: 1000 });
      for await (const { executions = [] } of pages) accounts.push(...executions.flatMap(({ name }) => accountOf(name!) ?? []));
      return accounts;
    },
    async start(name, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return true;
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return false;
        throw error;
      }
    },
  };
}

/** Throttled calls are repeated, because each receive of a message counts towards the dead-letter queue. */
const repeated = { maxAttempts: 8 };

export function handler(): Promise<{ started: number }> {
  const { stateMachineArn, concurrency, accountConcurrency, provisionQueueUrl, updateQueueUrl, terminateQueueUrl } = variables.dispatcher;
  const sqs = new SQSClient(repeated);
  const clients: DispatcherClients = {
    queues: {
      TERMINATE: sqsQueue(sqs, "TERMINATE", variable(terminateQueueUrl)),
      UPDATE: sqsQueue(sqs, "UPDATE", variable(updateQueueUrl)),
      PROVISION: sqsQueue(sqs, "PROVISION", variable(provisionQueueUrl)),
    },
    executions: stateMachine(new SFNClient(repeated), variable(stateMachineArn)),
    notify: serviceCatalogNotify(),
    // `console.log` would write a time and an ID before the JSON.
    publish: (wait) => void process.stdout.write(`${waitEvent(wait, new Date())}\n`),
    now: () => new Date(),
  };
  const limits = { concurrency: Number(variable(concurrency)), accountConcurrency: Number(variable(accountConcurrency)) };
  return dispatch(clients, limits);
}
