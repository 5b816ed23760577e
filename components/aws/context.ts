// The AWS context of a program: partition, account and region, and ARNs in it. Pure.

export interface AwsContext {
  /** Twelve digits. */
  accountId: string;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

/** Services as `kms:ViaService` names them. In China, some services use one domain and some the other. Source: AWS KMS "kms:ViaService". */
export const viaServices = ({ region, partition }: AwsContext, services: readonly string[]) =>
  services.flatMap((service) =>
    (partition === "aws-cn" ? ["amazonaws.com", "amazonaws.com.cn"] : ["amazonaws.com"]).map((suffix) => `${service}.${region}.${suffix}`),
  );

/** ARNs of one service in one region of the account. */
export const arnsIn = ({ partition, region, accountId }: AwsContext, service: string, ...resources: string[]) =>
  resources.map((resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`);
