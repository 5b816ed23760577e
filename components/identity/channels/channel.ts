// Defines the data in requests and responses of an AWS action, and the format of the channel table. Pure.

/** The data in the request and response of an action. */
export interface Channel {
  /**
   * The response contains data from other callers (`data`), or only names, states, times and costs (`names`), or neither
   * (`nothing`).
   */
  returns: "data" | "names" | "nothing";
  /** Why the text fields of the response, or of the request of a control action, contain no data. */
  because?: string;
  /** Actions that return the free text or bulk data of the request. Absent if the request contains only names. */
  readBy?: string[];
  /** Whether the resource can belong to another account. */
  isForeign: boolean;
}

/** The actions of one service. Each list contains names of actions, separated by spaces. */
export interface ChannelRows {
  /** Actions that return data. */
  data?: string;
  /** Actions that return only names, states, times and costs. */
  names?: string;
  /** Actions whose text fields in responses count as names, by reason. */
  namesBecause?: Record<string, string>;
  /** Actions that return no data from other callers. Actions in `writes` require no entry. */
  control?: string;
  /** Actions whose text fields contain no data, by reason. */
  controlBecause?: Record<string, string>;
  /** Actions whose requests contain free text or bulk data, with the actions that return this data. */
  writes?: [actions: string, readBy: string][];
  /** Actions whose resource can belong to another account. `*`: all actions of the service. */
  foreign?: string;
}

/** Values of `readBy` that are not actions: the service sends the text out of the account, or no action returns it. */
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
