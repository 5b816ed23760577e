import { type Contract } from "@cloister/components/stack/contract";

/** The outputs of one stage of target accounts. Creates no resources, so other projects can import this module. */
export const targetOutputs = {
  environment: { kind: "string", about: "environment whose models run in the accounts" },
  stage: { kind: "string", about: "stage of the accounts" },
  accounts: {
    kind: "records",
    about:
      "facts by account: `accountId`, `region`, `vpcId`, `subnetIds` (comma-separated), `securityGroupId`, `deployRoleArn`, `modelRoleArn`, `keyArn`, `modelBucketName`",
  },
  registryPath: { kind: "string", about: "path of the SSM parameters that register the accounts in the hub" },
} as const satisfies Contract;
