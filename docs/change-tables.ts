// Generates the tables of what a change of a setting does, from the recorded rows of the wiring tables.
import { isObject } from "@cloister/common";
import { core } from "../tests/programs/wiring/core";
import { environment } from "../tests/programs/wiring/environment";
import { type RecordedRow, recorded, rowsOf } from "../tests/programs/wiring/recorded";
import { type Settings } from "../tests/programs/wiring/settings";
import { type Row, type Table } from "../tests/programs/wiring/table";
import { targetAccounts } from "../tests/programs/wiring/target-accounts";

/** What is lost or interrupted when a resource of a kind is replaced or deleted. Other kinds lose nothing. */
const losses: Record<string, string> = {
  Account: "findings of Amazon Macie; findings of AWS Security Hub after 90 days",
  Analyzer: "the findings of the analyzer",
  Bucket: "the bucket and its objects stay outside the stack; with `purge: true` they are deleted",
  Detector: "the findings of the detector",
  Domain: "apps, profiles, spaces and their files; home directories stay in a file system that no domain uses",
  Eip: "the public address",
  FlowLog: "flow logs of the time between deletion and creation",
  Key: "the key stays outside the stack; with `purge: true` its deletion is scheduled",
  LogGroup: "the log events",
  NatGateway: "connections to the internet",
  NotebookInstance: "files of the notebook instance",
  Role: "sessions of the role",
  Space: "files of the space",
  Subnet: "network interfaces; the deletion waits for jobs, endpoints and mount targets in the subnet",
  UserProfile: "apps and private spaces of the profile",
  VpcPeeringConnection: "connections to shared endpoints",
  Vpc: "all connections; the deletion waits for jobs and endpoints in the VPC",
  VpcEndpoint: "connections to the service",
};

/** What must stop, or start again, before a resource of a kind is updated. */
const stops: Record<string, string> = {
  NotebookInstance: "the deployment stops and starts the notebook instance",
};

/** What takes effect at the next start of an app or job. */
const nextStart: Record<string, string> = {
  AppImageConfig: "running apps use the change after their next start",
  ImageVersion: "running apps use the change after their next start",
  Domain: "running apps use the change after their next start",
  UserProfile: "running apps use the change after their next start",
  Space: "running apps use the change after their next start",
  NotebookInstanceLifecycleConfiguration: "notebook instances use the change after their next start",
  StudioLifecycleConfig: "running apps use the change after their next start",
};

/** From the strongest to the weakest. */
const effects = {
  rejected: "The program rejects the change, and changes no resources. The error message contains the next step.",
  new: "Creates all resources again under other names, and deletes the resources with the old names.",
  replaces: "Replaces or deletes resources whose loss users notice. The last column states what is lost or interrupted.",
  stop: "Changes resources that must stop first. The deployment stops and starts them.",
  "in place": "Changes, creates and deletes resources. Nothing is lost.",
  "only destroy": "Changes no resource in AWS. The setting changes what a later destroy or replacement deletes.",
  none: "Changes no deployed resource.",
};
type Effect = keyof typeof effects;

const kindOf = (text: string) => text.split(" ")[0]!;
const unique = <T>(items: T[]) => [...new Set(items)];

/** The stack settings whose change only affects a later destroy. */
const onlyDestroy = ["purge", "confirmPurge"];

function effectOf({ setting, create = [], update = [], replace = [], delete: deleted = [], rejected }: RecordedRow): {
  effect: Effect;
  lost: string[];
} {
  if (rejected !== undefined) return { effect: "rejected", lost: [] };
  const gone = unique([...replace.map(kindOf), ...deleted]);
  const lost = gone.flatMap((kind) => losses[kind] ?? []);
  const isNew = ["Vpc", "Key", "Role"].every((kind) => create.includes(kind) && deleted.includes(kind));
  if (isNew) return { effect: "new", lost };
  if (lost.length > 0) return { effect: "replaces", lost };
  const stopped = update.flatMap((kind) => stops[kind] ?? []);
  const later = unique([...update, ...gone].flatMap((kind) => nextStart[kind] ?? []));
  if (stopped.length > 0) return { effect: "stop", lost: [...stopped, ...later] };
  if (onlyDestroy.includes(setting)) return { effect: "only destroy", lost: [] };
  const isUnchanged = create.length + update.length + gone.length === 0;
  return isUnchanged ? { effect: "none", lost: [] } : { effect: "in place", lost: later };
}

const MOST = 6;
const kinds = (verb: string, list: string[] = []) => {
  if (list.length === 0) return [];
  const text =
    list.length > MOST
      ? `${list.length} kinds of resources`
      : list.map((kind) => `\`${kindOf(kind)}\`${kind.slice(kindOf(kind).length)}`).join(", ");
  return [`${verb} ${text}`];
};

const LONGEST = 60;
const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** An item of a list: `ana`, or `two (owner: bo, app: codeeditor)` for an object. */
function itemText(item: unknown): string {
  if (!isObject(item)) return String(item);
  const [[, name] = [], ...others] = Object.entries(item);
  return `${String(name)}${others.length === 0 ? "" : ` (${others.map(([key, member]) => `${key}: ${valueText(member)}`).join(", ")})`}`;
}

const valueText = (item: unknown): string =>
  Array.isArray(item) ? item.map(itemText).join(", ") : typeof item === "object" ? JSON.stringify(item) : String(item);

/** The single values and lists in settings: `studio.signIn: identity-center`. */
export const settingTexts = (settings: Settings, omitted?: string, prefix = ""): string[] =>
  Object.entries(settings).flatMap(([key, item]) => {
    const path = `${prefix}${key}`;
    if (path === omitted) return [];
    return isObject(item) && Object.keys(item).length > 0
      ? settingTexts(item, omitted, `${path}.`)
      : [`\`${cell(`${path}: ${shortened(valueText(item))}`)}\``];
  });

/** The settings besides the changed setting that differ from the defaults, and those that change with it. */
function otherSettings(setting: string, { with: both = {}, requires = {} }: Row): string {
  const before = settingTexts(both, setting);
  const changed = settingTexts(requires, setting).filter((text) => !before.includes(text));
  return [...before, ...(changed.length > 0 ? [`with the change: ${changed.join(", ")}`] : [])].join(", ");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const value = (text: string) => (text === "" ? "unset" : `\`${cell(text)}\``);

function line(row: RecordedRow, others: string): string {
  const { effect, lost } = effectOf(row);
  const resources = [
    ...kinds("updates", row.update),
    ...kinds("replaces", row.replace),
    ...kinds("creates", row.create),
    ...kinds("deletes", row.delete),
  ].join("; ");
  const last = row.rejected === undefined ? lost.join("; ") : row.rejected;
  return `| \`${row.setting}\` | ${value(row.from)} | ${value(row.to)} | ${others} | ${effect} | ${resources} | ${cell(last)} |`;
}

/** The effects with their meaning. */
export const effectTable = [
  "| effect | meaning |",
  "| --- | --- |",
  ...Object.entries(effects).map(([name, about]) => `| ${name} | ${about} |`),
].join("\n");

const tables: Record<string, Table> = Object.fromEntries([core, environment, targetAccounts].map((table) => [table.project, table]));

/** The required settings of the stacks whose changes a table lists. */
export const baseText = (project: string): string => `Required settings: ${settingTexts(tables[project]!.base).join(", ")}.`;

/** One row for each change of a setting of a project. */
export function changeTable(project: string): string {
  // The recorded rows have the same order, which a test of each project checks.
  const rows = rowsOf(tables[project]!);
  return [
    "| setting | from | to | other settings | effect | resources | lost, interrupted or rejected |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...recorded[project]!.map((row, i) => line(row, otherSettings(row.setting, rows[i]!.row))),
  ].join("\n");
}
