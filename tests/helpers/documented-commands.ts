import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";

// Reads commands of the AWS CLI in the documentation as requests, because a test machine can lack the AWS CLI.

/** `UpdateDomain` for `update-domain`. */
export const pascalCase = (text: string) => text.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

/** A command as the request that the AWS CLI sends. */
export interface DocumentedCall {
  service: string;
  operation: string;
  input: Record<string, unknown>;
}

/** Options that the AWS CLI applies to the answer. */
const ofClient = ["--query", "--output"];

const words = (command: string) => [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

/** `Key=Name,UsePreviousValue=true` as an object. */
const shorthand = (text: string) =>
  Object.fromEntries(
    text.split(",").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=") === "true" ? true : value.join("=")];
    }),
  );

function parse(command: string): DocumentedCall {
  const [, service = "", operation = "", ...rest] = words(command);
  const starts = rest.flatMap((word, i) => (word.startsWith("--") ? [i] : []));
  const options = starts.map((start, i) => [rest[start]!, rest.slice(start + 1, starts[i + 1])] as const);
  const input = options
    .filter(([option]) => !ofClient.includes(option))
    .map(([option, values]) => [pascalCase(option.slice(2)), values[0]!.includes("=") ? values.map(shorthand) : values.join(" ")]);
  return { service, operation: pascalCase(operation), input: Object.fromEntries(input) as Record<string, unknown> };
}

/** The commands of one AWS service in the sections of a document whose headings contain a text, by operation. */
export function documentedCalls(document: string, service: string, heading = ""): Map<string, DocumentedCall> {
  const text = fs
    .readFileSync(path.join(root, "docs", document), "utf8")
    .replace(/\\\n\s*/g, "")
    .split(/^#/m)
    .filter((section) => section.split("\n")[0]!.includes(heading))
    .join("");
  const commands = [...text.matchAll(new RegExp(`^ *(aws ${service} .*)$`, "gm"))].map(([, command]) => parse(command!));
  return new Map(commands.map((call) => [call.operation, call]));
}
