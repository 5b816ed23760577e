// The guardrails as policies of an organization, which its administrators attach to accounts or organizational units. Pure.
import { deniesOf, type GuardrailChoice, guardrailsOf } from "./guardrails";
import { document, type Statement } from "../aws/policy-document";

/** Most characters of one policy. Source: AWS "Quotas for AWS Organizations". */
export const organizationPolicyLimit = 5120;

export interface Exemption {
  /** Exempt roles, for deployment and repair, `arn:…:role/…`; `*` can stand for the account. */
  exemptRoleArns: string[];
}

export interface OrganizationArgs extends Exemption {
  /** `o-…` */
  organizationId: string;
}

const unlessExempt = ({ exemptRoleArns }: Exemption): NonNullable<Statement["Condition"]> =>
  exemptRoleArns.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": exemptRoleArns } } : {};

/** As many statements in each policy as fit. Errors: `RangeError` for a statement that fits in no policy. */
function policiesOf(statements: Statement[]): string[] {
  const packed: Statement[][] = [];
  for (const statement of statements) {
    const last = packed.at(-1);
    if (last && document([...last, statement]).length <= organizationPolicyLimit) last.push(statement);
    else if (document([statement]).length <= organizationPolicyLimit) packed.push([statement]);
    else
      throw new RangeError(
        `Statement '${statement.Sid}' must have at most ${organizationPolicyLimit} characters (got ${document([statement]).length}). Fix: name fewer exempt roles`,
      );
  }
  return packed.map(document);
}

/**
 * Service control policies: what no principal in the accounts can do, except for exempt roles.
 * Calls must name a network and keys, but any: only an environment knows its own. Domains must be in a VPC and have a key.
 * They grant nothing: FullAWSAccess of AWS, or another policy with permissions, must also be attached.
 * Source: AWS "Service control policies"; AWS "Data perimeter policy examples".
 */
export function serviceControlPolicies(choice: GuardrailChoice, args: Exemption): string[] {
  const exempt = unlessExempt(args);
  const rows = deniesOf(guardrailsOf(choice)).map(({ statement }) => statement);
  const domain: Statement[] = [
    {
      Sid: "DomainsInAVpc",
      Effect: "Deny",
      Action: "sagemaker:CreateDomain",
      Resource: "*",
      // An absent value means the public internet, and a negated operator matches it.
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
    // Deployments create, update and delete domains, so domains are restricted and not denied.
    [...rows.filter(({ Sid }) => Sid !== "KeepTheDomain"), ...(choice.profile === "open" ? [] : domain)].map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ...exempt },
    })),
  );
}

/** Data services that resource control policies support. Source: AWS "Resource control policies". */
const dataActions = ["s3:*", "kms:*", "sts:AssumeRole", "sqs:*", "secretsmanager:*"];

/**
 * Resource control policies: who can access the resources of the accounts. Only principals of the organization,
 * and AWS services on behalf of the organization, and only over TLS.
 * Source: AWS "Resource control policies"; AWS "Data perimeter policy examples" (identity perimeter, confused deputy).
 */
export function resourceControlPolicies({ organizationId, ...args }: OrganizationArgs): string[] {
  const everywhere = { Effect: "Deny" as const, Principal: "*" as const, Resource: "*" };
  return policiesOf([
    {
      Sid: "OnlyOurOrganization",
      ...everywhere,
      Action: dataActions,
      Condition: {
        StringNotEqualsIfExists: { "aws:PrincipalOrgID": organizationId },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
        ...unlessExempt(args),
      },
    },
    {
      Sid: "ServicesOnOurBehalf",
      ...everywhere,
      Action: dataActions,
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
