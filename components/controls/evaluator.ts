import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { policyDocumentOf } from "../aws/policy-document";
import { createAlarm } from "../functions/alarm";
import { createFunction } from "../functions/function";
import { grantTo } from "../functions/grant";
import { engineStatePolicy } from "../storage/policy";
import { privateBucket } from "../storage/private-bucket";
import { changesPattern } from "./changes";
import { evaluatedCalls, evaluatedStates } from "./kinds";
import { variables } from "./names";
import { controlsRolePath, evaluatorBoundary, evaluatorPermissions, evaluatorTrust, eventQueuePolicy } from "./permissions";
import { callsPattern, statesPattern } from "./runtime/event";
import { modelDays } from "./runtime/history";
import { type ControlsSettings } from "./settings";

export interface EvaluatorArgs {
  context: AwsContext;
  settings: ControlsSettings;
  /** Topic for findings and alerts, `arn:…:sns:…`. */
  topicArn: pulumi.Input<string>;
  /** Key of the topic, the history and the logs, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Principals whose changes of the controls cause no alarm, `arn:…:role/…`. At least one. */
  deployRoleArns: readonly string[];
  /** Whether destroying the stack deletes the history of findings. */
  purge: boolean;
  /** Folder with the code of the function. Default: `components/controls/runtime`. */
  codeFolder?: string;
}

const logRetentionDays = 365;
/** Days after which the evaluator reports a finding about an old resource again. */
const resourceDays = 400;
const noncurrentDays = 30;
const timeoutSeconds = 60;
/** Longer than one run, so that no event is evaluated twice at the same time. */
const visibilitySeconds = 120;
/** A quarter of an hour of attempts: an endpoint or a notebook instance that is being created cannot be deleted or stopped. */
const maxReceives = 8;
/** Events that are evaluated at the same time. */
const maximumConcurrency = 5;
/** Longest time for which a queue keeps a message. Source: AWS API `CreateQueue`. */
const retentionSeconds = 14 * 24 * 3600;
/** Events wait this long only if the evaluator fails or is throttled. */
const longestWaitSeconds = 300;

/** Findings of the last month in the logs of the evaluator. */
const findingsQuery = [
  "fields @timestamp, finding.environment, finding.type, finding.name, finding.outcome, finding.actor, finding.resource",
  "filter ispresent(finding.id)",
  "sort @timestamp desc",
].join(" | ");

interface Queues {
  events: aws.sqs.Queue;
  dead: aws.sqs.Queue;
}

type Rules = Record<"calls" | "states" | "edits", aws.cloudwatch.EventRule>;

/**
 * Compares SageMaker resources with the allow-lists of environments, and reports or corrects noncompliant resources. Events of CloudTrail and of
 * SageMaker wait in a queue, so that none is lost. The function describes each resource: no other member of an event decides anything.
 * Cost: 0.40 USD a month for four alarms. Events of AWS are free, and a million evaluations cost about 3 USD.
 * Errors: none before the deployment. The plan rejects corrections without allow-lists.
 * Source: NIST SP 800-53 CM-6, SI-4; AWS Security Hub SageMaker.1 to SageMaker.5.
 */
export class Evaluator extends pulumi.ComponentResource {
  constructor(
    private readonly hub: string,
    private readonly args: EvaluatorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:controls:Evaluator", hub, {}, opts);
    const { context, keyArn } = args;
    const boundary = new aws.iam.Policy(
      this.named("boundary"),
      { description: `The most that the evaluator of ${hub} can do`, policy: policyDocumentOf(evaluatorBoundary(context)) },
      { parent: this },
    );
    const role = new aws.iam.Role(
      this.named("role"),
      {
        path: controlsRolePath(context, hub),
        description: "Compares SageMaker resources with the guardrails of their environments",
        assumeRolePolicy: evaluatorTrust(),
        permissionsBoundary: boundary.arn,
      },
      { parent: this },
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      this.named("logs"),
      { kmsKeyId: keyArn, retentionInDays: logRetentionDays },
      { parent: this },
    );
    const bucketName = this.createHistory(role);
    const queues = this.createQueues();
    const { rules, targets } = this.createRules(queues);
    const evaluator = this.createFunction(role, logGroup, bucketName, queues);
    new aws.lambda.EventSourceMapping(
      this.named("events"),
      {
        eventSourceArn: queues.events.arn,
        functionName: evaluator.name,
        // A message that takes long delays no other, and a flood of events does not use the concurrency of the account.
        batchSize: 1,
        scalingConfig: { maximumConcurrency },
        functionResponseTypes: ["ReportBatchItemFailures"],
      },
      // No event is lost before the mapping exists, but the function must not start without its targets.
      { parent: this, dependsOn: targets },
    );
    this.createAlarms(evaluator, logGroup, queues, rules.edits);
    new aws.cloudwatch.QueryDefinition(
      this.named("findings"),
      { name: `${hub}/findings`, logGroupNames: [logGroup.name], queryString: findingsQuery },
      { parent: this },
    );
    this.registerOutputs();
  }

  private named(part: string): string {
    return `${this.hub}-controls-${part}`;
  }

  /** The bucket with a record of each finding. Only the evaluator reads and writes it. */
  private createHistory(role: aws.iam.Role): pulumi.Output<string> {
    const { context, keyArn, purge } = this.args;
    const { bucket, setPolicy } = privateBucket(
      this.named("history"),
      { keyArn, purge, lifecycle: { noncurrentDays, expirations: { "models/": modelDays, "resources/": resourceDays } } },
      this,
    );
    const policy = setPolicy(
      pulumi
        .all([bucket.bucket, role.arn])
        .apply(([name, arn]) =>
          engineStatePolicy(name, context.partition, { roleArns: [arn], privateFolders: ["findings", "models", "resources"] }),
        ),
    );
    return policy.bucket;
  }

  private createQueues(): Queues {
    // EventBridge can send to a queue with keys of SQS without a grant in a key policy, which could name no source account.
    const common = { sqsManagedSseEnabled: true, messageRetentionSeconds: retentionSeconds };
    const dead = new aws.sqs.Queue(this.named("dead"), common, { parent: this });
    const events = new aws.sqs.Queue(
      this.named("queue"),
      {
        ...common,
        visibilityTimeoutSeconds: visibilitySeconds,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxReceives }),
      },
      { parent: this },
    );
    return { events, dead };
  }

  /** The rules on calls, on state changes and on changes of the controls, and their targets. */
  private createRules({ events, dead }: Queues): { rules: Rules; targets: aws.cloudwatch.EventTarget[] } {
    const { context, deployRoleArns, settings } = this.args;
    const rules: Rules = {
      calls: new aws.cloudwatch.EventRule(
        this.named("calls"),
        { description: "Calls that create, change or start SageMaker resources", eventPattern: callsPattern(evaluatedCalls) },
        { parent: this },
      ),
      states: new aws.cloudwatch.EventRule(
        this.named("states"),
        { description: "State changes of SageMaker resources", eventPattern: statesPattern(evaluatedStates) },
        { parent: this },
      ),
      edits: new aws.cloudwatch.EventRule(
        this.named("edits"),
        {
          description: "Changes of the controls by other principals than the deploy roles",
          eventPattern: changesPattern(context, this.hub, deployRoleArns),
        },
        { parent: this },
      ),
    };
    const ruleArns = pulumi.all(Object.values(rules).map(({ arn }) => arn));
    const { operatorArns } = settings;
    const policies = Object.entries({ queue: events, dead }).map(
      ([name, queue]) =>
        new aws.sqs.QueuePolicy(
          this.named(name),
          {
            queueUrl: queue.url,
            policy: pulumi
              .all([queue.arn, ruleArns])
              .apply(([arn, arns]) => eventQueuePolicy(arn, { ruleArns: arns, operatorArns }, queue === dead ? "dead" : "events")),
          },
          { parent: this },
        ),
    );
    const targets = Object.entries(rules).map(
      ([name, rule]: [string, aws.cloudwatch.EventRule]) =>
        new aws.cloudwatch.EventTarget(
          this.named(name),
          { rule: rule.name, arn: events.arn, deadLetterConfig: { arn: dead.arn } },
          { parent: this, dependsOn: policies },
        ),
    );
    return { rules, targets };
  }

  private createFunction(
    role: aws.iam.Role,
    logGroup: aws.cloudwatch.LogGroup,
    bucketName: pulumi.Output<string>,
    { events }: Queues,
  ): aws.lambda.Function {
    const { context, settings, topicArn, keyArn, codeFolder } = this.args;
    const { mode, dedicated, securityHub } = settings;
    const permissions = pulumi
      .all([events.arn, bucketName, pulumi.output(topicArn), pulumi.output(keyArn), logGroup.arn])
      .apply(([queueArn, bucket, topic, key, logGroupArn]) =>
        evaluatorPermissions({
          ...context,
          mode,
          securityHub,
          queueArn,
          historyBucketArn: `arn:${context.partition}:s3:::${bucket}`,
          topicArn: topic,
          keyArn: key,
          logGroupArn,
        }),
      );
    return createFunction(
      this.named("evaluator"),
      {
        entry: "evaluator",
        codeFolder: codeFolder ?? path.join(__dirname, "runtime"),
        description: "Compares SageMaker resources with the guardrails of their environments",
        roleArn: grantTo(role, this.named("evaluator"), permissions, this),
        logGroup,
        variables: {
          [variables.mode]: mode,
          [variables.dedicated]: String(dedicated),
          [variables.securityHub]: String(securityHub),
          [variables.historyBucket]: bucketName,
          [variables.topicArn]: topicArn,
        },
        timeoutSeconds,
      },
      this,
    );
  }

  private createAlarms(
    evaluator: aws.lambda.Function,
    logGroup: aws.cloudwatch.LogGroup,
    { events, dead }: Queues,
    changes: aws.cloudwatch.EventRule,
  ): void {
    const { topicArn } = this.args;
    const ofQueue = (queue: aws.sqs.Queue) => ({
      namespace: "AWS/SQS",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum" as const,
    });
    createAlarm(
      {
        name: this.named("errors"),
        description: pulumi.interpolate`The evaluator failed. See the log group ${logGroup.name}.`,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: evaluator.name },
      },
      topicArn,
      this,
    );
    createAlarm(
      {
        name: this.named("changed"),
        description: pulumi.interpolate`A principal other than the deploy roles changed a rule, a queue or the function of the controls, or an allow-list. Who and what: log group ${logGroup.name}, and the event history of CloudTrail.`,
        namespace: "AWS/Events",
        metricName: "Invocations",
        dimensions: { RuleName: changes.name },
      },
      topicArn,
      this,
    );
    createAlarm(
      {
        ...ofQueue(dead),
        name: this.named("dead"),
        description: pulumi.interpolate`The evaluator could not evaluate an event in ${maxReceives} attempts. The event is in the queue ${dead.name}: see "Events in the dead-letter queue" in docs/controls.md.`,
        metricName: "ApproximateNumberOfMessagesVisible",
      },
      topicArn,
      this,
    );
    createAlarm(
      {
        ...ofQueue(events),
        name: this.named("age"),
        description: pulumi.interpolate`An event waits for more than five minutes, so a noncompliant resource can still run. See the log group ${logGroup.name}.`,
        metricName: "ApproximateAgeOfOldestMessage",
        threshold: longestWaitSeconds,
      },
      topicArn,
      this,
    );
  }
}
