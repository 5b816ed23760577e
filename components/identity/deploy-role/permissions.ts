// Permissions of the role that deploys a stage into a target account: the calls of a deployment, a change and a destroy. Pure.
import { arnsIn, type AwsContext } from "../../aws/context";
import { type Permission, type Statement } from "../../aws/policy-document";
import { rolePath } from "../../aws/role-path";
import { allow } from "../permissions/permission";
import { resourcePrefix } from "./boundary";
import { boundaryName, deployRoleName, type TargetStage } from "./names";

interface Mirror {
  /** `com.amazonaws.vpce.…` */
  serviceName: string;
  /** Default: a name that Cloister chooses. */
  host?: string;
  /** The VPCs of all accounts. Default: every VPC, because the id of a new VPC is unknown. */
  vpcIds?: readonly string[];
}

/** Settings of a stage that need more permissions. */
export interface DeployOptions {
  /** Whether the network has NAT gateways. */
  nat?: boolean;
  /** Whether the network uses endpoints of another VPC, whose names can be in hosted zones of the account. */
  centralEndpoints?: boolean;
  /** The endpoint service of a package mirror, and its name in a private hosted zone. */
  mirror?: Mirror;
  /** Existing VPCs in which the stage creates subnets, `arn:…:vpc/vpc-…`, and S3 gateway endpoints for these subnets. */
  vpcArns?: readonly string[];
  /** Existing subnets and their VPCs, in which the stage creates only security groups, endpoints and flow logs. */
  subnetArns?: readonly string[];
  /** Whether the stage creates S3 gateway endpoints for the route tables of existing subnets. */
  existingRouteTables?: boolean;
  /** Existing roles for flow logs, `arn:…:role/…`. */
  flowLogRoleArns?: readonly string[];
}

export const prefixed = (service: string, names: readonly string[]) => names.map((name) => `${service}:${name}`);
export const ec2 = (...names: string[]) => prefixed("ec2", names);

type Condition = NonNullable<Statement["Condition"]>;

/** Tags by which a role finds the resources that it creates. */
export type OwnerTags = Record<string, string>;

/** Tags with which every resource of the stage is created. */
const tagsOf = ({ environment, stage }: TargetStage): OwnerTags => ({ "cloister:environment": environment, "cloister:stage": stage });
const tagCondition = (kind: "RequestTag" | "ResourceTag", tags: OwnerTags): Condition[string] =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:${kind}/${key}`, value]));
export const requested = (tags: OwnerTags): Condition => ({ StringEquals: tagCondition("RequestTag", tags) });
export const owned = (tags: OwnerTags): Condition => ({ StringEquals: tagCondition("ResourceTag", tags) });
/** A resource of the owner, which keeps its tags. A call without these tags is also allowed. */
export const kept = (tags: OwnerTags): Condition => ({ ...owned(tags), StringEqualsIfExists: tagCondition("RequestTag", tags) });
const untagged = { "aws:ResourceTag/cloister:environment": "true" };

/** EC2 actions that create a resource, and the type of the resource in its ARN. */
const creations: Record<string, string> = {
  CreateDhcpOptions: "dhcp-options",
  CreateFlowLogs: "vpc-flow-log",
  CreateNetworkAcl: "network-acl",
  CreateRouteTable: "route-table",
  CreateSecurityGroup: "security-group",
  CreateSubnet: "subnet",
  CreateVpc: "vpc",
  CreateVpcEndpoint: "vpc-endpoint",
  AuthorizeSecurityGroupEgress: "security-group-rule",
  AuthorizeSecurityGroupIngress: "security-group-rule",
};
const natCreations: Record<string, string> = {
  AllocateAddress: "elastic-ip",
  CreateInternetGateway: "internet-gateway",
  CreateNatGateway: "natgateway",
};

/**
 * EC2 actions that create something in a resource, change a resource or delete a resource. Deletions of NAT gateways are part
 * of every role, because the deployment that removes them already has the role without `nat`.
 */
const changes = [
  "AssociateDhcpOptions",
  "AssociateRouteTable",
  "CreateNetworkAclEntry",
  "DeleteDhcpOptions",
  "DeleteFlowLogs",
  "DeleteInternetGateway",
  "DeleteNatGateway",
  "DeleteNetworkAcl",
  "DeleteNetworkAclEntry",
  "DeleteRoute",
  "DeleteRouteTable",
  "DeleteSecurityGroup",
  "DeleteSubnet",
  "DeleteTags",
  "DeleteVpc",
  "DeleteVpcEndpoints",
  "DetachInternetGateway",
  "DisassociateAddress",
  "DisassociateRouteTable",
  "ModifySecurityGroupRules",
  "ModifySubnetAttribute",
  "ModifyVpcAttribute",
  "ModifyVpcEndpoint",
  "ReleaseAddress",
  "ReplaceNetworkAclAssociation",
  "RevokeSecurityGroupEgress",
  "RevokeSecurityGroupIngress",
];
const natChanges = ["AttachInternetGateway", "CreateRoute", "ReplaceRoute"];

/**
 * Actions in a VPC of another team in which the stage creates subnets, and in its S3 gateway endpoint. Other resources of
 * these actions have the tags of the stage.
 */
const inExistingVpcs = [
  "CreateNetworkAcl",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpcEndpoint",
  "DetachInternetGateway",
  "ModifyVpcEndpoint",
];
const natInExistingVpcs = ["AttachInternetGateway"];

/** Actions in subnets of another team and in their VPC. No action changes the routes or the network ACL of these subnets. */
const inExistingSubnets = ["CreateFlowLogs", "CreateSecurityGroup", "CreateVpcEndpoint", "ModifyVpcEndpoint"];

/** Descriptions have no resources. Descriptions of instances are missing, because they contain user data. */
const descriptions = [
  "Addresses",
  "AddressesAttribute",
  "AvailabilityZones",
  "DhcpOptions",
  "FlowLogs",
  "InternetGateways",
  "ManagedPrefixLists",
  "NatGateways",
  "NetworkAcls",
  "NetworkInterfaces",
  "PrefixLists",
  "RouteTables",
  "SecurityGroupRules",
  "SecurityGroups",
  "Subnets",
  "VpcAttribute",
  "VpcEndpointServices",
  "VpcEndpoints",
  "VpcPeeringConnections",
  "Vpcs",
  "VpnGateways",
].map((name) => `Describe${name}`);

export function networkPermissions(tags: OwnerTags, context: AwsContext, { nat = false }: DeployOptions): Permission[] {
  const created = { ...creations, ...(nat && natCreations) };
  const arnsOf = (creating: Record<string, string>) =>
    arnsIn(context, "ec2", ...[...new Set(Object.values(creating))].map((type) => `${type}/*`));
  const types = arnsOf(created);
  return [
    // Only an endpoint has this key, so other actions and resources ignore the condition.
    // Source: AWS Service Authorization Reference, `CreateVpcEndpoint`.
    allow("Create network resources with the tags of the stage, and endpoints only to services of AWS.", {
      Sid: "CreateNetworks",
      Action: ec2(...Object.keys(created)),
      Resource: types,
      Condition: { ...requested(tags), StringEqualsIfExists: { "ec2:VpceServiceOwner": "amazon" } },
    }),
    allow("Tag network resources, while they are created.", {
      Sid: "TagNetworks",
      Action: "ec2:CreateTags",
      Resource: types,
      Condition: { StringEquals: { ...tagCondition("RequestTag", tags), "ec2:CreateAction": Object.keys(created) } },
    }),
    allow("Change and delete network resources with the tags of the stage, and create resources in them.", {
      Sid: "ChangeNetworks",
      Action: ec2(...Object.keys(created), "CreateTags", ...changes, ...(nat ? natChanges : [])),
      Resource: arnsOf({ ...creations, ...natCreations }),
      Condition: kept(tags),
    }),
    // AWS creates the default security group and the default network ACL of a VPC without tags.
    // A deleted network ACL returns its subnets to the default network ACL, which has no tags in an existing VPC.
    allow("Tag security groups and network ACLs that have no environment yet, and use such network ACLs.", {
      Sid: "CloseDefaults",
      Action: ec2("CreateTags", "DeleteNetworkAclEntry", "ReplaceNetworkAclAssociation"),
      Resource: arnsIn(context, "ec2", "network-acl/*", "security-group/*"),
      Condition: {
        Null: untagged,
        StringEqualsIfExists: tagCondition("RequestTag", tags),
      },
    }),
    allow("Restore the DHCP options of AWS, which have no tags.", {
      Sid: "DefaultDhcp",
      Action: "ec2:AssociateDhcpOptions",
      Resource: arnsIn(context, "ec2", "dhcp-options/*"),
      Condition: { Null: untagged },
    }),
  ];
}

/** Descriptions of the network, of aliases and of DNS. */
export const seeNetworks = (context: AwsContext): Permission =>
  allow("Describe networks.", {
    Sid: "SeeNetworks",
    Action: [
      ...ec2(...descriptions, "GetManagedPrefixListEntries"),
      "kms:ListAliases",
      "route53resolver:List*",
      "route53resolver:GetResolverQueryLogConfigAssociation",
    ],
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
  });

/** Route 53 is global, and its lists have no resources. */
const seeZones: Permission = allow("Find the hosted zones of central endpoints.", {
  Sid: "SeeZones",
  Action: prefixed("route53", ["GetHostedZone", "ListHostedZones", "ListResourceRecordSets", "ListTagsForResource"]),
  Resource: "*",
});

/** Permissions in VPCs and subnets of another team, by what the stage creates there. */
function existingNetworkPermissions(context: AwsContext, options: DeployOptions): Permission[] {
  const { nat = false, vpcArns = [], subnetArns = [], existingRouteTables = false } = options;
  const permissions: [boolean, Permission][] = [
    [
      vpcArns.length > 0,
      allow("Create subnets and other resources in the existing VPCs.", {
        Sid: "UseVpcs",
        Action: ec2(...inExistingVpcs, ...(nat ? natInExistingVpcs : [])),
        Resource: [...vpcArns],
      }),
    ],
    [
      subnetArns.length > 0,
      allow("Create security groups, endpoints and flow logs in the existing subnets.", {
        Sid: "UseSubnets",
        Action: ec2(...inExistingSubnets),
        Resource: [...subnetArns],
      }),
    ],
    // The VPC of the endpoint must also be allowed, so only its route tables can be named. These actions have no key for the VPC
    // of a route table. Source: AWS Service Authorization Reference.
    [
      existingRouteTables,
      allow("Route S3 to the endpoint in existing route tables.", {
        Sid: "RouteToEndpoint",
        Action: ec2("CreateVpcEndpoint", "ModifyVpcEndpoint"),
        Resource: arnsIn(context, "ec2", "route-table/*"),
      }),
    ],
  ];
  return permissions.flatMap(([isNeeded, permission]) => (isNeeded ? [permission] : []));
}

/** Route 53 Resolver: DNS Firewall and query logs. */
export function resolverPermissions(tags: OwnerTags, context: AwsContext): Permission[] {
  const resolver = (...names: string[]) => prefixed("route53resolver", names);
  const types = ["firewall-domain-list", "firewall-rule-group", "firewall-rule-group-association", "resolver-query-log-config"];
  const resources = arnsIn(context, "route53resolver", ...types.map((type) => `${type}/*`));
  return [
    allow("Create a DNS firewall and DNS query logs with the tags of the stage.", {
      Sid: "CreateDns",
      Action: resolver(
        "AssociateFirewallRuleGroup",
        "CreateFirewallDomainList",
        "CreateFirewallRuleGroup",
        "CreateResolverQueryLogConfig",
        "TagResource",
      ),
      Resource: resources,
      Condition: requested(tags),
    }),
    allow("Change and delete the DNS firewall and the DNS query logs with the tags of the stage.", {
      Sid: "ChangeDns",
      Action: resolver(
        "AssociateFirewallRuleGroup",
        "AssociateResolverQueryLogConfig",
        "*FirewallRule",
        "Delete*",
        "Disassociate*",
        "Get*",
        "TagResource",
        "UntagResource",
        "UpdateFirewallDomains",
        "UpdateFirewallRuleGroupAssociation",
      ),
      Resource: resources,
      Condition: kept(tags),
    }),
    // A firewall configuration has no tags, and its ID is that of the VPC.
    allow("Fail closed when the DNS firewall of a VPC does not answer.", {
      Sid: "FailClosed",
      Action: resolver("GetFirewallConfig", "UpdateFirewallConfig"),
      Resource: arnsIn(context, "route53resolver", "firewall-config/*"),
    }),
    // Route 53 Resolver makes these calls with the permissions of its caller.
    // Source: CloudWatch Logs, "Enable logging from AWS services".
    allow("Deliver DNS query logs to a log group.", {
      Sid: "DeliverLogs",
      Action: prefixed("logs", [
        "CreateLogDelivery",
        "DeleteLogDelivery",
        "DescribeResourcePolicies",
        "GetLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "UpdateLogDelivery",
      ]),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
  ];
}

/** The name of the package mirror, as Route 53 writes it in conditions. */
const mirrorHost = (stage: TargetStage, context: AwsContext, host?: string) =>
  host?.toLowerCase() ?? `packages.${resourcePrefix(stage, context)}.cloister.internal`;

/** The endpoint and the name of a package mirror. Only for stages with a mirror: Route 53 does not support tags in conditions. */
const mirrorPermissions = (stage: TargetStage, context: AwsContext, { serviceName, host, vpcIds = ["*"] }: Mirror): Permission[] => [
  allow("Create the endpoint to the package mirror.", {
    Sid: "CreateMirror",
    Action: ec2("CreateVpcEndpoint"),
    Resource: arnsIn(context, "ec2", "vpc-endpoint/*"),
    Condition: { StringEquals: { ...tagCondition("RequestTag", tagsOf(stage)), "ec2:VpceServiceName": serviceName } },
  }),
  allow("Read, tag and delete private hosted zones.", {
    Sid: "Zones",
    Action: prefixed("route53", [
      "ChangeTagsForResource",
      "DeleteHostedZone",
      "GetChange",
      "GetHostedZone",
      "ListResourceRecordSets",
      "ListTagsForResource",
    ]),
    Resource: [`arn:${context.partition}:route53:::hostedzone/*`, `arn:${context.partition}:route53:::change/*`],
  }),
  // A changed name replaces the hosted zone, and the record of the earlier name is deleted.
  allow("Delete records of hosted zones.", {
    Sid: "DeleteRecords",
    Action: "route53:ChangeResourceRecordSets",
    Resource: `arn:${context.partition}:route53:::hostedzone/*`,
    Condition: { "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsActions": "DELETE" } },
  }),
  allow("Create and change only the name of the package mirror.", {
    Sid: "Records",
    Action: "route53:ChangeResourceRecordSets",
    Resource: `arn:${context.partition}:route53:::hostedzone/*`,
    Condition: {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": mirrorHost(stage, context, host),
      },
    },
  }),
  // A public hosted zone has no VPC. Source: Route 53 "Using IAM policy conditions for fine-grained access control".
  allow("Create private hosted zones for the VPCs of the stage.", {
    Sid: "CreateZones",
    Action: "route53:CreateHostedZone",
    Resource: "*",
    Condition: {
      "ForAllValues:StringLike": { "route53:VPCs": vpcIds.map((id) => `VPCId=${id},VPCRegion=${context.region}`) },
      Null: { "route53:VPCs": "false" },
    },
  }),
];

/** `aliases` is the name of an alias, or a pattern. */
export function keyPermissions(tags: OwnerTags, context: AwsContext, aliases: string): Permission[] {
  const keys = arnsIn(context, "kms", "key/*");
  const alias = arnsIn(context, "kms", aliases);
  return [
    allow("Create keys with the tags of the stage.", {
      Sid: "CreateKeys",
      Action: "kms:CreateKey",
      Resource: "*",
      Condition: requested(tags),
    }),
    // A new key has neither an environment nor an alias.
    allow("Tag keys while they are created.", {
      Sid: "TagKeys",
      Action: "kms:TagResource",
      Resource: keys,
      Condition: { ...requested(tags), Null: { ...untagged, "kms:ResourceAliases": "true" } },
    }),
    // No statement allows encryption, decryption or grants.
    allow("Administer keys with the tags of the stage.", {
      Sid: "ChangeKeys",
      Action: prefixed("kms", [
        "CreateAlias",
        "DeleteAlias",
        "DescribeKey",
        "EnableKeyRotation",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListResourceTags",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateKeyDescription",
      ]),
      Resource: keys,
      Condition: kept(tags),
    }),
    allow("Create and delete the alias of the key of the stage.", {
      Sid: "Aliases",
      Action: prefixed("kms", ["CreateAlias", "DeleteAlias"]),
      Resource: alias,
    }),
  ];
}

function storagePermissions(stage: TargetStage, context: AwsContext): Permission[] {
  const prefix = resourcePrefix(stage, context);
  const bucket = `arn:${context.partition}:s3:::${prefix}-models-*`;
  const groups = [`${prefix}-flow-logs-*`, `/aws/vendedlogs/route53resolver/${prefix}-*`];
  return [
    // No statement allows reading objects. `ListBucket` is the permission for HeadBucket.
    allow("Create, configure and delete the model bucket, and empty it with `purge`.", {
      Sid: "Bucket",
      Action: prefixed("s3", [
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketPolicy",
        "DeleteObject",
        "DeleteObjectVersion",
        "GetAccelerateConfiguration",
        "GetBucket*",
        "GetEncryptionConfiguration",
        "GetLifecycleConfiguration",
        "GetReplicationConfiguration",
        "ListBucket",
        "ListBucketVersions",
        "ListTagsForResource",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketPublicAccessBlock",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
        "TagResource",
        "UntagResource",
      ]),
      Resource: [bucket, `${bucket}/*`],
      Condition: { StringEquals: { "aws:ResourceAccount": context.accountId } },
    }),
    allow("Create and change the log groups of the stage. No statement allows reading logs.", {
      Sid: "LogGroups",
      Action: prefixed("logs", [
        "CreateLogGroup",
        "DeleteLogGroup",
        "ListTagsForResource",
        "PutRetentionPolicy",
        "TagResource",
        "UntagResource",
      ]),
      Resource: arnsIn(context, "logs", ...groups.map((group) => `log-group:${group}`)),
    }),
    allow("List log groups of this region.", {
      Sid: "SeeLogGroups",
      Action: "logs:DescribeLogGroups",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
  ];
}

function rolePermissions(stage: TargetStage, context: AwsContext, { flowLogRoleArns = [] }: DeployOptions): Permission[] {
  const { partition, accountId } = context;
  const prefix = resourcePrefix(stage, context);
  const iam = (...names: string[]) => prefixed("iam", names);
  const arn = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const flowLogRoles = arn(`role/${prefix}-flow-logs-role-*`);
  const created = [arn(`role${rolePath(context, prefix)}*`), flowLogRoles];
  const boundary = arn(`policy/${boundaryName(stage)}`);
  return [
    allow("Create roles of the stage and their policies, only with the permissions boundary.", {
      Sid: "CreateRoles",
      Action: iam("CreateRole", "DeleteRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"),
      Resource: created,
      Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
    }),
    allow("Read, change and delete the roles of the stage.", {
      Sid: "ChangeRoles",
      Action: iam(
        "DeleteRole",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
      ),
      Resource: created,
    }),
    allow("Pass the role of flow logs only to VPC Flow Logs.", {
      Sid: "PassFlowLogRole",
      Action: "iam:PassRole",
      Resource: [flowLogRoles, ...flowLogRoleArns],
      Condition: { StringEquals: { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" } },
    }),
    allow("Read itself, the permissions boundary and existing roles of flow logs.", {
      Sid: "ReadItself",
      Action: iam("GetPolicy", "GetPolicyVersion", "GetRole"),
      Resource: [arn(`role/${deployRoleName(stage)}`), boundary, ...flowLogRoleArns],
    }),
    // Earlier versions created a permissions boundary in each account.
    allow("Delete the permissions boundary that an earlier version created.", {
      Sid: "DeleteBoundary",
      Action: iam("DeletePolicy", "DeletePolicyVersion", "GetPolicy", "GetPolicyVersion", "ListPolicyVersions"),
      Resource: arn(`policy/${prefix}-boundary-*`),
    }),
  ];
}

/** The managed policies of a deploy role. IAM limits the size of each, so `dns` also has the permissions of options. */
export const policyNames = ["network", "dns", "resources"] as const;

/**
 * The permissions of a deploy role in a target account, in the order of `policyNames`.
 * No statement reads objects, log events or secrets, or decrypts. But the role administers the policies of its bucket and
 * key, and can so allow others to read. It cannot change itself or its permissions boundary.
 * Source: NIST SP 800-53 AC-5, AC-6.
 */
export const deployPermissions = (stage: TargetStage, context: AwsContext, options: DeployOptions = {}): Permission[][] => [
  networkPermissions(tagsOf(stage), context, options),
  [
    ...resolverPermissions(tagsOf(stage), context),
    ...(options.mirror ? mirrorPermissions(stage, context, options.mirror) : []),
    ...(options.centralEndpoints ? [seeZones] : []),
    ...existingNetworkPermissions(context, options),
  ],
  [
    seeNetworks(context),
    ...keyPermissions(tagsOf(stage), context, `alias/cloister/${resourcePrefix(stage, context)}`),
    ...storagePermissions(stage, context),
    ...rolePermissions(stage, context, options),
  ],
];
