// Tests what `cloister bootstrap` reads from the settings files. tests/engine/organization.test.ts deploys the template.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { chooseStacks, findStacks, type StackPlan, UsageError } from "@cloister/cli";
import { planBootstrap } from "@cloister/cli/testing";

const hubRole = "arn:aws:iam::111122223333:role/ci/Deployer";

interface Template {
  Resources: { DeployRole: { Properties: { RoleName: string; Path: string; AssumeRolePolicyDocument: object } } } & Record<string, object>;
}

describe("cloister bootstrap", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-bootstrap-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  /** A checkout with an environment and a stage of target accounts, with these settings more. */
  function stacksWith(target: string, environment = ""): [StackPlan, StackPlan[]] {
    const write = (file: string, text: string) => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    };
    write("core/Pulumi.hub.yaml", "config: {}\n");
    write(
      "environment/Pulumi.risk.yaml",
      `config:\n  cloister-environment:team: risk\n  cloister-environment:owner: risk@bank.example\n  cloister-environment:coreStack: hub\n${environment}`,
    );
    write(
      "target-accounts/Pulumi.prod.yaml",
      `config:\n  aws:region: eu-west-1\n  cloister-target-accounts:environmentStack: risk\n  cloister-target-accounts:owner: risk@bank.example\n  cloister-target-accounts:stage: prod\n  cloister-target-accounts:accounts:\n    - id: "444455556666"\n${target}`,
    );
    const stacks = findStacks(folder);
    return [stacks.find(({ stack }) => stack === "prod")!, stacks];
  }
  const planned = (target: string, environment?: string, options: { trust?: string[]; region?: string } = { trust: [hubRole] }) =>
    planBootstrap(...stacksWith(target, environment), options);
  const templateOf = (...given: Parameters<typeof planned>) => JSON.parse(planned(...given).template) as Template;

  it("names the role after environment, stage and region of the settings", () => {
    const { stackName, accounts, region } = planned("");
    assert.deepEqual(
      { stackName, accounts, region },
      { stackName: "cloister-bootstrap-risk-dev-prod", accounts: ["444455556666"], region: "eu-west-1" },
    );
    const { RoleName, Path, AssumeRolePolicyDocument } = templateOf("").Resources.DeployRole.Properties;
    assert.deepEqual([Path, RoleName], ["/cloister/euw1/", "risk-dev-prod-deploy"]);
    assert.match(JSON.stringify(AssumeRolePolicyDocument), /"sts:ExternalId":"risk-dev-prod".*role\/ci\/Deployer/);
  });

  it("uses externalId, and the deploy roles of the environment by default", () => {
    const external = templateOf("  cloister-target-accounts:externalId: bank\n").Resources.DeployRole.Properties;
    assert.match(JSON.stringify(external.AssumeRolePolicyDocument), /"sts:ExternalId":"bank"/);
    const listed = templateOf("", `  cloister-environment:deployRoleArns:\n    - ${hubRole}\n`, {}).Resources.DeployRole.Properties;
    assert.match(JSON.stringify(listed.AssumeRolePolicyDocument), /role\/ci\/Deployer/);
  });

  it("allows NAT gateways, hosted zones and existing networks only if the settings have them", () => {
    const text = (target: string) => planned(target).template;
    assert.doesNotMatch(text(""), /NatGateway"|route53:CreateHostedZone|UseNetworks/);
    assert.match(text("  cloister-target-accounts:network:\n    egress: nat\n"), /ec2:CreateNatGateway/);
    assert.match(
      text(
        "  cloister-target-accounts:network:\n    features: [hosting, mirror]\n    mirrorServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718\n",
      ),
      /route53:CreateHostedZone/,
    );
    assert.match(text('    - id: "555566667777"\n      vpcId: vpc-0a1b2c3d\n'), /arn:aws:ec2:eu-west-1:555566667777:vpc\/vpc-0a1b2c3d/);
  });

  const rejected: [what: string, target: string, options: { trust?: string[] }, want: RegExp][] = [
    ["no role to trust", "", {}, /^--trust is required, because the environment of 'prod' has no deployRoleArns/],
    [
      "a user to trust",
      "",
      { trust: ["arn:aws:iam::111122223333:user/ana"] },
      /--trust must be the ARN of a role, .*\(got arn:aws:iam::111122223333:user\/ana\)/,
    ],
    [
      "another role in the settings",
      "  cloister-target-accounts:deployRoleName: ci/Deployer\n",
      { trust: [hubRole] },
      /deployRoleName' selects another role \(got 'ci\/Deployer'\).*config rm --stack prod deployRoleName/,
    ],
  ];
  for (const [what, target, options, want] of rejected)
    it(`rejects ${what}`, () =>
      assert.throws(
        () => planned(target, "", options),
        (error: Error) => error instanceof UsageError && want.test(error.message),
      ));

  it("reports all settings at once from which IAM would read a pattern or a variable", () => {
    const target = [
      '    - id: "*"',
      '      vpcId: "*"',
      '      subnetIds: ["*"]',
      "  cloister-target-accounts:network:",
      '    flowLogRoleArn: "*"',
      '  cloister-target-accounts:externalId: "${sts:ExternalId}"',
      "",
    ].join("\n");
    assert.throws(
      () => planned(target, '  cloister-environment:stage: "*"\n'),
      (error: Error) => {
        assert.ok(error instanceof UsageError);
        const settings = ["accounts[1].id", "accounts[1].vpcId", "accounts[1].subnetIds[0]", "network.flowLogRoleArn", "externalId"];
        for (const setting of settings.map((one) => `cloister-target-accounts:${one}`).concat("cloister-environment:stage"))
          assert.ok(error.message.includes(`'${setting}'`), `${setting} in ${error.message}`);
        assert.match(error.message, /pulumi --cwd target-accounts config set --stack prod --path network\.flowLogRoleArn/);
        return true;
      },
    );
  });

  it("rejects a secret that the template contains, and ignores other secrets", () => {
    const secret = (key: string) => `  cloister-target-accounts:${key}:\n    secure: v1:0123:abcd\n`;
    assert.throws(() => planned(secret("externalId")), /'cloister-target-accounts:externalId' must not be a secret/);
    assert.equal(planned(secret("tags")).template, planned("").template);
  });

  it("rejects a region that is not one", () =>
    assert.throws(() => planned("", "", { trust: [hubRole], region: "*" }), /--region or aws:region must be a region .*\(got '\*'\)/));

  it("rejects a stack that is not one of target accounts", () => {
    const stacks = findStacks();
    assert.throws(
      () => planBootstrap(chooseStacks(stacks, ["fraud-dev"])[0]!, stacks, { trust: [hubRole] }),
      /'fraud-dev' must be a stack of target accounts/,
    );
  });
});
