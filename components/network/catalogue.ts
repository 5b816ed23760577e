// What each feature needs of AWS's network: interface endpoints, and buckets that AWS owns. Data.

/** An interface endpoint. `<region>` stands for the region, `<suffix>` for the partition's domain (`amazonaws.com`). */
export interface EndpointKind {
  /** Service name as AWS has it. */
  service: string;
  /** What works through it. */
  purpose: string;
  /** Names that the endpoint's private DNS answers; the DNS firewall lets them through. */
  domains: string[];
  /**
   * Actions on what belongs to AWS or to others, and which resources: read-only, and still for our principals only.
   * Everything else an endpoint lets through is on resources of our accounts.
   */
  foreign?: { actions: string[]; resources: string[] };
}

/** At `com.amazonaws.<region>.<service>`, answering `<host>.<region>.<suffix>`: the usual shape, given as the service and the host where it differs. */
const usual = (purpose: string, service: string, hosts = [service], foreign?: EndpointKind["foreign"]): EndpointKind => ({
  service: `com.amazonaws.<region>.${service}`,
  purpose,
  domains: hosts.map((host) => `${host}.<region>.<suffix>`),
  ...(foreign && { foreign }),
});

/** At `aws.sagemaker.<region>.<part>`: the user interfaces of SageMaker. */
const sagemakerSite = (purpose: string, part: string): EndpointKind => ({
  service: `aws.sagemaker.<region>.${part}`,
  purpose,
  domains: [`${part}.<region>.sagemaker.aws`, `*.${part}.<region>.sagemaker.aws`],
});

/** Images that AWS publishes for SageMaker lie in registries of AWS's own accounts, one set for each region. */
const publishedImages = {
  actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"],
  resources: ["*"],
};

/**
 * The interface endpoints that features use, by our name for them.
 * Source: AWS PrivateLink "AWS services that integrate"; AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
 */
export const endpointKinds = {
  "sagemaker-api": usual("every SageMaker call, from Studio and from code", "sagemaker.api", ["api.sagemaker"]),
  "sagemaker-runtime": usual("invoking endpoints", "sagemaker.runtime", ["runtime.sagemaker"]),
  "sagemaker-studio": sagemakerSite("opening Studio without leaving the network", "studio"),
  "sagemaker-notebook": sagemakerSite("opening notebook instances without leaving the network", "notebook"),
  "sagemaker-featurestore-runtime": usual("reading and writing features", "sagemaker.featurestore-runtime", [
    "featurestore-runtime.sagemaker",
  ]),
  "sagemaker-metrics": usual("metrics of experiments", "sagemaker.metrics", ["metrics.sagemaker"]),
  "sagemaker-experiments": {
    service: "aws.sagemaker.<region>.experiments",
    purpose: "MLflow: tracking servers and their pages",
    domains: ["<region>.experiments.sagemaker.aws", "*.<region>.experiments.sagemaker.aws"],
  },
  sts: usual("roles and who-am-I, which nearly all code asks", "sts"),
  logs: usual("reading and writing logs of jobs", "logs"),
  kms: usual("encrypting and decrypting under the customer's keys", "kms"),
  ssm: usual("reading the environment's published values", "ssm", ["ssm"], {
    actions: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    resources: ["arn:*:ssm:*::parameter/aws/service/*"],
  }),
  ssmmessages: usual("sessions into jobs for remote debugging", "ssmmessages"),
  ec2messages: usual("commands of Systems Manager", "ec2messages"),
  ec2: usual("describing networks and instances from code", "ec2"),
  "ecr-api": usual("finding container images", "ecr.api", ["api.ecr"], publishedImages),
  "ecr-dkr": {
    service: "com.amazonaws.<region>.ecr.dkr",
    purpose: "pulling container images",
    domains: ["dkr.ecr.<region>.<suffix>", "*.dkr.ecr.<region>.<suffix>"],
    foreign: publishedImages,
  },
  monitoring: usual("writing metrics", "monitoring"),
  events: usual("sending events", "events"),
  secretsmanager: usual("reading secrets", "secretsmanager"),
  codecommit: usual("CodeCommit's API", "codecommit"),
  "git-codecommit": usual("Git transport of CodeCommit", "git-codecommit"),
  codeconnections: usual("connections to repositories of GitHub, GitLab and others", "codeconnections.api", ["codeconnections"]),
  servicecatalog: usual("SageMaker Projects and self-service products", "servicecatalog"),
  codepipeline: usual("watching and starting pipelines", "codepipeline"),
  codebuild: usual("watching and starting builds", "codebuild"),
  "codeartifact-api": usual("tokens and metadata of CodeArtifact", "codeartifact.api", ["codeartifact"]),
  "codeartifact-repositories": {
    service: "com.amazonaws.<region>.codeartifact.repositories",
    purpose: "packages of CodeArtifact",
    domains: ["d.codeartifact.<region>.<suffix>", "*.d.codeartifact.<region>.<suffix>"],
  },
  glue: usual("data catalogue", "glue"),
  athena: usual("queries on data in S3", "athena"),
  lakeformation: usual("rights on tables of the data catalogue", "lakeformation"),
  "redshift-data": usual("queries on Redshift", "redshift-data"),
  elasticmapreduce: usual("clusters of EMR", "elasticmapreduce"),
  "emr-serverless": usual("applications of EMR Serverless", "emr-serverless"),
  lambda: usual("invoking functions", "lambda"),
  states: usual("Step Functions", "states"),
  sns: usual("publishing messages", "sns"),
  sqs: usual("queues", "sqs"),
  cloudformation: usual("deploying stacks from inside", "cloudformation"),
  elasticfilesystem: usual("EFS's API; mounting needs none", "elasticfilesystem"),
  autoscaling: usual("groups of instances", "autoscaling"),
  "application-autoscaling": usual("scaling of endpoints", "application-autoscaling"),
  xray: usual("traces", "xray"),
  config: usual("what AWS Config recorded", "config"),
  "bedrock-runtime": usual("invoking foundation models of Bedrock", "bedrock-runtime"),
} as const satisfies Record<string, EndpointKind>;

export type EndpointName = keyof typeof endpointKinds;
export const endpointNames = Object.keys(endpointKinds) as [EndpointName, ...EndpointName[]];

export interface Feature {
  about: string;
  /** Endpoints without which it does not work; leaving one out is an error. */
  needs: EndpointName[];
  /** Endpoints that most code under it uses; can be left out. */
  uses?: EndpointName[];
  /** Objects of buckets that AWS owns, read without credentials of ours, without `arn:…:s3:::`; `<region>` stands for the region. */
  awsObjects?: string[];
  /** Account in the names of these buckets, `<account>` there, by region. */
  awsAccounts?: Record<string, string>;
  /** Names that are resolved besides those of the endpoints and of S3. */
  domains?: string[];
}

/**
 * Account of CodeArtifact's bucket of package contents, in each region that has CodeArtifact. What is in Python and Swift repositories comes without it.
 * Source: AWS CodeArtifact, "Create the Amazon S3 gateway endpoint".
 */
const packageAccounts: Record<string, string> = {
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
};

/** Source: AWS "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions. */
const imageLayers = ["prod-<region>-starport-layer-bucket/*"];

/**
 * What a network is for; settings name these.
 * Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources"; AWS data perimeter policy examples, service-owned resources.
 */
export const features = {
  studio: {
    about: "SageMaker Studio",
    needs: ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs"],
    uses: ["kms", "ssm"],
  },
  jobs: {
    about: "processing, training and transform jobs, with images of ECR",
    needs: ["sagemaker-api", "sts", "logs", "ecr-api", "ecr-dkr"],
    uses: ["kms"],
    awsObjects: imageLayers,
  },
  hosting: {
    about: "models behind endpoints, with images of ECR",
    needs: ["sagemaker-runtime", "logs", "ecr-api", "ecr-dkr"],
    uses: ["sagemaker-api", "sts", "kms", "ssm", "monitoring"],
    awsObjects: imageLayers,
  },
  notebooks: {
    about: "notebook instances",
    needs: ["sagemaker-api", "sagemaker-runtime", "sagemaker-notebook", "sts", "logs"],
    uses: ["kms"],
  },
  registry: { about: "container images of ECR", needs: ["ecr-api", "ecr-dkr"], awsObjects: imageLayers },
  monitoring: { about: "metrics and logs of CloudWatch, model monitoring", needs: ["monitoring", "logs"], uses: ["events"] },
  experiments: { about: "metrics of experiments, and MLflow", needs: ["sagemaker-metrics"], uses: ["sagemaker-experiments"] },
  features: { about: "SageMaker Feature Store", needs: ["sagemaker-featurestore-runtime"], uses: ["glue", "athena"] },
  git: { about: "repositories of CodeCommit", needs: ["codecommit", "git-codecommit"] },
  connections: { about: "repositories of GitHub, GitLab and others, by CodeConnections", needs: ["codeconnections"] },
  secrets: { about: "secrets of Secrets Manager", needs: ["secretsmanager"] },
  projects: { about: "SageMaker Projects", needs: ["servicecatalog"], uses: ["codepipeline", "codebuild", "events"] },
  packages: {
    about: "packages of CodeArtifact",
    needs: ["codeartifact-api", "codeartifact-repositories"],
    awsObjects: ["assets-<account>-<region>/*"],
    awsAccounts: packageAccounts,
  },
  jumpstart: {
    about: "models of SageMaker JumpStart",
    needs: ["sagemaker-api"],
    awsObjects: ["jumpstart-cache-prod-<region>", "jumpstart-cache-prod-<region>/*"],
  },
  // Their package managers ask for the dual-stack names. Source: `/etc/yum.repos.d` of Amazon Linux 2023 and 2; AWS data perimeter policy examples, service-owned resources.
  "os-packages": {
    about: "packages of Amazon Linux",
    needs: [],
    awsObjects: ["al2023-repos-<region>-de612dc2/*", "al2023-<region>/*", "amazonlinux-2-repos-<region>/*"],
    domains: [
      "al2023-repos-<region>-de612dc2.s3.dualstack.<region>.<suffix>",
      "amazonlinux-2-repos-<region>.s3.dualstack.<region>.<suffix>",
    ],
  },
  analytics: {
    about: "queries by Athena and Glue",
    needs: ["athena", "glue"],
    uses: ["lakeformation"],
  },
  workflows: { about: "Lambda functions and Step Functions", needs: ["lambda", "states"], uses: ["events"] },
  bedrock: { about: "foundation models of Bedrock", needs: ["bedrock-runtime"] },
  sessions: {
    about: "sessions into jobs for remote debugging",
    needs: ["ssm", "ssmmessages"],
    uses: ["ec2messages"],
    // Source: AWS Systems Manager, "SSM Agent communications with AWS managed S3 buckets"; that of patch baselines is for patching only.
    awsObjects: [
      "aws-ssm-<region>/*",
      "amazon-ssm-<region>/*",
      "amazon-ssm-packages-<region>/*",
      "aws-ssm-document-attachments-<region>/*",
    ],
  },
  mirror: { about: "packages from a mirror of your own, behind an endpoint service (`mirrorServiceName`)", needs: [] },
} as const satisfies Record<string, Feature>;

export type FeatureName = keyof typeof features;
export const featureNames = Object.keys(features) as [FeatureName, ...FeatureName[]];

/** USD for one interface endpoint in one zone for an hour, without data. AWS's prices differ between regions; those of the docs are for `priceRegion`. Source: AWS PrivateLink pricing. */
const endpointHourlyUsd = 0.012;
export const priceRegion = "eu-central-1";
/** USD for one interface endpoint in one zone for a month of 730 hours, without data. */
export const endpointMonthlyUsd = 730 * endpointHourlyUsd;

/** USD for a private hosted zone for a month, whatever it is associated with. Source: Amazon Route 53 pricing. */
export const hostedZoneMonthlyUsd = 0.5;
