import { runProgram } from "@cloister/components/stack/run";
import { readSettings } from "@cloister/components/stack/config";
import { fullStackName } from "@cloister/components/stack/common-settings";
import { consume } from "@cloister/components/stack/contract";
import { environmentOutputs } from "@cloister/environment/outputs";
import { targetSettings } from "./settings";
import { targetAccounts } from "./stack";

export = runProgram(async () => {
  const settings = readSettings({ "cloister-target-accounts": targetSettings })["cloister-target-accounts"];
  const environment = await consume(environmentOutputs, fullStackName("cloister-environment", settings.environmentStack));
  return targetAccounts(settings, environment);
});
