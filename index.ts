// The quickstart: a hub and one environment in one stack, with the functions and settings of the separate projects.
import { runProgram } from "@cloister/components/stack/run";
import { readSettings } from "@cloister/components/stack/config";
import { coreSettings } from "@cloister/core/settings";
import { core } from "@cloister/core/stack";
import { environmentSettings } from "@cloister/environment/settings";
import { environment } from "@cloister/environment/stack";
import * as pulumi from "@pulumi/pulumi";

export = runProgram(async () => {
  const settings = readSettings({ "cloister-core": coreSettings, "cloister-environment": environmentSettings });
  const coreOutputs = await core(pulumi.getStack(), settings["cloister-core"]);
  return { ...coreOutputs, ...(await environment(settings["cloister-environment"], coreOutputs)) };
});
