// Runs the example target accounts under mocks. Does not prove that the role can be assumed: tests/engine does.
import assert from "node:assert/strict";
import { targetOutputs } from "@cloister/target-accounts/outputs";
import { deployer, HUB, REGION, type Registered, runProgram, type World } from "../helpers/mocks";
import {
  type ExampleOptions,
  environmentStackOutputs,
  exampleTargetConfig,
  exampleTargets,
  first,
  second,
} from "./example-target-accounts";
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

const denied = () => {
  throw Object.assign(new Error("operation error: AccessDenied"), { details: "operation error: AccessDenied" });
};

/** Resources of one account. `<>` stands for the prefix of the resource names. */
const oneAccount = (id: string) =>
  [
    "cloister:identity:ModelRole <>",
    "  aws:iam/role:Role <>-model",
    "  aws:iam/rolePolicy:RolePolicy <>-model-policy",
    "cloister:keys:CustomerKey <>-models",
    "  aws:kms/alias:Alias <>-models-alias",
    "  aws:kms/key:Key <>-models-key",
    "cloister:network:ClosedVpc <>",
    "  aws:cloudwatch/logGroup:LogGroup <>-dns-queries",
    "  aws:cloudwatch/logGroup:LogGroup <>-flow-logs",
    "  aws:ec2/defaultNetworkAcl:DefaultNetworkAcl <>-default-acl",
    "  aws:ec2/defaultSecurityGroup:DefaultSecurityGroup <>-default-group",
    "  aws:ec2/flowLog:FlowLog <>-flow-log",
    "  aws:ec2/networkAcl:NetworkAcl <>-acl",
    "  aws:ec2/routeTable:RouteTable <>-routes-eu-central-1a",
    "  aws:ec2/routeTable:RouteTable <>-routes-eu-central-1b",
    "  aws:ec2/routeTableAssociation:RouteTableAssociation <>-routes-of-eu-central-1a",
    "  aws:ec2/routeTableAssociation:RouteTableAssociation <>-routes-of-eu-central-1b",
    "  aws:ec2/securityGroup:SecurityGroup <>-endpoints",
    "  aws:ec2/securityGroup:SecurityGroup <>-workload",
    "  aws:ec2/subnet:Subnet <>-subnet-eu-central-1a",
    "  aws:ec2/subnet:Subnet <>-subnet-eu-central-1b",
    "  aws:ec2/vpc:Vpc <>-vpc",
    "  aws:ec2/vpcEndpoint:VpcEndpoint <>-logs",
    "  aws:ec2/vpcEndpoint:VpcEndpoint <>-monitoring",
    "  aws:ec2/vpcEndpoint:VpcEndpoint <>-s3",
    "  aws:ec2/vpcEndpoint:VpcEndpoint <>-sagemaker-runtime",
    "  aws:ec2/vpcEndpoint:VpcEndpoint <>-sts",
    "  aws:iam/role:Role <>-flow-logs-role",
    "  aws:iam/rolePolicy:RolePolicy <>-flow-logs-policy",
    "  aws:route53/resolverFirewallConfig:ResolverFirewallConfig <>-dns-closed",
    "  aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList <>-dns-allowed",
    "  aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList <>-dns-rest",
    "  aws:route53/resolverFirewallRule:ResolverFirewallRule <>-dns-allowed",
    "  aws:route53/resolverFirewallRule:ResolverFirewallRule <>-dns-rest",
    "  aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup <>-dns",
    "  aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation <>-dns",
    "  aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig <>-dns-queries",
    "  aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation <>-dns-queries",
    "  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule <>-workload-self-out",
    "  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule <>-workload-to-endpoints-out",
    "  aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule <>-workload-to-s3",
    "  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule <>-workload-self-in",
    "  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule <>-workload-to-endpoints-in",
    "cloister:storage:DataBucket <>-models",
    "  aws:s3/bucket:Bucket <>-models-bucket",
    "  aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration <>-models-lifecycle",
    "  aws:s3/bucketOwnershipControls:BucketOwnershipControls <>-models-owner",
    "  aws:s3/bucketPolicy:BucketPolicy <>-models-policy",
    "  aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock <>-models-private",
    "  aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration <>-models-encryption",
    "  aws:s3/bucketVersioning:BucketVersioning <>-models-versions",
    "pulumi:providers:aws fraud-dev-staging-account-" + id,
  ].map((line) => `  ${line.replace("<>", `fraud-dev-staging-${id}`)}`);

/** The account ID in the name of a resource. */
const accountIn = ({ name }: Registered) => /\d{12}/.exec(name)?.[0] ?? "";

describe("target-accounts program", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await exampleTargets();
    outputs = await runProgram("target-accounts");
  });

  it("creates exactly the expected resources in each account, and registers each account in the hub", () =>
    assert.deepEqual(
      resourceTree(world).split("\n").sort(),
      [
        "cloister:program:TargetAccounts fraud-dev-staging",
        ...oneAccount(first),
        ...oneAccount(second),
        "  cloister:registry:PublishedValues fraud-dev-staging-registry",
        `    aws:ssm/parameter:Parameter fraud-dev-staging-registry-${first}`,
        `    aws:ssm/parameter:Parameter fraud-dev-staging-registry-${second}`,
      ].sort(),
    ));

  it("gives all resources of one type different names", () => assertNamesAreUnique(world));

  it("has a provider for each account that assumes a role in the account and allows no other account", () =>
    assert.deepEqual(
      ofType(world, "pulumi:providers:aws").map(({ name, inputs }) => [
        name,
        inputs.region,
        JSON.parse(String(inputs.assumeRoles)),
        JSON.parse(String(inputs.allowedAccountIds)),
      ]),
      [first, second].map((id) => [
        `fraud-dev-staging-account-${id}`,
        REGION,
        [
          {
            roleArn: `arn:aws:iam::${id}:role/cloister/euc1/fraud-dev-staging-deploy`,
            sessionName: "cloister",
            externalId: "fraud-dev-staging",
          },
        ],
        [id],
      ]),
    ));

  it("creates the resources of an account with the account's provider, and the registrations with the default provider", () => {
    for (const resource of world.resources.filter(({ custom, type }) => custom && type !== "pulumi:providers:aws"))
      assert.equal(
        resource.provider,
        resource.type === "aws:ssm/parameter:Parameter" ? undefined : `fraud-dev-staging-account-${accountIn(resource)}`,
        resource.name,
      );
  });

  it("looks up the Availability Zones in each account", () => {
    const zones = world.calls.filter(({ token }) => token === "aws:index/getAvailabilityZones:getAvailabilityZones");
    assert.deepEqual(
      zones.map(({ provider }) => provider).sort(),
      [first, second].map((id) => `fraud-dev-staging-account-${id}`),
    );
  });

  it("exports the outputs of its contract, with the facts of each account", () => {
    assertMatchesContract(targetOutputs, outputs);
    const facts = (id: string) => ({
      accountId: id,
      region: REGION,
      vpcId: `vpc-fraud-dev-staging-${id}-vpc`,
      subnetIds: ["a", "b"].map((zone) => `subnet-fraud-dev-staging-${id}-subnet-${REGION}${zone}`).join(","),
      securityGroupId: `sg-fraud-dev-staging-${id}-workload`,
      deployRoleArn: deployer(id),
      modelRoleArn: `arn:aws:iam::${id}:role/cloister/${REGION}/fraud-dev-staging-${id}/work/fraud-dev-staging-${id}-model`,
      keyArn: `arn:aws:kms:${REGION}:${id}:key/fraud-dev-staging-${id}-models-key`,
      modelBucketName: `fraud-dev-staging-${id}-models-bucket-0a1b2c3`,
    });
    assert.deepEqual(outputs, {
      environment: "fraud-dev",
      stage: "staging",
      accounts: { [first]: facts(first), [second]: facts(second) },
      registryPath: "/cloister/fraud-dev/targets/staging",
    });
  });

  it("registers the same facts in the hub", () => {
    const parameters = ofType(world, "aws:ssm/parameter:Parameter").map(({ inputs }) => [inputs.name, JSON.parse(String(inputs.value))]);
    const accounts = outputs.accounts as Record<string, unknown>;
    assert.deepEqual(Object.fromEntries(parameters), {
      [`/cloister/fraud-dev/targets/staging/${first}`]: accounts[first],
      [`/cloister/fraud-dev/targets/staging/${second}`]: accounts[second],
    });
  });

  it("tags all taggable resources with environment, team, stage, owner and the custom tags", () =>
    assertTagged(world, "fraud-dev-staging", {
      "cloister:environment": "fraud-dev",
      "cloister:team": "fraud",
      "cloister:stage": "staging",
      "cloister:owner": "fraud-analytics@bank.example",
      "cost-center": "4712",
      "data-class": "confidential",
    }));

  it("sets the account's permissions boundary on every role", () =>
    assertPermissionsBoundaries(world, (role) => `arn:aws:iam::${accountIn(role)}:policy/cloister/euc1/fraud-dev-staging-boundary`));

  it("creates a permissions boundary with a role that `cloister bootstrap` did not create", async () => {
    const other = await exampleTargets({ "cloister-target-accounts:deployRoleName": "OrganizationAccountAccessRole" });
    await runProgram("target-accounts");
    assertPermissionsBoundaries(other, (role) => `arn:aws:iam::${accountIn(role)}:policy/fraud-dev-staging-${accountIn(role)}-boundary`);
    assert.match(JSON.stringify(ofType(other, "pulumi:providers:aws")[0]!.inputs.assumeRoles), /role\/OrganizationAccountAccessRole/);
  });

  it("has only security group rules that refer to security groups, not to addresses", () => assertRulesReferToGroups(world));

  it("creates a separate CIDR range, key and perimeter for each account", () => {
    assert.deepEqual(
      ofType(world, "aws:ec2/vpc:Vpc").map((vpc) => [accountIn(vpc), vpc.inputs.cidrBlock]),
      [
        [first, "10.80.0.0/20"],
        [second, "10.81.0.0/20"],
      ],
    );
    for (const id of [first, second]) {
      const name = `fraud-dev-staging-${id}-models`;
      const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      assert.deepEqual(
        resourceOf(world, encryption, `${name}-encryption`).sources.rules?.map((source) => source.name),
        [`${name}-key`],
      );
      assert.deepEqual(
        policyDocumentOf(resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`)).Statement.find(
          ({ Sid }) => Sid === "OnlyThroughOurNetwork",
        )?.Condition,
        {
          StringNotEqualsIfExists: { "aws:SourceVpce": [`vpce-fraud-dev-staging-${id}-s3`] },
          BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": [deployer(id)] },
        },
      );
      for (const endpoint of ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").filter((resource) => accountIn(resource) === id)) {
        const { StringEquals } = policyDocumentOf(endpoint).Statement[0]?.Condition as { StringEquals: Record<string, unknown> };
        assert.deepEqual(StringEquals["aws:PrincipalAccount"], [id], endpoint.name);
      }
    }
  });

  for (const preview of [false, true])
    it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
      const evaluated = await exampleTargets({}, { preview });
      await runProgram("target-accounts");
      const { violations, ran } = await evaluateProgram(evaluated);
      assert.deepEqual(violations, []);
      for (const rule of ["network-sg-no-open-egress", "network-default-sg-closed", "s3-bucket-kms", "kms-key-rotation", "log-group-kms"])
        assert.ok(ran.includes(rule), `${rule} evaluated no resource`);
    });

  it("does not change resources of existing accounts when an account is added", async () => {
    const more = await exampleTargets({
      "cloister-target-accounts:accounts": [
        ...(exampleTargetConfig["cloister-target-accounts:accounts"] as object[]),
        { id: "666677778888" },
      ],
    });
    await runProgram("target-accounts");
    const before = world.resources.map(({ urn, inputs }) => [urn, inputs]);
    const after = new Map(more.resources.map(({ urn, inputs }) => [urn, inputs]));
    assert.deepEqual(
      before,
      before.map(([urn]) => [urn, after.get(urn as string)]),
    );
    assert.equal(
      resourceOf(more, "aws:ec2/vpc:Vpc", "fraud-dev-staging-666677778888-vpc").inputs.cidrBlock,
      "10.80.0.0/20",
      "the default range",
    );
  });

  it("retains keys and buckets on destroy unless purge is true", async () => {
    const kept = await exampleTargets({ "cloister-target-accounts:purge": false });
    await runProgram("target-accounts");
    for (const type of ["aws:s3/bucket:Bucket", "aws:kms/key:Key"]) {
      assert.ok(
        ofType(kept, type).every(({ retainOnDelete }) => retainOnDelete),
        type,
      );
      assert.ok(
        ofType(world, type).every(({ retainOnDelete }) => !retainOnDelete),
        `${type}: the example purges`,
      );
    }
  });

  it("creates valid names with the longest team name", async () => {
    const longest = await exampleTargets(
      { "cloister-target-accounts:confirmPurge": "abcdefghijklmno-test-staging" },
      { environmentStackOutputs: { ...environmentStackOutputs, environment: "abcdefghijklmno-test", team: "abcdefghijklmno" } },
    );
    await runProgram("target-accounts");
    assertNamesFit(longest);
  });

  it("plans the network of each account from the settings of the account", async () => {
    const vpcId = "vpc-0123456789abcdef0";
    const mixed = await exampleTargets(
      {
        "cloister-target-accounts:accounts": [
          { id: first, cidr: "10.80.0.0/20" },
          {
            id: second,
            mode: "existing-vpc",
            vpcId,
            cidr: "10.0.64.0/20",
            omitEndpoints: ["sts"],
            acceptedPaths: { "vpce-0123456789abcdef0": "policy reviewed" },
          },
        ],
        "cloister-target-accounts:network": { dnsFirewall: "block" },
      },
      {
        answers: {
          getVpc: () => ({
            cidrBlockAssociations: [{ cidrBlock: "10.0.0.0/16", state: "associated" }],
            enableDnsSupport: true,
            enableDnsHostnames: true,
            instanceTenancy: "default",
          }),
          getSubnets: () => ({ ids: [] }),
          getVpcEndpoint: ({ serviceName }) =>
            String(serviceName).endsWith(".sts")
              ? { id: "vpce-0123456789abcdef0", privateDnsEnabled: true, tags: {}, subnetIds: [], securityGroupIds: ["sg-theirs"] }
              : undefined,
        },
      },
    );
    await runProgram("target-accounts");
    assert.deepEqual(
      ofType(mixed, "aws:ec2/vpcEndpoint:VpcEndpoint")
        .map(({ name }) => name)
        .filter((name) => name.endsWith("-sts")),
      [`fraud-dev-staging-${first}-sts`],
      "the other account's VPC already has one",
    );
    assert.deepEqual(
      ofType(mixed, "aws:ec2/vpc:Vpc").map(({ name }) => name),
      [`fraud-dev-staging-${first}-vpc`],
    );
    assert.deepEqual(
      ofType(mixed, "aws:ec2/subnet:Subnet")
        .map(({ inputs }) => inputs.cidrBlock)
        .sort(),
      ["10.0.64.0/22", "10.0.68.0/22", "10.80.0.0/22", "10.80.4.0/22"],
    );
  });

  describe("with invalid input", () => {
    const rejected: { it: string; config?: Record<string, unknown>; options?: ExampleOptions; want: RegExp[] }[] = [
      {
        it: "a stage without accounts",
        config: { "cloister-target-accounts:accounts": [] },
        want: [
          /'cloister-target-accounts:accounts' must be a list with at least 1 item, each an object with the keys id, mode, cidr.*\(got \[\]\)/,
        ],
      },
      {
        it: "invalid settings, all in one message",
        config: { "cloister-target-accounts:stage": "production", "cloister-target-accounts:accounts": [{ id: 444455556666 }] },
        want: [
          /'cloister-target-accounts:stage' must be one of staging, prod \(got "production"\)\./,
          /'cloister-target-accounts:accounts\[0\]\.id' must be a string of twelve digits \(got 444455556666\)\. Fix: put the value in quotes/,
        ],
      },
      {
        it: "a permissions boundary that the role of cloister bootstrap cannot use",
        config: { "cloister-target-accounts:permissionsBoundaryName": "bank/Boundary" },
        want: [
          /'cloister-target-accounts:permissionsBoundaryName' is not supported without deployRoleName \(got 'bank\/Boundary'\), because .*\. Fix: pulumi --cwd target-accounts config rm --stack fraud-staging --path cloister-target-accounts:permissionsBoundaryName$/m,
        ],
      },
      {
        it: "the hub account",
        config: { "cloister-target-accounts:accounts": [{ id: first }, { id: HUB }] },
        want: [/No resources were created/, /'cloister-target-accounts:accounts' must not contain 111122223333, the hub account\./],
      },
      {
        it: "credentials of another account",
        options: { account: "999988887777" },
        want: [
          /The AWS credentials must be for account 111122223333, which contains environment 'fraud-dev' \(got account 999988887777\)\./,
        ],
      },
      {
        it: "an environment without the required outputs",
        options: { environmentStackOutputs: { environment: "fraud-dev", team: "fraud", accountId: HUB, subnetIds: "subnet-1" } },
        want: [
          /^Stack 'organization\/cloister-environment\/fraud-dev' does not export the required outputs/,
          /'vpcId' is missing/,
          /'subnetIds' must be a list of strings \(got a string\)/,
        ],
      },
      {
        it: "an environment that does not exist",
        config: { "cloister-target-accounts:environmentStack": "fraud-def" },
        want: [/unknown stack "organization\/cloister-environment\/fraud-def"/],
      },
    ];
    for (const { it: what, config, options, want } of rejected)
      it(`rejects ${what}`, async () => {
        const empty = await exampleTargets(config, options);
        await assert.rejects(
          async () => runProgram("target-accounts"),
          (error: Error) => {
            for (const pattern of want) assert.match(error.message, pattern);
            return true;
          },
        );
        assert.deepEqual(empty.resources, []);
      });

    const rejectedByLookup: { it: string; config?: Record<string, unknown>; options: ExampleOptions; want: RegExp }[] = [
      {
        it: "a role that cannot be assumed in one account",
        options: { unreachable: [second] },
        want: /No resources were created.*\n  - Account 555566667777: arn:aws:iam::111122223333:role\/platform\/Deployer cannot assume arn:aws:iam::555566667777:role\/cloister\/euc1\/fraud-dev-staging-deploy \(User: .* is not authorized to perform: sts:AssumeRole .*\)\. Fix: with credentials of account 555566667777, create the role: npx cloister bootstrap fraud-staging --trust arn:aws:iam::111122223333:role\/platform\/Deployer --deploy$/,
      },
      {
        it: "another role that cannot be assumed",
        config: { "cloister-target-accounts:deployRoleName": "ci/Deployer", "cloister-target-accounts:externalId": "bank" },
        options: { unreachable: [first] },
        want: /Account 444455556666: .* cannot assume arn:aws:iam::444455556666:role\/ci\/Deployer .* Fix: let arn:aws:iam::111122223333:role\/platform\/Deployer assume the role with external ID 'bank', or remove deployRoleName and create a role: npx cloister bootstrap fraud-staging --trust arn:aws:iam::111122223333:role\/platform\/Deployer --deploy$/m,
      },
      {
        it: "a role of cloister bootstrap with other permissions",
        options: { roleTags: {} },
        want: /Account 444455556666: the permissions of .* are those of other settings or of another version of Cloister\. Fix: update the role: npx cloister bootstrap fraud-staging --trust arn:aws:iam::111122223333:role\/platform\/Deployer --deploy$/m,
      },
      {
        it: "a role that lacks a list of tags",
        options: { roleTags: "absent" },
        want: /Account 444455556666: the permissions of .* are those of other settings or of another version of Cloister\./,
      },
      {
        it: "a missing permissions boundary",
        options: { answers: { getPolicy: () => undefined } },
        want: /arn:aws:iam::444455556666:policy\/cloister\/euc1\/fraud-dev-staging-boundary must exist, because it is the permissions boundary of the created roles\. Fix: npx cloister bootstrap fraud-staging --trust arn:aws:iam::111122223333:role\/platform\/Deployer --deploy$/m,
      },
      {
        it: "a role that cannot read its own tags",
        options: { roleTags: "denied" },
        want: /Account 444455556666: arn:aws:iam::444455556666:role\/\S+ cannot read its own tags \(.*AccessDenied: iam:GetRole.*\)\. Fix: update the role: npx cloister bootstrap/,
      },
      {
        it: "a permissions boundary that the role cannot read",
        options: { answers: { getPolicy: denied } },
        want: /Account 444455556666: arn:aws:iam::444455556666:role\/\S+ cannot read the permissions boundary arn:aws:iam::444455556666:policy\/\S+ \(.*AccessDenied.*\)\. Fix: update the role: npx cloister bootstrap/,
      },
      {
        it: "a permissions boundary that the settings name and the role cannot read",
        config: {
          "cloister-target-accounts:deployRoleName": "ci/Deployer",
          "cloister-target-accounts:permissionsBoundaryName": "bank/Boundary",
        },
        options: { answers: { getPolicy: denied } },
        want: /'cloister-target-accounts:permissionsBoundaryName' must be a policy that the deploy role can read in each account \(got 'bank\/Boundary'\): .*AccessDenied.*\. Fix: allow arn:aws:iam::444455556666:role\/ci\/Deployer iam:GetPolicy on arn:aws:iam::444455556666:policy\/bank\/Boundary, or let Cloister create a policy: pulumi/,
      },
      {
        it: "a missing permissions boundary that the settings name",
        config: {
          "cloister-target-accounts:deployRoleName": "ci/Deployer",
          "cloister-target-accounts:permissionsBoundaryName": "bank/Boundary",
        },
        options: { answers: { getPolicy: () => undefined } },
        want: /'cloister-target-accounts:permissionsBoundaryName' must be an existing policy in each account \(got 'bank\/Boundary'\): arn:aws:iam::444455556666:policy\/bank\/Boundary does not exist\. Fix: create the policy, or let Cloister create one: pulumi --cwd target-accounts config rm --stack fraud-staging --path cloister-target-accounts:permissionsBoundaryName/,
      },
      ...(["arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:federated-user/bo"] as const).map((arn) => ({
        it: `the caller ${arn}`,
        options: { answers: { getSessionContext: () => ({ arn, issuerArn: arn }) } },
        want: /(The root user|A federated user) cannot assume a role in a target account \(got arn:.*\)\. Fix: deploy as an IAM role\./,
      })),
      {
        it: "too few Availability Zones in one account",
        config: { "cloister-target-accounts:network": { zones: 4 } },
        options: { zones: ["eu-central-1a"] },
        want: /'cloister-target-accounts:network\.zones' must be at most 1, .*: eu-central-1a \(got 4\)\. Fix: pulumi --cwd target-accounts config set --stack fraud-staging --path cloister-target-accounts:network\.zones 1/,
      },
    ];
    it("reports the problems of all accounts at once, each with its setting", async () => {
      const empty = await exampleTargets(
        {
          "cloister-target-accounts:accounts": [
            { id: first, mode: "existing-vpc", vpcId: "vpc-0123456789abcdef0" },
            { id: second, vpcId: "vpc-0123456789abcdef0" },
          ],
        },
        { answers: { getVpc: () => undefined, getSubnets: () => ({ ids: [] }) } },
      );
      await assert.rejects(runProgram("target-accounts"), (error: Error) => {
        for (const expected of [
          /accounts\[0\]\.cidr' is required with mode 'existing-vpc'/,
          /accounts\[0\]\.vpcId' must be an existing VPC in this account and region \(got vpc-0123456789abcdef0\)/,
          /accounts\[1\]\.vpcId' is not supported with mode 'new' \(got "vpc-0123456789abcdef0"\)/,
          /cloister-target-accounts:network\.dnsFirewall' is required/,
        ])
          assert.match(error.message, expected);
        return true;
      });
      assert.deepEqual(
        empty.resources.filter(({ type }) => type.startsWith("aws:")),
        [],
      );
    });
    it("rejects a CIDR range that overlaps a peered environment or core stack", async () => {
      const accounts = [
        { id: first, cidr: "10.64.0.0/20" },
        { id: second, cidr: "10.63.8.0/21" },
      ];
      const config = { "cloister-target-accounts:accounts": accounts };
      const peered = await exampleTargets(config, { environmentStackOutputs: { ...environmentStackOutputs, centralCidr: "10.63.0.0/20" } });
      await assert.rejects(runProgram("target-accounts"), (error: Error) => {
        for (const expected of [
          /accounts\[0\]\.cidr' must not overlap 10\.64\.0\.0\/20, the CIDR range of environment 'fraud-dev' \(got 10\.64\.0\.0\/20\)\. Fix: .* 10\.0\.0\.0\/20/,
          /accounts\[1\]\.cidr' must not overlap 10\.63\.0\.0\/20, the CIDR range of the core stack's shared endpoints, which environment 'fraud-dev' uses \(got 10\.63\.8\.0\/21\)/,
        ])
          assert.match(error.message, expected);
        return true;
      });
      assert.deepEqual(
        peered.resources.filter(({ type }) => type.startsWith("aws:")),
        [],
      );
      await exampleTargets(config);
      await runProgram("target-accounts");
    });

    for (const { it: what, config, options, want } of rejectedByLookup)
      it(`rejects ${what}, and creates no resources in any account`, async () => {
        const empty = await exampleTargets(config, options);
        await assert.rejects(runProgram("target-accounts"), want);
        const made = empty.resources.filter(({ type }) => type.startsWith("aws:"));
        assert.deepEqual(made, []);
      });
  });
});
