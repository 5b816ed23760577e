export { type ResourceStep, shortUrn, type Violation } from "./events";
export { adviceFor, killedText, StackFailed, stackFailed } from "./failure";
export { runInOrder } from "./order";
export { type PropertyChange, valueText } from "./property-changes";
export { changesText, deployStack, destroyStack, type Outcome, previewStack, type RunOptions } from "./run";
export { accountSession, type Session, worldSession } from "./session";
export { existingResources, stackResources, type StateResource } from "./state";
export { removeStaleLocks, replaceFile } from "./workspace";
