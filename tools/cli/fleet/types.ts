// The versions of the environment product, and the environments that were launched from them.
import { UserError } from "@cloister/common";

/** AWS or the engine did not complete the work. The message lists every problem. */
export class FleetError extends UserError {
  override readonly name = "FleetError";
}

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
}

/** An environment that the engine deployed, as it recorded the last operation. */
export interface Environment {
  account: string;
  /** `pp-0a1b2c3d4e5f6` */
  id: string;
  /** Name of the provisioned product. */
  name: string;
  artifactId: string;
  operation: string;
  status: string;
  reason?: string | undefined;
  /** ISO 8601. */
  changedAt: string;
  parameters: Record<string, string>;
}

/** The version that users launch: the latest active version that is not deprecated. */
export const newestOf = (versions: readonly Version[]): Version | undefined =>
  versions
    .filter(({ isActive, isDeprecated }) => isActive && !isDeprecated)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
