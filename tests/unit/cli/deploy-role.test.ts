// Tests what `cloister bootstrap` reads from the settings files. tests/engine/organization.test.ts deploys the template.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { chooseStacks, findStacks, type StackPlan, UsageError } from "@cloister/cli";
import {
  type AccountClient,
  deleteFromAccounts,
  deployBootstrap,
  deployCommand,
  type DeployRequest,
  deployToAccounts,
  planBootstrap,
  requireDestroyed,
} from "@cloister/cli/testing";
import { Interrupted, UserError } from "@cloister/common";

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
    assert.doesNotMatch(text(""), /CreateNatGateway"|route53:CreateHostedZone|UseNetworks/);
    assert.match(text("  cloister-target-accounts:network:\n    egress: nat\n"), /ec2:CreateNatGateway/);
    assert.match(
      text(
        "  cloister-target-accounts:network:\n    features: [hosting, mirror]\n    mirrorServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718\n",
      ),
      /route53:CreateHostedZone/,
    );
    assert.match(
      text('    - id: "555566667777"\n      mode: existing-vpc\n      vpcId: vpc-0a1b2c3d\n'),
      /arn:aws:ec2:eu-west-1:555566667777:vpc\/vpc-0a1b2c3d/,
    );
  });

  const rejected: [what: string, target: string, options: { trust?: string[] }, want: RegExp, environment?: string][] = [
    ["no role to trust", "", {}, /^--trust is required, because the environment of 'prod' has no deployRoleArns/],
    [
      "an environment with only users",
      "",
      {},
      /^--trust is required, because the environment of 'prod' has no role in deployRoleArns \(got arn:aws:iam::111122223333:user\/ana\)/,
      "  cloister-environment:deployRoleArns:\n    - arn:aws:iam::111122223333:user/ana\n",
    ],
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
  const subnets = Array.from({ length: 16 }, (_, i) => `subnet-${String(i).padStart(17, "0")}`);
  rejected.push(
    [
      "so many existing networks that a policy is too long",
      ["5", "6", "7", "8"]
        .map(
          (digit) =>
            `    - id: "${digit.repeat(12)}"\n      mode: existing-subnets\n      vpcId: vpc-0a1b2c3d4e5f60718\n      subnetIds: [${subnets.join(", ")}]\n`,
        )
        .join(""),
      { trust: [hubRole] },
      /^Policies of the deploy role of 'prod' are too long:\n  '\w+' has \d+ characters, and IAM allows 6144\. It grows with the existing VPCs, .*'cloister-target-accounts:accounts'\.[^]*\nShorten these lists, or set the path and name of an existing role: .* deployRoleName <path\/name>$/,
    ],
    [
      "so many roles to trust that the trust policy is too long",
      "",
      { trust: Array.from({ length: 40 }, (_, i) => `${hubRole}-${String(i).padStart(20, "0")}`) },
      /'trust' has \d+ characters, and IAM allows 2048\. It grows with the roles in --trust\./,
    ],
  );
  for (const [what, target, options, want, environment] of rejected)
    it(`rejects ${what}`, () =>
      assert.throws(
        () => planned(target, environment, options),
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
        for (const setting of settings.map((setting) => `cloister-target-accounts:${setting}`).concat("cloister-environment:stage"))
          assert.ok(error.message.includes(`'${setting}'`), `${setting} in ${error.message}`);
        assert.match(
          error.message,
          /pulumi --cwd target-accounts config set --stack prod --path cloister-target-accounts:network\.flowLogRoleArn/,
        );
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

describe("deletion of the role of cloister bootstrap", () => {
  const plan = {
    id: "cloister-target-accounts/prod",
    project: "cloister-target-accounts",
    folder: "",
    stack: "prod",
    settingsFile: "",
    reads: [],
  };
  const check = async (resources: () => Promise<{ urn: string; type: string }[]>) => {
    const texts: string[] = [];
    await requireDestroyed(plan, { resources, print: (text) => void texts.push(text), world: "try" });
    return texts.join();
  };
  it("is rejected while the stage has resources, because only the role can delete them", () =>
    assert.rejects(
      check(() => Promise.resolve([{ urn: "vpc", type: "aws:ec2/vpc:Vpc" }])),
      (error: Error) =>
        error instanceof UsageError &&
        error.message ===
          "cloister-target-accounts/prod still has 1 resource, which the deploy role must delete. No role was deleted. Destroy the stack first: npx cloister destroy cloister-target-accounts/prod --world try",
    ));
  it("is permitted for a destroyed stage, and without access to the state, which is reported", async () => {
    assert.equal(await check(() => Promise.resolve([{ urn: "stack", type: "pulumi:pulumi:Stack" }])), "");
    assert.match(await check(() => Promise.reject(new Error("no bucket"))), /^Cannot check whether .*prod is destroyed\. .* no bucket$/);
  });
});

describe("command that deploys a template of cloister bootstrap", () => {
  const plan = { stackName: "cloister-bootstrap-risk-dev-prod", region: "eu-west-1" };
  it("names the region of the stage, which can differ from the region of the shell", () =>
    assert.equal(
      deployCommand(plan, { stack: "prod", file: "b.json" }),
      "aws cloudformation deploy --region eu-west-1 --stack-name cloister-bootstrap-risk-dev-prod --template-file b.json --capabilities CAPABILITY_NAMED_IAM",
    ));
  it("acts on the sandbox world, with the same settings", () =>
    assert.equal(
      deployCommand(plan, { stack: "prod", file: "b.json", world: "try", trust: [hubRole] }),
      `npx cloister bootstrap prod --trust ${hubRole} --region eu-west-1 --deploy --world try`,
    ));
});

// The AWS SDK with the sandbox is in tests/engine/organization.test.ts.
describe("deployment of the template of cloister bootstrap", () => {
  const plan = { stackName: "boot", template: "{}", region: "eu-west-1", partition: "aws", accounts: ["444455556666", "555566667777"] };
  type Answer = string | Error | undefined;

  /** An account whose stack has these statuses, one for each description. The last status remains. */
  function accountWith(
    account: string,
    statuses: Answer[],
    failing: Record<string, Error> = {},
    description = "Cloister: role that deploys x",
  ): AccountClient & { calls: string[] } {
    const calls: string[] = [];
    const send = (command: { constructor: { name: string } }) => {
      const name = command.constructor.name.replace(/Command$/, "");
      if (failing[name]) return Promise.reject(failing[name]);
      if (name !== "DescribeStacks") return Promise.resolve(void calls.push(name));
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status instanceof Error) return Promise.reject(status);
      if (status === undefined) return Promise.reject(new Error("Stack with id boot does not exist"));
      return Promise.resolve({
        Stacks: [{ StackStatus: status, Description: description, Outputs: [{ OutputKey: "DeployRoleArn", OutputValue: "arn:role" }] }],
      });
    };
    return { account, client: { send } as unknown as AccountClient["client"], calls };
  }
  const [first, second] = plan.accounts as [string, string];
  async function outcomeOf(work: typeof deployToAccounts, clients: AccountClient[], request: Partial<DeployRequest> = {}) {
    const texts: string[] = [];
    const error = await work(clients, plan, { print: (text) => void texts.push(text), pollMs: 1, ...request }).then(
      () => undefined,
      (reason: Error) => reason,
    );
    return { text: texts.join("\n"), error };
  }

  const branches: [what: string, statuses: Answer[], calls: string[]][] = [
    ["creates a stack that does not exist", [undefined, "CREATE_IN_PROGRESS", "CREATE_COMPLETE"], ["CreateStack"]],
    [
      "updates an existing stack, after a change in progress",
      ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_COMPLETE"],
      ["UpdateStack"],
    ],
    ...["CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE", "DELETE_FAILED", "REVIEW_IN_PROGRESS"].map(
      (status): [string, Answer[], string[]] => [
        `deletes and creates a stack with the status ${status}`,
        [status, "DELETE_IN_PROGRESS", undefined, "CREATE_COMPLETE"],
        ["DeleteStack", "CreateStack"],
      ],
    ),
  ];
  for (const [what, statuses, calls] of branches)
    it(what, async () => {
      const account = accountWith(first, [...statuses]);
      const { text, error } = await outcomeOf(deployToAccounts, [account]);
      assert.deepEqual([error, account.calls], [undefined, calls]);
      assert.equal(text, `Account ${first}: boot is deployed. Deploy role: arn:role`);
    });

  it("reports an unchanged stack, and a deleted stack", async () => {
    const unchanged = accountWith(first, ["CREATE_COMPLETE"], { UpdateStack: new Error("No updates are to be performed.") });
    assert.match((await outcomeOf(deployToAccounts, [unchanged])).text, /boot is up to date\.$/);
    const updating = accountWith(first, ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", undefined]);
    assert.match((await outcomeOf(deleteFromAccounts, [updating])).text, /boot is deleted\.$/);
    assert.deepEqual(updating.calls, ["DeleteStack"]);
  });

  it("changes no stack that another person created under the same name, except one in review without resources", async () => {
    for (const work of [deployToAccounts, deleteFromAccounts])
      for (const status of ["CREATE_FAILED", "CREATE_COMPLETE"]) {
        const other = accountWith(first, [status], {}, "payroll\ndatabase");
        const { error } = await outcomeOf(work, [other]);
        assert.match(error!.message, /boot was not created by this command \(its description is 'payroll database'\)\. Examine the stack/);
        assert.deepEqual(other.calls, []);
      }
    const inReview = accountWith(first, ["REVIEW_IN_PROGRESS", undefined, "CREATE_COMPLETE"], {}, "");
    assert.equal((await outcomeOf(deployToAccounts, [inReview])).error, undefined);
  });

  it("creates no stack if the failed one cannot be deleted", async () => {
    const stuck = accountWith(first, ["ROLLBACK_FAILED", "DELETE_FAILED"]);
    const { error } = await outcomeOf(deployToAccounts, [stuck]);
    assert.match(error!.message, /\n {2}Account 444455556666: boot is DELETE_FAILED: see the events of the stack in CloudFormation$/);
    assert.deepEqual(stuck.calls, ["DeleteStack"]);
  });

  it("ends the wait at the time limit", async () => {
    const slow = accountWith(first, ["CREATE_IN_PROGRESS"]);
    const { error } = await outcomeOf(deployToAccounts, [slow], { limitMinutes: 0 });
    assert.match(
      error!.message,
      /boot is still CREATE_IN_PROGRESS after the limit of 0 minutes\. Run the same command again to continue\./,
    );
  });

  it("reports what AWS rejects for each account, with advice, and completes the others", async () => {
    const denied = Object.assign(new Error("no cloudformation:CreateStack"), { name: "AccessDenied" });
    const { text, error } = await outcomeOf(deployToAccounts, [
      accountWith(first, [undefined], { CreateStack: denied }),
      accountWith(second, [undefined, "CREATE_COMPLETE"]),
    ]);
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /^The deploy role was not deployed in these accounts:\n {2}Account 444455556666: AccessDenied: no cloudformation:CreateStack\nSign in as an administrator of the target account/,
    );
    assert.match(text, /^Account 555566667777: boot is deployed/);
  });

  it("ends with an interruption while it waits", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Interrupted()), 20);
    const waiting = accountWith(first, ["CREATE_IN_PROGRESS"]);
    const { error } = await outcomeOf(deployToAccounts, [waiting], { pollMs: 60_000, interrupt: { signal: controller.signal } });
    assert.ok(error instanceof Interrupted);
  });

  it("reports an error of AWS for the credentials, without a stack trace", async () => {
    const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
    const where = { env, world: { dir: "", name: "try", stateDir: "" } };
    const request = { print: () => {} };
    await assert.rejects(deployBootstrap(where, plan, request), (error: Error) => {
      assert.match(error.message, /^Cannot look up the account of the AWS credentials\. No account was changed\.\n {2}.*ECONNREFUSED/);
      return error instanceof UserError;
    });
    await assert.rejects(deployBootstrap(where, plan, { ...request, through: "Admin" }), (error: Error) => {
      assert.match(
        error.message,
        /^--through must be a role .*\(got 'Admin'\)\..*\n {2}Account 444455556666: .*\n {2}Account 555566667777: /,
      );
      return error instanceof UserError;
    });
  }).timeout(20_000);
});
