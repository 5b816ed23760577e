// Validates core stacks in the accounts that receive the portfolio. Pure.
import { type Core } from "@cloister/components/catalog/runtime/artifact";
import { commandText } from "../command-text";
import { type CoreSource } from "./hub";
import { FleetError, type Hub, type Sharing } from "./types";

/** A core stack in a recipient account: the stack with its state, and the part of its outputs that a version contains. */
export interface Recipient {
  source: CoreSource;
  core: Core;
}

/** The account in an ARN, and in the link that assumes a role. Source: AWS IAM "Switch to a role (console)", `account`. */
const accountsInText = /arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):[^"\s]*|https:\/\/[^"\s]*[?&]account=(\d{12})\b[^"\s]*/g;

interface Named {
  account: string;
  /** The ARN or the link. */
  text: string;
}

/** The ARNs and links in an output that name an account. */
const namedIn = (output: unknown): Named[] =>
  [...(JSON.stringify(output) ?? "").matchAll(accountsInText)].map(([text, inArn, inLink]) => ({ account: (inArn ?? inLink)!, text }));

/**
 * Environments in an account use the keys, buckets and topics in the outputs of the core stack of this account. Administrators of
 * the account can write the state of this stack.
 * Errors: `FleetError` that lists the outputs that name other accounts.
 */
function requireOwnAccount({ source: { id, stack }, core: { outputs } }: Recipient, world: string | undefined): void {
  const accountId = String(outputs.accountId);
  const problems = Object.entries(outputs).flatMap(([name, output]) =>
    namedIn(output)
      .filter(({ account }) => account !== accountId)
      .map(({ account, text }) => `\n  - '${name}' names account ${account} (got ${text})`),
  );
  if (problems.length > 0)
    throw new FleetError(
      `Outputs of ${id} must name only its account, ${accountId}. Nothing was published:${problems.join("")}\nDeploy the stack again with credentials of account ${accountId}, then publish: ${commandText(["up", stack], world)}`,
    );
}

/** Errors: `FleetError` for an account that does not receive the portfolio. */
function requireShared({ source: { id }, core: { outputs } }: Recipient, hub: Pick<Hub, "id">, { accounts, hasUnits }: Sharing): void {
  const accountId = String(outputs.accountId);
  if (hasUnits || accounts.includes(accountId)) return;
  throw new FleetError(
    `${id} must be in an account that receives the portfolio of ${hub.id}: ${accounts.join(", ") || "none"} (got ${accountId}). Nothing was published. Add the account to 'cloister-core:catalog.sharing.accounts' and deploy ${hub.id}, or remove 'cloister-core:catalogLaunch' from ${id}.`,
  );
}

/** Errors: `FleetError` for a recipient without a share, or with outputs that name another account. */
export function requireRecipients(
  recipients: readonly Recipient[],
  hub: Pick<Hub, "id">,
  { sharing, world }: { sharing: Sharing; world: string | undefined },
): void {
  for (const recipient of recipients) {
    requireShared(recipient, hub, sharing);
    requireOwnAccount(recipient, world);
  }
}
