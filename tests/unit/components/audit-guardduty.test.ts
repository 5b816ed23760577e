// Tests the plan and the lookup of the detector. Does not prove what GuardDuty finds.
import assert from "node:assert/strict";
import { type FoundDetector, planGuardDuty } from "@cloister/components/audit/guardduty/plan";
import { lookupAudit } from "@cloister/components/audit/lookup";
import { planAudit } from "@cloister/components/audit/plan";
import { auditSettings } from "@cloister/components/audit/settings";
import { ofType } from "../../programs/world";
import { runProgram, useMocks } from "../../helpers/mocks";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const path = "cloister-core:audit.guardDuty";
const id = "12abc34d567e8fa901bc2d34e56789f0";
const settings = auditSettings().parse({ guardDuty: {} })!;
const problemsOf = (found?: FoundDetector, tags: Record<string, string> = {}) =>
  planGuardDuty({ context, name: "hub", settings: settings.guardDuty!, tags, path }, found).problems.map(({ text }) => text);

describe("the plan of GuardDuty", () => {
  it("creates a detector in an account without one, and keeps that of the stack", () => {
    assert.deepEqual(problemsOf(), []);
    assert.deepEqual(problemsOf({ id, creator: "hub" }), []);
  });

  it("rejects a second detector, with the next step", () => {
    const text = (creator: string) =>
      `must not create a second detector, because account 111122223333 has one in eu-central-1 (got ${id}${creator}). Fix: pulumi config rm --path ${path}`;
    assert.deepEqual(problemsOf({ id }), [text("")]);
    assert.deepEqual(problemsOf({ id, creator: "other" }), [text(", of core stack other")]);
  });

  it("rejects tags that GuardDuty rejects", () => {
    assert.deepEqual(problemsOf(undefined, { "cost-center": "ä b", "a:1/2+3": "" }), []);
    assert.match(problemsOf(undefined, { "cost center": "1" }).join(), /^must not be set with the tag 'cost center'/);
  });

  it("rejects protections that GuardDuty does not have, or that repeat", () => {
    for (const protections of [["NONE"], ["S3_DATA_EVENTS", "S3_DATA_EVENTS"]])
      assert.ok(!auditSettings().safeParse({ guardDuty: { protections } }).success, protections.join());
  });
});

describe("the lookup of GuardDuty", () => {
  const request = { context, name: "hub", settings, tags: {}, purge: false, path: "cloister-core:audit" };
  const use = (getDetector: () => Record<string, unknown> | undefined) =>
    useMocks({ project: "it", stack: "it", config: {}, answers: { getDetector } });

  it("finds the detector, and the core stack that created it", async () => {
    await use(() => ({ id, tags: { "cloister:core": "hub", team: "ml" } }));
    assert.deepEqual(await lookupAudit(request), { detector: { id, creator: "hub" } });
    await use(() => ({ id, tags: {} }));
    const findings = await lookupAudit(request);
    assert.match(planAudit(request, findings).problems[0]!.text, /must not create a second detector/);
  });

  it("finds no detector", async () => {
    await use(() => undefined);
    const findings = await lookupAudit(request);
    assert.deepEqual(findings, { detector: "none" });
    assert.deepEqual(planAudit(request, findings).plan.guardDuty, settings.guardDuty);
  });
});

describe("the detector", () => {
  it("enables the listed protections, and disables the others, one after the other", async () => {
    const world = await useMocks({
      project: "cloister-core",
      stack: "hub",
      config: { "cloister-core:owner": "it", "cloister-core:audit": { guardDuty: { protections: ["LAMBDA_NETWORK_LOGS"] } } },
      answers: { getDetector: () => undefined },
    });
    await runProgram("core");
    const features = ofType(world, "aws:guardduty/detectorFeature:DetectorFeature");
    assert.deepEqual(
      features.map(({ inputs }) => `${String(inputs.name)} ${String(inputs.status)}`),
      [
        "S3_DATA_EVENTS DISABLED",
        "LAMBDA_NETWORK_LOGS ENABLED",
        "RDS_LOGIN_EVENTS DISABLED",
        "EKS_AUDIT_LOGS DISABLED",
        "EBS_MALWARE_PROTECTION DISABLED",
      ],
    );
    for (const [i, { dependencies }] of features.slice(1).entries()) assert.ok(dependencies.some(({ name }) => name === features[i]!.name));
  });
});
