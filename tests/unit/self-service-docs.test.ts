// Compares claims of the pages about self-service with the code and with the resources that the programs create.
// Does not prove the list prices.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { parametersOf } from "@cloister/components/catalog/runtime/parameters";
import { nodeAt, nodeOf } from "@cloister/components/stack/schema";
import { environmentOutputs } from "@cloister/environment/outputs";
import { environmentSettings } from "@cloister/environment/settings";
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

  it("list reasons of failed operations as the code writes them", () => {
    const folders = ["components/catalog/runtime", "tools/cli/runner", "tools/cli/engine"].map((folder) => path.join(root, folder));
    const code = folders
      .flatMap((folder) => fs.readdirSync(folder).map((file) => path.join(folder, file)))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => fs.readFileSync(file, "utf8"))
      .join("\n");
    const lead = fs.readFileSync(path.join(root, "docs/how-to/launch-an-environment.md"), "utf8");
    const reasons = [...lead.slice(lead.indexOf("### Errors")).matchAll(/^\| `([^`]+)` /gm)].map(([, text]) => text!);
    assert.ok(reasons.length >= 21, reasons.join());
    assert.deepEqual(
      reasons.filter((text) => !code.includes(text)),
      [],
    );
  });

  describe("name for each manual step", () => {
    const rows = page
      .slice(page.indexOf("### Manual steps"), page.indexOf("### Permissions of a lead"))
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2)
      .map((line) => line.split("|").map((cell) => cell.trim()));
    const core = nodeOf(coreSettings.extend(standaloneCoreSettings));
    const ofEnvironment = nodeOf(environmentSettings);
    const parameters = parametersOf(environmentSettings, {}).map(({ key }) => key);
    const isKnown = (name: string): boolean => {
      if (name.includes("/")) return fs.existsSync(path.join(root, name));
      const [namespace, setting] = name.split(":");
      if (setting !== undefined) return namespace === "cloister-environment" && nodeAt(ofEnvironment, setting.split(".")) !== undefined;
      const others = ["catalog publish", "cloister-environment", ...Object.keys(environmentOutputs), ...parameters];
      return others.includes(name) || nodeAt(core, name.split(".")) !== undefined;
    };

    it("settings, parameters, outputs and files that exist", () => {
      const names = rows.flatMap((cells) => [...(cells[3] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
      assert.ok(names.length >= 14, names.join());
      assert.deepEqual(
        names.filter((name) => !isKnown(name)),
        [],
      );
    });

    it("each of the seven steps of the lab about self-service, and each step of the portfolio in Lab 1", () => {
      const labs = rows.map(([, lab]) => lab!);
      assert.deepEqual(
        labs.flatMap((lab) => /^self-service, (\d)/.exec(lab)?.[1] ?? []),
        ["1", "2", "3", "4", "5", "6", "7"],
      );
      assert.deepEqual(
        rows
          .filter(([, lab]) => lab!.includes("Lab 1"))
          .map(([, , step]) => /portfolio with a name|product|launch constraint|access/.exec(step!)?.[0]),
        ["portfolio with a name", "product", "launch constraint", "access"],
      );
      for (const cells of rows) assert.equal(cells.filter((cell) => cell !== "").length, 3, cells.join("|"));
    });
  });
});
