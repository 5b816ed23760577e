import { existingRolesSettings, guardrailSettings, peopleSettings } from "@cloister/components/identity/settings";
import { environmentUserRoles } from "@cloister/components/identity/roles";
import { keySettings } from "@cloister/components/keys/settings";
import { monitoringSettings } from "@cloister/components/monitoring/settings";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { confirmPurge, purge, shortName, stackName, tags } from "@cloister/components/stack/common-settings";
import { bucketSettings, perimeterSettings } from "@cloister/components/storage/settings";
import { studioSettings } from "@cloister/components/studio/settings";
import { z } from "zod";

/** Default range of an environment's VPC. */
export const defaultCidr = "10.64.0.0/20";

/** Only for an environment, because core owns the log bucket. */
const logBucketSettings = {
  flowLogDestination: z
    .enum(["cloudwatch", "log-bucket"])
    .prefault("cloudwatch")
    .describe(
      "Destination of flow logs: a log group under the environment's key, or the log bucket of core. Changing it **replaces** the flow log.",
    ),
};

/** Settings of an environment, in the namespace `cloister-environment`. */
export const environmentSettings = z.strictObject({
  team: shortName("Team that uses the environment; first part of the environment's name."),
  stage: z
    .enum(["dev", "test"])
    .prefault("dev")
    .describe("Stage of the environment; second part of its name. Staging and production are separate accounts that only run models."),
  owner: z.string().min(1).max(128).describe("Owner of the environment: a team or an email address. Value of the tag `cloister:owner`."),
  network: z
    .strictObject({ ...vpcSettings(defaultCidr), ...networkSettings(["studio", "jobs"]), ...logBucketSettings })
    .prefault({})
    .describe("VPC, subnets, endpoints, DNS and flow logs."),
  studio: studioSettings(),
  monitoring: z.strictObject(monitoringSettings()).prefault({}).describe("Logs of denied calls, alarms, dashboard and budget."),
  guardrails: guardrailSettings(),
  people: peopleSettings(environmentUserRoles),
  ...keySettings(),
  data: bucketSettings("Data bucket."),
  models: bucketSettings("Model bucket."),
  ...perimeterSettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

/** Settings that only an environment in its own stack has: they depend on outputs of core that must be known before the first resource. */
export const standaloneEnvironmentSettings = {
  coreStack: stackName("cloister-core", "Stack of core, in the same account and region."),
  endpointsFrom: z
    .enum(["own", "switching", "core"])
    .prefault("own")
    .describe(
      "Interface endpoints: in the environment's own VPC (`own`), or the shared endpoints of core over a VPC peering (`core`). For `core`, name the peering (`<team>-<stage>-central`) in the pack's config (`inside` of `network-reachability`). To change it, first deploy `switching`: until the next deployment, the services with shared endpoints cannot be reached.",
    ),
  existingRoles: existingRolesSettings(),
};

export type EnvironmentSettings = z.output<typeof environmentSettings>;

/** What `environment()` takes besides `EnvironmentSettings`. */
export type StandaloneSettings = Omit<z.output<z.ZodObject<typeof standaloneEnvironmentSettings>>, "coreStack">;
