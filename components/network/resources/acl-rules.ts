// Rules of network ACLs. Pure.
import { privateRanges } from "../../aws/cidr";

interface AclRule {
  ruleNo: number;
  action: "allow";
  protocol: "tcp" | "-1";
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

export interface AclRules {
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

/** All traffic within the VPC; security groups restrict it further. */
const withinVpc = (ranges: readonly string[]): AclRule[] =>
  ranges.map((cidrBlock, i) => ({ ruleNo: 100 + i, action: "allow", protocol: "-1", cidrBlock, fromPort: 0, toPort: 0 }));

/**
 * Private subnets: traffic within the VPC, and HTTPS with its responses, because S3 has public addresses also behind its gateway endpoint.
 * An ACL cannot name the prefix list of S3. The other public addresses have no route.
 * Source: AWS "Gateway endpoints for Amazon S3", network ACLs; Security Hub EC2.21.
 */
export const privateAcl = (ranges: readonly string[]): AclRules => ({
  // Linux uses source ports from 32768 on; 3389 (remote desktop) is not among them.
  ingress: [...withinVpc(ranges), tcp(200, anywhere, 32768, 65535)],
  egress: [...withinVpc(ranges), tcp(200, anywhere, 443, 443)],
});

/** Subnets of shared endpoints: HTTPS from private addresses, and its responses. The networks that use them are not known yet. */
export const sharedEndpointAcl = (): AclRules => ({
  ingress: privateRanges.map((range, i) => tcp(100 + i, range, 443, 443)),
  egress: privateRanges.map((range, i) => tcp(100 + i, range, 1024, 65535)),
});

/** Public subnets, which contain only NAT gateways: HTTPS to the internet, and its responses. */
export const publicAcl = (ranges: readonly string[]): AclRules => ({
  // NAT gateways use source ports from 1024 on. Source: AWS "NAT gateway basics"; Security Hub EC2.21 on 3389.
  ingress: [...withinVpc(ranges), tcp(200, anywhere, 1024, 3388), tcp(201, anywhere, 3390, 65535)],
  egress: [...withinVpc(ranges), tcp(200, anywhere, 443, 443)],
});
