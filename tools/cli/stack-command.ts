// Defines the options and steps that `up`, `preview` and `destroy` share.
import { type Command } from "commander";
import { type Outcome, type RunOptions, type Session } from "./engine";
import { lazy } from "./lazy";
import { openSession, type TargetOptions } from "./open-session";
import { targetWorldOption } from "./options";
import { type StackPlan } from "./stacks";
import { type Terminal } from "./terminal";

interface StackCommand {
  name: string;
  description: string;
  run(session: Session, plan: StackPlan, options: RunOptions): Promise<Outcome>;
  /** Text before the summary. */
  details?(plans: StackPlan[], outcomes: Map<string, Outcome>): string;
  /** Processes the stacks in reverse order. */
  reverse?: boolean;
  /** Runs once, before the first stack is processed. */
  before?(session: Session, plans: StackPlan[], options: TargetOptions): Promise<void>;
}

export function addStackCommand(
  program: Command,
  terminal: Terminal,
  { name, description, run, details, reverse = false, before }: StackCommand,
): Command {
  const { progress, interrupt, print } = terminal;
  return program
    .command(name)
    .argument("[stacks...]", "names of stacks (default: all stacks with a settings file, except the quickstart)")
    .description(description)
    .addOption(targetWorldOption())
    .addHelpText("after", `\nExamples:\n  npx cloister ${name} my-hub risk-dev\n  npx cloister ${name} --world default`)
    .action(async (names: string[], options: TargetOptions) => {
      const plans = lazy.stacks.chooseStacks(lazy.stacks.findStacks(), names);
      const session = await openSession(options, terminal);
      await before?.(session, plans, options);
      const complete = new Map<string, Outcome>();
      const work = async (plan: StackPlan) => {
        const outcome = await run(session, plan, { progress, interrupt });
        complete.set(plan.id, outcome);
        return outcome;
      };
      const outcomes = await lazy.engine.runInOrder(plans, work, { reverse }).catch((error: unknown) => {
        // The next run sees no change of these settings.
        const notes = lazy.summary.notesText(plans, complete, session.world);
        if (notes) print(notes);
        throw error;
      });
      const text = details?.(plans, outcomes);
      if (text) print(text);
      print(lazy.summary.summaryText(plans, outcomes, session.world));
    });
}
