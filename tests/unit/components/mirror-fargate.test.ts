// Validates the settings of the mirror's servers, and creates them under mocks.
// Does not prove that AWS accepts the inputs, or that tasks start.
import assert from "node:assert/strict";
import { fargateProblems, mirrorIndexUrlOf, withTaskEndpoints } from "@cloister/components/mirror/fargate/plan";
import { FargateFront } from "@cloister/components/mirror/fargate/front";
import { type FargateSettings, fargateSettings } from "@cloister/components/mirror/fargate/settings";
import { containerOf, executionPermissions, taskPermissions, taskTrust } from "@cloister/components/mirror/fargate/task";
import { HUB, REGION, type Registered, settle, useMocks, waitForRegistrations, type World } from "../../helpers/mocks";
import { evaluateProgram } from "../../programs/violations";
import { trustAllows } from "@cloister/components/aws/trust-evaluation";

const context = { accountId: HUB, region: REGION, partition: "aws" };
const digest = `sha256:${"0a".repeat(32)}`;
const image = `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister-mirror@${digest}`;
const certificateArn = `arn:aws:acm:${REGION}:${HUB}:certificate/0b1c2d3e-0000-4000-8000-000000000000`;
const required = { image, certificateArn, host: "pypi.bank.example" };
const settingsOf = (values: object): FargateSettings => fargateSettings().parse({ ...required, ...values })!;
const problems = (values: object | undefined, network: { zones: number; zoneIds?: string[] } | undefined = { zones: 2 }) =>
  fargateProblems({
    context,
    settings: values && settingsOf(values),
    network,
    path: "cloister-core:mirror.fargate",
    networkPath: "cloister-core:network",
  }).map(({ setting, text }) => `'${setting}' ${text}`);

describe("settings of the mirror's servers", () => {
  it("are complete with an image, a certificate and its name", () => assert.deepEqual(problems({}), []));
  for (const key of Object.keys(required))
    it(`require ${key}`, () => assert.ok(!fargateSettings().safeParse({ ...required, [key]: undefined }).success));

  const otherRegion = (text: string) => text.replaceAll(REGION, "eu-west-1");
  const rejected: [
    it: string,
    values: object | undefined,
    setting: string,
    text: RegExp,
    network?: { zones: number; zoneIds?: string[] },
  ][] = [
    [
      "a certificate of another region",
      { certificateArn: otherRegion(certificateArn) },
      "mirror.fargate.certificateArn",
      /must be in region eu-central-1/,
    ],
    ["an image of another region", { image: otherRegion(image) }, "mirror.fargate.image", /must be in region eu-central-1/],
    ["no settings", undefined, "mirror.fargate", /is required with the front fargate.*Fix: pulumi config set/],
    ["one zone", {}, "network.zones", /must be at least 2 zones.*got 1.*Fix: pulumi config set/, { zones: 1 }],
    ["one zone by ID", {}, "network.zoneIds", /must be at least 2 zones.*got 1/, { zones: 2, zoneIds: ["euc1-az1"] }],
  ];
  for (const [it_, values, setting, text, network] of rejected)
    it(`reject ${it_}`, () => {
      const [problem, ...more] = problems(values, network);
      assert.deepEqual(more, []);
      assert.match(problem!, new RegExp(`^'cloister-core:${setting.replaceAll(".", "\\.")}' `));
      assert.match(problem!, text);
    });
  it("reject a core stack without a network", () => {
    const found = fargateProblems({ context, settings: settingsOf({}), network: undefined, path: "p:m", networkPath: "p:network" });
    assert.match(found[0]!.text, /is required with the front fargate, whose tasks run in the VPC/);
  });
  for (const values of [{ image: image.replace(`@${digest}`, ":latest") }, { tasks: 1 }, { host: "*.bank.example" }, { accounts: ["1"] }])
    it(`reject ${JSON.stringify(values)}`, () => assert.ok(!fargateSettings().safeParse({ ...required, ...values }).success));

  it("add the endpoints of tasks to the shared endpoints, once", () => {
    const network = { zones: 2, features: ["studio"], endpoints: { add: ["logs", "kms"], omit: [] } };
    const { features, endpoints } = withTaskEndpoints<typeof network, string, string>(network);
    assert.deepEqual(
      [features, endpoints.add],
      [
        ["studio", "registry"],
        ["logs", "kms"],
      ],
    );
  });
  it("give the URL of the index", () => assert.equal(mirrorIndexUrlOf(settingsOf({})), "https://pypi.bank.example/simple/"));
});

describe("tasks of the mirror", () => {
  it("can only read the bucket", () =>
    assert.deepEqual(
      taskPermissions(context, "packages").map(({ statement: { Effect, Action, Resource } }) => [Effect, Action, Resource]),
      [
        ["Allow", "s3:GetObject", ["arn:aws:s3:::packages/simple/*", "arn:aws:s3:::packages/files/*"]],
        ["Allow", "s3:ListBucket", "arn:aws:s3:::packages"],
      ],
    ));
  it("are started with permissions on their repository and log group", () =>
    assert.deepEqual(
      executionPermissions(context, image, "arn:aws:logs:eu-central-1:111122223333:log-group:x").map(({ statement }) => statement.Resource),
      ["*", `arn:aws:ecr:${REGION}:${HUB}:repository/cloister-mirror`, "arn:aws:logs:eu-central-1:111122223333:log-group:x:*"],
    ));
  it("have roles that only ECS assumes, for this account", () => {
    const call = (service: string, accountId: string) =>
      trustAllows(taskTrust(context), { service, accountId, arn: `arn:aws:ecs:${REGION}:${accountId}:task/x` });
    assert.ok(call("ecs-tasks.amazonaws.com", HUB));
    assert.ok(!call("ecs-tasks.amazonaws.com", "999900001111"));
    assert.ok(!call("ec2.amazonaws.com", HUB));
  });
  it("run as another user than root, without capabilities and without a writable disk", () => {
    const { user, readonlyRootFilesystem, privileged, linuxParameters, logConfiguration } = containerOf(context, image, "b", "g");
    assert.deepEqual([user, readonlyRootFilesystem, privileged], ["1000:1000", true, false]);
    assert.deepEqual(linuxParameters.capabilities, { drop: ["ALL"] });
    assert.equal(logConfiguration.options["awslogs-group"], "g");
  });
});

describe("servers of the mirror", () => {
  let world: World;
  let serviceName: string;
  const create = async (values: object) => {
    world = await useMocks({ project: "it", stack: "hub", config: {} });
    const front = new FargateFront("hub-mirror", {
      context,
      hub: "hub",
      settings: settingsOf(values),
      bucketName: "packages",
      vpcId: "vpc-1",
      subnetIds: ["subnet-a", "subnet-b"],
      endpointSecurityGroupId: "sg-endpoints",
      s3PrefixListId: "pl-s3",
      logKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/logs",
      alertTopicArn: "arn:aws:sns:eu-central-1:111122223333:alerts",
      permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/boundary",
    });
    serviceName = String(await settle(front.serviceName));
    await waitForRegistrations();
  };
  const resource = (type: string, name?: string): Registered =>
    world.resources.find((found) => found.type === type && (!name || found.name === name)) ?? assert.fail(`no ${type} ${name ?? ""}`);
  const inputs = (type: string, name?: string) => resource(type, name).inputs;

  before(() => create({}));

  it("run in two zones without a public address, and a failed deployment is rolled back", () => {
    const { desiredCount, networkConfiguration, deploymentCircuitBreaker, waitForSteadyState, enableExecuteCommand } =
      inputs("aws:ecs/service:Service");
    assert.deepEqual(
      { desiredCount, networkConfiguration, deploymentCircuitBreaker, waitForSteadyState, enableExecuteCommand },
      {
        desiredCount: 2,
        networkConfiguration: {
          subnets: ["subnet-a", "subnet-b"],
          securityGroups: [resource("aws:ec2/securityGroup:SecurityGroup", "hub-mirror-tasks").outputs.id],
          assignPublicIp: false,
        },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        waitForSteadyState: true,
        enableExecuteCommand: false,
      },
    );
  });
  it("have the architecture and the image of the settings", () => {
    const { runtimePlatform, containerDefinitions, requiresCompatibilities } = inputs("aws:ecs/taskDefinition:TaskDefinition");
    assert.deepEqual(runtimePlatform, { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" });
    assert.deepEqual(requiresCompatibilities, ["FARGATE"]);
    const [container] = JSON.parse(String(containerDefinitions)) as { image: string; environment: { name: string; value: string }[] }[];
    assert.equal(container!.image, image);
    assert.equal(container!.environment.find(({ name }) => name === "MIRROR_BUCKET")?.value, "packages");
  });
  it("are behind an internal load balancer that only the endpoint service reaches", () => {
    const { internal, loadBalancerType, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic, namePrefix, name } =
      inputs("aws:lb/loadBalancer:LoadBalancer");
    assert.deepEqual(
      [internal, loadBalancerType, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic, namePrefix, name],
      [true, "network", "off", "mirror", undefined],
    );
    const group = resource("aws:ec2/securityGroup:SecurityGroup", "hub-mirror-balancer").outputs.id;
    const inbound = world.resources.filter(({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.ok(inbound.length > 0);
    assert.ok(inbound.every(({ inputs: rule }) => rule.securityGroupId !== group));
  });
  it("accept connections of the listed accounts only", async () => {
    const service = "aws:ec2/vpcEndpointService:VpcEndpointService";
    assert.deepEqual(inputs(service).allowedPrincipals, [`arn:aws:iam::${HUB}:root`]);
    assert.equal(serviceName, resource(service).outputs.serviceName);
    await create({ accounts: ["999900001111", HUB] });
    assert.deepEqual(inputs(service).allowedPrincipals, [`arn:aws:iam::${HUB}:root`, "arn:aws:iam::999900001111:root"]);
  });
  it("have a health check that reads the bucket", () => {
    const { path, protocol } = inputs("aws:lb/targetGroup:TargetGroup").healthCheck as Record<string, unknown>;
    assert.deepEqual([path, protocol], ["/-/ready", "HTTP"]);
  });
  it("answer HTTPS with the certificate", () => {
    const { port, protocol, certificateArn: certificate } = inputs("aws:lb/listener:Listener");
    assert.deepEqual([port, protocol, certificate], [443, "TLS", certificateArn]);
  });
  it("connect to the endpoints and S3 only", () => {
    const tasks = resource("aws:ec2/securityGroup:SecurityGroup", "hub-mirror-tasks").outputs.id;
    const out = world.resources
      .filter(
        ({ type, inputs: rule }) => type === "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule" && rule.securityGroupId === tasks,
      )
      .map(({ inputs: rule }) => [rule.fromPort, rule.referencedSecurityGroupId ?? rule.prefixListId]);
    assert.deepEqual(out, [
      [443, "sg-endpoints"],
      [443, "pl-s3"],
    ]);
  });
  it("report to the alert topic when no task answers", () => {
    const { alarmActions, treatMissingData, metricName, threshold } = inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "hub-mirror-down");
    assert.deepEqual(
      [alarmActions, treatMissingData, metricName, threshold],
      [["arn:aws:sns:eu-central-1:111122223333:alerts"], "breaching", "HealthyHostCount", 1],
    );
  });
  it("report to the alert topic when they reject many requests", () => {
    const { pattern, metricTransformation } = inputs("aws:cloudwatch/logMetricFilter:LogMetricFilter", "hub-mirror-busy-requests");
    const alarm = inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "hub-mirror-busy");
    assert.equal(pattern, "{ $.status = 503 }");
    assert.deepEqual(
      [alarm.namespace, alarm.metricName, alarm.statistic, alarm.threshold, alarm.alarmActions],
      [
        (metricTransformation as { namespace: string }).namespace,
        (metricTransformation as { name: string }).name,
        "SampleCount",
        50,
        ["arn:aws:sns:eu-central-1:111122223333:alerts"],
      ],
    );
  });
  it("encrypt and retain their log", () => {
    const { kmsKeyId, retentionInDays } = inputs("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual([kmsKeyId, retentionInDays], ["arn:aws:kms:eu-central-1:111122223333:key/logs", 365]);
  });
  it("pass the policy pack", async () => {
    const { violations } = await evaluateProgram(world);
    // Only a core program has the endpoint that owns the prefix list.
    assert.deepEqual(
      violations.filter((text) => !text.includes("prefix list pl-s3")),
      [],
    );
  });
});
