// Settings of Studio and notebook instances: who works there, on what, and what they find there.
import { z } from "zod";

const nameForm = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const nameAllowed = "1 to 63 letters, digits and dashes";
const name = (what: string) => z.string().regex(nameForm).meta({ allowed: nameAllowed }).describe(what);

/** Part of a physical name with the environment in front and random characters behind, which together have to stay below 64. */
const partOfName = (what: string) =>
  z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,23}$/)
    .meta({ allowed: "1 to 24 letters, digits and dashes" })
    .describe(what);

const minutes = () => z.int().min(60).max(525600);
const gigabytes = () => z.int().min(5).max(16384);

/** Text that is shown, and that Git takes for a name: no control characters, which end a line, and no brackets, which end a name. */
const shownText = () =>
  z
    .string()
    .regex(/^[^\p{C}<>]{1,100}$/u)
    .meta({ allowed: "1 to 100 characters without line breaks, < and >" });

const instanceType = () =>
  z
    .string()
    .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/)
    .meta({ allowed: "a type such as ml.t3.medium" });

const instanceTypes = () =>
  z
    .array(instanceType())
    .min(1)
    .refine((types) => new Set(types).size === types.length, { message: "must not name a type twice" });

const profile = z.strictObject({
  name: name("Name of the profile. Changing it **replaces** the profile."),
  person: z
    .string()
    .regex(/^[\p{L}\p{N}_.+=@-]{1,128}$/u)
    .meta({ allowed: "1 to 128 letters, digits and _ . + = @ -" })
    .optional()
    .describe(
      "Name that the person signs in with; the profile's name if it is not set. Value of the tag `cloister:person`, and with Identity Center the user's name there, where changing it **replaces** the profile.",
    ),
  gitName: shownText().optional().describe("Name on the person's commits; `person` if it is not set. Only with `git`."),
  instanceTypes: instanceTypes().optional().describe("Types that this person's apps may run on, some of those of all."),
  idleMinutes: minutes()
    .optional()
    .describe("Minutes without activity after which this person's apps are stopped, instead of those of all."),
  roleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" })
    .optional()
    .describe("Role that this person works under, instead of one of ours."),
});

/** A name alone stands for a profile with nothing else set. */
const profileOrName = z
  .preprocess((value, context) => {
    if (typeof value !== "string") return value;
    if (!nameForm.test(value)) context.addIssue({ code: "custom", message: `must be ${nameAllowed}`, input: value });
    return { name: value };
  }, profile)
  .meta({ allowed: `a name of ${nameAllowed}, or an object with ${Object.keys(profile.shape).join(", ")}` });

const space = z.strictObject({
  name: name("Name of the space. Changing it **replaces** the space with its volume."),
  owner: name("Profile that it belongs to. Changing it **replaces** the space with its volume."),
  sharing: z
    .enum(["private", "shared"])
    .prefault("private")
    .describe("Whether its owner alone may open it, or everybody of the domain. Changing it **replaces** the space with its volume."),
  app: z
    .enum(["jupyterlab", "codeeditor"])
    .prefault("jupyterlab")
    .describe("What is started in it. Changing it **replaces** the space with its volume."),
  volumeGb: gigabytes().optional().describe("Size of its volume, `volumeGb.default` if it is not set. It can grow, not shrink."),
  instanceType: instanceType().optional().describe("Type that it is started on, its owner's default if it is not set."),
});

const image = z.strictObject({
  name: partOfName("Name of the image; the environment's name comes in front."),
  imageUri: z
    .string()
    .max(255)
    .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+(@sha256:[0-9a-f]{64}|:[\w.-]{1,128})$/)
    .meta({ allowed: "an image of ECR, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/studio@sha256:<64 digits>" })
    .describe("The image in a repository of ECR in the same region. By digest: a tag is read once, when the version is made."),
  apps: z
    .array(z.enum(["jupyterlab", "codeeditor"]))
    .min(1)
    .prefault(["jupyterlab"])
    .describe("Apps that it is offered for."),
  entrypoint: z
    .string()
    .max(256)
    .regex(/\S/)
    .meta({ allowed: "a program of at most 256 characters" })
    .optional()
    .describe("What the container starts, instead of its own entry point. Its kernels are those that the image has."),
  arguments: z
    .array(z.string().max(64).regex(/\S/).meta({ allowed: "a text of at most 64 characters" }))
    .max(50)
    .prefault([])
    .describe("Arguments of the entry point."),
  environment: z
    .record(z.string().min(1).max(256), z.string().max(256))
    .refine((variables) => Object.keys(variables).length <= 25, { message: "must have at most 25 variables" })
    .prefault({})
    .meta({ allowed: "an object of at most 25 texts" })
    .describe("Environment variables of the container."),
});

const notebook = z.strictObject({
  name: partOfName("Name of the instance; the environment's name comes in front. Changing it **replaces** the instance with its volume."),
  owner: name("Profile of the person it is for."),
  instanceType: instanceType()
    .optional()
    .describe("Its owner's default if it is not set. Changing it stops the instance and starts it again."),
  volumeGb: gigabytes().prefault(20).describe("Size of its volume. It can grow, not shrink."),
  idleMinutes: minutes().optional().describe("Minutes without activity after which it stops itself, its owner's if they are not set."),
});

/** Small ones, enough for notebooks: what is big runs as a job. */
const smallTypes = [
  "ml.t3.medium",
  "ml.t3.large",
  "ml.t3.xlarge",
  "ml.m5.large",
  "ml.m5.xlarge",
  "ml.m5.2xlarge",
  "ml.c5.large",
  "ml.c5.xlarge",
];

/** What an environment may be told of Studio. */
export const studioSettings = () =>
  z
    .strictObject({
      signIn: z
        .enum(["iam", "identity-center"])
        .prefault("iam")
        .describe(
          "How people sign in: through roles of the account, or through IAM Identity Center, whose instance has to be in the same region. Changing it **replaces** the domain with all profiles, spaces and home directories.",
        ),
      profiles: z
        .array(profileOrName)
        .min(1)
        .refine((all) => new Set(all.map((one) => one.name)).size === all.length, { message: "must not name a profile twice" })
        .prefault(["data-scientist"])
        .describe("User profiles, one per person: a name, or an object where more is to be said."),
      executionRole: z
        .enum(["shared", "per-person"])
        .prefault("shared")
        .describe(
          "Whether all people work under one role or each under one of their own, so that AWS's records tell who it was. Names of profiles then have at most 30 characters.",
        ),
      securityGroupPerProfile: z
        .boolean()
        .prefault(false)
        .describe("Whether each profile gets a security group of its own, so that one person's apps do not reach another's."),
      idleMinutes: minutes().prefault(120).describe("Minutes without activity after which an app is stopped."),
      instanceTypes: instanceTypes()
        .prefault(smallTypes)
        .describe("Types that apps and notebook instances may run on. The portal hides the others."),
      defaultInstanceType: instanceType()
        .prefault("ml.t3.medium")
        .describe("Type of an app when nobody chooses one. One of `instanceTypes`."),
      volumeGb: z
        .strictObject({
          default: gigabytes().prefault(5).describe("Size of a space's volume when nobody chooses one."),
          maximum: gigabytes().prefault(100).describe("Largest volume that people can ask for."),
        })
        .prefault({})
        .describe("Volumes of private spaces, in GB."),
      spaces: z
        .array(space)
        .prefault([])
        .describe("Spaces that are there from the start. People make their own besides. Nothing is started in them."),
      sharing: z
        .boolean()
        .prefault(false)
        .describe("Whether people may share the output of notebooks: under the data key, in the data bucket, below `shared-notebooks/`."),
      images: z.array(image).prefault([]).describe("Images of your own for apps."),
      pip: z
        .strictObject({
          indexUrl: z
            .string()
            .max(512)
            .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[\w.~%-]+)*\/?$/)
            .meta({
              allowed:
                "an address that begins with https:// and has neither name, password nor query, such as https://pypi.bank.example/simple",
            })
            .describe("Package index that pip asks, in apps, notebook instances and jobs."),
          trustedCertificate: z
            .string()
            .max(4000)
            .regex(/^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/)
            .meta({ allowed: "certificates as PEM, of at most 4000 characters" })
            .optional()
            .describe(
              "Certificate of the authority that the index's own is signed by, if it is not a public one. Images of jobs need it too.",
            ),
        })
        .optional()
        .describe("Where pip gets packages. Without it pip asks pypi.org, which a closed network does not reach."),
      git: z
        .strictObject({
          emailDomain: z
            .string()
            .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
            .meta({ allowed: "a domain in lower case, such as bank.example" })
            .describe("People's addresses are `<person>@` this, unless `person` is an address."),
          repositories: z
            .array(
              z
                .string()
                .max(1024)
                .regex(/^https:\/\/([.\-_a-zA-Z0-9]+\/?){3,1016}$/)
                .meta({ allowed: "an address that begins with https://" }),
            )
            .max(10)
            .prefault([])
            .describe("Repositories that JupyterLab offers to clone."),
        })
        .optional()
        .describe("Git identity of each person. Without it people set their own."),
      projects: z
        .boolean()
        .prefault(true)
        .describe(
          "Whether SageMaker Projects is on in the account and region. It stays on when this is taken back or the environment is destroyed.",
        ),
      projectsPortfolioId: z
        .string()
        .max(100)
        .regex(/^port-[a-zA-Z0-9_-]+$/)
        .meta({ allowed: "the id of a portfolio of Service Catalog, such as port-0a1b2c3d4e5f6" })
        .optional()
        .describe(
          "Portfolio of project templates that every execution role is associated with. Only with `projects`. AWS's own is told, once Projects is on, by `aws servicecatalog list-accepted-portfolio-shares`: the one whose provider is Amazon SageMaker. Launching a template needs a right besides, which only a role that is brought can have.",
        ),
      notebooks: z
        .array(notebook)
        .prefault([])
        .describe("Notebook instances, for those who still need them: Amazon Linux 2023, without root, in the network."),
    })
    .prefault({})
    .describe("SageMaker Studio.");

export type StudioSettings = z.output<ReturnType<typeof studioSettings>>;
export type SpaceSettings = StudioSettings["spaces"][number];
export type ImageSettings = StudioSettings["images"][number];
export type NotebookSettings = StudioSettings["notebooks"][number];

/** A profile with nothing left open. */
export interface StudioMember {
  profile: string;
  /** Name that the person signs in with. */
  name: string;
  /** On commits. Absent without `git`. */
  git?: { name: string; email: string };
  instanceTypes: string[];
  defaultInstanceType: string;
  idleMinutes: number;
  roleArn?: string;
  /** Whether instance types or idle time differ from those of all. */
  hasOwnRules: boolean;
}

/** The people of an environment, each with what holds for them. */
export function studioMembers(settings: StudioSettings): StudioMember[] {
  const { git, defaultInstanceType } = settings;
  return settings.profiles.map((one) => {
    const name = one.person ?? one.name;
    const types = one.instanceTypes ?? settings.instanceTypes;
    return {
      profile: one.name,
      name,
      ...(git && { git: { name: one.gitName ?? name, email: name.includes("@") ? name : `${name}@${git.emailDomain}` } }),
      instanceTypes: types,
      defaultInstanceType: types.includes(defaultInstanceType) ? defaultInstanceType : types[0]!,
      idleMinutes: one.idleMinutes ?? settings.idleMinutes,
      ...(one.roleArn && { roleArn: one.roleArn }),
      hasOwnRules: one.instanceTypes !== undefined || one.idleMinutes !== undefined,
    };
  });
}
