// What SageMaker checks in other services before it takes a request.
import { AwsError } from "../../aws-error";
import { trustsService } from "../../iam";
import { invalid, type Sagemaker } from "./state";

const refusedAs =
  (message: string) =>
  (error: unknown): never => {
    throw error instanceof AwsError && error.status < 500 && !error.code.startsWith("Sandbox") ? invalid(message) : error;
  };

/** Subnets and groups must exist; in the VPC, when one is named. */
export async function networkFits(
  context: Sagemaker,
  { vpc, subnets = [], groups = [] }: { vpc?: unknown; subnets?: unknown; groups?: unknown },
): Promise<void> {
  if (vpc !== undefined)
    await context.moto("ec2", "DescribeVpcs", { VpcIds: [vpc] }).catch(refusedAs(`The vpc ID '${String(vpc)}' does not exist`));
  const looks = [
    { ids: subnets as string[], operation: "DescribeSubnets", member: "SubnetIds", list: "Subnets", words: "subnet" },
    { ids: groups as string[], operation: "DescribeSecurityGroups", member: "GroupIds", list: "SecurityGroups", words: "security group" },
  ];
  const homes = await Promise.all(
    looks
      .filter(({ ids }) => ids.length > 0)
      .map(async ({ ids, operation, member, list, words }) => {
        const answer = await context
          .moto("ec2", operation, { [member]: ids })
          .catch(refusedAs(`Unable to describe ${words}(s) ${ids.join(", ")}: not found`));
        return (answer[list] as { VpcId: string }[]).map(({ VpcId }) => ({ VpcId, words, ids }));
      }),
  );
  const expected = vpc ?? homes.flat()[0]?.VpcId;
  const stray = homes.flat().find(({ VpcId }) => VpcId !== expected);
  if (stray) throw invalid(`The ${stray.words}(s) ${stray.ids.join(", ")} must belong to the VPC ${String(expected)}`);
}

/** A key must exist and be enabled. */
export async function keyIsUsable(context: Sagemaker, key: unknown): Promise<void> {
  if (key === undefined) return;
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(key))?.[1];
  const refusal = `The KMS key '${String(key)}' does not exist or is not enabled`;
  const { KeyMetadata } = await context.moto("kms", "DescribeKey", { KeyId: key }, { account: owner }).catch(refusedAs(refusal));
  if ((KeyMetadata as { KeyState: string }).KeyState !== "Enabled") throw invalid(refusal);
}

/** SageMaker must be able to assume a role. */
export async function roleIsAssumable(context: Sagemaker, arn: unknown): Promise<void> {
  if (arn === undefined) return;
  const refusal = `Could not assume role ${String(arn)}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`;
  const [, account, path] = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(String(arn)) ?? [];
  if (!account || !path) throw invalid(refusal);
  const { Role } = (await context.moto("iam", "GetRole", { RoleName: path.split("/").at(-1) }, { account }).catch(refusedAs(refusal))) as {
    Role: { Arn: string; AssumeRolePolicyDocument: string };
  };
  const isTrusted = trustsService(decodeURIComponent(Role.AssumeRolePolicyDocument), "sagemaker.amazonaws.com");
  if (Role.Arn !== arn || !isTrusted) throw invalid(refusal);
}
