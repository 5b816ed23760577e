export { diagramOf } from "./diagram";
export { reportPage } from "./page";
export { type ReportStack } from "./resources";
