import { UserError } from "@cloister/common";

/** One piece of the toolchain; the last only for tests. */
export type PieceId = "pulumi-cli" | "language-host" | "aws-plugin" | "aws-base" | "shellcheck";

/**
 * Where a piece comes from.
 * - `path`, `plugin-cache`: existing on this machine.
 * - `download`: official release, verified with its published checksum.
 * - `built`: from Go modules.
 * - `stand-in`: part of this repository, when the official one is not available.
 * - `venv`: from Python packages, in a virtual environment.
 */
export type Origin = "path" | "plugin-cache" | "download" | "built" | "stand-in" | "venv";

export interface PieceStatus {
  id: PieceId;
  title: string;
  version: string;
  state: "ready" | "missing";
  origin?: Origin;
  /** The executable. */
  path?: string;
  /** Size on disk. */
  bytes?: number;
  /** Duration of the installation. */
  seconds?: number;
  detail?: string;
}

/** Everything that runs the engine against AWS or a sandbox. */
export interface Toolchain {
  /** The `pulumi` executable. */
  pulumiBin: string;
  pulumiHome: string;
  /** Python with moto and boto3. */
  python: string;
  motoServer: string;
  /**
   * Variables of every `pulumi` process: `PATH`, `PULUMI_HOME` and switches. Backend and passphrase belong to a world
   * or an account.
   */
  env: Record<string, string>;
  pieces: PieceStatus[];
}

/** A problem with the toolchain that the user can solve; the message says how. */
export class ToolchainError extends UserError {
  override readonly name = "ToolchainError";
}
