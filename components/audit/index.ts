export { AuditAlerts, type AuditAlertsArgs } from "./alerts";
export { type AuditPlan } from "./plan";
export { preflightAudit } from "./preflight";
export { AuditTrail, type AuditTrailArgs } from "./audit-trail";
