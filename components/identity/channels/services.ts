// What the actions of other services carry, by service prefix. Data only.
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
      "Only deployments and administrators write these texts.": "ViewBudget",
    },
  },
  cloudwatch: {
    data: "GetMetricData ListMetrics",
    namesBecause: {
      "Only deployments create dashboards.": "GetDashboard ListDashboards",
      "Only deployments create alarms, and the reason of a state contains only numbers.": "DescribeAlarms",
    },
    writes: [["PutMetricData", "ListMetrics GetMetricData GetMetricStatistics GetMetricWidgetImage"]],
  },
  codeartifact: {
    data: "ReadFromRepository",
    namesBecause: {
      "The endpoint is a host name of AWS.": "GetRepositoryEndpoint",
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
      "Only deployments write the texts of networks.":
        "DescribeDhcpOptions DescribeFlowLogs DescribeInternetGateways DescribeNatGateways DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs",
    },
    control: "DeleteNetworkInterface DeleteNetworkInterfacePermission",
    controlBecause: {
      "The request names an account or a service of AWS.": "CreateNetworkInterfacePermission",
      "The response repeats the request, with addresses.": "CreateNetworkInterface",
    },
    writes: [["CreateNetworkInterface", "DescribeNetworkInterfaces DescribeTags"]],
    foreign: "CreateNetworkInterfacePermission",
  },
  ecr: {
    data: "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
    controlBecause: {
      "The endpoint is a host name of AWS.": "GetAuthorizationToken",
    },
    foreign: "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
  },
  glue: {
    data: "GetDatabase GetPartitions GetTable GetTables",
    foreign: "*",
  },
  iam: {
    namesBecause: {
      "Only deployments and administrators write these texts.":
        "GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAttachedRolePolicies ListPolicies ListRolePolicies ListRoles",
    },
    control: "PassRole",
  },
  kms: {
    data: "Decrypt",
    names: "GetKeyRotationStatus ListKeys",
    namesBecause: {
      "Only deployments and administrators write these texts.": "DescribeKey GetKeyPolicy ListAliases",
    },
    control: "CancelKeyDeletion DisableKey EnableKey EnableKeyRotation RotateKeyOnDemand",
    controlBecause: {
      "The response is the request in encrypted form, or a random key.": "Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext",
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
      "The error messages are texts of AWS.": "ListGroupResources",
      "Only deployments and administrators write these texts.": "GetGroup GetGroupQuery ListGroups",
    },
  },
  s3: {
    data: "GetObject ListBucket ListBucketMultipartUploads ListMultipartUploadParts",
    names: "GetBucketLocation ListAllMyBuckets",
    namesBecause: {
      "Only deployments and administrators write the settings of buckets.":
        "GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketPublicAccessBlock GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration",
    },
    controlBecause: {
      "The request names an upload that exists.": "AbortMultipartUpload",
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
    namesBecause: {
      "Only administrators write these texts.":
        "DescribePortfolio DescribeProductAsAdmin ListPortfolios ListPrincipalsForPortfolio SearchProductsAsAdmin",
    },
  },
  ssm: {
    namesBecause: {
      "Only deployments write parameters.": "GetParameter GetParameters GetParametersByPath",
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
