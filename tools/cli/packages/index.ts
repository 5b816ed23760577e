export { advisoriesOf, databaseOf } from "./advisories";
export { mirrorClient } from "./bucket";
export { add, approve, remove } from "./edit";
export { chooseMirror, lookupMirror, manifestOf, requireMirror } from "./hub";
export { readManifest } from "./manifest-file";
export { sync } from "./sync";
export { verifyPackages } from "./verify";
