// Tests the trust policies of service roles and user roles.
import assert from "node:assert/strict";
import { type Statement } from "@cloister/components/aws/policy-document";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { separatedRoles, type UserRole, userRoles } from "@cloister/components/identity/roles";
import { sagemakerTrust, type SignIn, switchRoleUrl, userRoleTrust } from "@cloister/components/identity/trust-policy";
import { context, toList } from "../../helpers/iam";

describe("trust policies", () => {
  const signInWith = (settings: Partial<SignIn>): SignIn => ({
    signIn: "mfa",
    users: {},
    userArns: [],
    permissionSets: {},
    personAttribute: "userName",
    ...settings,
  });
  const statementOf = (document: string) => (JSON.parse(document) as { Statement: Statement[] }).Statement[0]!;

  it("allow SageMaker to assume roles only for this account and region, and to set the source identity", () => {
    const { Principal, Action, Condition } = statementOf(sagemakerTrust(context));
    assert.deepEqual(Principal, { Service: "sagemaker.amazonaws.com" });
    assert.deepEqual(Action, ["sts:AssumeRole", "sts:SetSourceIdentity"]);
    assert.deepEqual(Condition, {
      StringEquals: { "aws:SourceAccount": "111122223333" },
      ArnLike: { "aws:SourceArn": "arn:aws:sagemaker:eu-central-1:111122223333:*" },
    });
    const { ArnLike } = statementOf(sagemakerTrust(context, "pipeline/*")).Condition!;
    assert.deepEqual(ArnLike, { "aws:SourceArn": "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/*" });
  });

  it("require MFA and the user name as the session name", () => {
    const user = "arn:aws:iam::111122223333:user/ana";
    assert.deepEqual(statementOf(userRoleTrust("data-scientist", signInWith({ userArns: [user] }), context)).Condition, {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: { "sts:RoleSessionName": "${aws:username}", "aws:PrincipalTag/cloister:role": "data-scientist" },
      ArnEquals: { "aws:PrincipalArn": [user] },
    });
  });

  /** Whether the trust policy of a role allows a user with MFA. Other conditions are equal for all roles. */
  const admits = (role: UserRole, signIn: Partial<SignIn>, user: { name: string; tag?: string }) => {
    const { StringEquals = {}, ArnEquals } = statementOf(userRoleTrust(role, signInWith(signIn), context)).Condition!;
    const arns = toList(ArnEquals?.["aws:PrincipalArn"]);
    const tag = StringEquals["aws:PrincipalTag/cloister:role"];
    return (arns.length === 0 || arns.includes(userArn(user.name))) && (tag === undefined || tag === user.tag);
  };
  const userArn = (name: string) => `arn:aws:iam::111122223333:user/${name}`;
  const signIns: Record<string, Partial<SignIn>> = {
    "no listed users": {},
    "one list for all roles": { userArns: [userArn("ana"), userArn("bo")] },
    "users by role": { users: { "data-scientist": [userArn("ana")], "team-administrator": [userArn("bo")], lifecycle: [userArn("ana")] } },
  };
  for (const [title, signIn] of Object.entries(signIns))
    it(`let no user be both data scientist and team administrator with ${title}`, () => {
      const rolesOf = (user: { name: string; tag?: string }) => userRoles.filter((role) => admits(role, signIn, user));
      const users = ["ana", "bo"].flatMap((name) => [undefined, ...userRoles].map((tag) => ({ name, ...(tag !== undefined && { tag }) })));
      for (const user of users)
        assert.ok(rolesOf(user).filter((role) => (separatedRoles as readonly string[]).includes(role)).length <= 1, JSON.stringify(user));
      assert.ok(rolesOf({ name: "ana", tag: "data-scientist" }).includes("data-scientist"));
      assert.ok(rolesOf({ name: "bo", tag: "team-administrator" }).includes("team-administrator"));
      assert.ok(rolesOf({ name: "ana" }).includes("lifecycle"));
    });

  it("name the SAML provider and the partition's SAML audience", () => {
    const samlProviderArn = "arn:aws-cn:iam::111122223333:saml-provider/bank";
    const { Principal, Action, Condition } = statementOf(
      userRoleTrust("data-scientist", signInWith({ signIn: "saml", samlProviderArn }), { ...context, partition: "aws-cn" }),
    );
    assert.deepEqual(Principal, { Federated: samlProviderArn });
    assert.deepEqual(Action, ["sts:AssumeRoleWithSAML", "sts:TagSession"]);
    assert.deepEqual(Condition, { StringEquals: { "SAML:aud": "https://signin.amazonaws.cn/saml" } });
  });

  it("match one permission set, and no permission set whose name only begins with the same characters", () => {
    const { Condition } = statementOf(
      userRoleTrust("data-scientist", signInWith({ signIn: "identity-center", permissionSets: { "data-scientist": "Fraud" } }), context),
    );
    const patterns = toList(Condition!.ArnLike!["aws:PrincipalArn"]);
    const matches = (name: string) =>
      patterns.some((pattern) => matchesWildcard(pattern, `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${name}`));
    assert.ok(matches("eu-central-1/AWSReservedSSO_Fraud_0123456789abcdef"));
    assert.ok(matches("AWSReservedSSO_Fraud_0123456789abcdef"), "us-east-1 has no region in its path");
    assert.ok(!matches("eu-central-1/AWSReservedSSO_Fraud_Admin_0123456789abcdef"));
    assert.ok(!matches("AWSReservedSSO_xAWSReservedSSO_Fraud_0123456789abcdef"));
    assert.deepEqual(Condition!.StringEquals, { "sts:RoleSessionName": "${aws:PrincipalTag/userName}" });
  });

  it("always have a condition in trust policies of user roles", () => {
    for (const name of userRoles)
      for (const signIn of ["mfa", "saml", "identity-center"] as const)
        assert.ok(statementOf(userRoleTrust(name, signInWith({ signIn }), context)).Condition);
  });

  it("have a console link that switches to the role", () =>
    assert.equal(
      switchRoleUrl(context, { path: "/cloister/euc1/", name: "x" }, "fraud-dev data-scientist"),
      "https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=cloister%2Feuc1%2Fx&displayName=fraud-dev+data-scientist",
    ));
});
