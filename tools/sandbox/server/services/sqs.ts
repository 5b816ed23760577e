import { type EventSources } from "../event-sources";
import { type Patch, patchedService } from "../service";

/** Milliseconds between two reads of a queue while a client waits for messages. */
const pause = 100;

/** moto answers one request at a time, so the gateway waits for messages. */
const receive: Patch = async (call) => {
  const { WaitTimeSeconds, ...input } = call.input;
  const end = Date.now() + Number(WaitTimeSeconds ?? 0) * 1000;
  for (;;) {
    const answer = await call.forward({ ...input, WaitTimeSeconds: 0 });
    if (answer.status >= 300 || answer.body.includes('"Messages"') || answer.body.includes("<Message>") || Date.now() >= end) return answer;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

/** Queues, whose messages the sandbox delivers to functions. */
export const sqs = (eventSources: EventSources) => {
  const send: Patch = async (call) => {
    const answer = await call.forward();
    if (answer.status < 300) eventSources.wake(call.caller);
    return answer;
  };
  return patchedService({
    scope: "sqs",
    model: "sqs",
    leftovers: [{ type: "Queue", operation: "ListQueues", list: "QueueUrls" }],
    patches: { ReceiveMessage: receive, SendMessage: send, SendMessageBatch: send },
  });
};
