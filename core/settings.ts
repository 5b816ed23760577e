import { type AuditSettings, auditSettings } from "@cloister/components/audit/settings";
import {
  type CatalogLaunchSettings,
  catalogLaunchSettings,
  type EnvironmentCatalogSettings,
  environmentCatalogSettings,
} from "@cloister/components/catalog/environments/settings";
import { type ControlsSettings, controlsSettings } from "@cloister/components/controls/settings";
import { peopleSettings } from "@cloister/components/identity/settings";
import { coreUserRoles } from "@cloister/components/identity/roles";
import { type EndpointHubSettings, endpointHubSettings } from "@cloister/components/network/settings";
import { type MirrorSettings, mirrorSettings } from "@cloister/components/mirror/settings";
import { confirmPurge, owner, purge, tags } from "@cloister/components/stack/common-settings";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";

/** Settings of the core stack, in the namespace `cloister-core`. */
export const coreSettings = z.strictObject({
  owner: owner("Owner of the hub"),
  alertEmails: z
    .array(z.email().meta({ allowed: "an email address" }))
    .prefault([])
    .describe("Email addresses that receive every alert. AWS sends a confirmation email to each address."),
  people: peopleSettings(coreUserRoles, '`"vpc"`'),
  ...keySettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

/** Settings that require a separate core stack, because environments and the CLI read its outputs. */
export const standaloneCoreSettings = {
  network: z
    .strictObject(endpointHubSettings())
    .optional()
    .describe(
      "VPC with interface endpoints that several environments share (`endpointsFrom`). `{}` creates this VPC with the default settings. If not set, the core stack creates no VPC.",
    ),
  catalog: environmentCatalogSettings(),
  catalogLaunch: catalogLaunchSettings(),
  mirror: mirrorSettings(),
  audit: auditSettings(),
  controls: controlsSettings(),
};

export type CoreSettings = z.output<typeof coreSettings> & {
  network?: EndpointHubSettings;
  catalog?: EnvironmentCatalogSettings;
  catalogLaunch?: CatalogLaunchSettings;
  mirror?: MirrorSettings;
  audit?: AuditSettings;
  controls?: ControlsSettings;
};
