// Reads an event of EventBridge: which resource it is about, and who made the call.
import { z } from "zod";
import { type ResourceType, resourceTypes, type ResourceTypeName, typeOfCall, typeOfState } from "../kinds";

/** An event that the evaluator must compare. */
export interface ResourceEvent {
  type: ResourceTypeName;
  id: Record<string, string>;
  /** The call, or the detail type of a state change. */
  what: string;
  time: string;
  /** Principal that made the call, `arn:…`. State changes do not contain it. */
  actor?: string;
  /** The role of the caller with its path, `arn:…:role/…`. */
  callerRoleArn?: string;
}

/** An event that needs no comparison, and why. */
export interface Ignored {
  ignored: string;
}

const members = z.record(z.string(), z.unknown());

/** Source: Amazon EventBridge "AWS service event metadata". */
const envelope = z.object({
  version: z.literal("0"),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  source: z.string(),
  "detail-type": z.string(),
  time: z.string(),
  resources: z.array(z.string()).default([]),
  detail: members,
});

/** Source: AWS CloudTrail "CloudTrail record contents". Minor versions add members. */
const call = z.object({
  eventVersion: z.string().regex(/^1\.\d+$/),
  eventName: z.string(),
  errorCode: z.string().optional(),
  requestParameters: members.nullish(),
  responseElements: members.nullish(),
  userIdentity: z
    .object({
      arn: z.string().optional(),
      invokedBy: z.string().optional(),
      sessionContext: z.object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() }).optional(),
    })
    .default({}),
});

const cloudTrailCall = "AWS API Call via CloudTrail";
/** CloudTrail writes members with a lower first letter. */
const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The first text of a member, in either spelling. */
const memberIn = (sources: readonly (Record<string, unknown> | null | undefined)[], name: string): string | undefined =>
  sources.flatMap((source) => textIn(source?.[lower(name)]) ?? textIn(source?.[name]) ?? [])[0];

/** The ARN in an answer or a state change, for example of a request that was too long for CloudTrail. */
const arnIn = (sources: readonly (Record<string, unknown> | null | undefined)[], { arn }: ResourceType): string | undefined =>
  sources
    .flatMap((source) => Object.values(source ?? {}))
    .flatMap((value) => textIn(value) ?? [])
    .find((text) => text.startsWith("arn:") && text.includes(`:${arn}/`));

/** `fraud` in `arn:…:training-job/fraud`: the only member of most types is the end of the ARN. */
const endOf = (arn: string | undefined): string | undefined => arn?.split("/").slice(1).join("/");

/** Members that identify the resource of an event. Errors: an `Error` if one of them is missing. */
function idOf(
  type: ResourceTypeName,
  sources: readonly (Record<string, unknown> | null | undefined)[],
  what: string,
): Record<string, string> {
  const row: ResourceType = resourceTypes[type];
  const arn = arnIn(sources, row);
  const found = (name: string): string | undefined => {
    const member = memberIn(sources, name);
    if (member !== undefined || row.id.length > 1) return member;
    return name.endsWith("Arn") ? arn : endOf(arn);
  };
  const id: Record<string, string> = {};
  for (const name of row.id) {
    const value = found(name);
    if (value === undefined) throw new Error(`The event ${what} contains no ${name}, so its resource cannot be compared`);
    id[name] = value;
  }
  for (const name of row.optionalId ?? []) {
    const value = memberIn(sources, name);
    if (value !== undefined) id[name] = value;
  }
  return id;
}

function readCall(detail: Record<string, unknown>, time: string): ResourceEvent | Ignored {
  const name = textIn(detail.eventName) ?? "";
  const type = typeOfCall(name);
  if (type === undefined) return { ignored: `no evaluated call: ${name}` };
  const { eventName, errorCode, requestParameters, responseElements, userIdentity } = call.parse(detail);
  if (errorCode !== undefined) return { ignored: `failed call ${eventName}: ${errorCode}` };
  if (!requestParameters && !responseElements) return { ignored: `call ${eventName} without parameters` };
  const actor = userIdentity.arn ?? userIdentity.invokedBy;
  const callerRoleArn = userIdentity.sessionContext?.sessionIssuer?.arn;
  return {
    type,
    id: idOf(type, [requestParameters, responseElements], eventName),
    what: eventName,
    time,
    ...(actor !== undefined && { actor }),
    ...(callerRoleArn !== undefined && { callerRoleArn }),
  };
}

/** A change of the controls, with who made it. */
const changeIn = ({ eventName, userIdentity }: Record<string, unknown>): string =>
  `change of the controls: ${textIn(eventName) ?? "unknown call"} by ${textIn((userIdentity as { arn?: unknown } | undefined)?.arn) ?? "unknown principal"}`;

/**
 * Reads the text of an event. Only the names in it are used: the comparison describes the resource again.
 * Errors: an `Error` if the event has an unknown form or version, or names no resource. Such a message is kept.
 */
export function readEvent(text: string, location: { accountId: string; region: string }): ResourceEvent | Ignored {
  const { account, region, source, "detail-type": detailType, time, detail } = envelope.parse(JSON.parse(text));
  if (account !== location.accountId || region !== location.region) return { ignored: `event of ${account} in ${region}` };
  // The alarm on the rule reports changes of the controls, also when the evaluator itself is changed.
  if (detailType === cloudTrailCall && source !== "aws.sagemaker") return { ignored: changeIn(detail) };
  if (source !== "aws.sagemaker") return { ignored: `event of ${source}` };
  if (detailType === cloudTrailCall) return readCall(detail, time);
  const type = typeOfState(detailType);
  if (type === undefined) return { ignored: `no evaluated event: ${detailType}` };
  return { type, id: idOf(type, [detail], detailType), what: detailType, time };
}

/** Event pattern of the calls. CloudTrail records failed calls with an error code. */
export const callsPattern = (evaluatedCalls: readonly string[]): string =>
  JSON.stringify({
    source: ["aws.sagemaker"],
    "detail-type": [cloudTrailCall],
    detail: { eventName: evaluatedCalls, errorCode: [{ exists: false }] },
  });

/** Event pattern of SageMaker's own events. */
export const statesPattern = (evaluatedStates: readonly string[]): string =>
  JSON.stringify({ source: ["aws.sagemaker"], "detail-type": evaluatedStates });
