// Types for the input of the audit preflight, and for the lookup results.
import { type AwsContext } from "../aws/context";
import { type FoundAnalyzer } from "./analyzers/plan";
import { type ConfigFindings } from "./config/lookup";
import { type EnabledBy } from "./enabled-record";
import { type FoundDetector } from "./guardduty/plan";
import { type LogGroupFindings } from "./log-groups";
import { type MacieState } from "./macie/plan";
import { type AuditSettings } from "./settings";

export interface AuditRequest {
  context: AwsContext;
  /** Name of the core stack. */
  name: string;
  settings: AuditSettings;
  /** Tags of all resources. */
  tags: Record<string, string>;
  /** Whether `pulumi destroy` deletes the log files. */
  purge: boolean;
  /** Path of the settings, `cloister-core:audit`. */
  path: string;
}

/** A trail that records events of the account: its own trail, or the trail of its organization. */
export interface FoundTrail {
  arn: string;
  isMultiRegion: boolean;
  hasValidation: boolean;
  hasKey: boolean;
  /** Log group to which the trail sends its events, `arn:…:log-group:…:*`. */
  logGroupArn?: string;
  /** Whether the trail logs now. Undefined if the deploying role cannot read it. */
  isLogging?: boolean;
  /** Events that the trail records. Undefined if the deploying role cannot read the event selectors. */
  events?: RecordedEvents;
}

export interface RecordedEvents {
  /** `all`, `part` without reads, writes or some services, or `none`. */
  management: "all" | "part" | "none";
  /** Whether the trail records objects of buckets. */
  objects: boolean;
}

export interface AuditFindings {
  /** Undefined if the credentials of the program are only in a setting of the provider, such as `aws:assumeRoles`. */
  trails?: FoundTrail[];
  /** `aws:assumeRoles` */
  unreadCredentials?: string;
  /** Absent without the setting `logGroups`. */
  logGroups?: LogGroupFindings;
  /** Absent without the setting `config`. */
  config?: ConfigFindings;
  /** Absent without the setting `accessAnalyzer`. */
  analyzers?: FoundAnalyzer[];
  /** `none` if the account and region have no detector. Absent without the setting `guardDuty`. */
  detector?: FoundDetector | "none";
  /** Who enabled AWS Security Hub. Absent without the setting `securityHub`. */
  hub?: EnabledBy;
  /** Who enabled Amazon Macie. Absent without the setting `macie`. */
  macie?: MacieState;
}
