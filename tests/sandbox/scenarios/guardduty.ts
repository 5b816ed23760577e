// GuardDuty: one detector in an account and region, with features.
import { type Scenario } from "../scenario";

const none = "12abc34d567e8fa901bc2d34e56789f0";
const arn = (id: string) => `arn:aws:guardduty:eu-central-1:111122223333:detector/${id}`;
const tags = { a: "b" };

export const guardduty: Scenario[] = [
  {
    title: "creates one detector, and changes its features",
    steps: [
      { call: "guardduty:ListDetectors", output: { DetectorIds: [] } },
      {
        call: "guardduty:CreateDetector",
        input: { Enable: true, FindingPublishingFrequency: "FIFTEEN_MINUTES", Tags: tags },
        save: { detector: "DetectorId" },
      },
      { call: "guardduty:CreateDetector", input: { Enable: true }, error: "BadRequestException" },
      { call: "guardduty:ListDetectors", output: { DetectorIds: ["${detector}"] } },
      {
        call: "guardduty:GetDetector",
        input: { DetectorId: "${detector}" },
        output: { Status: "ENABLED", FindingPublishingFrequency: "FIFTEEN_MINUTES", Tags: tags },
      },
      { call: "guardduty:GetDetector", input: { DetectorId: none }, error: "BadRequestException" },
      {
        call: "guardduty:UpdateDetector",
        input: { DetectorId: "${detector}", Features: [{ Name: "S3_DATA_EVENTS", Status: "DISABLED" }] },
      },
      { call: "guardduty:UpdateDetector", input: { DetectorId: none, Enable: false }, error: "BadRequestException" },
      {
        call: "guardduty:GetDetector",
        input: { DetectorId: "${detector}" },
        output: { DataSources: { S3Logs: { Status: "DISABLED" }, FlowLogs: { Status: "ENABLED" } } },
      },
      { call: "guardduty:TagResource", input: { ResourceArn: arn("${detector}"), Tags: { c: "d" } } },
      { call: "guardduty:TagResource", input: { ResourceArn: arn(none), Tags: { c: "d" } }, error: "BadRequestException" },
      { call: "guardduty:UntagResource", input: { ResourceArn: arn("${detector}"), TagKeys: ["a"] } },
      { call: "guardduty:UntagResource", input: { ResourceArn: arn(none), TagKeys: ["a"] }, error: "BadRequestException" },
      { call: "guardduty:ListTagsForResource", input: { ResourceArn: arn("${detector}") }, output: { Tags: { c: "d" } } },
      { call: "guardduty:ListTagsForResource", input: { ResourceArn: arn(none) }, error: "BadRequestException" },
      { call: "guardduty:DeleteDetector", input: { DetectorId: none }, error: "BadRequestException" },
      { call: "guardduty:DeleteDetector", input: { DetectorId: "${detector}" } },
      { call: "guardduty:ListDetectors", input: { MaxResults: 51 }, error: "BadRequestException" },
    ],
  },
];
