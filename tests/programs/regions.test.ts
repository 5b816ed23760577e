// Runs the three programs with mocks in several regions and partitions, and checks every ARN, host name, endpoint service
// and service principal that they emit. Does not prove which services AWS offers in a region: the preflight looks that up.
import assert from "node:assert/strict";
import { HUB, type MockOptions, type Registered, runProgram, useMocks } from "../helpers/mocks";
import { coreStackOutputs, example } from "./example-environment";
import { environmentStackOutputs, exampleTargetConfig, first, second } from "./example-target-accounts";
import { selfService } from "./wiring/core";
import { lookups } from "./wiring/lookups";
import { exampleConfig } from "./world";

interface RegionFacts {
  region: string;
  partition: string;
  /** DNS suffix of endpoints, of SageMaker user interfaces, and of the console. */
  suffix: string;
  site: string;
  console: string;
}

const commercial = (region: string): RegionFacts => ({
  region,
  partition: "aws",
  suffix: "amazonaws.com",
  site: "sagemaker.aws",
  console: "aws.amazon.com",
});

/** Frankfurt, the regions of the labs, and one region of each other partition. */
const regions: RegionFacts[] = [
  ...["eu-central-1", "us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "ap-southeast-2"].map(commercial),
  { ...commercial("us-gov-west-1"), partition: "aws-us-gov", console: "amazonaws-us-gov.com" },
  { region: "cn-north-1", partition: "aws-cn", suffix: "amazonaws.com.cn", site: "sagemaker.com.cn", console: "amazonaws.cn" },
];

/** Every text in a value, with the texts in JSON documents and in start scripts. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") {
    try {
      if (/^[[{]/.test(value)) return textsIn(JSON.parse(value));
    } catch {
      // Not JSON.
    }
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, value]) => [key, ...textsIn(value)]) : [];
}

const replaced = <T>(value: T, { region, partition }: RegionFacts): T =>
  JSON.parse(JSON.stringify(value).replaceAll("eu-central-1", region).replaceAll("arn:aws:", `arn:${partition}:`)) as T;

/** Everything that the programs emit in a region: inputs of resources, and outputs. */
async function emitted(facts: RegionFacts): Promise<{ resources: Registered[]; texts: string[] }> {
  const { region, partition, suffix } = facts;
  const inPlace =
    (answer: NonNullable<MockOptions["answers"]>[string]): typeof answer =>
    (inputs) => {
      const found = answer(inputs);
      return found && replaced(found, facts);
    };
  const run = async (folder: string, options: Pick<MockOptions, "stack" | "config" | "stacks" | "answers">) => {
    const answers = options.answers && Object.fromEntries(Object.entries(options.answers).map(([name, answer]) => [name, inPlace(answer)]));
    const given = { ...replaced({ ...options, answers: {} }, facts), answers: answers ?? {} };
    const world = await useMocks({ project: `cloister-${folder}`, region, partition, ...given });
    const outputs = await runProgram(folder);
    return { resources: world.resources, texts: [...world.resources.flatMap(({ inputs }) => textsIn(inputs)), ...textsIn(outputs)] };
  };
  const network = { features: ["studio", "jobs", "notebooks", "hosting", "registry", "monitoring", "git", "secrets"] };
  const runs = [
    await run("core", {
      stack: "bank-hub",
      config: {
        ...exampleConfig("core/Pulumi.bank-hub.yaml"),
        "cloister-core:network": { features: ["studio", "jobs"] },
        "cloister-core:catalogLaunch": { engineAccountId: first, engineCore: "main-hub" },
      },
    }),
    await run("core", {
      stack: "bank-hub",
      config: {
        ...exampleConfig("core/Pulumi.bank-hub.yaml"),
        "cloister-core:catalog": JSON.parse(JSON.stringify(selfService.catalog).replace(".amazonaws.com/", `.${suffix}/`)) as object,
      },
      answers: lookups,
    }),
    await run("environment", {
      stack: "fraud-dev",
      config: {
        ...example,
        "cloister-environment:network": network,
        ...(partition !== "aws" && { "cloister-environment:monitoring": {} }),
      },
      stacks: { "organization/cloister-core/bank-hub": { outputs: coreStackOutputs } },
    }),
    await run("target-accounts", {
      stack: "fraud-staging",
      config: exampleTargetConfig,
      stacks: { "organization/cloister-environment/fraud-dev": { outputs: environmentStackOutputs } },
    }),
  ];
  return { resources: runs.flatMap(({ resources }) => resources), texts: runs.flatMap(({ texts }) => texts) };
}

/** Service principals without region and suffix. Source: AWS service principals, which are equal in all partitions. */
const isPrincipal = (host: string) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(host);
const regionNames = /\b(?:us|eu|ap|cn)(?:-gov)?-(?:central|east|west|north|southeast)-\d\b/g;

for (const facts of regions)
  describe(`programs in ${facts.region}`, function () {
    const { region, partition, suffix, site } = facts;
    let resources: Registered[];
    let texts: string[];
    before(async function () {
      this.timeout(120_000);
      ({ resources, texts } = await emitted(facts));
      assert.ok(resources.length > 200, String(resources.length));
    });
    const found = (pattern: RegExp) => [...new Set(texts.flatMap((text) => text.match(pattern) ?? []))].sort();

    it("have ARNs of the partition and the region", () => {
      const arns = found(/arn:[\w*-]+:[\w*-]*:[\w*$-]*:(?:\d+:accesspoint)?/g);
      assert.ok(arns.length > 10, arns.join());
      for (const arn of arns) {
        const [, ofPartition, service, ofRegion] = arn.split(":") as [string, string, string, string];
        assert.ok([partition, "*"].includes(ofPartition), arn);
        assert.ok([region, "", "*"].includes(ofRegion), arn);
        // Access points are the only ARNs of S3 with a region.
        if (service === "iam" || service === "s3") assert.equal(ofRegion, arn.endsWith(":accesspoint") ? region : "", arn);
      }
    });

    it("name no other region", () => {
      const others = [...new Set(texts.flatMap((text) => text.match(regionNames) ?? []))].filter((name) => name !== region);
      assert.deepEqual(others, []);
    });

    it("have host names and DNS names with the suffixes of the partition", () => {
      const hosts = found(/[a-z0-9*_-]+(?:\.[a-z0-9_-]+)*\.(?:amazonaws\.com(?:\.cn)?|sagemaker\.(?:aws|com\.cn))(?![\w.-]*\w)/g);
      assert.ok(hosts.length > 10, hosts.join());
      // Names with a region are names of endpoints. Names without a region are service principals.
      for (const host of hosts.filter((name) => name.includes(region) && !name.startsWith("com.")))
        assert.ok(host.endsWith(`.${suffix}`) || host.endsWith(`.${site}`) || isViaService(host), host);
      for (const host of hosts.filter((name) => !name.includes(region)))
        assert.ok(isPrincipal(host) || /(^|\.)s3\.amazonaws\.com$/.test(host), host);
      assert.equal(hosts.includes("s3.amazonaws.com") && hosts.includes("*.s3.amazonaws.com"), region === "us-east-1");
    });
    /** In China, services call KMS with either suffix. */
    const isViaService = (host: string) =>
      partition === "aws-cn" && /^(s3|sagemaker|ec2|elasticfilesystem|secretsmanager|sqs)\./.test(host);

    it("have endpoint services of the region", () => {
      const services = resources
        .filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint")
        .map(({ inputs }) => String(inputs.serviceName));
      assert.ok(services.length > 15);
      for (const service of services) assert.match(service, new RegExp(`^(com\\.amazonaws|aws\\.sagemaker)\\.${region}\\.`));
    });

    it("have links to the console of the partition", () => {
      const links = found(/https:\/\/[\w.-]*(?:console|signin)[\w.-]*/g);
      assert.ok(links.length > 0);
      for (const link of links) assert.ok(link.endsWith(facts.console), link);
    });

    it("name IAM resources only in the accounts of the stacks", () => {
      const accounts = new Set(found(/arn:[\w-]+:iam::\d{12}:/g).map((arn) => /\d{12}/.exec(arn)![0]));
      assert.deepEqual(
        [...accounts].filter((id) => ![HUB, first, second].includes(id)),
        [],
      );
      assert.ok(accounts.has(HUB));
    });
  });
