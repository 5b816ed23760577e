// Defines the settings for guardrails, sign-in and existing roles.
import { z } from "zod";
import { setCommand } from "../stack/fix-command";
import { type Problem } from "../stack/preflight";
import { type Profile, profiles } from "./guardrails";
import { type PeopleNetwork, peopleNetworks } from "./permissions/facts";
import { type ReplaceableRole, replaceableRoles, type UserRole } from "./roles";

export const roleArn = () =>
  z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" });

export const guardrailSettings = () =>
  z
    .strictObject({
      profile: z
        .enum(profiles)
        .prefault("strict")
        .describe(
          "What SageMaker calls must specify. `open`: no requirements. `vpc`: the environment's subnets and security groups. `strict`: also the environment's keys, encrypted traffic and allowed instance types. The permissions boundary of every role enforces the requirements (docs/identity.md).",
        ),
      networkIsolation: z
        .boolean()
        .prefault(false)
        .describe("Whether job and model containers must run without network access. If true, jobs cannot use `pip`."),
    })
    .prefault({})
    .describe("Guardrails for the environment's roles.");

/** Settings of network features that widen the permissions of service roles. */
export const featureSettings = () => ({
  writableRepositories: z
    .array(
      z
        .string()
        .regex(/^[\w.-]+(\/[\w.-]+)+$/)
        .meta({ allowed: "a repository in the format of its provider, such as owner/name" }),
    )
    .prefault([])
    .describe(
      "External repositories, such as on GitHub or GitLab, that workloads can push to, for the feature `connections`. Every principal that can read these repositories receives the pushed data. Empty: workloads can only read.",
    ),
  glueDatabases: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9_-]{1,254}\*?$/)
        .meta({ allowed: "the name of a Glue database, or a prefix and *" }),
    )
    .min(1)
    .optional()
    .meta({ computedDefault: "`<team>_<stage>`" })
    .describe("Glue databases that workloads can read, for the feature `analytics`."),
});

const userArns = () =>
  z
    .array(
      z
        .string()
        .regex(/^arn:[\w-]+:iam::\d{12}:user\/[\w+=,.@/-]+$/)
        .meta({ allowed: "the ARN of a user" }),
    )
    .prefault([]);

/** `networkDefault` describes the default of `network`, in Markdown. */
const peopleShape = (roles: readonly UserRole[], networkDefault: string) => ({
  signIn: z
    .enum(["mfa", "saml", "identity-center", "none"])
    .prefault("mfa")
    .describe(
      "How users sign in to their roles: as IAM users with MFA, through a SAML provider, or from permission sets of IAM Identity Center. `none` creates no user roles.",
    ),
  users: z
    .strictObject(Object.fromEntries(roles.map((role) => [role, userArns().describe(`Users who can assume the role \`${role}\`.`)])))
    .prefault({})
    .describe(
      "With `mfa`: users by role. If you list users for one role, list users for every role. No user can be both data scientist and team administrator. Empty: users whose own policies allow `sts:AssumeRole`; data scientists and team administrators must have the tag `cloister:role` with the name of their role.",
    ),
  userArns: userArns().describe(
    "Deprecated, use `users`. With `mfa`: users who can assume the roles if `users` is empty. Data scientists and team administrators must have the tag `cloister:role` with the name of their role.",
  ),
  samlProviderArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w._-]+$/)
    .meta({ allowed: "the ARN of a SAML provider" })
    .optional()
    .describe("With `saml`: the account's SAML provider. The SAML assertions must set the session name to the user's sign-in name."),
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
            .describe(`Permission set whose users can assume the role \`${role}\`.`),
        ]),
      ),
    )
    .prefault({})
    .describe("With `identity-center`: permission sets by role. Each must allow `sts:AssumeRole`, and must be assigned to this account."),
  personAttribute: z
    .string()
    .regex(/^[\w.:/=+@-]{1,128}$/)
    .meta({ allowed: "the name of an attribute for access control, 1 to 128 characters" })
    .prefault("userName")
    .describe("With `identity-center`: attribute for access control that contains the user's sign-in name."),
  sessionHours: z
    .int()
    .min(1)
    .max(12)
    .prefault(8)
    .describe(
      "Hours after which users must assume a role again. Always 1 with `identity-center`, because AWS limits role chaining to one hour.",
    ),
  network: z
    .enum(peopleNetworks)
    .optional()
    .meta({ computedDefault: networkDefault })
    .describe(
      "Networks from which users can read SageMaker descriptions, logs and metrics. In an environment, also the networks from which service roles create SageMaker resources and data scientists define pipelines. `vpc`: only through the environment's VPC endpoints. `anywhere`: also over the internet, so text that code writes can leave the network (docs/identity.md).",
    ),
});

const peopleAbout = "How users sign in to their roles.";

export const peopleSettings = (roles: readonly UserRole[], networkDefault: string) =>
  z.strictObject(peopleShape(roles, networkDefault)).prefault({}).describe(peopleAbout);

/** Only environments have Studio. */
export const environmentPeopleSettings = (roles: readonly UserRole[], networkDefault: string) =>
  z
    .strictObject({
      ...peopleShape(roles, networkDefault),
      openApps: z
        .enum(peopleNetworks)
        .optional()
        .meta({ computedDefault: '`"anywhere"`' })
        .describe(
          "Networks from which the execution roles can open apps of Studio. `anywhere`: any network except other VPCs, as in the sample policy of AWS. Suitable if Studio's page calls from the SageMaker network. A presigned URL that a user copies from an app then opens the app over the internet. `vpc`: only through the environment's VPC endpoints. Suitable if Studio's page calls through them, otherwise Studio cannot open apps. `npx cloister verify --only open-apps` shows from where Studio opens apps.",
        ),
    })
    .prefault({})
    .describe(peopleAbout);

export const existingRolesSettings = () =>
  z
    .strictObject(
      Object.fromEntries(
        replaceableRoles.map((role) => [
          role,
          roleArn().optional().meta({ computedDefault: "a role created by Cloister" }).describe(`Existing role to use as \`${role}\`.`),
        ]),
      ) as Record<ReplaceableRole, z.ZodOptional<ReturnType<typeof roleArn>>>,
    )
    .prefault({})
    .describe(
      "Existing roles in the account to use instead of roles created by Cloister. Each must have the permissions boundary that the core stack exports (`permissionsBoundaryArn`). Service roles must trust SageMaker. You manage the permissions of existing roles.",
    );

export type GuardrailSettings = z.output<ReturnType<typeof guardrailSettings>>;
export type PeopleSettings = z.output<ReturnType<typeof peopleSettings>>;
export type EnvironmentPeopleSettings = z.output<ReturnType<typeof environmentPeopleSettings>>;
export type FeatureSettings = z.output<z.ZodObject<ReturnType<typeof featureSettings>>> & {
  /** CodeArtifact repository of the mirror, `arn:…:repository/…`. Not a setting: core creates the repository. */
  mirrorRepositoryArn?: string;
};
/** Where users can read SageMaker descriptions, logs and metrics. A hub has no guardrail profile. */
export const peopleNetworkOf = ({ network }: Pick<PeopleSettings, "network">, profile: Profile = "strict"): PeopleNetwork =>
  network ?? (profile === "open" ? "anywhere" : "vpc");

/** A warning if `people.network` is `anywhere` with a guardrail profile that keeps data in the network. */
export const peopleNetworkWarnings = (setting: string, { network }: PeopleSettings, profile: Profile): Problem[] =>
  network === "anywhere" && peopleNetworkOf({}, profile) !== "anywhere"
    ? [
        {
          setting: `${setting}.network`,
          text:
            `is 'anywhere' with the guardrail profile '${profile}', whose default is 'vpc'. ` +
            `Users can read SageMaker descriptions, logs and metrics from any network, and code in the network can write data into them (docs/threats.md). ` +
            `Fix: ${setCommand(`${setting}.network`, "vpc")}, or ignore this warning if the data is permitted to leave the network`,
        },
      ]
    : [];

/** From where apps of Studio can be opened. The default is that of AWS's sample policy. */
export const openAppsOf = ({ openApps }: Pick<EnvironmentPeopleSettings, "openApps">): PeopleNetwork => openApps ?? "anywhere";

/** A warning if `people.openApps` is not set where everything else stays in the network. */
export const openAppsWarnings = (setting: string, people: EnvironmentPeopleSettings, profile: Profile): Problem[] =>
  people.openApps === undefined && profile === "strict" && peopleNetworkOf(people, profile) === "vpc"
    ? [
        {
          setting: `${setting}.openApps`,
          text:
            `is not set, so it is '${openAppsOf(people)}' with the guardrail profile '${profile}'. ` +
            `A user can copy a presigned URL from an app and open the app over the internet (docs/threats.md). ` +
            `Fix: ${setCommand(`${setting}.openApps`, "vpc")} if 'npx cloister verify --only open-apps' shows that Studio opens apps through the VPC, ` +
            `or ${setCommand(`${setting}.openApps`, "anywhere")} to accept this`,
        },
      ]
    : [];

export type ExistingRoles = z.output<ReturnType<typeof existingRolesSettings>>;
