// Defines the settings of a closed network. In target accounts, `vpcSettings` are separate for each account.
import { z } from "zod";
import { contains, isRange, prefixLengthOf, privateRanges } from "../aws/cidr";
import { accountId, retentionDays, vpcRange } from "../stack/common-settings";
import { endpointNames, type FeatureName, featureNames, removedFeatures } from "./catalogue";

const id = (kind: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`))
    .meta({ allowed: `an ID such as ${kind}-0123456789abcdef0` });

const domain = () =>
  z
    .string()
    .regex(/^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63}$/)
    .meta({ allowed: "a domain in lowercase such as pypi.bank.example or *.bank.example" });

/** Targets of routes, gateways attached to a VPC, existing endpoints, VPCs with central endpoints, and addresses of name servers. */
const acceptedPath = /^((igw|nat|tgw|pcx|vgw|lgw|eni|i|vpce|vpc)-[0-9a-f]{8,17}|arn:aws[\w-]*:networkmanager:\S+|[\da-f.:]+)$/;

/**
 * Settings that select the VPC and the subnets.
 * `defaultCidr` is the default CIDR range of a VPC created by Cloister.
 */
export const vpcSettings = (defaultCidr: string) => ({
  mode: z
    .enum(["new", "existing-vpc", "existing-subnets"])
    .prefault("new")
    .describe(
      "Location of the network: a VPC created by Cloister (`new`), new subnets in an existing VPC (`existing-vpc`), or existing subnets (`existing-subnets`). Changing the mode **replaces** the network and everything in the network.",
    ),
  cidr: vpcRange()
    .optional()
    .meta({ computedDefault: `\`"${defaultCidr}"\` with mode \`new\`` })
    .describe(
      "CIDR range of the VPC. Required with `existing-vpc`: the part of the existing VPC's CIDR range to divide into subnets. Changing the range **replaces** the subnets and everything in the subnets.",
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
    .meta({ computedDefault: "an endpoint created by Cloister" })
    .describe(
      "Existing S3 gateway endpoint in the VPC. Its endpoint policy must allow the environment's buckets, and Cloister does not change this policy.",
    ),
  acceptedPaths: z
    .record(z.string(), z.string().min(1).max(256))
    .refine((paths) => Object.keys(paths).every((id) => acceptedPath.test(id)), {
      message: "must have IDs of gateways or addresses of name servers as keys, such as tgw-0123456789abcdef0",
    })
    .optional()
    .meta({ allowed: "an object of reasons by ID, such as tgw-0123456789abcdef0: firewall of the security team" })
    .describe(
      "Egress paths of an existing VPC that Cloister cannot examine, each with the reason why the path is acceptable. Keys: gateways attached to the VPC, targets of wide routes, existing endpoints whose policy is open, and addresses of name servers. Only with `existing-vpc` and `existing-subnets`.",
    ),
});

const features = (names: readonly FeatureName[], defaults: FeatureName[]) =>
  z
    .array(z.enum(names).meta({ removed: removedFeatures }))
    .min(1)
    .refine((chosen) => new Set(chosen).size === chosen.length, { message: "must not list a feature twice" })
    .prefault(defaults)
    .describe(
      "What the network is used for. Features determine which endpoints are created. Endpoints and cost of each feature: docs/network.md.",
    );

/** Settings that restrict a network. `defaults` are the default features. */
export const networkSettings = (defaults: FeatureName[]) => ({
  zones: z
    .int()
    .min(1)
    .max(4)
    .prefault(2)
    .describe(
      "Number of Availability Zones. Zones in use come first, then zones that offer all endpoints, in alphabetical order. Adding a zone changes no existing subnet, and Studio stays in the original zones. Each zone has its own endpoints at additional cost. Ignored with `existing-subnets`.",
    ),
  zoneIds: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9-]+-az\d{1,2}$/)
        .meta({ allowed: "an Availability Zone ID such as euc1-az1" }),
    )
    .min(1)
    .max(4)
    .refine((ids) => new Set(ids).size === ids.length, { message: "must not list a zone twice" })
    .optional()
    .meta({ computedDefault: "zones that offer all endpoints, in alphabetical order" })
    .describe(
      "Availability Zones by ID, instead of `zones`. An ID denotes the same zone in every account (aws ec2 describe-availability-zones). Must contain the zones in which the network already has subnets. Not supported with `existing-subnets`.",
    ),
  egress: z
    .enum(["none", "nat"])
    .prefault("none")
    .describe(
      "Egress path to the internet: none, or a NAT gateway per Availability Zone, for HTTPS only. With `nat`, the network is **not closed**: the guardrails reject the network unless the policy pack config lists the VPC in `natVpcs`. A NAT gateway costs about 33 USD a month, plus data per GB.",
    ),
  features: features(featureNames, defaults),
  endpoints: z
    .strictObject({
      add: z.array(z.enum(endpointNames)).prefault([]).describe("Endpoints in addition to those of the features."),
      omit: z
        .array(z.enum(endpointNames))
        .prefault([])
        .describe(
          "Endpoints to omit. An endpoint that a feature requires can be omitted only if the existing VPC already has the endpoint.",
        ),
    })
    .prefault({})
    .describe("Changes to the interface endpoints that the features determine."),
  centralEndpoints: z
    .strictObject({
      vpcId: id("vpc").describe(
        "VPC of the endpoints. Every network condition of the environment's policies also allows this VPC. Every network that can connect to the endpoints is then inside the perimeter.",
      ),
      cidrs: z
        .array(
          z
            .string()
            .refine((range) => isRange(range) && privateRanges.some((outer) => contains(outer, range)) && prefixLengthOf(range) >= 20, {
              message: "must be a private IPv4 range with a prefix length of at least 20, such as 10.63.0.0/20",
            })
            .meta({ allowed: "a private IPv4 range with a prefix length of at least 20, such as 10.63.0.0/20" }),
        )
        .min(1)
        .max(8)
        .describe(
          "CIDR ranges of the subnets of the endpoints. Security groups allow HTTPS to these ranges, so they must not contain the environment's subnets.",
        ),
      names: z
        .array(z.enum(endpointNames))
        .min(1)
        .optional()
        .meta({ computedDefault: "all endpoints of the features" })
        .describe("Endpoints that the other VPC provides."),
    })
    .optional()
    .describe(
      "Interface endpoints that a central network team provides in another VPC, reached over a transit gateway or a peering connection. Their names must resolve by private hosted zones or a Route 53 profile. Requires mode `existing-subnets`.",
    ),
  mirrorServiceName: z
    .string()
    .regex(/^(cn\.)?com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}$/)
    .meta({ allowed: "an endpoint service such as com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" })
    .optional()
    .describe(
      "Endpoint service of a package mirror, for the feature `mirror`. The policy pack config must also list the endpoint service (`inside` in `network-reachability`).",
    ),
  mirrorHost: domain()
    .refine((name) => !name.startsWith("*."), { message: "must be one name, without a wildcard" })
    .optional()
    .meta({ computedDefault: "`packages.<environment>.cloister.internal`" })
    .describe(
      "DNS name of the package mirror, such as pypi.bank.example. The mirror's certificate must contain this name. Changing the name **replaces** the hosted zone.",
    ),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .meta({ allowed: "an ID such as o-exampleorgid" })
    .optional()
    .describe(
      "AWS organization whose principals and resources the endpoint policies allow, instead of the principals and resources in single accounts.",
    ),
  accountIds: z
    .array(accountId())
    .prefault([])
    .describe("Accounts whose principals and resources the endpoint policies allow, in addition to the network's account."),
  imageAccounts: z
    .array(accountId())
    .prefault([])
    .describe(
      "Accounts from which roles can pull ECR images, in addition to the network's account, `accountIds` and the accounts in which AWS publishes SageMaker images. Required for a registry of the organization.",
    ),
  dnsFirewall: z
    .enum(["block", "alert", "off"])
    .optional()
    .meta({ computedDefault: '`"block"` with mode `new`' })
    .describe(
      "Action of the DNS firewall for names that no feature needs. `block`: block queries. `alert`: only log queries. `off`: no DNS firewall. Required in an existing VPC, because the DNS firewall applies to the whole VPC. The guardrail `network-dns-firewall` rejects `alert` and `off`, except in an existing VPC with another firewall that the guardrail's config lists (`inside`).",
    ),
  allowedDomains: z
    .array(domain())
    .prefault([])
    .describe(
      "DNS names that resolve in addition to the names that the features need. DNS queries can carry data to the owner of a domain, so the config of the guardrail `network-dns-firewall` must also list these names (`allowedDomains`).",
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
    .meta({ computedDefault: "the AWS default format" })
    .describe("Fields of a flow log record. Changing the format **replaces** the flow log."),
  flowLogRoleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" })
    .optional()
    .meta({ computedDefault: "a role created by Cloister" })
    .describe("Existing role that writes the flow logs. Its trust policy must allow vpc-flow-logs.amazonaws.com to assume the role."),
  dhcp: z
    .strictObject({
      domainName: domain().describe("Search domain for short names."),
    })
    .meta({ removed: { ntpServers: "the time source is always the Amazon Time Sync Service, which requires no rule or route" } })
    .optional()
    .describe(
      "DHCP options of a VPC created by Cloister. The DNS server is always the Amazon-provided resolver, because the DNS firewall filters only this resolver. The time source is always the Amazon Time Sync Service, which requires no rule or route.",
    ),
});

/** Default CIDR range of the VPC for shared endpoints, adjacent to the default CIDR range of environments. */
export const defaultHubCidr = "10.63.0.0/20";

/**
 * Settings for the network of the core stack's shared endpoints.
 * This network has no workloads, and no settings for them.
 */
export const endpointHubSettings = () => {
  const shared = networkSettings(["studio", "jobs"]);
  return {
    cidr: vpcRange()
      .prefault(defaultHubCidr)
      .describe(
        "CIDR range of the VPC. Must not overlap the CIDR range of an environment that uses the shared endpoints. Changing the range **replaces** the VPC and everything in the VPC.",
      ),
    zones: shared.zones,
    zoneIds: shared.zoneIds,
    // Package mirrors are not shared.
    features: features(
      featureNames.filter((name) => name !== "mirror"),
      ["studio", "jobs"],
    ),
    endpoints: shared.endpoints,
    organizationId: shared.organizationId,
    accountIds: shared.accountIds,
    imageAccounts: shared.imageAccounts,
    flowLogRetentionDays: shared.flowLogRetentionDays,
    flowLogTraffic: shared.flowLogTraffic,
    flowLogInterval: shared.flowLogInterval,
    flowLogFormat: shared.flowLogFormat,
    flowLogRoleArn: shared.flowLogRoleArn,
  };
};

/** The values of parsed settings. */
type Read<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>;
export type VpcSettings = Read<ReturnType<typeof vpcSettings>>;
export type NetworkSettings = Read<ReturnType<typeof networkSettings>>;
export type EndpointHubSettings = Read<ReturnType<typeof endpointHubSettings>>;
