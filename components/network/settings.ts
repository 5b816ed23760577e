// Settings of a closed network: where its subnets are, and how it is closed. Environments have both; target accounts have the first per account.
import { z } from "zod";
import { accountId, retentionDays, vpcRange } from "../stack/common-settings";
import { endpointNames, type FeatureName, featureNames } from "./catalogue";

const id = (kind: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`))
    .meta({ allowed: `an id such as ${kind}-0123456789abcdef0` });

const domain = () =>
  z
    .string()
    .regex(/^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63}$/)
    .meta({ allowed: "a domain in lowercase such as pypi.bank.example or *.bank.example" });

/** Where the subnets are. `defaultCidr` is the range of a VPC created by Cloister when none is set. */
export const vpcSettings = (defaultCidr: string) => ({
  mode: z
    .enum(["new", "existing-vpc", "existing-subnets"])
    .prefault("new")
    .describe(
      "Where the network is: a VPC created by Cloister (`new`), new subnets in an existing VPC (`existing-vpc`), or existing subnets (`existing-subnets`). Changing it **replaces** the network and everything in it.",
    ),
  cidr: vpcRange()
    .optional()
    .describe(
      `Range of the VPC. Default: ${defaultCidr}. With \`existing-vpc\`, the part of its range that is divided into subnets; required. Changing it **replaces** the subnets and everything in them.`,
    ),
  vpcId: id("vpc").optional().describe("The existing VPC. Required with `existing-vpc` and `existing-subnets`."),
  subnetIds: z
    .array(id("subnet"))
    .min(1)
    .max(16)
    .optional()
    .describe("Existing private subnets, each in a different Availability Zone. Required with `existing-subnets`."),
  s3EndpointId: id("vpce")
    .optional()
    .describe(
      "Existing S3 gateway endpoint of the VPC, used instead of one created by Cloister. Cloister does not change its policy, which must allow the buckets of the environment.",
    ),
});

const features = (names: readonly FeatureName[], defaults: FeatureName[]) =>
  z
    .array(z.enum(names))
    .min(1)
    .refine((chosen) => new Set(chosen).size === chosen.length, { message: "must not name a feature twice" })
    .prefault(defaults)
    .describe("What the network is used for. Features decide which endpoints exist. Endpoints and cost of each feature: docs/network.md.");

/** How a network is closed. `defaults` are its features when none are set. */
export const networkSettings = (defaults: FeatureName[]) => ({
  zones: z
    .int()
    .min(1)
    .max(4)
    .prefault(2)
    .describe(
      "Number of Availability Zones: those in use, then others in alphabetical order. Adding one changes no existing subnet, and Studio stays in the zones it was created with. Each zone has its own endpoints, which cost extra. Ignored with `existing-subnets`.",
    ),
  egress: z
    .enum(["none", "nat"])
    .prefault("none")
    .describe(
      "Egress path to the internet: none, or a NAT gateway per zone, for HTTPS only. With `nat` the network is **not closed**: the guardrails reject it unless the policy pack config lists the VPC in `natVpcs`. A gateway costs about 33 USD a month, plus data per GB.",
    ),
  features: features(featureNames, defaults),
  endpoints: z
    .strictObject({
      add: z.array(z.enum(endpointNames)).prefault([]).describe("Endpoints in addition to those of the features."),
      omit: z
        .array(z.enum(endpointNames))
        .prefault([])
        .describe("Endpoints to leave out. An endpoint that a feature requires can be left out only where the existing VPC has it."),
    })
    .prefault({})
    .describe("Interface endpoints, where they differ from those of the features."),
  mirrorServiceName: z
    .string()
    .regex(/^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}$/)
    .meta({ allowed: "an endpoint service such as com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" })
    .optional()
    .describe(
      "Endpoint service of a package mirror, for the feature `mirror`. The policy pack config must list it too (`inside` of `network-reachability`).",
    ),
  mirrorHost: domain()
    .refine((name) => !name.startsWith("*."), { message: "must be one name, without a wildcard" })
    .optional()
    .describe(
      "DNS name of the mirror, which its certificate must contain, such as pypi.bank.example. Default: `packages.<environment>.cloister.internal`. Changing it **replaces** its hosted zone.",
    ),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .meta({ allowed: "an id such as o-exampleorgid" })
    .optional()
    .describe("AWS organization whose principals and resources the endpoint policies allow, instead of those of single accounts."),
  accountIds: z
    .array(accountId())
    .prefault([])
    .describe("Accounts whose principals and resources the endpoint policies allow, in addition to the account of the network."),
  dnsFirewall: z
    .enum(["block", "alert", "off"])
    .optional()
    .describe(
      "What the DNS firewall does with names that no feature needs: `block` them, only log them (`alert`), or nothing (`off`). Default in a VPC created by Cloister: `block`. Required in an existing VPC, because it applies to the whole VPC. The guardrail `network-dns-firewall` rejects `alert` and `off`, except for an existing VPC with another firewall that its config lists (`inside`).",
    ),
  allowedDomains: z
    .array(domain())
    .prefault([])
    .describe(
      "DNS names that are resolved in addition to those that the features need. DNS queries can carry data to the owner of a domain, so the config of the guardrail `network-dns-firewall` must list them too (`allowedDomains`).",
    ),
  flowLogRetentionDays: retentionDays().prefault(365).describe("Retention of flow logs and DNS query logs in days."),
  flowLogTraffic: z.enum(["ALL", "ACCEPT", "REJECT"]).prefault("ALL").describe("Traffic that flow logs record."),
  flowLogInterval: z
    .union([z.literal(60), z.literal(600)])
    .prefault(60)
    .meta({ allowed: "60 or 600" })
    .describe("Aggregation interval of flow logs in seconds."),
  flowLogFormat: z
    .string()
    .regex(/^\$\{[a-z0-9-]+\}( \$\{[a-z0-9-]+\})*$/)
    .meta({ allowed: "fields such as ${srcaddr} ${dstaddr} ${action}" })
    .optional()
    .describe("Fields of a flow log record. Default: the default format of AWS. Changing it **replaces** the flow log."),
  flowLogRoleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" })
    .optional()
    .describe(
      "Existing role that writes the flow logs, instead of one created by Cloister. vpc-flow-logs.amazonaws.com must be able to assume it.",
    ),
  dhcp: z
    .strictObject({
      domainName: domain().describe("Search domain for short names."),
    })
    .optional()
    .describe(
      "DHCP options of a VPC created by Cloister. DNS is always the Amazon resolver, because the DNS firewall filters only that one. The time is always the Amazon Time Sync Service, which needs no rule or route.",
    ),
});

/** Range of the VPC of the shared endpoints when none is set: next to the default range of environments. */
export const defaultHubCidr = "10.63.0.0/20";

/** The network of the shared endpoints of core. It has no workloads, so it lacks the settings that concern them. */
export const endpointHubSettings = () => {
  const shared = networkSettings(["studio", "jobs"]);
  return {
    cidr: vpcRange()
      .prefault(defaultHubCidr)
      .describe(
        "Range of the VPC. It must not overlap the range of an environment that uses the shared endpoints. Changing it **replaces** the VPC and everything in it.",
      ),
    zones: shared.zones,
    // Package mirrors are not shared.
    features: features(
      featureNames.filter((name) => name !== "mirror"),
      ["studio", "jobs"],
    ),
    endpoints: shared.endpoints,
    organizationId: shared.organizationId,
    accountIds: shared.accountIds,
    flowLogRetentionDays: shared.flowLogRetentionDays,
    flowLogTraffic: shared.flowLogTraffic,
    flowLogInterval: shared.flowLogInterval,
    flowLogFormat: shared.flowLogFormat,
    flowLogRoleArn: shared.flowLogRoleArn,
  };
};

/** The values of settings after they are read. */
type Read<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>;
export type VpcSettings = Read<ReturnType<typeof vpcSettings>>;
export type NetworkSettings = Read<ReturnType<typeof networkSettings>>;
export type EndpointHubSettings = Read<ReturnType<typeof endpointHubSettings>>;
