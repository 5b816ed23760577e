// The quickstart: a hub and one environment in one stack, from the same functions and with the same settings as the separate projects.
import { readSettings } from "@cloister/components/settings";
import { coreSettings } from "@cloister/core/settings";
import { core } from "@cloister/core/stack";
import { environmentSettings } from "@cloister/environment/settings";
import { environment } from "@cloister/environment/stack";
import * as pulumi from "@pulumi/pulumi";

async function quickstart() {
  const hub = readSettings("cloister-core", coreSettings);
  const team = readSettings("cloister-environment", environmentSettings);
  const made = await core(pulumi.getStack(), hub);
  return { ...made, ...(await environment(team, made)) };
}

export = quickstart();
