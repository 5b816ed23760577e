// Implements Service Catalog: portfolios, products and their versions, constraints, and launches by CloudFormation or an external engine.
import { nativeService, type Operation } from "../../service";
import { constraintOperations } from "./constraints";
import { launchPathOperations } from "./launch-paths";
import { optionOperations } from "./options";
import { portfolioOperations } from "./portfolios";
import { productOperations } from "./products";
import { provisioningOperations } from "./provisioning";
import { accountOf, initial, invalid, type Operations, type State } from "./state";

const languages = new Set(["en", "jp", "zh"]);

/** Rejects an `AcceptLanguage` that AWS does not support, in every operation. */
const inSupportedLanguage =
  (operation: Operation<State>): Operation<State> =>
  (input, context) => {
    if (input.AcceptLanguage !== undefined && !languages.has(String(input.AcceptLanguage))) throw invalid("Unsupported AcceptLanguage");
    return operation(input, context);
  };

const operations: Operations = {
  ...portfolioOperations,
  ...productOperations,
  ...optionOperations,
  ...constraintOperations,
  ...launchPathOperations,
  ...provisioningOperations,
};

export const servicecatalog = nativeService<State>({
  scope: "servicecatalog",
  model: "servicecatalog",
  // The JSON protocol names the service in a header, the CBOR protocol in the path. AppRegistry has the same credential scope.
  claims: ({ headers, target }) => (headers["x-amz-target"] ?? "").startsWith("AWS242") || target.startsWith("/service/AWS242"),
  violation: { code: "ValidationException" },
  oneStateFor: "accounts",
  initial,
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, inSupportedLanguage(operation)])),
  leftovers: ({ portfolios, principals, products, tagOptions, provisioned }) => [
    ...Object.values(portfolios).map(({ detail }) => ({ type: "Portfolio", id: detail.Id, account: accountOf(detail.ARN) })),
    ...Object.values(products).map(({ summary, arn }) => ({ type: "Product", id: summary.ProductId, account: accountOf(arn) })),
    ...Object.values(tagOptions).map(({ Id, Owner }) => ({ type: "TagOption", id: Id, account: Owner })),
    ...Object.values(provisioned).map(({ detail, account }) => ({ type: "ProvisionedProduct", id: detail.Id, account })),
    ...Object.entries(principals).flatMap(([key, all]) => {
      const [account, portfolio] = key.split("/");
      return all.map(({ PrincipalARN }) => ({ type: "PortfolioPrincipal", id: `${portfolio ?? ""} ${PrincipalARN}`, account }));
    }),
  ],
});
