// Generates the reference table of a project's settings. Pure.
import { allowedText, nodeOf, type SchemaNode, type SettingsSchema } from "./schema";

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function defaultText(node: SchemaNode, isRequired: boolean): string {
  if (node.computedDefault !== undefined) return cell(node.computedDefault);
  if (node.default !== undefined) return `\`${JSON.stringify(node.default)}\``;
  return isRequired ? "**required**" : "none";
}

function rowsBelow(node: SchemaNode, path: string): string[] {
  const [holder, mark] = node.properties ? [node, ""] : [node.items, "[]"];
  return Object.entries(holder?.properties ?? {}).flatMap(([key, child]) =>
    rowsOf(child, path === "" ? key : `${path}${mark}.${key}`, holder?.required?.includes(key) ?? false),
  );
}

function rowsOf(node: SchemaNode, path: string, isRequired: boolean): string[] {
  const below = rowsBelow(node, path);
  const [allowed, standard] =
    below.length === 0 ? [allowedText(node), defaultText(node, isRequired)] : [node.type ?? "", cell(node.computedDefault ?? "")];
  return [`| \`${path}\` | ${cell(allowed)} | ${standard} | ${cell(node.description ?? "")} |`, ...below];
}

/** A Markdown table with one row for each setting; nested settings by their path. */
export const settingsTable = (schema: SettingsSchema): string =>
  ["| setting | allowed | default | what it does |", "| --- | --- | --- | --- |", ...rowsBelow(nodeOf(schema), "")].join("\n");
