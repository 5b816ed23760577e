// Assumptions about the audit of an account. Data only.
import { type Assumption } from "../types";

const none = { none: "the check requires the trail of a core stack, and environments are checked" };

export const auditAssumptions: Assumption[] = [
  {
    id: "audit-locked-delivery",
    area: "audit",
    text: "CloudTrail delivers log files to a bucket with S3 Object Lock and a default retention. AWS Config does not, and AWS documents no such restriction of CloudTrail",
    code: { file: "components/storage/audit-bucket.ts", symbol: "objectLock" },
    effect: "the bucket stays empty, and `get-trail-status` shows `LatestDeliveryError`; the log group has all events",
    fallback: "`audit.existingTrailArn` with a trail in another bucket",
    check: none,
  },
  {
    id: "audit-log-reads",
    area: "audit",
    text: "CloudTrail records calls that read and query log groups as management events",
    code: { file: "components/audit/events.ts", symbol: "FilterLogEvents" },
    effect: "the alarm for reads of logs counts too few calls",
    fallback: "restrict who can read log groups",
    check: none,
  },
  {
    id: "audit-organization-trail",
    area: "audit",
    text: "A member account can read the status and the event selectors of the trail of its organization",
    code: { file: "components/audit/lookup.ts", symbol: "ifAllowed" },
    effect: "the preflight warns that it cannot validate the trail completely",
    fallback: "none needed",
    check: none,
  },
];
