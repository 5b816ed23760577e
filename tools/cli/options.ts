// Options that several commands share.
import { InvalidArgumentError, Option } from "commander";

/** Returns a parser for an integer from `min` to `max`. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`It must be an integer from ${min} to ${max}.`);
    return value;
  };

/** Parses a time in ISO 8601, as the journal has it: a text that is no time would select no call. */
export function time(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("It must be a time in ISO 8601, for example 2027-01-31T12:00:00Z.");
  return new Date(at).toISOString();
}

/** The `--world` option of a `sandbox` command. */
export const worldOption = () => new Option("--world <name>", "name of the sandbox world").default("default");

/** The `--world` option of a command that uses an account by default. */
export const targetWorldOption = () => new Option("--world <name>", "use this sandbox world instead of the AWS account of the shell");

/** The `--core` option of commands for the environment product. */
export const coreOption = () =>
  new Option("--core <stack>", "core stack with the product (default: the only one with the setting catalog)");

export const portOption = () =>
  new Option("--port <port>", "port of the sandbox on 127.0.0.1 (default: any free port)").argParser(integer(1, 65535));

export const idleHoursOption = () =>
  new Option("--idle-hours <hours>", "stop the sandbox after this many hours without a call (default: 4)").argParser(integer(1, 168));

export const policyPackConfigOption = () =>
  new Option("--policy-pack-config <file>", "JSON file with settings, enforcement levels and exemptions of policies");
