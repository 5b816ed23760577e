// Who may take on a role. Pure.
import { document, type Statement } from "../aws/policy-document";
import { type AwsContext } from "../aws/context";

/**
 * Trust of a role that SageMaker takes on, for this account's own resources only, or for those of one kind: `pipeline/*`. Studio also says which profile it works for, which the trail then shows.
 * Source: AWS "Cross-service confused deputy prevention" and "Monitoring user resource access from Studio" for SageMaker.
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

/** How people come to their roles. */
export interface People {
  signIn: "mfa" | "saml" | "identity-center" | "none";
  /** With `mfa`: users who may take on the role, `arn:…:user/…`; empty: those whom the account's own policies let. */
  userArns: string[];
  /** With `saml`: `arn:…:saml-provider/…`. */
  samlProviderArn?: string;
  /** With `identity-center`: permission set of each role. */
  permissionSets: Partial<Record<string, string>>;
  /** With `identity-center`: attribute for access control that holds the name with which a person signs in. */
  personAttribute: string;
}

export const userRoles = ["data-science-administrator", "team-administrator", "data-scientist", "lifecycle"] as const;
export type UserRole = (typeof userRoles)[number];

/** SAML's audience, which differs by partition. */
const samlAudience = (partition: string) =>
  ({ "aws-cn": "https://signin.amazonaws.cn/saml", "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml" })[partition] ??
  "https://signin.aws.amazon.com/saml";

/**
 * Trust of a role that a person takes on. The session's name is the person's, and not of their choosing: what they may open goes by it.
 * Source: AWS "Federate with SAML 2.0", "Referencing permission sets in resource policies" and "IAM and AWS STS condition context keys" (`sts:RoleSessionName`).
 */
export function userRoleTrust(role: UserRole, people: People, { accountId, partition }: AwsContext): string {
  const account = { AWS: `arn:${partition}:iam::${accountId}:root` };
  const statement = (): Omit<Statement, "Sid" | "Effect"> => {
    if (people.signIn === "saml")
      return {
        Principal: { Federated: people.samlProviderArn! },
        Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        Condition: { StringEquals: { "SAML:aud": samlAudience(partition) } },
      };
    if (people.signIn === "identity-center")
      return {
        Principal: account,
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: {
            // In the path is the region of Identity Center, unless that is us-east-1. Sixteen characters that AWS adds: a longer name that begins alike is another set.
            "aws:PrincipalArn": ["", "*/"].map(
              (context) =>
                `arn:${partition}:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${context}AWSReservedSSO_${people.permissionSets[role]}_${"?".repeat(16)}`,
            ),
          },
          StringEquals: { "sts:RoleSessionName": `\${aws:PrincipalTag/${people.personAttribute}}` },
        },
      };
    return {
      Principal: account,
      Action: "sts:AssumeRole",
      Condition: {
        Bool: { "aws:MultiFactorAuthPresent": "true" },
        StringEquals: { "sts:RoleSessionName": "${aws:username}" },
        ...(people.userArns.length > 0 && { ArnEquals: { "aws:PrincipalArn": people.userArns } }),
      },
    };
  };
  return document([{ Sid: "People", Effect: "Allow", ...statement() }]);
}

/** A link with which a person who is signed in to the account changes to a role in the console. */
export function switchRoleUrl({ accountId, partition }: AwsContext, role: { path: string; name: string }, label: string): string {
  const console: Record<string, string> = { "aws-cn": "signin.amazonaws.cn", "aws-us-gov": "signin.amazonaws-us-gov.com" };
  const query = new URLSearchParams({ account: accountId, roleName: `${role.path.slice(1)}${role.name}`, displayName: label });
  return `https://${console[partition] ?? "signin.aws.amazon.com"}/switchrole?${query.toString()}`;
}
