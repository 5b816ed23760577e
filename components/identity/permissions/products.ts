// Builds policy statements for users of products in AWS Service Catalog. Pure.
import { type Permission } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";
import { startNotebooks } from "./sagemaker";
import { allow, fromWhere, whereUsersRead } from "./permission";

export interface ProductFacts extends EnvironmentFacts {
  /** Products that users can launch, `arn:…:product/…`. */
  productArns: string[];
  /** Roles of the resources that products create, as ARN patterns. */
  roleArns: string[];
}

/**
 * Permissions to launch products, and to manage what the user launched. Names, parameters and tags of provisioned products are
 * free text, so they are protected like descriptions of SageMaker resources.
 * Source: AWS Service Catalog "Restricting access to provisioned products" (`servicecatalog:userLevel`).
 */
export const useProducts = (facts: ProductFacts, network: PeopleNetwork): Permission[] => [
  allow(`Find products${fromWhere(network)}.`, {
    Sid: "FindProducts",
    Action: "servicecatalog:SearchProducts",
    Resource: "*",
    ...whereUsersRead(facts, network),
  }),
  allow(`Describe and launch the environment's products${fromWhere(network)}.`, {
    Sid: "LaunchProducts",
    Action: [
      "servicecatalog:DescribeProduct",
      "servicecatalog:DescribeProvisioningParameters",
      "servicecatalog:ListLaunchPaths",
      "servicecatalog:ProvisionProduct",
    ],
    Resource: facts.productArns,
    ...whereUsersRead(facts, network),
  }),
  allow(`Describe, update and terminate the products that the user launched${fromWhere(network)}.`, {
    Sid: "OwnProducts",
    Action: [
      "servicecatalog:DescribeProvisionedProduct",
      "servicecatalog:DescribeRecord",
      "servicecatalog:ListRecordHistory",
      "servicecatalog:SearchProvisionedProducts",
      "servicecatalog:TerminateProvisionedProduct",
      "servicecatalog:UpdateProvisionedProduct",
    ],
    Resource: "*",
    ...whereUsersRead(facts, network, { "servicecatalog:userLevel": "self" }),
  }),
  allow("Pass the roles of these notebook instances to SageMaker, to start the instances again.", {
    Sid: "PassProductRoles",
    Action: "iam:PassRole",
    Resource: facts.roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  }),
  ...startNotebooks(facts),
];
