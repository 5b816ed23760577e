// Tests the sandbox with independent clients: each scenario runs with the AWS SDK for JavaScript and with boto3.
// Not proven: that AWS answers the same. The expectations are from AWS's documentation and from the waiters in the AWS provider.
import assert from "node:assert/strict";
import { boto3 } from "./boto3";
import { coverage, uncovered } from "./coverage";
import { javascript } from "./javascript";
import used from "./operations.json";
import { type Client, run } from "./run";
import { accessanalyzer } from "./scenarios/accessanalyzer";
import { cloudformation } from "./scenarios/cloudformation";
import { cloudformationSagemaker } from "./scenarios/cloudformation-sagemaker";
import { cloudtrail, interfacePermissions, trails } from "./scenarios/cloudtrail";
import { codeartifact } from "./scenarios/codeartifact";
import { config } from "./scenarios/config";
import { ec2 } from "./scenarios/ec2";
import { ec2Egress } from "./scenarios/ec2-egress";
import { ec2Peering } from "./scenarios/ec2-peering";
import { ecs, ecsDeployments } from "./scenarios/ecs";
import { efs, sagemakerHome } from "./scenarios/efs";
import { codebuild, lambda } from "./scenarios/engine";
import { guardduty } from "./scenarios/guardduty";
import { iam } from "./scenarios/iam";
import { kms } from "./scenarios/kms";
import { loadBalancing } from "./scenarios/load-balancing";
import { logs, sns, ssm, sts } from "./scenarios/others";
import { quotas } from "./scenarios/quotas";
import { restrictions } from "./scenarios/restrictions";
import { route53 } from "./scenarios/route53";
import { route53resolver } from "./scenarios/route53resolver";
import { s3 } from "./scenarios/s3";
import { sagemaker } from "./scenarios/sagemaker";
import { jobs } from "./scenarios/sagemaker-jobs";
import { sagemakerChanges } from "./scenarios/sagemaker-changes";
import { macie2, securityhub } from "./scenarios/security-services";
import { servicecatalog } from "./scenarios/servicecatalog";
import { servicecatalogLaunches, servicecatalogProducts } from "./scenarios/servicecatalog-products";
import { serviceQuotas } from "./scenarios/servicequotas";
import { budgets, cloudwatch, events, resourceGroups, ssoAdmin } from "./scenarios/watching";
import { control, world, worldTools } from "./world";

const scenarios = {
  accessanalyzer,
  budgets,
  cloudformation,
  "cloudformation: sagemaker": cloudformationSagemaker,
  cloudtrail,
  "cloudtrail: trails": trails,
  cloudwatch,
  codeartifact,
  codebuild,
  config,
  ec2,
  "ec2: interface permissions": interfacePermissions,
  "ec2: egress paths": ec2Egress,
  "ec2: peering": ec2Peering,
  ecs,
  efs,
  events,
  guardduty,
  iam,
  kms,
  lambda,
  "load balancing": loadBalancing,
  logs,
  macie2,
  "resource groups": resourceGroups,
  quotas,
  restrictions,
  route53,
  route53resolver,
  s3,
  sagemaker,
  "sagemaker: home file systems": sagemakerHome,
  "sagemaker: jobs": jobs,
  "sagemaker: changes": sagemakerChanges,
  securityhub,
  "service catalog": servicecatalog,
  "service catalog: products": servicecatalogProducts,
  "service catalog: launches": servicecatalogLaunches,
  "service quotas": serviceQuotas,
  sns,
  ssm,
  "sso admin": ssoAdmin,
  sts,
};

/** Scenarios with ECR, for which the tests have no AWS SDK for JavaScript. */
const onlyByBoto3 = { "ecs: deployments": ecsDeployments };

describe("sandbox conformance", function () {
  this.timeout(60_000);
  const clients = {} as { javascript: Client; boto3: ReturnType<typeof boto3> };

  before(async () => {
    clients.javascript = javascript(world());
    clients.boto3 = boto3(world(), (await worldTools()).python);
  });

  after(() => clients.boto3.close());

  for (const [service, list] of Object.entries(scenarios))
    for (const client of ["javascript", "boto3"] as const)
      describe(`${service} by ${client}`, () => {
        for (const [i, scenario] of list.entries())
          it(scenario.title, () => run(scenario, clients[client], `${client}${i}`, world().hubAccount));
      });

  for (const [service, list] of Object.entries(onlyByBoto3))
    describe(`${service} by boto3`, () => {
      for (const [i, scenario] of list.entries()) it(scenario.title, () => run(scenario, clients.boto3, `boto3${i}`, world().hubAccount));
    });

  // operations.json: calls by the AWS provider when it deployed, changed and destroyed every resource type that our programs use.
  // In an inner group, because mocha runs the tests in a group before the tests in its inner groups.
  describe("coverage", () => {
    it("covers every operation that our programs use, with success and with an error, by both clients", async () => {
      assert.deepEqual(uncovered(used, coverage(await control().journal())), []);
    });
  });
});
