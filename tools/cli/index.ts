export {
  accountSession,
  deployStack,
  destroyStack,
  type Outcome,
  previewStack,
  runInOrder,
  type RunOptions,
  type Session,
  StackFailed,
  stackResources,
  type StateResource,
  worldSession,
} from "./engine";
export { chooseStacks, findStacks, root, type StackPlan } from "./stacks";
export { UsageError } from "./usage-error";
