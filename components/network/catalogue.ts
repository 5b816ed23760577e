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
  lambda: usual("invoking functions", "lambda"),
  states: usual("Step Functions", "states"),
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
  /** Objects of buckets that AWS owns, read without credentials of ours, without `arn:…:s3:::`. */
  awsObjects?: (region: string) => string[];
}

/** Account of CodeArtifact's bucket of package contents, by region. Source: AWS CodeArtifact, "Create the Amazon S3 gateway endpoint". */
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
};

/** Source: AWS "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions. */
const imageLayers = (region: string) => [`prod-${region}-starport-layer-bucket/*`];

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
    uses: ["sts", "kms", "monitoring"],
    awsObjects: imageLayers,
  },
  notebooks: {
    about: "notebook instances",
    needs: ["sagemaker-api", "sagemaker-runtime", "sagemaker-notebook", "sts", "logs"],
    uses: ["kms"],
  },
  registry: { about: "container images of ECR", needs: ["ecr-api", "ecr-dkr"], awsObjects: imageLayers },
  monitoring: { about: "metrics and logs of CloudWatch, model monitoring", needs: ["monitoring", "logs"], uses: ["events"] },
  experiments: { about: "metrics of experiments", needs: ["sagemaker-metrics"] },
  features: { about: "SageMaker Feature Store", needs: ["sagemaker-featurestore-runtime"], uses: ["glue", "athena"] },
  git: { about: "repositories of CodeCommit", needs: ["codecommit", "git-codecommit"] },
  secrets: { about: "secrets of Secrets Manager", needs: ["secretsmanager"] },
  projects: { about: "SageMaker Projects", needs: ["servicecatalog"], uses: ["codepipeline", "codebuild", "events"] },
  packages: {
    about: "packages of CodeArtifact",
    needs: ["codeartifact-api", "codeartifact-repositories"],
    awsObjects: (region) => {
      const account = packageAccounts[region];
      return account ? [`assets-${account}-${region}/*`] : [];
    },
  },
  jumpstart: {
    about: "models of SageMaker JumpStart",
    needs: ["sagemaker-api"],
    awsObjects: (region) => [`jumpstart-cache-prod-${region}`, `jumpstart-cache-prod-${region}/*`],
  },
  "os-packages": {
    about: "packages of Amazon Linux",
    needs: [],
    awsObjects: (region) => [`al2023-repos-${region}-de612dc2/*`, `amazonlinux-2-repos-${region}/*`],
  },
  analytics: { about: "queries by Athena and Glue", needs: ["athena", "glue"] },
  workflows: { about: "Lambda functions and Step Functions", needs: ["lambda", "states"], uses: ["events"] },
  bedrock: { about: "foundation models of Bedrock", needs: ["bedrock-runtime"] },
  sessions: { about: "sessions into jobs for remote debugging", needs: ["ssm", "ssmmessages"], uses: ["ec2messages"] },
  mirror: { about: "packages from a mirror of your own, behind an endpoint service (`mirrorServiceName`)", needs: [] },
} as const satisfies Record<string, Feature>;

export type FeatureName = keyof typeof features;
export const featureNames = Object.keys(features) as [FeatureName, ...FeatureName[]];

/** USD for one interface endpoint in one zone for a month of 730 hours, without data (0.01 USD an hour in most regions, 0.012 in Frankfurt). Source: AWS PrivateLink pricing. */
export const endpointMonthlyUsd = 8.76;

/** USD for a private hosted zone for a month, whatever it is associated with. Source: Amazon Route 53 pricing. */
export const hostedZoneMonthlyUsd = 0.5;
