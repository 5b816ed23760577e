// Delivers the messages of queues to the functions of their event source mappings, as Lambda does.
import { type AwsContext } from "./aws-context";
import { type FunctionConfiguration, type Functions } from "./functions";
import { note } from "./note";
import { type CallMoto } from "./service";

interface Mapping {
  EventSourceArn: string;
  FunctionArn: string;
  State: string;
  BatchSize?: number;
  FunctionResponseTypes?: string[];
}

interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
}

/** Milliseconds after the end of a visibility timeout until the next delivery. */
const margin = 200;

export class EventSources {
  private readonly running = new Map<string, Promise<void>>();
  /** Calls moto in an account and region. Set when the gateway is ready. */
  callMoto?: (context: AwsContext, service: string, operation: string, input: object) => ReturnType<CallMoto>;

  constructor(private readonly functions: Functions) {}

  /** Delivers the messages of all queues in an account that have a mapping. Does not wait for the deliveries. */
  wake(context: AwsContext): void {
    this.callMoto?.(context, "lambda", "ListEventSourceMappings", {})
      .then(({ EventSourceMappings = [] }) => {
        for (const mapping of EventSourceMappings as Mapping[])
          if (mapping.State === "Enabled" && mapping.EventSourceArn.includes(":sqs:")) this.start(context, mapping);
      })
      .catch((error: unknown) => note(`Messages in account ${context.account} were not delivered: ${String(error)}`));
  }

  /** One delivery per queue and function at a time. A message that arrives during a delivery is part of it. */
  private start(context: AwsContext, mapping: Mapping): void {
    const key = `${mapping.EventSourceArn} ${mapping.FunctionArn}`;
    const before = this.running.get(key) ?? Promise.resolve();
    const task = before.then(() => this.deliverAll(context, mapping)).catch((error: unknown) => note(`${key}: ${String(error)}`));
    this.running.set(key, task);
    void task.then(() => this.running.get(key) === task && this.running.delete(key));
  }

  private async deliverAll(context: AwsContext, mapping: Mapping): Promise<void> {
    const moto: CallMoto = (service, operation, input) => this.callMoto!(context, service, operation, input);
    const { QueueUrl } = await moto("sqs", "GetQueueUrl", { QueueName: mapping.EventSourceArn.split(":").at(-1) });
    for (;;) {
      const { Messages = [] } = await moto("sqs", "ReceiveMessage", {
        QueueUrl,
        MaxNumberOfMessages: Math.min(mapping.BatchSize ?? 10, 10),
        AttributeNames: ["All"],
        WaitTimeSeconds: 0,
      });
      const messages = Messages as Message[];
      if (messages.length === 0) return;
      const done = await this.deliver(moto, context, mapping, messages);
      for (const { ReceiptHandle } of done) await moto("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
      if (done.length < messages.length) await this.repeatLater(moto, context, QueueUrl);
    }
  }

  /** Invokes the function with a batch. Returns the messages that it processed. */
  private async deliver(moto: CallMoto, { region }: AwsContext, mapping: Mapping, messages: Message[]): Promise<Message[]> {
    const configuration = await moto("lambda", "GetFunctionConfiguration", { FunctionName: mapping.FunctionArn });
    const Records = messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes = {} }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: mapping.EventSourceArn,
      awsRegion: region,
    }));
    const { error, payload, log } = await this.functions.invoke(
      configuration as unknown as FunctionConfiguration,
      JSON.stringify({ Records }),
    );
    if (error !== undefined) note(`${mapping.FunctionArn} failed: ${payload} ${log}`);
    if (error !== undefined) return [];
    if (!mapping.FunctionResponseTypes?.includes("ReportBatchItemFailures")) return messages;
    const { batchItemFailures = [] } = (JSON.parse(payload) ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] };
    return messages.filter(({ MessageId }) => !batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === MessageId));
  }

  /** Messages that a function did not process are visible again after the visibility timeout of the queue. */
  private async repeatLater(moto: CallMoto, context: AwsContext, QueueUrl: unknown): Promise<void> {
    const { Attributes } = await moto("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["VisibilityTimeout"] });
    const seconds = Number((Attributes as { VisibilityTimeout?: string } | undefined)?.VisibilityTimeout ?? 30);
    setTimeout(() => this.wake(context), seconds * 1000 + margin).unref();
  }
}
