import { environmentUserRoles, existingRolesSettings, guardrailSettings, peopleSettings } from "@cloister/components/identity/settings";
import { keySettings } from "@cloister/components/keys/settings";
import { monitoringSettings } from "@cloister/components/monitoring/settings";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { confirmPurge, purge, shortName, stackName, tags } from "@cloister/components/stack/common-settings";
import { bucketSettings, perimeterSettings } from "@cloister/components/storage/settings";
import { studioSettings } from "@cloister/components/studio/settings";
import { z } from "zod";

/** Range of an environment's VPC when none is set. */
export const standardCidr = "10.64.0.0/20";

/** Of an environment only, because the log bucket is core's. */
const logBucketSettings = {
  flowLogDestination: z
    .enum(["cloudwatch", "log-bucket"])
    .prefault("cloudwatch")
    .describe("Where flow logs go: a log group under the environment's key, or core's log bucket. Changing it **replaces** the flow log."),
};

/** What an environment may be told. The namespace is the project's name, `cloister-environment`. */
export const environmentSettings = z.strictObject({
  team: shortName("Team that gets the environment; first part of its name."),
  stage: z
    .enum(["dev", "test"])
    .prefault("dev")
    .describe("Stage of the environment; second part of its name. Staging and production run models only, in accounts of their own."),
  owner: z.string().min(1).max(128).describe("Who answers for it: a team or an address. Tag `cloister:owner`."),
  network: z
    .strictObject({ ...vpcSettings(standardCidr), ...networkSettings(["studio", "jobs"]), ...logBucketSettings })
    .prefault({})
    .describe("The closed network."),
  studio: studioSettings(),
  monitoring: z.strictObject(monitoringSettings()).prefault({}).describe("What watches over the environment."),
  guardrails: guardrailSettings(),
  people: peopleSettings(environmentUserRoles),
  ...keySettings(),
  data: bucketSettings("The bucket of data."),
  models: bucketSettings("The bucket of model artifacts."),
  ...perimeterSettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

/** Settings that only an environment in its own stack has: they depend on outputs of core that must be known before the first resource. */
export const standaloneEnvironmentSettings = {
  coreStack: stackName("cloister-core", "Stack of core that the environment belongs to."),
  endpointsFrom: z
    .enum(["own", "switching", "core"])
    .prefault("own")
    .describe(
      "Whose interface endpoints are used: those of the environment's own network, or those of core's, over a VPC peering, where core has them. Name the peering (`<team>-<stage>-central`) in the pack's config (`inside` of `network-reachability`). To change it for an environment that is there, deploy it as `switching` in between: neither are there then, and nothing in it reaches the services that core has endpoints of.",
    ),
  existingRoles: existingRolesSettings(),
};

export type EnvironmentSettings = z.output<typeof environmentSettings>;

/** What `environment()` takes besides `EnvironmentSettings`. */
export type StandaloneSettings = Omit<z.output<z.ZodObject<typeof standaloneEnvironmentSettings>>, "coreStack">;
