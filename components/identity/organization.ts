// Builds organization policies from the guardrails. Administrators attach these policies to accounts or OUs. Pure.
import { deniesOf, type GuardrailChoice, guardrailsOf } from "./guardrails";
import { limits } from "../aws/limits";
import { document, type Statement } from "../aws/policy-document";

export interface Exemption {
  /** Exempt roles, such as deploy roles and break-glass roles, `arn:…:role/…`. The account can be `*`. */
  exemptRoleArns: string[];
}

export interface OrganizationArgs extends Exemption {
  /** `o-…` */
  organizationId: string;
}

const unlessExempt = ({ exemptRoleArns }: Exemption): NonNullable<Statement["Condition"]> =>
  exemptRoleArns.length > 0 ? { ArnNotLike: { "aws:PrincipalArn": exemptRoleArns } } : {};

/**
 * Policies with as many statements as the limit allows.
 * Errors: `RangeError` for a single statement above the limit.
 */
function policiesOf(statements: Statement[]): string[] {
  const packed: Statement[][] = [];
  for (const statement of statements) {
    const last = packed.at(-1);
    if (last && document([...last, statement]).length <= limits.organizationPolicy.value) last.push(statement);
    else if (document([statement]).length <= limits.organizationPolicy.value) packed.push([statement]);
    else
      throw new RangeError(
        `Statement '${statement.Sid}' must have at most ${limits.organizationPolicy.value} characters (got ${document([statement]).length}). Fix: specify fewer exempt roles`,
      );
  }
  return packed.map(document);
}

/**
 * Service control policies: what no principal in the accounts can do, except exempt roles.
 * Calls must specify a network and keys, but no particular ones. Domains must be in a VPC and have a key.
 * The policies grant no permissions, so FullAWSAccess or another policy that allows calls is also required.
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
      // An absent value means the public internet, and a negated operator matches an absent value.
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
    // Deployments create, update and delete domains, so these policies restrict domains instead of denying them.
    [...rows.filter(({ Sid }) => Sid !== "KeepTheDomain"), ...(choice.profile === "open" ? [] : domain)].map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ...exempt },
    })),
  );
}

/** Actions of data services that resource control policies support. Source: AWS "Resource control policies". */
const dataActions = ["s3:*", "kms:*", "sts:AssumeRole", "sqs:*", "secretsmanager:*"];

/**
 * Resource control policies: only the organization's principals, and AWS services on behalf of the organization, can
 * access resources in the accounts, and only over TLS.
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
