// Creates the CodeBuild project that deploys environments, one build for each request.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type EngineSettings } from "../environments/settings";
import { runnerCommand, variables } from "./names";
import { type LaunchRoles } from "./permissions";

export interface RunnerArgs {
  settings: EngineSettings;
  /** Description of the CodeBuild project. */
  description: string;
  /** Builds that run at the same time. CodeBuild rejects others, and the state machine repeats the start. */
  concurrency: number;
  vpcId: pulumi.Input<string>;
  roleArn: pulumi.Input<string>;
  logGroup: aws.cloudwatch.LogGroup;
  stateBucketName: pulumi.Input<string>;
  stateKeyArn: pulumi.Input<string>;
  artifactBucketName: pulumi.Input<string>;
}

/** The image has everything else, so a change of the runner is a change of the image. */
const buildSpecification = JSON.stringify({ version: "0.2", phases: { build: { commands: [runnerCommand] } } });

/** Minutes that a build waits while the account runs as many builds as its quota allows. */
const queuedMinutes = 60;

/** CodeBuild reads its own credentials from this address. Source: AWS CodeBuild "Run CodeBuild in a managed proxy server". */
const withoutProxy = "localhost,127.0.0.1,169.254.169.254,169.254.170.2";

/** Previews that run at the same time, in addition to launches. */
export const previewConcurrency = ({ concurrency }: EngineSettings): number => Math.min(2, concurrency);

/**
 * Deployments that run at the same time in one account. With a shared portfolio, these are at most half of the concurrency,
 * because deployments can be made slow in their account. They do not delay those of all other accounts.
 */
export const accountConcurrency = ({ concurrency }: EngineSettings, { launchRoleArns, unitLaunchRoles }: LaunchRoles): number =>
  launchRoleArns.length > 1 || unitLaunchRoles ? Math.ceil(concurrency / 2) : concurrency;

/** Source: AWS API `CreateProject`; AWS Security Hub CodeBuild.2, CodeBuild.4 and CodeBuild.5. */
export function createProject(name: string, args: RunnerArgs, parent: pulumi.Resource): aws.codebuild.Project {
  const { settings } = args;
  const named: Record<string, pulumi.Input<string>> = {
    [variables.runner.stateBucket]: args.stateBucketName,
    [variables.runner.stateKeyArn]: args.stateKeyArn,
    [variables.runner.artifactBucket]: args.artifactBucketName,
    ...(settings.proxyUrl !== undefined && { HTTPS_PROXY: settings.proxyUrl, NO_PROXY: withoutProxy }),
  };
  return new aws.codebuild.Project(
    name,
    {
      description: args.description,
      serviceRole: args.roleArn,
      source: { type: "NO_SOURCE", buildspec: buildSpecification },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: settings.computeType,
        image: settings.image,
        imagePullCredentialsType: "SERVICE_ROLE",
        privilegedMode: false,
        environmentVariables: Object.entries(named).map(([variable, value]) => ({ name: variable, value, type: "PLAINTEXT" })),
      },
      vpcConfig: { vpcId: args.vpcId, subnets: settings.subnetIds, securityGroupIds: settings.securityGroupIds },
      logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: args.logGroup.name } },
      buildTimeout: settings.timeoutMinutes,
      queuedTimeout: queuedMinutes,
      concurrentBuildLimit: args.concurrency,
    },
    { parent },
  );
}
