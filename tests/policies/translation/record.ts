// Records how each CloudFormation resource type is translated, with properties from the schemas of CloudFormation, which
// cfn-lint contains. Review the difference like code:
//   node -r ts-node/register/transpile-only tests/policies/translation/record.ts
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { translatedTypes } from "@cloister/policy-pack/translation";
import { modelsOfToolchain } from "../../helpers/api-texts";
import { file, type PropertyPath, type Recording, type Sample, translated } from "./recording";

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  definitions?: Record<string, Schema>;
}
type Tree = Record<string, unknown>;

const DEEPEST = 7;

/** All properties without nested properties, with their schema. */
function leavesOf(root: Schema): { at: PropertyPath; schema: Schema }[] {
  const resolve = (schema: Schema): Schema =>
    schema.$ref
      ? resolve(root.definitions![schema.$ref.split("/").at(-1)!]!)
      : schema.properties
        ? schema
        : ([...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map(resolve).find((item) => item.properties) ?? schema);
  const below = (item: Schema, at: PropertyPath): { at: PropertyPath; schema: Schema }[] => {
    const schema = resolve(item);
    if (at.length > DEEPEST) return [];
    if (schema.properties) return Object.entries(schema.properties).flatMap(([name, child]) => below(child, [...at, name]));
    if (schema.items) return below(schema.items, [...at, "[]"]);
    return [{ at, schema }];
  };
  return below(root, []);
}

/** Properties with values at paths. */
function treeOf(leaves: [at: PropertyPath, value: unknown][]): Tree {
  const root: Tree = {};
  for (const [at, value] of leaves) {
    let holder: Tree | unknown[] = root;
    at.forEach((name, i) => {
      const next = i === at.length - 1 ? value : at[i + 1] === "[]" ? [] : {};
      if (Array.isArray(holder)) {
        if (holder.length === 0) holder.push(next);
        holder = holder[0] as Tree;
      } else holder = (holder[name] ??= next) as Tree;
    });
  }
  return root;
}

/** Values of the samples: the path, which shows where an input comes from; then values that CloudFormation accepts. */
const samples: ((at: PropertyPath, schema: Schema) => unknown)[] = [
  (at) => at.filter((name) => name !== "[]").join("."),
  (at, { enum: values, type }) => values?.[0] ?? (type === "boolean" ? true : at.at(-1)),
  (at, { enum: values, type }) => values?.at(-1) ?? (type === "boolean" ? false : at.at(-1)),
];

/** Properties that are read only with a certain value beside them. */
const additional: Record<string, Tree[]> = {
  "AWS::ElasticLoadBalancingV2::LoadBalancer": [
    {
      LoadBalancerAttributes: [
        { Key: "access_logs.s3.bucket", Value: "access" },
        { Key: "connection_logs.s3.bucket", Value: "connections" },
      ],
    },
  ],
};

function samplesOf(type: string, schema: Schema): Sample[] {
  const leaves = leavesOf(schema);
  return samples.flatMap((valueOf, i) => {
    const filled = leaves.map(({ at, schema: leaf }): [PropertyPath, unknown] => [at, valueOf(at, leaf)]);
    const all = JSON.stringify(translated(type, treeOf(filled)));
    const relevant = filled.filter((item) => JSON.stringify(translated(type, treeOf(filled.filter((other) => other !== item)))) !== all);
    const varies =
      i === 0 ||
      relevant.some(([at]) => leaves.some(({ at: other, schema: leaf }) => other === at && (leaf.enum ?? leaf.type === "boolean")));
    const properties = treeOf(relevant);
    return varies ? [{ properties, translated: translated(type, properties) }] : [];
  });
}

async function main(): Promise<void> {
  const schemas = path.resolve(await modelsOfToolchain(), "..", "..", "cfnlint", "data", "schemas");
  const read = (...names: string[]) => JSON.parse(fs.readFileSync(path.join(schemas, ...names), "utf8")) as unknown;
  const files = read("providers", "us-east-1.json") as Record<string, string>;
  const recorded: Recording = {};
  for (const type of Object.keys(translatedTypes)) {
    assert.ok(files[type], `CloudFormation has no type ${type}`);
    recorded[type] = [
      ...samplesOf(type, read("resources", `${files[type]}.json`) as Schema),
      ...(additional[type] ?? []).map((properties) => ({ properties, translated: translated(type, properties) })),
    ];
  }
  const lines = Object.entries(recorded).map(
    ([type, found]) => `  ${JSON.stringify(type)}: [\n${found.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`,
  );
  fs.writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
