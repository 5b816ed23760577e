// The translation of each CloudFormation resource type, as recorded in `recorded.json`.
import * as fs from "node:fs";
import * as path from "node:path";
import { translate } from "@cloister/policy-pack/translation";
import { forms } from "./forms";

/** A property at its path, `["VpcConfig", "Subnets", "[]"]`; `[]` is the element of a list. */
export type PropertyPath = string[];

/** A sample resource: the value of each property that the translation depends on, and the translated resources. */
export interface Sample {
  properties: Record<string, unknown>;
  translated: { type: string; props: Record<string, unknown> }[];
}
export type Recording = Record<string, Sample[]>;

export const file = path.join(__dirname, "recorded.json");
export const recording = () => JSON.parse(fs.readFileSync(file, "utf8")) as Recording;

/** The inputs behind the proxy, which throws for an unknown value, such as the ID of the owning resource. */
export const plain = (props: Record<string, unknown>) =>
  (props as { __getSpecialProxyTarget?: Record<string, unknown> }).__getSpecialProxyTarget ?? props;

/** The translated resources of a resource with these properties. */
export function translated(type: string, properties: Record<string, unknown>): Sample["translated"] {
  const found = translate(forms["Cloud Control"]!({ type, properties }) as Parameters<typeof translate>[0]);
  // JSON drops undefined inputs, which a guardrail cannot distinguish from absent inputs.
  return JSON.parse(
    JSON.stringify(found!.resources.map(({ type: target, props }) => ({ type: target, props: plain(props) }))),
  ) as Sample["translated"];
}
