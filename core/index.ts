import { runProgram } from "@cloister/components/stack/run";
import { readSettings } from "@cloister/components/stack/config";
import * as pulumi from "@pulumi/pulumi";
import { coreSettings, standaloneCoreSettings } from "./settings";
import { core } from "./stack";

export = runProgram(async () => {
  const settings = readSettings({ "cloister-core": coreSettings.extend(standaloneCoreSettings) });
  return core(pulumi.getStack(), settings["cloister-core"]);
});
