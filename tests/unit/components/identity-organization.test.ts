// Tests the service control policies and resource control policies for organizations.
// Decides requests by the simulator @cloud-copilot/iam-simulate. Does not prove that AWS Organizations accepts the policies.
import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { limits } from "@cloister/components/aws/limits";
import { type Statement } from "@cloister/components/aws/policy-document";
import { guardrailsOf, profiles } from "@cloister/components/identity/guardrails";
import { resourceControlPolicies, serviceControlPolicies } from "@cloister/components/identity/organization";

describe("organization policies", () => {
  const exemptRoleArns = ["arn:aws:iam::*:role/Deployer"];
  const args = { organizationId: "o-exampleorgid", exemptRoleArns };
  const statementsOf = (documents: string[]) =>
    documents.flatMap((document) => (JSON.parse(document) as { Statement: Statement[] }).Statement);

  for (const profile of profiles)
    it(`deny the actions that the guardrails deny with '${profile}', except for exempt roles`, () => {
      const policies = serviceControlPolicies({ profile, networkIsolation: false }, args);
      for (const policy of policies) assert.ok(policy.length <= limits.organizationPolicy.value);
      const statements = statementsOf(policies);
      const ids = guardrailsOf({ profile, networkIsolation: false })
        .filter(({ requires, id }) => !("oneOf" in requires) && id !== "KeepTheDomain")
        .map(({ id }) => id);
      assert.deepEqual(
        statements.map(({ Sid }) => Sid),
        [...ids, ...(profile === "open" ? [] : ["DomainsInAVpc", "DomainsStayInTheirVpc", "DomainsUnderAKey"])],
      );
      for (const { Effect, Condition, Sid } of statements) {
        assert.equal(Effect, "Deny", Sid);
        assert.deepEqual(Condition?.ArnNotLike, { "aws:PrincipalArn": exemptRoleArns }, Sid);
      }
    });

  it("restrict data to the organization, to AWS services on behalf of the organization, and to TLS", () => {
    const [policy, ...others] = resourceControlPolicies(args);
    assert.deepEqual(others, []);
    assert.ok(policy!.length <= limits.organizationPolicy.value);
    assert.deepEqual(
      statementsOf([policy!]).map(({ Sid, Effect, Principal, Resource }) => [Sid, Effect, Principal, Resource]),
      ["OnlyOurOrganization", "ServicesOnOurBehalf", "OnlyOverTls"].map((id) => [id, "Deny", "*", "*"]),
    );
  });

  describe("decide requests", () => {
    const account = "111122223333";
    const role = (name: string, id = account) => `arn:aws:iam::${id}:role/${name}`;
    const allowAll = { Sid: "All", Effect: "Allow", Action: "*", Resource: "*" };
    const policy = (statement: object) => ({ Version: "2012-10-17", Statement: [statement] });
    const named = (documents: string[]) => documents.map((document, i) => ({ name: String(i), policy: JSON.parse(document) as unknown }));

    interface OrganizationRequest {
      it: string;
      expected: "Allowed" | "ExplicitlyDenied";
      action: string;
      resource: string;
      /** Default: a role of the account. */
      principal?: string;
      context?: Record<string, string>;
      profile?: (typeof profiles)[number];
    }

    /** The bucket policy allows every principal, and the caller's policies allow everything. */
    async function decide({ action, resource, principal = role("Someone"), context, profile = "vpc" }: OrganizationRequest) {
      const isService = principal.endsWith(".amazonaws.com");
      const controls = serviceControlPolicies({ profile, networkIsolation: false }, args);
      const result = await runSimulation(
        {
          request: {
            principal,
            action,
            resource: { resource, accountId: account },
            contextVariables: {
              "aws:SecureTransport": "true",
              "aws:PrincipalIsAWSService": String(isService),
              ...(!isService && { "aws:PrincipalArn": principal, "aws:PrincipalOrgID": args.organizationId }),
              ...context,
            },
          },
          identityPolicies: isService ? [] : [{ name: "all", policy: policy(allowAll) }],
          serviceControlPolicies: [
            { orgIdentifier: "r-root", policies: [...named(controls), { name: "FullAWSAccess", policy: policy(allowAll) }] },
          ],
          resourceControlPolicies: [{ orgIdentifier: "r-root", policies: named(resourceControlPolicies(args)) }],
          ...(action.startsWith("s3:") && { resourcePolicy: policy({ ...allowAll, Principal: "*", Resource: resource }) }),
        },
        {},
      );
      assert.ok(result.resultType !== "error", JSON.stringify(result));
      return result.overallResult;
    }

    const domain = {
      action: "sagemaker:CreateDomain",
      resource: `arn:aws:sagemaker:eu-central-1:${account}:domain/d-1`,
      context: { "sagemaker:AppNetworkAccessType": "VpcOnly", "sagemaker:VolumeKmsKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/1" },
    };
    const withKey = { "sagemaker:VolumeKmsKeyArn": domain.context["sagemaker:VolumeKmsKeyArn"] };
    const isPublic = { "sagemaker:AppNetworkAccessType": "PublicInternetOnly" };
    const read = { action: "s3:GetObject", resource: "arn:aws:s3:::data/x" };
    const elsewhere = { principal: role("Someone", "999988887777"), context: { "aws:PrincipalOrgID": "o-otherorgid" } };
    const service = { principal: "logging.s3.amazonaws.com", action: "s3:PutObject", resource: "arn:aws:s3:::logs/x" };
    const onBehalf = (organization: string) => ({ "aws:SourceAccount": account, "aws:SourceOrgID": organization });

    const requests: OrganizationRequest[] = [
      { it: "a domain in a VPC with a key", expected: "Allowed", ...domain },
      { it: "a domain without a VPC", expected: "ExplicitlyDenied", ...domain, context: { ...withKey, ...isPublic } },
      { it: "a domain that does not specify the network", expected: "ExplicitlyDenied", ...domain, context: withKey },
      {
        it: "a domain without a key",
        expected: "ExplicitlyDenied",
        ...domain,
        context: { "sagemaker:AppNetworkAccessType": "VpcOnly" },
      },
      { it: "a domain without a VPC, by an exempt role", expected: "Allowed", ...domain, principal: role("Deployer"), context: isPublic },
      { it: "a domain without a VPC, with the profile open", expected: "Allowed", ...domain, profile: "open", context: isPublic },
      {
        it: "an update of a domain to the public internet",
        expected: "ExplicitlyDenied",
        ...domain,
        action: "sagemaker:UpdateDomain",
        context: isPublic,
      },
      { it: "an update of a domain that keeps its VPC", expected: "Allowed", ...domain, action: "sagemaker:UpdateDomain" },
      { it: "a read over TLS", expected: "Allowed", ...read },
      { it: "a read without TLS", expected: "ExplicitlyDenied", ...read, context: { "aws:SecureTransport": "false" } },
      { it: "a read by another organization", expected: "ExplicitlyDenied", ...read, ...elsewhere },
      {
        it: "a read by another organization's exempt role",
        expected: "Allowed",
        ...read,
        ...elsewhere,
        principal: role("Deployer", "999988887777"),
      },
      {
        it: "a read by an account without an organization",
        expected: "ExplicitlyDenied",
        ...read,
        principal: elsewhere.principal,
        context: { "aws:PrincipalOrgID": "" },
      },
      { it: "a service on behalf of the organization", expected: "Allowed", ...service, context: onBehalf(args.organizationId) },
      {
        it: "a service on behalf of another organization",
        expected: "ExplicitlyDenied",
        ...service,
        context: onBehalf("o-otherorgid"),
      },
    ];
    for (const request of requests)
      it(`${request.expected === "Allowed" ? "allow" : "deny"} ${request.it}`, async () =>
        assert.equal(await decide(request), request.expected));
  });

  it("report a policy statement that is too long", () =>
    assert.throws(
      () =>
        serviceControlPolicies(
          { profile: "vpc", networkIsolation: false },
          { ...args, exemptRoleArns: Array.from({ length: 200 }, (_, i) => `arn:aws:iam::111122223333:role/deployer-${i}`) },
        ),
      /^RangeError: Statement '\w+' must have at most 5120 characters.*Fix: specify fewer exempt roles/,
    ));
});
