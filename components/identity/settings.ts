// Settings of who may do what: how strict, how people come in, which roles are there already.
import { z } from "zod";
import { profiles } from "./guardrails";
import { type ReplaceableRole, replaceableRoles, type UserRole } from "./roles";

export const roleArn = () =>
  z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" });

/** How strict an environment is. */
export const guardrailSettings = () =>
  z
    .strictObject({
      profile: z
        .enum(profiles)
        .prefault("strict")
        .describe(
          "What SageMaker's calls have to name, or are refused: nothing (`open`), the environment's subnets and groups (`vpc`), or also its key, encrypted traffic and allowed instance types (`strict`). In the permissions boundary of every role of the environment: docs/identity.md.",
        ),
      networkIsolation: z
        .boolean()
        .prefault(false)
        .describe(
          "Whether containers of jobs and models have to run without any network, not even the environment's. No `pip` in jobs then.",
        ),
    })
    .prefault({})
    .describe("What the environment's roles are held to.");

/** How people come to these roles. */
export const peopleSettings = (roles: readonly UserRole[]) =>
  z
    .strictObject({
      signIn: z
        .enum(["mfa", "saml", "identity-center", "none"])
        .prefault("mfa")
        .describe(
          "How people come to their roles: as users of the account who have signed in with MFA, by a SAML provider, from permission sets of Identity Center, or not at all (`none` makes no roles for people).",
        ),
      userArns: z
        .array(
          z
            .string()
            .regex(/^arn:[\w-]+:iam::\d{12}:user\/[\w+=,.@/-]+$/)
            .meta({ allowed: "the ARN of a user" }),
        )
        .prefault([])
        .describe("With `mfa`: who may take on the roles. Empty: those users whom the account's own policies let."),
      samlProviderArn: z
        .string()
        .regex(/^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w._-]+$/)
        .meta({ allowed: "the ARN of a SAML provider" })
        .optional()
        .describe("With `saml`: the account's provider. Its assertions give the session the name with which a person signs in."),
      permissionSets: z
        .strictObject(
          Object.fromEntries(
            roles.map((role) => [
              role,
              z
                .string()
                .regex(/^[\w+=,.@-]{1,32}$/)
                .meta({ allowed: "the name of a permission set, 1 to 32 characters" })
                .optional()
                .describe(`Whose holders may take on the role \`${role}\`.`),
            ]),
          ),
        )
        .prefault({})
        .describe("With `identity-center`: permission sets by role. Each has to let `sts:AssumeRole`, and to be assigned to this account."),
      personAttribute: z
        .string()
        .regex(/^[\w.:/=+@-]{1,128}$/)
        .meta({ allowed: "the name of an attribute for access control, 1 to 128 characters" })
        .prefault("userName")
        .describe("With `identity-center`: attribute for access control that holds the name with which a person signs in."),
      sessionHours: z
        .int()
        .min(1)
        .max(12)
        .prefault(8)
        .describe(
          "Hours after which people have to take on a role anew. With `identity-center` it is always one: AWS gives no more to whoever comes from another role.",
        ),
    })
    .prefault({})
    .describe("How people come to their roles.");

export const existingRolesSettings = () =>
  z
    .strictObject(
      Object.fromEntries(
        replaceableRoles.map((role) => [role, roleArn().optional().describe(`Instead of the role \`${role}\`.`)]),
      ) as Record<ReplaceableRole, z.ZodOptional<ReturnType<typeof roleArn>>>,
    )
    .prefault({})
    .describe(
      "Roles of the account that are used instead of ones of ours. Each has to carry core's permissions boundary, and those for SageMaker have to trust it. What they may do is up to whoever made them.",
    );

export type GuardrailSettings = z.output<ReturnType<typeof guardrailSettings>>;
export type PeopleSettings = z.output<ReturnType<typeof peopleSettings>>;
export type ExistingRoles = z.output<ReturnType<typeof existingRolesSettings>>;
