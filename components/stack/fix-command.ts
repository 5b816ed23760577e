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

/** A word in a shell, as `shellWord` returns it, and the text in it. */
const word = String.raw`(?:'(?:[^']|'\\'')*'|[^\s']+)`;
const textOf = (shell: string): string => (shell.startsWith("'") ? shell.slice(1, -1).replaceAll(`'\\''`, "'") : shell);

const listValues = new RegExp(String.raw`(config set-all(?: --stack \S+)? --path)((?: --plaintext ${word})+)`, "g");
const listItem = new RegExp(String.raw`(config set(?: --stack \S+)? --path) (${word}) (${word})`, "g");

/** The setting, index and value in `a:network.features[2]=git`. */
const itemOf = (text: string) => {
  const [, setting, index, value] = /^(.+)\[(\d+)\](?:=(.*))?$/s.exec(text) ?? [];
  return setting === undefined ? undefined : { setting, index: Number(index), value };
};

/** Adds a value to the list of the setting, and returns the list without repetitions. */
function collect(lists: Map<string, string[]>, setting: string, values: readonly string[]): string[] {
  const all = [...new Set([...(lists.get(setting) ?? []), ...values])];
  lists.set(setting, all);
  return all;
}

/**
 * Messages whose commands can all run, in any order. Each problem is found alone, so commands that extend the same list
 * would overwrite the values of each other.
 */
export function withJointFixes(texts: readonly string[]): string[] {
  const lists = new Map<string, string[]>();
  const itemsIn = (words: string) => [...words.matchAll(new RegExp(word, "g"))].flatMap(([shell]) => itemOf(textOf(shell)) ?? []);
  for (const text of texts)
    for (const [, , words] of text.matchAll(listValues))
      for (const { setting, value } of itemsIn(words!)) collect(lists, setting, [value!]);
  const added = new Map<string, string[]>();
  return texts.map((text) =>
    text
      .replace(listValues, (_, head: string, words: string) => {
        const { setting } = itemsIn(words)[0]!;
        const flags = lists.get(setting)!.map((value, i) => `--plaintext ${shellWord(`${setting}[${i}]=${value}`)}`);
        return [head, ...flags].join(" ");
      })
      .replace(listItem, (command, head: string, path: string, value: string) => {
        const item = itemOf(textOf(path));
        if (item === undefined || value.includes("<")) return command;
        const position = collect(added, `${item.setting}[${item.index}]`, [value]).indexOf(value);
        return `${head} ${shellWord(`${item.setting}[${item.index + position}]`)} ${value}`;
      }),
  );
}
