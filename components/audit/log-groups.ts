// Looks up, plans and creates the log groups that jobs and notebooks of the account share.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ifReadable, optional, type Options } from "../aws/lookup";
import { type Problem } from "../stack/preflight";

/**
 * Log groups in which SageMaker writes the logs of the whole account. SageMaker creates them without retention and key.
 * Endpoints have a log group each, so a program cannot create these.
 * Source: AWS SageMaker "Log groups and streams that Amazon SageMaker AI sends to Amazon CloudWatch Logs".
 */
export const sharedLogGroups = ["NotebookInstances", "ProcessingJobs", "TrainingJobs", "TransformJobs", "studio"].map(
  (name) => `/aws/sagemaker/${name}`,
);

/** Parameter with the log groups that a core stack creates. The log groups of other creators remain as they are. */
const recordName = (name: string) => `/cloister/core/${name}/log-groups`;

export interface FoundLogGroup {
  name: string;
  /** Undefined if events never expire. */
  retentionDays?: number;
  hasKey: boolean;
}

export interface LogGroupFindings {
  existing: FoundLogGroup[];
  /** Log groups that an earlier deployment of the core stack created. */
  created: string[];
}

/** Looks up the shared log groups, and which of them the core stack created. `name` is the stack name. */
export async function lookupLogGroups(name: string, opts: Options): Promise<LogGroupFindings> {
  const [{ logGroupNames }, parameter] = await Promise.all([
    aws.cloudwatch.getLogGroups({ logGroupNamePrefix: "/aws/sagemaker/" }, opts),
    optional(aws.ssm.getParameter({ name: recordName(name) }, opts)),
  ]);
  const created = parameter?.value.split(",") ?? [];
  const others = sharedLogGroups.filter((group) => logGroupNames.includes(group) && !created.includes(group));
  const existing = await Promise.all(
    others.map(async (group): Promise<FoundLogGroup> => {
      const found = await ifReadable(() => aws.cloudwatch.getLogGroup({ name: group }, opts));
      return {
        name: group,
        ...(found && found.retentionInDays > 0 && { retentionDays: found.retentionInDays }),
        hasKey: found !== undefined && found.kmsKeyId !== "",
      };
    }),
  );
  return { existing, created };
}

/** Log groups to create: those without another creator. Warns about existing log groups without retention or key. */
export function planLogGroups(
  { existing }: LogGroupFindings,
  { retentionDays, setting }: { retentionDays: number; setting: string },
): { create: string[]; warnings: Problem[] } {
  const warnings = existing.flatMap(({ name, retentionDays: found, hasKey }) => {
    const missing = [
      ...(found === undefined
        ? [{ what: "retention", fix: `aws logs put-retention-policy --log-group-name ${name} --retention-in-days ${retentionDays}` }]
        : []),
      ...(hasKey ? [] : [{ what: "key", fix: `aws logs associate-kms-key --log-group-name ${name} --kms-key-id <keyArn of this stack>` }]),
    ];
    if (missing.length === 0) return [];
    const text = `does not change log group ${name}, which exists without ${missing.map(({ what }) => what).join(" and ")}. Fix: ${missing.map(({ fix }) => fix).join(" && ")}`;
    return [{ setting, text }];
  });
  const names = existing.map(({ name }) => name);
  return { create: sharedLogGroups.filter((group) => !names.includes(group)), warnings };
}

export interface LogGroupArgs {
  /** Names of log groups. */
  create: readonly string[];
  retentionDays: number;
  /** `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  purge: boolean;
}

/**
 * The log groups that SageMaker shares between all environments of the account, after a record of their names.
 * Without `purge`, a destroy keeps the log groups with their events.
 * Source: AWS Security Hub CloudWatch.16; NIST SP 800-53 AU-11, SC-28.
 */
export class SharedLogGroups extends pulumi.ComponentResource {
  constructor(name: string, { create, retentionDays, logKeyArn, purge }: LogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:SharedLogGroups", name, {}, opts);
    const childOptions = { parent: this };
    if (create.length > 0) {
      const record = new aws.ssm.Parameter(
        `${name}-log-groups`,
        { name: recordName(name), type: "String", value: create.join(","), description: "Log groups that the core stack created" },
        childOptions,
      );
      for (const group of create)
        new aws.cloudwatch.LogGroup(
          `${name}-${group.split("/").at(-1)!}`,
          { name: group, kmsKeyId: logKeyArn, retentionInDays: retentionDays },
          // Otherwise, the next deployment would take a log group of an interrupted deployment for that of another creator.
          { ...childOptions, retainOnDelete: !purge, dependsOn: [record] },
        );
    }
    this.registerOutputs();
  }
}
