// What only tests import: the parts behind `index.ts`.
export { buildFromModules } from "./build";
export { askAgain, checksumIn, cliRelease, downloadRelease, pluginRelease, type Release, Unreachable } from "./download";
export { pulumiHome } from "./pieces";
export { endAll, run } from "./process";
export { contentOf, exclusively, install, installed, keyOf, requireSpace, secondsText } from "./store";
