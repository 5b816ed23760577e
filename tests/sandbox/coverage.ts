import { type Call } from "@cloister/sandbox";

export type ClientName = "javascript" | "boto3";

/** The outcomes that a client has had for an operation. */
export interface Seen {
  ok: boolean;
  rejected: boolean;
}

const clients: [ClientName, RegExp][] = [
  ["javascript", /^aws-sdk-js/],
  ["boto3", /^Boto3/],
];

/** The outcomes in the conformance test by `service:Operation`, from the journal. Excludes faults and failures of the sandbox. */
export function coverage(calls: readonly Call[]): Map<string, Record<ClientName, Seen>> {
  const covered = new Map<string, Record<ClientName, Seen>>();
  for (const { service, operation, result, by, client } of calls) {
    const name = clients.find(([, agent]) => agent.test(client))?.[0];
    if (!name || by === "fault" || result.startsWith("Sandbox")) continue;
    const key = `${service}:${operation}`;
    const seen = covered.get(key) ?? { javascript: { ok: false, rejected: false }, boto3: { ok: false, rejected: false } };
    seen[name][result === "ok" ? "ok" : "rejected"] = true;
    covered.set(key, seen);
  }
  return covered;
}

/** Operations without an error: they accept any input that is valid in the service model. */
export const neverRejected: ReadonlySet<string> = new Set([
  "cloudformation:DeleteStack",
  "codebuild:DeleteProject",
  "ec2:CreateFlowLogs",
  "ec2:DeleteTags",
  "ec2:DeleteVpcEndpointServiceConfigurations",
  "ec2:DeleteVpcEndpoints",
  "ec2:DescribeFlowLogs",
  "ecs:DescribeClusters",
  "iam:ListRoles",
  "iam:ListSAMLProviders",
  "s3:DeleteBucketLifecycle",
  "sagemaker:DisableSagemakerServicecatalogPortfolio",
  "sagemaker:EnableSagemakerServicecatalogPortfolio",
  "sagemaker:GetSagemakerServicecatalogPortfolioStatus",
  "sagemaker:ListAutoMLJobs",
  "sagemaker:ListEndpoints",
  "sagemaker:ListHyperParameterTuningJobs",
  "sagemaker:ListMonitoringSchedules",
  "sagemaker:ListNotebookInstances",
  "sagemaker:ListPipelines",
  "sagemaker:ListProcessingJobs",
  "sagemaker:ListStudioLifecycleConfigs",
  "sagemaker:ListTrainingJobs",
  "sagemaker:ListTransformJobs",
  "sns:DeleteTopic",
  "sts:GetCallerIdentity",
]);

/** Settings that our programs do not create. The provider reads them and always gets an error. */
const neverAllowed: ReadonlySet<string> = new Set([
  "cloudtrail:GetInsightSelectors",
  "s3:GetBucketCors",
  "s3:GetBucketReplication",
  "s3:GetBucketWebsite",
]);

/** One line for each operation in the programs that lacks an outcome. Empty when all operations are covered. */
export function uncovered(used: readonly string[], covered: ReadonlyMap<string, Record<ClientName, Seen>>): string[] {
  return used.flatMap((operation) =>
    clients.flatMap(([name]) => {
      const seen = covered.get(operation)?.[name];
      const lacks = [
        ...(seen?.ok || neverAllowed.has(operation) ? [] : ["ok"]),
        ...(seen?.rejected || neverRejected.has(operation) ? [] : ["rejected"]),
      ];
      return lacks.length > 0 ? [`${operation}: ${name} lacks the outcome ${lacks.join(" and ")}`] : [];
    }),
  );
}
