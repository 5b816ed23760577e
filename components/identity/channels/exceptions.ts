// Statements that intentionally have no network condition, each with its reason. Data only.

/** A rule of the channel check. */
export type ChannelRule = "network" | "names" | "readable" | "foreign" | "principals" | "unclassified";

export interface ChannelException {
  id: string;
  /** Rules that the exception allows to break. */
  rules: readonly ChannelRule[];
  /** Roles, or endpoint policies such as `s3 endpoint`. */
  principals: readonly string[] | "all";
  /** Patterns of actions. */
  actions: readonly string[];
  /** Patterns that every resource of the statement must match, or `ownBuckets`. Default: any resource. */
  resources?: readonly string[];
  /** Condition keys that the statement must have. Default: none. */
  conditionKeys?: readonly string[];
  /** The value of `people.network` that the exception needs. Default: any. */
  when?: "anywhere";
  /** Whether a stolen session can read from outside the network. If so, writing the data also requires an exception. */
  leavesOpen: boolean;
  reason: string;
  /** The AWS page that the reason relies on. */
  source: string;
}

/** Placeholder for the buckets of the deployment and their objects. */
export const ownBuckets = "own buckets";

const serviceRoles = ["execution", "notebook", "pipeline", "model", "model in a target account"];

export const channelExceptions: readonly ChannelException[] = [
  {
    id: "buckets",
    rules: ["network", "names"],
    principals: serviceRoles,
    actions: ["s3:*"],
    resources: [ownBuckets],
    leavesOpen: false,
    reason: "The bucket policies require the environment's network.",
    source: 'AWS "Controlling access from VPC endpoints with bucket policies"',
  },
  {
    id: "keys",
    rules: ["network", "names"],
    principals: "all",
    actions: ["kms:Decrypt", "kms:DescribeKey"],
    leavesOpen: false,
    reason: "The key policies require the services that store the data, and these services authorize each read.",
    source: 'AWS KMS "kms:ViaService"',
  },
  {
    id: "pipelines",
    rules: ["network", "names"],
    principals: ["pipeline"],
    actions: ["sagemaker:*"],
    leavesOpen: false,
    reason: "Only SageMaker Pipelines can assume the role, and it does not call through the environment's network.",
    source: 'AWS "Cross-service confused deputy prevention" for SageMaker',
  },
  {
    id: "networks",
    rules: ["network", "names"],
    principals: serviceRoles,
    actions: ["ec2:Describe*"],
    leavesOpen: true,
    reason: "SageMaker describes network resources with the role. Only deployments can write names and descriptions of network resources.",
    source: 'AWS "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC"',
  },
  {
    id: "started-notebooks",
    rules: ["network", "names", "readable"],
    principals: ["data-scientist"],
    actions: ["ec2:CreateNetworkInterface", "ec2:Describe*"],
    conditionKeys: ["aws:ViaAWSService"],
    leavesOpen: false,
    reason: "SageMaker makes the calls for a user who starts a notebook instance. The user chooses no parameter and receives no response.",
    source: 'AWS IAM "Forward access sessions"; AWS "SageMaker AI API Permissions" (`StartNotebookInstance`)',
  },
  {
    id: "image-pulls",
    rules: ["network"],
    principals: serviceRoles,
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    leavesOpen: false,
    reason: "SageMaker pulls the images of jobs and models with the role. No role can push images.",
    source: 'AWS "SageMaker AI Roles"',
  },
  {
    id: "studio-page",
    rules: ["names"],
    principals: ["execution"],
    actions: [
      "sagemaker:DescribeApp",
      "sagemaker:DescribeDomain",
      "sagemaker:DescribeUserProfile",
      "sagemaker:ListApps",
      "sagemaker:ListDomains",
      "sagemaker:ListSpaces",
      "sagemaker:ListUserProfiles",
    ],
    leavesOpen: false,
    reason: "The Studio page reads the domain, profiles and apps before an app is open.",
    source: 'AWS managed policy "AmazonSageMakerFullAccess"',
  },
  {
    id: "studio-page-apps",
    rules: ["network"],
    principals: ["execution"],
    actions: ["sagemaker:CreatePresignedDomainUrl"],
    resources: ["arn:*:sagemaker:*:*:user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}"],
    leavesOpen: true,
    reason: "Studio's page opens an app with the session of the app's user, and AWS's sample policy requires no VPC endpoint.",
    source: 'AWS "Give users access to private spaces"',
  },
  {
    id: "foundation-models",
    rules: ["foreign"],
    principals: ["execution", "notebook", "bedrock-runtime endpoint"],
    actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    resources: ["arn:*:bedrock:*::foundation-model/*"],
    leavesOpen: false,
    reason: "AWS owns foundation models, and their ARNs contain no account ID.",
    source: 'AWS "Resource types defined by Amazon Bedrock"',
  },
  {
    id: "queries-of-athena",
    rules: ["network"],
    principals: ["execution", "notebook"],
    actions: ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
    conditionKeys: ["aws:CalledVia"],
    leavesOpen: false,
    reason: "Athena reads the catalog for a query (`aws:CalledVia`), and starting a query requires the network.",
    source: 'AWS IAM "Forward access sessions"',
  },
  {
    id: "functions-and-workflows",
    rules: ["readable"],
    principals: ["execution", "notebook"],
    actions: ["lambda:InvokeFunction", "states:StartExecution"],
    leavesOpen: false,
    reason:
      "A function or state machine can send its input to any recipient. Only administrators can create one with the environment's tag.",
    source: 'AWS Lambda "Invoking functions"',
  },
  {
    id: "repository-reads",
    rules: ["readable"],
    principals: ["execution", "notebook"],
    actions: ["codeconnections:UseConnection"],
    conditionKeys: ["codeconnections:ProviderPermissionsRequired"],
    leavesOpen: false,
    reason: "The connection can only read. The provider receives the names of repositories and branches.",
    source: 'AWS Developer Tools console "Permissions for using connections"',
  },
  {
    id: "repository-writes",
    rules: ["readable"],
    principals: ["execution", "notebook"],
    actions: ["codeconnections:UseConnection"],
    conditionKeys: ["codeconnections:FullRepositoryId"],
    leavesOpen: false,
    reason: "Only repositories in the setting `network.writableRepositories` can receive pushed data.",
    source: 'AWS Developer Tools console "Permissions for using connections"',
  },
  {
    id: "buckets-of-aws",
    rules: ["foreign"],
    principals: ["s3 endpoint"],
    actions: ["s3:GetObject", "s3:ListBucket"],
    resources: [
      "arn:*:s3:::jumpstart-cache-prod-*",
      "arn:*:s3:::al2023-*",
      "arn:*:s3:::amazonlinux-2-repos-*",
      "arn:*:s3:::aws-ssm-*",
      "arn:*:s3:::amazon-ssm-*",
    ],
    leavesOpen: false,
    reason: "AWS publishes models and packages in AWS-owned buckets. No other account can sign a request, so none can log object names.",
    source: "AWS data perimeter policy examples, service-owned resources",
  },
  {
    id: "urls-signed-by-aws",
    rules: ["principals", "foreign"],
    principals: ["s3 endpoint"],
    actions: ["s3:GetObject"],
    resources: ["arn:*:s3:::prod-*-starport-layer-bucket/*", "arn:*:s3:::assets-*"],
    leavesOpen: true,
    reason: "An AWS account signs the URLs of image layers and packages, and AWS does not publish the account ID.",
    source: "AWS data perimeter policy examples, service-owned resources",
  },
  {
    id: "published-parameters",
    rules: ["foreign"],
    principals: ["ssm endpoint"],
    actions: ["ssm:GetParameter*"],
    resources: ["arn:*:ssm:*::parameter/aws/service/*"],
    leavesOpen: false,
    reason: "AWS publishes image IDs and similar values as parameters without an account.",
    source: 'AWS Systems Manager "Working with public parameters"',
  },
  {
    id: "flow-logs",
    rules: ["network"],
    principals: ["flow logs"],
    actions: ["logs:DescribeLogStreams"],
    leavesOpen: false,
    reason: "Only VPC Flow Logs can assume the role.",
    source: 'AWS "IAM role for publishing flow logs to CloudWatch Logs"',
  },
  {
    id: "users-anywhere",
    rules: ["network", "names", "foreign"],
    principals: ["data-scientist", "team-administrator", "lifecycle", "data-science-administrator", "execution"],
    actions: ["sagemaker:*", "logs:*", "cloudwatch:*", "tag:GetResources", "servicecatalog:*"],
    when: "anywhere",
    leavesOpen: true,
    reason: "The setting allows users and the Studio page to read descriptions, logs and metrics from any network.",
    source: 'AWS global condition keys, "aws:SourceVpc"',
  },
  {
    id: "texts-anywhere",
    rules: ["readable"],
    principals: "all",
    actions: ["sagemaker:*", "logs:*", "cloudwatch:*", "servicecatalog:*"],
    when: "anywhere",
    leavesOpen: false,
    reason: "With this setting, users can read free text from code in the network from any network.",
    source: 'AWS global condition keys, "aws:SourceVpc"',
  },
];
