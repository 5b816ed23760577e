// Known vulnerabilities of packages, from a database with the API of OSV. Source: OSV API, "POST /v1/querybatch".
import { isObject } from "@cloister/common";
import { type ApprovedPackage, type Manifest, pinOf } from "@cloister/components/mirror/manifest";
import { postJson } from "./download";
import { PackagesError } from "./error";

type Pin = Pick<ApprovedPackage, "name" | "version" | "acceptedAdvisories">;

/** Advisories in the database that are not accepted, or the reason why the database was not read. */
export type Advisories = { known: { pin: string; ids: string[] }[] } | { unread: string };

/** The database of advisories, and whether a command fails if the database cannot be read. */
export interface AdvisoryDatabase {
  /** URL without path, `https://api.osv.dev`. */
  url: string;
  required: boolean;
}

export const osv: AdvisoryDatabase = { url: "https://api.osv.dev", required: false };

/** The database that the manifest names. */
export const databaseOf = ({ advisories }: Pick<Manifest, "advisories">): AdvisoryDatabase => ({
  url: advisories?.url ?? osv.url,
  required: advisories?.required ?? osv.required,
});

/** Source: OSV API, "POST /v1/querybatch", maximum of queries. */
const batch = 1000;
/** Pages of one batch, after which the database is regarded as broken. */
const mostPages = 100;

interface Query {
  package: { name: string; ecosystem: "PyPI" };
  version: string;
  page_token?: string;
}

interface Result {
  vulns?: { id: string }[];
  next_page_token?: string;
}

const isResult = (value: unknown): value is Result => {
  if (!isObject(value)) return false;
  const { vulns = [], next_page_token = "" } = value;
  return (
    Array.isArray(vulns) &&
    vulns.every((item: unknown) => isObject(item) && typeof item.id === "string") &&
    typeof next_page_token === "string"
  );
};

/** The results in an answer. A portal that answers every request with another JSON text is no database. */
function resultsIn(answer: unknown, count: number): Result[] {
  const results = isObject(answer) ? answer.results : undefined;
  if (!Array.isArray(results) || !results.every(isResult)) throw new Error("the answer is not an answer of the OSV API");
  if (results.length !== count) throw new Error(`the answer has ${results.length} results for ${count} packages`);
  return results;
}

/** The IDs of each query, of all pages. The database answers in the order of the queries. */
async function idsOf(queries: readonly Query[], post: (body: object) => Promise<unknown>): Promise<string[][]> {
  const ids = queries.map((): string[] => []);
  let pending = queries.map((query, index) => ({ query, index }));
  for (let page = 0; pending.length > 0; page += 1) {
    if (page === mostPages) throw new Error(`the answer has more than ${mostPages} pages`);
    const results = resultsIn(await post({ queries: pending.map(({ query }) => query) }), pending.length);
    results.forEach(({ vulns = [] }, i) => ids[pending[i]!.index]!.push(...vulns.map(({ id }) => id)));
    pending = pending.flatMap(({ query, index }, i) => {
      const token = results[i]!.next_page_token;
      return token === undefined || token === "" ? [] : [{ query: { ...query, page_token: token }, index }];
    });
  }
  return ids;
}

/** The advisories about packages that are not accepted. A database that cannot be read is a result, not an error. */
export async function advisoriesOf(
  packages: readonly Pin[],
  { url }: Pick<AdvisoryDatabase, "url"> = osv,
  post: (url: string, body: object) => Promise<unknown> = (to, body) => postJson(to, body),
): Promise<Advisories> {
  const known: { pin: string; ids: string[] }[] = [];
  try {
    for (let i = 0; i < packages.length; i += batch) {
      const pins = packages.slice(i, i + batch);
      const queries = pins.map(({ name, version }): Query => ({ package: { name, ecosystem: "PyPI" }, version }));
      const found = await idsOf(queries, (body) => post(`${url}/v1/querybatch`, body));
      pins.forEach((pin, j) => {
        const ids = found[j]!.filter((id) => !pin.acceptedAdvisories?.includes(id)).sort();
        if (ids.length > 0) known.push({ pin: pinOf(pin), ids });
      });
    }
    return { known };
  } catch (error) {
    return { unread: (error as Error).message };
  }
}

/** Lines for a report: advisories, or that they were not checked. Empty without advisories. */
export const advisoryLines = (advisories: Advisories): string[] =>
  "unread" in advisories
    ? [`Advisories were not checked, because the database cannot be read: ${advisories.unread}`]
    : advisories.known.map(({ pin, ids }) => `${pin} has known vulnerabilities: ${ids.join(", ")} (https://osv.dev)`);

/** Errors: `PackagesError` if the settings require the database, and it was not read. `outcome` states that nothing was changed. */
export function requireRead(advisories: Advisories, { required, url }: AdvisoryDatabase, outcome: string): void {
  if (required && "unread" in advisories)
    throw new PackagesError(
      [
        `Advisories must be checked, because 'advisories.required' in the manifest is true. ${outcome}`,
        `The database ${url} cannot be read: ${advisories.unread}`,
        "Run the command where the database can be reached, or set 'advisories.url' in the manifest to a copy of the database.",
      ].join("\n"),
    );
}
