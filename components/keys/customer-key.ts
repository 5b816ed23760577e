import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyPolicy, type KeyUse } from "./policy";

export interface CustomerKeyArgs {
  /** What the key encrypts. */
  description: string;
  /** `cloister/fraud-dev/data`, without `alias/`. Unique in the account and region. */
  alias: string;
  use: pulumi.Input<KeyUse>;
  /** Waiting period before a scheduled key deletion, in days, 7 to 30. */
  deletionWindowDays: number;
  /** Days after which the key rotates, 90 to 2560. Default 365. */
  rotationDays?: number;
  /**
   * Whether destroying the stack schedules the key for deletion.
   * Otherwise the key stays, and its data stays readable.
   */
  purge: boolean;
}

/**
 * A customer managed key with rotation and an alias. The account's administrators can administer the key.
 * Only the roles that `use` names can use the key, and only through the services that `use` names.
 * Cost: 1 USD a month, and 1 USD more after each of the first two rotations.
 * Errors: `RangeError` for an invalid `use` (see `keyPolicy`).
 * Source: AWS Security Hub KMS.4; NIST SP 800-53 SC-12.
 */
export class CustomerKey extends pulumi.ComponentResource {
  /** `arn:…:key/…` */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CustomerKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:keys:CustomerKey", name, {}, opts);
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: args.description,
        enableKeyRotation: true,
        rotationPeriodInDays: args.rotationDays ?? 365,
        deletionWindowInDays: args.deletionWindowDays,
        policy: pulumi.output(args.use).apply(keyPolicy),
      },
      { parent: this, retainOnDelete: !args.purge },
    );
    // The alias is always deleted, so the next deployment can reuse the alias name.
    new aws.kms.Alias(`${name}-alias`, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
