import { shellWord } from "@cloister/components/stack/fix-command";

/** A word in a command. Placeholders such as `<environment>` remain readable, because users replace them. */
const wordOf = (word: string) => (/^<[\w ]+>$/.test(word) ? word : shellWord(word));

/**
 * A command that a message suggests. In a sandbox world, it names the world: without `--world`, the command would act on
 * the AWS account of the shell.
 */
export const commandText = (words: readonly string[], world: string | undefined): string =>
  ["npx cloister", ...[...words, ...(world === undefined ? [] : ["--world", world])].map(wordOf)].join(" ");
