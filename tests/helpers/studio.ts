import { type EnvironmentFacts } from "@cloister/components/studio/lifecycle";

/** An environment, as its start scripts know it. */
export const facts: EnvironmentFacts = {
  environment: "fraud-dev",
  needsVolumeKey: true,
  region: "eu-central-1",
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-00000000000000001", "subnet-00000000000000002"],
  securityGroupIds: ["sg-0123456789abcdef0"],
  dataKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/0000",
  jobVolumeKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1111",
  dataBucketName: "fraud-dev-data-bucket",
  modelBucketName: "fraud-dev-models-bucket",
};
