// Turns errors of a deployment into reasons that a lead can read. Pure.
import { type Parameter } from "@cloister/components/catalog/runtime/artifact";

/** The operation cannot run. The message is for the lead. No resource was created. */
export class Rejected extends Error {
  override readonly name = "Rejected";
}

export const listOf = (problems: readonly string[]) => problems.map((problem) => `\n  - ${problem}`).join("");

/** The longest reason in an AWS Service Catalog record is 2,048 characters. */
const most = 2000;

const setting = /'cloister-environment:([^']+)'/g;

/** The parameter of a setting, or the setting for the platform team. */
const named = (parameters: readonly Parameter[]) => (whole: string, path: string) => {
  const parameter = parameters.find((parameter) => path === parameter.path.join(".") || path.startsWith(`${parameter.path.join(".")}[`));
  return parameter ? `'${parameter.key}${path.slice(parameter.path.join(".").length)}'` : whole;
};

/** Commands that only the platform team can run. */
const commands = /\s*(?:Fix|To continue[^:]*): [^\n]*(?:pulumi|npx cloister) [^\n]*/g;

/** ARNs in another account, which leads do not need. */
const foreignArns = (accountId: string) => new RegExp(`arn:[\\w-]+:[\\w-]*:[\\w-]*:(?!${accountId}:|aws:|:)\\d{12}:[^\\s"',)]+`, "g");

/** Why an operation failed, without commands, ARNs of other accounts and stack traces. */
export function reasonFor(error: unknown, { accountId, parameters }: { accountId: string; parameters: readonly Parameter[] }): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = message
    .replace(/\n\s+at [^\n]+/g, "")
    .replace(commands, "")
    .replace(setting, named(parameters))
    .replace(foreignArns(accountId), "[ARN in another account]")
    .trim();
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
