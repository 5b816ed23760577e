// Paths of the roles that Cloister creates. Pure.
import { type AwsContext } from "../aws/context";

/**
 * Path of the service roles (`work`) or user roles (`people`) of an environment. Key policies and bucket policies name the first.
 * It ends with a slash, so that `fraud-dev` never matches `fraud-dev-2`, and has the region, because IAM is global.
 */
export const rolePath = ({ region }: AwsContext, environment: string, kind: "work" | "people") =>
  `/cloister/${region}/${environment}/${kind}/`;

/** Pattern of all roles in a path, for `aws:PrincipalArn`: `arn:…:role/cloister/eu-central-1/fraud-dev/work/*`. */
export const rolesAt = ({ partition, accountId }: AwsContext, path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
