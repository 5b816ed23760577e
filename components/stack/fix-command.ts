// Composes the commands that fix settings, as text for messages. Pure.

/**
 * A text as one word in a shell, which would expand brackets and run what is in `$(…)`: `a:network.zones`,
 * `'a:accounts[0].id'`.
 */
export const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A value in a command. Placeholders such as `<value>` remain readable, because users replace them. */
const valueWord = (value: string | number) => (/^"?<[\w ]+>"?$/.test(String(value)) ? String(value) : shellWord(String(value)));

interface SetOptions {
  isSecret?: boolean;
  /** Stores digits as a string. By default, Pulumi stores digits below a path as a number. */
  isText?: boolean;
}

/** The command that sets a setting. `setting` includes the namespace, which the quickstart requires. */
export const setCommand = (setting: string, value: string | number, { isSecret, isText }: SetOptions = {}): string =>
  `pulumi config set${isSecret ? " --secret" : ""} --path ${shellWord(setting)} ${valueWord(value)}${isText ? " --type string" : ""}`;

/**
 * The command that sets all values of a list with a default, to which Pulumi cannot append. `setting` includes the namespace.
 */
export const setListCommand = (setting: string, values: readonly string[]): string =>
  `pulumi config set-all --path ${values.map((value, i) => `--plaintext ${shellWord(`${setting}[${i}]=${value}`)}`).join(" ")}`;

/** The command that removes a setting. `setting` includes the namespace. */
export const removeCommand = (setting: string): string => `pulumi config rm --path ${shellWord(setting)}`;

/** Folders of the projects in a checkout. The quickstart is in the checkout itself. */
const folders = ["core", "environment", "target-accounts"];

/** The project and stack that a command changes. */
export interface StackName {
  /** `cloister-environment` */
  project: string;
  stack: string;
}

/**
 * Completes the commands in a message with the folder of the project and with the stack, so that they run in the checkout.
 * Without the folder, they would change the quickstart, whose project is in the checkout itself.
 */
export function inStack(text: string, { project, stack }: StackName): string {
  const folder = folders.find((folder) => project === `cloister-${folder}`);
  const cwd = folder === undefined ? "" : ` --cwd ${folder}`;
  return text.replace(
    /\bpulumi (config (?:set-all|set|rm)|stack rename)\b/g,
    (_, command: string) => `pulumi${cwd} ${command} --stack ${stack}`,
  );
}
