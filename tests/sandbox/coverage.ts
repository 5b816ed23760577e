import { type Call } from "@cloister/sandbox";

export type ClientName = "javascript" | "boto3";

/** Which outcomes of an operation a client has seen. */
export interface Seen {
  ok: boolean;
  refused: boolean;
}

const clients: [ClientName, RegExp][] = [
  ["javascript", /^aws-sdk-js/],
  ["boto3", /^Boto3/],
];

/** What the clients of the conformance test have seen, by `service:Operation`, as the journal tells. Faults and the sandbox's own failures don't count. */
export function coverage(calls: readonly Call[]): Map<string, Record<ClientName, Seen>> {
  const covered = new Map<string, Record<ClientName, Seen>>();
  for (const { service, operation, result, by, client } of calls) {
    const name = clients.find(([, agent]) => agent.test(client))?.[0];
    if (!name || by === "fault" || result.startsWith("Sandbox")) continue;
    const key = `${service}:${operation}`;
    const seen = covered.get(key) ?? { javascript: { ok: false, refused: false }, boto3: { ok: false, refused: false } };
    seen[name][result === "ok" ? "ok" : "refused"] = true;
    covered.set(key, seen);
  }
  return covered;
}

/** Operations that answer any input that their model allows, or with what there is, be it nothing. */
export const neverRefused: ReadonlySet<string> = new Set([
  "ec2:CreateFlowLogs",
  "ec2:DeleteTags",
  "ec2:DeleteVpcEndpoints",
  "ec2:DescribeFlowLogs",
  "iam:ListRoles",
  "iam:ListSAMLProviders",
  "s3:DeleteBucketLifecycle",
  "sagemaker:DisableSagemakerServicecatalogPortfolio",
  "sagemaker:EnableSagemakerServicecatalogPortfolio",
  "sagemaker:GetSagemakerServicecatalogPortfolioStatus",
  "sns:DeleteTopic",
  "sns:Unsubscribe",
  "sts:GetCallerIdentity",
]);

/** Settings that our programs don't make: the provider asks, and is only ever told that there is none. */
const neverAllowed: ReadonlySet<string> = new Set(["s3:GetBucketCors", "s3:GetBucketReplication", "s3:GetBucketWebsite"]);

/** What is still to be covered of the operations that programs use: one line each, empty when the clients have seen it all. */
export function uncovered(used: readonly string[], covered: ReadonlyMap<string, Record<ClientName, Seen>>): string[] {
  return used.flatMap((operation) =>
    clients.flatMap(([name]) => {
      const seen = covered.get(operation)?.[name];
      const lacks = [
        ...(seen?.ok || neverAllowed.has(operation) ? [] : ["ok"]),
        ...(seen?.refused || neverRefused.has(operation) ? [] : ["refused"]),
      ];
      return lacks.length > 0 ? [`${operation}: ${name} has not seen it ${lacks.join(" and ")}`] : [];
    }),
  );
}
