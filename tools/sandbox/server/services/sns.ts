import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";
import { statementsOf, unknownPrincipal } from "../iam";
import { type Tag } from "./tags";

const invalid = (message: string) => new AwsError("InvalidParameter", `Invalid parameter: ${message}`);
const listOf = (value: string | string[] = []) => (Array.isArray(value) ? value : [value]);

/** Maximum bytes in a topic policy. Source: Amazon SNS "Quotas". */
const policyLimit = 30_720;

/** A topic policy must specify only existing principals, and operations of SNS. Error text: hashicorp/terraform issue 12740. */
async function policyFits(call: PatchCall): Promise<void> {
  const { AttributeName, AttributeValue } = call.input;
  if (AttributeName !== "Policy") return;
  const statements = statementsOf(String(AttributeValue));
  if (!statements) throw invalid("Policy failed to parse.");
  if (Buffer.byteLength(String(AttributeValue)) > policyLimit)
    throw invalid(`Policy Reason: The policy has more than ${policyLimit} bytes.`);
  if (statements.some(({ Action }) => listOf(Action).some((action) => action !== "*" && !/^sns:/i.test(action))))
    throw invalid("Policy statement action out of service scope!");
  if (await unknownPrincipal(statements, call)) throw invalid("Policy Error: PrincipalNotFound");
}

const attributes =
  /^(ArchivePolicy|ContentBasedDeduplication|DataProtectionPolicy|DeliveryPolicy|DisplayName|FifoThroughputScope|KmsMasterKeyId|Policy|SignatureVersion|TracingConfig|(Application|Firehose|HTTP|Lambda|SQS)(Success|Failure)Feedback(RoleArn|SampleRate))$/;

/** Source: AWS API `SetTopicAttributes`; Amazon SNS "Creating an Amazon SNS topic", display names. */
const attributeFits = ({ input }: PatchCall): void => {
  const { AttributeName, AttributeValue } = input;
  if (!attributes.test(String(AttributeName))) throw invalid("AttributeName");
  if (AttributeName === "DisplayName" && String(AttributeValue).length > 100)
    throw invalid("DisplayName Reason: It has more than 100 characters.");
};

/** A second topic with a name is the first one, unless its tags differ. Error text: localstack/localstack issue 2405. */
async function topicIsNewOrSame(call: PatchCall): Promise<void> {
  const { Name, Tags } = call.input;
  const { Topics = [] } = (await call.moto("sns", "ListTopics", {})) as { Topics?: { TopicArn: string }[] };
  const topic = Topics.find(({ TopicArn }) => TopicArn.split(":").at(-1) === Name);
  if (!topic || Tags === undefined) return;
  const { Tags: before = [] } = (await call.moto("sns", "ListTagsForResource", { ResourceArn: topic.TopicArn })) as { Tags?: Tag[] };
  const isSame = (tags: readonly Tag[], others: readonly Tag[]) =>
    tags.every(({ Key, Value }) => others.some((other) => other.Key === Key && other.Value === Value));
  if (!isSame(Tags as Tag[], before) || !isSame(before, Tags as Tag[]))
    throw invalid("Tags Reason: Topic already exists with different tags");
}

/** The form of an endpoint by protocol, and AWS's text for another form. */
const endpoints: Record<string, [form: RegExp, message: string]> = {
  application: [/^arn:/, "Application endpoint arn invalid"],
  email: [/^[^@\s]+@[^@\s]+$/, "Email address"],
  "email-json": [/^[^@\s]+@[^@\s]+$/, "Email address"],
  firehose: [/^arn:[^:]+:firehose:/, "Firehose endpoint ARN"],
  http: [/^http:\/\//, "Endpoint must match the specified protocol"],
  https: [/^https:\/\//, "Endpoint must match the specified protocol"],
  lambda: [/^arn:[^:]+:lambda:/, "Lambda endpoint ARN"],
  sms: [/./, ""],
  sqs: [/^arn:[^:]+:sqs:/, "SQS endpoint ARN"],
};

const endpointFits = ({ input }: PatchCall): void => {
  const { Protocol, Endpoint } = input;
  if (!Object.hasOwn(endpoints, String(Protocol))) throw invalid(`Amazon SNS does not support this protocol string: ${String(Protocol)}`);
  const [form, message] = endpoints[String(Protocol)]!;
  if (!form.test(String(Endpoint))) throw invalid(message);
};

const isSubscription = ({ input }: PatchCall): void => {
  const parts = String(input.SubscriptionArn).split(":");
  if (parts.length < 6) throw invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
};

export const sns = patchedService({
  scope: "sns",
  model: "sns",
  violation: { code: "InvalidParameter" },
  throttling: { code: "Throttled", status: 429 },
  leftovers: [{ type: "Topic", operation: "ListTopics", list: "Topics", id: "TopicArn" }],
  patches: {
    CreateTopic: validateFirst(topicIsNewOrSame),
    SetTopicAttributes: validateFirst(attributeFits, policyFits),
    Subscribe: validateFirst(endpointFits),
    Unsubscribe: validateFirst(isSubscription),
  },
});
