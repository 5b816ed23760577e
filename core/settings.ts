import { coreUserRoles, peopleSettings } from "@cloister/components/identity/settings";
import { type EndpointHubSettings, endpointHubSettings } from "@cloister/components/network/settings";
import { confirmPurge, purge, tags } from "@cloister/components/stack/common-settings";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";

/** What core may be told. The namespace is the project's name, `cloister-core`. */
export const coreSettings = z.strictObject({
  owner: z.string().min(1).max(128).describe("Who answers for the hub: a team or an address. Tag `cloister:owner`."),
  alertEmails: z
    .array(z.email().meta({ allowed: "a mail address" }))
    .prefault([])
    .describe("Addresses that get every alert; AWS sends each a mail to confirm."),
  people: peopleSettings(coreUserRoles),
  ...keySettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

/** What only a core that is a stack of its own is for. */
export const standaloneCoreSettings = {
  network: z
    .strictObject(endpointHubSettings())
    .optional()
    .describe(
      "A VPC with interface endpoints that environments use together (`endpointsFrom`), instead of each having its own. None if it is not set.",
    ),
};

export type CoreSettings = z.output<typeof coreSettings> & { network?: EndpointHubSettings };
