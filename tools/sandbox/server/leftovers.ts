import { AwsError } from "./native-service";

/** What a service still holds, apart from what every account has by default. */
export interface Held {
  account: string;
  region: string;
  service: string;
  type: string;
  id: string;
}

type Item = Record<string, unknown>;
type Ask = (service: string, operation: string, input: object) => Promise<Item>;

interface Look {
  service: string;
  type: string;
  /** One answer for all regions of an account. */
  global?: true;
  operation: string;
  input?: object;
  /** Member of the output that lists the things; of each, the member that names it (a list of names needs none). */
  list: string;
  id?: string;
  /** Leaves out what is there by default, or what AWS deletes by itself. */
  keep?(item: Item, ask: Ask): boolean | Promise<boolean>;
}

const ofAws = ({ Path }: Item) => typeof Path === "string" && Path.startsWith("/aws-service-role/");

/** How to ask what there is. A service that is not listed here has no leftovers: add a line for each kind of thing that programs make. */
const looks: Look[] = [
  { service: "ec2", type: "Vpc", operation: "DescribeVpcs", list: "Vpcs", id: "VpcId" },
  { service: "ec2", type: "Subnet", operation: "DescribeSubnets", list: "Subnets", id: "SubnetId" },
  // A VPC's main route table, default group and default list come and go with it.
  {
    service: "ec2",
    type: "RouteTable",
    operation: "DescribeRouteTables",
    list: "RouteTables",
    id: "RouteTableId",
    keep: ({ Associations }) => !((Associations ?? []) as Item[]).some(({ Main }) => Main),
  },
  {
    service: "ec2",
    type: "SecurityGroup",
    operation: "DescribeSecurityGroups",
    list: "SecurityGroups",
    id: "GroupId",
    keep: ({ GroupName }) => GroupName !== "default",
  },
  {
    service: "ec2",
    type: "NetworkAcl",
    operation: "DescribeNetworkAcls",
    list: "NetworkAcls",
    id: "NetworkAclId",
    keep: ({ IsDefault }) => !IsDefault,
  },
  {
    service: "ec2",
    type: "VpcEndpoint",
    operation: "DescribeVpcEndpoints",
    list: "VpcEndpoints",
    id: "VpcEndpointId",
  },
  { service: "ec2", type: "NetworkInterface", operation: "DescribeNetworkInterfaces", list: "NetworkInterfaces", id: "NetworkInterfaceId" },
  { service: "ec2", type: "FlowLog", operation: "DescribeFlowLogs", list: "FlowLogs", id: "FlowLogId" },
  { service: "ec2", type: "InternetGateway", operation: "DescribeInternetGateways", list: "InternetGateways", id: "InternetGatewayId" },
  {
    service: "ec2",
    type: "NatGateway",
    operation: "DescribeNatGateways",
    list: "NatGateways",
    id: "NatGatewayId",
    keep: ({ State }) => State !== "deleted",
  },
  {
    service: "ec2",
    type: "VpcPeeringConnection",
    operation: "DescribeVpcPeeringConnections",
    list: "VpcPeeringConnections",
    id: "VpcPeeringConnectionId",
    keep: ({ Status }) => (Status as Item).Code !== "deleted",
  },
  { service: "route53", type: "HostedZone", global: true, operation: "ListHostedZones", list: "HostedZones", id: "Id" },
  { service: "ec2", type: "DhcpOptions", operation: "DescribeDhcpOptions", list: "DhcpOptions", id: "DhcpOptionsId" },
  { service: "ec2", type: "Address", operation: "DescribeAddresses", list: "Addresses", id: "AllocationId" },
  {
    service: "kms",
    type: "Key",
    operation: "ListKeys",
    list: "Keys",
    id: "KeyId",
    // A key that waits for its deletion is as gone as AWS lets it be.
    keep: async ({ KeyId }, ask) => {
      const { KeyMetadata } = (await ask("kms", "DescribeKey", { KeyId })) as { KeyMetadata: Item };
      return KeyMetadata.KeyManager === "CUSTOMER" && KeyMetadata.KeyState !== "PendingDeletion";
    },
  },
  {
    service: "kms",
    type: "Alias",
    operation: "ListAliases",
    list: "Aliases",
    id: "AliasName",
    keep: ({ AliasName }) => !String(AliasName).startsWith("alias/aws/"),
  },
  { service: "s3", type: "Bucket", global: true, operation: "ListBuckets", list: "Buckets", id: "Name" },
  {
    service: "iam",
    type: "Role",
    global: true,
    operation: "ListRoles",
    list: "Roles",
    id: "RoleName",
    keep: (role) => role.RoleName !== deploymentRole && !ofAws(role),
  },
  { service: "iam", type: "Policy", global: true, operation: "ListPolicies", input: { Scope: "Local" }, list: "Policies", id: "Arn" },
  { service: "iam", type: "User", global: true, operation: "ListUsers", list: "Users", id: "UserName" },
  { service: "iam", type: "SAMLProvider", global: true, operation: "ListSAMLProviders", list: "SAMLProviderList", id: "Arn" },
  { service: "logs", type: "LogGroup", operation: "DescribeLogGroups", list: "logGroups", id: "logGroupName" },
  { service: "logs", type: "ResourcePolicy", operation: "DescribeResourcePolicies", list: "resourcePolicies", id: "policyName" },
  { service: "sns", type: "Topic", operation: "ListTopics", list: "Topics", id: "TopicArn" },
  { service: "ssm", type: "Parameter", operation: "DescribeParameters", list: "Parameters", id: "Name" },
  { service: "lambda", type: "Function", operation: "ListFunctions", list: "Functions", id: "FunctionName" },
  { service: "sqs", type: "Queue", operation: "ListQueues", list: "QueueUrls" },
  {
    service: "events",
    type: "EventBus",
    operation: "ListEventBuses",
    list: "EventBuses",
    id: "Name",
    keep: ({ Name }) => Name !== "default",
  },
  { service: "events", type: "Rule", operation: "ListRules", list: "Rules", id: "Name" },
  { service: "ecr", type: "Repository", operation: "DescribeRepositories", list: "repositories", id: "repositoryName" },
];

/** The role that AWS Organizations leaves in a new account, and that deployments assume. Every account of a world has it from the start. */
export const deploymentRole = "OrganizationAccountAccessRole";

/** Asks the base for everything of the kinds above in one account and region. `used` tells which services were ever called there. */
export async function heldByBase(account: string, region: string, used: ReadonlySet<string>, ask: Ask): Promise<Held[]> {
  const held: Held[] = [];
  for (const look of looks.filter(({ service }) => used.has(service))) {
    const seen = new Set<unknown>();
    let input: Item = { ...look.input };
    for (;;) {
      const output = await ask(look.service, look.operation, input);
      for (const item of (output[look.list] ?? []) as Item[]) {
        const id = String(look.id ? item[look.id] : item);
        if (!look.keep || (await look.keep(item, ask)))
          held.push({ account, region: look.global ? "global" : region, service: look.service, type: look.type, id });
      }
      const next = pageToken(output);
      if (!next) break;
      if (seen.has(next.value)) throw new AwsError("SandboxFailure", `${look.service} ${look.operation} pages without end.`);
      seen.add(next.value);
      input = { ...look.input, [next.name]: next.value };
    }
  }
  return held;
}

/** Names of page tokens in outputs, and of the input member that takes them. */
const tokens: Record<string, string> = { NextToken: "NextToken", nextToken: "nextToken", NextMarker: "Marker", Marker: "Marker" };

function pageToken(output: Item): { name: string; value: unknown } | undefined {
  const name = Object.keys(tokens).find((key) => output[key]);
  return name === undefined ? undefined : { name: tokens[name]!, value: output[name] };
}
