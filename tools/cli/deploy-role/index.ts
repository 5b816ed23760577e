export { deleteBootstrap, deployBootstrap } from "./deploy";
export { deployCommand, planBootstrap } from "./request";
export { bootstrapWorld, endBootstrap, worldRole } from "./world";
