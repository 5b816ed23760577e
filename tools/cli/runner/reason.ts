// Turns errors of a deployment into reasons that a lead can read. Pure.
import { type Parameter } from "@cloister/components/catalog/runtime/artifact";
import { nameForLead } from "@cloister/components/catalog/runtime/parameters";
import { acceptedReason } from "@cloister/components/catalog/runtime/request";

/** The operation cannot run. The message is for the lead. No resource was created. */
export class Rejected extends Error {
  override readonly name = "Rejected";
}

export const listOf = (problems: readonly string[]) => problems.map((problem) => `\n  - ${problem}`).join("");

const setting = /'(cloister-environment:[^']+)'/g;

/** Commands that only the platform team can run. */
const commands = /\s*(?:Fix|To continue[^:]*): [^\n]*(?:pulumi|npx cloister) [^\n]*/g;

/** ARNs in another account, which leads do not need. */
const foreignArns = (accountId: string) => new RegExp(`arn:[\\w-]+:[\\w-]*:[\\w-]*:(?!${accountId}:|aws:|:)\\d{12}:[^\\s"',)]+`, "g");

/** Why an operation failed, as AWS Service Catalog accepts it: without commands, ARNs of other accounts and stack traces. */
export function reasonFor(error: unknown, { accountId, parameters }: { accountId: string; parameters: readonly Parameter[] }): string {
  const message = error instanceof Error ? error.message : String(error);
  return acceptedReason(
    message
      .replace(/\n\s+at [^\n]+/g, "")
      .replace(commands, "")
      .replace(setting, (whole, path: string) => {
        const name = nameForLead(path, parameters);
        return name === undefined ? whole : `'${name}'`;
      })
      .replace(foreignArns(accountId), "[ARN in another account]"),
  );
}
