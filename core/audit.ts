import {
  AccessAnalyzers,
  AuditAlerts,
  type AuditPlan,
  AuditTrail,
  type AuditTrailArgs,
  BucketMonitor,
  ConfigRecorder,
  FindingsHub,
  ThreatDetector,
  SavedQueries,
  SharedLogGroups,
} from "@cloister/components/audit";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

interface AuditParts extends Pick<AuditTrailArgs, "context" | "logBucketName" | "logKeyArn" | "permissionsBoundaryArn"> {
  plan: AuditPlan;
  settings: CoreSettings;
  /** Topic for alerts, `arn:…:sns:…`. */
  alertTopicArn: pulumi.Output<string>;
}

/** Creates the trail, or uses an existing trail, and what reads its events. `name` is the stack name. */
export function createAudit(name: string, { plan, settings, alertTopicArn, ...parts }: AuditParts, opts: pulumi.ComponentResourceOptions) {
  const { keyDeletionDays, keyRotationDays, purge } = settings;
  const trail = plan.trail && new AuditTrail(name, { ...parts, plan: plan.trail, keyDeletionDays, keyRotationDays, purge }, opts);
  const logGroupName = trail?.logGroupName ?? plan.existing?.logGroupName ?? "";
  if (plan.alerts) new AuditAlerts(name, { settings: plan.alerts, logGroupName, alertTopicArn }, opts);
  if (plan.savedQueries) new SavedQueries(name, { logGroupName }, opts);
  if (plan.logGroups) new SharedLogGroups(name, { ...plan.logGroups, logKeyArn: parts.logKeyArn, purge }, opts);
  const config = plan.config && new ConfigRecorder(name, { ...parts, plan: plan.config, keyDeletionDays, keyRotationDays, purge }, opts);
  if (plan.guardDuty) new ThreatDetector(name, { plan: plan.guardDuty }, opts);
  if (plan.securityHub) new FindingsHub(name, opts);
  if (plan.macie) new BucketMonitor(name, { plan: plan.macie }, opts);
  if (plan.analyzers) new AccessAnalyzers(name, { plan: plan.analyzers }, opts);
  return {
    trailArn: trail?.arn ?? plan.existing?.arn ?? "",
    bucketName: trail?.bucketName ?? "",
    logGroupName,
    configBucketName: config?.bucketName ?? "",
  };
}
