import { type Check, type Rule } from "../../rule-kit";
import { isRequested } from "./public-address";

const flag = "associatePublicIpAddress";
/** By type: paths of the flags that request a public address. Launch templates contain the flags as strings. */
const flagsIn: Record<string, string[][]> = {
  "aws:ec2/instance:Instance": [[flag]],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": [[flag]],
  "aws:ec2/spotFleetRequest:SpotFleetRequest": [["launchSpecifications", flag]],
  "aws:ec2/launchConfiguration:LaunchConfiguration": [[flag]],
  "aws:ec2/launchTemplate:LaunchTemplate": [
    ["networkInterfaces", flag],
    ["networkInterfaces", "associateCarrierIpAddress"],
  ],
};

/** An instance without the flag has the setting of its subnet, which network-no-public-subnet evaluates. */
export const noPublicIpInstance: Rule = {
  name: "network-no-public-ip-instance",
  description: "No instance or launch template requests a public address.",
  risk: "A public address is reachable from the internet as soon as the VPC has an internet gateway.",
  fix: `Set ${flag}: false.`,
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub EC2.9, EC2.25, AutoScaling.5",
    "Config ec2-instance-no-public-ip, ec2-launch-template-public-ip-disabled",
    "Checkov CKV_AWS_88, CKV_AWS_389",
    "Prowler ec2_instance_public_ip, ec2_launch_template_no_public_ip",
    "Trivy AWS-0009",
    "cdk-nag EC2InstanceNoPublicIp",
  ],
  resource: Object.fromEntries(
    Object.entries(flagsIn).map(([type, paths]): [string, Check] => [
      type,
      ({ props }, report) => {
        for (const path of paths.filter((path) => isRequested(props, path)))
          report(
            `${path.join(".")} is true, so the instance gets an address that is reachable from outside the VPC. Set ${path.join(".")}: false.`,
          );
      },
    ]),
  ),
};
