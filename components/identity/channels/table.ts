// The channel table classifies every action that a role can call. Pure.
import { type Channel, channelsOf, unread, outside } from "./channel";
import { sagemaker } from "./sagemaker";
import { services } from "./services";

export type ChannelTable = ReadonlyMap<string, Channel>;

const built = Object.entries({ sagemaker, ...services }).map(([service, rows]) => channelsOf(service, rows));

/** Channels by action, such as `logs:GetLogEvents`. */
export const channels: ChannelTable = new Map(built.flatMap(({ channels: rows }) => [...rows]));

/** Contradictions in the table: actions in several lists, and `readBy` actions that do not return data. */
export const tableConflicts = (table: ChannelTable = channels, conflicts = built.flatMap((built) => built.conflicts)): string[] => [
  ...conflicts.map((action) => `${action} is listed twice, or only in 'foreign'.`),
  ...[...table].flatMap(([action, { readBy = [] }]) =>
    readBy
      .filter((reader) => reader !== outside && reader !== unread && table.has(reader) && table.get(reader)!.returns !== "data")
      .map((reader) => `${reader} returns the text of ${action}, so it must return data.`),
  ),
];
