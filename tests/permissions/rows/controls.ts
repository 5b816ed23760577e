// Rows about the detective controls: no role of an environment can stop, change, deceive or read them.
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { type Context, type Row, type RowKit } from "../row-kit";

interface HubNames {
  accountId: string;
  region: string;
  /** Name of the core stack. */
  hub: string;
  /** `arn:…:s3:::…` */
  historyArn: string;
}

export type ControlRequest = [tries: string, action: string, resource: string, context?: Context];

/** Calls that stop, change, deceive or read the evaluator. Every caller tries the same calls. */
export function controlRequests({ accountId, region, hub, historyArn }: HubNames): ControlRequest[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const each = (tries: string, service: string, names: string[], resource: string, context?: Context) =>
    names.map((name): ControlRequest => [`${tries}: ${name}`, `${service}:${name}`, resource, context ?? {}]);
  const evaluator = arn("lambda", `function:${hub}-controls-evaluator-0a1b2c3`);
  const role = `arn:aws:iam::${accountId}:role/cloister/${region}/${hub}/controls/${hub}-controls-role-0a1b2c3`;
  const changesOfRules = ["DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"];
  const changesOfFunctions = ["DeleteFunction", "PutFunctionConcurrency", "UpdateFunctionCode", "UpdateFunctionConfiguration"];
  const usesOfQueues = ["DeleteMessage", "DeleteQueue", "PurgeQueue", "ReceiveMessage", "SendMessage", "SetQueueAttributes"];
  const uses = ["queue", "dead"].flatMap((queue) =>
    each(`uses the ${queue} of the controls`, "sqs", usesOfQueues, arn("sqs", `${hub}-controls-${queue}-0a1b2c3`)),
  );
  return [
    ...["calls", "states"].flatMap((rule) =>
      each(`changes the rule ${rule} of the controls`, "events", changesOfRules, arn("events", `rule/${hub}-controls-${rule}-0a1b2c3`)),
    ),
    ...each("changes the evaluator of the controls", "lambda", changesOfFunctions, evaluator),
    ...each("invokes the evaluator of the controls", "lambda", ["InvokeFunction"], evaluator),
    ...each(
      "changes the events of the controls",
      "lambda",
      ["DeleteEventSourceMapping", "UpdateEventSourceMapping"],
      arn("lambda", "event-source-mapping:0a1b2c3d-0000-4000-8000-000000000000"),
      { "lambda:FunctionArn": evaluator },
    ),
    ...uses,
    ...each("reads the history of the controls", "s3", ["GetObject"], `${historyArn}/findings/x.json`),
    ...each("changes the history of the controls", "s3", ["PutObject", "DeleteObject"], `${historyArn}/findings/x.json`),
    ...each("lists the history of the controls", "s3", ["ListBucket"], historyArn),
    ...each("changes the policy of the history of the controls", "s3", ["PutBucketPolicy"], historyArn),
    ...each("changes the role of the controls", "iam", ["PutRolePolicy", "DeleteRolePolicy", "UpdateAssumeRolePolicy"], role),
    ...each("becomes the role of the controls", "sts", ["AssumeRole"], role),
    ...each(
      "stops the alarms of the controls",
      "cloudwatch",
      ["DeleteAlarms", "DisableAlarmActions"],
      arn("cloudwatch", `alarm:${hub}-controls-errors-0a1b2c3`),
    ),
    ...each("deletes the log of the controls", "logs", ["DeleteLogGroup"], arn("logs", `log-group:${hub}-controls-logs-0a1b2c3`)),
  ];
}

/** Calls that change what an environment allows, by the parameter of its allow-list. */
export const allowListRequests = ({ accountId, region }: Pick<HubNames, "accountId" | "region">, environment: string): ControlRequest[] =>
  ["PutParameter", "DeleteParameter"].map((name) => [
    `changes the allow-list of ${environment}: ${name}`,
    `ssm:${name}`,
    `arn:aws:ssm:${region}:${accountId}:parameter/cloister/controls/${environment}`,
  ]);

/** Names of findings are hashes. */
const listsNames = /^lists the history/;

export function controlRows({ ids, row }: RowKit): Row[] {
  const hub = "bank-hub";
  const historyArn = ids.controlsHistoryArn ?? `arn:aws:s3:::${hub}-controls-history-bucket-0a1b2c3`;
  const requests = [
    ...controlRequests({ ...ids, hub, historyArn }),
    ...allowListRequests(ids, ids.environment),
    ...allowListRequests(ids, `${ids.environment}-2`),
  ];
  const callers = [...serviceRoles, ...userRoles, "product", "hub-product", ...(ids.environmentProductArn === undefined ? [] : ["lead"])];
  const isTested = (caller: string, [tries, action]: ControlRequest): boolean => {
    if (!["product", "hub-product"].includes(caller)) return true;
    // A role with all permissions can invoke the function with a forged event. The evaluator describes the resource, and
    // corrects only what violates its list. The actor in the finding, and the caller of a resource without a role, are forged.
    if (/^invokes the evaluator/.test(tries)) return false;
    // Only the policy of the bucket denies reads and writes of objects to a role with all permissions.
    if (listsNames.test(tries) || (ids.controlsHistoryArn === undefined && /^s3:(Get|Put|Delete)Object$/.test(action))) return false;
    // CloudTrail records the deletion, and the core stack creates the alarm again.
    return caller !== "hub-product" || !/^stops the alarms .*: DeleteAlarms$/.test(tries);
  };
  return [
    ...callers.flatMap((caller) =>
      requests
        .filter((request) => isTested(caller, request))
        .map(([tries, action, resource, context]) => row(caller, tries, "denied", action, resource, context)),
    ),
    ...(ids.controlsHistoryArn === undefined
      ? []
      : [
          row("product", "lists the history of the controls without TLS", "denied", "s3:ListBucket", historyArn, {
            "aws:SecureTransport": "false",
          }),
        ]),
  ];
}
