import { consume, plainValue } from "@cloister/components/stack/contract";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { failOnProblems } from "@cloister/components/stack/errors";
import { readSettings } from "@cloister/components/stack/config";
import { runProgram } from "@cloister/components/stack/run";
import { fullStackName } from "@cloister/components/stack/common-settings";
import { coreOutputs } from "@cloister/core/outputs";
import * as pulumi from "@pulumi/pulumi";
import { environmentSettings, standaloneEnvironmentSettings } from "./settings";
import { environment } from "./stack";

const schemas = { "cloister-environment": environmentSettings.extend(standaloneEnvironmentSettings) };
const { coreStack, endpointsFrom, existingRoles, ...settings } = readSettings(schemas)["cloister-environment"];

/** An environment where its core is; otherwise told before the first resource. */
async function program() {
  const stack = fullStackName("cloister-core", coreStack);
  const core = await consume(coreOutputs, stack);
  const [hub, here] = await Promise.all([plainValue(pulumi.all([core.accountId, core.region])), lookupAwsContext({})]);
  const isHere = hub[0] === here.accountId && hub[1] === here.region;
  failOnProblems(
    isHere
      ? []
      : [
          `The credentials are of account ${here.accountId} in ${here.region}; core, stack '${stack}', is in ${hub[0]} in ${hub[1]}. An environment belongs where its core is.`,
        ],
  );
  return environment(settings, core, { endpointsFrom, existingRoles });
}

export = runProgram(program);
