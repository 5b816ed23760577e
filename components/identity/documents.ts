// IAM documents of the product's roles. Pure.

export interface Place {
  accountId: string;
  region: string;
  partition: string;
}

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const document = (Statement: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** Trust of a role that SageMaker takes on, for jobs of this account only. Source: AWS "Cross-service confused deputy prevention" for SageMaker. */
export const sagemakerTrust = ({ accountId }: Place) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sagemaker.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });

/** Calls that start something in a network of their choice, and know the two condition keys. Source: AWS Service Authorization Reference, SageMaker. */
const networked = [
  "sagemaker:CreateTrainingJob",
  "sagemaker:CreateProcessingJob",
  "sagemaker:CreateHyperParameterTuningJob",
  "sagemaker:CreateAutoMLJob",
  "sagemaker:CreateAutoMLJobV2",
  "sagemaker:CreateModel",
];

/** One statement per key: two keys in one `Null` block would only refuse a call that lacks both. */
const onlyInANetwork: Statement[] = [
  { Sid: "OnlyInSubnets", Effect: "Deny", Action: networked, Resource: "*", Condition: { Null: { "sagemaker:VpcSubnets": "true" } } },
  {
    Sid: "OnlyInSecurityGroups",
    Effect: "Deny",
    Action: networked,
    Resource: "*",
    Condition: { Null: { "sagemaker:VpcSecurityGroupIds": "true" } },
  },
];

/**
 * The most that any role of the product may ever do, whatever its own policies say: put on each as its permissions boundary.
 * Source: AWS "Permissions boundaries for IAM entities".
 */
export function boundaryDocument({ accountId, region, partition }: Place): string {
  return document([
    {
      Sid: "ServicesOfTheProduct",
      Effect: "Allow",
      Action: ["sagemaker:*", "s3:*", "kms:*", "logs:*", "cloudwatch:*", "ecr:*", "ec2:*", "ssm:GetParameter*", "sts:GetCallerIdentity"],
      Resource: "*",
    },
    {
      Sid: "PassOwnRolesToSageMaker",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: `arn:${partition}:iam::${accountId}:role/*`,
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
    {
      Sid: "OnlyThisRegion",
      Effect: "Deny",
      Action: ["sagemaker:*", "s3:*", "kms:*", "logs:*", "ecr:*", "ec2:*", "ssm:*"],
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "NoWayOutOfTheNetwork",
      Effect: "Deny",
      Action: [
        "ec2:AttachInternetGateway",
        "ec2:CreateInternetGateway",
        "ec2:CreateEgressOnlyInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRoute",
        "ec2:ReplaceRoute",
        "ec2:CreateVpcPeeringConnection",
        "ec2:AcceptVpcPeeringConnection",
        "ec2:CreateVpcEndpoint",
        "ec2:ModifyVpcEndpoint",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:RunInstances",
      ],
      Resource: "*",
    },
    {
      Sid: "NoChangeOfThePerimeter",
      Effect: "Deny",
      Action: [
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutAccountPublicAccessBlock",
        "s3:PutEncryptionConfiguration",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:DisableKey",
        "logs:DeleteLogGroup",
        "logs:DisassociateKmsKey",
        "sagemaker:CreateDomain",
        "sagemaker:UpdateDomain",
        "sagemaker:DeleteDomain",
        "sagemaker:CreateNotebookInstance",
      ],
      Resource: "*",
    },
    ...onlyInANetwork,
  ]);
}

const bucketStatements = (bucketArns: string[], write: boolean): Statement[] => [
  { Sid: "FindData", Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: bucketArns },
  {
    Sid: "UseData",
    Effect: "Allow",
    Action: write ? ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"] : ["s3:GetObject"],
    Resource: bucketArns.map((arn) => `${arn}/*`),
  },
];

const imageStatements = ({ accountId, region, partition }: Place): Statement[] => [
  { Sid: "SignInToImages", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Sid: "PullOwnImages",
    Effect: "Allow",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: `arn:${partition}:ecr:${region}:${accountId}:repository/*`,
  },
];

const logStatement = ({ accountId, region, partition }: Place): Statement => ({
  Sid: "WriteLogs",
  Effect: "Allow",
  Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
  Resource: `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/sagemaker/*`,
});

const metricStatement: Statement = {
  Sid: "WriteMetrics",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringLike: { "cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"] } },
};

/** Network interfaces in the VPC, which SageMaker makes under the role. Source: AWS "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC". */
const interfaceStatement: Statement = {
  Sid: "NetworkInterfaces",
  Effect: "Allow",
  Action: [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcEndpoints",
  ],
  Resource: "*",
};

export interface ExecutionRights extends Place {
  environment: string;
  bucketArns: string[];
  keyArns: string[];
}

/** What a person in Studio, and the jobs started there, may do. */
export function executionDocument(rights: ExecutionRights): string {
  const { accountId, region, partition, environment, bucketArns, keyArns } = rights;
  return document([
    ...bucketStatements(bucketArns, true),
    {
      Sid: "UseKeys",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"],
      Resource: keyArns,
    },
    {
      Sid: "LetAwsUseKeysForVolumes",
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: keyArns,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    {
      Sid: "TrainAndRegister",
      Effect: "Allow",
      Action: [
        "sagemaker:Describe*",
        "sagemaker:List*",
        "sagemaker:Search",
        "sagemaker:AddTags",
        "sagemaker:CreateTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:CreateProcessingJob",
        "sagemaker:StopProcessingJob",
        "sagemaker:CreateHyperParameterTuningJob",
        "sagemaker:StopHyperParameterTuningJob",
        "sagemaker:CreateTransformJob",
        "sagemaker:StopTransformJob",
        "sagemaker:CreateModel",
        "sagemaker:DeleteModel",
        "sagemaker:CreateModelPackage",
        "sagemaker:CreateModelPackageGroup",
      ],
      Resource: "*",
    },
    {
      Sid: "OwnSpacesAndApps",
      Effect: "Allow",
      Action: ["sagemaker:CreateSpace", "sagemaker:UpdateSpace", "sagemaker:DeleteSpace", "sagemaker:CreateApp", "sagemaker:DeleteApp"],
      Resource: [`arn:${partition}:sagemaker:${region}:${accountId}:space/*`, `arn:${partition}:sagemaker:${region}:${accountId}:app/*`],
    },
    // Approving is another person's work than building.
    {
      Sid: "NeverApproveOneself",
      Effect: "Deny",
      Action: ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"],
      Resource: "*",
      Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "Approved" } },
    },
    {
      Sid: "PassThisRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: `arn:${partition}:iam::${accountId}:role/${environment}-execution-*`,
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
    {
      Sid: "ReadPublishedValues",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
      Resource: `arn:${partition}:ssm:${region}:${accountId}:parameter/cloister/${environment}/*`,
    },
    logStatement(rights),
    metricStatement,
    interfaceStatement,
    ...imageStatements(rights),
    ...onlyInANetwork,
  ]);
}

export interface ModelRights extends Place {
  bucketArns: string[];
  keyArns: string[];
}

/** What a model that answers requests may do: read its artifact, pull its image, write logs and metrics. */
export function modelDocument(rights: ModelRights): string {
  return document([
    ...bucketStatements(rights.bucketArns, false),
    { Sid: "ReadUnderKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:DescribeKey"], Resource: rights.keyArns },
    logStatement(rights),
    metricStatement,
    interfaceStatement,
    ...imageStatements(rights),
  ]);
}
