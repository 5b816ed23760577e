// Reads the recorded facts about the CloudFormation resource types of products.
import * as fs from "node:fs";
import * as path from "node:path";

export const types = ["AWS::SageMaker::NotebookInstance", "AWS::SageMaker::UserProfile", "AWS::SageMaker::Space"] as const;

export interface RecordedType {
  /** Properties whose change replaces the resource, as JSON pointers. */
  createOnly: string[];
  /** Actions that each handler calls. */
  permissions: Record<string, string[]>;
  /** Instance types of apps. */
  appTypes: string[];
}

export const file = path.join(__dirname, "recorded-resource-types.json");
export const recordedTypes = () => JSON.parse(fs.readFileSync(file, "utf8")) as Record<(typeof types)[number], RecordedType>;
