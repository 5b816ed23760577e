// The lookup results for the wiring tables: one existing resource of each kind that a setting can reference.
import { type FeatureName } from "@cloister/components/network/catalogue";
import { endpointsOf } from "@cloister/components/network/endpoints";
import { subnetRanges } from "@cloister/components/network/subnets";
import { deployer, HUB, type MockOptions, REGION } from "../../helpers/mocks";

const boundary = `arn:aws:iam::${HUB}:policy/hub-boundary`;
/** An existing role. The lookups find every role with this path. */
export const role = (name: string, account = HUB) => `arn:aws:iam::${account}:role/bank/${name}`;
export const user = (name: string) => `arn:aws:iam::${HUB}:user/${name}`;
export const samlProvider = (name: string) => `arn:aws:iam::${HUB}:saml-provider/${name}`;
/** Both ARN formats of the role of a permission set. An expected change matches either format. */
export const permissionSet = (name: string) =>
  `arn:aws:iam::${HUB}:role/aws-reserved/sso.amazonaws.com/{,*/}AWSReservedSSO_${name}_????????????????`;
export const key = (name: string) => `arn:aws:kms:${REGION}:${HUB}:key/${name}`;

/** The interface endpoints of features. An expected change matches any of them. */
export const interfaceEndpoints = (...features: FeatureName[]) => `{${[...new Set(features.flatMap(endpointsOf))].join()}}`;

export const vpcId = "vpc-0123456789abcdef0";
export const otherVpcId = "vpc-0123456789abcdef1";
/** Subnets of the existing VPC in the first two Availability Zones, and one in the third. */
export const subnetIds = ["subnet-00000000000000001", "subnet-00000000000000002"];
export const thirdSubnetId = "subnet-00000000000000003";
/** A subnet in the third Availability Zone with a default route to a firewall. */
export const firewalledSubnetId = "subnet-00000000000000004";
export const firewallId = "vpce-0123456789abcdefa";
/** Endpoints of a central network. All subnets have a route to their range. */
export const centralEndpoints = { vpcId: "vpc-0123456789abcdefc", cidrs: ["10.63.0.0/20"] };
export const acceptedPaths = Object.fromEntries([centralEndpoints.vpcId, otherVpcId].map((id) => [id, "endpoints of the network team"]));
/** S3 gateway endpoints of the existing VPC. */
export const s3EndpointId = "vpce-0123456789abcdef0";
export const otherS3EndpointId = "vpce-0123456789abcdef1";

const zones = ["a", "b", "c", "c"].map((letter) => REGION + letter);
const subnets = [...subnetIds, thirdSubnetId, firewalledSubnetId];

/** Jobs must not run under the role for pipelines. */
const pipelineOnly = { ArnLike: { "aws:SourceArn": `arn:aws:sagemaker:${REGION}:${HUB}:pipeline/*` } };
/** The sessions of team leads have the names of users. */
const usersOnly = {
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: HUB },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:RoleSessionName": "${aws:username}" } },
    },
  ],
};
const servicesOnly = (name: string) => ({
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: ["sagemaker.amazonaws.com", "vpc-flow-logs.amazonaws.com"] },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      ...(name.startsWith("Pipeline") && { Condition: pipelineOnly }),
    },
  ],
});

const trustOf = (name: string) => (/^(Team)?Leads?$/.test(name) ? usersOnly : servicesOnly(name));

/** An endpoint policy that allows only resources of the account. */
export const s3EndpointPolicy = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*", Condition: { StringEquals: { "aws:ResourceAccount": HUB } } }],
});

export const lookups: NonNullable<MockOptions["answers"]> = {
  getRole: ({ name }) =>
    name === "Deployer"
      ? { arn: deployer(HUB) }
      : { arn: role(String(name)), assumeRolePolicy: JSON.stringify(trustOf(String(name))), permissionsBoundary: boundary },
  getUser: ({ userName }) => ({ arn: user(String(userName)), tags: { "cloister:role": "data-scientist" } }),
  getSamlProvider: ({ arn }) => ({ arn }),
  getRoles: () => ({ names: ["Scientists", "Leads", "Keepers", "Others"].map((set) => `AWSReservedSSO_${set}_0123456789abcdef`) }),
  getBucket: ({ bucket }) => ({ bucket, bucketRegion: REGION }),
  getBucketPolicy: () => ({}),
  getDetector: () => undefined,
  getServiceQuota: ({ serviceCode }) => (["codebuild", "lambda"].includes(String(serviceCode)) ? { value: 1000 } : undefined),
  getKey: () => ({ keyState: "Enabled", keyUsage: "ENCRYPT_DECRYPT", keySpec: "SYMMETRIC_DEFAULT", keyManager: "CUSTOMER" }),
  getVpc: ({ id }) => ({
    id,
    cidrBlockAssociations: [{ cidrBlock: "10.64.0.0/16", state: "associated" }],
    enableDnsSupport: true,
    enableDnsHostnames: true,
    instanceTenancy: "default",
  }),
  getSubnets: () => ({ ids: [] }),
  getSubnet: ({ id }) => {
    const index = subnets.indexOf(String(id));
    return {
      id,
      vpcId,
      availabilityZone: zones[index],
      cidrBlock: `10.64.${4 * index}.0/22`,
      availableIpAddressCount: 900,
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tags: {},
    };
  },
  getRouteTable: ({ subnetId }) => ({
    routeTableId: subnetId ? `rtb-${String(subnetId).slice(-1)}` : "rtb-main",
    routes: [
      { cidrBlock: "10.63.0.0/16", transitGatewayId: "tgw-0123456789abcdef0" },
      ...(subnetId === firewalledSubnetId ? [{ cidrBlock: "0.0.0.0/0", vpcEndpointId: firewallId }] : []),
    ],
  }),
  getVpcEndpoint: ({ id }) =>
    id === undefined
      ? undefined
      : {
          id,
          vpcId,
          vpcEndpointType: "Gateway",
          serviceName: `com.amazonaws.${REGION}.s3`,
          routeTableIds: subnets.map((subnet) => `rtb-${subnet.slice(-1)}`),
          policy: s3EndpointPolicy,
        },
  getInternetGateway: () => undefined,
  getInstances: () => ({ arns: ["arn:aws:sso:::instance/ssoins-0123456789abcdef"] }),
  getSecurityGroup: ({ id }) => ({ id, vpcId }),
  getImage: () => ({}),
  getFunction: () => undefined,
  getPrefixList: () => ({ id: "pl-s3" }),
  getZone: () => ({ zoneId: "Z1" }),
};

/** Lookup results that differ after the deployment of a network: its VPC, its subnets in the first two zones, and its endpoint for STS. */
export function deployedNetwork(name: string, cidr: string, identifyingTags: Record<string, string>): NonNullable<MockOptions["answers"]> {
  const tags = (role: string) => ({ ...identifyingTags, Name: `${name}-${role}` });
  const found = subnetRanges(cidr)
    .private.slice(0, 2)
    .map((cidrBlock, i) => ({ id: `subnet-${i}`, zone: zones[i]!, cidrBlock }));
  const vpc = `vpc-${name}-vpc`;
  return {
    getVpcs: () => ({ ids: [vpc] }),
    getSubnets: () => ({ ids: found.map(({ id }) => id) }),
    getSubnet: ({ id }) => {
      const { zone, cidrBlock } = found.find((subnet) => subnet.id === id)!;
      return { id, vpcId: vpc, availabilityZone: zone, cidrBlock, availableIpAddressCount: 900, tags: tags(zone) };
    },
    getVpcEndpoint: ({ serviceName }) =>
      serviceName === `com.amazonaws.${REGION}.sts` ? { id: "vpce-sts", privateDnsEnabled: true, tags: tags("sts") } : undefined,
  };
}

/** A trail of the organization that records management events and objects. */
export const organizationTrail: NonNullable<MockOptions["answers"]> = {
  "cloudtrail:DescribeTrails": () => ({
    trailList: [
      {
        Name: "organization",
        TrailARN: `arn:aws:cloudtrail:${REGION}:${HUB}:trail/organization`,
        IsMultiRegionTrail: true,
        LogFileValidationEnabled: true,
        KmsKeyId: key("trail"),
        CloudWatchLogsLogGroupArn: `arn:aws:logs:${REGION}:${HUB}:log-group:organization:*`,
      },
    ],
  }),
  "cloudtrail:GetTrailStatus": () => ({ IsLogging: true }),
  "cloudtrail:GetEventSelectors": () => ({
    AdvancedEventSelectors: [
      { FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
      {
        FieldSelectors: [
          { Field: "eventCategory", Equals: ["Data"] },
          { Field: "resources.type", Equals: ["AWS::S3::Object"] },
        ],
      },
    ],
  }),
};

/** Analyzers that another creator created. */
export const otherAnalyzers: NonNullable<MockOptions["answers"]> = {
  "access-analyzer:GET /analyzer": () => ({
    analyzers: [
      { name: "bank", type: "ACCOUNT" },
      { name: "bank-unused", type: "ACCOUNT_UNUSED_ACCESS" },
    ],
  }),
};

/** A detector that another creator created. */
export const otherDetector: NonNullable<MockOptions["answers"]> = {
  getDetector: () => ({ id: "12abc34d567e8fa901bc2d34e56789f0", tags: {} }),
};

/** An account that does not use AWS Security Hub. */
export const noSecurityHub: NonNullable<MockOptions["answers"]> = {
  "securityhub:GET /accounts": () => ({ __type: "InvalidAccessException", message: "not subscribed to AWS Security Hub" }),
};

/** An account that uses AWS Security Hub and Amazon Macie. */
export const otherSecurityServices: NonNullable<MockOptions["answers"]> = {
  "macie2:GET /macie": () => ({ status: "ENABLED" }),
};

/** The recorder of an organization. */
export const organizationRecorder: NonNullable<MockOptions["answers"]> = {
  "config:DescribeConfigurationRecorders": () => ({
    ConfigurationRecorders: [{ name: "organization", recordingGroup: { allSupported: true } }],
  }),
  "config:DescribeConfigurationRecorderStatus": () => ({ ConfigurationRecordersStatus: [{ name: "organization", recording: true }] }),
  "config:DescribeDeliveryChannels": () => ({ DeliveryChannels: [{ name: "organization" }] }),
};
