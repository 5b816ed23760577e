// Implements trails. CloudTrail validates what a trail uses: its bucket, key, log group and role.
import { AwsError } from "../../aws-error";
import { allowsService, trustsService } from "../../iam";
import { type Context, type Operation } from "../../service";
import { type Tag, withoutTags, withTags } from "../tags";

interface Trail {
  Name: string;
  TrailARN: string;
  S3BucketName: string;
  HomeRegion: string;
  IncludeGlobalServiceEvents: boolean;
  IsMultiRegionTrail: boolean;
  IsOrganizationTrail: boolean;
  LogFileValidationEnabled: boolean;
  HasCustomEventSelectors: boolean;
  HasInsightSelectors: boolean;
  [member: string]: unknown;
}

interface FieldSelector {
  Field: string;
  Equals?: string[];
  [operator: string]: unknown;
}

interface Selectors {
  EventSelectors?: Record<string, unknown>[];
  AdvancedEventSelectors?: { Name?: string; FieldSelectors: FieldSelector[] }[];
}

interface Entry {
  trail: Trail;
  selectors: Selectors;
  tags: Tag[];
  /** Seconds since 1970; absent if the trail never logged. */
  started?: number;
  stopped?: number;
}

export interface TrailState {
  /** By ARN. */
  trails: Record<string, Entry>;
}

type Trails = Context<TrailState>;
type Input = Record<string, unknown>;

const service = "cloudtrail.amazonaws.com";
const mostTrails = 5;
const mostValues = 500;

/** Source: AWS API `CreateTrail`, Name. */
function validateName(name: string): void {
  if (!/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(name) || name.length < 3 || name.length > 128)
    throw new AwsError("InvalidTrailNameException", "Trail name must be 3 to 128 letters, digits, periods, underscores or dashes.");
  if (/[._-]{2}/.test(name))
    throw new AwsError("InvalidTrailNameException", "Trail name cannot have adjacent periods, underscores or dashes.");
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) throw new AwsError("InvalidTrailNameException", "Trail name cannot be an IP address.");
}

const arnOf = ({ partition, caller }: Trails, name: string) =>
  `arn:${partition}:cloudtrail:${caller.region}:${caller.account}:trail/${name}`;

/** The trail with a name in the region of the caller, or with an ARN. */
function entryOf(context: Trails, nameOrArn: unknown): Entry {
  const text = String(nameOrArn);
  if (text.startsWith("arn:") && !/^arn:[^:]+:cloudtrail:[a-z0-9-]+:\d{12}:trail\/.+$/.test(text))
    throw new AwsError("CloudTrailARNInvalidException", `The ARN ${text} is not valid.`);
  if (!text.startsWith("arn:")) validateName(text);
  const entry = context.state.trails[text.startsWith("arn:") ? text : arnOf(context, text)];
  if (!entry) throw new AwsError("TrailNotFoundException", `Unknown trail: ${text} for the user: ${context.caller.account}`);
  return entry;
}

/** Changes are possible only in the home region. */
function changeable(context: Trails, nameOrArn: unknown): Entry {
  const entry = entryOf(context, nameOrArn);
  if (entry.trail.HomeRegion !== context.caller.region)
    throw new AwsError("InvalidHomeRegionException", `Trail ${entry.trail.Name} can be updated only from its home region.`);
  return entry;
}

const denied = (error: unknown, ...codes: string[]): boolean => error instanceof AwsError && codes.includes(error.code);

/** Source: AWS "Amazon S3 bucket policy for CloudTrail". */
async function bucketIsWritable({ moto, partition, caller }: Trails, { trail }: Entry): Promise<void> {
  const bucket = trail.S3BucketName;
  const wrong = new AwsError("InsufficientS3BucketPolicyException", `Incorrect S3 bucket policy is detected for bucket: ${bucket}`);
  const policy = await moto("s3", "GetBucketPolicy", { Bucket: bucket }).catch((error: unknown) => {
    if (denied(error, "NoSuchBucket")) throw new AwsError("S3BucketDoesNotExistException", `S3 bucket ${bucket} does not exist!`);
    if (denied(error, "NoSuchBucketPolicy")) throw wrong;
    throw error;
  });
  const prefix = trail.S3KeyPrefix === undefined ? "" : `${String(trail.S3KeyPrefix)}/`;
  const arn = `arn:${partition}:s3:::${bucket}`;
  const needs = [
    ["s3:GetBucketAcl", arn],
    ["s3:PutObject", `${arn}/${prefix}AWSLogs/${caller.account}/CloudTrail/file`],
  ] as const;
  const text = String(policy.Policy ?? policy.Body);
  if (!needs.every(([action, resource]) => allowsService(text, { service, action, resource, sourceArn: trail.TrailARN }))) throw wrong;
}

/** Source: AWS CloudTrail "Configure AWS KMS key policies for CloudTrail". */
async function keyIsUsable({ moto }: Trails, { trail }: Entry): Promise<void> {
  if (trail.KmsKeyId === undefined) return;
  const KeyId = String(trail.KmsKeyId);
  const { KeyMetadata } = (await moto("kms", "DescribeKey", { KeyId }).catch((error: unknown) => {
    if (denied(error, "NotFoundException"))
      throw new AwsError("KmsKeyNotFoundException", `KMS key ${KeyId} does not exist, or it is in another region than the bucket.`);
    throw error;
  })) as { KeyMetadata: { Arn: string; Enabled: boolean } };
  if (!KeyMetadata.Enabled) throw new AwsError("KmsKeyDisabledException", `KMS key ${KeyId} is disabled.`);
  const { Policy } = await moto("kms", "GetKeyPolicy", { KeyId, PolicyName: "default" });
  const allowed = (action: string) =>
    allowsService(String(Policy), { service, action, resource: KeyMetadata.Arn, sourceArn: trail.TrailARN });
  if (!["kms:GenerateDataKey", "kms:DescribeKey"].every(allowed))
    throw new AwsError(
      "InsufficientEncryptionPolicyException",
      `Insufficient permissions to access S3 bucket ${trail.S3BucketName} or KMS key ${KeyId}.`,
    );
  trail.KmsKeyId = KeyMetadata.Arn;
}

/** Source: AWS API `CreateTrail`, CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn. */
async function logsAreWritable({ moto, caller }: Trails, { trail }: Entry): Promise<void> {
  const { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role } = trail as { [member: string]: string | undefined };
  if (group === undefined && role === undefined) return;
  if (group === undefined || role === undefined)
    throw new AwsError(
      group === undefined ? "InvalidCloudWatchLogsLogGroupArnException" : "InvalidCloudWatchLogsRoleArnException",
      "You must specify both the ARN of a log group and the ARN of a role.",
    );
  const name = new RegExp(`^arn:[^:]+:logs:${trail.HomeRegion}:${caller.account}:log-group:([^:]+):\\*$`).exec(group)?.[1];
  const { logGroups = [] } = (name === undefined ? {} : await moto("logs", "DescribeLogGroups", { logGroupNamePrefix: name })) as {
    logGroups?: { logGroupName: string }[];
  };
  if (!logGroups.some(({ logGroupName }) => logGroupName === name))
    throw new AwsError("InvalidCloudWatchLogsLogGroupArnException", "CloudTrail cannot validate the specified log group ARN.");
  const roleDenied = new AwsError("InvalidCloudWatchLogsRoleArnException", "Access denied. Check the permissions for your role.");
  const { Role } = (await moto("iam", "GetRole", { RoleName: role.split("/").at(-1) }).catch((error: unknown) => {
    if (denied(error, "NoSuchEntity")) throw roleDenied;
    throw error;
  })) as { Role: { AssumeRolePolicyDocument: string } };
  if (!trustsService(decodeURIComponent(Role.AssumeRolePolicyDocument), service)) throw roleDenied;
}

const isValid = async (context: Trails, entry: Entry): Promise<void> => {
  await bucketIsWritable(context, entry);
  await keyIsUsable(context, entry);
  await logsAreWritable(context, entry);
};

/** Members of a request that a trail returns under the same name. AWS removes a member whose value is empty. */
const copied = ["S3BucketName", "S3KeyPrefix", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId"];
const flags: Record<string, string> = {
  IncludeGlobalServiceEvents: "IncludeGlobalServiceEvents",
  IsMultiRegionTrail: "IsMultiRegionTrail",
  IsOrganizationTrail: "IsOrganizationTrail",
  EnableLogFileValidation: "LogFileValidationEnabled",
};

function changed(trail: Trail, input: Input): Trail {
  const next: Trail = { ...trail };
  for (const name of copied) if (input[name] !== undefined) next[name] = input[name] === "" ? undefined : input[name];
  for (const [name, member] of Object.entries(flags)) if (input[name] !== undefined) next[member] = input[name];
  if (next.IsMultiRegionTrail && !next.IncludeGlobalServiceEvents)
    throw new AwsError("InvalidParameterCombinationException", "Multi-Region trail must include global service events.");
  return next;
}

/** Members of a trail that only the lookups of trails return. */
const onlyInLookups = ["HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors"];
const answer = ({ trail }: Entry) => Object.fromEntries(Object.entries(trail).filter(([name]) => !onlyInLookups.includes(name)));

/** Fields, and the operators that each accepts. Source: AWS API `AdvancedFieldSelector`. */
const fields: Record<string, { onlyEquals?: true; for: string[] }> = {
  eventCategory: { onlyEquals: true, for: ["Management", "Data"] },
  "resources.type": { onlyEquals: true, for: ["Data"] },
  "resources.ARN": { for: ["Data"] },
  readOnly: { onlyEquals: true, for: ["Management", "Data"] },
  eventName: { for: ["Data"] },
  eventSource: { for: ["Management", "Data"] },
  eventType: { for: ["Management", "Data"] },
  sessionCredentialFromConsole: { for: ["Management", "Data"] },
  "userIdentity.arn": { for: ["Management", "Data"] },
};
const operators = ["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"];

/** Source: AWS API `PutEventSelectors`, `AdvancedFieldSelector`. */
function selectorsFit({ EventSelectors, AdvancedEventSelectors }: Selectors): void {
  const wrong = (why: string) => new AwsError("InvalidEventSelectorsException", why);
  if (EventSelectors && AdvancedEventSelectors)
    throw wrong("You can apply either event selectors or advanced event selectors, but not both.");
  if ((EventSelectors?.length ?? 0) > 5) throw wrong("A trail can have up to 5 event selectors.");
  let count = 0;
  for (const { FieldSelectors } of AdvancedEventSelectors ?? []) {
    const category = FieldSelectors.find(({ Field }) => Field === "eventCategory")?.Equals ?? [];
    if (category.length !== 1 || !["Management", "Data"].includes(category[0]!))
      throw wrong("eventCategory must be Equals Management or Data in each advanced event selector.");
    const types = FieldSelectors.find(({ Field }) => Field === "resources.type")?.Equals ?? [];
    if (category[0] === "Data" && types.length !== 1) throw wrong("A selector of data events must have one value for resources.type.");
    if (new Set(FieldSelectors.map(({ Field }) => Field)).size < FieldSelectors.length)
      throw wrong("A field can be used once in a selector.");
    for (const selector of FieldSelectors) {
      const rule = fields[selector.Field];
      if (!rule?.for.includes(category[0]!)) throw wrong(`The field ${selector.Field} is not supported for ${category[0]} events.`);
      const used = operators.filter((operator) => selector[operator] !== undefined);
      if (used.length === 0 || (rule.onlyEquals && used.join() !== "Equals"))
        throw wrong(`The field ${selector.Field} does not support these operators.`);
      const values = used.flatMap((operator) => selector[operator] as string[]);
      if (values.some((value) => value.includes("*"))) throw wrong("Selectors don't support wildcards.");
      count += values.length;
    }
  }
  if (count > mostValues) throw wrong(`All advanced event selectors of a trail can have up to ${mostValues} values.`);
}

/** The selectors of a trail that sets none. */
const defaultSelectors: Selectors = {
  EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }],
};

function tagsOf(context: Trails, arn: unknown): Entry {
  const entry = context.state.trails[String(arn)];
  if (!entry) throw new AwsError("ResourceNotFoundException", `The resource ${String(arn)} was not found.`);
  return entry;
}

/** Trails that record events in a region: those of the region, and trails for all regions. */
const visible = ({ state, caller }: Trails, includeShadows: boolean) =>
  Object.values(state.trails).filter(({ trail }) => trail.HomeRegion === caller.region || (includeShadows && trail.IsMultiRegionTrail));

export const trailOperations: Record<string, Operation<TrailState>> = {
  async CreateTrail(input, context) {
    const { caller, state } = context;
    const name = String(input.Name);
    validateName(name);
    const arn = arnOf(context, name);
    if (state.trails[arn])
      throw new AwsError("TrailAlreadyExistsException", `Trail ${name} already exists for customer: ${caller.account}`);
    if (visible(context, true).length >= mostTrails)
      throw new AwsError(
        "MaximumNumberOfTrailsExceededException",
        `User: ${caller.account} already has ${mostTrails} trails in ${caller.region}.`,
      );
    if (input.IsOrganizationTrail === true)
      throw new AwsError("OrganizationsNotInUseException", "The account is not the management account of an organization.");
    const trail = changed(
      {
        Name: name,
        TrailARN: arn,
        S3BucketName: "",
        HomeRegion: caller.region,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: false,
        IsOrganizationTrail: false,
        LogFileValidationEnabled: false,
        HasCustomEventSelectors: false,
        HasInsightSelectors: false,
      },
      input,
    );
    const entry: Entry = { trail, selectors: defaultSelectors, tags: (input.TagsList ?? []) as Tag[] };
    await isValid(context, entry);
    state.trails[arn] = entry;
    return answer(entry);
  },
  async UpdateTrail(input, context) {
    const entry = changeable(context, input.Name);
    const next = { ...entry, trail: changed(entry.trail, input) };
    await isValid(context, next);
    context.state.trails[entry.trail.TrailARN] = next;
    return answer(next);
  },
  DeleteTrail({ Name }, context) {
    delete context.state.trails[changeable(context, Name).trail.TrailARN];
    return {};
  },
  GetTrail: ({ Name }, context) => ({ Trail: entryOf(context, Name).trail }),
  DescribeTrails({ trailNameList, includeShadowTrails }, context) {
    const names = (trailNameList ?? []) as string[];
    for (const name of names) if (!name.startsWith("arn:")) validateName(name);
    const found = visible(context, includeShadowTrails !== false || names.length > 0).map(({ trail }) => trail);
    return {
      trailList: names.length === 0 ? found : found.filter(({ Name, TrailARN }) => names.includes(TrailARN) || names.includes(Name)),
    };
  },
  ListTrails: (_input, context) => ({
    Trails: visible(context, true).map(({ trail: { Name, TrailARN, HomeRegion } }) => ({ Name, TrailARN, HomeRegion })),
  }),
  GetTrailStatus({ Name }, context) {
    const { started, stopped } = entryOf(context, Name);
    return {
      IsLogging: started !== undefined && (stopped === undefined || stopped < started),
      ...(started !== undefined && { StartLoggingTime: started }),
      ...(stopped !== undefined && { StopLoggingTime: stopped }),
    };
  },
  StartLogging({ Name }, context) {
    const entry = changeable(context, Name);
    entry.started = context.now();
    delete entry.stopped;
    return {};
  },
  StopLogging({ Name }, context) {
    changeable(context, Name).stopped = context.now();
    return {};
  },
  PutEventSelectors({ TrailName, EventSelectors, AdvancedEventSelectors }, context) {
    const entry = changeable(context, TrailName);
    const selectors = { EventSelectors, AdvancedEventSelectors } as Selectors;
    if (!EventSelectors && !AdvancedEventSelectors)
      throw new AwsError("InvalidEventSelectorsException", "You must specify event selectors or advanced event selectors.");
    selectorsFit(selectors);
    entry.selectors = JSON.parse(JSON.stringify(selectors)) as Selectors;
    entry.trail.HasCustomEventSelectors = true;
    return { TrailARN: entry.trail.TrailARN, ...entry.selectors };
  },
  GetEventSelectors({ TrailName }, context) {
    const { trail, selectors } = entryOf(context, TrailName);
    return { TrailARN: trail.TrailARN, ...selectors };
  },
  GetInsightSelectors({ TrailName }, context) {
    const { trail } = entryOf(context, TrailName);
    throw new AwsError(
      "InsightNotEnabledException",
      `Trail ${trail.Name} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    );
  },
  ListTags({ ResourceIdList }, context) {
    return {
      ResourceTagList: (ResourceIdList as string[]).map((ResourceId) => ({ ResourceId, TagsList: tagsOf(context, ResourceId).tags })),
    };
  },
  AddTags({ ResourceId, TagsList }, context) {
    const entry = tagsOf(context, ResourceId);
    const tags = withTags(entry.tags, TagsList as Tag[]);
    if (tags.length > 50)
      throw new AwsError("TagsLimitExceededException", "The number of tags per trail has exceeded the permitted amount.");
    entry.tags = tags;
    return {};
  },
  RemoveTags({ ResourceId, TagsList }, context) {
    const entry = tagsOf(context, ResourceId);
    entry.tags = withoutTags(
      entry.tags,
      (TagsList as Tag[]).map(({ Key }) => Key),
    );
    return {};
  },
};
