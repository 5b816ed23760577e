export { AuditAlerts, type AuditAlertsArgs } from "./alerts";
export { AccessAnalyzers } from "./analyzers/analyzers";
export { ConfigRecorder } from "./config/recorder";
export { ThreatDetector } from "./guardduty/detector";
export { SharedLogGroups } from "./log-groups";
export { type AuditPlan } from "./plan";
export { preflightAudit } from "./preflight";
export { SavedQueries } from "./queries";
export { AuditTrail, type AuditTrailArgs } from "./audit-trail";
