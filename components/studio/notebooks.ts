import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FactsArgs, factsOf } from "./facts";
import { encoded, notebookScript } from "./lifecycle";
import { studioMembers, type StudioSettings } from "./settings";

export interface NotebooksArgs extends FactsArgs {
  /** Those of Studio: the instances are for its people. */
  settings: StudioSettings;
  /** Key of volumes, `arn:…:key/…`. Changing it replaces the instances. */
  keyArn: pulumi.Input<string>;
  /** Roles by notebook, `arn:…:role/…`; each has to be allowed to stop its instance, `<name>-<notebook>`. */
  roleArns: Record<string, pulumi.Input<string>>;
  /** Groups by profile, `sg-…`, where profiles have their own; else `workloadSecurityGroupId`. */
  securityGroupIds?: Record<string, pulumi.Input<string>>;
}

/**
 * Notebook instances for those who still need them: no root, no way out but the VPC's, stopped by themselves when idle.
 * Makes an instance and its start script each. Costs what its type costs an hour while it runs, and its volume always.
 * Errors: AWS refuses a type that the zone does not have at update, not at preview. A script that fails keeps the instance from starting.
 * Source: AWS Security Hub SageMaker.1 to .3; AWS API `CreateNotebookInstance`.
 */
export class Notebooks extends pulumi.ComponentResource {
  /** By notebook: where the console opens its JupyterLab. */
  readonly links: Record<string, pulumi.Output<string>> = {};
  /** By notebook, `arn:…:notebook-instance/…`. */
  readonly arns: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, args: NotebooksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:studio:Notebooks", name, {}, opts);
    const childOptions = { parent: this };
    const { settings, region } = args;
    const facts = factsOf(args);
    const people = studioMembers(settings);
    for (const notebook of settings.notebooks) {
      const owner = people.find(({ profile }) => profile === notebook.owner);
      const roleArn = args.roleArns[notebook.name];
      if (!owner || !roleArn) throw new RangeError(`notebook ${notebook.name} has no ${owner ? "role" : "owner among the profiles"}`);
      const idleMinutes = notebook.idleMinutes ?? owner.idleMinutes;
      const lifecycle = new aws.sagemaker.NotebookInstanceLifecycleConfiguration(
        `${name}-start-${notebook.name}`,
        {
          onStart: facts.apply((known) =>
            encoded(
              notebookScript({
                facts: known,
                idleMinutes,
                ...(settings.pip && { pip: settings.pip }),
                ...(owner.git && { git: owner.git }),
              }),
            ),
          ),
        },
        childOptions,
      );
      const instance = new aws.sagemaker.NotebookInstance(
        `${name}-notebook-${notebook.name}`,
        {
          // Its role may stop this one and no other, so the name is known beforehand.
          name: `${name}-${notebook.name}`,
          roleArn,
          instanceType: notebook.instanceType ?? owner.defaultInstanceType,
          // Left out, the provider asks for a platform that is no longer to be had.
          platformIdentifier: "notebook-al2023-v1",
          subnetId: args.subnetIds[0]!,
          securityGroups: [args.securityGroupIds?.[owner.profile] ?? args.workloadSecurityGroupId],
          directInternetAccess: "Disabled",
          rootAccess: "Disabled",
          instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
          kmsKeyId: args.keyArn,
          volumeSize: notebook.volumeGb,
          lifecycleConfigName: lifecycle.name,
          tags: { "cloister:person": owner.name },
        },
        { ...childOptions, deleteBeforeReplace: true },
      );
      this.links[notebook.name] =
        pulumi.interpolate`https://${region}.console.aws.amazon.com/sagemaker/home?region=${region}#/notebook-instances/openNotebook/${instance.name}?view=lab`;
      this.arns[notebook.name] = instance.arn;
    }
    this.registerOutputs();
  }
}
