// Compares the manifest with the objects in the mirror's bucket. Pure.
import { createHash } from "node:crypto";
import { fileKey, filePrefix, indexPrefix } from "@cloister/components/mirror/index-keys";
import { type IndexObject, indexObjects } from "@cloister/components/mirror/index-pages";
import { type Manifest, type PackageFile } from "@cloister/components/mirror/manifest";
import { type StoredObject } from "./bucket";

/** What a publication changes, in the order of the changes: no page links to a missing file. */
export interface SyncPlan {
  files: PackageFile[];
  pages: IndexObject[];
  /** Keys of pages of removed projects. */
  removedPages: string[];
  /** Keys of files that no page links to. */
  removedFiles: string[];
}

export const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/**
 * Objects that the mirror does not own, such as those of a server of the index, are not changed.
 * `hasPages` is false if the service creates the index from the files.
 */
export function planSync(manifest: Manifest, stored: readonly StoredObject[], hasPages = true): SyncPlan {
  const byKey = new Map(stored.map((object) => [object.key, object]));
  const files = new Map(manifest.packages.flatMap(({ files }) => files.map((file) => [fileKey(file), file])));
  const pages = hasPages ? indexObjects(manifest) : [];
  const pageKeys = new Set(pages.map(({ key }) => key));
  const without = (prefix: string, isKnown: (key: string) => boolean) =>
    stored.flatMap(({ key }) => (key.startsWith(prefix) && !isKnown(key) ? [key] : []));
  return {
    files: [...files].flatMap(([key, file]) => (byKey.get(key)?.size === file.size ? [] : [file])),
    pages: pages.filter(({ key, body }) => byKey.get(key)?.md5 !== md5(body)),
    removedPages: without(indexPrefix, (key) => pageKeys.has(key)),
    removedFiles: without(filePrefix, (key) => files.has(key)),
  };
}

/**
 * Only the removals of a publication: pages without removed packages and without packages that are not in the mirror yet, then
 * deletions. Empty if nothing is removed.
 */
export function removalsIn(manifest: Manifest, stored: readonly StoredObject[], hasPages = true): SyncPlan {
  const { files, removedPages, removedFiles } = planSync(manifest, stored, hasPages);
  if (removedPages.length === 0 && removedFiles.length === 0) return { files: [], pages: [], removedPages, removedFiles };
  const isNew = new Set(files.map(fileKey));
  const packages = manifest.packages
    .map((entry) => ({ ...entry, files: entry.files.filter((file) => !isNew.has(fileKey(file))) }))
    .filter((entry) => entry.files.length > 0);
  // Files of the manifest that were changed in the bucket are replaced with the additions, and not deleted.
  return { ...planSync({ ...manifest, packages }, stored, hasPages), files: [], removedFiles };
}

export const isEmpty = (plan: SyncPlan): boolean => Object.values(plan).every((list: readonly unknown[]) => list.length === 0);
