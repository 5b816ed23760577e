// Assumptions about products in AWS Service Catalog. Data only.
import { type Assumption } from "../types";

const launches = "components/identity/permissions/launch-roles.ts";
const none = { none: "the check requires a launch of the product; `describe-record` shows the reason for a failure" };

const environmentLaunches = "components/identity/permissions/environment-launch.ts";
const noneForEnvironments = { none: "the check requires a launch of an environment; the record shows the reason for a failure" };

export const catalogAssumptions: Assumption[] = [
  {
    id: "product-handler-calls",
    area: "catalog",
    text: "CloudFormation calls only the actions in the schema of a notebook instance, under the launch role, and SageMaker calls EC2 and KMS with the permissions of this role",
    code: { file: launches, symbol: "onlyForSageMaker" },
    effect: "launches fail with access denied",
    fallback: "create notebook instances with `studio.notebooks`",
    check: none,
  },
  {
    id: "product-changed-tags",
    area: "catalog",
    text: "CloudFormation sends only changed tags when it updates a resource",
    code: { file: launches, symbol: "UpdateTags" },
    effect: "an update to a version with other tags fails with access denied",
    fallback: "terminate the product, and launch it again",
    check: none,
  },
  {
    id: "product-missing-resource",
    area: "catalog",
    text: "`aws:ResourceTag` is absent for a resource that does not exist",
    code: { file: launches, symbol: "ownOrDeleted" },
    effect: "the termination of a product fails while CloudFormation waits for the deletion of a resource",
    fallback: "terminate the product with `--ignore-errors`",
    check: none,
  },
  {
    id: "product-missing-deletion",
    area: "catalog",
    text: "CloudFormation describes a SageMaker resource before it deletes it, and deletes none that does not exist",
    code: { file: launches, symbol: "ownResource" },
    effect: "the termination of a product fails after its space, profile or notebook instance was deleted outside the product",
    fallback: "terminate the product with `--ignore-errors`",
    check: none,
  },
  {
    id: "product-deleted-version",
    area: "catalog",
    text: "AWS Service Catalog deletes a version that provisioned products use, and can update these to another version",
    code: { file: "components/catalog/project/portfolio.ts", symbol: "version" },
    effect: "a deployment with a changed template fails",
    fallback: "terminate the provisioned products, and deploy again",
    check: none,
  },
  {
    id: "product-first-version",
    area: "catalog",
    text: "A rule of a template whose values are constant is valid, and rejects each launch",
    code: { file: "components/catalog/project/versions.ts", symbol: "NotLaunchable" },
    effect: "the product cannot be created, or a launch of the first version creates a stack without resources in SageMaker",
    fallback: "terminate such a product",
    check: none,
  },
  {
    id: "product-launch-source",
    area: "catalog",
    text: "AWS Service Catalog sets `aws:SourceAccount` when it assumes a launch role",
    code: { file: "components/identity/trust-policy.ts", symbol: "serviceCatalogTrust" },
    effect: "launches fail, because the role cannot be assumed",
    fallback: "create notebook instances with `studio.notebooks`",
    check: none,
  },
  {
    id: "product-session-level",
    area: "catalog",
    text: "`servicecatalog:userLevel` distinguishes the sessions of one role by their names",
    code: { file: "components/identity/permissions/products.ts", symbol: "servicecatalog:userLevel" },
    effect: "data scientists can update and terminate the products of each other",
    fallback: "none; only the owner can open the instance",
    check: none,
  },
  {
    id: "launch-caller-permissions",
    area: "catalog",
    text: "CreateDomain needs the permissions in the CloudFormation schema of a domain, and CreateNotebookInstance creates network interfaces, both with the permissions of the caller",
    code: { file: environmentLaunches, symbol: "onlyForSageMaker" },
    effect: "launches of environments fail with access denied",
    fallback: "deploy the environment with `npm start` under another role",
    check: noneForEnvironments,
  },
  {
    id: "launch-untagged-interfaces",
    area: "catalog",
    text: "SageMaker creates network interfaces without the tags of Cloister, and its file systems and NFS security groups with the tag `ManagedByAmazonSageMakerResource`",
    code: { file: environmentLaunches, symbol: "homePermissions" },
    effect: "the termination of an environment fails while it deletes what SageMaker leaves",
    fallback: "run `cloister sweep` under another role",
    check: noneForEnvironments,
  },
  {
    id: "launch-groups",
    area: "catalog",
    text: "AWS Service Catalog creates the resource group of a provisioned product in a session of the launch role without tags",
    code: { file: environmentLaunches, symbol: "onlyServiceCatalog" },
    effect: "provisioned products have no resource group",
    fallback: "find the resources by their tags",
    check: noneForEnvironments,
  },
];
