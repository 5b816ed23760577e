export { cleanToolchain } from "./clean";
export { ensureShellcheck, ensureToolchain, shellcheckProblem } from "./ensure";
export { toolchainStatus } from "./status";
export { type Origin, type PieceId, type PieceStatus, type Toolchain, ToolchainError } from "./types";
