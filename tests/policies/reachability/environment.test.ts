// Evaluates the network of the example environment, unchanged and with one resource added or changed. Does not evaluate
// network ACLs and endpoint policies.
import assert from "node:assert/strict";
import { evaluateReachability } from "@cloister/policy-pack/reachability";
import { asPlanned, stackResources, type TestResource } from "../../helpers/evaluate";
import { runProgram } from "../../helpers/mocks";
import { assertFound, mutants } from "../../helpers/mutants";
import { exampleEnvironment } from "../../programs/example-environment";
import { stackOf } from "../../programs/violations";

describe("reachability of the example environment", () => {
  for (const preview of [true, false])
    describe(preview ? "at preview" : "with all values known", () => {
      let environment: TestResource[];
      before(async () => {
        const world = await exampleEnvironment({}, { preview });
        await runProgram("environment");
        environment = preview ? asPlanned(stackOf(world)) : stackOf(world);
      });

      it("reports 'closed' for every subnet, interface, endpoint and resolver", () => {
        const results = evaluateReachability(stackResources(environment));
        assert.deepEqual(
          results.filter(({ verdict }) => verdict !== "closed").map(({ resource, paths }) => [resource.name, paths]),
          [],
        );
        for (const kind of ["subnet", "interface", "endpoint", "resolver"] as const)
          assert.ok(
            results.some((result) => result.kind === kind),
            `no ${kind} was evaluated`,
          );
      });

      for (const mutant of mutants)
        it(`reports '${mutant.verdict}' with ${mutant.it}`, () =>
          assertFound(mutant, evaluateReachability(stackResources(mutant.mutate(environment)))));
    });
});
