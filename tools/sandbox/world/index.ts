export { type Call, type CallFilter, Control, type Fault, type GatewayStatus, type UnknownName, type WorldLeftover } from "./control";
export { cleanEnvironment } from "./environment";
export { listWorlds, openWorld, type WorldStatus } from "./list";
export { startWorld, type WorldOptions } from "./start";
export { stopWorld } from "./stop";
export { type World, type WorldTools } from "./world";
