import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { type Permission, policyDocumentOf } from "../../aws/policy-document";
import { type EngineSettings } from "../environments/settings";
import { flowDefinition } from "./flow";
import { createFunction, type Entry } from "./functions";
import { createKey, queueKeyPolicy, stateKeyPolicy } from "./keys";
import { parserFunctionName, variables } from "./names";
import {
  dispatcherPermissions,
  engineBoundary,
  flowPermissions,
  parserPermissions,
  reportPermissions,
  runnerPermissions,
} from "./permissions";
import { createQueues } from "./queues";
import { createEngineRole, grantTo } from "./roles";
import { createProject } from "./runner";
import { createStore } from "./store";

export interface EngineArgs {
  context: AwsContext;
  settings: EngineSettings;
  /** VPC of the subnets, `vpc-…`. */
  vpcId: pulumi.Input<string>;
  /** Roles with which environments are deployed; ARN patterns, `arn:aws:iam::111122223333:role/hub-environment-launch`. */
  launchRoleArns: readonly string[];
  /** Topic for alerts about requests that the engine cannot read, `arn:…:sns:…`. */
  alertTopicArn: pulumi.Input<string>;
  /** Waiting period before a scheduled key deletion, in days, 7 to 30. */
  keyDeletionDays: number;
  /** Days after which keys rotate, 90 to 2560. */
  keyRotationDays: number;
  /** Whether destroying the stack deletes the state of environments and the artifacts. */
  purge: boolean;
  /** Folder with the code of the functions. Default: `components/catalog/runtime`. */
  codeFolder?: string;
}

/** What the engine exports. */
export interface EngineOutputs {
  artifactBucketName: pulumi.Output<string>;
  stateBucketName: pulumi.Output<string>;
  /** `arn:…:key/…` */
  stateKeyArn: pulumi.Output<string>;
  /** `arn:…:stateMachine:…`. Known once the engine can work. */
  stateMachineArn: pulumi.Output<string>;
  /** `arn:…:role/…`, which launch roles trust. */
  runnerRoleArn: pulumi.Output<string>;
  /** `arn:…:role/…`, which launch roles trust. */
  parserRoleArn: pulumi.Output<string>;
}

const logRetentionDays = 365;
type Member = Entry | "flow" | "runner";
const roleOf: Record<Member, { service: "lambda" | "states" | "codebuild"; about: string }> = {
  parser: { service: "lambda", about: "Reads the parameters of versions" },
  dispatcher: { service: "lambda", about: "Starts the requests of AWS Service Catalog" },
  report: { service: "lambda", about: "Reports results to AWS Service Catalog" },
  flow: { service: "states", about: "Runs one build of the runner for each request" },
  runner: { service: "codebuild", about: "Deploys environments with their launch roles" },
};

/**
 * The engine with which AWS Service Catalog deploys environments: queues, a function that reads the parameters of versions, a
 * dispatcher, a state machine that runs a build for each request, and buckets for state and versions.
 * Service Catalog finds the engine by its names, so an account has one engine in each region.
 * Cost: two keys (2 USD a month), and about 0.30 USD for each deployment of an hour.
 * Errors: AWS rejects a second engine in the account and region with `QueueNameExists` or `ResourceConflictException`.
 * Source: AWS Service Catalog "External engines"; NIST SP 800-53 AC-6, SC-28.
 */
export class Engine extends pulumi.ComponentResource implements EngineOutputs {
  readonly artifactBucketName: pulumi.Output<string>;
  readonly stateBucketName: pulumi.Output<string>;
  readonly stateKeyArn: pulumi.Output<string>;
  readonly stateMachineArn: pulumi.Output<string>;
  readonly runnerRoleArn: pulumi.Output<string>;
  readonly parserRoleArn: pulumi.Output<string>;

  /** `hub` is the name of the core stack, and the start of all resource names. */
  constructor(
    private readonly hub: string,
    private readonly args: EngineArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:catalog:Engine", hub, {}, opts);
    const { context, settings, launchRoleArns } = args;
    const boundary = new aws.iam.Policy(
      this.named("boundary"),
      {
        description: `The most that a role of the engine of ${hub} can do`,
        policy: policyDocumentOf(engineBoundary(context, launchRoleArns)),
      },
      { parent: this },
    );
    const role = (member: Member) =>
      createEngineRole(
        this.named(member),
        { context, hub, service: roleOf[member].service, description: roleOf[member].about, boundaryArn: boundary.arn },
        this,
      );
    const grant = (to: aws.iam.Role, member: Member, permissions: pulumi.Output<Permission[]>) =>
      grantTo(to, this.named(member), permissions, this);

    const runnerRole = role("runner");
    const parserRole = role("parser");
    const queueKeyArn = this.key("queues", "requests and logs of the engine", queueKeyPolicy(context));
    this.stateKeyArn = this.key(
      "state",
      "state of environments, and versions of the product",
      runnerRole.arn.apply((arn) => stateKeyPolicy(context, arn)),
    );
    const store = { partition: context.partition, keyArn: this.stateKeyArn, purge: args.purge };
    this.stateBucketName = createStore(this.named("state"), store, this);
    this.artifactBucketName = createStore(this.named("artifacts"), store, this);
    const queues = createQueues(this.named("queue"), { context, keyArn: queueKeyArn, alertTopicArn: args.alertTopicArn }, this);

    const logGroup = (member: Member) => this.logGroup(member, queueKeyArn);
    const bucketArn = (bucketName: string) => `arn:${context.partition}:s3:::${bucketName}`;
    const facts = (group: aws.cloudwatch.LogGroup) =>
      pulumi
        .all([this.stateBucketName, this.artifactBucketName, this.stateKeyArn, group.arn])
        .apply(([state, artifacts, stateKeyArn, logGroupArn]) => ({
          ...context,
          launchRoleArns,
          stateBucketArn: bucketArn(state),
          artifactBucketArn: bucketArn(artifacts),
          stateKeyArn,
          logGroupArn,
        }));

    const parserLogs = logGroup("parser");
    this.parserRoleArn = grant(parserRole, "parser", facts(parserLogs).apply(parserPermissions));
    const parser = createFunction(
      this.named("parser"),
      {
        entry: "parser",
        description: "Reads the parameters of a version for AWS Service Catalog",
        functionName: parserFunctionName,
        role: { arn: this.parserRoleArn },
        logGroup: parserLogs,
        variables: { [variables.parser.artifactBucket]: this.artifactBucketName },
        timeoutSeconds: 30,
        ...this.code,
      },
      this,
    );
    new aws.lambda.Permission(
      this.named("parser"),
      { function: parser.name, action: "lambda:InvokeFunction", principal: "servicecatalog.amazonaws.com" },
      { parent: this },
    );

    const reportRole = role("report");
    const reportLogs = logGroup("report");
    const report = createFunction(
      this.named("report"),
      {
        entry: "report",
        description: "Reports the result of a request to AWS Service Catalog",
        role: { arn: grant(reportRole, "report", facts(reportLogs).apply(reportPermissions)) },
        logGroup: reportLogs,
        variables: { [variables.report.stateBucket]: this.stateBucketName },
        timeoutSeconds: 60,
        ...this.code,
      },
      this,
    );

    const runnerLogs = logGroup("runner");
    const { image, subnetIds, securityGroupIds } = settings;
    this.runnerRoleArn = grant(
      runnerRole,
      "runner",
      facts(runnerLogs).apply((known) => runnerPermissions({ ...known, image, subnetIds, securityGroupIds })),
    );
    const project = createProject(
      this.named("runner"),
      {
        settings,
        vpcId: args.vpcId,
        roleArn: this.runnerRoleArn,
        logGroup: runnerLogs,
        stateBucketName: this.stateBucketName,
        stateKeyArn: this.stateKeyArn,
        artifactBucketName: this.artifactBucketName,
      },
      this,
    );

    const machine = this.stateMachine(
      project,
      report,
      grant(
        role("flow"),
        "flow",
        pulumi
          .all([project.arn, report.arn])
          .apply(([projectArn, reportFunctionArn]) => flowPermissions({ projectArn, reportFunctionArn })),
      ),
      logGroup("flow"),
    );
    const dispatcherLogs = logGroup("dispatcher");
    const dispatcherPolicy = pulumi
      .all([queueKeyArn, machine.arn, dispatcherLogs.arn])
      .apply(([keyArn, stateMachineArn, logGroupArn]) =>
        dispatcherPermissions({ ...context, queueArns: queues.arns, queueKeyArn: keyArn, stateMachineArn, logGroupArn }),
      );
    const dispatcher = createFunction(
      this.named("dispatcher"),
      {
        entry: "dispatcher",
        description: "Starts as many requests as can run at the same time",
        role: { arn: grant(role("dispatcher"), "dispatcher", dispatcherPolicy) },
        logGroup: dispatcherLogs,
        variables: {
          [variables.dispatcher.stateMachineArn]: machine.arn,
          [variables.dispatcher.concurrency]: String(settings.concurrency),
          [variables.dispatcher.provisionQueueUrl]: queues.urls.provision,
          [variables.dispatcher.updateQueueUrl]: queues.urls.update,
          [variables.dispatcher.terminateQueueUrl]: queues.urls.terminate,
        },
        timeoutSeconds: 60,
        // Two runs at the same time would count the same executions, and start too many.
        reservedConcurrency: 1,
        ...this.code,
      },
      this,
    );
    const targets = this.invoke(dispatcher, {
      schedule: { scheduleExpression: "rate(1 minute)", description: "Starts waiting requests" },
      ended: {
        description: "Starts waiting requests after an execution ended",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.states"],
          "detail-type": ["Step Functions Execution Status Change"],
          detail: { stateMachineArn: [machine.arn], status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] },
        }),
      },
    });
    this.stateMachineArn = pulumi.all([machine.arn, ...targets]).apply(([arn]) => arn!);
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }

  private named(role: string): string {
    return `${this.hub}-engine-${role}`;
  }

  private get code(): { codeFolder?: string } {
    return this.args.codeFolder === undefined ? {} : { codeFolder: this.args.codeFolder };
  }

  private key(role: string, content: string, policy: pulumi.Input<string>): pulumi.Output<string> {
    const { keyDeletionDays, keyRotationDays, purge } = this.args;
    return createKey(
      this.named(role),
      {
        description: `Cloister ${this.hub}: ${content}`,
        alias: `cloister/${this.hub}/${role}`,
        policy,
        deletionWindowDays: keyDeletionDays,
        rotationDays: keyRotationDays,
        purge,
      },
      this,
    );
  }

  private logGroup(member: Member, kmsKeyId: pulumi.Input<string>): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      this.named(`${member}-logs`),
      {
        // AWS adds the permission for log groups with this prefix once. Source: AWS Step Functions, logging to CloudWatch Logs.
        ...(member === "flow" && { namePrefix: `/aws/vendedlogs/states/${this.hub}-engine-` }),
        kmsKeyId,
        retentionInDays: logRetentionDays,
      },
      { parent: this },
    );
  }

  private stateMachine(
    project: aws.codebuild.Project,
    report: aws.lambda.Function,
    roleArn: pulumi.Input<string>,
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.sfn.StateMachine {
    const { timeoutMinutes } = this.args.settings;
    return new aws.sfn.StateMachine(
      this.named("flow"),
      {
        roleArn,
        definition: pulumi
          .all([project.name, report.arn])
          .apply(([projectName, reportFunctionArn]) => JSON.stringify(flowDefinition({ projectName, reportFunctionArn, timeoutMinutes }))),
        // The input contains the token with which results are reported.
        loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: pulumi.interpolate`${logGroup.arn}:*` },
      },
      { parent: this },
    );
  }

  /** Rules that invoke a function. Returns the IDs of their targets. */
  private invoke(target: aws.lambda.Function, rules: Record<string, aws.cloudwatch.EventRuleArgs>): pulumi.Output<string>[] {
    return Object.entries(rules).map(([role, rule]) => {
      const resource = this.named(`dispatcher-${role}`);
      const created = new aws.cloudwatch.EventRule(resource, rule, { parent: this });
      const permission = new aws.lambda.Permission(
        resource,
        { function: target.name, action: "lambda:InvokeFunction", principal: "events.amazonaws.com", sourceArn: created.arn },
        { parent: this },
      );
      return new aws.cloudwatch.EventTarget(resource, { rule: created.name, arn: target.arn }, { parent: this, dependsOn: [permission] })
        .id;
    });
  }
}
