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

/** The `--world` option of a `sandbox` command. */
export const worldOption = () => new Option("--world <name>", "name of the sandbox world").default("default");

/** The `--world` option of a command that uses an account by default. */
export const targetWorldOption = () => new Option("--world <name>", "use this sandbox world instead of the AWS account of the shell");

export const portOption = () =>
  new Option("--port <port>", "port of the sandbox on 127.0.0.1 (default: any free port)").argParser(integer(1, 65535));

export const idleHoursOption = () =>
  new Option("--idle-hours <hours>", "stop the sandbox after this many hours without a call (default: 4)").argParser(integer(1, 168));

export const policyPackConfigOption = () =>
  new Option("--policy-pack-config <file>", "JSON file with settings, enforcement levels and exemptions of policies");
