export { cleanToolchain, ensureShellcheck, ensureToolchain, noShellcheck, toolchainStatus } from "./pieces";
export { type Origin, type PieceId, type PieceStatus, type Toolchain, ToolchainError } from "./types";
