// Previews, deploys and destroys stacks with Pulumi's Automation API. Prints no text itself: progress goes to steps,
// and the result to an outcome.
import { type Progress } from "@cloister/common";
import { type OpMap, type OutputMap } from "@pulumi/pulumi/automation";
import { engineSignal, type Interrupt } from "../interrupt";
import { type StackPlan } from "../stacks";
import { isMandatory, recordEvents, type ResourceStep, uniqueViolations, type Violation } from "./events";
import { stackFailed } from "./failure";
import { type Session } from "./session";
import { openStack, type StackOverrides } from "./workspace";

export interface RunOptions extends StackOverrides {
  progress: Progress;
  /** After an abort, no operation starts. The engine completes its running operations and writes the state, as on Ctrl-C. */
  interrupt?: Interrupt;
  /**
   * Deploys without a preview, because the stack was previewed with the same options. Policies still evaluate the
   * update.
   */
  previewed?: boolean;
  /** Destroys only the resources with these URNs, and the resources that depend on them. */
  targets?: string[];
}

export interface Outcome {
  /** Number of resources for each operation: create, update, same, … */
  changes: OpMap;
  outputs: Record<string, unknown>;
  /** Outputs before the run. */
  previousOutputs: Record<string, unknown>;
  violations: Violation[];
  /** Names of the policies that evaluated at least one resource. */
  policies: string[];
  seconds: number;
  /** Planned or completed operations, without unchanged resources. */
  steps: ResourceStep[];
}

type Verb = "deploy" | "preview" | "destroy";
const titles: Record<Verb, string> = { deploy: "Deploying", preview: "Previewing", destroy: "Destroying" };

export const deployStack = (session: Session, plan: StackPlan, options: RunOptions) => run("deploy", session, plan, options);
export const previewStack = (session: Session, plan: StackPlan, options: RunOptions) => run("preview", session, plan, options);
export const destroyStack = (session: Session, plan: StackPlan, options: RunOptions) => run("destroy", session, plan, options);

/** Errors: `StackFailed`; `Interrupted` when the run was interrupted before its end. */
async function run(verb: Verb, session: Session, plan: StackPlan, options: RunOptions): Promise<Outcome> {
  const { interrupt } = options;
  interrupt?.signal.throwIfAborted();
  const startedAt = Date.now();
  const step = options.progress.step(`${titles[verb]} ${options.targets ? "Studio of " : ""}${plan.id}`);
  const { log, onEvent } = recordEvents(step);
  const rejectViolations = () => {
    if (log.violations.some(isMandatory)) throw new Error("mandatory policies are violated");
  };
  try {
    const stack = await openStack(session, plan, options);
    interrupt?.signal.throwIfAborted();
    const common = () => ({
      onEvent,
      ...(interrupt ? { signal: engineSignal(interrupt, () => log.isCancelling) } : {}),
      color: "never" as const,
    });
    const withPolicies = () => ({ ...common(), ...policyOptions(session) });
    // A deployment is also previewed first: policies must reject it before the first resource is created.
    const preview = verb === "destroy" || (verb === "deploy" && options.previewed) ? undefined : await stack.preview(withPolicies());
    interrupt?.signal.throwIfAborted();
    rejectViolations();
    const update = verb === "deploy" ? await stack.up(withPolicies()) : undefined;
    const destroy = verb === "destroy" ? await stack.destroy({ ...common(), ...targetOptions(options) }) : undefined;
    const changes = preview && !update ? preview.changeSummary : ((update ?? destroy)?.summary.resourceChanges ?? {});
    rejectViolations();
    step.done(changesText(changes));
    return {
      changes,
      outputs: update ? maskSecrets(update.outputs) : {},
      previousOutputs: log.previousOutputs,
      violations: uniqueViolations(log.violations),
      policies: [...log.policies].sort(),
      seconds: Math.round((Date.now() - startedAt) / 1000),
      steps: verb === "preview" ? log.planned : log.applied,
    };
  } catch (error) {
    if (interrupt?.signal.aborted) {
      step.fail("interrupted");
      throw interrupt.signal.reason;
    }
    step.fail(log.violations.some(isMandatory) ? "rejected by policies" : "failed");
    throw stackFailed(plan, error, log, session.world);
  }
}

const policyOptions = ({ policyPack, policyPackConfig }: Session) => ({
  policyPacks: policyPack === undefined ? [] : [policyPack],
  ...(policyPackConfig === undefined ? {} : { policyPackConfigs: [policyPackConfig] }),
});

const targetOptions = ({ targets }: RunOptions) => (targets ? { target: targets, targetDependents: true } : {});

const maskSecrets = (outputs: OutputMap): Record<string, unknown> =>
  Object.fromEntries(Object.entries(outputs).map(([key, { value, secret }]) => [key, secret ? "[secret]" : value]));

/** For example `61 create, 3 update, 19 same`, or `no changes, 83 resources`. */
export function changesText(changes: OpMap): string {
  const changed = Object.entries(changes).filter(([op, count]) => !["same", "read", "discard"].includes(op) && count > 0);
  const same = changes.same ?? 0;
  if (changed.length === 0) return `no changes, ${same} resources`;
  return [...changed.map(([op, count]) => `${count} ${op}`), ...(same > 0 ? [`${same} same`] : [])].join(", ");
}
