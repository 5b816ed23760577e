// Enables SageMaker Projects and associates roles with the Projects portfolio, under mocks.
// Does not prove that AWS accepts the association: tests/engine does.
import assert from "node:assert/strict";
import { associatedRoles, createStudio, role, types } from "../../helpers/studio";
import { ofType, resourceOf } from "../../programs/world";

describe("SageMaker Projects", () => {
  it("stays unchanged if projects is false, because other environments can use Projects", async () =>
    assert.deepEqual(ofType(await createStudio({ projects: false }), types.projects), []));

  describe("with a portfolio", () => {
    const projectsPortfolioId = "port-0a1b2c3d4e5f6";
    const existingRole = "arn:aws:iam::111122223333:role/bank/Execution";

    it("associates the shared role after Projects is enabled, because enabling Projects imports the AWS portfolio", async () => {
      const world = await createStudio({ projectsPortfolioId, profiles: ["ana", "bo"] });
      assert.deepEqual(associatedRoles(world), { "fraud-dev-projects-execution": role("execution") });
      assert.deepEqual(resourceOf(world, types.portfolio, "fraud-dev-projects-execution").dependencies, [
        resourceOf(world, types.projects, "fraud-dev-projects"),
      ]);
    });

    it("associates an existing role once if several profiles and the environment use it", async () => {
      const profiles = ["ana", "bo"].map((name) => ({ name, roleArn: existingRole }));
      const world = await createStudio({ projectsPortfolioId, profiles: [...profiles, "cy"] }, { existingExecutionRoleArn: existingRole });
      assert.deepEqual(associatedRoles(world), { "fraud-dev-projects-brought-Execution": existingRole });
    });

    it("associates no role if no portfolio is set", async () => assert.deepEqual(associatedRoles(await createStudio({})), {}));

    it("associates no role if projects is false", async () =>
      assert.deepEqual(associatedRoles(await createStudio({ projectsPortfolioId, projects: false })), {}));
  });
});
