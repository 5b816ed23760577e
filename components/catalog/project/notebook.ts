// Renders the product notebook instance of an environment: a CloudFormation template and its rules. Pure.
import { createHash } from "node:crypto";
import { consoleUrl } from "../../aws/console";
import { type AwsContext } from "../../aws/context";
import { inApiNames } from "../../studio/apps";
import { notebookProperties } from "../../studio/notebook-properties";
import { openNotebookCommand } from "../../studio/open-commands";
import {
  choiceOf,
  formOf,
  instanceTypeRules,
  lookup,
  ref,
  sub,
  tagList,
  type Template,
  type TemplateConstraint,
  type Value,
  volumeField,
} from "./template";

/** A data scientist who can own notebook instances. */
export interface NotebookOwner {
  profile: string;
  /** Sign-in name. Only this user can open, start and stop the instance. */
  person: string;
  /** Role of the owner's notebook instances, `arn:…:role/…`. */
  roleArn: string;
  /** `sg-…` */
  securityGroupId: string;
  lifecycleConfigName: string;
  /** Instance types that the owner can select. */
  instanceTypes: readonly string[];
}

/** Values of the environment for all notebook instances of the product. */
export interface NotebookProductPlan {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources. */
  tags: Record<string, string>;
  owners: readonly NotebookOwner[];
  defaultInstanceType: string;
  volumeGb: { default: number; maximum: number };
  /** `subnet-…` */
  subnetId: string;
  /** Key for volumes, `arn:…:key/…`. */
  keyArn: string;
  /** Whether users can use the AWS console from outside the environment's network. */
  hasConsole: boolean;
}

/** Start of the names of notebook instances that the product creates. The permissions of launch roles name it. */
export const notebookNamePrefix = (environment: string) => `${environment}-catalog-`;

/**
 * End of the names of an owner's notebook instances. With another owner, CloudFormation replaces the instance: no instance has the
 * tag of one owner and the role of another. Of a fixed length, so that no two pairs of a name and an owner have the same result.
 */
export const notebookNameSuffix = (profile: string) => createHash("sha256").update(profile).digest("hex").slice(0, 6);

const mapping = "Owners";
const ownerValue = (attribute: "Person" | "RoleArn" | "SecurityGroupId" | "LifecycleConfigName" | "Suffix") =>
  lookup(mapping, "Owner", attribute);

/** Names of properties in CloudFormation that differ from the names of the provider. */
function inTemplateNames({ name, securityGroups, volumeSize: size, ...same }: ReturnType<typeof notebookProperties<Value, Value<number>>>) {
  return { notebookInstanceName: name, securityGroupIds: securityGroups, volumeSizeInGB: size, ...same };
}

/** Source: AWS CloudFormation, `AWS::SageMaker::NotebookInstance`: a change of the name is a replacement. */
const replaces = "A change deletes the instance with its files, and creates an instance without files.";

const allTypes = (owners: readonly NotebookOwner[]) => [...new Set(owners.flatMap(({ instanceTypes }) => instanceTypes))];

/** The template. Everything that the user does not choose is a literal value of the environment. */
export function notebookTemplate(plan: NotebookProductPlan): Template {
  const { context, environment, owners } = plan;
  const prefix = notebookNamePrefix(environment);
  const name = `${prefix}\${Name}-\${Suffix}`;
  const withName = (text: string) => sub(text, { Suffix: ownerValue("Suffix") });
  const { tags, ...properties } = inTemplateNames(
    notebookProperties<Value, Value<number>>({
      name: withName(name),
      roleArn: ownerValue("RoleArn"),
      instanceType: ref("InstanceType"),
      subnetId: plan.subnetId,
      securityGroupId: ownerValue("SecurityGroupId"),
      keyArn: plan.keyArn,
      volumeGb: ref("VolumeSize"),
      lifecycleConfigName: ownerValue("LifecycleConfigName"),
      person: ownerValue("Person"),
    }),
  );
  const page = plan.hasConsole ? consoleUrl(context, "sagemaker", `/notebook-instances/${name}`) : undefined;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Notebook instance in ${environment}`,
    ...formOf({
      Name: {
        group: "Instance",
        label: "Name",
        parameter: {
          Type: "String",
          Description: `Part of the name of the instance, after ${prefix}. ${replaces}`,
          AllowedPattern: "^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,23}$",
          ConstraintDescription: "must be 1 to 24 letters, digits and single dashes",
        },
      },
      Owner: {
        group: "Instance",
        label: "Owner",
        parameter: choiceOf(
          `Profile of the data scientist who uses the instance. Only the owner can open it. ${replaces}`,
          owners.map(({ profile }) => profile),
        ),
      },
      InstanceType: {
        group: "Size",
        label: "Instance type",
        parameter: choiceOf(
          "Instance type. You pay for each hour in which the instance runs. A change restarts the instance.",
          allTypes(owners),
          plan.defaultInstanceType,
        ),
      },
      VolumeSize: volumeField(plan.volumeGb),
    }),
    Mappings: {
      [mapping]: Object.fromEntries(
        owners.map(({ profile, person, roleArn, securityGroupId, lifecycleConfigName }) => [
          profile,
          {
            Person: person,
            RoleArn: roleArn,
            SecurityGroupId: securityGroupId,
            LifecycleConfigName: lifecycleConfigName,
            Suffix: notebookNameSuffix(profile),
          },
        ]),
      ),
    },
    Resources: {
      Notebook: {
        Type: "AWS::SageMaker::NotebookInstance",
        Properties: { ...(inApiNames(properties) as Record<string, unknown>), Tags: tagList({ ...plan.tags, ...tags }) },
      },
    },
    Outputs: {
      OpenCommand: {
        Description: "AWS CLI command that prints a URL to JupyterLab. The owner runs it in the environment's network.",
        Value: withName(openNotebookCommand(context.region, name)),
      },
      StartCommand: {
        Description: "AWS CLI command that starts the instance after it has stopped",
        Value: withName(`aws sagemaker start-notebook-instance --region ${context.region} --notebook-instance-name ${name}`),
      },
      StopCommand: {
        Description: "AWS CLI command that stops the instance, so that only the volume costs money",
        Value: withName(`aws sagemaker stop-notebook-instance --region ${context.region} --notebook-instance-name ${name}`),
      },
      ...(page !== undefined && {
        ConsoleUrl: { Description: "Instance in the AWS console, which shows its state but cannot open it", Value: withName(page) },
      }),
    },
  };
}

/** Rules on combinations of parameters, for a template constraint. */
export const notebookConstraint = ({ owners }: NotebookProductPlan): TemplateConstraint => ({
  Rules: instanceTypeRules(
    "Owner",
    owners.map(({ profile, instanceTypes }) => ({ values: [profile], instanceTypes })),
  ),
});
