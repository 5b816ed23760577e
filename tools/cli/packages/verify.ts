// Implements `cloister packages verify`: compares the manifest, the mirror and the advisories. Changes nothing.
import { type Progress } from "@cloister/common";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { indexObjects } from "@cloister/components/mirror/index-pages";
import { type Manifest, pinOf } from "@cloister/components/mirror/manifest";
import { adviceFor, errorText } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type Advisories, advisoryLines, databaseOf, requireRead } from "./advisories";
import { type MirrorClient, type StoredObject } from "./bucket";
import { PackagesError } from "./error";
import { md5, planSync } from "./plan";

export interface VerifyOptions {
  sync: string;
  advisories(): Promise<Advisories>;
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
  now?: Date;
}

/** Days before its end in which an approval is reported. */
const soon = 30;

/** Approvals that end soon. */
export function endingSoon({ packages }: Manifest, now: Date): string[] {
  const limit = new Date(now.getTime() + soon * 86_400_000).toISOString().slice(0, 10);
  return packages.flatMap((entry) =>
    entry.expires !== undefined && entry.expires <= limit
      ? [
          `${pinOf(entry)}: the approval ends on ${entry.expires}. Renew it: npx cloister packages approve ${pinOf(entry)} --approver <name> --expires <date>`,
        ]
      : [],
  );
}

/** Pages and files that differ from the manifest. */
async function differences(client: MirrorClient, manifest: Manifest, stored: readonly StoredObject[]): Promise<string[]> {
  const byKey = new Map(stored.map((object) => [object.key, object]));
  const { hasPages = true } = client;
  const plan = planSync(manifest, stored, hasPages);
  const files = manifest.packages.flatMap((entry) => entry.files);
  const hashes = await Promise.all(
    files.filter((file) => byKey.has(fileKey(file))).map(async (file) => ({ file, found: await client.sha256(fileKey(file)) })),
  );
  const changed = hashes.filter(({ file, found }) => found !== file.sha256);
  return [
    ...changed.map(
      ({ file, found }) => `${file.filename} was changed in the mirror: its hash is ${found ?? "unknown"}, not ${file.sha256}`,
    ),
    ...files.filter((file) => !byKey.has(fileKey(file))).map(({ filename }) => `${filename} is missing in the mirror`),
    ...(hasPages ? indexObjects(manifest) : []).flatMap(({ key, body }) => {
      const object = byKey.get(key);
      if (object?.md5 === md5(body)) return [];
      return [object ? `${key} was changed in the mirror` : `${key} is missing in the mirror`];
    }),
    ...[...plan.removedPages, ...plan.removedFiles].map((key) => `${key} is in the mirror, but not in the manifest`),
  ];
}

const sourceLine = (source: string) =>
  `${source} also adds packages to the mirror. Disconnect it. CloudTrail shows who added it: UpdateRepository, AssociateExternalConnection`;

/**
 * Verifies that the mirror has exactly the packages of the manifest, with their hashes. Returns the report.
 * Errors: one `PackagesError` with all differences and advisories, and for errors from AWS; `Interrupted`.
 */
export async function verifyPackages(client: MirrorClient, manifest: Manifest, options: VerifyOptions): Promise<string> {
  const { progress, interrupt, sync, now = new Date() } = options;
  const step = progress.step(`Verifying ${countText(manifest.packages.length, "package")}`);
  try {
    const [stored, sources, advisories] = await Promise.all([client.list(), client.sources?.() ?? [], options.advisories()]);
    const found = [...sources.map(sourceLine), ...(await differences(client, manifest, stored))];
    const vulnerable = "known" in advisories ? advisoryLines(advisories) : [];
    const notes = [...endingSoon(manifest, now), ...("unread" in advisories ? advisoryLines(advisories) : [])];
    if (found.length + vulnerable.length > 0)
      throw new PackagesError(
        [
          "The mirror has problems:",
          ...[...found, ...vulnerable].map((line) => `  - ${line}`),
          ...(found.length > 0 ? [`If no other publisher changed the mirror, publish the manifest again: ${sync}`] : []),
          ...notes,
        ].join("\n"),
      );
    requireRead(advisories, databaseOf(manifest), "The mirror has no other differences.");
    step.done("no differences");
    return [`The mirror has exactly the packages of the manifest: ${countText(manifest.packages.length, "package")}.`, ...notes].join("\n");
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    if (interrupt?.signal.aborted) throw interrupt.signal.reason;
    if (error instanceof PackagesError) throw error;
    const reason = errorText(error);
    throw new PackagesError(
      [`The mirror cannot be verified: ${reason}`, ...adviceFor([reason], "The page docs/packages.md lists the permissions.")].join("\n"),
    );
  }
}
