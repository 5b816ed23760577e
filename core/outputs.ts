import { type Contract } from "@cloister/components/stack/contract";

/** What core promises. Creates nothing, so anyone may import it. Names are public. */
export const coreOutputs = {
  accountId: { kind: "string", about: "account of the hub, twelve digits" },
  region: { kind: "string", about: "region of the hub" },
  keyArn: { kind: "string", about: "key of the hub's topic and logs, `arn:…:key/…`" },
  logBucketName: { kind: "string", about: "bucket that takes access logs of the account's other buckets" },
  permissionsBoundaryArn: {
    kind: "string",
    about: "the most that a role of the account may do that belongs to no environment, or is brought to one, `arn:…:policy/…`",
  },
  administrators: {
    kind: "records",
    about: "roles of the hub that people take on, by name: `arn`, `name`, and `switchRoleUrl`, a link that changes to it in the console",
  },
  centralVpcId: { kind: "string", about: "VPC of the endpoints for all environments, `vpc-…`; empty without a network" },
  centralCidr: { kind: "string", about: "range of that VPC" },
  centralRouteTableIds: { kind: "string[]", about: "its route tables, `rtb-…`; one for all zones" },
  centralSecurityGroupId: { kind: "string", about: "group of its endpoints, `sg-…`, to which environments add rules" },
  centralEndpoints: { kind: "string[]", about: "names of its endpoints, as docs/network.md has them" },
  centralZoneIds: { kind: "records", about: "hosted zone (`zoneId`) of each name that its endpoints answer" },
  alertTopicArn: { kind: "string", about: "topic of alerts, `arn:…:sns:…`" },
} as const satisfies Contract;
