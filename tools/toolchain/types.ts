import { UserError } from "@cloister/common";

/** The name of a toolchain piece. Only tests use the last one. */
export type PieceId = "pulumi-cli" | "language-host" | "aws-plugin" | "aws-base" | "shellcheck";

/**
 * Where a piece comes from.
 * - `path`, `plugin-cache`: existing on this machine.
 * - `download`: official release, verified with its published checksum.
 * - `built`: from Go modules.
 * - `stand-in`: part of this repository, for machines where the official piece is not available.
 * - `venv`: from Python packages, in a virtual environment.
 */
export type Origin = "path" | "plugin-cache" | "download" | "built" | "stand-in" | "venv";

export interface PieceStatus {
  id: PieceId;
  title: string;
  version: string;
  state: "ready" | "missing";
  origin?: Origin;
  /** Path of the executable. */
  path?: string;
  /** Size on disk. */
  bytes?: number;
  /** Duration of the installation. */
  seconds?: number;
  detail?: string;
}

/** Everything that is needed to run the engine against AWS or a sandbox. */
export interface Toolchain {
  /** Path of the `pulumi` executable. */
  pulumiBin: string;
  pulumiHome: string;
  /** Python executable with moto and boto3. */
  python: string;
  motoServer: string;
  /**
   * Environment variables for every `pulumi` process: `PATH`, `PULUMI_HOME` and switches. The backend and the passphrase
   * belong to a world or an account.
   */
  env: Record<string, string>;
  pieces: PieceStatus[];
}

/** A problem with the toolchain that the user can solve. The message states the solution. */
export class ToolchainError extends UserError {
  override readonly name = "ToolchainError";
}
