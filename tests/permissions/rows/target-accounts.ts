// Rows for models and administrators of a target account, in that account and in the hub account.
import { attack, type Context, type Row, type RowKit } from "../row-kit";

export const targetAccountRows = (kit: RowKit): Row[] => [...rowsInHub(kit), ...rowsInTarget(kit)];

/** Requests of an administrator of the target account for resources of the hub account. */
function rowsInHub({ ids, sm, inside, ownTag, row }: RowKit): Row[] {
  const { accountId, dataBucketArn, modelBucketArn, dataKeyArn, region, roleArns } = ids;
  const owner = { owner: accountId };
  const through = { owner: accountId, through: "s3" };
  const denied = (it: string, action: string, resource: string, context = {}, more: Partial<Row> = owner) =>
    row("target", it, "denied", action, resource, context, more);
  const via = { "kms:ViaService": `s3.${region}.amazonaws.com`, "aws:ViaAWSService": "true" };
  return [
    denied("reads data of the environment", "s3:GetObject", `${dataBucketArn}/x`),
    denied("reads data of the environment from inside", "s3:GetObject", `${dataBucketArn}/x`, inside, through),
    denied("reads artifacts of the environment", "s3:GetObject", `${modelBucketArn}/model.tar.gz`),
    denied("reads artifacts of the environment from inside", "s3:GetObject", `${modelBucketArn}/model.tar.gz`, inside, through),
    denied("writes artifacts of the environment", "s3:PutObject", `${modelBucketArn}/model.tar.gz`, inside, through),
    ...["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"].map((action) =>
      denied(`uses the data key: ${action}`, action, dataKeyArn, { ...via, "kms:GrantIsForAWSResource": "true" }),
    ),
    denied("invokes an endpoint of the environment", "sagemaker:InvokeEndpoint", sm("endpoint/x"), {
      ...ownTag,
      "aws:SourceVpc": ids.vpcId,
    }),
    ...[
      "execution",
      "pipeline",
      "model",
      "notebook",
      "data-scientist",
      "team-administrator",
      "lifecycle",
      "data-science-administrator",
    ].map((role) => denied(`assumes ${role}`, "sts:AssumeRole", roleArns[role]!, { "aws:MultiFactorAuthPresent": "true" })),
  ];
}

/** Requests for resources of the target account. */
function rowsInTarget({ ids, unknown, row }: RowKit): Row[] {
  const { target, region, dataBucketArn, dataKeyArn, roleArns } = ids;
  if (!target) return [];
  const { accountId, bucketArn, keyArn } = target;
  const owner = { owner: accountId };
  const throughS3 = { ...owner, through: "s3 in the target account" };
  const inside: Context = { "aws:SourceVpce": target.s3EndpointId, "aws:SourceVpc": target.vpcId };
  const elsewhere: Context = { "aws:SourceVpce": "vpce-0f0f0f0f0f0f0f0f0", "aws:SourceVpc": "vpc-0f0f0f0f0f0f0f0f0" };
  const via = (service: string): Context => ({ "kms:ViaService": `${service}.${region}.amazonaws.com`, "aws:ViaAWSService": "true" });
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const artifact = `${bucketArn}/model.tar.gz`;
  const model = (it: string, want: Row["want"], action: string, resource: string, context: Context = {}, more: Partial<Row> = owner) =>
    row("target-model", it, want, action, resource, context, more);

  const objects = [
    model("reads its artifact from inside", "allowed", "s3:GetObject", artifact, inside, throughS3),
    model("lists its artifacts from inside", "allowed", "s3:ListBucket", bucketArn, inside, throughS3),
    model("reads its artifact from outside", "denied", "s3:GetObject", artifact),
    model("reads its artifact from another network", "denied", "s3:GetObject", artifact, elsewhere),
    model("reads its artifact without TLS", "denied", "s3:GetObject", artifact, { ...inside, "aws:SecureTransport": "false" }, throughS3),
    model("writes artifacts", "denied", "s3:PutObject", artifact, inside, throughS3),
    model("deletes artifacts", "denied", "s3:DeleteObject", artifact, inside, throughS3),
    ...["s3:GetObject", "s3:ListBucket"].map((action) =>
      model(
        `uses the bucket's name in another account: ${action}`,
        "denied",
        action,
        action === "s3:ListBucket" ? bucketArn : artifact,
        inside,
        { owner: unknown.account, isOpen: true },
      ),
    ),
    model("reads data of the environment", "denied", "s3:GetObject", `${dataBucketArn}/x`, inside, { ...throughS3, owner: ids.accountId }),
    model("writes into an unknown bucket", "denied", "s3:PutObject", "arn:aws:s3:::foreign-bucket/x", inside, {
      owner: unknown.account,
      isOpen: true,
    }),
  ];
  const keys = [
    model("decrypts under its key through S3", "allowed", "kms:Decrypt", keyArn, via("s3")),
    model("decrypts under its key directly", "denied", "kms:Decrypt", keyArn),
    model("writes under its key", "denied", "kms:GenerateDataKey", keyArn, via("s3")),
    model("decrypts under the data key of the environment", "denied", "kms:Decrypt", dataKeyArn, via("s3"), { owner: ids.accountId }),
  ];
  const logGroup = "log-group:/aws/sagemaker/Endpoints/x";
  const eni = arn("ec2", "network-interface/eni-1");
  const attached: Context = { "ec2:Vpc": arn("ec2", `vpc/${target.vpcId}`), "ec2:Permission": "INSTANCE-ATTACH" };
  const hosting = [
    model("writes logs from SageMaker's network", "allowed", "logs:PutLogEvents", arn("logs", `${logGroup}:log-stream:x`)),
    model(
      "creates the log group of an endpoint from SageMaker's network",
      "allowed",
      "logs:CreateLogGroup",
      arn("logs", `${logGroup}:log-stream:`),
    ),
    model("creates a log group from inside", "denied", "logs:CreateLogGroup", arn("logs", `${logGroup}:log-stream:`), inside),
    model("writes other logs", "denied", "logs:PutLogEvents", arn("logs", "log-group:/flow:log-stream:x")),
    model("reads logs", "denied", "logs:GetLogEvents", arn("logs", `${logGroup}:log-stream:x`), inside),
    model("writes metrics of endpoints", "allowed", "cloudwatch:PutMetricData", "*", {
      "cloudwatch:namespace": "/aws/sagemaker/Endpoints",
    }),
    model("writes other metrics", "denied", "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "Custom" }),
    model("pulls an image", "allowed", "ecr:BatchGetImage", arn("ecr", "repository/serve")),
    model(
      "pulls an image of an unknown account",
      "denied",
      "ecr:BatchGetImage",
      `arn:aws:ecr:${region}:${unknown.account}:repository/x`,
      {},
      {
        owner: unknown.account,
        isOpen: true,
      },
    ),
    model("creates an interface in its subnet", "allowed", "ec2:CreateNetworkInterface", arn("ec2", `subnet/${target.subnetIds[0]}`)),
    model("creates an interface in an unknown subnet", "denied", "ec2:CreateNetworkInterface", arn("ec2", `subnet/${unknown.subnet}`)),
    model("creates an interface from inside", "denied", "ec2:CreateNetworkInterface", arn("ec2", `subnet/${target.subnetIds[0]}`), inside),
    model("shares an interface with SageMaker", "allowed", "ec2:CreateNetworkInterfacePermission", eni, attached),
    model("shares an interface from inside", "denied", "ec2:CreateNetworkInterfacePermission", eni, { ...attached, ...inside }),
    model("shares an interface of another VPC", "denied", "ec2:CreateNetworkInterfacePermission", eni, {
      ...attached,
      "ec2:Vpc": arn("ec2", "vpc/vpc-other"),
    }),
    model("shares an interface with another service", "denied", "ec2:CreateNetworkInterfacePermission", eni, {
      ...attached,
      "ec2:AuthorizedService": "codebuild.amazonaws.com",
    }),
    model("adds a public address to an interface", "denied", "ec2:CreateNetworkInterfacePermission", eni, {
      ...attached,
      "ec2:Permission": "EIP-ASSOCIATE",
    }),
  ];
  const network: Context = { "sagemaker:VpcSubnets": target.subnetIds, "sagemaker:VpcSecurityGroupIds": ["sg-1"] };
  const others = [
    model("starts a job", "denied", "sagemaker:CreateTrainingJob", arn("sagemaker", "training-job/x"), network),
    model("creates a model", "denied", "sagemaker:CreateModel", arn("sagemaker", "model/x"), network),
    model("invokes an endpoint", "denied", "sagemaker:InvokeEndpoint", arn("sagemaker", "endpoint/x"), inside),
    model("describes a model", "denied", "sagemaker:DescribeModel", arn("sagemaker", "model/x"), inside),
    model("passes itself", "denied", "iam:PassRole", roleArns["target-model"]!, { "iam:PassedToService": "sagemaker.amazonaws.com" }),
    model("writes itself another policy", "denied", "iam:PutRolePolicy", roleArns["target-model"]!),
    model("assumes the deploying role", "denied", "sts:AssumeRole", target.deployRoleArn),
  ];

  const headers = {
    algorithm: "s3:x-amz-server-side-encryption",
    key: "s3:x-amz-server-side-encryption-aws-kms-key-id",
    own: "s3:x-amz-server-side-encryption-customer-algorithm",
  };
  const writes = (it: string, context: Context) =>
    row("target-deployer", `copies an artifact ${it}`, "denied", "s3:PutObject", artifact, context, owner);
  const deploying = [
    row("target-deployer", "copies an artifact from anywhere", "allowed", "s3:PutObject", artifact, {}, owner),
    ...attack("insider", "writes data in plain text or under another key as the deploying role", [
      writes("without TLS", { "aws:SecureTransport": "false" }),
      writes("under the key of S3", { [headers.algorithm]: "AES256" }),
      writes("under an unknown key", { [headers.algorithm]: "aws:kms", [headers.key]: unknown.key }),
      writes("under a key of AWS", { [headers.algorithm]: "aws:kms" }),
      writes("with double encryption, which the bucket does not use", { [headers.algorithm]: "aws:kms:dsse", [headers.key]: keyArn }),
      writes("under a key of the caller", { [headers.own]: "AES256" }),
    ]),
  ];
  const assumes = (caller: string, it: string, want: Row["want"], context: Context = {}) =>
    row(caller, `assumes target-model ${it}`, want, "sts:AssumeRole", roleArns["target-model"]!, context, owner);
  const trusts = [
    assumes("sagemaker.amazonaws.com", "for the target account", "allowed", {
      "aws:SourceAccount": accountId,
      "aws:SourceArn": arn("sagemaker", "model/x"),
    }),
    assumes("sagemaker.amazonaws.com", "for another account", "denied", {
      "aws:SourceAccount": unknown.account,
      "aws:SourceArn": arn("sagemaker", "model/x").replace(accountId, unknown.account),
    }),
    assumes("target", "as an administrator", "denied"),
    assumes("execution", "from the hub account", "denied"),
  ];
  const administrators = [
    row("target", "reads artifacts of models from inside", "denied", "s3:GetObject", artifact, inside, throughS3),
    row("target", "reads artifacts of models from outside", "denied", "s3:GetObject", artifact, {}, owner),
    row("target", "decrypts under the key of models", "denied", "kms:Decrypt", keyArn, via("s3"), owner),
    row("target", "repairs the bucket policy", "allowed", "s3:PutBucketPolicy", bucketArn, {}, owner),
    row("stranger", "reads artifacts of the target account", "denied", "s3:GetObject", artifact, {}, owner),
  ];
  return [
    ...attack("compromised target account", "uses the role of a model for anything but its artifact, logs and metrics", [
      ...objects,
      ...keys,
      ...hosting,
      ...others,
    ]),
    ...deploying,
    ...trusts,
    ...attack("compromised target account", "reads artifacts in the target account without changing a policy", administrators.slice(0, 3)),
    ...administrators.slice(3),
  ];
}
