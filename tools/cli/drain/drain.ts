// `cloister drain`: ends what people run in Studio, so that AWS lets go of their profiles and of the domain; and the look for it before anything is destroyed.
import { setTimeout as pause } from "node:timers/promises";
import { type Progress, UserError } from "@cloister/common";
import { resourcesOf, type Session, StackFailed, type StateResource } from "../deploy";
import {
  appWords,
  type Asked,
  checkProfiles,
  count,
  drainCommand,
  dryRun,
  inTheWay,
  isNothing,
  leftWords,
  type Looked,
  refusal,
  spaceWords,
} from "./plan";
import { type Interrupt } from "../interrupt";
import { hasEnvironment, type StackPlan } from "../stacks";
import { type Contents, type Domain, domainsIn, type Studio, studioOf } from "./studio-client";

/** Studio resources block a deletion, or AWS did not complete a drain. The message lists every problem. */
export class StudioError extends UserError {
  override readonly name = "StudioError";
}

/** Where stacks and domains are looked at. Tests bring their own. */
export interface Sources {
  resources(plan: StackPlan): Promise<StateResource[]>;
  studio(domain: Domain): Promise<Studio>;
}

export const sourcesOf = (session: Session, interrupt?: Interrupt): Sources => ({
  resources: (plan) => resourcesOf(session, plan),
  studio: (domain) => studioOf(session, domain, interrupt?.signal),
});

/** AWS takes up to 20 minutes for an app, and a few for a space. */
const LIMIT_MINUTES = 30;
const POLL_MS = 5_000;

interface Run {
  progress: Progress;
  interrupt?: Interrupt;
  /** How often AWS is asked whether all is gone, and for how long. */
  pollMs?: number;
  limitMinutes?: number;
}

export interface DrainOptions extends Run, Asked {
  yes?: boolean;
}

interface Found extends Looked {
  studio: Studio;
}

const said = (error: unknown): string => {
  const { name, message } = error as Error;
  if (error instanceof StackFailed) return message;
  return name === "Error" || message.startsWith(name) ? message : `${name}: ${message}`;
};

/** What AWS or its SDK says when something may not be asked, or nobody is there to ask as, and what helps. */
const advices: { when: RegExp; say: string }[] = [
  {
    when: /AccessDenied/,
    say: "The environment's role `lifecycle` (output `people`) and the team's administrator have the rights: take one on, or have somebody run this who can.",
  },
  {
    when: /CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature/,
    say: "It takes the AWS credentials of this shell, as the AWS CLI does: sign in, or set AWS_PROFILE.",
  },
  { when: /ResourceInUse/, say: "Somebody may have started an app again: ask them to stop, or take their profile's access away first." },
];
const adviceOn = (problems: string[]): string[] =>
  advices.filter(({ when }) => problems.some((one) => when.test(one))).map(({ say }) => say);

/** Runs the same on all, side by side. An interrupt ends it; other errors come back beside what went well. */
async function each<T, R>(
  all: T[],
  work: (one: T) => Promise<R>,
  interrupt?: Interrupt,
): Promise<{ done: R[]; failed: { of: T; why: string }[] }> {
  const ends = await Promise.allSettled(all.map(work));
  interrupt?.signal.throwIfAborted();
  return {
    done: ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : [])),
    failed: ends.flatMap((end, i) => (end.status === "rejected" ? [{ of: all[i]!, why: said(end.reason) }] : [])),
  };
}

async function contentsOf(studio: Studio): Promise<Contents> {
  const [apps, spaces, profiles] = await Promise.all([studio.apps(), studio.spaces(), studio.profiles()]);
  return { apps, spaces, profiles };
}

/** A domain as AWS has it; without `contents` when these credentials' account has none of that id. */
async function look(sources: Sources, id: string, domain: Domain) {
  const studio = await sources.studio(domain);
  return { id, domain, studio, contents: (await studio.exists()) ? await contentsOf(studio) : undefined };
}

type There = Awaited<ReturnType<typeof look>> & { contents: Contents };
const isThere = (one: Awaited<ReturnType<typeof look>>): one is There => one.contents !== undefined;

/**
 * Shows what people run in the domains of these stacks, or with `yes` ends it and waits until it is gone. Says what came of it.
 * Errors: `StudioError` with all that could not be seen or ended; `UsageError` for a profile that is not there; `Interrupted`.
 */
export async function drain(sources: Sources, plans: StackPlan[], options: DrainOptions): Promise<string> {
  const { progress, interrupt, profiles } = options;
  interrupt?.signal.throwIfAborted();
  const looking = progress.step("Looking for what people run in Studio");
  const { there, notes } = await lookAll(sources, plans, interrupt).catch((error: unknown) => {
    looking.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  });
  looking.done(count(there.length, "domain"));
  for (const note of notes) progress.note(note);
  checkProfiles(
    there.length > 0 ? profiles : undefined,
    there.map(({ contents }) => contents),
  );
  const all: Found[] = there.map((one) => ({ ...one, found: inTheWay(one.contents, one.domain, profiles) }));
  if (!options.yes) return dryRun(all, options);

  const { done, failed } = await each(all, (one) => endIn(one, options), interrupt);
  const problems = [...done.flatMap((one) => one.problems), ...failed.map(({ of, why }) => `${of.id}: ${why}`)];
  if (problems.length > 0)
    throw new StudioError(
      [
        "Not all has ended:",
        ...problems.map((one) => `  ${one}`),
        ...adviceOn(problems),
        "The rest is done, and the same command goes on with what is left:",
        `  ${drainCommand(options)}`,
      ].join("\n"),
    );
  return ["", ...done.map((one) => one.told), ...leftWords(all, options)].join("\n");
}

async function lookAll(sources: Sources, plans: StackPlan[], interrupt?: Interrupt): Promise<{ there: There[]; notes: string[] }> {
  const notes: string[] = [];
  const { done, failed } = await each(
    plans,
    async (plan) => {
      const domains = domainsIn(await sources.resources(plan));
      if (domains.length === 0) notes.push(`${plan.id} has no Studio domain: it was never deployed, or is destroyed.`);
      return Promise.all(domains.map((domain) => look(sources, plan.id, domain)));
    },
    interrupt,
  );
  if (failed.length > 0) {
    const problems = failed.map(({ of, why }) => (why.startsWith(of.id) ? why : `${of.id}: ${why}`));
    throw new StudioError([`It can't be seen what people run:`, ...problems.map((one) => `  ${one}`), ...adviceOn(problems)].join("\n"));
  }
  for (const { id, domain } of done.flat().filter((one) => !isThere(one)))
    notes.push(
      `${id}: there is no domain ${domain.id} in ${domain.region}. It is gone, or these credentials are not of its account, ${domain.account}.`,
    );
  return { there: done.flat().filter(isThere), notes };
}

/** Ends what is in the way in one domain: apps first, since a space with an app can't go. */
async function endIn(one: Found, options: DrainOptions): Promise<{ told: string; problems: string[] }> {
  const { id, studio, found } = one;
  const minutes = options.limitMinutes ?? LIMIT_MINUTES;
  const run = { ...options, minutes, deadline: Date.now() + minutes * 60_000 };
  const apps = await endAll(
    {
      id,
      title: `Ending apps in ${id}`,
      noun: "app",
      things: found.apps,
      words: appWords,
      begin: (app) => studio.deleteApp(app),
      left: async () => (await studio.apps()).filter(({ status }) => status !== "Deleted" && status !== "Failed"),
    },
    run,
  );
  const isFree = ({ name }: { name: string }) => !apps.left.some(({ space }) => space === name);
  const meant = options.spaces ? found.spaces : [];
  const spaces = await endAll(
    {
      id,
      title: `Deleting spaces in ${id}`,
      noun: "space",
      things: meant.filter(isFree),
      words: spaceWords,
      begin: ({ name }) => studio.deleteSpace(name),
      left: () => studio.spaces(),
      gaveUp: "Delete_Failed",
    },
    run,
  );
  const kept = meant.filter((space) => !isFree(space)).map((space) => `${id}: ${spaceWords(space)} is not deleted, since its app runs on`);
  const told = isNothing(found)
    ? `${id}: nothing to end.`
    : `${id}: ${count(apps.ended, "app")} ended${options.spaces ? `, ${count(spaces.ended, "space")} deleted` : ""}.`;
  return { told, problems: [...apps.problems, ...spaces.problems, ...kept] };
}

interface Ending<T> {
  /** Of the stack. */
  id: string;
  title: string;
  noun: string;
  things: T[];
  words(thing: T): string;
  begin(thing: T): Promise<void>;
  /** Those of the domain that are still there. */
  left(): Promise<T[]>;
  /** Status in which AWS leaves what it could not delete. */
  gaveUp?: string;
}

/** Begins to end each thing, and waits until none is there any more, or the time is over. */
async function endAll<T extends { status: string }>(
  { id, title, noun, things, words, begin, left, gaveUp }: Ending<T>,
  { progress, interrupt, pollMs = POLL_MS, minutes, deadline }: Run & { minutes: number; deadline: number },
): Promise<{ ended: number; left: T[]; problems: string[] }> {
  if (things.length === 0) return { ended: 0, left: [], problems: [] };
  const step = progress.step(title);
  const refused: { thing: T; why: string }[] = [];
  const waited: T[] = [];
  try {
    for (const thing of things) {
      interrupt?.signal.throwIfAborted();
      if (thing.status === "Deleting") waited.push(thing);
      else
        await begin(thing).then(
          () => waited.push(thing),
          (error: unknown) => refused.push({ thing, why: said(error) }),
        );
    }
    for (;;) {
      const there = await left();
      const still = waited.flatMap((thing) => there.filter((other) => words(other) === words(thing)));
      step.update(`${waited.length - still.length} of ${count(things.length, noun)} ended`);
      const stuck = still.filter(({ status }) => status === gaveUp);
      if (stuck.length < still.length && Date.now() < deadline) {
        await pause(pollMs, undefined, { signal: interrupt?.signal });
        continue;
      }
      const late = still.map((thing) => ({
        thing,
        why: thing.status === gaveUp ? "AWS could not delete it" : `still ${thing.status} after the limit of ${count(minutes, "minute")}`,
      }));
      const ended = waited.length - still.length;
      const problems = [...refused, ...late].map(({ thing, why }) => `${id}: ${words(thing)}: ${why}`);
      if (problems.length === 0) step.done(`${count(ended, noun)}`);
      else step.fail(`${ended} of ${count(things.length, noun)}`);
      return { ended, left: [...refused.map(({ thing }) => thing), ...still], problems };
    }
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw interrupt?.signal.aborted ? interrupt.signal.reason : error;
  }
}

/**
 * Refuses to destroy environments in which people run something, before anything is destroyed: AWS would refuse the domain when half of the stack is gone.
 * What can't be seen is no reason to refuse, since then it is as it would be without this look; `progress` notes it.
 * Errors: `StudioError` naming all of it and the command that ends it; `Interrupted`.
 */
export async function refuseWhileInUse(
  sources: Sources,
  plans: StackPlan[],
  { progress, interrupt, world }: Run & Pick<Asked, "world">,
): Promise<void> {
  const environments = plans.filter(hasEnvironment);
  if (environments.length === 0) return;
  interrupt?.signal.throwIfAborted();
  const step = progress.step("Looking whether people run something in Studio");
  try {
    // A stack that can't be read is told of by its destruction, with what helps.
    const states = await each(environments, async (plan) => ({ plan, domains: domainsIn(await sources.resources(plan)) }), interrupt);
    const domains = states.done.flatMap(({ plan, domains: of }) => of.map((domain) => ({ id: plan.id, domain })));
    const { done, failed } = await each(domains, ({ id, domain }) => look(sources, id, domain), interrupt);
    for (const { of, why } of failed)
      progress.note(`Could not see whether people run something in ${of.id}; if they do, AWS will refuse to delete its domain. ${why}`);
    const looked = done.filter(isThere).map((one) => ({ ...one, found: inTheWay(one.contents, one.domain) }));
    if (looked.some(({ found }) => !isNothing(found))) throw new StudioError(refusal(looked, world === undefined ? {} : { world }));
    step.done(failed.length > 0 ? "not all could be seen" : "nothing in the way");
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "in use");
    throw error;
  }
}
