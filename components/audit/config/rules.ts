// Lists the managed rules of AWS Config that fit an account with environments. Data only.

export interface ManagedRule {
  /** Part of the name of the rule, which is unique in the account and region. */
  name: string;
  identifier: string;
  /** What the rule requires, as the description of the rule. At most 256 characters. */
  about: string;
  /** The guardrail of the policy pack that requires the same before a deployment. */
  guardrail?: string;
  /** Regions without the rule. */
  absentIn: readonly string[];
}

const newRegions = ["ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "mx-central-1"];
const fewServices = ["ap-south-2", "ap-southeast-4", "ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1"];
const governmental = ["us-gov-east-1", "us-gov-west-1"];
const chinese = ["cn-north-1", "cn-northwest-1"];

/**
 * Rules that resources of Cloister comply with. A rule for isolated models is missing, because isolation is a choice of each environment.
 * Source: AWS Config "List of AWS Config Managed Rules", with the regions of each rule, November 2026.
 */
export const managedRules: readonly ManagedRule[] = [
  {
    name: "domain-in-vpc",
    identifier: "SAGEMAKER_DOMAIN_IN_VPC",
    about: "SageMaker domains use only the VPC",
    guardrail: "sagemaker-domain-vpc-only",
    absentIn: [...newRegions, ...fewServices, ...governmental, ...chinese],
  },
  {
    name: "model-in-vpc",
    identifier: "SAGEMAKER_MODEL_IN_VPC",
    about: "SageMaker models run in a VPC",
    guardrail: "sagemaker-model-in-vpc",
    absentIn: [...newRegions, ...fewServices, ...governmental, ...chinese],
  },
  {
    name: "endpoint-config-kms",
    identifier: "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
    about: "SageMaker endpoint configurations have a KMS key",
    guardrail: "sagemaker-endpoint-config-kms",
    absentIn: [...newRegions, "ap-southeast-4"],
  },
  {
    name: "notebook-in-vpc",
    identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC",
    about: "SageMaker notebook instances are in a VPC",
    guardrail: "sagemaker-notebook-in-vpc",
    absentIn: [...newRegions, ...fewServices, ...governmental],
  },
  {
    name: "notebook-kms",
    identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
    about: "SageMaker notebook instances have a KMS key",
    guardrail: "sagemaker-notebook-kms",
    absentIn: newRegions,
  },
  {
    name: "notebook-no-internet",
    identifier: "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
    about: "SageMaker notebook instances have no direct internet access",
    guardrail: "sagemaker-notebook-no-direct-internet",
    absentIn: newRegions,
  },
  {
    name: "notebook-no-root",
    identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK",
    about: "SageMaker notebook instances give users no root access",
    absentIn: [...newRegions, ...fewServices, ...governmental],
  },
  {
    name: "flow-logs",
    identifier: "VPC_FLOW_LOGS_ENABLED",
    about: "VPCs have flow logs",
    absentIn: [],
  },
  {
    name: "trail-in-all-regions",
    identifier: "MULTI_REGION_CLOUD_TRAIL_ENABLED",
    about: "A trail records all regions",
    absentIn: [],
  },
  {
    name: "trail-validation",
    identifier: "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
    about: "Trails validate their log files",
    absentIn: [],
  },
  {
    name: "bucket-tls",
    identifier: "S3_BUCKET_SSL_REQUESTS_ONLY",
    about: "Buckets accept only requests with TLS",
    guardrail: "s3-tls-only",
    absentIn: [],
  },
  {
    name: "bucket-not-public",
    identifier: "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
    about: "Buckets block public access",
    guardrail: "s3-public-access-block-present",
    absentIn: [],
  },
  {
    name: "key-rotation",
    identifier: "CMK_BACKING_KEY_ROTATION_ENABLED",
    about: "Customer managed keys rotate",
    guardrail: "kms-key-rotation",
    absentIn: [],
  },
  {
    name: "key-not-deleted",
    identifier: "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
    about: "No customer managed key is scheduled for deletion",
    absentIn: ["ap-east-2", "ap-southeast-6", "eu-south-1"],
  },
  {
    name: "root-without-keys",
    identifier: "IAM_ROOT_ACCESS_KEY_CHECK",
    about: "The root user has no access key",
    absentIn: [...newRegions, "ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1"],
  },
];
