import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { deployStack, type Session, type StackPlan, stackResources } from "@cloister/cli";
import {
  artifactOf,
  catalogClient,
  launchSources,
  lookupHub,
  lookupRecipients,
  publish,
  readProductFile,
  requireTerminated,
  version,
} from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { stringify } from "yaml";
import { documentedCalls } from "../helpers/documented-commands";
import { atOnce, perform } from "../helpers/engine";
import { resultOf, SelfService, succeeded } from "../helpers/self-service";
import { javascript } from "../sandbox/javascript";

// The account of an engine shares its portfolio with another account, where a team lead launches and terminates an environment.
// Not proven, because it needs AWS: that the policies of both accounts allow the calls, and what AWS Service Catalog sends for a shared
// product. tests/programs/recipients.test.ts evaluates the policies.

describe("environments in an account that receives the portfolio", function () {
  this.timeout(900_000);
  let service: SelfService;
  let member: string;
  let spoke: StackPlan;
  let call: <T>(service: string, operation: string, input?: object, account?: string) => Promise<T>;
  const product = "environment/products/standard.yaml";
  const values = { team: "fraud", owner: "ana.horvat@bank.example" };

  /** A plan of the core stack of the recipient account, with the setting in docs/self-service.md. */
  function planOfSpoke(): StackPlan {
    const stack = "bank-spoke";
    const { world } = service.stage;
    const settingsFile = path.join(fs.mkdtempSync(path.join(world.dir, "spoke-")), `Pulumi.${stack}.yaml`);
    const settings = {
      "aws:region": world.region,
      "aws:allowedAccountIds": [member],
      "cloister-core:owner": "tests@bank.example",
      "cloister-core:catalogLaunch": { engineAccountId: world.hubAccount, engineCore: service.hub.stack },
    };
    fs.writeFileSync(settingsFile, stringify({ config: settings }));
    return { id: `cloister-core/${stack}`, project: "cloister-core", folder: "core", stack, settingsFile, reads: [] };
  }

  /** A session with the credentials of the recipient account. */
  async function sessionInMember(): Promise<Session> {
    const { session, world } = service.stage;
    const { accessKeyId, secretAccessKey, sessionToken } = await javascript(world).credentials(member);
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
    return { ...session, env: { ...session.env, ...keys } };
  }

  before(async () => {
    service = await SelfService.open("recipients");
    const { world } = service.stage;
    member = world.accounts[1]!;
    spoke = planOfSpoke();
    const client = javascript(world);
    call = async <T>(name: string, operation: string, input: object = {}, account = member) => {
      const { output, message } = await client({ service: name, operation, input, account });
      assert.equal(message, undefined, `${name}:${operation}`);
      return output as T;
    };
    const catalog = service.settings["cloister-core:catalog"] as object;
    const set = { ...service.settings, "cloister-core:catalog": { ...catalog, sharing: { accounts: [member] } } };
    const [{ outputs }] = await Promise.all([
      deployStack(service.stage.session, service.hub, { ...atOnce, set }),
      deployStack(await sessionInMember(), spoke, atOnce),
    ]);

    const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${member}:root` }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName: "TeamLead", AssumeRolePolicyDocument });
    const { Credentials } = await call<{ Credentials: Record<string, string> }>("sts", "AssumeRole", {
      RoleArn: Role.Arn,
      RoleSessionName: "ana-horvat",
    });
    service.lead = service.callsWith(Credentials);
    const PolicyArn = `arn:aws:iam::${member}:policy/${service.hub.stack}-environment-lead`;
    await call("iam", "AttachRolePolicy", { RoleName: "TeamLead", PolicyArn });
    const documented = documentedCalls("self-service.md", "servicecatalog");
    for (const operation of ["AcceptPortfolioShare", "AssociatePrincipalWithPortfolio"]) {
      const input = JSON.stringify(documented.get(operation)!.input).replace("PrincipalArn", "PrincipalARN");
      const PortfolioId = String(outputs.catalogPortfolioId);
      await call("servicecatalog", operation, { ...JSON.parse(input.replaceAll("999900001111", member)), PortfolioId } as object);
    }
  });
  after(() => service.close());

  it("fail with the reason if the version does not contain the core stack of the account", async () => {
    await service.publishFile(product);
    const early = await service.provision("early", values);
    const { status, errors } = await service.ended(early);
    assert.equal(status, "FAILED");
    assert.match(errors, new RegExp(`cannot be launched in account ${member}\\. No resources were created\\.`));
    assert.deepEqual(await service.resources("fraud"), []);
    assert.deepEqual(resultOf(await service.ended(await service.terminate(early.RecordDetail.ProvisionedProductId))), succeeded);
  });

  it("are created with the core stack of the account, and terminated, when the version contains this stack", async () => {
    const { session, world } = service.stage;
    const sources = {
      resources: (plan: StackPlan) => stackResources(session, plan),
      account: () => Promise.resolve(world.hubAccount),
    };
    const { hub, outputs, sharing } = await lookupHub(sources, service.hub);
    assert.deepEqual(sharing, { accounts: [member], hasUnits: false });
    const { recipients } = await lookupRecipients(sources, [service.hub, spoke], service.hub, hub);
    const artifact = artifactOf(product, readProductFile(product), hub, {
      program: version,
      core: service.hub,
      outputs,
      recipients,
      sharing,
      policies: {},
    });
    const command = () => "npx cloister catalog publish";
    await publish(await catalogClient(session, hub), hub, artifact, { command, list: "npx cloister fleet", progress: silent, yes: true });

    const { ProvisioningArtifactParameters } = await service.lead<{ ProvisioningArtifactParameters: { ParameterKey: string }[] }>(
      "DescribeProvisioningParameters",
      { ProductId: service.product, ProvisioningArtifactId: (await service.newestVersion()).Id },
    );
    assert.ok(ProvisioningArtifactParameters.some(({ ParameterKey }) => ParameterKey === "team"));
    const started = await service.provision("fraud", values);
    const ended = await service.ended(started);
    assert.deepEqual(resultOf(ended), succeeded);
    const domains = async (account: string) =>
      (await call<{ Domains: { DomainId: string }[] }>("sagemaker", "ListDomains", {}, account)).Domains.map(({ DomainId }) => DomainId);
    assert.deepEqual([await domains(member), await domains(world.hubAccount)], [[ended.outputs.domainId], []]);

    const inMember = await sessionInMember();
    const requireNone = () =>
      requireTerminated(launchSources(inMember, { signal: AbortSignal.timeout(60_000) }), [spoke], { progress: silent });
    await assert.rejects(requireNone(), /^FleetError: Cannot destroy cloister-core\/bank-spoke\..* 1 provisioned product exists/s);

    const { ProvisionedProductId } = started.RecordDetail;
    assert.deepEqual(resultOf(await service.ended(await service.terminate(ProvisionedProductId))), succeeded);
    assert.deepEqual(await domains(member), []);
    // Data remains, because the version has no purge.
    assert.deepEqual(await service.resources("fraud"), ["fraud-dev-data-bucket", "fraud-dev-models-bucket"]);
    assert.deepEqual(await service.objects(ProvisionedProductId), [`names/${member}/fraud-dev.json`]);
    await requireNone();
    const release = ["cloister", "fleet", "release", "fraud-dev", "--account", member, "--core", service.hub.stack, "--yes"];
    await perform("npx", [...release, "--world", world.name]);
    assert.deepEqual(await service.objects(ProvisionedProductId), []);
  });
});
