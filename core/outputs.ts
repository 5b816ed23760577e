import { type Contract } from "@cloister/components/contract";

/** What core promises. Creates nothing, so anyone may import it. Names are public. */
export const coreOutputs = {
  accountId: { kind: "string", about: "account of the hub, twelve digits" },
  region: { kind: "string", about: "region of the hub" },
  keyArn: { kind: "string", about: "key of the hub's topic and logs, `arn:…:key/…`" },
  logBucketName: { kind: "string", about: "bucket that takes access logs of the account's other buckets" },
  permissionsBoundaryArn: { kind: "string", about: "the most that a role of the product may do, `arn:…:policy/…`" },
  alertTopicArn: { kind: "string", about: "topic of alerts, `arn:…:sns:…`" },
} as const satisfies Contract;
