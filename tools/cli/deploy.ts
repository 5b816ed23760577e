// Brings stacks up, previews and destroys them, through Pulumi's Automation API. Prints nothing: what happens goes to the steps and comes back as an outcome.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Progress, type Step, UserError } from "@cloister/common";
import { cleanEnvironment, type World } from "@cloister/sandbox";
import { type Toolchain } from "@cloister/toolchain";
import { type EngineEvent, LocalWorkspace, type OpMap, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import { forEngine, type Interrupt } from "./interrupt";
import { root, type StackPlan } from "./stacks";

/** What stacks are deployed to, and with what. */
export interface Session {
  /** Environment of the `pulumi` processes. */
  env: Record<string, string>;
  /** Absent for a real account: then the ambient environment decides on account, backend and passphrase. */
  world?: Pick<World, "dir" | "stateDir">;
  /** Folder of the policy pack; without one nothing is judged. */
  policyPack: string | undefined;
  /** File with settings and exemptions of the pack; its defaults without one. */
  policyPackConfig?: string;
  command: PulumiCommand;
}

/** Values of the ambient environment that are set. */
const definedOnly = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));

const policyPack = path.join(root, "policy-pack");

/** A session in a world of the sandbox. */
export async function worldSession(toolchain: Pick<Toolchain, "env">, world: World): Promise<Session> {
  // The Automation API looks for `pulumi` on the path of this process.
  process.env.PATH = toolchain.env.PATH;
  return {
    env: { ...definedOnly(cleanEnvironment()), ...toolchain.env, ...world.env },
    world,
    policyPack,
    command: await PulumiCommand.get(),
  };
}

/** A session with a real account: credentials, region, backend and passphrase as the shell has them; nothing of the sandbox. */
export async function accountSession(): Promise<Session> {
  return { env: definedOnly(process.env), policyPack, command: await PulumiCommand.get() };
}

/** A guardrail that refused, or warned about, a resource. */
export interface Violation {
  policy: string;
  level: string;
  urn: string;
  message: string;
}

export interface Outcome {
  /** How many resources were created, updated, kept, … */
  changes: OpMap;
  outputs: Record<string, unknown>;
  violations: Violation[];
  /** Names of the guardrails that judged something. */
  guardrails: string[];
  seconds: number;
  /** Steps that were planned or done, other than leaving as it is. */
  steps: { op: string; urn: string }[];
}

/** An update, preview or destroy of a stack failed. The message lists every problem. */
export class StackFailed extends UserError {
  override readonly name = "StackFailed";
  constructor(
    readonly id: string,
    message: string,
    readonly violations: Violation[],
  ) {
    super(message);
  }
}

/** Events that the SDK's types don't name yet. */
interface PolicySummary {
  /** Of one resource. */
  policyAnalyzeSummaryEvent?: { passed?: string[]; failed?: string[] };
  /** Of the stack. */
  policyAnalyzeStackSummaryEvent?: { passed?: string[]; failed?: string[] };
}

/** Reads the engine's events: what is going on, what was said, what guardrails found. */
function listener(step: Step) {
  const errors: string[] = [];
  const violations: Violation[] = [];
  const guardrails = new Set<string>();
  const planned: Outcome["steps"] = [];
  const applied: Outcome["steps"] = [];
  let done = 0;
  const label = (urn: string) =>
    urn
      .split("::")
      .slice(-2)
      .join(" ")
      .replace(/^.*\$/, "")
      .replace(/\/[^:]*:/, ":");
  const onEvent = (event: EngineEvent & PolicySummary) => {
    if (event.resourcePreEvent) {
      const { planning, metadata } = event.resourcePreEvent;
      const { op, urn } = metadata;
      if (!["same", "read", "refresh"].includes(op)) {
        (planning ? planned : applied).push({ op, urn });
        step.update(planning ? `planned: ${planned.length}, ${op} ${label(urn)}` : `${done} done, ${op} ${label(urn)}`);
      }
    }
    if (event.resOutputsEvent && !event.resOutputsEvent.planning) done++;
    if (event.policyEvent) {
      const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
      violations.push({ policy: policyName, level: enforcementLevel, urn: resourceUrn ?? "", message: plainText(message) });
    }
    for (const judged of [event.policyAnalyzeSummaryEvent, event.policyAnalyzeStackSummaryEvent])
      for (const name of [...(judged?.passed ?? []), ...(judged?.failed ?? [])]) guardrails.add(name);
    if (event.diagnosticEvent?.severity === "error") errors.push(plainText(event.diagnosticEvent.message));
  };
  return { onEvent, errors, violations, guardrails, planned, applied };
}

/** Without the engine's colour marks and surrounding space. */
const plainText = (text: string) => text.replace(/<\{%.*?%\}>/g, "").trim();

/** A warning of the preview comes again with the update. */
const unique = (violations: Violation[]) => [...new Map(violations.map((one) => [JSON.stringify(one), one])).values()];

const isMandatory = ({ level }: Violation) => level === "mandatory" || level === "remediate";

/** What went wrong, once, and what to do about it. */
function failure(
  plan: StackPlan,
  error: unknown,
  heard: Pick<ReturnType<typeof listener>, "errors" | "violations" | "applied">,
  inWorld: boolean,
): StackFailed {
  const refused = heard.violations.filter(isMandatory);
  if (refused.length > 0) {
    const lines = refused.map(
      ({ policy, urn, message }) => `  ${policy}: ${urn.split("::").slice(-2).join(" ")}\n    ${message.replaceAll("\n", "\n    ")}`,
    );
    return new StackFailed(
      plan.id,
      `Guardrails refuse ${plan.id}. ${heard.applied.length > 0 ? "It was changed before they could tell; mend it and run this again." : "Nothing was changed."}\n${[...new Set(lines)].join("\n")}`,
      heard.violations,
    );
  }
  const raw = error instanceof Error ? error.message : String(error);
  // "update failed" repeats on the stack what its resources have said.
  const said = [...new Set(heard.errors)].filter((line) => !/^(update|preview|destroy) failed$/.test(line));
  const text = said.length > 0 ? said.join("\n") : (/error: ([\s\S]*?)(\n\n|$)/.exec(plainText(raw))?.[1] ?? raw);
  const advice = adviceOn(`${text}\n${raw}`, inWorld);
  return new StackFailed(plan.id, `${plan.id} failed.\n${text}${advice ? `\n${advice}` : ""}`, heard.violations);
}

/** What the engine or AWS says, and what helps. */
const advices: { when: RegExp; say: string; onlyInWorld?: true }[] = [
  {
    when: /incorrect passphrase/,
    say: "The passphrase does not fit this stack's state. Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one that the stack was made with.",
  },
  {
    when: /unknown stack/,
    say: "It reads a stack that does not exist in this backend. `pulumi stack ls --all` lists those that do; deploy the one it needs first, or change the setting.",
  },
  {
    when: /no stack named/,
    say: "The backend has no such stack. Make it with `pulumi --cwd <project> stack init <stack>`, or name the stacks that you mean: `npx cloister up <stack> …`. Without names, every stack that the checkout has settings for is meant, the example's too.",
  },
  { when: /currently locked by/, say: "Another run holds the stack's lock. If it has died, `pulumi cancel` frees it." },
  {
    when: /no space left on device|ENOSPC/,
    say: "The disk is full. Make room and run the same command again: what is done is in the state.",
  },
  {
    when: /SandboxBaseDown|SandboxFailure|connection refused|ECONNREFUSED|connection reset/i,
    onlyInWorld: true,
    say: "The sandbox did not answer. `npx cloister sandbox status` tells why; the state is as far as the run came, and the same command goes on from there.",
  },
];

/** What helps against what was said, if anything is known to. */
export const adviceOn = (said: string, inWorld: boolean): string | undefined =>
  advices.find(({ when, onlyInWorld }) => when.test(said) && (inWorld || !onlyInWorld))?.say;

/**
 * A stack of the Automation API. In a world, project and settings are copies there, which point to the program in the checkout:
 * Pulumi writes the salt of the passphrase beside the settings, and that of a world has no business in the checkout.
 */
async function open(session: Session, plan: StackPlan, { set = {}, program, env = {} }: Partial<RunOptions> = {}): Promise<Stack> {
  const options = { pulumiCommand: session.command, envVars: { ...session.env, ...env } };
  const programDir = program ?? path.join(root, plan.folder);
  if (!session.world) return Stack.select(plan.stack, await LocalWorkspace.create({ ...options, workDir: programDir }));

  const dir = path.join(session.world.dir, "stacks", plan.project);
  const settingsFile = path.join(dir, `Pulumi.${plan.stack}.yaml`);
  fs.mkdirSync(dir, { recursive: true });
  const project = parseDocument(fs.readFileSync(path.join(root, plan.folder, "Pulumi.yaml"), "utf8"));
  project.set("main", programDir);
  fs.writeFileSync(path.join(dir, "Pulumi.yaml"), project.toString());

  const salt = fs.existsSync(settingsFile) ? /^encryptionsalt: (.*)$/m.exec(fs.readFileSync(settingsFile, "utf8"))?.[1] : undefined;
  const settings = parseDocument(fs.readFileSync(plan.settingsFile, "utf8"));
  settings.delete("encryptionsalt");
  if (salt) settings.set("encryptionsalt", salt);
  for (const [key, value] of Object.entries(set)) settings.setIn(["config", ...key.split(".")], value);
  fs.writeFileSync(settingsFile, settings.toString());
  freeDeadLocks(session.world.stateDir, plan);
  return Stack.createOrSelect(plan.stack, await LocalWorkspace.create({ ...options, workDir: dir }));
}

/** Removes locks of runs that died on this machine: the state's folder belongs to one world, so nobody else's can be there. */
export function freeDeadLocks(stateDir: string, plan: Pick<StackPlan, "project" | "stack">): void {
  const dir = path.join(stateDir, ".pulumi", "locks", "organization", plan.project, plan.stack);
  for (const name of fs.existsSync(dir) ? fs.readdirSync(dir) : []) {
    const file = path.join(dir, name);
    const { pid } = JSON.parse(fs.readFileSync(file, "utf8")) as { pid?: number };
    if (pid !== undefined && !isAlive(pid)) fs.rmSync(file);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export interface RunOptions {
  progress: Progress;
  /** Begins nothing new once it came, and ends the engine as Ctrl-C would: it finishes what it is at and writes its state. */
  interrupt?: Interrupt;
  /** In a world: settings for this run only, by full name and path: `cloister-environment:network.zones`. */
  set?: Record<string, unknown>;
  /** Another program than the project's own, with the same settings: a folder with Pulumi.yaml. */
  program?: string;
  env?: Record<string, string>;
  /** It was previewed just so already: what guardrails refuse is known, and the time for another preview is saved. They still judge what is done. */
  previewed?: boolean;
}

const packOf = ({ policyPack: pack, policyPackConfig: config }: Session) => ({
  policyPacks: pack === undefined ? [] : [pack],
  ...(config === undefined ? {} : { policyPackConfigs: [config] }),
});

type Verb = "deploy" | "preview" | "destroy";
const titles: Record<Verb, string> = { deploy: "Deploying", preview: "Previewing", destroy: "Destroying" };

/** Errors: `StackFailed`; `Interrupted` when an interrupt came before it was through. */
async function act(verb: Verb, session: Session, plan: StackPlan, options: RunOptions): Promise<Outcome> {
  const { interrupt } = options;
  interrupt?.signal.throwIfAborted();
  const started = Date.now();
  const step = options.progress.step(`${titles[verb]} ${plan.id}`);
  const heard = listener(step);
  try {
    const stack = await open(session, plan, options);
    interrupt?.signal.throwIfAborted();
    const common = () => ({ onEvent: heard.onEvent, ...(interrupt ? { signal: forEngine(interrupt) } : {}), color: "never" as const });
    const judged = () => ({ ...common(), ...packOf(session) });
    // Previewed first also to deploy: what a guardrail refuses must not be half made before it is seen.
    const preview = verb === "destroy" || (verb === "deploy" && options.previewed) ? undefined : await stack.preview(judged());
    interrupt?.signal.throwIfAborted();
    if (heard.violations.some(isMandatory)) throw new Error("refused");
    const changes =
      verb === "preview"
        ? preview!.changeSummary
        : ((verb === "deploy" ? await stack.up(judged()) : await stack.destroy(common())).summary.resourceChanges ?? {});
    if (heard.violations.some(isMandatory)) throw new Error("refused");
    const outputs =
      verb === "deploy"
        ? Object.fromEntries(Object.entries(await stack.outputs()).map(([key, { value, secret }]) => [key, secret ? "[secret]" : value]))
        : {};
    step.done(changesText(changes));
    return {
      changes,
      outputs,
      violations: unique(heard.violations),
      guardrails: [...heard.guardrails].sort(),
      seconds: Math.round((Date.now() - started) / 1000),
      steps: verb === "preview" ? heard.planned : heard.applied,
    };
  } catch (error) {
    if (interrupt?.signal.aborted) {
      step.fail("interrupted");
      throw interrupt.signal.reason;
    }
    step.fail(heard.violations.some(isMandatory) ? "refused by guardrails" : "failed");
    throw failure(plan, error, heard, session.world !== undefined);
  }
}

export const deployStack = (session: Session, plan: StackPlan, options: RunOptions) => act("deploy", session, plan, options);
export const previewStack = (session: Session, plan: StackPlan, options: RunOptions) => act("preview", session, plan, options);
export const destroyStack = (session: Session, plan: StackPlan, options: RunOptions) => act("destroy", session, plan, options);

/** `61 create, 3 update, 19 same`, or `no changes`. */
export function changesText(changes: OpMap): string {
  const told = Object.entries(changes).filter(([op, count]) => !["same", "read", "discard"].includes(op) && count > 0);
  const same = changes.same ?? 0;
  if (told.length === 0) return `no changes, ${same} resources`;
  return [...told.map(([op, count]) => `${count} ${op}`), ...(same > 0 ? [`${same} same`] : [])].join(", ");
}

/**
 * The resources of a stack's state as the engine exports it; none when the stack was never deployed.
 * Errors: `StackFailed`, also for a stack that the account's backend does not have.
 */
export async function resourcesOf(session: Session, plan: StackPlan): Promise<StateResource[]> {
  try {
    const stack = await open(session, plan);
    const { deployment } = (await stack.exportStack()) as { deployment?: { resources?: StateResource[] } };
    return deployment?.resources ?? [];
  } catch (error) {
    throw failure(plan, error, { errors: [], violations: [], applied: [] }, session.world !== undefined);
  }
}

/** A resource as it stands in the state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  provider?: string;
  custom?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** URNs of the resources that it waits for. */
  dependencies?: string[];
  /** URNs of the resources that each property was made from. */
  propertyDependencies?: Record<string, string[] | null>;
}

/** Runs `work` on each stack as soon as those it reads are through; with `reverse`, as soon as those that read it are. The first failure stops what has not begun. */
export async function inTurn<T>(stacks: StackPlan[], work: (plan: StackPlan) => Promise<T>, reverse = false): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const started = new Map<string, Promise<void>>();
  let failed = false;
  const waitsFor = (plan: StackPlan) =>
    stacks.filter((other) => (reverse ? other.reads.includes(plan.id) : plan.reads.includes(other.id))).map(({ id }) => id);
  const run = (plan: StackPlan): Promise<void> => {
    const before = started.get(plan.id);
    if (before) return before;
    const turn = (async () => {
      await Promise.all(waitsFor(plan).map((id) => run(stacks.find((stack) => stack.id === id)!)));
      if (failed) return;
      try {
        results.set(plan.id, await work(plan));
      } catch (error) {
        failed = true;
        throw error;
      }
    })();
    started.set(plan.id, turn);
    return turn;
  };
  const ends = await Promise.allSettled(stacks.map(run));
  const first = ends.find((end) => end.status === "rejected");
  if (first) throw first.reason;
  return results;
}
