import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { policyDocumentOf } from "../aws/policy-document";
import { accountBoundary, type BoundaryNeeds, environmentBoundary } from "./boundary";
import { type GuardrailChoice } from "./guardrails";
import { type PeopleNetwork } from "./permissions/facts";

/** A permissions boundary as a managed policy. */
abstract class BoundaryPolicy extends pulumi.ComponentResource {
  /** `arn:…:policy/…` */
  readonly arn: pulumi.Output<string>;

  protected constructor(
    type: string,
    name: string,
    args: { description: string; policy: pulumi.Input<string> },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    this.arn = new aws.iam.Policy(`${name}-boundary`, args, { parent: this }).arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Permissions boundary for an account's roles outside environments, and for existing roles. */
export class Boundary extends BoundaryPolicy {
  constructor(
    name: string,
    { context, peopleNetwork }: { context: AwsContext; peopleNetwork?: PeopleNetwork },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const description = "The most that any role of Cloister in this account may do";
    super("cloister:identity:Boundary", name, { description, policy: policyDocumentOf(accountBoundary(context, peopleNetwork)) }, opts);
  }
}

export interface EnvironmentBoundaryArgs {
  context: AwsContext;
  environment: string;
  choice: GuardrailChoice;
  /** `subnet-…` */
  subnetIds: pulumi.Input<string>[];
  /** `sg-…` */
  securityGroupIds: pulumi.Input<string>[];
  /** Key for job volumes, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Keys of the buckets for job results, `arn:…:key/…`. */
  resultKeyArns: pulumi.Input<string>[];
  /** `ml.m5.large` */
  instanceTypes: string[];
  /** What the boundary must allow in addition to what every environment needs. */
  needs: BoundaryNeeds;
}

/** Permissions boundary for the roles of one environment. */
export class EnvironmentBoundary extends BoundaryPolicy {
  constructor(name: string, args: EnvironmentBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { context, environment, choice, instanceTypes, needs } = args;
    const policy = pulumi
      .all([pulumi.all(args.subnetIds), pulumi.all(args.securityGroupIds), args.keyArn, pulumi.all(args.resultKeyArns)])
      .apply(([subnetIds, groups, keyArn, resultKeyArns]) =>
        policyDocumentOf(
          environmentBoundary(context, environment, choice, {
            subnetIds,
            securityGroupIds: [...new Set(groups)],
            keyArn,
            resultKeyArns: [...new Set(resultKeyArns)],
            instanceTypes,
            ...needs,
          }),
        ),
      );
    super("cloister:identity:EnvironmentBoundary", name, { description: `The most that any role of ${environment} may do`, policy }, opts);
  }
}
