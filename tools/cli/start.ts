// `npm start`: from nothing to an example organization that runs in the sandbox, and back.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Progress } from "@cloister/common";
import { Control, openWorld, startWorld, stopWorld, type World } from "@cloister/sandbox";
import { ensureToolchain } from "@cloister/toolchain";
import Table from "cli-table3";
import { changesText, deployStack, destroyStack, inTurn, type Outcome, resourcesOf, type Session, worldSession } from "./deploy";
import { refuseWhileInUse, sourcesOf } from "./drain/drain";
import { type Interrupt } from "./interrupt";
import { buildPack } from "./policy-pack";
import { report } from "./report";
import { chooseStacks, findStacks, root, type StackPlan } from "./stacks";

export interface StartOptions {
  world: string;
  port?: number;
  idleHours?: number;
  quickstart?: boolean;
  report: string;
  interrupt: Interrupt;
  progress: Progress;
  print: (text: string) => void;
}

async function sandbox({ world: name, port, idleHours, interrupt, progress }: StartOptions): Promise<{ world: World; session: Session }> {
  const toolchain = await ensureToolchain(progress);
  buildPack();
  const world = await startWorld(toolchain, {
    name,
    progress,
    signal: interrupt.signal,
    ...(port === undefined ? {} : { port }),
    ...(idleHours === undefined ? {} : { idleHours }),
  });
  return { world, session: await worldSession(toolchain, world) };
}

const chosen = ({ quickstart }: StartOptions) => chooseStacks(findStacks(), quickstart ? ["quickstart"] : []);

/** Deploys the example organization, or the quickstart, and shows what came of it. */
export async function start(options: StartOptions): Promise<void> {
  const began = Date.now();
  const stacks = chosen(options);
  const { world, session } = await sandbox(options);
  const { progress, interrupt, print } = options;
  const outcomes = await inTurn(stacks, (plan) => deployStack(session, plan, { progress, interrupt }));
  const file = path.resolve(options.report);
  const parts = await Promise.all(
    stacks.map(async (plan) => ({ ...plan, resources: await resourcesOf(session, plan), outcome: outcomes.get(plan.id)! })),
  );
  fs.writeFileSync(
    file,
    await report({
      title: "Cloister",
      where: `Sandbox world '${world.name}' on this machine: no AWS account was touched`,
      stacks: parts,
      madeAt: new Date(),
    }),
  );
  print(summary(stacks, outcomes));
  print(goOn(world, file, stacks[stacks.length > 1 ? 1 : 0]!, Math.round((Date.now() - began) / 1000)));
}

/** What exists, and what the guardrails said. Pure. */
export function summary(stacks: StackPlan[], outcomes: Map<string, Outcome>): string {
  const table = new Table({ head: ["stack", "resources", "guardrails", "time"], style: { head: [], border: [] } });
  for (const { id } of stacks) {
    const { changes, guardrails, violations, seconds } = outcomes.get(id)!;
    const said = violations.length === 0 ? "none broken" : `${violations.length} warnings`;
    table.push([id, changesText(changes), `${guardrails.length} judged, ${said}`, `${seconds} s`]);
  }
  const warnings = [...outcomes].flatMap(([id, { violations }]) =>
    violations.map(({ policy, message }) => `  ${id} ${policy}: ${message}`),
  );
  const outputs = [...outcomes].flatMap(([id, outcome]) => {
    const shown = [
      "vpcId",
      "domainId",
      "studioUrl",
      "executionRoleArn",
      "dataBucketName",
      "modelBucketName",
      "registryPath",
      "logBucketName",
      "alertTopicArn",
    ];
    const lines = shown.flatMap((key) => (key in outcome.outputs ? [`  ${key.padEnd(18)} ${String(outcome.outputs[key])}`] : []));
    const accounts = outcome.outputs.accounts as Record<string, { vpcId: string; modelBucketName: string }> | undefined;
    return [
      `${id}`,
      ...lines,
      ...Object.entries(accounts ?? {}).map(([account, made]) => `  account ${account}: ${made.vpcId}, ${made.modelBucketName}`),
    ];
  });
  return ["", table.toString(), ...(warnings.length > 0 ? ["", "Guardrails warn:", ...warnings] : []), "", ...outputs].join("\n");
}

function goOn(world: World, file: string, plan: StackPlan, seconds: number): string {
  return [
    "",
    `Done in ${seconds} s. All of this is in a sandbox on this machine; addresses such as that of Studio lead nowhere.`,
    `Picture and resources: ${file}`,
    `The sandbox goes on at ${world.endpoint} and ends by itself when idle. To work in it with plain pulumi, aws or boto3:`,
    `  source ${path.join(world.dir, "env.sh")}`,
    `  pulumi --cwd ${path.join(world.dir, "stacks", plan.project)} preview --stack ${plan.stack} --policy-pack ${path.join(root, "policy-pack")}`,
    `Take it down: npm start -- --destroy    End the sandbox: npm start -- --stop    Calls to AWS: npx cloister sandbox journal`,
  ].join("\n");
}

/** Takes everything down, in reverse, and says what is left. */
export async function destroy(options: StartOptions): Promise<void> {
  const { print, progress, interrupt } = options;
  const stacks = chosen(options);
  const { world, session } = await sandbox(options);
  await refuseWhileInUse(sourcesOf(session, interrupt), stacks, { progress, interrupt, world: world.name });
  await inTurn(stacks, (plan) => destroyStack(session, plan, { progress, interrupt }), true);
  const left = await new Control(world).leftovers();
  print(
    left.length === 0
      ? "\nEverything is gone."
      : `\nWhat is left (kept on purpose, see "purge" in the settings):\n${left.map(({ account, service, type, id }) => `  ${account} ${service} ${type} ${id}`).join("\n")}`,
  );
  print(`The sandbox goes on at ${world.endpoint}. End it: npm start -- --stop`);
}

/** Ends the world and throws it away. */
export async function stop({ world, interrupt, print }: Pick<StartOptions, "world" | "interrupt" | "print">): Promise<void> {
  const found = await openWorld(world);
  await stopWorld(world, interrupt.signal);
  print(
    found
      ? `The sandbox world '${world}' has ended; its services and Pulumi's state of them are gone together.`
      : `No sandbox world '${world}' was running; what was kept of it is gone.`,
  );
}
