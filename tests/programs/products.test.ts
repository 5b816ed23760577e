// Evaluates the resources of an environment with products, under mocks. Does not prove that AWS launches a product.
import assert from "node:assert/strict";
import { runProgram, type World } from "../helpers/mocks";
import { example, exampleEnvironment } from "./example-environment";
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
