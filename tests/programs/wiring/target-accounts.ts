// The changes by each setting of a stage of target accounts.
import { targetSettings } from "@cloister/target-accounts/settings";
import { deployer, HUB, REGION } from "../../helpers/mocks";
import { environmentOutputs } from "../example-target-accounts";
import { endpointPolicyRows } from "./endpoint-rows";
import {
  acceptedPaths,
  centralEndpoints,
  deployedNetwork,
  firewalledSubnetId,
  firewallId,
  interfaceEndpoints,
  lookups,
  otherS3EndpointId,
  otherVpcId,
  role,
  s3EndpointId,
  subnetIds,
  thirdSubnetId,
  vpcId,
} from "./lookups";
import { type Row, type Table } from "./table";

const [first, second, third] = ["444455556666", "555566667777", "666677778888"] as const;

const endpoints = interfaceEndpoints("hosting");
/** Two accounts, the second with more settings. */
const accounts = (settings: object = {}) => ({ accounts: [{ id: first }, { id: second, ...settings }] });
const inVpc = { mode: "existing-vpc", vpcId, cidr: "10.64.64.0/20" };
const inSubnets = { mode: "existing-subnets", vpcId, subnetIds };
const block = { network: { dnsFirewall: "block" } };
const inFirstSubnets = { accounts: [{ id: first, ...inSubnets, acceptedPaths }], ...block };
const inCentral = { ...inFirstSubnets, network: { ...block.network, centralEndpoints } };
const mirror = {
  network: { features: ["hosting", "mirror"], mirrorServiceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef0` },
};

const addedZone = [
  `+ RouteTable ${first}-routes-eu-central-1c`,
  `+ Subnet ${first}-subnet-eu-central-1c`,
  `+ RouteTableAssociation ${first}-routes-of-eu-central-1c`,
  `NetworkAcl ${first}-acl: subnetIds + subnet-fraud-dev-staging-${first}-subnet-eu-central-1c`,
  `RolePolicy ${first}-model-policy: policy.MakeInterfaces.Resource + arn:aws:ec2:eu-central-1:${first}:subnet/subnet-fraud-dev-staging-${first}-subnet-eu-central-1c`,
  `VpcEndpoint ${first}-${endpoints}: subnetIds + subnet-fraud-dev-staging-${first}-subnet-eu-central-1c`,
  `VpcEndpoint ${first}-s3: routeTableIds + fraud-dev-staging-${first}-routes-eu-central-1c-id`,
  `Parameter registry-${first}: value.subnetIds = *,subnet-fraud-dev-staging-${first}-subnet-eu-central-1c`,
  `outputs: accounts.${first}.subnetIds = *,subnet-fraud-dev-staging-${first}-subnet-eu-central-1c`,
];

const rows: Record<string, Row | Row[]> = {
  environmentStack: { to: "risk-dev", renames: { fraud: "risk" }, changes: [] },
  stage: { to: "prod", renames: { staging: "prod" }, changes: [] },
  owner: { to: "other@bank.example", renames: { "owner@bank.example": "other@bank.example" }, changes: [] },
  tags: { to: { "cost-center": "4711" }, changes: ["*: tags.cost-center = 4711"] },
  purge: {
    with: { confirmPurge: "fraud-dev-staging" },
    to: true,
    changes: [
      `Bucket ${first}-models-bucket: forceDestroy = true`,
      `Bucket ${first}-models-bucket: (retainOnDelete) = false`,
      `Key ${first}-models-key: (retainOnDelete) = false`,
      `BucketOwnershipControls ${first}-models-owner: (retainOnDelete) = false`,
      `BucketPublicAccessBlock ${first}-models-private: (retainOnDelete) = false`,
      `BucketVersioning ${first}-models-versions: (retainOnDelete) = false`,
      `BucketServerSideEncryptionConfiguration ${first}-models-encryption: (retainOnDelete) = false`,
      `BucketLifecycleConfiguration ${first}-models-lifecycle: (retainOnDelete) = false`,
      `BucketPolicy ${first}-models-policy: (retainOnDelete) = false`,
    ],
  },
  confirmPurge: {
    about: "A confirmation that the preflight compares with the name of the stage.",
    with: { purge: true },
    from: "fraud-dev-staging",
    to: "other",
    rejected:
      "'cloister-target-accounts:confirmPurge' must be 'fraud-dev-staging' because 'cloister-target-accounts:purge' is true (got 'other')",
  },
  keyDeletionDays: { to: 11, changes: [`Key ${first}-models-key: deletionWindowInDays = 11`] },
  keyRotationDays: { to: 99, changes: [`Key ${first}-models-key: rotationPeriodInDays = 99`] },
  deployRoleName: {
    about:
      "The role that the provider assumes. With a role that `cloister bootstrap` did not create, Cloister creates the permissions boundary.",
    to: "ci/Deploy",
    lookups: {
      getSessionContext: ({ arn }) => ({
        arn,
        issuerArn: String(arn).includes(first) ? `arn:aws:iam::${first}:role/ci/Deploy` : deployer(HUB),
        issuerName: "Deploy",
      }),
    },
    changes: [
      `+ Boundary ${first}`,
      `+ Policy ${first}-boundary`,
      `aws account-${first}: assumeRoles[0].roleArn = arn:aws:iam::${first}:role/ci/Deploy`,
      ...[`- ${deployer(first)}`, `+ arn:aws:iam::${first}:role/ci/Deploy`].flatMap((change) => [
        `Key ${first}-models-key: policy.{DeployThroughServices,DeployByGrantsForAws}.Condition.ArnLike.aws:PrincipalArn ${change}`,
        `BucketPolicy ${first}-models-policy: policy.{OnlyThroughOurNetwork,OnlyOurRoles}.Condition.ArnNotLikeIfExists.aws:PrincipalArn ${change}`,
      ]),
      `Parameter registry-${first}: value.deployRoleArn = arn:aws:iam::${first}:role/ci/Deploy`,
      `outputs: accounts.${first}.deployRoleArn = arn:aws:iam::${first}:role/ci/Deploy`,
      `Role ${first}-{model,flow-logs-role}: permissionsBoundary = arn:aws:iam::${first}:policy/fraud-dev-staging-${first}-boundary`,
    ],
  },
  externalId: { to: "bank", changes: [`aws account-${first}: assumeRoles[0].externalId = bank`] },
  permissionsBoundaryName: [
    {
      with: { deployRoleName: "ci/Deploy" },
      to: "bank/Boundary",
      changes: [
        `- Boundary ${first}`,
        `- Policy ${first}-boundary`,
        `Role ${first}-{model,flow-logs-role}: permissionsBoundary = arn:aws:iam::${first}:policy/bank/Boundary`,
      ],
    },
    {
      to: "bank/Boundary",
      rejected:
        "'cloister-target-accounts:permissionsBoundaryName' is not supported without deployRoleName (got 'bank/Boundary'), because the role of cloister bootstrap creates roles only with the permissions boundary of that command",
    },
  ],
  accounts: {
    about: "Every resource of an account, and its registration. Another row shows that the resources equal those of a third account.",
    to: [{ id: first }, { id: second }],
    changes: [`+ * ${second}*`, `+ aws account-${second}`, `+ Parameter registry-${second}`, `outputs: accounts.${second}.*`],
  },
  "accounts[].id": { with: accounts(), to: third, renames: { [second]: third }, changes: [] },
  "accounts[].mode": [
    {
      with: { ...accounts(), ...block },
      to: "existing-vpc",
      requires: accounts(inVpc),
      renames: { [`vpc-fraud-dev-staging-${second}-vpc`]: vpcId },
      changes: [
        `- Vpc ${second}-vpc`,
        `- DefaultSecurityGroup ${second}-default-group`,
        `- DefaultNetworkAcl ${second}-default-acl`,
        `- FlowLog ${second}-flow-log`,
        `+ FlowLog ${second}-flow-log-eu-central-{1a,1b}`,
        `Subnet ${second}-subnet-eu-central-1a: cidrBlock = 10.64.64.0/22`,
        `Subnet ${second}-subnet-eu-central-1b: cidrBlock = 10.64.68.0/22`,
        `NetworkAcl ${second}-acl: egress[0].cidrBlock = 10.64.0.0/16`,
        `NetworkAcl ${second}-acl: ingress[0].cidrBlock = 10.64.0.0/16`,
      ],
    },
    {
      with: { ...accounts(), ...block },
      to: "existing-subnets",
      requires: accounts(inSubnets),
      renames: {
        [`vpc-fraud-dev-staging-${second}-vpc`]: vpcId,
        [`subnet-fraud-dev-staging-${second}-subnet-eu-central-1a`]: subnetIds[0]!,
        [`subnet-fraud-dev-staging-${second}-subnet-eu-central-1b`]: subnetIds[1]!,
      },
      changes: [
        `- Vpc ${second}-vpc`,
        `- RouteTable ${second}-routes-eu-central-{1a,1b}`,
        `- DefaultSecurityGroup ${second}-default-group`,
        `- Subnet ${second}-subnet-eu-central-{1a,1b}`,
        `- DefaultNetworkAcl ${second}-default-acl`,
        `- RouteTableAssociation ${second}-routes-of-eu-central-{1a,1b}`,
        `- NetworkAcl ${second}-acl`,
        `- FlowLog ${second}-flow-log`,
        `+ FlowLog ${second}-flow-log-eu-central-{1a,1b}`,
        `VpcEndpoint ${second}-s3: routeTableIds - {fraud-dev-staging-${second}-routes-eu-central-1a-id,fraud-dev-staging-${second}-routes-eu-central-1b-id}`,
        `VpcEndpoint ${second}-s3: routeTableIds + {rtb-1,rtb-2}`,
      ],
    },
  ],
  "accounts[].cidr": {
    with: accounts(),
    to: "10.70.0.0/20",
    changes: [
      `Vpc ${second}-vpc: cidrBlock = 10.70.0.0/20`,
      `Subnet ${second}-subnet-eu-central-1a: cidrBlock = 10.70.0.0/22`,
      `Subnet ${second}-subnet-eu-central-1b: cidrBlock = 10.70.4.0/22`,
      `NetworkAcl ${second}-acl: egress[0].cidrBlock = 10.70.0.0/20`,
      `NetworkAcl ${second}-acl: ingress[0].cidrBlock = 10.70.0.0/20`,
    ],
  },
  "accounts[].vpcId": { with: { ...accounts(inVpc), ...block }, to: otherVpcId, renames: { [vpcId]: otherVpcId }, changes: [] },
  "accounts[].subnetIds": {
    with: { ...accounts(inSubnets), ...block },
    to: [...subnetIds, thirdSubnetId],
    changes: [
      `+ FlowLog ${second}-flow-log-eu-central-1c`,
      `VpcEndpoint ${second}-${endpoints}: subnetIds + ${thirdSubnetId}`,
      `RolePolicy ${second}-model-policy: policy.MakeInterfaces.Resource + arn:aws:ec2:eu-central-1:${second}:subnet/${thirdSubnetId}`,
      `VpcEndpoint ${second}-s3: routeTableIds + rtb-3`,
      `Parameter registry-${second}: value.subnetIds = ${subnetIds.join()},${thirdSubnetId}`,
      `outputs: accounts.${second}.subnetIds = ${subnetIds.join()},${thirdSubnetId}`,
    ],
  },
  "accounts[].s3EndpointId": [
    {
      with: { ...accounts(inVpc), ...block },
      to: s3EndpointId,
      changes: [
        `- VpcEndpoint ${second}-s3`,
        `+ VpcEndpointRouteTableAssociation ${second}-s3-of-eu-central-{1a,1b}`,
        `BucketPolicy ${second}-models-policy: policy.OnlyThroughOurNetwork.Condition.StringNotEqualsIfExists.aws:SourceVpce - vpce-fraud-dev-staging-${second}-s3`,
        `BucketPolicy ${second}-models-policy: policy.OnlyThroughOurNetwork.Condition.StringNotEqualsIfExists.aws:SourceVpce + ${s3EndpointId}`,
        `SecurityGroupEgressRule ${second}-workload-to-s3: prefixListId = pl-s3`,
      ],
    },
    {
      with: { ...accounts(inSubnets), ...block },
      from: s3EndpointId,
      to: otherS3EndpointId,
      renames: { [s3EndpointId]: otherS3EndpointId },
      changes: [],
    },
  ],
  "accounts[].acceptedPaths": {
    with: { ...accounts({ ...inSubnets, subnetIds: [...subnetIds, firewalledSubnetId] }), ...block },
    from: { [firewallId]: "inspected by the network team" },
    to: {},
    rejected: `must not contain ${firewalledSubnetId}, whose route table rtb-4 routes 0.0.0.0/0 to an endpoint of a firewall`,
  },
  "accounts[].omitEndpoints": [
    { with: accounts(), to: ["monitoring"], changes: [`- VpcEndpoint ${second}-monitoring`] },
    {
      with: accounts(),
      to: ["logs"],
      rejected: "'cloister-target-accounts:accounts[1].omitEndpoints' must not contain 'logs', which the feature 'hosting' requires",
    },
  ],
  "network.zoneIds": [
    { to: ["euc1-az3", "euc1-az2", "euc1-az1"], changes: addedZone },
    {
      to: ["euc1-az3", "euc1-az1"],
      lookups: deployedNetwork(`fraud-dev-staging-${first}`, "10.80.0.0/20", { "cloister:environment": "fraud-dev" }),
      rejected: "'cloister-target-accounts:network.zoneIds' must contain euc1-az2, where the network has subnets",
    },
  ],
  "network.zones": { to: 3, changes: addedZone },
  "network.egress": {
    to: "nat",
    changes: [
      `+ Eip ${first}-nat-eu-central-{1a,1b}`,
      `+ InternetGateway ${first}-internet`,
      `+ RouteTable ${first}-public-routes`,
      `+ Subnet ${first}-public-eu-central-{1a,1b}`,
      `+ RouteTableAssociation ${first}-public-routes-of-eu-central-{1a,1b}`,
      `+ Route ${first}-{public-route,nat-route-eu-central-1a,nat-route-eu-central-1b}`,
      `+ SecurityGroupEgressRule ${first}-workload-to-internet`,
      `+ NatGateway ${first}-nat-eu-central-{1a,1b}`,
      `+ NetworkAcl ${first}-public-acl`,
    ],
  },
  "network.features": {
    to: ["hosting", "bedrock"],
    changes: [
      `+ VpcEndpoint ${first}-bedrock-runtime`,
      `ResolverFirewallDomainList ${first}-dns-allowed: domains + bedrock-runtime.eu-central-1.amazonaws.com.`,
    ],
  },
  "network.endpoints.add": {
    to: ["xray"],
    changes: [`+ VpcEndpoint ${first}-xray`, `ResolverFirewallDomainList ${first}-dns-allowed: domains + xray.eu-central-1.amazonaws.com.`],
  },
  "network.endpoints.omit": [
    { to: ["monitoring"], changes: [`- VpcEndpoint ${first}-monitoring`] },
    {
      to: ["logs"],
      rejected: "'cloister-target-accounts:network.endpoints.omit' must not contain 'logs', which the feature 'hosting' requires",
    },
  ],
  "network.centralEndpoints": {
    about: "Every condition on the network also allows the VPC of the central endpoints.",
    with: inFirstSubnets,
    to: centralEndpoints,
    renames: { [`"aws:SourceVpc":["${vpcId}"]`]: `"aws:SourceVpc":["${vpcId}","${centralEndpoints.vpcId}"]` },
    changes: [`- VpcEndpoint ${first}-${endpoints}`, `+ SecurityGroupEgressRule ${first}-workload-to-central-endpoints-1`],
  },
  "network.centralEndpoints.vpcId": { with: inCentral, to: otherVpcId, renames: { [centralEndpoints.vpcId]: otherVpcId }, changes: [] },
  "network.centralEndpoints.cidrs": {
    with: inCentral,
    to: ["10.63.16.0/20"],
    changes: [`SecurityGroupEgressRule ${first}-workload-to-central-endpoints-1: cidrIpv4 = 10.63.16.0/20`],
  },
  "network.centralEndpoints.names": {
    with: inCentral,
    to: ["sts", "logs"],
    changes: [`+ VpcEndpoint ${first}-{sagemaker-runtime,monitoring}`],
  },
  "network.mirrorServiceName": {
    with: mirror,
    to: `com.amazonaws.vpce.${REGION}.vpce-svc-0123456789abcdef1`,
    changes: [`VpcEndpoint ${first}-mirror: serviceName = com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef1`],
  },
  "network.mirrorHost": {
    with: mirror,
    to: "pypi.bank.example",
    changes: [
      `- Zone ${first}-packages.fraud-dev-staging-${first}.cloister.internal`,
      `- Record ${first}-packages.fraud-dev-staging-${first}.cloister.internal`,
      `+ Zone ${first}-pypi.bank.example`,
      `+ Record ${first}-pypi.bank.example`,
      `ResolverFirewallDomainList ${first}-dns-allowed: domains - packages.fraud-dev-staging-${first}.cloister.internal.`,
      `ResolverFirewallDomainList ${first}-dns-allowed: domains + pypi.bank.example.`,
    ],
  },
  ...endpointPolicyRows({
    features: ["hosting"],
    account: first,
    prefix: `${first}-`,
    s3: "own-buckets",
    pullers: `${first}-model-policy`,
  }),
  "network.dnsFirewall": [
    {
      to: "alert",
      changes: [`ResolverFirewallRule ${first}-dns-rest: action = ALERT`, `ResolverFirewallRule ${first}-dns-rest: blockResponse unset`],
    },
    {
      to: "off",
      changes: [
        `- ResolverFirewallRuleGroup ${first}-dns`,
        `- ResolverFirewallDomainList ${first}-dns-{rest,allowed}`,
        `- ResolverFirewallConfig ${first}-dns-closed`,
        `- ResolverFirewallRule ${first}-dns-{rest,allowed}`,
        `- ResolverFirewallRuleGroupAssociation ${first}-dns`,
      ],
    },
    {
      with: { ...accounts(inVpc), ...block },
      to: "alert",
      changes: [
        `ResolverFirewallRule {${first},${second}}-dns-rest: action = ALERT`,
        `ResolverFirewallRule {${first},${second}}-dns-rest: blockResponse unset`,
      ],
    },
  ],
  "network.allowedDomains": {
    to: ["pypi.bank.example"],
    changes: [`ResolverFirewallDomainList ${first}-dns-allowed: domains + pypi.bank.example.`],
  },
  "network.flowLogRetentionDays": { to: 30, changes: [`LogGroup ${first}-{flow-logs,dns-queries}: retentionInDays = 30`] },
  "network.flowLogTraffic": [
    { to: "ACCEPT", changes: [`FlowLog ${first}-flow-log: trafficType = ACCEPT`] },
    { to: "REJECT", changes: [`FlowLog ${first}-flow-log: trafficType = REJECT`] },
  ],
  "network.flowLogInterval": { to: 600, changes: [`FlowLog ${first}-flow-log: maxAggregationInterval = 600`] },
  "network.flowLogFormat": { to: "${srcaddr} ${action}", changes: [`FlowLog ${first}-flow-log: logFormat = \${srcaddr} \${action}`] },
  "network.flowLogRoleArn": {
    to: role("FlowLogs", first),
    changes: [
      `- Role ${first}-flow-logs-role`,
      `- RolePolicy ${first}-flow-logs-policy`,
      `FlowLog ${first}-flow-log: iamRoleArn = ${role("FlowLogs", first)}`,
    ],
  },
  "network.dhcp": {
    to: { domainName: "bank.example" },
    changes: [`+ VpcDhcpOptions ${first}-dhcp`, `+ VpcDhcpOptionsAssociation ${first}-dhcp`],
  },
  "network.dhcp.domainName": {
    with: { network: { dhcp: { domainName: "bank.example" } } },
    to: "ml.bank.example",
    changes: [`VpcDhcpOptions ${first}-dhcp: domainName = ml.bank.example`],
  },
};

export const targetAccounts: Table = {
  project: "cloister-target-accounts",
  folder: "target-accounts",
  schema: targetSettings,
  stack: "fraud-staging",
  prefix: "fraud-dev-staging",
  base: { environmentStack: "fraud-dev", stage: "staging", owner: "owner@bank.example", accounts: [{ id: first }] },
  mocks: {
    answers: {
      ...lookups,
      getRole: ({ name }) => ({ ...lookups.getRole!({ name }), arn: role(String(name), first) }),
    },
    stacks: {
      "organization/cloister-environment/fraud-dev": { outputs: environmentOutputs("fraud-dev") },
      "organization/cloister-environment/risk-dev": { outputs: environmentOutputs("risk-dev") },
    },
  },
  rows,
};
