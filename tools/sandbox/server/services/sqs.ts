import { patchedService } from "../service";

export const sqs = patchedService({
  scope: "sqs",
  model: "sqs",
  leftovers: [{ type: "Queue", operation: "ListQueues", list: "QueueUrls" }],
});
