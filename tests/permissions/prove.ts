// The table of rights against one deployment: every row, that every deny is needed, and that every claim has a row.
import assert from "node:assert/strict";
import { assemble, type Deployed } from "./assemble";
import { decide, type Decision, deniesOf, narrowingsOf, widened, without } from "./estate";
import { peopleRoles, type Row, rowsOf, workRoles } from "./rows";

/** Claims of the predecessors' workshop, and where each is shown that no row of the table can show. */
const shownElsewhere: Record<string, string> = {
  W01: "tests/engine/organization.test.ts: the proof of reachability",
  W02: "tests/programs/environment.test.ts: rules name groups, no public address",
  W04: "'needs every deny' below: without the boundary's InSubnets, jobs without a network are let through",
  W05: "tests/unit/components/studio-scripts.test.ts: the Python module with the facts of the environment",
};

/** Conditions that a key's policy or the boundary asks for as well, so that taking one away changes nothing. */
const heldTwice =
  /\/(UseKeys: StringEquals kms:ViaService|LetAwsUseKeys: Bool kms:GrantIsForAWSResource|PassRoles: StringEquals iam:PassedToService)$/;

/** Claims about what Cloister does not have yet: a package mirror, and controls that act after the fact. */
const notBuilt = ["W06", "W07", "W11"];

/** Registers the tests. `deployed` is asked when they run. */
export function proveRights(deployed: () => Promise<Deployed>): void {
  let rows: Row[];
  let outcomes: Map<Row, Decision>;
  let estate: ReturnType<typeof assemble>["estate"];

  before(async function () {
    this.timeout(120_000);
    const assembled = assemble(await deployed());
    estate = assembled.estate;
    // Roles for emergencies are there only where the settings name some.
    const all = rowsOf(assembled.ids).filter(({ who }) => who !== "break-glass" || who in estate.principals);
    // A person's own execution role does what the one of all does, but hands on itself in its place.
    const own = Object.keys(estate.principals).filter((who) => who.startsWith("execution-"));
    const likeAll = all.filter(({ who, action }) => who === "execution" && action !== "iam:PassRole");
    rows = [...all, ...own.flatMap((who) => likeAll.map((row) => ({ ...row, who, it: row.it.replace("execution", who) })))];
    outcomes = new Map();
    const unreadable: string[] = [];
    for (const row of rows)
      await decide(estate, row).then(
        (decision) => outcomes.set(row, decision),
        (error: Error) => unreadable.push(error.message),
      );
    assert.deepEqual(unreadable, [], "rows that the simulator can't decide");
  });

  it("lets each role do what it is for, and nothing else: every row of the table", () => {
    assert.ok(rows.length >= 200, `${rows.length} rows`);
    const wrong = rows.filter((row) => outcomes.get(row)!.result !== row.want);
    assert.deepEqual(
      wrong.map(({ it, want, action, resource }) => `${it}: ${action} on ${resource} should be ${want}`),
      [],
    );
  });

  it("has no row twice", () => {
    const titles = rows.map(({ it }) => it);
    assert.deepEqual(
      titles.filter((title, i) => titles.indexOf(title) !== i),
      [],
    );
  });

  it("needs every deny: without any one of them, a row comes out otherwise", async function () {
    this.timeout(300_000);
    const idle: string[] = [];
    for (const statement of deniesOf(estate, "neighbour")) {
      const met = rows.filter((row) => row.want === "denied" && outcomes.get(row)!.denies.includes(statement));
      const weaker = without(estate, statement);
      const failing = [];
      for (const row of met) if ((await decide(weaker, row)).result !== row.want) failing.push(row);
      if (failing.length === 0) idle.push(statement);
    }
    assert.deepEqual(idle, []);
  });

  it("needs every condition of an allow: without any one of them, a row comes out otherwise", async function () {
    this.timeout(300_000);
    const idle: string[] = [];
    const ours = Object.keys(estate.principals).filter((who) => [...workRoles, ...peopleRoles].includes(who));
    for (const narrowing of narrowingsOf(estate, ours)) {
      const patterns = narrowing.actions.map((action) => new RegExp(`^${action.replaceAll("*", ".*")}$`));
      const about = rows.filter(
        ({ who, want, action }) => who === narrowing.who && want === "denied" && patterns.some((pattern) => pattern.test(action)),
      );
      const weaker = widened(estate, narrowing);
      let isFound = false;
      for (const row of about) if (!isFound) isFound = (await decide(weaker, row)).result !== row.want;
      if (!isFound) idle.push(`${narrowing.who}/${narrowing.statement}: ${narrowing.operator} ${narrowing.key}`);
    }
    assert.deepEqual(
      idle.filter((one) => !heldTwice.test(one)),
      [],
    );
  });

  it("has a row for each claim of the workshop that policies decide", () => {
    const shown = new Set(rows.flatMap(({ shows }) => shows ?? []));
    const claims = Array.from({ length: 26 }, (_, i) => `W${String(i + 1).padStart(2, "0")}`);
    const elsewhere = [...Object.keys(shownElsewhere), ...notBuilt];
    assert.deepEqual(
      [...claims, "DATA-03", "DATA-04", "DATA-05", "DATA-06"].filter((claim) => shown.has(claim) === elsewhere.includes(claim)),
      [],
      "each claim has a row, or is shown elsewhere, and not both",
    );
  });
}
