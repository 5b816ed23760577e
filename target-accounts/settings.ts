import { endpointNames } from "@cloister/components/network/catalogue";
import { networkSettings, vpcSettings } from "@cloister/components/network/settings";
import { accountId, confirmPurge, owner, purge, stackName, tags } from "@cloister/components/stack/common-settings";
import { keySettings } from "@cloister/components/keys/settings";
import { z } from "zod";

/** A name in IAM. Paths have at most 512 characters. */
const nameWithPath = (what: string) =>
  z
    .string()
    .regex(/^([\w+=,.@-]{1,64}\/){0,7}[\w+=,.@-]{1,64}$/)
    .meta({ allowed: `the name of ${what}, with its path if it has one: \`Name\` or \`ci/Name\`` });

const unique = (values: string[]) => new Set(values).size === values.length;

/** Default CIDR range of an account's VPC. */
export const defaultCidr = "10.80.0.0/20";

/** Settings of one stage of target accounts, in the namespace `cloister-target-accounts`. */
export const targetSettings = z.strictObject({
  environmentStack: stackName("cloister-environment", "Stack of the environment whose models run in the accounts."),
  stage: z.enum(["staging", "prod"]).describe("Stage of the accounts."),
  owner: owner("Owner of the accounts"),
  accounts: z
    .array(
      z.strictObject({
        id: accountId().describe("AWS account ID. Must not be the hub account."),
        ...vpcSettings(defaultCidr),
        omitEndpoints: z
          .array(z.enum(endpointNames))
          .prefault([])
          .describe(
            "Endpoints to omit in this account only, in addition to `network.endpoints.omit`, because the account's VPC already has these endpoints.",
          ),
      }),
    )
    .min(1)
    .refine((accounts) => unique(accounts.map(({ id }) => id)), { message: "must not name an account twice" })
    .describe("Target accounts in this stage."),
  deployRoleName: nameWithPath("a role")
    .optional()
    .meta({ computedDefault: "`cloister/<region code>/<environment>-<stage>-deploy`, which `cloister bootstrap` creates" })
    .describe("Role in each account that the hub's credentials can assume, with the path of the role."),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .meta({ allowed: "2 to 1224 letters, digits and the characters + = , . @ : / - _" })
    .optional()
    .meta({ computedDefault: "`<environment>-<stage>`" })
    .describe("External ID that the trust policy of the role requires. A role that requires no external ID ignores it."),
  permissionsBoundaryName: nameWithPath("a managed policy")
    .optional()
    .meta({
      computedDefault:
        "the policy that `cloister bootstrap` creates with the default `deployRoleName`, otherwise a policy created by Cloister",
    })
    .describe(
      "Existing managed policy in each account that is the permissions boundary of the created roles, with the path of the policy. Requires `deployRoleName`.",
    ),
  network: z
    .strictObject(networkSettings(["hosting"]))
    .prefault({})
    .describe("VPC, subnets, endpoints, DNS and flow logs of each account."),
  ...keySettings(),
  tags: tags(),
  purge: purge(),
  confirmPurge: confirmPurge(),
});

export type TargetSettings = z.output<typeof targetSettings>;
