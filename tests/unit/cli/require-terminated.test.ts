// Tests when the destroy of a core stack starts, with a fake of AWS Service Catalog. tests/faults/self-service.test.ts makes the calls.
import * as assert from "node:assert/strict";
import { type StackPlan, type StateResource } from "@cloister/cli";
import { FleetError, type Launched, requireTerminated } from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";

const plan: StackPlan = {
  id: "cloister-core/hub",
  project: "cloister-core",
  folder: "core",
  stack: "hub",
  settingsFile: "Pulumi.hub.yaml",
  reads: [],
};
const outputs = {
  accountId: "111122223333",
  region: "eu-central-1",
  catalogProductId: "prod-1",
  catalogArtifactBucket: "artifacts",
  catalogStateBucket: "state",
  catalogStateMachineArn: "arn:aws:states:eu-central-1:111122223333:stateMachine:engine",
};
const named = (name: string): Launched => ({ account: "111122223333", id: `pp-${name}`, name });

describe("the destroy of a core stack with a portfolio", () => {
  const check = (launched: () => Promise<Launched[]>, given: object = outputs, plans = [plan], signal = new AbortController().signal) =>
    requireTerminated(
      {
        resources: () => Promise.resolve([{ type: "pulumi:pulumi:Stack", urn: "stack", outputs: { ...given } }]),
        launched,
        launchedWith: () => Promise.reject(new Error("not looked up")),
      },
      plans,
      {
        progress: silent,
        interrupt: { signal },
      },
    );
  const never = () => Promise.reject(new Error("not looked up"));

  it("starts when nothing is launched, without a portfolio, and for other projects", async () => {
    await check(() => Promise.resolve([]));
    await check(never, { ...outputs, catalogProductId: "" });
    await check(never, {});
    await check(never, outputs, [{ ...plan, project: "cloister-environment" }]);
  });

  it("does not start while provisioned products exist, and names a command", async () => {
    await assert.rejects(
      check(() => Promise.resolve([named("fraud"), named("risk")])),
      (error: Error) => {
        assert.ok(error instanceof FleetError);
        assert.match(error.message, /^Cannot destroy cloister-core\/hub\. No resources were deleted\. 2 provisioned products exist/);
        assert.match(error.message, /│ 111122223333 │ fraud +│ pp-fraud +│/);
        assert.match(error.message, /terminate-provisioned-product --provisioned-product-id pp-fraud /);
        return true;
      },
    );
    const many = Array.from({ length: 25 }, (_, i) => named(`team-${i}`));
    await assert.rejects(
      check(() => Promise.resolve(many)),
      /and 5 more/,
    );
  });

  it("does not start when the lookup fails, and reports which permission is missing", async () => {
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    await assert.rejects(
      check(() => Promise.reject(denied)),
      /cannot be looked up.*AccessDeniedException.*SearchProvisionedProducts/s,
    );
  });

  it("ends as interrupted", async () => {
    const abort = new AbortController();
    const interrupted = check(
      () => {
        abort.abort(new Interrupted());
        return Promise.reject(new Error("aborted"));
      },
      outputs,
      [plan],
      abort.signal,
    );
    await assert.rejects(interrupted, Interrupted);
  });
});

describe("the destroy of a core stack in an account that receives a portfolio", () => {
  const arn = "arn:aws:iam::999900001111:role/bank-hub-environment-launch";
  const launchRole = {
    type: "aws:iam/role:Role",
    urn: "urn:pulumi:spoke::cloister-core::cloister:program:Core$cloister:catalog:EnvironmentLaunchRole$aws:iam/role:Role::bank-hub-environment-launch",
    outputs: { arn },
  };
  const stack = {
    type: "pulumi:pulumi:Stack",
    urn: "stack",
    outputs: { accountId: "999900001111", region: "eu-central-1", catalogProductId: "" },
  };
  const check = (launchedWith: (role: object) => Promise<Launched[]>, resources: StateResource[] = [stack, launchRole]) =>
    requireTerminated(
      { resources: () => Promise.resolve(resources), launched: () => Promise.reject(new Error("not looked up")), launchedWith },
      [{ ...plan, id: "cloister-core/spoke" }],
      { progress: silent },
    );

  it("starts when nothing is launched with its launch role, and without a launch role", async () => {
    const roles: object[] = [];
    await check((role) => (roles.push(role), Promise.resolve([])));
    assert.deepEqual(roles, [{ arn, account: "999900001111", region: "eu-central-1" }]);
    await check(() => Promise.reject(new Error("not looked up")), [stack]);
  });

  it("does not start while provisioned products exist", () =>
    assert.rejects(
      check(() => Promise.resolve([{ ...named("fraud"), account: "999900001111" }])),
      /^FleetError: Cannot destroy cloister-core\/spoke\..*only with the launch role in this stack.*│ 999900001111 │ fraud +│ pp-fraud +│/s,
    ));
});
