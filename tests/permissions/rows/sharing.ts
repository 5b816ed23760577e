// Rows about services other than SageMaker that could share or forward data. Only the permissions boundary of the account
// denies these requests, which roles with all permissions make.
import { attack, type Row, type RowKit } from "../row-kit";

export function sharing({ ids, arn, sm, unknown, row }: RowKit): Row[] {
  const group = arn("logs", "log-group:/aws/sagemaker/TrainingJobs");
  const repository = `arn:aws:ecr:${ids.region}:${unknown.account}:repository/x`;
  const version = `arn:aws:sagemaker:${ids.region}:${unknown.account}:model-package/x/1`;
  const requests: [tries: string, action: string, resource: string][] = [
    ["forwards all logs of the account", "logs:PutAccountPolicy", "*"],
    ["shares logs with a monitoring account", "logs:Link", "*"],
    ["copies logs to a table bucket", "logs:AssociateSourceToS3TableIntegration", "*"],
    ["turns log events into metrics", "logs:PutMetricFilter", group],
    ["removes the key of a log group", "logs:DisassociateKmsKey", group],
    ["sends metrics to a delivery stream", "cloudwatch:PutMetricStream", arn("cloudwatch", "metric-stream/x")],
    ["pulls images through a cache from the internet", "ecr:CreatePullThroughCacheRule", "*"],
    ["shares a repository", "ecr:SetRepositoryPolicy", arn("ecr", "repository/x")],
    ["replicates images to another account", "ecr:PutReplicationConfiguration", "*"],
    ["creates a key", "kms:CreateKey", "*"],
    ["shares a portfolio", "servicecatalog:CreatePortfolioShare", arn("catalog", "portfolio/port-1")],
  ];
  const foreign: [tries: string, action: string, resource: string][] = [
    ["pushes an image to a registry of another account", "ecr:PutImage", repository],
    ["registers a model in another account", "sagemaker:CreateModelPackage", version],
  ];
  const tried = ([tries, action, resource]: (typeof requests)[number], more: Partial<Row> = {}) =>
    row("hub-product", `with all permissions ${tries}`, "denied", action, resource, {}, more);
  return [
    ...attack("insider", "lets a product's role share or forward data through services other than SageMaker", [
      ...requests.map((request) => tried(request)),
      // The policy of the other account allows the role.
      ...foreign.map((request) => tried(request, { isOpen: true })),
    ]),
    row(
      "hub-product",
      "with all permissions pushes an image to a registry of the account",
      "allowed",
      "ecr:PutImage",
      arn("ecr", "repository/x"),
    ),
    row(
      "hub-product",
      "with all permissions registers a model in the account",
      "allowed",
      "sagemaker:CreateModelPackage",
      sm("model-package/x/1"),
    ),
  ];
}
