import { versionTag } from "@cloister/components/identity/deploy-role/names";
import { deployOptionsOf, type StageSettings } from "@cloister/components/identity/deploy-role/options";
import { bootstrapVersion } from "@cloister/components/identity/deploy-role/template";

/** Tags of the deploy role that `cloister bootstrap` creates for a stage. `config` has the values of settings by key with namespace. */
export function bootstrapTags(
  config: Record<string, unknown>,
  environment: string,
  { region, partition }: { region: string; partition: string },
): Record<string, string> {
  const key = (name: string) => config[`cloister-target-accounts:${name}`];
  const stage = String(key("stage"));
  const options = deployOptionsOf({ accounts: key("accounts"), network: key("network") } as StageSettings, { partition, region });
  return { [versionTag]: bootstrapVersion({ name: `${environment}-${stage}`, environment, stage, region }, options) };
}
