export { advisoriesOf, databaseOf } from "./advisories";
export { add, approve, remove } from "./edit";
export { chooseMirror, lookupMirror, manifestOf, requireMirror } from "./hub";
export { mirrorClient } from "./mirror-client";
export { readManifest } from "./manifest-file";
export { sync } from "./sync";
export { verifyPackages } from "./verify";
