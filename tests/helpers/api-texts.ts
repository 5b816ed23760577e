// Finds the text fields of AWS API calls in botocore's service models, and records those of the channel table:
//   node -r ts-node/register/transpile-only tests/helpers/api-texts.ts
import * as fs from "node:fs";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { channels } from "@cloister/components/identity/channels";
import { loadModel, locateModels, type ServiceModel } from "@cloister/sandbox/testing";
import { ensureToolchain } from "@cloister/toolchain";

/** Text fields of one action. Undefined if AWS publishes no model of the action, as for Git over HTTPS. */
export type ApiTexts = Record<string, { request: string[]; response: string[] } | null>;

export const recording = path.join(__dirname, "recorded-api-texts.json");

/** botocore's folders of a service, by IAM prefix, where the folder has another name or the service has several. */
const folders: Record<string, string[]> = {
  sagemaker: ["sagemaker", "sagemaker-runtime", "sagemaker-featurestore-runtime", "sagemaker-metrics"],
  tag: ["resourcegroupstaggingapi"],
  states: ["stepfunctions"],
  bedrock: ["bedrock-runtime"],
};

/** Operations of an action with another name. */
const operations: Record<string, string[]> = {
  "s3:ListBucket": ["ListObjectsV2", "ListObjects"],
  "s3:ListBucketMultipartUploads": ["ListMultipartUploads"],
  "s3:ListMultipartUploadParts": ["ListParts"],
  "lambda:InvokeFunction": ["Invoke"],
  "budgets:ViewBudget": ["DescribeBudget", "DescribeBudgets", "DescribeBudgetPerformanceHistory", "DescribeNotificationsForBudget"],
};

/** Fields that AWS fills with identifiers or tokens. */
const identifier = /(Arn|Id|Token|Marker|Timestamp)s?$/i;
const samples = ["free text, {1}", "free=text", "s3://bucket/free text", "https://host/free text"];

/** Whether a string can hold free text: AWS restricts names and other identifiers by a pattern. */
function isText({ pattern }: ServiceModel["shapes"][string]): boolean {
  if (pattern === undefined) return true;
  try {
    const expression = new RegExp(`^(?:${pattern})$`, "su");
    return samples.some((sample) => expression.test(sample));
  } catch {
    // A pattern in the syntax of Java, which JavaScript cannot read.
    return true;
  }
}

/** Names of text fields in a shape, at any depth: the first few, because one is enough to classify an action. */
function textsIn({ shapes }: ServiceModel, root: string | undefined): string[] {
  const found = new Set<string>();
  const visit = (name: string, field: string, above: string[]): void => {
    const shape = shapes[name]!;
    if (above.includes(name)) return;
    const next = [...above, name];
    if (shape.type === "structure") for (const [member, { shape: of }] of Object.entries(shape.members ?? {})) visit(of, member, next);
    else if (shape.type === "list") visit(shape.member!.shape, field, next);
    else if (shape.type === "map") {
      visit(shape.key!.shape, `${field} key`, next);
      visit(shape.value!.shape, `${field} value`, next);
    } else if (shape.type === "blob") found.add(field);
    else if (shape.type === "string" && !shape.enum && !identifier.test(field) && isText(shape)) found.add(field);
  };
  if (root !== undefined) visit(root, "", []);
  return [...found].sort().slice(0, 4);
}

/** The text fields of actions, read from botocore's folder with the service models. */
export function apiTexts(models: string, actions: Iterable<string>): ApiTexts {
  return Object.fromEntries(
    [...actions].sort().map((action) => {
      const [service = "", name = ""] = action.split(":");
      const names = operations[action] ?? [name];
      const found = (folders[service] ?? [service])
        .filter((folder) => fs.existsSync(path.join(models, folder)))
        .map((folder) => loadModel(models, folder))
        .flatMap((model) =>
          names.flatMap((operation) => (model.operations[operation] ? [{ model, operation: model.operations[operation] }] : [])),
        );
      const all = (side: "input" | "output") => [
        ...new Set(found.flatMap(({ model, operation }) => textsIn(model, operation[side]?.shape))),
      ];
      return [action, found.length === 0 ? null : { request: all("input"), response: all("output") }];
    }),
  );
}

/** botocore's folder in the toolchain. */
export const modelsOfToolchain = async (): Promise<string> => locateModels((await ensureToolchain(silent)).python);

if (require.main === module)
  void modelsOfToolchain().then((models) => {
    const lines = Object.entries(apiTexts(models, channels.keys())).map(
      ([action, texts]) => `  ${JSON.stringify(action)}: ${JSON.stringify(texts)}`,
    );
    fs.writeFileSync(recording, `{\n${lines.join(",\n")}\n}\n`);
  });
