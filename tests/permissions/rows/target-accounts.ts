// What an administrator of a target account can do in the hub account.
import { type Row, type RowKit } from "../row-kit";

export function targetAccountRows({ ids, sm, inside, ownTag, row }: RowKit): Row[] {
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
