import { consume } from "@cloister/components/contract";
import { fullStackName, readSettings } from "@cloister/components/settings";
import { coreOutputs } from "@cloister/core/outputs";
import { environmentSettings, environmentWiring } from "./settings";
import { environment } from "./stack";

const { coreStack, ...settings } = readSettings("cloister-environment", environmentSettings.extend(environmentWiring));

export = environment(settings, consume(coreOutputs, fullStackName("cloister-core", coreStack)));
