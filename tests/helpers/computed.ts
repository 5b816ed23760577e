// Properties of a resource type that the provider sets when a program does not, from the type declarations of @pulumi/aws.
import * as fs from "node:fs";
import * as path from "node:path";

const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
const cache = new Map<string, string[]>();

/** Outputs that are always set and are not required arguments, sorted by name. None for types of other providers. */
export function computedProperties(type: string): string[] {
  const [, module, file] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  if (!module) return [];
  const known = cache.get(type);
  if (known) return known;
  const text = fs.readFileSync(path.join(sdk, module, `${file}.d.ts`), "utf8");
  const required = [...text.slice(text.search(/^export interface \w+Args /m)).matchAll(/^ {4}(\w+): /gm)].map(([, name]) => name!);
  const found = [...text.matchAll(/^ {4}readonly (\w+): pulumi\.Output<(.*)>;$/gm)]
    .filter(([, name, of]) => !of!.endsWith("| undefined") && !required.includes(name!))
    .map(([, name]) => name!)
    .sort();
  cache.set(type, found);
  return found;
}
