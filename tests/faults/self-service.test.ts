import * as assert from "node:assert/strict";
import { previewStack } from "@cloister/cli";
import { type Fault } from "@cloister/sandbox";
import { quiet, until } from "../helpers/engine";
import { type Build, Launches, small } from "../helpers/launches";
import { callsOf, type Item, type RecordView, resultOf, SelfService, succeeded } from "../helpers/self-service";
import { javascript } from "../sandbox/javascript";

// Launches from Service Catalog that are wrong, rejected, killed, repeated, and many at once.
// The engine of the core stack runs in the sandbox, with the real Pulumi engine, provider and policy pack.
// The tests run the dispatcher after each request. engine/self-service.test.ts waits for its schedule.
// Not proven, because it needs AWS: that Service Catalog sends the same messages, IAM decisions, and timing.

interface VersionInfo {
  TemplateUrl?: string;
  LoadTemplateFromURL?: string;
}
const urlOf = ({ TemplateUrl, LoadTemplateFromURL }: VersionInfo) => TemplateUrl ?? LoadTemplateFromURL!;

const minute = 60_000;
const concurrency = 2;
const owner = "ana.horvat@bank.example";

/** The most builds that run at the same time. */
function mostAtOnce(builds: Build[]): number {
  const at = (time: string | undefined) => (time === undefined ? Infinity : Date.parse(time));
  return Math.max(
    ...builds.map(
      ({ startTime }) => builds.filter((build) => at(build.startTime) <= at(startTime) && at(startTime) < at(build.endTime)).length,
    ),
  );
}

describe("faults of launches", function () {
  this.timeout(20 * minute);
  let service: SelfService;
  let launches: Launches;
  /** IDs of versions. */
  const version = { guarded: "", damaged: "", small: "" };

  before(async () => {
    service = await SelfService.open("launch-faults", { concurrency });
    launches = new Launches(service, owner);
    version.guarded = await service.publish(small(60), { "kms-key-rotation": { maxRotationDays: 90 } });
    version.damaged = await service.publish(small(65));
    version.small = await service.publish(small(70));
  });
  afterEach(() => service.stage.control.clearFaults());
  after(() => service.close());

  const launchInput = (name: string, ProvisioningArtifactId: string) => ({
    ProductId: service.product,
    ProvisioningArtifactId,
    ProvisionedProductName: name,
    ProvisionToken: name,
    ProvisioningParameters: [{ Key: "team", Value: name }],
  });
  const admin = <T = Item>(operation: string, input: object) => service.call<T>("servicecatalog", operation, input);

  /** Runs `work` with a product of the engine in a portfolio of the lead, which has no launch constraint. */
  async function withoutConstraint(work: (product: { id: string; version: string }) => Promise<void>): Promise<void> {
    const artifact = await admin<{ Info: VersionInfo }>("DescribeProvisioningArtifact", {
      ProductId: service.product,
      ProvisioningArtifactId: version.small,
    });
    const view = await admin<{
      ProductViewDetail: { ProductViewSummary: { ProductId: string } };
      ProvisioningArtifactDetail: { Id: string };
    }>("CreateProduct", {
      Name: "unconstrained",
      Owner: owner,
      ProductType: "EXTERNAL",
      IdempotencyToken: "unconstrained",
      ProvisioningArtifactParameters: { Type: "EXTERNAL", Info: { LoadTemplateFromURL: urlOf(artifact.Info) } },
    });
    const ProductId = view.ProductViewDetail.ProductViewSummary.ProductId;
    const { PortfolioDetail } = await admin<{ PortfolioDetail: { Id: string } }>("CreatePortfolio", {
      DisplayName: "unconstrained",
      ProviderName: owner,
      IdempotencyToken: "unconstrained",
    });
    const membership = { PortfolioId: PortfolioDetail.Id, ProductId };
    const principal = { PortfolioId: PortfolioDetail.Id, PrincipalARN: service.leadArn };
    await admin("AssociateProductWithPortfolio", membership);
    await admin("AssociatePrincipalWithPortfolio", { ...principal, PrincipalType: "IAM" });
    await work({ id: ProductId, version: view.ProvisioningArtifactDetail.Id });
    await admin("DisassociatePrincipalFromPortfolio", principal);
    await admin("DisassociateProductFromPortfolio", membership);
    await admin("DeleteProduct", { Id: ProductId });
    await admin("DeletePortfolio", { Id: PortfolioDetail.Id });
  }

  it("are rejected for unknown and deprecated versions, for other principals and accounts, and without a launch constraint", async () => {
    const unknown = await service.tryAsLead("ProvisionProduct", launchInput("none", "pa-0a1b2c3d4e5f6"));
    assert.equal(unknown.error, "ResourceNotFoundException", unknown.message);
    const deprecated = await service.tryAsLead("ProvisionProduct", launchInput("none", version.guarded));
    assert.match(`${deprecated.error}: ${deprecated.message}`, /deprecated/i);
    const stranger = callsOf(service.stage.world, await service.sessionOf("strangers"));
    const foreign = await stranger("ProvisionProduct", launchInput("none", version.small));
    assert.match(`${foreign.error}: ${foreign.message}`, /ResourceNotFoundException|AccessDenied/);
    const { world } = service.stage;
    const other = { service: "servicecatalog", operation: "ProvisionProduct", account: world.accounts[1]! };
    const unshared = await javascript(world)({ ...other, input: launchInput("none", version.small) });
    assert.equal(unshared.error, "ResourceNotFoundException", unshared.message);
    await withoutConstraint(async (product) => {
      const unconstrained = await service.tryAsLead("ProvisionProduct", { ...launchInput("none", product.version), ProductId: product.id });
      assert.match(unconstrained.message ?? "", /launch constraint/);
    });
    assert.deepEqual(await launches.builds(), []);
  });

  it("are rejected for a second engine in the account before the first resource", async () => {
    const other = { ...service.hub, stack: "other" };
    const set = { ...service.settings, "cloister-core:confirmPurge": "other" };
    await assert.rejects(previewStack(service.stage.session, other, { ...quiet, set }), /another engine exists in account/);
  });

  it("fail with the reason for a violated guardrail and for an artifact that cannot be read", async () => {
    const offer = (ProvisioningArtifactId: string, Guidance: string) =>
      admin("UpdateProvisioningArtifact", { ProductId: service.product, ProvisioningArtifactId, Guidance });
    for (const id of [version.guarded, version.damaged]) await offer(id, "DEFAULT");
    const { Info } = await admin<{ Info: VersionInfo }>("DescribeProvisioningArtifact", {
      ProductId: service.product,
      ProvisioningArtifactId: version.damaged,
    });
    const Key = new URL(urlOf(Info)).pathname.slice(1);
    await service.call("s3", "PutObject", { Bucket: service.artifactBucket, Key, Body: "damaged" });
    const damagedVersion = { ProductId: service.product, ProvisioningArtifactId: version.damaged };
    const { message } = await service.tryAsLead("DescribeProvisioningParameters", damagedVersion);
    assert.match(message ?? "", /The artifact of the version cannot be read/);
    const guarded = await launches.launch("guarded", version.guarded);
    const damaged = await launches.launch("damaged", version.damaged);
    assert.match(await launches.failure(damaged), /The artifact of the version cannot be read/);
    assert.match(await launches.failure(guarded), /kms-key-rotation/);
    for (const team of ["guarded", "damaged"]) assert.deepEqual(await service.resources(team), [], team);
    await service.call("s3", "DeleteObject", { Bucket: service.artifactBucket, Key });
    const missing = await launches.launch("missing", version.damaged);
    assert.match(await launches.failure(missing), /artifact of the version does not exist/);
    for (const id of [version.guarded, version.damaged]) await offer(id, "DEPRECATED");
    for (const team of ["guarded", "damaged", "missing"]) await launches.terminated(team);
  });

  it("fail with the reason when the image of the runner does not exist", async () => {
    await service.deleteImage();
    const errors = await launches.failure(await launches.launch("imageless", version.small));
    await service.pushImage();
    assert.match(errors, /image/i);
    await launches.terminated("imageless");
  });

  it("fail with the reason when the launch role has no permissions boundary", async () => {
    const { Roles } = await service.call<{ Roles: { RoleName: string }[] }>("iam", "ListRoles");
    const { RoleName } = Roles.find((role) => /-environment-launch$/.test(role.RoleName))!;
    const { Role } = await service.call<{ Role: { PermissionsBoundary: { PermissionsBoundaryArn: string } } }>("iam", "GetRole", {
      RoleName,
    });
    await service.call("iam", "DeleteRolePermissionsBoundary", { RoleName });
    const errors = await launches.failure(await launches.launch("unlimited", version.small));
    const PermissionsBoundary = Role.PermissionsBoundary.PermissionsBoundaryArn;
    await service.call("iam", "PutRolePermissionsBoundary", { RoleName, PermissionsBoundary });
    assert.match(errors, /must have the permissions boundary .* \(got none\)\. No resources were created/);
    assert.deepEqual(await service.resources("unlimited"), []);
    await launches.terminated("unlimited");
  });

  it("fail with the reason when the launch role lacks a permission, and the termination deletes what was created", async () => {
    await launches.withFaults([{ kind: "deny", service: "budgets", operation: "CreateBudget" }], async () => {
      const errors = await launches.failure(await launches.launch("denied", version.small, { monthlyBudgetUsd: "100" }));
      assert.match(errors, /AccessDenied/);
      assert.match(errors, /budget/i);
      assert.doesNotMatch(errors, /\n\s+at |node_modules|pulumi config/);
    });
    assert.notDeepEqual(await service.resources("denied"), []);
    await launches.terminated("denied");
  });

  /** A creation that takes so long that the runner is killed before its end. AWS completes it. */
  const slow = (service: string, operation: string): Fault => ({ kind: "delay", service, operation, delayMs: 15_000, times: 1 });
  const countsOf = async () => ({
    vpcs: (await service.call<{ Vpcs: unknown[] }>("ec2", "DescribeVpcs")).Vpcs.length,
    domains: (await service.call<{ Domains: unknown[] }>("sagemaker", "ListDomains")).Domains.length,
    keys: (await service.call<{ Keys: unknown[] }>("kms", "ListKeys")).Keys.length,
    flowLogsRoles: (await service.call<{ Roles: { RoleName: string }[] }>("iam", "ListRoles")).Roles.filter(({ RoleName }) =>
      RoleName.includes("-flow-logs-role"),
    ).length,
  });

  it("continue in another build when the runner is killed, also with resources that are not in the state", async () => {
    const before = await countsOf();
    // Pulumi requests these creations within seconds, so none of them has ended when the last one arrives.
    const slowCreations = [slow("ec2", "CreateVpc"), slow("kms", "CreateKey"), slow("iam", "CreateRole")];
    await launches.withFaults(slowCreations, async () => {
      const view = await launches.launch("killed", version.small);
      await until(async () => (await launches.hits()) === slowCreations.length, "the requests for the resources arrive");
      await launches.killRunner(view);
      const ended = await service.ended(view);
      assert.deepEqual(resultOf(ended), succeeded);
      assert.match(ended.outputs.domainId ?? "", /^d-/);
      assert.deepEqual(await launches.resultsOf(view), ["FAILED", "SUCCEEDED"]);
    });
    const { vpcs, domains, keys, flowLogsRoles } = before;
    assert.deepEqual(await countsOf(), { vpcs: vpcs + 1, domains: domains + 1, keys: keys + 3, flowLogsRoles: flowLogsRoles + 1 });
    assert.deepEqual(await launches.locks("killed"), []);
  });

  it("fail with the number of builds when the runner is killed in each of them, and the termination leaves nothing", async () => {
    const before = await service.stage.control.leftovers();
    const view = await service.provision("thrice", { team: "thrice", owner }, version.small);
    launches.products.set("thrice", view.RecordDetail.ProvisionedProductId);
    // Each build creates resources that the build before it did not request.
    const calls = [slow("ec2", "CreateVpc"), slow("ec2", "CreateSubnet"), slow("sagemaker", "CreateDomain")];
    for (const [i, call] of calls.entries())
      await launches.withFaults([call], async () => {
        if (i === 0) await service.dispatch();
        await until(async () => (await launches.hits()) === 1, `build ${i + 1} requests ${call.operation}`);
        await launches.killRunner(view);
        await until(async () => (await launches.resultsOf(view)).length === i + 1, `the end of build ${i + 1}`);
      });
    const reason = await launches.failure(view);
    const [last] = await launches.builds(view);
    assert.match(reason, /The runner ended without a result in 3 builds/);
    assert.ok(reason.includes(last!.id), `${reason} does not name ${last!.id}`);
    assert.deepEqual(await launches.resultsOf(view), ["FAILED", "FAILED", "FAILED"]);
    assert.equal((await launches.locks("thrice")).length, 1, "the last build holds the lock");
    await launches.terminated("thrice");
    assert.deepEqual(await service.stage.control.leftovers(), before);
  });

  it("start one build when StartBuild is throttled, and succeed", async () => {
    const since = new Date().toISOString();
    await launches.withFaults([{ kind: "throttle", service: "codebuild", operation: "StartBuild", times: 2 }], async () => {
      const view = await launches.launch("throttled", version.small);
      assert.deepEqual(resultOf(await service.ended(view)), succeeded);
      assert.deepEqual(await launches.resultsOf(view), ["SUCCEEDED"]);
    });
    const starts = await service.stage.control.journal({ since, service: "codebuild", operation: "StartBuild" });
    assert.deepEqual(
      starts.map(({ result }) => result),
      ["ThrottlingException", "ThrottlingException", "ok"],
    );
    await launches.terminated("throttled");
  });

  it("run ten at once within the concurrency, each once, although messages are repeated", async () => {
    const earlier = new Set((await launches.builds()).map(({ id }) => id));
    const good = ["one", "two"];
    const bad = ["three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const views = new Map<string, RecordView>();
    // The launches that take long are first, so that the others wait in the queue.
    for (const team of good) views.set(team, await launches.launch(team, version.small));
    for (const team of bad) views.set(team, await launches.launch(team, version.small, { stage: "production" }));
    const QueueUrl = await launches.queueUrl("provision");
    const { Messages } = await service.call<{ Messages: { Body: string; ReceiptHandle: string }[] }>("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 2,
      VisibilityTimeout: 30,
    });
    assert.equal(Messages.length, 2);
    for (const { Body: MessageBody, ReceiptHandle } of Messages) {
      await service.call("sqs", "SendMessage", { QueueUrl, MessageBody });
      await service.call("sqs", "ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    }
    await Promise.all(
      [...views].map(async ([team, view]) => {
        const { status, errors } = await service.ended(view);
        if (good.includes(team)) assert.deepEqual({ status, errors }, succeeded, team);
        else assert.match(`${status}: ${errors}`, /^FAILED: .*No resources were created.*'stage' must be/s, team);
      }),
    );
    const own = (await launches.builds()).filter(({ id }) => !earlier.has(id));
    assert.equal(own.length, views.size, "one build for each launch");
    assert.ok(mostAtOnce(own) <= concurrency, `${mostAtOnce(own)} builds at once`);
    for (const team of bad) await launches.terminated(team);
  });
});
