// Tests the problems that the preflight reports for existing roles, sign-in and exempt principals.
import assert from "node:assert/strict";
import { imageRegistries } from "@cloister/components/network/image-registries";
import { planIdentity } from "@cloister/components/identity/plan";
import { type FoundRole, type IdentityFindings, type IdentityRequest } from "@cloister/components/identity/request";
import { environmentUserRoles } from "@cloister/components/identity/roles";
import { peopleSettings } from "@cloister/components/identity/settings";
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { problemText } from "@cloister/components/stack/preflight";
import { problemsWith } from "../../helpers/changed-values";
import { context, strict } from "../../helpers/iam";
import { note, recordNotes } from "../../helpers/recording";

recordNotes(__filename);

const boundaryArn = "arn:aws:iam::111122223333:policy/hub-boundary";
const trust = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] }],
});
const roleArn = "arn:aws:iam::111122223333:role/ml/Execution";
const otherAccountRoleArn = roleArn.replace("111122223333", "444455556666");
const role: FoundRole = { arn: roleArn, trust, boundaryArn };
const signInWith = (settings: object) => peopleSettings(environmentUserRoles, "").parse(settings);
const nothing: IdentityFindings = { roles: {}, principals: [], users: {}, permissionSetRoles: [] };
const permissionSets = { "team-administrator": "Lead", "data-scientist": "Fraud", lifecycle: "Ops" };
const permissionSetRoles = Object.values(permissionSets).map((name) => `AWSReservedSSO_${name}_0123456789abcdef`);
const ana = "arn:aws:iam::111122223333:user/ana";
const bo = "arn:aws:iam::111122223333:user/bo";
const usersByRole = { "data-scientist": [ana], "team-administrator": [bo], lifecycle: [ana, bo] };
const foundUsers: IdentityFindings = { ...nothing, users: { [ana]: {}, [bo]: {} } };
const profileRoles = (arn: string) => [{ setting: "x:studio.profiles[0].roleArn", arn }];
const foundRole = (changes: Partial<FoundRole> = {}): IdentityFindings => ({ ...nothing, roles: { [roleArn]: { ...role, ...changes } } });

/** An environment with the longest name, two existing buckets and the image accounts of AWS in the region. */
const environment = (changes: Partial<NonNullable<IdentityRequest["boundary"]>> = {}): IdentityRequest["boundary"] => ({
  environment: `${"t".repeat(15)}-test`,
  guardrails: strict,
  subnets: 4,
  groups: 2,
  resultKeys: 2,
  roleArns: [],
  features: [],
  imageAccountIds: imageRegistries(context.region),
  notebooks: 3,
  instanceTypes: ["ml.t3.medium"],
  ...changes,
});
const manyUsers = (count: number) => Array.from({ length: count }, (_, i) => `arn:aws:iam::111122223333:user/data-scientist-${i}`);
const foundMany = (count: number): IdentityFindings => ({
  ...nothing,
  users: Object.fromEntries(manyUsers(count).map((arn) => [arn, { role: "data-scientist" }])),
});
const features = (settings: object) => ({
  chosen: ["analytics" as const, "connections" as const],
  settings: { writableRepositories: [], ...settings },
});
const databases = (count: number) => Array.from({ length: count }, (_, i) => `database_${i}`);
const tagging = { setting: "x:tags", environment: "fraud-dev", tags: { "cloister:owner": "o".repeat(128) } };

const tagsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, "v".repeat(60)]));

function planOf(changes: Partial<IdentityRequest>, findings: IdentityFindings) {
  const request: IdentityRequest = {
    context,
    userRoles: environmentUserRoles,
    people: signInWith({}),
    existing: {},
    boundaryArn,
    paths: { people: "x:people", existing: "x:existingRoles", instanceTypes: "x:studio.instanceTypes", network: "x:network" },
    ...changes,
  };
  note(planIdentity(request, findings).quotaUses);
  const given = { existing: request.existing, people: request.people, findings };
  const problemsOf = (item: typeof given) => planIdentity({ ...request, ...item }, item.findings).problems;
  note(JSON.stringify(given).length < 1500 ? problemsWith(given, "given", problemsOf) : problemsOf(given));
  return planIdentity(request, findings);
}
const problemsOf = (changes: Partial<IdentityRequest>, findings: IdentityFindings) => planOf(changes, findings).problems;

describe("identity preflight", () => {
  const accepted: { it: string; request: Partial<IdentityRequest>; findings: IdentityFindings }[] = [
    { it: "no users and no existing roles", request: {}, findings: nothing },
    { it: "a few tags", request: { tagging: { setting: "x:tags", environment: "fraud-dev", tags: tagsOf(4) } }, findings: nothing },
    { it: "16 subnets", request: { boundary: environment({ subnets: 16 }), tagging }, findings: nothing },
    { it: "a few Glue databases", request: { features: features({ glueDatabases: databases(5) }), tagging }, findings: nothing },
    { it: "users whose ARNs fit in a trust policy", request: { people: signInWith({ userArns: manyUsers(30) }) }, findings: foundMany(30) },
    { it: "an existing role that meets every requirement", request: { existing: { execution: roleArn } }, findings: foundRole() },
    {
      it: "assigned permission sets",
      request: { people: signInWith({ signIn: "identity-center", permissionSets }) },
      findings: { ...nothing, permissionSetRoles },
    },
    {
      it: "an existing user role without a permission set",
      request: {
        people: signInWith({ signIn: "identity-center", permissionSets: { ...permissionSets, lifecycle: undefined } }),
        existing: { lifecycle: roleArn },
      },
      findings: { ...foundRole(), permissionSetRoles },
    },
    {
      it: "settings of chosen features",
      request: { features: { chosen: ["connections", "analytics"], settings: { writableRepositories: ["a/b"], glueDatabases: ["c"] } } },
      findings: nothing,
    },
    { it: "users by role", request: { people: signInWith({ users: usersByRole }) }, findings: foundUsers },
    {
      it: "users with the tag of their role",
      request: { people: signInWith({ userArns: [ana] }) },
      findings: { ...nothing, users: { [ana]: { role: "data-scientist" } } },
    },
    {
      it: "a permission set for a separated role and another role",
      request: { people: signInWith({ signIn: "identity-center", permissionSets: { ...permissionSets, lifecycle: "Fraud" } }) },
      findings: { ...nothing, permissionSetRoles },
    },
    {
      it: "many users of an existing role, whose trust policy is not created",
      request: {
        people: signInWith({ users: { ...usersByRole, lifecycle: manyUsers(60) } }),
        existing: { lifecycle: roleArn },
      },
      findings: { ...foundRole(), users: { ...foundMany(60).users, ...foundUsers.users } },
    },
    { it: "no sign-in", request: { people: signInWith({ signIn: "none" }) }, findings: nothing },
    { it: "an existing role for one profile", request: { profileRoles: profileRoles(roleArn) }, findings: foundRole() },
    {
      it: "an existing user role that SageMaker cannot assume",
      request: { existing: { lifecycle: roleArn } },
      findings: foundRole({ trust: JSON.stringify({ Statement: [] }) }),
    },
    {
      it: "an existing role that only pipelines can run under",
      request: { existing: { pipeline: roleArn } },
      findings: foundRole({ trust: sagemakerTrust(context, "pipeline/*") }),
    },
    {
      it: "exempt principals that exist, or that belong to another account",
      request: { exemptPrincipals: [{ setting: "x:deployRoleArns", arns: [roleArn, otherAccountRoleArn] }] },
      findings: { ...nothing, principals: [roleArn] },
    },
  ];
  for (const { it: what, request, findings } of accepted) it(`accepts ${what}`, () => assert.deepEqual(problemsOf(request, findings), []));

  const rejected: { it: string; request: Partial<IdentityRequest>; findings: IdentityFindings; expected: RegExp }[] = [
    {
      it: "an existing role in another account",
      request: { existing: { execution: otherAccountRoleArn } },
      findings: nothing,
      expected: /^'x:existingRoles\.execution' must be a role of account 111122223333 \(got .*444455556666.*\)\. Fix: specify a role/,
    },
    {
      it: "an existing role that does not exist",
      request: { existing: { model: roleArn } },
      findings: nothing,
      expected: /^'x:existingRoles\.model' must be an existing role \(got .*\)\. Fix: create the role/,
    },
    {
      it: "a profile's role in another account",
      request: { profileRoles: profileRoles(otherAccountRoleArn) },
      findings: nothing,
      expected: /^'x:studio\.profiles\[0\]\.roleArn' must be a role of account 111122223333/,
    },
    {
      it: "a profile's role that does not exist",
      request: { profileRoles: profileRoles(roleArn) },
      findings: nothing,
      expected: /^'x:studio\.profiles\[0\]\.roleArn' must be an existing role/,
    },
    {
      it: "an execution role whose source identity cannot be set",
      request: { existing: { execution: roleArn } },
      findings: foundRole({ trust: trust.replace(',"sts:SetSourceIdentity"', "") }),
      expected:
        /existingRoles\.execution' must be a role that allows sagemaker\.amazonaws\.com to set the source identity .*Fix: add the action sts:SetSourceIdentity/,
    },
    {
      it: "a role that SageMaker can assume for another account only",
      request: { existing: { pipeline: roleArn } },
      findings: foundRole({
        trust: trust.replace('"Effect"', '"Condition":{"StringEquals":{"aws:SourceAccount":"444455556666"}},"Effect"'),
      }),
      expected: /existingRoles\.pipeline' must be a role that sagemaker\.amazonaws\.com can assume/,
    },
    {
      it: "a pipeline role that jobs can run under",
      request: { existing: { pipeline: roleArn } },
      findings: foundRole({ trust: sagemakerTrust(context) }),
      expected:
        /existingRoles\.pipeline' must be a role that jobs cannot run under .*aws:SourceArn arn:aws:sagemaker:eu-central-1:111122223333:pipeline\/\*/,
    },
    {
      it: "an exempt principal that does not exist",
      request: { exemptPrincipals: [{ setting: "x:breakGlassRoleArns", arns: [roleArn] }] },
      findings: nothing,
      expected:
        /^'x:breakGlassRoleArns' must specify existing roles or users \(got .*role\/ml\/Execution\)\. Fix: specify the complete ARN/,
    },
    {
      it: "an ARN with the wrong path",
      request: { existing: { model: roleArn } },
      findings: foundRole({ arn: "arn:aws:iam::111122223333:role/Execution" }),
      expected:
        /must be the complete ARN with its path, .*role\/Execution \(got .*\)\. Fix: pulumi config set --path x:existingRoles\.model arn:aws:iam::111122223333:role\/Execution$/,
    },
    {
      it: "a role that SageMaker cannot assume",
      request: { existing: { pipeline: roleArn } },
      findings: foundRole({ trust: trust.replace("sagemaker", "lambda") }),
      expected: /must be a role that sagemaker\.amazonaws\.com can assume .*Fix: allow it for account 111122223333/,
    },
    {
      it: "a role without the permissions boundary",
      request: { existing: { execution: roleArn } },
      findings: foundRole({ boundaryArn: "" }),
      expected:
        /must have the permissions boundary .*hub-boundary \(got .* with none\)\. Fix: aws iam put-role-permissions-boundary --role-name Execution/,
    },
    {
      it: "SAML without a provider",
      request: { people: signInWith({ signIn: "saml" }) },
      findings: nothing,
      expected: /^'x:people\.samlProviderArn' is missing\. It is required because 'x:people\.signIn' is saml/,
    },
    {
      it: "a SAML provider that does not exist",
      request: { people: signInWith({ signIn: "saml", samlProviderArn: "arn:aws:iam::111122223333:saml-provider/bank" }) },
      findings: nothing,
      expected: /must be an existing SAML provider of account 111122223333 \(got .*saml-provider\/bank\)/,
    },
    {
      it: "IAM Identity Center without a permission set",
      request: { people: signInWith({ signIn: "identity-center" }) },
      findings: nothing,
      expected: /^'x:people\.permissionSets\.data-scientist' is missing\. It is required because/,
    },
    {
      it: "a permission set that is not assigned",
      request: { people: signInWith({ signIn: "identity-center", permissionSets }) },
      findings: { ...nothing, permissionSetRoles: permissionSetRoles.slice(1) },
      expected: /permissionSets\.team-administrator' must be a permission set that is assigned to account 111122223333 \(got 'Lead'\)/,
    },
    {
      it: "a user that does not exist",
      request: { people: signInWith({ userArns: ["arn:aws:iam::111122223333:user/ana"] }) },
      findings: nothing,
      expected: /^'x:people\.userArns' must specify existing users \(got .*user\/ana\)/,
    },
    ...(
      [
        [
          { users: { "data-scientist": [ana] } },
          /^'x:people\.users\.team-administrator' is missing\. It is required because 'x:people\.users' lists/,
        ],
        [
          { users: { ...usersByRole, "team-administrator": [ana] } },
          /^'x:people\.users\.data-scientist' must not list a user of 'team-administrator', because no user can hold both roles \(got .*user\/ana\)/,
        ],
        [{ users: usersByRole, userArns: [ana] }, /^'x:people\.userArns' must be empty if 'x:people\.users' lists users/],
        [
          { users: { ...usersByRole, lifecycle: [ana.replace("ana", "eva")] } },
          /^'x:people\.users\.lifecycle' must specify existing users/,
        ],
        [
          { userArns: [ana] },
          /^'x:people\.userArns' must specify users with the tag 'cloister:role' \(got .*ana with none\)\. Fix: aws iam tag-user/,
        ],
      ] as const
    ).map(([people, expected]) => ({
      it: `the users ${JSON.stringify(people)}`,
      request: { people: signInWith(people) },
      findings: foundUsers,
      expected,
    })),
    {
      it: "a permission set for two separated roles",
      request: { people: signInWith({ signIn: "identity-center", permissionSets: { ...permissionSets, "data-scientist": "Lead" } }) },
      findings: { ...nothing, permissionSetRoles },
      expected: /^'x:people\.permissionSets\.data-scientist' must not be the permission set of 'team-administrator'.* \(got 'Lead'\)/,
    },
    {
      it: "a user in another account",
      request: { people: signInWith({ userArns: ["arn:aws:iam::444455556666:user/ana"] }) },
      findings: nothing,
      expected: /must specify users of account 111122223333 \(got .*\)\. Fix: .*saml or identity-center/,
    },
    ...(
      [
        ["writableRepositories", ["bank/fraud"], "connections", ["studio", "analytics"]],
        ["glueDatabases", ["ledger"], "analytics", ["studio", "connections"]],
      ] as const
    ).map(([key, values, feature, chosen]) => ({
      it: `${key} without the feature ${feature}`,
      request: { features: { chosen: [...chosen], settings: { writableRepositories: [], [key]: [...values] } } },
      findings: nothing,
      expected: new RegExp(
        `^'x:network\\.${key}' requires the feature '${feature}' \\(got ${values.join()}\\)\\. Fix: add '${feature}' to features`,
      ),
    })),
    {
      it: "more instance types than fit in the permissions boundary",
      request: {
        boundary: {
          environment: "fraud-dev",
          guardrails: strict,
          subnets: 4,
          groups: 2,
          resultKeys: 2,
          roleArns: [roleArn],
          features: [],
          imageAccountIds: [],
          notebooks: 0,
          instanceTypes: Array.from({ length: 60 }, (_, i) => `ml.m5.${i}xlarge`),
        },
      },
      findings: nothing,
      expected: /^'x:studio\.instanceTypes' must specify fewer instance types \(got 60\)\. .* longer than the 6144 that IAM allows\. Fix:/,
    },
    {
      it: "more subnets and image accounts than fit in the policy of a role",
      request: { boundary: environment({ subnets: 16, imageAccountIds: Array.from({ length: 80 }, () => "111122223333") }), tagging },
      findings: nothing,
      expected:
        /^'x:network' must have fewer subnets or accounts \(got 16 subnets, and 80 accounts .*\)\. .* the policy of the role 'execution' can have \d{5} characters, and IAM allows 10240\. Fix:/,
    },
    {
      it: "more Glue databases than fit in the policy for features",
      request: { features: features({ glueDatabases: databases(40), writableRepositories: ["a/b"] }), tagging },
      findings: nothing,
      expected:
        /^'x:network\.glueDatabases' must have fewer or shorter values \(got 40\)\. .* \d{5} characters, and IAM allows 6144\. Fix:/,
    },
    {
      it: "more repositories than fit in the policy for features",
      request: {
        features: features({ glueDatabases: ["a"], writableRepositories: Array.from({ length: 300 }, (_, i) => `bank/repository-${i}`) }),
        tagging,
      },
      findings: nothing,
      expected: /^'x:network\.writableRepositories' must have fewer or shorter values \(got 300\)/,
    },
    {
      it: "more tags than fit in the policy that requires them",
      request: { tagging: { setting: "x:tags", environment: "fraud-dev", tags: tagsOf(20) } },
      findings: nothing,
      expected:
        /^'x:tags' must have fewer or shorter tags \(got 20 with the Cloister tags\)\. .* longer than the 6144 that IAM allows\. Fix:/,
    },
  ];
  for (const { it: what, request, findings, expected } of rejected)
    it(`rejects ${what}`, () => {
      const texts = problemsOf(request, findings).map(problemText);
      assert.ok(
        texts.some((text) => expected.test(text)),
        `${expected} is not among:\n${texts.join("\n")}`,
      );
    });

  it("compares the longest trust policy with the quota of the account", () => {
    const [use] = planOf({ people: signInWith({ users: { ...usersByRole, "data-scientist": manyUsers(60) } }) }, foundMany(60)).quotaUses!;
    const { limit, setting, text, used } = use!;
    assert.deepEqual([limit, setting, used > 2048 && used < 4096], ["trustPolicy", "x:people.users.data-scientist", true]);
    assert.equal(text, `must list fewer users (got 60): the trust policy of the role 'data-scientist' would have ${used} characters`);
    const shared = planOf({ people: signInWith({ userArns: manyUsers(2) }) }, foundMany(2)).quotaUses!;
    assert.deepEqual([shared.length, shared[0]!.setting, shared[0]!.used < 2048], [1, "x:people.userArns", true]);
    assert.deepEqual(planOf({ people: signInWith({ signIn: "none" }) }, nothing).quotaUses, []);
  });

  it("reports all problems at once", () => {
    const request = { existing: { execution: roleArn, model: otherAccountRoleArn }, people: signInWith({ signIn: "identity-center" }) };
    assert.equal(problemsOf(request, foundRole({ boundaryArn: "", trust: trust.replace("sagemaker", "ec2") })).length, 6);
  });
});
