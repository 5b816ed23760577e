// Runs the example core stack under mocks. Does not prove that AWS accepts the inputs: tests/engine does.
import assert from "node:assert/strict";
import { coreStackOutputs } from "@cloister/core/outputs";
import { HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { readArchive } from "@cloister/components/catalog/runtime/artifact";
import { evaluateProgram } from "./violations";
import { lookups, subnetIds } from "./wiring/lookups";
import {
  assertMatchesContract,
  assertNamesAreUnique,
  assertNamesFit,
  assertTagged,
  policyDocumentOf,
  exampleConfig,
  ofType,
  resourceOf,
  resourceTree,
} from "./world";
import { recordNotes } from "../helpers/recording";

recordNotes(__filename);

const example = exampleConfig("core/Pulumi.bank-hub.yaml");
const hub = (config: Record<string, unknown> = {}, preview = false) =>
  useMocks({
    project: "cloister-core",
    stack: "bank-hub",
    config: { ...example, ...config },
    preview,
    // The service-linked role of AWS Config.
    answers: { getRole: ({ name }) => ({ arn: `arn:aws:iam::${HUB}:role/${String(name)}` }) },
  });

describe("core program", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await hub();
    outputs = await runProgram("core");
  });

  it("creates exactly the expected resources", () =>
    assert.equal(
      resourceTree(world),
      `
cloister:program:Core bank-hub
  cloister:audit:AlertTopic bank-hub
    aws:sns/topic:Topic bank-hub-alerts
    aws:sns/topicPolicy:TopicPolicy bank-hub-alerts-policy
    aws:sns/topicSubscription:TopicSubscription bank-hub-alerts-to-ml-platform-alerts@bank.example
  cloister:identity:Administrator bank-hub
    aws:iam/role:Role bank-hub-ds-admin
    aws:iam/rolePolicy:RolePolicy bank-hub-ds-admin-policy
  cloister:identity:Boundary bank-hub
    aws:iam/policy:Policy bank-hub-boundary
  cloister:keys:CustomerKey bank-hub-hub
    aws:kms/alias:Alias bank-hub-hub-alias
    aws:kms/key:Key bank-hub-hub-key
  cloister:storage:LogBucket bank-hub-logs
    aws:s3/bucket:Bucket bank-hub-logs-bucket
    aws:s3/bucketOwnershipControls:BucketOwnershipControls bank-hub-logs-owner
    aws:s3/bucketPolicy:BucketPolicy bank-hub-logs-policy
    aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock bank-hub-logs-private
    aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration bank-hub-logs-encryption
    aws:s3/bucketVersioning:BucketVersioning bank-hub-logs-versions
`.trim(),
    ));

  it("gives all resources of one type different names", () => assertNamesAreUnique(world));

  it("exports the outputs of its contract", () => {
    assertMatchesContract(coreStackOutputs, outputs);
    assert.deepEqual(outputs, {
      accountId: HUB,
      region: REGION,
      keyArn: `arn:aws:kms:${REGION}:${HUB}:key/bank-hub-hub-key`,
      logBucketName: "bank-hub-logs-bucket-0a1b2c3",
      permissionsBoundaryArn: `arn:aws:iam::${HUB}:policy/bank-hub-boundary`,
      administrators: {
        "data-science-administrator": {
          arn: `arn:aws:iam::${HUB}:role/cloister/euc1/bank-hub-ds-admin`,
          name: "bank-hub-ds-admin",
          switchRoleUrl: `https://signin.aws.amazon.com/switchrole?account=${HUB}&roleName=cloister%2Feuc1%2Fbank-hub-ds-admin&displayName=bank-hub+data-science-administrator`,
        },
      },
      alertTopicArn: `arn:aws:sns:${REGION}:${HUB}:bank-hub-alerts`,
      catalogPortfolioId: "",
      catalogProductId: "",
      catalogArtifactBucket: "",
      catalogStateBucket: "",
      catalogStateMachineArn: "",
      auditTrailArn: "",
      auditBucketName: "",
      auditConfigBucketName: "",
      auditLogGroupName: "",
      centralVpcId: "",
      centralCidr: "",
      centralRouteTableIds: [],
      centralSecurityGroupId: "",
      centralEndpoints: [],
      mirrorFront: "",
      mirrorRequests: "",
      mirrorBucket: "",
      mirrorIndexUrl: "",
      mirrorServiceName: "",
      mirrorZones: [],
      mirrorRepositoryArn: "",
      centralZoneIds: {},
    });
  });

  it("tags all taggable resources with the owner and the custom tags", () =>
    assertTagged(world, "bank-hub", {
      "cloister:owner": "ml-platform@bank.example",
      "cost-center": "4711",
      "data-class": "confidential",
    }));

  it("creates a rotating key that CloudWatch Logs and alert publishers can use", () => {
    const key = resourceOf(world, "aws:kms/key:Key", "bank-hub-hub-key");
    assert.equal(key.inputs.enableKeyRotation, true);
    assert.equal(key.inputs.deletionWindowInDays, 30);
    assert.deepEqual(
      policyDocumentOf(key).Statement.map(({ Sid }) => Sid),
      ["AccountAdministers", "LogGroupsOfThisAccount", "ServicesThatPublish"],
    );
    assert.equal(resourceOf(world, "aws:kms/alias:Alias", "bank-hub-hub-alias").inputs.name, "alias/cloister/bank-hub");
  });

  it("encrypts the topic with the key of the stack, and allows only this account's alarms and budgets to publish", () => {
    assert.equal(resourceOf(world, "aws:sns/topic:Topic", "bank-hub-alerts").inputs.kmsMasterKeyId, outputs.keyArn);
    const [allow, deny] = policyDocumentOf(resourceOf(world, "aws:sns/topicPolicy:TopicPolicy", "bank-hub-alerts-policy")).Statement;
    assert.deepEqual(allow?.Principal, { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] });
    assert.deepEqual(allow?.Condition, { StringEquals: { "aws:SourceAccount": HUB } });
    assert.deepEqual([deny?.Effect, deny?.Condition], ["Deny", { Bool: { "aws:SecureTransport": "false" } }]);
  });

  it("subscribes every email address", () =>
    assert.deepEqual(
      ofType(world, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => [inputs.protocol, inputs.endpoint, inputs.topic]),
      [["email", "ml-platform-alerts@bank.example", outputs.alertTopicArn]],
    ));

  it("encrypts the log bucket with S3 managed keys, because S3 cannot write access logs under a customer managed key", () =>
    assert.deepEqual(
      resourceOf(
        world,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "bank-hub-logs-encryption",
      ).inputs.rules,
      [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    ));

  for (const preview of [false, true])
    it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
      const evaluated = await hub({}, preview);
      await runProgram("core");
      const { violations, ran } = await evaluateProgram(evaluated);
      assert.deepEqual(violations, []);
      for (const rule of ["kms-key-rotation", "s3-bucket-kms", "s3-public-access-block-present", "s3-tls-only"])
        assert.ok(ran.includes(rule), `${rule} evaluated no resource`);
    });

  it("retains key and bucket on destroy unless purge is true", async () => {
    const retained = (of: World) => of.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);
    assert.deepEqual(retained(world), [], "the example purges");
    assert.equal(resourceOf(world, "aws:s3/bucket:Bucket", "bank-hub-logs-bucket").inputs.forceDestroy, true);
    const kept = await hub({ "cloister-core:purge": false });
    await runProgram("core");
    assert.deepEqual(retained(kept).sort(), [
      "bank-hub-hub-key",
      "bank-hub-logs-bucket",
      "bank-hub-logs-encryption",
      "bank-hub-logs-owner",
      "bank-hub-logs-policy",
      "bank-hub-logs-private",
      "bank-hub-logs-versions",
    ]);
    assert.equal(resourceOf(kept, "aws:s3/bucket:Bucket", "bank-hub-logs-bucket").inputs.forceDestroy, false);
  });

  describe("with an audit", () => {
    const audit = { trail: { readerArns: [`arn:aws:iam::${HUB}:role/Auditors`] }, alerts: {} };
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      world = await hub({ "cloister-core:audit": audit });
      outputs = await runProgram("core");
      assertNamesAreUnique(world);
      assertNamesFit(world);
      assertTagged(world, "bank-hub", { "cloister:owner": "ml-platform@bank.example" });
    });
    const trailArn = `arn:aws:cloudtrail:${REGION}:${HUB}:trail/bank-hub-trail`;

    it("creates an encrypted and validated trail for all regions, which logs", () => {
      const { advancedEventSelectors, tags, ...inputs } = resourceOf(world, "aws:cloudtrail/trail:Trail", "bank-hub-trail").inputs;
      assert.ok(tags);
      assert.deepEqual(inputs, {
        name: "bank-hub-trail",
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        kmsKeyId: `arn:aws:kms:${REGION}:${HUB}:key/bank-hub-audit-key`,
        s3BucketName: "bank-hub-audit-bucket-0a1b2c3",
        cloudWatchLogsGroupArn: `arn:aws:logs:${REGION}:${HUB}:log-group:bank-hub-trail-events:*`,
        cloudWatchLogsRoleArn: `arn:aws:iam::${HUB}:role/bank-hub-trail-role`,
      });
      assert.equal((advancedEventSelectors as unknown[]).length, 6);
      assert.deepEqual(
        [outputs.auditTrailArn, outputs.auditBucketName, outputs.auditLogGroupName],
        [trailArn, "bank-hub-audit-bucket-0a1b2c3", "bank-hub-trail-events"],
      );
      assertMatchesContract(coreStackOutputs, outputs);
    });

    it("locks each log file for a year, in a mode that can be changed", () =>
      assert.deepEqual(
        resourceOf(world, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "bank-hub-audit-lock").inputs.rule,
        { defaultRetention: { mode: "GOVERNANCE", days: 365 } },
      ));

    it("has a role with which CloudTrail writes to one log group only", () => {
      const role = resourceOf(world, "aws:iam/role:Role", "bank-hub-trail-role");
      assert.equal(role.inputs.permissionsBoundary, `arn:aws:iam::${HUB}:policy/bank-hub-boundary`);
      assert.deepEqual(policyDocumentOf(resourceOf(world, "aws:iam/rolePolicy:RolePolicy", "bank-hub-trail-policy")).Statement, [
        {
          Sid: "WriteEvents",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `arn:aws:logs:${REGION}:${HUB}:log-group:bank-hub-trail-events:log-stream:*`,
        },
      ]);
    });

    it("counts data points in its alarms, so that code cannot stop them with other values of their metrics", () => {
      const all = ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm");
      assert.deepEqual(
        all.map(({ inputs }) => [inputs.statistic, inputs.unit]),
        all.map(() => ["SampleCount", "Count"]),
      );
    });

    it("alerts on root use, deleted keys and changed trails at the first event, and on counts above a limit", () =>
      assert.deepEqual(
        ofType(world, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name, inputs }) => [name, inputs.threshold, inputs.alarmActions]),
        Object.entries({
          "denied-account-calls": 50,
          "root-use": 0,
          "root-failures": 0,
          "key-deletion": 0,
          "trail-changes": 0,
          "monitoring-changes": 0,
          "denied-protected-changes": 0,
          "object-reads": 10_000,
          "text-reads": 1000,
          "log-reads": 500,
        }).map(([name, threshold]) => [`bank-hub-${name}`, threshold, [outputs.alertTopicArn]]),
      ));

    it("keeps the key, the bucket and its settings on destroy without purge", async () => {
      const kept = await hub({ "cloister-core:purge": false, "cloister-core:audit": audit });
      await runProgram("core");
      assert.deepEqual(
        kept.resources
          .filter(({ name, retainOnDelete }) => retainOnDelete && name.startsWith("bank-hub-audit"))
          .map(({ name }) => name)
          .sort(),
        [
          "bank-hub-audit-access-log",
          "bank-hub-audit-bucket",
          "bank-hub-audit-encryption",
          "bank-hub-audit-key",
          "bank-hub-audit-lifecycle",
          "bank-hub-audit-lock",
          "bank-hub-audit-owner",
          "bank-hub-audit-policy",
          "bank-hub-audit-private",
          "bank-hub-audit-versions",
        ],
      );
    });

    for (const preview of [false, true])
      it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
        const evaluated = await hub({ "cloister-core:audit": audit }, preview);
        await runProgram("core");
        const { violations, ran } = await evaluateProgram(evaluated);
        assert.deepEqual(violations, []);
        for (const rule of ["log-group-kms", "s3-bucket-kms", "s3-tls-only"]) assert.ok(ran.includes(rule), rule);
      });
  });

  describe("with AWS Config", () => {
    let world: World;
    before(async () => {
      world = await hub({ "cloister-core:audit": { config: {} } });
      const outputs = await runProgram("core");
      assertNamesAreUnique(world);
      assertNamesFit(world);
      assertTagged(world, "bank-hub", { "cloister:owner": "ml-platform@bank.example" });
      assert.equal(outputs.auditConfigBucketName, "bank-hub-config-bucket-0a1b2c3");
    });
    const dependenciesOf = (type: string, name: string) => resourceOf(world, type, name).dependencies.map((dependency) => dependency.name);

    it("starts the recorder after its delivery channel, and creates rules after that, so that a destroy stops the recorder first", () => {
      assert.ok(dependenciesOf("aws:cfg/deliveryChannel:DeliveryChannel", "bank-hub-channel").includes("bank-hub-recorder"));
      assert.ok(dependenciesOf("aws:cfg/deliveryChannel:DeliveryChannel", "bank-hub-channel").includes("bank-hub-config-policy"));
      assert.ok(dependenciesOf("aws:cfg/recorderStatus:RecorderStatus", "bank-hub-recording").includes("bank-hub-channel"));
      for (const { name, dependencies } of ofType(world, "aws:cfg/rule:Rule"))
        assert.ok(
          dependencies.some((dependency) => dependency.name === "bank-hub-recording"),
          name,
        );
    });

    it("records all resource types with the service-linked role of AWS Config", () =>
      assert.deepEqual(resourceOf(world, "aws:cfg/recorder:Recorder", "bank-hub-recorder").inputs, {
        name: "bank-hub-recorder",
        roleArn: `arn:aws:iam::${HUB}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
        recordingMode: { recordingFrequency: "CONTINUOUS" },
      }));

    for (const preview of [false, true])
      it(`passes all policies at strict ${preview ? "at preview" : "with all values known"}`, async () => {
        const evaluated = await hub({ "cloister-core:audit": { config: {} } }, preview);
        await runProgram("core");
        const { violations, ran } = await evaluateProgram(evaluated);
        assert.deepEqual(violations, []);
        for (const rule of ["s3-bucket-kms", "s3-tls-only", "kms-key-rotation"]) assert.ok(ran.includes(rule), rule);
      });
  });

  describe("with a network", () => {
    const network = { cidr: "10.63.0.0/20", features: ["registry", "git"], endpoints: { add: ["sts"], omit: [] } };
    let world: World;
    let outputs: Record<string, unknown>;
    before(async () => {
      world = await hub({ "cloister-core:network": network });
      outputs = await runProgram("core");
      assertNamesAreUnique(world);
      assertTagged(world, "bank-hub", { "cloister:owner": "ml-platform@bank.example" });
    });

    it("creates endpoints without private DNS in a closed VPC without workloads", () => {
      const endpoints = ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
      assert.deepEqual(
        endpoints.map(({ name, inputs }) => [
          name,
          inputs.privateDnsEnabled,
          (inputs.subnetIds as string[]).length,
          inputs.securityGroupIds,
        ]),
        ["sts", "ecr-api", "ecr-dkr", "git-codecommit"].map((name) => [`bank-hub-${name}`, false, 2, ["sg-bank-hub-endpoints"]]),
      );
      assert.deepEqual(
        ofType(world, "aws:ec2/securityGroup:SecurityGroup").map(({ name }) => name),
        ["bank-hub-endpoints"],
      );
      assert.deepEqual(
        world.resources.filter(({ type }) => /securityGroup(Ingress|Egress)Rule|:route:Route$|vpcPeering/.test(type)),
        [],
        "environments create their own",
      );
    });

    it("has an S3 gateway endpoint through which principals of the account can only read buckets of the account", () => {
      const s3 = resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "bank-hub-s3");
      const { vpcEndpointType, serviceName, routeTableIds } = s3.inputs;
      assert.deepEqual([vpcEndpointType, serviceName, routeTableIds], ["Gateway", "com.amazonaws.eu-central-1.s3", ["bank-hub-routes-id"]]);
      const [statement, ...others] = policyDocumentOf(s3).Statement;
      assert.deepEqual(statement!.Action, ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"]);
      assert.deepEqual(statement!.Condition, { StringEquals: { "aws:PrincipalAccount": [HUB], "aws:ResourceAccount": [HUB] } });
      assert.deepEqual(
        others.map(({ Action, Resource }) => [Action, Resource]),
        [[["s3:GetObject"], ["arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"]]],
      );
    });

    it("has a hosted zone for each DNS name, with records for the name, its subdomains, or both", () => {
      const records = ofType(world, "aws:route53/record:Record").map(({ inputs }) => [inputs.zoneId, inputs.name]);
      assert.deepEqual(records, [
        ["Z-bank-hub-sts.eu-central-1.amazonaws.com", "sts.eu-central-1.amazonaws.com"],
        ["Z-bank-hub-api.ecr.eu-central-1.amazonaws.com", "api.ecr.eu-central-1.amazonaws.com"],
        ["Z-bank-hub-dkr.ecr.eu-central-1.amazonaws.com", "dkr.ecr.eu-central-1.amazonaws.com"],
        ["Z-bank-hub-dkr.ecr.eu-central-1.amazonaws.com", "*.dkr.ecr.eu-central-1.amazonaws.com"],
        ["Z-bank-hub-git-codecommit.eu-central-1.amazonaws.com", "git-codecommit.eu-central-1.amazonaws.com"],
      ]);
      const { aliases } = resourceOf(world, "aws:route53/record:Record", "bank-hub-sts.eu-central-1.amazonaws.com").inputs;
      assert.deepEqual(aliases, [{ name: "bank-hub-sts.vpce.example", zoneId: "Z0", evaluateTargetHealth: false }]);
    });

    it("exports all values that an environment needs to use the endpoints", () => {
      assertMatchesContract(coreStackOutputs, outputs);
      assert.deepEqual(
        [outputs.centralVpcId, outputs.centralCidr, outputs.centralRouteTableIds, outputs.centralSecurityGroupId, outputs.centralEndpoints],
        [
          "vpc-bank-hub-vpc",
          "10.63.0.0/20",
          // All Availability Zones share one route table, so that environments need no new route for a new zone.
          ["bank-hub-routes-id"],
          "sg-bank-hub-endpoints",
          ["sts", "ecr-api", "ecr-dkr", "git-codecommit"],
        ],
      );
      assert.deepEqual((outputs.centralZoneIds as Record<string, unknown>)["sts.eu-central-1.amazonaws.com"], {
        zoneId: "Z-bank-hub-sts.eu-central-1.amazonaws.com",
      });
    });

    for (const preview of [false, true])
      it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
        const evaluated = await hub({ "cloister-core:network": network }, preview);
        await runProgram("core");
        const { violations, ran } = await evaluateProgram(evaluated);
        assert.deepEqual(violations, []);
        for (const rule of ["network-reachability", "network-dns-firewall", "network-default-sg-closed"])
          assert.ok(ran.includes(rule), rule);
      });

    it("reports all problems at once and creates no resources", async () => {
      const empty = await hub({
        "cloister-core:network": { zones: 4, features: ["git"], endpoints: { omit: ["codecommit"], add: ["codecommit"] } },
      });
      await assert.rejects(runProgram("core"), (error: Error) => {
        for (const part of [
          /'cloister-core:network\.zones' must be at most 3, .* \(got 4\)/,
          /'cloister-core:network\.endpoints\.omit' must not contain 'codecommit', which endpoints\.add also contains/,
        ])
          assert.match(error.message, part);
        return true;
      });
      assert.deepEqual(empty.resources, []);
    });
  });

  it("calls no functions and creates no resources with invalid settings", async () => {
    const empty = await hub({ "cloister-core:ownr": "x", "cloister-core:keyDeletionDays": 3 });
    await assert.rejects(
      async () => runProgram("core"),
      (error: Error) => {
        assert.match(error.message, /^Cannot deploy stack 'bank-hub' \(cloister-core\)\. No resources were created\. Fix these settings:/);
        assert.match(error.message, /'cloister-core:ownr' is not a setting\. Did you mean 'owner'\?/);
        assert.match(error.message, /'cloister-core:keyDeletionDays' must be an integer from 7 to 30 \(got 3\)\./);
        return true;
      },
    );
    assert.deepEqual(empty, { resources: [], calls: [] });
  });

  for (const [stack, why] of [
    ["Bank_Hub", "capitals and underscores"],
    ["2nd-hub", "a digit first"],
    ["bank--hub", "two dashes"],
    [`h${"u".repeat(40)}`, "41 characters"],
  ] as const)
    it(`rejects a stack name with ${why}`, async () => {
      const empty = await useMocks({ project: "cloister-core", stack, config: example });
      await assert.rejects(
        async () => runProgram("core"),
        (error: Error) => {
          assert.match(error.message, /^Cannot deploy stack '.*' \(cloister-core\)\. No resources were created\./);
          assert.ok(error.message.includes(`Stack name '${stack}' must be`));
          assert.match(error.message, /pulumi --cwd core stack rename --stack \S+ <name>/);
          return true;
        },
      );
      assert.deepEqual(empty.resources, []);
    });

  it("accepts the longest valid stack name", async () => {
    const stack = `h${"u".repeat(39)}`;
    const made = await useMocks({ project: "cloister-core", stack, config: { ...example, "cloister-core:confirmPurge": stack } });
    await runProgram("core");
    assertNamesFit(made);
  });
});

describe("core program with the portfolio of environments", () => {
  const principal = `arn:aws:iam::${HUB}:role/bank/Leads`;
  const catalog = {
    leads: [principal, "arn:aws:iam:::role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Leads_*"],
    sharing: {
      accounts: ["999900001111"],
      organizationalUnits: ["arn:aws:organizations::999900001111:ou/o-exampleorgid/ou-ab12-11111111"],
    },
    tagOptions: { "cost-center": ["4711"] },
    budgetUsd: 5000,
    engine: {
      subnetIds: [subnetIds[0]],
      securityGroupIds: ["sg-0123456789abcdef0"],
      image: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/runner@sha256:${"0a".repeat(32)}`,
    },
  };
  let world: World;
  before(async () => {
    world = await useMocks({
      project: "cloister-core",
      stack: "bank-hub",
      config: { ...example, "cloister-core:catalog": catalog },
      answers: lookups,
    });
    await runProgram("core");
  });
  const resource = (type: string, name: string) => resourceOf(world, `aws:${type}`, `bank-hub-catalog-${name}`).inputs;

  it("passes every guardrail", async () => assert.deepEqual((await evaluateProgram(world)).violations, []));

  it("gives all resources of one type different names", () => assertNamesAreUnique(world));

  it("launches the product with the launch role of the account of the user", () => {
    const { type, parameters } = resource("servicecatalog/constraint:Constraint", "environment-launch");
    assert.deepEqual([type, JSON.parse(String(parameters))], ["LAUNCH", { LocalRoleName: "bank-hub-environment-launch" }]);
  });

  it("has a product for an external engine, whose first version creates nothing", () => {
    const { type, provisioningArtifactParameters } = resource("servicecatalog/product:Product", "environment");
    const { templateUrl, ...first } = provisioningArtifactParameters as Record<string, unknown>;
    assert.deepEqual([type, first.type, first.name], ["EXTERNAL", "EXTERNAL", "first"]);
    assert.match(
      String(templateUrl),
      /^https:\/\/bank-hub-engine-artifacts-bucket-0a1b2c3\.s3\.eu-central-1\.amazonaws\.com\/versions\/[0-9a-f]{64}\.tar\.gz$/,
    );
    const { tags, contentBase64 } = resource("s3/bucketObjectv2:BucketObjectv2", "first-version");
    assert.equal((tags as Record<string, string>)["servicecatalog:provisioning"], "true");
    assert.deepEqual(readArchive(Buffer.from(String(contentBase64), "base64")).artifact.settings, {});
  });

  it("has a policy with a fixed name for leads, which launches only the product", () => {
    const policy = resourceOf(world, "aws:iam/policy:Policy", "bank-hub-environment-lead");
    assert.equal(policy.inputs.name, "bank-hub-environment-lead");
    const { Action, Resource } = policyDocumentOf(policy).Statement.find(({ Sid }) => Sid === "LaunchProducts")!;
    assert.ok((Action as string[]).includes("servicecatalog:ProvisionProduct"));
    assert.deepEqual(Resource, [resourceOf(world, "aws:servicecatalog/product:Product", "bank-hub-catalog-environment").outputs.arn]);
  });

  it("shares IAM patterns only with organizational units", () => {
    const shares = ofType(world, "aws:servicecatalog/portfolioShare:PortfolioShare").map(({ inputs }) => [
      inputs.type,
      inputs.sharePrincipals,
    ]);
    assert.deepEqual(shares, [
      ["ACCOUNT", undefined],
      ["ORGANIZATIONAL_UNIT", true],
    ]);
  });

  it("limits the budget to the environments of the product", () => {
    const { costFilters } = resource("budgets/budget:Budget", "budget");
    assert.deepEqual(costFilters, [{ name: "TagKeyValue", values: ["user:cloister:catalog-product$prod-bank-hub-catalog-environment"] }]);
  });
});
