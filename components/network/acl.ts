// Rules of the network ACLs. Pure.
import { privateRanges } from "../aws/cidr";

interface AclRule {
  ruleNo: number;
  action: "allow";
  protocol: "tcp" | "-1";
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

interface AclRules {
  ingress: AclRule[];
  egress: AclRule[];
}

const anywhere = "0.0.0.0/0";
const tcp = (ruleNo: number, cidrBlock: string, fromPort: number, toPort: number): AclRule => ({
  ruleNo,
  action: "allow",
  protocol: "tcp",
  cidrBlock,
  fromPort,
  toPort,
});

/** Everything within the VPC; security groups tell who may talk to whom there. */
const within = (ranges: readonly string[]): AclRule[] =>
  ranges.map((cidrBlock, i) => ({ ruleNo: 100 + i, action: "allow", protocol: "-1", cidrBlock, fromPort: 0, toPort: 0 }));

/**
 * What gets in and out of private subnets: the VPC's own traffic, and HTTPS with its answers, because S3 is reached at public addresses also through its gateway endpoint.
 * An ACL can't name S3's prefix list and does not lead anywhere by itself: without a route there is nothing at the other addresses.
 * Source: AWS "Gateway endpoints for Amazon S3", network ACLs; Security Hub EC2.21.
 */
export const privateAcl = (ranges: readonly string[]): AclRules => ({
  // Linux picks ports from 32768 on; 3389 (remote desktop) is not among them.
  ingress: [...within(ranges), tcp(200, anywhere, 32768, 65535)],
  egress: [...within(ranges), tcp(200, anywhere, 443, 443)],
});

/** What gets in and out of subnets in which there are endpoints for peered networks only: HTTPS from private addresses, and its answers. Which networks there are is not known when they are made. */
export const endpointAcl = (): AclRules => ({
  ingress: privateRanges.map((range, i) => tcp(100 + i, range, 443, 443)),
  egress: privateRanges.map((range, i) => tcp(100 + i, range, 1024, 65535)),
});

/** What gets in and out of public subnets, in which there are NAT gateways only: HTTPS for others, and its answers. */
export const publicAcl = (ranges: readonly string[]): AclRules => ({
  // NAT gateways pick ports from 1024 on. Source: AWS "NAT gateway basics"; Security Hub EC2.21 on 3389.
  ingress: [...within(ranges), tcp(200, anywhere, 1024, 3388), tcp(201, anywhere, 3390, 65535)],
  egress: [...within(ranges), tcp(200, anywhere, 443, 443)],
});
