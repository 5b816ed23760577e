import { type Scenario, type Step } from "../scenario";

// What AWS rejects besides unknown and duplicate resources. `docs/sandbox.md` has the table.

type Rejection = [operation: string, input: object, error: string, message?: string];

const account = "111122223333";
const call =
  (service: string) =>
  (operation: string, input: object, more: Partial<Step> = {}): Step => ({ call: `${service}:${operation}`, input, ...more });
/** Calls that AWS rejects with an error and, if it is known, a text. */
const reject =
  (service: string) =>
  (...rejections: Rejection[]): Step[] =>
    rejections.map(([operation, input, error, message]) => ({
      call: `${service}:${operation}`,
      input,
      error,
      ...(message === undefined ? {} : { message }),
    }));
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const numbered = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const root = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };

const ec2 = call("ec2");
const rejectEc2 = reject("ec2");
const tcp = (from: number | undefined, to: number | undefined, more: object = { IpRanges: [{ CidrIp: "10.0.0.0/16" }] }) => ({
  GroupId: "${group}",
  IpPermissions: [{ IpProtocol: "tcp", FromPort: from, ToPort: to, ...more }],
});
const ports = (count: number) =>
  numbered(count, (i) => ({ IpProtocol: "tcp", FromPort: i + 1, ToPort: i + 1, IpRanges: [{ CidrIp: "10.0.0.0/16" }] }));
const range = { PortRange: { From: 1, To: 2 }, Protocol: "6", RuleAction: "allow", Egress: true, NetworkAclId: "${acl}" };
const entry = (RuleNumber: number, more: object = {}) => ({ ...range, RuleNumber, CidrBlock: "10.0.0.0/16", ...more });

const iam = call("iam");
const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const trust = policy({ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" });
const tags = (count: number, key = "k") => numbered(count, (i) => ({ Key: `${key}${i}`, Value: "v" }));

const kms = call("kms");
const logs = call("logs");
const group = { logGroupName: "/limits/${run}" };
const logsKey = (Action: string[], arn: string) =>
  policy(root, {
    Effect: "Allow",
    Principal: { Service: "logs.eu-central-1.amazonaws.com" },
    Action,
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn } },
  });
const uses = ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"];
const filter = (more: object) => ({
  ...group,
  filterName: "limits",
  filterPattern: "{ $.a = * }",
  metricTransformations: [{ metricName: "m", metricNamespace: "n", metricValue: "1", ...more }],
});

const s3 = call("s3");
const bucket = { Bucket: "limits-${run}" };
const here = { LocationConstraint: "eu-central-1" };
const lock = (DefaultRetention: object) => ({
  ...bucket,
  ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } },
});
const about = (more: object) => ({
  ...bucket,
  Policy: policy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::limits-${run}", ...more }),
});
const rule = (more: object) => ({
  ...bucket,
  LifecycleConfiguration: { Rules: [{ ID: "limits", Status: "Enabled", Filter: { Prefix: "" }, ...more }] },
});
const encrypted = (SSEAlgorithm: string) => ({
  ...bucket,
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
});

const sns = call("sns");
const attribute = (AttributeName: string, AttributeValue: string) => ({ TopicArn: "${topic}", AttributeName, AttributeValue });
const topicPolicy = (more: object) =>
  attribute("Policy", policy({ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", ...more }));

const parameter = (Name: string, more: object = {}) => ({ Name, Type: "String", Value: "x", ...more });

const pattern = JSON.stringify({ source: ["aws.sagemaker"] });
const targets = (...more: object[]) => ({
  Rule: "limits-${run}",
  Targets: more.map((item, i) => ({ Id: `t${i}`, Arn: `arn:aws:sns:eu-central-1:${account}:none`, ...item })),
});

const records = (Action: string, set: object) => ({
  HostedZoneId: "${zone}",
  ChangeBatch: { Changes: [{ Action, ResourceRecordSet: { Name: "a.${run}.example.com", TTL: 60, ...set } }] },
});
const values = (Type: string, ...given: string[]) => ({ Type, ResourceRecords: given.map((Value) => ({ Value })) });

const alarm = {
  AlarmName: "limits-${run}",
  MetricName: "m",
  Namespace: "n",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold",
};

export const restrictions: Scenario[] = [
  {
    title: "EC2: routes, rules, network ACLs and endpoints that do not fit their VPC",
    steps: [
      ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" }, { save: { vpc: "Vpc.VpcId" } }),
      ec2("CreateVpc", { CidrBlock: "10.1.0.0/16" }, { save: { other: "Vpc.VpcId" } }),
      ec2("CreateSubnet", { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, { save: { subnet: "Subnet.SubnetId" } }),
      ec2("CreateRouteTable", { VpcId: "${vpc}" }, { save: { table: "RouteTable.RouteTableId" } }),
      ec2("CreateRouteTable", { VpcId: "${vpc}" }, { save: { second: "RouteTable.RouteTableId" } }),
      ec2("CreateRouteTable", { VpcId: "${other}" }, { save: { foreign: "RouteTable.RouteTableId" } }),
      ec2("AssociateRouteTable", { RouteTableId: "${table}", SubnetId: "${subnet}" }, { save: { association: "AssociationId" } }),
      ec2(
        "DescribeRouteTables",
        {
          Filters: [
            { Name: "vpc-id", Values: ["${vpc}"] },
            { Name: "association.main", Values: ["true"] },
          ],
        },
        { save: { main: "RouteTables.0.Associations.0.RouteTableAssociationId" } },
      ),
      ...rejectEc2(
        [
          "AssociateRouteTable",
          { RouteTableId: "${second}", SubnetId: "${subnet}" },
          "Resource.AlreadyAssociated",
          "the specified association for route table ${second} conflicts with an existing association",
        ],
        ["AssociateRouteTable", { RouteTableId: "${foreign}", SubnetId: "${subnet}" }, "InvalidParameterValue"],
        [
          "DisassociateRouteTable",
          { AssociationId: "${main}" },
          "InvalidParameterValue",
          "cannot disassociate the main route table association ${main}",
        ],
        ["DeleteRoute", { RouteTableId: "${table}", DestinationCidrBlock: "10.0.0.0/16" }, "InvalidParameterValue"],
      ),
      ec2("CreateInternetGateway", {}, { save: { gateway: "InternetGateway.InternetGatewayId" } }),
      ec2("CreateInternetGateway", {}, { save: { spare: "InternetGateway.InternetGatewayId" } }),
      ...rejectEc2([
        "CreateRoute",
        { RouteTableId: "${table}", DestinationCidrBlock: "0.0.0.0/0", GatewayId: "${gateway}" },
        "InvalidParameterValue",
        "route table ${table} and network gateway ${gateway} belong to different networks",
      ]),
      ec2("AttachInternetGateway", { InternetGatewayId: "${gateway}", VpcId: "${vpc}" }),
      ...rejectEc2(
        [
          "AttachInternetGateway",
          { InternetGatewayId: "${spare}", VpcId: "${vpc}" },
          "InvalidParameterValue",
          "Network ${vpc} already has an internet gateway attached",
        ],
        ["AttachInternetGateway", { InternetGatewayId: "${spare}", VpcId: "vpc-0123456789abcdef0" }, "InvalidVpcID.NotFound"],
        [
          "CreateRoute",
          { RouteTableId: "${table}", GatewayId: "${gateway}" },
          "MissingParameter",
          "The request must contain the parameter destinationCidrBlock or destinationIpv6CidrBlock",
        ],
        [
          "CreateRoute",
          { RouteTableId: "${table}", DestinationCidrBlock: "9.0.0.0/8", NatGatewayId: "nat-0123456789abcdef0" },
          "InvalidNatGatewayID.NotFound",
        ],
        ["CreateSecurityGroup", { VpcId: "${vpc}", GroupName: "default", Description: "x" }, "InvalidParameterValue"],
        ["CreateSecurityGroup", { VpcId: "vpc-0123456789abcdef0", GroupName: "x", Description: "x" }, "InvalidVpcID.NotFound"],
      ),
      ec2("CreateSecurityGroup", { VpcId: "${vpc}", GroupName: "limits", Description: "of a test" }, { save: { group: "GroupId" } }),
      ec2("AuthorizeSecurityGroupIngress", tcp(443, 443)),
      ...["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"].flatMap((operation) =>
        rejectEc2(
          [
            operation,
            tcp(443, undefined),
            "InvalidParameterValue",
            "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
          ],
          [operation, tcp(70_000, 70_000), "InvalidPermission.Malformed", "TCP/UDP port (70000) out of range"],
          [operation, tcp(500, 443), "InvalidPermission.Malformed"],
          [operation, tcp(1, 1, { PrefixListIds: [{ PrefixListId: "pl-0123456789abcdef0" }] }), "InvalidPrefixListID.NotFound"],
          [operation, tcp(1, 1, { IpProtocol: "tls", IpRanges: [{ CidrIp: "10.0.0.0/16" }] }), "InvalidParameterValue"],
        ),
      ),
      ec2("CreateNetworkAcl", { VpcId: "${vpc}" }, { save: { acl: "NetworkAcl.NetworkAclId" } }),
      ec2("CreateNetworkAcl", { VpcId: "${other}" }, { save: { foreignAcl: "NetworkAcl.NetworkAclId" } }),
      ec2(
        "DescribeNetworkAcls",
        { Filters: [{ Name: "association.subnet-id", Values: ["${subnet}"] }] },
        { save: { held: "NetworkAcls.0.Associations.0.NetworkAclAssociationId" } },
      ),
      ...rejectEc2(
        ["CreateSubnet", { VpcId: "${vpc}", CidrBlock: "10.0.9.0/29" }, "InvalidSubnet.Range", "The CIDR '10.0.9.0/29' is invalid."],
        ["CreateNetworkAclEntry", entry(0), "InvalidParameterValue"],
        ["CreateNetworkAclEntry", entry(32_767), "InvalidParameterValue"],
        ["CreateNetworkAclEntry", entry(1, { RuleAction: "maybe" }), "InvalidParameterValue"],
        ["CreateNetworkAclEntry", entry(1, { CidrBlock: undefined }), "MissingParameter"],
        ["CreateNetworkAclEntry", entry(1, { PortRange: undefined }), "MissingParameter"],
        ["ReplaceNetworkAclAssociation", { AssociationId: "${held}", NetworkAclId: "${foreignAcl}" }, "InvalidParameterValue"],
        ["CreateDhcpOptions", { DhcpConfigurations: [{ Key: "color", Values: ["x"] }] }, "InvalidParameterValue"],
        [
          "CreateVpcEndpoint",
          { VpcId: "${vpc}", ServiceName: "com.amazonaws.eu-central-1.s3", PolicyDocument: "{" },
          "InvalidPolicyDocument",
          "The Policy Document is not valid.",
        ],
      ),
      ec2(
        "CreateVpcEndpoint",
        { VpcId: "${vpc}", ServiceName: "com.amazonaws.eu-central-1.s3" },
        { save: { endpoint: "VpcEndpoint.VpcEndpointId" } },
      ),
      ...rejectEc2(
        ["ModifyVpcEndpoint", { VpcEndpointId: "${endpoint}", PolicyDocument: "{" }, "InvalidPolicyDocument"],
        [
          "ModifyVpcEndpoint",
          { VpcEndpointId: "${endpoint}", PolicyDocument: JSON.stringify({ Id: "a".repeat(20_480) }) },
          "InvalidPolicyDocument",
        ],
        [
          "ModifyVpcEndpoint",
          { VpcEndpointId: "${endpoint}", AddRouteTableIds: ["rtb-0123456789abcdef0"] },
          "InvalidRouteTableID.NotFound",
        ],
        ["ModifyVpcEndpoint", { VpcEndpointId: "${endpoint}", AddRouteTableIds: ["${foreign}"] }, "InvalidParameter"],
        ["ModifyVpcEndpoint", { VpcEndpointId: "${endpoint}", AddSecurityGroupIds: ["${group}"] }, "InvalidParameter"],
        [
          "ModifyVpcAttribute",
          { VpcId: "${vpc}", EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } },
          "InvalidParameterCombination",
        ],
      ),
      ec2("ModifyVpcAttribute", { VpcId: "${vpc}", EnableDnsSupport: { Value: false } }),
      ...rejectEc2(["ModifyVpcAttribute", { VpcId: "${vpc}", EnableDnsHostnames: { Value: true } }, "InvalidParameterValue"]),
      ec2("DeleteVpcEndpoints", { VpcEndpointIds: ["${endpoint}"] }),
      ...["acl", "foreignAcl"].map((acl) => ec2("DeleteNetworkAcl", { NetworkAclId: `\${${acl}}` })),
      ec2("DeleteSecurityGroup", { GroupId: "${group}" }),
      ec2("DetachInternetGateway", { InternetGatewayId: "${gateway}", VpcId: "${vpc}" }),
      ...["gateway", "spare"].map((gateway) => ec2("DeleteInternetGateway", { InternetGatewayId: `\${${gateway}}` })),
      ec2("DisassociateRouteTable", { AssociationId: "${association}" }),
      ...["table", "second", "foreign"].map((table) => ec2("DeleteRouteTable", { RouteTableId: `\${${table}}` })),
      ec2("DeleteSubnet", { SubnetId: "${subnet}" }),
      ...["vpc", "other"].map((vpc) => ec2("DeleteVpc", { VpcId: `\${${vpc}}` })),
    ],
  },
  {
    title: "EC2: quotas on rules, security groups of an interface and addresses",
    steps: [
      ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" }, { save: { vpc: "Vpc.VpcId" } }),
      ec2("CreateSubnet", { VpcId: "${vpc}", CidrBlock: "10.0.0.0/24" }, { save: { subnet: "Subnet.SubnetId" } }),
      ec2("CreateNetworkAcl", { VpcId: "${vpc}" }, { save: { acl: "NetworkAcl.NetworkAclId" } }),
      ...numbered(20, (i) => ec2("CreateNetworkAclEntry", entry(i + 1))),
      ...rejectEc2([
        "CreateNetworkAclEntry",
        entry(21),
        "NetworkAclEntryLimitExceeded",
        "The maximum number of network acl entries has been reached.",
      ]),
      // The quota is for one direction and one IP version.
      ec2("CreateNetworkAclEntry", entry(21, { Egress: false })),
      ec2("CreateNetworkAclEntry", entry(22, { CidrBlock: undefined, Ipv6CidrBlock: "::/0" })),
      ...numbered(6, (i) =>
        ec2(
          "CreateSecurityGroup",
          { VpcId: "${vpc}", GroupName: `quota-${i}`, Description: "of a test" },
          { save: { [`g${i}`]: "GroupId" } },
        ),
      ),
      ec2("AuthorizeSecurityGroupIngress", { GroupId: "${g0}", IpPermissions: ports(60) }),
      ...rejectEc2(
        [
          "AuthorizeSecurityGroupIngress",
          { GroupId: "${g0}", IpPermissions: ports(61).slice(60) },
          "RulesPerSecurityGroupLimitExceeded",
          "The maximum number of rules per security group has been reached.",
        ],
        [
          "CreateNetworkInterface",
          { SubnetId: "${subnet}", Groups: numbered(6, (i) => `\${g${i}}`) },
          "SecurityGroupsPerInterfaceLimitExceeded",
        ],
      ),
      ...numbered(5, (i) => ec2("AllocateAddress", { Domain: "vpc" }, { save: { [`a${i}`]: "AllocationId" } })),
      ...rejectEc2(["AllocateAddress", { Domain: "vpc" }, "AddressLimitExceeded", "The maximum number of addresses has been reached."]),
      ...numbered(5, (i) => ec2("ReleaseAddress", { AllocationId: `\${a${i}}` })),
      ...numbered(6, (i) => ec2("DeleteSecurityGroup", { GroupId: `\${g${i}}` })),
      ec2("DeleteNetworkAcl", { NetworkAclId: "${acl}" }),
      ec2("DeleteSubnet", { SubnetId: "${subnet}" }),
      ec2("DeleteVpc", { VpcId: "${vpc}" }),
    ],
  },
  {
    title: "IAM: policy versions, principals in policies, tags and policies of AWS",
    steps: [
      iam("CreatePolicy", { PolicyName: "limits-${run}", PolicyDocument: policy(read) }, { save: { policy: "Policy.Arn" } }),
      ...numbered(4, () => iam("CreatePolicyVersion", { PolicyArn: "${policy}", PolicyDocument: policy(read) })),
      ...reject("iam")(
        [
          "CreatePolicyVersion",
          { PolicyArn: "${policy}", PolicyDocument: policy(read) },
          "LimitExceeded",
          "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
        ],
        [
          "CreatePolicy",
          { PolicyName: "other-${run}", PolicyDocument: policy({ ...read, Principal: "*" }) },
          "MalformedPolicyDocument",
          "Policy document should not specify a principal.",
        ],
        [
          "CreateRole",
          { RoleName: "limits-${run}", AssumeRolePolicyDocument: policy({ Effect: "Allow", Action: "sts:AssumeRole" }) },
          "MalformedPolicyDocument",
          "Missing required field Principal",
        ],
        ["DeletePolicy", { PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, "AccessDenied"],
        ["TagPolicy", { PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess", Tags: tags(1) }, "AccessDenied"],
      ),
      iam("CreateRole", { RoleName: "limits-${run}", AssumeRolePolicyDocument: trust, Tags: tags(30) }),
      iam("TagRole", { RoleName: "limits-${run}", Tags: tags(20, "l") }),
      iam("TagPolicy", { PolicyArn: "${policy}", Tags: tags(50) }),
      ...reject("iam")(
        ["TagRole", { RoleName: "limits-${run}", Tags: tags(1, "m") }, "LimitExceeded"],
        ["TagPolicy", { PolicyArn: "${policy}", Tags: tags(1, "m") }, "LimitExceeded"],
        [
          "PutRolePolicy",
          { RoleName: "limits-${run}", PolicyName: "own", PolicyDocument: policy({ ...read, Principal: "*" }) },
          "MalformedPolicyDocument",
        ],
        ["UpdateAssumeRolePolicy", { RoleName: "limits-${run}", PolicyDocument: policy(read) }, "MalformedPolicyDocument"],
      ),
      iam("DeleteRole", { RoleName: "limits-${run}" }),
      ...numbered(4, (i) => iam("DeletePolicyVersion", { PolicyArn: "${policy}", VersionId: `v${i + 2}` })),
      iam("DeletePolicy", { PolicyArn: "${policy}" }),
    ],
  },
  {
    title: "KMS: rotation periods, deletion windows and states of keys",
    steps: [
      kms("CreateKey", {}, { save: { key: "KeyMetadata.KeyId", arn: "KeyMetadata.Arn" } }),
      kms("CreateKey", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }, { save: { pair: "KeyMetadata.KeyId" } }),
      kms("EnableKeyRotation", { KeyId: "${key}", RotationPeriodInDays: 90 }),
      kms("EnableKeyRotation", { KeyId: "${key}", RotationPeriodInDays: 2560 }),
      ...reject("kms")(
        ["EnableKeyRotation", { KeyId: "${key}", RotationPeriodInDays: 89 }, "ValidationException"],
        ["EnableKeyRotation", { KeyId: "${key}", RotationPeriodInDays: 2561 }, "ValidationException"],
        ["EnableKeyRotation", { KeyId: "${pair}" }, "UnsupportedOperationException"],
        ["ScheduleKeyDeletion", { KeyId: "${key}", PendingWindowInDays: 6 }, "ValidationException"],
        ["ScheduleKeyDeletion", { KeyId: "${key}", PendingWindowInDays: 31 }, "ValidationException"],
        ["CancelKeyDeletion", { KeyId: "${key}" }, "KMSInvalidStateException", "${arn} is not pending deletion."],
        ["CreateKey", { Policy: policy({ ...root, Sid: "a".repeat(32_768) }) }, "LimitExceededException"],
      ),
      kms("DisableKey", { KeyId: "${key}" }),
      ...reject("kms")(["EnableKeyRotation", { KeyId: "${key}" }, "DisabledException", "${arn} is disabled."]),
      kms("ScheduleKeyDeletion", { KeyId: "${key}", PendingWindowInDays: 7 }),
      ...reject("kms")(
        ["DisableKey", { KeyId: "${key}" }, "KMSInvalidStateException", "${arn} is pending deletion."],
        ["EnableKey", { KeyId: "${key}" }, "KMSInvalidStateException"],
        ["TagResource", { KeyId: "${key}", Tags: [{ TagKey: "a", TagValue: "b" }] }, "KMSInvalidStateException"],
        ["UpdateKeyDescription", { KeyId: "${key}", Description: "x" }, "KMSInvalidStateException"],
        ["CreateAlias", { AliasName: "alias/limits-${run}", TargetKeyId: "${key}" }, "KMSInvalidStateException"],
      ),
      kms("ScheduleKeyDeletion", { KeyId: "${pair}", PendingWindowInDays: 7 }),
    ],
  },
  {
    title: "CloudWatch Logs: keys, names, retention and metric filters",
    steps: [
      ...[
        [uses, "arn:aws:logs:eu-central-1:111122223333:log-group:/limits/*"] as const,
        [uses, "arn:aws:logs:eu-central-1:111122223333:log-group:/other/*"] as const,
        [["kms:Decrypt*"], "arn:aws:logs:eu-central-1:111122223333:log-group:*"] as const,
      ].map(([actions, arn], i) => kms("CreateKey", { Policy: logsKey([...actions], arn) }, { save: { [`key${i}`]: "KeyMetadata.Arn" } })),
      ...reject("logs")(
        ...["${key1}", "${key2}"].map((kmsKeyId): Rejection => ["CreateLogGroup", { ...group, kmsKeyId }, "AccessDeniedException"]),
        ["CreateLogGroup", { logGroupName: "aws/limits" }, "InvalidParameterException"],
      ),
      logs("CreateLogGroup", { ...group, kmsKeyId: "${key0}" }),
      kms("DisableKey", { KeyId: "${key0}" }),
      ...reject("logs")(
        [
          "AssociateKmsKey",
          { ...group, kmsKeyId: "${key0}" },
          "AccessDeniedException",
          "The specified KMS key does not exist or is not allowed to be used with Arn",
        ],
        ["PutRetentionPolicy", { ...group, retentionInDays: 2 }, "InvalidParameterException"],
        [
          "PutMetricFilter",
          filter({ defaultValue: 0, dimensions: { d: "$.a" } }),
          "InvalidParameterException",
          "Invalid metric transformation: dimensions and default value are mutually exclusive properties",
        ],
        ["PutMetricFilter", filter({ dimensions: { a: "$.a", b: "$.b", c: "$.c", d: "$.d" } }), "InvalidParameterException"],
        ["PutMetricFilter", filter({ metricValue: "one" }), "InvalidParameterException"],
      ),
      logs("DeleteLogGroup", group),
      ...numbered(3, (i) => kms("ScheduleKeyDeletion", { KeyId: `\${key${i}}`, PendingWindowInDays: 7 })),
    ],
  },
  {
    title: "S3: locks in compliance mode, policies, lifecycles and encryption",
    steps: [
      s3("CreateBucket", { ...bucket, CreateBucketConfiguration: here, ObjectLockEnabledForBucket: true }),
      ...reject("s3")(
        ["PutObjectLockConfiguration", lock({ Mode: "COMPLIANCE", Days: 36_501 }), "InvalidArgument"],
        ["PutObjectLockConfiguration", lock({ Mode: "COMPLIANCE", Years: 101 }), "InvalidArgument"],
        ["PutObjectLockConfiguration", { ...bucket, ObjectLockConfiguration: {} }, "MalformedXML"],
        ["PutBucketVersioning", { ...bucket, VersioningConfiguration: { Status: "Suspended" } }, "InvalidBucketState"],
        ["PutBucketVersioning", { ...bucket, VersioningConfiguration: { Status: "On" } }, "MalformedXML"],
      ),
      s3(
        "PutObject",
        {
          ...bucket,
          Key: "k",
          Body: "1",
          ObjectLockMode: "COMPLIANCE",
          ObjectLockRetainUntilDate: new Date("2099-01-02"),
        },
        { save: { version: "VersionId" } },
      ),
      ...(
        [
          ["COMPLIANCE", new Date("2099-01-01")],
          ["GOVERNANCE", new Date("2100-01-01")],
        ] as const
      ).flatMap(([Mode, RetainUntilDate]) =>
        reject("s3")([
          "PutObjectRetention",
          { ...bucket, Key: "k", VersionId: "${version}", Retention: { Mode, RetainUntilDate }, BypassGovernanceRetention: true },
          "AccessDenied",
          "Access Denied because object protected by object lock.",
        ]),
      ),
      s3("PutObjectRetention", {
        ...bucket,
        Key: "k",
        VersionId: "${version}",
        Retention: { Mode: "COMPLIANCE", RetainUntilDate: new Date("2099-01-03") },
      }),
      ...reject("s3")(
        ["DeleteObject", { ...bucket, Key: "k", VersionId: "${version}", BypassGovernanceRetention: true }, "AccessDenied"],
        ["PutBucketPolicy", about({ Sid: "a".repeat(20_480) }), "MalformedPolicy", "Policy exceeds the maximum allowed document size."],
        ["PutBucketPolicy", about({ Action: undefined }), "MalformedPolicy", "Missing required field Action"],
        ["PutBucketPolicy", about({ Action: "s3:GetObject" }), "MalformedPolicy", "Action does not apply to any resource(s) in statement"],
        ["PutBucketEncryption", encrypted("rot13"), "MalformedXML"],
        ["PutBucketOwnershipControls", { ...bucket, OwnershipControls: { Rules: [{ ObjectOwnership: "Me" }] } }, "MalformedXML"],
        [
          "PutBucketLifecycleConfiguration",
          rule({ Expiration: { Days: 30 }, Transitions: [{ Days: 60, StorageClass: "GLACIER" }] }),
          "InvalidArgument",
        ],
        [
          "PutBucketLifecycleConfiguration",
          rule({ NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 101 } }),
          "InvalidArgument",
        ],
        [
          "PutBucketLifecycleConfiguration",
          rule({ Filter: { Tag: { Key: "a", Value: "b" } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
          "InvalidRequest",
          "AbortIncompleteMultipartUpload cannot be specified with Tags.",
        ],
        [
          "PutObject",
          {
            ...bucket,
            Key: "k",
            Body: "1",
            ServerSideEncryption: "aws:kms",
            SSEKMSKeyId: `arn:aws:kms:eu-central-1:${account}:key/00000000-0000-4000-8000-000000000000`,
          },
          "KMS.NotFoundException",
        ],
      ),
      ...[tags(51), [{ Key: "aws:a", Value: "b" }]].map((Tags) => ({
        call: "s3control:TagResource",
        input: { AccountId: account, ResourceArn: "arn:aws:s3:::limits-${run}", Tags },
        error: "InvalidTag",
      })),
    ],
  },
  {
    title: "SNS: attributes, policies, tags and endpoints of subscriptions",
    steps: [
      sns("CreateTopic", { Name: "limits-${run}", Tags: tags(2) }, { save: { topic: "TopicArn" } }),
      sns("CreateTopic", { Name: "limits-${run}", Tags: tags(2) }, { output: { TopicArn: "${topic}" } }),
      ...reject("sns")(
        [
          "CreateTopic",
          { Name: "limits-${run}", Tags: tags(1) },
          "InvalidParameter",
          "Invalid parameter: Tags Reason: Topic already exists with different tags",
        ],
        ["SetTopicAttributes", attribute("Color", "red"), "InvalidParameter", "Invalid parameter: AttributeName"],
        ["SetTopicAttributes", attribute("DisplayName", "x".repeat(101)), "InvalidParameter"],
        [
          "SetTopicAttributes",
          topicPolicy({ Action: "s3:GetObject" }),
          "InvalidParameter",
          "Invalid parameter: Policy statement action out of service scope!",
        ],
        ["SetTopicAttributes", topicPolicy({ Sid: "a".repeat(30_720) }), "InvalidParameter"],
        [
          "Subscribe",
          { TopicArn: "${topic}", Protocol: "email", Endpoint: "nobody" },
          "InvalidParameter",
          "Invalid parameter: Email address",
        ],
        [
          "Subscribe",
          { TopicArn: "${topic}", Protocol: "pigeon", Endpoint: "x" },
          "InvalidParameter",
          "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
        ],
        [
          "Subscribe",
          { TopicArn: "${topic}", Protocol: "https", Endpoint: "http://example.com" },
          "InvalidParameter",
          "Invalid parameter: Endpoint must match the specified protocol",
        ],
        ["Subscribe", { TopicArn: "${topic}", Protocol: "lambda", Endpoint: "x" }, "InvalidParameter"],
        ["Unsubscribe", { SubscriptionArn: "x" }, "InvalidParameter"],
      ),
      sns("DeleteTopic", { TopicArn: "${topic}" }),
    ],
  },
  {
    title: "Systems Manager: names, sizes and types of parameters",
    steps: [
      call("ssm")("PutParameter", parameter("/limits/${run}", { Value: "x".repeat(4096) })),
      ...reject("ssm")(
        [
          "PutParameter",
          parameter("/limits/${run}/a", { Value: "x".repeat(4097) }),
          "ValidationException",
          "Standard tier parameters support a maximum parameter value of 4096 characters.",
        ],
        [
          "PutParameter",
          parameter("/limits/${run}/a", { Value: "{{ssm:x}}" }),
          "ValidationException",
          "Parameter value can't nest another",
        ],
        ["PutParameter", parameter("/a".repeat(16)), "HierarchyLevelLimitExceededException"],
        ["PutParameter", parameter("/limits/a b"), "ValidationException"],
        ["PutParameter", parameter("limits/a"), "ValidationException", "Parameter name must be a fully qualified name."],
        ["PutParameter", parameter("/limits/${run}/a", { AllowedPattern: "^[0-9]+$" }), "ParameterPatternMismatchException"],
        ["PutParameter", parameter("/limits/${run}", { Type: "SecureString", Overwrite: true }), "HierarchyTypeMismatchException"],
      ),
      call("ssm")("DeleteParameter", { Name: "/limits/${run}" }),
    ],
  },
  {
    title: "EventBridge: patterns, schedules and targets",
    steps: [
      call("events")("PutRule", { Name: "limits-${run}", EventPattern: pattern }),
      call("events")("PutTargets", targets({}, {}, {}, {}, {})),
      ...reject("events")(
        ["PutRule", { Name: "other-${run}", EventPattern: "{}" }, "InvalidEventPatternException"],
        ["PutRule", { Name: "other-${run}", EventPattern: '{"source":[{"color":"x"}]}' }, "InvalidEventPatternException"],
        ["PutRule", { Name: "other-${run}", ScheduleExpression: "rate(0 minutes)" }, "ValidationException"],
        [
          "PutRule",
          { Name: "other-${run}", ScheduleExpression: "cron(0 8 * * ? *)" },
          "ValidationException",
          "The sandbox does not support schedules with cron expressions yet.",
        ],
        [
          "PutTargets",
          targets({ InputTransformer: { InputTemplate: '"x"' } }),
          "ValidationException",
          "does not support input transformers yet",
        ],
        [
          "PutTargets",
          targets({ Arn: "arn:aws:kinesis:eu-central-1:111122223333:stream/x" }),
          "ValidationException",
          "does not support targets of the service 'kinesis' yet",
        ],
        ["PutTargets", targets({ Id: "sixth" }), "LimitExceededException", "The requested resource exceeds the maximum number allowed."],
        ["PutTargets", targets({ Id: "t" }, { Id: "t" }), "ValidationException"],
        ["PutTargets", targets({ Input: "{}", InputPath: "$.a" }), "ValidationException"],
        ["PutTargets", targets({ Input: "{" }), "ValidationException"],
      ),
      call("events")("RemoveTargets", { Rule: "limits-${run}", Ids: numbered(5, (i) => `t${i}`) }),
      call("events")("DeleteRule", { Name: "limits-${run}" }),
    ],
  },
  {
    title: "Route 53: values and names of records",
    steps: [
      ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" }, { save: { vpc: "Vpc.VpcId" } }),
      call("route53")(
        "CreateHostedZone",
        { Name: "${run}.example.com", CallerReference: "limits-${run}", VPC: { VPCRegion: "eu-central-1", VPCId: "${vpc}" } },
        { save: { zone: "HostedZone.Id" } },
      ),
      call("route53")("ChangeResourceRecordSets", records("CREATE", values("A", "10.0.0.1"))),
      ...reject("route53")(
        [
          "ChangeResourceRecordSets",
          records("CREATE", { ...values("CNAME", "b.example.com"), Name: "${run}.example.com" }),
          "InvalidChangeBatch",
        ],
        [
          "ChangeResourceRecordSets",
          records("CREATE", values("CNAME", "b.example.com")),
          "InvalidChangeBatch",
          "[RRSet of type CNAME with DNS name a.${run}.example.com. is not permitted as it conflicts with other records",
        ],
        ["ChangeResourceRecordSets", records("UPSERT", values("A", "x")), "InvalidChangeBatch", "Value is not a valid IPv4 address"],
        ["ChangeResourceRecordSets", records("UPSERT", values("TXT", "x")), "InvalidChangeBatch", "Value should be in quotation marks"],
        [
          "ChangeResourceRecordSets",
          records("UPSERT", values("A", "10.0.0.1", "10.0.0.1")),
          "InvalidChangeBatch",
          "Duplicate Resource Record",
        ],
        ["ChangeResourceRecordSets", records("UPSERT", { ...values("A", "10.0.0.1"), TTL: undefined }), "InvalidInput"],
        [
          "ChangeResourceRecordSets",
          records("DELETE", values("A", "10.0.0.2")),
          "InvalidChangeBatch",
          "but the values provided do not match the current values",
        ],
        ["ChangeResourceRecordSets", records("DELETE", values("AAAA", "::1")), "InvalidChangeBatch", "but it was not found"],
      ),
      call("route53")("ChangeResourceRecordSets", records("DELETE", values("A", "10.0.0.1"))),
      call("route53")("DeleteHostedZone", { Id: "${zone}" }),
      ec2("DeleteVpc", { VpcId: "${vpc}" }),
    ],
  },
  {
    title: "CloudWatch, Budgets, Resource Groups, SageMaker and STS",
    steps: [
      ...reject("cloudwatch")(
        [
          "PutMetricAlarm",
          { ...alarm, AlarmActions: [`arn:aws:sns:us-east-1:${account}:x`] },
          "ValidationError",
          "Invalid region us-east-1 specified. Only eu-central-1 is supported.",
        ],
        [
          "PutMetricAlarm",
          { ...alarm, AlarmActions: [`arn:aws-cn:sns:eu-central-1:${account}:x`] },
          "ValidationError",
          "Invalid partition aws-cn specified. Only aws is supported.",
        ],
      ),
      ...reject("budgets")(
        ...["a:b", "a\\b", "a/action/b", "<script>a</script>"].map(
          (BudgetName): Rejection => [
            "CreateBudget",
            {
              AccountId: account,
              Budget: { BudgetName, BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "1", Unit: "USD" } },
            },
            "InvalidParameterException",
          ],
        ),
        [
          "CreateBudget",
          {
            AccountId: account,
            Budget: { BudgetName: "limits-${run}", BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "1", Unit: "USD" } },
            NotificationsWithSubscribers: numbered(11, (i) => ({
              Notification: { NotificationType: "ACTUAL", ComparisonOperator: "GREATER_THAN", Threshold: i + 1 },
              Subscribers: [{ SubscriptionType: "EMAIL", Address: "a@example.com" }],
            })),
          },
          "InvalidParameterException",
        ],
      ),
      ...reject("resource-groups")([
        "CreateGroup",
        {
          Name: "limits-${run}",
          ResourceQuery: { Type: "TAG_FILTERS_1_0", Query: '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[]}' },
          Tags: Object.fromEntries(numbered(51, (i) => [`k${i}`, "v"])),
        },
        "BadRequestException",
      ]),
      ...reject("sagemaker")([
        "CreateNotebookInstanceLifecycleConfig",
        { NotebookInstanceLifecycleConfigName: "limits-${run}", OnStart: [{ Content: "not base64!" }] },
        "ValidationException",
      ]),
      ...reject("sts")([
        "AssumeRole",
        { RoleArn: "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole", RoleSessionName: "limits", DurationSeconds: 7200 },
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      ]),
    ],
  },
];
