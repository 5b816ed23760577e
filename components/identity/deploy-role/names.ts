// Names of what `cloister bootstrap` creates in a target account. Pure.
import { userRolePath } from "../../aws/role-path";

/** A stage of target accounts. */
export interface TargetStage {
  /** `fraud-dev-staging`: the environment's name and the stage. */
  name: string;
  /** `fraud-dev` */
  environment: string;
  /** `staging` */
  stage: string;
  /** `eu-central-1` */
  region: string;
}

/** IAM path of the deploy role and the permissions boundary. The region is part of it, because IAM is global. */
export const deployRolePath = (region: string) => userRolePath({ region });

const inPath = ({ name, region }: Pick<TargetStage, "name" | "region">, end: string) => `${deployRolePath(region).slice(1)}${name}-${end}`;

/** Name of the deploy role with its path, `cloister/euc1/fraud-dev-staging-deploy`. */
export const deployRoleName = (stage: Pick<TargetStage, "name" | "region">) => inPath(stage, "deploy");

/** Name of the permissions boundary with its path, `cloister/euc1/fraud-dev-staging-boundary`. */
export const boundaryName = (stage: Pick<TargetStage, "name" | "region">) => inPath(stage, "boundary");

/** Tag of the deploy role with the digest of its permissions, by which a deployment finds an outdated role. */
export const versionTag = "cloister:bootstrap";
