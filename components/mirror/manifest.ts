// Reads the manifest of approved packages, and finds all problems with it. Pure.
import { parseDocument } from "yaml";
import { z } from "zod";
import { allowedText, nodeAt, nodeOf, pathText } from "../stack/schema";
import { type Problem } from "../stack/preflight";
import { normalizedName } from "./index-keys";

const text = (allowed: string, pattern: RegExp, max = 200) => z.string().min(1).max(max).regex(pattern).meta({ allowed });
const line = (allowed: string) => text(allowed, /^[^\s\p{C}]([^\p{C}\u2028\u2029]*[^\s\p{C}])?$/u, 500);

const date = () =>
  z
    .string()
    .refine((day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)), { message: "must be a date such as 2027-01-31" })
    .meta({ allowed: "a date such as 2027-01-31" });

const file = z.strictObject({
  filename: text(
    "the file name of a wheel, such as six-1.16.0-py2.py3-none-any.whl",
    /^[\w.!+]+-[\w.!+]+(-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl$/,
  ),
  size: z.int().min(1).max(5_000_000_000),
  sha256: text("64 lower-case hexadecimal digits", /^[0-9a-f]{64}$/),
  url: text("a URL that begins with https:// and has no credentials", /^https:\/\/[^\s@/\p{C}]+\/[^\s\p{C}]+$/u, 1000),
});

const approvedPackage = z.strictObject({
  name: text("a normalized project name: lower-case letters, digits and single dashes", /^[a-z0-9]+(-[a-z0-9]+)*$/),
  version: text('a version in quotes, such as "1.16.0"', /^\d[\w.!+]*$/),
  licence: line("a licence, such as an SPDX identifier"),
  approver: line("the person or team that approved the package").optional(),
  expires: date().optional(),
  acceptedAdvisories: z
    .array(text("the ID of an advisory, such as GHSA-jfhm-5ghh-2f97", /^[A-Za-z0-9][\w-]*$/))
    .max(500)
    .optional(),
  requiresPython: line("a version specifier, such as >=3.9").optional(),
  files: z.array(file).min(1).max(500),
});

const advisories = z.strictObject({
  /** Database of advisories with the API of OSV, which receives the names and versions of packages. */
  url: text(
    "an HTTPS URL without a slash at the end, such as https://api.osv.dev",
    /^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?(\/[\w.-]+)*$/,
  ).optional(),
  /** Whether packages are added, published and verified only if the database can be read. */
  required: z.boolean().optional(),
});

const manifestSchema = z.strictObject({ advisories: advisories.optional(), packages: z.array(approvedPackage).max(100_000) });

export type Manifest = z.output<typeof manifestSchema>;
export type ApprovedPackage = Manifest["packages"][number];
export type PackageFile = ApprovedPackage["files"][number];

/** `six==1.16.0` */
export const pinOf = ({ name, version }: Pick<ApprovedPackage, "name" | "version">) => `${name}==${version}`;

const approveCommand = (pin: string) => `npx cloister packages approve ${pin} --approver <name> --expires <date>`;
const addCommand = (pin: string) => `npx cloister packages add ${pin}`;

interface PackagePath {
  path: PropertyKey[];
  /** `six==1.16.0`, as far as the entry names a package. */
  pin: string;
}

function packageAt(value: unknown, path: PropertyKey[]): PackagePath {
  const packages = (value as { packages?: unknown } | undefined)?.packages;
  const entry = (Array.isArray(packages) && path[0] === "packages" ? packages[Number(path[1])] : undefined) as
    | { name?: unknown; version?: unknown }
    | undefined;
  return { path, pin: entry?.name === undefined ? "<package>" : `${String(entry.name)}==${String(entry.version ?? "<version>")}` };
}

/** The next step for a problem with a key of an entry. */
function fixOf(key: PropertyKey | undefined, pin: string): string {
  if (key === "licence") return `${addCommand(pin)} --licence ${pin.split("==")[0]}=<licence>`;
  if (key === "sha256" || key === "files" || key === "url" || key === "filename" || key === "size")
    return `npx cloister packages remove ${pin}, then ${addCommand(pin)}`;
  if (key === "approver" || key === "expires") return approveCommand(pin);
  return "correct the entry in the manifest";
}

const shown = (value: unknown) => {
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
};

const valueAt = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);

const node = nodeOf(manifestSchema);

function schemaProblems(file: string, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  const { path, pin } = packageAt(value, issue.path);
  const setting = `${file}:${pathText(path)}`;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      setting: `${file}:${pathText([...path, key])}`,
      text: `is not a key of the manifest. Known keys: ${Object.keys(nodeAt(node, path)?.properties ?? {}).join(", ")}. Fix: remove the key`,
    }));
  const key = [...path].reverse().find((part) => typeof part === "string");
  const got = valueAt(value, path);
  const rule = issue.code === "custom" ? issue.message : `must be ${allowedText(nodeAt(node, path) ?? {})}`;
  const isPackage = path[0] === "packages";
  const where = isPackage ? ` for ${pin}` : "";
  const found = got === undefined ? `is missing${where}. It ${rule}.` : `${rule} (got ${shown(got)}${where}).`;
  return [{ setting, text: `${found} Fix: ${isPackage ? fixOf(key, pin) : "correct the entry in the manifest"}` }];
}

const whereIs = (i: number, ...more: PropertyKey[]): PropertyKey[] => ["packages", i, ...more];

/** Entries that repeat a version, and files with two hashes. */
function repeatProblems(file: string, { packages }: Manifest): Problem[] {
  const entries = new Map<string, number>();
  const hashes = new Map<string, { sha256: string; path: string }>();
  return packages.flatMap((entry, i) => {
    const pin = pinOf(entry);
    const first = entries.get(pin);
    if (first === undefined) entries.set(pin, i);
    const repeated =
      first === undefined
        ? []
        : [
            {
              setting: `${file}:${pathText(whereIs(i))}`,
              text: `must not repeat ${pin} of 'packages[${first}]'. Fix: remove one of the entries, or npx cloister packages remove ${pin}`,
            },
          ];
    const conflicts = entry.files.flatMap(({ filename, sha256 }, j): Problem[] => {
      const path = pathText(whereIs(i, "files", j));
      const known = hashes.get(filename);
      if (!known) {
        hashes.set(filename, { sha256, path });
        return [];
      }
      const text =
        known.sha256 === sha256
          ? `must not repeat ${filename} of '${known.path}'. Fix: remove one of them`
          : `must not be another hash of ${filename} than '${known.path}' (got ${sha256.slice(0, 12)}… and ${known.sha256.slice(0, 12)}…). ` +
            `Fix: compare with the publisher's hash, then npx cloister packages remove ${pin} and ${addCommand(pin)}`;
      return [{ setting: `${file}:${path}.sha256`, text }];
    });
    return [...repeated, ...conflicts];
  });
}

/** `2023.07.1` and `2023.7.1` are the same version. Source: PEP 440, "Integer Normalization". */
const comparable = (version: string) =>
  version
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/(^|[.!+-])0+(?=\d)/g, "$1");

/** A file of another project or version would be offered under a wrong name. Source: PEP 427, "File name convention". */
const nameProblems = (file: string, { packages }: Manifest): Problem[] =>
  packages.flatMap((entry, i) =>
    entry.files.flatMap(({ filename }, j): Problem[] => {
      const [name = "", version = ""] = filename.split("-");
      if (normalizedName(name) === entry.name && comparable(version) === comparable(entry.version)) return [];
      return [
        {
          setting: `${file}:${pathText(whereIs(i, "files", j, "filename"))}`,
          text: `must be a wheel of ${pinOf(entry)} (got ${filename}). Fix: ${fixOf("filename", pinOf(entry))}`,
        },
      ];
    }),
  );

/** A manifest, or all problems with it. `file` is its path for messages. Packages can be without an approval. */
export function parseManifest(file: string, yaml: string): { manifest?: Manifest; problems: Problem[] } {
  const document = parseDocument(yaml);
  const [error] = document.errors;
  if (error) return { problems: [{ setting: file, text: `must be YAML: ${error.message.split("\n")[0]}. Fix: correct the file` }] };
  const value: unknown = document.toJS() ?? { packages: [] };
  const result = manifestSchema.safeParse(value);
  if (!result.success) return { problems: result.error.issues.flatMap((issue) => schemaProblems(file, value, issue)) };
  const problems = [...repeatProblems(file, result.data), ...nameProblems(file, result.data)];
  return problems.length > 0 ? { problems } : { manifest: result.data, problems };
}

/** Packages without an approver or an expiry date, and expired approvals. `now` is the current time. */
export const approvalProblems = (file: string, { packages }: Manifest, now: Date): Problem[] =>
  packages.flatMap((entry, i) => {
    const { approver, expires } = entry;
    const fix = `Fix: ${approveCommand(pinOf(entry))}, or npx cloister packages remove ${pinOf(entry)}`;
    const problem = (key: string, text: string): Problem => ({ setting: `${file}:${pathText(whereIs(i, key))}`, text: `${text}. ${fix}` });
    return [
      ...(approver === undefined ? [problem("approver", `is missing for ${pinOf(entry)}: the package is not approved`)] : []),
      ...(expires === undefined ? [problem("expires", `is missing for ${pinOf(entry)}: an approval must end`)] : []),
      // An approval is valid until the end of its last day, in UTC.
      ...(expires !== undefined && expires < now.toISOString().slice(0, 10)
        ? [problem("expires", `must not be in the past (got ${expires} for ${pinOf(entry)}): the approval has expired`)]
        : []),
    ];
  });
