import { type Contract } from "@cloister/components/stack/contract";

/** What the accounts of a stage promise. Creates nothing, so anyone may import it. Names are public. */
export const targetOutputs = {
  environment: { kind: "string", about: "environment whose models the accounts run" },
  stage: { kind: "string", about: "stage of the accounts" },
  accounts: {
    kind: "records",
    about:
      "for each account: `region`, `vpcId`, `subnetIds` (comma-separated), `securityGroupId`, `deployRoleArn`, `modelRoleArn`, `keyArn`, `modelBucketName`",
  },
  registryPath: { kind: "string", about: "SSM path in the hub below which the accounts are registered" },
} as const satisfies Contract;
