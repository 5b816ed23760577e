// The quickstart: a hub and one environment in one stack, with the functions and settings of the separate projects.
import { runProgram } from "@cloister/components/stack/run";
import { readSettings } from "@cloister/components/stack/config";
import { publish } from "@cloister/components/stack/contract";
import { coreSettings } from "@cloister/core/settings";
import { coreOutputs } from "@cloister/core/outputs";
import { core } from "@cloister/core/stack";
import { environmentSettings } from "@cloister/environment/settings";
import { environment } from "@cloister/environment/stack";
import * as pulumi from "@pulumi/pulumi";

export = runProgram(async () => {
  const settings = readSettings({ "cloister-core": coreSettings, "cloister-environment": environmentSettings });
  const hub = publish(coreOutputs, await core(pulumi.getStack(), settings["cloister-core"]));
  return { ...hub, ...(await environment(settings["cloister-environment"], hub)) };
});
