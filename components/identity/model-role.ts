import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { createRole, grant } from "./create-role";
import { type ModelFacts, modelPermissions } from "./permissions";
import { sagemakerTrust } from "./trust-policy";

export interface ModelRoleArgs {
  context: AwsContext;
  /** Path of the role, `/cloister/…/`, as keys and buckets know it. */
  path: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: {
    [K in keyof Omit<ModelFacts, keyof AwsContext>]: pulumi.Input<ModelFacts[K] extends string[] ? pulumi.Input<string>[] : ModelFacts[K]>;
  };
}

/** The role that models of a target account answer requests under. */
export class ModelRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`; known only when its policy is in place. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ModelRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:ModelRole", name, {}, opts);
    const { context, path, permissionsBoundaryArn } = args;
    const role = createRole(
      `${name}-model`,
      { path, description: "Models that answer requests", trust: sagemakerTrust(context), permissionsBoundaryArn },
      this,
    );
    const facts = pulumi.output(args.facts) as pulumi.Output<Omit<ModelFacts, keyof AwsContext>>;
    this.arn = grant(
      role,
      `${name}-model`,
      facts.apply((known) => modelPermissions({ ...known, ...context })),
      this,
    );
    this.registerOutputs({ arn: this.arn });
  }
}
