// Which interface endpoints there are, and what their policies say. Pure.

interface EndpointKind {
  /** Service name without region; `<region>` stands for it where it is not at the usual place. */
  service: string;
  /** What stops working without it. */
  purpose: string;
}

/**
 * The interface endpoints that the programs use, by our name for them.
 * Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources"; AWS PrivateLink "AWS services that integrate".
 */
export const endpointKinds = {
  "sagemaker-api": { service: "sagemaker.api", purpose: "every SageMaker call, from Studio and from code" },
  "sagemaker-runtime": { service: "sagemaker.runtime", purpose: "invoking endpoints" },
  "sagemaker-studio": { service: "aws.sagemaker.<region>.studio", purpose: "opening Studio without leaving the network" },
  sts: { service: "sts", purpose: "roles and who-am-I, which nearly all code asks" },
  logs: { service: "logs", purpose: "reading and writing logs of jobs" },
  kms: { service: "kms", purpose: "encrypting and decrypting under the customer's keys" },
  ssm: { service: "ssm", purpose: "reading the environment's published values" },
  "ecr-api": { service: "ecr.api", purpose: "finding container images" },
  "ecr-dkr": { service: "ecr.dkr", purpose: "pulling container images" },
  monitoring: { service: "monitoring", purpose: "writing metrics" },
} as const satisfies Record<string, EndpointKind>;

export type EndpointName = keyof typeof endpointKinds;

/** USD for one interface endpoint in one zone for a month of 730 hours, without data (0.01 USD an hour in most regions, 0.012 in Frankfurt). Source: AWS PrivateLink pricing. */
export const endpointMonthlyUsd = 8.76;

/** What the environment's Studio needs: the endpoints that AWS names as required, those of its keys and values, and those of images. */
export const studioEndpoints: EndpointName[] = [
  "sagemaker-api",
  "sagemaker-runtime",
  "sagemaker-studio",
  "sts",
  "logs",
  "kms",
  "ssm",
  "ecr-api",
  "ecr-dkr",
];

/** What a target account's models need. */
export const hostingEndpoints: EndpointName[] = ["sagemaker-runtime", "sts", "logs", "kms", "ecr-api", "ecr-dkr", "monitoring"];

/** `com.amazonaws.eu-central-1.sts`, `aws.sagemaker.eu-central-1.studio` */
export function serviceName(name: EndpointName, region: string): string {
  const { service } = endpointKinds[name];
  return service.includes("<region>") ? service.replace("<region>", region) : `com.amazonaws.${region}.${service}`;
}

/** Policy of an interface endpoint: nobody but principals of these accounts gets through it, so stolen keys of another account are of no use inside. */
export function interfacePolicy(accountIds: string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyOurPrincipals",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": accountIds } },
      },
    ],
  });
}

/**
 * Policy of the S3 gateway endpoint: the named buckets for our principals, and the AWS-owned buckets without which images can't be pulled.
 * Source: AWS "Amazon ECR interface VPC endpoints", minimum S3 bucket permissions.
 */
export function s3Policy(args: { accountIds: string[]; bucketArns: string[]; region: string; partition: string }): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OurBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: [
          "s3:GetObject*",
          "s3:PutObject*",
          "s3:DeleteObject*",
          "s3:AbortMultipartUpload",
          "s3:ListBucket*",
          "s3:ListMultipartUploadParts",
          "s3:GetBucketLocation",
        ],
        Resource: args.bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
        Condition: { StringEquals: { "aws:PrincipalAccount": args.accountIds } },
      },
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:${args.partition}:s3:::prod-${args.region}-starport-layer-bucket/*`,
      },
    ],
  });
}
