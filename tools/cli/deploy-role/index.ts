export { deleteBootstrap, deployBootstrap } from "./deploy";
export { planBootstrap } from "./request";
export { bootstrapWorld, endBootstrap, worldRole } from "./world";
