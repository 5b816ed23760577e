import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { notebookScript } from "./lifecycle-scripts";
import { requireOwner, type StudioMember } from "./members";
import { encodeScript } from "./script-content";
import { type ScriptFacts } from "./script-facts";
import { type StudioSettings } from "./settings";

export interface NotebooksArgs {
  settings: Pick<StudioSettings, "notebooks" | "pip">;
  members: readonly StudioMember[];
  facts: pulumi.Output<ScriptFacts>;
  /** `eu-central-1` */
  region: string;
  /** Private subnets, `subnet-…`. All notebook instances are in the first subnet. */
  subnetIds: pulumi.Input<string>[];
  /** Default security group, `sg-…`. */
  workloadSecurityGroupId: pulumi.Input<string>;
  /** Key for the volumes, `arn:…:key/…`. Changing the key replaces the notebook instances. */
  keyArn: pulumi.Input<string>;
  /** Roles by notebook, `arn:…:role/…`. Each role must have permission to stop the instance `<name>-<notebook>`. */
  roleArns: Record<string, pulumi.Input<string>>;
  /** Security groups by profile, `sg-…`. */
  securityGroupIds?: Record<string, pulumi.Input<string>>;
}

/**
 * Creates notebook instances inside the VPC, without root access, each with a lifecycle configuration.
 * The instances stop when idle.
 * Cost: the hourly price of each running instance, and the volumes of all instances.
 * Errors: AWS rejects an instance type that the Availability Zone does not offer at update, not at preview.
 * A notebook instance does not start if its script fails.
 * Source: AWS Security Hub SageMaker.1 to .3; AWS API `CreateNotebookInstance`.
 */
export class Notebooks extends pulumi.ComponentResource {
  /** AWS CLI commands that request a URL to JupyterLab, by notebook. */
  readonly openCommands: Record<string, pulumi.Output<string>> = {};
  /** By notebook, `arn:…:notebook-instance/…`. */
  readonly arns: Record<string, pulumi.Output<string>> = {};

  constructor(name: string, args: NotebooksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:studio:Notebooks", name, {}, opts);
    const childOptions = { parent: this };
    const { settings, members, facts, region } = args;
    for (const notebook of settings.notebooks) {
      const owner = requireOwner(members, notebook.owner, `notebook ${notebook.name}`);
      const roleArn = args.roleArns[notebook.name];
      if (!roleArn) throw new RangeError(`notebook ${notebook.name} must have a role`);
      const idleMinutes = notebook.idleMinutes ?? owner.idleMinutes;
      const lifecycle = new aws.sagemaker.NotebookInstanceLifecycleConfiguration(
        `${name}-start-${notebook.name}`,
        {
          onStart: facts.apply((known) =>
            encodeScript(
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
          // The name is fixed, because the role's policy allows stopping only this instance.
          name: `${name}-${notebook.name}`,
          roleArn,
          instanceType: notebook.instanceType ?? owner.defaultInstanceType,
          // The provider's default platform is no longer available.
          platformIdentifier: "notebook-al2023-v1",
          subnetId: args.subnetIds[0]!,
          securityGroups: [args.securityGroupIds?.[owner.profile] ?? args.workloadSecurityGroupId],
          directInternetAccess: "Disabled",
          rootAccess: "Disabled",
          instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
          kmsKeyId: args.keyArn,
          volumeSize: notebook.volumeGb,
          lifecycleConfigName: lifecycle.name,
          tags: { "cloister:person": owner.userName },
        },
        { ...childOptions, deleteBeforeReplace: true },
      );
      // The console cannot open the instance, because its calls do not use the environment's VPC endpoints.
      this.openCommands[notebook.name] =
        pulumi.interpolate`aws sagemaker create-presigned-notebook-instance-url --region ${region} --notebook-instance-name ${instance.name} --query AuthorizedUrl --output text`;
      this.arns[notebook.name] = instance.arn;
    }
    this.registerOutputs();
  }
}
