// Defines the inputs for role permissions. Pure.
import { type AwsContext } from "../../aws/context";

/**
 * Where users work from: the setting `people.network`.
 * `vpc`: only through the environment's VPC endpoints. `anywhere`: SageMaker, log and metric reads also from other networks.
 */
export const peopleNetworks = ["vpc", "anywhere"] as const;
export type PeopleNetwork = (typeof peopleNetworks)[number];

/** Values that role permissions name in one environment. */
export interface EnvironmentFacts extends AwsContext {
  /** `fraud-dev` */
  environment: string;
  /** Tags of the environment's resources, which users set on what they create. */
  tags: Record<string, string>;
  /** `arn:…:s3:::…` */
  dataBucketArn: string;
  /** `arn:…:s3:::…` */
  modelBucketArn: string;
  /** Keys for buckets and volumes, `arn:…:key/…`. */
  keyArns: string[];
  /** `vpc-…` */
  vpcId: string;
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** VPCs whose interface endpoints calls must use, `vpc-…`: the environment's VPC, and the VPC of shared endpoints. */
  entranceVpcIds: string[];
  /** Accounts from which roles can pull images, twelve digits each. */
  imageAccountIds: string[];
}

/** Values that the permissions of a model role name, in an environment or in a target account. */
export interface ModelFacts extends AwsContext {
  /** Buckets with model artifacts, `arn:…:s3:::…`. */
  bucketArns: string[];
  /** Objects to which endpoints write captured requests and responses, `arn:…:s3:::…/…/*`. Default: no data capture. */
  captureArn?: string;
  /** `arn:…:key/…` */
  keyArns: string[];
  /** `vpc-…` */
  vpcId: string;
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** VPCs whose interface endpoints code in the network uses, `vpc-…`. */
  entranceVpcIds: string[];
  /** Accounts from which the role can pull images, twelve digits each. */
  imageAccountIds: string[];
}

/** All inputs for role permissions. Each role lists the inputs that it needs, and its policy depends only on them. */
export interface RoleInputs {
  context: AwsContext;
  facts: EnvironmentFacts;
  /** Where users can read SageMaker descriptions, logs and metrics. */
  peopleNetwork: PeopleNetwork;
  /** From where Studio can open apps: the setting `people.openApps`. */
  openApps: PeopleNetwork;
  /** The ARN of the role itself. */
  selfArn: string;
  /** The shared execution role. */
  executionRoleArn: string;
  pipelineRoleArn: string;
  modelRoleArn: string;
  /** Roles of the environment's notebook instances. */
  notebookRoleArns: string[];
  /** Name of the notebook instance in SageMaker, `fraud-dev-ledger`, or a pattern for those of the product. */
  notebookName: string;
  /** Sign-in name of the user of the notebook instances that the pattern matches. Absent: the name has no pattern. */
  notebookOwner?: string;
  /** `d-…` */
  domainId: string;
}

/** Prefix in the data bucket for the requests and responses that endpoints capture. */
export const capturePrefix = "endpoint-capture";
