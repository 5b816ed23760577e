import { type Scenario, type Step } from "../scenario";

// Quotas on the number of resources, which AWS checks when a resource is created. docs/sandbox.md lists the errors.

const numbered = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const call =
  (service: string) =>
  (operation: string, input: object, more: Partial<Step> = {}): Step => ({ call: `${service}:${operation}`, input, ...more });
const ec2 = call("ec2");
const tags = (count: number, key = "k") => numbered(count, (i) => ({ Key: `${key}${i}`, Value: "v" }));

const vpc = (name: string, CidrBlock: string) => ec2("CreateVpc", { CidrBlock }, { save: { [name]: "Vpc.VpcId" } });
const dropVpc = (name: string) => ec2("DeleteVpc", { VpcId: `\${${name}}` });
const endpoint = (service: string, more: object = {}) => ({
  VpcId: "${vpc}",
  ServiceName: `com.amazonaws.eu-central-1.${service}`,
  ...more,
});
const createEndpoint = (id: string, input: object) => ec2("CreateVpcEndpoint", input, { save: { [id]: "VpcEndpoint.VpcEndpointId" } });
const noMoreEndpoints = { error: "VpcEndpointLimitExceeded", message: "The maximum number of VPC endpoints has been reached." };
const dropEndpoints = (ids: string[]) => ec2("DeleteVpcEndpoints", { VpcEndpointIds: ids.map((id) => `\${${id}}`) });

const peer = (i: number) => ({ VpcId: "${hub}", PeerVpcId: `\${peer${i}}` });
const requestPeering = (i: number) =>
  ec2("CreateVpcPeeringConnection", peer(i), { save: { [`p${i}`]: "VpcPeeringConnection.VpcPeeringConnectionId" } });
const peering = (i: number) => ({ VpcPeeringConnectionId: `\${p${i}}` });

const zone = { ResourceType: "hostedzone", ResourceId: "${zoneId}" };
const object = { Bucket: "quotas-${run}", Key: "a" };
const taggedWith = (count: number) =>
  tags(count)
    .map(({ Key, Value }) => `${Key}=${Value}`)
    .join("&");
const budget = {
  AccountId: "111122223333",
  Budget: { BudgetName: "quotas-${run}", BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "1", Unit: "USD" } },
};
const notifications = (count: number) =>
  numbered(count, (i) => ({
    Notification: { NotificationType: "ACTUAL", ComparisonOperator: "GREATER_THAN", Threshold: i + 1 },
    Subscribers: [{ SubscriptionType: "EMAIL", Address: "a@example.com" }],
  }));
const patternOf = (length: number) => JSON.stringify({ source: ["x".repeat(length - JSON.stringify({ source: [""] }).length)] });

export const quotas: Scenario[] = [
  {
    title: "EC2: quotas on gateway endpoints in a region, and on the security groups of an endpoint",
    steps: [
      vpc("vpc", "10.0.0.0/16"),
      ...numbered(6, (i) =>
        ec2(
          "CreateSecurityGroup",
          { VpcId: "${vpc}", GroupName: `quota-${i}`, Description: "of a test" },
          { save: { [`g${i}`]: "GroupId" } },
        ),
      ),
      ec2("CreateVpcEndpoint", endpoint("sts", { VpcEndpointType: "Interface", SecurityGroupIds: numbered(6, (i) => `\${g${i}}`) }), {
        error: "SecurityGroupsPerInterfaceLimitExceeded",
      }),
      ...numbered(20, (i) => createEndpoint(`e${i}`, endpoint("s3"))),
      ec2("CreateVpcEndpoint", endpoint("s3"), noMoreEndpoints),
      dropEndpoints(["e0"]),
      createEndpoint("e0", endpoint("s3")),
      dropEndpoints(numbered(20, (i) => `e${i}`)),
      ...numbered(6, (i) => ec2("DeleteSecurityGroup", { GroupId: `\${g${i}}` })),
      dropVpc("vpc"),
    ],
  },
  {
    title: "EC2, Route 53 and S3: quotas on tags",
    steps: [
      vpc("vpc", "10.0.0.0/16"),
      ec2("CreateTags", { Resources: ["${vpc}"], Tags: [{ Key: "k".repeat(127), Value: "v".repeat(256) }] }),
      ec2("CreateTags", { Resources: ["${vpc}"], Tags: [{ Key: "k".repeat(128), Value: "v" }] }, { error: "InvalidParameterValue" }),
      ec2(
        "CreateTags",
        { Resources: ["${vpc}"], Tags: [{ Key: "k", Value: "v".repeat(257) }] },
        { error: "InvalidParameterValue", message: "Tag value exceeds the maximum length of 256 characters" },
      ),
      call("route53")(
        "CreateHostedZone",
        {
          Name: "${run}.example.com",
          CallerReference: "quotas-${run}",
          VPC: { VPCRegion: "eu-central-1", VPCId: "${vpc}" },
        },
        { save: { zone: "HostedZone.Id" } },
      ),
      call("route53")(
        "ListHostedZonesByVPC",
        { VPCId: "${vpc}", VPCRegion: "eu-central-1" },
        { save: { zoneId: "HostedZoneSummaries.0.HostedZoneId" } },
      ),
      call("route53")("ChangeTagsForResource", { ...zone, AddTags: tags(10) }),
      call("route53")("ChangeTagsForResource", { ...zone, AddTags: tags(1, "m") }, { error: "InvalidInput" }),
      // The same keys, and a key in place of another key.
      call("route53")("ChangeTagsForResource", { ...zone, AddTags: tags(10) }),
      call("route53")("ChangeTagsForResource", { ...zone, AddTags: tags(1, "m"), RemoveTagKeys: ["k0"] }),
      call("route53")("DeleteHostedZone", { Id: "${zone}" }),
      dropVpc("vpc"),
      call("s3")("CreateBucket", { Bucket: object.Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
      call("s3")("PutObject", { ...object, Body: "x", Tagging: taggedWith(10) }),
      call("s3")(
        "PutObject",
        { ...object, Body: "x", Tagging: taggedWith(11) },
        { error: "BadRequest", message: "Object tags cannot be greater than 10" },
      ),
      call("s3")("DeleteObject", object),
      call("s3")("DeleteBucket", { Bucket: object.Bucket }),
    ],
  },
  {
    title: "Route 53 Resolver, EventBridge and Budgets: limits of a request",
    steps: [
      call("route53resolver")(
        "CreateFirewallDomainList",
        { CreatorRequestId: "quotas-${run}", Name: "quotas-${run}" },
        { save: { list: "FirewallDomainList.Id" } },
      ),
      ...[1000, 1001].map((count) =>
        call("route53resolver")(
          "UpdateFirewallDomains",
          { FirewallDomainListId: "${list}", Operation: "REPLACE", Domains: numbered(count, (i) => `d${i}.example`) },
          count > 1000 ? { error: "ValidationException" } : {},
        ),
      ),
      call("route53resolver")("DeleteFirewallDomainList", { FirewallDomainListId: "${list}" }),
      call("events")("PutRule", { Name: "quotas-${run}", EventPattern: patternOf(2048) }),
      call("events")("PutRule", { Name: "quotas-${run}", EventPattern: patternOf(2049) }, { error: "LimitExceededException" }),
      call("events")("DeleteRule", { Name: "quotas-${run}" }),
      call("budgets")(
        "CreateBudget",
        { ...budget, NotificationsWithSubscribers: notifications(6) },
        { error: "CreationLimitExceededException" },
      ),
      call("budgets")("CreateBudget", { ...budget, NotificationsWithSubscribers: notifications(5) }),
      call("budgets")("DeleteBudget", { AccountId: budget.AccountId, BudgetName: budget.Budget.BudgetName }),
    ],
  },
];

/** Quotas that need more than a hundred calls. */
export const largeQuotas: Scenario[] = [
  {
    title: "EC2: quota on interface endpoints of a VPC",
    steps: [
      vpc("vpc", "10.0.0.0/16"),
      ...numbered(50, (i) => createEndpoint(`e${i}`, endpoint("sts", { VpcEndpointType: "Interface", PrivateDnsEnabled: false }))),
      ec2("CreateVpcEndpoint", endpoint("sts", { VpcEndpointType: "Interface", PrivateDnsEnabled: false }), noMoreEndpoints),
      // Another VPC has its own quota, and gateway endpoints have another quota.
      vpc("other", "10.1.0.0/16"),
      createEndpoint("foreign", { ...endpoint("sts", { VpcEndpointType: "Interface", PrivateDnsEnabled: false }), VpcId: "${other}" }),
      createEndpoint("gateway", endpoint("s3")),
      dropEndpoints(["foreign", "gateway", ...numbered(50, (i) => `e${i}`)]),
      dropVpc("other"),
      dropVpc("vpc"),
    ],
  },
  {
    title: "EC2: quota on active peering connections of a VPC",
    steps: [
      vpc("hub", "10.0.0.0/16"),
      ...numbered(51, (i) => vpc(`peer${i}`, `10.${i + 1}.0.0/24`)),
      ...numbered(51, requestPeering),
      ...numbered(50, (i) => ec2("AcceptVpcPeeringConnection", peering(i))),
      ec2("AcceptVpcPeeringConnection", peering(50), { error: "ActiveVpcPeeringConnectionPerVpcLimitExceeded" }),
      ec2("DeleteVpcPeeringConnection", peering(0)),
      ec2("AcceptVpcPeeringConnection", peering(50)),
      ...numbered(50, (i) => ec2("DeleteVpcPeeringConnection", peering(i + 1))),
      ...numbered(51, (i) => dropVpc(`peer${i}`)),
      dropVpc("hub"),
    ],
  },
];
