// Runs core stacks with the settings in docs/self-service.md under mocks. Does not prove that AWS accepts the resources.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { type Policy } from "../permissions/simulator";
import { deployer, HUB, runProgram, useMocks, type World } from "../helpers/mocks";
import { parse } from "yaml";
import { evaluateProgram } from "./violations";
import { lookups, subnetIds } from "./wiring/lookups";
import { merged, type Settings } from "./wiring/settings";
import { exampleConfig, ofType, resourceOf } from "./world";

const page = fs.readFileSync(path.join(root, "docs/self-service.md"), "utf8");
/** The blocks of settings on the page, with a subnet and a digest that exist under mocks. */
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text]) =>
    parse(text!.replaceAll("subnet-0123456789abcdef0", subnetIds[0]!).replaceAll("<digest>", "0a".repeat(32))) as Record<string, Settings>,
);
const settingsOf = (key: string) => blocks.flatMap((block) => (block[key] ? [block[key]] : [])).reduce(merged);
const example = exampleConfig("core/Pulumi.bank-hub.yaml");

const worldOf = (stack: string, account: string, config: Record<string, unknown>) =>
  useMocks({
    project: "cloister-core",
    stack,
    account,
    config: { ...example, "cloister-core:confirmPurge": stack, ...config },
    answers: lookups,
  });

describe("core stacks with the settings of the page about self-service", () => {
  it("has one block for the portfolio, one for its sharing and one for a recipient account", () =>
    assert.deepEqual(
      blocks.map((block) => Object.keys(block)),
      [["cloister-core:catalog"], ["aws:allowedAccountIds", "cloister-core:catalogLaunch"], ["cloister-core:catalog"]],
    ));

  describe("in the account of the portfolio", () => {
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      world = await worldOf("bank-hub", HUB, { "cloister-core:catalog": settingsOf("cloister-core:catalog") });
      outputs = await runProgram("core");
    });
    const inputsOf = (type: string, member: string) =>
      ofType(world, `aws:servicecatalog/${type}`).map(({ inputs }) => String(inputs[member]));

    it("pass every guardrail", async () => assert.deepEqual((await evaluateProgram(world)).violations, []));

    it("create the portfolio with its leads, tags and shares, and the engine", () => {
      assert.deepEqual(inputsOf("principalPortfolioAssociation:PrincipalPortfolioAssociation", "principalArn").sort(), [
        `arn:aws:iam::${HUB}:role/TeamLead`,
        "arn:aws:iam:::role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_TeamLead_*",
      ]);
      assert.deepEqual(inputsOf("tagOption:TagOption", "value").sort(), ["4711", "4712"]);
      assert.deepEqual(inputsOf("portfolioShare:PortfolioShare", "type").sort(), ["ACCOUNT", "ORGANIZATIONAL_UNIT"]);
      for (const output of ["catalogPortfolioId", "catalogProductId", "catalogArtifactBucket", "catalogStateMachineArn"])
        assert.ok(outputs[output], output);
    });

    it("let only the publishers write versions", () => {
      const policy = resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", "bank-hub-engine-artifacts-policy").inputs.policy;
      const statement = (JSON.parse(String(policy)) as Policy).Statement.find(({ Sid }) => Sid === "OnlyPublishers");
      assert.deepEqual(statement?.Condition, {
        ArnNotLikeIfExists: { "aws:PrincipalArn": [deployer(HUB), `arn:aws:iam::${HUB}:role/platform/Publisher`] },
      });
    });
  });

  it("create the launch role and the policy of leads in a recipient account", async () => {
    const world = await worldOf("bank-spoke", "999900001111", { "cloister-core:catalogLaunch": settingsOf("cloister-core:catalogLaunch") });
    await runProgram("core");
    assert.deepEqual((await evaluateProgram(world)).violations, []);
    assert.equal(resourceOf(world, "aws:iam/role:Role", "bank-hub-environment-launch").inputs.name, "bank-hub-environment-launch");
    assert.ok(resourceOf(world, "aws:iam/policy:Policy", "bank-hub-environment-lead"));
  });
});
