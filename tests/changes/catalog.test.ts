import * as assert from "node:assert/strict";
import * as path from "node:path";
import { deployStack, destroyStack, root, stackResources } from "@cloister/cli";
import { atOnce, planOf, setUp, type Stage } from "../helpers/engine";

// Every kind of Service Catalog resource of the AWS provider, with the real engine, in the sandbox.
// Not proven: that AWS accepts the same calls.

describe("Service Catalog resources", function () {
  this.timeout(600_000);
  const plan = planOf("fraud-dev");
  let stage: Stage;

  before(async () => {
    stage = await setUp("catalog");
  });
  after(() => stage.end());

  const options = (version: string) => ({
    ...atOnce,
    program: path.join(root, "tests", "changes", "catalog"),
    set: { "cloister-environment:version": version },
  });
  const session = () => ({ ...stage.session, policyPack: undefined });
  const arn = (outputs: Record<string, unknown>) =>
    (outputs.outputs as { key: string; value: string }[]).find(({ key }) => key === "Arn")!.value;

  it("are deployed, updated and destroyed, and leave nothing", async () => {
    const first = await deployStack(session(), plan, options("1"));
    assert.match(arn(first.outputs), /:role\/one\//);
    const second = await deployStack(session(), plan, options("2"));
    assert.match(arn(second.outputs), /:role\/two\//);
    const replaced = second.steps.filter(({ op }) => op.includes("replace")).map(({ urn }) => urn);
    assert.deepEqual(replaced, []);
    assert.deepEqual((await deployStack(session(), plan, options("2"))).steps, []);
    const types = new Set(
      (await stackResources(session(), plan)).map(({ type }) => type).filter((type) => type.startsWith("aws:servicecatalog/")),
    );
    assert.equal(types.size, 11);
    await destroyStack(session(), plan, options("2"));
    assert.deepEqual(await stage.control.leftovers(), []);
  });
});
