// Implements the event history of CloudTrail: the management events of the last 90 days, from the journal of the world.
// No event has `invokedBy` or `vpcEndpointId`: no AWS service makes calls here, and no call passes a VPC endpoint.
import { AwsError } from "../../aws-error";
import { isRead } from "../../dispatch";
import { type Call, type Journal } from "../../journal";
import { type Operation } from "../../service";
import { pageOf } from "../page";

type Item = Record<string, unknown>;

/**
 * Calls that CloudTrail records only as data events, by signing scope, which a client can choose.
 * Source: AWS CloudTrail, "Logging data events".
 */
const dataEvents = new Map<string, RegExp>(
  Object.entries({
    s3: /Object(?!LockConfiguration)|MultipartUpload|UploadPart/,
    sagemaker: /^(InvokeEndpoint|PutRecord|GetRecord|DeleteRecord|BatchGetRecord|BatchPutMetrics)/,
    sns: /^Publish/,
    sqs: /Message/,
    lambda: /^Invoke/,
    monitoring: /^(PutMetricData|GetMetric(Data|Statistics|WidgetImage))$/,
    logs: /LogEvents$/,
  }),
);
export const isManagement = ({ service, operation }: Call) => !dataEvents.get(service)?.test(operation);

/** CloudTrail writes the names of parameters with a lower first letter. */
export function lowerNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key[0]!.toLowerCase() + key.slice(1), lowerNames(element)]));
}

/** `arn:aws:sts::…:assumed-role/name/session`: the session, and the ARN of the role without its path. */
function identityOf({ principal = "", account }: Call): { name: string; identity: object } {
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(principal) ?? [];
  if (role === undefined) return { name: principal.split("/").at(-1)!, identity: { type: "IAMUser", arn: principal, accountId: account } };
  const issuer = { type: "Role", arn: principal.replace(":sts:", ":iam:").replace(/:assumed-role\/.*$/, `:role/${role}`), userName: role };
  return {
    name: session!,
    identity: { type: "AssumedRole", arn: principal, accountId: account, sessionContext: { sessionIssuer: issuer } },
  };
}

/** The record of a call. EventBridge also gets the answer, if it has a JSON protocol. */
export function recordOf(call: Call, output?: object) {
  const { time, requestId, service, operation, region, result, message, client, account } = call;
  return {
    eventVersion: "1.11",
    userIdentity: identityOf(call).identity,
    eventTime: time.replace(/\.\d+Z$/, "Z"),
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    awsRegion: region,
    sourceIPAddress: "127.0.0.1",
    userAgent: client,
    ...(result !== "ok" && { errorCode: result, errorMessage: message ?? "" }),
    requestParameters: lowerNames(call.parameters),
    ...(output !== undefined && { responseElements: lowerNames(output) }),
    requestID: requestId,
    eventID: requestId,
    readOnly: isRead(operation),
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: "Management",
  };
}

/** One event of the history, with its record as JSON. */
function eventOf(call: Call): Item {
  const { time, requestId, operation } = call;
  const record = recordOf(call);
  return {
    EventId: requestId,
    EventName: operation,
    ReadOnly: String(record.readOnly),
    EventTime: Math.floor(Date.parse(time) / 1000),
    EventSource: record.eventSource,
    Username: identityOf(call).name,
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}

/** The attributes of a lookup, and the member of an event with their value. Events here have no resources and no access key. */
const attributes: Record<string, string | undefined> = {
  EventId: "EventId",
  EventName: "EventName",
  EventSource: "EventSource",
  ReadOnly: "ReadOnly",
  Username: "Username",
  ResourceType: undefined,
  ResourceName: undefined,
  AccessKeyId: undefined,
};

interface Attribute {
  AttributeKey?: string;
  AttributeValue?: string;
}

function filterOf(lookup: Attribute[]): (event: Item) => boolean {
  if (lookup.length > 1) throw new AwsError("InvalidLookupAttributesException", "You can only use one lookup attribute per request.");
  if (lookup.length === 0) return () => true;
  const [{ AttributeKey = "", AttributeValue = "" }] = lookup as [Attribute];
  if (!Object.hasOwn(attributes, AttributeKey) || AttributeValue === "")
    throw new AwsError("InvalidLookupAttributesException", `Invalid lookup attribute: ${AttributeKey}.`);
  const member = attributes[AttributeKey];
  return (event) => member !== undefined && event[member] === AttributeValue;
}

const ninetyDays = 90 * 86_400;

export const lookupEvents =
  (journal: Journal): Operation<unknown> =>
  (input, { caller, now }) => {
    const { LookupAttributes = [], StartTime = now() - ninetyDays, EndTime = now(), MaxResults = 50, NextToken, EventCategory } = input;
    if (EventCategory !== undefined && EventCategory !== "insight")
      throw new AwsError("InvalidEventCategoryException", `Invalid event category: ${String(EventCategory)}.`);
    if (Number(StartTime) > Number(EndTime))
      throw new AwsError("InvalidTimeRangeException", "The start time must be earlier than the end time.");
    if (Number(MaxResults) < 1 || Number(MaxResults) > 50)
      throw new AwsError("InvalidMaxResultsException", "The maximum number of results must be between 1 and 50.");
    if (NextToken !== undefined && !/^\d+$/.test(String(NextToken))) throw new AwsError("InvalidNextTokenException", "Invalid token.");
    const fits = filterOf(LookupAttributes as Attribute[]);
    const events = journal
      .query({ account: caller.account })
      .filter((call) => call.region === caller.region && call.by !== "gateway" && isManagement(call))
      .filter(({ time }) => Date.parse(time) / 1000 >= Number(StartTime) && Date.parse(time) / 1000 <= Number(EndTime))
      .reverse()
      .map(eventOf)
      .filter(fits);
    const { items, next } = pageOf(EventCategory === "insight" ? [] : events, MaxResults, NextToken);
    return { Events: items, ...(next !== undefined && { NextToken: next }) };
  };
