import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const team = new pulumi.Config("cloister-environment").require("team");
const name = `${team}-dev`;
const tags = { "cloister:environment": name };
const vpc = new aws.ec2.Vpc(name, { cidrBlock: "10.90.0.0/20", tags });
const subnets = ["a", "b"].map(
  (zone, i) =>
    new aws.ec2.Subnet(`${name}-${zone}`, {
      vpcId: vpc.id,
      cidrBlock: `10.90.${i}.0/24`,
      availabilityZone: `eu-central-1${zone}`,
      tags,
    }),
);
const role = new aws.iam.Role(name, {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
  tags,
});
const domain = new aws.sagemaker.Domain(name, {
  domainName: name,
  authMode: "IAM",
  appNetworkAccessType: "VpcOnly",
  vpcId: vpc.id,
  subnetIds: subnets.map(({ id }) => id),
  defaultUserSettings: { executionRole: role.arn },
  retentionPolicy: { homeEfsFileSystem: "Retain" },
  tags,
});
new aws.sagemaker.UserProfile(name, { domainId: domain.id, userProfileName: "ana", tags });

export const domainId = domain.id;
