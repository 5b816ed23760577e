import { endpointNames } from "@cloister/components/network/catalogue";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { accountId, confirmPurge, purge, stackName, tags } from "@cloister/components/stack/common-settings";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";

const unique = (values: string[]) => new Set(values).size === values.length;

/** Range of an account's VPC when none is set. */
export const standardCidr = "10.80.0.0/20";

/** What the accounts of one stage may be told. The namespace is the project's name, `cloister-target-accounts`. */
export const targetSettings = z.strictObject({
  environmentStack: stackName("cloister-environment", "Stack of the environment whose models the accounts run."),
  stage: z.enum(["staging", "prod"]).describe("Stage of the accounts."),
  owner: z.string().min(1).max(128).describe("Who answers for them: a team or an address. Tag `cloister:owner`."),
  accounts: z
    .array(
      z.strictObject({
        id: accountId().describe("The account. Never the hub's own."),
        ...vpcSettings(standardCidr),
        omitEndpoints: z
          .array(z.enum(endpointNames))
          .prefault([])
          .describe(
            "Endpoints that are left out in this account alone, besides those of `network.endpoints.omit`, because its VPC has them.",
          ),
      }),
    )
    .min(1)
    .refine((accounts) => unique(accounts.map(({ id }) => id)), { message: "must not name an account twice" })
    .describe("The accounts of the stage."),
  deployRoleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/)
    .meta({ allowed: "the name of a role, 1 to 64 characters" })
    .prefault("OrganizationAccountAccessRole")
    .describe("Role in each account that the hub's credentials may assume; AWS Organizations makes the default one."),
  network: z
    .strictObject(networkSettings(["hosting"]))
    .prefault({})
    .describe("The closed network of each account."),
  ...keySettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

export type TargetSettings = z.output<typeof targetSettings>;
