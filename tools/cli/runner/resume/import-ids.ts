// The IDs by which the AWS provider imports resources, from their inputs. Pure.
import { arnsIn, type AwsContext } from "@cloister/components/aws/context";

export type Inputs = Record<string, unknown>;

/** Types whose ID is an input. */
const ofInput: Record<string, string> = {
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:cloudwatch/eventRule:EventRule": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyName",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:iam/role:Role": "name",
  "aws:kms/alias:Alias": "name",
  "aws:resourcegroups/group:Group": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket",
  "aws:s3/bucketLogging:BucketLogging": "bucket",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": "bucket",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "bucket",
  "aws:sagemaker/appImageConfig:AppImageConfig": "appImageConfigName",
  "aws:sagemaker/image:Image": "imageName",
  "aws:sagemaker/notebookInstance:NotebookInstance": "name",
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": "name",
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig": "studioLifecycleConfigName",
  "aws:ssm/parameter:Parameter": "name",
};

/** Types whose ID contains several inputs. Source: Terraform AWS provider, "Import" of each resource. */
const composed: Record<string, { needs: string[]; id: (inputs: Record<string, string>, context: AwsContext) => string }> = {
  "aws:budgets/budget:Budget": { needs: ["name"], id: ({ name }, { accountId }) => `${accountId}:${name}` },
  "aws:cloudwatch/eventTarget:EventTarget": { needs: ["rule", "targetId"], id: ({ rule, targetId }) => `${rule}/${targetId}` },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    needs: ["logGroupName", "name"],
    id: ({ logGroupName, name }) => `${logGroupName}:${name}`,
  },
  "aws:ec2/route:Route": {
    needs: ["routeTableId", "destinationCidrBlock"],
    id: ({ routeTableId, destinationCidrBlock }) => `${routeTableId}_${destinationCidrBlock}`,
  },
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": {
    needs: ["vpcEndpointId", "routeTableId"],
    id: ({ vpcEndpointId, routeTableId }) => `${vpcEndpointId}/${routeTableId}`,
  },
  "aws:iam/policy:Policy": {
    needs: ["name", "path"],
    id: ({ name, path }, { partition, accountId }) => `arn:${partition}:iam::${accountId}:policy${path}${name}`,
  },
  "aws:iam/rolePolicy:RolePolicy": { needs: ["role", "name"], id: ({ role, name }) => `${role}:${name}` },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    needs: ["role", "policyArn"],
    id: ({ role, policyArn }) => `${role}/${policyArn}`,
  },
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": {
    needs: ["firewallRuleGroupId", "firewallDomainListId"],
    id: ({ firewallRuleGroupId, firewallDomainListId }) => `${firewallRuleGroupId}:${firewallDomainListId}`,
  },
  "aws:s3/accessPoint:AccessPoint": { needs: ["name"], id: ({ name }, { accountId }) => `${accountId}:${name}` },
  "aws:sagemaker/space:Space": {
    needs: ["domainId", "spaceName"],
    id: ({ domainId, spaceName }, context) => arnsIn(context, "sagemaker", `space/${domainId}/${spaceName}`)[0]!,
  },
  "aws:sagemaker/userProfile:UserProfile": {
    needs: ["domainId", "userProfileName"],
    id: ({ domainId, userProfileName }) => `${domainId}/${userProfileName}`,
  },
};

/**
 * Types that a repeated creation changes nothing for: values that always exist, associations that can be repeated, and objects
 * that are overwritten. What contains them deletes them.
 */
const repeatable = new Set([
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:sagemaker/imageVersion:ImageVersion",
  "aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus",
  "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation",
  "aws:servicecatalog/productPortfolioAssociation:ProductPortfolioAssociation",
]);

/** Whether the creation of a resource can simply be repeated. Providers and stashes of Pulumi do not exist in AWS. */
export const isRepeatable = (type: string): boolean => type.startsWith("pulumi:") || repeatable.has(type);

/** The import ID of a resource. `undefined` if the ID does not follow from the inputs. */
export function importId(type: string, inputs: Inputs, context: AwsContext): string | undefined {
  const { needs, id } = Object.hasOwn(composed, type)
    ? composed[type]!
    : { needs: [ofInput[type] ?? ""], id: (given: Record<string, string>) => Object.values(given)[0]! };
  const given = needs.map((name) => [name, inputs[name]] as const);
  if (!given.every((entry): entry is [string, string] => typeof entry[1] === "string")) return undefined;
  return id(Object.fromEntries(given), context);
}

/** Types whose ID follows from the inputs, or whose creation can be repeated. */
export const typesWithoutSearch: readonly string[] = [...Object.keys(ofInput), ...Object.keys(composed), ...repeatable];
