// Searches AWS for resources of a provisioned product whose IDs AWS chose.
import { setTimeout as pause } from "node:timers/promises";
import type { Filter } from "@aws-sdk/client-ec2";
import { tracerTag } from "@cloister/components/catalog/runtime/request";
import { connectionSettings } from "../../aws-settings";
import { type Session } from "../../engine";
import { environmentTag } from "../../sweep/client";
import { type Inputs } from "./import-ids";
import { isNewKey } from "./new-key";

/**
 * Result of a search in AWS: an ID, `none`, or `unknown`. It is `unknown` for several candidates and for types that cannot be searched.
 * It is also `unknown` for a candidate that another principal can have created.
 */
export type Search = { id: string } | "none" | "unknown";

/** A resource in AWS, with the member that contains its ID. */
interface Candidate {
  id: string;
  /** `available`, `pending`, … */
  state: string;
  /** Members of the description that inputs must equal. */
  members: Record<string, unknown>;
  tags: Record<string, string>;
}

interface Kind {
  list(clients: Clients): Promise<Candidate[]>;
  /** The member of the description for each input. */
  same: Record<string, string>;
  /** The list has no tags. `resume` reads the tags after the import. */
  isUntagged?: true;
  /** Whether the resource is as a deployment creates it, apart from its tags. */
  isNew?(clients: Clients, candidate: Candidate, inputs: Inputs): Promise<boolean>;
}

type Clients = Awaited<ReturnType<typeof loadClients>>;

/** The SDK is loaded here because it is large, and only an interrupted build needs it. */
async function loadClients({ session, region, provisionedProductId, accountId }: SearchOptions) {
  const [ec2, kms, resolver, sagemaker] = await Promise.all([
    import("@aws-sdk/client-ec2"),
    import("@aws-sdk/client-kms"),
    import("@aws-sdk/client-route53resolver"),
    import("@aws-sdk/client-sagemaker"),
  ]);
  return {
    ec2: { ...ec2, client: new ec2.EC2Client(connectionSettings(session, "ec2", region)) },
    kms: { ...kms, client: new kms.KMSClient(connectionSettings(session, "kms", region)) },
    resolver: { ...resolver, client: new resolver.Route53ResolverClient(connectionSettings(session, "route53resolver", region)) },
    sagemaker: { ...sagemaker, client: new sagemaker.SageMakerClient(connectionSettings(session, "api.sagemaker", region)) },
    provisionedProductId,
    accountId,
    filters: [{ Name: `tag:${tracerTag}`, Values: [provisionedProductId] }] satisfies Filter[],
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

const candidate = (item: object, idMember: string): Candidate => {
  const members = item as Record<string, unknown>;
  const pairs = (members.Tags ?? []) as { Key?: string; Value?: string }[];
  const tags = Object.fromEntries(pairs.map(({ Key, Value }) => [text(Key), text(Value)]));
  const { State, Status } = members;
  return { id: text(members[idMember]), state: text(State) || text(Status), members: { ...members, "tags.Name": tags.Name }, tags };
};
const candidates = (items: readonly object[] | undefined, idMember: string) => (items ?? []).map((item) => candidate(item, idMember));

/** The items in all pages of a list. */
async function itemsOf<M extends string>(pages: AsyncIterable<{ [K in M]?: object[] | undefined }>, member: M): Promise<object[]> {
  const items: object[] = [];
  for await (const page of pages) items.push(...(page[member] ?? []));
  return items;
}

/** Names that Pulumi makes have a unique suffix, and VPCs have the tag of the product. */
const byName = { name: "Name" };
const inVpc = { vpcId: "VpcId", "tags.Name": "tags.Name" };
const rules = (isEgress: boolean): Kind => ({
  list: async ({ ec2, filters: Filters }) => {
    const { SecurityGroupRules } = await ec2.client.send(new ec2.DescribeSecurityGroupRulesCommand({ Filters }));
    const matching = (SecurityGroupRules ?? []).filter(({ IsEgress }) => IsEgress === isEgress);
    return candidates(
      matching.map((rule) => ({ ...rule, Referenced: rule.ReferencedGroupInfo?.GroupId })),
      "SecurityGroupRuleId",
    );
  },
  same: {
    securityGroupId: "GroupId",
    description: "Description",
    ipProtocol: "IpProtocol",
    cidrIpv4: "CidrIpv4",
    prefixListId: "PrefixListId",
    referencedSecurityGroupId: "Referenced",
    fromPort: "FromPort",
    toPort: "ToPort",
  },
});

const kinds: Record<string, Kind> = {
  "aws:ec2/eip:Eip": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeAddressesCommand({ Filters }))).Addresses, "AllocationId"),
    same: { "tags.Name": "tags.Name" },
  },
  "aws:ec2/flowLog:FlowLog": {
    list: async ({ ec2, filters: Filter }) =>
      candidates((await ec2.client.send(new ec2.DescribeFlowLogsCommand({ Filter }))).FlowLogs, "FlowLogId"),
    same: { vpcId: "ResourceId" },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeInternetGatewaysCommand({ Filters }))).InternetGateways, "InternetGatewayId"),
    same: { "tags.Name": "tags.Name" },
  },
  "aws:ec2/natGateway:NatGateway": {
    list: async ({ ec2, filters: Filter }) =>
      candidates((await ec2.client.send(new ec2.DescribeNatGatewaysCommand({ Filter }))).NatGateways, "NatGatewayId"),
    same: { subnetId: "SubnetId" },
  },
  "aws:ec2/networkAcl:NetworkAcl": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeNetworkAclsCommand({ Filters }))).NetworkAcls, "NetworkAclId"),
    same: inVpc,
  },
  "aws:ec2/routeTable:RouteTable": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeRouteTablesCommand({ Filters }))).RouteTables, "RouteTableId"),
    same: inVpc,
  },
  // The import ID has both IDs, and an import fails if the association does not exist.
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    list: async ({ ec2, filters: Filters }) => {
      const { RouteTables = [] } = await ec2.client.send(new ec2.DescribeRouteTablesCommand({ Filters }));
      const all = RouteTables.flatMap(({ Associations = [], Tags }) => Associations.map((association) => ({ ...association, Tags })));
      return candidates(
        all.map(({ SubnetId, RouteTableId, Tags }) => ({ SubnetId, RouteTableId, Tags, Id: `${SubnetId}/${RouteTableId}` })),
        "Id",
      );
    },
    same: { subnetId: "SubnetId", routeTableId: "RouteTableId" },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups, "GroupId"),
    same: { name: "GroupName", vpcId: "VpcId" },
  },
  "aws:ec2/subnet:Subnet": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeSubnetsCommand({ Filters }))).Subnets, "SubnetId"),
    same: { vpcId: "VpcId", cidrBlock: "CidrBlock" },
  },
  "aws:ec2/vpc:Vpc": {
    list: async ({ ec2, filters: Filters }) => candidates((await ec2.client.send(new ec2.DescribeVpcsCommand({ Filters }))).Vpcs, "VpcId"),
    same: { cidrBlock: "CidrBlock" },
  },
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeDhcpOptionsCommand({ Filters }))).DhcpOptions, "DhcpOptionsId"),
    same: { "tags.Name": "tags.Name" },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    list: async ({ ec2, filters: Filters }) =>
      candidates((await ec2.client.send(new ec2.DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints, "VpcEndpointId"),
    same: { vpcId: "VpcId", serviceName: "ServiceName" },
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rules(true),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rules(false),
  "aws:kms/key:Key": {
    list: async ({ kms, provisionedProductId }) => {
      const found: object[] = [];
      for await (const { Keys = [] } of kms.paginateListKeys({ client: kms.client }, {}))
        for (const { KeyId } of Keys) {
          const Tags = await kms.client.send(new kms.ListResourceTagsCommand({ KeyId })).then(
            ({ Tags: pairs = [] }) => pairs.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
            (error: Error) => {
              // The launch role reads only tags of keys of its environment.
              if (error.name !== "AccessDeniedException") throw error;
              return [];
            },
          );
          if (!Tags.some(({ Key, Value }) => Key === tracerTag && Value === provisionedProductId)) continue;
          const { KeyMetadata } = await kms.client.send(new kms.DescribeKeyCommand({ KeyId }));
          if (KeyMetadata && KeyMetadata.KeyState !== "PendingDeletion") found.push({ ...KeyMetadata, Tags });
        }
      return candidates(found, "KeyId");
    },
    same: { description: "Description" },
    async isNew({ kms, accountId }, { id: KeyId, members }, { policy }) {
      const { Policy } = await kms.client.send(new kms.GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
      const { Grants = [] } = await kms.client.send(new kms.ListGrantsCommand({ KeyId }));
      return isNewKey({ metadata: members, policy: Policy, grants: Grants.length }, { accountId, policy });
    },
  },
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": {
    list: async ({ resolver }) =>
      candidates(await itemsOf(resolver.paginateListFirewallDomainLists({ client: resolver.client }, {}), "FirewallDomainLists"), "Id"),
    same: byName,
    isUntagged: true,
  },
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": {
    list: async ({ resolver }) =>
      candidates(await itemsOf(resolver.paginateListFirewallRuleGroups({ client: resolver.client }, {}), "FirewallRuleGroups"), "Id"),
    same: byName,
    isUntagged: true,
  },
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    list: async ({ resolver }) =>
      candidates(
        await itemsOf(resolver.paginateListFirewallRuleGroupAssociations({ client: resolver.client }, {}), "FirewallRuleGroupAssociations"),
        "Id",
      ),
    same: { name: "Name", vpcId: "VpcId" },
    isUntagged: true,
  },
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
    list: async ({ resolver }) =>
      candidates(
        await itemsOf(resolver.paginateListResolverQueryLogConfigs({ client: resolver.client }, {}), "ResolverQueryLogConfigs"),
        "Id",
      ),
    same: byName,
    isUntagged: true,
  },
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": {
    list: async ({ resolver }) =>
      candidates(
        await itemsOf(
          resolver.paginateListResolverQueryLogConfigAssociations({ client: resolver.client }, {}),
          "ResolverQueryLogConfigAssociations",
        ),
        "Id",
      ),
    same: { resolverQueryLogConfigId: "ResolverQueryLogConfigId", resourceId: "ResourceId" },
    isUntagged: true,
  },
  "aws:sagemaker/domain:Domain": {
    list: async ({ sagemaker, provisionedProductId }) => {
      const matching: object[] = [];
      for await (const { Domains = [] } of sagemaker.paginateListDomains({ client: sagemaker.client }, {}))
        for (const domain of Domains) {
          const { Tags = [] } = await sagemaker.client.send(new sagemaker.ListTagsCommand({ ResourceArn: domain.DomainArn }));
          if (Tags.some(({ Key, Value }) => Key === tracerTag && Value === provisionedProductId)) matching.push({ ...domain, Tags });
        }
      return candidates(matching, "DomainId");
    },
    same: { domainName: "DomainName" },
  },
};

/** Types that `searchIn` finds. */
export const searchedTypes: readonly string[] = Object.keys(kinds);

const isGone = ({ state }: Candidate) => /^(delet|expired|rejected)/i.test(state);
const isStarting = ({ state }: Candidate) => /^(pending|creating|updating)$/i.test(state);

const inputAt = (inputs: Inputs, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Inputs | undefined)?.[key], inputs);

/** Whether a description has the values of the inputs. An input without a value has none in AWS either. */
const matches = (inputs: Inputs, same: Kind["same"], { members }: Candidate) =>
  Object.entries(same).every(([path, member]) => {
    const [input, value] = [inputAt(inputs, path), members[member]];
    // AWS describes a rule for all ports with -1.
    return input === undefined ? value === undefined || value === -1 : input === value;
  });

export interface SearchOptions {
  session: Pick<Session, "env" | "credentials">;
  region: string;
  provisionedProductId: string;
  /** Value of the tag `cloister:environment`. */
  environment: string;
  /** 12 digits. */
  accountId: string;
  pollMs?: number;
  minutes?: number;
}

/**
 * Searches by type, inputs, and the tags of the provisioned product and the environment. Waits while AWS creates the resource.
 * A principal of the account can set the tag of the product, so one tag does not prove that the deployment created a resource.
 * Errors: errors of AWS.
 */
export function searchIn(options: SearchOptions) {
  const { environment, pollMs = 10_000, minutes = 15 } = options;
  let loading: Promise<Clients> | undefined;
  return async (type: string, inputs: Inputs, known: ReadonlySet<string>): Promise<Search> => {
    if (!Object.hasOwn(kinds, type)) return "unknown";
    const { list, same, isUntagged, isNew } = kinds[type]!;
    const clients = await (loading ??= loadClients(options));
    const isCreated = async (candidate: Candidate) =>
      (isUntagged ?? candidate.tags[environmentTag] === environment) && (!isNew || (await isNew(clients, candidate, inputs)));
    for (const deadline = Date.now() + minutes * 60_000; ; ) {
      const all = (await list(clients)).filter((item) => !known.has(item.id) && !isGone(item) && matches(inputs, same, item));
      if (all.length === 0) return "none";
      const created: Candidate[] = [];
      for (const item of all) if (await isCreated(item)) created.push(item);
      const [found, ...others] = created;
      if (!found || others.length > 0) return "unknown";
      if (!isStarting(found) || Date.now() > deadline) return { id: found.id };
      await pause(pollMs);
    }
  };
}
