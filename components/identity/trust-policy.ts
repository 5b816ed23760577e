// Builds the trust policies of roles. Pure.
import { type AwsContext } from "../aws/context";
import { document, type Statement } from "../aws/policy-document";
import { roleOf, type UserRole } from "./roles";

/**
 * Trust policy of a service role: only SageMaker, for all resources in this account or one type, such as `pipeline/*`.
 * Studio sets the user profile as the source identity, which CloudTrail records.
 * Source:
 * AWS "Cross-service confused deputy prevention" and "Monitoring user resource access from Studio" for SageMaker.
 */
export const sagemakerTrust = ({ accountId, partition, region }: AwsContext, resources = "*") =>
  document([
    {
      Sid: "SageMakerOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "sagemaker.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `arn:${partition}:sagemaker:${region}:${accountId}:${resources}` },
      },
    },
  ]);

/**
 * Statement of the trust policy of a launch role, for products in this account, and in the account that shares them.
 * Source: AWS Service Catalog "Cross-service confused deputy prevention".
 */
export function serviceCatalogStatement({ accountId }: AwsContext, ownerId: string = accountId): Statement {
  return {
    Sid: "ServiceCatalogOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "servicecatalog.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": ownerId === accountId ? accountId : [accountId, ownerId] } },
  };
}

export const serviceCatalogTrust = (context: AwsContext) => document([serviceCatalogStatement(context)]);

/** How users sign in to their roles. */
export interface SignIn {
  signIn: "mfa" | "saml" | "identity-center" | "none";
  /** With `mfa`: users who can assume each role, `arn:…:user/…`. The preflight rejects a user of two separated roles. */
  users: Partial<Record<string, string[]>>;
  /**
   * With `mfa`: users who can assume a role for which no users are listed, `arn:…:user/…`.
   * Empty: every user whose own policies allow `sts:AssumeRole`.
   */
  userArns: string[];
  /** With `saml`: `arn:…:saml-provider/…`. */
  samlProviderArn?: string;
  /** With `identity-center`: permission set for each role. */
  permissionSets: Partial<Record<string, string>>;
  /** With `identity-center`: attribute for access control with the sign-in name of the user. */
  personAttribute: string;
}

/**
 * Name of the role that IAM Identity Center creates for a permission set, as an IAM pattern.
 * AWS appends exactly 16 characters. A longer role name with the same prefix belongs to another permission set.
 */
export const permissionSetRoleName = (permissionSet: string) => `AWSReservedSSO_${permissionSet}_${"?".repeat(16)}`;

/** The SAML audience differs by partition. */
const samlAudience = (partition: string) =>
  ({ "aws-cn": "https://signin.amazonaws.cn/saml", "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml" })[partition] ??
  "https://signin.aws.amazon.com/saml";

type TrustStatement = Omit<Statement, "Sid" | "Effect">;

const samlStatement = ({ samlProviderArn }: SignIn, { partition }: AwsContext): TrustStatement => ({
  Principal: { Federated: samlProviderArn! },
  Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
  Condition: { StringEquals: { "SAML:aud": samlAudience(partition) } },
});

const accountPrincipal = ({ partition, accountId }: AwsContext) => ({ AWS: `arn:${partition}:iam::${accountId}:root` });

const identityCenterStatement = (role: UserRole, { permissionSets, personAttribute }: SignIn, context: AwsContext): TrustStatement => ({
  Principal: accountPrincipal(context),
  Action: "sts:AssumeRole",
  Condition: {
    ArnLike: {
      // The path contains the region of IAM Identity Center, except for us-east-1.
      "aws:PrincipalArn": ["", "*/"].map(
        (region) =>
          `arn:${context.partition}:iam::${context.accountId}:role/aws-reserved/sso.amazonaws.com/${region}${permissionSetRoleName(String(permissionSets[role]))}`,
      ),
    },
    StringEquals: { "sts:RoleSessionName": `\${aws:PrincipalTag/${personAttribute}}` },
  },
});

/** Tag of an IAM user with the name of the user's role. A tag has one value, so it separates duties. */
export const roleTag = "cloister:role";

function mfaStatement(role: UserRole, { users, userArns }: SignIn, context: AwsContext): TrustStatement {
  const usersOfRole = users[role] ?? [];
  const isListed = usersOfRole.length > 0;
  const arns = isListed ? usersOfRole : userArns;
  return {
    Principal: accountPrincipal(context),
    Action: "sts:AssumeRole",
    Condition: {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: {
        "sts:RoleSessionName": "${aws:username}",
        ...(roleOf(role).isSeparated && !isListed && { [`aws:PrincipalTag/${roleTag}`]: role }),
      },
      ...(arns.length > 0 && { ArnEquals: { "aws:PrincipalArn": arns } }),
    },
  };
}

/**
 * Trust policy of a user role.
 * The session name must be the user's name, because it decides which profile the user opens.
 * Source: AWS "Federate with SAML 2.0", "Referencing permission sets in resource policies" and
 * "IAM and AWS STS condition context keys" (`sts:RoleSessionName`).
 */
export function userRoleTrust(role: UserRole, signIn: SignIn, context: AwsContext): string {
  const statement =
    signIn.signIn === "saml"
      ? samlStatement(signIn, context)
      : signIn.signIn === "identity-center"
        ? identityCenterStatement(role, signIn, context)
        : mfaStatement(role, signIn, context);
  return document([{ Sid: "People", Effect: "Allow", ...statement }]);
}

/** Console link that switches a user who is signed in to the account to a role. `switchRoleWarnings` checks the length. */
export function switchRoleUrl({ accountId, partition }: AwsContext, role: { path: string; name: string }, label: string): string {
  const hosts: Record<string, string> = { "aws-cn": "signin.amazonaws.cn", "aws-us-gov": "signin.amazonaws-us-gov.com" };
  const query = new URLSearchParams({ account: accountId, roleName: `${role.path.slice(1)}${role.name}`, displayName: label });
  return `https://${hosts[partition] ?? "signin.aws.amazon.com"}/switchrole?${query.toString()}`;
}
