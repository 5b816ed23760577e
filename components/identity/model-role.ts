import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { createRole, grant } from "./create-role";
import { type ModelFacts } from "./permissions/facts";
import { modelPermissions } from "./permissions/service-roles";
import { roles } from "./roles";
import { sagemakerTrust } from "./trust-policy";

export interface ModelRoleArgs {
  context: AwsContext;
  /** IAM path of the role, which key policies and bucket policies name, `/cloister/…/`. */
  path: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: {
    [K in keyof Omit<ModelFacts, keyof AwsContext>]: pulumi.Input<ModelFacts[K] extends string[] ? pulumi.Input<string>[] : ModelFacts[K]>;
  };
}

/** The role for models in a target account, which contains no environment. */
export class ModelRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`. Known only once the role's policy exists. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ModelRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:ModelRole", name, {}, opts);
    const { context, path, permissionsBoundaryArn } = args;
    const resource = `${name}-model`;
    const trust = sagemakerTrust(context, roles.model.resources);
    const role = createRole(resource, { path, description: "Models that answer requests", trust, permissionsBoundaryArn }, this);
    const facts = pulumi.output(args.facts) as pulumi.Output<Omit<ModelFacts, keyof AwsContext>>;
    this.arn = grant(
      role,
      resource,
      facts.apply((known) => modelPermissions({ ...known, ...context })),
      this,
    );
    this.registerOutputs({ arn: this.arn });
  }
}
