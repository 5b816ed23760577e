// Builds policy statements for users of products in AWS Service Catalog. Pure.
import { type Permission, type Statement } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";
import { startNotebooks } from "./sagemaker";
import { allow, fromWhere, whereUsersRead } from "./permission";

export interface ProductFacts extends EnvironmentFacts {
  /** Products that users can launch, `arn:…:product/…`. */
  productArns: string[];
  /** Roles of the resources that products create, as ARN patterns. */
  roleArns: string[];
}

type Where = Pick<Statement, "Condition">;

/**
 * Permissions to launch products, and to manage what the user launched. `from` ends the texts. The actions on provisioned products
 * have no resource, so only `servicecatalog:userLevel` limits them.
 * Source: AWS Service Catalog "Example policies for managing provisioned products"; AWS Service Authorization Reference.
 */
const launchAndManage = (productArns: string[], from: string, where: (equals?: Record<string, string>) => Where): Permission[] => [
  allow(`Find products${from}.`, { Sid: "FindProducts", Action: "servicecatalog:SearchProducts", Resource: "*", ...where() }),
  allow(`Describe and launch the products of the portfolio${from}.`, {
    Sid: "LaunchProducts",
    Action: [
      "servicecatalog:DescribeProduct",
      "servicecatalog:DescribeProvisioningParameters",
      "servicecatalog:ListLaunchPaths",
      "servicecatalog:ProvisionProduct",
    ],
    Resource: productArns,
    ...where(),
  }),
  allow(`Describe, update and terminate the products that the user launched${from}.`, {
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
    ...where({ "servicecatalog:userLevel": "self" }),
  }),
];

/** Permissions of data scientists. Names, parameters and tags are free text, so they are protected like SageMaker descriptions. */
export const useProducts = (facts: ProductFacts, network: PeopleNetwork): Permission[] => [
  ...launchAndManage(facts.productArns, fromWhere(network), (equals) => whereUsersRead(facts, network, equals)),
  allow("Pass the roles of these notebook instances to SageMaker, to start the instances again.", {
    Sid: "PassProductRoles",
    Action: "iam:PassRole",
    Resource: facts.roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  }),
  ...startNotebooks(facts),
];

/** Permissions of leads, who launch environments from any network. */
export const launchEnvironments = (productArns: string[]): Permission[] =>
  launchAndManage(productArns, "", (equals) => (equals ? { Condition: { StringEquals: equals } } : {}));
