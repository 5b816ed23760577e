import { printable, silent } from "@cloister/common";
import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { integer, targetWorldOption } from "../options";
import { type AddCommand } from "../terminal";

interface Options extends TargetOptions {
  only?: string[];
  create?: boolean;
  plan?: boolean;
  list?: boolean;
  json?: boolean;
  days: number;
}

const examples = `
Examples:
  npx cloister verify --list                list the assumptions, with their code and fallback
  npx cloister verify risk-dev --plan       show what the checks read, and call nothing
  npx cloister verify risk-dev              run the checks, which only read
  npx cloister verify risk-dev --create     also run the checks that create resources, and delete these resources
  npx cloister verify risk-dev --only open-apps pipeline-execution-tags

Exit code: 0 if no assumption fails, 1 if one does not hold or an error occurs, 2 for invalid arguments.`;

export const verify: AddCommand = (program, terminal) => {
  const { interrupt, print } = terminal;
  program
    .command("verify")
    .argument("[environments...]", "names of environment stacks (default: all with a settings file, except the quickstart)")
    .description("Show on an account which assumptions about AWS hold for a deployed environment. Read-only unless --create.")
    .option("--only <ids...>", "check only these assumptions")
    .option("--days <days>", "days of CloudTrail to read", integer(1, 90), 14)
    .option("--create", "also run the checks that create resources; each check deletes what it creates")
    .option("--plan", "show what the checks read and create, without a call")
    .option("--list", "list all assumptions, without a call")
    .option("--json", "print the results as JSON")
    .addOption(targetWorldOption())
    .addHelpText("after", examples)
    .action(async (names: string[], { only, create = false, plan, list, json, days, ...target }: Options) => {
      const { assumptions, chooseAssumptions, lookupTarget, openVerifyClient, ...tools } = lazy.verify;
      const chosen = chooseAssumptions(assumptions, only);
      if (list) return print(json ? JSON.stringify(chosen, undefined, 2) : tools.listText(chosen));
      const plans = lazy.stacks.chooseEnvironments(lazy.stacks.findStacks(), names);
      if (plan) return print(tools.planText(chosen, { create }));
      // The results alone are on standard output, so that a program can read them.
      const progress = json ? silent : terminal.progress;
      const session = await openSession(target, { ...terminal, progress });
      const found: Parameters<typeof tools.resultJson>[0] = [];
      for (const stack of plans) {
        const environment = await lookupTarget(session, tools.locationOf(stack));
        const aws = openVerifyClient(session, environment, { days, signal: interrupt.signal });
        const isSandbox = session.world !== undefined;
        const results = await tools.verify(chosen, environment, aws, { progress, interrupt, create, isSandbox });
        found.push({ environment: environment.environment, results });
        if (!json) print(tools.resultText(environment.environment, results));
      }
      if (json) process.stdout.write(`${printable(tools.resultJson(found))}\n`);
      if (found.some(({ results }) => results.some(({ state }) => state === "fails"))) process.exitCode = 1;
    });
};
