// Records what CloudFormation's schemas contain about the resource types of products, as cfn-lint has them:
//   node -r ts-node/register/transpile-only tests/policies/translation/handlers.ts
import * as fs from "node:fs";
import * as path from "node:path";
import { modelsOfToolchain } from "../../helpers/api-texts";
import { file, type RecordedType, types } from "../../helpers/resource-types";

interface Schema {
  properties: Record<string, unknown>;
  required: string[];
  createOnlyProperties: string[];
  handlers: Record<string, { permissions: string[] }>;
  definitions: Record<string, { properties?: Record<string, { enum?: string[]; items?: { enum?: string[] } }> }>;
}

async function main(): Promise<void> {
  const schemas = path.resolve(await modelsOfToolchain(), "..", "..", "cfnlint", "data", "schemas");
  const read = (...names: string[]) => JSON.parse(fs.readFileSync(path.join(schemas, ...names), "utf8")) as unknown;
  const files = read("providers", "us-east-1.json") as Record<string, string>;
  const recorded = types.map((type): [string, RecordedType] => {
    const schema = read("resources", `${files[type]}.json`) as Schema;
    const permissions = Object.fromEntries(
      ["create", "read", "update", "delete"].map((handler) => [handler, [...new Set(schema.handlers[handler]!.permissions)].sort()]),
    );
    return [
      type,
      {
        createOnly: schema.createOnlyProperties,
        permissions,
        appTypes: schema.definitions.ResourceSpec?.properties?.InstanceType?.enum ?? [],
      },
    ];
  });
  fs.writeFileSync(file, `${JSON.stringify(Object.fromEntries(recorded), null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
