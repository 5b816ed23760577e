// Converts the inputs of resources to inputs of AWS API operations, and records the operations' constraints from botocore:
//   node -r ts-node/register/transpile-only tests/helpers/api-inputs.ts
import * as fs from "node:fs";
import * as path from "node:path";
import { isObject } from "@cloister/common";
import { assertTexts, AwsError, loadModel, type ServiceModel, type Shape, validate, validationMessage } from "@cloister/sandbox/testing";
import { modelsOfToolchain } from "./api-texts";
import { type Registered, type World } from "./mocks";

export const recording = path.join(__dirname, "recorded-api-inputs.json");

/** How the provider calls an operation for a resource. */
interface Call {
  /** `service:Operation`, the service as botocore names it. */
  operation: string;
  /** Members of properties with another name: the path in the input, with `0` for the first item of a list. */
  members?: Record<string, string>;
  /** Member with the physical name, if Pulumi generates the name. */
  named?: string;
}

interface Mapping {
  calls: Call[];
  /** Properties that no operation takes: options of the provider, or parts that `calls` of another resource type check. */
  ignored?: readonly string[];
}

const tagsOnly = (operation: string, member: string): Call => ({ operation, members: { tags: member } });
const ruleMembers = (direction: string): Record<string, string> => ({
  securityGroupId: "GroupId",
  description: `IpPermissions.0.${direction}.0.Description`,
  referencedSecurityGroupId: "IpPermissions.0.UserIdGroupPairs.0.GroupId",
  prefixListId: "IpPermissions.0.PrefixListIds.0.PrefixListId",
  cidrIpv4: "IpPermissions.0.IpRanges.0.CidrIp",
  ipProtocol: "IpPermissions.0.IpProtocol",
  fromPort: "IpPermissions.0.FromPort",
  toPort: "IpPermissions.0.ToPort",
  tags: "TagSpecifications.0.Tags",
});
const ec2 = (operation: string, more: Partial<Call> = {}): Mapping => ({
  calls: [{ operation: `ec2:${operation}`, ...more, members: { tags: "TagSpecifications.0.Tags", ...more.members } }],
});
const bucketPart = (operation: string, members: Record<string, string> = {}): Mapping => ({
  calls: [{ operation: `s3:${operation}`, members }],
});

/** The operations of each resource type. Other properties have the name of their member. */
export const mappings: Record<string, Mapping> = {
  "aws:budgets/budget:Budget": {
    calls: [
      {
        operation: "budgets:CreateBudget",
        members: {
          name: "Budget.BudgetName",
          budgetType: "Budget.BudgetType",
          timeUnit: "Budget.TimeUnit",
          limitAmount: "Budget.BudgetLimit.Amount",
          limitUnit: "Budget.BudgetLimit.Unit",
          tags: "ResourceTags",
        },
      },
    ],
    // Lists of names and values in the provider, and a map in the API.
    ignored: ["costFilters", "notifications"],
  },
  "aws:codebuild/project:Project": {
    calls: [
      { operation: "codebuild:CreateProject", members: { buildTimeout: "timeoutInMinutes", queuedTimeout: "queuedTimeoutInMinutes" } },
    ],
  },
  "aws:accessanalyzer/analyzer:Analyzer": { calls: [{ operation: "accessanalyzer:CreateAnalyzer" }] },
  "aws:cfg/deliveryChannel:DeliveryChannel": {
    calls: [
      {
        operation: "config:PutDeliveryChannel",
        members: {
          name: "DeliveryChannel.name",
          s3BucketName: "DeliveryChannel.s3BucketName",
          s3KmsKeyArn: "DeliveryChannel.s3KmsKeyArn",
          snapshotDeliveryProperties: "DeliveryChannel.configSnapshotDeliveryProperties",
        },
      },
    ],
  },
  "aws:cfg/recorder:Recorder": {
    calls: [
      {
        operation: "config:PutConfigurationRecorder",
        members: {
          name: "ConfigurationRecorder.name",
          roleArn: "ConfigurationRecorder.roleARN",
          recordingGroup: "ConfigurationRecorder.recordingGroup",
          recordingMode: "ConfigurationRecorder.recordingMode",
        },
      },
    ],
  },
  "aws:cfg/recorderStatus:RecorderStatus": {
    calls: [{ operation: "config:StartConfigurationRecorder", members: { name: "ConfigurationRecorderName" } }],
    ignored: ["isEnabled"],
  },
  "aws:cfg/rule:Rule": {
    calls: [
      {
        operation: "config:PutConfigRule",
        members: {
          name: "ConfigRule.ConfigRuleName",
          description: "ConfigRule.Description",
          source: "ConfigRule.Source",
          tags: "Tags",
        },
      },
    ],
  },
  "aws:cloudtrail/trail:Trail": {
    calls: [
      { operation: "cloudtrail:CreateTrail", members: { tags: "TagsList", cloudWatchLogsGroupArn: "CloudWatchLogsLogGroupArn" } },
      {
        operation: "cloudtrail:PutEventSelectors",
        members: { name: "TrailName", advancedEventSelectors: "AdvancedEventSelectors" },
      },
    ],
  },
  "aws:cloudwatch/dashboard:Dashboard": { calls: [{ operation: "cloudwatch:PutDashboard" }] },
  "aws:cloudwatch/eventRule:EventRule": { calls: [{ operation: "events:PutRule", named: "Name" }] },
  "aws:cloudwatch/eventTarget:EventTarget": {
    calls: [{ operation: "events:PutTargets", members: { arn: "Targets.0.Arn", deadLetterConfig: "Targets.0.DeadLetterConfig" } }],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    calls: [
      { operation: "logs:CreateLogGroup", members: { name: "logGroupName", namePrefix: "logGroupName" }, named: "logGroupName" },
      { operation: "logs:PutRetentionPolicy", members: { name: "logGroupName", namePrefix: "logGroupName" } },
    ],
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": { calls: [{ operation: "logs:PutQueryDefinition" }] },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    calls: [
      {
        operation: "logs:PutMetricFilter",
        members: {
          pattern: "filterPattern",
          "metricTransformation.name": "metricTransformations.0.metricName",
          "metricTransformation.namespace": "metricTransformations.0.metricNamespace",
          "metricTransformation.value": "metricTransformations.0.metricValue",
          "metricTransformation.unit": "metricTransformations.0.unit",
        },
        named: "filterName",
      },
    ],
  },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { calls: [{ operation: "logs:PutResourcePolicy" }] },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    // A map in the provider, and a list in the API.
    calls: [{ operation: "cloudwatch:PutMetricAlarm", named: "AlarmName" }],
    ignored: ["dimensions"],
  },
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": { calls: [tagsOnly("ec2:CreateTags", "Tags")], ignored: ["defaultNetworkAclId"] },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { calls: [tagsOnly("ec2:CreateTags", "Tags")], ignored: ["vpcId"] },
  "aws:ec2/eip:Eip": ec2("AllocateAddress"),
  "aws:ec2/flowLog:FlowLog": {
    ...ec2("CreateFlowLogs", { members: { iamRoleArn: "DeliverLogsPermissionArn", vpcId: "ResourceIds.0", subnetId: "ResourceIds.0" } }),
  },
  "aws:ec2/internetGateway:InternetGateway": { ...ec2("CreateInternetGateway"), ignored: ["vpcId"] },
  "aws:ec2/natGateway:NatGateway": ec2("CreateNatGateway"),
  "aws:ec2/networkAcl:NetworkAcl": { ...ec2("CreateNetworkAcl"), ignored: ["subnetIds", "ingress", "egress"] },
  "aws:ec2/route:Route": ec2("CreateRoute"),
  "aws:ec2/routeTable:RouteTable": ec2("CreateRouteTable"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("AssociateRouteTable"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("CreateSecurityGroup", { named: "GroupName" }),
  "aws:ec2/subnet:Subnet": ec2("CreateSubnet"),
  "aws:ec2/vpc:Vpc": { ...ec2("CreateVpc"), ignored: ["enableDnsSupport", "enableDnsHostnames"] },
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": { ...ec2("CreateDhcpOptions"), ignored: ["domainName", "domainNameServers"] },
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": ec2("AssociateDhcpOptions"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("CreateVpcEndpoint", { members: { policy: "PolicyDocument" } }),
  "aws:ec2/vpcEndpointService:VpcEndpointService": {
    calls: [
      {
        operation: "ec2:CreateVpcEndpointServiceConfiguration",
        members: { tags: "TagSpecifications.0.Tags", supportedIpAddressTypes: "SupportedIpAddressTypes" },
      },
      { operation: "ec2:ModifyVpcEndpointServicePermissions", members: { allowedPrincipals: "AddAllowedPrincipals" } },
    ],
  },
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": ec2("ModifyVpcEndpoint", {
    members: { routeTableId: "AddRouteTableIds.0" },
  }),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": { ...ec2("CreateVpcPeeringConnection"), ignored: ["autoAccept"] },
  "aws:codeartifact/domain:Domain": { calls: [{ operation: "codeartifact:CreateDomain" }] },
  "aws:codeartifact/repository:Repository": { calls: [{ operation: "codeartifact:CreateRepository" }] },
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": {
    calls: [{ operation: "codeartifact:PutRepositoryPermissionsPolicy" }],
  },
  "aws:ecs/cluster:Cluster": { calls: [{ operation: "ecs:CreateCluster", members: { name: "clusterName" }, named: "clusterName" }] },
  "aws:ecs/service:Service": {
    calls: [
      {
        operation: "ecs:CreateService",
        members: {
          name: "serviceName",
          deploymentMaximumPercent: "deploymentConfiguration.maximumPercent",
          deploymentMinimumHealthyPercent: "deploymentConfiguration.minimumHealthyPercent",
          deploymentCircuitBreaker: "deploymentConfiguration.deploymentCircuitBreaker",
          enableEcsManagedTags: "enableECSManagedTags",
          "networkConfiguration.subnets": "networkConfiguration.awsvpcConfiguration.subnets",
          "networkConfiguration.securityGroups": "networkConfiguration.awsvpcConfiguration.securityGroups",
        },
        named: "serviceName",
      },
    ],
    // The provider waits, and converts a flag to a text.
    ignored: ["waitForSteadyState", "networkConfiguration.assignPublicIp"],
  },
  // JSON in the provider, and a list in the API.
  "aws:ecs/taskDefinition:TaskDefinition": { calls: [{ operation: "ecs:RegisterTaskDefinition" }], ignored: ["containerDefinitions"] },
  "aws:guardduty/detector:Detector": { calls: [{ operation: "guardduty:CreateDetector" }] },
  "aws:guardduty/detectorFeature:DetectorFeature": {
    calls: [{ operation: "guardduty:UpdateDetector", members: { name: "Features.0.Name", status: "Features.0.Status" } }],
  },
  "aws:macie2/account:Account": { calls: [{ operation: "macie2:EnableMacie" }] },
  "aws:securityhub/account:Account": { calls: [{ operation: "securityhub:EnableSecurityHub" }] },
  "aws:iam/policy:Policy": {
    calls: [{ operation: "iam:CreatePolicy", members: { policy: "PolicyDocument", name: "PolicyName" }, named: "PolicyName" }],
  },
  "aws:iam/role:Role": {
    calls: [
      { operation: "iam:CreateRole", members: { assumeRolePolicy: "AssumeRolePolicyDocument", name: "RoleName" }, named: "RoleName" },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    calls: [{ operation: "iam:PutRolePolicy", members: { policy: "PolicyDocument", role: "RoleName" }, named: "PolicyName" }],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { calls: [{ operation: "iam:AttachRolePolicy", members: { role: "RoleName" } }] },
  "aws:lb/listener:Listener": {
    calls: [{ operation: "elbv2:CreateListener", members: { certificateArn: "Certificates.0.CertificateArn" } }],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    calls: [
      { operation: "elbv2:CreateLoadBalancer", members: { loadBalancerType: "Type" }, named: "Name" },
      { operation: "elbv2:SetSecurityGroups" },
    ],
    // A flag or attribute in the provider, and other members in the API.
    ignored: ["internal", "enableCrossZoneLoadBalancing", "namePrefix"],
  },
  "aws:lb/targetGroup:TargetGroup": {
    calls: [
      {
        operation: "elbv2:CreateTargetGroup",
        members: {
          "healthCheck.protocol": "HealthCheckProtocol",
          "healthCheck.path": "HealthCheckPath",
          "healthCheck.port": "HealthCheckPort",
          "healthCheck.interval": "HealthCheckIntervalSeconds",
          "healthCheck.timeout": "HealthCheckTimeoutSeconds",
          "healthCheck.matcher": "Matcher.HttpCode",
        },
        named: "Name",
      },
    ],
    ignored: ["deregistrationDelay", "preserveClientIp", "namePrefix"],
  },
  "aws:kms/alias:Alias": { calls: [{ operation: "kms:CreateAlias", members: { name: "AliasName" } }] },
  "aws:kms/key:Key": {
    calls: [
      { operation: "kms:CreateKey" },
      { operation: "kms:EnableKeyRotation", members: { rotationPeriodInDays: "RotationPeriodInDays" } },
      { operation: "kms:ScheduleKeyDeletion", members: { deletionWindowInDays: "PendingWindowInDays" } },
    ],
    ignored: ["enableKeyRotation"],
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { calls: [{ operation: "lambda:CreateEventSourceMapping" }] },
  "aws:lambda/function:Function": {
    calls: [
      { operation: "lambda:CreateFunction", members: { name: "FunctionName" }, named: "FunctionName" },
      { operation: "lambda:PutFunctionConcurrency", members: { name: "FunctionName" }, named: "FunctionName" },
    ],
    // The code is an archive that the provider uploads.
    ignored: ["code"],
  },
  "aws:lambda/permission:Permission": {
    calls: [{ operation: "lambda:AddPermission", members: { function: "FunctionName" }, named: "StatementId" }],
  },
  "aws:resourcegroups/group:Group": { calls: [{ operation: "resource-groups:CreateGroup" }] },
  "aws:route53/record:Record": {
    calls: [
      {
        operation: "route53:ChangeResourceRecordSets",
        members: {
          zoneId: "HostedZoneId",
          name: "ChangeBatch.Changes.0.ResourceRecordSet.Name",
          type: "ChangeBatch.Changes.0.ResourceRecordSet.Type",
        },
      },
    ],
    ignored: ["aliases"],
  },
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": { calls: [{ operation: "route53resolver:UpdateFirewallConfig" }] },
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": {
    calls: [
      { operation: "route53resolver:CreateFirewallDomainList", named: "Name" },
      { operation: "route53resolver:UpdateFirewallDomains" },
    ],
  },
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": { calls: [{ operation: "route53resolver:CreateFirewallRule", named: "Name" }] },
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": {
    calls: [{ operation: "route53resolver:CreateFirewallRuleGroup", named: "Name" }],
  },
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    calls: [{ operation: "route53resolver:AssociateFirewallRuleGroup", named: "Name" }],
  },
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
    calls: [{ operation: "route53resolver:CreateResolverQueryLogConfig", named: "Name" }],
  },
  "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": {
    calls: [{ operation: "route53resolver:AssociateResolverQueryLogConfig" }],
  },
  "aws:route53/zone:Zone": {
    calls: [
      {
        operation: "route53:CreateHostedZone",
        members: { comment: "HostedZoneConfig.Comment", vpcs: "VPC" },
      },
      tagsOnly("route53:ChangeTagsForResource", "AddTags"),
    ],
  },
  "aws:route53/zoneAssociation:ZoneAssociation": {
    calls: [
      {
        operation: "route53:AssociateVPCWithHostedZone",
        members: { zoneId: "HostedZoneId", vpcId: "VPC.VPCId", vpcRegion: "VPC.VPCRegion" },
      },
    ],
  },
  "aws:s3/bucket:Bucket": {
    calls: [{ operation: "s3:CreateBucket", named: "Bucket" }, tagsOnly("s3:PutBucketTagging", "Tagging.TagSet")],
    ignored: ["forceDestroy", "objectLockEnabled"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart("PutBucketLifecycleConfiguration", {
    rules: "LifecycleConfiguration.Rules",
  }),
  "aws:s3/bucketLogging:BucketLogging": bucketPart("PutBucketLogging", {
    targetBucket: "BucketLoggingStatus.LoggingEnabled.TargetBucket",
    targetPrefix: "BucketLoggingStatus.LoggingEnabled.TargetPrefix",
  }),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucketPart("PutObjectLockConfiguration", {
    rule: "ObjectLockConfiguration.Rule",
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart("PutBucketOwnershipControls", { rule: "OwnershipControls.Rules" }),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart("PutBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    ...bucketPart("PutPublicAccessBlock"),
    ignored: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketPart("PutBucketEncryption", {
    rules: "ServerSideEncryptionConfiguration.Rules",
  }),
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart("PutBucketVersioning"),
  "aws:sagemaker/appImageConfig:AppImageConfig": {
    calls: [{ operation: "sagemaker:CreateAppImageConfig", members: { jupyterLabImageConfig: "JupyterLabAppImageConfig" } }],
  },
  "aws:sagemaker/domain:Domain": {
    calls: [{ operation: "sagemaker:CreateDomain" }],
    ignored: ["retentionPolicy"],
  },
  "aws:sagemaker/image:Image": { calls: [{ operation: "sagemaker:CreateImage" }] },
  "aws:sagemaker/imageVersion:ImageVersion": { calls: [{ operation: "sagemaker:CreateImageVersion" }] },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    calls: [
      {
        operation: "sagemaker:CreateNotebookInstance",
        members: { name: "NotebookInstanceName", volumeSize: "VolumeSizeInGB", securityGroups: "SecurityGroupIds" },
      },
    ],
  },
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": {
    calls: [
      {
        operation: "sagemaker:CreateNotebookInstanceLifecycleConfig",
        members: { onStart: "OnStart.0.Content" },
        named: "NotebookInstanceLifecycleConfigName",
      },
    ],
  },
  "aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus": { calls: [], ignored: ["status"] },
  "aws:sagemaker/space:Space": { calls: [{ operation: "sagemaker:CreateSpace" }] },
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig": { calls: [{ operation: "sagemaker:CreateStudioLifecycleConfig" }] },
  "aws:sagemaker/userProfile:UserProfile": { calls: [{ operation: "sagemaker:CreateUserProfile" }] },
  "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation": {
    calls: [{ operation: "servicecatalog:AssociatePrincipalWithPortfolio", members: { principalArn: "PrincipalARN" } }],
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    calls: [{ operation: "s3:PutObject", members: { content: "Body", contentBase64: "Body" } }],
    ignored: ["tags"],
  },
  "aws:servicecatalog/constraint:Constraint": { calls: [{ operation: "servicecatalog:CreateConstraint" }] },
  "aws:servicecatalog/budgetResourceAssociation:BudgetResourceAssociation": {
    calls: [{ operation: "servicecatalog:AssociateBudgetWithResource" }],
  },
  "aws:servicecatalog/portfolioShare:PortfolioShare": {
    calls: [
      {
        operation: "servicecatalog:CreatePortfolioShare",
        members: { type: "OrganizationNode.Type", principalId: "OrganizationNode.Value" },
      },
    ],
  },
  "aws:servicecatalog/tagOption:TagOption": { calls: [{ operation: "servicecatalog:CreateTagOption" }] },
  "aws:servicecatalog/tagOptionResourceAssociation:TagOptionResourceAssociation": {
    calls: [{ operation: "servicecatalog:AssociateTagOptionWithResource" }],
    // The ID of a tag option under mocks contains its value.
    ignored: ["tagOptionId"],
  },
  "aws:servicecatalog/portfolio:Portfolio": {
    calls: [{ operation: "servicecatalog:CreatePortfolio", members: { name: "DisplayName" } }],
  },
  "aws:servicecatalog/product:Product": {
    calls: [
      {
        operation: "servicecatalog:CreateProduct",
        members: {
          type: "ProductType",
          "provisioningArtifactParameters.name": "ProvisioningArtifactParameters.Name",
          "provisioningArtifactParameters.description": "ProvisioningArtifactParameters.Description",
          "provisioningArtifactParameters.type": "ProvisioningArtifactParameters.Type",
        },
      },
    ],
    ignored: ["provisioningArtifactParameters.templateUrl"],
  },
  "aws:servicecatalog/productPortfolioAssociation:ProductPortfolioAssociation": {
    calls: [{ operation: "servicecatalog:AssociateProductWithPortfolio" }],
  },
  "aws:servicecatalog/provisioningArtifact:ProvisioningArtifact": {
    calls: [
      {
        operation: "servicecatalog:CreateProvisioningArtifact",
        members: { name: "Parameters.Name", type: "Parameters.Type", templateUrl: "Parameters.Info" },
      },
    ],
  },
  "aws:sfn/stateMachine:StateMachine": {
    calls: [
      {
        operation: "stepfunctions:CreateStateMachine",
        named: "name",
        members: {
          "loggingConfiguration.level": "loggingConfiguration.level",
          "loggingConfiguration.includeExecutionData": "loggingConfiguration.includeExecutionData",
          "loggingConfiguration.logDestination": "loggingConfiguration.destinations.0.cloudWatchLogsLogGroup.logGroupArn",
        },
      },
    ],
  },
  "aws:sns/topic:Topic": { calls: [{ operation: "sns:CreateTopic", named: "Name" }], ignored: ["kmsMasterKeyId"] },
  "aws:sns/topicPolicy:TopicPolicy": {
    calls: [{ operation: "sns:SetTopicAttributes", members: { arn: "TopicArn", policy: "AttributeValue" } }],
  },
  "aws:sns/topicSubscription:TopicSubscription": { calls: [{ operation: "sns:Subscribe", members: { topic: "TopicArn" } }] },
  // Attributes are texts in a map, without constraints in the service model.
  "aws:sqs/queue:Queue": {
    calls: [{ operation: "sqs:CreateQueue", members: { name: "QueueName" }, named: "QueueName" }],
    ignored: [
      "kmsMasterKeyId",
      "sqsManagedSseEnabled",
      "redrivePolicy",
      "redriveAllowPolicy",
      "visibilityTimeoutSeconds",
      "messageRetentionSeconds",
      "kmsDataKeyReusePeriodSeconds",
      "receiveWaitTimeSeconds",
    ],
  },
  "aws:sqs/queuePolicy:QueuePolicy": { calls: [{ operation: "sqs:SetQueueAttributes" }], ignored: ["policy"] },
  "aws:ssm/parameter:Parameter": { calls: [{ operation: "ssm:PutParameter" }] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    calls: [{ operation: "ec2:AuthorizeSecurityGroupEgress", members: ruleMembers("UserIdGroupPairs") }],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    calls: [{ operation: "ec2:AuthorizeSecurityGroupIngress", members: ruleMembers("UserIdGroupPairs") }],
  },
};

type Recorded = Record<string, Pick<ServiceModel, "operations" | "shapes">>;

const serviceOf = (operation: string) => operation.split(":")[0]!;
const nameOf = (operation: string) => operation.split(":")[1]!;
const operations = [...new Set(Object.values(mappings).flatMap(({ calls }) => calls.map(({ operation }) => operation)))].sort();

/** The parts of a shape that constrain values. */
const constraintsOf = ({ type, min, max, pattern, enum: values, members, member, key, value }: Shape): Shape =>
  JSON.parse(
    JSON.stringify({
      type,
      min,
      max,
      pattern,
      enum: values,
      ...(members && { members: Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, { shape }])) }),
      ...(member && { member: { shape: member.shape } }),
      ...(key && { key: { shape: key.shape } }),
      ...(value && { value: { shape: value.shape } }),
    }),
  ) as Shape;

/** The constraints of all operations in the table, read from botocore's folder with the service models. */
export function apiInputs(models: string): Recorded {
  const recorded: Recorded = {};
  for (const operation of operations) {
    const model = loadModel(models, serviceOf(operation));
    const known = model.operations[nameOf(operation)];
    if (!known?.input) throw new Error(`${operation} has no input in the service model.`);
    const service = (recorded[serviceOf(operation)] ??= { operations: {}, shapes: {} });
    service.operations[nameOf(operation)] = {
      name: nameOf(operation),
      http: { method: "", requestUri: "" },
      input: { shape: known.input.shape },
    };
    const visit = (name: string): void => {
      if (service.shapes[name]) return;
      const shape = constraintsOf(model.shapes[name]!);
      service.shapes[name] = shape;
      for (const { shape: next } of [
        ...Object.values(shape.members ?? {}),
        ...[shape.member ?? [], shape.key ?? [], shape.value ?? []].flat(),
      ])
        visit(next);
    };
    visit(known.input.shape);
  }
  return recorded;
}

let known: Record<string, ServiceModel> | undefined;
const modelOf = (service: string): ServiceModel => {
  known ??= JSON.parse(fs.readFileSync(recording, "utf8")) as Record<string, ServiceModel>;
  return known[service]!;
};

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
const singular = (name: string) => plain(name).replace(/s$/, "");

/** The member of a structure for a property. The provider's names of lists are singular or plural. */
const memberFor = (shape: Shape, property: string) => {
  const names = Object.keys(shape.members ?? {});
  return names.find((name) => plain(name) === plain(property)) ?? names.find((name) => singular(name) === singular(property));
};

/** A value of a resource in the form of a shape. Reports properties without a member. */
function valueFor(model: ServiceModel, shapeName: string, value: unknown, path: string, unknown: string[]): unknown {
  const shape = model.shapes[shapeName]!;
  if (shape.type === "list") {
    // Tags are a map in the provider, and a list of keys and values in most services.
    if (isObject(value) && /(tags|tagset|tagslist)$/i.test(path))
      return Object.entries(value).map(([key, text]) => tagFor(model.shapes[shape.member!.shape]!, key, text));
    return [value].flat().map((item) => valueFor(model, shape.member!.shape, item, path, unknown));
  }
  if (shape.type === "structure") {
    const object = Array.isArray(value) ? value[0] : value;
    if (!isObject(object)) return object;
    return Object.fromEntries(
      Object.entries(object).flatMap(([property, item]) => {
        const member = memberFor(shape, property);
        if (member === undefined) {
          unknown.push(`${path}.${property}`);
          return [];
        }
        return [[member, valueFor(model, shape.members![member]!.shape, item, `${path}.${property}`, unknown)]];
      }),
    );
  }
  return value;
}

const tagFor = (shape: Shape, key: string, value: unknown) =>
  Object.fromEntries(Object.keys(shape.members ?? {}).map((name) => [name, /key/i.test(name) ? key : value]));

/** Sets a value at a path of members and list indexes, in the form of the shape there. */
function setAt(
  model: ServiceModel,
  input: Record<string, unknown>,
  shapeName: string,
  members: string[],
  value: unknown,
  unknown: string[],
): void {
  let [at, shape]: [unknown, string] = [input, shapeName];
  members.forEach((member, i) => {
    const { members: children, member: item } = model.shapes[shape]!;
    const next = item?.shape ?? children?.[member]?.shape;
    if (next === undefined) throw new Error(`${members.join(".")} is not a path in ${shapeName}.`);
    const holder = at as Record<string, unknown>;
    if (i === members.length - 1) holder[member] = valueFor(model, next, value, members.join("."), unknown);
    else holder[member] ??= model.shapes[next]!.type === "list" ? [] : {};
    at = holder[member];
    shape = next;
  });
}

/** Properties with nested names: `metricTransformation.name` in a table stands for one property of an object. */
const propertiesOf = (inputs: Record<string, unknown>, members: Record<string, string>) =>
  Object.entries(inputs).flatMap(([property, value]): [string, unknown][] =>
    isObject(value) && Object.keys(members).some((name) => name.startsWith(`${property}.`))
      ? Object.entries(value).map(([key, item]): [string, unknown] => [`${property}.${key}`, item])
      : [[property, value]],
  );

/** The characters that Pulumi adds to a generated name. */
const suffix = "-0a1b2c3";

/** Inputs of the API operations for a resource, and properties that no operation takes. */
function requestsFor({ type, name, inputs }: Pick<Registered, "type" | "name" | "inputs">) {
  const mapping = mappings[type];
  if (!mapping) return { requests: [], unknown: [`${type} is not in the table of tests/helpers/api-inputs.ts`] };
  const taken = new Set(mapping.ignored);
  const unknown: string[] = [];
  const requests = mapping.calls.map(({ operation, members = {}, named }) => {
    const model = modelOf(serviceOf(operation));
    const shape = model.operations[nameOf(operation)]!.input!.shape;
    const input: Record<string, unknown> = {};
    for (const [property, value] of propertiesOf(inputs, members)) {
      const member = members[property] ?? memberFor(model.shapes[shape]!, property);
      if (member === undefined || mapping.ignored?.includes(property) || value === undefined || value === null) continue;
      taken.add(property);
      const text = property === "namePrefix" ? `${String(value)}${"0".repeat(26)}` : value;
      setAt(model, input, shape, member.split("."), text, unknown);
    }
    if (named !== undefined && input[named] === undefined) input[named] = name + suffix;
    return { operation, input };
  });
  const left = propertiesOf(inputs, Object.assign({}, ...mapping.calls.map(({ members }) => members ?? {})) as Record<string, string>);
  return {
    requests,
    unknown: [
      ...unknown,
      ...left.map(([property]) => property).filter((property) => !taken.has(property) && !taken.has(property.split(".")[0]!)),
    ],
  };
}

/** Everything that AWS rejects in the inputs of a resource, and properties that are not in the table. */
export function rejectionsOf(resource: Pick<Registered, "type" | "name" | "inputs">): string[] {
  const { requests, unknown } = requestsFor(resource);
  const where = `${resource.type.split(":").at(-1)} ${resource.name}`;
  return [
    ...unknown.map((property) => `${where}: no operation takes ${property}`),
    ...requests.flatMap(({ operation, input }) => {
      const service = serviceOf(operation);
      const violations = validate(modelOf(service), nameOf(operation), input).filter(({ kind }) => kind !== "missing" && kind !== "type");
      try {
        assertTexts(service, nameOf(operation), input);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return [`${where}: ${operation}: ${error.code}: ${error.message}`];
      }
      return violations.length > 0 ? [`${where}: ${operation}: ${validationMessage(violations).slice(0, 600)}`] : [];
    }),
  ];
}

const digits = (count: number, i: number) => String(i).padStart(count, "0");
/** IDs and ARNs in the form of AWS, for those of the mocks. */
const realForms: [type: RegExp, form: (resource: Registered, i: number) => Record<string, string>][] = [
  [/^aws:route53\/zone:Zone$/, (_, i) => ({ id: `Z${digits(20, i)}` })],
  [
    /^aws:sagemaker\/studioLifecycleConfig:/,
    ({ inputs }) => ({
      arn: `arn:aws:sagemaker:eu-central-1:111122223333:studio-lifecycle-config/${String(inputs.studioLifecycleConfigName)}`,
    }),
  ],
  [/^aws:ec2\//, ({ outputs }, i) => ({ id: `${/^[a-z]+-/.exec(String(outputs.id))?.[0] ?? "id-"}${digits(17, i)}` })],
];

/** Everything that AWS rejects in the resources of a program, with IDs and ARNs in the form of AWS. */
export function rejectionsIn({ resources }: World): string[] {
  const replaced = resources
    .flatMap((resource, i) => {
      const form = realForms.find(([type]) => type.test(resource.type))?.[1](resource, i) ?? {};
      return Object.entries(form).map(([output, real]) => [String(resource.outputs[output]), real] as const);
    })
    .sort(([a], [b]) => b.length - a.length);
  const withReal = (inputs: Registered["inputs"]) =>
    JSON.parse(replaced.reduce((text, [mock, real]) => text.replaceAll(mock, real), JSON.stringify(inputs))) as Registered["inputs"];
  return resources
    .filter(({ custom, type }) => custom && type.startsWith("aws:"))
    .flatMap(({ type, name, inputs }) => rejectionsOf({ type, name, inputs: withReal(inputs) }));
}

if (require.main === module)
  void modelsOfToolchain().then((models) => {
    const recorded = apiInputs(models);
    const lines = Object.entries(recorded).map(
      ([service, { operations: some, shapes }]) =>
        `  ${JSON.stringify(service)}: {\n    "operations": ${JSON.stringify(some)},\n    "shapes": {\n${Object.entries(shapes)
          .map(([name, shape]) => `      ${JSON.stringify(name)}: ${JSON.stringify(shape)}`)
          .join(",\n")}\n    }\n  }`,
    );
    fs.writeFileSync(recording, `{\n${lines.join(",\n")}\n}\n`);
  });
