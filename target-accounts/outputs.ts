import { type Contract } from "@cloister/components/stack/contract";

/** The outputs of one stage of target accounts. Creates nothing, so other projects can import it. Names are public. */
export const targetOutputs = {
  environment: { kind: "string", about: "environment whose models run in the accounts" },
  stage: { kind: "string", about: "stage of the accounts" },
  accounts: {
    kind: "records",
    about:
      "by account: `accountId`, `region`, `vpcId`, `subnetIds` (comma-separated), `securityGroupId`, `deployRoleArn`, `modelRoleArn`, `keyArn`, `modelBucketName`",
  },
  registryPath: { kind: "string", about: "path of the SSM parameters in the hub that register the accounts" },
} as const satisfies Contract;
