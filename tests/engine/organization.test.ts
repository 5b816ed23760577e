import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  chooseStacks,
  deployStack,
  destroyStack,
  findStacks,
  runInOrder,
  type Outcome,
  previewStack,
  stackResources,
  root,
} from "@cloister/cli";
import { bootstrapWorld, drain, endBootstrap, requireDrained, drainSources, StudioError } from "@cloister/cli/testing";
import { deployRoleName } from "@cloister/components/identity/deploy-role/names";
import { cleanEnvironment } from "@cloister/sandbox";
import { resourcesFromState, evaluateReachability } from "@cloister/policy-pack/reachability";
import { type Deployed } from "../permissions/assemble";
import { missingPermissions, policySetOf } from "../permissions/deploy-role/decide";
import { readDeployedPolicies } from "../permissions/deployed-policies";
import { provePermissions } from "../permissions/prove";
import { javascript, studioCalls } from "../sandbox/javascript";
import { atOnce, changesIn, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { assertFound, mutants, testResourcesFromState, stateOf } from "../helpers/mutants";

// The lifecycle of the example organization, and the actions that its policies allow each role. Uses the real engine, provider and
// policy pack, through the functions of `npm start`, against the sandbox.
// Not proven, because it needs AWS: service behavior, timing, quotas and IAM authorization.

describe("example organization", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const stacks = chooseStacks(findStacks(), []);
  const all = (work: typeof deployStack, reverse = false) => runInOrder(stacks, (plan) => work(stage.session, plan, atOnce), { reverse });
  let policies: Deployed;
  const createdBy = (outcome: Outcome) => outcome.changes.create ?? 0;

  before(async () => {
    stage = await setUp("organization");
    // Target accounts are deployed, changed and destroyed under the role of `cloister bootstrap`.
    await bootstrapWorld(stage.session, stage.world, stacks);
  });
  after(() => stage.end());

  it("deploys in order, evaluates every guardrail without a violation, and is proven closed at preview", async () => {
    // The policy also rejects values that cannot be determined at preview, when no resource exists yet.
    const session = { ...stage.session, policyPackConfig: path.join(__dirname, "require-closed.json") };
    const outcomes = await runInOrder(stacks, (plan) => deployStack(session, plan, quiet));
    assert.deepEqual([...outcomes.keys()].slice(0, 2), ["cloister-core/bank-hub", "cloister-environment/fraud-dev"]);
    assert.deepEqual([...outcomes.keys()].slice(2).sort(), [
      "cloister-target-accounts/fraud-prod",
      "cloister-target-accounts/fraud-staging",
    ]);
    for (const [id, outcome] of outcomes) {
      assert.ok(createdBy(outcome) > 15, `${id} created ${createdBy(outcome)}`);
      assert.deepEqual(outcome.violations, [], id);
      assert.ok(outcome.policies.length >= 4, `${id} was evaluated by ${outcome.policies.join(", ")}`);
    }
    policies = await readDeployedPolicies({
      client: javascript(stage.world),
      account: stage.world.hubAccount,
      region: stage.world.region,
      environment: outcomes.get("cloister-environment/fraud-dev")!.outputs,
      core: outcomes.get("cloister-core/bank-hub")!.outputs,
      profile: "ana-horvat",
      instanceType: "ml.m5.large",
      features: ["studio", "jobs", "notebooks", "git"],
      guardrails: "strict",
      networkIsolation: false,
      peopleNetwork: "vpc",
      hubPeopleNetwork: "vpc",
      openApps: "anywhere",
    });
  });

  it("has no network path out of the perimeter in its deployed state", async () => {
    const states = await Promise.all(stacks.map((plan) => stackResources(stage.session, plan)));
    const proofs = evaluateReachability(resourcesFromState(states.flat()));
    const notClosed = proofs.filter(({ verdict }) => verdict !== "closed");
    assert.deepEqual(
      notClosed.map(({ resource, paths }) => [resource.urn, paths]),
      [],
    );
    const count = (kind: string) => proofs.filter((proof) => proof.kind === kind).length;
    assert.ok(
      count("subnet") >= 10 && count("endpoint") >= 20 && count("interface") >= 1 && count("resolver") === 5,
      JSON.stringify(proofs.map(({ kind }) => kind)),
    );
    for (const { resource } of proofs.filter(({ kind }) => kind === "subnet")) assert.match(String(resource.props.id), /^subnet-/);
  });

  it("is reported as open after any single mutation of the environment's state", async () => {
    const own = testResourcesFromState(await stackResources(stage.session, planOf("fraud-dev")));
    assert.ok(evaluateReachability(resourcesFromState(stateOf(own))).every(({ verdict }) => verdict === "closed"));
    for (const mutant of mutants) assertFound(mutant, evaluateReachability(resourcesFromState(stateOf(mutant.mutate(own)))));
  });

  it("does not change the checkout", () => {
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

  it("creates in each account only the resources of that account", async () => {
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
    assert.equal(changesIn(await stage.control.journal()).length, before_, "the deployment makes no mutating AWS call");
  });

  it("updates only the resources that a changed setting affects", async () => {
    const plan = planOf("fraud-dev");
    const set = { "cloister-environment:network.flowLogRetentionDays": 731 };
    const { steps } = await previewStack(stage.session, plan, { ...quiet, set });
    assert.deepEqual(steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).sort(), [
      "update fraud-dev-dns-queries",
      "update fraud-dev-flow-logs",
    ]);
    const { changes } = await deployStack(stage.session, plan, { ...atOnce, set });
    assert.equal(changes.update, 2);
    assert.equal((await deployStack(stage.session, plan, atOnce)).changes.update, 2, "the setting is restored");
  });

  it("changes tags, logs and zones in target accounts", async () => {
    const plan = planOf("fraud-staging");
    const set = {
      "cloister-target-accounts:owner": "other@bank.example",
      "cloister-target-accounts:network.flowLogRetentionDays": 731,
      "cloister-target-accounts:network.zones": 3,
    };
    const { changes } = await deployStack(stage.session, plan, { ...atOnce, set });
    assert.ok((changes.update ?? 0) > 0 && (changes.create ?? 0) > 0, JSON.stringify(changes));
    await deployStack(stage.session, plan, atOnce);
  });

  it("adds and removes a user profile, and changes idle time and guardrail profile, without replacing data resources", async () => {
    const plan = planOf("fraud-dev");
    const set = {
      "cloister-environment:studio.profiles": ["ana-horvat", "ben-okafor"],
      "cloister-environment:studio.idleMinutes": 60,
      "cloister-environment:guardrails.profile": "vpc",
    };
    const stepsOf = ({ steps }: Outcome) =>
      steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ").split("$").at(-1)}`).sort();
    const added = await deployStack(stage.session, plan, { ...atOnce, set });
    const removed = await deployStack(stage.session, plan, atOnce);
    for (const outcome of [added, removed])
      assert.deepEqual(
        stepsOf(outcome).filter((step) => /(replace|delete) .*:(Domain|Bucket|Key|UserProfile fraud-dev-profile-ana)/.test(step)),
        [],
      );
    assert.ok(
      stepsOf(added).includes("create aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ben-okafor"),
      stepsOf(added).join("\n"),
    );
    assert.ok(stepsOf(added).includes("update aws:iam/policy:Policy fraud-dev-boundary"), stepsOf(added).join("\n"));
    assert.ok(
      stepsOf(added).includes("update aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ana-horvat"),
      stepsOf(added).join("\n"),
    );
    assert.ok(!stepsOf(added).some((step) => step.endsWith("fraud-dev-domain")), stepsOf(added).join("\n"));
    assert.ok(
      stepsOf(removed).includes("delete aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ben-okafor"),
      stepsOf(removed).join("\n"),
    );
    assert.deepEqual((await previewStack(stage.session, plan, quiet)).steps, []);
  });

  it("can be continued with plain pulumi after `source env.sh`", () => {
    const dir = path.join(stage.world.dir, "stacks", "cloister-environment");
    const script = `. '${path.join(stage.world.dir, "env.sh")}' && pulumi --cwd '${dir}' preview --stack fraud-dev --policy-pack '${path.join(root, "policy-pack")}' --expect-no-changes --non-interactive`;
    const preview = spawnSync("sh", ["-c", script], { encoding: "utf8", env: cleanEnvironment() });
    assert.equal(preview.status, 0, preview.stdout + preview.stderr);
    assert.match(preview.stdout, /cloister@v/);
  });

  it("adds a zone without changing existing subnets", async () => {
    const { steps } = await previewStack(stage.session, planOf("fraud-dev"), {
      ...quiet,
      set: { "cloister-environment:network.zones": 3 },
    });
    const touched = steps.filter(({ op }) => op !== "create");
    // Endpoints, network ACL, boundary, permissions and the published lists get one more subnet. The gateway endpoint gets a route table.
    // Start scripts contain the subnets, so they are replaced under a new name. The profiles then reference the new scripts.
    const extended =
      /VpcEndpoint|NetworkAcl|subnet-ids$|allow-list$|Policy::|RolePolicy::|UserProfile::|NotebookInstanceLifecycleConfiguration::/;
    assert.ok(
      touched.every(({ op, urn }) => (op === "update" && extended.test(urn)) || /:(StudioLifecycleConfig|Stash)::/.test(urn)),
      JSON.stringify(touched),
    );
    assert.ok(steps.some(({ op, urn }) => op === "create" && urn.includes("Subnet")));
  });

  it("is not destroyed while Studio apps run, and can be destroyed after a drain", async () => {
    const plan = planOf("fraud-dev");
    const domain = (await stackResources(stage.session, plan)).find(({ type }) => type === "aws:sagemaker/domain:Domain")!.id!;
    const call = studioCalls(stage.world, domain);
    const app = { AppType: "JupyterLab", AppName: "default" };
    await call("CreateSpace", {
      SpaceName: "anas-notes",
      OwnershipSettings: { OwnerUserProfileName: "ana-horvat" },
      SpaceSharingSettings: { SharingType: "Private" },
      SpaceSettings: { AppType: "JupyterLab" },
    });
    // One app in a user's private space, one app in a space that the settings create.
    for (const SpaceName of ["anas-notes", "scorecards"]) await call("CreateApp", { SpaceName, ...app });

    const sources = drainSources(stage.session);
    const callsBefore = (await stage.control.journal()).length;
    await assert.rejects(requireDrained(sources, stacks, { ...quiet, world: stage.world.name }), (error: Error) => {
      assert.ok(error instanceof StudioError);
      for (const part of ["space scorecards: InService", "space anas-notes: InService", "space anas-notes of ana-horvat: InService"])
        assert.ok(error.message.includes(part), error.message);
      assert.doesNotMatch(error.message, /^ +(space scorecards|profile)/m, "spaces from the settings do not block the destroy");
      assert.ok(error.message.includes(`drain cloister-environment/fraud-dev --spaces --yes --world ${stage.world.name}`), error.message);
      return true;
    });
    assert.deepEqual(changesIn((await stage.control.journal()).slice(callsBefore)), [], "no resource is destroyed");

    const report = await drain(sources, [plan], { ...quiet, names: ["fraud-dev"], spaces: true, yes: true, pollMs: 100 });
    assert.match(report, /cloister-environment\/fraud-dev: 2 apps stopped, 1 space deleted\./);
    await requireDrained(sources, stacks, quiet);
    assert.deepEqual((await previewStack(stage.session, plan, quiet)).steps, [], "resources from the settings still exist");
  });

  it("is destroyed in reverse order and leaves no resources", async () => {
    const outcomes = await all(destroyStack, true);
    const order = [...outcomes.keys()];
    assert.deepEqual(order.slice(2), ["cloister-environment/fraud-dev", "cloister-core/bank-hub"]);
    await endBootstrap(stage.session, stage.world, stacks);
    assert.deepEqual(await stage.control.leftovers(), []);
    for (const plan of stacks) assert.deepEqual(await stackResources(stage.session, plan), []);
  });

  for (const stageName of ["staging", "prod"])
    it(`makes in target accounts for ${stageName} only calls that the role of cloister bootstrap can make`, async () => {
      const role = { name: `fraud-dev-${stageName}`, environment: "fraud-dev", stage: stageName, region: stage.world.region };
      const tags = { "cloister:environment": "fraud-dev", "cloister:stage": stageName };
      const calls = (await stage.control.journal()).filter(({ principal }) => principal?.includes(`assumed-role/${role.name}-deploy/`));
      const accounts = new Set(calls.map((call) => call.account!));
      assert.equal(accounts.size, 2);
      for (const account of accounts) {
        const inAccount = calls.filter((call) => call.account === account);
        assert.ok(changesIn(inAccount).length > 60, `${account}: ${inAccount.length} calls`);
        assert.deepEqual(
          await missingPermissions(inAccount, policySetOf(role, account), {
            account,
            region: stage.world.region,
            tags,
            roleArn: `arn:aws:iam::${account}:role/${deployRoleName(role)}`,
          }),
          [],
          "add these to components/identity/deploy-role/permissions.ts",
        );
      }
      // The credentials of the hub make no call in a target account except to assume the role and to bootstrap the account.
      // CloudFormation creates the roles of its template as its caller.
      const others = (await stage.control.journal())
        .filter(({ account, principal }) => account !== stage.world.hubAccount && !principal?.includes("-deploy/"))
        .map(({ service }) => service);
      assert.deepEqual([...new Set(others)].sort(), ["cloudformation", "iam"]);
    });

  it("calls only AWS operations that the conformance test covers with independent clients", async () => {
    const covered = JSON.parse(fs.readFileSync(path.join(root, "tests", "sandbox", "operations.json"), "utf8")) as string[];
    const used = new Set((await stage.control.journal()).map(({ service, operation }) => `${service}:${operation}`));
    assert.deepEqual(
      [...used].filter((operation) => !covered.includes(operation)).sort(),
      [],
      "add these to tests/sandbox/operations.json and a case to tests/sandbox/scenarios",
    );
  });

  // Evaluated after the world has stopped, with the policies that AWS returned.
  describe("permissions as deployed", () => provePermissions(() => Promise.resolve(policies)));
});
