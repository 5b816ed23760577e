import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { policyDocumentOf } from "../../aws/policy-document";
import { launchEnvironments } from "../../identity/permissions/products";

/** Fixed, because a permission set of IAM Identity Center names a policy of each account. `hub` is the name of the core stack. */
const leadPolicyName = (hub: string) => `${hub}-environment-lead`;

/**
 * Products of the engine's account, for the accounts that receive the portfolio: their stacks do not know the product.
 * Leads can launch only products of portfolios that they have access to.
 */
export const engineProducts = ({ partition, region }: AwsContext, engineAccountId: string) =>
  `arn:${partition}:catalog:${region}:${engineAccountId}:product/*`;

/** Policy with the permissions of a lead, which the platform team attaches to roles or permission sets. */
export const createLeadPolicy = (hub: string, productArn: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): aws.iam.Policy =>
  new aws.iam.Policy(
    leadPolicyName(hub),
    {
      name: leadPolicyName(hub),
      description: "Launches, changes and terminates environments from AWS Service Catalog",
      policy: pulumi.output(productArn).apply((arn) => policyDocumentOf(launchEnvironments([arn]))),
    },
    opts,
  );
