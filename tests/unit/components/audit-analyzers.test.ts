// Tests the plan and the lookup of analyzers. Does not prove what AWS finds.
import assert from "node:assert/strict";
import { type FoundAnalyzer, planAnalyzers } from "@cloister/components/audit/analyzers/plan";
import { lookupAudit } from "@cloister/components/audit/lookup";
import { planAudit } from "@cloister/components/audit/plan";
import { auditSettings } from "@cloister/components/audit/settings";
import { useMocks } from "../../helpers/mocks";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const path = "cloister-core:audit.accessAnalyzer";
const settingsOf = (accessAnalyzer: object) => auditSettings().parse({ accessAnalyzer })!;
const planOf = (settings: object, found: FoundAnalyzer[] = []) =>
  planAnalyzers({ context, name: "hub", settings: settingsOf(settings).accessAnalyzer!, path }, found);
const external = { name: "hub-external-access", type: "ACCOUNT" };

describe("the plan of analyzers", () => {
  it("creates an analyzer of external access, and one of unused access on request", () => {
    assert.deepEqual(planOf({}), { plan: [external], problems: [] });
    assert.deepEqual(planOf({ externalAccess: false, unusedAccessDays: 30 }).plan, [
      { name: "hub-unused-access", type: "ACCOUNT_UNUSED_ACCESS", unusedAccessDays: 30 },
    ]);
  });

  it("keeps the analyzers that the stack created, next to those of an organization", () =>
    assert.deepEqual(planOf({}, [external, { name: "all", type: "ORGANIZATION" }]).problems, []));

  it("rejects a second analyzer of a type, with the next step", () => {
    const found = [
      { name: "bank", type: "ACCOUNT" },
      { name: "bank-unused", type: "ACCOUNT_UNUSED_ACCESS" },
    ];
    assert.deepEqual(planOf({ unusedAccessDays: 90 }, found).problems, [
      {
        setting: `${path}.externalAccess`,
        text: `must not create an analyzer of external access, because account 111122223333 has one in eu-central-1 (got bank). Fix: pulumi config set --path ${path}.externalAccess false`,
      },
      {
        setting: `${path}.unusedAccessDays`,
        text: `must not create an analyzer of unused access, because account 111122223333 has one in eu-central-1 (got bank-unused). Fix: pulumi config rm --path ${path}.unusedAccessDays`,
      },
    ]);
    assert.deepEqual(planOf({ externalAccess: false }, found).problems, []);
  });
});

describe("the lookup of analyzers", () => {
  it("reads all pages, and nothing else of the audit", async () => {
    const pages = [{ analyzers: [{ name: "a", type: "ACCOUNT", status: "ACTIVE" }], nextToken: "more" }, { analyzers: [external] }];
    const world = await useMocks({
      project: "it",
      stack: "it",
      config: {},
      answers: { "access-analyzer:GET /analyzer": () => pages.shift() },
    });
    const request = { context, name: "hub", settings: settingsOf({}), tags: {}, purge: false, path: "cloister-core:audit" };
    const findings = await lookupAudit(request);
    assert.deepEqual(findings, { analyzers: [{ name: "a", type: "ACCOUNT" }, external] });
    assert.match(planAudit(request, findings).problems[0]!.text, /\(got a\)/);
    assert.deepEqual(
      world.calls.map(({ token }) => token),
      ["access-analyzer:GET /analyzer", "access-analyzer:GET /analyzer"],
    );
  });
});
