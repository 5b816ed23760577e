export { deleteBootstrap, deployBootstrap } from "./deploy";
export { deployCommand, planBootstrap } from "./request";
export { requireDestroyed } from "./require-destroyed";
export { bootstrapWorld, endBootstrap, worldRole } from "./world";
