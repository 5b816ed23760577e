// A process that reports whether a mutant is valid TypeScript. Mutants that `npm run typecheck` rejects need no test.
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { mutatedFiles } from "./config";
import { mutated, type Mutant } from "./mutant";

/** Errors in the changed file only. An error in a file that imports it leaves the mutant to the tests. */
export function compiler(root: string, files: string[]): (mutant: Mutant) => boolean {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.base.json"), (file) => ts.sys.readFile(file)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const names = files.map((file) => path.join(root, file));
  const changed = { file: "", text: "", version: 0 };
  const host: ts.LanguageServiceHost = {
    // A removed use of a name is a mutant, although the name is unused then.
    getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false, noEmit: true, types: ["node"] }),
    getScriptFileNames: () => names,
    getScriptVersion: (file) => (file === changed.file ? String(changed.version) : "0"),
    getScriptSnapshot: (file) => {
      const text = file === changed.file ? changed.text : ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (found) => ts.getDefaultLibFilePath(found),
    fileExists: (file) => ts.sys.fileExists(file),
    readFile: (file) => ts.sys.readFile(file),
    readDirectory: (...all) => ts.sys.readDirectory(...all),
    directoryExists: (folder) => ts.sys.directoryExists(folder),
    getDirectories: (folder) => ts.sys.getDirectories(folder),
    realpath: (file) => ts.sys.realpath!(file),
  };
  const service = ts.createLanguageService(host, ts.createDocumentRegistry());
  return (mutant) => {
    const file = path.join(root, mutant.file);
    Object.assign(changed, { file, text: mutated(fs.readFileSync(file, "utf8"), mutant), version: changed.version + 1 });
    return service.getSyntacticDiagnostics(file).length + service.getSemanticDiagnostics(file).length === 0;
  };
}

if (require.main === module) {
  const root = path.resolve(__dirname, "..", "..");
  const compiles = compiler(root, mutatedFiles(root));
  process.on("message", (mutant: Mutant) => void process.send!(compiles(mutant)));
  process.on("disconnect", () => process.exit());
}
