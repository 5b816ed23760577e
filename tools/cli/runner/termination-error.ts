// Turns errors of a termination into errors for the lead, without names that users of the environment chose. Pure.
import { countText } from "../count-text";
import { StudioError } from "../drain";
import { killedText, StackFailed } from "../engine";
import { type Remaining } from "../removal";
import { SweepError } from "../sweep";
import { Rejected } from "./reason";
import { StateUnreadable } from "./state-object";

/** An error of an operation, with resources of an earlier build that can be the cause. */
export class AfterEarlierBuild extends Error {
  constructor(
    override readonly cause: Error,
    /** Names resources of the stack. */
    readonly advice: string,
  ) {
    super(`${cause.message}\n${advice}`);
  }
}

const repeat = "Terminate the product again. The log of the build contains the details, for the platform team.";

function remainingText(remaining: readonly Remaining[]): string {
  const counts = new Map<string, number>();
  for (const { noun, count } of remaining) if (count > 0) counts.set(noun, (counts.get(noun) ?? 0) + count);
  return [...counts].map(([noun, count]) => countText(count, noun)).join(", ");
}

/** `Subnet fraud-dev-private-a (DependencyViolation)` */
function failuresText({ failures }: StackFailed): string {
  const texts = failures.map(({ urn, code }) => {
    const [type, name] = urn.split("::").slice(-2);
    return `${/\w+$/.exec(type!)![0]} ${name}${code === undefined ? "" : ` (${code})`}`;
  });
  return [...new Set(texts)].map((text) => `\n  - ${text}`).join("");
}

/** The code of an error of the AWS SDK. AWS defines the codes, and the message can contain names. */
const codeOf = (error: unknown): string => (error instanceof Error && "$metadata" in error ? ` (${error.name})` : "");

/**
 * The error that the lead reads. A record of AWS Service Catalog is readable outside the network, and code inside can choose names
 * of jobs, apps and spaces. So the error has only counts, names of the program and error codes. Errors of unknown classes, such as
 * those of the Pulumi CLI, have a fixed text.
 */
export function terminationError(error: unknown): Error {
  // Their messages have no names that users chose.
  if (error instanceof Rejected || error instanceof StateUnreadable) return error;
  if (error instanceof AfterEarlierBuild) return new AfterEarlierBuild(terminationError(error.cause), error.advice);
  if (error instanceof StudioError || error instanceof SweepError) {
    const text = remainingText(error.remaining);
    if (text !== "") return new Error(`AWS did not stop or delete all resources that users or AWS created. Remaining: ${text}. ${repeat}`);
    return new Error(`The lookup of resources that users or AWS created failed. ${repeat}`);
  }
  const text = error instanceof StackFailed ? failuresText(error) : "";
  if (text !== "") return new Error(`AWS did not delete these resources:${text}\n${repeat}`);
  if (/currently locked by/.test(String(error))) return new Error(`Another run holds the lock of the stack. ${repeat}`);
  const killed = killedText(String(error));
  if (killed !== undefined) return new Error(`${killed} ${repeat}`);
  return new Error(`The termination failed${codeOf(error)}. ${repeat}`);
}
