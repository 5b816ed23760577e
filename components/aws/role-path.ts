// Builds the IAM paths of roles created by Cloister. Pure.
import { type AwsContext } from "./context";

/**
 * IAM path of the service roles of an environment or a target account.
 * The path ends with a slash, so that `fraud-dev` never matches `fraud-dev-2`. It contains the region: IAM is global.
 */
export const rolePath = ({ region }: Pick<AwsContext, "region">, environment: string) => `/cloister/${region}/${environment}/work/`;

/**
 * IAM path of the launch roles of an environment's products. Data policies name the path of the service roles, so launch roles
 * have another path.
 */
export const launchRolePath = ({ region }: Pick<AwsContext, "region">, environment: string) => `/cloister/${region}/${environment}/launch/`;

/** IAM path of the roles of the engine that deploys environments for AWS Service Catalog. `hub` is the name of the core stack. */
export const engineRolePath = ({ region }: Pick<AwsContext, "region">, hub: string) => `/cloister/${region}/${hub}/engine/`;

/** IAM path of the roles of the package mirror's tasks. `hub` is the name of the core stack. */
export const mirrorRolePath = ({ region }: Pick<AwsContext, "region">, hub: string) => `/cloister/${region}/${hub}/mirror/`;

/** ARN pattern for all roles in a path, for `aws:PrincipalArn`: `arn:…:role/cloister/eu-central-1/fraud-dev/work/*`. */
export const rolesAt = ({ partition, accountId }: AwsContext, path: string) => `arn:${partition}:iam::${accountId}:role${path}*`;

/** Short forms of the words in region names. */
const regionWords: Record<string, string> = {
  central: "c",
  east: "e",
  gov: "g",
  north: "n",
  northeast: "ne",
  northwest: "nw",
  south: "s",
  southeast: "se",
  southwest: "sw",
  west: "w",
};

/** `euc1` for `eu-central-1`. No two regions have the same code. */
export const regionCode = (region: string) =>
  region
    .split("-")
    .map((word) => regionWords[word] ?? word)
    .join("");

/** IAM path of the user roles. Short, because of `switchRoleLimit`. Role names contain the environment or the hub. */
export const userRolePath = ({ region }: Pick<AwsContext, "region">) => `/cloister/${regionCode(region)}/`;
