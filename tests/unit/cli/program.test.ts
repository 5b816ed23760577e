// Parses every command in the documentation with the command line. Does not prove what a command does.
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { createProgram } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { type Command, type CommanderError } from "commander";

/** The command line with actions that do nothing and with errors instead of exits. */
function dryProgram(): Command {
  const program = createProgram({ progress: silent, interrupt: undefined as never, print: () => {} });
  const silence = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(silence);
  };
  silence(program);
  return program;
}

/** The words of a line in a shell, without its comment. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/\s#.*$/, "").matchAll(/(?:'[^']*'|"[^"]*"|<[^>]*>|[^\s'"<])+/g)].map(([word]) => word.replaceAll(/['"]/g, ""));

/** What is wrong with the words after `cloister`, or `undefined`. A text can name a command without its arguments. */
function problemOf(words: string[], { isName }: { isName: boolean }): string | undefined {
  try {
    dryProgram().parse(words, { from: "user" });
    return undefined;
  } catch (error) {
    const { code, message } = error as CommanderError;
    if (!code?.startsWith("commander.")) throw error;
    const accepted = [
      "commander.helpDisplayed",
      "commander.version",
      ...(isName ? ["commander.missingArgument", "commander.missingMandatoryOptionValue", "commander.help"] : []),
    ];
    return accepted.includes(code) ? undefined : message;
  }
}

interface Written {
  text: string;
  /** Whether the text is inside a sentence. */
  isName: boolean;
}

/** The commands in a page: lines of code blocks, and code in sentences and tables. `npm start -- x` runs `cloister start x`. */
function commandsIn(page: string): Written[] {
  const blocks = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block]) => block!.replaceAll(/\\\n\s*/g, ""));
  const lines = blocks.flatMap((block) => block.split("\n")).map((line) => ({ text: line.trim(), isName: false }));
  const inline = [...page.replaceAll(/^ *```[\s\S]*?^ *```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, text]) => ({
    text: text!,
    isName: true,
  }));
  return [...lines, ...inline].filter(({ text }) => /^((npx )?cloister|npm start)( |$)/.test(text));
}

const argumentsOf = (text: string): string[] => {
  const words = wordsOf(text);
  if (words[0] === "npm") return ["start", ...words.slice(2).filter((word, i) => i > 0 || word !== "--")];
  return words.slice(words.indexOf("cloister") + 1);
};

const problemsIn = (written: Written[], where: string) =>
  written.flatMap(({ text, isName }) => {
    const problem = problemOf(argumentsOf(text), { isName });
    return problem === undefined ? [] : [`${where}: ${text}: ${problem}`];
  });

describe("command line", () => {
  // The changelog also names commands of earlier versions.
  const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file && file !== "CHANGELOG.md" && fs.existsSync(path.join(root, file)))
    .map((file) => ({ file, commands: commandsIn(fs.readFileSync(path.join(root, file), "utf8")) }));

  it("accepts every command in the documentation", () => {
    assert.ok(pages.flatMap(({ commands }) => commands).length > 100);
    assert.deepEqual(
      pages.flatMap(({ file, commands }) => problemsIn(commands, file)),
      [],
    );
  });

  for (const since of ["yesterday", "10", "2027-13-01"])
    it(`rejects the time '${since}', which would select no call`, () =>
      assert.throws(() => dryProgram().parse(["sandbox", "journal", "--since", since], { from: "user" }), /It must be a time in ISO 8601/));

  it("accepts every example in its help", () => {
    const leaves = ({ commands }: Command): Command[] =>
      commands.flatMap((command) => (command.commands.length > 0 ? leaves(command) : [command]));
    const problems = leaves(dryProgram()).flatMap((command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      // Columns of spaces separate an example from its explanation.
      const examples = [...help.matchAll(/^ {2}((?:npx cloister|npm start)\b.*?)(?: {2,}.*)?$/gm)].map(([, text]) => text!);
      assert.ok(examples.length > 0, `the help of ${command.name()} has no example`);
      return problemsIn(
        examples.map((text) => ({ text, isName: false })),
        command.name(),
      );
    });
    assert.deepEqual(problems, []);
  });

  const cases: { text: string; isName?: true; problem?: RegExp }[] = [
    { text: "npx cloister drain risk-dev --all # list" },
    { text: "npx cloister verify <environment> --only open-apps" },
    { text: "npm start -- --destroy" },
    { text: "npx cloister bootstrap", isName: true },
    { text: "npx cloister fleet update", isName: true },
    { text: "npx cloister fleet update", problem: /required option '--to <version>' not specified/ },
    { text: "npx cloister bootstrap", problem: /missing required argument 'stack'/ },
    { text: "npx cloister drian risk-dev", problem: /unknown command 'drian'/ },
    { text: "npx cloister drain risk-dev --yess", problem: /unknown option '--yess'/ },
    { text: "npx cloister verify risk-dev --days 91", problem: /It must be an integer from 1 to 90/ },
    { text: "npx cloister sandbox start extra", problem: /too many arguments/ },
    { text: "npx cloister export", problem: /\(outputHelp\)/ },
  ];
  for (const { text, isName = false, problem } of cases)
    it(`${problem ? "rejects" : "accepts"} ${isName ? "the name " : ""}${text}`, () => {
      const found = problemOf(argumentsOf(text), { isName });
      if (problem) assert.match(found ?? "no problem", problem);
      else assert.equal(found, undefined);
    });
});
