import { runProgram } from "@cloister/components/stack/run";
import { readSettings } from "@cloister/components/stack/config";
import { fullStackName } from "@cloister/components/stack/common-settings";
import { consume } from "@cloister/components/stack/contract";
import { coreOutputs } from "@cloister/core/outputs";
import { environmentSettings, standaloneEnvironmentSettings } from "./settings";
import { environment } from "./stack";

export = runProgram(async () => {
  const schemas = { "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings) };
  const { coreStack, endpointsFrom, packages, existingRoles, provisionedProduct, ...settings } =
    readSettings(schemas)["cloister-environment"];
  const core = await consume(coreOutputs, fullStackName("cloister-core", coreStack));
  return environment(settings, core, { endpointsFrom, packages, existingRoles, provisionedProduct });
});
