// Where a program works: partition, account and region, and the ARNs in it. Pure.

export interface AwsContext {
  /** Twelve digits. */
  accountId: string;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

/** How `kms:ViaService` names services. In China, some go by one name and some by the other. Source: AWS KMS "kms:ViaService". */
export const viaServices = ({ region, partition }: AwsContext, services: readonly string[]) =>
  services.flatMap((service) =>
    (partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"]).map((suffix) => `${service}.${region}.${suffix}`),
  );

/** ARNs of one service in one region of the account. */
export const arnsIn = ({ partition, region, accountId }: AwsContext, service: string, ...resources: string[]) =>
  resources.map((resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`);
