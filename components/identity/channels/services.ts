// Data in the requests and responses of other AWS actions, by service prefix. Data only.
// Source: AWS API reference and AWS Service Authorization Reference.
import { type ChannelRows } from "./channel";

export const services: Record<string, ChannelRows> = {
  athena: {
    data: "GetQueryExecution GetQueryResults",
    control: "StopQueryExecution",
    writes: [["StartQueryExecution", "GetQueryExecution GetQueryResults"]],
  },
  bedrock: {
    data: "InvokeModel InvokeModelWithResponseStream",
    writes: [["InvokeModel InvokeModelWithResponseStream", "unread"]],
    foreign: "*",
  },
  budgets: {
    namesBecause: {
      "Only deployments and administrators can write these fields.": "ViewBudget",
    },
  },
  cloudwatch: {
    data: "GetMetricData ListMetrics",
    namesBecause: {
      "Only deployments can create dashboards.": "GetDashboard ListDashboards",
      "Only deployments can create alarms. The state reasons of Cloister's alarms contain counts, which code can increase.":
        "DescribeAlarms",
    },
    writes: [["PutMetricData", "ListMetrics GetMetricData GetMetricStatistics GetMetricWidgetImage"]],
  },
  codeartifact: {
    data: "ReadFromRepository",
    namesBecause: {
      "The endpoint is an AWS host name.": "GetRepositoryEndpoint",
    },
    control: "GetAuthorizationToken",
    foreign: "*",
  },
  codecommit: {
    data: "GitPull",
    writes: [["GitPush", "GitPull"]],
  },
  codeconnections: {
    data: "UseConnection",
    writes: [["UseConnection", "outside"]],
    foreign: "*",
  },
  ec2: {
    data: "DescribeNetworkInterfaces",
    namesBecause: {
      "Only deployments can write names and descriptions of network resources.":
        "DescribeDhcpOptions DescribeFlowLogs DescribeInternetGateways DescribeNatGateways DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs",
    },
    control: "DeleteNetworkInterface DeleteNetworkInterfacePermission",
    controlBecause: {
      "The request contains only an AWS account ID or an AWS service name.": "CreateNetworkInterfacePermission",
      "The response contains the request and IP addresses.": "CreateNetworkInterface",
    },
    writes: [["CreateNetworkInterface", "DescribeNetworkInterfaces DescribeTags"]],
    foreign: "CreateNetworkInterfacePermission",
  },
  ecr: {
    data: "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
    controlBecause: {
      "The endpoint is an AWS host name.": "GetAuthorizationToken",
    },
    foreign: "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
  },
  glue: {
    data: "GetDatabase GetPartitions GetTable GetTables",
    foreign: "*",
  },
  iam: {
    namesBecause: {
      "Only deployments and administrators can write these fields.":
        "GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListPolicies ListRolePolicies ListRoles",
    },
    control: "PassRole",
  },
  kms: {
    data: "Decrypt",
    names: "GetKeyRotationStatus ListKeys",
    namesBecause: {
      "Only deployments and administrators can write these fields.": "DescribeKey GetKeyPolicy ListAliases",
    },
    control: "CancelKeyDeletion DisableKey EnableKey EnableKeyRotation RotateKeyOnDemand",
    controlBecause: {
      "The response is the encrypted request or a random key.": "Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext",
    },
    writes: [
      ["Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext", "unread"],
      ["CreateGrant", "ListGrants ListRetirableGrants"],
    ],
    foreign: "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext",
  },
  lambda: {
    data: "InvokeFunction",
    writes: [["InvokeFunction", "outside"]],
    foreign: "*",
  },
  logs: {
    data: "DescribeLogStreams FilterLogEvents GetLogEvents GetQueryResults",
    names: "StartQuery",
    writes: [
      ["CreateLogGroup", "DescribeLogGroups"],
      ["CreateLogStream", "DescribeLogStreams"],
      ["PutLogEvents", "GetLogEvents FilterLogEvents GetQueryResults"],
    ],
    foreign: "CreateLogGroup CreateLogStream PutLogEvents",
  },
  "resource-groups": {
    namesBecause: {
      "AWS writes the error messages.": "ListGroupResources",
      "Only deployments and administrators can write these fields.": "GetGroup GetGroupQuery ListGroups",
    },
  },
  s3: {
    data: "GetObject ListBucket ListBucketMultipartUploads ListMultipartUploadParts",
    names: "GetBucketLocation ListAllMyBuckets",
    namesBecause: {
      "Only deployments and administrators can write bucket settings.":
        "GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketPublicAccessBlock GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration",
    },
    controlBecause: {
      "The request identifies an existing upload.": "AbortMultipartUpload",
      "The response contains only checksums and identifiers.": "PutObject",
    },
    writes: [
      ["PutObject", "GetObject ListBucket ListBucketMultipartUploads"],
      ["DeleteObject", "ListBucketVersions"],
    ],
    foreign: `
      AbortMultipartUpload DeleteObject GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration
      GetBucketPolicy GetBucketPublicAccessBlock GetBucketVersioning GetEncryptionConfiguration
      GetLifecycleConfiguration GetObject ListBucket ListBucketMultipartUploads ListMultipartUploadParts PutObject
    `,
  },
  secretsmanager: {
    data: "GetSecretValue",
    foreign: "*",
  },
  servicecatalog: {
    data: `
      DescribeProvisionedProduct DescribeRecord ListRecordHistory ProvisionProduct SearchProvisionedProducts
      TerminateProvisionedProduct UpdateProvisionedProduct
    `,
    writes: [
      [
        "ProvisionProduct TerminateProvisionedProduct UpdateProvisionedProduct",
        "DescribeProvisionedProduct DescribeRecord ListRecordHistory SearchProvisionedProducts",
      ],
    ],
    namesBecause: {
      "Only deployments and administrators can write products.":
        "DescribeProduct DescribeProvisioningParameters ListLaunchPaths SearchProducts",
      "Only administrators can write these fields.":
        "DescribePortfolio DescribeProductAsAdmin ListPortfolios ListPrincipalsForPortfolio SearchProductsAsAdmin",
    },
  },
  ssm: {
    namesBecause: {
      "Only deployments can write parameters.": "GetParameter GetParameters GetParametersByPath",
    },
    foreign: "*",
  },
  states: {
    writes: [["StartExecution", "outside"]],
    foreign: "*",
  },
  sts: {
    control: "GetServiceBearerToken",
  },
  tag: {
    data: "GetResources",
  },
};
