// Settings of Studio and notebook instances.
import { z } from "zod";
import { idleMinutesField, instanceTypeField, instanceTypesField, volumeField } from "./fields";
import { image, notebook, profileOrName, space } from "./item-settings";

/** Small instance types, which suffice for notebooks: large workloads run as jobs. */
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

const pip = z.strictObject({
  indexUrl: z
    .string()
    .max(512)
    .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w.~%-]+)*\/?$/)
    .meta({ allowed: "a URL that begins with https:// and has no credentials and no query, such as https://pypi.bank.example/simple" })
    .describe("Package index for apps, notebook instances and jobs."),
  trustedCertificate: z
    .string()
    .max(4000)
    .regex(/^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/)
    .meta({ allowed: "PEM certificates of at most 4000 characters" })
    .optional()
    .describe("Certificate of the CA of the index, if that is a private CA. Images of jobs require it too."),
});

const git = z.strictObject({
  emailDomain: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
    .meta({ allowed: "a domain in lower case, such as bank.example" })
    .describe("Domain of email addresses in commits, `<person>@<emailDomain>`. Not used if `person` is an email address."),
  repositories: z
    .array(
      z
        .string()
        .max(1024)
        .regex(/^https:\/\/([.\-_a-zA-Z0-9]+\/?){3,1016}$/)
        .meta({ allowed: "a URL that begins with https://" }),
    )
    .max(10)
    .prefault([])
    .describe("Git repositories that JupyterLab suggests to clone."),
});

export const studioSettings = () =>
  z
    .strictObject({
      signIn: z
        .enum(["iam", "identity-center"])
        .prefault("iam")
        .describe(
          "`iam`: members sign in through roles of the account. `identity-center`: through IAM Identity Center, which must be in the same region. Changing it **replaces** the domain with all profiles, spaces and home directories.",
        ),
      profiles: z
        .array(profileOrName)
        .min(1)
        .refine((profiles) => new Set(profiles.map(({ name }) => name)).size === profiles.length, {
          message: "must not name a profile twice",
        })
        .prefault(["data-scientist"])
        .describe("User profiles, one per data scientist: a name, or an object with more settings."),
      executionRole: z
        .enum(["shared", "per-person"])
        .prefault("shared")
        .describe(
          "`shared`: all profiles use one execution role. `per-person`: each profile has its own, so that CloudTrail identifies the member. Names of profiles then have at most 30 characters.",
        ),
      securityGroupPerProfile: z
        .boolean()
        .prefault(false)
        .describe("Whether each profile has its own security group, so that apps of one member cannot connect to those of another."),
      idleMinutes: idleMinutesField().prefault(120).describe("Minutes without activity after which an app stops."),
      instanceTypes: instanceTypesField()
        .prefault(defaultInstanceTypes)
        .describe("Instance types that apps and notebook instances can use. The Studio UI hides all others."),
      defaultInstanceType: instanceTypeField()
        .prefault("ml.t3.medium")
        .describe("Instance type of an app if the member selects none. Must be one of `instanceTypes`."),
      volumeGb: z
        .strictObject({
          default: volumeField().prefault(5).describe("Size of the volume of a space if the member selects none."),
          maximum: volumeField().prefault(100).describe("Largest size that a member can select."),
        })
        .prefault({})
        .describe("Sizes of the volumes of private spaces, in GB."),
      spaces: z
        .array(space)
        .prefault([])
        .describe("Spaces that Cloister creates. It starts no apps in them. Members can create other spaces."),
      sharing: z
        .boolean()
        .prefault(false)
        .describe("Whether members can share notebook output. It is stored below `shared-notebooks/` in the data bucket."),
      images: z.array(image).prefault([]).describe("Custom images of apps."),
      pip: pip.optional().describe("Package index of pip. Default: pypi.org, which is not reachable from a closed network."),
      git: git.optional().describe("Git identities of the members. If not set, each member configures Git."),
      projects: z
        .boolean()
        .prefault(true)
        .describe(
          "Whether to enable SageMaker Projects in the account and region. Setting it to false, or destroying the environment, does not disable Projects.",
        ),
      projectsPortfolioId: z
        .string()
        .max(100)
        .regex(/^port-[a-zA-Z0-9_-]+$/)
        .meta({ allowed: "the id of a Service Catalog portfolio, such as port-0a1b2c3d4e5f6" })
        .optional()
        .describe(
          "Portfolio of project templates that every execution role is associated with. Requires `projects`. To find the portfolio of Amazon SageMaker once Projects is enabled: `aws servicecatalog list-accepted-portfolio-shares`. Launching a template requires a permission that only existing roles can have.",
        ),
      notebooks: z.array(notebook).prefault([]).describe("Notebook instances with Amazon Linux 2023, inside the VPC, without root access."),
    })
    .prefault({})
    .describe("SageMaker Studio.");

export type StudioSettings = z.output<ReturnType<typeof studioSettings>>;
export type SpaceSettings = StudioSettings["spaces"][number];
export type ImageSettings = StudioSettings["images"][number];
