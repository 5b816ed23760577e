// Limits notifications of findings without a correction, so that a caller cannot flood the topic for alerts.
import { createHash } from "node:crypto";
import { type Objects, type ReadObject, type UnchangedObjects } from "../../functions/runtime/objects";
import { bounded, type Finding } from "./finding";

/** Notifications of one control in one environment and hour. Another control has separate notifications, which a caller cannot use up. */
export const mostNotifications = 10;
/** Two runs can change a counter at the same time. */
const attempts = 3;

/** What was sent for an environment in an hour. */
interface Counter {
  /** `2026-11-27T12` */
  hour: string;
  /** Notifications by control. */
  sent: Record<string, number>;
  /** Whether the notification that there are more findings was sent. */
  hasMore: boolean;
}

export type Limited = Pick<Finding, "environment" | "outcome" | "violations">;

/** `all`: the notification is sent. `more`: one that there are more findings. `none`: no notification. */
export type Decision = "all" | "more" | "none";

export interface Notifications {
  /** Errors: the error of AWS. */
  decide(finding: Limited, now: Date): Promise<Decision>;
  /** Called after the notification, so that a crash repeats one, and loses none. */
  count(finding: Limited, decision: Decision, now: Date): Promise<void>;
}

const hourOf = (now: Date) => now.toISOString().slice(0, 13);
const controlsOf = ({ violations }: Limited) => [...new Set(violations.map(({ control }) => control))];

/** The evaluator changed nothing, so a caller can cause any number of these findings. Corrections are always sent. */
export const isLimited = ({ outcome }: Limited): boolean => outcome === "observed" || outcome === "ended";

const decisionOf = ({ sent, hasMore }: Counter, finding: Limited): Decision => {
  if (controlsOf(finding).some((control) => (sent[control] ?? 0) < mostNotifications)) return "all";
  return hasMore ? "none" : "more";
};

const counted = (counter: Counter, finding: Limited, decision: Decision): Counter =>
  decision === "more"
    ? { ...counter, hasMore: true }
    : {
        ...counter,
        sent: { ...counter.sent, ...Object.fromEntries(controlsOf(finding).map((control) => [control, (counter.sent[control] ?? 0) + 1])) },
      };

/** Counters are in the folder of resources, which the permissions and the lifecycle of the history contain. */
export function notificationsIn(objects: Objects & UnchangedObjects, bucket: string): Notifications {
  const locationOf = ({ environment }: Limited) => ({
    bucket,
    key: `resources/notifications-${createHash("sha256")
      .update(environment ?? "no environment")
      .digest("hex")}.json`,
  });
  const counterIn = (found: ReadObject | undefined, now: Date): Counter => {
    const counter = found && (JSON.parse(found.body.toString("utf8")) as Counter);
    return counter?.hour === hourOf(now) ? counter : { hour: hourOf(now), sent: {}, hasMore: false };
  };
  return {
    decide: async (finding, now) => decisionOf(counterIn(await objects.readObject(locationOf(finding)), now), finding),
    async count(finding, decision, now) {
      const location = locationOf(finding);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const found = await objects.readObject(location);
        const body = JSON.stringify(counted(counterIn(found, now), finding, decision));
        if (await (found ? objects.replaceUnchanged(location, found, body) : objects.create(location, body))) return;
      }
    },
  };
}

export const moreSubject = ({ environment }: Limited): string =>
  `Cloister: more findings in ${bounded(environment ?? "no environment", 63)}`;

export const moreText = ({ environment, violations }: Limited): string =>
  [
    `${bounded(environment ?? "no environment")} has more findings than notifications in this hour. The evaluator corrected none of them.`,
    `The latest finding is about: ${violations.map(({ control }) => control).join(", ")}.`,
    "All findings: run the query <core stack>/findings in CloudWatch Logs Insights.",
    "The evaluator sends other findings of these controls again in the next hour, and corrections always.",
  ].join("\n");
