// The versions of the environment product, and the environments that were launched from them.
import { UserError } from "@cloister/common";
import { type EnvironmentRecord } from "@cloister/components/catalog/runtime/request";

/** AWS or the engine did not complete the work. The message lists every problem. */
export class FleetError extends UserError {
  override readonly name = "FleetError";
}

/** The engine could not complete an operation. An error of AWS in the message is about the launch role, and not about the caller. */
export class OperationError extends FleetError {}

/** The product and the engine in the account of a core stack. */
export interface Hub {
  /** `cloister-core/bank-hub` */
  id: string;
  account: string;
  region: string;
  productId: string;
  artifactBucket: string;
  stateBucket: string;
  stateMachineArn: string;
}

/** The deployed sharing of the portfolio. */
export interface Sharing {
  /** 12 digits each. */
  accounts: readonly string[];
  /** Whether the portfolio is shared with organizational units, whose accounts are not known here. */
  hasUnits: boolean;
}

/** A version of the product. */
export interface Version {
  id: string;
  /** `0.1.0-0a1b2c3d` */
  name: string;
  createdAt: Date;
  /** Users can neither launch nor update to an inactive version. */
  isActive: boolean;
  /** Users cannot launch a deprecated version, but environments of this version can be changed. */
  isDeprecated: boolean;
  /** SHA-256 of the artifact. `undefined` if `cloister catalog publish` did not create the version. */
  hash?: string | undefined;
}

/** An environment that the engine deployed, as it recorded the last operation. */
export interface Environment extends EnvironmentRecord {
  account: string;
  /** `pp-0a1b2c3d4e5f6` */
  id: string;
}

/** Name of an environment that was deployed, `fraud-dev`. Leads choose the names of provisioned products. */
export const environmentNameOf = ({ outputs }: Environment): string => outputs?.environment ?? "";

/** The version that users launch: the latest active version that is not deprecated. */
export const newestOf = (versions: readonly Version[]): Version | undefined =>
  versions
    .filter(({ isActive, isDeprecated }) => isActive && !isDeprecated)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
