import { readSettings } from "@cloister/components/stack/config";
import { runProgram } from "@cloister/components/stack/run";
import * as pulumi from "@pulumi/pulumi";
import { coreSettings, standaloneCoreSettings } from "./settings";
import { core } from "./stack";

export = runProgram(() =>
  core(pulumi.getStack(), readSettings({ "cloister-core": coreSettings.extend(standaloneCoreSettings) })["cloister-core"]),
);
