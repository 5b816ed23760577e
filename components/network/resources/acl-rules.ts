// Builds the rules of network ACLs. Pure.
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

/** Allows all traffic within the VPC. Security groups restrict this traffic further. */
const withinVpc = (ranges: readonly string[], first = 100): AclRule[] =>
  ranges.map((cidrBlock, i) => ({ ruleNo: first + i, action: "allow", protocol: "-1", cidrBlock, fromPort: 0, toPort: 0 }));

/**
 * Rules for private subnets: traffic within the VPC, and HTTPS with responses, because S3 has public addresses even
 * behind a gateway endpoint. A network ACL cannot name the S3 prefix list. No route leads to other public addresses.
 * Source: AWS "Gateway endpoints for Amazon S3", network ACLs; Security Hub EC2.21.
 */
export const privateAcl = (ranges: readonly string[]): AclRules => ({
  // Linux uses source ports from 32768, so port 3389 (Remote Desktop) can stay closed.
  ingress: [...withinVpc(ranges), tcp(200, anywhere, 32768, 65535)],
  egress: [...withinVpc(ranges), tcp(200, anywhere, 443, 443)],
});

/**
 * Rules for subnets of shared endpoints: HTTPS from all private addresses, because the client networks are unknown, and
 * HTTPS to the public addresses of S3 with responses, as in private subnets. Also all traffic within `ranges`.
 */
export const sharedEndpointAcl = (ranges: readonly string[] = []): AclRules => ({
  ingress: [...withinVpc(ranges, 50), ...privateRanges.map((range, i) => tcp(100 + i, range, 443, 443)), tcp(200, anywhere, 32768, 65535)],
  egress: [...withinVpc(ranges, 50), ...privateRanges.map((range, i) => tcp(100 + i, range, 1024, 65535)), tcp(200, anywhere, 443, 443)],
});

/** Rules for public subnets, which contain only NAT gateways: HTTPS to the internet, with responses. */
export const publicAcl = (ranges: readonly string[]): AclRules => ({
  // NAT gateways use source ports from 1024. Source: AWS "NAT gateway basics"; for port 3389, Security Hub EC2.21.
  ingress: [...withinVpc(ranges), tcp(200, anywhere, 1024, 3388), tcp(201, anywhere, 3390, 65535)],
  egress: [...withinVpc(ranges), tcp(200, anywhere, 443, 443)],
});
