// Plans the portfolio from which leads launch environments. Pure.
import { type AwsContext } from "../../aws/context";
import { limits } from "../../aws/limits";
import { type Options } from "../../aws/lookup";
import { removeCommand, renameCommand, setCommand } from "../../stack/fix-command";
import { type Planned, type Problem, type QuotaUse } from "../../stack/preflight";
import { parserFunctionName } from "../engine/names";
import { imageOf } from "./image";
import { statementsWithAnyName } from "./lead-trust";
import { equalNames, leadName, type NamedEntry, shareName, tagOptionName } from "./resource-names";
import { type EnvironmentCatalogSettings } from "./settings";

/** An existing subnet of the engine. */
export interface EngineSubnet {
  id: string;
  vpcId: string;
  routes: { destination: string; target: string }[];
}

export interface EnvironmentCatalogRequest {
  context: AwsContext;
  /** Name of the core stack. */
  name: string;
  settings: EnvironmentCatalogSettings;
  /** The role or user that deploys the stack, `arn:…`. */
  deployRoleArn: string;
  /** Whether the program runs in a preview, which writes no version. */
  isPreview: boolean;
  /** Tags of all resources. */
  tags: Record<string, string>;
  /** Path of the setting, `cloister-core:catalog`. */
  path: string;
  /** Looks up a subnet with its routes. `undefined` if it does not exist. */
  lookupSubnet: (id: string, opts: Options) => Promise<EngineSubnet | undefined>;
}

/** Existing resources that the settings name. An absent resource does not exist, or was not looked up. */
export interface EnvironmentCatalogFindings {
  subnets: EngineSubnet[];
  /** VPC of each security group by ID. */
  groupVpcIds: Record<string, string>;
  /** Whether the registry of this account and region has the image. `true` for another registry, which is not looked up. */
  hasImage: boolean;
  /** Roles and users of this account in `leads` that do not exist. */
  missingLeads: string[];
  /** Trust policies of the existing roles of this account in `leads`, as JSON, by ARN of the role. */
  leadTrust: Record<string, string>;
  /** Role of the function with which AWS Service Catalog finds an engine, `arn:…:role/…`. */
  engineRoleArn?: string;
}

/** A principal that can launch environments. */
export interface Lead {
  arn: string;
  type: "IAM" | "IAM_PATTERN";
}

export interface EnvironmentCatalogPlan {
  settings: EnvironmentCatalogSettings;
  leads: Lead[];
  /** VPC of the engine, `vpc-…`. */
  vpcId: string;
}

/** Source: AWS API `AssociatePrincipalWithPortfolio`. */
const maxPatterns = 10;

/** The path of permission sets' roles. Only IAM Identity Center can create roles in this path. */
const reservedPath = ":role/aws-reserved/sso.amazonaws.com/";

const isPattern = (arn: string) => arn.includes(":iam:::");
const leadOf = (arn: string): Lead => ({ arn, type: isPattern(arn) ? "IAM_PATTERN" : "IAM" });

function leadProblems({ context, settings, path }: EnvironmentCatalogRequest): Problem[] {
  const { accountId, partition } = context;
  const patterns = settings.leads.filter(isPattern);
  return [
    ...settings.leads.flatMap((arn, i): Problem[] => {
      const setting = `${path}.leads[${i}]`;
      const [, ofPartition, , , ofAccount = "", ...resource] = arn.split(":");
      if (ofPartition !== partition)
        return [
          {
            setting,
            text: `must be in the partition '${partition}' (got ${arn}). Fix: ${setCommand(setting, arn.replace(`:${ofPartition}:`, `:${partition}:`))}`,
          },
        ];
      if (isPattern(arn) || ofAccount === accountId) return [];
      return [
        {
          setting,
          text:
            `must be a principal of account ${accountId} (got ${arn}): AWS Service Catalog grants access to principals of another account only by IAM patterns and '${path}.sharing'. ` +
            `Fix: ${setCommand(setting, `arn:${partition}:iam:::${resource.join(":")}`)}`,
        },
      ];
    }),
    ...(patterns.length > maxPatterns
      ? [
          {
            setting: `${path}.leads`,
            text: `must have at most ${maxPatterns} IAM patterns (got ${patterns.length}). Fix: use ARNs of roles or groups, or wider patterns`,
          },
        ]
      : []),
  ];
}

/** The provider waits three minutes for a missing principal, and then fails. Source: error text of AWS, "profile does not exist". */
const missingLeadProblems = ({ settings, path }: EnvironmentCatalogRequest, { missingLeads }: EnvironmentCatalogFindings): Problem[] =>
  settings.leads.flatMap((arn, i) =>
    missingLeads.includes(arn)
      ? [
          {
            setting: `${path}.leads[${i}]`,
            text: `must be an existing role or user (got ${arn}). Fix: create it, or ${setCommand(`${path}.leads[${i}]`, "<ARN>")}`,
          },
        ]
      : [],
  );

/** IAM Identity Center sets the session name of its roles to the name of the user. */
const namedSession = '"StringEquals":{"sts:RoleSessionName":"${aws:username}"}';

/**
 * A caller that selects the session name could act as another lead of the same role.
 * Source: AWS Service Catalog "Example policies for managing provisioned products" (`userLevel`); IAM user guide, `sts:RoleSessionName`.
 */
const sessionNameProblems = ({ settings, path }: EnvironmentCatalogRequest, { leadTrust }: EnvironmentCatalogFindings): Problem[] =>
  settings.leads.flatMap((arn, i) => {
    const open = arn in leadTrust && !arn.includes(reservedPath) ? statementsWithAnyName(leadTrust[arn]!) : [];
    return open.length > 0
      ? [
          {
            setting: `${path}.leads[${i}]`,
            text:
              `must be a role whose trust policy fixes the session name of each user, because AWS Service Catalog identifies leads of a role by their session names (got ${arn} with ${open.join(", ")}). ` +
              `Fix: add the condition {${namedSession}} to each statement that allows sts:AssumeRole, or use a permission set of IAM Identity Center`,
          },
        ]
      : [];
  });

/** Any principal that can create a role with a matching name could launch environments. Source: AWS API `AssociatePrincipalWithPortfolio`. */
const patternWarnings = ({ settings, path }: EnvironmentCatalogRequest): Problem[] =>
  settings.leads.flatMap((arn, i) =>
    isPattern(arn) && !arn.includes(reservedPath)
      ? [
          {
            setting: `${path}.leads[${i}]`,
            text:
              `is an IAM pattern outside '${reservedPath.slice(1)}' (got ${arn}): any principal that can create a matching role or user can launch environments. ` +
              "Fix: use the ARN of the role, or ignore this warning if only administrators can create matching roles",
          },
        ]
      : [],
  );

function subnetProblems({ settings, path }: EnvironmentCatalogRequest, { subnets }: EnvironmentCatalogFindings): Problem[] {
  const vpcId = subnets[0]?.vpcId;
  return settings.engine.subnetIds.flatMap((id, i): Problem[] => {
    const setting = `${path}.engine.subnetIds[${i}]`;
    const subnet = subnets.find((subnet) => subnet.id === id);
    if (!subnet)
      return [
        { setting, text: `must be an existing subnet in this account and region (got ${id}). Fix: ${setCommand(setting, "<subnet>")}` },
      ];
    if (subnet.vpcId !== vpcId)
      return [
        {
          setting,
          text: `must be in the same VPC as the other subnets, ${vpcId} (got ${id} in ${subnet.vpcId}). Fix: ${setCommand(setting, "<subnet>")}`,
        },
      ];
    const gateway = subnet.routes.find(({ target }) => target.startsWith("igw-"));
    if (!gateway) return [];
    return [
      {
        setting,
        text:
          `must be a private subnet (got ${id} with a route for ${gateway.destination} to ${gateway.target}), because the runner has no public address. ` +
          `Fix: ${setCommand(setting, "<private subnet>")}`,
      },
    ];
  });
}

const groupProblems = ({ settings, path }: EnvironmentCatalogRequest, { subnets, groupVpcIds }: EnvironmentCatalogFindings): Problem[] =>
  settings.engine.securityGroupIds.flatMap((id, i): Problem[] => {
    const setting = `${path}.engine.securityGroupIds[${i}]`;
    const vpcId = groupVpcIds[id];
    if (vpcId === undefined)
      return [
        {
          setting,
          text: `must be an existing security group in this account and region (got ${id}). Fix: ${setCommand(setting, "<security group>")}`,
        },
      ];
    if (subnets[0] === undefined || vpcId === subnets[0].vpcId) return [];
    return [
      {
        setting,
        text: `must be in the VPC of the subnets, ${subnets[0].vpcId} (got ${id} in ${vpcId}). Fix: ${setCommand(setting, "<security group>")}`,
      },
    ];
  });

function imageProblems({ context, settings, path }: EnvironmentCatalogRequest, { hasImage }: EnvironmentCatalogFindings): Problem[] {
  const setting = `${path}.engine.image`;
  const { region, repository, digest } = imageOf(settings.engine.image);
  if (region !== context.region)
    return [
      {
        setting,
        text: `must be an image in the region ${context.region} (got ${region}). Fix: copy the image to that region, then ${setCommand(setting, "<image>")}`,
      },
    ];
  if (hasImage) return [];
  return [
    {
      setting,
      text:
        `must be an existing image (got ${digest.slice(0, 19)}…, which repository '${repository}' does not have). ` +
        `Fix: build and push the image as in docs/how-to/update-environments.md, then ${setCommand(setting, "<image>")}`,
    },
  ];
}

/** Functions of this stack's engine have roles whose name starts with the name of the stack. */
const engineProblems = ({ name, path, context }: EnvironmentCatalogRequest, { engineRoleArn }: EnvironmentCatalogFindings): Problem[] =>
  engineRoleArn === undefined || engineRoleArn.split("/").at(-1)!.startsWith(`${name}-engine-parser`)
    ? []
    : [
        {
          setting: path,
          text:
            `must not be set while another engine exists in account ${context.accountId} and region ${context.region} (the function ${parserFunctionName} has the role ${engineRoleArn}). AWS Service Catalog supports one engine. ` +
            `Fix: ${removeCommand(path)}, or remove the other engine`,
        },
      ];

function budgetProblems({ context, settings, path }: EnvironmentCatalogRequest): Problem[] {
  if (settings.budgetUsd === undefined || context.partition === "aws") return [];
  const setting = `${path}.budgetUsd`;
  return [{ setting, text: `is supported only in the partition 'aws' (got ${context.partition}). Fix: ${removeCommand(setting)}` }];
}

const repeated = (keys: readonly string[]) =>
  keys.filter((key, i) => keys.findIndex((item) => item.toLowerCase() === key.toLowerCase()) < i);

/** Source: AWS API `PutRule`. */
const longestRuleName = 64;
/** The longest stack name, from the longest names with the random characters that Pulumi adds. */
const longestStackName = Math.min(
  limits.bucketName.value - "-engine-artifacts-bucket-0a1b2c3".length,
  longestRuleName - "-engine-dispatcher-schedule-0a1b2c3".length,
);

const nameProblems = ({ name, path }: EnvironmentCatalogRequest): Problem[] => {
  return name.length <= longestStackName
    ? []
    : [
        {
          setting: path,
          text: `must not be set in a stack whose name has more than ${longestStackName} characters (got '${name}', ${name.length} characters). Names of buckets and rules start with the stack name. Fix: ${renameCommand}`,
        },
      ];
};

/** AWS Service Catalog accepts fewer tags and no empty values, and CodeBuild shorter values, than other services. */
const strictestTags = {
  /** Without the tag `cloister:owner`. Source: AWS API `CreatePortfolio`, `AddTags`. */
  count: 19,
  /** Source: AWS API `CreatePortfolio`, `TagValue`. */
  shortest: 1,
  /** Source: AWS API `CreateProject`, `ValueInput`. */
  longest: 255,
};

function resourceTagProblems({ tags, path }: EnvironmentCatalogRequest): Problem[] {
  const { count, shortest, longest } = strictestTags;
  const problem = (text: string, fix: string) => ({
    setting: path,
    text: `must not be set with ${text}. Fix: ${removeCommand(path)}, or ${fix}`,
  });
  const found = Object.keys(tags).length;
  return [
    ...(found > count ? [problem(`more than ${count} tags (got ${found}), which AWS Service Catalog rejects`, "remove tags")] : []),
    ...Object.entries(tags)
      .filter(([, value]) => value.length < shortest || value.length > longest)
      .map(([key, value]) =>
        problem(
          `a tag value of less than ${shortest} or more than ${longest} characters (got ${value.length} characters in the tag '${key}'), which AWS Service Catalog or CodeBuild rejects`,
          "change the tag",
        ),
      ),
  ];
}

/** IAM ignores the case of tag keys. */
const tagProblems = ({ settings, path }: EnvironmentCatalogRequest): Problem[] =>
  repeated(Object.keys(settings.tagOptions)).map((key) => ({
    setting: `${path}.tagOptions`,
    text: `must not repeat a key, ignoring case (got ${key}). Fix: ${removeCommand(`${path}.tagOptions["${key}"]`)}`,
  }));

const namedEntries = ({ leads, sharing, tagOptions }: EnvironmentCatalogSettings): NamedEntry[] => [
  ...leads.map((arn) => ({ setting: "leads", entry: arn, name: leadName(arn) })),
  ...sharing.accounts.map((id) => ({ setting: "sharing.accounts", entry: id, name: shareName(id) })),
  ...sharing.organizationalUnits.map((arn) => ({ setting: "sharing.organizationalUnits", entry: arn, name: shareName(arn) })),
  ...Object.entries(tagOptions).flatMap(([key, values]) =>
    values.map((value) => ({ setting: "tagOptions", entry: `${key}: ${value}`, name: tagOptionName(key, value) })),
  ),
];

/** Pulumi rejects two resources with one name in the middle of a deployment. */
const equalNameProblems = ({ name, settings, path }: EnvironmentCatalogRequest): Problem[] =>
  equalNames(namedEntries(settings)).map(([first, second]) => ({
    setting: `${path}.${second.setting}`,
    text: `must not have two entries whose resources have the same name, ${name}-catalog-${second.name} (got '${first.entry}' and '${second.entry}'). Fix: change or remove one of them`,
  }));

function publisherProblems({ context, settings: { publishers }, path }: EnvironmentCatalogRequest): Problem[] {
  return publishers.flatMap((arn, i) => {
    const setting = `${path}.publishers[${i}]`;
    return arn.startsWith(`arn:${context.partition}:iam::${context.accountId}:`)
      ? []
      : [{ setting, text: `must be a principal of account ${context.accountId} (got ${arn}). Fix: ${removeCommand(setting)}` }];
  });
}

/** A deployment writes the first version of the product. */
function deploymentProblems({ deployRoleArn, settings: { publishers }, path }: EnvironmentCatalogRequest): Problem[] {
  if (publishers.length === 0 || publishers.includes(deployRoleArn)) return [];
  return [
    {
      setting: `${path}.publishers`,
      text:
        `must contain the deploying role ${deployRoleArn}, which writes the first version (got ${publishers.join(", ")}). ` +
        `Fix: ${setCommand(`${path}.publishers[${publishers.length}]`, deployRoleArn)}, or deploy with one of these roles`,
    },
  ];
}

const buildLimits = {
  BUILD_GENERAL1_SMALL: "smallBuilds",
  BUILD_GENERAL1_MEDIUM: "mediumBuilds",
  BUILD_GENERAL1_LARGE: "largeBuilds",
} as const;

/** Concurrent executions of functions that AWS keeps without a reservation in a new account. Source: AWS API `PutFunctionConcurrency`. */
const unreservedConcurrency = 10;

/** Without these quotas, AWS rejects the reserved concurrency of the dispatcher, and the build limit of the CodeBuild project. */
function quotaUses({ settings: { engine }, path }: EnvironmentCatalogRequest): QuotaUse[] {
  const setting = `${path}.engine.concurrency`;
  return [
    {
      limit: "functionConcurrency",
      setting: path,
      text: `must not be set: the dispatcher reserves one concurrent execution, so the region must allow ${unreservedConcurrency + 1}`,
      used: unreservedConcurrency + 1,
      fix: removeCommand(path),
    },
    {
      limit: buildLimits[engine.computeType],
      setting,
      text: `must be lower (got ${engine.concurrency}): the region would run ${engine.concurrency} builds of the type ${engine.computeType} at the same time`,
      used: engine.concurrency,
      fix: setCommand(setting, "1"),
    },
  ];
}

/** The portfolio, and all problems with its settings. */
export const planEnvironmentCatalog = (
  request: EnvironmentCatalogRequest,
  findings: EnvironmentCatalogFindings,
): Planned<EnvironmentCatalogPlan> => ({
  plan: { settings: request.settings, leads: request.settings.leads.map(leadOf), vpcId: findings.subnets[0]?.vpcId ?? "" },
  problems: [
    ...nameProblems(request),
    ...engineProblems(request, findings),
    ...leadProblems(request),
    ...publisherProblems(request),
    ...(request.isPreview ? [] : deploymentProblems(request)),
    ...missingLeadProblems(request, findings),
    ...sessionNameProblems(request, findings),
    ...tagProblems(request),
    ...equalNameProblems(request),
    ...resourceTagProblems(request),
    ...budgetProblems(request),
    ...subnetProblems(request, findings),
    ...groupProblems(request, findings),
    ...imageProblems(request, findings),
  ],
  warnings: [...patternWarnings(request), ...(request.isPreview ? deploymentProblems(request) : [])],
  quotaUses: quotaUses(request),
});
