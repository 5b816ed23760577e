// The channel table: what each action that a role can call carries. New actions must be classified here. Pure.
import { type Channel, channelsOf, unread, outside } from "./channel";
import { sagemaker } from "./sagemaker";
import { services } from "./services";

export type ChannelTable = ReadonlyMap<string, Channel>;

const built = Object.entries({ sagemaker, ...services }).map(([service, rows]) => channelsOf(service, rows));

/** What each action carries, by action, `logs:GetLogEvents`. */
export const channels: ChannelTable = new Map(built.flatMap(({ channels: rows }) => [...rows]));

/** Contradictions in the table: actions in several lists, and readers that the table does not list as readers of data. */
export const tableConflicts = (table: ChannelTable = channels, conflicts = built.flatMap((one) => one.conflicts)): string[] => [
  ...conflicts.map((action) => `${action} is listed twice, or only as foreign.`),
  ...[...table].flatMap(([action, { readBy = [] }]) =>
    readBy
      .filter((reader) => reader !== outside && reader !== unread && table.has(reader) && table.get(reader)!.returns !== "data")
      .map((reader) => `${reader} returns the text of ${action}, so it must return data.`),
  ),
];
