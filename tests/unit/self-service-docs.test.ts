// Compares claims of the pages about self-service with the code and with the resources that the programs create.
// Does not prove the list prices.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { nodeAt, nodeOf } from "@cloister/components/stack/schema";
import { counts } from "../../docs/self-service-costs";
import { createdEngine } from "../helpers/catalog-engine";
import { runProgram } from "../helpers/mocks";
import { exampleEnvironment } from "../programs/example-environment";
import { ofType } from "../programs/world";

const root = path.join(__dirname, "../..");
const page = fs.readFileSync(path.join(root, "docs/self-service.md"), "utf8");

describe("pages about self-service", () => {
  it("count the resources of the engine that have a price", async () => {
    const { world } = await createdEngine();
    assert.equal(ofType(world, "aws:kms/key:Key").length, counts.engineKeys);
    assert.equal(ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm").length, counts.engineAlarms);
    const dispatcher = ofType(world, "aws:lambda/function:Function").find(({ name }) => name.includes("dispatcher"))!;
    assert.equal(dispatcher.inputs.memorySize, counts.dispatcherMb);
    const schedules = ofType(world, "aws:cloudwatch/eventRule:EventRule").flatMap(({ inputs }) => inputs.scheduleExpression ?? []);
    assert.deepEqual(schedules, ["rate(1 minute)"]);
  });

  it("count the resources of an environment that have a price", async () => {
    const world = await exampleEnvironment();
    await runProgram("environment");
    assert.equal(ofType(world, "aws:kms/key:Key").length, counts.environmentKeys);
    assert.equal(ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm").length, counts.environmentAlarms);
  });

  it("name settings and files that exist for each manual step", () => {
    const table = page.slice(page.indexOf("### Manual steps"), page.indexOf("### Permissions of a lead"));
    const names = table.split("\n").flatMap((line) => [...(line.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    const settings = nodeOf(coreSettings.extend(standaloneCoreSettings));
    const isKnown = (name: string) =>
      name === "catalog publish" ||
      name === "cloister-environment" ||
      (name.includes("/") ? fs.existsSync(path.join(root, name)) : nodeAt(settings, name.split(".")) !== undefined);
    assert.ok(names.length >= 8, names.join());
    assert.deepEqual(
      names.filter((name) => !isKnown(name)),
      [],
    );
  });
});
