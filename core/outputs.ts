import { type Contract } from "@cloister/components/stack/contract";

/** The outputs that environments read. Creates no resources, so other projects can import this module. Names are public. */
export const coreOutputs = {
  accountId: { kind: "string", about: "hub account, 12 digits" },
  region: { kind: "string", about: "region of the hub" },
  keyArn: { kind: "string", about: "KMS key for the alert topic and the hub's logs, `arn:…:key/…`" },
  logBucketName: { kind: "string", about: "bucket for server access logs of the account's other buckets" },
  permissionsBoundaryArn: {
    kind: "string",
    about: "permissions boundary for the account's roles outside environments and for existing roles, `arn:…:policy/…`",
  },
  administrators: {
    kind: "records",
    about:
      "user roles of the hub, by name: `arn`, `name`, and `switchRoleUrl`, a console link that assumes the role; the role's network conditions also apply in the console",
  },
  centralVpcId: { kind: "string", about: "VPC of the shared endpoints, `vpc-…`; empty without `network`" },
  centralCidr: { kind: "string", about: "IPv4 CIDR range of the VPC of the shared endpoints" },
  centralRouteTableIds: {
    kind: "string[]",
    about: "route tables in the VPC of the shared endpoints, `rtb-…`; one for all Availability Zones",
  },
  centralSecurityGroupId: { kind: "string", about: "security group of the shared endpoints, `sg-…`, to which environments add rules" },
  centralEndpoints: { kind: "string[]", about: "names of the shared endpoints, as in docs/network.md" },
  centralZoneIds: { kind: "records", about: "hosted zone (`zoneId`) for each domain of the shared endpoints" },
  alertTopicArn: { kind: "string", about: "SNS topic for alerts, `arn:…:sns:…`" },
  mirrorFront: { kind: "string", about: "front of the package mirror, such as s3; empty without `mirror`" },
  mirrorRequests: { kind: "string", about: "where members request packages; empty without `mirror`" },
  mirrorBucket: { kind: "string", about: "bucket of the package mirror; empty without front `s3` or `fargate`" },
  mirrorRepositoryArn: {
    kind: "string",
    about: "CodeArtifact repository of the package mirror, `arn:…:repository/…`; empty without front `codeartifact`",
  },
  mirrorIndexUrl: {
    kind: "string",
    about: "index of the package mirror, `https://…/simple/`; empty without front `fargate` or `codeartifact`",
  },
  mirrorServiceName: {
    kind: "string",
    about: "endpoint service of the package mirror, `com.amazonaws.vpce.…`; empty without front `fargate`",
  },
  mirrorZones: { kind: "string[]", about: "Availability Zones of the endpoint service of the package mirror" },
} as const satisfies Contract;

/** The outputs of the portfolio of environments, which the CLI reads. */
export const catalogOutputs = {
  catalogPortfolioId: { kind: "string", about: "portfolio of environments, `port-…`; empty without `catalog`" },
  catalogProductId: { kind: "string", about: "product environment, `prod-…`; empty without `catalog`" },
  catalogArtifactBucket: { kind: "string", about: "bucket for versions of the product environment; empty without `catalog`" },
  catalogStateBucket: { kind: "string", about: "bucket for the state of environments from the portfolio; empty without `catalog`" },
  catalogStateMachineArn: {
    kind: "string",
    about: "state machine that deploys environments from the portfolio, `arn:…:stateMachine:…`; empty without `catalog`",
  },
} as const satisfies Contract;

/** The outputs of the audit of the account. */
export const auditOutputs = {
  auditTrailArn: { kind: "string", about: "trail that records the account, `arn:…:trail/…`; empty without `audit`" },
  auditBucketName: { kind: "string", about: "write-once bucket for log files of the trail; empty without `audit.trail`" },
  auditConfigBucketName: { kind: "string", about: "bucket for configurations of resources; empty without a recorder of `audit.config`" },
  auditLogGroupName: { kind: "string", about: "log group with the events of the trail; empty without `audit`" },
} as const satisfies Contract;

/** All outputs of the core stack. */
export const coreStackOutputs = { ...coreOutputs, ...catalogOutputs, ...auditOutputs };
