// Builds the event pattern for changes of the controls by other principals than the deploy roles. Pure.
import { allowListRoot } from "../aws/allow-list-name";
import { type AwsContext } from "../aws/context";

/** Calls of a service that change the controls, and the member that names the changed resource. */
interface Change {
  /** `events` in the source `aws.events`. */
  service: string;
  /** Names of events, or their beginning: CloudTrail adds a version to names of Lambda, `UpdateFunctionCode20150331v2`. */
  events: readonly string[];
  isPrefix?: true;
  /** Path of the member below `detail`. */
  member: readonly [parent: "requestParameters" | "responseElements", name: string];
  /** Wildcards of the name. */
  names: readonly string[];
}

/** Source: AWS CloudTrail records of each service; AWS Lambda "Logging AWS Lambda API calls using AWS CloudTrail". */
const changesOf = (hub: string): Change[] => {
  const named = `${hub}-controls-*`;
  const functions = [named, `*:function:${named}`];
  return [
    { service: "events", events: ["DeleteRule", "DisableRule", "PutRule"], member: ["requestParameters", "name"], names: [named] },
    { service: "events", events: ["PutTargets", "RemoveTargets"], member: ["requestParameters", "rule"], names: [named] },
    {
      service: "lambda",
      events: ["DeleteFunction", "PutFunctionConcurrency", "UpdateFunction"],
      isPrefix: true,
      member: ["requestParameters", "functionName"],
      names: functions,
    },
    {
      service: "lambda",
      events: ["DeleteEventSourceMapping", "UpdateEventSourceMapping"],
      isPrefix: true,
      member: ["responseElements", "functionArn"],
      names: functions,
    },
    {
      service: "sqs",
      events: ["DeleteQueue", "PurgeQueue", "SetQueueAttributes"],
      member: ["requestParameters", "queueUrl"],
      names: [`*/${named}`],
    },
    {
      service: "ssm",
      events: ["DeleteParameter", "PutParameter"],
      member: ["requestParameters", "name"],
      names: [`${allowListRoot}/*`],
    },
    {
      service: "ssm",
      events: ["DeleteParameters"],
      member: ["requestParameters", "names"],
      names: [`${allowListRoot}/*`],
    },
  ];
};

/** `aws.events`, the sources of the changes. */
export const changeSources = (hub: string): string[] => [...new Set(changesOf(hub).map(({ service }) => `aws.${service}`))];

/** Start of the ARNs of a principal in CloudTrail, `arn:…:assumed-role/Deployer/`. Names of roles are unique in an account. */
export function sessionPrefix({ partition }: Pick<AwsContext, "partition">, principalArn: string): string {
  const [, accountId, name] = /:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  return name === undefined ? principalArn : `arn:${partition}:sts::${accountId}:assumed-role/${name}/`;
}

/**
 * Event pattern of changes. The deploy roles change the controls in each deployment.
 * Source: Amazon EventBridge "Comparison operators for use in event patterns".
 */
export const changesPattern = (context: AwsContext, hub: string, deployRoleArns: readonly string[]): string =>
  JSON.stringify({
    source: changeSources(hub),
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: {
      errorCode: [{ exists: false }],
      userIdentity: { arn: [{ "anything-but": { prefix: deployRoleArns.map((arn) => sessionPrefix(context, arn)) } }] },
      // No two of these services have a call of the same name.
      $or: changesOf(hub).map(({ events, isPrefix, member: [parent, name], names }) => ({
        eventName: isPrefix ? events.map((prefix) => ({ prefix })) : events,
        [parent]: { [name]: names.map((wildcard) => ({ wildcard })) },
      })),
    },
  });
