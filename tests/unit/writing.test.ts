import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

// Enforces the parts of docs/writing.md that a program can check: lines, sentences and links in Markdown, and words.
// Does not prove that a reader understands a text.

const root = path.resolve(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file && fs.existsSync(path.join(root, file)));

/** Words that are wrong in every text and have a replacement in the glossary. */
const wrongWords = [
  /\bwhereabouts\b/i,
  /\bwho(so)?ever\b/i,
  /\bnobody\b/i,
  /\bbad twins?\b/i,
  /\bbrought\b/i,
  /\b(hand|handed|hands|handing) (over|on)\b/i,
  /\bin (the|its|their) way\b/i,
  /\bways? out\b/i,
  /\benclose[sd]?\b/i,
  /\bmend(s|ed|ing)?\b/i,
  /\b(cares?|caring) for\b/i,
  /\blets? through\b/i,
  /\bof (ours|yours|theirs)\b/i,
  /\bshall\b/i,
  /\bjudg(e|es|ed|ing|ements?)\b/i,
  /\brefus(e|es|ed|ing|als?)\b/i,
  /\bsays?\b/i,
  /\b(has|have) to\b/i,
  // Texts can tell a user to ask a person; programs do not ask.
  /\bask(s|ed|ing)\b|\bask[(<:]|\b(const|let) ask\b/i,
  /(?<!\bin )\bplaces?\b(?! a model)/i,
  /\blook(s|ed|ing)? (at|for)\b/i,
  /\bof (its|their) own\b(?! [a-z])|\bthe own\b/i,
  // Pronouns as identifiers.
  /[([](one|mine|ours|theirs)\b(?=[\]),:])|\b(const|let) (one|mine|ours|theirs|own)\b|\b(one|mine|ours|theirs) =>/,
];

/** Frozen texts: a setting value, Pulumi resource names, a role description, an AWS error message. */
const frozen = [
  /[`"']enclose[`"']|policy: enclose/g,
  /brought-\$\{/g,
  /Cares for all environments of the hub; reads no data/g,
  /is not a valid one of yours/g,
  /["'`]refuse["'`]|\brefuse: \(\)|[cC]onnection refused/g,
];

/** Names of users and resources in tests, and facts about the resources of a test. */
const wordsOfTestData = /^(nobody|brought|enclose|say|const own)$/i;

const wrongWordsIn = (text: string): string[] => {
  const changeable = frozen.reduce((rest, name) => rest.replace(name, ""), text);
  return wrongWords.flatMap((word) => word.exec(changeable)?.[0] ?? []);
};

interface Line {
  page: string;
  number: number;
  text: string;
}

/** The prose lines of a page, without code blocks and without tables that `npm run docs` generates. */
function linesOf(page: string): Line[] {
  let fence: string | undefined;
  let generated = false;
  return read(page)
    .split("\n")
    .flatMap((text, i) => {
      const mark = /^\s*(```+)/.exec(text)?.[1];
      if (mark !== undefined && (fence === undefined || mark === fence)) fence = fence === undefined ? mark : undefined;
      else if (/^<!-- .*made by `npm run docs` -->$/.test(text)) generated = true;
      else if (/^<!-- end of .* -->$/.test(text)) generated = false;
      else if (fence === undefined && !generated) return [{ page, number: i + 1, text }];
      return [];
    });
}

const isTable = ({ text }: Line) => /^\s*\|/.test(text);
/** The text without link addresses, because an address cannot be broken into lines. */
const visible = (text: string) => text.replace(/\]\([^)]*\)/g, "]");
const withoutMarker = (text: string) => text.replace(/^\s*(#+ |[-*] )?(\d+\. )?/, "");
const withoutCode = (text: string) => text.replace(/`[^`]*`/g, "`");
/** Matches the end of a sentence and the beginning of the next sentence. */
const secondSentence = /[.!?] +(?=[A-Z`"'[])/;

const longestSentence = 25;
/** The sentences of a paragraph, a list item, a table cell or a comment. Code, a link and a value in a message count as one word. */
const longSentencesIn = (text: string): string[] =>
  withoutCode(visible(text))
    .replace(/\$\{[^}]*\}/g, "`")
    .split(/(?<=[.!?:])\s+(?=[A-Z`"'[*_]|[a-z-]+\/)|;\s| - /)
    .filter((sentence) => sentence.trim().split(/\s+/).length > longestSentence);

/** The paragraphs, list items and table cells of a page. */
function paragraphsOf(page: string): Line[] {
  const paragraphs: Line[] = [];
  let isOpen = false;
  for (const line of linesOf(page)) {
    const isItem = /^\s*(#+ |[-*] |\d+\. )/.test(line.text);
    if (isTable(line)) paragraphs.push(...line.text.split("|").map((text) => ({ ...line, text })));
    else if (isOpen && !isItem && line.text.trim() !== "") paragraphs.at(-1)!.text += ` ${line.text.trim()}`;
    else paragraphs.push({ ...line, text: withoutMarker(line.text) });
    isOpen = !isTable(line) && line.text.trim() !== "" && !line.text.startsWith("#");
  }
  return paragraphs;
}

/** The comments of a file, each without its markers. */
const commentsIn = (text: string): string[] =>
  [...text.matchAll(/^\s*\/\*\*?([^]*?)\*\/|^(?:\s*\/\/.*\n)+/gm)].map(([comment]) =>
    comment
      .replace(/^\s*(\/\/|\*)\s+node .*$/gm, "")
      .replace(/^\s*(\/\*\*?|\*\/|\*|\/\/)/gm, "")
      .replace(/\*\/\s*$/, "")
      .replace(/\s+/g, " "),
  );

/** The anchor that GitHub creates for a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const anchorsOf = (page: string) => linesOf(page).flatMap(({ text }) => /^#+ (.*)$/.exec(text)?.slice(1, 2).map(anchorOf) ?? []);

const pages = tracked.filter((file) => file.endsWith(".md") && !file.startsWith("docs/reference/"));
/** Code with comments, messages, help and names, except scripts: lifecycle configurations contain the script texts. */
const code = tracked.filter(
  (file) =>
    /^((components|core|environment|target-accounts|policy-pack|tools|docs)\/.*|index)\.(ts|mjs|js)$/.test(file) &&
    !/\/scripts\//.test(file),
);

const testCode = tracked.filter((file) => /^tests\/.*\.ts$/.test(file));

const problemsOf = (files: string[], check: (line: Line) => string | undefined) =>
  files.flatMap(linesOf).flatMap((line) => {
    const problem = check(line);
    return problem === undefined ? [] : [`${line.page}:${line.number}: ${problem}`];
  });

describe("writing guide", () => {
  it("keeps lines of prose within 120 characters", () => {
    const tooLong = problemsOf(pages, (line) => {
      const { length } = visible(line.text);
      return length > 120 && !isTable(line) ? `${length} characters` : undefined;
    });
    assert.deepEqual(tooLong, []);
  });

  it("has one sentence per line", () => {
    const several = problemsOf(pages, (line) =>
      !isTable(line) && secondSentence.test(withoutCode(withoutMarker(visible(line.text)))) ? line.text : undefined,
    );
    assert.deepEqual(several, []);
  });

  it("has at most 25 words in a sentence of Markdown", () => {
    const long = pages
      .flatMap(paragraphsOf)
      .flatMap(({ page, number, text }) => longSentencesIn(text).map((sentence) => `${page}:${number}: ${sentence}`));
    assert.deepEqual(long, []);
  });

  it("has at most 25 words in a sentence of a comment", () => {
    const long = [...code, ...testCode].flatMap((file) =>
      commentsIn(read(file))
        .flatMap(longSentencesIn)
        .map((sentence) => `${file}: ${sentence}`),
    );
    assert.deepEqual(long, []);
  });

  it("has no word in Markdown that the glossary replaces", () => {
    const wrong = problemsOf(
      pages.filter((page) => page !== "docs/writing.md"),
      ({ text }) => wrongWordsIn(text).join(", ") || undefined,
    );
    assert.deepEqual(wrong, []);
  });

  it("has no word in code that the glossary replaces", () => {
    const wrong = code.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((text, i) => wrongWordsIn(text).map((word) => `${file}:${i + 1}: ${word}`)),
    );
    assert.deepEqual(wrong, []);
  });

  it("has no word in a test that the glossary replaces", () => {
    const wrong = testCode
      .filter((file) => file !== "tests/unit/writing.test.ts")
      .flatMap((file) =>
        read(file)
          .split("\n")
          .flatMap((text, i) =>
            wrongWordsIn(text)
              .filter((word) => !wordsOfTestData.test(word))
              .map((word) => `${file}:${i + 1}: ${word}`),
          ),
      );
    assert.deepEqual(wrong, []);
  });

  it("links only to headings that exist", () => {
    const dead = problemsOf(pages, ({ page, text }) => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)];
      const missing = links.filter(([, file, anchor]) => {
        const target = file ? path.join(path.dirname(page), file) : page;
        return fs.existsSync(path.join(root, target)) && !anchorsOf(target).includes(anchor!);
      });
      return missing.length > 0 ? missing.map(([link]) => link).join(", ") : undefined;
    });
    assert.deepEqual(dead, []);
  });

  it("gives the same deployment commands in README and in the how-to page", () => {
    const commandsOf = (text: string) => text.split("\n").map((line) => line.replace(/ +#.*$/, "").trim());
    const [, block] = /### Deploy to an AWS account\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(read("README.md"))!;
    const explained = commandsOf(read("docs/how-to/deploy.md"));
    const missing = commandsOf(block!).filter((command) => command !== "" && !explained.includes(command));
    assert.deepEqual(missing, []);
  });

  for (const [page, count] of [
    ["README.md", 9],
    ["docs/how-to/launch-an-environment.md", 9],
  ] as const)
    it(`explains in ${page} only errors that the code can print`, () => {
      const sources = code.map(read);
      const errors = linesOf(page).flatMap(({ text }) => /^\| `([^`]*[ …][^`]*)` +\| /.exec(text)?.slice(1, 2) ?? []);
      const parts = errors.filter((error) => !/^np[mx] /.test(error)).flatMap((error) => error.split("…"));
      const unknown = parts.map((part) => part.trim()).filter((part) => !sources.some((source) => source.includes(part)));
      assert.ok(parts.length >= count);
      assert.deepEqual(unknown, []);
    });

  it("finds each kind of writing problem", () => {
    const samples = ["Whoever", "nobody", "a bad twin", "was brought", "is handed over", "stands in the way", "a way out", "enclosed"];
    const more = [
      "items.map((one) => one)",
      "const mine = 1",
      "([one, two]) => one",
      "asks AWS",
      "a folder of its own.",
      "looks for a key",
    ];
    assert.deepEqual(
      [...samples, ...more].filter((sample) => wrongWordsIn(sample).length === 0),
      [],
    );
    assert.deepEqual(wrongWordsIn("Ask the platform team. One of its own keys is changed in place."), []);
    assert.deepEqual(wrongWordsIn("With `enclose`, by the way, Cloister writes the bucket policy."), []);
    assert.ok(secondSentence.test("One sentence. Another one."));
    assert.ok(!secondSentence.test("Node.js 20.19, e.g. on Linux"));
    const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");
    assert.deepEqual(longSentencesIn(`A ${words(26)}. One.`), [`A ${words(26)}.`]);
    assert.deepEqual(longSentencesIn(`A ${words(24)}. B ${words(23)} [link](docs/a b.md).`), []);
    assert.deepEqual(
      commentsIn("/** One\n * two. */\nconst x = 1;\n  // Three\n  // four.\n").map((text) => text.trim()),
      ["One two.", "Three four."],
    );
    assert.equal(anchorOf("`npm start` with warm caches"), "npm-start-with-warm-caches");
  });
});
