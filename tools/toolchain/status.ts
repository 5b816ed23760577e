import { findInCache, type Piece, pieces, requiredPieces } from "./pieces";
import { bytesText, goDir, sizeOf } from "./store";
import { type PieceStatus } from "./types";

/** Returns the status of each required piece, without changing anything. */
export async function toolchainStatus(): Promise<PieceStatus[]> {
  const goBytes = sizeOf(goDir());
  return requiredPieces.map((id) => {
    const status = pieceStatus(pieces[id]);
    return id === "aws-plugin" && goBytes > 0
      ? { ...status, detail: `Go caches: ${bytesText(goBytes)} (delete them: npx cloister toolchain clean)` }
      : status;
  });
}

export function pieceStatus(piece: Piece): PieceStatus {
  const { id, title } = piece;
  const found = piece.find?.() ?? findInCache(piece);
  return found ? { id, title, state: "ready", ...found } : { id, title, version: piece.version(), state: "missing" };
}
