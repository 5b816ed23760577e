// Runs test files in this process, with changed source files. Everything outside the repository stays loaded.
import * as fs from "node:fs";
import * as path from "node:path";
import Mocha from "mocha";
import { HOOK, instrumented } from "./coverage";

export const root = path.resolve(__dirname, "..", "..");

/** The default limit of a test in milliseconds, as in .mocharc.cjs. */
const TEST_LIMIT = 60_000;

/** The result of a test file. The first failure stops the run. */
export interface FileRun {
  failure?: { test: string; message: string };
  tests: number;
  seconds: number;
  /** By source file: the parts that ran. Empty without instrumentation. */
  parts: Record<string, number[]>;
  /** All files of the repository that are loaded. */
  files: string[];
}

const isInRepository = (file: string) => file.startsWith(root + path.sep) && !file.includes(`${path.sep}node_modules${path.sep}`);
const isTest = (file: string) => file.endsWith(".test.ts");
const isTool = (file: string) => file.startsWith(__dirname + path.sep);

interface Compiler {
  compile(text: string, file: string): string;
}
const compiler = (process as unknown as Record<symbol, Compiler>)[Symbol.for("ts-node.register.instance")]!;

/** Methods of Mocha that its types do not have: load the added files now, and do not load them again. */
interface MochaLoader {
  loadFiles(): void;
  lazyLoadFiles(isLazy: boolean): void;
}

/** Changed source code by absolute path. */
const changed = new Map<string, string>();
const compiledTexts = new Map<string, { text: string; code: string }>();
let isInstrumented: ((file: string) => boolean) | undefined;

function codeOf(file: string): string {
  const plain = changed.get(file) ?? fs.readFileSync(file, "utf8");
  const text = isInstrumented?.(path.relative(root, file)) ? instrumented(path.relative(root, file), plain) : plain;
  const known = compiledTexts.get(file);
  if (known?.text === text) return known.code;
  const code = compiler.compile(text, file);
  // A mutant runs once.
  if (!changed.has(file)) compiledTexts.set(file, { text, code });
  return code;
}

/** Loads TypeScript from `changed`, and instruments the files for which `instrument` is true. */
export function installLoader(instrument?: (file: string) => boolean): void {
  isInstrumented = instrument;
  require.extensions[".ts"] = (module, file) =>
    (module as unknown as { _compile(code: string, file: string): void })._compile(codeOf(file), file);
}

/** Unloads the test files and every module that imports one of the files, directly or not. */
function unload(files: string[]): void {
  const importers = new Map<string, NodeJS.Module[]>();
  const loaded = Object.values(require.cache).filter((module) => module !== undefined);
  for (const module of loaded)
    for (const { filename } of module.children) importers.set(filename, [...(importers.get(filename) ?? []), module]);
  const stale = new Set(loaded.map(({ filename }) => filename).filter((file) => isInRepository(file) && isTest(file)));
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (stale.has(file)) continue;
    stale.add(file);
    queue.push(...(importers.get(file) ?? []).map(({ filename }) => filename).filter((item) => isInRepository(item) && !isTool(item)));
  }
  for (const module of loaded) module.children = module.children.filter(({ filename }) => !stale.has(filename));
  for (const file of stale) delete require.cache[file];
}

/** Sets the changed file, or none. */
export function change(file?: string, text?: string): void {
  const previous = [...changed.keys()];
  changed.clear();
  if (file !== undefined && text !== undefined) changed.set(path.join(root, file), text);
  unload([...previous, ...changed.keys()]);
}

/** Unloads all modules of the repository, so that the next run loads them again. */
export const unloadAll = (): void => unload(Object.keys(require.cache).filter((file) => isInRepository(file) && !isTool(file)));

/** Keeps a rejected promise or a late error of one mutant from ending the process. */
let late: ((error: unknown) => void) | undefined;
process.on("unhandledRejection", (error) => late?.(error));
process.on("uncaughtException", (error) => late?.(error));

const globalEvents = ["unhandledRejection", "uncaughtException", "exit", "beforeExit", "SIGINT", "SIGTERM", "warning"] as const;

/** Runs one test file, or the tests with these titles, until the first failure. */
export async function runFile(file: string, titles?: RegExp): Promise<FileRun> {
  const started = performance.now();
  const parts: Record<string, Set<number>> = {};
  (globalThis as Record<string, unknown>)[HOOK] = (source: string, part: number) => (parts[source] ??= new Set()).add(part);
  const listeners = globalEvents.map((event) => [event, process.listeners(event as "exit")] as const);
  const environment = { ...process.env };
  const finish = (tests: number, failure?: FileRun["failure"]): FileRun => ({
    ...(failure && { failure }),
    tests,
    seconds: (performance.now() - started) / 1000,
    files: Object.keys(require.cache)
      .filter((key) => isInRepository(key) && !isTool(key))
      .map((key) => path.relative(root, key)),
    parts: Object.fromEntries(Object.entries(parts).map(([source, found]) => [source, [...found]])),
  });
  const absolute = path.join(root, file);
  delete require.cache[absolute];
  const mocha = new Mocha({ timeout: TEST_LIMIT, bail: true, reporter: class {} as never }) as unknown as Omit<Mocha, "loadFiles"> &
    MochaLoader;
  mocha.cleanReferencesAfterRun(true);
  if (titles) mocha.grep(titles);
  try {
    mocha.addFile(absolute);
    try {
      mocha.loadFiles();
    } catch (error) {
      return finish(0, { test: `${file} loads`, message: String(error) });
    }
    mocha.lazyLoadFiles(true);
    return await new Promise<FileRun>((resolve) => {
      let failure: FileRun["failure"];
      let tests = 0;
      const runner = mocha.run(() => resolve(finish(tests, failure)));
      runner.on("pass", () => void tests++);
      runner.on("fail", (test: Mocha.Runnable, error: Error) => {
        failure ??= { test: test.fullTitle(), message: String(error?.message ?? error) };
      });
    });
  } finally {
    // Errors of this file's unfinished work arrive now, and not in the next run.
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const [event, before] of listeners)
      for (const listener of process.listeners(event as "exit")) if (!before.includes(listener)) process.off(event, listener);
    for (const key of Object.keys(process.env)) if (!(key in environment)) delete process.env[key];
    Object.assign(process.env, environment);
    process.exitCode = undefined;
    delete (globalThis as Record<string, unknown>)[HOOK];
  }
}
