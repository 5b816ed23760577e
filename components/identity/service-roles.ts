import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { policyDocumentOf } from "../aws/policy-document";
import { type FeatureName } from "../network/catalogue";
import { createRole, grant } from "./create-role";
import { featurePermissions, havePermissions } from "./feature-permissions";
import {
  capturePrefix,
  type EnvironmentFacts,
  executionPermissions,
  modelPermissions,
  notebookPermissions,
  pipelinePermissions,
} from "./permissions";
import { rolePath, rolesAt } from "./role-path";
import { type ExistingRoles } from "./settings";
import { sagemakerTrust } from "./trust-policy";

/** EnvironmentFactInputs of an environment that are known when its network, keys and buckets are. */
export type EnvironmentFactInputs = {
  [K in keyof EnvironmentFacts]: pulumi.Input<EnvironmentFacts[K] extends string[] ? pulumi.Input<string>[] : EnvironmentFacts[K]>;
};

export interface ServiceRolesArgs {
  context: AwsContext;
  environment: string;
  permissionsBoundaryArn: pulumi.Input<string>;
  facts: EnvironmentFactInputs;
  /** What the network is for. */
  features: FeatureName[];
  existing: ExistingRoles;
  /** People with an execution role each; empty: one for all. */
  people: string[];
  /** Names of notebook instances in the settings; SageMaker knows them with the environment's name in front. */
  notebooks: string[];
}

/**
 * Roles that touch data, under SageMaker only: execution (one for all, or one for each person, so that the trail tells who did what), pipeline, model, and one for each notebook instance.
 * In a path of their own, which keys and buckets name.
 * Source: AWS "SageMaker Roles"; NIST SP 800-53 AC-6.
 */
export class ServiceRoles extends pulumi.ComponentResource {
  /** `arn:…:role/…`; with a role for each person, that of shared spaces and of whoever has none. */
  readonly executionRoleArn: pulumi.Output<string>;
  /** By person; empty when all share one. */
  readonly personRoleArns: Record<string, pulumi.Output<string>> = {};
  readonly pipelineRoleArn: pulumi.Output<string>;
  readonly modelRoleArn: pulumi.Output<string>;
  /** By notebook instance. */
  readonly notebookRoleArns: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, args: ServiceRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:identity:WorkRoles", name, {}, opts);
    const { context, environment, permissionsBoundaryArn, existing } = args;
    const path = rolePath(context, environment, "work");
    const make = (role: string, description: string, trust = sagemakerTrust(context)) =>
      createRole(`${name}-${role}`, { path, trust, permissionsBoundaryArn, description }, this);
    const facts = pulumi.output(args.facts) as pulumi.Output<EnvironmentFacts>;

    // Buckets let the pipeline role through from SageMaker's network. A job under it would hand its credentials to whoever wrote the job.
    const pipeline =
      existing.pipeline === undefined ? make("pipeline", `Pipelines of ${environment}`, sagemakerTrust(context, "pipeline/*")) : undefined;
    const model = existing.model === undefined ? make("model", `Models of ${environment} that answer requests`) : undefined;
    const pipelineRoleArn = pulumi.output(pipeline?.arn ?? existing.pipeline!);
    const modelRoleArn = pulumi.output(model?.arn ?? existing.model!);
    const features = this.featurePolicy(name, args);
    const handedOn = pulumi
      .all([pipelineRoleArn, modelRoleArn])
      .apply(([pipelineArn, modelArn]) => ({ pipelineRoleArn: pipelineArn, modelRoleArn: modelArn }));
    const execution = (role: string, description: string) => {
      const made = make(role, description);
      const permissions = pulumi.all([facts, handedOn, made.arn]).apply(([known, roles, self]) => executionPermissions(known, roles, self));
      return { made, arn: grant(made, `${name}-${role}`, permissions, this, features) };
    };
    const shared =
      existing.execution === undefined ? execution("execution", `People in Studio of ${environment}, and their jobs`) : undefined;
    this.executionRoleArn = shared?.arn ?? pulumi.output(existing.execution!);
    for (const person of args.people)
      this.personRoleArns[person] = execution(`execution-${person}`, `${person} in Studio of ${environment}, and their jobs`).arn;
    // Those of all people in one, for a policy has an end and a team has not.
    const ofPeople = args.people.length > 0 ? [rolesAt(context, `${path}${name}-execution-`)] : [];
    this.pipelineRoleArn = pipeline
      ? grant(
          pipeline,
          `${name}-pipeline`,
          pulumi
            .all([facts, shared?.made.arn ?? existing.execution!, modelRoleArn])
            .apply(([known, executionArn, modelArn]) => pipelinePermissions(known, [executionArn, ...ofPeople], modelArn)),
          this,
        )
      : pipelineRoleArn;
    this.modelRoleArn = model
      ? grant(
          model,
          `${name}-model`,
          facts.apply((known) =>
            modelPermissions({ ...known, bucketArns: [known.modelBucketArn], captureArn: `${known.dataBucketArn}/${capturePrefix}/*` }),
          ),
          this,
        )
      : modelRoleArn;
    for (const notebook of args.notebooks) {
      const role = make(`notebook-${notebook}`, `Notebook instance ${notebook} of ${environment}`);
      const permissions = pulumi
        .all([facts, handedOn, role.arn])
        .apply(([known, roles, self]) => notebookPermissions(known, roles, self, `${environment}-${notebook}`));
      this.notebookRoleArns[notebook] = grant(role, `${name}-notebook-${notebook}`, permissions, this, features);
    }
    this.registerOutputs({ executionRoleArn: this.executionRoleArn });
  }

  /** What the features of the network come with, for whoever works; nothing where none comes with any. */
  private featurePolicy(name: string, { context, environment, facts, features }: ServiceRolesArgs): aws.iam.Policy | undefined {
    const policy = (pulumi.output(facts.entranceVpcIds) as pulumi.Output<string[]>).apply((entranceVpcIds) =>
      policyDocumentOf(featurePermissions({ ...context, environment, entranceVpcIds }, features)),
    );
    return havePermissions(features)
      ? new aws.iam.Policy(
          `${name}-features`,
          { description: `What work in ${environment} may do besides SageMaker`, policy },
          { parent: this },
        )
      : undefined;
  }
}
