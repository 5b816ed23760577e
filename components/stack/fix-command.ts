// Composes the commands that fix settings, as text for messages. Pure.

/**
 * A text as one word in a shell, which would expand brackets and run what is in `$(…)`: `a:network.zones`,
 * `'a:accounts[0].id'`.
 */
export const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The commands of `pulumi` in messages that change a stack. Messages contain each command only as composed here. */
type Subcommand = "config set" | "config set-all" | "config rm" | "stack rename";
const subcommands: readonly Subcommand[] = ["config set-all", "config set", "config rm", "stack rename"];
const command = (subcommand: Subcommand, ...words: string[]): string => ["pulumi", subcommand, ...words].join(" ");

/** A value in a command. Placeholders such as `<value>` remain readable, because users replace them. */
const valueWord = (value: string | number) => (/^"?<[\w ]+>"?$/.test(String(value)) ? String(value) : shellWord(String(value)));

interface SetOptions {
  isSecret?: boolean;
  /** Stores digits as a string. By default, Pulumi stores digits below a path as a number. */
  isText?: boolean;
}

/** The command that sets a setting. `setting` includes the namespace, which the quickstart requires. */
export const setCommand = (setting: string, value: string | number, { isSecret, isText }: SetOptions = {}): string =>
  command(
    "config set",
    ...(isSecret ? ["--secret"] : []),
    "--path",
    shellWord(setting),
    valueWord(value),
    ...(isText ? ["--type string"] : []),
  );

/**
 * The command that sets all values of a list with a default, to which Pulumi cannot append. `setting` includes the namespace.
 */
export const setListCommand = (setting: string, values: readonly string[]): string =>
  command("config set-all", "--path", ...values.map((value, i) => `--plaintext ${shellWord(`${setting}[${i}]=${value}`)}`));

/** The command that removes a setting. `setting` includes the namespace. */
export const removeCommand = (setting: string): string => command("config rm", "--path", shellWord(setting));

/** The command that renames the stack. */
export const renameCommand = command("stack rename", "<name>");

/** Folders of the projects in a checkout. The quickstart is in the checkout itself. */
const folders = ["core", "environment", "target-accounts"];

/** The project and stack that a command changes. */
export interface StackName {
  /** `cloister-environment` */
  project: string;
  stack: string;
}

const composed = new RegExp(`\\bpulumi (${subcommands.join("|")})(?= )`, "g");

/**
 * Completes the composed commands in a message with the folder of the project and with the stack, so that they run in the
 * checkout. Plans are pure and do not know the stack. Without the folder, a command would change the quickstart.
 */
export function inStack(text: string, { project, stack }: StackName): string {
  const folder = folders.find((folder) => project === `cloister-${folder}`);
  const cwd = folder === undefined ? "" : ` --cwd ${folder}`;
  return text.replace(composed, (_, subcommand: Subcommand) => `pulumi${cwd} ${subcommand} --stack ${stack}`);
}
