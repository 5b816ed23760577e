import { type Check, isPresent, objectsAt, readValue, type Rule, stringAt, stringsAt, valuesAt } from "../../rule-kit";
import { isRequested } from "./public-address";

/** Why a resource is reachable from the internet, and the fix. Undefined if it is not reachable. */
type Problem = (props: object) => { reason: string; fix: string } | undefined;

const always =
  (reason: string, fix = "Remove the resource."): Problem =>
  () => ({ reason, fix });

/** A flag that makes the resource public when it is true. */
const flag =
  (...path: string[]): Problem =>
  (props) =>
    isRequested(props, path) ? { reason: `${path.join(".")} is true`, fix: `Set ${path.join(".")}: false.` } : undefined;

/** A value that must be one of these. The update evaluates an unknown value. */
const required =
  (path: [string, ...string[]], accepted: (string | RegExp)[], missing: string | undefined, fix: string): Problem =>
  (props) => {
    const found = valuesAt(props, ...path);
    const wrong = found
      .flatMap((item) => (item.state === "known" ? [String(item.value)] : []))
      .filter((value) => !accepted.some((expected) => (typeof expected === "string" ? expected === value : expected.test(value))));
    const at = path.join(".");
    if (wrong.length > 0) return { reason: `${at} is "${wrong[0]}"`, fix };
    return found.length === 0 && missing ? { reason: `${at} is not set, which means ${missing}`, fix } : undefined;
  };

const gameServers = "Game servers have public addresses";
const opensearch: Problem = (props) =>
  isPresent(props, "vpcOptions")
    ? undefined
    : {
        reason: "vpcOptions is not set, so the domain has a public endpoint",
        fix: "Set vpcOptions: { subnetIds: [<private subnets>], securityGroupIds: [<group>] }.",
      };

/** Elastic Beanstalk creates an internet-facing load balancer, or an Elastic IP address for a single instance. */
const beanstalk: Problem = (props) => {
  const settings = objectsAt(props, "settings");
  const value = (name: string) =>
    settings.filter((setting) => stringAt(setting, "name") === name).map((setting) => stringAt(setting, "value"));
  if (readValue(props, "settings").state === "unknown" || value("ELBScheme").includes("internal")) return undefined;
  return { reason: 'The setting ELBScheme is not "internal"', fix: 'Set ELBScheme to "internal" in namespace aws:ec2:vpc.' };
};

/** A network policy of OpenSearch Serverless is JSON. */
const serverlessNetwork: Problem = (props) => {
  const policy = stringAt(props, "type") === "network" ? stringAt(props, "policy") : undefined;
  if (policy === undefined || !/"AllowFromPublic"\s*:\s*true/.test(policy)) return undefined;
  return { reason: "policy has AllowFromPublic: true", fix: "Set AllowFromPublic: false and SourceVPCEs." };
};

const publicly = flag("publiclyAccessible");
const problems: Record<string, Problem> = {
  "aws:amplify/app:App": always("Amplify publishes the app on the internet"),
  "aws:apigateway/restApi:RestApi": required(
    ["endpointConfiguration", "types"],
    ["PRIVATE"],
    '"EDGE"',
    'Set endpointConfiguration: { types: "PRIVATE" }.',
  ),
  "aws:apigatewayv2/api:Api": always("HTTP and WebSocket APIs always have a public endpoint", "Remove the API, or use a private REST API."),
  "aws:apprunner/service:Service": required(
    ["networkConfiguration", "ingressConfiguration", "isPubliclyAccessible"],
    ["false"],
    "true",
    "Set networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: false } }.",
  ),
  "aws:appstream/fleet:Fleet": flag("enableDefaultInternetAccess"),
  "aws:appsync/graphQLApi:GraphQLApi": required(["visibility"], ["PRIVATE"], '"GLOBAL"', 'Set visibility: "PRIVATE".'),
  "aws:cloud9/environmentEC2:EnvironmentEC2": required(
    ["connectionType"],
    ["CONNECT_SSM"],
    '"CONNECT_SSH"',
    'Set connectionType: "CONNECT_SSM".',
  ),
  "aws:cloudfront/distribution:Distribution": always("CloudFront publishes its origins on the internet"),
  "aws:cloudfront/multitenantDistribution:MultitenantDistribution": always("CloudFront publishes its origins on the internet"),
  "aws:dms/replicationInstance:ReplicationInstance": publicly,
  "aws:docdb/clusterInstance:ClusterInstance": publicly,
  "aws:ecs/expressGatewayService:ExpressGatewayService": always("An express gateway service has an internet-facing load balancer"),
  "aws:eks/cluster:Cluster": required(
    ["vpcConfig", "endpointPublicAccess"],
    ["false"],
    "true",
    "Set vpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true }.",
  ),
  "aws:elasticbeanstalk/environment:Environment": beanstalk,
  "aws:elasticsearch/domain:Domain": opensearch,
  "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration": required(
    ["blockPublicSecurityGroupRules"],
    ["true"],
    "false",
    "Set blockPublicSecurityGroupRules: true.",
  ),
  "aws:gamelift/fleet:Fleet": always(gameServers),
  "aws:globalaccelerator/accelerator:Accelerator": always("An accelerator forwards requests from the internet into VPCs, without a route"),
  "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": always(
    "An accelerator forwards requests from the internet into VPCs, without a route",
  ),
  "aws:lambda/functionUrl:FunctionUrl": always("A function URL is a public endpoint of the function"),
  "aws:lightsail/containerService:ContainerService": always("Lightsail runs outside the VPC, on the internet"),
  "aws:lightsail/database:Database": flag("publiclyAccessible"),
  "aws:lightsail/instance:Instance": always("Lightsail runs outside the VPC, on the internet"),
  "aws:m2/environment:Environment": publicly,
  "aws:mq/broker:Broker": publicly,
  "aws:msk/cluster:Cluster": required(
    ["brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"],
    ["DISABLED"],
    undefined,
    'Set brokerNodeGroupInfo.connectivityInfo.publicAccess: { type: "DISABLED" }.',
  ),
  "aws:neptune/clusterInstance:ClusterInstance": publicly,
  "aws:opensearch/domain:Domain": opensearch,
  "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy": serverlessNetwork,
  "aws:rds/clusterInstance:ClusterInstance": publicly,
  "aws:rds/instance:Instance": publicly,
  "aws:rds/shardGroup:ShardGroup": publicly,
  "aws:redshift/cluster:Cluster": publicly,
  "aws:redshiftserverless/workgroup:Workgroup": publicly,
  "aws:timestreaminfluxdb/dbCluster:DbCluster": publicly,
  "aws:timestreaminfluxdb/dbInstance:DbInstance": publicly,
  "aws:transfer/server:Server": (props) =>
    isPresent(props, "endpointDetails", "addressAllocationIds")
      ? { reason: "endpointDetails.addressAllocationIds is set", fix: "Remove addressAllocationIds." }
      : required(["endpointType"], ["VPC", "VPC_ENDPOINT"], '"PUBLIC"', 'Set endpointType: "VPC" and endpointDetails.')(props),
  "aws:verifiedaccess/endpoint:Endpoint": always("A Verified Access endpoint is reachable from the internet"),
  "aws:workspaces/directory:Directory": flag("workspaceCreationProperties", "enableInternetAccess"),
};

export const noOpaquePublicService: Rule = {
  name: "network-no-opaque-public-service",
  description: "No service has a public endpoint.",
  risk: "These services connect to the internet without the route tables and gateways of the VPC.",
  fix: "Remove the service, or set the property that makes it private. A service that is required can be listed in policy setting 'allowedTypes'.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub RDS.2, Redshift.1, DMS.1, EKS.1, Neptune.3, MSK.4, EMR.2",
    "Config rds-instance-public-access-check, redshift-cluster-public-access-check, eks-endpoint-no-public-access",
    "Checkov CKV_AWS_17, CKV_AWS_39, CKV_AWS_87, CKV_AWS_89, CKV_AWS_258",
  ],
  settings: {
    allowedTypes: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Resource types of public services that are required, such as `aws:cloudfront/distribution:Distribution`.",
    },
  },
  resource: Object.fromEntries(
    Object.entries(problems).map(([type, problemOf]): [string, Check] => [
      type,
      ({ props }, report, settings) => {
        const problem = stringsAt(settings, "allowedTypes").includes(type) ? undefined : problemOf(props);
        if (problem)
          report(
            `${problem.reason}, so the service has a path to the internet without a route table. ${problem.fix} A service that is required can be listed in policy setting 'allowedTypes'.`,
          );
      },
    ]),
  ),
};
