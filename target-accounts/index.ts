import { consume } from "@cloister/components/contract";
import { fullStackName, readSettings } from "@cloister/components/settings";
import { environmentOutputs } from "@cloister/environment/outputs";
import { targetSettings } from "./settings";
import { targetAccounts } from "./stack";

const settings = readSettings({ "cloister-target-accounts": targetSettings })["cloister-target-accounts"];

async function main() {
  return targetAccounts(settings, await consume(environmentOutputs, fullStackName("cloister-environment", settings.environmentStack)));
}

export = main();
