export {
  accountSession,
  deployStack,
  destroyStack,
  inTurn,
  type Outcome,
  previewStack,
  resourcesOf,
  type RunOptions,
  type Session,
  StackFailed,
  type StateResource,
  worldSession,
} from "./deploy";
export { chooseStacks, findStacks, root, type StackPlan } from "./stacks";
export { UsageError } from "./usage-error";
