import { preflight } from "../stack/preflight";
import { lookupAudit } from "./lookup";
import { planAudit } from "./plan";
import { type AuditRequest } from "./request";

/** Validates the audit settings before the first resource is created, and reports all problems. */
export const preflightAudit = (request: AuditRequest) => preflight({ lookup: lookupAudit, plan: planAudit }, request);
