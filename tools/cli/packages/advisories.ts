// Known vulnerabilities of packages, from the database OSV. Source: osv.dev API, `/v1/querybatch`.
import { type ApprovedPackage, pinOf } from "@cloister/components/mirror/manifest";
import { postJson } from "./download";

type Pin = Pick<ApprovedPackage, "name" | "version">;

/** What the database knows, or why it was not read. */
export type Advisories = { known: { pin: string; ids: string[] }[] } | { unread: string };

export const osvUrl = "https://api.osv.dev/v1/querybatch";
/** Source: osv.dev API, limits. */
const batch = 1000;

/** The advisories about packages. A database that cannot be reached is a result, not an error. */
export async function advisoriesOf(
  packages: readonly Pin[],
  post: (url: string, body: object) => Promise<unknown> = (url, body) => postJson(url, body),
): Promise<Advisories> {
  const known: { pin: string; ids: string[] }[] = [];
  try {
    for (let i = 0; i < packages.length; i += batch) {
      const pins = packages.slice(i, i + batch);
      const queries = pins.map(({ name, version }) => ({ package: { name, ecosystem: "PyPI" }, version }));
      const { results } = (await post(osvUrl, { queries })) as { results: { vulns?: { id: string }[] }[] };
      results.forEach(({ vulns = [] }, j) => {
        if (vulns.length > 0) known.push({ pin: pinOf(pins[j]!), ids: vulns.map(({ id }) => id).sort() });
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
    ? [`Advisories were not checked, because the database cannot be reached: ${advisories.unread}`]
    : advisories.known.map(({ pin, ids }) => `${pin} has known vulnerabilities: ${ids.join(", ")} (https://osv.dev)`);
