import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { previewStack } from "@cloister/cli";
import { type Fault } from "@cloister/sandbox";
import { descendantsOf, quiet, until } from "../helpers/engine";
import { callsOf, type Item, type RecordView, resultOf, SelfService, succeeded } from "../helpers/self-service";

// Launches from Service Catalog that are wrong, rejected, killed, repeated, and many at once.
// The engine of the core stack runs in the sandbox, with the real Pulumi engine, provider and policy pack.
// The tests run the dispatcher after each request. engine/self-service.test.ts waits for its schedule.
// Not proven, because it needs AWS: that Service Catalog sends the same messages, IAM decisions, and timing.

interface Build {
  id: string;
  buildStatus: string;
  startTime: string;
  endTime?: string;
}

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
  /** IDs of versions. */
  const version = { guarded: "", damaged: "", small: "" };
  /** Provisioned products by team. */
  const products = new Map<string, string>();

  const small = (idleMinutes: number): Item => ({
    "cloister-environment:network": { zones: 1, features: ["studio"] },
    "cloister-environment:studio": { idleMinutes },
    "cloister-environment:purge": true,
  });
  const hits = async () => (await service.stage.control.faults()).reduce((sum, { hit }) => sum + hit, 0);

  /** Sends a request, and runs the dispatcher. */
  async function request(sent: Promise<RecordView>): Promise<RecordView> {
    const view = await sent;
    await service.dispatch();
    return view;
  }
  async function launch(team: string, values: Record<string, string> = {}, artifact = version.small): Promise<RecordView> {
    const view = await request(service.provision(team, { team, owner, ...values }, artifact));
    products.set(team, view.RecordDetail.ProvisionedProductId);
    return view;
  }
  /** Terminates a provisioned product, and requires that nothing of it remains. */
  async function terminated(team: string): Promise<void> {
    const id = products.get(team)!;
    assert.deepEqual(resultOf(await service.ended(await request(service.terminate(id)))), succeeded, team);
    products.delete(team);
    assert.deepEqual(await service.resources(team), []);
    assert.deepEqual(
      (await service.objects(id)).filter((key) => key.includes(id) || key.includes(`/${team}-`)),
      [],
    );
  }
  async function failure(view: RecordView): Promise<string> {
    const { status, errors } = await service.ended(view);
    assert.equal(status, "FAILED");
    return errors;
  }
  const builds = async (): Promise<Build[]> => {
    const { ids } = await service.call<{ ids: string[] }>("codebuild", "ListBuilds");
    return ids.length === 0 ? [] : (await service.call<{ builds: Build[] }>("codebuild", "BatchGetBuilds", { ids })).builds;
  };
  const withFault = (fault: Fault, work: () => Promise<void>) => withFaults([fault], work);
  const withFaults = async (faults: Fault[], work: () => Promise<void>) => {
    for (const fault of faults) await service.stage.control.addFault(fault);
    await work();
    await service.stage.control.clearFaults();
  };
  /** Kills the runner of a record with all its processes, as the end of its container does. */
  async function killRunner({ RecordDetail }: RecordView): Promise<void> {
    const { pid } = await service.stage.control.status();
    const variables = (processId: number) =>
      spawnSync("ps", ["eww", "-o", "command=", "-p", String(processId)], { encoding: "utf8" }).stdout;
    const runners = descendantsOf(pid).filter(
      ({ command, pid: id }) => /runner\/main\.ts/.test(command) && variables(id).includes(RecordDetail.RecordId),
    );
    assert.ok(runners.length > 0, `no runner of ${RecordDetail.RecordId}`);
    for (const runner of runners)
      for (const target of [...descendantsOf(runner.pid), runner])
        try {
          process.kill(target.pid, "SIGKILL");
        } catch {
          // It ended with its parent.
        }
  }
  const queueUrl = async (QueueName: string) => (await service.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName })).QueueUrl;
  const provisionQueue = "ServiceCatalogExternalProvisionOperationQueue";

  before(async () => {
    service = await SelfService.open("launch-faults", { concurrency });
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

  it("are rejected for unknown and deprecated versions, for other principals, and without a launch constraint", async () => {
    const unknown = await service.tryAsLead("ProvisionProduct", launchInput("none", "pa-0a1b2c3d4e5f6"));
    assert.equal(unknown.error, "ResourceNotFoundException", unknown.message);
    const deprecated = await service.tryAsLead("ProvisionProduct", launchInput("none", version.guarded));
    assert.match(`${deprecated.error}: ${deprecated.message}`, /deprecated/i);
    const stranger = callsOf(service.stage.world, await service.sessionOf("strangers"));
    const foreign = await stranger("ProvisionProduct", launchInput("none", version.small));
    assert.match(`${foreign.error}: ${foreign.message}`, /ResourceNotFoundException|AccessDenied/);
    await withoutConstraint(async (product) => {
      const unconstrained = await service.tryAsLead("ProvisionProduct", { ...launchInput("none", product.version), ProductId: product.id });
      assert.match(unconstrained.message ?? "", /launch constraint/);
    });
    assert.deepEqual(await builds(), []);
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
    const [guarded, damaged] = [await launch("guarded", {}, version.guarded), await launch("damaged", {}, version.damaged)];
    assert.match(await failure(damaged), /The artifact of the version cannot be read/);
    assert.match(await failure(guarded), /kms-key-rotation/);
    for (const team of ["guarded", "damaged"]) assert.deepEqual(await service.resources(team), [], team);
    await service.call("s3", "DeleteObject", { Bucket: service.artifactBucket, Key });
    const missing = await launch("missing", {}, version.damaged);
    assert.match(await failure(missing), /artifact of the version does not exist/);
    for (const id of [version.guarded, version.damaged]) await offer(id, "DEPRECATED");
    for (const team of ["guarded", "damaged", "missing"]) await terminated(team);
  });

  it("fail with the reason when the image of the runner does not exist", async () => {
    await service.deleteImage();
    const errors = await failure(await launch("imageless"));
    await service.pushImage();
    assert.match(errors, /image/i);
    await terminated("imageless");
  });

  it("fail with the reason when the launch role lacks a permission, and the termination deletes what was created", async () => {
    await withFault({ kind: "deny", service: "budgets", operation: "CreateBudget" }, async () => {
      const errors = await failure(await launch("denied", { monthlyBudgetUsd: "100" }));
      assert.match(errors, /AccessDenied/);
      assert.match(errors, /budget/i);
      assert.doesNotMatch(errors, /\n\s+at |node_modules|pulumi config/);
    });
    assert.notDeepEqual(await service.resources("denied"), []);
    await terminated("denied");
  });

  /** Creations that take so long that the runner is killed before their end. AWS completes them. */
  const slowCreations = [
    ["ec2", "CreateVpc"],
    ["kms", "CreateKey"],
    ["iam", "CreatePolicy"],
  ].map(([name, operation]): Fault => ({ kind: "delay", service: name!, operation: operation!, delayMs: 8_000, times: 1 }));
  const countsOf = async () => ({
    vpcs: (await service.call<{ Vpcs: unknown[] }>("ec2", "DescribeVpcs")).Vpcs.length,
    domains: (await service.call<{ Domains: unknown[] }>("sagemaker", "ListDomains")).Domains.length,
    keys: (await service.call<{ Keys: unknown[] }>("kms", "ListKeys")).Keys.length,
  });
  const builtResults = async (count: number) =>
    (await builds())
      .sort((a, b) => Date.parse(b.startTime) - Date.parse(a.startTime))
      .slice(0, count)
      .map(({ buildStatus }) => buildStatus)
      .sort();

  it("continue in another build when the runner is killed, also with resources that are not in the state", async () => {
    const before = await countsOf();
    await withFaults(slowCreations, async () => {
      const view = await launch("killed");
      await until(async () => (await hits()) === slowCreations.length, "the requests for the resources arrive");
      await killRunner(view);
      const ended = await service.ended(view);
      assert.deepEqual(resultOf(ended), succeeded);
      assert.match(ended.outputs.domainId ?? "", /^d-/);
    });
    const { vpcs, domains, keys } = before;
    assert.deepEqual(await countsOf(), { vpcs: vpcs + 1, domains: domains + 1, keys: keys + 3 });
    assert.deepEqual(
      (await service.objects(products.get("killed")!)).filter((key) => key.startsWith(".pulumi/locks/")),
      [],
    );
    assert.deepEqual(await builtResults(2), ["FAILED", "SUCCEEDED"]);
  });

  it("run ten at once within the concurrency, each once, although messages are repeated", async () => {
    const earlier = new Set((await builds()).map(({ id }) => id));
    const good = ["one", "two"];
    const bad = ["three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const views = new Map<string, RecordView>();
    // The launches that take long are first, so that the others wait in the queue.
    for (const team of good) views.set(team, await launch(team));
    for (const team of bad) views.set(team, await launch(team, { stage: "production" }));
    const QueueUrl = await queueUrl(provisionQueue);
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
        else assert.match(`${status}: ${errors}`, /^FAILED: .*'stage' must be/s, team);
      }),
    );
    const own = (await builds()).filter(({ id }) => !earlier.has(id));
    assert.equal(own.length, views.size, "one build for each launch");
    assert.ok(mostAtOnce(own) <= concurrency, `${mostAtOnce(own)} builds at once`);
    for (const team of bad) await terminated(team);
  });
});
