// Lints the template of `cloister bootstrap` with cfn-lint, which comes with moto. Does not prove that CloudFormation deploys the template.
import assert from "node:assert/strict";
import { bootstrapTemplate } from "@cloister/components/identity/deploy-role/template";
import { lintTemplates } from "../helpers/cfn-lint";

describe("template of cloister bootstrap", function () {
  this.timeout(120_000);
  const request = {
    stage: { name: "fraud-dev-staging", environment: "fraud-dev", stage: "staging", region: "eu-central-1" },
    hubRoleArns: ["arn:aws:iam::111122223333:role/ci/Deployer"],
    externalId: "fraud-dev-staging",
  };
  const every = {
    nat: true,
    mirror: { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d4e5f60718" },
    vpcArns: ["arn:aws:ec2:eu-central-1:444455556666:vpc/vpc-0a1b2c3d"],
    flowLogRoleArns: ["arn:aws:iam::444455556666:role/bank/FlowLogs"],
  };
  const lint = (template: object) => lintTemplates({ template });

  for (const [what, options] of Object.entries({ "the permissions of every stage": {}, "every permission": every }))
    it(`has no finding of cfn-lint with ${what}`, async () =>
      assert.deepEqual(await lint(bootstrapTemplate({ ...request, options })), { status: 0, text: "" }));

  it("has a finding of cfn-lint with an unknown property", async () => {
    const template = bootstrapTemplate({ ...request, options: {} });
    const { DeployRole } = template.Resources;
    const broken = {
      ...template,
      Resources: { ...template.Resources, DeployRole: { ...DeployRole, Properties: { ...DeployRole.Properties, Rolename: "x" } } },
    };
    assert.match((await lint(broken)).text, /Rolename/);
  });
});
