// Exports internal parts of the CLI for tests only.
export { clientSettings } from "./aws-settings";
export { callerAccount } from "./caller";
export { commandText } from "./command-text";
export { unknownNamesText } from "./commands/sandbox";
export { toolchainText } from "./commands/toolchain";
export { requireForwarded, startText } from "./commands/start";
export { drain, type DrainOptions, type DrainSources, drainSources, requireDrained, StudioError } from "./drain";
export { type Blockers, type DomainBlockers, findBlockers, ownerOf } from "./drain/blockers";
export { blockedText, describeApp, drainCommand, dryRunText } from "./drain/messages";
export {
  type App,
  type Domain,
  type DomainContents,
  environmentsOf,
  type Space,
  studioClient,
  type StudioClient,
  studioDomains,
  type Workload,
} from "./drain/studio-client";
export { sweepOf } from "./destroy";
export { bootstrapWorld, deployBootstrap, deployCommand, endBootstrap, planBootstrap, requireDestroyed } from "./deploy-role";
export { type AccountClient } from "./deploy-role/clients";
export { deleteFromAccounts, deployToAccounts, type DeployRequest } from "./deploy-role/deploy";
export { adviceFor, killedText, changesText, removeStaleLocks, replaceFile, stackFailed } from "./engine";
export { fleetClient, type FleetClient, type Preview, previewIn, type Product } from "./fleet/account-client";
export { catalogClient, type CatalogClient, environmentIn } from "./fleet/client";
export { chooseCore, hubOf, lookupHub, lookupRecipients } from "./fleet/hub";
export { fleetRows, fleetText } from "./fleet/list";
export { artifactOf, readProductFile } from "./fleet/product-file";
export { artifactUrl, publish, type PublishOptions } from "./fleet/publish";
export { type Launched, launchSources, type LaunchSources, requireTerminated } from "./fleet/require-terminated";
export { type Environment, FleetError, type Hub, newestOf, type Version } from "./fleet/types";
export { releaseName } from "./fleet/release";
export { updateCommand as fleetCommand, updateFleet, type UpdateOptions, updateToken, wavesOf } from "./fleet/update";
export { engineSignal, enginesOf, type Interrupt, listenForInterrupts } from "./interrupt";
export { exportPolicies, policiesFor } from "./organization-policies";
export { advisoriesOf, type AdvisoryDatabase, databaseOf, osv } from "./packages/advisories";
export { type MirrorClient, type StoredObject } from "./packages/bucket";
export { mirrorClient } from "./packages/mirror-client";
export { fieldsOf, partsOf, uploadFile } from "./packages/upload";
export { download } from "./packages/download";
export { add, type AddSources, approve, remove as removePackages } from "./packages/edit";
export { PackagesError } from "./packages/error";
export { chooseMirror, lookupMirror, manifestOf, requireMirror } from "./packages/hub";
export { planSync } from "./packages/plan";
export { joined, packagesIn, pipArguments, type Resolved, resolve as resolvePackages } from "./packages/resolve";
export { sync as syncPackages } from "./packages/sync";
export { endingSoon, verifyPackages } from "./packages/verify";
export { buildPack } from "./policy-pack";
export { createProgram } from "./program";
export { remove, type Removal } from "./removal";
export { recordEvents } from "./engine/events";
export { stepsText } from "./steps-text";
export { leftoversText } from "./leftovers";
export { diagramOf, reportPage, type ReportStack } from "./report";
export { suggestion } from "./suggestion";
export { notesText, summaryText } from "./summary";
export { sharedSpaceNotes, updateDomainCommand } from "./shared-spaces";
export { chooseEnvironments, sortStacks } from "./stacks";
export { type Created, domainsOf, environmentOf, isPurged, type Scope, scopeOf } from "./sweep/scope";
export { markTraces, sweep, SweepError, type SweepOptions, type SweepSources, sweepSources } from "./sweep";
export { type SweepClient, sweepClient } from "./sweep/client";
export { trailEvent } from "./verify/aws-client";
export { fittedWidths, textTable } from "./text-table";
export { assumptions, assumptionTable } from "./verify/table";
export { locationOf, lookupTarget } from "./verify/target";
export { type Assumption, type Run, type RunKind, type TaggedKind, type Target, type TrailEvent, type VerifyClient } from "./verify/types";
export { chooseAssumptions, listText, planText, type Result, resultText, verify } from "./verify/verify";
export { openVerifyClient } from "./verify/aws-client";
export { isForeign } from "./runner/foreign";
export { runnerClients } from "./runner/clients";
export { coreCopy } from "./runner/core-copy";
export { boundaryOf, isLaunchBoundary, launchRoleCredentials } from "./runner/launch-role";
export { reasonFor, Rejected } from "./runner/reason";
export { importId, isRepeatable, typesWithoutSearch } from "./runner/resume/import-ids";
export { isNewKey } from "./runner/resume/new-key";
export { readInCopy } from "./runner/resume/copy";
export { resume, type ResumeTools } from "./runner/resume/resume";
export { type Search, searchedTypes, searchIn } from "./runner/resume/search";
export { type Deployment, pendingCreates } from "./runner/resume/state";
export { type StackFile } from "./runner/kept-file";
export { type EnvironmentStack, runRequest, type RunnerTools } from "./runner/runner";
export { configFor, coreStackOf, settingsText } from "./runner/settings";
export { StateUnreadable } from "./runner/state-object";
export { AfterEarlierBuild, terminationError } from "./runner/termination-error";
export { version } from "./package.json";
