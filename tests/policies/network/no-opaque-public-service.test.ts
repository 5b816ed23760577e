import { noOpaquePublicService } from "@cloister/policy-pack/rules/network/no-opaque-public-service";
import { UNKNOWN, UNKNOWN_BOOLEAN } from "../../helpers/evaluate";
import { type ResourceCase, testRule } from "../table";

const reported = (reason: RegExp | string) =>
  new RegExp(
    `^${typeof reason === "string" ? reason : reason.source}, so the service has a path to the internet without a route table\\. .* can be listed in policy setting 'allowedTypes'\\.$`,
  );
/** Types that are public by design. */
const byDesign = [
  "aws:amplify/app:App",
  "aws:apigatewayv2/api:Api",
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
  "aws:ecs/expressGatewayService:ExpressGatewayService",
  "aws:gamelift/fleet:Fleet",
  "aws:globalaccelerator/accelerator:Accelerator",
  "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:lightsail/containerService:ContainerService",
  "aws:lightsail/instance:Instance",
  "aws:verifiedaccess/endpoint:Endpoint",
];
/** Types with a flag that makes them public; the flag is false when it is not set. */
const flags: [type: string, path: string, inputs: (flag: unknown) => object][] = [
  ...[
    "aws:dms/replicationInstance:ReplicationInstance",
    "aws:docdb/clusterInstance:ClusterInstance",
    "aws:lightsail/database:Database",
    "aws:m2/environment:Environment",
    "aws:mq/broker:Broker",
    "aws:neptune/clusterInstance:ClusterInstance",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
    "aws:rds/shardGroup:ShardGroup",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
  ].map((type): [string, string, (flag: unknown) => object] => [type, "publiclyAccessible", (flag) => ({ publiclyAccessible: flag })]),
  ["aws:appstream/fleet:Fleet", "enableDefaultInternetAccess", (flag) => ({ enableDefaultInternetAccess: flag })],
  [
    "aws:workspaces/directory:Directory",
    "workspaceCreationProperties.enableInternetAccess",
    (flag) => ({ workspaceCreationProperties: { enableInternetAccess: flag } }),
  ],
];
/** Types with a value that makes them private. `missing` is the reason when it is not set; undefined when that is private. */
const values: { type: string; inputs: (value: unknown) => object; good: unknown[]; bad: [unknown, RegExp][]; missing?: RegExp }[] = [
  {
    type: "aws:apigateway/restApi:RestApi",
    inputs: (types) => ({ endpointConfiguration: { types } }),
    good: ["PRIVATE"],
    bad: [["REGIONAL", /endpointConfiguration\.types is "REGIONAL"/]],
    missing: /endpointConfiguration\.types is not set, which means "EDGE"/,
  },
  {
    type: "aws:apprunner/service:Service",
    inputs: (flag) => ({ networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: flag } } }),
    good: [false, "false"],
    bad: [[true, /networkConfiguration\.ingressConfiguration\.isPubliclyAccessible is "true"/]],
    missing: /networkConfiguration\..* is not set, which means true/,
  },
  {
    type: "aws:appsync/graphQLApi:GraphQLApi",
    inputs: (visibility) => ({ visibility }),
    good: ["PRIVATE"],
    bad: [["GLOBAL", /visibility is "GLOBAL"/]],
    missing: /visibility is not set, which means "GLOBAL"/,
  },
  {
    type: "aws:cloud9/environmentEC2:EnvironmentEC2",
    inputs: (connectionType) => ({ connectionType }),
    good: ["CONNECT_SSM"],
    bad: [["CONNECT_SSH", /connectionType is "CONNECT_SSH"/]],
    missing: /connectionType is not set, which means "CONNECT_SSH"/,
  },
  {
    type: "aws:eks/cluster:Cluster",
    inputs: (flag) => ({ vpcConfig: { subnetIds: [UNKNOWN], endpointPublicAccess: flag } }),
    good: [false],
    bad: [[true, /vpcConfig\.endpointPublicAccess is "true"/]],
    missing: /vpcConfig\.endpointPublicAccess is not set, which means true/,
  },
  {
    type: "aws:elasticbeanstalk/environment:Environment",
    inputs: (scheme) => ({ settings: scheme === undefined ? [] : [{ namespace: "aws:ec2:vpc", name: "ELBScheme", value: scheme }] }),
    good: ["internal"],
    bad: [["public", /The setting ELBScheme is not "internal"/]],
    missing: /The setting ELBScheme is not "internal"/,
  },
  ...["aws:elasticsearch/domain:Domain", "aws:opensearch/domain:Domain"].map((type) => ({
    type,
    inputs: (subnetIds: unknown) => ({ vpcOptions: { subnetIds } }),
    good: [["subnet-1"]],
    bad: [],
    missing: /vpcOptions is not set, so the domain has a public endpoint/,
  })),
  {
    type: "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration",
    inputs: (flag) => ({ blockPublicSecurityGroupRules: flag }),
    good: [true],
    bad: [[false, /blockPublicSecurityGroupRules is "false"/]],
    missing: /blockPublicSecurityGroupRules is not set, which means false/,
  },
  {
    type: "aws:msk/cluster:Cluster",
    inputs: (type) => ({ brokerNodeGroupInfo: { connectivityInfo: { publicAccess: { type } } } }),
    good: ["DISABLED"],
    bad: [["SERVICE_PROVIDED_EIPS", /brokerNodeGroupInfo\..*type is "SERVICE_PROVIDED_EIPS"/]],
  },
  {
    type: "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy",
    inputs: (flag) => ({ type: "network", policy: JSON.stringify([{ Rules: [], AllowFromPublic: flag }]) }),
    good: [false],
    bad: [[true, /policy has AllowFromPublic: true/]],
  },
  {
    type: "aws:transfer/server:Server",
    inputs: (endpointType) => ({ endpointType }),
    good: ["VPC", "VPC_ENDPOINT"],
    bad: [["PUBLIC", /endpointType is "PUBLIC"/]],
    missing: /endpointType is not set, which means "PUBLIC"/,
  },
];

testRule(noOpaquePublicService, {
  resource: [
    ...byDesign.flatMap((type): ResourceCase[] => [
      { it: `rejects ${type}`, type, inputs: {}, want: [reported(".*")] },
      { it: `accepts ${type} in allowedTypes`, type, inputs: {}, settings: { allowedTypes: [type] } },
    ]),
    ...flags.flatMap(([type, path, inputs]): ResourceCase[] => [
      { it: `rejects ${path} of ${type}`, type, inputs: inputs(true), want: [reported(`${path} is true`)] },
      { it: `accepts a false ${path} of ${type}`, type, inputs: inputs(false) },
      { it: `accepts a missing ${path} of ${type}`, type, inputs: inputs(undefined) },
      { it: `accepts ${path} of ${type} that is unknown at preview`, type, inputs: inputs(UNKNOWN_BOOLEAN) },
    ]),
    ...values.flatMap(({ type, inputs, good, bad, missing }): ResourceCase[] => [
      ...good.map((value): ResourceCase => ({ it: `accepts ${JSON.stringify(value)} (${type})`, type, inputs: inputs(value) })),
      ...bad.map(
        ([value, reason]): ResourceCase => ({
          it: `rejects ${JSON.stringify(value)} (${type})`,
          type,
          inputs: inputs(value),
          want: [reported(reason)],
        }),
      ),
      {
        it: `${missing ? "rejects" : "accepts"} a missing value (${type})`,
        type,
        inputs: inputs(undefined),
        want: missing ? [reported(missing)] : [],
      },
    ]),
    {
      it: "rejects a transfer server with Elastic IP addresses in a VPC",
      type: "aws:transfer/server:Server",
      inputs: { endpointType: "VPC", endpointDetails: { addressAllocationIds: [UNKNOWN] } },
      want: [reported("endpointDetails\\.addressAllocationIds is set")],
    },
    {
      it: "accepts a data access policy of OpenSearch Serverless",
      type: "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy",
      inputs: { type: "encryption", policy: '[{"AllowFromPublic": true}]' },
    },
    {
      it: "accepts settings of Elastic Beanstalk that are unknown at preview",
      type: "aws:elasticbeanstalk/environment:Environment",
      inputs: { settings: UNKNOWN },
    },
  ],
});
