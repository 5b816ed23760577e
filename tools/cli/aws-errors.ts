// Collects the errors of work in AWS that runs in parallel, and formats the errors with advice.
import { oneLine, UserError } from "@cloister/common";
import { type Interrupt } from "./interrupt";

/** Runs `work` on all items in parallel and returns results and errors. Throws only when interrupted. */
export async function settleAll<T, R>(
  items: T[],
  work: (item: T) => Promise<R>,
  interrupt?: Pick<Interrupt, "signal">,
): Promise<{ done: R[]; failed: { item: T; reason: string; error: unknown }[] }> {
  const ends = await Promise.allSettled(items.map(work));
  interrupt?.signal.throwIfAborted();
  return {
    done: ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : [])),
    failed: ends.flatMap((end, i) =>
      end.status === "rejected" ? [{ item: items[i]!, reason: errorText(end.reason), error: end.reason as unknown }] : [],
    ),
  };
}

/** `AccessDeniedException: User … is not authorized …` */
export function errorText(error: unknown): string {
  const { name, message } = error as Error;
  if (error instanceof UserError) return message;
  return oneLine(name === "Error" || message.startsWith(name) ? message : `${name}: ${message}`);
}

/** Advice on known errors from AWS and the AWS SDK. */
const advices: { when: RegExp; advice: string }[] = [
  {
    when: /CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature/,
    advice: "This command uses the AWS credentials of the shell, as the AWS CLI does. Sign in, or set AWS_PROFILE.",
  },
  {
    when: /ResourceInUse/,
    advice: "If a user started an app again, ask the user to stop the app, or remove the access of the profile first.",
  },
];

/** Advice on these problems. `whenDenied`: who has the permissions that the command requires. */
export const adviceFor = (problems: string[], whenDenied: string): string[] =>
  [{ when: /AccessDenied|UnauthorizedOperation/, advice: whenDenied }, ...advices]
    .filter(({ when }) => problems.some((problem) => when.test(problem)))
    .map(({ advice }) => advice);
