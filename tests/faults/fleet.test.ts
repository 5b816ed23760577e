import * as assert from "node:assert/strict";
import { type QueueName } from "@cloister/components/catalog/engine/names";
import { fires } from "../helpers/alarm";
import { perform, until } from "../helpers/engine";
import { Launches, small } from "../helpers/launches";
import { type Item, type RecordView, resultOf, SelfService, succeeded } from "../helpers/self-service";

// Messages that the engine cannot handle, fleet updates that fail, and the destroy of a core stack with launched environments.
// The engine of the core stack runs in the sandbox, with the real Pulumi engine, provider and policy pack.
// Cheaper tests of the same claims: unit/components/catalog-dispatcher.test.ts, unit/cli/fleet.test.ts,
// unit/cli/require-terminated.test.ts.
// Not proven, because it needs AWS: the format of the messages, metrics of queues, IAM decisions, and timing. The queues of the test
// hide a received message for a second instead of minutes.

const minute = 60_000;
const owner = "ana.horvat@bank.example";
const teams = ["alfa", "bravo"];

interface Message {
  Body: string;
  ReceiptHandle: string;
}
interface Alarm {
  Statistic: string;
  ComparisonOperator: string;
  Threshold: number;
  TreatMissingData: string;
  EvaluationPeriods: number;
  MetricName: string;
  AlarmActions: string[];
  Dimensions: { Name: string; Value: string }[];
}

describe("faults of the engine", function () {
  this.timeout(20 * minute);
  let service: SelfService;
  let launches: Launches;
  let first = "";
  /** The caller of the commands, as a principal of the portfolio. `cloister fleet update` requires it. */
  let principal: { PortfolioId: string; PrincipalARN: string };

  before(async () => {
    // A message with an error counts as an execution in one run of the dispatcher.
    service = await SelfService.open("fleet-faults", { concurrency: teams.length + 1 });
    launches = new Launches(service, owner);
    await allowCaller();
    first = await publish(60);
  });
  afterEach(() => service.stage.control.clearFaults());
  after(() => service.close());

  async function allowCaller(): Promise<void> {
    const RoleName = "OrganizationAccountAccessRole";
    const { PortfolioDetails } = await service.call<{ PortfolioDetails: { Id: string }[] }>("servicecatalog", "ListPortfoliosForProduct", {
      ProductId: service.product,
    });
    principal = { PortfolioId: PortfolioDetails[0]!.Id, PrincipalARN: `arn:aws:iam::${service.stage.world.hubAccount}:role/${RoleName}` };
    await service.call("servicecatalog", "AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "IAM" });
  }

  /** Publishes a version with this idle time. Returns its name. */
  async function publish(idleMinutes: number, policies?: Item): Promise<string> {
    await service.publish(small(idleMinutes), policies);
    return (await service.newestVersion()).Name;
  }
  const sqs = <T = Item>(operation: string, input: object) => service.call<T>("sqs", operation, input);
  async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
    return (await sqs<{ Attributes: Record<string, string> }>("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).Attributes;
  }
  async function deadLettersOf(queue: QueueName): Promise<{ name: string; url: string }> {
    const { RedrivePolicy } = await attributesOf(await launches.queueUrl(queue));
    const name = (JSON.parse(RedrivePolicy!) as { deadLetterTargetArn: string }).deadLetterTargetArn.split(":").at(-1)!;
    return { name, url: (await sqs<{ QueueUrl: string }>("GetQueueUrl", { QueueName: name })).QueueUrl };
  }
  const countIn = async (url: string) => Number((await attributesOf(url)).ApproximateNumberOfMessages);
  async function dispatchUntil(isDone: () => Promise<boolean>, what: string): Promise<void> {
    await until(
      async () => {
        await service.dispatch();
        return isDone();
      },
      what,
      10 * minute,
    );
  }
  /** The result of the alarm on a dead-letter queue. */
  async function alarmFires({ name, url }: { name: string; url: string }): Promise<boolean> {
    const { MetricAlarms } = await service.call<{ MetricAlarms: Alarm[] }>("cloudwatch", "DescribeAlarms");
    const found = MetricAlarms.filter(({ Dimensions }) => Dimensions.some(({ Value }) => Value === name));
    assert.deepEqual(
      found.map(({ MetricName }) => MetricName),
      ["ApproximateNumberOfMessagesVisible"],
    );
    const { Statistic, ComparisonOperator, Threshold, TreatMissingData, EvaluationPeriods, AlarmActions } = found[0]!;
    assert.equal(AlarmActions.length, 1, "the alarm has a topic");
    const inputs = {
      statistic: Statistic,
      comparisonOperator: ComparisonOperator,
      threshold: Threshold,
      treatMissingData: TreatMissingData,
      evaluationPeriods: EvaluationPeriods,
    };
    return fires(inputs, [await countIn(url)]);
  }

  it("messages that cannot be read or rejected move to the dead-letter queue, which has an alarm, and other launches succeed", async () => {
    const QueueUrl = await launches.queueUrl("provision");
    const dead = await deadLettersOf("provision");
    assert.equal(await alarmFires(dead), false);
    await sqs("SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "1" } });
    const unreadable = "no JSON";
    // AWS Service Catalog rejects each report with this token.
    const rejected = JSON.stringify({ operation: "PROVISION_PRODUCT", token: "unknown", recordId: "rec-0a1b2c3d4e5f6" });
    for (const MessageBody of [unreadable, rejected]) await sqs("SendMessage", { QueueUrl, MessageBody });
    const views: RecordView[] = [];
    for (const team of teams) views.push(await service.provision(team, { team, owner }));
    for (const [i, team] of teams.entries()) launches.products.set(team, views[i]!.RecordDetail.ProvisionedProductId);
    await dispatchUntil(async () => (await countIn(dead.url)) === 2, "both messages are in the dead-letter queue");
    assert.equal(await alarmFires(dead), true);
    const ended = await Promise.all(views.map((view) => service.ended(view)));
    assert.deepEqual(ended.map(resultOf), [succeeded, succeeded]);
    assert.equal((await launches.builds()).length, teams.length);
    const { Messages } = await sqs<{ Messages: Message[] }>("ReceiveMessage", { QueueUrl: dead.url, MaxNumberOfMessages: 10 });
    assert.deepEqual(Messages.map(({ Body }) => Body).sort(), [unreadable, rejected].sort());
    for (const { ReceiptHandle } of Messages) await sqs("DeleteMessage", { QueueUrl: dead.url, ReceiptHandle });
  });

  it("a request whose execution cannot start is kept for the platform team, which reports its failure to the lead", async () => {
    const dead = await deadLettersOf("provision");
    const view = await service.provision("stuck", { team: "stuck", owner });
    launches.products.set("stuck", view.RecordDetail.ProvisionedProductId);
    await launches.withFaults([{ kind: "deny", service: "states", operation: "StartExecution" }], () =>
      dispatchUntil(async () => (await countIn(dead.url)) === 1, "the message is in the dead-letter queue"),
    );
    assert.equal(await alarmFires(dead), true);
    const found = await service.lead<RecordView>("DescribeRecord", { Id: view.RecordDetail.RecordId });
    assert.match(found.RecordDetail.Status, /^(CREATED|IN_PROGRESS)$/);
    // The steps in docs/how-to/update-environments.md.
    const { Messages } = await sqs<{ Messages: Message[] }>("ReceiveMessage", { QueueUrl: dead.url, VisibilityTimeout: 300 });
    const { token, recordId } = JSON.parse(Messages[0]!.Body) as { token: string; recordId: string };
    const FailureReason = "The engine could not start the request.";
    await service.call("servicecatalog", "NotifyProvisionProductEngineWorkflowResult", {
      Status: "FAILED",
      FailureReason,
      WorkflowToken: token,
      RecordId: recordId,
      IdempotencyToken: `${recordId}-FAILED`,
    });
    await sqs("DeleteMessage", { QueueUrl: dead.url, ReceiptHandle: Messages[0]!.ReceiptHandle });
    assert.ok((await launches.failure(view)).includes(FailureReason));
    await launches.terminated("stuck");
    assert.equal(await alarmFires(dead), false);
  });

  /** Runs a command in the world. Returns its output. */
  const cloister = (command: string, code = 0): Promise<string> =>
    perform("npx", ["cloister", ...command.split(" "), "--world", service.stage.world.name], { code });
  /** Version, result of the last operation, and `yes` for the newest version, in the rows of `cloister fleet`. */
  async function fleet(): Promise<string[]> {
    const rows = (await cloister(`fleet --core ${service.hub.stack}`))
      .split("\n")
      .map((line) => line.split("│").map((cell) => cell.trim()));
    return teams.map((team) => {
      const [, , , , version = "", result = "", , isNewest = ""] = rows.find(([, , name]) => name === team) ?? [];
      return [version, result.split(":")[0], isNewest].join(", ");
    });
  }
  const updatesSince = async (since: string) =>
    (await service.stage.control.journal({ since, service: "servicecatalog", operation: "UpdateProvisionedProduct" })).length;

  it("a fleet update to a version that violates a guardrail updates no environment", async () => {
    const since = new Date().toISOString();
    const version = await publish(75, { "kms-key-rotation": { maxRotationDays: 90 } });
    const output = await cloister(`fleet update --to ${version} --canary 1 --yes --core ${service.hub.stack}`, 1);
    assert.match(output, /These previews failed\. No environment was updated\./);
    assert.match(output, /kms-key-rotation/);
    const unchanged = `${first}, provision succeeded, no`;
    assert.deepEqual(await fleet(), [unchanged, unchanged]);
    assert.equal(await updatesSince(since), 0);
  });

  /** Resources that exist, without those that belong to the account and not to the core stack. */
  const existing = async () => (await service.stage.control.leftovers()).map((found) => `${found.service} ${found.type} ${found.id}`);

  it("a core stack with launched environments is not destroyed", async () => {
    const before = await existing();
    const output = await cloister(`destroy ${service.hub.stack}`, 1);
    assert.match(output, /Cannot destroy cloister-core\/bank-hub\. No resources were deleted\. 2 provisioned products exist/);
    for (const team of teams) assert.ok(output.includes(launches.products.get(team)!), output);
    assert.deepEqual(await existing(), before);
  });
});
