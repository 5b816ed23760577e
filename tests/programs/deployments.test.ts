// Compares all resources, policies and lookups of several deployments with a recording.
// Does not prove that a policy is correct: tests/permissions evaluates the policies.
import * as path from "node:path";
import { assertRecorded, type Recording } from "../helpers/recording";
import { runProgram, useMocks } from "../helpers/mocks";
import { deployments } from "./deployments";
import { runOf } from "./wiring/changes";
import { shortened } from "./wiring/resources";

interface Statement {
  Sid: string;
}
const statementsOf = (value: unknown) => (value as { Statement?: Statement[] } | null | undefined)?.Statement;

/** The properties of a resource. Each statement of a policy is one entry. */
const entriesOf = (properties: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(
      ([property, value]: [string, unknown]) =>
        statementsOf(value)?.map(({ Sid, ...statement }): [string, unknown] => [`${property}.${Sid}`, statement]) ?? [[property, value]],
    ),
  );

/** The lookups of a program, each once: programs make lookups at the same time. */
const lookupsOf = (calls: { token: string; inputs: object; provider?: string }[]): Record<string, unknown> => {
  const found = new Map<string, Set<string>>();
  for (const { token, inputs, provider } of calls) {
    const name = `${token.split(":").at(-1)!}${provider ? ` in ${provider}` : ""}`;
    found.set(name, (found.get(name) ?? new Set()).add(JSON.stringify(inputs)));
  }
  return Object.fromEntries([...found].map(([name, inputs]) => [name, [...inputs].sort().map((input) => JSON.parse(input) as unknown)]));
};

/** Entries that differ from those of the deployment with the default settings. */
const differences = (found: Recording, base: Recording): Recording =>
  Object.fromEntries(
    Object.entries(found).flatMap(([title, entries]) => {
      const different = Object.entries(entries).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(base[title]?.[name]));
      const absent = Object.keys(base[title] ?? {}).filter((name) => !(name in entries));
      return different.length + absent.length === 0
        ? []
        : [[title, Object.fromEntries([...different, ...absent.map((name) => [name, "(absent)"])])]];
    }),
  );

for (const [project, variants] of Object.entries(deployments))
  it(`deployments of ${project} have the recorded resources, policies and lookups`, async function () {
    this.timeout(300_000);
    const recording: Recording = {};
    let base: Recording | undefined;
    for (const [title, { settings, mocks, ...deployment }] of Object.entries(variants)) {
      const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${deployment.project}:${name}`, value]));
      const world = await useMocks({ project: deployment.project, stack: deployment.stack, config, ...mocks });
      const outputs = await runProgram(deployment.folder);
      const found: Recording = Object.fromEntries([
        ...runOf(world.resources, outputs).map((item) => [item.title, entriesOf(shortened(item.properties) as object)] as const),
        ["lookups", lookupsOf(world.calls)] as const,
      ]);
      for (const [name, entries] of Object.entries(base ? differences(found, base) : found)) recording[`${title}: ${name}`] = entries;
      if (base) recording[title] = { "absent resources": Object.keys(base).filter((name) => !(name in found)) };
      base ??= found;
    }
    assertRecorded(path.join(__dirname, "recorded-deployments", `${project}.json`), this.test!.file!, recording);
  });
