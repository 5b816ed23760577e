// Composes the commands that fix settings, as text for messages. Pure.

/** A path as an argument in a shell, which would expand brackets: `network.zones`, `'accounts[0].id'`. */
const argumentOf = (path: string) => (/^[\w.-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/** The path of a setting without its namespace, because Pulumi adds the namespace of the project. */
const keyOf = (setting: string) => setting.slice(setting.indexOf(":") + 1);

interface SetOptions {
  isSecret?: boolean;
  /** Stores digits as a string. By default, Pulumi stores digits below a path as a number. */
  isText?: boolean;
}

/** The command that sets a setting. `setting` includes the namespace. */
export const setCommand = (setting: string, value: string | number, { isSecret, isText }: SetOptions = {}): string =>
  `pulumi config set${isSecret ? " --secret" : ""} --path ${argumentOf(keyOf(setting))} ${value}${isText ? " --type string" : ""}`;

/**
 * The command that sets all values of a list with a default, to which Pulumi cannot append. `setting` includes the namespace.
 */
export const setListCommand = (setting: string, values: readonly string[]): string =>
  `pulumi config set-all --path ${values.map((value, i) => `--plaintext '${keyOf(setting)}[${i}]=${value}'`).join(" ")}`;

/** The command that removes a setting. `setting` includes the namespace. */
export const removeCommand = (setting: string): string => `pulumi config rm --path ${argumentOf(keyOf(setting))}`;
