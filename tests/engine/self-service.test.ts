import * as assert from "node:assert/strict";
import { perform } from "../helpers/engine";
import { resultOf, SelfService, succeeded } from "../helpers/self-service";

// A lead launches, changes and terminates environments from Service Catalog. The queues, functions, state machine and runner of
// the engine run in the sandbox, with the real Pulumi engine, provider and policy pack.
// The suite `faults` has launches that fail, runners that are killed, and ten launches at once.
// Not proven, because it needs AWS: that the policies of the lead and of the roles of the engine allow the calls, and timing.

describe("environments from Service Catalog", function () {
  this.timeout(900_000);
  let service: SelfService;
  let lead: SelfService["lead"];
  const mine = { team: "fraud", owner: "ana.horvat@bank.example" };

  before(async () => {
    service = await SelfService.open("self-service");
    lead = service.lead;
    await service.publishFile("environment/products/standard.yaml");
  });
  after(() => service.close());

  it("are found by a lead, with their parameters", async () => {
    const { ProductViewSummaries: found } = await lead<{ ProductViewSummaries: { ProductId: string }[] }>("SearchProducts");
    assert.deepEqual(
      found.map(({ ProductId }) => ProductId),
      [service.product],
    );
    const { ProvisioningArtifactParameters: shown } = await lead<{ ProvisioningArtifactParameters: { ParameterKey: string }[] }>(
      "DescribeProvisioningParameters",
      { ProductId: service.product, ProvisioningArtifactId: (await service.newestVersion()).Id },
    );
    assert.deepEqual(
      shown.map(({ ParameterKey }) => ParameterKey),
      ["team", "stage", "owner", "profiles", "monthlyBudgetUsd", "tags"],
    );
  });

  it("fail with the reason when a parameter is not allowed, and create nothing", async () => {
    const { status, errors } = await service.ended(await service.provision("wrong", { ...mine, stage: "production" }));
    assert.equal(status, "FAILED");
    assert.match(errors, /No resources were created.*'stage' must be/s);
    assert.deepEqual(await service.resources("fraud"), []);
  });

  it("are created, changed and terminated by a lead, and leave only the buckets that a version without purge keeps", async () => {
    const started = await service.provision("fraud", mine);
    const first = await service.ended(started);
    assert.deepEqual(resultOf(first), succeeded);
    assert.match(first.outputs.domainId ?? "", /^d-/);
    const { ProvisionedProductId } = started.RecordDetail;
    const changed = await service.ended(await service.update(ProvisionedProductId, "profiles", { ...mine, profiles: "[ana-horvat]" }));
    assert.deepEqual(resultOf(changed), succeeded);
    const { UserProfiles } = await service.call<{ UserProfiles: { UserProfileName: string }[] }>("sagemaker", "ListUserProfiles");
    assert.deepEqual(
      UserProfiles.map(({ UserProfileName }) => UserProfileName),
      ["ana-horvat"],
    );
    const terminated = await service.ended(await service.terminate(ProvisionedProductId));
    assert.deepEqual(resultOf(terminated), succeeded);
    assert.deepEqual(await service.resources("fraud"), ["fraud-dev-data-bucket", "fraud-dev-models-bucket"]);
    const { name, hubAccount } = service.stage.world;
    assert.deepEqual(await service.objects(ProvisionedProductId), [`names/${hubAccount}/fraud-dev.json`]);
    await perform("npx", ["cloister", "fleet", "release", "fraud-dev", "--yes", "--world", name]);
    assert.deepEqual(await service.objects(ProvisionedProductId), []);
  });
});
