// Exports internal parts of the toolchain for tests only.
export { buildFromModules } from "./build";
export { checksumIn, cliRelease, downloadRelease, pluginRelease, type Release, resetConnections, Unavailable } from "./download";
export { pieces, pulumiHome } from "./pieces";
export { killChildren, run } from "./process";
export { contentOf, install, installed, keyOf, requireSpace, secondsText, withToolchainLock } from "./store";
export { imageReleases, installReleases } from "./install-releases";
