// Checks policies against the channel table: which statements can send data out of the perimeter. Pure.
import { type Statement } from "../../aws/policy-document";
import { matchesWildcard } from "../../aws/wildcard";
import { type Channel, outside } from "./channel";
import { channelExceptions, type ChannelException, type ChannelRule, ownBuckets } from "./exceptions";
import { channels, type ChannelTable } from "./table";

/** The policies of one principal, such as a role with its inline policy and the policy for network features. */
export interface CheckedPolicy {
  /** Name of a role, such as `execution`, or what the policy belongs to. */
  principal: string;
  statements: Statement[];
}

export interface ChannelScope {
  /** Accounts of the deployment. */
  accountIds: string[];
  /** Other accounts from which roles read published resources, such as images. */
  publisherAccountIds?: string[];
  /** The organization, if the settings name one, `o-…`. */
  organizationId?: string;
  /** VPCs whose endpoints the network condition can name, `vpc-…`. */
  vpcIds: string[];
  /** Buckets of the deployment, `arn:…:s3:::…`. */
  bucketArns: string[];
  /** The setting `people.network`. */
  network: "vpc" | "anywhere";
  /** AWS actions that a pattern matches, such as `logs:Get*`. */
  expand: (pattern: string) => string[];
  table?: ChannelTable;
  exceptions?: readonly ChannelException[];
}

/** A rule that some actions of a statement break. */
export interface ChannelProblem {
  rule: ChannelRule;
  principal: string;
  sid: string;
  actions: string[];
  text: string;
}

export interface ChannelReport {
  problems: ChannelProblem[];
  /** Actions that the policies allow. */
  actions: Set<string>;
  /** IDs of the exceptions that statements need. */
  exceptions: Set<string>;
}

/** User roles that can read names, states and costs from any network. */
export const administrators = ["team-administrator", "lifecycle", "data-science-administrator"];

const list = (value: string | string[] | undefined) => [value ?? []].flat();

/** The values that a statement requires for a condition key by an exact comparison that fails if the key is absent. */
const requiredValues = ({ Condition = {} }: Statement, keys: readonly string[]): string[] | undefined => {
  const compared = Object.entries(Condition.StringEquals ?? {}).find(([key]) => keys.includes(key.toLowerCase()));
  return compared && list(compared[1]);
};

const comesThroughNetwork = (statement: Statement, { vpcIds }: ChannelScope) => {
  const values = requiredValues(statement, ["aws:sourcevpc"]);
  return values !== undefined && values.length > 0 && values.every((value) => vpcIds.includes(value));
};

/** Whether an account or an organization belongs to the deployment. */
const isInDeployment = (owner: string | undefined, { accountIds, organizationId }: ChannelScope) =>
  owner !== undefined && (accountIds.includes(owner) || owner === organizationId);

/** Whether a statement applies only to resources in the accounts of the deployment, or reads those of known publishers. */
const isBoundToAccounts = (statement: Statement, scope: ChannelScope, isRead: boolean) => {
  const owners = requiredValues(statement, ["aws:resourceaccount", "aws:resourceorgid"]);
  const isKnown = (owner: string | undefined) =>
    isInDeployment(owner, scope) || (isRead && owner !== undefined && (scope.publisherAccountIds ?? []).includes(owner));
  return (owners ?? list(statement.Resource).map((arn) => arn.split(":")[4])).every(isKnown);
};

/** Whether a statement of an endpoint policy allows only requests without a signature, which no other account records. */
const isUnsigned = ({ Condition = {} }: Statement) => list(Condition.StringEqualsIfExists?.["aws:PrincipalAccount"]).join() === "anonymous";

/** Whether a statement applies only to callers outside the network, such as SageMaker with a service role. */
const isClosedInside = ({ Condition = {} }: Statement, { vpcIds }: ChannelScope) =>
  ["StringNotEquals", "StringNotEqualsIfExists"].some((operator) => {
    const values = list(Condition[operator]?.["aws:SourceVpc"]);
    return vpcIds.every((id) => values.includes(id));
  });

const conditionKeysOf = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));

const resourcesOf = ({ resources = ["*"] }: ChannelException, { bucketArns }: ChannelScope) =>
  resources.flatMap((pattern) => (pattern === ownBuckets ? bucketArns.flatMap((arn) => [arn, `${arn}/*`]) : [pattern]));

const appliesTo = (exception: ChannelException, rule: ChannelRule, { principal, action, statement }: Allowed, scope: ChannelScope) =>
  exception.rules.includes(rule) &&
  (exception.when === undefined || exception.when === scope.network) &&
  (exception.principals === "all" || exception.principals.includes(principal)) &&
  exception.actions.some((pattern) => matchesWildcard(pattern, action)) &&
  (exception.conditionKeys ?? []).every((key) => conditionKeysOf(statement).includes(key)) &&
  list(statement.Resource).every((arn) => resourcesOf(exception, scope).some((pattern) => matchesWildcard(pattern, arn)));

/** One allowed action of one statement. */
interface Allowed {
  principal: string;
  statement: Statement;
  action: string;
  channel: Channel;
}

const texts: Record<ChannelRule, string> = {
  network: "returns data without the condition 'aws:SourceVpc'",
  names: "returns names without the condition 'aws:SourceVpc' to a role that is not an administrator",
  readable: "writes text that can be read from outside the network",
  foreign: "can access a resource of another account",
  principals: "allows principals of other accounts through the endpoint",
  unclassified: "is not in the channel table, or matches no AWS action",
};

/** The rules that an allowed action breaks without regard to other actions. */
function brokenRules({ principal, statement, channel }: Allowed, scope: ChannelScope): ChannelRule[] {
  const isInside = comesThroughNetwork(statement, scope);
  const rules: Record<string, boolean> = {
    network: channel.returns === "data" && !isInside,
    names: channel.returns === "names" && !isInside && !administrators.includes(principal),
    readable: channel.readBy?.includes(outside) ?? false,
    // Endpoint policies restrict calls through the network, and administrators work outside. Writes require more.
    foreign:
      channel.isForeign &&
      !isBoundToAccounts(statement, scope, channel.readBy === undefined) &&
      !(channel.readBy === undefined && (isInside || administrators.includes(principal))),
  } satisfies Partial<Record<ChannelRule, boolean>>;
  return (Object.keys(rules) as ChannelRule[]).filter((rule) => rules[rule]);
}

/** One problem for all actions of a statement that break the same rule. */
function problemsOf(broken: { rule: ChannelRule; principal: string; sid: string; action: string }[]): ChannelProblem[] {
  const groups = new Map<string, ChannelProblem>();
  for (const { rule, principal, sid, action } of broken) {
    const key = `${principal}/${sid}: ${rule}`;
    const group = groups.get(key) ?? { rule, principal, sid, actions: [], text: "" };
    if (!group.actions.includes(action)) group.actions.push(action);
    group.text = `${principal}/${sid}: ${texts[rule]}: ${group.actions.join(", ")}`;
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * Statements that can send data out of the perimeter, by rule:
 * - `network`, `names`: callers outside the network can read data or names.
 * - `readable`: callers outside the network can read text that the action writes.
 * - `foreign`: the action can access a resource of another account.
 * - `unclassified`: the table does not contain the action.
 */
export function channelReport(policies: readonly CheckedPolicy[], scope: ChannelScope): ChannelReport {
  const { table = channels, exceptions = channelExceptions } = scope;
  const used = new Set<string>();
  const broken: { rule: ChannelRule; principal: string; sid: string; action: string }[] = [];
  const allowed: Allowed[] = [];
  const actions = new Set<string>();
  for (const { principal, statements } of policies)
    for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
      const unclassified = (action: string) => broken.push({ rule: "unclassified", principal, sid: statement.Sid, action });
      if (statement.NotAction !== undefined) unclassified("NotAction");
      for (const pattern of list(statement.Action)) {
        const matching = scope.expand(pattern);
        if (matching.length === 0) unclassified(pattern);
        for (const action of matching) {
          actions.add(action);
          const channel = table.get(action);
          if (channel) allowed.push({ principal, statement, action, channel });
          else unclassified(action);
        }
      }
    }
  const exceptionsFor = (rule: ChannelRule, use: Allowed) => {
    const found = exceptions.filter((exception) => appliesTo(exception, rule, use, scope));
    found.forEach(({ id }) => used.add(id));
    return found;
  };
  /** Actions whose response a caller outside can read. */
  const openReads = new Set<string>();
  const add = (rule: ChannelRule, { principal, statement, action }: Allowed) =>
    broken.push({ rule, principal, sid: statement.Sid, action });
  for (const use of allowed)
    for (const rule of brokenRules(use, scope)) {
      const excused = exceptionsFor(rule, use);
      if (rule === "network" && excused.every(({ leavesOpen }) => leavesOpen)) openReads.add(use.action);
      if (excused.length === 0) add(rule, use);
    }
  for (const use of allowed.filter(({ statement }) => !isClosedInside(statement, scope)))
    if (use.channel.readBy?.some((reader) => openReads.has(reader)) && exceptionsFor("readable", use).length === 0) add("readable", use);
  return { problems: problemsOf(broken), actions, exceptions: used };
}

/**
 * Statements of endpoint policies that other principals could use (`principals`), or that name resources of other accounts
 * (`foreign`). A statement for all actions requires both conditions, so its actions require no row.
 */
export function endpointReport(policies: readonly CheckedPolicy[], scope: ChannelScope): ChannelReport {
  const { table = channels, exceptions = channelExceptions } = scope;
  const report: ChannelReport = { problems: [], actions: new Set(), exceptions: new Set() };
  const broken: Parameters<typeof problemsOf>[0] = [];
  for (const { principal, statements } of policies)
    for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
      const patterns = list(statement.Action);
      const actions = patterns.flatMap((pattern) => (pattern === "*" ? [pattern] : scope.expand(pattern)));
      const carried = requiredValues(statement, ["aws:principalaccount", "aws:principalorgid"]);
      const rules: ChannelRule[] = [
        ...(carried?.every((value) => isInDeployment(value, scope)) || isUnsigned(statement) ? [] : ["principals" as const]),
        ...(isBoundToAccounts(
          statement,
          scope,
          actions.every((action) => table.get(action)?.readBy === undefined && action !== "*"),
        )
          ? []
          : ["foreign" as const]),
      ];
      for (const action of actions.filter((action) => action !== "*")) {
        report.actions.add(action);
        if (!table.has(action)) broken.push({ rule: "unclassified", principal, sid: statement.Sid, action });
      }
      for (const rule of rules)
        for (const action of actions) {
          const use = { principal, statement, action, channel: { returns: "data", isForeign: true } } satisfies Allowed;
          const excused = exceptions.filter((exception) => appliesTo(exception, rule, use, scope));
          excused.forEach(({ id }) => report.exceptions.add(id));
          if (excused.length === 0) broken.push({ rule, principal, sid: statement.Sid, action });
        }
    }
  return { ...report, problems: problemsOf(broken) };
}

/** Rows of the table that no policy needs, and exceptions that no statement needs. */
export function staleChannels(
  reports: readonly ChannelReport[],
  { table = channels, exceptions = channelExceptions }: Pick<ChannelScope, "table" | "exceptions"> = {},
): string[] {
  const actions = new Set(reports.flatMap((report) => [...report.actions]));
  const used = new Set(reports.flatMap((report) => [...report.exceptions]));
  return [
    ...[...table.keys()]
      .filter((action) => !actions.has(action))
      .map((action) => `No role can call ${action}, which the channel table lists.`),
    ...exceptions.filter(({ id }) => !used.has(id)).map(({ id }) => `No statement needs the exception '${id}'.`),
  ];
}
