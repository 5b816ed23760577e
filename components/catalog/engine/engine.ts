import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnsIn, type AwsContext } from "../../aws/context";
import { type Permission, policyDocumentOf } from "../../aws/policy-document";
import { createAlarm } from "../../functions/alarm";
import { createFunction, type FunctionArgs } from "../../functions/function";
import { grantTo } from "../../functions/grant";
import { type EngineSettings } from "../environments/settings";
import { flowDefinition } from "./flow";
import { createKey, queueKeyPolicy, stateKeyPolicy } from "./keys";
import { parserFunctionName, variables } from "./names";
import {
  dispatcherPermissions,
  engineBoundary,
  flowPermissions,
  type LaunchRoles,
  parserPermissions,
  reportPermissions,
  runnerPermissions,
} from "./permissions";
import { createQueues, type Queues, waitSignal } from "./queues";
import { createEngineRole } from "./roles";
import { accountConcurrency, createProject, previewConcurrency, type RunnerArgs } from "./runner";
import { createArtifactStore, createStateStore } from "./store";

export interface EngineArgs extends LaunchRoles {
  context: AwsContext;
  settings: EngineSettings;
  /** VPC of the subnets, `vpc-…`. */
  vpcId: pulumi.Input<string>;
  /** Principals that write versions of the product, `arn:…:role/…`. Empty: all with permissions for the bucket. */
  publisherArns: readonly string[];
  /** Roles that never write versions, as ARN patterns. */
  nonPublishers: readonly string[];
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

/** Outputs of the engine. */
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

/** Files in the folder of the code. */
type Entry = "parser" | "dispatcher" | "report";
const runtimeFolder = path.join(__dirname, "..", "runtime");

/** The project for launches, and the project for previews. */
type Projects = readonly [aws.codebuild.Project, aws.codebuild.Project];
const arnsOf = (projects: Projects) => pulumi.all(projects.map(({ arn }) => arn));

/** Ends of executions that reported no result. */
const unreported = ["FAILED", "TIMED_OUT", "ABORTED"];
const endsOf = (flow: aws.sfn.StateMachine, status: string[]) =>
  pulumi.jsonStringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: { stateMachineArn: [flow.arn], status },
  });

/** Purpose of each member of the engine, and the service that assumes its role. */
const members = {
  parser: { service: "lambda", about: "Reads the parameters of versions for AWS Service Catalog" },
  dispatcher: { service: "lambda", about: "Starts as many requests as can run at the same time" },
  report: { service: "lambda", about: "Reports the results of requests to AWS Service Catalog" },
  flow: { service: "states", about: "Runs one build of the runner for each request" },
  runner: { service: "codebuild", about: "Deploys environments with their launch roles" },
} as const;
type MemberName = keyof typeof members;

interface Member {
  name: MemberName;
  role: aws.iam.Role;
  logGroup: aws.cloudwatch.LogGroup;
}

/**
 * The engine with which AWS Service Catalog deploys environments. Its parser reads the parameters of versions. Its dispatcher
 * reads the queues, and starts a state machine that runs a build for each request. Its buckets contain state and versions.
 * Service Catalog finds the engine by its names, so an account has one engine in each region.
 * Cost: two keys and 13 alarms (3.30 USD a month), and about 0.30 USD for each deployment of an hour.
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

  private readonly boundary: aws.iam.Policy;
  /** Key for requests and logs, `arn:…:key/…`. */
  private readonly queueKeyArn: pulumi.Output<string>;

  /** `hub` is the name of the core stack, and the start of all resource names. */
  constructor(
    private readonly hub: string,
    private readonly args: EngineArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cloister:catalog:Engine", hub, {}, opts);
    const { context, alertTopicArn, purge } = args;
    this.boundary = new aws.iam.Policy(
      this.named("boundary"),
      {
        description: `The most that a role of the engine of ${hub} can do`,
        policy: policyDocumentOf(engineBoundary(context, args)),
      },
      { parent: this },
    );
    this.queueKeyArn = this.createKey("queues", "requests and logs of the engine", queueKeyPolicy(context));
    const runner = this.createMember("runner");
    this.stateKeyArn = this.createKey(
      "state",
      "state of environments, and versions of the product",
      runner.role.arn.apply((arn) => stateKeyPolicy(context, arn)),
    );
    const store = { partition: context.partition, keyArn: this.stateKeyArn, purge };
    const report = this.createMember("report");
    const roleArns = [runner.role.arn, report.role.arn];
    this.stateBucketName = createStateStore(this.named("state"), { ...store, roleArns }, this);
    this.artifactBucketName = createArtifactStore(
      this.named("artifacts"),
      { ...store, publisherArns: args.publisherArns, deniedRoles: args.nonPublishers },
      this,
    );
    const dispatcher = this.createMember("dispatcher");
    const queues = createQueues(
      this.named("queue"),
      {
        context,
        keyArn: this.queueKeyArn,
        alertTopicArn,
        dispatcherRoleArn: dispatcher.role.arn,
        operatorArns: args.settings.operatorArns,
      },
      this,
    );

    const parser = this.createMember("parser");
    this.parserRoleArn = this.grant(parser, this.factsOf(parser), parserPermissions);
    this.createParser(parser);
    this.runnerRoleArn = this.grant(
      runner,
      this.factsOf(runner).apply((facts) => ({ ...facts, ...args.settings })),
      runnerPermissions,
    );
    const projects = [this.createProject(runner), this.createPreviewProject(runner)] as const;
    const reporter = this.createReport(report);
    const flow = this.createFlow(projects, reporter);
    const targets = [...this.createDispatcher(dispatcher, flow, queues), this.reportUnreported(flow, reporter)];
    this.createAlarms(flow);
    this.stateMachineArn = pulumi.all([flow.arn, ...targets]).apply(([arn]) => arn!);
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }

  private named(role: string): string {
    return `${this.hub}-engine-${role}`;
  }

  private createKey(role: string, content: string, policy: pulumi.Input<string>): pulumi.Output<string> {
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

  private createMember(name: MemberName): Member {
    const { service, about } = members[name];
    const { context } = this.args;
    const role = createEngineRole(
      this.named(name),
      { context, hub: this.hub, service, description: about, boundaryArn: this.boundary.arn },
      this,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      this.named(`${name}-logs`),
      {
        // For log groups with this prefix, the resource policy of CloudWatch Logs stays short.
        // Source: AWS Step Functions "Using CloudWatch Logs to log execution history".
        ...(name === "flow" && { namePrefix: `/aws/vendedlogs/states/${this.named("")}` }),
        kmsKeyId: this.queueKeyArn,
        retentionInDays: logRetentionDays,
      },
      { parent: this },
    );
    return { name, role, logGroup };
  }

  private grant<Facts>({ name, role }: Member, facts: pulumi.Output<Facts>, permissions: (facts: Facts) => Permission[]) {
    return grantTo(role, this.named(name), facts.apply(permissions) as pulumi.Output<Permission[]>, this);
  }

  /** Values for the permissions of the members that use the state or the versions. */
  private factsOf({ logGroup }: Member) {
    const { context, launchRoleArns, unitLaunchRoles } = this.args;
    const bucketArn = (bucketName: string) => `arn:${context.partition}:s3:::${bucketName}`;
    return pulumi
      .all([this.stateBucketName, this.artifactBucketName, this.stateKeyArn, logGroup.arn])
      .apply(([state, artifacts, stateKeyArn, logGroupArn]) => ({
        ...context,
        launchRoleArns,
        unitLaunchRoles,
        stateBucketArn: bucketArn(state),
        artifactBucketArn: bucketArn(artifacts),
        stateKeyArn,
        logGroupArn,
      }));
  }

  private createFunction(
    entry: Entry,
    { logGroup }: Member,
    args: Pick<FunctionArgs, "functionName" | "roleArn" | "variables" | "timeoutSeconds" | "reservedConcurrency">,
  ): aws.lambda.Function {
    const { codeFolder } = this.args;
    const { about } = members[entry];
    const created = createFunction(
      this.named(entry),
      { entry, description: about, logGroup, ...args, codeFolder: codeFolder ?? runtimeFolder },
      this,
    );
    createAlarm(
      {
        name: this.named(`${entry}-errors`),
        description: pulumi.interpolate`The function ${created.name} of the engine failed. See the log group ${logGroup.name}.`,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: created.name },
      },
      this.args.alertTopicArn,
      this,
    );
    return created;
  }

  private createParser(member: Member): void {
    const parser = this.createFunction("parser", member, {
      functionName: parserFunctionName,
      roleArn: this.parserRoleArn,
      variables: { [variables.parser.artifactBucket]: this.artifactBucketName },
      timeoutSeconds: 30,
    });
    new aws.lambda.Permission(
      this.named("parser"),
      { function: parser.name, action: "lambda:InvokeFunction", principal: "servicecatalog.amazonaws.com" },
      { parent: this },
    );
  }

  private createReport(member: Member): aws.lambda.Function {
    return this.createFunction("report", member, {
      roleArn: this.grant(member, this.factsOf(member), reportPermissions),
      variables: { [variables.report.stateBucket]: this.stateBucketName },
      timeoutSeconds: 60,
    });
  }

  private createProject(runner: Member): aws.codebuild.Project {
    const description = "Deploys, updates and destroys environments for AWS Service Catalog";
    return this.createProjectNamed("runner", runner, { description, concurrency: this.args.settings.concurrency });
  }

  private createPreviewProject(runner: Member): aws.codebuild.Project {
    const description = "Previews updates of environments for cloister fleet update";
    return this.createProjectNamed("previews", runner, { description, concurrency: previewConcurrency(this.args.settings) });
  }

  private createProjectNamed(
    role: string,
    { logGroup }: Member,
    args: Pick<RunnerArgs, "description" | "concurrency">,
  ): aws.codebuild.Project {
    const { settings, vpcId } = this.args;
    const { stateBucketName, stateKeyArn, artifactBucketName } = this;
    return createProject(
      this.named(role),
      { ...args, settings, vpcId, roleArn: this.runnerRoleArn, logGroup, stateBucketName, stateKeyArn, artifactBucketName },
      this,
    );
  }

  private createFlow(projects: Projects, report: aws.lambda.Function): aws.sfn.StateMachine {
    const { context } = this.args;
    const [allProjectsArn] = arnsIn(context, "codebuild", `project/${this.named("*")}`) as [string];
    const { timeoutMinutes } = this.args.settings;
    const member = this.createMember("flow");
    const facts = pulumi
      .all([arnsOf(projects), report.arn])
      .apply(([projectArns, reportFunctionArn]) => ({ projectArns, allProjectsArn, reportFunctionArn }));
    const [runner, previews] = projects;
    return new aws.sfn.StateMachine(
      this.named("flow"),
      {
        roleArn: this.grant(member, facts, flowPermissions),
        definition: pulumi
          .all([runner.name, previews.name, report.arn])
          .apply(([projectName, previewProjectName, reportFunctionArn]) =>
            JSON.stringify(
              flowDefinition({ partition: context.partition, projectName, previewProjectName, reportFunctionArn, timeoutMinutes }),
            ),
          ),
        // The input contains the token with which results are reported.
        loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: pulumi.interpolate`${member.logGroup.arn}:*` },
      },
      { parent: this },
    );
  }

  /** Returns the IDs of the targets that invoke the dispatcher. */
  private createDispatcher(member: Member, flow: aws.sfn.StateMachine, queues: Queues): pulumi.Output<string>[] {
    const { context, settings } = this.args;
    const facts = pulumi.all([this.queueKeyArn, flow.arn, member.logGroup.arn]).apply(([queueKeyArn, stateMachineArn, logGroupArn]) => ({
      ...context,
      queueArns: queues.arns,
      queueKeyArn,
      stateMachineArn,
      logGroupArn,
    }));
    const dispatcher = this.createFunction("dispatcher", member, {
      roleArn: this.grant(member, facts, dispatcherPermissions),
      variables: {
        [variables.dispatcher.stateMachineArn]: flow.arn,
        [variables.dispatcher.concurrency]: String(settings.concurrency),
        [variables.dispatcher.accountConcurrency]: String(accountConcurrency(settings, this.args)),
        [variables.dispatcher.provisionQueueUrl]: queues.urls.provision,
        [variables.dispatcher.updateQueueUrl]: queues.urls.update,
        [variables.dispatcher.terminateQueueUrl]: queues.urls.terminate,
      },
      timeoutSeconds: 60,
      // Two runs at the same time would count the same executions, and start too many.
      reservedConcurrency: 1,
    });
    return [
      this.invoke(dispatcher, "dispatcher-schedule", { scheduleExpression: "rate(1 minute)", description: "Starts waiting requests" }),
      this.invoke(dispatcher, "dispatcher-ended", {
        description: "Starts waiting requests after an execution ended",
        eventPattern: endsOf(flow, ["SUCCEEDED", ...unreported]),
      }),
    ];
  }

  /** Without a report, the record in AWS Service Catalog stays in progress. Returns the ID of the target. */
  private reportUnreported(flow: aws.sfn.StateMachine, report: aws.lambda.Function): pulumi.Output<string> {
    return this.invoke(report, "report-unreported", {
      description: "Reports requests whose execution ended without a report",
      eventPattern: endsOf(flow, unreported),
    });
  }

  private createAlarms(flow: aws.sfn.StateMachine): void {
    createAlarm(waitSignal(this.named("dispatcher-wait")), this.args.alertTopicArn, this);
    for (const [role, metricName] of Object.entries({
      failed: "ExecutionsFailed",
      aborted: "ExecutionsAborted",
      expired: "ExecutionsTimedOut",
    }))
      createAlarm(
        {
          name: this.named(`flow-${role}`),
          description: pulumi.interpolate`An execution of ${flow.name} ended without a report of its result (${metricName}). The engine then reports a failure. See the logs of the function ${this.named("report")}.`,
          namespace: "AWS/States",
          metricName,
          dimensions: { StateMachineArn: flow.arn },
        },
        this.args.alertTopicArn,
        this,
      );
  }

  /** A rule that invokes a function. Returns the ID of its target. */
  private invoke(target: aws.lambda.Function, role: string, rule: aws.cloudwatch.EventRuleArgs): pulumi.Output<string> {
    const resource = this.named(role);
    const created = new aws.cloudwatch.EventRule(resource, rule, { parent: this });
    const permission = new aws.lambda.Permission(
      resource,
      { function: target.name, action: "lambda:InvokeFunction", principal: "events.amazonaws.com", sourceArn: created.arn },
      { parent: this },
    );
    return new aws.cloudwatch.EventTarget(resource, { rule: created.name, arn: target.arn }, { parent: this, dependsOn: [permission] }).id;
  }
}
