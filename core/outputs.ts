import { type Contract } from "@cloister/components/stack/contract";

/** The outputs of core. Creates nothing, so other projects can import it. Names are public. */
export const coreOutputs = {
  accountId: { kind: "string", about: "hub account, 12 digits" },
  region: { kind: "string", about: "region of the hub" },
  keyArn: { kind: "string", about: "KMS key of the alert topic and of the hub's logs, `arn:…:key/…`" },
  logBucketName: { kind: "string", about: "bucket for access logs of the account's other buckets" },
  permissionsBoundaryArn: {
    kind: "string",
    about: "permissions boundary of the account's roles outside environments and of existing roles, `arn:…:policy/…`",
  },
  administrators: {
    kind: "records",
    about: "user roles of the hub, by name: `arn`, `name`, and `switchRoleUrl`, a console link that assumes the role",
  },
  centralVpcId: { kind: "string", about: "VPC of the shared endpoints, `vpc-…`; empty without `network`" },
  centralCidr: { kind: "string", about: "IPv4 range of that VPC" },
  centralRouteTableIds: { kind: "string[]", about: "route tables of that VPC, `rtb-…`; one for all zones" },
  centralSecurityGroupId: { kind: "string", about: "security group of the shared endpoints, `sg-…`; environments add their rules to it" },
  centralEndpoints: { kind: "string[]", about: "names of the shared endpoints, as in docs/network.md" },
  centralZoneIds: { kind: "records", about: "hosted zone (`zoneId`) of each DNS name that the shared endpoints answer" },
  alertTopicArn: { kind: "string", about: "SNS topic of alerts, `arn:…:sns:…`" },
} as const satisfies Contract;
