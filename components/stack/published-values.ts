import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface PublishedValuesArgs {
  /** `/cloister/fraud-dev`, without a trailing slash. */
  path: string;
  /** Values by parameter name below the path. Must not contain secrets: all readers of the path can read the values. */
  values: Record<string, pulumi.Input<string>>;
  /** Names of parameters that are not below the path, by name of the value. */
  names?: Record<string, string>;
  /** Names of values that can have more than 4,096 characters. SSM then stores an advanced parameter, which costs 0.05 USD a month. */
  longValues?: readonly string[];
}

/**
 * Publishes values as SSM parameters under one path, for users and code without access to the stack.
 * Environments publish facts for notebooks. Stages of target accounts register their accounts for pipelines.
 */
export class PublishedValues extends pulumi.ComponentResource {
  constructor(name: string, args: PublishedValuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:registry:PublishedValues", name, {}, opts);
    for (const [key, value] of Object.entries(args.values))
      new aws.ssm.Parameter(
        `${name}-${key}`,
        {
          name: args.names?.[key] ?? `${args.path}/${key}`,
          type: "String",
          value,
          ...(args.longValues?.includes(key) && { tier: "Intelligent-Tiering" }),
        },
        { parent: this },
      );
    this.registerOutputs();
  }
}
