import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { notebookScript } from "./lifecycle-scripts";
import { requireOwner, type StudioMember } from "./members";
import { notebookProperties } from "./notebook-properties";
import { openNotebookCommand } from "./open-commands";
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
  /** Members who launch notebook instances from a product, with the idle time of these instances. */
  owners: readonly { member: StudioMember; idleMinutes: number }[];
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
  /** Lifecycle configurations of the notebook instances that members launch, by profile. */
  readonly ownerLifecycleConfigNames: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: NotebooksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:studio:Notebooks", name, {}, opts);
    const childOptions = { parent: this };
    const { settings, members, facts, region } = args;
    const createLifecycle = (resource: string, owner: StudioMember, idleMinutes: number) =>
      new aws.sagemaker.NotebookInstanceLifecycleConfiguration(
        resource,
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
    for (const notebook of settings.notebooks) {
      const owner = requireOwner(members, notebook.owner, `notebook ${notebook.name}`);
      const roleArn = args.roleArns[notebook.name];
      if (!roleArn) throw new RangeError(`notebook ${notebook.name} must have a role`);
      const idleMinutes = notebook.idleMinutes ?? owner.idleMinutes;
      const lifecycle = createLifecycle(`${name}-start-${notebook.name}`, owner, idleMinutes);
      const instance = new aws.sagemaker.NotebookInstance(
        `${name}-notebook-${notebook.name}`,
        notebookProperties<pulumi.Input<string>, number>({
          name: `${name}-${notebook.name}`,
          roleArn,
          instanceType: notebook.instanceType ?? owner.defaultInstanceType,
          subnetId: args.subnetIds[0]!,
          securityGroupId: args.securityGroupIds?.[owner.profile] ?? args.workloadSecurityGroupId,
          keyArn: args.keyArn,
          volumeGb: notebook.volumeGb,
          lifecycleConfigName: lifecycle.name,
          person: owner.userName,
        }),
        { ...childOptions, deleteBeforeReplace: true },
      );
      this.openCommands[notebook.name] = instance.name.apply((instanceName) => openNotebookCommand(region, instanceName));
      this.arns[notebook.name] = instance.arn;
    }
    this.ownerLifecycleConfigNames = Object.fromEntries(
      args.owners.map(({ member, idleMinutes }) => [
        member.profile,
        createLifecycle(`${name}-start-of-${member.profile}`, member, idleMinutes).name,
      ]),
    );
    this.registerOutputs();
  }
}
