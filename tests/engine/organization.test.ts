import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { chooseStacks, deployStack, destroyStack, findStacks, inTurn, type Outcome, previewStack, resourcesOf, root } from "@cloister/cli";
import { drain, refuseWhileInUse, sourcesOf, StudioError } from "@cloister/cli/testing";
import { cleanEnvironment } from "@cloister/sandbox";
import { graphOfState, prove } from "@cloister/policy-pack/reachability";
import { type Deployed } from "../permissions/assemble";
import { deployedIn } from "../permissions/from-aws";
import { proveRights } from "../permissions/prove";
import { javascript } from "../sandbox/javascript";
import { atOnce, changesIn, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { assertFound, mutants, resourcesOfState, stateOf } from "../helpers/mutants";

// The life of the example organization, and what its policies let each role do: the real engine, the real provider and the real pack, through the functions of `npm start`, against the sandbox.
// It does not prove what only AWS can: that its services do what their interfaces promise, timing, quotas, what IAM really allows.

describe("example organization", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const stacks = chooseStacks(findStacks(), []);
  const all = (work: typeof deployStack, reverse = false) => inTurn(stacks, (plan) => work(stage.session, plan, atOnce), reverse);
  let policies: Deployed;
  const created = (outcome: Outcome) => outcome.changes.create ?? 0;

  before(async () => {
    stage = await setUp("organization");
  });
  after(() => stage.end());

  it("is deployed in order, with every guardrail judging and none broken, proven closed at preview", async () => {
    // Refuses also what can't be proven: here on what the engine and the provider know of resources that don't exist yet.
    const session = { ...stage.session, policyPackConfig: path.join(__dirname, "require-closed.json") };
    const outcomes = await inTurn(stacks, (plan) => deployStack(session, plan, quiet));
    assert.deepEqual([...outcomes.keys()].slice(0, 2), ["cloister-core/bank-hub", "cloister-environment/fraud-dev"]);
    assert.deepEqual([...outcomes.keys()].slice(2).sort(), [
      "cloister-target-accounts/fraud-prod",
      "cloister-target-accounts/fraud-staging",
    ]);
    for (const [id, outcome] of outcomes) {
      assert.ok(created(outcome) > 15, `${id} created ${created(outcome)}`);
      assert.deepEqual(outcome.violations, [], id);
      assert.ok(outcome.guardrails.length >= 4, `${id} was judged by ${outcome.guardrails.join(", ")}`);
    }
    policies = await deployedIn({
      client: javascript(stage.world),
      account: stage.world.hubAccount,
      region: stage.world.region,
      environment: outcomes.get("cloister-environment/fraud-dev")!.outputs,
      core: outcomes.get("cloister-core/bank-hub")!.outputs,
      profile: "ana-horvat",
      instanceType: "ml.m5.large",
      features: ["studio", "jobs"],
    });
  });

  it("has no path that leaves the perimeter, by what is in its states", async () => {
    const states = await Promise.all(stacks.map((plan) => resourcesOf(stage.session, plan)));
    const proofs = prove(graphOfState(states.flat()));
    const notClosed = proofs.filter(({ verdict }) => verdict !== "closed");
    assert.deepEqual(
      notClosed.map(({ resource, paths }) => [resource.urn, paths]),
      [],
    );
    const count = (kind: string) => proofs.filter((one) => one.kind === kind).length;
    assert.ok(
      count("subnet") >= 10 && count("endpoint") >= 30 && count("interface") >= 1 && count("resolver") === 5,
      JSON.stringify(proofs.map(({ kind }) => kind)),
    );
    for (const { resource } of proofs.filter(({ kind }) => kind === "subnet")) assert.match(String(resource.props.id), /^subnet-/);
  });

  it("would be found out with any one thing added or changed, by what is in the environment's state", async () => {
    const own = resourcesOfState(await resourcesOf(stage.session, planOf("fraud-dev")));
    assert.ok(prove(graphOfState(stateOf(own))).every(({ verdict }) => verdict === "closed"));
    for (const mutant of mutants) assertFound(mutant, prove(graphOfState(stateOf(mutant.mutate(own)))));
  });

  it("leaves the checkout as it was", () => {
    const changed = execFileSync("git", ["status", "--porcelain", "--", "*Pulumi*.yaml"], { cwd: root, encoding: "utf8" });
    assert.equal(changed, "");
    for (const { settingsFile } of stacks) assert.doesNotMatch(fs.readFileSync(settingsFile, "utf8"), /encryptionsalt/);
  });

  it("registers the target accounts in the hub", async () => {
    const puts = await stage.control.journal({ service: "ssm", operation: "PutParameter", account: stage.world.hubAccount });
    const names = puts.map(({ parameters }) => (parameters as { Name: string }).Name).filter((name) => name.includes("/targets/"));
    assert.deepEqual(names.sort(), [
      "/cloister/fraud-dev/targets/prod/777788889999",
      "/cloister/fraud-dev/targets/prod/888899990000",
      "/cloister/fraud-dev/targets/staging/444455556666",
      "/cloister/fraud-dev/targets/staging/555566667777",
    ]);
  });

  it("makes in each account only what is meant for it", async () => {
    for (const account of stage.world.accounts.slice(1)) {
      const vpcs = await stage.control.journal({ service: "ec2", operation: "CreateVpc", account, result: "ok" });
      assert.equal(vpcs.length, 1, `VPCs of ${account}`);
      const studio = await stage.control.journal({ service: "sagemaker", account });
      assert.deepEqual(studio, [], `no Studio in ${account}`);
    }
  });

  it("has no changes when it is deployed again", async () => {
    const before_ = changesIn(await stage.control.journal()).length;
    for (const [id, { changes, steps }] of await all(deployStack))
      assert.deepEqual({ id, ...changes, steps }, { id, same: changes.same, steps: [] });
    assert.equal(changesIn(await stage.control.journal()).length, before_, "no call that changes anything");
  });

  it("changes only what a changed setting means", async () => {
    const plan = planOf("fraud-dev");
    const set = { "cloister-environment:network.flowLogRetentionDays": 731 };
    const { steps } = await previewStack(stage.session, plan, { ...quiet, set });
    assert.deepEqual(steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).sort(), [
      "update fraud-dev-dns-queries",
      "update fraud-dev-flow-logs",
    ]);
    const { changes } = await deployStack(stage.session, plan, { ...atOnce, set });
    assert.equal(changes.update, 2);
    assert.equal((await deployStack(stage.session, plan, atOnce)).changes.update, 2, "and back");
  });

  it("adds and removes a person, changes idle time and strictness, without replacing what holds data", async () => {
    const plan = planOf("fraud-dev");
    const set = {
      "cloister-environment:studio.profiles": ["ana-horvat", "ben-okafor"],
      "cloister-environment:studio.idleMinutes": 60,
      "cloister-environment:guardrails.profile": "vpc",
    };
    const told = ({ steps }: Outcome) =>
      steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ").split("$").at(-1)}`).sort();
    const there = await deployStack(stage.session, plan, { ...atOnce, set });
    const back = await deployStack(stage.session, plan, atOnce);
    for (const outcome of [there, back])
      assert.deepEqual(
        told(outcome).filter((step) => /(replace|delete) .*:(Domain|Bucket|Key|UserProfile fraud-dev-profile-ana)/.test(step)),
        [],
      );
    assert.ok(told(there).includes("create aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ben-okafor"), told(there).join("\n"));
    assert.ok(told(there).includes("update aws:iam/policy:Policy fraud-dev-boundary"), told(there).join("\n"));
    assert.ok(told(there).includes("update aws:sagemaker/domain:Domain fraud-dev-domain"), told(there).join("\n"));
    assert.ok(told(back).includes("delete aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ben-okafor"), told(back).join("\n"));
    assert.deepEqual((await previewStack(stage.session, plan, quiet)).steps, []);
  });

  it("can be gone on with by plain pulumi, after `source env.sh`", () => {
    const dir = path.join(stage.world.dir, "stacks", "cloister-environment");
    const script = `. '${path.join(stage.world.dir, "env.sh")}' && pulumi --cwd '${dir}' preview --stack fraud-dev --policy-pack '${path.join(root, "policy-pack")}' --expect-no-changes --non-interactive`;
    const preview = spawnSync("sh", ["-c", script], { encoding: "utf8", env: cleanEnvironment() });
    assert.equal(preview.status, 0, preview.stdout + preview.stderr);
    assert.match(preview.stdout, /cloister@v/);
  });

  it("adds a zone without touching what is there", async () => {
    const { steps } = await previewStack(stage.session, planOf("fraud-dev"), {
      ...quiet,
      set: { "cloister-environment:network.zones": 3 },
    });
    const touched = steps.filter(({ op }) => op !== "create");
    // The endpoints, the network ACL, the boundary, rights and the published list get a subnet more, the gateway endpoint a table. Start scripts know the subnets and are made anew under
    // another name; the domain and its profiles then point to these.
    const grown =
      /VpcEndpoint|NetworkAcl|subnet-ids$|Policy::|RolePolicy::|Domain::|UserProfile::|NotebookInstanceLifecycleConfiguration::/;
    assert.ok(
      touched.every(({ op, urn }) => (op === "update" && grown.test(urn)) || urn.includes(":StudioLifecycleConfig::")),
      JSON.stringify(touched),
    );
    assert.ok(steps.some(({ op, urn }) => op === "create" && urn.includes("Subnet")));
  });

  it("is not destroyed while people run something in Studio, and can be once that is drained", async () => {
    const plan = planOf("fraud-dev");
    const client = javascript(stage.world);
    const domain = (await resourcesOf(stage.session, plan)).find(({ type }) => type === "aws:sagemaker/domain:Domain")!.id!;
    const make = async (operation: string, input: object) => {
      const made = await client({
        service: "sagemaker",
        operation,
        input: { DomainId: domain, ...input },
        account: stage.world.hubAccount,
      });
      assert.equal(made.refused, undefined, made.message);
    };
    const app = { AppType: "JupyterLab", AppName: "default" };
    await make("CreateSpace", {
      SpaceName: "anas-notes",
      OwnershipSettings: { OwnerUserProfileName: "ana-horvat" },
      SpaceSharingSettings: { SharingType: "Private" },
    });
    // In a space of one's own, and in one that the settings made.
    for (const SpaceName of ["anas-notes", "scorecards"]) await make("CreateApp", { SpaceName, ...app });

    const sources = sourcesOf(stage.session);
    const began = (await stage.control.journal()).length;
    await assert.rejects(refuseWhileInUse(sources, stacks, { ...quiet, world: stage.world.name }), (error: Error) => {
      assert.ok(error instanceof StudioError);
      for (const part of ["space scorecards: InService", "space anas-notes: InService", "space anas-notes of ana-horvat: InService"])
        assert.ok(error.message.includes(part), error.message);
      assert.doesNotMatch(error.message, /^ +(space scorecards|profile)/m, "what settings made is not in the way");
      assert.ok(error.message.includes(`drain cloister-environment/fraud-dev --spaces --yes --world ${stage.world.name}`), error.message);
      return true;
    });
    assert.deepEqual(changesIn((await stage.control.journal()).slice(began)), [], "nothing was destroyed");

    const told = await drain(sources, [plan], { ...quiet, names: ["fraud-dev"], spaces: true, yes: true, pollMs: 100 });
    assert.match(told, /cloister-environment\/fraud-dev: 2 apps ended, 1 space deleted\./);
    await refuseWhileInUse(sources, stacks, quiet);
    assert.deepEqual((await previewStack(stage.session, plan, quiet)).steps, [], "what settings made is still there");
  });

  it("is destroyed in reverse, and nothing is left", async () => {
    const outcomes = await all(destroyStack, true);
    const order = [...outcomes.keys()];
    assert.deepEqual(order.slice(2), ["cloister-environment/fraud-dev", "cloister-core/bank-hub"]);
    assert.deepEqual(await stage.control.leftovers(), []);
    for (const plan of stacks) assert.deepEqual(await resourcesOf(stage.session, plan), []);
  });

  it("asks of AWS only what the conformance test tries with independent clients", async () => {
    const tried = JSON.parse(fs.readFileSync(path.join(root, "tests", "sandbox", "operations.json"), "utf8")) as string[];
    const used = new Set((await stage.control.journal()).map(({ service, operation }) => `${service}:${operation}`));
    assert.deepEqual(
      [...used].filter((operation) => !tried.includes(operation)).sort(),
      [],
      "add these to tests/sandbox/operations.json and a case to tests/sandbox/scenarios",
    );
  });

  // Decided after the world is gone, by the policies as AWS told them.
  describe("rights, as they are deployed", () => proveRights(() => Promise.resolve(policies)));
});
