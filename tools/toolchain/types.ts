import { UserError } from "@cloister/common";

/** One piece of the toolchain; the last only for tests. */
export type PieceId = "pulumi-cli" | "language-host" | "aws-plugin" | "aws-base" | "shellcheck";

/**
 * Where a piece comes from.
 * - `path`, `plugin-cache`: was on this machine already.
 * - `download`: official release, checked against its published checksum.
 * - `built`: from Go modules.
 * - `stand-in`: ours, where the official one can't be had.
 * - `venv`: from Python packages, in an environment of its own.
 */
export type Origin = "path" | "plugin-cache" | "download" | "built" | "stand-in" | "venv";

export interface PieceStatus {
  id: PieceId;
  title: string;
  version: string;
  state: "ready" | "missing";
  origin?: Origin;
  /** The executable that is used. */
  path?: string;
  /** Size on disk. */
  bytes?: number;
  /** How long it took to get, when this was noted. */
  seconds?: number;
  detail?: string;
}

/** Everything that is needed to run the engine against AWS or a sandbox. */
export interface Toolchain {
  /** The `pulumi` executable. */
  pulumiBin: string;
  pulumiHome: string;
  /** Python that has moto and boto3. */
  python: string;
  motoServer: string;
  /** What every `pulumi` process needs: `PATH`, `PULUMI_HOME` and switches; neither backend nor passphrase, which belong to a world or an account. */
  env: Record<string, string>;
  pieces: PieceStatus[];
}

/** A problem with the toolchain that the user can solve; the message says how. */
export class ToolchainError extends UserError {
  override readonly name = "ToolchainError";
}
