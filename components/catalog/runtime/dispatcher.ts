// Starts an execution for each message of AWS Service Catalog, as long as fewer executions run than the concurrency allows.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ExecutionAlreadyExists, paginateListExecutions, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { type EngineRequest, type LeadOperation, previewPrefix, variables } from "../engine/names";
import { readMessage } from "./message";
import { type Notify, serviceCatalogNotify } from "./notify";
import { executionName } from "./request";
import { variable } from "./variables";

export interface Message {
  body: string;
  receiptHandle: string;
}

export interface Queue {
  operation: LeadOperation;
  /** At most `most` messages, which stay invisible to later calls until the visibility timeout. */
  receive(most: number): Promise<Message[]>;
  delete(message: Message): Promise<void>;
}

export interface Executions {
  /** Executions that run, without previews. */
  running(): Promise<number>;
  /** False if an execution with this name exists, running or ended. */
  start(name: string, input: EngineRequest): Promise<boolean>;
}

export interface DispatcherClients {
  /** In the order in which they are served. */
  queues: readonly Queue[];
  executions: Executions;
  notify: Notify;
}

/** Source: AWS API `ReceiveMessage`. */
const mostMessages = 10;

/**
 * Handles one message. Returns whether an execution started.
 * The message is deleted last, so a crash repeats the message, and a repeated message starts no second execution.
 */
async function handle(message: Message, queue: Queue, { executions, notify }: DispatcherClients): Promise<boolean> {
  const read = readMessage(message.body, queue.operation);
  if ("request" in read) {
    const started = await executions.start(executionName(read.request), read.request);
    await queue.delete(message);
    return started;
  }
  const { reason, token, recordId } = read.rejected;
  console.error(JSON.stringify({ rejected: reason, recordId }));
  // The result of other messages cannot be reported. They move to the dead-letter queue, which has an alarm.
  if (token === undefined || recordId === undefined) return false;
  await notify({ operation: queue.operation, token, recordId, result: { status: "FAILED", reason } });
  await queue.delete(message);
  return false;
}

/**
 * Starts executions until `concurrency` executions run or all queues are empty. Terminations first: they release quotas.
 * A message with an error counts as an execution, because its execution can have started. It is received again later.
 * Errors: `AggregateError` after all queues were served.
 */
export async function dispatch(clients: DispatcherClients, concurrency: number): Promise<{ started: number }> {
  let free = concurrency - (await clients.executions.running());
  let started = 0;
  const errors: unknown[] = [];
  for (const queue of clients.queues)
    while (free > 0) {
      const messages = await queue.receive(Math.min(free, mostMessages)).catch((error: unknown) => void errors.push(error));
      if (!messages || messages.length === 0) break;
      for (const message of messages)
        try {
          if (!(await handle(message, queue, clients))) continue;
          free--;
          started++;
        } catch (error) {
          free--;
          errors.push(error);
        }
    }
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => (error as Error).message).join("; "));
  return { started };
}

export function sqsQueue(client: SQSClient, operation: Queue["operation"], QueueUrl: string): Queue {
  return {
    operation,
    async receive(MaxNumberOfMessages) {
      // Without a wait, SQS queries only some of its servers and misses messages.
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, WaitTimeSeconds: 1 }));
      return Messages.map(({ Body, ReceiptHandle }) => ({ body: Body!, receiptHandle: ReceiptHandle! }));
    },
    async delete({ receiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
    },
  };
}

export function stateMachine(client: SFNClient, stateMachineArn: string): Executions {
  return {
    async running() {
      let count = 0;
      const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: "RUNNING", maxResults: 1000 });
      for await (const { executions = [] } of pages) count += executions.filter(({ name }) => !name!.startsWith(previewPrefix)).length;
      return count;
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
  const { stateMachineArn, concurrency, provisionQueueUrl, updateQueueUrl, terminateQueueUrl } = variables.dispatcher;
  const sqs = new SQSClient(repeated);
  const clients: DispatcherClients = {
    queues: [
      sqsQueue(sqs, "TERMINATE", variable(terminateQueueUrl)),
      sqsQueue(sqs, "UPDATE", variable(updateQueueUrl)),
      sqsQueue(sqs, "PROVISION", variable(provisionQueueUrl)),
    ],
    executions: stateMachine(new SFNClient(repeated), variable(stateMachineArn)),
    notify: serviceCatalogNotify(),
  };
  return dispatch(clients, Number(variable(concurrency)));
}
