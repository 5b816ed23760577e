// Tests what the functions of the engine send to SQS, Step Functions and AWS Service Catalog, against a server on this machine.
// Does not prove how AWS answers: tests/sandbox and tests/engine run the functions against the sandbox.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ServiceCatalogClient } from "@aws-sdk/client-service-catalog";
import { sqsQueue, stateMachine } from "@cloister/components/catalog/runtime/dispatcher";
import { type Notification, serviceCatalogNotify } from "@cloister/components/catalog/runtime/notify";
import { AwsServer, jsonAnswer, jsonError, operationOf, type ServerAnswer } from "../../helpers/aws-server";

let server: AwsServer;
async function answering(...answers: ServerAnswer[]) {
  let next = 0;
  server = await AwsServer.start(() => answers[next++] ?? jsonAnswer({}));
  return server.config;
}
const sent = () => server.received.map(operationOf);

describe("clients of the engine", () => {
  afterEach(() => server.stop());

  describe("a queue of the engine", () => {
    const QueueUrl = "https://sqs.eu-central-1.amazonaws.com/111122223333/Provision";
    const queueOf = async (...answers: ServerAnswer[]) => sqsQueue(new SQSClient(await answering(...answers)), "PROVISION", QueueUrl);

    const received = { body: "{}", receiptHandle: "handle", sentAt: new Date(500) };
    const messageWith = (Attributes?: Record<string, string>, attributes: Record<string, string> = {}) => ({
      Body: "{}",
      MD5OfBody: createHash("md5").update("{}").digest("hex"),
      ReceiptHandle: "handle",
      ...(Attributes && { Attributes }),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "Number", StringValue }]),
      ),
    });

    it("receives messages, and waits for messages on all servers", async () => {
      const queue = await queueOf(jsonAnswer({ Messages: [messageWith({ SentTimestamp: "1000" })] }), jsonAnswer({}));
      assert.deepEqual(await queue.receive(5), [{ body: "{}", receiptHandle: "handle", sentAt: new Date(1000) }]);
      assert.deepEqual(await queue.receive(3), []);
      const names = { MessageSystemAttributeNames: ["SentTimestamp"], MessageAttributeNames: ["FirstSentAt"] };
      const receive = (MaxNumberOfMessages: number) => ["ReceiveMessage", { QueueUrl, MaxNumberOfMessages, WaitTimeSeconds: 1, ...names }];
      assert.deepEqual(sent(), [receive(5), receive(3)]);
    });
    it("reads when the original of a copy was sent", async () => {
      const copies = ["500", "x", "9000"].map((value) => messageWith({ SentTimestamp: "1000" }, { FirstSentAt: value }));
      const queue = await queueOf(jsonAnswer({ Messages: copies }));
      assert.deepEqual(
        (await queue.receive(5)).map(({ sentAt }) => sentAt.getTime()),
        [500, 1000, 1000],
      );
    });
    it("receives a message without times as sent now", async () => {
      const before = Date.now();
      const queue = await queueOf(jsonAnswer({ Messages: [messageWith()] }));
      const [{ sentAt } = assert.fail("no message")] = await queue.receive(1);
      assert.ok(sentAt.getTime() >= before && sentAt.getTime() <= Date.now());
    });
    it("deletes a message", async () => {
      await (await queueOf()).delete(received);
      assert.deepEqual(sent(), [["DeleteMessage", { QueueUrl, ReceiptHandle: "handle" }]]);
    });
    const MessageAttributes = { FirstSentAt: { DataType: "Number", StringValue: "500" } };
    const send = ["SendMessage", { QueueUrl, MessageBody: "{}", MessageAttributes, DelaySeconds: 45 }];
    it("moves a message to the end: sends a copy, and then deletes the original", async () => {
      const copied = jsonAnswer({ MessageId: "1", MD5OfMessageBody: createHash("md5").update("{}").digest("hex") });
      await (await queueOf(copied)).defer(received, 45);
      assert.deepEqual(sent(), [send, ["DeleteMessage", { QueueUrl, ReceiptHandle: "handle" }]]);
    });
    it("keeps a message whose copy cannot be sent", async () => {
      const queue = await queueOf(jsonError("AccessDenied"));
      await assert.rejects(queue.defer(received, 45), { name: "AccessDenied" });
      assert.deepEqual(sent(), [send]);
    });
  });

  describe("the state machine of the engine", () => {
    const stateMachineArn = "arn:aws:states:eu-central-1:111122223333:stateMachine:hub-engine-flow";
    const machineOf = async (...answers: ServerAnswer[]) => stateMachine(new SFNClient(await answering(...answers)), stateMachineArn);
    const execution = { executionArn: "arn", stateMachineArn, name: "111122223333-pp-1-rec-1", status: "RUNNING", startDate: 0 };

    it("lists the accounts of running executions on all pages", async () => {
      const machine = await machineOf(
        jsonAnswer({ executions: [execution, execution], nextToken: "next" }),
        jsonAnswer({ executions: [execution] }),
      );
      assert.deepEqual(await machine.running(), ["111122223333", "111122223333", "111122223333"]);
      const list = { stateMachineArn, statusFilter: "RUNNING", maxResults: 1000 };
      assert.deepEqual(sent(), [
        ["ListExecutions", list],
        ["ListExecutions", { ...list, nextToken: "next" }],
      ]);
    });
    it("lists nothing on a page without executions", async () => assert.deepEqual(await (await machineOf(jsonAnswer({}))).running(), []));
    it("starts an execution only once", async () => {
      const machine = await machineOf(
        jsonAnswer({ executionArn: "arn", startDate: 0 }),
        jsonError("ExecutionAlreadyExists"),
        jsonError("Other"),
      );
      const start = () => machine.start("pp-1-rec-1", { a: 1 } as never);
      assert.equal(await start(), true);
      assert.equal(await start(), false);
      await assert.rejects(start(), { name: "Other" });
      assert.deepEqual(sent()[0], ["StartExecution", { stateMachineArn, name: "pp-1-rec-1", input: '{"a":1}' }]);
    });
  });

  describe("a report to AWS Service Catalog", () => {
    const base = { token: "token", recordId: "rec-1", provisionedProductId: "pp-1" };
    const common = { WorkflowToken: "token", RecordId: "rec-1", Status: "SUCCEEDED", IdempotencyToken: "rec-1-SUCCEEDED" };
    const failed = { ...common, Status: "FAILED", IdempotencyToken: "rec-1-FAILED" };
    const outputs = { outputs: { url: "https://x" } };
    const Outputs = [{ OutputKey: "url", OutputValue: "https://x" }];
    const ResourceIdentifier = { UniqueTag: { Key: "cloister:provisioned-product", Value: "pp-1" } };
    const cases: [title: string, notification: Notification, operation: string, input: object][] = [
      [
        "has outputs and the tag of the resources after a launch",
        { ...base, operation: "PROVISION", result: { status: "SUCCEEDED", ...outputs } },
        "NotifyProvisionProductEngineWorkflowResult",
        { ...common, Outputs, ResourceIdentifier },
      ],
      [
        "has a reason and no tag if the product is unknown",
        { ...base, provisionedProductId: undefined, operation: "PROVISION", result: { status: "FAILED", reason: "no" } },
        "NotifyProvisionProductEngineWorkflowResult",
        { ...failed, FailureReason: "no", Outputs: [] },
      ],
      [
        "has outputs after an update",
        { ...base, operation: "UPDATE", result: { status: "SUCCEEDED", ...outputs } },
        "NotifyUpdateProvisionedProductEngineWorkflowResult",
        { ...common, Outputs },
      ],
      [
        "has no outputs after a termination",
        { ...base, operation: "TERMINATE", result: { status: "SUCCEEDED" } },
        "NotifyTerminateProvisionedProductEngineWorkflowResult",
        common,
      ],
    ];
    for (const [title, notification, operation, input] of cases)
      it(title, async () => {
        await serviceCatalogNotify(new ServiceCatalogClient(await answering()))(notification);
        assert.deepEqual(sent(), [[operation, input]]);
      });
  });
});
