// Looks up the trails and other audit services of the account. The AWS provider has no lookups of them, so this calls AWS. Reads only.
import type * as cloudtrail from "@aws-sdk/client-cloudtrail";
import { type AwsContext } from "../aws/context";
import { type Options } from "../aws/lookup";
import { clientConfig, unreadCredentials } from "../aws/sdk";
import { lookupAnalyzers } from "./analyzers/plan";
import { lookupConfig } from "./config/lookup";
import { lookupDetector } from "./guardduty/plan";
import { lookupLogGroups } from "./log-groups";
import { lookupMacie } from "./macie/plan";
import { type AuditFindings, type AuditRequest, type FoundTrail, type RecordedEvents } from "./request";
import { lookupHub } from "./security-hub/plan";

type Selectors = Pick<cloudtrail.GetEventSelectorsCommandOutput, "EventSelectors" | "AdvancedEventSelectors">;
type FieldSelector = cloudtrail.AdvancedFieldSelector;

/** `eventCategory` and `resources.type` select the events. Any other field of a selector for management events excludes some. */
const valuesOf = (fields: FieldSelector[], name: string) => fields.find(({ Field }) => Field === name)?.Equals ?? [];

/** The events that the selectors of a trail record. Source: AWS API `EventSelector`, `AdvancedEventSelector`. */
export function recordedEvents({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): RecordedEvents {
  const advanced = AdvancedEventSelectors.map(({ FieldSelectors = [] }) => FieldSelectors);
  const management = advanced.filter((fields) => valuesOf(fields, "eventCategory").includes("Management"));
  const basic = EventSelectors.filter(({ IncludeManagementEvents }) => IncludeManagementEvents !== false);
  const isComplete =
    management.some((fields) => fields.length === 1) ||
    basic.some(
      ({ ReadWriteType = "All", ExcludeManagementEventSources = [] }) =>
        ReadWriteType === "All" && ExcludeManagementEventSources.length === 0,
    );
  return {
    management: isComplete ? "all" : management.length + basic.length > 0 ? "part" : "none",
    objects:
      advanced.some((fields) => valuesOf(fields, "resources.type").includes("AWS::S3::Object")) ||
      EventSelectors.some(({ DataResources = [] }) => DataResources.some(({ Type }) => Type === "AWS::S3::Object")),
  };
}

/** A member account can see the trail of its organization, but may be unable to read how it is set. */
export const ifAllowed = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (/AccessDenied|NotPermitted|NotFound|Unsupported/.test((error as Error).name)) return undefined;
    throw error;
  });

/** Looks up what the settings depend on. */
export async function lookupAudit(request: AuditRequest, opts: Options = {}): Promise<AuditFindings> {
  const { context, settings, name } = request;
  const isWithTrail = settings.trail !== undefined || settings.existingTrailArn !== undefined;
  const isWithCalls = settings.config ?? settings.accessAnalyzer ?? settings.macie ?? settings.securityHub;
  const unread = isWithCalls ? unreadCredentials() : undefined;
  if (unread !== undefined) return { unreadCredentials: unread };
  const [trails, logGroups, config, analyzers, detector, hub, macie] = await Promise.all([
    isWithTrail ? lookupTrails(context) : {},
    settings.logGroups && lookupLogGroups(name, opts),
    settings.config && lookupConfig(context, opts),
    settings.accessAnalyzer && lookupAnalyzers(context),
    settings.guardDuty && lookupDetector(opts),
    settings.securityHub ? lookupHub(context, name, opts) : undefined,
    settings.macie && lookupMacie(context, name, opts),
  ]);
  return {
    ...trails,
    ...(logGroups && { logGroups }),
    ...(config && { config }),
    ...(analyzers && { analyzers }),
    ...(settings.guardDuty && { detector: detector ?? ("none" as const) }),
    ...(hub && { hub }),
    ...(macie && { macie }),
  };
}

/** Every trail that records events of the account, with what it records. */
export async function lookupTrails({ region }: Pick<AwsContext, "region">): Promise<Pick<AuditFindings, "trails" | "unreadCredentials">> {
  const unread = unreadCredentials();
  if (unread !== undefined) return { unreadCredentials: unread };
  const config = clientConfig(region);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a core stack with `audit` needs the client
  const sdk = require("@aws-sdk/client-cloudtrail") as typeof cloudtrail;
  const client = new sdk.CloudTrailClient(config);
  try {
    // A shadow trail is the copy of a trail for all regions whose home is another region.
    const { trailList = [] } = await client.send(new sdk.DescribeTrailsCommand({ includeShadowTrails: true }));
    const trails = await Promise.all(
      trailList.map(async (trail): Promise<FoundTrail> => {
        const [status, selectors] = await Promise.all([
          ifAllowed(client.send(new sdk.GetTrailStatusCommand({ Name: trail.TrailARN }))),
          ifAllowed(client.send(new sdk.GetEventSelectorsCommand({ TrailName: trail.TrailARN }))),
        ]);
        return {
          arn: trail.TrailARN!,
          isMultiRegion: trail.IsMultiRegionTrail === true,
          hasValidation: trail.LogFileValidationEnabled === true,
          hasKey: trail.KmsKeyId !== undefined,
          ...(trail.CloudWatchLogsLogGroupArn !== undefined && { logGroupArn: trail.CloudWatchLogsLogGroupArn }),
          ...(status && { isLogging: status.IsLogging === true }),
          ...(selectors && { events: recordedEvents(selectors) }),
        };
      }),
    );
    return { trails };
  } finally {
    client.destroy();
  }
}
