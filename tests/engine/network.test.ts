import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, type Outcome, previewStack, resourcesOf, root, StackFailed, type StackPlan } from "@cloister/cli";
import { sagemakerTrust } from "@cloister/components/identity/trust-policy";
import { graphOfState, prove } from "@cloister/policy-pack/reachability";
import { stringify } from "yaml";
import { atOnce, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";

// Every mode of a network, as environments on the real engine and provider: deployed, left alone, changed, destroyed.
// It does not prove what only AWS can: that a policy or a firewall really stops a packet, quotas, timing.

type Item = Record<string, unknown>;

/** A VPC of somebody else's, made without Pulumi: three private subnets on the main table, and one that leads to the internet. */
interface Landlord {
  vpcId: string;
  subnetIds: string[];
  openSubnetId: string;
  /** In a third zone, for whoever grows. */
  spareSubnetId: string;
}

describe("networks", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  let ask: (service: string, operation: string, input: object) => Promise<Item>;
  const ec2 = (operation: string, input: object) => ask("ec2", operation, input);
  /** Roles, a bucket and its key that an environment brings along, and the portfolio that the account has imported. */
  let brought: { roleArns: Record<"execution" | "pipeline", string>; bucketName: string; keyArn: string; portfolioId: string };
  let lodgerOutputs: Item;
  const landlords: Landlord[] = [];
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-network-"));
  const hub = planOf("bank-hub");

  /** A stack that the checkout has no settings for. */
  function planFor(folder: "core" | "environment", stack: string, settings: object): StackPlan {
    const project = `cloister-${folder}`;
    const settingsFile = path.join(settingsDir, `Pulumi.${stack}.yaml`);
    const own = Object.entries({ owner: "tests", purge: true, confirmPurge: stack, ...settings }).map(([key, value]) => [
      `${project}:${key}`,
      value,
    ]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(own) } }));
    return { id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: [] };
  }

  /** An environment of a team of this name, with these network settings. */
  const planWith = (team: string, network: object, more: object = {}): StackPlan =>
    planFor("environment", `${team}-dev`, { coreStack: "bank-hub", team, network, ...more });

  /** Settings of each mode: as it is first, and with a zone and an endpoint more, another less, and logs kept longer. */
  const modes: Record<string, { first: () => object; changed: () => object }> = {
    fresh: {
      first: () => ({
        cidr: "10.70.0.0/20",
        features: ["git", "monitoring"],
        dhcp: { domainName: "ml.bank.example" },
        flowLogDestination: "log-bucket",
      }),
      changed: () => ({ zones: 3, endpoints: { add: ["athena"], omit: ["events"] }, flowLogRetentionDays: 731 }),
    },
    guest: {
      first: () => ({
        mode: "existing-vpc",
        vpcId: landlords[0]!.vpcId,
        cidr: "10.0.64.0/20",
        features: ["git", "monitoring"],
        dnsFirewall: "block",
      }),
      changed: () => ({ zones: 3, endpoints: { add: ["athena"], omit: ["events"] }, flowLogRetentionDays: 731 }),
    },
    lodger: {
      first: () => ({
        mode: "existing-subnets",
        vpcId: landlords[1]!.vpcId,
        subnetIds: landlords[1]!.subnetIds,
        features: ["git", "monitoring"],
        dnsFirewall: "block",
      }),
      changed: () => ({
        subnetIds: [...landlords[1]!.subnetIds, landlords[1]!.spareSubnetId],
        endpoints: { add: ["athena"], omit: ["events"] },
        flowLogRetentionDays: 731,
      }),
    },
  };
  const teams = Object.keys(modes);
  /** Besides the network: one brings roles and a bucket, and closes that; its people, who have roles of their own, take templates from a portfolio. */
  const besides: Record<string, () => object> = {
    lodger: () => ({
      existingRoles: brought.roleArns,
      studio: { profiles: ["ana"], executionRole: "per-person", projectsPortfolioId: brought.portfolioId },
      data: { existing: { bucketName: brought.bucketName, keyArn: brought.keyArn, policy: "enclose" } },
    }),
  };
  const plans = (changed: boolean) =>
    teams.map((team) => planWith(team, { ...modes[team]!.first(), ...(changed && modes[team]!.changed()) }, besides[team]?.()));
  const eachOf = async (work: (plan: StackPlan) => Promise<Outcome>, changed = false) =>
    Object.fromEntries((await Promise.all(plans(changed).map(work))).map((outcome, i) => [teams[i]!, outcome]));
  const namesOf = (outcome: Outcome, op: string) =>
    outcome.steps
      .filter((step) => step.op === op)
      .map(({ urn }) => `${urn.split("$").at(-1)!.split("::")[0]!.split(":").at(-1)} ${urn.split("::").at(-1)}`);

  /** A pack's config that says of some resources that they may be what the rules refuse. */
  function sessionWith(name: string, config: object) {
    const policyPackConfig = path.join(settingsDir, `${name}.json`);
    fs.writeFileSync(policyPackConfig, JSON.stringify(config));
    return { ...stage.session, policyPackConfig };
  }

  /** What becomes of an environment with endpoints of core. Goes on beside the tests of the others: most of it is waiting for Route 53. */
  async function share() {
    const refusal = (plan: StackPlan) =>
      previewStack(session, plan, quiet).then(
        () => "not refused",
        (error: Error) => error.message,
      );
    const session = sessionWith("inside", { "network-reachability": { inside: ["sharer-dev-central"] } });
    const core = planFor("core", "sharing-hub", { network: { features: ["git"] } });
    await deployStack(stage.session, core, atOnce);
    // Another zone and another endpoint in core, and the environment as it was: it must go on working.
    const grown = planFor("core", "sharing-hub", { network: { features: ["git"], zones: 3, endpoints: { add: ["sts"] } } });
    const from = (endpointsFrom: string, team = "sharer") =>
      planWith(team, { cidr: "10.71.0.0/20", features: ["git", "monitoring"] }, { coreStack: "sharing-hub", endpointsFrom });
    const told: string[] = [];
    const unnamed = await previewStack(stage.session, from("core"), quiet).then(
      () => [],
      (error: StackFailed) => error.violations.map(({ policy }) => policy),
    );
    const first = await deployStack(session, from("core"), atOnce);
    const again = (await previewStack(session, from("core"), quiet)).steps;
    const proofs = prove(graphOfState(await resourcesOf(session, from("core"))), { inside: ["sharer-dev-central"] });
    told.push(await refusal(from("core", "twin")), await refusal(from("own")));
    const growth = await deployStack(stage.session, grown, atOnce);
    const between = await deployStack(session, from("switching"), atOnce);
    const own = await deployStack(session, from("own"), atOnce);
    told.push(await refusal(from("core")));
    await destroyStack(session, from("own"), quiet);
    await destroyStack(session, core, quiet);
    return { unnamed, first, again, proofs, told, growth, between, own };
  }
  let sharing: Promise<Awaited<ReturnType<typeof share>> | Error>;

  async function landlord(): Promise<Landlord> {
    const create = async (kind: string, input: object) => String(((await ec2(`Create${kind}`, input))[kind] as Item)[`${kind}Id`]);
    const vpcId = await create("Vpc", { CidrBlock: "10.0.0.0/16" });
    await ec2("ModifyVpcAttribute", { VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    const subnet = (CidrBlock: string, zone: string) =>
      create("Subnet", { VpcId: vpcId, CidrBlock, AvailabilityZone: `eu-central-1${zone}` });
    const subnetIds = [await subnet("10.0.0.0/24", "a"), await subnet("10.0.1.0/24", "b")];
    const openSubnetId = await subnet("10.0.2.0/24", "c");
    const spareSubnetId = await subnet("10.0.3.0/24", "c");
    const gateway = await create("InternetGateway", {});
    await ec2("AttachInternetGateway", { VpcId: vpcId, InternetGatewayId: gateway });
    const table = await create("RouteTable", { VpcId: vpcId });
    await ec2("CreateRoute", { RouteTableId: table, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway });
    await ec2("AssociateRouteTable", { RouteTableId: table, SubnetId: openSubnetId });
    return { vpcId, subnetIds, openSubnetId, spareSubnetId };
  }

  /** Made without Pulumi, as somebody would who has had them for long. */
  async function bring(PermissionsBoundary: string): Promise<typeof brought> {
    const place = { accountId: stage.world.hubAccount, region: stage.world.region, partition: "aws" };
    const role = async (name: string, resources?: string) => {
      const AssumeRolePolicyDocument = sagemakerTrust(place, resources);
      const input = { RoleName: name, Path: "/bank/", AssumeRolePolicyDocument, PermissionsBoundary };
      return String(((await ask("iam", "CreateRole", input)).Role as Item).Arn);
    };
    const bucketName = "bank-ledgers";
    await ask("s3", "CreateBucket", { Bucket: bucketName, CreateBucketConfiguration: { LocationConstraint: stage.world.region } });
    const keyArn = String(((await ask("kms", "CreateKey", { Description: "ledgers" })).KeyMetadata as Item).Arn);
    // As its setting tells to find it.
    await ask("sagemaker", "EnableSagemakerServicecatalogPortfolio", {});
    const { PortfolioDetails } = (await ask("servicecatalog", "ListAcceptedPortfolioShares", {})) as { PortfolioDetails: Item[] };
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
    ask = async (service, operation, input) => {
      const outcome = await client({ service, operation, input, account: stage.world.hubAccount });
      assert.ok("output" in outcome, JSON.stringify(outcome));
      return outcome.output as Item;
    };
    const { outputs } = await deployStack(stage.session, hub, atOnce);
    brought = await bring(String(outputs.permissionsBoundaryArn));
    landlords.push(await landlord(), await landlord());
  });
  after(async () => {
    fs.rmSync(settingsDir, { recursive: true });
    await stage.end();
  });

  it("tells all that is in the way of an existing one, and creates nothing", async () => {
    const [{ vpcId, subnetIds, openSubnetId }] = landlords as [Landlord];
    const wrong = planWith("wrong", {
      mode: "existing-subnets",
      vpcId,
      subnetIds: [subnetIds[0], openSubnetId, landlords[1]!.subnetIds[1], "subnet-0123456789abcdef0"],
      flowLogRoleArn: `arn:aws:iam::${stage.world.hubAccount}:role/none`,
      egress: "nat",
    });
    const since = new Date().toISOString();
    await assert.rejects(previewStack(stage.session, wrong, quiet), (error: Error) => {
      assert.ok(error instanceof StackFailed);
      for (const says of [
        /network\.dnsFirewall' is required/,
        /network\.egress' must be 'none' .* NAT requires subnets created by Cloister/,
        /whose route table rtb-\w+ routes 0\.0\.0\.0\/0 to an internet gateway \(igw-\w+\)/,
        new RegExp(`${landlords[1]!.subnetIds[1]}, which is in ${landlords[1]!.vpcId} and not in ${vpcId}`),
        /must contain only existing subnets of this account and region \(got subnet-0123456789abcdef0\)/,
        /network\.flowLogRoleArn' must be an existing role \(got arn:aws:iam::\d+:role\/none\)/,
      ])
        assert.match(error.message, says);
      return true;
    });
    const overlap = planWith("wrong", { mode: "existing-vpc", vpcId, cidr: "10.0.0.0/20", dnsFirewall: "off" });
    await assert.rejects(
      previewStack(stage.session, overlap, quiet),
      /must not overlap existing subnets of the VPC: subnet-\w+ \(10\.0\.0\.0\/24\).* use a free range such as 10\.0\.16\.0\/20/s,
    );
    const made = (await stage.control.journal({ since })).filter(({ operation }) => operation.startsWith("Create"));
    assert.deepEqual(made, []);
  });

  it("are deployed in each mode", async () => {
    sharing = share().catch((error: Error) => error);
    const outcomes = await eachOf((plan) => deployStack(stage.session, plan, atOnce));
    assert.equal(outcomes.guest!.outputs.vpcId, landlords[0]!.vpcId);
    assert.deepEqual(outcomes.lodger!.outputs.subnetIds, landlords[1]!.subnetIds);
    for (const team of teams) assert.ok((outcomes[team]!.changes.create ?? 0) > 50, team);
    lodgerOutputs = outcomes.lodger!.outputs;
  });

  it("use roles and a bucket that are there, and close the bucket", async () => {
    const [, , lodger] = plans(false);
    const resources = await resourcesOf(stage.session, lodger!);
    const named = (type: string) => resources.filter((one) => one.type === type).map(({ urn }) => urn.split("::").at(-1));
    assert.deepEqual(named("aws:s3/bucket:Bucket"), ["lodger-dev-models-bucket"]);
    for (const role of ["execution", "pipeline"]) assert.ok(!named("aws:iam/role:Role").includes(`lodger-dev-${role}`), role);
    const { Policy } = await ask("s3", "GetBucketPolicy", { Bucket: brought.bucketName });
    const { Id, Statement } = JSON.parse(String(Policy)) as { Id: string; Statement: { Sid: string; Condition: unknown }[] };
    assert.equal(Id, "cloister/lodger-dev");
    assert.match(JSON.stringify(Statement.find(({ Sid }) => Sid === "OnlyOurRoles")), new RegExp(brought.roleArns.execution));
  });

  it("let the role that was brought, and those of single people, use the portfolio of project templates", async () => {
    const { personRoleArns } = lodgerOutputs as { personRoleArns: Record<string, { arn: string }> };
    const { Principals } = (await ask("servicecatalog", "ListPrincipalsForPortfolio", { PortfolioId: brought.portfolioId })) as {
      Principals: { PrincipalARN: string }[];
    };
    assert.deepEqual(
      Principals.map(({ PrincipalARN }) => PrincipalARN).sort(),
      [brought.roleArns.execution, personRoleArns.ana!.arn].sort(),
    );
  });

  it("refuse roles and buckets that do not fit, all at once, and create nothing", async () => {
    const { Role } = await ask("iam", "CreateRole", {
      RoleName: "BankStray",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    const stray = String((Role as Item).Arn);
    const wrong = planWith(
      "wrong",
      { cidr: "10.72.0.0/20" },
      {
        existingRoles: { execution: stray, model: stray.replace("BankStray", "Nobody") },
        data: {
          existing: {
            bucketName: "bank-nothing",
            keyArn: brought.keyArn.replace(/[^/]+$/, "0a1b2c3d-0000-4000-8000-000000000000"),
            policy: "leave",
          },
        },
        people: { signIn: "identity-center" },
        studio: { profiles: ["ana", "Ana"], instanceTypes: ["ml.t3.medium", "ml.zz9.huge"] },
        confirmPurge: "fraud-dev",
      },
    );
    await assert.rejects(previewStack(stage.session, wrong, quiet), (error: Error) => {
      for (const says of [
        /existingRoles\.execution' is .*BankStray, which sagemaker\.amazonaws\.com can't assume/,
        /existingRoles\.execution' is .*, whose permissions boundary is none; it has to be .*boundary/,
        /existingRoles\.model' is .*Nobody, which does not exist/,
        /data\.existing\.bucketName' must be the name of an existing bucket \(got 'bank-nothing'\)/,
        /data\.existing\.keyArn' must be an existing key \(got /,
        /people\.permissionSets\.data-scientist' is missing/,
        /studio\.profiles\[1\]\.name' is Ana, and ana is there before/,
        /studio\.instanceTypes' has ml\.zz9\.huge, which eu-central-1 does not offer/,
        /confirmPurge' must be '.*' because .*\(got 'fraud-dev'\)/,
      ])
        assert.match(error.message, says);
      return true;
    });
    await ask("iam", "DeleteRole", { RoleName: "BankStray" });
  });

  it("have no changes when they are deployed again", async () => {
    for (const [team, { steps }] of Object.entries(await eachOf((plan) => previewStack(stage.session, plan, quiet))))
      assert.deepEqual(steps, [], team);
  });

  it("add a zone and an endpoint, drop another and keep logs longer, without replacing anything", async () => {
    const outcomes = await eachOf((plan) => deployStack(stage.session, plan, atOnce), true);
    const count = (await previewStack(stage.session, plans(true)[0]!, quiet)).steps.length;
    assert.equal(count, 0, "and no changes after that");
    for (const [team, outcome] of Object.entries(outcomes)) {
      const created = namesOf(outcome, "create");
      assert.ok(created.includes(`VpcEndpoint ${team}-dev-athena`), `${team}: ${created.join(", ")}`);
      // Start scripts know the subnets: they are made anew under another name, and the domain then points to these.
      const isScript = (name: string) => name.startsWith("StudioLifecycleConfig ");
      assert.deepEqual(
        namesOf(outcome, "delete").filter((one) => !isScript(one)),
        [`VpcEndpoint ${team}-dev-events`],
        team,
      );
      assert.deepEqual(
        outcome.steps.filter(({ op, urn }) => /replace/.test(op) && !urn.includes(":StudioLifecycleConfig::")),
        [],
        team,
      );
      const touched = namesOf(outcome, "update").map((name) => name.split(" ")[0]!);
      for (const type of ["Vpc", "Subnet", "RouteTable", "Bucket", "Key"]) assert.ok(!touched.includes(type), `${team} touches ${type}`);
      assert.ok(touched.includes("LogGroup") && touched.includes("ResolverFirewallDomainList"), `${team}: ${touched.join(", ")}`);
      const subnets = created.filter((name) => name.startsWith("Subnet "));
      assert.deepEqual(subnets, team === "lodger" ? [] : [`Subnet ${team}-dev-subnet-eu-central-1c`]);
    }
    assert.deepEqual(outcomes.lodger!.outputs.subnetIds, [...landlords[1]!.subnetIds, landlords[1]!.spareSubnetId]);
  });

  it("are proven closed in each mode", async () => {
    for (const plan of plans(true)) {
      const proofs = prove(graphOfState(await resourcesOf(stage.session, plan)));
      assert.ok(proofs.length > 0, plan.stack);
      // What an existing VPC has besides is not in the state, so nobody can tell of it; nothing that is known leads out.
      assert.deepEqual(
        proofs.filter(({ verdict }) => verdict === "open"),
        [],
        plan.stack,
      );
    }
  });

  it("get NAT only when the pack's config names the VPC, and then are told to be open", async () => {
    const first = { ...modes.fresh!.first(), ...modes.fresh!.changed() };
    const nat = planWith("fresh", { ...first, egress: "nat" });
    await assert.rejects(previewStack(stage.session, nat, quiet), (error: StackFailed) => {
      const refusing = new Set(error.violations.map(({ policy }) => policy));
      for (const policy of ["network-no-internet-gateway", "network-no-nat-gateway", "network-no-elastic-ip", "network-sg-no-open-egress"])
        assert.ok(refusing.has(policy), `${policy} is not among ${[...refusing].join(", ")}`);
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
    const session = sessionWith("nat", Object.fromEntries(rules.map((rule) => [`network-${rule}`, { natVpcs: ["fresh-dev-vpc"] }])));
    const { steps, changes } = await deployStack(session, nat, atOnce);
    assert.ok(
      !steps.some(({ op, urn }) => /replace|delete/.test(op) || (op === "update" && /Subnet::|Vpc::/.test(urn))),
      JSON.stringify(steps),
    );
    assert.ok((changes.create ?? 0) >= 15);
    assert.deepEqual((await previewStack(session, nat, quiet)).steps, []);
    const proofs = prove(graphOfState(await resourcesOf(stage.session, nat)));
    const open = proofs.filter(({ kind, verdict }) => kind === "subnet" && verdict === "open");
    assert.equal(open.length, 6, "three private subnets through NAT, three public ones");
  });

  it("use endpoints of core, and change to own ones and back only by way of neither", async () => {
    const shared = await sharing;
    if (shared instanceof Error) throw shared;
    assert.deepEqual([...new Set(shared.unnamed)], ["network-reachability"], "a peering that the pack's config does not name");
    const created = namesOf(shared.first, "create");
    for (const name of [
      "VpcPeeringConnection sharer-dev-central",
      "ZoneAssociation sharer-dev-names-codecommit.eu-central-1.amazonaws.com",
    ])
      assert.ok(created.includes(name), `${name}: ${created.join(", ")}`);
    const endpoints = created.filter((name) => name.startsWith("VpcEndpoint ")).sort();
    assert.deepEqual(
      endpoints,
      ["events", "logs", "monitoring", "s3"].map((name) => `VpcEndpoint sharer-dev-${name}`),
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
    assert.ok(!grownBy.some((name) => name.startsWith("RouteTable ")), "the zone is on the table that leads back already");
    for (const { op, urn } of shared.growth.steps) assert.ok(!/replace|delete/.test(op), `${op} ${urn}`);
    for (const [i, says] of [
      /twin-dev' .*network\.cidr' must not overlap 10\.71\.0\.0\/20, the range of another network that uses core's shared endpoints over pcx-\w+ \(got 10\.71\.0\.0\/20\)/s,
      /endpointsFrom' must not change from 'core' to 'own' in one deployment: core's shared endpoints \(pcx-\w+\) still answer/,
      /endpointsFrom' must not change from 'own' to 'core' in one deployment: endpoints of the network \(codecommit vpce-\w+, git-codecommit vpce-\w+\) still answer/,
    ].entries())
      assert.match(shared.told[i]!, says);
    assert.deepEqual(namesOf(shared.between, "create"), []);
    assert.ok(namesOf(shared.between, "delete").includes("VpcPeeringConnection sharer-dev-central"));
    assert.deepEqual(namesOf(shared.own, "create").sort(), ["VpcEndpoint sharer-dev-codecommit", "VpcEndpoint sharer-dev-git-codecommit"]);
    for (const { steps } of [shared.between, shared.own])
      assert.ok(!steps.some(({ op, urn }) => /replace/.test(op) || /:(Vpc|Subnet|Domain)::/.test(urn)), JSON.stringify(steps));
  });

  it("are destroyed, and leave only what was there before", async () => {
    await Promise.all(plans(true).map((plan) => destroyStack(stage.session, plan, quiet)));
    // What was brought along is there still. AWS keeps a policy that is somebody's boundary, so the roles go before core.
    await ask("s3", "HeadBucket", { Bucket: brought.bucketName });
    for (const RoleName of ["BankExecution", "BankPipeline"]) await ask("iam", "DeleteRole", { RoleName });
    await ask("s3", "DeleteBucket", { Bucket: brought.bucketName });
    await ask("kms", "ScheduleKeyDeletion", { KeyId: brought.keyArn, PendingWindowInDays: 7 });
    await destroyStack(stage.session, hub, quiet);
    const left = await stage.control.leftovers();
    const count = (type: string) => left.filter((one) => one.type === type).length;
    assert.deepEqual({ vpcs: count("Vpc"), subnets: count("Subnet"), tables: count("RouteTable") }, { vpcs: 2, subnets: 8, tables: 2 });
    const theirs = new Set(["Vpc", "Subnet", "RouteTable", "InternetGateway"]);
    assert.deepEqual(
      left.filter(({ type }) => !theirs.has(type)),
      [],
    );
  });

  it("ask of AWS only what the conformance test tries with independent clients", async () => {
    const tried = JSON.parse(fs.readFileSync(path.join(root, "tests", "sandbox", "operations.json"), "utf8")) as string[];
    const used = new Set((await stage.control.journal()).map(({ service, operation }) => `${service}:${operation}`));
    assert.deepEqual(
      [...used].filter((operation) => !tried.includes(operation)).sort(),
      [],
      "add these to tests/sandbox/operations.json and a case to tests/sandbox/scenarios",
    );
  });
});
