// The changes by each setting of a core stack.
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { HUB } from "../../helpers/mocks";
import { endpointPolicyRows } from "./endpoint-rows";
import { deployedNetwork, interfaceEndpoints, lookups, permissionSet, role, samlProvider, user } from "./lookups";
import { type Row, type Table } from "./table";

const endpoints = interfaceEndpoints("studio", "jobs");
/** The VPC for shared endpoints. */
const shared = { network: {} };
const addedZone = [
  "+ Subnet subnet-eu-central-1c",
  "+ RouteTableAssociation routes-of-eu-central-1c",
  `VpcEndpoint ${endpoints}: subnetIds + subnet-hub-subnet-eu-central-1c`,
  "NetworkAcl acl: subnetIds + subnet-hub-subnet-eu-central-1c",
];

const rows: Record<string, Row | Row[]> = {
  owner: { to: "other@bank.example", renames: { "owner@bank.example": "other@bank.example" }, changes: [] },
  alertEmails: { to: ["a@bank.example", "b@bank.example"], changes: ["+ TopicSubscription alerts-to-{a@bank.example,b@bank.example}"] },
  "people.signIn": [
    {
      to: "saml",
      with: { people: { samlProviderArn: samlProvider("bank") } },
      changes: [
        `Role ds-admin: assumeRolePolicy.People.Principal.AWS - arn:aws:iam::${HUB}:root`,
        "Role ds-admin: assumeRolePolicy.People.Action - sts:AssumeRole",
        "Role ds-admin: assumeRolePolicy.People.Action + {sts:AssumeRoleWithSAML,sts:TagSession}",
        "Role ds-admin: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:username}",
        `Role ds-admin: assumeRolePolicy.People.Principal.Federated + ${samlProvider("bank")}`,
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.SAML:aud + https://signin.aws.amazon.com/saml",
      ],
    },
    {
      to: "identity-center",
      with: { people: { permissionSets: { "data-science-administrator": "Leads" } } },
      changes: [
        "Role ds-admin: assumeRolePolicy.People.Condition.Bool.aws:MultiFactorAuthPresent - true",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:username}",
        "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + ${aws:PrincipalTag/userName}",
        `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Leads")}`,
      ],
    },
    {
      to: "none",
      changes: [
        "- Administrator hub",
        "- Role ds-admin",
        "- RolePolicy ds-admin-policy",
        "outputs: administrators.data-science-administrator.{arn,name,switchRoleUrl} unset",
      ],
    },
  ],
  "people.network": [
    {
      to: "anywhere",
      changes: ["RolePolicy ds-admin-policy: policy + {SeeWork,ListWork,ReadLogs,ReadMetrics}", "Policy boundary: policy - ReadInside"],
    },
    {
      from: "anywhere",
      to: "vpc",
      changes: ["RolePolicy ds-admin-policy: policy - {SeeWork,ListWork,ReadLogs,ReadMetrics}", "Policy boundary: policy + ReadInside"],
    },
  ],
  "people.users.data-science-administrator": {
    to: [user("ana")],
    changes: [`Role ds-admin: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + ${user("ana")}`],
  },
  "people.userArns": {
    to: [user("ana"), user("bo")],
    changes: [`Role ds-admin: assumeRolePolicy.People.Condition.ArnEquals.aws:PrincipalArn + {${user("ana")},${user("bo")}}`],
  },
  "people.samlProviderArn": {
    with: { people: { signIn: "saml" } },
    from: samlProvider("bank"),
    to: samlProvider("other"),
    changes: [
      `Role ds-admin: assumeRolePolicy.People.Principal.Federated - ${samlProvider("bank")}`,
      `Role ds-admin: assumeRolePolicy.People.Principal.Federated + ${samlProvider("other")}`,
    ],
  },
  "people.permissionSets.data-science-administrator": {
    with: { people: { signIn: "identity-center" } },
    from: "Leads",
    to: "Others",
    changes: [
      `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn - ${permissionSet("Leads")}`,
      `Role ds-admin: assumeRolePolicy.People.Condition.ArnLike.aws:PrincipalArn + ${permissionSet("Others")}`,
    ],
  },
  "people.personAttribute": {
    with: { people: { signIn: "identity-center", permissionSets: { "data-science-administrator": "Leads" } } },
    to: "email",
    changes: [
      "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName - ${aws:PrincipalTag/userName}",
      "Role ds-admin: assumeRolePolicy.People.Condition.StringEquals.sts:RoleSessionName + ${aws:PrincipalTag/email}",
    ],
  },
  "people.sessionHours": { to: 3, changes: ["Role ds-admin: maxSessionDuration = 10800"] },
  keyDeletionDays: { to: 11, changes: ["Key hub-key: deletionWindowInDays = 11"] },
  keyRotationDays: { to: 99, changes: ["Key hub-key: rotationPeriodInDays = 99"] },
  tags: {
    to: { "cost-center": "4711" },
    changes: ["{Policy boundary,Key hub-key,Bucket logs-bucket,Role ds-admin,Topic alerts}: tags.cost-center = 4711"],
  },
  purge: {
    with: { confirmPurge: "hub" },
    to: true,
    changes: [
      "Key hub-key: (retainOnDelete) = false",
      "Bucket logs-bucket: forceDestroy = true",
      "Bucket logs-bucket: (retainOnDelete) = false",
      "BucketOwnershipControls logs-owner: (retainOnDelete) = false",
      "BucketPublicAccessBlock logs-private: (retainOnDelete) = false",
      "BucketVersioning logs-versions: (retainOnDelete) = false",
      "BucketServerSideEncryptionConfiguration logs-encryption: (retainOnDelete) = false",
      "BucketPolicy logs-policy: (retainOnDelete) = false",
    ],
  },
  confirmPurge: {
    about: "A confirmation that the preflight compares with the name of the stack.",
    with: { purge: true },
    from: "hub",
    to: "other",
    rejected: "'cloister-core:confirmPurge' must be 'hub' because 'cloister-core:purge' is true (got 'other')",
  },
  network: {
    to: {},
    changes: ["+ EndpointHub hub", "+ *", "outputs: central*"],
  },
  "network.cidr": {
    with: shared,
    to: "10.70.0.0/20",
    changes: [
      "Vpc vpc: cidrBlock = 10.70.0.0/20",
      "Subnet subnet-eu-central-1a: cidrBlock = 10.70.0.0/22",
      "Subnet subnet-eu-central-1b: cidrBlock = 10.70.4.0/22",
      "outputs: centralCidr = 10.70.0.0/20",
    ],
  },
  "network.zoneIds": [
    { with: shared, to: ["euc1-az3", "euc1-az2", "euc1-az1"], changes: addedZone },
    {
      with: shared,
      to: ["euc1-az3", "euc1-az1"],
      lookups: deployedNetwork("hub", "10.63.0.0/20", { "cloister:component": "core" }),
      rejected: "'cloister-core:network.zoneIds' must contain euc1-az2, where the network has subnets",
    },
  ],
  "network.zones": { with: shared, to: 3, changes: addedZone },
  "network.features": {
    with: shared,
    to: ["studio", "jobs", "secrets"],
    changes: [
      "+ Zone secretsmanager.eu-central-1.amazonaws.com",
      "+ VpcEndpoint secretsmanager",
      "+ Record secretsmanager.eu-central-1.amazonaws.com",
      "ResolverFirewallDomainList dns-allowed: domains + secretsmanager.eu-central-1.amazonaws.com.",
      "outputs: centralEndpoints + secretsmanager",
      "outputs: centralZoneIds.secretsmanager.eu-central-1.amazonaws.com.zoneId = Z-hub-secretsmanager.eu-central-1.amazonaws.com",
    ],
  },
  "network.endpoints.add": {
    with: shared,
    to: ["xray"],
    changes: [
      "+ Zone xray.eu-central-1.amazonaws.com",
      "+ VpcEndpoint xray",
      "+ Record xray.eu-central-1.amazonaws.com",
      "ResolverFirewallDomainList dns-allowed: domains + xray.eu-central-1.amazonaws.com.",
      "outputs: centralEndpoints + xray",
      "outputs: centralZoneIds.xray.eu-central-1.amazonaws.com.zoneId = Z-hub-xray.eu-central-1.amazonaws.com",
    ],
  },
  "network.endpoints.omit": [
    {
      with: shared,
      to: ["ssm"],
      changes: [
        "- Zone ssm.eu-central-1.amazonaws.com",
        "- VpcEndpoint ssm",
        "- Record ssm.eu-central-1.amazonaws.com",
        "outputs: centralEndpoints - ssm",
        "outputs: centralZoneIds.ssm.eu-central-1.amazonaws.com.zoneId unset",
      ],
    },
    {
      with: shared,
      to: ["sts"],
      rejected: "'cloister-core:network.endpoints.omit' must not contain 'sts', which the feature 'studio' requires",
    },
  ],
  ...endpointPolicyRows({ features: ["studio", "jobs"], account: HUB, s3: "all-buckets" }),
  "network.flowLogRetentionDays": { with: shared, to: 30, changes: ["LogGroup {flow-logs,dns-queries}: retentionInDays = 30"] },
  "network.flowLogTraffic": [
    { with: shared, to: "ACCEPT", changes: ["FlowLog flow-log: trafficType = ACCEPT"] },
    { with: shared, to: "REJECT", changes: ["FlowLog flow-log: trafficType = REJECT"] },
  ],
  "network.flowLogInterval": { with: shared, to: 600, changes: ["FlowLog flow-log: maxAggregationInterval = 600"] },
  "network.flowLogFormat": { with: shared, to: "${srcaddr} ${action}", changes: ["FlowLog flow-log: logFormat = ${srcaddr} ${action}"] },
  "network.flowLogRoleArn": {
    with: shared,
    to: role("FlowLogs"),
    changes: ["- Role flow-logs-role", "- RolePolicy flow-logs-policy", `FlowLog flow-log: iamRoleArn = ${role("FlowLogs")}`],
  },
};

export const core: Table = {
  project: "cloister-core",
  folder: "core",
  schema: coreSettings.extend(standaloneCoreSettings),
  stack: "hub",
  prefix: "hub",
  base: { owner: "owner@bank.example" },
  mocks: { answers: lookups },
  rows,
};
