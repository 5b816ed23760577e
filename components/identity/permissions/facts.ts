// What the permissions of roles are made from. Pure.
import { type AwsContext } from "../../aws/context";

/** What permissions name in one environment. */
export interface EnvironmentFacts extends AwsContext {
  /** `fraud-dev` */
  environment: string;
  /** `arn:…:s3:::…` */
  dataBucketArn: string;
  /** `arn:…:s3:::…` */
  modelBucketArn: string;
  /** Keys of buckets and of volumes, `arn:…:key/…`. */
  keyArns: string[];
  /** `vpc-…` */
  vpcId: string;
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** VPCs whose endpoints calls must use, `vpc-…`: the VPC of the environment, and that of core if its endpoints are used. */
  entranceVpcIds: string[];
}

/** What the permissions of a model name, in an environment or in a target account. */
export interface ModelFacts extends AwsContext {
  /** Buckets with model artifacts, `arn:…:s3:::…`. */
  bucketArns: string[];
  /** Objects that endpoints write requests and responses to, `arn:…:s3:::…/…/*`. Without it, they cannot. */
  captureArn?: string;
  /** `arn:…:key/…` */
  keyArns: string[];
  /** `vpc-…` */
  vpcId: string;
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
}

/** Everything that the permissions of a role can name. A role states what it needs, and its policy depends on that only. */
export interface RoleInputs {
  context: AwsContext;
  facts: EnvironmentFacts;
  /** The ARN of the role itself. */
  selfArn: string;
  /** The shared execution role. */
  executionRoleArn: string;
  /** Every execution role; those of single users as one ARN with a star. */
  executionRoleArns: string[];
  pipelineRoleArn: string;
  modelRoleArn: string;
  /** Name of the notebook instance in SageMaker, `fraud-dev-ledger`. */
  notebookName: string;
  /** `d-…` */
  domainId: string;
}

/** Below this prefix of the data bucket, endpoints write requests and responses. */
export const capturePrefix = "endpoint-capture";
