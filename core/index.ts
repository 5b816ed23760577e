import { readSettings } from "@cloister/components/stack/config";
import * as pulumi from "@pulumi/pulumi";
import { coreSettings, hubSettings } from "./settings";
import { core } from "./stack";

export = core(pulumi.getStack(), readSettings({ "cloister-core": coreSettings.extend(hubSettings) })["cloister-core"]);
