// Creates IAM roles and managed policies, which is what a bootstrap template contains.
import { type Cloud, generatedName, type Kind, listOf } from "./kind";
import { type Properties } from "./template";

const json = (document: unknown) => (typeof document === "string" ? document : JSON.stringify(document));

interface InlinePolicy {
  PolicyName: string;
  PolicyDocument: unknown;
}

/** Calls IAM as a client does, so that a stack meets the rules of IAM. */
const iam = ({ asClient }: Cloud, operation: string, input: Properties) => asClient("iam", operation, input);

/** The ARNs of the managed policies and the names of the inline policies of a role. */
async function policiesOf(cloud: Cloud, RoleName: string): Promise<{ attached: string[]; inline: string[] }> {
  const { AttachedPolicies } = await iam(cloud, "ListAttachedRolePolicies", { RoleName });
  const { PolicyNames } = await iam(cloud, "ListRolePolicies", { RoleName });
  return {
    attached: listOf<{ PolicyArn: string }>(AttachedPolicies).map(({ PolicyArn }) => PolicyArn),
    inline: listOf<string>(PolicyNames),
  };
}

/** Gives a role exactly these policies. */
async function setPolicies(cloud: Cloud, RoleName: string, { ManagedPolicyArns, Policies }: Properties): Promise<void> {
  const [arns, policies] = [listOf<string>(ManagedPolicyArns), listOf<InlinePolicy>(Policies)];
  const { attached, inline } = await policiesOf(cloud, RoleName);
  for (const PolicyArn of attached.filter((arn) => !arns.includes(arn))) await iam(cloud, "DetachRolePolicy", { RoleName, PolicyArn });
  for (const PolicyName of inline.filter((name) => !policies.some((policy) => policy.PolicyName === name)))
    await iam(cloud, "DeleteRolePolicy", { RoleName, PolicyName });
  for (const PolicyArn of arns.filter((arn) => !attached.includes(arn))) await iam(cloud, "AttachRolePolicy", { RoleName, PolicyArn });
  for (const { PolicyName, PolicyDocument } of policies)
    await iam(cloud, "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: json(PolicyDocument) });
}

async function removeRole(cloud: Cloud, RoleName: string): Promise<void> {
  await setPolicies(cloud, RoleName, {});
  await iam(cloud, "DeleteRole", { RoleName });
}

export const iamTypes: Record<string, Kind> = {
  "AWS::IAM::ManagedPolicy": {
    createOnly: ["Description", "ManagedPolicyName", "Path"],
    name: ["ManagedPolicyName"],
    async create({ ManagedPolicyName, Path, Description, PolicyDocument }, stackContext) {
      const { cloud } = stackContext;
      const input = {
        PolicyName: ManagedPolicyName ?? generatedName(stackContext, 128),
        Path,
        Description,
        PolicyDocument: json(PolicyDocument),
      };
      const { Policy } = (await iam(cloud, "CreatePolicy", input)) as { Policy: { Arn: string } };
      return { id: Policy.Arn, attributes: { PolicyArn: Policy.Arn } };
    },
    async update({ id: PolicyArn }, { PolicyDocument }, { cloud }) {
      const { Versions } = (await iam(cloud, "ListPolicyVersions", { PolicyArn })) as { Versions: { VersionId: string }[] };
      await iam(cloud, "CreatePolicyVersion", { PolicyArn, PolicyDocument: json(PolicyDocument), SetAsDefault: true });
      for (const { VersionId } of Versions) await iam(cloud, "DeletePolicyVersion", { PolicyArn, VersionId });
    },
    async remove({ id: PolicyArn }, cloud) {
      await iam(cloud, "DeletePolicy", { PolicyArn });
    },
  },
  "AWS::IAM::Role": {
    createOnly: ["Path", "RoleName"],
    name: ["RoleName"],
    async create(properties, stackContext) {
      const { cloud } = stackContext;
      const { Path, Description, MaxSessionDuration, AssumeRolePolicyDocument, PermissionsBoundary, Tags } = properties;
      const RoleName = String(properties.RoleName ?? generatedName(stackContext, 64));
      const input = { RoleName, Path, Description, MaxSessionDuration, PermissionsBoundary, Tags };
      const { Role } = (await iam(cloud, "CreateRole", { ...input, AssumeRolePolicyDocument: json(AssumeRolePolicyDocument) })) as {
        Role: { Arn: string };
      };
      try {
        await setPolicies(cloud, RoleName, properties);
      } catch (error) {
        await removeRole(cloud, RoleName);
        throw error;
      }
      return { id: RoleName, attributes: { Arn: Role.Arn } };
    },
    async update({ id: RoleName }, after, { cloud }) {
      await iam(cloud, "UpdateAssumeRolePolicy", { RoleName, PolicyDocument: json(after.AssumeRolePolicyDocument) });
      await setPolicies(cloud, RoleName, after);
      if (after.Tags !== undefined) await iam(cloud, "TagRole", { RoleName, Tags: after.Tags });
    },
    remove: ({ id }, cloud) => removeRole(cloud, id),
  },
};
