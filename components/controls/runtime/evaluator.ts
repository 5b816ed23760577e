// Compares the resources of events with the allow-lists of environments, corrects noncompliant resources, and reports findings.
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { s3Client, s3Objects } from "../../functions/runtime/objects";
import { variable } from "../../functions/runtime/variables";
import { arnsIn, type AwsContext } from "../../aws/context";
import { compare, type Comparison, environmentsOfRoles, isCorrected, NotYet, type RemovedModel, usesRemoved } from "../compare";
import { configName, type Described } from "../facts";
import { resourceTypes } from "../kinds";
import { type Mode, variables } from "../names";
import { detectedOnly } from "../table";
import { correct } from "./correct";
import { describe } from "./describe";
import { type Environments, readEnvironment, readEnvironments, type Rejected } from "./environments";
import { readEvent, type ResourceEvent } from "./event";
import { asffOf, type Finding, subjectOf, textOf } from "./finding";
import { contentsOf, findingId, type History, historyIn, type Latest } from "./history";
import { type Decision, isLimited, moreSubject, moreText, type Notifications, notificationsIn } from "./notifications";
import { type Findings, securityHubFindings } from "./security-hub";

export interface EvaluatorParts {
  context: AwsContext;
  mode: Mode;
  dedicated: boolean;
  sagemaker: SageMakerClient;
  ssm: SSMClient;
  history: History;
  notify: (subject: string, text: string) => Promise<void>;
  notifications: Notifications;
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

/** Models that the evaluator deleted, among those that a resource uses. */
async function removedModels({ history, now }: EvaluatorParts, resource: Described): Promise<Map<string, RemovedModel>> {
  const found = new Map<string, RemovedModel>();
  for (const model of resource.models ?? []) {
    const removed = (await history.removedModels(model.name, now())).find((record) => usesRemoved(resource, model, record));
    if (removed) found.set(model.name, removed);
  }
  return found;
}

type ResourceId = Pick<Described, "arn" | "createdAt" | "modifiedAt">;

const isCorrection = (outcome: Finding["outcome"] | undefined) => outcome === "stopped" || outcome === "deleted";

/** Whether a resource that the evaluator stopped was started again: it changed after the correction, and was stopped once more. */
const isStartedAgain = ({ correctedAt }: Latest, { modifiedAt }: ResourceId, { outcome }: Pick<Finding, "outcome">): boolean =>
  isCorrection(outcome) && correctedAt !== undefined && modifiedAt !== undefined && Date.parse(modifiedAt) > Date.parse(correctedAt);

/** Resolves the open finding of a resource that meets its list again, or that violates other controls. */
async function resolve(parts: EvaluatorParts, resource: ResourceId, latest: Latest): Promise<void> {
  const before = await parts.history.read(latest);
  if (before && before.resolved === undefined) {
    const resolved: Finding = { ...before, resolved: parts.now().toISOString() };
    parts.log({ resolved: { id: resolved.id, resource: resolved.resource } });
    await parts.securityHub?.(asffOf(resolved, parts.context, parts.now()));
    await parts.history.write(resolved);
  }
  await parts.history.setLatest(resource, { ...latest, isOpen: false });
}

/** Publishes a finding, within the limit of its environment. Without its counter, the finding is published. */
async function notifyOf({ notifications, notify, now, log }: EvaluatorParts, finding: Finding): Promise<void> {
  if (!isLimited(finding)) return notify(subjectOf(finding), textOf(finding));
  const logged = (error: unknown) => log({ error: { name: (error as Error).name, message: "Notifications cannot be counted" } });
  let decision: Decision = "all";
  try {
    decision = await notifications.decide(finding, now());
  } catch (error) {
    logged(error);
  }
  if (decision === "all") await notify(subjectOf(finding), textOf(finding));
  if (decision === "more") await notify(moreSubject(finding), moreText(finding));
  if (decision !== "none") await notifications.count(finding, decision, now()).catch(logged);
}

/** Reports a new or repeated finding, and updates one that lacked its actor or its correction. */
async function report(parts: EvaluatorParts, resource: ResourceId, found: Omit<Finding, "id">): Promise<void> {
  const latest = await parts.history.latest(resource);
  const contents = contentsOf(found.violations);
  const isSame = latest?.isOpen === true && latest.contents === contents && !isStartedAgain(latest, resource, found);
  if (latest?.isOpen && latest.contents !== contents) await resolve(parts, resource, latest);
  const occurrence = (latest?.occurrence ?? 0) + (isSame ? 0 : 1);
  const id = findingId(resource, contents, occurrence);
  const before = await parts.history.read({ id });
  const isSettled = before && before.outcome !== "waiting" && before.outcome !== "observed";
  const actor = before?.actor ?? found.actor;
  const finding: Finding = { id, ...found, ...(before && { time: before.time, event: before.event }), ...(actor && { actor }) };
  if (isSettled || (before?.outcome === "observed" && found.outcome === "ended")) finding.outcome = before.outcome;
  const isCorrectedNow = isCorrection(found.outcome) && !(isSettled && isSame);
  const correctedAt = isCorrectedNow ? parts.now().toISOString() : isSame ? latest.correctedAt : undefined;
  if (!before || before.actor !== finding.actor || before.outcome !== finding.outcome) {
    parts.log({ finding });
    if (!before) await notifyOf(parts, finding);
    await parts.securityHub?.(asffOf(finding, parts.context, parts.now()));
    // Last, so that a crash repeats a report, and never loses one.
    await parts.history.write(finding);
  }
  if (!isSame || correctedAt !== latest.correctedAt)
    await parts.history.setLatest(resource, { id, contents, occurrence, isOpen: true, ...(correctedAt !== undefined && { correctedAt }) });
}

function findingOf(parts: EvaluatorParts, event: ResourceEvent, resource: Described, comparison: Comparison): Omit<Finding, "id"> {
  const { violations, environment } = comparison;
  return {
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

async function correctAndReport(parts: EvaluatorParts, resource: Described, finding: Omit<Finding, "id">): Promise<void> {
  const controls = finding.violations.map(({ control }) => control);
  if (resource.type === "Model" || resource.type === "EndpointConfig")
    await parts.history.rememberModel(resource.type === "Model" ? resource.name : configName(resource.name), {
      createdAt: resource.createdAt,
      removedAt: parts.now().toISOString(),
      ...(finding.environment !== undefined && { environment: finding.environment }),
    });
  try {
    const outcome = await correct(parts.sagemaker, resource, controls);
    await report(parts, resource, { ...finding, outcome });
  } catch (error) {
    // The alert topic receives the finding even if AWS rejects the correction.
    await report(parts, resource, { ...finding, outcome: "waiting" });
    throw error;
  }
}

/**
 * Evaluates one event. Repeated and late events are harmless: the resource is described, and only its current state counts.
 * Errors: `NotYet` if the event must be evaluated again later. Every other error also keeps the message.
 */
export async function evaluate(parts: EvaluatorParts, { body, receives }: Message): Promise<void> {
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
  const comparison = compare(resource, await environmentsFor(parts, resource), {
    context,
    dedicated,
    callerRoleArn: event.callerRoleArn,
    removed,
  });
  if (comparison.violations.length === 0) {
    parts.log({ compliant: { ...about, environment: comparison.environment } });
    const latest = await parts.history.latest(resource);
    if (latest?.isOpen) await resolve(parts, resource, latest);
    return;
  }
  const finding = findingOf(parts, event, resource, comparison);
  if (parts.mode === "correct" && isCorrected(comparison)) await correctAndReport(parts, resource, finding);
  else await report(parts, resource, finding);
}

/** The most findings about lists in one run: the lists cannot keep the evaluator from the event. */
const mostListFindings = 5;

/** Reports a list that the evaluator ignores. Its environment is not compared until the list is valid. */
async function reportList(parts: EvaluatorParts, { parameter, environment, why, version }: Rejected): Promise<void> {
  const { id, about } = detectedOnly.AllowListClaims;
  const [resource] = arnsIn(parts.context, "ssm", `parameter${parameter}`) as [string];
  await report(
    parts,
    { arn: resource, createdAt: String(version) },
    {
      time: parts.now().toISOString(),
      mode: parts.mode,
      environment,
      kind: "allowList",
      type: "AllowList",
      resource,
      name: environment,
      event: "the evaluator read the allow-lists",
      violations: [{ control: id, about, found: why }],
      outcome: "observed",
    },
  );
}

/** The valid lists. Reports the other lists first, also if no list is about the resource. */
async function environmentsFor(parts: EvaluatorParts, { roleArns }: Described): Promise<Environments["known"]> {
  const { ssm, context } = parts;
  const { known, rejected } = await readEnvironments(ssm, context);
  const isRead = (name: string) => [...known.map((entry) => entry.name), ...rejected.map((entry) => entry.environment)].includes(name);
  for (const name of environmentsOfRoles(context, roleArns).filter((entry) => !isRead(entry))) {
    const found = await readEnvironment(ssm, context, name);
    known.push(...found.known);
    rejected.push(...found.rejected);
  }
  for (const list of rejected.slice(0, mostListFindings)) await reportList(parts, list);
  return known;
}

/** A batch of messages, as Lambda passes it. */
export interface QueueEvent {
  Records: { messageId: string; body: string; attributes?: { ApproximateReceiveCount?: string } }[];
}

/** Messages that failed are received again, and at last move to the dead-letter queue. */
export async function evaluateAll(
  parts: EvaluatorParts,
  { Records }: QueueEvent,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of Records)
    try {
      await evaluate(parts, { body, receives: Number(attributes?.ApproximateReceiveCount ?? 1) });
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
function contextOf(functionArn: string): AwsContext {
  const [, partition, , region, accountId] = functionArn.split(":") as [string, string, string, string, string];
  return { partition, region, accountId };
}

export function handler(event: QueueEvent, { invokedFunctionArn }: { invokedFunctionArn: string }): ReturnType<typeof evaluateAll> {
  const context = contextOf(invokedFunctionArn);
  const sns = new SNSClient(repeated);
  const objects = s3Objects(s3Client());
  const parts: EvaluatorParts = {
    context,
    mode: variable(variables.mode) as Mode,
    dedicated: variable(variables.dedicated) === "true",
    sagemaker: new SageMakerClient(repeated),
    ssm: new SSMClient(repeated),
    history: historyIn(objects, variable(variables.historyBucket)),
    notifications: notificationsIn(objects, variable(variables.historyBucket)),
    notify: async (Subject, text) => {
      await sns.send(new PublishCommand({ TopicArn: variable(variables.topicArn), Subject, Message: text }));
    },
    ...(variable(variables.securityHub) === "true" && { securityHub: securityHubFindings(context) }),
    now: () => new Date(),
    log: (entry) => console.log(JSON.stringify(entry)),
  };
  return evaluateAll(parts, event);
}
