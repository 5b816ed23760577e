import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Outcome, previewStack, root, StackFailed } from "@cloister/cli";
import { changesIn, planOf, quiet, setUp, type Stage } from "../helpers/engine";
import { startStandInProvider } from "../helpers/stand-in-provider";

// Resources of aws-native, Cloud Control and CloudFormation, and enforcement levels, on the real engine with the policy pack.
// The plugin of aws-native is not installed: a stand-in provider passes its inputs to the engine.
// Does not prove that the aws-native provider sends the same inputs.

/** By name: a CloudFormation resource, the same resource of aws-native, and the violation that each form has. */
const resources = {
  domain: {
    type: "AWS::SageMaker::Domain",
    properties: { AuthMode: "IAM", DomainName: "open", AppNetworkAccessType: "PublicInternetOnly" },
    native: {
      type: "aws-native:sagemaker:Domain",
      props: { authMode: "IAM", domainName: "open", appNetworkAccessType: "PublicInternetOnly" },
    },
    policy: "sagemaker-domain-vpc-only",
    problem: /AWS::SageMaker::Domain.*: appNetworkAccessType is "PublicInternetOnly"/,
  },
  bucket: {
    type: "AWS::S3::Bucket",
    properties: {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
    },
    native: {
      type: "aws-native:s3:Bucket",
      props: { bucketEncryption: { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] } },
    },
    policy: "s3-bucket-kms",
    problem: /AWS::S3::Bucket.*: sseAlgorithm is "AES256"/,
  },
  gateway: {
    type: "AWS::EC2::InternetGateway",
    properties: {},
    native: { type: "aws-native:ec2:InternetGateway", props: {} },
    policy: "network-no-internet-gateway",
    problem: /AWS::EC2::InternetGateway.*: This internet gateway connects a VPC to the internet/,
  },
  topic: {
    type: "AWS::SNS::Topic",
    properties: {},
    native: { type: "aws-native:sns:Topic", props: {} },
    policy: "no-opaque-resources",
    problem: /This resource is not evaluated: no guardrail can read /,
  },
};
const requested: Record<string, object[]> = {
  "aws-native": Object.entries(resources).map(([name, { native }]) => ({ form: "pulumi", name, ...native })),
  "cloud-control": Object.entries(resources).map(([name, { type, properties }]) => ({ form: "cloud-control", name, type, properties })),
  cloudformation: Object.entries(resources).map(([name, { type, properties }]) => ({ form: "cloudformation", name, type, properties })),
};

const aws = (type: string, name: string, props: object) => ({ form: "pulumi", name, type: `aws:${type}`, props });
const publicSubnet = [
  aws("ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" }),
  aws("ec2/subnet:Subnet", "subnet", { vpcId: "@vpc", cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true }),
];
const routeOut = [
  aws("ec2/routeTable:RouteTable", "table", { vpcId: "@vpc" }),
  aws("ec2/route:Route", "route", { routeTableId: "@table", destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }),
  aws("ec2/routeTableAssociation:RouteTableAssociation", "association", { subnetId: "@subnet", routeTableId: "@table" }),
];
const openBlock = aws("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", { bucket: "data", blockPublicAcls: false });

describe("other providers", function () {
  this.timeout(600_000);
  let stage: Stage;
  let provider: { port: number; end(): void };
  const plan = planOf("fraud-dev");

  before(async () => {
    stage = await setUp("other-providers");
    provider = await startStandInProvider();
  });
  after(async () => {
    provider.end();
    await stage.end();
  });

  /** The violations of a preview of these resources. `config` is the configuration of the policy pack. */
  async function violationsOf(wanted: object[], config: object = {}): Promise<Outcome["violations"]> {
    const policyPackConfig = path.join(stage.world.dir, "pack-config.json");
    fs.writeFileSync(policyPackConfig, JSON.stringify(config));
    const { violations } = await previewStack({ ...stage.session, policyPackConfig }, plan, {
      ...quiet,
      program: path.join(root, "tests", "engine", "other-providers"),
      env: { RESOURCES: JSON.stringify(wanted), PULUMI_DEBUG_PROVIDERS: `aws-native:${provider.port}` },
    }).catch((error: unknown) => {
      assert.ok(error instanceof StackFailed && error.violations.length > 0, String(error));
      return error;
    });
    return violations;
  }

  for (const [form, wanted] of Object.entries(requested))
    it(`a public domain, an unencrypted bucket, an internet gateway and a type without a guardrail are rejected in ${form}`, async () => {
      const violations = await violationsOf(wanted);
      for (const [name, { policy, problem }] of Object.entries(resources)) {
        const found = violations.filter((violation) => violation.policy === policy && violation.urn.endsWith(`::${name}`));
        assert.match(found.map(({ message }) => message).join("\n"), problem, JSON.stringify(violations));
        assert.deepEqual([...new Set(found.map(({ level }) => level))], ["mandatory"]);
      }
      assert.deepEqual(changesIn(await stage.control.journal()), []);
    });

  describe("at the level remediate", () => {
    const policies = ["network-no-public-subnet", "s3-public-access-block-flags"];
    const remediate = Object.fromEntries(policies.map((policy) => [policy, "remediate"]));
    const found = async (wanted: object[], config: object) =>
      (await violationsOf(wanted, config))
        .filter(({ policy }) => policies.includes(policy))
        .map(({ policy, level }) => `${policy}: ${level}`);

    it("the engine fixes inputs that are rejected at the level mandatory", async () => {
      assert.deepEqual(
        (await found([...publicSubnet, openBlock], {})).sort(),
        policies.map((policy) => `${policy}: mandatory`),
      );
      assert.deepEqual(await found([...publicSubnet, openBlock], remediate), []);
    });

    it("the engine still rejects a violation that only the stack view finds", async () =>
      assert.deepEqual(await found([...publicSubnet, ...routeOut], remediate), ["network-no-public-subnet: mandatory"]));
  });
});
