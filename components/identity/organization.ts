// The same guardrails for a whole organization: policies that its administrators attach to accounts or units. Pure.
import { deniesOf, type GuardrailChoice, rowsOf } from "./guardrails";
import { document, type Statement } from "../aws/policy-document";

/** Characters that AWS Organizations takes of one policy. Source: AWS "Quotas for AWS Organizations". */
export const organizationPolicyLimit = 5120;

export interface Exemption {
  /** Roles that are let through, so that somebody can deploy and repair, `arn:…:role/…`; `*` stands for an account. */
  exemptRoleArns: string[];
}

export interface OrganizationArgs extends Exemption {
  /** `o-…` */
  organizationId: string;
}

const unlessExempt = ({ exemptRoleArns }: Exemption): NonNullable<Statement["Condition"]> =>
  exemptRoleArns.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": exemptRoleArns } } : {};

/** As many statements in each policy as fit. Errors: one that fits in none. */
function policiesOf(statements: Statement[]): string[] {
  const packed: Statement[][] = [];
  for (const statement of statements) {
    const last = packed.at(-1);
    if (last && document([...last, statement]).length <= organizationPolicyLimit) last.push(statement);
    else if (document([statement]).length <= organizationPolicyLimit) packed.push([statement]);
    else
      throw new Error(
        `Statement ${statement.Sid} is longer than a policy of an organization may be (${organizationPolicyLimit} characters). Name fewer exempt roles.`,
      );
  }
  return packed.map(document);
}

/**
 * Service control policies: what nobody in the accounts may do, but for the exempt roles. Asks that networks and keys are given; which, only an environment can know.
 * A domain can be made, in a VPC and under a key only. Gives no rights: AWS's FullAWSAccess, or what stands for it, has to be attached too.
 * Source: AWS "Service control policies"; AWS "Data perimeter policy examples".
 */
export function serviceControlPolicies(choice: GuardrailChoice, args: Exemption): string[] {
  const exempt = unlessExempt(args);
  const rows = deniesOf(rowsOf(choice)).map(({ statement }) => statement);
  const domain: Statement[] = [
    {
      Sid: "DomainsInAVpc",
      Effect: "Deny",
      Action: "sagemaker:CreateDomain",
      Resource: "*",
      // Absent means the public internet, and a negated operator meets what is absent.
      Condition: { StringNotEquals: { "sagemaker:AppNetworkAccessType": "VpcOnly" } },
    },
    {
      Sid: "DomainsStayInTheirVpc",
      Effect: "Deny",
      Action: "sagemaker:UpdateDomain",
      Resource: "*",
      Condition: { StringEquals: { "sagemaker:AppNetworkAccessType": "PublicInternetOnly" } },
    },
    {
      Sid: "DomainsUnderAKey",
      Effect: "Deny",
      Action: "sagemaker:CreateDomain",
      Resource: "*",
      Condition: { Null: { "sagemaker:VolumeKmsKeyArn": "true", "sagemaker:VolumeKmsKey": "true" } },
    },
  ];
  return policiesOf(
    // Deployments make, change and delete domains, so these are asked for what they are, not refused.
    [...rows.filter(({ Sid }) => Sid !== "KeepTheDomain"), ...(choice.profile === "open" ? [] : domain)].map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ...exempt },
    })),
  );
}

/** Data services whose resources a policy of resources can guard. Source: AWS "Resource control policies". */
const guarded = ["s3:*", "kms:*", "sts:AssumeRole", "sqs:*", "secretsmanager:*"];

/**
 * Resource control policies: who reaches what the accounts own. Only principals of the organization and AWS's services, these only on behalf of the organization, and only over TLS.
 * Source: AWS "Resource control policies"; AWS "Data perimeter policy examples" (identity perimeter, confused deputy).
 */
export function resourceControlPolicies({ organizationId, ...args }: OrganizationArgs): string[] {
  const everywhere = { Effect: "Deny" as const, Principal: "*" as const, Resource: "*" };
  return policiesOf([
    {
      Sid: "OnlyOurOrganization",
      ...everywhere,
      Action: guarded,
      Condition: {
        StringNotEqualsIfExists: { "aws:PrincipalOrgID": organizationId },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
        ...unlessExempt(args),
      },
    },
    {
      Sid: "ServicesOnOurBehalf",
      ...everywhere,
      Action: guarded,
      Condition: {
        StringNotEqualsIfExists: { "aws:SourceOrgID": organizationId },
        Null: { "aws:SourceAccount": "false" },
        Bool: { "aws:PrincipalIsAWSService": "true" },
      },
    },
    {
      Sid: "OnlyOverTls",
      ...everywhere,
      Action: ["s3:*", "sqs:*", "kms:*", "secretsmanager:*"],
      Condition: { BoolIfExists: { "aws:SecureTransport": "false" } },
    },
  ]);
}
