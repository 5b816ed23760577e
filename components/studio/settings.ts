// Defines the settings of Studio and notebook instances.
import { z } from "zod";
import { idleMinutesField, instanceTypeField, instanceTypesField, volumeField } from "./fields";
import { image, notebook, profileOrName, space } from "./item-settings";

/** Small instance types are sufficient for notebooks, because large workloads run as jobs. */
const defaultInstanceTypes = [
  "ml.t3.medium",
  "ml.t3.large",
  "ml.t3.xlarge",
  "ml.m5.large",
  "ml.m5.xlarge",
  "ml.m5.2xlarge",
  "ml.c5.large",
  "ml.c5.xlarge",
];

/** Patterns accept ports above 65535 and empty parts of host names. */
const isUrl = (text: string) => URL.canParse(text) && !/^\.|\.\.|\.$/.test(new URL(text).hostname);
const indexUrlAllowed = "a URL that begins with https:// and has no credentials and no query, such as https://pypi.bank.example/simple";

export const pipSettings = z.strictObject({
  indexUrl: z
    .string()
    .max(512)
    .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w.~%-]+)*\/?$/)
    .refine(isUrl, { message: `must be ${indexUrlAllowed}` })
    .meta({ allowed: indexUrlAllowed })
    .describe("Package index for apps, notebook instances and jobs."),
  trustedCertificate: z
    .string()
    .max(4000)
    .regex(/^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/)
    .meta({ allowed: "PEM certificates of at most 4000 characters" })
    .optional()
    .describe("CA certificate for the package index, if the CA is private. Job images must also contain this certificate."),
  requests: z
    .string()
    .regex(/^[\w.:/?&=#@+ -]{1,128}$/)
    .meta({ allowed: "a URL, an email address or a short text" })
    .optional()
    .meta({ computedDefault: "no message" })
    .describe("Where members request packages. pip in apps and notebook instances shows this text if the index has no matching package."),
});

/** The index of pip. `repositoryArn` is not a setting. */
export type PipSettings = z.output<typeof pipSettings> & {
  /** CodeArtifact repository behind the index, `arn:…:repository/…`, which requires a token. */
  repositoryArn?: string;
};

const git = z.strictObject({
  emailDomain: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
    .meta({ allowed: "a domain in lower case, such as bank.example" })
    .describe("Domain for email addresses in commits, `<person>@<emailDomain>`. Not used if `person` is an email address."),
  repositories: z
    .array(
      z
        .string()
        .max(1024)
        // The pattern of the API takes exponential time for a URL with an invalid character at its end.
        .regex(/^https:\/\/(?=(\/?[\w.-]){3})[\w.-]+(\/[\w.-]+)*\/?$/)
        .refine(isUrl, { message: "must be a URL that begins with https://" })
        .meta({ allowed: "a URL that begins with https://" }),
    )
    .max(10)
    .prefault([])
    .describe("Git repositories that JupyterLab suggests for cloning."),
});

export const studioSettings = () =>
  z
    .strictObject({
      signIn: z
        .enum(["iam", "identity-center"])
        .prefault("iam")
        .describe(
          "`iam`: members sign in through roles in the account. `identity-center`: members sign in through IAM Identity Center, which must be in the same region. Changing the sign-in **replaces** the domain with all profiles, spaces and home directories.",
        ),
      profiles: z
        .array(profileOrName)
        .min(1)
        .refine((profiles) => new Set(profiles.map(({ name }) => name)).size === profiles.length, {
          message: "must not list a profile twice",
        })
        .prefault(["data-scientist"])
        .describe("User profiles, one per data scientist: a name, or an object with more settings."),
      executionRole: z
        .enum(["shared", "per-person"])
        .prefault("shared")
        .describe(
          "`shared`: all profiles use one execution role. `per-person`: each profile has its own execution role, so that CloudTrail identifies the member. The names of the environment and of a profile must then have at most 45 characters together.",
        ),
      securityGroupPerProfile: z
        .boolean()
        .prefault(false)
        .describe("Whether each profile has its own security group, so that one member's apps cannot connect to another member's apps."),
      idleMinutes: idleMinutesField()
        .prefault(120)
        .describe(
          "Minutes without activity after which an app stops. For shared spaces, a later change needs an update of the domain (docs/studio.md).",
        ),
      instanceTypes: instanceTypesField()
        .prefault(defaultInstanceTypes)
        .describe("Instance types that apps and notebook instances can use. The Studio UI hides all others."),
      defaultInstanceType: instanceTypeField()
        .prefault("ml.t3.medium")
        .describe("Default instance type of an app, which members can change. Must be one of `instanceTypes`."),
      volumeGb: z
        .strictObject({
          default: volumeField().prefault(5).describe("Default volume size of a space, which members can change."),
          maximum: volumeField().prefault(100).describe("Maximum volume size that members can select."),
        })
        .prefault({})
        .describe("Volume sizes of private spaces, in GB."),
      spaces: z
        .array(space)
        .prefault([])
        .describe("Spaces that Cloister creates, without starting apps in the spaces. Members can create other spaces."),
      sharing: z
        .boolean()
        .prefault(false)
        .describe("Whether members can share notebook output, which is stored under `shared-notebooks/` in the data bucket."),
      images: z.array(image).prefault([]).describe("Custom images for apps."),
      pip: pipSettings
        .optional()
        .meta({ computedDefault: "pypi.org" })
        .describe("Package index for pip. A closed network has no path to pypi.org."),
      git: git.optional().describe("Git identities of members. If not set, each member must configure Git."),
      downloads: z
        .boolean()
        .optional()
        .meta({ computedDefault: "`false`, and `true` with the guardrail profile `open`" })
        .describe(
          "Whether JupyterLab has commands to download files and to export notebooks. `false` removes these commands, but does not prevent a member from copying data (docs/studio.md).",
        ),
      projects: z
        .boolean()
        .prefault(true)
        .describe(
          "Whether to enable SageMaker Projects in the account and region. Projects stays enabled after the setting becomes false or the environment is destroyed.",
        ),
      projectsPortfolioId: z
        .string()
        .max(100)
        .regex(/^port-[a-zA-Z0-9_-]+$/)
        .meta({ allowed: "the ID of a Service Catalog portfolio, such as port-0a1b2c3d4e5f6" })
        .optional()
        .describe(
          "Service Catalog portfolio with project templates. Cloister associates every execution role with this portfolio. Requires `projects`. To find the Amazon SageMaker portfolio after enabling Projects: `aws servicecatalog list-accepted-portfolio-shares`. Launching a template requires a permission that only existing roles can have.",
        ),
      notebooks: z.array(notebook).prefault([]).describe("Notebook instances with Amazon Linux 2023, inside the VPC, without root access."),
    })
    .prefault({})
    .describe("SageMaker Studio.");

export type StudioSettings = Omit<z.output<ReturnType<typeof studioSettings>>, "pip"> & { pip?: PipSettings | undefined };
export type SpaceSettings = StudioSettings["spaces"][number];
export type ImageSettings = StudioSettings["images"][number];
