// Builds URLs of the AWS console. Pure.
import { type AwsContext } from "./context";

/** Domain of the AWS console, by partition. */
const consoleDomains: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** URL of a page in the console of a service. Undefined in a partition whose console domain is unknown. */
export function consoleUrl({ partition, region }: AwsContext, service: string, page: string): string | undefined {
  const domain = consoleDomains[partition];
  return domain && `https://${region}.${domain}/${service}/home?region=${region}#${page}`;
}
