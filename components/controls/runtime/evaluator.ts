// Compares the resources of events with the allow-lists of environments, corrects noncompliant resources, and reports findings.
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { s3Client, s3Objects } from "../../functions/runtime/objects";
import { variable } from "../../functions/runtime/variables";
import { compare, type Environment, isCorrected, NotYet } from "../compare";
import { type Described } from "../facts";
import { resourceTypes } from "../kinds";
import { type Mode, variables } from "../names";
import { correct } from "./correct";
import { describe } from "./describe";
import { readEnvironments } from "./environments";
import { readEvent, type ResourceEvent } from "./event";
import { asffOf, type Finding, subjectOf, textOf } from "./finding";
import { findingId, type History, historyIn } from "./history";
import { type Findings, securityHubFindings } from "./security-hub";

export interface Context {
  partition: string;
  accountId: string;
  region: string;
}

export interface EvaluatorParts {
  context: Context;
  mode: Mode;
  dedicated: boolean;
  sagemaker: SageMakerClient;
  history: History;
  notify: (subject: string, text: string) => Promise<void>;
  /** Absent: findings are not imported to AWS Security Hub. */
  securityHub?: Findings;
  now: () => Date;
  log: (entry: object) => void;
}

/** A message of the queue. */
export interface Message {
  body: string;
  /** How often the message was received. */
  receives: number;
}

/** An endpoint that was created shortly after its model was deleted was requested before. */
const slackMilliseconds = 5 * 60_000;

/** Models that the evaluator deleted, among those that a resource uses and that no longer exist. */
async function removedModels({ history }: EvaluatorParts, { missing = [], createdAt }: Described): Promise<Set<string>> {
  const removed = new Set<string>();
  for (const name of missing) {
    const at = await history.removedModel(name);
    if (at && Date.parse(createdAt) <= at.getTime() + slackMilliseconds) removed.add(name);
  }
  return removed;
}

/** Reports a new finding, and updates one that lacked its actor or its correction. */
async function report(parts: EvaluatorParts, found: Finding): Promise<void> {
  const before = await parts.history.read(found);
  const isSettled = before && before.outcome !== "waiting" && before.outcome !== "observed";
  const actor = before?.actor ?? found.actor;
  const finding: Finding = { ...found, ...(before && { time: before.time, event: before.event }), ...(actor && { actor }) };
  if (isSettled || (before?.outcome === "observed" && found.outcome === "ended")) finding.outcome = before.outcome;
  if (before && before.actor === finding.actor && before.outcome === finding.outcome) return;
  parts.log({ finding });
  if (!before) await parts.notify(subjectOf(finding), textOf(finding));
  await parts.securityHub?.(asffOf(finding, parts.context, parts.now()));
  // Last, so that a crash repeats a report, and never loses one.
  await parts.history.write(finding);
}

function findingOf(parts: EvaluatorParts, event: ResourceEvent, resource: Described, comparison: ReturnType<typeof compare>): Finding {
  const { violations, environment } = comparison;
  return {
    id: findingId(
      resource,
      violations.map(({ control }) => control),
    ),
    time: event.time,
    mode: parts.mode,
    ...(environment !== undefined && { environment }),
    kind: resourceTypes[resource.type].kind,
    type: resource.type,
    resource: resource.arn,
    name: resource.name,
    ...(event.actor !== undefined && { actor: event.actor }),
    event: event.what,
    violations,
    outcome: "observed",
  };
}

async function correctAndReport(parts: EvaluatorParts, resource: Described, finding: Finding): Promise<void> {
  const controls = finding.violations.map(({ control }) => control);
  if (resource.type === "Model") await parts.history.rememberModel(resource.name, parts.now());
  try {
    const outcome = await correct(parts.sagemaker, resource, controls);
    await report(parts, { ...finding, outcome });
  } catch (error) {
    // The alert topic receives the finding even if AWS rejects the correction.
    await report(parts, { ...finding, outcome: "waiting" });
    throw error;
  }
}

/**
 * Evaluates one event. Repeated and late events are harmless: the resource is described, and only its current state counts.
 * Errors: `NotYet` if the event must be evaluated again later. Every other error also keeps the message.
 */
export async function evaluate(parts: EvaluatorParts, environments: readonly Environment[], { body, receives }: Message): Promise<void> {
  const event = readEvent(body, parts.context);
  if ("ignored" in event) return parts.log(event);
  const resource = await describe(parts.sagemaker, event.type, event.id);
  const about = { type: event.type, id: event.id, event: event.what };
  if (!resource) {
    if (receives <= 1) throw new NotYet(`${event.type} ${Object.values(event.id).join("/")} does not exist yet, or no longer`);
    return parts.log({ gone: about });
  }
  const removed = await removedModels(parts, resource);
  const { context, dedicated } = parts;
  const comparison = compare(resource, environments, {
    context,
    dedicated,
    callerRoleArn: event.callerRoleArn,
    isRemoved: (model) => removed.has(model),
  });
  if (comparison.violations.length === 0) return parts.log({ compliant: { ...about, environment: comparison.environment } });
  const finding = findingOf(parts, event, resource, comparison);
  if (parts.mode === "correct" && isCorrected(finding.violations)) await correctAndReport(parts, resource, finding);
  else await report(parts, finding);
}

/** A batch of messages, as Lambda passes it. */
export interface QueueEvent {
  Records: { messageId: string; body: string; attributes?: { ApproximateReceiveCount?: string } }[];
}

/** Messages that failed are received again, and at last move to the dead-letter queue. */
export async function evaluateAll(
  parts: EvaluatorParts,
  environments: () => Promise<Environment[]>,
  { Records }: QueueEvent,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const known = await environments();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of Records)
    try {
      await evaluate(parts, known, { body, receives: Number(attributes?.ApproximateReceiveCount ?? 1) });
    } catch (error) {
      const { name, message } = error as Error;
      parts.log({ [error instanceof NotYet ? "waiting" : "error"]: { messageId, name, message: message.slice(0, 1000) } });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  return { batchItemFailures };
}

/** Throttled calls are repeated with back-off, because each receive of a message counts towards the dead-letter queue. */
const repeated = { maxAttempts: 8, retryMode: "standard" };

/** `arn:aws:lambda:eu-central-1:111122223333:function:…` */
function contextOf(functionArn: string): Context {
  const [, partition, , region, accountId] = functionArn.split(":") as [string, string, string, string, string];
  return { partition, region, accountId };
}

export function handler(event: QueueEvent, { invokedFunctionArn }: { invokedFunctionArn: string }): ReturnType<typeof evaluateAll> {
  const context = contextOf(invokedFunctionArn);
  const sns = new SNSClient(repeated);
  const ssm = new SSMClient(repeated);
  const parts: EvaluatorParts = {
    context,
    mode: variable(variables.mode) as Mode,
    dedicated: variable(variables.dedicated) === "true",
    sagemaker: new SageMakerClient(repeated),
    history: historyIn(s3Objects(s3Client()), variable(variables.historyBucket)),
    notify: async (Subject, text) => {
      await sns.send(new PublishCommand({ TopicArn: variable(variables.topicArn), Subject, Message: text }));
    },
    ...(variable(variables.securityHub) === "true" && { securityHub: securityHubFindings(context) }),
    now: () => new Date(),
    log: (entry) => console.log(JSON.stringify(entry)),
  };
  return evaluateAll(parts, () => readEnvironments(ssm), event);
}
