export { destroyStack } from "./destroy";
export {
  accountSession,
  deployStack,
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
export { assumptionTable } from "./verify/table";
export { readProductFile } from "./fleet/product-file";
export { svgOf } from "./report/svg";
