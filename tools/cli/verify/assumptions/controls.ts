// Assumptions about the detective and corrective controls. Data only.
import { type Assumption } from "../types";

const none = {
  none: "the check requires a noncompliant resource in an account with the evaluator; `controls.mode` set to `observe` shows findings",
};
const noneWithoutChange = { none: "the check requires a change of the controls by another principal" };

export const controlsAssumptions: Assumption[] = [
  {
    id: "controls-sender-is-service",
    area: "controls",
    text: "Messages of EventBridge rules to a queue have `aws:PrincipalIsAWSService`, because a service principal sends them",
    code: { file: "components/controls/permissions.ts", symbol: "OnlyAwsSends" },
    effect: "the queue denies every event, and the rules count `FailedInvocations`",
    fallback: "remove the statement from the queue policies",
    check: none,
  },
  {
    id: "controls-event-delay",
    area: "controls",
    text: "EventBridge gets most CloudTrail events within a minute. AWS documents only delivery on a best-effort basis",
    code: { file: "components/controls/runtime/event.ts", symbol: "callsPattern" },
    effect: "a noncompliant resource runs until its event arrives",
    fallback: "state changes of SageMaker, which AWS documents as near real time, start the same evaluation",
    check: none,
  },
  {
    id: "controls-state-members",
    area: "controls",
    text: "State changes of models, endpoint configurations, monitoring schedules, algorithms and clusters contain the name or the ARN of the resource. AWS documents examples for other types",
    code: { file: "components/controls/runtime/event.ts", symbol: "arnIn" },
    effect: "the events move to the dead-letter queue, and an alarm reports them",
    fallback: "the CloudTrail events of the same resources",
    check: none,
  },
  {
    id: "controls-stop-conflicts",
    area: "controls",
    text: "SageMaker rejects a correction in the wrong state with `ValidationException`, `ResourceInUse`, `ConflictException` or `ResourceLimitExceeded`",
    code: { file: "components/controls/runtime/correct.ts", symbol: "isConflict" },
    effect: "the evaluator reports an error instead of waiting, tries again, and at last moves the event to the dead-letter queue",
    fallback: "move the events back to the queue",
    check: none,
  },
  {
    id: "controls-changed-records",
    area: "controls",
    text: "CloudTrail records of Lambda start with the name of the operation, and name the function in `functionName` or, for event source mappings, in `functionArn` of the response",
    code: { file: "components/controls/changes.ts", symbol: "functionName" },
    effect: "no alarm reports a change of the function",
    fallback: "the alarms of `audit.alerts`, and a query of the trail",
    check: noneWithoutChange,
  },
  {
    id: "controls-changed-pattern",
    area: "controls",
    text: "EventBridge accepts a pattern with `$or`, wildcards and a list of prefixes in `anything-but` of this size",
    code: { file: "components/controls/changes.ts", symbol: "anything-but" },
    effect: "the deployment of the core stack fails at the rule",
    fallback: "none needed before a deployment: the error names the rule",
    check: noneWithoutChange,
  },
  {
    id: "controls-hub-error",
    area: "controls",
    text: "`DescribeHub` fails with `InvalidAccessException` in an account and region where AWS Security Hub is not enabled",
    code: { file: "components/controls/lookup.ts", symbol: "InvalidAccess" },
    effect: "the preflight warns that it cannot validate the setting, and the evaluator fails to import findings",
    fallback: "enable AWS Security Hub, or remove `controls.securityHub`",
    check: { none: "the check requires an account without AWS Security Hub" },
  },
];
