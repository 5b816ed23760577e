// Permissions boundary of the roles that a deployment creates in a target account. Pure.
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { describeNetworks, noPublicAddresses } from "../permissions/data";
import { allow } from "../permissions/permission";
import { type TargetStage } from "./names";

/** Resource names in a target account start with this prefix, `fraud-dev-staging-444455556666`. */
export const resourcePrefix = ({ name }: Pick<TargetStage, "name">, { accountId }: AwsContext) => `${name}-${accountId}`;

/**
 * What roles of models and flow logs can do at most. Only `cloister bootstrap` changes it, so that a deployment can
 * create roles, and no role with more permissions than these.
 */
export function targetBoundary(stage: Pick<TargetStage, "name">, context: AwsContext): Permission[] {
  const { partition, region } = context;
  const bucket = `arn:${partition}:s3:::${resourcePrefix(stage, context)}-models-*`;
  const logs = (...groups: string[]) => arnsIn(context, "logs", ...groups.map((group) => `log-group:${group}`));
  const flowLogs = `${resourcePrefix(stage, context)}-flow-logs-*`;
  return [
    allow("Read artifacts in the model bucket.", {
      Sid: "Artifacts",
      Action: ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"],
      Resource: [bucket, `${bucket}/*`],
    }),
    allow("Decrypt through S3.", {
      Sid: "Keys",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: arnsIn(context, "kms", "key/*"),
      Condition: { StringEquals: { "kms:ViaService": viaServices(context, ["s3"]) } },
    }),
    // A log group can have a key of another account, whose owner then reads the name of the log group.
    allow("Create log groups of endpoints and flow logs.", {
      Sid: "MakeLogs",
      Action: "logs:CreateLogGroup",
      Resource: logs("/aws/sagemaker/Endpoints/*", flowLogs),
    }),
    allow("Write logs of models and flow logs.", {
      Sid: "Logs",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: logs("/aws/sagemaker/*", flowLogs),
    }),
    allow("Write metrics, sign in to registries, and describe networks, in this region.", {
      Sid: "InRegion",
      Action: ["cloudwatch:PutMetricData", ...describeNetworks, "ecr:GetAuthorizationToken"],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    }),
    allow("Pull images. The role and the registry decide which ones.", {
      Sid: "Images",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: arnsIn({ ...context, accountId: "*" }, "ecr", "repository/*"),
    }),
    allow("Create network interfaces for models in this account.", {
      Sid: "Interfaces",
      Action: [
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
      ],
      Resource: arnsIn(context, "ec2", "network-interface/*", "subnet/*", "security-group/*"),
    }),
    noPublicAddresses,
  ];
}
