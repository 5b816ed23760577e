// What team leads do with the product environment, and what they cannot do to infrastructure and to environments of other leads.
import { attack, type Row, type RowKit } from "../row-kit";

export function leadRows({ ids, arn, sm, row }: RowKit): Row[] {
  const { environmentProductArn: product, accountId, region } = ids;
  if (product === undefined) return [];
  const lead = (it: string, want: Row["want"], action: string, resource: string, context: Row["context"] = {}) =>
    row("lead", it, want, action, resource, context);
  const each = (it: string, want: Row["want"], actions: string[], resource: string, context: Row["context"] = {}) =>
    actions.map((action) => lead(`${it}: ${action}`, want, action, resource, context));
  const catalog = (...names: string[]) => names.map((name) => `servicecatalog:${name}`);
  const launches = catalog("DescribeProduct", "DescribeProvisioningParameters", "ListLaunchPaths", "ProvisionProduct");
  const manages = catalog(
    "DescribeProvisionedProduct",
    "DescribeRecord",
    "ListRecordHistory",
    "SearchProvisionedProducts",
    "TerminateProvisionedProduct",
    "UpdateProvisionedProduct",
  );
  const levels = ["accountLevel", "roleLevel"];
  const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const engineRole = (name: string) => role(`cloister/${region}/bank-hub/engine/bank-hub-engine-${name}`);
  const launchRole = role("bank-hub-environment-launch");
  const queue = (operation: string) => arn("sqs", `ServiceCatalogExternal${operation}OperationQueue`);
  const state = "arn:aws:s3:::bank-hub-engine-state-bucket-0a1b2c3";
  const artifacts = "arn:aws:s3:::bank-hub-engine-artifacts-bucket-0a1b2c3";
  return [
    lead("searches products", "allowed", "servicecatalog:SearchProducts", "*"),
    ...each("uses the product environment", "allowed", launches, product),
    ...each("uses an environment that the lead launched", "allowed", manages, "*", { "servicecatalog:userLevel": "self" }),
    ...attack("insider", "uses environments of other leads, and other products, as a lead", [
      ...each("uses an environment of another lead", "denied", manages, "*"),
      ...levels.flatMap((level) =>
        each(`uses environments at the ${level}`, "denied", manages, "*", { [`servicecatalog:${level}`]: "self" }),
      ),
      ...each("uses another product", "denied", launches, arn("catalog", "product/prod-administrator")),
      // These actions have no condition keys, so a lead could use them for provisioned products of other users.
      ...each(
        "has an action without access levels",
        "denied",
        catalog("GetProvisionedProductOutputs", "UpdateProvisionedProductProperties"),
        "*",
      ),
    ]),
    ...attack(
      "insider",
      "writes a version of the environment product, which the engine deploys",
      ["execution", "notebook", "pipeline", "data-scientist", "team-administrator", "data-science-administrator"].flatMap((caller) =>
        ["s3:PutObject", "s3:DeleteObjectVersion"].map((action) =>
          row(caller, `writes a version: ${action}`, "denied", action, `${artifacts}/versions/x.tar.gz`),
        ),
      ),
    ),
    ...attack("insider", "changes the portfolio, or reports results to AWS Service Catalog, as a lead", [
      ...each(
        "administers the product",
        "denied",
        catalog("CreateProvisioningArtifact", "UpdateProvisioningArtifact", "UpdateProduct", "DeleteProduct", "CreateConstraint"),
        product,
      ),
      ...each(
        "administers the portfolio",
        "denied",
        catalog("AssociatePrincipalWithPortfolio", "CreatePortfolioShare", "UpdatePortfolio"),
        arn("catalog", "portfolio/port-1"),
      ),
      ...each(
        "reports a result",
        "denied",
        catalog(
          "NotifyProvisionProductEngineWorkflowResult",
          "NotifyUpdateProvisionedProductEngineWorkflowResult",
          "NotifyTerminateProvisionedProductEngineWorkflowResult",
        ),
        "*",
      ),
    ]),
    ...attack("insider", "assumes or passes a role of the engine as a lead", [
      ...[launchRole, engineRole("runner"), engineRole("dispatcher")].flatMap((target) => [
        lead(`assumes ${target.split("/").at(-1)}`, "denied", "sts:AssumeRole", target),
        lead(`passes ${target.split("/").at(-1)}`, "denied", "iam:PassRole", target, { "iam:PassedToService": "codebuild.amazonaws.com" }),
      ]),
      lead("assumes the launch role with the tag of an environment", "denied", "sts:TagSession", launchRole, {
        "aws:RequestTag/cloister:environment": ids.environment,
      }),
    ]),
    ...attack("insider", "calls the services behind the product as a lead", [
      ...each(
        "changes roles",
        "denied",
        ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"],
        launchRole,
      ),
      lead(
        "changes the policy of leads",
        "denied",
        "iam:CreatePolicyVersion",
        `arn:aws:iam::${accountId}:policy/bank-hub-environment-lead`,
      ),
      ...each("uses the state", "denied", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], `${state}/.pulumi/stacks/x.json`),
      ...each("uses a version", "denied", ["s3:GetObject", "s3:PutObject"], `${artifacts}/versions/x.tar.gz`),
      lead("lists the state", "denied", "s3:ListBucket", state),
      ...each("uses the state key", "denied", ["kms:Decrypt", "kms:GenerateDataKey"], arn("kms", "key/bank-hub-engine-state-key")),
      ...["Provision", "Update", "Terminate"].flatMap((operation) =>
        each(`uses the queue ${operation}`, "denied", ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue"], queue(operation)),
      ),
      lead("starts an execution", "denied", "states:StartExecution", arn("states", "stateMachine:bank-hub-engine-flow")),
      lead("stops an execution", "denied", "states:StopExecution", arn("states", "execution:bank-hub-engine-flow:x")),
      ...each(
        "uses the runner",
        "denied",
        ["codebuild:StartBuild", "codebuild:StopBuild", "codebuild:BatchGetBuilds", "codebuild:UpdateProject"],
        arn("codebuild", "project/bank-hub-engine-runner"),
      ),
      ...["ServiceCatalogExternalParameterParser", "bank-hub-engine-dispatcher", "bank-hub-engine-report"].map((name) =>
        lead(`invokes ${name}`, "denied", "lambda:InvokeFunction", arn("lambda", `function:${name}`)),
      ),
      lead("creates a domain", "denied", "sagemaker:CreateDomain", sm("domain/d-1")),
      lead("creates a notebook instance", "denied", "sagemaker:CreateNotebookInstance", sm("notebook-instance/x")),
      lead("opens Studio", "denied", "sagemaker:CreatePresignedDomainUrl", sm(`user-profile/${ids.domainId}/${ids.profile}`)),
      lead("creates a stack", "denied", "cloudformation:CreateStack", arn("cloudformation", "stack/x/*")),
      lead("creates a VPC", "denied", "ec2:CreateVpc", arn("ec2", "vpc/*")),
    ]),
  ];
}
