// Implements AWS Config: the recorder with its delivery channel, and managed rules. Records nothing, and evaluates no rule.
import { AwsError } from "../aws-error";
import { allowsService } from "../iam";
import { type Context, nativeService, type Operation } from "../service";
import { type Tag, withoutTags, withTags } from "./tags";

type Item = Record<string, unknown>;

interface State {
  recorder?: Item & { name: string };
  /** Seconds since 1970; absent if the recorder never started. */
  started?: number;
  stopped?: number;
  channel?: Item & { name: string; s3BucketName: string };
  /** By name. */
  rules: Record<string, Item & { ConfigRuleArn: string }>;
  /** Rules whose deletion the next lookup completes, by name. */
  deleting: Record<string, Item>;
  /** Tags of rules, by ARN. */
  tags: Record<string, Tag[]>;
}
type Config = Context<State>;

const service = "config.amazonaws.com";
const missingRecorder = (name: unknown) =>
  new AwsError("NoSuchConfigurationRecorderException", `Cannot find configuration recorder with the specified name '${String(name)}'.`);
const missingChannel = (name: unknown) =>
  new AwsError("NoSuchDeliveryChannelException", `Cannot find delivery channel with specified name '${String(name)}'.`);
const missingRule = (name: unknown) =>
  new AwsError(
    "NoSuchConfigRuleException",
    `The ConfigRule '${String(name)}' provided in the request is invalid. Please check the configRule name.`,
  );
const invalid = (message: string) => new AwsError("InvalidParameterValueException", message);

const isRecording = ({ started, stopped }: State) => started !== undefined && (stopped === undefined || stopped < started);
const denied = (error: unknown, ...codes: string[]): boolean => error instanceof AwsError && codes.includes(error.code);

/** Source: AWS API `PutConfigurationRecorder`, `RecordingGroup`. */
function recordingGroupFits(group: Item): void {
  const wrong = (message: string) => new AwsError("InvalidRecordingGroupException", message);
  const types = (group.resourceTypes ?? []) as string[];
  if (group.allSupported === true && types.length > 0)
    throw wrong("You cannot specify both allSupported and resourceTypes in a recording group.");
  if (group.allSupported !== true && group.includeGlobalResourceTypes === true)
    throw wrong("The recording group must set allSupported if it sets includeGlobalResourceTypes.");
  if (group.allSupported !== true && types.length === 0) throw wrong("The recording group provided is not valid: it records nothing.");
}

/** AWS Config must be able to assume the role. Source: AWS API `PutConfigurationRecorder`, InvalidRoleException. */
async function roleExists({ moto }: Config, roleARN: unknown): Promise<void> {
  const wrong = new AwsError("InvalidRoleException", `Role ${String(roleARN)} does not exist, or AWS Config cannot assume it.`);
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(String(roleARN))) throw wrong;
  await moto("iam", "GetRole", { RoleName: String(roleARN).split("/").at(-1) }).catch((error: unknown) => {
    throw denied(error, "NoSuchEntity") ? wrong : error;
  });
}

/**
 * AWS Config writes a test file when a channel is created or changed.
 * Source: AWS Config "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel"; AWS API `PutDeliveryChannel`.
 */
async function bucketIsWritable(context: Config, channel: NonNullable<State["channel"]>): Promise<void> {
  const { moto, partition, caller } = context;
  const bucket = channel.s3BucketName;
  const denial = (why: string) =>
    new AwsError(
      "InsufficientDeliveryPolicyException",
      `Insufficient delivery policy to s3 bucket: ${bucket}, unable to write to bucket, ${why}.`,
    );
  await moto("s3", "HeadBucket", { Bucket: bucket }).catch(() => {
    throw new AwsError("NoSuchBucketException", `Cannot find a S3 bucket with an empty bucket name or the name ${bucket}.`);
  });
  const locked = await moto("s3", "GetObjectLockConfiguration", { Bucket: bucket }).then(
    () => true,
    () => false,
  );
  if (locked) throw denial("whose Object Lock AWS Config does not support");
  const policy = await moto("s3", "GetBucketPolicy", { Bucket: bucket }).catch((error: unknown) => {
    throw denied(error, "NoSuchBucketPolicy") ? denial("which has no policy") : error;
  });
  const arn = `arn:${partition}:s3:::${bucket}`;
  const prefix = channel.s3KeyPrefix === undefined ? "" : `${String(channel.s3KeyPrefix)}/`;
  const sourceArn = `arn:${partition}:config:${caller.region}:${caller.account}:*`;
  const needs = [
    ["s3:GetBucketAcl", arn],
    ["s3:PutObject", `${arn}/${prefix}AWSLogs/${caller.account}/Config/ConfigWritabilityCheckFile`],
  ] as const;
  const text = String(policy.Policy ?? policy.Body);
  if (!needs.every(([action, resource]) => allowsService(text, { service, action, resource, sourceArn })))
    throw denial("provided s3 key prefix is not writable by AWS Config");
}

/** Source: AWS Config "Permissions for the KMS Key for the AWS Config Delivery Channel". */
async function keyIsUsable({ moto, partition, caller }: Config, keyArn: unknown): Promise<void> {
  if (keyArn === undefined) return;
  const wrong = new AwsError("InvalidS3KmsKeyArnException", `The arn '${String(keyArn)}' is not a valid kms key arn.`);
  if (!new RegExp(`^arn:[^:]+:kms:${caller.region}:\\d{12}:key/.+$`).test(String(keyArn))) throw wrong;
  const { Policy } = await moto("kms", "GetKeyPolicy", { KeyId: keyArn, PolicyName: "default" }).catch((error: unknown) => {
    throw denied(error, "NotFoundException") ? wrong : error;
  });
  const sourceArn = `arn:${partition}:config:${caller.region}:${caller.account}:*`;
  if (!allowsService(String(Policy), { service, action: "kms:GenerateDataKey", resource: String(keyArn), sourceArn }))
    throw new AwsError("InsufficientDeliveryPolicyException", `AWS Config cannot use the KMS key ${String(keyArn)}.`);
}

function recorderOf({ state }: Config, name: unknown): NonNullable<State["recorder"]> {
  if (state.recorder?.name !== name) throw missingRecorder(name);
  return state.recorder!;
}

/** The recorder, if the names are absent or name it. */
function namedRecorder({ state }: Config, names: unknown): NonNullable<State["recorder"]>[] {
  for (const name of (names ?? []) as string[]) if (state.recorder?.name !== name) throw missingRecorder(name);
  return state.recorder ? [state.recorder] : [];
}

const ruleArn = ({ partition, caller }: Config, id: string) =>
  `arn:${partition}:config:${caller.region}:${caller.account}:config-rule/${id}`;

function tagged({ state }: Config, arn: unknown): string {
  if (!Object.values(state.rules).some(({ ConfigRuleArn }) => ConfigRuleArn === arn))
    throw new AwsError("ResourceNotFoundException", `The specified resource '${String(arn)}' does not exist.`);
  return String(arn);
}

const operations: Record<string, Operation<State>> = {
  async PutConfigurationRecorder(input, context) {
    const { state, partition, caller } = context;
    const recorder = input.ConfigurationRecorder as Item;
    const name = String(recorder.name ?? "default");
    if (state.recorder && state.recorder.name !== name)
      throw new AwsError(
        "MaxNumberOfConfigurationRecordersExceededException",
        `Failed to put configuration recorder '${name}' because the maximum number of configuration recorders: 1 is reached.`,
      );
    const recordingGroup = (recorder.recordingGroup ?? { allSupported: true, includeGlobalResourceTypes: false }) as Item;
    recordingGroupFits(recordingGroup);
    await roleExists(context, recorder.roleARN);
    state.recorder = {
      recordingMode: { recordingFrequency: "CONTINUOUS" },
      ...recorder,
      name,
      recordingGroup: { resourceTypes: [], ...recordingGroup },
      arn: `arn:${partition}:config:${caller.region}:${caller.account}:configuration-recorder/${name}/cloister`,
    };
    return {};
  },
  DescribeConfigurationRecorders: ({ ConfigurationRecorderNames }, context) => ({
    ConfigurationRecorders: namedRecorder(context, ConfigurationRecorderNames),
  }),
  DescribeConfigurationRecorderStatus({ ConfigurationRecorderNames }, context) {
    const { started, stopped } = context.state;
    return {
      ConfigurationRecordersStatus: namedRecorder(context, ConfigurationRecorderNames).map(({ name, arn }) => ({
        name,
        arn,
        recording: isRecording(context.state),
        ...(started !== undefined && { lastStartTime: started, lastStatus: "Pending" }),
        ...(stopped !== undefined && { lastStopTime: stopped }),
      })),
    };
  },
  StartConfigurationRecorder({ ConfigurationRecorderName: name }, context) {
    const { state } = context;
    recorderOf(context, name);
    if (!state.channel)
      throw new AwsError("NoAvailableDeliveryChannelException", "Delivery channel is not available to start configuration recorder.");
    state.started = context.now();
    delete state.stopped;
    return {};
  },
  StopConfigurationRecorder({ ConfigurationRecorderName: name }, context) {
    recorderOf(context, name);
    context.state.stopped = context.now();
    return {};
  },
  DeleteConfigurationRecorder({ ConfigurationRecorderName: name }, context) {
    recorderOf(context, name);
    for (const member of ["recorder", "started", "stopped"] as const) delete context.state[member];
    return {};
  },

  async PutDeliveryChannel(input, context) {
    const { state } = context;
    const channel = { ...(input.DeliveryChannel as Item), name: String((input.DeliveryChannel as Item).name ?? "default") };
    if (!state.recorder)
      throw new AwsError("NoAvailableConfigurationRecorderException", "Configuration recorder is not available to put delivery channel.");
    if (state.channel && state.channel.name !== channel.name)
      throw new AwsError(
        "MaxNumberOfDeliveryChannelsExceededException",
        `Failed to put delivery channel '${channel.name}' because the maximum number of delivery channels: 1 is reached.`,
      );
    // A channel keeps the values that a change does not name.
    const next = { ...state.channel, ...channel } as NonNullable<State["channel"]>;
    await bucketIsWritable(context, next);
    await keyIsUsable(context, next.s3KmsKeyArn);
    state.channel = next;
    return {};
  },
  DescribeDeliveryChannels({ DeliveryChannelNames }, { state }) {
    for (const name of (DeliveryChannelNames ?? []) as string[]) if (state.channel?.name !== name) throw missingChannel(name);
    return { DeliveryChannels: state.channel ? [state.channel] : [] };
  },
  DeleteDeliveryChannel({ DeliveryChannelName: name }, { state }) {
    if (state.channel?.name !== name) throw missingChannel(name);
    if (isRecording(state))
      throw new AwsError(
        "LastDeliveryChannelDeleteFailedException",
        `Failed to delete last specified delivery channel with name '${String(name)}', because there is a running configuration recorder.`,
      );
    delete state.channel;
    return {};
  },

  PutConfigRule(input, context) {
    const { state } = context;
    const rule = input.ConfigRule as Item & { Source: { Owner: string; SourceIdentifier?: string } };
    const name = String(rule.ConfigRuleName);
    if (rule.ConfigRuleName === undefined) throw invalid("One or more identifiers needs to be provided. Provide Name or Id or Arn.");
    if (!state.recorder)
      throw new AwsError("NoAvailableConfigurationRecorderException", "Configuration recorder is not available to put config rule.");
    if (state.deleting[name])
      throw new AwsError("ResourceInUseException", `The rule ${name} is currently being deleted. Please retry after some time.`);
    if (rule.Source.Owner !== "AWS") throw invalid("The sandbox supports only managed rules.");
    if (!/^[A-Z][A-Z0-9_]*$/.test(String(rule.Source.SourceIdentifier)))
      throw invalid(
        `The sourceIdentifier ${String(rule.Source.SourceIdentifier)} is invalid. Please refer to the documentation for a list of valid sourceIdentifiers.`,
      );
    const found = state.rules[name];
    const id = found ? String(found.ConfigRuleId) : context.id("config-rule-", 6);
    const arn = ruleArn(context, id);
    if (!found) state.tags[arn] = (input.Tags ?? []) as Tag[];
    state.rules[name] = {
      EvaluationModes: [{ Mode: "DETECTIVE" }],
      ...rule,
      ConfigRuleName: name,
      ConfigRuleId: id,
      ConfigRuleArn: arn,
      ConfigRuleState: "ACTIVE",
    };
    return {};
  },
  DescribeConfigRules({ ConfigRuleNames }, { state }) {
    const names = (ConfigRuleNames ?? []) as string[];
    const found = names.length === 0 ? Object.values(state.rules) : names.map((name) => state.rules[name] ?? state.deleting[name]);
    const unknown = names.find((_, i) => found[i] === undefined);
    if (unknown !== undefined) throw missingRule(unknown);
    for (const name of names) delete state.deleting[name];
    return { ConfigRules: found };
  },
  DeleteConfigRule({ ConfigRuleName: name }, { state }) {
    const rule = state.rules[String(name)];
    if (!rule) throw missingRule(name);
    delete state.rules[String(name)];
    delete state.tags[rule.ConfigRuleArn];
    state.deleting[String(name)] = { ...rule, ConfigRuleState: "DELETING" };
    return {};
  },

  ListTagsForResource: ({ ResourceArn }, context) => ({ Tags: context.state.tags[tagged(context, ResourceArn)] }),
  TagResource({ ResourceArn, Tags }, context) {
    const arn = tagged(context, ResourceArn);
    const tags = withTags(context.state.tags[arn]!, Tags as Tag[]);
    if (tags.length > 50) throw new AwsError("TooManyTagsException", "A resource can have at most 50 tags.");
    context.state.tags[arn] = tags;
    return {};
  },
  UntagResource({ ResourceArn, TagKeys }, context) {
    const arn = tagged(context, ResourceArn);
    context.state.tags[arn] = withoutTags(context.state.tags[arn]!, TagKeys as string[]);
    return {};
  },
};

export const config = nativeService<State>({
  scope: "config",
  model: "config",
  violation: { code: "ValidationException" },
  initial: () => ({ rules: {}, deleting: {}, tags: {} }),
  operations,
  leftovers: ({ recorder, channel, rules }) => [
    ...(recorder ? [{ type: "ConfigurationRecorder", id: recorder.name }] : []),
    ...(channel ? [{ type: "DeliveryChannel", id: channel.name }] : []),
    ...Object.keys(rules).map((id) => ({ type: "ConfigRule", id })),
  ],
});
