import * as assert from "node:assert/strict";
import { productTag, tracerTag } from "@cloister/components/catalog/runtime/request";
import { perform } from "../helpers/engine";
import { resultOf, SelfService, succeeded } from "../helpers/self-service";
import { decide } from "../permissions/simulator";

// A lead launches, changes and terminates environments from Service Catalog. The queues, functions, state machine and runner of
// the engine run in the sandbox, with the real Pulumi engine, provider and policy pack.
// The suite `faults` has launches that fail, runners that are killed, and ten launches at once.
// Not proven, because it needs AWS: that the policies of the lead and of the roles of the engine allow the calls, and timing.

describe("environments from Service Catalog", function () {
  this.timeout(900_000);
  let service: SelfService;
  let lead: SelfService["lead"];
  const parameters = { team: "fraud", owner: "ana.horvat@bank.example" };

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
    const { status, errors } = await service.ended(await service.provision("wrong", { ...parameters, stage: "production" }));
    assert.equal(status, "FAILED");
    assert.match(errors, /No resources were created.*'stage' must be/s);
    assert.deepEqual(await service.resources("fraud"), []);
  });

  /**
   * A data scientist opens an app in a space, with the tags that SageMaker copies from the domain. The sandbox evaluates no policies,
   * so the policies of the role decide here.
   */
  async function usesStudio({ domainId: DomainId, vpcId, people }: Record<string, string>): Promise<void> {
    const { arn } = (JSON.parse(people!) as Record<string, { arn: string }>)["data-scientist"]!;
    const scientist = service.callsWith(await service.assume(arn, "ana-horvat"));
    const space = { DomainId, SpaceName: "notes" };
    await scientist("sagemaker:CreateSpace", {
      ...space,
      OwnershipSettings: { OwnerUserProfileName: "ana-horvat" },
      SpaceSharingSettings: { SharingType: "Private" },
      SpaceSettings: { AppType: "JupyterLab" },
    });
    await scientist("sagemaker:CreateApp", { ...space, AppType: "JupyterLab", AppName: "default" });
    const { hubAccount, region } = service.stage.world;
    const prefix = `arn:aws:sagemaker:${region}:${hubAccount}`;
    const { Tags } = await service.call<{ Tags: { Key: string; Value: string }[] }>("sagemaker", "ListTags", {
      ResourceArn: `${prefix}:domain/${DomainId}`,
    });
    const keys = Tags.map(({ Key }) => Key);
    for (const key of ["cost-center", tracerTag, productTag]) assert.ok(keys.includes(key), `${key} is not in ${keys.join()}`);
    const policies = await service.policiesOf("data-scientist", arn);
    const decisionOn = (TagKeys: string[], resource: string, TaggingAction: string) =>
      decide(policies, {
        caller: "data-scientist",
        action: "sagemaker:AddTags",
        resource: `${prefix}:${resource}`,
        context: {
          ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
          "aws:TagKeys": TagKeys,
          "aws:SourceVpc": vpcId!,
          "sagemaker:TaggingAction": TaggingAction,
        },
      });
    for (const [resource, action] of [
      [`space/${DomainId}/notes`, "CreateSpace"],
      [`app/${DomainId}/notes/jupyterlab/default`, "CreateApp"],
    ] as const) {
      assert.deepEqual(await decisionOn(keys, resource, action), { result: "allowed", denies: [], silent: [] }, action);
      assert.equal((await decisionOn([...keys, "message"], resource, action)).result, "denied", action);
    }
  }

  it("are created, changed and terminated by a lead, and leave only the buckets that a version without purge keeps", async () => {
    const started = await service.provision("fraud", parameters, undefined, { "cost-center": "4711" });
    const first = await service.ended(started);
    assert.deepEqual(resultOf(first), succeeded);
    assert.match(first.outputs.domainId ?? "", /^d-/);
    const { ProvisionedProductId } = started.RecordDetail;
    const changed = await service.ended(
      await service.update(ProvisionedProductId, "profiles", { ...parameters, profiles: "[ana-horvat]" }),
    );
    assert.deepEqual(resultOf(changed), succeeded);
    const { UserProfiles } = await service.call<{ UserProfiles: { UserProfileName: string }[] }>("sagemaker", "ListUserProfiles");
    assert.deepEqual(
      UserProfiles.map(({ UserProfileName }) => UserProfileName),
      ["ana-horvat"],
    );
    await usesStudio(first.outputs);
    const terminated = await service.ended(await service.terminate(ProvisionedProductId));
    assert.deepEqual(resultOf(terminated), succeeded);
    assert.deepEqual(await service.resources("fraud"), ["fraud-dev-data-bucket", "fraud-dev-models-bucket"]);
    const { name, hubAccount } = service.stage.world;
    assert.deepEqual(await service.objects(ProvisionedProductId), [`names/${hubAccount}/fraud-dev.json`]);
    await perform("npx", ["cloister", "fleet", "release", "fraud-dev", "--core", service.hub.stack, "--yes", "--world", name]);
    assert.deepEqual(await service.objects(ProvisionedProductId), []);
  });
});
