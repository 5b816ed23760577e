export { allowedActions, boundaryExtras, boundaryProblems, type BoundaryScope, foreignWrites, unusedReasons } from "./boundary";
export { type Channel, unread, outside } from "./channel";
export {
  administrators,
  channelReport,
  type ChannelReport,
  type ChannelScope,
  type CheckedPolicy,
  endpointReport,
  staleChannels,
} from "./check";
export { type ChannelException, channelExceptions, type ChannelRule, ownBuckets } from "./exceptions";
export { channels, tableConflicts } from "./table";
