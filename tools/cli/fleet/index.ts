export { fleetClient } from "./account-client";
export { catalogClient } from "./client";
export { chooseCore, hubSources, lookupHub, lookupRecipients } from "./hub";
export { fleetRows, fleetText } from "./list";
export { artifactOf, readProductFile } from "./product-file";
export { publish } from "./publish";
export { launchSources, requireTerminated } from "./require-terminated";
export { releaseName } from "./release";
export { updateCommand, updateFleet } from "./update";
