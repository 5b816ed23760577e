// Implements the detector of GuardDuty. It finds nothing.
import { AwsError } from "../aws-error";
import { type Context, nativeService, type Operation } from "../service";

type Item = Record<string, unknown>;

interface Detector {
  id: string;
  status: "ENABLED" | "DISABLED";
  frequency: string;
  createdAt: string;
  updatedAt: string;
  /** Status by feature. */
  features: Record<string, string>;
  tags: Record<string, string>;
}

interface State {
  detector?: Detector;
}
type GuardDuty = Context<State>;

const badRequest = (message: string) => new AwsError("BadRequestException", `The request is rejected because ${message}`, 400);

/** Features that are part of each detector, and the status of the others in a new detector. Source: AWS API `CreateDetector`. */
const foundational = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"];
const initialFeatures: Record<string, string> = {
  S3_DATA_EVENTS: "ENABLED",
  EKS_AUDIT_LOGS: "ENABLED",
  EBS_MALWARE_PROTECTION: "ENABLED",
  RDS_LOGIN_EVENTS: "ENABLED",
  LAMBDA_NETWORK_LOGS: "ENABLED",
  EKS_RUNTIME_MONITORING: "DISABLED",
  RUNTIME_MONITORING: "DISABLED",
};

const isoNow = (context: GuardDuty) => new Date(context.now() * 1000).toISOString();

function detectorOf({ state }: GuardDuty, id: unknown): Detector {
  if (state.detector?.id !== id) throw badRequest("the input detectorId is not owned by the current account.");
  return state.detector!;
}

const arnOf = ({ partition, caller }: GuardDuty, { id }: Detector) =>
  `arn:${partition}:guardduty:${caller.region}:${caller.account}:detector/${id}`;

function tagged(context: GuardDuty, arn: unknown): Detector {
  const { detector } = context.state;
  if (!detector || arnOf(context, detector) !== arn) throw badRequest("the input resource ARN is not owned by the current account.");
  return detector;
}

const mostTags = 50;
const tagsFit = (tags: Record<string, string>) => {
  if (Object.keys(tags).length > mostTags) throw badRequest("the input tags exceed the limit of 50 tags.");
};

const withFeatures = (features: Record<string, string>, changes: unknown): Record<string, string> => ({
  ...features,
  ...Object.fromEntries(((changes ?? []) as { Name: string; Status: string }[]).map(({ Name, Status }) => [Name, Status])),
});

const status = (value: string | undefined) => ({ Status: value ?? "ENABLED" });

/** The answer to a lookup, also with the data sources that features replaced. */
function answer({ status: Status, frequency, createdAt, updatedAt, features, tags }: Detector): Item {
  return {
    CreatedAt: createdAt,
    UpdatedAt: updatedAt,
    FindingPublishingFrequency: frequency,
    Status,
    Tags: tags,
    Features: [
      ...foundational.map((Name) => ({ Name, Status: "ENABLED", UpdatedAt: 0 })),
      ...Object.entries(features).map(([Name, value]) => ({ Name, Status: value, UpdatedAt: 0 })),
    ],
    DataSources: {
      CloudTrail: status("ENABLED"),
      DNSLogs: status("ENABLED"),
      FlowLogs: status("ENABLED"),
      S3Logs: status(features.S3_DATA_EVENTS),
      Kubernetes: { AuditLogs: status(features.EKS_AUDIT_LOGS) },
      MalwareProtection: { ScanEc2InstanceWithFindings: { EbsVolumes: status(features.EBS_MALWARE_PROTECTION) } },
    },
  };
}

const operations: Record<string, Operation<State>> = {
  CreateDetector({ Enable, FindingPublishingFrequency, Features, Tags = {} }, context) {
    if (context.state.detector) throw badRequest("a detector already exists for the current account.");
    tagsFit(Tags as Record<string, string>);
    const id = context.id("", 32).replace(/[^0-9a-f]/g, "0");
    context.state.detector = {
      id,
      status: Enable === true ? "ENABLED" : "DISABLED",
      frequency: String(FindingPublishingFrequency ?? "SIX_HOURS"),
      createdAt: isoNow(context),
      updatedAt: isoNow(context),
      features: withFeatures(initialFeatures, Features),
      tags: { ...(Tags as Record<string, string>) },
    };
    return { DetectorId: id };
  },
  ListDetectors: (_input, { state }) => ({ DetectorIds: state.detector ? [state.detector.id] : [] }),
  GetDetector: ({ DetectorId }, context) => answer(detectorOf(context, DetectorId)),
  UpdateDetector({ DetectorId, Enable, FindingPublishingFrequency, Features }, context) {
    const detector = detectorOf(context, DetectorId);
    if (Enable !== undefined) detector.status = Enable === true ? "ENABLED" : "DISABLED";
    if (FindingPublishingFrequency !== undefined) detector.frequency = String(FindingPublishingFrequency);
    detector.features = withFeatures(detector.features, Features);
    detector.updatedAt = isoNow(context);
    return {};
  },
  DeleteDetector({ DetectorId }, context) {
    detectorOf(context, DetectorId);
    delete context.state.detector;
    return {};
  },
  ListTagsForResource: ({ ResourceArn }, context) => ({ Tags: tagged(context, ResourceArn).tags }),
  TagResource({ ResourceArn, Tags }, context) {
    const detector = tagged(context, ResourceArn);
    const tags = { ...detector.tags, ...(Tags as Record<string, string>) };
    tagsFit(tags);
    detector.tags = tags;
    return {};
  },
  UntagResource({ ResourceArn, TagKeys }, context) {
    const detector = tagged(context, ResourceArn);
    detector.tags = Object.fromEntries(Object.entries(detector.tags).filter(([key]) => !(TagKeys as string[]).includes(key)));
    return {};
  },
};

export const guardduty = nativeService<State>({
  scope: "guardduty",
  model: "guardduty",
  violation: { code: "BadRequestException" },
  initial: () => ({}),
  operations,
  leftovers: ({ detector }) => (detector ? [{ type: "Detector", id: detector.id }] : []),
});
