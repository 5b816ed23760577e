// Builds the tables about channels in docs/identity.md: the class of each action, and the exceptions of the check.
import { type Channel, channelExceptions, channels, outside, unread } from "@cloister/components/identity/channels";

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
const serviceOf = (action: string) => action.split(":")[0]!;
const nameOf = (action: string) => action.split(":")[1]!;

/** Names of actions by their verb, `List`: Apps, Domains. */
function grouped(actions: string[]): string {
  const verbs = new Map<string, string[]>();
  for (const name of actions.map(nameOf)) {
    const [, verb = name, rest = ""] = /^([A-Z]+[a-z]*)(.*)$/.exec(name) ?? [];
    verbs.set(verb, [...(verbs.get(verb) ?? []), rest]);
  }
  return [...verbs].map(([verb, rests]) => (rests.length > 1 ? `\`${verb}\` ${rests.join(", ")}` : `\`${verb}${rests[0]!}\``)).join("; ");
}

const classes: [title: string, contains: (channel: Channel) => boolean][] = [
  ["data out", ({ returns }) => returns === "data"],
  ["names", ({ returns }) => returns === "names"],
  ["data in", ({ readBy }) => readBy !== undefined],
  ["control only", ({ returns, readBy }) => returns === "nothing" && readBy === undefined],
];

const services = [...new Set([...channels.keys()].map(serviceOf))].sort();

/** Every action by service and class. */
export const channelTable = [
  "| service | class | actions |",
  "| --- | --- | --- |",
  ...services.flatMap((service) =>
    classes.flatMap(([title, contains]) => {
      const actions = [...channels].filter(([action, channel]) => serviceOf(action) === service && contains(channel));
      return actions.length === 0 ? [] : [`| \`${service}\` | ${title} | ${grouped(actions.map(([action]) => action))} |`];
    }),
  ),
].join("\n");

const by = <K>(entries: (readonly [K, string])[]) => {
  const groups = new Map<K, string[]>();
  for (const [key, action] of entries) groups.set(key, [...(groups.get(key) ?? []), action]);
  return [...groups];
};

/** Reasons why text fields contain no data. */
export const harmlessTextTable = [
  "| text fields | actions |",
  "| --- | --- |",
  ...by([...channels].flatMap(([action, { because }]) => (because === undefined ? [] : [[because, action] as const]))).map(
    ([because, actions]) => `| ${because} | ${code(actions)} |`,
  ),
].join("\n");

const readers: Record<string, string> = { [outside]: "no action: the service forwards the data", [unread]: "no action" };

/** Actions with data in the request, and the actions that return this data. */
export const channelWriteTable = [
  "| data in | returned by |",
  "| --- | --- |",
  ...by(
    [...channels].flatMap(([action, { readBy }]) =>
      readBy ? [[readBy.map((reader) => readers[reader] ?? code([reader])).join(", "), action] as const] : [],
    ),
  ).map(([readBy, actions]) => `| ${code(actions)} | ${readBy} |`),
].join("\n");

/** Statements without the network condition. */
export const channelExceptionTable = [
  "| exception | roles or endpoints | actions | reason |",
  "| --- | --- | --- | --- |",
  ...channelExceptions.map(
    ({ id, principals, actions, when, reason, source }) =>
      `| \`${id}\`${when === undefined ? "" : `, with \`people.network: ${when}\``} | ${principals === "all" ? "all" : principals.join(", ")} | ${code(actions)} | ${reason} Source: ${source}. |`,
  ),
].join("\n");
