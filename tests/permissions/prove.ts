// Tests the permissions table for one deployment: every row has its result, every Deny and every condition is needed,
// and every claim has a row.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { serviceRoles, userRoles } from "@cloister/components/identity/roles";
import { assemble, type Deployed } from "./assemble";
import {
  type AllowCondition,
  allowConditions,
  boundaryConditions,
  decide,
  type Decision,
  deniesOf,
  withoutCondition,
  withoutStatement,
} from "./simulator";
import { ownersDecisionOn, ownersDecisions } from "./existing-roles";
import { type Ids, type Row } from "./row-kit";
import { rowsOf } from "./rows";

/** A test by its file below tests/ and by its title. */
type Proof = [file: string, title: string];

/** Workshop claims that no row of a deployment can prove, and the tests that prove each claim. */
const provenElsewhere = ({ features, guardrails }: Pick<Ids, "features" | "guardrails">): Record<string, Proof[]> => ({
  W01: [["engine/organization.test.ts", "has no network path out of the perimeter in its deployed state"]],
  W02: [
    ["programs/environment.test.ts", "has only security group rules that refer to security groups, not to addresses"],
    ["programs/environment.test.ts", "with one subnet per Availability Zone and no public addresses"],
  ],
  W04: [["permissions/prove.ts", "needs every Deny statement, because the result of a row changes without the statement"]],
  W05: [["unit/components/studio-scripts.test.ts", "let every Python interpreter import the facts under six names"]],
  ...(!features.includes("git") && {
    W19: [["programs/permissions.test.ts", "with every feature, one execution role for each user, and users in any network"]],
  }),
  ...(guardrails === "open" && {
    W12: [["programs/permissions.test.ts", "with the default settings"]],
    W15: [["programs/permissions.test.ts", "with the default settings"]],
  }),
});

/** Claims that a request is denied. A row with an allowed request proves every other claim. */
const claimsOfDenial = ["W09", "W12", "W13", "W15", "W21", "W22", "W23", "DATA-03"];

/**
 * Conditions of Allow statements whose removal changes no decision, and what repeats them.
 * Each must be redundant in every deployment: a condition that a request needs again fails the test.
 */
const redundantConditions: { condition: RegExp; because: string }[] = [
  { condition: /PassProductRoles: StringEquals iam:PassedToService$/, because: "the permissions boundary passes roles only to SageMaker" },
  { condition: /UseKeys: StringEquals kms:ViaService$/, because: "key policies allow the use of keys only through these services" },
  { condition: /LetAwsUseKeys: Bool kms:GrantIsForAWSResource$/, because: "key policies allow only grants for AWS services" },
  { condition: /Capture: StringEquals aws:ResourceAccount$/, because: "the permissions boundary denies writes to other accounts" },
  {
    condition: /MakeFeatures: Null sagemaker:FeatureGroupOfflineStoreConfig$/,
    because: "the permissions boundary allows no offline store",
  },
  { condition: /TagOnCreation: Null sagemaker:TaggingAction$/, because: "the permissions boundary allows tags only on creation" },
  {
    condition: /^target-model\/UseInterfaces: StringEqualsIfExists ec2:Permission$/,
    because: "the permissions boundary of the account denies public addresses",
  },
  {
    condition: /ReviseModels: StringEquals sagemaker:ModelApprovalStatus$/,
    because: "the permissions boundary allows changes of model versions only with these statuses",
  },
  { condition: /PassRoles: StringEquals iam:PassedToService$/, because: "the permissions boundary allows passing roles only to SageMaker" },
];

/** Claims about features that Cloister does not have: a package mirror, and detective controls. */
const notImplemented = ["W06", "W07", "W11"];

const roleNames: string[] = [...serviceRoles, ...userRoles, "target-model", "lead"];

/** Callers whose policies are those of another environment, or the boundary of a hub in another account. */
const repeatedPolicies = ["neighbour", "target-model"];

/** Registers the tests. The tests call `deployed` when they run. */
export function provePermissions(deployed: () => Promise<Deployed>): void {
  let rows: Row[];
  let ids: Ids;
  let outcomes: Map<Row, Decision>;
  let hasExistingRoles: boolean;
  let leftToOwners: Set<unknown>;
  let policySet: ReturnType<typeof assemble>["policySet"];

  before(async function () {
    this.timeout(120_000);
    const policies = await deployed();
    const { existing = [] } = policies;
    hasExistingRoles = existing.length > 0;
    const assembled = assemble(policies);
    ({ policySet, ids } = assembled);
    // Break-glass roles exist only if the settings name break-glass roles.
    const all = rowsOf(assembled.ids).filter(({ caller }) => caller !== "break-glass" || caller in policySet.principals);
    // The execution role of one user has the permissions of the shared execution role, but passes itself instead.
    const own = Object.keys(policySet.principals).filter((caller) => caller.startsWith("execution-"));
    const likeAll = all.filter(({ caller, action }) => caller === "execution" && action !== "iam:PassRole");
    const tabled = [
      ...all,
      ...own.flatMap((caller) => likeAll.map((row) => ({ ...row, caller, it: row.it.replace("execution", caller) }))),
    ];
    const left = (row: Row) => (existing.includes(row.caller) && row.want === "denied" ? ownersDecisionOn(row) : undefined);
    leftToOwners = new Set(tabled.flatMap((row) => left(row) ?? []));
    rows = tabled.map((row) => (left(row) ? { ...row, want: "allowed" } : row));
    outcomes = new Map();
    const unreadable: string[] = [];
    for (const row of rows)
      await decide(policySet, row).then(
        (decision) => outcomes.set(row, decision),
        (error: Error) => unreadable.push(error.message),
      );
    assert.deepEqual(unreadable, [], "rows that the simulator cannot decide");
  });

  it("gives every row of the table its expected result", () => {
    assert.ok(rows.length >= 200, `${rows.length} rows`);
    const wrong = rows.filter((row) => outcomes.get(row)!.result !== row.want);
    assert.deepEqual(
      wrong.map(({ it, want, action, resource }) => `${it}: ${action} on ${resource} should be ${want}`),
      [],
    );
  });

  it("has a row for each decision that is left to the owners of existing roles", () => {
    const unused = ownersDecisions.filter((decision) => !leftToOwners.has(decision));
    assert.deepEqual(hasExistingRoles ? unused : [], []);
  });

  it("has no duplicate row", () => {
    const titles = rows.map(({ it }) => it);
    assert.deepEqual(
      titles.filter((title, i) => titles.indexOf(title) !== i),
      [],
    );
  });

  it("needs every Deny statement, because the result of a row changes without the statement", async function () {
    this.timeout(300_000);
    const unneeded: string[] = [];
    for (const statement of deniesOf(policySet, repeatedPolicies)) {
      const met = rows.filter((row) => row.want === "denied" && outcomes.get(row)!.denies.includes(statement));
      const weaker = withoutStatement(policySet, statement);
      const failing = [];
      for (const row of met) if ((await decide(weaker, row)).result !== row.want) failing.push(row);
      if (failing.length === 0) unneeded.push(statement);
    }
    assert.deepEqual(unneeded, []);
  });

  /** Conditions whose removal changes the result of no row. */
  const textOf = ({ callers, policy, statement, operator, key }: AllowCondition) =>
    `${callers.length === 1 ? callers[0] : policy}/${statement}: ${operator} ${key}`;

  async function unneededConditions(conditions: AllowCondition[]): Promise<string[]> {
    const unneeded: string[] = [];
    for (const allowCondition of conditions) {
      const { callers, actions, statement, key } = allowCondition;
      // A Deny statement also decides without the condition. Most likely, a row changes that only this condition denies.
      const about = rows.filter(
        (row) =>
          callers.includes(row.caller) &&
          row.want === "denied" &&
          outcomes.get(row)!.denies.length === 0 &&
          actions.some((pattern) => matchesWildcard(pattern, row.action)),
      );
      const isLikely = (row: Row) => {
        const { silent } = outcomes.get(row)!;
        return Number(silent.length === 1 && silent[0]!.near.includes(statement)) + Number(key in (row.context ?? {}));
      };
      const weaker = withoutCondition(policySet, allowCondition);
      let isFound = false;
      for (const row of about.sort((a, b) => isLikely(b) - isLikely(a)))
        if (!isFound) isFound = (await decide(weaker, row)).result !== row.want;
      if (!isFound) unneeded.push(textOf(allowCondition));
    }
    return unneeded;
  }

  it("needs every condition of permissions boundaries, because the result of a row changes without the condition", async function () {
    this.timeout(300_000);
    assert.deepEqual(await unneededConditions(boundaryConditions(policySet, repeatedPolicies)), []);
  });

  it("needs every condition of an Allow statement, because the result of a row changes without the condition", async function () {
    this.timeout(300_000);
    const tested = Object.keys(policySet.principals).filter((caller) => roleNames.includes(caller));
    const conditions = allowConditions(policySet, tested);
    const unneeded = await unneededConditions(conditions);
    assert.deepEqual(
      unneeded.filter((item) => !redundantConditions.some(({ condition }) => condition.test(item))),
      [],
    );
    assert.deepEqual(
      redundantConditions.filter(
        ({ condition }) => conditions.some((item) => condition.test(textOf(item))) && !unneeded.some((item) => condition.test(item)),
      ),
      [],
      "conditions that are not redundant",
    );
  });

  it("has a row for each workshop claim that policies decide", () => {
    const shown = new Set(
      rows.flatMap(({ proves, want }) =>
        proves !== undefined && want === (claimsOfDenial.includes(proves) ? "denied" : "allowed") ? proves : [],
      ),
    );
    const claims = Array.from({ length: 26 }, (_, i) => `W${String(i + 1).padStart(2, "0")}`);
    const elsewhere = [...Object.keys(provenElsewhere(ids)), ...notImplemented];
    assert.deepEqual(
      [...claims, "DATA-03", "DATA-04", "DATA-05", "DATA-06"].filter((claim) => shown.has(claim) === elsewhere.includes(claim)),
      [],
      "each claim has a row or is proven elsewhere, not both",
    );
  });

  it("names existing tests for the claims that no row proves", () => {
    const proofs = Object.values(provenElsewhere(ids)).flat();
    const linesOf = (file: string) => fs.readFileSync(path.join(__dirname, "..", file), "utf8").split("\n");
    assert.deepEqual(
      proofs.filter(([file, title]) => !linesOf(file).some((line) => /^ *((it|describe)\()?["`]/.test(line) && line.includes(title))),
      [],
    );
  });
}
