import { lazy } from "../lazy";
import { addStackCommand } from "../stack-command";
import { type AddCommand } from "../terminal";

export const destroy: AddCommand = (program, terminal) => {
  const { progress, interrupt } = terminal;
  addStackCommand(program, terminal, {
    name: "destroy",
    description:
      "Delete the resources of the given stacks. A stack is destroyed before the stacks that it references. Data is kept unless a stack sets `purge`.",
    reverse: true,
    before: async (session, plans, { world }) => {
      await lazy.drain.requireDrained(lazy.drain.drainSources(session, interrupt), plans, { progress, interrupt, world });
      if (!plans.some(({ project }) => project === "cloister-core")) return;
      await lazy.fleet.requireTerminated(lazy.fleet.launchSources(session, interrupt), plans, { progress, interrupt });
    },
    run: (...args) => lazy.destroy.destroyStack(...args),
  });
};
