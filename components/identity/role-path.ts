// Builds the IAM paths of roles created by Cloister. Pure.
import { type AwsContext } from "../aws/context";

/**
 * IAM path of the service roles (`work`) or user roles (`people`) of an environment.
 * The path ends with a slash, so that `fraud-dev` never matches `fraud-dev-2`. It contains the region: IAM is global.
 */
export const rolePath = ({ region }: AwsContext, environment: string, kind: "work" | "people") =>
  `/cloister/${region}/${environment}/${kind}/`;

/** ARN pattern for all roles in a path, for `aws:PrincipalArn`: `arn:…:role/cloister/eu-central-1/fraud-dev/work/*`. */
export const rolesAt = ({ partition, accountId }: AwsContext, path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
