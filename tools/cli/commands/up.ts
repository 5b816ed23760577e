import { lazy } from "../lazy";
import { policyPackConfigOption } from "../options";
import { addStackCommand } from "../stack-command";
import { type AddCommand } from "../terminal";

export const up: AddCommand = (program, terminal) => {
  addStackCommand(program, terminal, {
    name: "up",
    description:
      "Deploy the given stacks. A stack is deployed after the stacks that it references. The policy pack evaluates every change.",
    run: (...args) => lazy.engine.deployStack(...args),
  }).addOption(policyPackConfigOption());
};
