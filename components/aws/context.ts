// Defines the AWS context of a program (partition, account, region), and builds ARNs in this context. Pure.

export interface AwsContext {
  /** Twelve digits. */
  accountId: string;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

/**
 * Service names for the condition key `kms:ViaService`. In China, services use one of two domains.
 * Source: AWS KMS "kms:ViaService".
 */
export const viaServices = ({ region, partition }: AwsContext, services: readonly string[]) =>
  services.flatMap((service) =>
    (partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"]).map((suffix) => `${service}.${region}.${suffix}`),
  );

/** DNS suffix of a partition: `amazonaws.com`, in China `amazonaws.com.cn`. */
export const dnsSuffixOf = ({ partition }: Pick<AwsContext, "partition">) =>
  partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

/** URL of an object in a bucket of the region. */
export const objectUrl = ({ region, partition }: Pick<AwsContext, "region" | "partition">, bucketName: string, key: string) =>
  `https://${bucketName}.s3.${region}.${dnsSuffixOf({ partition })}/${key}`;

/** ARNs of resources in one AWS service, in the account and region of the context. */
export const arnsIn = ({ partition, region, accountId }: AwsContext, service: string, ...resources: string[]) =>
  resources.map((resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`);
