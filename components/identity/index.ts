import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { boundaryDocument, executionDocument, modelDocument, type Place, sagemakerTrust } from "./documents";

export type { Place } from "./documents";

/** The limit of every role of the product in one account. */
export class Boundary extends pulumi.ComponentResource {
  /** `arn:…:policy/…` */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: { place: Place }, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:Boundary", name, {}, opts);
    const policy = new aws.iam.Policy(
      `${name}-boundary`,
      { description: "The most that any role of Cloister in this account may do", policy: boundaryDocument(args.place) },
      { parent: this },
    );
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

export interface RoleArgs {
  place: Place;
  /** `arn:…:policy/…` */
  permissionsBoundaryArn: pulumi.Input<string>;
  /** Buckets it may use, `arn:…:s3:::…`. */
  bucketArns: pulumi.Input<string>[];
  /** Keys it may use, `arn:…:key/…`. */
  keyArns: pulumi.Input<string>[];
}

abstract class SageMakerRole extends pulumi.ComponentResource {
  /** `arn:…:role/…`; known only when its policy is in place, because SageMaker tries the role at once. */
  readonly arn: pulumi.Output<string>;

  protected constructor(
    type: string,
    name: string,
    kind: { role: string; description: string; document: pulumi.Output<string> },
    args: RoleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const role = new aws.iam.Role(
      `${name}-${kind.role}`,
      { description: kind.description, assumeRolePolicy: sagemakerTrust(args.place), permissionsBoundary: args.permissionsBoundaryArn },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(`${name}-${kind.role}-policy`, { role: role.id, policy: kind.document }, { parent: this });
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/** The role that people in Studio, and their jobs, work under. */
export class ExecutionRole extends SageMakerRole {
  constructor(name: string, args: RoleArgs & { environment: string }, opts?: pulumi.ComponentResourceOptions) {
    const document = pulumi
      .all([pulumi.all(args.bucketArns), pulumi.all(args.keyArns)])
      .apply(([bucketArns, keyArns]) => executionDocument({ ...args.place, environment: args.environment, bucketArns, keyArns }));
    super(
      "cloister:identity:ExecutionRole",
      name,
      { role: "execution", description: "People in Studio and their jobs", document },
      args,
      opts,
    );
  }
}

/** The role that models answer requests under. */
export class ModelRole extends SageMakerRole {
  constructor(name: string, args: RoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const document = pulumi
      .all([pulumi.all(args.bucketArns), pulumi.all(args.keyArns)])
      .apply(([bucketArns, keyArns]) => modelDocument({ ...args.place, bucketArns, keyArns }));
    super("cloister:identity:ModelRole", name, { role: "model", description: "Models that answer requests", document }, args, opts);
  }
}

/** Account, region and partition that a provider works in, asked before the first resource, and the role that deploys. */
export async function whereabouts(opts: pulumi.InvokeOptions): Promise<Place & { deployRoleArn: string }> {
  const [caller, region, partition] = await Promise.all([
    aws.getCallerIdentity({}, opts),
    aws.getRegion({}, opts),
    aws.getPartition({}, opts),
  ]);
  // A session's ARN lacks the path of its role; for a user it is the user's own ARN.
  const session = await aws.iam.getSessionContext({ arn: caller.arn }, opts);
  return { accountId: caller.accountId, region: region.region, partition: partition.partition, deployRoleArn: session.issuerArn };
}
