// Tests which settings of products the preflight rejects, versions of products, and the policy of the bucket for templates.
import assert from "node:assert/strict";
import { type CatalogRequest, deployedMembers, hasProducts, planCatalog } from "@cloister/components/catalog/plan";
import { notebookTemplate } from "@cloister/components/catalog/project/notebook";
import { objectUrl } from "@cloister/components/aws/context";
import { firstTemplate, templateFile } from "@cloister/components/catalog/project/versions";
import { catalogSettings } from "@cloister/components/catalog/settings";
import { dataActions, templateBucketPolicy } from "@cloister/components/storage/policy";
import { templateInstanceTypes } from "@cloister/components/studio/instance-types";
import { studioMembers } from "@cloister/components/studio/members";
import { studioSettings } from "@cloister/components/studio/settings";
import { launchPolicyProblems } from "@cloister/environment/product-sizes";
import { notebookPlan } from "../../helpers/catalog";

const paths = { catalog: "p:catalog", studio: "p:studio", network: "p:network" };

function request(catalog: unknown, studioInput: unknown = {}, more: Partial<CatalogRequest> = {}): CatalogRequest {
  const studio = studioSettings().parse(studioInput);
  return {
    environment: "fraud-dev",
    settings: catalogSettings().parse(catalog),
    studio,
    members: studioMembers(studio),
    features: ["studio", "notebooks"],
    addedEndpoints: ["servicecatalog"],
    isClosed: true,
    paths,
    ...more,
  };
}
const problemsOf = (request: CatalogRequest) => planCatalog(request).problems.map(({ setting, text }) => `'${setting}' ${text}`);
const types = (instanceTypes: string[], more: object = {}) => ({ instanceTypes, defaultInstanceType: instanceTypes[0], ...more });

describe("plan of products", () => {
  it("has no product and no problem without settings", () =>
    assert.deepEqual(planCatalog(request({}, {}, { features: [], addedEndpoints: [] })), { plan: {}, problems: [] }));

  it("offers each owner the owner's instance types that notebook instances support", () => {
    const studio = types(["ml.t3.medium", "ml.m5.large", "ml.m5.xlarge"], {
      profiles: ["ana", { name: "bo", instanceTypes: ["ml.m5.xlarge"], idleMinutes: 60 }],
    });
    const { plan, problems } = planCatalog(request({ notebooks: {} }, studio));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plan.notebooks!.owners.map(({ member, ...owner }) => ({ profile: member.profile, ...owner })),
      [
        { profile: "ana", instanceTypes: ["ml.t3.medium", "ml.m5.xlarge"], idleMinutes: 120 },
        { profile: "bo", instanceTypes: ["ml.m5.xlarge"], idleMinutes: 60 },
      ],
    );
  });

  it("limits the instance types and sets the idle time of all owners", () => {
    const studio = types(["ml.t3.medium", "ml.m5.xlarge"]);
    const { plan } = planCatalog(request({ notebooks: { instanceTypes: ["ml.m5.xlarge"], idleMinutes: 77 } }, studio));
    const [{ instanceTypes, idleMinutes }] = plan.notebooks!.owners as [(typeof plan.notebooks & object)["owners"][number]];
    assert.deepEqual([instanceTypes, idleMinutes], [["ml.m5.xlarge"], 77]);
  });

  const long = "x".repeat(60);
  const cases: [what: string, one: CatalogRequest, text: RegExp][] = [
    [
      "an instance type that the environment does not allow",
      request({ notebooks: { instanceTypes: ["ml.t3.medium", "ml.p3.2xlarge"] } }),
      /^'p:catalog\.notebooks\.instanceTypes' must use instance types of 'p:studio\.instanceTypes': .* \(got ml\.p3\.2xlarge\)\. Fix: /,
    ],
    [
      "an instance type that notebook instances do not have",
      request({ notebooks: { instanceTypes: ["ml.t3.medium", "ml.m5.large"] } }),
      /^'p:catalog\.notebooks\.instanceTypes' must be an instance type of notebook instances \(got ml\.m5\.large\)\. Did you mean 'ml\.m\dd?\.\w+'\? Fix: /,
    ],
    [
      "an owner without an instance type",
      request(
        { notebooks: {} },
        types(["ml.t3.medium", "ml.m5.large"], { profiles: ["ana", { name: "bo", instanceTypes: ["ml.m5.large"] }] }),
      ),
      /^'p:catalog\.notebooks\.instanceTypes' must contain an instance type of notebook instances that the profile 'bo' can use \(got none of ml\.m5\.large\)\. Fix: add one of ml\.t3\.medium to 'p:studio\.profiles\[1\]\.instanceTypes' and to this list$/,
    ],
    [
      "a default volume above the maximum",
      request({ notebooks: { volumeGb: { default: 60, maximum: 50 } } }),
      /^'p:catalog\.notebooks\.volumeGb\.default' must not exceed 'p:catalog\.notebooks\.volumeGb\.maximum', 50 \(got 60\)\. Fix: /,
    ],
    [
      "a network without notebook instances",
      request({ notebooks: {} }, {}, { features: ["studio"] }),
      /^'p:catalog\.notebooks' requires the network feature 'notebooks' \(got studio\)\. Fix: pulumi config set-all --path .*notebooks/,
    ],
    [
      "a closed network without the endpoint",
      request({ notebooks: {} }, {}, { addedEndpoints: ["kms"] }),
      /^'p:catalog\.notebooks' requires the endpoint 'servicecatalog', because users work only from the network \(got kms\)\. Fix: pulumi config set --path 'p:network\.endpoints\.add\[1\]' servicecatalog$/,
    ],
    [
      "a profile whose role would have a name that is too long",
      request({ notebooks: {} }, { profiles: [long] }),
      /^'p:studio\.profiles\[0\]\.name' must have at most 36 characters with 'p:catalog\.notebooks' \(got 'x+', 60 characters\): .* Fix: shorten it$/,
    ],
    [
      "a notebook instance with a name of products",
      request({ notebooks: {} }, { profiles: ["ana"], notebooks: [{ name: "Catalog-x", owner: "ana" }] }),
      /^'p:studio\.notebooks\[0\]\.name' must not begin with 'catalog-', which products use \(got 'Catalog-x'\)\. Fix: /,
    ],
    [
      "more profiles than a template can list",
      request({ notebooks: {} }, { profiles: Array.from({ length: 201 }, (_, i) => `p${i}`) }),
      /^'p:studio\.profiles' must have at most 200 profiles with 'p:catalog\.notebooks' \(got 201\)/,
    ],
    [
      "a user profile that does not exist",
      request({ userProfiles: { profiles: ["bob"] } }, { profiles: ["ana", "bo"] }),
      /^'p:catalog\.userProfiles\.profiles\[0\]' must be the name of a profile in 'p:studio\.profiles' \(got 'bob'\)\. Did you mean 'bo'\? Fix: /,
    ],
    [
      "a user profile without an instance type that spaces can have in templates",
      request(
        { userProfiles: { profiles: ["bo"] } },
        types(["ml.t3.medium", "ml.c6i.large"], { profiles: ["ana", { name: "bo", instanceTypes: ["ml.c6i.large"] }] }),
      ),
      /^'p:studio\.profiles\[1\]\.instanceTypes' must contain an instance type that AWS CloudFormation supports for spaces with 'p:catalog\.userProfiles' \(got none in ml\.c6i\.large\)\. Fix: add one of ml\.t3\.medium, or /,
    ],
    [
      "a user profile with another idle time",
      request({ userProfiles: { profiles: ["bo"] } }, { profiles: ["ana", { name: "bo", idleMinutes: 60 }] }),
      /^'p:studio\.profiles\[1\]\.idleMinutes' must be 'p:studio\.idleMinutes', 120, with 'p:catalog\.userProfiles' \(got 60\): /,
    ],
    [
      "a user profile whose launch role would have a name that is too long",
      request({ userProfiles: { profiles: [long] } }, { profiles: [long] }),
      /^'p:studio\.profiles\[0\]\.name' must have at most 31 characters with 'p:catalog\.userProfiles' \(got 'x+', 60 characters\): the role fraud-dev-launch-profile-<name> /,
    ],
    [
      "a space of a user profile that the deployment does not create",
      request({ userProfiles: { profiles: ["bo"] } }, { profiles: ["ana", "bo"], spaces: [{ name: "x", owner: "bo" }] }),
      /^'p:studio\.spaces\[0\]\.owner' must be a profile that the deployment creates \(got 'bo', a profile of 'p:catalog\.userProfiles'\)\. Fix: /,
    ],
    [
      "a space with the name of the space of a user profile",
      request({ userProfiles: { profiles: ["bo"] } }, { profiles: ["ana", "bo"], spaces: [{ name: "Bo--studio", owner: "ana" }] }),
      /^'p:studio\.spaces\[0\]\.name' must not be the name of the space of 'bo', a profile of 'p:catalog\.userProfiles' \(got 'Bo--studio'\)\. Fix: /,
    ],
    [
      "user profiles in a network without Studio",
      request({ userProfiles: { profiles: ["bo"] } }, { profiles: ["bo"] }, { features: ["jobs"] }),
      /^'p:catalog\.userProfiles' requires the network feature 'studio' \(got jobs\)\. Fix: /,
    ],
    [
      "user profiles in a closed network without the endpoint",
      request({ userProfiles: { profiles: ["bo"] } }, { profiles: ["bo"] }, { addedEndpoints: [] }),
      /^'p:catalog\.userProfiles' requires the endpoint 'servicecatalog', because users work only from the network \(got no added endpoints\)\. Fix: /,
    ],
  ];
  for (const [what, value, text] of cases)
    it(`rejects ${what}`, () => {
      const problems = problemsOf(value);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, text);
    });

  it("needs no endpoint if users work from anywhere", () =>
    assert.deepEqual(problemsOf(request({ notebooks: {} }, {}, { addedEndpoints: [], isClosed: false })), []));

  it("launches only the listed user profiles, with the instance types that spaces can have in templates", () => {
    const studio = types(["ml.t3.medium", "ml.m5.large", "ml.c6i.large"], {
      profiles: ["ana", { name: "bo", person: "bo@bank.example", instanceTypes: ["ml.c6i.large", "ml.m5.large"] }],
    });
    const item = request({ userProfiles: { profiles: ["bo"] } }, studio, { features: ["studio"] });
    const { plan, problems } = planCatalog(item);
    assert.deepEqual(problems, []);
    assert.deepEqual(plan, {
      userProfiles: [{ member: item.members[1], instanceTypes: ["ml.m5.large"], defaultInstanceType: "ml.m5.large" }],
    });
    assert.deepEqual(
      deployedMembers(item.members, plan).map(({ profile }) => profile),
      ["ana"],
    );
    assert.equal(deployedMembers(item.members, {}).length, 2);
    assert.deepEqual([hasProducts(plan), hasProducts({})], [true, false]);
  });

  it("rejects a policy of the launch role of a profile that would be too long", () => {
    const ofTypes = (count: number) => {
      const studioInput = { ...types(templateInstanceTypes.slice(0, count)), profiles: ["ana"], images: [] };
      const tags = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`cost-center-${i}`, "x".repeat(40)]));
      return launchPolicyProblems({
        context: notebookPlan.context,
        environment: "fraud-dev",
        tags,
        catalog: planCatalog(request({ userProfiles: { profiles: ["ana"] } }, studioInput)).plan,
        studio: studioSettings().parse(studioInput),
        path: "p:catalog",
      });
    };
    assert.deepEqual(ofTypes(3), []);
    const [problem, ...others] = ofTypes(60);
    assert.deepEqual(others, []);
    assert.match(
      `'${problem!.setting}' ${problem!.text}`,
      /^'p:catalog\.userProfiles' requires fewer instance types for the profile 'ana' \(got 60\)\. With 15 tags, .* Fix: list fewer types in 'instanceTypes' of the profile, or remove tags$/,
    );
  });

  it("rejects a policy of the launch role that would be too long", () => {
    const ofProfiles = (count: number) => {
      const profiles = Array.from({ length: count }, (_, i) => ({ name: `p${i}`, person: `a-rather-long-name-${i}@bank.example` }));
      return launchPolicyProblems({
        context: notebookPlan.context,
        environment: "fraud-dev",
        tags: notebookPlan.tags,
        catalog: planCatalog(request({ notebooks: {} }, { profiles })).plan,
        studio: studioSettings().parse({ profiles }),
        path: "p:catalog",
      });
    };
    assert.deepEqual(ofProfiles(40), []);
    const [problem, ...others] = ofProfiles(150);
    assert.deepEqual(others, []);
    assert.match(
      `'${problem!.setting}' ${problem!.text}`,
      /^'p:catalog\.notebooks' requires fewer profiles or instance types \(got 150 profiles and /,
    );
  });
});

describe("versions of a product", () => {
  it("have the same name only with the same content", () => {
    const file = templateFile("notebook", notebookTemplate(notebookPlan));
    assert.deepEqual(templateFile("notebook", notebookTemplate(notebookPlan)), file);
    assert.match(file.key, /^notebook\/[0-9a-f]{12}\.json$/);
    assert.notEqual(templateFile("notebook", notebookTemplate({ ...notebookPlan, subnetId: "subnet-2" })).version, file.version);
    assert.equal(
      objectUrl({ ...notebookPlan.context, region: "cn-north-1", partition: "aws-cn" }, "bucket", file.key),
      `https://bucket.s3.cn-north-1.amazonaws.com.cn/${file.key}`,
    );
  });

  it("begin with a version that no user can launch", () => {
    const [allowed, value] = firstTemplate.Rules.NotLaunchable.Assertions[0]!.Assert["Fn::Contains"] as [string[], string];
    assert.equal(allowed.includes(value), false);
  });
});

describe("policy of the bucket for templates", () => {
  it("denies requests without TLS, and objects to all but deploying roles and roles for emergencies", () => {
    const roles = ["Deployer", "BreakGlass"].map((name) => `arn:aws:iam::111122223333:role/${name}`);
    const { Statement } = JSON.parse(
      templateBucketPolicy("templates", "aws", { deployRoleArns: [roles[0]!], breakGlassRoleArns: [roles[1]!] }),
    ) as { Statement: { Sid: string; Action: unknown; Condition: unknown; Resource: unknown }[] };
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ["TlsOnly", "OnlyDeployments"],
    );
    assert.deepEqual(Statement[1], {
      Sid: "OnlyDeployments",
      Effect: "Deny",
      Principal: "*",
      Action: dataActions,
      Resource: ["arn:aws:s3:::templates", "arn:aws:s3:::templates/*"],
      Condition: { ArnNotLikeIfExists: { "aws:PrincipalArn": roles } },
    });
    assert.throws(() => templateBucketPolicy("templates", "aws", { deployRoleArns: ["arn:aws:iam::111122223333:role/*"] }), RangeError);
  });
});
