// Rows for VPC endpoint policies: the principals and the resource accounts that the policies allow.
// A resource of another account allows every principal, so only the endpoint policy can deny.
import { type Attacker, type Context, type Row, type RowKit } from "../row-kit";
import { registryOfAws } from "./images";

/** An AWS account that owns the buckets of a feature. */
const aws = "210987654321";

export function endpointRows(kit: RowKit): Row[] {
  return [
    ...ourBuckets(kit),
    ...bucketsOfAws(kit),
    ...interfaceEndpoints(kit),
    ...(kit.ids.features.includes("registry") ? images(kit) : []),
  ];
}

const carries = (by: Attacker, tries: string): Partial<Row> => ({ attack: { by, tries } });
const withOwnKey = "uses an access key of another account";

/** Another account can create a bucket with the name of a deleted bucket. */
function ourBuckets({ ids, unknown, inside, row }: RowKit): Row[] {
  const recreated = { through: "s3", owner: unknown.account };
  return [ids.dataBucketArn, ids.modelBucketArn].flatMap((bucket, i) => {
    const what = ["data", "model"][i]!;
    return [
      row(
        "execution",
        `writes into a stranger's bucket with the name of the ${what} bucket`,
        "denied",
        "s3:PutObject",
        `${bucket}/x`,
        inside,
        {
          ...recreated,
          ...carries("stranger", "creates a bucket with the name of a deleted bucket of the environment"),
        },
      ),
      row(
        "execution",
        `lists a stranger's bucket with the name of the ${what} bucket`,
        "denied",
        "s3:ListBucket",
        bucket,
        inside,
        recreated,
      ),
    ];
  });
}

/** Object names can contain data, and the CloudTrail of the account that signs a request records them. */
function bucketsOfAws({ ids, inside, row }: RowKit): Row[] {
  const { region, features } = ids;
  const whenUsed = (feature: string): Row["want"] => (features.includes(feature) ? "allowed" : "denied");
  const read = (caller: string, it: string, want: Row["want"], name: string, context: Context = {}, more: Partial<Row> = {}) =>
    row(caller, it, want, "s3:GetObject", `arn:aws:s3:::${name}`, { ...inside, ...context }, { through: "s3", owner: aws, ...more });
  const packages = `al2023-repos-${region}-de612dc2/core/x.rpm`;
  const models = `jumpstart-cache-prod-${region}/model`;
  const layers = `prod-${region}-starport-layer-bucket/layer`;
  const unsigned = { "aws:PrincipalAccount": "anonymous" };
  return [
    ...[packages, models].map((name) =>
      read(
        "stranger",
        `reads an AWS-owned bucket, ${name.split("/")[0]}`,
        "denied",
        name,
        {},
        {
          ...carries("malicious package", `${withOwnKey}, and requests an AWS-owned object whose name contains data`),
        },
      ),
    ),
    read("anonymous", "reads Amazon Linux packages", whenUsed("os-packages"), packages, unsigned),
    read("anonymous", "reads Amazon Linux packages, without the key for the account", whenUsed("os-packages"), packages),
    row(
      "anonymous",
      "lists Amazon Linux packages",
      "denied",
      "s3:ListBucket",
      `arn:aws:s3:::${packages.split("/")[0]}`,
      { ...inside, ...unsigned },
      {
        through: "s3",
        owner: aws,
      },
    ),
    read("administrator", "reads Amazon Linux packages", whenUsed("os-packages"), packages),
    read("anonymous", "reads JumpStart models through the endpoint", "denied", models, unsigned),
    read("execution", "reads JumpStart models through the endpoint", whenUsed("jumpstart"), models),
    // An AWS account signs the URLs of image layers, and AWS does not publish the account ID.
    read("stranger", "reads image layers with a signed URL, as ECR does", whenUsed("registry"), layers),
    read("anonymous", "writes into a bucket of another account", "denied", "foreign-bucket/x", unsigned, {
      ...carries("malicious package", "writes into a bucket that allows anonymous writes"),
      action: "s3:PutObject",
    }),
  ];
}

/** Every interface endpoint has the same two conditions (tests/unit/components/network.test.ts). */
function interfaceEndpoints({ ids, arn, unknown, inside, row }: RowKit): Row[] {
  const { account } = unknown;
  const calls: [endpoint: string, action: string, resource: (account: string) => string][] = [
    ["sts", "sts:AssumeRole", (owner) => `arn:aws:iam::${owner}:role/x`],
    ["logs", "logs:PutLogEvents", (owner) => arn("logs", "log-group:/x:log-stream:x", owner)],
    ["sagemaker-api", "sagemaker:CreateExperiment", (owner) => arn("sagemaker", "experiment/x", owner)],
    ["ssm", "ssm:PutParameter", (owner) => arn("ssm", "parameter/x", owner)],
  ];
  return calls.flatMap(([through, action, resource]) => [
    row("administrator", `uses a resource of the account through ${through}`, "allowed", action, resource(ids.accountId), inside, {
      through,
    }),
    row("administrator", `uses a resource of another account through ${through}`, "denied", action, resource(account), inside, {
      through,
      ...carries("insider", "calls a resource of another account through an endpoint"),
    }),
    row("stranger", `uses its own account through ${through}`, "denied", action, resource(account), inside, {
      through,
      ...carries("malicious package", `${withOwnKey}, and calls its own account`),
    }),
  ]);
}

/** Only with the feature `registry`, which adds the endpoints of ECR. */
function images({ ids, arn, unknown, inside, row }: RowKit): Row[] {
  return ["ecr-api", "ecr-dkr"].flatMap((through) => {
    const image = (caller: string, it: string, want: Row["want"], account: string, action = "ecr:BatchGetImage", more: Partial<Row> = {}) =>
      row(caller, `${it} through ${through}`, want, action, arn("ecr", "repository/train", account), inside, { through, ...more });
    return [
      image("execution", "pulls an image published by AWS", "allowed", registryOfAws),
      image("execution", "pulls an image of the account", "allowed", ids.accountId),
      image("administrator", "pulls an image of an unknown account", "denied", unknown.account),
      image("administrator", "pushes an image to an unknown account", "denied", unknown.account, "ecr:PutImage", {
        ...carries("insider", "pushes data as an image to another account"),
      }),
      image("administrator", "pushes an image to AWS", "denied", registryOfAws, "ecr:PutImage"),
      image("stranger", "pushes an image to its own account", "denied", unknown.account, "ecr:PutImage", {
        ...carries("malicious package", `${withOwnKey}, and pushes data as an image`),
      }),
      image("stranger", "pulls an image published by AWS", "denied", registryOfAws),
    ];
  });
}
