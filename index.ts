// The quickstart: a hub and one environment in one stack, from the same functions and with the same settings as the separate projects.
import { readSettings } from "@cloister/components/stack/config";
import { runProgram } from "@cloister/components/stack/run";
import { coreSettings } from "@cloister/core/settings";
import { core } from "@cloister/core/stack";
import { environmentSettings } from "@cloister/environment/settings";
import { environment } from "@cloister/environment/stack";
import * as pulumi from "@pulumi/pulumi";

async function quickstart() {
  const settings = readSettings({ "cloister-core": coreSettings, "cloister-environment": environmentSettings });
  const hub = await core(pulumi.getStack(), settings["cloister-core"]);
  return { ...hub, ...(await environment(settings["cloister-environment"], hub)) };
}

export = runProgram(quickstart);
