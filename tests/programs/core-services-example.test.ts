// Runs a core stack under mocks with the settings in docs/audit.md that switch on all services. Compares counts of priced resources
// with the page. Does not prove that AWS accepts the resources, nor the list prices.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { parse } from "yaml";
import { HUB, runProgram, useMocks, type World } from "../helpers/mocks";
import { evaluateProgram } from "./violations";
import { lookups, noSecurityHub } from "./wiring/lookups";
import { exampleConfig, ofType, resourceOf } from "./world";

const page = fs.readFileSync(path.join(root, "docs/audit.md"), "utf8");
const section = page.slice(page.indexOf("### Switch on all services of core"), page.indexOf("### Use an existing trail"));
const settings = parse(/```yaml\n(.*?)```/s.exec(section)![1]!) as Record<string, Record<string, unknown>>;
const worldOf = (preview: boolean) =>
  useMocks({
    project: "cloister-core",
    stack: "bank-hub",
    preview,
    config: { ...exampleConfig("core/Pulumi.bank-hub.yaml"), ...settings },
    answers: { ...lookups, ...noSecurityHub },
  });

describe("a core stack with the settings of the page about audits", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await worldOf(false);
    outputs = await runProgram("core");
  });
  const count = (type: string, name = /./) => ofType(world, type).filter((resource) => name.test(resource.name)).length;

  it("switches on every part of the audit, controls and the mirror", () => {
    const parts = Object.keys(settings["cloister-core:audit"]!);
    const named = [...page.matchAll(/^\| `audit\.(\w+)`/gm)].map(([, name]) => name!);
    assert.deepEqual(parts.sort(), [...new Set(named)].filter((name) => name !== "existingTrailArn").sort());
    assert.deepEqual(Object.keys(settings), ["cloister-core:audit", "cloister-core:controls", "cloister-core:mirror"]);
  });

  for (const preview of [false, true])
    it(`passes every guardrail ${preview ? "at preview" : "with all values known"}`, async () => {
      const evaluated = preview ? await worldOf(true) : world;
      if (preview) await runProgram("core");
      const { violations, ran } = await evaluateProgram(evaluated);
      assert.deepEqual(violations, []);
      for (const rule of ["log-group-kms", "s3-bucket-kms", "s3-tls-only", "kms-key-rotation"]) assert.ok(ran.includes(rule), rule);
    });

  it("exports the trail, its log group and the buckets of the audit", () => {
    for (const output of ["auditTrailArn", "auditLogGroupName", "auditBucketName", "auditConfigBucketName"])
      assert.ok(outputs[output], output);
  });

  it("enables each service of the account once, and sends findings of the controls to Security Hub", () => {
    for (const type of ["guardduty/detector:Detector", "securityhub/account:Account", "macie2/account:Account", "cfg/recorder:Recorder"])
      assert.equal(count(`aws:${type}`), 1, type);
    assert.equal(count("aws:accessanalyzer/analyzer:Analyzer"), 2);
    const { policy } = resourceOf(world, "aws:iam/rolePolicy:RolePolicy", "bank-hub-controls-evaluator-policy").inputs;
    assert.match(String(policy), /securityhub:BatchImportFindings/);
  });

  it("has the alarms, metrics and keys whose cost the page states", () => {
    const alarms = /^\| alarms: (\w+) /m.exec(page)![1];
    const numbers: Record<string, number> = { seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12 };
    const filters = ofType(world, "aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ name }) => name);
    assert.equal(filters.length, numbers[alarms!], filters.join());
    const names = filters.map((name) => name.replace(/-events$/, ""));
    assert.deepEqual(
      names.filter((name) => count("aws:cloudwatch/metricAlarm:MetricAlarm", new RegExp(`^${name}$`)) !== 1),
      [],
    );
    assert.deepEqual(
      [...page.matchAll(/^\| `([\w-]+)` +\|.*\| (?:0|`audit\.alerts\.\w+`) +\|$/gm)].map(([, name]) => `bank-hub-${name}`).sort(),
      [...names].sort(),
    );
    assert.equal(count("aws:kms/key:Key", /^bank-hub-(audit|config)-key$/), 2);
  });

  it("reports all alarms to the alert topic", () =>
    assert.deepEqual(
      ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(
        ({ inputs }) => JSON.stringify(inputs.alarmActions) !== JSON.stringify([outputs.alertTopicArn]),
      ),
      [],
    ));

  it("names resources after the stack, so that a second core stack in the account does not clash", async () => {
    // These services accept one of each in an account, or names of AWS. The preflight of the second stack respects them.
    const shared = /^\/aws\/sagemaker\/|^alias\//;
    const physical = world.resources.flatMap(({ inputs, type }) =>
      type.startsWith("aws:") && typeof inputs.name === "string" ? [inputs.name] : [],
    );
    const clashing = physical.filter((name) => !shared.test(name) && !name.includes("bank-hub"));
    assert.deepEqual(
      clashing.filter((name) => !/^[A-Z_0-9]+$/.test(name)),
      [],
      HUB,
    );
  });
});
