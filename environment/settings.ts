import { environmentStages } from "@cloister/components/identity/permissions/environment-launch";
import { catalogSettings } from "@cloister/components/catalog/settings";
import {
  environmentPeopleSettings,
  existingRolesSettings,
  featureSettings,
  guardrailSettings,
} from "@cloister/components/identity/settings";
import { environmentUserRoles } from "@cloister/components/identity/roles";
import { keySettings } from "@cloister/components/keys/settings";
import { monitoringSettings } from "@cloister/components/monitoring/settings";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { confirmPurge, owner, purge, shortName, stackName, tags } from "@cloister/components/stack/common-settings";
import { bucketSettings, perimeterSettings } from "@cloister/components/storage/settings";
import { studioSettings } from "@cloister/components/studio/settings";
import { z } from "zod";

/** Default CIDR range of an environment's VPC. */
export const defaultCidr = "10.64.0.0/20";

/** Only environments have these settings: the log bucket is in the hub account, and target accounts cannot use it. */
const logBucketSettings = {
  flowLogDestination: z
    .enum(["cloudwatch", "log-bucket"])
    .prefault("cloudwatch")
    .describe(
      "Destination of flow logs: a log group encrypted with the environment's key, or the core stack's log bucket. Changing the destination **replaces** the flow log.",
    ),
};

/** Settings of an environment, in the namespace `cloister-environment`. */
export const environmentSettings = z.strictObject({
  team: shortName("Team that uses the environment. The first part of the environment's name."),
  stage: z
    .enum(environmentStages)
    .prefault("dev")
    .describe(
      "Stage of the environment. The second part of the environment's name. Staging and production are separate accounts that only run models.",
    ),
  owner: owner("Owner of the environment"),
  network: z
    .strictObject({ ...vpcSettings(defaultCidr), ...networkSettings(["studio", "jobs"]), ...featureSettings(), ...logBucketSettings })
    .prefault({})
    .describe("VPC, subnets, endpoints, DNS and flow logs."),
  studio: studioSettings(),
  catalog: catalogSettings(),
  monitoring: z.strictObject(monitoringSettings()).prefault({}).describe("Logs of denied calls, alarms, dashboard and budget."),
  guardrails: guardrailSettings(),
  people: environmentPeopleSettings(environmentUserRoles, '`"anywhere"` with guardrail profile `open`, otherwise `"vpc"`'),
  ...keySettings(),
  data: bucketSettings("Data bucket."),
  models: bucketSettings("Model bucket."),
  ...perimeterSettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

/** Source: AWS API `DescribeProvisionedProduct`, `Id`. */
const catalogId = (example: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/)
    .meta({ allowed: `an ID such as ${example}` });

/** Settings that require a separate core stack, because its outputs must be known before resources are created. */
export const standaloneEnvironmentSettings = {
  coreStack: stackName("cloister-core", "Core stack, in the same account and region."),
  endpointsFrom: z
    .enum(["own", "switching", "core"])
    .prefault("own")
    .describe(
      "Source of interface endpoints. `own`: endpoints in the environment's own VPC. `core`: the core stack's shared endpoints over a VPC peering connection. For `core`, list the peering connection (`<team>-<stage>-central`) in the policy pack config (`inside` in `network-reachability`). To change the source, first deploy `switching`: the environment cannot connect to services with shared endpoints until the next deployment.",
    ),
  packages: z
    .enum(["none", "core"])
    .prefault("none")
    .describe(
      "Package index for pip in apps, notebook instances and jobs. `core`: the approved packages of the core stack's mirror (`mirror`). `none`: the index in `studio.pip`, if set.",
    ),
  existingRoles: existingRolesSettings(),
  provisionedProduct: z
    .strictObject({
      id: catalogId("pp-0a1b2c3d4e5f6").describe("Provisioned product. Value of the tag `cloister:provisioned-product`."),
      productId: catalogId("prod-0a1b2c3d4e5f6").describe("Product. Value of the tag `cloister:catalog-product`."),
    })
    .optional()
    .meta({ computedDefault: "not launched from AWS Service Catalog" })
    .describe(
      "Provisioned product in AWS Service Catalog that is this environment. Only the self-service engine sets it (docs/self-service.md).",
    ),
};

export type EnvironmentSettings = z.output<typeof environmentSettings>;

/** Settings that `environment()` takes in addition to `EnvironmentSettings`. */
export type StandaloneSettings = Omit<z.output<z.ZodObject<typeof standaloneEnvironmentSettings>>, "coreStack">;
