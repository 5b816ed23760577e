// Builds policy statements for users of products in AWS Service Catalog. Pure.
import { arnsIn } from "../../aws/context";
import { type Permission, type Statement } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";
import { startNotebooks } from "./sagemaker";
import { allow, fromWhere, resourceTag, whereUsersRead, within } from "./permission";

export interface ProductFacts extends EnvironmentFacts {
  /** Products that every user can launch, `arn:…:product/…`. */
  productArns: string[];
  /** Whether there are products for single users, whose tag `cloister:person` is the session name of the user. */
  hasOwnProducts: boolean;
  /** Roles of the notebook instances that products create, as ARN patterns. */
  roleArns: string[];
}

type Where = Pick<Statement, "Condition">;

const launchActions = [
  "servicecatalog:DescribeProduct",
  "servicecatalog:DescribeProvisioningParameters",
  "servicecatalog:ListLaunchPaths",
  "servicecatalog:ProvisionProduct",
];

/**
 * Permissions to launch products, and to manage what the user launched. `from` ends the texts. The actions on provisioned products
 * have no resource, so only `servicecatalog:userLevel` limits them.
 * Source: AWS Service Catalog "Example policies for managing provisioned products"; AWS Service Authorization Reference.
 */
const launchAndManage = (productArns: string[], from: string, where: (equals?: Record<string, string>) => Where): Permission[] => [
  allow(`Find products${from}.`, { Sid: "FindProducts", Action: "servicecatalog:SearchProducts", Resource: "*", ...where() }),
  ...(productArns.length > 0
    ? [
        allow(`Describe and launch the products of the portfolio${from}.`, {
          Sid: "LaunchProducts",
          Action: launchActions,
          Resource: productArns,
          ...where(),
        }),
      ]
    : []),
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

/** Source: AWS Service Authorization Reference: products support `aws:ResourceTag`. */
const launchOwn = (facts: ProductFacts, network: PeopleNetwork): Permission =>
  allow(`Describe and launch the products whose tag \`cloister:person\` is the user's session name${fromWhere(network)}.`, {
    Sid: "LaunchOwnProducts",
    Action: launchActions,
    Resource: arnsIn(facts, "catalog", "product/*"),
    Condition: within(facts, network, {
      ...resourceTag(facts),
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
    }),
  });

const startProductNotebooks = (facts: ProductFacts): Permission[] => [
  allow("Pass the roles of these notebook instances to SageMaker, to start the instances again.", {
    Sid: "PassProductRoles",
    Action: "iam:PassRole",
    Resource: facts.roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  }),
  ...startNotebooks(facts),
];

/** Permissions of data scientists. Names, parameters and tags are free text, so they are protected like SageMaker descriptions. */
export const useProducts = (facts: ProductFacts, network: PeopleNetwork): Permission[] => [
  ...launchAndManage(facts.productArns, fromWhere(network), (equals) => whereUsersRead(facts, network, equals)),
  ...(facts.hasOwnProducts ? [launchOwn(facts, network)] : []),
  ...(facts.roleArns.length > 0 ? startProductNotebooks(facts) : []),
];

/** Permissions of leads, who launch environments from any network. */
export const launchEnvironments = (productArns: string[]): Permission[] =>
  launchAndManage(productArns, "", (equals) => (equals ? { Condition: { StringEquals: equals } } : {}));
