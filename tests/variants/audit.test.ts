import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, type StackPlan } from "@cloister/cli";
import { managedRules } from "@cloister/components/audit/config/rules";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";

// Deploys, changes and destroys the audit of an account, next to a second core stack in the same account and region.
// Not proven, because it needs AWS: that CloudTrail and AWS Config deliver, that alarms fire, and what GuardDuty and Macie find.

describe("the audit of an account", function () {
  this.timeout(600_000);
  let stage: Stage;
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-audit-"));
  const project = "cloister-core";

  function core(stack: string, settings: object): StackPlan {
    const settingsFile = path.join(settingsDir, `Pulumi.${stack}.yaml`);
    const named = Object.entries({ owner: "tests", ...settings }).map(([key, value]) => [`${project}:${key}`, value]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
    return { id: `${project}/${stack}`, project, folder: "core", stack, settingsFile, reads: [] };
  }
  const services = { config: {}, accessAnalyzer: {}, guardDuty: {}, securityHub: true, macie: {} };
  const audited = { trail: {}, alerts: {}, savedQueries: true, logGroups: {}, ...services };
  const purged = (stack: string, audit: object) => core(stack, { purge: true, confirmPurge: stack, audit });
  const stepsOf = async (plan: StackPlan) =>
    (await previewStack(stage.session, plan, quiet)).steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)!}`).sort();
  const leftovers = async () => (await stage.control.leftovers()).map(({ service, type }) => `${service} ${type}`).sort();
  let outputs: Record<string, unknown>;
  let aws: ReturnType<typeof javascript>;
  const call = (operation: string, input: object) => aws({ service: "iam", operation, input, account: stage.world.hubAccount });

  before(async () => {
    stage = await setUp("audit");
    aws = javascript(stage.world);
    await assert.rejects(
      previewStack(stage.session, purged("hub", audited), quiet),
      /'cloister-core:audit\.config' requires the role AWSServiceRoleForConfig/,
    );
    const { output, message } = await call("CreateServiceLinkedRole", { AWSServiceName: "config.amazonaws.com" });
    assert.equal((output as { Role: { RoleName: string } } | undefined)?.Role.RoleName, "AWSServiceRoleForConfig", message);
    ({ outputs } = await deployStack(stage.session, purged("hub", audited), atOnce));
  });
  after(async () => {
    fs.rmSync(settingsDir, { recursive: true });
    await stage.end();
  });

  it("is deployed, and a second deployment changes nothing", async () => {
    assert.equal(outputs.auditTrailArn, "arn:aws:cloudtrail:eu-central-1:111122223333:trail/hub-trail");
    assert.deepEqual(await stepsOf(purged("hub", audited)), []);
  });

  it("changes every setting without a replacement", async () => {
    const changed = purged("hub", {
      trail: {
        bucketPrefixes: ["fraud-dev-"],
        sagemakerDataEvents: false,
        logRetentionDays: 30,
        objectLock: { days: 730 },
        readerArns: ["arn:aws:iam::111122223333:role/Auditors"],
      },
      alerts: { deniedCallsAbove: 7, objectReadsAbove: 8, textReadsAbove: 9, logReadsAbove: 10 },
      savedQueries: true,
      logGroups: { retentionDays: 30 },
      config: { frequency: "DAILY", globalTypes: false, readerArns: ["arn:aws:iam::111122223333:role/Auditors"] },
      accessAnalyzer: { unusedAccessDays: 90 },
      guardDuty: { publishing: "ONE_HOUR", protections: ["LAMBDA_NETWORK_LOGS"] },
      securityHub: true,
      macie: { publishing: "SIX_HOURS" },
    });
    assert.deepEqual(await stepsOf(changed), [
      "create hub-unused-access",
      "update hub-NotebookInstances",
      "update hub-ProcessingJobs",
      "update hub-TrainingJobs",
      "update hub-TransformJobs",
      "update hub-audit-key",
      "update hub-audit-lock",
      "update hub-config-key",
      "update hub-denied-account-calls",
      "update hub-detector",
      "update hub-lambda-network-logs",
      "update hub-log-reads",
      "update hub-macie",
      "update hub-object-reads",
      "update hub-recorder",
      "update hub-s3-data-events",
      "update hub-studio",
      "update hub-text-reads",
      "update hub-trail",
      "update hub-trail-events",
    ]);
    await deployStack(stage.session, changed, atOnce);
    assert.deepEqual(await stepsOf(changed), []);
  });

  it("is not duplicated by a second core stack, which can use the trail of the first", async () => {
    await assert.rejects(
      previewStack(stage.session, purged("other", audited), quiet),
      /'cloister-core:audit\.trail' must not record management events again, which trail arn:aws:cloudtrail:eu-central-1:111122223333:trail\/hub-trail/,
    );
    const other = purged("other", { existingTrailArn: outputs.auditTrailArn, alerts: {}, savedQueries: true, logGroups: {} });
    const { outputs: others } = await deployStack(stage.session, other, atOnce);
    assert.deepEqual(
      [others.auditTrailArn, others.auditLogGroupName, others.auditBucketName],
      [outputs.auditTrailArn, outputs.auditLogGroupName, ""],
    );
    const found = await leftovers();
    // Each stack has log groups for events, and only the first created those of SageMaker.
    assert.deepEqual(
      ["cloudtrail Trail", "logs LogGroup", "logs QueryDefinition"].map((kind) => found.filter((left) => left === kind).length),
      [1, 6, 10],
    );
    await destroyStack(stage.session, other, quiet);
  });

  it("uses the recorder of the first core stack for the rules of a second", async () => {
    await assert.rejects(
      previewStack(stage.session, purged("other", { config: {} }), quiet),
      /'cloister-core:audit\.config' must not create a second recorder: .* \(got hub-recorder\)/,
    );
    await assert.rejects(
      previewStack(stage.session, purged("other", { accessAnalyzer: {} }), quiet),
      /'cloister-core:audit\.accessAnalyzer\.externalAccess' must not create .* \(got hub-external-access\)/,
    );
    await assert.rejects(
      previewStack(stage.session, purged("other", { guardDuty: {} }), quiet),
      /'cloister-core:audit\.guardDuty' must not create a second detector, .*, of core stack hub\)/,
    );
    for (const part of [{ securityHub: true }, { macie: {} }])
      await assert.rejects(
        previewStack(stage.session, purged("other", part), quiet),
        /'cloister-core:audit\.\w+' must not be (true|set), because account 111122223333 uses .* in eu-central-1 already/,
      );
    const other = purged("other", { config: { existingRecorder: true } });
    await deployStack(stage.session, other, atOnce);
    const rules = managedRules.length;
    const counts = async () => {
      const found = await leftovers();
      return ["config ConfigurationRecorder", "config DeliveryChannel", "config ConfigRule"].map(
        (kind) => found.filter((left) => left === kind).length,
      );
    };
    assert.deepEqual(await counts(), [1, 1, 2 * rules]);
    assert.deepEqual(await stepsOf(other), []);
    await assert.rejects(
      previewStack(stage.session, purged("other", { config: { existingRecorder: true, rules: false } }), quiet),
      /must not be true without/,
    );
    await destroyStack(stage.session, other, quiet);
    assert.deepEqual(await counts(), [1, 1, rules]);
  });

  it("switches off the services of the account, and on again", async () => {
    const kinds = [
      "access-analyzer Analyzer",
      "config ConfigurationRecorder",
      "guardduty Detector",
      "macie2 MacieSession",
      "securityhub Hub",
    ];
    const used = async () => {
      const found = await leftovers();
      return kinds.filter((kind) => found.includes(kind));
    };
    assert.deepEqual(await used(), kinds);
    await deployStack(stage.session, purged("hub", { trail: {}, alerts: {}, savedQueries: true, logGroups: {} }), atOnce);
    assert.deepEqual(await used(), []);
    await deployStack(stage.session, purged("hub", audited), atOnce);
    assert.deepEqual(await used(), kinds);
  });

  it("leaves nothing with purge, and without purge only keys, buckets and shared log groups", async () => {
    await destroyStack(stage.session, purged("hub", audited), quiet);
    assert.deepEqual(await leftovers(), []);
    const kept = core("kept", { audit: audited });
    await deployStack(stage.session, kept, atOnce);
    await destroyStack(stage.session, kept, quiet);
    const left = [...Array<string>(3).fill("kms Key"), ...Array<string>(5).fill("logs LogGroup"), ...Array<string>(3).fill("s3 Bucket")];
    assert.deepEqual(await leftovers(), left);
    // The log groups of the destroyed stack stay as they are.
    const again = purged("again", { logGroups: {} });
    await deployStack(stage.session, again, atOnce);
    await destroyStack(stage.session, again, quiet);
    assert.deepEqual(await leftovers(), left);
  });
});
