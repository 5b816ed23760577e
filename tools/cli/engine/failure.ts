import { UserError } from "@cloister/common";
import { type StackPlan } from "../stacks";
import { type EventLog, isMandatory, plainText, type Violation } from "./events";

/** A preview, update or destroy of a stack failed. The error message lists every problem. */
export class StackFailed extends UserError {
  override readonly name = "StackFailed";
  constructor(
    /** `cloister-environment/fraud-dev` */
    readonly id: string,
    message: string,
    readonly violations: Violation[],
  ) {
    super(message);
  }
}

/**
 * Combines an error from the Automation API and the errors from the engine into one message without repetition.
 */
export function stackFailed(
  { id }: StackPlan,
  error: unknown,
  { errors, violations, applied }: Pick<EventLog, "errors" | "violations" | "applied">,
  world: string | undefined,
): StackFailed {
  const mandatory = violations.filter(isMandatory);
  if (mandatory.length > 0) return new StackFailed(id, violationsText(id, mandatory, applied.length > 0), violations);
  const raw = error instanceof Error ? error.message : String(error);
  // The error "update failed" on the stack only repeats the errors of the resources.
  const reported = [...new Set(errors)].filter((line) => !/^(update|preview|destroy) failed$/.test(line));
  const text = reported.length > 0 ? reported.join("\n") : (/error: ([\s\S]*?)(\n\n|$)/.exec(plainText(raw))?.[1] ?? raw);
  const advice = adviceFor(`${text}\n${raw}`, world !== undefined);
  return new StackFailed(
    id,
    `${id} failed.\n${world === undefined ? text : inWorld(text, world)}${advice ? `\n${advice}` : ""}`,
    violations,
  );
}

/** A program does not know the world. Without `--world`, its command would create a role in the AWS account of the shell. */
const inWorld = (text: string, world: string): string =>
  text.replaceAll(/npx cloister (?:bootstrap \S+ --trust (?:'[^']*'|\S+) --deploy|up \S+)/g, (command) => `${command} --world ${world}`);

function violationsText(id: string, violations: Violation[], wasChanged: boolean): string {
  const lines = violations.map(
    ({ policy, urn, message }) => `  ${policy}: ${urn.split("::").slice(-2).join(" ")}\n    ${message.replaceAll("\n", "\n    ")}`,
  );
  const changed = wasChanged ? "The update had already changed resources. Fix the program and deploy again." : "No resources were changed.";
  return `${id} violates mandatory policies. ${changed}\n${[...new Set(lines)].join("\n")}`;
}

/** Advice on known errors from the engine, AWS and the sandbox. */
const advices: { when: RegExp; advice: string; onlyInWorld?: true }[] = [
  {
    when: /incorrect passphrase/,
    advice:
      "The passphrase does not match the state of this stack. Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase that was used to create the stack.",
  },
  {
    when: /unknown stack/,
    advice:
      "This stack reads a stack that does not exist in the backend. List the existing stacks with `pulumi stack ls --all`. Then deploy the required stack, or change the setting.",
  },
  {
    when: /no stack named/,
    advice:
      "The stack does not exist in the backend. Create it with `pulumi --cwd <project> stack init <stack>`, or name the stacks to use after the name of the command. Without names, the command uses every stack that has a settings file in the checkout, including the example.",
  },
  {
    when: /currently locked by/,
    advice: "Another run holds the lock of this stack. If that run is no longer active, release the lock with `pulumi cancel`.",
  },
  {
    when: /no space left on device|ENOSPC/,
    advice: "The disk is full. Free some space and run the same command again; completed changes are in the state.",
  },
  {
    when: /SandboxBaseDown|SandboxFailure|connection refused|ECONNREFUSED|connection reset/i,
    onlyInWorld: true,
    advice:
      "The sandbox did not answer. `npx cloister sandbox status` shows the reason. Run the same command again to continue; completed changes are in the state.",
  },
];

/** Advice on an error text, or `undefined` for an unknown error. */
export const adviceFor = (text: string, inWorld: boolean): string | undefined =>
  advices.find(({ when, onlyInWorld }) => when.test(text) && (inWorld || !onlyInWorld))?.advice;
