// Implements CloudTrail: the event history, and trails. Trails deliver no events.
import { type Journal } from "../../journal";
import { nativeService } from "../../service";
import { lookupEvents } from "./history";
import { type TrailState, trailOperations } from "./trails";

export const cloudtrail = (journal: Journal) =>
  nativeService<TrailState>({
    scope: "cloudtrail",
    model: "cloudtrail",
    // Multi-Region trails are visible in all regions.
    oneStateFor: "regions",
    // Each operation reports other violations under its own codes.
    violation: { code: "InvalidParameterException", missingOnly: true },
    initial: () => ({ trails: {} }),
    operations: { LookupEvents: lookupEvents(journal), ...trailOperations },
    leftovers: ({ trails }) => Object.values(trails).map(({ trail }) => ({ type: "Trail", id: trail.Name })),
  });
