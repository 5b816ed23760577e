// Parses CloudFormation templates in JSON and YAML.
import { type CollectionTag, parseDocument, type ScalarTag, type YAMLMap, type YAMLSeq } from "yaml";

const names =
  "And Base64 Cidr Equals FindInMap ForEach GetAZs GetStackOutput If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform".split(
    " ",
  );

const keyOf = (name: string) => (name === "Ref" || name === "Condition" ? name : `Fn::${name}`);

/** The tags of short forms, such as `!Sub`, for scalars, lists and maps. */
const tags = [...names, "GetAtt", "Ref", "Condition"].flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => ({ [keyOf(name)]: text }) },
  ...(["seq", "map"] as const).map(
    (collection): CollectionTag => ({
      tag: `!${name}`,
      collection,
      resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => ({ [keyOf(name)]: node.toJSON() as unknown }) as unknown as YAMLMap,
    }),
  ),
]);

/** The template as an object; undefined when the text is neither a JSON nor a YAML object. */
export function parseTemplate(text: string): Record<string, unknown> | undefined {
  const value = valueOf(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function valueOf(text: string): unknown {
  try {
    const document = parseDocument(text, { customTags: tags, logLevel: "silent", merge: true });
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    // The library throws for an alias without an anchor.
    return undefined;
  }
}
