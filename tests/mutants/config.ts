// Defines the mutated code, the excluded text, and the tests that can kill a mutant.
import * as fs from "node:fs";
import * as path from "node:path";
import { type TextRules } from "./texts";

const folders = ["components", "core", "environment", "target-accounts", "policy-pack"];

/** Files without mutants, and the reason. */
export const excludedFiles: Record<string, string> = {
  "components/stack/settings-table.ts": "only writes documentation, which tests/unit/docs.test.ts compares",
  "policy-pack/reference.ts": "only writes documentation, which tests/unit/docs.test.ts compares",
  "components/identity/feature-egress.ts": "only texts of documentation, which tests/unit/docs.test.ts compares",
  "components/stack/run.ts": "formats unexpected errors; its tests start a process, which does not load mutants",
  "components/stack/stack-traces.ts": "changes only how long a stack trace takes; its tests start a process",
  "policy-pack/index.ts": "starts the server of the policy pack; tests/policies/bundle.test.ts starts it in a process",
  "components/network/image-registries.ts": "a list that a script copies from the SageMaker Python SDK",
  "policy-pack/rules/sagemaker/local-disks.ts": "a list that a script copies from EC2",
};

/** Files whose strings are code for a shell, a query or a program, even if they look like sentences. */
const machineTexts = [/^components\/studio\/[\w-]*scripts?[\w-]*\.ts$/, /^components\/studio\/shell-quote\.ts$/];

/** Properties with text for readers, and what the text is for. A test of its words would only repeat the words. */
export const excludedProperties: Record<string, string> = {
  about: "docs/identity.md lists what each statement is for",
  description: "AWS and Pulumi only show it",
  risk: "documentation of a guardrail",
  fix: "documentation of a guardrail",
  severity: "documentation of a guardrail",
  control: "documentation of a guardrail",
  publicIds: "documentation of a guardrail",
  reachedBy: "documentation of a limit",
  purpose: "documentation of an endpoint",
  withoutPermission: "documentation of an endpoint",
  reason: "documentation of an exception",
  source: "documentation of an exception",
  title: "heading in a dashboard or a table",
  markdown: "text of a dashboard",
  label: "legend of a dashboard",
  message: "text of an error",
  text: "text of a problem with a setting",
  displayName: "name in the Pulumi console",
};

/** Methods of setting schemas: documentation, and the words in "must be …". */
const excludedMethods = ["describe", "meta"];

export const textRulesOf = (file: string): TextRules => ({
  properties: new Set(Object.keys(excludedProperties)),
  methods: new Set(excludedMethods),
  areSentencesTexts: !machineTexts.some((pattern) => pattern.test(file)),
});

/** Areas for `--area` and for the summary: the folders of two levels, and projects. */
export const areaOf = (file: string): string => {
  const [first, second] = file.split("/");
  return (first === "components" || first === "policy-pack") && second?.includes(".") === false ? `${first}/${second}` : first!;
};

export const isMutated = (file: string): boolean =>
  folders.some((folder) => file.startsWith(`${folder}/`)) &&
  file.endsWith(".ts") &&
  !file.includes("node_modules/") &&
  !file.startsWith("policy-pack/bin/") &&
  !(file in excludedFiles);

/**
 * Tests that can kill a mutant: pure functions, properties, guardrails, and programs under mocks. Left out: tests that
 * compare generated documentation, because generating it again makes them pass, and tests of tools.
 */
const testFolders = ["tests/unit", "tests/programs", "tests/policies", "tests/property"];
const otherTests = [
  /^tests\/unit\/(bench|cli|mutants|sandbox|toolchain)\//,
  /^tests\/unit\/(docs|repository|self-service-docs|writing)\.test\.ts$/,
  // Starts processes, which do not load mutants.
  /^tests\/policies\/bundle\.test\.ts$/,
];

const filesBelow = (root: string, folder: string): string[] =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();

export const mutatedFiles = (root: string): string[] => folders.flatMap((folder) => filesBelow(root, folder)).filter(isMutated);

export const mutantTests = (root: string): string[] =>
  testFolders
    .flatMap((folder) => filesBelow(root, folder))
    .filter((file) => file.endsWith(".test.ts") && !otherTests.some((pattern) => pattern.test(file)));

const otherInputs = /^(policy-pack\/bin|tests\/(bench|mutants|sandbox|shell|unit\/(cli|mutants|sandbox|toolchain)))\//;

/** All files that can change the result of a run. */
export const inputFiles = (root: string): string[] =>
  [...folders, "tests"]
    .flatMap((folder) => filesBelow(root, folder))
    .filter((file) => /\.(ts|py|sh|json|yaml|gz)$/.test(file) && !otherInputs.test(file));

/** A part of a slow test: the titles that can depend on a file. Undefined if no title can. */
type Selection = (file: string) => RegExp | undefined;

const byFolder =
  (titles: [folder: RegExp, titles: RegExp][]): Selection =>
  (file) =>
    titles.find(([folder]) => folder.test(file))?.[1];

const everything = /^/;

/**
 * Tests that take a minute, and which of their tests run for a mutant. Other tests of these files run too rarely into a
 * mutant to be worth the time. A kill that is missed this way counts as a survivor, so the score is never too high.
 */
export const slowTests: Record<string, Selection> = {
  // One test for each setting, by path.
  "tests/programs/wiring/wiring.test.ts": byFolder([
    [/^components\/studio\//, /has|(studio|people)\S* /],
    [/^components\/monitoring\//, /has|monitoring\S* /],
    [/^components\/storage\//, /has|(data|models|purge|\w+RoleArns)\S* /],
    [/^components\/keys\//, /has|(key\w+|purge|\w+RoleArns)\S* /],
    [/^components\/network\//, /has|(network|accounts|endpointsFrom|sharedEndpoints)\S* /],
    [/^components\/identity\//, /has|(people|guardrails|existingRoles|catalog|\w+RoleArns)\S* /],
    [/^components\/catalog\//, /has|catalog\S* /],
    [/^components\/stack\//, everything],
    [/^core\//, /wiring of cloister-core /],
    [/^environment\//, /wiring of cloister-environment /],
    [/^target-accounts\//, /wiring of cloister-target-accounts /],
  ]),
  // Policies of roles, buckets, keys and endpoints.
  "tests/programs/permissions.test.ts": byFolder([
    [/^components\/(catalog|identity|storage|keys|aws)\//, everything],
    [/^components\/network\/(endpoint|image)/, everything],
    [/^(core|environment|target-accounts)\//, everything],
  ]),
};
