// Evaluates the resources of an environment with products, under mocks. Does not prove that AWS launches a product.
import assert from "node:assert/strict";
import { roleOf } from "@cloister/components/identity/roles";
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { HUB, REGION, runProgram, type World } from "../helpers/mocks";
import { boundary, example, exampleEnvironment, exampleStudio } from "./example-environment";
import { assertNamesAreUnique, assertNamesFit, ofType, policyDocumentOf, resourceOf } from "./world";
import { evaluateProgram } from "./violations";

describe("environment with products", () => {
  const network = example["cloister-environment:network"] as object;
  const withProducts = async (catalog: object, more: object = {}): Promise<World> => {
    const world = await exampleEnvironment({
      "cloister-environment:network": { ...network, endpoints: { add: ["servicecatalog"] } },
      "cloister-environment:catalog": { notebooks: catalog },
      ...more,
    });
    outputs = await runProgram("environment");
    return world;
  };
  let outputs: Record<string, unknown>;
  let world: World;
  before(async () => {
    world = await withProducts({});
  });

  it("meets every guardrail", async () => assert.deepEqual((await evaluateProgram(world)).violations, []));

  it("has unique names that fit the limits of AWS", () => {
    assertNamesAreUnique(world);
    assertNamesFit(world);
  });

  it("has a launch role with its own permissions boundary, which only AWS Service Catalog of the account assumes", () => {
    const role = resourceOf(world, "aws:iam/role:Role", "fraud-dev-launch-notebook");
    const boundary = resourceOf(world, "aws:iam/policy:Policy", "fraud-dev-launch-notebook-boundary");
    assert.equal(role.inputs.permissionsBoundary, boundary.outputs.arn);
    assert.equal(role.inputs.path, "/cloister/eu-central-1/fraud-dev/launch/");
    const [{ Principal, Condition }] = policyDocumentOf(role, "assumeRolePolicy").Statement as [{ Principal: object; Condition: object }];
    assert.deepEqual(Principal, { Service: "servicecatalog.amazonaws.com" });
    assert.deepEqual(Condition, { StringEquals: { "aws:SourceAccount": "111122223333" } });
  });

  it("has at most ten tags on templates, which are objects in S3", async () => {
    const tags = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`k${i}`, "v"]));
    const tagged = await withProducts({}, { "cloister-environment:tags": tags });
    for (const { inputs } of ofType(tagged, "aws:s3/bucketObjectv2:BucketObjectv2")) {
      const keys = Object.keys(inputs.tags as object);
      assert.ok(keys.length > 0 && keys.every((key) => key.startsWith("cloister:")), keys.join());
    }
  });

  it("exports the IDs of the product and the portfolio", () =>
    assert.deepEqual(outputs.products, {
      notebook: { productId: "prod-fraud-dev-product-notebook", portfolioId: "fraud-dev-products-id" },
    }));

  it("changes the version and not the product when the template changes", async () => {
    const version = (of: World) =>
      resourceOf(of, "aws:servicecatalog/provisioningArtifact:ProvisioningArtifact", "fraud-dev-product-notebook-version");
    const product = (of: World) => resourceOf(of, "aws:servicecatalog/product:Product", "fraud-dev-product-notebook");
    const changed = await withProducts({ volumeGb: { maximum: 50 } });
    assert.notEqual(version(changed).inputs.name, version(world).inputs.name);
    assert.deepEqual(product(changed).inputs, product(world).inputs);
    assert.deepEqual(product(world).options.ignoreChanges, ["provisioningArtifactParameters"]);
    assert.equal(ofType(changed, "aws:servicecatalog/constraint:Constraint").length, 2);
  });
});

/** The trust policy of an existing execution role. */
const trust = sagemakerTrust({ accountId: HUB, region: REGION, partition: "aws" }, roleOf("execution").resources);

describe("environment with a product for each user profile", () => {
  const profiles = ["ana-horvat", "bo-li", { name: "Lea", person: "lea.novak@bank.example" }];
  const withProfiles = async (
    studio: object = {},
    more: object = {},
    options: Parameters<typeof exampleEnvironment>[1] = {},
  ): Promise<World> => {
    const features = ["studio", "jobs", "git"];
    const world = await exampleEnvironment(
      {
        "cloister-environment:network": { features, endpoints: { add: ["servicecatalog"] } },
        "cloister-environment:studio": { ...exampleStudio(features), profiles, ...studio },
        "cloister-environment:catalog": { userProfiles: { profiles: ["bo-li", "Lea"] } },
        ...more,
      },
      options,
    );
    outputs = await runProgram("environment");
    return world;
  };
  const templateOf = (of: World, profile: string) => {
    const object = resourceOf(of, "aws:s3/bucketObjectv2:BucketObjectv2", `fraud-dev-product-profile-${profile}-template`);
    return JSON.parse(String(object.inputs.content)) as { Resources: Record<string, { Properties: Record<string, unknown> }> };
  };
  const settingsOf = (of: World, profile: string) =>
    templateOf(of, profile).Resources.UserProfile!.Properties.UserSettings as Record<string, unknown>;
  let outputs: Record<string, unknown>;
  let world: World;
  before(async () => {
    world = await withProfiles();
  });

  it("meets every guardrail, and has unique names that fit the limits of AWS", async () => {
    assert.deepEqual((await evaluateProgram(world)).violations, []);
    assertNamesAreUnique(world);
    assertNamesFit(world);
  });

  it("creates only the user profiles that no product creates", () =>
    assert.deepEqual(
      ofType(world, "aws:sagemaker/userProfile:UserProfile").map(({ inputs }) => inputs.userProfileName),
      ["ana-horvat"],
    ));

  it("tags each product with its data scientist, who is the only one to launch it", () => {
    const people = ofType(world, "aws:servicecatalog/product:Product").map(
      ({ inputs }) => (inputs.tags as Record<string, string>)["cloister:person"],
    );
    assert.deepEqual(people, ["bo-li", "lea.novak@bank.example"]);
    const { Statement } = policyDocumentOf(resourceOf(world, "aws:iam/policy:Policy", "fraud-dev-use-products"), "policy") as {
      Statement: { Sid: string; Resource: unknown; Condition: Record<string, unknown> }[];
    };
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ["FindProducts", "OwnProducts", "LaunchOwnProducts"],
    );
    assert.deepEqual(Statement[2]!.Condition.StringLike, { "aws:userid": "*:${aws:ResourceTag/cloister:person}" });
  });

  it("has a launch role for each profile, which names only this profile, and one permissions boundary for all", () => {
    const boundaryArn = resourceOf(world, "aws:iam/policy:Policy", "fraud-dev-launch-profiles-boundary").outputs.arn;
    for (const [profile, other] of [
      ["bo-li", "lea"],
      ["Lea", "bo-li"],
    ]) {
      const role = resourceOf(world, "aws:iam/role:Role", `fraud-dev-launch-profile-${profile}`);
      assert.equal(role.inputs.permissionsBoundary, boundaryArn);
      assert.equal(role.inputs.path, "/cloister/eu-central-1/fraud-dev/launch/");
      const policy = String(resourceOf(world, "aws:iam/rolePolicy:RolePolicy", `fraud-dev-launch-profile-${profile}-policy`).inputs.policy);
      assert.doesNotMatch(policy, new RegExp(`\\b${other}\\b`, "i"));
      assert.match(policy, new RegExp(`:user-profile/[^/"]+/${profile}"`));
      // SageMaker has names in lower case in some ARNs.
      assert.match(policy, new RegExp(`:space/[^/"]+/${profile!.toLowerCase()}--studio"`));
    }
  });

  it("uses the scripts, role and security group that the profile would have without the product", async () => {
    const of = await withProfiles({ executionRole: "per-person", securityGroupPerProfile: true });
    const settings = settingsOf(of, "bo-li");
    assert.match(String(settings.ExecutionRole), /fraud-dev-execution-bo-li$/);
    assert.match(String(settings.SecurityGroups), /bo-li/);
    const scripts = ofType(of, "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig").filter(({ name }) => name.endsWith("-bo-li"));
    assert.deepEqual(
      ["JupyterLabAppSettings", "CodeEditorAppSettings"].map((app) => (settings[app] as Record<string, unknown>).BuiltInLifecycleConfigArn),
      scripts.map(({ outputs: { arn } }) => arn),
    );
  });

  it("lets launch roles pass existing execution roles", async () => {
    const roleArn = `arn:aws:iam::${HUB}:role/bank/Bo`;
    const of = await withProfiles(
      { profiles: ["ana-horvat", { name: "bo-li", roleArn }, "Lea"] },
      {},
      {
        answers: {
          getRole: ({ name }) => ({
            arn: `arn:aws:iam::${HUB}:role/bank/${String(name)}`,
            permissionsBoundary: boundary,
            assumeRolePolicy: trust,
          }),
        },
      },
    );
    assert.equal(settingsOf(of, "bo-li").ExecutionRole, roleArn);
    const policies = [
      resourceOf(of, "aws:iam/policy:Policy", "fraud-dev-launch-profiles-boundary"),
      resourceOf(of, "aws:iam/rolePolicy:RolePolicy", "fraud-dev-launch-profile-bo-li-policy"),
    ].map(({ inputs }) => String(inputs.policy));
    for (const policy of policies) assert.ok(policy.includes(roleArn), policy);
    assert.ok(
      !String(resourceOf(of, "aws:iam/rolePolicy:RolePolicy", "fraud-dev-launch-profile-Lea-policy").inputs.policy).includes(roleArn),
    );
  });

  it("exports the IDs of the products and the portfolio", () =>
    assert.deepEqual(
      outputs.products,
      Object.fromEntries(
        ["bo-li", "Lea"].map((profile) => [
          `profile-${profile}`,
          { productId: `prod-fraud-dev-product-profile-${profile}`, portfolioId: "fraud-dev-products-id" },
        ]),
      ),
    ));
});
