// What users do with products of AWS Service Catalog, and what they cannot do without them.
import { notebookNameSuffix } from "@cloister/components/catalog/project/notebook";
import { attack, type Context, type Row, type RowKit } from "../row-kit";

export function productRows({ ids, arn, sm, inside, elsewhere, row }: RowKit): Row[] {
  const { productArn } = ids;
  if (productArn === undefined) return [];
  const other = arn("catalog", "product/prod-administrator");
  const self: Context = { "servicecatalog:userLevel": "self" };
  const launches = ["DescribeProduct", "DescribeProvisioningParameters", "ListLaunchPaths", "ProvisionProduct"];
  const own = [
    "DescribeProvisionedProduct",
    "DescribeRecord",
    "ListRecordHistory",
    "SearchProvisionedProducts",
    "TerminateProvisionedProduct",
    "UpdateProvisionedProduct",
  ];
  const scientist = (it: string, want: Row["want"], name: string, resource: string, context: Context) =>
    row("data-scientist", it, want, `servicecatalog:${name}`, resource, context);
  const ownProduct = arn("catalog", "product/prod-profile");
  const caller: Context = { "aws:userid": `AROAEXAMPLE:${ids.person}` };
  const launchRole = (name: string) =>
    `arn:aws:iam::${ids.accountId}:role/cloister/${ids.region}/${ids.environment}/launch/${ids.environment}-launch-${name}`;
  const instanceOf = (profile: string) => sm(`notebook-instance/${ids.environment}-catalog-ledger-${notebookNameSuffix(profile)}`);
  const instance = instanceOf(ids.profile);
  const tags = (person: string, environment = ids.environment): Context => ({
    "aws:ResourceTag/cloister:environment": environment,
    "aws:ResourceTag/cloister:person": person,
  });
  const stops = (it: string, want: Row["want"], context: Context, resource = instance) =>
    row("product-notebook", it, want, "sagemaker:StopNotebookInstance", resource, context);
  return [
    scientist("searches products", "allowed", "SearchProducts", "*", inside),
    ...launches.map((name) => scientist(`calls ${name} for a product of the environment`, "allowed", name, productArn, inside)),
    ...own.map((name) => scientist(`calls ${name} for a product that the user launched`, "allowed", name, "*", { ...inside, ...self })),
    ...launches.map((name) =>
      scientist(`calls ${name} for the product of the user's profile`, "allowed", name, ownProduct, {
        ...inside,
        ...caller,
        ...tags(ids.person),
      }),
    ),
    ...attack("insider", "launches the user profile of another user", [
      ...launches.flatMap((name) => [
        scientist(`calls ${name} for the product of another user's profile`, "denied", name, ownProduct, {
          ...inside,
          ...caller,
          ...tags("bo-li"),
        }),
        scientist(`calls ${name} for a product of the user in another environment`, "denied", name, ownProduct, {
          ...inside,
          ...caller,
          ...tags(ids.person, `${ids.environment}-2`),
        }),
      ]),
      scientist("launches the product of a profile without tags", "denied", "ProvisionProduct", ownProduct, { ...inside, ...caller }),
      scientist("launches the product of a user whose name ends like its own", "denied", "ProvisionProduct", ownProduct, {
        ...inside,
        ...tags(ids.person),
        "aws:userid": `AROAEXAMPLE:not-${ids.person}`,
      }),
      scientist("changes the owner of a provisioned product", "denied", "UpdateProvisionedProductProperties", "*", { ...inside, ...self }),
      ...["CreateUserProfile", "UpdateUserProfile", "DeleteUserProfile"].map((name) =>
        row("data-scientist", `calls ${name}`, "denied", `sagemaker:${name}`, sm(`user-profile/${ids.domainId}/bo-li`), {
          ...inside,
          ...caller,
          ...tags(ids.person),
        }),
      ),
      ...["CreateUserProfile", "DeleteUserProfile"].map((name) =>
        row("execution", `calls ${name}`, "denied", `sagemaker:${name}`, sm(`user-profile/${ids.domainId}/bo-li`), inside),
      ),
    ]),
    ...attack("stolen session", "reads or launches products from another network", [
      scientist("searches products outside the network", "denied", "SearchProducts", "*", elsewhere),
      ...launches.map((name) => scientist(`calls ${name} outside the network`, "denied", name, productArn, elsewhere)),
      ...launches.map((name) =>
        scientist(`calls ${name} for the product of the user's profile outside the network`, "denied", name, ownProduct, {
          ...elsewhere,
          ...caller,
          ...tags(ids.person),
        }),
      ),
      ...own.map((name) => scientist(`calls ${name} outside the network`, "denied", name, "*", { ...elsewhere, ...self })),
    ]),
    ...attack("insider", "uses products of other users and administrators", [
      ...launches.map((name) => scientist(`calls ${name} for a product of administrators`, "denied", name, other, inside)),
      ...own.map((name) => scientist(`calls ${name} for a product of another user`, "denied", name, "*", inside)),
      ...["CreateConstraint", "CreateProvisioningArtifact", "DeleteProduct", "UpdateProduct"].map((name) =>
        scientist(`calls ${name}`, "denied", name, productArn, inside),
      ),
    ]),
    ...attack("insider", "creates what products create without a product", [
      row("data-scientist", "creates a notebook instance", "denied", "sagemaker:CreateNotebookInstance", instance, inside),
      row("data-scientist", "creates a stack", "denied", "cloudformation:CreateStack", arn("cloudformation", "stack/SC-1-pp-1/*"), inside),
      ...["notebook", "profile-bo-li"].map((name) =>
        row("data-scientist", `passes the launch role of ${name}`, "denied", "iam:PassRole", launchRole(name), {
          "iam:PassedToService": "cloudformation.amazonaws.com",
        }),
      ),
    ]),
    ...["execution", "notebook", "product-notebook", "pipeline", "model", "team-administrator", "lifecycle"].flatMap((role) => [
      row(role, "launches a product", "denied", "servicecatalog:ProvisionProduct", productArn, inside),
      row(role, "launches the product of a profile", "denied", "servicecatalog:ProvisionProduct", ownProduct, {
        ...inside,
        ...caller,
        ...tags(ids.person),
      }),
    ]),
    stops("stops its own notebook instance", "allowed", { ...inside, ...tags(ids.person) }),
    stops("stops its own notebook instance outside the network", "denied", { ...elsewhere, ...tags(ids.person) }),
    stops("stops a notebook instance of another user", "denied", { ...inside, ...tags("bo") }),
    stops("stops an instance with the name of another owner", "denied", { ...inside, ...tags(ids.person) }, instanceOf("bo-li")),
    stops("stops a notebook instance of another environment", "denied", { ...inside, ...tags(ids.person, `${ids.environment}-2`) }),
    stops(
      "stops a notebook instance of the settings",
      "denied",
      { ...inside, ...tags(ids.person) },
      sm(`notebook-instance/${ids.environment}-ledger`),
    ),
  ];
}
