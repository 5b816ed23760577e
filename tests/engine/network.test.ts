import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, type Outcome, previewStack, stackResources, root, StackFailed, type StackPlan } from "@cloister/cli";
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { resourcesFromState, evaluateReachability } from "@cloister/policy-pack/reachability";
import { stringify } from "yaml";
import { atOnce, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";

// Deploys, previews, changes and destroys environments in each network mode with the real engine and provider.
// Not proven, because it needs AWS: that a policy or a firewall blocks traffic, quotas, timing.

type Item = Record<string, unknown>;

/** A VPC created without Pulumi: three private subnets with the main route table, and one subnet with a route to an internet gateway. */
interface ExistingVpc {
  vpcId: string;
  subnetIds: string[];
  publicSubnetId: string;
  /** A subnet in a third Availability Zone, for environments that add a zone. */
  spareSubnetId: string;
  /** The internet gateway, which the settings accept. */
  gatewayId: string;
}

describe("network environments", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  let call: (service: string, operation: string, input: object) => Promise<Item>;
  const ec2 = (operation: string, input: object) => call("ec2", operation, input);
  /** Existing roles, an existing bucket with its key, and the portfolio that the account has imported. */
  let existing: { roleArns: Record<"execution" | "pipeline", string>; bucketName: string; keyArn: string; portfolioId: string };
  let inSubnetsOutputs: Item;
  const existingVpcs: ExistingVpc[] = [];
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-network-"));
  const hub = planOf("bank-hub");

  /** A stack without a settings file in the repository. */
  function stackPlan(folder: "core" | "environment", stack: string, settings: object): StackPlan {
    const project = `cloister-${folder}`;
    const settingsFile = path.join(settingsDir, `Pulumi.${stack}.yaml`);
    const own = Object.entries({ owner: "tests", purge: true, confirmPurge: stack, ...settings }).map(([key, value]) => [
      `${project}:${key}`,
      value,
    ]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(own) } }));
    return { id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: [] };
  }

  /** An environment for a team, with these network settings. */
  const environmentPlan = (team: string, network: object, settings: object = {}): StackPlan =>
    stackPlan("environment", `${team}-dev`, { coreStack: "bank-hub", team, network, ...settings });

  /** Settings for each mode: the first settings, then settings with an added Availability Zone and endpoint, and longer log retention. */
  const modes: Record<string, { first: () => object; changed: () => object }> = {
    newvpc: {
      first: () => ({
        cidr: "10.70.0.0/20",
        features: ["git", "monitoring"],
        endpoints: { add: ["events"] },
        dhcp: { domainName: "ml.bank.example" },
        flowLogDestination: "log-bucket",
      }),
      changed: () => ({ zones: 3, endpoints: { add: ["athena"] }, flowLogRetentionDays: 731 }),
    },
    invpc: {
      first: () => ({
        mode: "existing-vpc",
        vpcId: existingVpcs[0]!.vpcId,
        acceptedPaths: { [existingVpcs[0]!.gatewayId]: "public subnets of other workloads" },
        cidr: "10.0.64.0/20",
        features: ["git", "monitoring"],
        endpoints: { add: ["events"] },
        dnsFirewall: "block",
      }),
      changed: () => ({ zones: 3, endpoints: { add: ["athena"] }, flowLogRetentionDays: 731 }),
    },
    insubnets: {
      first: () => ({
        mode: "existing-subnets",
        vpcId: existingVpcs[1]!.vpcId,
        subnetIds: existingVpcs[1]!.subnetIds,
        acceptedPaths: { [existingVpcs[1]!.gatewayId]: "public subnets of other workloads" },
        features: ["git", "monitoring"],
        endpoints: { add: ["events"] },
        dnsFirewall: "block",
      }),
      changed: () => ({
        subnetIds: [...existingVpcs[1]!.subnetIds, existingVpcs[1]!.spareSubnetId],
        endpoints: { add: ["athena"] },
        flowLogRetentionDays: 731,
      }),
    },
  };
  const teams = Object.keys(modes);
  /** Settings for existing resources: existing roles, an existing bucket, roles for single members, and an imported portfolio. */
  const otherSettings: Record<string, () => object> = {
    insubnets: () => ({
      existingRoles: existing.roleArns,
      studio: { profiles: ["ana"], executionRole: "per-person", projectsPortfolioId: existing.portfolioId },
      data: { existing: { bucketName: existing.bucketName, keyArn: existing.keyArn, policy: "enclose" } },
    }),
  };
  const plans = (changed: boolean) =>
    teams.map((team) =>
      environmentPlan(team, { ...modes[team]!.first(), ...(changed && modes[team]!.changed()) }, otherSettings[team]?.()),
    );
  const eachOf = async (work: (plan: StackPlan) => Promise<Outcome>, changed = false) =>
    Object.fromEntries((await Promise.all(plans(changed).map(work))).map((outcome, i) => [teams[i]!, outcome]));
  const namesOf = (outcome: Outcome, op: string) =>
    outcome.steps
      .filter((step) => step.op === op)
      .map(({ urn }) => `${urn.split("$").at(-1)!.split("::")[0]!.split(":").at(-1)} ${urn.split("::").at(-1)}`);

  /** A session with a policy pack config that allows some resources that the policies reject. */
  function sessionWith(name: string, config: object) {
    const policyPackConfig = path.join(settingsDir, `${name}.json`);
    fs.writeFileSync(policyPackConfig, JSON.stringify(config));
    return { ...stage.session, policyPackConfig };
  }

  /** The lifecycle of an environment with shared endpoints. Runs in parallel with the other tests, because it mostly waits for Route 53. */
  async function share() {
    const rejection = (plan: StackPlan) =>
      previewStack(session, plan, quiet).then(
        () => "not rejected",
        (error: Error) => error.message,
      );
    const session = sessionWith("inside", { "network-reachability": { inside: ["sharer-dev-central"] } });
    const core = stackPlan("core", "sharing-hub", { network: { features: ["git"] } });
    await deployStack(stage.session, core, atOnce);
    // The core stack adds a zone and an endpoint. The unchanged environment must keep working.
    const grown = stackPlan("core", "sharing-hub", { network: { features: ["git"], zones: 3, endpoints: { add: ["sts"] } } });
    const from = (endpointsFrom: string, team = "sharer") =>
      environmentPlan(team, { cidr: "10.71.0.0/20", features: ["git", "monitoring"] }, { coreStack: "sharing-hub", endpointsFrom });
    const messages: string[] = [];
    const withoutConfig = await previewStack(stage.session, from("core"), quiet).then(
      () => [],
      (error: StackFailed) => error.violations.map(({ policy }) => policy),
    );
    const first = await deployStack(session, from("core"), atOnce);
    const again = (await previewStack(session, from("core"), quiet)).steps;
    const proofs = evaluateReachability(resourcesFromState(await stackResources(session, from("core"))), {
      inside: ["sharer-dev-central"],
    });
    messages.push(await rejection(from("core", "twin")), await rejection(from("own")));
    const growth = await deployStack(stage.session, grown, atOnce);
    const switching = await deployStack(session, from("switching"), atOnce);
    const own = await deployStack(session, from("own"), atOnce);
    messages.push(await rejection(from("core")));
    await destroyStack(session, from("own"), quiet);
    await destroyStack(session, core, quiet);
    return { withoutConfig, first, again, proofs, messages, growth, switching, own };
  }
  let sharing: Promise<Awaited<ReturnType<typeof share>> | Error>;

  /** SageMaker requires DHCP options with a domain name and name servers. */
  async function associateDhcpOptions(VpcId: string, nameServer: string) {
    const DhcpConfigurations = [
      { Key: "domain-name", Values: ["bank.example"] },
      { Key: "domain-name-servers", Values: [nameServer] },
    ];
    const { DhcpOptions } = (await ec2("CreateDhcpOptions", { DhcpConfigurations })) as { DhcpOptions: { DhcpOptionsId: string } };
    await ec2("AssociateDhcpOptions", { VpcId, DhcpOptionsId: DhcpOptions.DhcpOptionsId });
  }

  async function createExistingVpc(): Promise<ExistingVpc> {
    const create = async (kind: string, input: object) => String(((await ec2(`Create${kind}`, input))[kind] as Item)[`${kind}Id`]);
    const vpcId = await create("Vpc", { CidrBlock: "10.0.0.0/16" });
    await ec2("ModifyVpcAttribute", { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    const subnet = (CidrBlock: string, zone: string) =>
      create("Subnet", { VpcId: vpcId, CidrBlock, AvailabilityZone: `eu-central-1${zone}` });
    const subnetIds = [await subnet("10.0.0.0/24", "a"), await subnet("10.0.1.0/24", "b")];
    const publicSubnetId = await subnet("10.0.2.0/24", "c");
    const spareSubnetId = await subnet("10.0.3.0/24", "c");
    const gateway = await create("InternetGateway", {});
    await ec2("AttachInternetGateway", { VpcId: vpcId, InternetGatewayId: gateway });
    const table = await create("RouteTable", { VpcId: vpcId });
    await ec2("CreateRoute", { RouteTableId: table, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway });
    await ec2("AssociateRouteTable", { RouteTableId: table, SubnetId: publicSubnetId });
    await associateDhcpOptions(vpcId, "AmazonProvidedDNS");
    return { vpcId, subnetIds, publicSubnetId, spareSubnetId, gatewayId: gateway };
  }

  /** Created without Pulumi, like resources that exist before Cloister. */
  async function createExistingResources(PermissionsBoundary: string): Promise<typeof existing> {
    const context = { accountId: stage.world.hubAccount, region: stage.world.region, partition: "aws" };
    const role = async (name: string, resources?: string) => {
      const AssumeRolePolicyDocument = sagemakerTrust(context, resources);
      const input = { RoleName: name, Path: "/bank/", AssumeRolePolicyDocument, PermissionsBoundary };
      return String(((await call("iam", "CreateRole", input)).Role as Item).Arn);
    };
    const bucketName = "bank-ledgers";
    await call("s3", "CreateBucket", { Bucket: bucketName, CreateBucketConfiguration: { LocationConstraint: stage.world.region } });
    const keyArn = String(((await call("kms", "CreateKey", { Description: "ledgers" })).KeyMetadata as Item).Arn);
    // The steps in the description of the setting.
    await call("sagemaker", "EnableSagemakerServicecatalogPortfolio", {});
    const { PortfolioDetails } = (await call("servicecatalog", "ListAcceptedPortfolioShares", {})) as { PortfolioDetails: Item[] };
    const portfolioId = String(PortfolioDetails.find(({ ProviderName }) => ProviderName === "Amazon SageMaker")!.Id);
    return {
      roleArns: { execution: await role("BankExecution"), pipeline: await role("BankPipeline", "pipeline/*") },
      bucketName,
      keyArn,
      portfolioId,
    };
  }

  before(async () => {
    stage = await setUp("network");
    const client = javascript(stage.world);
    call = async (service, operation, input) => {
      const outcome = await client({ service, operation, input, account: stage.world.hubAccount });
      assert.ok("output" in outcome, JSON.stringify(outcome));
      return outcome.output as Item;
    };
    const { outputs } = await deployStack(stage.session, hub, atOnce);
    existing = await createExistingResources(String(outputs.permissionsBoundaryArn));
    existingVpcs.push(await createExistingVpc(), await createExistingVpc());
  });
  after(async () => {
    fs.rmSync(settingsDir, { recursive: true });
    await stage.end();
  });

  it("an environment reports all problems with an existing VPC, and creates no resources", async () => {
    const [{ vpcId, subnetIds, publicSubnetId }] = existingVpcs as [ExistingVpc];
    const wrong = environmentPlan("wrong", {
      mode: "existing-subnets",
      vpcId,
      subnetIds: [subnetIds[0], publicSubnetId, existingVpcs[1]!.subnetIds[1], "subnet-0123456789abcdef0"],
      flowLogRoleArn: `arn:aws:iam::${stage.world.hubAccount}:role/none`,
      egress: "nat",
    });
    await associateDhcpOptions(vpcId, "10.9.0.2");
    const since = new Date().toISOString();
    await assert.rejects(previewStack(stage.session, wrong, quiet), (error: Error) => {
      assert.ok(error instanceof StackFailed);
      for (const pattern of [
        /network\.dnsFirewall' is required/,
        /network\.egress' must be 'none' .* NAT requires subnets created by Cloister/,
        /whose route table rtb-\w+ routes 0\.0\.0\.0\/0 to an internet gateway \(igw-\w+\)/,
        /network\.acceptedPaths' must list an internet gateway \(igw-\w+\) of vpc-\w+/,
        /must list 10\.9\.0\.2, a name server in the DHCP options/,
        new RegExp(`${existingVpcs[1]!.subnetIds[1]}, which is in ${existingVpcs[1]!.vpcId} and not in ${vpcId}`),
        /must contain only existing subnets of this account and region \(got subnet-0123456789abcdef0\)/,
        /network\.flowLogRoleArn' must be an existing role \(got arn:aws:iam::\d+:role\/none\)/,
      ])
        assert.match(error.message, pattern);
      return true;
    });
    const overlap = environmentPlan("wrong", { mode: "existing-vpc", vpcId, cidr: "10.0.0.0/20", dnsFirewall: "off" });
    await assert.rejects(
      previewStack(stage.session, overlap, quiet),
      /must not overlap existing subnets of the VPC: subnet-\w+ \(10\.0\.0\.0\/24\).* use a free range such as 10\.0\.16\.0\/20/s,
    );
    const created = (await stage.control.journal({ since })).filter(({ operation }) => operation.startsWith("Create"));
    assert.deepEqual(created, []);
    await associateDhcpOptions(vpcId, "AmazonProvidedDNS");
  });

  it("environments are deployed in each network mode", async () => {
    sharing = share().catch((error: Error) => error);
    const outcomes = await eachOf((plan) => deployStack(stage.session, plan, atOnce));
    assert.equal(outcomes.invpc!.outputs.vpcId, existingVpcs[0]!.vpcId);
    assert.deepEqual(outcomes.insubnets!.outputs.subnetIds, existingVpcs[1]!.subnetIds);
    for (const team of teams) assert.ok((outcomes[team]!.changes.create ?? 0) > 50, team);
    inSubnetsOutputs = outcomes.insubnets!.outputs;
  });

  it("an environment uses existing roles and an existing bucket, and restricts the bucket to the perimeter", async () => {
    const [, , insubnets] = plans(false);
    const resources = await stackResources(stage.session, insubnets!);
    const named = (type: string) => resources.filter((resource) => resource.type === type).map(({ urn }) => urn.split("::").at(-1));
    assert.deepEqual(named("aws:s3/bucket:Bucket"), ["insubnets-dev-models-bucket"]);
    for (const role of ["execution", "pipeline"]) assert.ok(!named("aws:iam/role:Role").includes(`insubnets-dev-${role}`), role);
    const { Policy } = await call("s3", "GetBucketPolicy", { Bucket: existing.bucketName });
    const { Id, Statement } = JSON.parse(String(Policy)) as { Id: string; Statement: { Sid: string; Condition: unknown }[] };
    assert.equal(Id, "cloister/insubnets-dev");
    assert.match(JSON.stringify(Statement.find(({ Sid }) => Sid === "OnlyOurRoles")), new RegExp(existing.roleArns.execution));
  });

  it("an existing role and the roles of single members can use the portfolio of project templates", async () => {
    const { personRoleArns } = inSubnetsOutputs as { personRoleArns: Record<string, { arn: string }> };
    const { Principals } = (await call("servicecatalog", "ListPrincipalsForPortfolio", { PortfolioId: existing.portfolioId })) as {
      Principals: { PrincipalARN: string }[];
    };
    assert.deepEqual(
      Principals.map(({ PrincipalARN }) => PrincipalARN).sort(),
      [existing.roleArns.execution, personRoleArns.ana!.arn].sort(),
    );
  });

  it("an environment reports all problems with existing roles and buckets at once, and creates no resources", async () => {
    const { Role } = await call("iam", "CreateRole", {
      RoleName: "BankStray",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    const stray = String((Role as Item).Arn);
    const wrong = environmentPlan(
      "wrong",
      { cidr: "10.72.0.0/20" },
      {
        existingRoles: { execution: stray, model: stray.replace("BankStray", "Nobody") },
        data: {
          existing: {
            bucketName: "bank-nothing",
            keyArn: existing.keyArn.replace(/[^/]+$/, "0a1b2c3d-0000-4000-8000-000000000000"),
            policy: "leave",
          },
        },
        people: { signIn: "identity-center" },
        studio: { profiles: ["ana", "Ana"], instanceTypes: ["ml.t3.medium", "ml.zz9.huge"] },
        confirmPurge: "fraud-dev",
      },
    );
    await assert.rejects(previewStack(stage.session, wrong, quiet), (error: Error) => {
      for (const pattern of [
        /existingRoles\.execution' must be a role that sagemaker\.amazonaws\.com can assume \(got .*BankStray\)/,
        /existingRoles\.execution' must have the permissions boundary \S+bank-hub-boundary\S* \(got .* with none\)/,
        /existingRoles\.model' must be an existing role \(got .*Nobody\)/,
        /data\.existing\.bucketName' must be the name of an existing bucket \(got 'bank-nothing'\)/,
        /data\.existing\.keyArn' must be an existing key \(got /,
        /people\.permissionSets\.data-scientist' is missing/,
        /studio\.profiles\[1\]\.name' must be unique, ignoring case \(got 'Ana'/,
        /studio\.instanceTypes' must use instance types that eu-central-1 offers \(got ml\.zz9\.huge\)/,
        /confirmPurge' must be '.*' because .*\(got 'fraud-dev'\)/,
      ])
        assert.match(error.message, pattern);
      return true;
    });
    await call("iam", "DeleteRole", { RoleName: "BankStray" });
  });

  it("environments have no changes when they are deployed again", async () => {
    for (const [team, { steps }] of Object.entries(await eachOf((plan) => previewStack(stage.session, plan, quiet))))
      assert.deepEqual(steps, [], team);
  });

  it("environments add a zone, add and remove an endpoint, and keep logs longer, without replacements", async () => {
    const outcomes = await eachOf((plan) => deployStack(stage.session, plan, atOnce), true);
    const count = (await previewStack(stage.session, plans(true)[0]!, quiet)).steps.length;
    assert.equal(count, 0, "a second deployment has no changes");
    for (const [team, outcome] of Object.entries(outcomes)) {
      const created = namesOf(outcome, "create");
      assert.ok(created.includes(`VpcEndpoint ${team}-dev-athena`), `${team}: ${created.join(", ")}`);
      // Start scripts contain the subnets. Each script is created under a new name, which a stash determines.
      const isScript = (name: string) => name.startsWith("StudioLifecycleConfig ");
      assert.deepEqual(
        namesOf(outcome, "delete").filter((name) => !isScript(name)),
        [`VpcEndpoint ${team}-dev-events`],
        team,
      );
      assert.deepEqual(
        outcome.steps.filter(({ op, urn }) => /replace/.test(op) && !/:(StudioLifecycleConfig|Stash)::/.test(urn)),
        [],
        team,
      );
      const touched = namesOf(outcome, "update").map((name) => name.split(" ")[0]!);
      for (const type of ["Vpc", "Subnet", "RouteTable", "Bucket", "Key"]) assert.ok(!touched.includes(type), `${team} touches ${type}`);
      assert.ok(touched.includes("LogGroup") && touched.includes("ResolverFirewallDomainList"), `${team}: ${touched.join(", ")}`);
      const subnets = created.filter((name) => name.startsWith("Subnet "));
      assert.deepEqual(subnets, team === "insubnets" ? [] : [`Subnet ${team}-dev-subnet-eu-central-1c`]);
    }
    assert.deepEqual(outcomes.insubnets!.outputs.subnetIds, [...existingVpcs[1]!.subnetIds, existingVpcs[1]!.spareSubnetId]);
  });

  it("environments are proven closed in each network mode", async () => {
    for (const plan of plans(true)) {
      const proofs = evaluateReachability(resourcesFromState(await stackResources(stage.session, plan)));
      assert.ok(proofs.length > 0, plan.stack);
      // The state lacks other resources in an existing VPC, so some results cannot be determined. No known path leads out.
      assert.deepEqual(
        proofs.filter(({ verdict }) => verdict === "open"),
        [],
        plan.stack,
      );
    }
  });

  it("an environment gets NAT only when the policy pack config lists its VPC, and is then proven open", async () => {
    const first = { ...modes.newvpc!.first(), ...modes.newvpc!.changed() };
    const nat = environmentPlan("newvpc", { ...first, egress: "nat" });
    await assert.rejects(previewStack(stage.session, nat, quiet), (error: StackFailed) => {
      const rejecting = new Set(error.violations.map(({ policy }) => policy));
      for (const policy of ["network-no-internet-gateway", "network-no-nat-gateway", "network-no-elastic-ip", "network-sg-no-open-egress"])
        assert.ok(rejecting.has(policy), `${policy} is not among ${[...rejecting].join(", ")}`);
      return true;
    });
    const rules = [
      "no-internet-gateway",
      "no-internet-route",
      "no-nat-gateway",
      "no-elastic-ip",
      "no-public-subnet",
      "sg-no-open-egress",
      "reachability",
    ];
    const session = sessionWith("nat", Object.fromEntries(rules.map((rule) => [`network-${rule}`, { natVpcs: ["newvpc-dev-vpc"] }])));
    const { steps, changes } = await deployStack(session, nat, atOnce);
    assert.ok(
      !steps.some(({ op, urn }) => /replace|delete/.test(op) || (op === "update" && /Subnet::|Vpc::/.test(urn))),
      JSON.stringify(steps),
    );
    assert.ok((changes.create ?? 0) >= 15);
    assert.deepEqual((await previewStack(session, nat, quiet)).steps, []);
    const proofs = evaluateReachability(resourcesFromState(await stackResources(stage.session, nat)));
    const open = proofs.filter(({ kind, verdict }) => kind === "subnet" && verdict === "open");
    assert.equal(open.length, 6, "three private subnets reach the internet through NAT, and three public subnets directly");
  });

  it("an environment uses shared endpoints, and can use its own endpoints again only after the switching step", async () => {
    const shared = await sharing;
    if (shared instanceof Error) throw shared;
    assert.deepEqual(
      [...new Set(shared.withoutConfig)],
      ["network-reachability"],
      "the policy pack config does not list the peering connection",
    );
    const created = namesOf(shared.first, "create");
    for (const name of [
      "VpcPeeringConnection sharer-dev-central",
      "ZoneAssociation sharer-dev-names-git-codecommit.eu-central-1.amazonaws.com",
    ])
      assert.ok(created.includes(name), `${name}: ${created.join(", ")}`);
    const endpoints = created.filter((name) => name.startsWith("VpcEndpoint ")).sort();
    assert.deepEqual(
      endpoints,
      ["logs", "monitoring", "s3"].map((name) => `VpcEndpoint sharer-dev-${name}`),
    );
    assert.deepEqual(shared.again, []);
    assert.deepEqual(
      shared.proofs.filter(({ verdict }) => verdict !== "closed"),
      [],
    );
    const grownBy = namesOf(shared.growth, "create").sort();
    for (const name of [
      "Subnet sharing-hub-subnet-eu-central-1c",
      "VpcEndpoint sharing-hub-sts",
      "Zone sharing-hub-sts.eu-central-1.amazonaws.com",
    ])
      assert.ok(grownBy.includes(name), `${name}: ${grownBy.join(", ")}`);
    assert.ok(!grownBy.some((name) => name.startsWith("RouteTable ")), "the route table of the added zone already has the return routes");
    for (const { op, urn } of shared.growth.steps) assert.ok(!/replace|delete/.test(op), `${op} ${urn}`);
    for (const [i, pattern] of [
      /twin-dev' .*network\.cidr' must not overlap 10\.71\.0\.0\/20, the CIDR range of another network that uses the core stack's shared endpoints over pcx-\w+ \(got 10\.71\.0\.0\/20\)/s,
      /endpointsFrom' must not change from 'core' to 'own' in one deployment: the core stack's shared endpoints \(pcx-\w+\) still answer/,
      /endpointsFrom' must not change from 'own' to 'core' in one deployment: endpoints of the network \(git-codecommit vpce-\w+\) still answer/,
    ].entries())
      assert.match(shared.messages[i]!, pattern);
    assert.deepEqual(namesOf(shared.switching, "create"), []);
    assert.ok(namesOf(shared.switching, "delete").includes("VpcPeeringConnection sharer-dev-central"));
    assert.deepEqual(namesOf(shared.own, "create").sort(), ["VpcEndpoint sharer-dev-git-codecommit"]);
    for (const { steps } of [shared.switching, shared.own])
      assert.ok(!steps.some(({ op, urn }) => /replace/.test(op) || /:(Vpc|Subnet|Domain)::/.test(urn)), JSON.stringify(steps));
  });

  it("environments are destroyed, and only resources that existed before are left", async () => {
    await Promise.all(plans(true).map((plan) => destroyStack(stage.session, plan, quiet)));
    // The existing resources remain. IAM does not delete a policy that a role uses as its permissions boundary.
    await call("s3", "HeadBucket", { Bucket: existing.bucketName });
    for (const RoleName of ["BankExecution", "BankPipeline"]) await call("iam", "DeleteRole", { RoleName });
    await call("s3", "DeleteBucket", { Bucket: existing.bucketName });
    await call("kms", "ScheduleKeyDeletion", { KeyId: existing.keyArn, PendingWindowInDays: 7 });
    await destroyStack(stage.session, hub, quiet);
    const left = await stage.control.leftovers();
    const count = (type: string) => left.filter((item) => item.type === type).length;
    assert.deepEqual({ vpcs: count("Vpc"), subnets: count("Subnet"), tables: count("RouteTable") }, { vpcs: 2, subnets: 8, tables: 2 });
    const existingTypes = new Set(["Vpc", "Subnet", "RouteTable", "InternetGateway", "DhcpOptions"]);
    assert.deepEqual(
      left.filter(({ type }) => !existingTypes.has(type)),
      [],
    );
  });

  it("network environments call only AWS operations that the conformance test covers with independent clients", async () => {
    const tried = JSON.parse(fs.readFileSync(path.join(root, "tests", "sandbox", "operations.json"), "utf8")) as string[];
    const used = new Set((await stage.control.journal()).map(({ service, operation }) => `${service}:${operation}`));
    assert.deepEqual(
      [...used].filter((operation) => !tried.includes(operation)).sort(),
      [],
      "add these to tests/sandbox/operations.json and a case to tests/sandbox/scenarios",
    );
  });
});
