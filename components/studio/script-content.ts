// Encodes lifecycle configuration scripts in base64, and compresses scripts that are too long. Pure.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { limits } from "../aws/limits";

const contentLimit = limits.lifecycleScript.value;

/** A script that decompresses and runs another script. */
const compressScript = (text: string) => `#!/bin/bash
# Packed, to fit into what AWS takes. To read it, give what is between the ENDs to: base64 -d | gzip -d
set -euo pipefail
script="$(base64 -d <<'END' | gzip -d
${gzipSync(text, { level: 9 }).toString("base64")}
END
)"
set +o pipefail
eval "$script"
`;

/**
 * A script as lifecycle configuration content, compressed if necessary.
 * Errors: `RangeError` if the compressed script is too long.
 */
export function encodeScript(text: string): string {
  const base64 = (script: string) => Buffer.from(script, "utf8").toString("base64");
  const plain = base64(text);
  const content = plain.length > contentLimit ? base64(compressScript(text)) : plain;
  if (content.length > contentLimit)
    throw new RangeError(
      `a lifecycle configuration must have at most ${contentLimit} characters (got ${content.length}). Fix: shorten pip.trustedCertificate.`,
    );
  return content;
}

/** Short hash for names. AWS cannot update lifecycle configurations, so changed content requires a new name. */
export const contentHash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);
