// Reads a buildspec and writes it as one shell script. Source: AWS CodeBuild "Build specification reference", version 0.2.
import { parse } from "yaml";

export const phaseNames = ["install", "pre_build", "build", "post_build"] as const;

export interface Buildspec {
  shell: string;
  variables: Record<string, string>;
  phases: Partial<Record<(typeof phaseNames)[number], { commands: string[]; finally: string[] }>>;
}

type Item = Record<string, unknown>;

const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);

const unknownKeys = (where: string, item: Item, known: readonly string[]) =>
  Object.keys(item)
    .filter((key) => !known.includes(key))
    .map((key) => `The sandbox does not support '${key}' in ${where} yet.`);

const commandsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]);

/** Throws an error with the text of the first problem. */
export function readBuildspec(text: string): Buildspec {
  const spec: unknown = parse(text);
  if (!isItem(spec)) throw new Error("YAML file is empty or is not a mapping.");
  if (Number(spec.version) !== 0.2) throw new Error(`The sandbox supports version 0.2 only (got ${String(spec.version)}).`);
  const env = isItem(spec.env) ? spec.env : {};
  const phases = isItem(spec.phases) ? spec.phases : {};
  const problems = [
    ...unknownKeys("a buildspec", spec, ["version", "env", "phases"]),
    ...unknownKeys("env", env, ["shell", "variables"]),
    ...unknownKeys("phases", phases, phaseNames),
    ...Object.values(phases).flatMap((phase) => (isItem(phase) ? unknownKeys("a phase", phase, ["commands", "finally"]) : [])),
  ];
  if (problems.length > 0) throw new Error(problems[0]);
  const variables = isItem(env.variables) ? env.variables : {};
  return {
    shell: env.shell === "bash" ? "/bin/bash" : "/bin/sh",
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    phases: Object.fromEntries(
      Object.entries(phases).map(([name, phase]) => {
        const { commands, finally: last } = isItem(phase) ? phase : {};
        return [name, { commands: commandsOf(commands), finally: commandsOf(last) }];
      }),
    ),
  };
}

/** A function that runs commands until one fails. It reports the index and the exit status of a failed command. */
const functionOf = (name: string, commands: readonly string[]) =>
  [
    `${name}() {`,
    ...commands.flatMap((command, i) => ["{", command, `} 3>&- || { _s=$?; printf 'failed %s %s\\n' ${i} $_s >&3; return 1; }`]),
    "return 0",
    "}",
  ].join("\n");

/**
 * All commands run in one shell, which reports phases and failures on file descriptor 3.
 * File descriptor 4 closes when the gateway ends: the build ends with it.
 */
export function scriptOf({ phases }: Buildspec): string {
  const functions = phaseNames.flatMap((name) => [
    functionOf(`_${name}`, phases[name]?.commands ?? []),
    functionOf(`_${name}_finally`, phases[name]?.finally ?? []),
  ]);
  const run = (name: string) =>
    `printf 'start %s\\n' ${name.toUpperCase()} >&3; _${name}; _result=$?; _${name}_finally || _result=1; [ $_result = 0 ]`;
  return [
    "{ read -r _; kill -9 0; } <&4 >/dev/null 2>&1 3>&- &",
    "exec 4<&-",
    "export CODEBUILD_BUILD_SUCCEEDING=1",
    ...functions,
    `${run("install")} || exit 1`,
    `${run("pre_build")} || exit 1`,
    `${run("build")} || export CODEBUILD_BUILD_SUCCEEDING=0`,
    `${run("post_build")} || exit 1`,
    "[ $CODEBUILD_BUILD_SUCCEEDING = 1 ]",
  ].join("\n");
}
