// The IAM requests of the calls in a journal: action, resource and condition keys, as AWS authorizes them.
// Does not prove that AWS requires no other permission: the Service Authorization Reference omits calls of a service for its caller.
import { type Call } from "@cloister/sandbox";

export interface AuthorizedRequest {
  /** `ec2:CreateSubnet` */
  call: string;
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
}

type Input = Record<string, unknown>;
type Tags = Record<string, string>;

export interface Deployment {
  account: string;
  region: string;
  /** Tags of every resource of the stage. */
  tags: Tags;
  /** Tag `cloister:environment` of the session, if the role has one. */
  session?: string;
  /** The role that makes the calls, and that no call created. */
  roleArn: string;
}

const text = (value: unknown) => (value === undefined ? undefined : String(value));
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]);
const tagsIn = (tags: unknown): Tags =>
  Array.isArray(tags)
    ? Object.fromEntries((tags as Tags[]).map((tag) => [tag.Key ?? tag.TagKey!, (tag.Value ?? tag.TagValue)!]))
    : ((tags as Tags | undefined) ?? {});
const specified = (input: Input) =>
  tagsIn((input.TagSpecifications as { Tags: unknown }[] | undefined)?.flatMap(({ Tags }) => Tags as object[]));
const requestTags = (tags: Tags) => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
const resourceTags = (tags: Tags) => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

/** Resource types of EC2 by the start of their IDs. */
const ec2Types: Record<string, string> = {
  acl: "network-acl",
  dopt: "dhcp-options",
  eipalloc: "elastic-ip",
  fl: "vpc-flow-log",
  igw: "internet-gateway",
  nat: "natgateway",
  rtb: "route-table",
  sg: "security-group",
  sgr: "security-group-rule",
  subnet: "subnet",
  vpc: "vpc",
  vpce: "vpc-endpoint",
};
const isEc2Id = (id: string) => id.split("-")[0]! in ec2Types && /^[a-z]+-[0-9a-f]{8,}$/.test(id);

/** The type of the resource that an EC2 action creates. */
const ec2Created: Record<string, string> = {
  AllocateAddress: "elastic-ip",
  AuthorizeSecurityGroupEgress: "security-group-rule",
  AuthorizeSecurityGroupIngress: "security-group-rule",
  CreateDhcpOptions: "dhcp-options",
  CreateFlowLogs: "vpc-flow-log",
  CreateInternetGateway: "internet-gateway",
  CreateNatGateway: "natgateway",
  CreateNetworkAcl: "network-acl",
  CreateRouteTable: "route-table",
  CreateSecurityGroup: "security-group",
  CreateSubnet: "subnet",
  CreateVpc: "vpc",
  CreateVpcEndpoint: "vpc-endpoint",
};

/** Parameters that name the resource that EC2 authorizes. Others, such as the source group of a rule, must only exist. */
const ec2Named = (operation: string, input: Input): string[] => {
  const names: Record<string, string[]> = {
    AuthorizeSecurityGroupEgress: ["GroupId"],
    AuthorizeSecurityGroupIngress: ["GroupId"],
    CreateRoute: ["RouteTableId"],
    RevokeSecurityGroupEgress: ["GroupId"],
    RevokeSecurityGroupIngress: ["GroupId"],
    DisassociateRouteTable: [],
    ReplaceNetworkAclAssociation: ["NetworkAclId"],
  };
  const keys = names[operation] ?? Object.keys(input);
  return [...new Set(keys.flatMap((key) => list(input[key])).filter(isEc2Id))];
};

/** Actions whose name differs from their operation. Source: AWS Service Authorization Reference. */
const actions: Record<string, string[]> = {
  "s3:DeleteBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3:DeleteBucketLifecycle": ["s3:PutLifecycleConfiguration"],
  "s3:DeleteBucketOwnershipControls": ["s3:PutBucketOwnershipControls"],
  "s3:DeletePublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3:GetBucketAccelerateConfiguration": ["s3:GetAccelerateConfiguration"],
  "s3:GetBucketCors": ["s3:GetBucketCORS"],
  "s3:GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3:GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3:GetBucketReplication": ["s3:GetReplicationConfiguration"],
  "s3:GetObjectLockConfiguration": ["s3:GetBucketObjectLockConfiguration"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:ListObjectVersions": ["s3:ListBucketVersions"],
  "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  "s3:PutBucketEncryption": ["s3:PutEncryptionConfiguration"],
  "s3:PutBucketLifecycleConfiguration": ["s3:PutLifecycleConfiguration"],
  "s3:PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  "s3:CreateBucket": ["s3:CreateBucket", "s3:TagResource"],
  "logs:CreateLogGroup": ["logs:CreateLogGroup", "logs:TagResource"],
  "iam:CreateRole": ["iam:CreateRole", "iam:TagRole"],
  "iam:CreatePolicy": ["iam:CreatePolicy", "iam:TagPolicy"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:PutObject": ["s3:PutObject", "s3:PutObjectTagging"],
  "s3:PutBucketTagging": ["s3:PutBucketTagging"],
  "budgets:CreateBudget": ["budgets:ModifyBudget", "budgets:TagResource"],
  "budgets:CreateNotification": ["budgets:ModifyBudget"],
  "budgets:DeleteBudget": ["budgets:ModifyBudget"],
  "budgets:DescribeBudget": ["budgets:ViewBudget"],
  "budgets:DescribeNotificationsForBudget": ["budgets:ViewBudget"],
  "budgets:DescribeSubscribersForNotification": ["budgets:ViewBudget"],
  "events:PutRule": ["events:PutRule", "events:TagResource"],
  "ssm:PutParameter": ["ssm:PutParameter", "ssm:AddTagsToResource"],
};

/** Services whose prefix in IAM differs from the name in the journal. */
const prefixes: Record<string, string> = { monitoring: "cloudwatch" };

/** Permissions that AWS documents for a call in addition to its action: passing a role, and calls that a service makes for its caller. */
const alsoNeeded: Record<string, string[]> = {
  "route53resolver:CreateResolverQueryLogConfig": [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:ListLogDeliveries",
    "logs:DescribeResourcePolicies",
    "logs:PutResourcePolicy",
  ],
  "route53resolver:DeleteResolverQueryLogConfig": ["logs:DeleteLogDelivery"],
};

/** Resources of Route 53 Resolver by the start of their IDs. */
const resolverTypes: [RegExp, string][] = [
  [/^rslvr-fdl-/, "firewall-domain-list"],
  [/^rslvr-frg-/, "firewall-rule-group"],
  [/^rslvr-frgassoc-/, "firewall-rule-group-association"],
  [/^rqlc-/, "resolver-query-log-config"],
];
const resolverCreated: Record<string, string> = {
  AssociateFirewallRuleGroup: "firewall-rule-group-association",
  CreateFirewallDomainList: "firewall-domain-list",
  CreateFirewallRuleGroup: "firewall-rule-group",
  CreateResolverQueryLogConfig: "resolver-query-log-config",
};

interface StudioDeployment {
  account: string;
  region: string;
  /** Tags of an existing resource. */
  own: Tags;
}

/** Values of parameters whose names match, at any depth. */
const valuesIn = (input: unknown, name: RegExp): string[] =>
  typeof input !== "object" || input === null
    ? []
    : Object.entries(input).flatMap(([key, value]) => (name.test(key) && typeof value === "string" ? [value] : valuesIn(value, name)));

const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

/** Requests of a call of SageMaker. A resource whose deletion is awaited has no tags when it is described. */
function studioRequests(operation: string, input: Input, { account, region, own }: StudioDeployment): Omit<AuthorizedRequest, "call">[] {
  const action = `sagemaker:${operation}`;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  if (operation === "ListTags") return [{ action, resource: String(input.ResourceArn), context: {} }];
  if (operation.startsWith("List") || operation.includes("Servicecatalog")) return [{ action, resource: "*", context: {} }];
  const [, verb, noun] = /^(Create|Delete|Describe|Start|Stop|Update)(.*)$/.exec(operation)!;
  const domain = operation === "CreateDomain" ? "d-0a1b2c3d4e5f" : text(input.DomainId);
  const owner = text(input.UserProfileName) ?? text(input.SpaceName);
  const paths: Record<string, unknown[]> = {
    App: [domain, owner, String(input.AppType).toLowerCase(), input.AppName],
    Domain: [domain],
    Space: [domain, input.SpaceName],
    UserProfile: [domain, input.UserProfileName],
  };
  const resource = arn("sagemaker", `${kebab(noun!)}/${(paths[noun!] ?? [input[`${noun}Name`]]).join("/")}`);
  const requested = requestTags(tagsIn(input.Tags));
  const existing = { create: verb === "Create", describe: verb === "Describe" };
  const context = existing.create ? requested : existing.describe ? {} : own;
  const arns = valuesIn(input, /^(ExecutionRole|RoleArn)$/);
  return [
    { action, resource, context },
    ...(existing.create && Object.keys(requested).length > 0
      ? [{ action: "sagemaker:AddTags", resource, context: { ...requested, "sagemaker:TaggingAction": operation } }]
      : []),
    ...[...new Set(arns)].map((role) => ({
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": "sagemaker.amazonaws.com" },
    })),
    ...valuesIn(input, /^KmsKeyId$/).map((key) => ({
      action: "kms:CreateGrant",
      resource: key,
      context: { ...own, "kms:GrantIsForAWSResource": "true", "kms:ViaService": `sagemaker.${region}.amazonaws.com` },
    })),
  ];
}

/** Creates the requests of calls in their order, because a default resource of AWS gets its tags from a call. */
export function authorizedRequests(calls: readonly Call[], { account, region, tags, roleArn }: Deployment): AuthorizedRequest[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const own = resourceTags(tags);
  /** IDs of resources that AWS creates without tags, until they are tagged. */
  const untagged = new Set(
    calls.flatMap(({ operation, parameters }) => {
      const { Resources, Tags } = parameters as { Resources?: unknown; Tags?: unknown };
      return operation === "CreateTags" && "cloister:environment" in tagsIn(Tags) ? list(Resources) : [];
    }),
  );
  const roles = new Map([[roleArn.split("/").at(-1)!, { arn: roleArn, boundary: "" }]]);

  const inEc2 = (operation: string, input: Input): Omit<AuthorizedRequest, "call">[] => {
    const action = `ec2:${operation}`;
    if (operation.startsWith("Describe")) return [{ action, resource: "*", context: {} }];
    const existing = ec2Named(operation, input).map((id) => ({
      action,
      resource: arn("ec2", `${ec2Types[id.split("-")[0]!]!}/${id}`),
      context: {
        ...(untagged.has(id) ? {} : own),
        ...(operation === "CreateTags" ? requestTags(tagsIn(input.Tags)) : {}),
      },
    }));
    if (operation === "CreateTags") for (const id of list(input.Resources)) untagged.delete(id);
    // The request has only the ID of the association.
    if (operation === "DisassociateRouteTable")
      existing.push(
        ...["route-table/rtb-0a1b2c3d", "subnet/subnet-0a1b2c3d"].map((resource) => ({
          action,
          resource: arn("ec2", resource),
          context: own,
        })),
      );
    if (operation === "ReplaceNetworkAclAssociation")
      existing.push({ action, resource: arn("ec2", "subnet/subnet-0a1b2c3d"), context: own });
    if (operation === "AssociateDhcpOptions" && input.DhcpOptionsId === "default")
      existing.push({ action, resource: arn("ec2", "dhcp-options/dopt-0a1b2c3d"), context: {} });
    const type = ec2Created[operation];
    if (type === undefined) return existing;
    const service = text(input.ServiceName);
    const created = {
      resource: arn("ec2", `${type}/*`),
      context: {
        ...requestTags(specified(input)),
        ...(service !== undefined && {
          "ec2:VpceServiceName": service,
          "ec2:VpceServiceOwner": service.includes(".vpce.") ? "999988887777" : "amazon",
        }),
      },
    };
    return [
      ...existing,
      { action, ...created },
      { action: "ec2:CreateTags", resource: created.resource, context: { ...created.context, "ec2:CreateAction": operation } },
      ...(operation === "CreateFlowLogs" && input.DeliverLogsPermissionArn !== undefined
        ? [
            {
              action: "iam:PassRole",
              resource: String(input.DeliverLogsPermissionArn),
              context: { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" },
            },
          ]
        : []),
    ];
  };

  const inIam = (operation: string, input: Input) => {
    const name = text(input.RoleName);
    if (operation === "CreateRole")
      roles.set(name!, {
        arn: `arn:aws:iam::${account}:role${text(input.Path) ?? "/"}${name}`,
        boundary: text(input.PermissionsBoundary) ?? "",
      });
    const role = roles.get(name ?? "");
    const created =
      operation === "CreatePolicy" ? `arn:aws:iam::${account}:policy${text(input.Path) ?? "/"}${String(input.PolicyName)}` : "";
    const resource = name === undefined ? (text(input.PolicyArn) ?? created) : (role?.arn ?? `arn:aws:iam::${account}:role/${name}`);
    const bounded: Tags =
      /^(CreateRole|(Attach|Delete|Detach|Put)RolePolicy)$/.test(operation) && role ? { "iam:PermissionsBoundary": role.boundary } : {};
    const attached: Tags = /^(At|De)tachRolePolicy$/.test(operation) ? { "iam:PolicyARN": String(input.PolicyArn) } : {};
    return { resource, context: { ...bounded, ...attached, ...requestTags(tagsIn(input.Tags)) } };
  };

  const inResolver = (operation: string, input: Input) => {
    const ids = Object.values(input)
      .flatMap(list)
      .map((value) => value.split("/").at(-1)!);
    const named = resolverTypes.flatMap(([form, type]) =>
      ids
        .filter((id) => form.test(id))
        .map((id) => ({
          resource: arn("route53resolver", `${type}/${id}`),
          context: { ...own, ...(operation === "TagResource" ? requestTags(tagsIn(input.Tags)) : {}) },
        })),
    );
    if (/^List(?!TagsForResource)|^GetResolverQueryLogConfigAssociation$/.test(operation)) return [{ resource: "*", context: {} }];
    if (/FirewallConfig$/.test(operation))
      return [{ resource: arn("route53resolver", `firewall-config/${String(input.ResourceId)}`), context: {} }];
    const type = resolverCreated[operation];
    if (type === undefined) return named;
    return [{ resource: arn("route53resolver", `${type}/*`), context: requestTags(tagsIn(input.Tags)) }];
  };

  const inKms = (operation: string, input: Input) => {
    if (operation === "ListAliases") return [{ resource: "*", context: {} }];
    const key = {
      resource: arn(
        "kms",
        `key/${String(input.KeyId ?? input.TargetKeyId ?? "0a1b2c3d-0000-4000-8000-000000000000")
          .split("/")
          .at(-1)!}`,
      ),
      context: { ...own, ...requestTags(tagsIn(input.Tags)) },
    };
    return [key, ...(input.AliasName === undefined ? [] : [{ resource: arn("kms", String(input.AliasName)), context: {} }])];
  };

  const inCloudWatch = (input: Input) => {
    const dashboards = [text(input.DashboardName), ...list(input.DashboardNames)].filter((name) => name !== undefined);
    const alarms = [text(input.AlarmName), ...list(input.AlarmNames)].filter((name) => name !== undefined);
    const resources = [
      ...dashboards.map((name) => `arn:aws:cloudwatch::${account}:dashboard/${name}`),
      ...alarms.map((name) => arn("cloudwatch", `alarm:${name}`)),
      ...list(input.ResourceARN),
    ];
    return resources.map((resource) => ({ resource, context: requestTags(tagsIn(input.Tags)) }));
  };

  /** Service Catalog authorizes the portfolio or the product. Source: AWS Service Authorization Reference. */
  const inServiceCatalog = (operation: string, input: Input) => {
    const created = { CreatePortfolio: "portfolio/*", CreateProduct: "product/*" }[operation];
    if (created !== undefined) return [{ resource: arn("catalog", created), context: requestTags(tagsIn(input.Tags)) }];
    const product = text(input.ProductId) ?? (operation.includes("Product") ? text(input.Id) : undefined);
    const portfolio = text(input.PortfolioId) ?? (operation.includes("Portfolio") ? text(input.Id) : undefined);
    if (/^(Associate|Disassociate)Product|^((Update|Delete|Describe)Constraint|ListAcceptedPortfolioShares)$/.test(operation))
      return [{ resource: "*", context: {} }];
    const isOfProduct = product !== undefined && !/Principal/.test(operation);
    const resource = isOfProduct ? `product/${product}` : `portfolio/${portfolio}`;
    return [{ resource: arn("catalog", resource), context: { ...own, ...requestTags(tagsIn(input.AddTags)) } }];
  };

  const plain = (service: string, operation: string, input: Input): { resource: string; context: AuthorizedRequest["context"] }[] => {
    switch (service) {
      case "iam":
        return [inIam(operation, input)];
      case "route53resolver":
        return inResolver(operation, input);
      case "kms":
        return inKms(operation, input);
      case "logs": {
        if (/^DescribeLogGroups$|ResourcePolic/.test(operation)) return [{ resource: "*", context: {} }];
        const group = text(input.logGroupName);
        return [
          {
            resource: group === undefined ? String(input.resourceArn) : arn("logs", `log-group:${group}`),
            context: requestTags(tagsIn(input.tags)),
          },
        ];
      }
      case "s3":
        return [
          {
            resource:
              text(input.ResourceArn) ?? `arn:aws:s3:::${String(input.Bucket)}${input.Key === undefined ? "" : `/${String(input.Key)}`}`,
            context: { "aws:ResourceAccount": account },
          },
        ];
      case "route53": {
        if (operation === "CreateHostedZone") {
          const { VPCId, VPCRegion } = (input.VPC ?? {}) as { VPCId?: string; VPCRegion?: string };
          return [{ resource: "*", context: VPCId === undefined ? {} : { "route53:VPCs": [`VPCId=${VPCId},VPCRegion=${VPCRegion}`] } }];
        }
        const id = String(input.Id ?? input.HostedZoneId ?? input.ResourceId)
          .split("/")
          .at(-1)!;
        const { Changes = [] } = (input.ChangeBatch ?? {}) as { Changes?: { Action: string; ResourceRecordSet: { Name: string } }[] };
        const names = Changes.map(({ ResourceRecordSet }) => ResourceRecordSet.Name.toLowerCase().replace(/\.$/, ""));
        return [
          {
            resource: `arn:aws:route53:::${operation === "GetChange" ? "change" : "hostedzone"}/${id}`,
            context:
              names.length > 0
                ? {
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
                    "route53:ChangeResourceRecordSetsActions": Changes.map(({ Action }) => Action),
                  }
                : {},
          },
        ];
      }
      case "sts":
        return [];
      case "events":
        return [
          {
            resource: text(input.ResourceARN) ?? arn("events", `rule/${text(input.Rule) ?? String(input.Name)}`),
            context: requestTags(tagsIn(input.Tags)),
          },
        ];
      case "monitoring":
        return inCloudWatch(input);
      case "ssm": {
        const name = text(input.Name) ?? text(input.ResourceId);
        return [{ resource: name === undefined ? "*" : arn("ssm", `parameter${name}`), context: requestTags(tagsIn(input.Tags)) }];
      }
      case "budgets":
        return [
          {
            resource:
              text(input.ResourceARN) ??
              `arn:aws:budgets::${account}:budget/${text(input.BudgetName) ?? (input.Budget as { BudgetName: string }).BudgetName}`,
            context: requestTags(tagsIn(input.ResourceTags)),
          },
        ];
      case "resource-groups": {
        const named = arn("resource-groups", `group/${text(input.Group) ?? text(input.GroupName)}`);
        const resource = operation === "CreateGroup" ? "*" : (text(input.Arn) ?? named);
        return [{ resource, context: requestTags(tagsIn(input.Tags)) }];
      }
      case "servicecatalog":
        return inServiceCatalog(operation, input);
      case "servicequotas":
        return [{ resource: "*", context: {} }];
      case "elasticfilesystem": {
        const domain = { "aws:ResourceTag/ManagedByAmazonSageMakerResource": arn("sagemaker", "domain/d-0a1b2c3d4e5f") };
        const isTagged = operation.startsWith("Delete");
        return [
          {
            resource: arn(
              "elasticfilesystem",
              `file-system/${text(input.FileSystemId) ?? text(input.ResourceId) ?? "fs-0a1b2c3d4e5f60718"}`,
            ),
            context: { ...domain, ...(isTagged ? own : {}), ...requestTags(tagsIn(input.Tags)) },
          },
        ];
      }
      default:
        throw new Error(`Add the requests of ${service} to tests/permissions/deploy-role/requests.ts.`);
    }
  };

  return calls.flatMap(({ service, operation, parameters }) => {
    const call = `${service}:${operation}`;
    const input = parameters as Input;
    if (service === "sagemaker") return studioRequests(operation, input, { account, region, own }).map((request) => ({ call, ...request }));
    if (service === "ec2") return inEc2(operation, input).map((request) => ({ call, ...request }));
    const also = (alsoNeeded[call] ?? []).map((action) => ({ call, action, resource: "*", context: {} }));
    if (call === "kms:CreateKey") {
      const context = requestTags(tagsIn(input.Tags));
      return [
        { call, action: "kms:CreateKey", resource: "*", context },
        { call, action: "kms:TagResource", resource: arn("kms", "key/*"), context },
      ];
    }
    if (call === "resource-groups:CreateGroup") {
      const context = requestTags(tagsIn(input.Tags));
      const group = arn("resource-groups", `group/${String(input.Name)}`);
      return [
        { call, action: call, resource: "*", context },
        { call, action: "resource-groups:Tag", resource: group, context },
      ];
    }
    const targets = plain(service, operation, input);
    const action = `${prefixes[service] ?? service}:${operation}`;
    return [...(actions[call] ?? [action]).flatMap((action) => targets.map((target) => ({ call, action, ...target }))), ...also];
  });
}
