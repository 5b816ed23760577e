// Compares with a recording what programs report if a lookup finds nothing.
// Does not prove that AWS answers like this: tests/engine runs programs against the sandbox.
import * as path from "node:path";
import { assertRecorded, type Recording } from "../helpers/recording";
import { runProgram, useMocks } from "../helpers/mocks";
import { deployments } from "./deployments";

type Deployment = (typeof deployments)[string][string];

/** The error of a program, which has a line for each problem. */
async function resultOf({ settings, mocks, ...deployment }: Deployment): Promise<{ result: unknown; lookups: string[] }> {
  const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${deployment.project}:${name}`, value]));
  const world = await useMocks({ project: deployment.project, stack: deployment.stack, config, ...mocks });
  const result: unknown = await runProgram(deployment.folder).then(
    () => "deployed",
    (error: Error) => error.message.split("\n"),
  );
  return { result, lookups: [...new Set(world.calls.map(({ token }) => token.split(":").at(-1)!))].sort() };
}

/** Lookups of the caller, which always find something. */
const ofCaller = /^get(CallerIdentity|Region|Partition|SessionContext|AvailabilityZones)$/;

const chosen: [project: string, deployment: string][] = [
  ["core", "with a network, and administrators who work from anywhere"],
  ["environment", "with existing subnets, endpoints, roles, buckets and exempt roles"],
  ["target-accounts", "with existing subnets and central endpoints"],
];

it("programs report missing resources as recorded", async function () {
  const recording: Recording = {};
  for (const [project, title] of chosen) {
    const deployment = deployments[project]![title]!;
    const { lookups } = await resultOf(deployment);
    const found: Record<string, unknown> = (recording[`${project} ${title}`] = {});
    for (const lookup of lookups.filter((name) => !ofCaller.test(name))) {
      const answers = { ...deployment.mocks?.answers, [lookup]: () => undefined };
      found[lookup] = (await resultOf({ ...deployment, mocks: { ...deployment.mocks, answers } })).result;
    }
  }
  assertRecorded(path.join(__dirname, "recorded", "missing.json"), this.test!.file!, recording);
});
