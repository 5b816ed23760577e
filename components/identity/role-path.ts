// Paths of the roles that an environment makes. Pure.
import { type AwsContext } from "../aws/context";

/**
 * Where the roles of an environment are. What touches data is apart from people, so that a key or a bucket can name all of it;
 * the path ends with a slash, so that `fraud-dev` is never part of `fraud-dev-2`, and has the region, because IAM has none.
 */
export const rolePath = ({ region }: AwsContext, environment: string, kind: "work" | "people") =>
  `/cloister/${region}/${environment}/${kind}/`;

/** Roles at a path, for `aws:PrincipalArn`: `arn:…:role/cloister/eu-central-1/fraud-dev/work/*`. */
export const rolesAt = ({ partition, accountId }: AwsContext, path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;
