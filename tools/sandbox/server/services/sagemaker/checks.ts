// Checks the resources in other services that SageMaker validates.
import { AwsError } from "../../aws-error";
import { trustsService } from "../../iam";
import { invalid, type Sagemaker } from "./state";

const rejectWith =
  (message: string) =>
  (error: unknown): never => {
    throw error instanceof AwsError && error.status < 500 && !error.code.startsWith("Sandbox") ? invalid(message) : error;
  };

/** Subnets and security groups must exist. If the request names a VPC, they must be in that VPC. */
export async function networkFits(
  context: Sagemaker,
  { vpc, subnets = [], groups = [] }: { vpc?: unknown; subnets?: unknown; groups?: unknown },
): Promise<void> {
  if (vpc !== undefined)
    await context.moto("ec2", "DescribeVpcs", { VpcIds: [vpc] }).catch(rejectWith(`The vpc ID '${String(vpc)}' does not exist`));
  const lookups = [
    { ids: subnets as string[], operation: "DescribeSubnets", member: "SubnetIds", list: "Subnets", words: "subnet" },
    { ids: groups as string[], operation: "DescribeSecurityGroups", member: "GroupIds", list: "SecurityGroups", words: "security group" },
  ];
  const found = await Promise.all(
    lookups
      .filter(({ ids }) => ids.length > 0)
      .map(async ({ ids, operation, member, list, words }) => {
        const answer = await context
          .moto("ec2", operation, { [member]: ids })
          .catch(rejectWith(`Unable to describe ${words}(s) ${ids.join(", ")}: not found`));
        return (answer[list] as { VpcId: string }[]).map(({ VpcId }) => ({ VpcId, words, ids }));
      }),
  );
  const expected = vpc ?? found.flat()[0]?.VpcId;
  const outside = found.flat().find(({ VpcId }) => VpcId !== expected);
  if (outside) throw invalid(`The ${outside.words}(s) ${outside.ids.join(", ")} must belong to the VPC ${String(expected)}`);
}

/** A KMS key must exist and be enabled. */
export async function keyIsUsable(context: Sagemaker, key: unknown): Promise<void> {
  if (key === undefined) return;
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(key))?.[1];
  const message = `The KMS key '${String(key)}' does not exist or is not enabled`;
  const { KeyMetadata } = await context.moto("kms", "DescribeKey", { KeyId: key }, { account: owner }).catch(rejectWith(message));
  if ((KeyMetadata as { KeyState: string }).KeyState !== "Enabled") throw invalid(message);
}

/** The trust policy of a role must let SageMaker assume the role. */
export async function roleIsAssumable(context: Sagemaker, arn: unknown): Promise<void> {
  if (arn === undefined) return;
  const message = `Could not assume role ${String(arn)}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`;
  const [, account, path] = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(String(arn)) ?? [];
  if (!account || !path) throw invalid(message);
  const { Role } = (await context.moto("iam", "GetRole", { RoleName: path.split("/").at(-1) }, { account }).catch(rejectWith(message))) as {
    Role: { Arn: string; AssumeRolePolicyDocument: string };
  };
  const isTrusted = trustsService(decodeURIComponent(Role.AssumeRolePolicyDocument), "sagemaker.amazonaws.com");
  if (Role.Arn !== arn || !isTrusted) throw invalid(message);
}

/** The scripts of lifecycle configurations are encoded in base64. */
export const isBase64 = (content: unknown): boolean =>
  typeof content === "string" && content.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(content);
