import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type NetworkSettings } from "../settings";
import { nameTag } from "./name-tag";

/** A VPC whose default security group and default network ACL have no rules. */
export function createVpc(
  name: string,
  { cidr, dhcp }: { cidr: string; dhcp?: NetworkSettings["dhcp"] },
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const childOptions = { parent };
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, ...nameTag(name, "vpc") },
    childOptions,
  );
  // Managing the defaults without rules removes the AWS rules, so the defaults allow no traffic.
  new aws.ec2.DefaultSecurityGroup(`${name}-default-group`, { vpcId: vpc.id, ...nameTag(name, "default-closed") }, childOptions);
  new aws.ec2.DefaultNetworkAcl(
    `${name}-default-acl`,
    { defaultNetworkAclId: vpc.defaultNetworkAclId, ...nameTag(name, "default-closed") },
    // A new subnet belongs to the default network ACL until another network ACL is associated.
    { ...childOptions, ignoreChanges: ["subnetIds"] },
  );
  if (dhcp) createDhcpOptions(name, vpc.id, dhcp.domainName, parent);
  return vpc.id;
}

function createDhcpOptions(name: string, vpcId: pulumi.Output<string>, domainName: string, parent: pulumi.Resource): void {
  const options = new aws.ec2.VpcDhcpOptions(
    `${name}-dhcp`,
    { domainName, domainNameServers: ["AmazonProvidedDNS"], ...nameTag(name, "dhcp") },
    { parent },
  );
  new aws.ec2.VpcDhcpOptionsAssociation(`${name}-dhcp`, { vpcId, dhcpOptionsId: options.id }, { parent });
}
