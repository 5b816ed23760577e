// Builds checks from what an account already shows: calls in CloudTrail, results of jobs, tags. Pure but for the client's calls.
import { oneLine } from "@cloister/common";
import { launchRolePath, rolePath } from "@cloister/components/aws/role-path";
import { countText } from "../count-text";
import {
  type Check,
  type Finding,
  type Run,
  type RunKind,
  type SimulatedRequest,
  type TaggedKind,
  type Target,
  type TrailEvent,
} from "./types";

const holds = (detail: string): Finding => ({ state: "holds", detail });
const fails = (detail: string): Finding => ({ state: "fails", detail });
export const unknown = (detail: string): Finding => ({ state: "unknown", detail });

/** Errors of AWS services for a call that a policy denies. */
export const isDenied = ({ errorCode = "" }: Pick<TrailEvent, "errorCode">) =>
  /AccessDenied|UnauthorizedOperation|Forbidden/.test(errorCode);

/** Whether a role is a service role of the environment: by its path, or because it is published. */
export function isServiceRole({ environment, region, values }: Target, { roleArn }: TrailEvent): boolean {
  if (roleArn === undefined) return false;
  const published = [values["execution-role-arn"], values["pipeline-role-arn"], values["model-role-arn"]];
  return published.includes(roleArn) || roleArn.includes(`:role${rolePath({ region }, environment)}`);
}
export const isLaunchRole = ({ environment, region }: Target, { roleArn = "" }: TrailEvent) =>
  roleArn.includes(`:role${launchRolePath({ region }, environment)}`);
export const isPipelineRole = ({ values }: Target, { roleArn }: TrailEvent) => roleArn === values["pipeline-role-arn"];
export const isDataScientist = ({ dataScientistRoleArn }: Target, { roleArn }: TrailEvent) =>
  roleArn !== undefined && roleArn === dataScientistRoleArn;
export const isEither =
  (...callers: ((target: Target, event: TrailEvent) => boolean)[]) =>
  (target: Target, event: TrailEvent) =>
    callers.some((caller) => caller(target, event));

const describe = ({ name, time, id, errorCode }: TrailEvent) =>
  `${name} at ${time}${errorCode === undefined ? "" : ` failed with ${errorCode}`} (event ${id})`;

interface TrailRule {
  events: string[];
  by: (target: Target, event: TrailEvent) => boolean;
  /** Calls that show something. Default: all. */
  when?: (event: TrailEvent, target: Target) => boolean;
  /** Whether a call contradicts the assumption. Default: a policy denied it. */
  contradicts?: (event: TrailEvent, target: Target) => boolean;
  /** Whether a call supports the assumption. Default: it succeeded, because another error shows nothing. */
  supports?: (event: TrailEvent) => boolean;
  /** What must happen first, if no such call was made. */
  missing: string;
}

const succeeded = ({ errorCode }: TrailEvent) => errorCode === undefined;

/** Holds if no relevant call in CloudTrail contradicts the assumption, and at least one was made. */
export const fromTrail = ({ events, by, when = () => true, contradicts = isDenied, supports = succeeded, missing }: TrailRule): Check => ({
  reads: `CloudTrail: ${events.join(", ")}`,
  async run(target, aws) {
    const found: TrailEvent[] = [];
    for (const name of events) found.push(...(await aws.events(name)).filter((event) => by(target, event) && when(event, target)));
    const against = found.find((event) => contradicts(event, target));
    if (against) return fails(describe(against));
    const supporting = found.filter(supports);
    return supporting.length > 0
      ? holds(`${countText(supporting.length, "call")}, last ${describe(supporting[0]!)}`)
      : unknown(`no such call. Next: ${missing}`);
  },
});

interface RunRule {
  kind: RunKind;
  /** Statuses that show that the role and the image work. */
  succeeded: string[];
  /** Failure reasons that contradict the assumption. */
  reason: RegExp;
  /** Why the environment can show nothing, if it can show nothing. */
  unless?: (target: Target) => string | undefined;
  missing: string;
}

/** Holds if SageMaker ran something, and nothing failed for a reason that contradicts the assumption. */
export const fromRuns = ({ kind, succeeded, reason, unless = () => undefined, missing }: RunRule): Check => ({
  reads: `SageMaker: each ${kind} of the environment`,
  async run(target, aws) {
    const excuse = unless(target);
    if (excuse !== undefined) return unknown(excuse);
    const runs = await aws.runs(kind);
    const against = runs.find(({ failureReason }) => failureReason !== undefined && reason.test(failureReason));
    if (against) return fails(`${kind} ${against.name}: ${oneLine(against.failureReason!)}`);
    const done = runs.filter(({ status }: Run) => succeeded.includes(status));
    return done.length > 0 ? holds(`${kind} ${done[0]!.name} is ${done[0]!.status}`) : unknown(`no ${kind} succeeded. Next: ${missing}`);
  },
});

/** Holds if every resource of a kind has the environment's tag, which AWS copies from another resource. */
export const fromTags = (kind: TaggedKind, missing: string): Check => ({
  reads: `SageMaker: tags of each ${kind}`,
  async run({ environment }, aws) {
    const resources = await aws.tagged(kind);
    const without = resources.find(({ tags }) => tags["cloister:environment"] !== environment);
    if (without) return fails(`${kind} ${without.name} has no tag cloister:environment`);
    return resources.length > 0 ? holds(countText(resources.length, kind)) : unknown(`no ${kind} exists. Next: ${missing}`);
  },
});

/** Holds if IAM decides each request as the permission tests do. */
export const fromSimulation = (requests: (target: Target) => SimulatedRequest[]): Check => ({
  reads: "IAM: SimulatePrincipalPolicy",
  async run(target, aws) {
    const made = requests(target).filter(({ role }) => role !== "data-scientist" || target.dataScientistRoleArn !== undefined);
    for (const request of made) {
      const decision = await aws.simulate(request);
      if ((decision === "allowed") !== (request.want === "allowed"))
        return fails(`${request.role} ${request.action} on ${request.resource} is ${decision}, expected ${request.want}`);
    }
    return holds(countText(made.length, "request"));
  },
});
