// Turns errors of a deployment into reasons that a lead can read. Pure.
import { type Parameter } from "@cloister/components/catalog/runtime/artifact";
import { nameForLead } from "@cloister/components/catalog/runtime/parameters";
import { acceptedReason } from "@cloister/components/catalog/runtime/request";
import { killedText, StackFailed } from "../engine";

/** The operation cannot run. The message is for the lead. No resource was created. */
export class Rejected extends Error {
  override readonly name = "Rejected";
}

export const listOf = (problems: readonly string[]) => problems.map((problem) => `\n  - ${problem}`).join("");

const setting = /'(cloister-environment:[^']+)'/g;

/** Commands that only the platform team can run. */
const commands = /\s*(?:Fix|To continue[^:]*):\s+[^\n]*(?:pulumi|npx cloister) [^\n]*/g;

/** ARNs in another account, which leads do not need. */
const foreignArns = (accountId: string) => new RegExp(`arn:[\\w-]+:[\\w-]*:[\\w-]*:(?!${accountId}:|aws:|:)\\d{12}:[^\\s"',)]+`, "g");

/** Parts of errors that come from Pulumi, the provider and its SDK. What AWS answered stays. */
const noise: [form: RegExp, text: string][] = [
  [/\n\s+at [^\n]+/g, ""],
  [/^[\w./-]+ failed\.\n/, ""],
  [/(?:\S+\.go:\d+: )?sdk\.helper_schema: /g, ""],
  [/: provider=aws@[\d.]+/g, ""],
  [/1 error occurred:\s*\* ([^\n]*)\n*/g, "$1"],
  // The AWS SDK for Go: service, operation, transport and the answer of AWS.
  [/operation error [^:\n]+: \w+, (?:exceeded maximum number of attempts, \d+, )?/g, ""],
  [/https response error StatusCode: \d+, RequestID: [^,\n]*, (?:HostID: [^,\n]*, )?(?:api error )?/g, ""],
  [/\s*\((?:Service: [^;,)]+[;,] )?Status Code: \d+[;,] (?:Error Code: \w+; )?Request ID: [^)\n]+\)/g, ""],
  // The type and the name of a resource, without the stack and the components.
  [/urn:pulumi:[^\s:]+::[^\s:]+::(?:[^\s]*\$)?(?:\w+:)?(?:[\w/]+:)?(\w+)::([^\s'",)]+)/g, "$1 $2"],
];

/** Reason of a failed operation, as AWS Service Catalog accepts it: without noise, commands, and ARNs of other accounts. */
export function reasonFor(error: unknown, { accountId, parameters }: { accountId: string; parameters: readonly Parameter[] }): string {
  const given = error instanceof Error ? error.message : String(error);
  // The error of a command that `StackFailed` does not contain has its whole output.
  const message = error instanceof StackFailed ? given : (killedText(given) ?? given);
  return acceptedReason(
    noise
      .reduce((text, [form, replacement]) => text.replace(form, replacement), message)
      .replace(commands, "")
      .replace(setting, (whole, path: string) => {
        const name = nameForLead(path, parameters);
        return name === undefined ? whole : `'${name}'`;
      })
      .replace(foreignArns(accountId), "[ARN in another account]"),
  );
}
