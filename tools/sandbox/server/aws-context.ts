/** Account and region of a call or an event. */
export interface AwsContext {
  account: string;
  region: string;
}

/** The account and the region in an ARN. */
export const contextOf = (arn: string): AwsContext => {
  const [, , , region, account] = arn.split(":") as [string, string, string, string, string];
  return { account, region };
};
