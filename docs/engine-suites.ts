// Lists what the engine suites prove, from their test titles. A faster suite must not shorten these lists.
import * as fs from "node:fs";
import * as path from "node:path";

const tests = path.join(__dirname, "..", "tests");

/** Titles of `describe` and `it` calls, in the order of the file. A value in a title is replaced with `…`. */
const titles = (source: string) =>
  [...source.matchAll(/^\s*(describe|it)\(\s*(["`])(.*?)\2,/gm)].map(([, kind, , title]) => ({
    kind,
    title: title!.replace(/\$\{[^}]*\}/g, "…"),
  }));

/** Markdown that lists each test file of a folder in `tests` with its tests. */
export function engineSuites(suite: string): string {
  const folder = path.join(tests, suite);
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => {
      const lines = titles(fs.readFileSync(path.join(folder, file), "utf8"));
      const proofs = lines.filter(({ kind }) => kind === "it").map(({ title }) => `- ${title}`);
      return [`### ${file}: ${lines.find(({ kind }) => kind === "describe")?.title}`, "", ...proofs].join("\n");
    })
    .join("\n\n");
}
