// IAM Access Analyzer: one analyzer of each type in an account and region.
import { type Scenario } from "../scenario";

const external = { analyzerName: "external-${run}", type: "ACCOUNT" };
const unused = { analyzerName: "unused-${run}", type: "ACCOUNT_UNUSED_ACCESS" };
const arn = (name: string) => `arn:aws:access-analyzer:eu-central-1:111122223333:analyzer/${name}`;

export const accessanalyzer: Scenario[] = [
  {
    title: "creates one analyzer of external access and one of unused access, with tags",
    steps: [
      { call: "accessanalyzer:ListAnalyzers", output: { analyzers: [] } },
      { call: "accessanalyzer:ListAnalyzers", input: { type: "NONE" }, error: "ValidationException" },
      { call: "accessanalyzer:CreateAnalyzer", input: { ...external, analyzerName: "1" }, error: "ValidationException" },
      { call: "accessanalyzer:CreateAnalyzer", input: { ...external, type: "ORGANIZATION" }, error: "ValidationException" },
      {
        call: "accessanalyzer:CreateAnalyzer",
        input: { ...external, configuration: { unusedAccess: { unusedAccessAge: 90 } } },
        error: "ValidationException",
      },
      {
        call: "accessanalyzer:CreateAnalyzer",
        input: { ...external, tags: { a: "b" } },
        output: { arn: arn("external-${run}") },
      },
      { call: "accessanalyzer:CreateAnalyzer", input: external, error: "ConflictException" },
      { call: "accessanalyzer:CreateAnalyzer", input: { ...external, analyzerName: "second" }, error: "ServiceQuotaExceededException" },
      {
        call: "accessanalyzer:CreateAnalyzer",
        input: { ...unused, configuration: { unusedAccess: { unusedAccessAge: 366 } } },
        error: "ValidationException",
      },
      { call: "accessanalyzer:CreateAnalyzer", input: { ...unused, configuration: { unusedAccess: { unusedAccessAge: 30 } } } },
      {
        call: "accessanalyzer:GetAnalyzer",
        input: { analyzerName: "unused-${run}" },
        output: { analyzer: { status: "ACTIVE", configuration: { unusedAccess: { unusedAccessAge: 30 } } } },
      },
      { call: "accessanalyzer:GetAnalyzer", input: { analyzerName: "none" }, error: "ResourceNotFoundException" },
      { call: "accessanalyzer:ListAnalyzers", input: { type: "ACCOUNT" }, output: { analyzers: [{ name: "external-${run}" }] } },
      { call: "accessanalyzer:TagResource", input: { resourceArn: arn("external-${run}"), tags: { c: "d" } } },
      { call: "accessanalyzer:TagResource", input: { resourceArn: arn("none"), tags: { c: "d" } }, error: "ResourceNotFoundException" },
      { call: "accessanalyzer:UntagResource", input: { resourceArn: arn("external-${run}"), tagKeys: ["a"] } },
      { call: "accessanalyzer:UntagResource", input: { resourceArn: arn("none"), tagKeys: ["a"] }, error: "ResourceNotFoundException" },
      { call: "accessanalyzer:ListTagsForResource", input: { resourceArn: arn("external-${run}") }, output: { tags: { c: "d" } } },
      { call: "accessanalyzer:ListTagsForResource", input: { resourceArn: arn("none") }, error: "ResourceNotFoundException" },
      { call: "accessanalyzer:DeleteAnalyzer", input: { analyzerName: "external-${run}" } },
      { call: "accessanalyzer:DeleteAnalyzer", input: { analyzerName: "external-${run}" }, error: "ResourceNotFoundException" },
      { call: "accessanalyzer:DeleteAnalyzer", input: { analyzerName: "unused-${run}" } },
    ],
  },
];
