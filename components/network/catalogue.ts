// Defines the interface endpoints and the AWS-owned buckets that each feature needs. Data only.

/**
 * An interface endpoint. Placeholders: `<region>`, `<suffix>` for the partition's DNS suffix (`amazonaws.com`), and
 * `<site>` for the domain of SageMaker user interfaces (`sagemaker.aws`).
 */
export interface EndpointKind {
  /** Endpoint service name in AWS. */
  service: string;
  /** What uses the endpoint. */
  purpose: string;
  /** DNS names that resolve to the endpoint, and that the DNS firewall allows. */
  domains: string[];
  /** Why callers need no permission. Otherwise, a role that uses the endpoint must have one. */
  withoutPermission?: string;
  /**
   * Actions that listed accounts can call on resources outside the listed accounts or the organization.
   * Either the resources have no account, because AWS owns them, or `inAccounts` names the accounts.
   * The endpoint policy limits all other actions to resources in the listed accounts or the organization.
   */
  publicReads?: { actions: string[]; resources: string[]; inAccounts?: "registries" };
}

/**
 * An endpoint for `com.amazonaws.<region>.<service>` with the DNS names `<host>.<region>.<suffix>`.
 * `hosts` is required only where host names differ from the service name.
 */
const regional = (purpose: string, service: string, hosts = [service], publicReads?: EndpointKind["publicReads"]): EndpointKind => ({
  service: `com.amazonaws.<region>.${service}`,
  purpose,
  domains: hosts.map((host) => `${host}.<region>.<suffix>`),
  ...(publicReads && { publicReads }),
});

/** An endpoint for `aws.sagemaker.<region>.<part>`, a SageMaker user interface. */
const sagemakerSite = (purpose: string, part: string): EndpointKind => ({
  service: `aws.sagemaker.<region>.${part}`,
  purpose,
  domains: [`${part}.<region>.<site>`, `*.${part}.<region>.<site>`],
});

/** AWS publishes SageMaker images in registries of AWS-owned accounts, which differ by region. */
const publicImages = {
  actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  resources: ["*"],
  inAccounts: "registries" as const,
};

/**
 * The interface endpoints that features use, by the endpoint name in settings.
 * Source: AWS PrivateLink "AWS services that integrate";
 * AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
 */
export const endpointKinds = {
  "sagemaker-api": regional("all SageMaker API calls, from Studio and from code", "sagemaker.api", ["api.sagemaker"]),
  "sagemaker-runtime": regional("invoking endpoints", "sagemaker.runtime", ["runtime.sagemaker"]),
  "sagemaker-studio": sagemakerSite("opening Studio from inside the network", "studio"),
  "sagemaker-notebook": sagemakerSite("opening notebook instances from inside the network", "notebook"),
  "sagemaker-featurestore-runtime": regional("reading and writing features", "sagemaker.featurestore-runtime", [
    "featurestore-runtime.sagemaker",
  ]),
  "sagemaker-metrics": regional("experiment metrics", "sagemaker.metrics", ["metrics.sagemaker"]),
  "sagemaker-experiments": {
    service: "aws.sagemaker.<region>.experiments",
    purpose: "MLflow tracking servers and their user interface",
    domains: ["<region>.experiments.<site>", "*.<region>.experiments.<site>"],
  },
  sts: {
    ...regional("temporary credentials and the caller identity, which nearly all code requests", "sts"),
    withoutPermission: "Every principal can call `sts:GetCallerIdentity`. Source: AWS API `GetCallerIdentity`.",
  },
  logs: regional("reading and writing job logs", "logs"),
  kms: regional("encrypting and decrypting with customer managed keys", "kms"),
  ssm: regional("reading the environment's published values", "ssm", ["ssm"], {
    actions: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    resources: ["arn:*:ssm:*::parameter/aws/service/*"],
  }),
  ssmmessages: regional("sessions for remote debugging of jobs", "ssmmessages"),
  ec2messages: regional("Systems Manager commands", "ec2messages"),
  ec2: regional("describing networks and instances from code", "ec2"),
  "ecr-api": regional("finding container images", "ecr.api", ["api.ecr"], publicImages),
  "ecr-dkr": {
    service: "com.amazonaws.<region>.ecr.dkr",
    purpose: "pulling container images",
    domains: ["dkr.ecr.<region>.<suffix>", "*.dkr.ecr.<region>.<suffix>"],
    publicReads: publicImages,
  },
  monitoring: regional("writing metrics", "monitoring"),
  events: regional("sending events", "events"),
  secretsmanager: regional("reading secrets", "secretsmanager"),
  codecommit: regional("the CodeCommit API", "codecommit"),
  "git-codecommit": regional("CodeCommit Git access", "git-codecommit"),
  codeconnections: regional("connections to repositories on GitHub, GitLab and others", "codeconnections.api", ["codeconnections"]),
  servicecatalog: regional("SageMaker Projects and self-service products", "servicecatalog"),
  codepipeline: regional("viewing and starting pipelines", "codepipeline"),
  codebuild: regional("viewing and starting builds", "codebuild"),
  "codeartifact-api": regional("CodeArtifact tokens and metadata", "codeartifact.api", ["codeartifact"]),
  "codeartifact-repositories": {
    service: "com.amazonaws.<region>.codeartifact.repositories",
    purpose: "CodeArtifact packages",
    domains: ["d.codeartifact.<region>.<suffix>", "*.d.codeartifact.<region>.<suffix>"],
  },
  glue: regional("the Glue Data Catalog", "glue"),
  athena: regional("queries on data in S3", "athena"),
  lakeformation: regional("permissions on tables in the Glue Data Catalog", "lakeformation"),
  "redshift-data": regional("queries on Redshift", "redshift-data"),
  elasticmapreduce: regional("EMR clusters", "elasticmapreduce"),
  "emr-serverless": regional("EMR Serverless applications", "emr-serverless"),
  lambda: regional("invoking functions", "lambda"),
  states: regional("Step Functions state machines", "states"),
  sns: regional("publishing messages", "sns"),
  sqs: regional("sending and receiving messages", "sqs"),
  cloudformation: regional("deploying CloudFormation stacks from inside the network", "cloudformation"),
  elasticfilesystem: regional("the EFS API; mounting needs no endpoint", "elasticfilesystem"),
  autoscaling: regional("Auto Scaling groups", "autoscaling"),
  "application-autoscaling": regional("scaling SageMaker endpoints", "application-autoscaling"),
  xray: regional("writing traces", "xray"),
  config: regional("AWS Config records", "config"),
  "bedrock-runtime": regional("invoking Bedrock foundation models", "bedrock-runtime", ["bedrock-runtime"], {
    actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    resources: ["arn:*:bedrock:*::foundation-model/*"],
  }),
} as const satisfies Record<string, EndpointKind>;

export type EndpointName = keyof typeof endpointKinds;
export const endpointNames = Object.keys(endpointKinds) as [EndpointName, ...EndpointName[]];

/**
 * Objects in AWS-owned buckets. A request is also an entry in the CloudTrail of the account that signed the request.
 * The entry contains the object name, so the endpoint policy restricts the signing account.
 */
export interface AwsObjects {
  /** `bucket/key` patterns with `<region>` and `<account>`. */
  objects: string[];
  /**
   * `caller`: only principals of the listed accounts. `unsigned`: also anonymous requests of package managers.
   * `aws`: URLs that an AWS account signs. AWS does not publish the account, so any principal can read.
   */
  signedBy: "caller" | "unsigned" | "aws";
}

export interface Feature {
  about: string;
  /** Endpoints that the feature requires. Omitting one is an error. */
  required: EndpointName[];
  /** Endpoints that most code uses. They can be omitted. */
  optional?: EndpointName[];
  awsObjects?: AwsObjects;
  /** The account in the bucket names, by region. */
  awsAccounts?: Record<string, string>;
  /** DNS names that the feature needs in addition to the names of its endpoints and of S3. */
  domains?: string[];
}

/**
 * Account that owns the CodeArtifact bucket with package contents, by region. Python and Swift do not need the bucket.
 * Source: AWS CodeArtifact, "Create the Amazon S3 gateway endpoint".
 */
const packageAccounts = {
  "us-east-1": "193858265520",
  "us-east-2": "250872398865",
  "us-west-2": "787052242323",
  "eu-west-1": "438097961670",
  "eu-west-2": "247805302724",
  "eu-west-3": "762466490029",
  "eu-north-1": "611884512288",
  "eu-south-1": "484130244270",
  "eu-central-1": "769407342218",
  "ap-northeast-1": "660291247815",
  "ap-southeast-1": "421485864821",
  "ap-southeast-2": "860415559748",
  "ap-south-1": "681137435769",
} as const satisfies Record<string, string>;

/** Regions with CodeArtifact. Source: AWS General Reference, "AWS CodeArtifact endpoints and quotas". */
export const codeArtifactRegions = Object.keys(packageAccounts);

/**
 * Source: AWS "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions;
 * AWS data perimeter policy examples: an account of ECR signs the URLs, not the service principal.
 */
const imageLayers: AwsObjects = { objects: ["prod-<region>-starport-layer-bucket/*"], signedBy: "aws" };

/**
 * What a network is used for, by the feature name in settings.
 * Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources";
 * AWS data perimeter policy examples, service-owned resources.
 */
export const features = {
  studio: {
    about: "SageMaker Studio",
    required: ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs"],
    optional: ["ssm"],
  },
  // SageMaker pulls the images of jobs and models in its own network.
  // Source: AWS "Give SageMaker AI Training Jobs Access to Resources in Your Amazon VPC"; AWS API `ImageConfig`.
  jobs: { about: "processing, training and transform jobs", required: ["sagemaker-api", "sts", "logs"] },
  hosting: {
    about: "models behind SageMaker endpoints",
    required: ["sagemaker-runtime", "logs"],
    optional: ["sts", "monitoring"],
  },
  notebooks: {
    about: "notebook instances",
    required: ["sagemaker-api", "sagemaker-runtime", "sagemaker-notebook", "sts", "logs"],
  },
  registry: {
    about: "pulling ECR container images from inside the network; not required for jobs and models",
    required: ["ecr-api", "ecr-dkr"],
    awsObjects: imageLayers,
  },
  monitoring: { about: "CloudWatch metrics and logs, model monitoring", required: ["monitoring", "logs"] },
  experiments: { about: "metrics of experiments", required: ["sagemaker-metrics"] },
  features: { about: "SageMaker Feature Store", required: ["sagemaker-featurestore-runtime"] },
  git: { about: "CodeCommit repositories", required: ["git-codecommit"] },
  connections: { about: "repositories on GitHub, GitLab and others, through CodeConnections", required: ["codeconnections"] },
  secrets: { about: "secrets in Secrets Manager", required: ["secretsmanager"] },
  packages: {
    about: "CodeArtifact packages",
    required: ["codeartifact-api", "codeartifact-repositories"],
    awsObjects: { objects: ["assets-<account>-<region>/*"], signedBy: "aws" },
    awsAccounts: packageAccounts,
  },
  jumpstart: {
    about: "SageMaker JumpStart models",
    required: ["sagemaker-api"],
    awsObjects: { objects: ["jumpstart-cache-prod-<region>", "jumpstart-cache-prod-<region>/*"], signedBy: "caller" },
  },
  // The package managers use the dual-stack names. Source: `/etc/yum.repos.d` of Amazon Linux 2023 and 2;
  // AWS data perimeter policy examples, service-owned resources.
  "os-packages": {
    about: "Amazon Linux packages",
    required: [],
    awsObjects: {
      objects: ["al2023-repos-<region>-de612dc2/*", "al2023-<region>/*", "amazonlinux-2-repos-<region>/*"],
      signedBy: "unsigned",
    },
    domains: [
      "al2023-repos-<region>-de612dc2.s3.dualstack.<region>.<suffix>",
      "amazonlinux-2-repos-<region>.s3.dualstack.<region>.<suffix>",
    ],
  },
  analytics: {
    about: "queries with Athena and Glue",
    required: ["athena", "glue"],
  },
  workflows: { about: "Lambda functions and Step Functions", required: ["lambda", "states"] },
  bedrock: { about: "Bedrock foundation models", required: ["bedrock-runtime"] },
  mirror: { about: "packages from your mirror behind an endpoint service (`mirrorServiceName`)", required: [] },
} as const satisfies Record<string, Feature>;

export type FeatureName = keyof typeof features;

/** Features of earlier versions, and why they no longer exist. */
export const removedFeatures: Record<string, string> = {
  projects:
    "no role created by Cloister can launch project templates. For an existing role with this permission, add 'servicecatalog' to 'network.endpoints.add'",
  sessions: "a session connects a job to a computer outside the network, and no role has the permission to start a session",
};
export const featureNames = Object.keys(features) as [FeatureName, ...FeatureName[]];

/**
 * Hourly price of one interface endpoint in one Availability Zone, in USD, without data.
 * Prices differ by region, and the docs use `priceRegion`. Source: AWS PrivateLink pricing.
 */
const endpointHourlyUsd = 0.012;
export const priceRegion = "eu-central-1";
/** Monthly price of one interface endpoint in one Availability Zone, in USD: 730 hours, without data. */
export const endpointMonthlyUsd = 730 * endpointHourlyUsd;

/** Monthly price of a private hosted zone with any number of VPCs, in USD. Source: Amazon Route 53 pricing. */
export const hostedZoneMonthlyUsd = 0.5;
