import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface PublishedValuesArgs {
  /** `/cloister/fraud-dev`, without a slash at the end. */
  path: string;
  /** Name below the path, and value. Nothing secret: readers of the path see it. */
  values: Record<string, pulumi.Input<string>>;
}

/**
 * Values for people and code that know no stack: SSM parameters below one path.
 * An environment publishes its facts for notebooks; a stage of target accounts registers its accounts, which the pipeline reads when it runs.
 */
export class PublishedValues extends pulumi.ComponentResource {
  constructor(name: string, args: PublishedValuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:registry:PublishedValues", name, {}, opts);
    for (const [key, value] of Object.entries(args.values))
      new aws.ssm.Parameter(`${name}-${key}`, { name: `${args.path}/${key}`, type: "String", value }, { parent: this });
    this.registerOutputs();
  }
}
