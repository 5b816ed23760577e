// What only tests import: the parts behind `index.ts`.
export { adviceOn, changesText, freeDeadLocks } from "./deploy";
export { drain, type DrainOptions, refuseWhileInUse, type Sources, sourcesOf, StudioError } from "./drain/drain";
export { appWords, drainCommand, dryRun, inTheWay, type Looked, ownerOf, refusal } from "./drain/plan";
export { type App, clientSettings, type Contents, type Domain, domainsIn, type Space, type Studio, studioOf } from "./drain/studio-client";
export { exportPolicies, policiesFor } from "./export";
export { enginesIn, forEngine, type Interrupt, listenForInterrupts } from "./interrupt";
export { buildPack } from "./policy-pack";
export { graphOf, report, type ReportStack } from "./report";
export { chooseEnvironments, inOrder } from "./stacks";
