import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyPolicy, type KeyUse } from "./policy";

export interface CustomerKeyArgs {
  /** What it encrypts, in one sentence. */
  description: string;
  /** `cloister/fraud-dev/data`; the alias is this after `alias/`. One per account and region. */
  alias: string;
  use: pulumi.Input<KeyUse>;
  /** 7 to 30: days in which a deletion can be taken back. */
  deletionWindowDays: number;
  /** 90 to 2560: days after which it gets new material. Default 365. */
  rotationDays?: number;
  /** Whether destroying the stack schedules its deletion. If not, it stays, with everything that is encrypted under it. */
  purge: boolean;
}

/**
 * A key that the customer owns, with rotation and an alias: administered by the account, used only through the services and by the roles that `use` names.
 * Cost: 1 USD a month, and as much for each of the first two rotations.
 * Errors: `RangeError` for a `use` that is not exact (see `keyPolicy`).
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
    // The alias goes in any case, so that the name is free for the next deployment.
    new aws.kms.Alias(`${name}-alias`, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
