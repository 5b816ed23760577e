// A core stack with the portfolio of environments and its engine in a sandbox world, and the calls of a team lead.
import * as assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { deployStack, root, type StackPlan } from "@cloister/cli";
import { type World } from "@cloister/sandbox";
import { stringify } from "yaml";
import { type NamedPolicy, type Policy, type PolicySet } from "../permissions/simulator";
import { boto3 } from "../sandbox/boto3";
import { javascript } from "../sandbox/javascript";
import { at, type Outcome } from "../sandbox/run";
import { atOnce, perform, planOf, setUp, type Stage, until } from "./engine";

export type Item = Record<string, unknown>;
export type ServiceCalls = <T = Item>(call: string, input?: object) => Promise<T>;

export interface RecordView {
  RecordDetail: { RecordId: string; ProvisionedProductId: string; Status: string; RecordErrors?: { Description: string }[] };
  RecordOutputs?: { OutputKey: string; OutputValue: string }[];
}

/** The end of an operation on a provisioned product, as the lead sees it. */
export interface Ended {
  status: string;
  errors: string;
  outputs: Record<string, string>;
}

export const succeeded = { status: "SUCCEEDED", errors: "" };
export const resultOf = ({ status, errors }: Ended) => ({ status, errors });

/** boto3 returns the documents of policies as objects. */
const documentOf = (value: unknown): Policy => (typeof value === "string" ? JSON.parse(decodeURIComponent(value)) : value) as Policy;

const minute = 60_000;
const repository = "cloister-runner";
const leadRole = "team-leads";

const parameters = (values: Record<string, string>) => Object.entries(values).map(([Key, Value]) => ({ Key, Value }));

/** The commands of the image: the runner in this checkout, with the tools of the image. */
function writeRunner({ world, toolchain }: Stage): void {
  const bin = path.join(world.dir, "images", repository, "bin");
  fs.mkdirSync(bin, { recursive: true });
  const { HTTP_PROXY = "", NO_PROXY = "" } = world.env;
  const variables = { ...toolchain.env, HTTP_PROXY, NO_PROXY, http_proxy: HTTP_PROXY, no_proxy: NO_PROXY };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  const script = fs.readFileSync(path.join(root, "runner", "cloister-runner"), "utf8").replaceAll("/opt/cloister", root);
  fs.writeFileSync(path.join(bin, "cloister-runner"), script.replace("\n", `\n${lines.join("\n")}\n`), { mode: 0o755 });
}

/** Calls with a session, as `service:Operation` or the operation of Service Catalog. */
export function callsOf(world: World, given: Record<string, string>) {
  const client = javascript({
    ...world,
    env: {
      ...world.env,
      AWS_ACCESS_KEY_ID: given.AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: given.SecretAccessKey!,
      AWS_SESSION_TOKEN: given.SessionToken!,
    },
  });
  return (call: string, input: object = {}): Promise<Outcome> => {
    const [service, operation] = (call.includes(":") ? call : `servicecatalog:${call}`).split(":") as [string, string];
    return client({ service, operation, input, account: world.hubAccount });
  };
}

export class SelfService {
  readonly hub: StackPlan;
  /** Settings of the core stack in addition to those in its file. */
  settings: Item = {};
  product = "";
  stateBucket = "";
  artifactBucket = "";
  /** Calls of a lead. An error fails the test. */
  lead!: ServiceCalls;
  /** Calls of a lead that can have an error. */
  tryAsLead!: (call: string, input?: object) => Promise<Outcome>;
  private readonly python: ReturnType<typeof boto3>;

  private constructor(readonly stage: Stage) {
    this.hub = planOf("bank-hub");
    this.python = boto3(stage.world, stage.toolchain.python);
  }

  /** Deploys the core stack. `engine`: settings of the engine in addition to network and image. `look`: runs before. */
  static async open(name: string, engine: Item = {}, look?: (stage: Stage) => Promise<void>): Promise<SelfService> {
    const service = new SelfService(await setUp(name));
    const account = await service.prepareAccount();
    writeRunner(service.stage);
    const session = await service.sessionOf(leadRole);
    service.lead = service.callsWith(session);
    service.tryAsLead = callsOf(service.stage.world, session);
    const leads = [service.leadArn];
    service.settings = { "cloister-core:catalog": { leads, engine: { ...account, ...engine } } };
    await look?.(service.stage);
    const { outputs } = await deployStack(service.stage.session, service.hub, { ...atOnce, set: service.settings });
    const PolicyArn = `arn:aws:iam::${service.stage.world.hubAccount}:policy/${service.hub.stack}-environment-lead`;
    await service.call("iam", "AttachRolePolicy", { RoleName: leadRole, PolicyArn });
    service.product = String(outputs.catalogProductId);
    service.stateBucket = String(outputs.catalogStateBucket);
    service.artifactBucket = String(outputs.catalogArtifactBucket);
    return service;
  }

  get leadArn(): string {
    return `arn:aws:iam::${this.stage.world.hubAccount}:role/${leadRole}`;
  }

  async close(): Promise<void> {
    this.python.close();
    await this.stage.end();
  }

  /** A call of an administrator, with boto3. */
  readonly call = async <T = Item>(service: string, operation: string, input: object = {}): Promise<T> => {
    const { output, message } = await this.python({ service, operation, input, account: this.stage.world.hubAccount });
    assert.equal(message, undefined, `${service}:${operation}`);
    return output as T;
  };

  /** A private network and an image for the engine, which exist before the core stack. */
  private async prepareAccount(): Promise<Item> {
    const { world } = this.stage;
    const VpcId = String(at(await this.call("ec2", "CreateVpc", { CidrBlock: "10.200.0.0/24" }), "Vpc.VpcId"));
    const subnet = at(await this.call("ec2", "CreateSubnet", { VpcId, CidrBlock: "10.200.0.0/26" }), "Subnet.SubnetId");
    const group = at(await this.call("ec2", "CreateSecurityGroup", { VpcId, GroupName: "runner", Description: "runner" }), "GroupId");
    await this.call("ecr", "CreateRepository", { repositoryName: repository });
    return {
      subnetIds: [subnet],
      securityGroupIds: [group],
      image: `${world.hubAccount}.dkr.ecr.${world.region}.amazonaws.com/${repository}@${await this.pushImage()}`,
    };
  }

  /** Pushes the image of the runner, and returns its digest, which is always the same. */
  async pushImage(): Promise<string> {
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });
    const pushed = await this.call("ecr", "PutImage", { repositoryName: repository, imageManifest, imageTag: "1" });
    return String(at(pushed, "image.imageId.imageDigest"));
  }

  async deleteImage(): Promise<void> {
    await this.call("ecr", "BatchDeleteImage", { repositoryName: repository, imageIds: [{ imageTag: "1" }] });
  }

  /** A session of a new role without permissions. Only one session name can assume the role, as the preflight requires of leads. */
  async sessionOf(RoleName: string): Promise<Record<string, string>> {
    const { hubAccount } = this.stage.world;
    const session = "ana-horvat";
    const trust = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${hubAccount}:root` },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:RoleSessionName": session } },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await this.call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
    return this.assume(Role.Arn, session);
  }

  async assume(RoleArn: string, RoleSessionName: string): Promise<Record<string, string>> {
    return (await this.call<{ Credentials: Record<string, string> }>("sts", "AssumeRole", { RoleArn, RoleSessionName })).Credentials;
  }

  /** Calls with a session. An error fails the test. */
  callsWith(given: Record<string, string>): ServiceCalls {
    const client = callsOf(this.stage.world, given);
    return async <T>(call: string, input: object = {}) => {
      const { output, message } = await client(call, input);
      assert.equal(message, undefined, call);
      return output as T;
    };
  }

  /** Runs the dispatcher, which a schedule also runs each minute. */
  async dispatch(): Promise<void> {
    const { Functions } = await this.call<{ Functions: { FunctionName: string }[] }>("lambda", "ListFunctions");
    const { FunctionName } = Functions.find(({ FunctionName: name }) => name.includes("-engine-dispatcher"))!;
    const { error } = await this.python({
      service: "lambda",
      operation: "Invoke",
      input: { FunctionName },
      account: this.stage.world.hubAccount,
    });
    assert.ok(error === undefined || error === "TooManyRequestsException", error);
  }

  /** Publishes a version with these settings of environments and this configuration of the policy pack. Returns its ID. */
  async publish(settings: Item, policies?: Item): Promise<string> {
    const dir = fs.mkdtempSync(path.join(this.stage.world.dir, "version-"));
    const file = path.join(dir, "version.yaml");
    fs.writeFileSync(file, stringify({ config: { "cloister-environment:coreStack": this.hub.stack, ...settings } }));
    return this.publishFile(file, policies);
  }

  async publishFile(file: string, policies?: Item): Promise<string> {
    const config = path.join(fs.mkdtempSync(path.join(this.stage.world.dir, "policies-")), "policies.json");
    if (policies) fs.writeFileSync(config, JSON.stringify(policies));
    const words = ["cloister", "catalog", "publish", file, ...(policies ? ["--policy-pack-config", config] : []), "--yes"];
    await perform("npx", [...words, "--world", this.stage.world.name]);
    return (await this.newestVersion()).Id;
  }

  async newestVersion(): Promise<{ Id: string; Name: string }> {
    const { ProvisioningArtifacts: versions } = await this.lead<{
      ProvisioningArtifacts: { Id: string; Name: string; Guidance?: string }[];
    }>("DescribeProduct", { Id: this.product });
    return versions.find(({ Guidance }) => Guidance !== "DEPRECATED")!;
  }

  async provision(name: string, values: Record<string, string>, version?: string, tags: Record<string, string> = {}): Promise<RecordView> {
    return this.lead<RecordView>("ProvisionProduct", {
      ProductId: this.product,
      ProvisioningArtifactId: version ?? (await this.newestVersion()).Id,
      ProvisionedProductName: name,
      ProvisionToken: randomUUID(),
      ProvisioningParameters: parameters(values),
      Tags: parameters(tags),
    });
  }

  async update(ProvisionedProductId: string, UpdateToken: string, values: Record<string, string>, version?: string): Promise<RecordView> {
    return this.lead<RecordView>("UpdateProvisionedProduct", {
      ProvisionedProductId,
      UpdateToken,
      ProvisioningArtifactId: version ?? (await this.newestVersion()).Id,
      ProductId: this.product,
      ProvisioningParameters: parameters(values),
    });
  }

  terminate(ProvisionedProductId: string, TerminateToken = `end-${ProvisionedProductId}`): Promise<RecordView> {
    return this.lead<RecordView>("TerminateProvisionedProduct", { ProvisionedProductId, TerminateToken });
  }

  /** Waits for the end of an operation on a provisioned product. */
  async ended({ RecordDetail }: RecordView): Promise<Ended> {
    const view = await until(
      async () => {
        const found = await this.lead<RecordView>("DescribeRecord", { Id: RecordDetail.RecordId });
        return !/^(CREATED|IN_PROGRESS)/.test(found.RecordDetail.Status) && found;
      },
      `record ${RecordDetail.RecordId}`,
      10 * minute,
    );
    return {
      status: view.RecordDetail.Status,
      errors: (view.RecordDetail.RecordErrors ?? []).map(({ Description }) => Description).join("\n"),
      outputs: Object.fromEntries((view.RecordOutputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    };
  }

  /** Objects of the engine about a provisioned product, reserved names, and locks. */
  async objects(ProvisionedProductId: string): Promise<string[]> {
    const { Contents = [] } = await this.call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket: this.stateBucket });
    // Pulumi keeps a backup of a removed stack.
    const isAbout = (key: string) =>
      !key.endsWith(".bak") &&
      (/^(names|\.pulumi\/locks)\//.test(key) ||
        (/^(environments|settings|\.pulumi\/stacks)\//.test(key) && key.includes(ProvisionedProductId)));
    return Contents.map(({ Key }) => Key).filter(isAbout);
  }

  /** Names of resources that exist, for teams. */
  async resources(team: string): Promise<string[]> {
    const ids = (await this.stage.control.leftovers()).map(({ id }) => id).filter((id) => id.includes(`${team}-`));
    return ids.map((id) => id.replace(/-[0-9a-f]{7}$/, "")).sort();
  }

  /** The policies that decide the requests of a role, without policies of resources. */
  async policiesOf(caller: string, arn: string): Promise<PolicySet> {
    const RoleName = arn.split("/").at(-1)!;
    const { Role } = await this.call<{ Role: { PermissionsBoundary: { PermissionsBoundaryArn: string } } }>("iam", "GetRole", { RoleName });
    const { AttachedPolicies } = await this.call<{ AttachedPolicies: { PolicyArn: string }[] }>("iam", "ListAttachedRolePolicies", {
      RoleName,
    });
    const { PolicyNames } = await this.call<{ PolicyNames: string[] }>("iam", "ListRolePolicies", { RoleName });
    const managed = async (PolicyArn: string): Promise<NamedPolicy> => {
      const { Policy: found } = await this.call<{ Policy: { DefaultVersionId: string } }>("iam", "GetPolicy", { PolicyArn });
      const version = await this.call("iam", "GetPolicyVersion", { PolicyArn, VersionId: found.DefaultVersionId });
      return { name: PolicyArn, policy: documentOf(at(version, "PolicyVersion.Document")) };
    };
    const inline = async (PolicyName: string): Promise<NamedPolicy> => {
      const { PolicyDocument } = await this.call("iam", "GetRolePolicy", { RoleName, PolicyName });
      return { name: PolicyName, policy: documentOf(PolicyDocument) };
    };
    const attached = await Promise.all(AttachedPolicies.map(({ PolicyArn }) => managed(PolicyArn)));
    const identity = [...attached, ...(await Promise.all(PolicyNames.map(inline)))];
    const boundary = await managed(Role.PermissionsBoundary.PermissionsBoundaryArn);
    const { hubAccount: accountId, region } = this.stage.world;
    return {
      accountId,
      accountIds: [accountId],
      region,
      principals: { [caller]: { arn, identity, boundary } },
      resources: {},
      endpoints: {},
    };
  }
}
