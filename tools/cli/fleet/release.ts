// Implements `cloister fleet release`: releases the name of a terminated environment whose data remains.
import { commandText } from "../command-text";
import { type FleetClient } from "./account-client";
import { type Hub } from "./types";
import { changesOf, inStep, type WaitOptions } from "./wait";

export interface ReleaseOptions extends WaitOptions {
  /** Account of the environment. Default: the account of the hub. */
  account?: string | undefined;
  /** Default: only shows the effect. */
  yes?: boolean | undefined;
  /** For the suggested next command. */
  core?: string | undefined;
  world?: string | undefined;
}

/**
 * Releases the name of an environment, `fraud-dev`. Returns the report.
 * Errors: `FleetError` for a name that is not reserved, or whose environment exists; `Interrupted`.
 */
export async function releaseName(
  client: Pick<FleetClient, "startRelease" | "preview">,
  hub: Pick<Hub, "account">,
  environment: string,
  options: ReleaseOptions,
): Promise<string> {
  const { account = hub.account, core, world, yes } = options;
  const words = ["fleet", "release", environment, "--account", account, ...(core === undefined ? [] : ["--core", core]), "--yes"];
  if (!yes)
    return [
      `Any lead can then launch '${environment}' in account ${account}.`,
      "The new environment can read and delete data that remains of the terminated environment.",
      "Delete or move that data first, unless the same team continues to use it.",
      "No changes were made. To release the name:",
      `  ${commandText(words, world)}`,
    ].join("\n");
  return inStep(`Releasing ${environment} (${account})`, options, async () => {
    const name = `release-${environment}-${Date.now().toString(36)}`;
    await changesOf(client, await client.startRelease(environment, { account, name }), options);
    return { result: `The name '${environment}' is available in account ${account}.`, text: "released" };
  });
}
