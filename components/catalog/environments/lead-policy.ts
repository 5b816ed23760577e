import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocumentOf } from "../../aws/policy-document";
import { launchEnvironments } from "../../identity/permissions/products";

/** Fixed, because a permission set of IAM Identity Center names a policy of each account. `hub` is the name of the core stack. */
export const leadPolicyName = (hub: string) => `${hub}-environment-lead`;

/** Policy with the permissions of a lead, which the platform team attaches to roles or permission sets. */
export const createLeadPolicy = (hub: string, productArn: pulumi.Input<string>, parent: pulumi.Resource): aws.iam.Policy =>
  new aws.iam.Policy(
    leadPolicyName(hub),
    {
      name: leadPolicyName(hub),
      description: "Launches, changes and terminates environments from AWS Service Catalog",
      policy: pulumi.output(productArn).apply((arn) => policyDocumentOf(launchEnvironments([arn]))),
    },
    { parent },
  );
