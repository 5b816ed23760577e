// AWS Security Hub and Amazon Macie: each is enabled once in an account and region.
import { type Scenario } from "../scenario";

const product = "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default";
const finding = (change: object = {}) => ({
  SchemaVersion: "2018-10-08",
  Id: "cloister/eu-central-1/${run}",
  ProductArn: product,
  GeneratorId: "cloister/SubnetIds",
  AwsAccountId: "111122223333",
  CreatedAt: "2026-11-27T00:00:00.000Z",
  UpdatedAt: "2026-11-27T00:00:00.000Z",
  Severity: { Label: "HIGH" },
  Title: "TrainingJob job in fraud-dev",
  Description: "SubnetIds: none",
  Resources: [{ Type: "Other", Id: "arn:aws:sagemaker:eu-central-1:111122223333:training-job/job" }],
  ...change,
});

export const securityhub: Scenario[] = [
  {
    title: "is enabled once, imports findings of the account, and is disabled",
    steps: [
      { call: "securityhub:DescribeHub", error: "InvalidAccessException", message: "not subscribed to AWS Security Hub" },
      { call: "securityhub:UpdateSecurityHubConfiguration", input: { AutoEnableControls: true }, error: "InvalidAccessException" },
      { call: "securityhub:BatchImportFindings", input: { Findings: [finding()] }, error: "InvalidAccessException" },
      { call: "securityhub:DisableSecurityHub", error: "InvalidAccessException" },
      { call: "securityhub:EnableSecurityHub", input: { EnableDefaultStandards: false } },
      { call: "securityhub:EnableSecurityHub", input: { EnableDefaultStandards: false }, error: "ResourceConflictException" },
      { call: "securityhub:UpdateSecurityHubConfiguration", input: { AutoEnableControls: false } },
      {
        call: "securityhub:DescribeHub",
        input: { HubArn: "arn:aws:securityhub:eu-central-1:111122223333:hub/default" },
        output: { AutoEnableControls: false, ControlFindingGenerator: "SECURITY_CONTROL" },
      },
      { call: "securityhub:DescribeHub", input: { HubArn: product }, error: "InvalidInputException" },
      {
        call: "securityhub:BatchImportFindings",
        input: { Findings: [finding(), finding({ AwsAccountId: "999900001111" })] },
        output: { SuccessCount: 1, FailedCount: 1 },
      },
      { call: "securityhub:BatchImportFindings", input: { Findings: [] }, error: "InvalidInputException" },
      { call: "securityhub:DisableSecurityHub" },
    ],
  },
];

export const macie2: Scenario[] = [
  {
    title: "is enabled once, changed and disabled",
    steps: [
      { call: "macie2:GetMacieSession", error: "AccessDeniedException", message: "Macie is not enabled" },
      { call: "macie2:UpdateMacieSession", input: { status: "PAUSED" }, error: "AccessDeniedException" },
      { call: "macie2:DisableMacie", error: "AccessDeniedException" },
      { call: "macie2:EnableMacie", input: { status: "ENABLED", findingPublishingFrequency: "NEVER" }, error: "ValidationException" },
      { call: "macie2:EnableMacie", input: { status: "ENABLED", findingPublishingFrequency: "ONE_HOUR" } },
      { call: "macie2:EnableMacie", input: { status: "ENABLED" }, error: "ConflictException" },
      { call: "macie2:UpdateMacieSession", input: { findingPublishingFrequency: "SIX_HOURS" } },
      { call: "macie2:GetMacieSession", output: { status: "ENABLED", findingPublishingFrequency: "SIX_HOURS" } },
      { call: "macie2:DisableMacie" },
    ],
  },
];
