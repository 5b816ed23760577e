import * as assert from "node:assert/strict";
import { UsageError } from "@cloister/cli";
import { type Created, domainsOf, environmentOf, isPurged, type Scope, scopeOf, sweep } from "@cloister/cli/testing";
import { silent } from "@cloister/common";

// Tests which domains a sweep counts as its own. tests/sandbox/sweep.test.ts tests what it deletes.

const tags = (domain: string, environment?: string) => ({
  ManagedByAmazonSageMakerResource: `arn:aws:sagemaker:eu-central-1:111122223333:domain/${domain}`,
  ...(environment === undefined ? {} : { "cloister:environment": environment }),
});
const fileSystem = (domain: string, environment?: string) => ({
  id: `fs-${domain}`,
  status: "available",
  bytes: 0,
  tags: tags(domain, environment),
});
const mountTarget = (domain: string, subnet: string, vpc = "vpc-1") => ({
  id: `fsmt-${domain}`,
  status: "available",
  fileSystem: `fs-${domain}`,
  subnet,
  vpc,
});
const group = (domain: string, vpc: string, environment?: string) => ({
  id: `sg-${domain}`,
  name: `security-group-for-inbound-nfs-${domain}`,
  vpc,
  tags: tags(domain, environment),
});
const created = (parts: Partial<Created>): Created => ({ fileSystems: [], mountTargets: [], groups: [], ...parts });
const scope = (parts: Partial<Scope> = {}): Scope => ({
  id: "cloister-environment/fraud-dev",
  environment: "fraud-dev",
  region: "eu-central-1",
  domains: [],
  vpcs: [],
  subnets: [],
  managedConfigs: [],
  ...parts,
});

describe("scope of a sweep", () => {
  const cases: { it: string; scope?: Partial<Scope>; created: Partial<Created>; want: string[] }[] = [
    { it: "a domain in the state or named by the user", scope: { domains: ["d-1"] }, created: {}, want: ["d-1"] },
    { it: "a file system with the tag of the environment", created: { fileSystems: [fileSystem("d-1", "fraud-dev")] }, want: ["d-1"] },
    { it: "a group with the tag of the environment", created: { groups: [group("d-1", "vpc-9", "fraud-dev")] }, want: ["d-1"] },
    {
      it: "a mount target in a subnet that the stack created",
      scope: { subnets: ["subnet-1"] },
      created: {
        fileSystems: [fileSystem("d-1"), fileSystem("d-2")],
        mountTargets: [mountTarget("d-1", "subnet-1"), mountTarget("d-2", "subnet-2")],
      },
      want: ["d-1"],
    },
    {
      it: "a group in a VPC that the stack created",
      scope: { vpcs: ["vpc-1"] },
      created: { groups: [group("d-1", "vpc-1"), group("d-2", "vpc-2")] },
      want: ["d-1"],
    },
    {
      it: "no domain of another environment, not even in the same VPC or named by the user",
      scope: { vpcs: ["vpc-1"], subnets: ["subnet-1"], domains: ["d-2"] },
      created: {
        fileSystems: [fileSystem("d-2", "risk-dev")],
        mountTargets: [mountTarget("d-2", "subnet-1")],
        groups: [group("d-2", "vpc-1", "risk-dev")],
      },
      want: [],
    },
    {
      it: "no domain of which one resource has the tag of another environment",
      scope: { vpcs: ["vpc-1"] },
      created: { fileSystems: [fileSystem("d-2", "risk-dev")], groups: [group("d-2", "vpc-1")] },
      want: [],
    },
    {
      it: "no unmarked domain in a network that the stack did not create",
      created: { fileSystems: [fileSystem("d-1")], groups: [group("d-1", "vpc-1")] },
      want: [],
    },
  ];
  for (const { it: title, scope: parts, created: found, want } of cases)
    it(`has ${title}`, () => assert.deepEqual(domainsOf(scope(parts), created(found)), want));

  it("is read from the state and settings of a stack", () => {
    const resources = [
      { urn: "stack", type: "pulumi:pulumi:Stack", outputs: { domainId: "d-0" } },
      { urn: "domain", type: "aws:sagemaker/domain:Domain", id: "d-1" },
      { urn: "vpc", type: "aws:ec2/vpc:Vpc", id: "vpc-1" },
      { urn: "subnet", type: "aws:ec2/subnet:Subnet", id: "subnet-1" },
      { urn: "config", type: "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig", id: "fraud-dev-new" },
    ];
    const config = { "cloister-environment:team": "fraud", "cloister-environment:stage": "test" };
    assert.deepEqual(scopeOf({ id: "x", resources, config, region: "eu-central-1" }, ["d-2"]), {
      id: "x",
      environment: "fraud-test",
      region: "eu-central-1",
      domains: ["d-1", "d-0", "d-2"],
      vpcs: ["vpc-1"],
      subnets: ["subnet-1"],
      managedConfigs: ["fraud-dev-new"],
    });
    assert.equal(environmentOf({ "cloister-environment:team": "fraud" }), "fraud-dev");
  });
});

describe("purge of home directories", () => {
  const purged = (confirmPurge: string | undefined, purge: unknown) =>
    isPurged({
      "cloister-environment:team": "fraud",
      "cloister-environment:purge": purge,
      "cloister-environment:confirmPurge": confirmPurge,
    });
  it("requires the setting and its confirmation", () => {
    assert.deepEqual(
      [
        purged("fraud-dev", true),
        purged("fraud-dev", "true"),
        purged("risk-dev", true),
        purged(undefined, true),
        purged("fraud-dev", false),
      ],
      [true, true, false, false, false],
    );
  });
});

describe("sweep of a named domain", () => {
  it("requires one environment, to which the domain belongs", async () => {
    const plan = { id: "", project: "", folder: "", stack: "", settingsFile: "", reads: [] };
    const sources = { resources: () => assert.fail(), config: () => assert.fail(), client: () => assert.fail() };
    await assert.rejects(
      sweep(sources, [plan, plan], { names: [], domains: ["d-1"], progress: silent }),
      new UsageError("--domain requires one environment (got 2). Name the environment: npx cloister sweep <environment> --domain <id>"),
    );
  });
});
