import { deploymentRole } from "./accounts";
import { AwsError } from "./aws-error";
import { type Gateway } from "./gateway";
import { type WorldSettings } from "./settings";

/** Creates the deployment role in each account that lacks it, as AWS Organizations does in a new account. */
export async function seed(gateway: Gateway, { accounts, hubAccount, region }: WorldSettings): Promise<void> {
  for (const account of accounts) {
    const call = (operation: string, input: object) => gateway.callMoto({ account, region }, "iam", operation, input);
    const exists = await call("GetRole", { RoleName: deploymentRole }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AwsError && error.code === "NoSuchEntity") return false;
        throw error;
      },
    );
    if (exists) continue;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${hubAccount}:root` }, Action: "sts:AssumeRole" }],
    };
    await call("CreateRole", { RoleName: deploymentRole, AssumeRolePolicyDocument: JSON.stringify(trust), MaxSessionDuration: 43_200 });
    await call("AttachRolePolicy", { RoleName: deploymentRole, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  }
}
