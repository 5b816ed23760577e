// Tests the service control policies and resource control policies for organizations.
import assert from "node:assert/strict";
import { type Statement } from "@cloister/components/aws/policy-document";
import { guardrailsOf, profiles } from "@cloister/components/identity/guardrails";
import { organizationPolicyLimit, resourceControlPolicies, serviceControlPolicies } from "@cloister/components/identity/organization";

describe("organization policies", () => {
  const exemptRoleArns = ["arn:aws:iam::*:role/Deployer"];
  const args = { organizationId: "o-exampleorgid", exemptRoleArns };
  const statementsOf = (documents: string[]) =>
    documents.flatMap((document) => (JSON.parse(document) as { Statement: Statement[] }).Statement);

  for (const profile of profiles)
    it(`deny the actions that the guardrails deny with '${profile}', except for exempt roles`, () => {
      const policies = serviceControlPolicies({ profile, networkIsolation: false }, args);
      for (const policy of policies) assert.ok(policy.length <= organizationPolicyLimit);
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
    assert.ok(policy!.length <= organizationPolicyLimit);
    assert.deepEqual(
      statementsOf([policy!]).map(({ Sid, Effect, Principal, Resource }) => [Sid, Effect, Principal, Resource]),
      ["OnlyOurOrganization", "ServicesOnOurBehalf", "OnlyOverTls"].map((id) => [id, "Deny", "*", "*"]),
    );
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
