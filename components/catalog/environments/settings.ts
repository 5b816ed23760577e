// Defines the settings of the portfolio from which team leads launch environments.
import { z } from "zod";
import { accountId, roleOrUserArn } from "../../stack/common-settings";

/** A user, group or role, or an IAM pattern without an account ID. Source: AWS API `AssociatePrincipalWithPortfolio`. */
const lead = () =>
  z
    .string()
    .max(1000)
    .regex(/^arn:[\w-]+:iam::(\d{12}:(role|group|user)\/[\w+=,.@/-]+|:(role|group|user)\/[\w+=,.@/*?-]+)$/)
    .meta({
      allowed: "the ARN of a role, group or user, or an IAM pattern such as arn:aws:iam:::role/aws-reserved/*/AWSReservedSSO_Leads_*",
    });

const distinct = (values: readonly string[]) => new Set(values).size === values.length;

/** The policies of the engine name each recipient, and IAM limits their size. */
const mostAccounts = 20;
const mostUnits = 5;

const sharing = z
  .strictObject({
    accounts: z
      .array(accountId())
      .max(mostAccounts)
      .refine(distinct, { message: "must not repeat an account" })
      .prefault([])
      .describe(
        `Accounts that receive the portfolio, at most ${mostAccounts}. Each account must import the portfolio and grant access to its own principals. For more accounts, use organizational units.`,
      ),
    organizationalUnits: z
      .array(
        z
          .string()
          .regex(/^arn:[\w-]+:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/)
          .meta({ allowed: "the ARN of an organizational unit, `arn:aws:organizations::<account>:ou/o-…/ou-…`" }),
      )
      .max(mostUnits)
      .refine(distinct, { message: "must not repeat an organizational unit" })
      .prefault([])
      .describe(
        `Organizational units whose accounts receive the portfolio, with its IAM patterns, at most ${mostUnits}. Requires the management account or a delegated administrator of AWS Service Catalog.`,
      ),
  })
  .prefault({})
  .describe(
    "Other accounts in which leads launch environments. Each account requires a core stack with `catalogLaunch`, which creates the launch role (docs/self-service.md).",
  );

/** A key or value that both AWS Service Catalog and the tags of environments accept. Source: AWS API `CreateTagOption`. */
const tagOptionText = (max: number) =>
  z
    .string()
    .regex(new RegExp(`^(?!aws:|cloister:|name$)[A-Za-z0-9À-ÖØ-öø-ÿ _.:/=+@-]{1,${max}}$`, "i"))
    .meta({ allowed: `1 to ${max} letters, digits, spaces and _ . : / = + @ -, not 'name', not starting with aws: or cloister:` });

const tagOptions = z
  .record(tagOptionText(127), z.array(tagOptionText(256)).min(1).refine(distinct, { message: "must not repeat a value" }))
  .prefault({})
  .meta({ allowed: "an object of lists of values by tag key" })
  .describe("Tags that leads select at launch, with the allowed values of each tag. Applied to the provisioned product.");

const id = (kind: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`))
    .meta({ allowed: `an ID such as ${kind}-0123456789abcdef0` });

/** Types of an on-demand Linux build. Source: AWS API `CreateProject`, `ProjectEnvironment`. */
export const computeTypes = ["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"] as const;

const engine = z
  .strictObject({
    subnetIds: z
      .array(id("subnet"))
      .min(1)
      .max(16)
      .refine(distinct, { message: "must not repeat a subnet" })
      .describe("Existing private subnets of one VPC, in which the runner deploys environments."),
    securityGroupIds: z
      .array(id("sg"))
      .min(1)
      .max(5)
      .refine(distinct, { message: "must not repeat a security group" })
      .describe("Security groups of the runner, in the same VPC. They must allow HTTPS to the AWS services that a deployment calls."),
    image: z
      .string()
      .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9]+([._/-][a-z0-9]+)*@sha256:[0-9a-f]{64}$/)
      .meta({ allowed: "an ECR image with a digest, `<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>`" })
      .describe("Container image of the runner, built from `runner/Dockerfile`."),
    concurrency: z
      .int()
      .min(1)
      .max(20)
      .prefault(5)
      .describe(
        "Deployments that run at the same time. Others wait in the queue. With `sharing`, at most half of them, rounded up, run in one account.",
      ),
    operatorArns: z
      .array(roleOrUserArn())
      .max(10)
      .refine(distinct, { message: "must not repeat a principal" })
      .prefault([])
      .describe(
        "Roles and users of the platform team that can read requests in the dead-letter queues of the engine, and return them to their queue. They can choose what the engine deploys.",
      ),
    proxyUrl: z
      .string()
      .regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/)
      .meta({ allowed: "a URL without credentials and path, such as http://proxy.bank.example:3128" })
      .optional()
      .meta({ computedDefault: "no proxy" })
      .describe("Proxy through which the runner calls AWS services without an endpoint in the VPC."),
    computeType: z
      .enum(computeTypes)
      .prefault("BUILD_GENERAL1_SMALL")
      .describe("Compute type of the CodeBuild project that runs a deployment."),
    timeoutMinutes: z.int().min(20).max(480).prefault(60).describe("Minutes after which a deployment is stopped."),
  })
  .describe("Engine that deploys, updates and destroys environments on behalf of leads.");

export const environmentCatalogSettings = () =>
  z
    .strictObject({
      name: z
        .string()
        .min(1)
        .max(100)
        .regex(/^\S(.*\S)?$/)
        .meta({ allowed: "1 to 100 characters" })
        .prefault("Data science environments")
        .describe("Name of the portfolio."),
      leads: z
        .array(lead())
        .min(1)
        .max(100)
        .refine(distinct, { message: "must not repeat a principal" })
        .describe(
          "Team leads who can launch environments: ARNs of roles, groups or users of this account, or IAM patterns without an account ID. Any principal that can create a role whose name matches a pattern can launch environments.",
        ),
      publishers: z
        .array(roleOrUserArn())
        .max(20)
        .refine(distinct, { message: "must not repeat a principal" })
        .prefault([])
        .describe(
          "Roles and users of this account that write versions of the product: the role that deploys this stack, and those that run `cloister catalog publish`. An empty list allows every principal with permissions for the bucket, except roles that Cloister creates.",
        ),
      sharing,
      tagOptions,
      budgetUsd: z
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .meta({ computedDefault: "no budget" })
        .describe(
          "Monthly budget for all environments launched from the portfolio, in USD. The management account must activate the cost allocation tag `cloister:catalog-product`.",
        ),
      engine,
    })
    .optional()
    .meta({ computedDefault: "no portfolio" })
    .describe(
      "Portfolio in AWS Service Catalog from which team leads launch environments without infrastructure permissions (docs/self-service.md). An account has one engine in each region.",
    );

export type EnvironmentCatalogSettings = NonNullable<z.output<ReturnType<typeof environmentCatalogSettings>>>;
export type EngineSettings = EnvironmentCatalogSettings["engine"];

export const catalogLaunchSettings = () =>
  z
    .strictObject({
      engineAccountId: accountId().describe("Account of the engine, which has a core stack with `catalog`."),
      engineCore: z
        .string()
        .max(40)
        .regex(/^[a-z](-?[a-z0-9])*$/)
        .meta({ allowed: "the name of a core stack, such as bank-hub" })
        .describe("Name of the core stack with `catalog`, in the same region. The name of the launch role starts with this name."),
    })
    .optional()
    .meta({ computedDefault: "no launch role" })
    .describe(
      "Engine of another account that deploys environments in this account, for a portfolio that this account receives (docs/self-service.md). Creates the launch role of the engine.",
    );

export type CatalogLaunchSettings = NonNullable<z.output<ReturnType<typeof catalogLaunchSettings>>>;
