import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface PublishedValuesArgs {
  /** `/cloister/fraud-dev`, without a trailing slash. */
  path: string;
  /** Values by parameter name below the path. No secrets: every reader of the path sees them. */
  values: Record<string, pulumi.Input<string>>;
}

/**
 * Values for users and code without access to the stack: SSM parameters below one path.
 * An environment publishes its facts for notebooks. A stage of target accounts registers its accounts for pipelines.
 */
export class PublishedValues extends pulumi.ComponentResource {
  constructor(name: string, args: PublishedValuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:registry:PublishedValues", name, {}, opts);
    for (const [key, value] of Object.entries(args.values))
      new aws.ssm.Parameter(`${name}-${key}`, { name: `${args.path}/${key}`, type: "String", value }, { parent: this });
    this.registerOutputs();
  }
}
