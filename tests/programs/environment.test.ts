// Runs the example environment under mocks. Does not prove that AWS accepts the inputs: tests/engine does.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { environmentOutputs } from "@cloister/environment/outputs";
import { deployer, HUB, type MockOptions, REGION, runProgram, type World } from "../helpers/mocks";
import { boundary, coreStackOutputs, example, exampleEnvironment as environment } from "./example-environment";
import { evaluateProgram } from "./violations";
import {
  assertPermissionsBoundaries,
  assertMatchesContract,
  assertNamesAreUnique,
  assertNamesFit,
  assertRulesReferToGroups,
  assertTagged,
  policyDocumentOf,
  ofType,
  resourceOf,
  resourceTree,
} from "./world";
import { recordNotes } from "../helpers/recording";

recordNotes(__filename);

const roleArn = (path: string) => `arn:aws:iam::${HUB}:role/cloister/${REGION}/fraud-dev/${path}`;

/** A lookup that finds every role. */
const anyRole: MockOptions["answers"] = {
  getRole: ({ name }) => ({ arn: name === "Deployer" ? deployer(HUB) : `arn:aws:iam::${HUB}:role/${String(name)}` }),
};

describe("environment program", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await environment();
    outputs = await runProgram("environment");
  });

  it("creates exactly the expected resources", () =>
    assert.equal(
      resourceTree(world),
      `
cloister:program:Environment fraud-dev
  cloister:identity:EnvironmentBoundary fraud-dev
    aws:iam/policy:Policy fraud-dev-boundary
  cloister:identity:People fraud-dev
    aws:iam/role:Role fraud-dev-data-scientist
    aws:iam/role:Role fraud-dev-lifecycle
    aws:iam/role:Role fraud-dev-team-administrator
    aws:iam/rolePolicy:RolePolicy fraud-dev-data-scientist-policy
    aws:iam/rolePolicy:RolePolicy fraud-dev-lifecycle-policy
    aws:iam/rolePolicy:RolePolicy fraud-dev-team-administrator-policy
  cloister:identity:WorkRoles fraud-dev
    aws:iam/policy:Policy fraud-dev-features
    aws:iam/policy:Policy fraud-dev-work
    aws:iam/role:Role fraud-dev-execution
    aws:iam/role:Role fraud-dev-model
    aws:iam/role:Role fraud-dev-notebook-ledger
    aws:iam/role:Role fraud-dev-pipeline
    aws:iam/rolePolicy:RolePolicy fraud-dev-execution-policy
    aws:iam/rolePolicy:RolePolicy fraud-dev-model-policy
    aws:iam/rolePolicy:RolePolicy fraud-dev-notebook-ledger-policy
    aws:iam/rolePolicy:RolePolicy fraud-dev-pipeline-policy
    aws:iam/rolePolicyAttachment:RolePolicyAttachment fraud-dev-execution-features
    aws:iam/rolePolicyAttachment:RolePolicyAttachment fraud-dev-execution-work
    aws:iam/rolePolicyAttachment:RolePolicyAttachment fraud-dev-notebook-ledger-features
    aws:iam/rolePolicyAttachment:RolePolicyAttachment fraud-dev-notebook-ledger-work
  cloister:keys:CustomerKey fraud-dev-data
    aws:kms/alias:Alias fraud-dev-data-alias
    aws:kms/key:Key fraud-dev-data-key
  cloister:keys:CustomerKey fraud-dev-logs
    aws:kms/alias:Alias fraud-dev-logs-alias
    aws:kms/key:Key fraud-dev-logs-key
  cloister:keys:CustomerKey fraud-dev-volumes
    aws:kms/alias:Alias fraud-dev-volumes-alias
    aws:kms/key:Key fraud-dev-volumes-key
  cloister:monitoring:Monitoring fraud-dev
    aws:budgets/budget:Budget fraud-dev-budget
    aws:cloudwatch/dashboard:Dashboard fraud-dev-dashboard
    aws:cloudwatch/eventRule:EventRule fraud-dev-app-calls-rule
    aws:cloudwatch/eventRule:EventRule fraud-dev-denied-calls-rule
    aws:cloudwatch/eventTarget:EventTarget fraud-dev-app-calls-target
    aws:cloudwatch/eventTarget:EventTarget fraud-dev-denied-calls-target
    aws:cloudwatch/logGroup:LogGroup fraud-dev-app-calls
    aws:cloudwatch/logGroup:LogGroup fraud-dev-denied-calls
    aws:cloudwatch/logMetricFilter:LogMetricFilter fraud-dev-app-calls-deleted
    aws:cloudwatch/logMetricFilter:LogMetricFilter fraud-dev-app-calls-started
    aws:cloudwatch/logMetricFilter:LogMetricFilter fraud-dev-denied-calls-changes
    aws:cloudwatch/logMetricFilter:LogMetricFilter fraud-dev-denied-calls-reads
    aws:cloudwatch/logResourcePolicy:LogResourcePolicy fraud-dev-events
    aws:cloudwatch/metricAlarm:MetricAlarm fraud-dev-denied-calls-lost
    aws:cloudwatch/metricAlarm:MetricAlarm fraud-dev-denied-changes
    aws:resourcegroups/group:Group fraud-dev-resources
  cloister:network:ClosedVpc fraud-dev
    aws:cloudwatch/logGroup:LogGroup fraud-dev-dns-queries
    aws:cloudwatch/logGroup:LogGroup fraud-dev-flow-logs
    aws:ec2/defaultNetworkAcl:DefaultNetworkAcl fraud-dev-default-acl
    aws:ec2/defaultSecurityGroup:DefaultSecurityGroup fraud-dev-default-group
    aws:ec2/flowLog:FlowLog fraud-dev-flow-log
    aws:ec2/networkAcl:NetworkAcl fraud-dev-acl
    aws:ec2/routeTable:RouteTable fraud-dev-routes-eu-central-1a
    aws:ec2/routeTable:RouteTable fraud-dev-routes-eu-central-1b
    aws:ec2/routeTableAssociation:RouteTableAssociation fraud-dev-routes-of-eu-central-1a
    aws:ec2/routeTableAssociation:RouteTableAssociation fraud-dev-routes-of-eu-central-1b
    aws:ec2/securityGroup:SecurityGroup fraud-dev-endpoints
    aws:ec2/securityGroup:SecurityGroup fraud-dev-workload
    aws:ec2/subnet:Subnet fraud-dev-subnet-eu-central-1a
    aws:ec2/subnet:Subnet fraud-dev-subnet-eu-central-1b
    aws:ec2/vpc:Vpc fraud-dev-vpc
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-git-codecommit
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-logs
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-s3
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-sagemaker-api
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-sagemaker-notebook
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-sagemaker-runtime
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-sagemaker-studio
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-ssm
    aws:ec2/vpcEndpoint:VpcEndpoint fraud-dev-sts
    aws:iam/role:Role fraud-dev-flow-logs-role
    aws:iam/rolePolicy:RolePolicy fraud-dev-flow-logs-policy
    aws:route53/resolverFirewallConfig:ResolverFirewallConfig fraud-dev-dns-closed
    aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList fraud-dev-dns-allowed
    aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList fraud-dev-dns-rest
    aws:route53/resolverFirewallRule:ResolverFirewallRule fraud-dev-dns-allowed
    aws:route53/resolverFirewallRule:ResolverFirewallRule fraud-dev-dns-rest
    aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup fraud-dev-dns
    aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation fraud-dev-dns
    aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig fraud-dev-dns-queries
    aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation fraud-dev-dns-queries
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule fraud-dev-workload-self-out
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule fraud-dev-workload-to-endpoints-out
    aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule fraud-dev-workload-to-s3
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule fraud-dev-workload-self-in
    aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule fraud-dev-workload-to-endpoints-in
  cloister:registry:PublishedValues fraud-dev
    aws:ssm/parameter:Parameter fraud-dev-allow-list
    aws:ssm/parameter:Parameter fraud-dev-data-bucket-name
    aws:ssm/parameter:Parameter fraud-dev-data-key-arn
    aws:ssm/parameter:Parameter fraud-dev-domain-id
    aws:ssm/parameter:Parameter fraud-dev-execution-role-arn
    aws:ssm/parameter:Parameter fraud-dev-model-bucket-name
    aws:ssm/parameter:Parameter fraud-dev-model-role-arn
    aws:ssm/parameter:Parameter fraud-dev-pipeline-role-arn
    aws:ssm/parameter:Parameter fraud-dev-s3-endpoint-id
    aws:ssm/parameter:Parameter fraud-dev-subnet-ids
    aws:ssm/parameter:Parameter fraud-dev-volume-key-arn
    aws:ssm/parameter:Parameter fraud-dev-vpc-id
    aws:ssm/parameter:Parameter fraud-dev-workload-security-group-id
  cloister:storage:DataBucket fraud-dev-data
    aws:s3/bucket:Bucket fraud-dev-data-bucket
    aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration fraud-dev-data-lifecycle
    aws:s3/bucketLogging:BucketLogging fraud-dev-data-access-log
    aws:s3/bucketOwnershipControls:BucketOwnershipControls fraud-dev-data-owner
    aws:s3/bucketPolicy:BucketPolicy fraud-dev-data-policy
    aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock fraud-dev-data-private
    aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration fraud-dev-data-encryption
    aws:s3/bucketVersioning:BucketVersioning fraud-dev-data-versions
  cloister:storage:DataBucket fraud-dev-models
    aws:s3/bucket:Bucket fraud-dev-models-bucket
    aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration fraud-dev-models-lifecycle
    aws:s3/bucketLogging:BucketLogging fraud-dev-models-access-log
    aws:s3/bucketOwnershipControls:BucketOwnershipControls fraud-dev-models-owner
    aws:s3/bucketPolicy:BucketPolicy fraud-dev-models-policy
    aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock fraud-dev-models-private
    aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration fraud-dev-models-encryption
    aws:s3/bucketVersioning:BucketVersioning fraud-dev-models-versions
  cloister:studio:Notebooks fraud-dev
    aws:sagemaker/notebookInstance:NotebookInstance fraud-dev-notebook-ledger
    aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration fraud-dev-start-ledger
  cloister:studio:Studio fraud-dev
    aws:sagemaker/domain:Domain fraud-dev-domain
    aws:sagemaker/servicecatalogPortfolioStatus:ServicecatalogPortfolioStatus fraud-dev-projects
    aws:sagemaker/space:Space fraud-dev-space-scorecards
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-members-start-codeeditor
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-members-start-jupyterlab
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-start-codeeditor
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-start-codeeditor-ana-horvat
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-start-jupyterlab
    aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig fraud-dev-start-jupyterlab-ana-horvat
    aws:sagemaker/userProfile:UserProfile fraud-dev-profile-ana-horvat
    pulumi:index:Stash fraud-dev-members-start
    pulumi:index:Stash fraud-dev-space-scorecards-initial
    pulumi:index:Stash fraud-dev-start-ana-horvat
`.trim(),
    ));

  it("gives all resources of one type different names", () => assertNamesAreUnique(world));

  it("exports the outputs of its contract", () => {
    assertMatchesContract(environmentOutputs, outputs);
    // tests/unit/components/studio-changes.test.ts tests all of it.
    const { sharedSpaceDefaults, ...others } = outputs;
    assert.equal((JSON.parse(String(sharedSpaceDefaults)) as { ExecutionRole: string }).ExecutionRole, others.executionRoleArn);
    assert.deepEqual(others, {
      environment: "fraud-dev",
      team: "fraud",
      accountId: HUB,
      region: REGION,
      vpcId: "vpc-fraud-dev-vpc",
      vpcCidrs: ["10.64.0.0/20"],
      centralCidr: "",
      subnetIds: ["subnet-fraud-dev-subnet-eu-central-1a", "subnet-fraud-dev-subnet-eu-central-1b"],
      workloadSecurityGroupId: "sg-fraud-dev-workload",
      endpointSecurityGroupId: "sg-fraud-dev-endpoints",
      s3EndpointId: "vpce-fraud-dev-s3",
      volumeKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/fraud-dev-volumes-key`,
      dataKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/fraud-dev-data-key`,
      dataBucketName: "fraud-dev-data-bucket-0a1b2c3",
      modelBucketName: "fraud-dev-models-bucket-0a1b2c3",
      logKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/fraud-dev-logs-key`,
      environmentBoundaryArn: `arn:aws:iam::${HUB}:policy/fraud-dev-boundary`,
      executionRoleArn: roleArn("work/fraud-dev-execution"),
      personRoleArns: {},
      products: {},
      pipelineRoleArn: roleArn("work/fraud-dev-pipeline"),
      modelRoleArn: roleArn("work/fraud-dev-model"),
      people: Object.fromEntries(
        ["team-administrator", "data-scientist", "lifecycle"].map((role) => [
          role,
          {
            arn: `arn:aws:iam::${HUB}:role/cloister/euc1/fraud-dev-${role}`,
            name: `fraud-dev-${role}`,
            switchRoleUrl: `https://signin.aws.amazon.com/switchrole?account=${HUB}&roleName=cloister%2Feuc1%2Ffraud-dev-${role}&displayName=fraud-dev+${role}`,
          },
        ]),
      ),
      notebooks: {
        ledger: {
          roleArn: roleArn("work/fraud-dev-notebook-ledger"),
          openCommand: `aws sagemaker create-presigned-notebook-instance-url --region ${REGION} --notebook-instance-name fraud-dev-ledger --query AuthorizedUrl --output text`,
        },
      },
      resourceGroupArn: `arn:aws:mock:${REGION}:${HUB}:fraud-dev-resources`,
      dashboardUrl: `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/cloister-fraud-dev-${REGION}`,
      domainId: "d-fraud-dev-domain",
      studioUrl: `https://d-fraud-dev-domain.studio.${REGION}.sagemaker.aws`,
      openStudioCommand: `aws sagemaker create-presigned-domain-url --region ${REGION} --domain-id d-fraud-dev-domain --user-profile-name <profile> --query AuthorizedUrl --output text`,
      parameterPath: "/cloister/fraud-dev",
    });
  });

  it("tags all taggable resources with environment, team, stage, owner and the custom tags", () => {
    assertTagged(world, "fraud-dev", {
      "cloister:environment": "fraud-dev",
      "cloister:team": "fraud",
      "cloister:stage": "dev",
      "cloister:owner": "fraud-analytics@bank.example",
      "cost-center": "4712",
      "data-class": "confidential",
    });
    assert.equal((resourceOf(world, "aws:ec2/vpc:Vpc", "fraud-dev-vpc").inputs.tags as Record<string, string>).Name, "fraud-dev-vpc");
  });

  describe("network", () => {
    it("divides the CIDR range into quarters, with one subnet per Availability Zone and no public addresses", () => {
      assert.equal(resourceOf(world, "aws:ec2/vpc:Vpc", "fraud-dev-vpc").inputs.cidrBlock, "10.64.0.0/20");
      assert.deepEqual(
        ofType(world, "aws:ec2/subnet:Subnet").map(({ inputs }) => [
          inputs.availabilityZone,
          inputs.cidrBlock,
          inputs.vpcId,
          inputs.mapPublicIpOnLaunch,
        ]),
        [
          ["eu-central-1a", "10.64.0.0/22", outputs.vpcId, undefined],
          ["eu-central-1b", "10.64.4.0/22", outputs.vpcId, undefined],
        ],
      );
    });

    it("has route tables without routes", () => {
      for (const { name, inputs } of ofType(world, "aws:ec2/routeTable:RouteTable")) assert.equal(inputs.routes, undefined, name);
      assert.deepEqual(ofType(world, "aws:ec2/route:Route"), []);
    });

    it("has only security group rules that refer to security groups, not to addresses", () => assertRulesReferToGroups(world));

    it("allows workloads to connect to endpoints, S3 and each other, and allows ingress only from workloads", () => {
      const rules = world.resources
        .filter(({ type }) => type.startsWith("aws:vpc/securityGroup"))
        .map(({ type, inputs }) => {
          const other = inputs.referencedSecurityGroupId ?? inputs.prefixListId;
          const direction = type.includes("Egress") ? "to" : "from";
          const ports = inputs.ipProtocol === "-1" ? "all" : `${String(inputs.fromPort)}-${String(inputs.toPort)}`;
          return `${String(inputs.securityGroupId)} ${direction} ${String(other)} ${ports}`;
        });
      assert.deepEqual(rules.sort(), [
        "sg-fraud-dev-endpoints from sg-fraud-dev-workload 443-443",
        "sg-fraud-dev-workload from sg-fraud-dev-workload all",
        "sg-fraud-dev-workload to pl-fraud-dev-s3 443-443",
        "sg-fraud-dev-workload to sg-fraud-dev-endpoints 443-443",
        "sg-fraud-dev-workload to sg-fraud-dev-workload all",
      ]);
    });

    it("removes the rules of the default security group", () => {
      const { inputs } = resourceOf(world, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "fraud-dev-default-group");
      assert.deepEqual([inputs.vpcId, inputs.ingress, inputs.egress], [outputs.vpcId, undefined, undefined]);
    });

    it("creates every interface endpoint in all subnets, with the endpoint security group, only for principals of this account", () => {
      const endpoints = ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
      assert.equal(endpoints.length, 8);
      for (const endpoint of endpoints) {
        const { privateDnsEnabled, subnetIds, securityGroupIds } = endpoint.inputs;
        assert.deepEqual(
          { privateDnsEnabled, subnetIds, securityGroupIds },
          { privateDnsEnabled: true, subnetIds: outputs.subnetIds, securityGroupIds: [outputs.endpointSecurityGroupId] },
          endpoint.name,
        );
        assert.deepEqual(
          policyDocumentOf(endpoint).Statement[0]?.Condition,
          { StringEquals: { "aws:PrincipalAccount": [HUB], "aws:ResourceAccount": [HUB] } },
          endpoint.name,
        );
      }
    });

    it("allows only the two buckets of the environment through the S3 endpoint, which every route table uses", () => {
      const s3 = resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-s3");
      assert.equal(s3.inputs.vpcEndpointType, "Gateway");
      assert.deepEqual(s3.sources.routeTableIds?.map(({ name }) => name).sort(), [
        "fraud-dev-routes-eu-central-1a",
        "fraud-dev-routes-eu-central-1b",
      ]);
      assert.deepEqual(policyDocumentOf(s3).Statement[0]?.Resource, [
        "arn:aws:s3:::fraud-dev-data-bucket-0a1b2c3",
        "arn:aws:s3:::fraud-dev-data-bucket-0a1b2c3/*",
        "arn:aws:s3:::fraud-dev-models-bucket-0a1b2c3",
        "arn:aws:s3:::fraud-dev-models-bucket-0a1b2c3/*",
      ]);
    });

    it("logs all traffic to a log group encrypted with a key that CloudWatch Logs can use", () => {
      const group = resourceOf(world, "aws:cloudwatch/logGroup:LogGroup", "fraud-dev-flow-logs");
      assert.equal(group.inputs.retentionInDays, 365);
      assert.deepEqual(
        group.sources.kmsKeyId?.map(({ name }) => name),
        ["fraud-dev-logs-key"],
      );
      assert.ok(
        policyDocumentOf(resourceOf(world, "aws:kms/key:Key", "fraud-dev-logs-key")).Statement.some(
          ({ Sid }) => Sid === "LogGroupsOfThisAccount",
        ),
      );
      const log = resourceOf(world, "aws:ec2/flowLog:FlowLog", "fraud-dev-flow-log");
      assert.deepEqual([log.inputs.trafficType, log.inputs.vpcId], ["ALL", outputs.vpcId]);
      assert.deepEqual(
        [log.sources.logDestination, log.sources.iamRoleArn].map((sources) => sources?.map(({ name }) => name)),
        [["fraud-dev-flow-logs"], ["fraud-dev-flow-logs-role"]],
      );
    });
  });

  it("sets the environment's permissions boundary on every role, except the core stack's boundary on the flow log role", () =>
    assertPermissionsBoundaries(world, ({ name }) =>
      name === "fraud-dev-flow-logs-role" ? boundary : String(outputs.environmentBoundaryArn),
    ));

  it("encrypts each bucket with the data key and writes access logs to the log bucket of the core stack", () => {
    for (const role of ["data", "models"]) {
      const bucket = `fraud-dev-${role}-bucket`;
      assert.deepEqual(
        resourceOf(
          world,
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
          `fraud-dev-${role}-encryption`,
        ).inputs.rules,
        [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: outputs.dataKeyArn }, bucketKeyEnabled: true }],
      );
      const log = resourceOf(world, "aws:s3/bucketLogging:BucketLogging", `fraud-dev-${role}-access-log`);
      assert.deepEqual(
        [log.inputs.bucket, log.inputs.targetBucket, log.inputs.targetPrefix],
        [`${bucket}-0a1b2c3`, "bank-hub-logs", `access/${bucket}-0a1b2c3/`],
      );
      const { inputs } = resourceOf(world, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `fraud-dev-${role}-private`);
      assert.deepEqual(
        [inputs.blockPublicAcls, inputs.blockPublicPolicy, inputs.ignorePublicAcls, inputs.restrictPublicBuckets],
        [true, true, true, true],
      );
    }
  });

  it("keeps registered artifacts in the model bucket only", () =>
    assert.deepEqual(
      ["data", "models"].map((role) =>
        policyDocumentOf(resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", `fraud-dev-${role}-policy`))
          .Statement.map(({ Sid }) => Sid)
          .filter((sid) => String(sid).startsWith("Registered")),
      ),
      [[], ["RegisteredOnce", "RegisteredStays"]],
    ));

  it("restricts each bucket to the environment's S3 endpoint, the deploying role and the pipeline role", () => {
    for (const role of ["data", "models"]) {
      const perimeter = policyDocumentOf(resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", `fraud-dev-${role}-policy`)).Statement.find(
        ({ Sid }) => Sid === "OnlyThroughOurNetwork",
      );
      assert.deepEqual(perimeter?.Condition, {
        StringNotEqualsIfExists: { "aws:SourceVpce": [outputs.s3EndpointId] },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
        // Pipelines read the data that pipeline steps exchange from the network of SageMaker.
        ArnNotLikeIfExists: { "aws:PrincipalArn": [deployer(HUB), outputs.pipelineRoleArn] },
      });
    }
  });

  it("creates Studio in VpcOnly mode, with the volume key and without classic apps", () => {
    const { inputs } = resourceOf(world, "aws:sagemaker/domain:Domain", "fraud-dev-domain");
    const user = inputs.defaultUserSettings as Record<string, unknown>;
    const space = inputs.defaultSpaceSettings as Record<string, unknown>;
    assert.deepEqual(
      [inputs.appNetworkAccessType, inputs.vpcId, inputs.subnetIds, inputs.kmsKeyId, inputs.authMode],
      ["VpcOnly", outputs.vpcId, outputs.subnetIds, outputs.volumeKeyArn, "IAM"],
    );
    for (const settings of [user, space])
      assert.deepEqual([settings.executionRole, settings.securityGroups], [outputs.executionRoleArn, [outputs.workloadSecurityGroupId]]);
    assert.deepEqual((user.studioWebPortalSettings as Record<string, unknown>).hiddenAppTypes, ["JupyterServer", "KernelGateway"]);
    for (const app of [user.jupyterLabAppSettings, user.codeEditorAppSettings, space.jupyterLabAppSettings])
      assert.deepEqual((app as Record<string, unknown>).appLifecycleManagement, {
        idleSettings: {
          lifecycleManagement: "ENABLED",
          idleTimeoutInMinutes: 120,
          minIdleTimeoutInMinutes: 120,
          maxIdleTimeoutInMinutes: 120,
        },
      });
    assert.deepEqual(user.sharingSettings, { notebookOutputOption: "Disabled" });
  });

  it("publishes SSM parameters below the path of the environment", () => {
    const parameters = ofType(world, "aws:ssm/parameter:Parameter").map(({ inputs }): [string, string] => [
      String(inputs.name),
      String(inputs.value),
    ]);
    const { "/cloister/controls/fraud-dev": allowList = "", ...values } = Object.fromEntries(parameters);
    assert.equal((JSON.parse(allowList) as { vpcId: string }).vpcId, outputs.vpcId);
    assert.deepEqual(values, {
      "/cloister/fraud-dev/vpc-id": outputs.vpcId,
      "/cloister/fraud-dev/subnet-ids": (outputs.subnetIds as string[]).join(","),
      "/cloister/fraud-dev/workload-security-group-id": outputs.workloadSecurityGroupId,
      "/cloister/fraud-dev/s3-endpoint-id": outputs.s3EndpointId,
      "/cloister/fraud-dev/data-bucket-name": outputs.dataBucketName,
      "/cloister/fraud-dev/model-bucket-name": outputs.modelBucketName,
      "/cloister/fraud-dev/data-key-arn": outputs.dataKeyArn,
      "/cloister/fraud-dev/volume-key-arn": outputs.volumeKeyArn,
      "/cloister/fraud-dev/execution-role-arn": outputs.executionRoleArn,
      "/cloister/fraud-dev/pipeline-role-arn": outputs.pipelineRoleArn,
      "/cloister/fraud-dev/model-role-arn": outputs.modelRoleArn,
      "/cloister/fraud-dev/domain-id": outputs.domainId,
    });
  });

  for (const preview of [false, true])
    it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
      const evaluated = await environment({}, { preview });
      await runProgram("environment");
      const { violations, ran } = await evaluateProgram(evaluated);
      assert.deepEqual(violations, []);
      for (const rule of [
        "sagemaker-domain-vpc-only",
        "sagemaker-domain-kms",
        "network-sg-no-open-egress",
        "s3-bucket-kms",
        "log-group-kms",
      ])
        assert.ok(ran.includes(rule), `${rule} evaluated no resource`);
    });

  it("retains keys, buckets and home directories on destroy unless purge is true", async () => {
    const retained = (of: World, type: string) =>
      ofType(of, type)
        .filter(({ retainOnDelete }) => retainOnDelete)
        .map(({ name }) => name)
        .sort();
    const kept = await environment({ "cloister-environment:purge": false });
    await runProgram("environment");
    assert.deepEqual(retained(kept, "aws:s3/bucket:Bucket"), ["fraud-dev-data-bucket", "fraud-dev-models-bucket"]);
    assert.deepEqual(retained(kept, "aws:kms/key:Key"), ["fraud-dev-data-key", "fraud-dev-logs-key", "fraud-dev-volumes-key"]);
    const policyOf = (of: World) => resourceOf(of, "aws:sagemaker/domain:Domain", "fraud-dev-domain").inputs.retentionPolicy;
    assert.deepEqual(policyOf(kept), { homeEfsFileSystem: "Retain" });
    // `cloister sweep` deletes these after the domain: AWS does not delete scripts that running apps use.
    assert.deepEqual(
      world.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
      ["members-start-jupyterlab", "members-start-codeeditor", "start-jupyterlab-ana-horvat", "start-codeeditor-ana-horvat"].map(
        (name) => `StudioLifecycleConfig fraud-dev-${name}`,
      ),
    );
    // A change would replace the domain, so the property is the same with `purge`.
    assert.deepEqual(policyOf(world), { homeEfsFileSystem: "Retain" });
  });

  it("does not change existing subnets when an Availability Zone is added", async () => {
    const wider = await environment({
      "cloister-environment:network": { ...(example["cloister-environment:network"] as object), zones: 3 },
    });
    await runProgram("environment");
    const subnets = (of: World) =>
      ofType(of, "aws:ec2/subnet:Subnet").map(({ name, inputs }) => [name, inputs.availabilityZone, inputs.cidrBlock]);
    assert.deepEqual(subnets(wider).slice(0, 2), subnets(world));
    assert.deepEqual(subnets(wider)[2], ["fraud-dev-subnet-eu-central-1c", "eu-central-1c", "10.64.8.0/22"]);
  });

  it("keeps existing subnets in their zones when the region's list of zones changes", async () => {
    const existing = ["b", "c"].map((letter, i) => ({
      id: `subnet-${letter}`,
      zone: `eu-central-1${letter}`,
      cidr: `10.64.${4 * i}.0/22`,
    }));
    const tags = (role: string) => ({ Name: `fraud-dev-${role}`, "cloister:environment": "fraud-dev" });
    const requestedTags: unknown[] = [];
    const answers: MockOptions["answers"] = {
      getVpcs: (input) => {
        requestedTags.push(input.tags);
        return { ids: ["vpc-fraud-dev-vpc"] };
      },
      getSubnets: () => ({ ids: existing.map(({ id }) => id) }),
      getSubnet: ({ id }) => {
        const { zone, cidr } = existing.find((subnet) => subnet.id === id)!;
        return { vpcId: "vpc-fraud-dev-vpc", availabilityZone: zone, cidrBlock: cidr, availableIpAddressCount: 900, tags: tags(zone) };
      },
    };
    const shifted = await environment(
      { "cloister-environment:network": { ...(example["cloister-environment:network"] as object), zones: 3 } },
      { answers },
    );
    const ids = (await runProgram("environment")).subnetIds;
    assert.deepEqual(requestedTags, [tags("vpc")]);
    assert.deepEqual(
      ofType(shifted, "aws:ec2/subnet:Subnet").map(({ name, inputs }) => [name, inputs.cidrBlock]),
      [
        ["fraud-dev-subnet-eu-central-1b", "10.64.0.0/22"],
        ["fraud-dev-subnet-eu-central-1c", "10.64.4.0/22"],
        ["fraud-dev-subnet-eu-central-1a", "10.64.8.0/22"],
      ],
    );
    assert.deepEqual(
      ids,
      ["b", "c", "a"].map((letter) => `subnet-fraud-dev-subnet-eu-central-1${letter}`),
    );
  });

  it("exempts the roles in deployRoleArns instead of the deploying role", async () => {
    const pipeline = `arn:aws:iam::${HUB}:role/pipeline`;
    const changed = await environment({ "cloister-environment:deployRoleArns": [pipeline, deployer(HUB)] }, { answers: anyRole });
    await runProgram("environment");
    const perimeter = policyDocumentOf(resourceOf(changed, "aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-data-policy")).Statement.find(
      ({ Sid }) => Sid === "OnlyThroughOurNetwork",
    );
    assert.deepEqual((perimeter?.Condition as Record<string, unknown>).ArnNotLikeIfExists, {
      "aws:PrincipalArn": [pipeline, deployer(HUB), roleArn("work/fraud-dev-pipeline")],
    });
  });

  it("grants data access to existing service roles, and denies it to existing user roles", async () => {
    const existingArn = (name: string) => `arn:aws:iam::${HUB}:role/ml/${name}`;
    const roles = { "data-scientist": existingArn("Scientist"), "team-administrator": existingArn("Lead"), model: existingArn("Model") };
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sagemaker.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    };
    const getRole = ({ name }: Record<string, unknown>) => ({
      arn: existingArn(String(name)),
      assumeRolePolicy: JSON.stringify({ Statement: [statement] }),
      permissionsBoundary: coreStackOutputs.permissionsBoundaryArn,
    });
    const changed = await environment({ "cloister-environment:existingRoles": roles }, { answers: { getRole } });
    await runProgram("environment");
    const policies = [
      ...ofType(changed, "aws:s3/bucketPolicy:BucketPolicy").map(({ inputs }) => String(inputs.policy)),
      ...ofType(changed, "aws:kms/key:Key").map(({ inputs }) => String(inputs.policy)),
    ];
    const naming = (arn: string) => policies.filter((policy) => policy.includes(arn)).length;
    assert.equal(naming(roles["team-administrator"]), 0);
    assert.ok(naming(roles.model) >= 3, "both buckets and the data key");
    const starts = policies.filter((policy) => policy.includes(roles["data-scientist"]));
    assert.equal(starts.length, 2, "the keys of the volumes of their jobs and notebook instances");
    for (const start of starts) {
      const { Statement } = JSON.parse(start) as { Statement: { Sid: string }[] };
      assert.deepEqual(
        Statement.filter((entry) => JSON.stringify(entry).includes(roles["data-scientist"])).map(({ Sid }) => Sid),
        ["StartThroughSageMaker", "StartByGrantsForAws"],
      );
    }
    const boundary = policyDocumentOf(resourceOf(changed, "aws:iam/policy:Policy", "fraud-dev-boundary")).Statement.find(
      ({ Sid }) => Sid === "PassOwnRoles",
    );
    assert.ok((boundary?.Resource as string[]).includes(roles.model), "the boundary allows passing the role");
  });

  describe("with a portfolio of project templates", () => {
    const projectsPortfolioId = "port-0a1b2c3d4e5f6";
    const execution = `arn:aws:iam::${HUB}:role/bank/Execution`;
    const associated = (of: World) =>
      Object.fromEntries(
        ofType(of, "aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation").map(({ name, inputs }) => {
          assert.equal(inputs.portfolioId, projectsPortfolioId);
          return [name, inputs.principalArn];
        }),
      );
    const people = { profiles: ["ana-horvat", { name: "bo", roleArn: execution }], executionRole: "per-person", notebooks: [], spaces: [] };
    const studio = { "cloister-environment:studio": { projectsPortfolioId, ...people } };

    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] },
      ],
    };
    const answers: MockOptions["answers"] = {
      getRole: () => ({ arn: execution, assumeRolePolicy: JSON.stringify(trust), permissionsBoundary: boundary }),
    };

    it("associates every execution role, and allows no execution role to launch a product", async () => {
      const changed = await environment(studio, { answers });
      const { personRoleArns } = await runProgram("environment");
      assert.deepEqual(associated(changed), {
        "fraud-dev-projects-execution": roleArn("work/fraud-dev-execution"),
        "fraud-dev-projects-execution-ana-horvat": (personRoleArns as Record<string, { arn: string }>)["ana-horvat"]!.arn,
        "fraud-dev-projects-brought-Execution": execution,
      });
      const policies = [...ofType(changed, "aws:iam/rolePolicy:RolePolicy"), ...ofType(changed, "aws:iam/policy:Policy")];
      assert.ok(policies.length > 5);
      for (const policy of policies) assert.doesNotMatch(String(policy.inputs.policy), /servicecatalog:/, policy.name);
      assertTagged(changed, "fraud-dev", { "cloister:environment": "fraud-dev" });
      assert.deepEqual((await evaluateProgram(changed)).violations, []);
    });

    it("associates an existing shared execution role once", async () => {
      const changed = await environment({ ...studio, "cloister-environment:existingRoles": { execution } }, { answers });
      await runProgram("environment");
      assert.deepEqual(Object.keys(associated(changed)).sort(), [
        "fraud-dev-projects-brought-Execution",
        "fraud-dev-projects-execution-ana-horvat",
      ]);
    });

    it("rejects a portfolio without Projects, together with all other problems", async () => {
      const off = { projectsPortfolioId, projects: false, profiles: ["ana", "Ana"] };
      const empty = await environment({ "cloister-environment:studio": off });
      await assert.rejects(runProgram("environment"), (error: Error) => {
        assert.match(error.message, /'cloister-environment:studio\.projectsPortfolioId' requires '.*studio\.projects' to be true/);
        assert.match(error.message, /profiles\[1\]\.name' must be unique/);
        return true;
      });
      assert.deepEqual(empty.resources, []);
    });
  });

  it("creates valid names with the longest team name", async () => {
    const longest = await environment({
      "cloister-environment:team": "abcdefghijklmno",
      "cloister-environment:stage": "test",
      "cloister-environment:confirmPurge": "abcdefghijklmno-test",
    });
    await runProgram("environment");
    assertNamesFit(longest);
  });

  /** The warnings of a run with these settings. */
  async function warningsWith(settings: Record<string, unknown>): Promise<string[]> {
    const { warn } = pulumi.log;
    const warnings: string[] = [];
    pulumi.log.warn = (text) => Promise.resolve(void warnings.push(text));
    try {
      const world = await environment(settings);
      await runProgram("environment");
      assert.ok(world.resources.length > 50);
    } finally {
      pulumi.log.warn = warn;
    }
    return warnings;
  }

  for (const [network, profile, count] of [
    ["anywhere", "vpc", 1],
    ["anywhere", "strict", 1],
    ["anywhere", "open", 0],
    ["vpc", "strict", 0],
    [undefined, "open", 0],
  ] as const)
    it(`${count === 1 ? "warns" : "does not warn"} about people.network ${network ?? "by default"} with the guardrail profile ${profile}`, async () => {
      const warnings = await warningsWith({
        "cloister-environment:people": { ...(network && { network }), openApps: "anywhere" },
        "cloister-environment:guardrails": { profile },
      });
      assert.equal(warnings.length, count, warnings.join("\n"));
      const text = new RegExp(
        `^'cloister-environment:people\\.network' is 'anywhere' with the guardrail profile '${profile}'.* logs and metrics from any network, .*docs/threats\\.md.*Fix: pulumi --cwd environment config set --stack fraud-dev --path cloister-environment:people\\.network vpc,`,
      );
      for (const warning of warnings) assert.match(warning, text);
    });

  it("warns about an unset people.openApps only if users work in the network", async () => {
    const warningsOf = (people: object, profile: string) =>
      warningsWith({ "cloister-environment:people": people, "cloister-environment:guardrails": { profile } });
    const [warning, ...others] = await warningsOf({}, "strict");
    assert.match(
      warning ?? "",
      /^'cloister-environment:people\.openApps' is not set, so it is 'anywhere' .* copy a presigned URL .*Fix: pulumi --cwd environment config set --stack fraud-dev --path cloister-environment:people\.openApps vpc if 'npx cloister verify --only open-apps' shows/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(await warningsOf({ openApps: "anywhere" }, "strict"), []);
    assert.deepEqual(await warningsOf({ openApps: "vpc" }, "strict"), []);
    assert.deepEqual(await warningsOf({}, "open"), []);
    assert.deepEqual(await warningsOf({}, "vpc"), []);
  });

  describe("with invalid input", () => {
    it("calls no functions and creates no resources with invalid settings", async () => {
      const empty = await environment({
        "cloister-environment:network": { zone: 2 },
        "cloister-environment:stage": "prod",
        "cloister-environment:guardrails": { profile: "stict" },
      });
      await assert.rejects(
        async () => runProgram("environment"),
        (error: Error) => {
          assert.match(error.message, /'cloister-environment:network\.zone' is not a setting\. Did you mean 'zones'\?/);
          assert.match(error.message, /'cloister-environment:stage' must be one of dev, test \(got "prod"\)\./);
          assert.match(error.message, /'cloister-environment:guardrails\.profile' must be one of open, vpc, strict \(got "stict"\)/);
          return true;
        },
      );
      assert.deepEqual(empty, { resources: [], calls: [] });
    });

    it("rejects an update by a role that deployRoleArns does not contain, and only warns at preview", async () => {
      const others = { "cloister-environment:deployRoleArns": [`arn:aws:iam::${HUB}:role/pipeline`] };
      const empty = await environment(others, { answers: anyRole });
      await assert.rejects(
        runProgram("environment"),
        /'cloister-environment:deployRoleArns' must contain the deploying role .*role\/platform\/Deployer \(got .*role\/pipeline\)\..*Fix: add it/,
      );
      assert.deepEqual(empty.resources, []);
      const previewed = await environment(others, { answers: anyRole, preview: true });
      await runProgram("environment");
      assert.ok(previewed.resources.length > 50);
    });

    for (const [who, arn] of [
      ["the root user", `arn:aws:iam::${HUB}:root`],
      ["a federated user", `arn:aws:sts::${HUB}:federated-user/bo`],
    ] as const) {
      const answers = { ...anyRole, getSessionContext: () => ({ arn, issuerArn: arn }) };
      it(`rejects ${who} as the caller, and names the fix`, async () => {
        const empty = await environment({}, { answers });
        await assert.rejects(runProgram("environment"), (error: Error) => {
          assert.match(error.message, new RegExp(`Policies cannot exempt ${who} \\(got ${arn}\\)\\. Fix: deploy as an IAM role\\.`));
          assert.doesNotMatch(error.message, /cloister-environment:(data|models)'/);
          return true;
        });
        assert.deepEqual(empty.resources, []);
      });
      it(`lets ${who} preview, but not update, with deployRoleArns`, async () => {
        const named = { "cloister-environment:deployRoleArns": [deployer(HUB)] };
        await environment(named, { answers, preview: true });
        await runProgram("environment");
        await environment(named, { answers });
        await assert.rejects(
          runProgram("environment"),
          new RegExp(`deployRoleArns' must contain the caller, and cannot contain ${who}.*Fix: deploy with`),
        );
      });
    }

    it("explains that the deploying role must be allowed to read itself", async () => {
      const empty = await environment(
        {},
        {
          answers: {
            getSessionContext: () => {
              throw Object.assign(new Error(), {
                details: "unable to get role (Deployer): AccessDenied: not authorized to perform: iam:GetRole",
              });
            },
          },
        },
      );
      await assert.rejects(
        runProgram("environment"),
        /must be allowed to read itself, .*assumed-role\/Deployer.* Fix: allow the role iam:GetRole/,
      );
      assert.deepEqual(empty.resources, []);
    });

    it("rejects more Availability Zones than the region has", async () => {
      const empty = await environment(
        { "cloister-environment:network": { ...(example["cloister-environment:network"] as object), zones: 3 } },
        { zones: ["eu-central-1b", "eu-central-1a"] },
      );
      await assert.rejects(
        runProgram("environment"),
        /'cloister-environment:network\.zones' must be at most 2, the number of Availability Zones in eu-central-1: eu-central-1a, eu-central-1b \(got 3\)/,
      );
      assert.deepEqual(empty.resources, []);
    });

    it("rejects a core stack without the required outputs, and lists the missing outputs", async () => {
      const less = Object.fromEntries(Object.entries(coreStackOutputs).filter(([key]) => key !== "logBucketName"));
      const empty = await environment({}, { coreStackOutputs: { ...less, permissionsBoundaryArn: 5 } });
      await assert.rejects(runProgram("environment"), (error: Error) => {
        assert.match(error.message, /^Stack 'organization\/cloister-core\/bank-hub' does not export the required outputs/);
        assert.match(error.message, /'logBucketName' is missing/);
        assert.match(error.message, /'permissionsBoundaryArn' must be a string \(got a number\)/);
        return true;
      });
      assert.deepEqual(empty.resources, []);
    });

    for (const [what, wrong] of [
      ["account", { accountId: "999988887777" }],
      ["region", { region: "eu-west-1" }],
    ] as const)
      it(`rejects a core stack in another ${what}`, async () => {
        const empty = await environment({}, { coreStackOutputs: { ...coreStackOutputs, ...wrong } });
        await assert.rejects(
          runProgram("environment"),
          /'cloister-environment:coreStack' must be a stack in account 111122223333 and region eu-central-1, .* \(got (999988887777 in eu-central-1|111122223333 in eu-west-1)\)/,
        );
        assert.deepEqual(empty.resources, []);
      });

    it("rejects a core stack that does not exist", async () => {
      const empty = await environment({ "cloister-environment:coreStack": "bank-hob" });
      await assert.rejects(runProgram("environment"), /unknown stack "organization\/cloister-core\/bank-hob"/);
      assert.deepEqual(empty.resources, []);
    });
  });
});
