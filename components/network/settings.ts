// Settings of a closed network: where it is, and how it is closed. An environment has both in one; target accounts have the first for each account.
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
    .meta({ allowed: "a domain in lower case, such as pypi.bank.example or *.bank.example" });

/** Where the subnets come from. `standard` is the range of a VPC of our own when none is given. */
export const vpcSettings = (standard: string) => ({
  mode: z
    .enum(["new", "existing-vpc", "existing-subnets"])
    .prefault("new")
    .describe(
      "Where the network is: a VPC of its own (`new`), new subnets in a VPC that is there (`existing-vpc`), or subnets that are there (`existing-subnets`). Changing it **replaces** the network and all in it.",
    ),
  cidr: vpcRange()
    .optional()
    .describe(
      `Range of the VPC, ${standard} if it is not set; with \`existing-vpc\` the part of its range that is cut into subnets, required. Changing it **replaces** the subnets and all in them.`,
    ),
  vpcId: id("vpc").optional().describe("The VPC that is there. For `existing-vpc` and `existing-subnets`, required."),
  subnetIds: z
    .array(id("subnet"))
    .min(1)
    .max(16)
    .optional()
    .describe("Private subnets that are there, each in another zone. For `existing-subnets`, required."),
  s3EndpointId: id("vpce")
    .optional()
    .describe(
      "S3 gateway endpoint that the existing VPC has and that is used instead of one of ours. Its policy stays its owner's; it has to let our buckets through.",
    ),
});

const features = (names: readonly FeatureName[], standard: FeatureName[]) =>
  z
    .array(z.enum(names))
    .min(1)
    .refine((chosen) => new Set(chosen).size === chosen.length, { message: "must not name a feature twice" })
    .prefault(standard)
    .describe("What the network is for: decides which endpoints there are. Each feature's endpoints and cost: docs/network.md.");

/** How a network is closed. `standard` are the features it is for when none are given. */
export const networkSettings = (standard: FeatureName[]) => ({
  zones: z
    .int()
    .min(1)
    .max(4)
    .prefault(2)
    .describe(
      "Availability Zones: those that are used already, then others in the order of their names. Adding one changes nothing that is there (Studio stays in the zones it was made with); each costs its own endpoints. Not read with `existing-subnets`, which bring their own.",
    ),
  egress: z
    .enum(["none", "nat"])
    .prefault("none")
    .describe(
      "Way to the internet: none, or a NAT gateway per zone, over HTTPS only. With `nat` the network is **not closed**: the guardrails refuse it unless the pack's config names the VPC in `natVpcs`. About 33 USD a month for each gateway, and each GB.",
    ),
  features: features(featureNames, standard),
  endpoints: z
    .strictObject({
      add: z.array(z.enum(endpointNames)).prefault([]).describe("Endpoints besides those of the features."),
      omit: z
        .array(z.enum(endpointNames))
        .prefault([])
        .describe("Endpoints that are left out. One that a feature needs can be left out only where an existing VPC has it."),
    })
    .prefault({})
    .describe("Interface endpoints, where they differ from what the features ask for."),
  mirrorServiceName: z
    .string()
    .regex(/^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}$/)
    .meta({ allowed: "a service such as com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" })
    .optional()
    .describe(
      "Endpoint service of a package mirror, for the feature `mirror`. Name it in the pack's config too (`inside` of `network-reachability`).",
    ),
  mirrorHost: domain()
    .refine((name) => !name.startsWith("*."), { message: "must be one name, without a wildcard" })
    .optional()
    .describe(
      "Name under which the mirror is called: one that its certificate has, such as pypi.bank.example. `packages.<environment>.cloister.internal` if it is not set. Changing it **replaces** its hosted zone.",
    ),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .meta({ allowed: "an id such as o-exampleorgid" })
    .optional()
    .describe("AWS organization whose principals and resources get through the endpoints, instead of those of single accounts."),
  accountIds: z
    .array(accountId())
    .prefault([])
    .describe("Accounts, besides the network's own, whose principals and resources get through the endpoints."),
  dnsFirewall: z
    .enum(["block", "alert", "off"])
    .optional()
    .describe(
      "What happens to names that no feature needs: refused (`block`, which is what a VPC of our own has), logged only (`alert`), or nothing (`off`). It rules the whole VPC, so in an existing one it has to be said. The guardrail `network-dns-firewall` refuses `alert` and `off`, but for an existing VPC with a firewall of its own that its config names (`inside`).",
    ),
  allowedDomains: z
    .array(domain())
    .prefault([])
    .describe(
      "Names that are resolved besides those that the features need. Whoever owns one can be sent data in questions for it, so the guardrail `network-dns-firewall` wants them in its config as well (`allowedDomains`).",
    ),
  flowLogRetentionDays: retentionDays().prefault(365).describe("Days that flow logs and logs of DNS queries are kept."),
  flowLogTraffic: z.enum(["ALL", "ACCEPT", "REJECT"]).prefault("ALL").describe("Which traffic flow logs tell about."),
  flowLogInterval: z
    .union([z.literal(60), z.literal(600)])
    .prefault(60)
    .meta({ allowed: "60 or 600" })
    .describe("Seconds of traffic that one line of the flow logs sums up."),
  flowLogFormat: z
    .string()
    .regex(/^\$\{[a-z0-9-]+\}( \$\{[a-z0-9-]+\})*$/)
    .meta({ allowed: "fields such as ${srcaddr} ${dstaddr} ${action}" })
    .optional()
    .describe("Fields of a line of the flow logs; AWS's own format if it is not set. Changing it **replaces** the flow log."),
  flowLogRoleArn: z
    .string()
    .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/)
    .meta({ allowed: "the ARN of a role" })
    .optional()
    .describe("Role that writes the flow logs, instead of one of ours. vpc-flow-logs.amazonaws.com has to be able to assume it."),
  dhcp: z
    .strictObject({
      domainName: domain().describe("Domain that is searched for short names."),
    })
    .optional()
    .describe(
      "DHCP options of a VPC of our own. Names are always asked of Amazon's resolver, because it is what DNS Firewall judges, and the time of Amazon's time service, which no rule or route is needed for.",
    ),
});

/** Range of core's VPC of endpoints when none is set: next to that of environments. */
export const standardHubCidr = "10.63.0.0/20";

/** The network that core has for environments that share endpoints: no workloads, so nothing of what is about those. */
export const endpointHubSettings = () => {
  const shared = networkSettings(["studio", "jobs"]);
  return {
    cidr: vpcRange()
      .prefault(standardHubCidr)
      .describe("Range of the VPC; no environment that uses it may share an address. Changing it **replaces** the VPC and all in it."),
    zones: shared.zones,
    // A mirror belongs to whoever names its service.
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

/** What settings of this shape are once they were read. */
type Read<S extends z.ZodRawShape> = z.output<z.ZodObject<S>>;
export type VpcSettings = Read<ReturnType<typeof vpcSettings>>;
export type NetworkSettings = Read<ReturnType<typeof networkSettings>>;
export type EndpointHubSettings = Read<ReturnType<typeof endpointHubSettings>>;
