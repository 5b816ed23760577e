/**
 * A command that a message suggests. In a sandbox world, it names the world: without `--world`, the command would act on
 * the AWS account of the shell.
 */
export const commandText = (words: readonly string[], world: string | undefined): string =>
  ["npx cloister", ...words, ...(world === undefined ? [] : ["--world", world])].join(" ");
