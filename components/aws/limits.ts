// Lists the limits of AWS that settings can reach, and formats problems with them. Pure.
// Checks, messages and docs/reference/limits.md use this table, so that no other file repeats a number.

export interface Limit {
  /** What has the limit, for messages and the documentation. */
  about: string;
  /** The value in an account without a quota increase. */
  value: number;
  unit: "characters" | "bytes" | "items";
  /** Absent if AWS does not raise the limit. The code identifies the quota in Service Quotas. */
  quota?: { service: string; code: string; highest?: number };
  /** Settings, and other causes, that decide how much of the limit is used. */
  reachedBy: string;
  /**
   * When the limit is checked. `settings`: from the settings alone. `account`: with a count of what the account has.
   * `constant`: no setting can reach it, which a test shows. `none`: the provider cannot count it.
   */
  check: "settings" | "account" | "constant" | "none";
  source: string;
}

const vpc = (code: string, highest?: number) => ({ service: "vpc", code, ...(highest !== undefined && { highest }) });
const iamQuotas = "IAM and AWS STS quotas";
const vpcQuotas = "Amazon VPC quotas";

/** Builds of a compute type in a new account. */
const builds = (type: string, code: string) =>
  ({
    about: `AWS CodeBuild builds for Linux/${type} that run at the same time in a region`,
    value: 1,
    unit: "items",
    quota: { service: "codebuild", code },
    reachedBy: "`catalog.engine.concurrency`",
    check: "account",
    source: "AWS CodeBuild quotas",
  }) satisfies Limit;

export const limits = {
  tagKey: {
    about: "key of a tag",
    value: 127,
    unit: "characters",
    reachedBy: "`tags`",
    check: "settings",
    source: "AWS API `Tag` of EC2; 128 in other services",
  },
  tagValue: { about: "value of a tag", value: 256, unit: "characters", reachedBy: "`tags`, `owner`", check: "settings", source: iamQuotas },
  tags: {
    about: "tags of a resource",
    value: 50,
    unit: "items",
    reachedBy: "`tags` (at most 40), tags of Cloister and Studio",
    check: "settings",
    source: iamQuotas,
  },
  hostedZoneTags: {
    about: "tags of a hosted zone",
    value: 10,
    unit: "items",
    reachedBy: "`tags`; above the limit, hosted zones have only the Cloister tags",
    check: "settings",
    source: "AWS API `ChangeTagsForResource`, `AddTags`",
  },
  objectTags: {
    about: "tags of an object in S3",
    value: 10,
    unit: "items",
    reachedBy: "`tags` with `catalog`; above the limit, templates of products have only the Cloister tags",
    check: "settings",
    source: "AWS API `PutObjectTagging`",
  },
  roleName: {
    about: "name of an IAM role",
    value: 64,
    unit: "characters",
    reachedBy: "`team`, `stage`, `studio.profiles[].name` with `executionRole: per-person` or `catalog`",
    check: "settings",
    source: iamQuotas,
  },
  switchRole: {
    about: "path and name of a role that users switch to in the console",
    value: 64,
    unit: "characters",
    reachedBy: "`team`, `stage`, the region, name of the core stack; the program warns",
    check: "settings",
    source: "IAM user guide, methods to assume a role",
  },
  managedPolicy: {
    about: "managed policy or permissions boundary",
    value: 6144,
    unit: "characters",
    reachedBy: "`studio.instanceTypes`, `tags`, `network.writableRepositories`, `network.glueDatabases`, subnets, existing roles",
    check: "settings",
    source: iamQuotas,
  },
  inlinePolicies: {
    about: "inline policies of a role together",
    value: 10_240,
    unit: "characters",
    reachedBy: "subnets, `network.accountIds`, `network.imageAccounts`, `studio.notebooks`, `tags`, existing buckets",
    check: "settings",
    source: iamQuotas,
  },
  trustPolicy: {
    about: "trust policy of a role",
    value: 2048,
    unit: "characters",
    quota: { service: "iam", code: "L-C07B4B0D", highest: 4096 },
    reachedBy: "`people.users`, `people.userArns`",
    check: "account",
    source: iamQuotas,
  },
  policiesOfRole: {
    about: "managed policies of a role",
    value: 10,
    unit: "items",
    quota: { service: "iam", code: "L-0DA4ABF3" },
    reachedBy: "none: Cloister attaches at most 2",
    check: "constant",
    source: iamQuotas,
  },
  organizationPolicy: {
    about: "service or resource control policy",
    value: 5120,
    unit: "characters",
    reachedBy: "exempt roles of `cloister export`",
    check: "settings",
    source: "Quotas for AWS Organizations",
  },
  keyPolicy: {
    about: "key policy",
    value: 32_768,
    unit: "bytes",
    reachedBy: "none: bucket policies and permissions boundaries reach their limits first",
    check: "constant",
    source: "AWS KMS quotas, key policy document size",
  },
  bucketPolicy: {
    about: "bucket policy",
    value: 20_480,
    unit: "characters",
    reachedBy: "`deployRoleArns`, `breakGlassRoleArns`, `serviceRoleArns`, existing roles",
    check: "settings",
    source: "Amazon S3 user guide, bucket policies",
  },
  endpointPolicy: {
    about: "VPC endpoint policy",
    value: 20_480,
    unit: "characters",
    reachedBy: "`network.accountIds`, `network.imageAccounts`",
    check: "settings",
    source: "AWS PrivateLink quotas",
  },
  bucketName: {
    about: "name of a bucket",
    value: 63,
    unit: "characters",
    reachedBy: "name of the core stack (at most 40 characters)",
    check: "settings",
    source: "Amazon S3 user guide, bucket naming rules",
  },
  aclRules: {
    about: "rules of a network ACL in one direction",
    value: 20,
    unit: "items",
    quota: vpc("L-2AEEBF1A", 40),
    reachedBy: "CIDR ranges of an existing VPC",
    check: "account",
    source: vpcQuotas,
  },
  groupRules: {
    about: "rules of a security group in one direction",
    value: 60,
    unit: "items",
    quota: vpc("L-0EA8095F"),
    reachedBy: "environments with `endpointsFrom: core`; security groups of existing endpoints; `centralEndpoints.cidrs`",
    check: "account",
    source: vpcQuotas,
  },
  groupsOfInterface: {
    about: "security groups of a network interface",
    value: 5,
    unit: "items",
    quota: vpc("L-2AFB9258", 16),
    reachedBy: "none: Cloister uses at most 2",
    check: "constant",
    source: vpcQuotas,
  },
  vpcs: {
    about: "VPCs in a region",
    value: 5,
    unit: "items",
    quota: vpc("L-F678F1CE"),
    reachedBy: "environments, target accounts and hubs with `mode: new`",
    check: "account",
    source: vpcQuotas,
  },
  interfaceEndpoints: {
    about: "interface endpoints of a VPC",
    value: 50,
    unit: "items",
    quota: vpc("L-29B6F2EB"),
    reachedBy: "none: Cloister creates at most 45; other endpoints of an existing VPC are not counted",
    check: "constant",
    source: "AWS PrivateLink quotas",
  },
  gatewayEndpoints: {
    about: "gateway endpoints in a region",
    value: 20,
    unit: "items",
    quota: vpc("L-1B52E74A"),
    reachedBy: "each network without `s3EndpointId`",
    check: "none",
    source: "AWS PrivateLink quotas",
  },
  peerings: {
    about: "active VPC peering connections of a VPC",
    value: 50,
    unit: "items",
    quota: vpc("L-7E9ECCDB", 125),
    reachedBy: "environments with `endpointsFrom: core`",
    check: "account",
    source: vpcQuotas,
  },
  elasticIps: {
    about: "Elastic IP addresses in a region",
    value: 5,
    unit: "items",
    quota: { service: "ec2", code: "L-0263D0A3" },
    reachedBy: "`network.egress: nat`, one in each Availability Zone",
    check: "account",
    source: vpcQuotas,
  },
  functionConcurrency: {
    about: "AWS Lambda functions that run at the same time in a region",
    value: 10,
    unit: "items",
    quota: { service: "lambda", code: "L-B99A9384" },
    reachedBy: "`cloister-core:catalog`, whose dispatcher reserves 1 while AWS requires 10 without a reservation",
    check: "account",
    source: "AWS Lambda quotas; 1,000 in accounts with use",
  },
  smallBuilds: builds("Small", "L-9D07B6EF"),
  mediumBuilds: builds("Medium", "L-2DC20C30"),
  largeBuilds: builds("Large", "L-4DDC4A99"),
  firewallDomains: {
    about: "domains in one request of DNS Firewall",
    value: 1000,
    unit: "items",
    reachedBy: "`network.allowedDomains`, `network.features`",
    check: "settings",
    source: "AWS API `UpdateFirewallDomains`",
  },
  logResourcePolicies: {
    about: "resource policies of CloudWatch Logs in an account and region",
    value: 10,
    unit: "items",
    reachedBy: "each environment, and one that AWS creates for DNS query logs; `aws logs describe-resource-policies` lists them",
    check: "none",
    source: "CloudWatch Logs quotas",
  },
  eventPattern: {
    about: "event pattern",
    value: 2048,
    unit: "characters",
    reachedBy: "`existingRoles`, `studio.profiles[].roleArn`",
    check: "settings",
    source: "Amazon EventBridge quotas",
  },
  budgetNotifications: {
    about: "notifications of a budget in one request",
    value: 5,
    unit: "items",
    reachedBy: "`monitoring.budget`",
    check: "settings",
    source: "AWS API `CreateBudget`",
  },
  budgetEmails: {
    about: "email addresses of a budget notification",
    value: 10,
    unit: "items",
    reachedBy: "`monitoring.budget.emails`",
    check: "settings",
    source: "AWS API `CreateBudget`",
  },
  lifecycleScript: {
    about: "lifecycle configuration in base64",
    value: 16_384,
    unit: "characters",
    reachedBy: "`studio.pip.trustedCertificate`, `studio.git`, `owner`",
    check: "settings",
    source: "AWS API `CreateStudioLifecycleConfig`",
  },
  parameterValue: {
    about: "value of a standard SSM parameter",
    value: 4096,
    unit: "characters",
    reachedBy: "`studio.securityGroupPerProfile`, `studio.profiles`; above the limit, the allow-list is an advanced parameter",
    check: "settings",
    source: "AWS API `PutParameter`",
  },
  advancedParameterValue: {
    about: "value of an advanced SSM parameter",
    value: 8192,
    unit: "characters",
    reachedBy: "`studio.securityGroupPerProfile`, `studio.profiles`",
    check: "settings",
    source: "AWS API `PutParameter`",
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/** The limit of a name, with all optional properties. */
export const limitOf = (name: LimitName): Limit => limits[name];

/** Characters that Pulumi adds to a name: a dash and seven digits. */
export const randomSuffix = 8;

/** The command that requests a quota increase, for messages. Quotas of IAM are in one region only. */
export function increaseCommand({ quota }: Limit, wanted: number): string | undefined {
  if (!quota || (quota.highest !== undefined && wanted > quota.highest)) return undefined;
  const region = quota.service === "iam" ? " --region us-east-1" : "";
  return `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} --desired-value ${wanted}${region}`;
}
