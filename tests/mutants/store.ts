// Keeps results on disk, so that an interrupted run continues and a repeated run is short.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { inputFiles } from "./config";
import { type Coverage } from "./order";
import { type Result } from "./mutant";

const hashOf = (parts: string[]) => createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);

export class Store {
  private readonly hashes: Map<string, string>;
  private readonly folder: string;

  constructor(root: string) {
    this.folder = path.join(root, "node_modules", ".cache", "mutants");
    fs.mkdirSync(this.folder, { recursive: true });
    this.hashes = new Map(inputFiles(root).map((file) => [file, hashOf([fs.readFileSync(path.join(root, file), "utf8")])]));
  }

  /** Results are valid for the same code and the same tests. */
  private get file(): string {
    return path.join(this.folder, `results-${hashOf([...this.hashes].flat())}.jsonl`);
  }

  results(): Map<string, Result> {
    return new Map(readLines<Result>(this.file).map((result) => [result.key, result]));
  }

  add(result: Result): void {
    fs.appendFileSync(this.file, `${JSON.stringify(result)}\n`);
  }

  /** All results of earlier states of the code, the newest last. */
  earlier(): Map<string, Result> {
    const files = fs
      .readdirSync(this.folder)
      .filter((name) => name.startsWith("results-"))
      .map((name) => path.join(this.folder, name))
      .sort((a, b) => fs.statSync(a).mtimeMs - fs.statSync(b).mtimeMs);
    return new Map(files.flatMap((file) => readLines<Result>(file).map((result) => [result.key, result] as const)));
  }

  /** What a test covers depends on the files that it loads, and on data files that it reads, other than recordings. */
  private inputsOf({ files }: Coverage): string {
    const loaded = new Set(files);
    return hashOf([...this.hashes].filter(([file]) => loaded.has(file) || !/(\.ts|\/(recorded|decisions)\b.*)$/.test(file)).flat());
  }

  private coverageFile = (test: string) => path.join(this.folder, `coverage-${test.replaceAll("/", "-")}.json`);

  /** The coverage of an earlier run, if it is still valid. */
  coverage(test: string): Coverage | undefined {
    const file = this.coverageFile(test);
    if (!fs.existsSync(file)) return undefined;
    const { inputs, coverage } = JSON.parse(fs.readFileSync(file, "utf8")) as { inputs: string; coverage: Coverage };
    return inputs === this.inputsOf(coverage) ? coverage : undefined;
  }

  setCoverage(test: string, coverage: Coverage): void {
    fs.writeFileSync(this.coverageFile(test), JSON.stringify({ inputs: this.inputsOf(coverage), coverage }));
  }
}

function readLines<T>(file: string): T[] {
  if (!fs.existsSync(file)) return [];
  // An interrupted run can leave an incomplete last line.
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}
