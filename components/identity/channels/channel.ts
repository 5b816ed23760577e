// Defines what an action of AWS carries, and how the channel table lists actions. Pure.

/** What one action carries. An action can carry data in and out. */
export interface Channel {
  /**
   * What the response contains: what others wrote (`data`), only names, states, times, costs and structure (`names`), or
   * nothing that others wrote (`nothing`).
   */
  returns: "data" | "names" | "nothing";
  /** Why text fields in the response, or in the request of a control action, carry no data. */
  because?: string;
  /** Actions that return the free text or bulk data of the request. Absent if the request carries only names. */
  readBy?: string[];
  /** Whether the resource can belong to another account. */
  isForeign: boolean;
}

/** The actions of one service. Each list contains names of actions, separated by spaces. */
export interface ChannelRows {
  /** Actions that return data. */
  data?: string;
  /** Actions that return only names, states, times, costs and structure. */
  names?: string;
  /** Actions whose responses have text fields that count as names, by the reason. */
  namesBecause?: Record<string, string>;
  /** Actions that return nothing that others wrote. Actions in `writes` need no entry. */
  control?: string;
  /** Actions whose requests or responses have text fields that carry no data, by the reason. */
  controlBecause?: Record<string, string>;
  /** Actions that carry free text or bulk data in, and the actions that return it. */
  writes?: [actions: string, readBy: string][];
  /** Actions whose resource can belong to another account. `*`: all actions of the service. */
  foreign?: string;
}

/** Readers that are no actions: the service sends the text out of the account, or no action returns the text. */
export const outside = "outside";
export const unread = "unread";

const words = (text = "") => text.split(/\s+/).filter((word) => word !== "");

/** The channels of one service by action, `logs:GetLogEvents`, and actions that several lists contain. */
export function channelsOf(service: string, rows: ChannelRows): { channels: Map<string, Channel>; conflicts: string[] } {
  const actionsIn = (text?: string) =>
    words(text).map((name) => (name.includes(":") || name === outside || name === unread ? name : `${service}:${name}`));
  const reasoned = (returns: Channel["returns"], reasons: Record<string, string> = {}) =>
    Object.entries(reasons).flatMap(([because, names]) => actionsIn(names).map((action) => ({ action, returns, because })));
  const plain = (returns: Channel["returns"], names?: string) =>
    actionsIn(names).map((action) => ({ action, returns, because: undefined }));
  const listed = [
    ...plain("data", rows.data),
    ...plain("names", rows.names),
    ...reasoned("names", rows.namesBecause),
    ...plain("nothing", rows.control),
    ...reasoned("nothing", rows.controlBecause),
  ];
  const written = (rows.writes ?? []).flatMap(([actions, readBy]) =>
    actionsIn(actions).map((action): [string, string[]] => [action, actionsIn(readBy)]),
  );
  const writers = new Map(written);
  const actions = [...new Set([...listed.map(({ action }) => action), ...writers.keys()])];
  const foreign = new Set(rows.foreign === "*" ? actions : actionsIn(rows.foreign));
  const returnsOf = new Map(listed.map(({ action, returns, because }) => [action, { returns, ...(because !== undefined && { because }) }]));
  const repeated = (names: string[]) => names.filter((name, i) => names.indexOf(name) !== i);
  return {
    channels: new Map(
      actions.map((action) => {
        const readBy = writers.get(action);
        return [
          action,
          { returns: "nothing", ...returnsOf.get(action), ...(readBy && { readBy }), isForeign: foreign.has(action) } satisfies Channel,
        ];
      }),
    ),
    conflicts: [
      ...repeated(listed.map(({ action }) => action)),
      ...repeated(written.map(([action]) => action)),
      ...[...foreign].filter((action) => !actions.includes(action)),
    ],
  };
}
