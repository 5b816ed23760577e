// Runs a core stack with a package mirror, and an environment that reads it, under mocks. Does not prove that AWS allows reads
// without signature through access points: docs/assumptions.md.
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { HUB, REGION, type Registered, runProgram, useMocks, type World } from "../helpers/mocks";
import { coreStackOutputs, exampleEnvironment } from "./example-environment";
import { evaluateProgram } from "./violations";
import { mirror, repository, servers } from "./wiring/core";
import { exampleConfig, ofType, policyDocumentOf, resourceOf, resourceTree } from "./world";

const packages = { mirrorFront: "s3", mirrorRequests: "platform@bank.example", mirrorBucket: "bank-hub-mirror-bucket-0a1b2c3" };
const host = `fraud-dev-packages-${HUB}.s3-accesspoint.${REGION}.amazonaws.com`;
const accessPointArn = `arn:aws:s3:${REGION}:${HUB}:accesspoint/fraud-dev-packages`;

/** The text of a lifecycle configuration, which can be compressed. */
function scriptOf(content: unknown): string {
  const text = Buffer.from(String(content), "base64").toString();
  const packed = /<<'END' \| gzip -d\n([^]*?)\nEND/.exec(text)?.[1];
  return packed === undefined ? text : gunzipSync(Buffer.from(packed, "base64")).toString();
}

/** The scripts of apps and notebook instances. */
const scriptsOf = (world: World): string[] => [
  ...ofType(world, "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig").map(({ inputs }) =>
    scriptOf(inputs.studioLifecycleConfigContent),
  ),
  ...ofType(world, "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration").map(({ inputs }) =>
    scriptOf(inputs.onStart),
  ),
];

describe("package mirror", () => {
  const hub = (preview = false) =>
    useMocks({
      project: "cloister-core",
      stack: "bank-hub",
      config: { ...exampleConfig("core/Pulumi.bank-hub.yaml"), "cloister-core:mirror": mirror.mirror },
      preview,
    });

  describe("in core", () => {
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      world = await hub();
      outputs = await runProgram("core");
    });

    it("is a private, versioned bucket with access logs", () => {
      assert.match(resourceTree(world), /cloister:mirror:MirrorBucket bank-hub-mirror\n(    .*\n){8}/);
      const { inputs } = resourceOf(world, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bank-hub-mirror-private");
      assert.deepEqual(
        [inputs.blockPublicAcls, inputs.blockPublicPolicy, inputs.ignorePublicAcls, inputs.restrictPublicBuckets],
        [true, true, true, true],
      );
      const versions = resourceOf(world, "aws:s3/bucketVersioning:BucketVersioning", "bank-hub-mirror-versions");
      assert.deepEqual(versions.inputs.versioningConfiguration, { status: "Enabled" });
      const log = resourceOf(world, "aws:s3/bucketLogging:BucketLogging", "bank-hub-mirror-access-log");
      assert.equal(log.inputs.targetBucket, outputs.logBucketName);
    });

    it("is encrypted with S3's own key, because S3 decrypts with a KMS key only for signed requests", () => {
      const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      const { rules } = resourceOf(world, type, "bank-hub-mirror-encryption").inputs;
      assert.deepEqual(rules, [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
      // Every other bucket of core with this encryption is the log bucket.
      const others = ofType(world, type).filter(({ inputs }) => JSON.stringify(inputs).includes("AES256"));
      assert.deepEqual(others.map(({ name }) => name).sort(), ["bank-hub-logs-encryption", "bank-hub-mirror-encryption"]);
    });

    it("exports what environments and the CLI need", () =>
      assert.deepEqual(
        [outputs.mirrorFront, outputs.mirrorRequests, outputs.mirrorBucket],
        ["s3", "ml-platform@bank.example", "bank-hub-mirror-bucket-0a1b2c3"],
      ));

    for (const preview of [false, true])
      it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
        const evaluated = await hub(preview);
        await runProgram("core");
        const { violations, ran } = await evaluateProgram(evaluated);
        assert.deepEqual(violations, []);
        assert.ok(ran.includes("s3-bucket-kms"));
      });
  });

  describe("in an environment", () => {
    const environment = (config: Record<string, unknown> = {}, core: object = packages, preview = false) =>
      exampleEnvironment(
        { "cloister-environment:packages": "core", ...config },
        { coreStackOutputs: { ...coreStackOutputs, ...core }, preview },
      );
    let world: World;
    before(async () => {
      world = await environment();
      await runProgram("environment");
    });

    it("is read through an access point, only from the environment's VPC", () => {
      const { inputs } = resourceOf(world, "aws:s3/accessPoint:AccessPoint", "fraud-dev-packages");
      const { bucket, name, vpcConfiguration } = inputs as Record<string, unknown>;
      assert.deepEqual([bucket, name, vpcConfiguration], [packages.mirrorBucket, "fraud-dev-packages", { vpcId: "vpc-fraud-dev-vpc" }]);
      assert.deepEqual(Object.values(inputs.publicAccessBlockConfiguration as object), [true, true, true, true]);
      assert.deepEqual(
        policyDocumentOf(resourceOf(world, "aws:s3/accessPoint:AccessPoint", "fraud-dev-packages")).Statement.map(
          ({ Action, Resource }) => [Action, Resource],
        ),
        [["s3:GetObject", [`${accessPointArn}/object/simple/*`, `${accessPointArn}/object/files/*`]]],
      );
    });

    it("adds to the S3 endpoint only reads of packages, by anyone in the account or without signature", () => {
      const statement = policyDocumentOf(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-s3")).Statement.find(
        ({ Sid }) => Sid === "ApprovedPackages",
      )!;
      assert.equal(statement.Action, "s3:GetObject");
      assert.deepEqual(statement.Resource, [
        `arn:aws:s3:::${packages.mirrorBucket}/simple/*`,
        `${accessPointArn}/object/simple/*`,
        `arn:aws:s3:::${packages.mirrorBucket}/files/*`,
        `${accessPointArn}/object/files/*`,
      ]);
      assert.deepEqual(statement.Condition, {
        StringEqualsIfExists: { "aws:PrincipalAccount": ["anonymous", HUB], "aws:ResourceAccount": HUB },
      });
    });

    it("is the index of pip in apps, notebook instances and jobs", () => {
      const scripts = scriptsOf(world);
      assert.ok(scripts.length >= 3, `${scripts.length} scripts`);
      for (const script of scripts) {
        assert.ok(script.includes(`PIP_INDEX='https://${host}/simple/'`));
        assert.equal(script.match(new RegExp(`"PIP_INDEX_URL":"https://${host}/simple/"`, "g"))?.length, 3);
        assert.ok(script.includes('REQUESTS = "platform@bank.example"'));
      }
    });

    it("has a name that the DNS firewall allows", () => {
      const { domains } = resourceOf(
        world,
        "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
        "fraud-dev-dns-allowed",
      ).inputs;
      assert.ok((domains as string[]).includes(`${host}.`));
    });

    for (const preview of [false, true])
      it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
        const evaluated = await environment({}, packages, preview);
        await runProgram("environment");
        assert.deepEqual((await evaluateProgram(evaluated)).violations, []);
      });

    it("requires a mirror in core, and no other index, and reports both at once", async () => {
      const empty = await environment(
        {
          "cloister-environment:studio": { pip: { indexUrl: "https://pypi.bank.example/simple" } },
        },
        {},
      );
      await assert.rejects(runProgram("environment"), (error: Error) => {
        for (const part of [
          /'cloister-environment:packages' must be none, because the core stack has no package mirror \(got core\)\. Fix: set 'cloister-core:mirror'/,
          /'cloister-environment:packages' must be none together with 'cloister-environment:studio\.pip' \(got core\)/,
        ])
          assert.match(error.message, part);
        return true;
      });
      assert.deepEqual(
        empty.resources.filter(({ custom, type }) => custom && type !== "pulumi:pulumi:StackReference"),
        [],
      );
    });
  });

  describe("in a CodeArtifact repository", () => {
    const repositoryArn = `arn:aws:codeartifact:${REGION}:${HUB}:repository/bank-hub-packages/approved`;
    const indexUrl = `https://bank-hub-packages-${HUB}.d.codeartifact.${REGION}.amazonaws.com/pypi/approved/simple/`;
    const signed = {
      ...packages,
      mirrorFront: "codeartifact",
      mirrorBucket: "",
      mirrorIndexUrl: indexUrl,
      mirrorRepositoryArn: repositoryArn,
    };
    const core = (preview = false) =>
      useMocks({
        project: "cloister-core",
        stack: "bank-hub",
        config: { ...exampleConfig("core/Pulumi.bank-hub.yaml"), "cloister-core:mirror": repository.mirror },
        preview,
      });
    const environment = (config: Record<string, unknown> = {}, preview = false) =>
      exampleEnvironment(
        { "cloister-environment:packages": "core", ...config },
        { coreStackOutputs: { ...coreStackOutputs, ...signed }, preview },
      );

    it("core creates a domain with the key of the hub, and a repository without other sources, instead of a bucket", async () => {
      const world = await core();
      const outputs = await runProgram("core");
      const domain = resourceOf(world, "aws:codeartifact/domain:Domain", "bank-hub-mirror-domain");
      assert.deepEqual([domain.inputs.domain, domain.inputs.encryptionKey], ["bank-hub-packages", outputs.keyArn]);
      const { inputs } = resourceOf(world, "aws:codeartifact/repository:Repository", "bank-hub-mirror-repository");
      assert.deepEqual([inputs.repository, inputs.upstreams, inputs.externalConnections], ["approved", undefined, undefined]);
      assert.deepEqual(
        ofType(world, "aws:s3/bucket:Bucket").filter(({ name }) => name.includes("mirror")),
        [],
      );
      assert.deepEqual([outputs.mirrorFront, outputs.mirrorBucket, outputs.mirrorIndexUrl], ["codeartifact", "", indexUrl]);
    });

    for (const preview of [false, true]) {
      const when = preview ? "at preview" : "with all values known";
      it(`core passes all policies ${when}`, async () => {
        const world = await core(preview);
        await runProgram("core");
        assert.deepEqual((await evaluateProgram(world)).violations, []);
      });
      it(`an environment passes all policies ${when}`, async () => {
        const world = await environment({}, preview);
        await runProgram("environment");
        assert.deepEqual((await evaluateProgram(world)).violations, []);
      });
    }

    it("an environment reads the repository through both endpoints, with a token that apps renew, and without access point", async () => {
      const world = await environment();
      await runProgram("environment");
      assert.deepEqual(ofType(world, "aws:s3/accessPoint:AccessPoint"), []);
      for (const name of ["codeartifact-api", "codeartifact-repositories"])
        assert.equal(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", `fraud-dev-${name}`).inputs.vpcEndpointType, "Interface");
      const features = policyDocumentOf(resourceOf(world, "aws:iam/policy:Policy", "fraud-dev-features")).Statement;
      const read = features.find(({ Sid }) => Sid === "ReadMirror")!;
      assert.equal(read.Resource, repositoryArn);
      assert.deepEqual(read.Condition, { StringEquals: { "aws:SourceVpc": ["vpc-fraud-dev-vpc"] } });
      const scripts = scriptsOf(world);
      assert.ok(scripts.length >= 3, `${scripts.length} scripts`);
      for (const script of scripts) {
        assert.ok(script.includes(`PIP_TOKEN_INDEX='${indexUrl}'`));
        assert.ok(script.includes("PIP_INDEX=\n") || script.includes("PIP_INDEX=''\n"));
        assert.equal(script.match(new RegExp(`"CA_REPOSITORY_ARN":"${repositoryArn}"`, "g"))?.length, 3);
        assert.ok(!script.includes("PIP_INDEX_URL"));
      }
    });
  });

  describe("with servers", () => {
    const serviceName = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
    const fronted = {
      ...packages,
      mirrorFront: "fargate",
      mirrorIndexUrl: "https://pypi.bank.example/simple/",
      mirrorServiceName: serviceName,
      mirrorZones: ["eu-central-1b", "eu-central-1c"],
    };
    /** Resources inside the components of the mirror. */
    const ofMirror = ({ resources }: World) => {
      const isInside = ({ type, parent }: Registered): boolean => type.startsWith("cloister:mirror:") || (!!parent && isInside(parent));
      return resources.filter((resource) => resource.custom && isInside(resource));
    };
    const core = (preview = false, stack = "bank-hub") =>
      useMocks({
        project: "cloister-core",
        stack,
        config: {
          ...exampleConfig("core/Pulumi.bank-hub.yaml"),
          "cloister-core:confirmPurge": stack,
          "cloister-core:network": servers.network,
          "cloister-core:mirror": servers.mirror,
        },
        preview,
      });
    const environment = (config: Record<string, unknown> = {}, outputs: object = fronted, preview = false) =>
      exampleEnvironment(
        { "cloister-environment:packages": "core", ...config },
        { coreStackOutputs: { ...coreStackOutputs, ...outputs }, preview },
      );

    it("core adds the endpoints of tasks, and an S3 endpoint policy for layers of images", async () => {
      const world = await core();
      const outputs = await runProgram("core");
      for (const name of ["ecr-api", "ecr-dkr", "logs"]) resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", `bank-hub-${name}`);
      const layers = policyDocumentOf(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "bank-hub-s3")).Statement.find(
        ({ Sid }) => Sid === "ObjectsOfAwsByUrlsOfAws",
      );
      assert.deepEqual(layers?.Resource, [`arn:aws:s3:::prod-${REGION}-starport-layer-bucket/*`]);
      assert.deepEqual(
        [outputs.mirrorFront, outputs.mirrorIndexUrl, outputs.mirrorZones],
        ["fargate", "https://pypi.bank.example/simple/", ["eu-central-1a", "eu-central-1b"]],
      );
    });

    it("core is deployed twice in an account and region, without a common name", async () => {
      const namesOf = async (stack: string) => {
        const world = await core(false, stack);
        await runProgram("core");
        // Without such a property, Pulumi derives the name from the name of the resource, and adds random characters.
        return ofMirror(world).map(({ type, name, inputs }) => `${type} ${String(inputs.name ?? inputs.family ?? inputs.path ?? name)}`);
      };
      const [first, second] = [await namesOf("bank-hub"), await namesOf("other-hub")];
      assert.equal(first.length, second.length);
      assert.ok(first.length > 25, `${first.length} resources`);
      assert.deepEqual(
        first.filter((name) => second.includes(name)),
        [],
      );
    });

    it("core creates the tasks after the endpoints", async () => {
      const world = await core();
      await runProgram("core");
      // The engine registers the children of a component after the resources on which the component depends.
      const { dependencies } = resourceOf(world, "cloister:mirror:FargateFront", "bank-hub-mirror");
      assert.ok(dependencies.some(({ name }) => name === "bank-hub-ecr-dkr"));
    });

    for (const preview of [false, true]) {
      const when = preview ? "at preview" : "with all values known";
      it(`core passes all policies ${when}, in a closed network`, async () => {
        const world = await core(preview);
        await runProgram("core");
        const { violations, ran } = await evaluateProgram(world, { requireClosed: true });
        assert.deepEqual(violations, []);
        assert.ok(ran.includes("ecs-service-no-public-ip"));
        assert.ok(ran.includes("network-no-public-load-balancer"));
      });
      it(`an environment passes all policies ${when}, if the policy pack config lists the endpoint`, async () => {
        const world = await environment({}, fronted, preview);
        await runProgram("environment");
        const { urn } = resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-mirror");
        assert.deepEqual((await evaluateProgram(world, { inside: [urn] })).violations, []);
        assert.match((await evaluateProgram(world)).violations.join(), /network-reachability/);
      });
    }

    it("an environment connects in the zones of the service, without a copied value", async () => {
      const world = await environment();
      await runProgram("environment");
      const { inputs } = resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-mirror");
      assert.deepEqual([inputs.serviceName, inputs.subnetIds], [serviceName, ["subnet-fraud-dev-subnet-eu-central-1b"]]);
      const zone = resourceOf(world, "aws:route53/zone:Zone", "fraud-dev-pypi.bank.example");
      assert.equal(zone.inputs.name, "pypi.bank.example");
      assert.deepEqual(ofType(world, "aws:s3/accessPoint:AccessPoint"), []);
    });

    const rejected: [it: string, config: Record<string, unknown>, outputs: object, message: RegExp][] = [
      [
        "in no zone of the service",
        {},
        { ...fronted, mirrorZones: ["eu-central-1c"] },
        /'cloister-environment:network\.zoneIds' must contain an Availability Zone of the package mirror of core, eu-central-1c/,
      ],
      [
        "with another mirror",
        { "cloister-environment:network": { features: ["studio", "jobs", "mirror"], mirrorServiceName: serviceName } },
        fronted,
        /'cloister-environment:packages' must be none together with the feature 'mirror'/,
      ],
      [
        "from the portfolio",
        { "cloister-environment:provisionedProduct": { id: "pp-0123456789abc", productId: "prod-0123456789abc" } },
        fronted,
        /'cloister-environment:packages' must be none in environments from the portfolio/,
      ],
    ];
    for (const [it_, config, outputs, message] of rejected)
      it(`an environment is rejected ${it_}, and creates no resources`, async () => {
        const world = await environment(config, outputs);
        await assert.rejects(runProgram("environment"), message);
        assert.deepEqual(
          world.resources.filter(({ custom, type }) => custom && type !== "pulumi:pulumi:StackReference"),
          [],
        );
      });
  });
});
