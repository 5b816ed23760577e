import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, type Outcome, previewStack, root, stackResources, type StackPlan } from "@cloister/cli";
import { evaluateReachability, resourcesFromState } from "@cloister/policy-pack/reachability";
import { stringify } from "yaml";
import { atOnce, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { boto3 } from "../sandbox/boto3";

// Deploys, changes and destroys a core stack whose mirror has servers, with the real engine, provider and policy pack.
// Not proven, because it needs AWS: that tasks start and answer, and that PrivateLink and security groups block traffic.

describe("servers of the package mirror", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  let aws: ReturnType<typeof boto3>;
  let image: string;
  let certificateArn: string;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-mirror-"));
  const call = async (service: string, operation: string, input: object) => {
    const { output, message } = await aws({ service, operation, input, account: stage.world.hubAccount });
    assert.equal(message, undefined, `${service}:${operation}: ${message}`);
    return output as Record<string, never>;
  };

  /** A core stack with these settings of the servers. */
  function core(fargate: object = {}, more: object = {}): StackPlan {
    const settings = {
      owner: "tests",
      purge: true,
      confirmPurge: "mirror-hub",
      network: { features: ["jobs"] },
      mirror: {
        front: "fargate",
        manifest: "../tests/helpers/packages.yaml",
        publisherRoleArns: [`arn:aws:iam::${stage.world.hubAccount}:role/Publisher`],
        fargate: { image, certificateArn, host: "pypi.bank.example", ...fargate },
      },
      ...more,
    };
    const settingsFile = path.join(dir, "Pulumi.mirror-hub.yaml");
    const named = Object.entries(settings).map(([key, value]) => [`cloister-core:${key}`, value]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
    const project = "cloister-core";
    return { ...planOf("bank-hub"), id: `${project}/mirror-hub`, stack: "mirror-hub", settingsFile };
  }
  const changed = ({ steps }: Outcome) => steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);

  before(async () => {
    stage = await setUp("mirror");
    stage.session.policyPackConfig = path.join(root, "tests", "engine", "require-closed.json");
    aws = boto3(stage.world, stage.toolchain.python);
    await call("ecr", "CreateRepository", { repositoryName: "cloister-mirror" });
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });
    const pushed = await call("ecr", "PutImage", { repositoryName: "cloister-mirror", imageManifest, imageTag: "1" });
    const { imageDigest } = (pushed as unknown as { image: { imageId: { imageDigest: string } } }).image.imageId;
    image = `${stage.world.hubAccount}.dkr.ecr.eu-central-1.amazonaws.com/cloister-mirror@${imageDigest}`;
    const [key, certificate] = ["key.pem", "certificate.pem"].map((file) => path.join(dir, file)) as [string, string];
    const subject = ["-subj", "/CN=pypi.bank.example", "-days", "365"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    const imported = await call("acm", "ImportCertificate", {
      Certificate: fs.readFileSync(certificate, "utf8"),
      PrivateKey: fs.readFileSync(key, "utf8"),
    });
    certificateArn = String(imported.CertificateArn);
  });
  after(async () => {
    aws?.close();
    await stage?.end();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  let first: Outcome;
  it("are deployed with a policy pack that requires closed networks", async () => {
    first = await deployStack(stage.session, core(), quiet);
    const { mirrorFront, mirrorIndexUrl, mirrorServiceName, mirrorZones } = first.outputs;
    assert.deepEqual([mirrorFront, mirrorIndexUrl, (mirrorZones as string[]).length], ["fargate", "https://pypi.bank.example/simple/", 2]);
    assert.match(String(mirrorServiceName), /^com\.amazonaws\.vpce\.eu-central-1\.vpce-svc-/);
  });

  it("are in a VPC that is proven closed", async () => {
    const proofs = evaluateReachability(resourcesFromState(await stackResources(stage.session, core())));
    assert.ok(proofs.length > 0);
    assert.deepEqual(
      proofs.filter(({ verdict }) => verdict !== "closed"),
      [],
    );
  });

  it("have no changes when they are deployed again", async () =>
    assert.deepEqual(changed(await previewStack(stage.session, core(), quiet)), []));

  it("change their number and the accounts that connect, without replacements", async () => {
    const outcome = await deployStack(stage.session, core({ tasks: 3, accounts: ["999900001111"] }), atOnce);
    assert.deepEqual(changed(outcome).sort(), ["update mirror-hub-mirror-servers", "update mirror-hub-mirror-service"]);
    assert.deepEqual(changed(await previewStack(stage.session, core({ tasks: 3, accounts: ["999900001111"] }), quiet)), []);
  });

  it("keep running if the tasks of another image do not start, and the update fails with the reason", async () => {
    const missing = image.replace(/@.*/, `@sha256:${"0".repeat(64)}`);
    await assert.rejects(deployStack(stage.session, core({ image: missing }), atOnce), /CannotPullContainerError/);
    const repaired = await deployStack(stage.session, core(), atOnce);
    assert.ok(changed(repaired).includes("update mirror-hub-mirror-servers"));
  });

  it("are destroyed, and leave nothing", async () => {
    await destroyStack(stage.session, core(), quiet);
    const left = (await stage.control.leftovers()).filter(({ type }) => !["Repository", "Certificate"].includes(type));
    assert.deepEqual(left, []);
  });

  it("call only AWS operations that the conformance test covers with independent clients", async () => {
    const covered = JSON.parse(fs.readFileSync(path.join(root, "tests", "sandbox", "operations.json"), "utf8")) as string[];
    const prepared = ["acm:ImportCertificate", "ecr:CreateRepository", "ecr:PutImage"];
    const used = new Set((await stage.control.journal()).map(({ service, operation }) => `${service}:${operation}`));
    assert.deepEqual([...used].filter((operation) => !covered.includes(operation) && !prepared.includes(operation)).sort(), []);
  });
});
