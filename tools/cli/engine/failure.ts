import * as path from "node:path";
import { UserError } from "@cloister/common";
import { inStack, setCommand, shellWord } from "@cloister/components/stack/fix-command";
import { type World } from "@cloister/sandbox";
import { commandText } from "../command-text";
import { type StackPlan } from "../stacks";
import { type EventLog, type Failure, isMandatory, plainText, type Violation } from "./events";

/** A preview, update or destroy of a stack failed. The error message lists every problem. */
export class StackFailed extends UserError {
  override readonly name = "StackFailed";
  constructor(
    /** `cloister-environment/fraud-dev` */
    readonly id: string,
    message: string,
    readonly violations: Violation[],
    readonly failures: readonly Failure[] = [],
  ) {
    super(message);
  }
}

/** A sandbox world whose stack failed. */
type FailedWorld = Pick<World, "name" | "dir">;

/**
 * An error of the AWS provider without the lines of its source code. The provider reports an error twice: as a log line
 * with its origin, and in a list of one error.
 */
const withoutOrigin = (text: string): string =>
  text
    .trim()
    .replace(/^(?:\S+\.go:\d+: )?sdk\.helper_schema: /, "")
    .replace(/: provider=aws@[\d.]+$/, "")
    .replace(/^1 error occurred:\s*\* /, "");

/** In an error of the Automation API, or in the text below. */
const signalIn = /(?:Command was killed with|received the signal) (SIG[A-Z0-9]+)/;

/** What happened and what comes next if a signal ended a process of Pulumi. `undefined` for a message about another error. */
export function killedText(message: string): string | undefined {
  const signal = signalIn.exec(message)?.[1];
  if (signal === undefined) return undefined;
  return `The Pulumi engine ended early, because it received the signal ${signal}. A common cause is too little memory. Completed changes are in the state, and the same operation continues when it is repeated.`;
}

/**
 * Combines an error from the Automation API and the errors from the engine into one message without repetition.
 */
export function stackFailed(
  plan: StackPlan,
  error: unknown,
  { errors, failures = [], violations, applied }: Pick<EventLog, "errors" | "violations" | "applied"> & Partial<Pick<EventLog, "failures">>,
  world: FailedWorld | undefined,
): StackFailed {
  const { id } = plan;
  const failed = (text: string) => new StackFailed(id, world === undefined ? text : inWorld(text, world), violations, failures);
  const mandatory = violations.filter(isMandatory);
  if (mandatory.length > 0) return failed(violationsText(plan, mandatory, applied.length > 0));
  const raw = error instanceof Error ? error.message : String(error);
  // The error "update failed" on the stack only repeats the errors of the resources.
  const reported = [...new Set(errors.map(withoutOrigin))].filter((line) => !/^(update|preview|destroy) failed$/.test(line));
  const killed = killedText(raw);
  const known = [...reported, ...(killed === undefined ? [] : [killed])];
  const text = known.length > 0 ? known.join("\n") : (/error: ([\s\S]*?)(\n\n|$)/.exec(plainText(raw))?.[1] ?? raw);
  const advice = adviceFor(`${text}\n${raw}`, world !== undefined);
  return failed(`${id} failed.\n${text}${advice ? `\n${advice}` : ""}`);
}

/**
 * Completes the commands in a message so that they run in the world. Programs do not know the world. Without `--world` or
 * the variables of the world, the commands would use the AWS account and the Pulumi backend of the shell.
 */
function inWorld(text: string, { name, dir }: FailedWorld): string {
  const named = text.replaceAll(
    /npx cloister (?:bootstrap \S+ --trust (?:'[^']*'|\S+) --deploy|up \S+)/g,
    (command) => `${command} --world ${name}`,
  );
  const source = `Before you run \`pulumi\` in this world: source ${shellWord(path.join(dir, "env.sh"))}`;
  return /\bpulumi (?:--cwd \S+ )?(?:config|stack|cancel)\b/.test(named) ? `${named}\n${source}` : named;
}

function violationsText(plan: StackPlan, violations: Violation[], wasChanged: boolean): string {
  // An exemption names the URN, which the message of Pulumi does not contain.
  const lines = violations.map(({ policy, urn, message }) => `  ${policy}: ${urn}\n    ${message.replaceAll("\n", "\n    ")}`);
  const changed = wasChanged ? "The update had already changed resources. Fix the program and deploy again." : "No resources were changed.";
  return [`${plan.id} violates mandatory policies. ${changed}`, ...natCause(plan, violations), ...new Set(lines)].join("\n");
}

/** The setting that causes most violations of an environment with NAT: each resource of the NAT violates several policies. */
function natCause({ project, stack }: StackPlan, violations: Violation[]): string[] {
  const gateway = violations.find(
    ({ policy, urn }) => policy === "network-no-nat-gateway" && /\bcloister:network:.*\$aws:ec2\/natGateway:NatGateway::/.test(urn),
  );
  if (gateway === undefined) return [];
  const setting = "cloister-environment:network.egress";
  const vpc = gateway.urn
    .split("::")
    .at(-1)!
    .replace(/-nat-.*$/, "-vpc");
  const fix = inStack(setCommand(setting, "none"), { project, stack });
  return [
    `'${setting}' is 'nat', and the policy pack rejects NAT in a VPC that its config does not list. Fix: ${fix}`,
    `To keep NAT, list the VPC in \`natVpcs\` of every policy that has this setting, by the name '${vpc}' or by the ID of an existing VPC.`,
    "The page docs/how-to/grant-an-exemption.md shows this config. Deploy with it: --policy-pack-config <file>",
  ];
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
    when: /Cannot assume IAM Role/,
    advice: `The credentials cannot assume the deploy role of these accounts: it does not exist, or it trusts another role. Create it again with the role that deploys: ${commandText(["bootstrap", "<stack>", "--trust", "<role>", "--deploy"], undefined)}. The page docs/how-to/bootstrap-target-accounts.md shows the steps.`,
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
