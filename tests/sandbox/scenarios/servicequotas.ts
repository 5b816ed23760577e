import { type Scenario } from "../scenario";

const vpcs = { ServiceCode: "vpc", QuotaCode: "L-F678F1CE" };
const both = ["GetAWSDefaultServiceQuota", "GetServiceQuota"];

export const serviceQuotas: Scenario[] = [
  {
    title: "reads the default and the applied value of a quota, and no unknown quota or service",
    steps: [
      { call: "service-quotas:GetAWSDefaultServiceQuota", input: vpcs, output: { Quota: { QuotaName: "VPCs per Region", Value: 5 } } },
      { call: "service-quotas:GetServiceQuota", input: vpcs, output: { Quota: { QuotaCode: "L-F678F1CE", Value: 100 } } },
      {
        call: "service-quotas:GetServiceQuota",
        input: { ServiceCode: "lambda", QuotaCode: "L-B99A9384" },
        output: { Quota: { QuotaName: "Concurrent executions", Value: 1000 } },
      },
      {
        call: "service-quotas:GetServiceQuota",
        input: { ServiceCode: "codebuild", QuotaCode: "L-9D07B6EF" },
        output: { Quota: { QuotaName: "Concurrently running builds for Linux/Small environment", Value: 60 } },
      },
      ...both.flatMap((operation) =>
        [
          { ...vpcs, QuotaCode: "L-00000000" },
          { ...vpcs, ServiceCode: "none" },
          // Quotas of IAM exist only in us-east-1.
          { ServiceCode: "iam", QuotaCode: "L-C07B4B0D" },
        ].map((input) => ({ call: `service-quotas:${operation}`, input, error: "NoSuchResourceException" })),
      ),
    ],
  },
];
