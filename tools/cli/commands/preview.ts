import { lazy } from "../lazy";
import { policyPackConfigOption } from "../options";
import { addStackCommand } from "../stack-command";
import { type AddCommand } from "../terminal";

export const preview: AddCommand = (program, terminal) => {
  addStackCommand(program, terminal, {
    name: "preview",
    description: "Show the resources and properties that a deployment would change. The policy pack evaluates every change.",
    run: (...args) => lazy.engine.previewStack(...args),
    details: (...args) => lazy.stepsText(...args),
  }).addOption(policyPackConfigOption());
};
