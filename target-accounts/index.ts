import { consume } from "@cloister/components/stack/contract";
import { readSettings } from "@cloister/components/stack/config";
import { runProgram } from "@cloister/components/stack/run";
import { fullStackName } from "@cloister/components/stack/common-settings";
import { environmentOutputs } from "@cloister/environment/outputs";
import { targetSettings } from "./settings";
import { targetAccounts } from "./stack";

const settings = readSettings({ "cloister-target-accounts": targetSettings })["cloister-target-accounts"];

async function main() {
  return targetAccounts(settings, await consume(environmentOutputs, fullStackName("cloister-environment", settings.environmentStack)));
}

export = runProgram(main);
