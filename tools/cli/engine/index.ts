export { type Violation } from "./events";
export { adviceFor, StackFailed } from "./failure";
export { runInOrder } from "./order";
export { changesText, deployStack, destroyStack, type Outcome, previewStack, type RunOptions } from "./run";
export { accountSession, type Session, worldSession } from "./session";
export { stackResources, type StateResource } from "./state";
export { removeStaleLocks, replaceFile } from "./workspace";
