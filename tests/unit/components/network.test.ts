import assert from "node:assert/strict";
import { rangeProblem } from "@cloister/components/network";
import { privateAcl, publicAcl } from "@cloister/components/network/acl";
import {
  endpointKinds,
  type EndpointName,
  endpointNames,
  type Feature,
  type FeatureName,
  features,
} from "@cloister/components/network/catalogue";
import { planSubnets } from "@cloister/components/network/subnets";
import { domainsOf, interfacePolicy, planEndpoints, s3Policy, serviceNames } from "@cloister/components/network/endpoints";

const region = "eu-central-1";
const partition = "aws";
const ownership = { accountIds: ["111122223333"] };
const featureOf = (name: string): Feature => features[name as FeatureName];

describe("network", () => {
  describe("range", () => {
    const table: [string, RegExp | undefined][] = [
      ["10.64.0.0/20", undefined],
      ["10.0.0.0/16", undefined],
      ["192.168.7.0/24", undefined],
      ["172.16.0.0/16", undefined],
      ["172.32.0.0/16", /not a private range/],
      ["100.64.0.0/16", undefined],
      ["169.254.0.0/16", /not a private range/],
      ["0.0.0.0/16", /not a private range/],
      ["10.0.0.0/15", /prefix length is 15, allowed is 16 to 24/],
      ["10.0.0.0/25", /prefix length is 25/],
      ["10.0.0.1/24", /bits beyond its prefix; the range is 10\.0\.0\.0\/24/],
      ["fd00::/20", /not an IPv4 range/],
      ["10.0.0.0", /not a range such as/],
      ["10.0.0.0/33", /not a range such as/],
      ["", /not a range such as/],
    ];
    for (const [cidr, want] of table)
      it(`${cidr || "nothing"} is ${want ? "refused" : "taken"}`, () => {
        const problem = rangeProblem(cidr);
        if (want) assert.match(problem ?? "", want);
        else assert.equal(problem, undefined);
      });
  });

  describe("subnets", () => {
    const table: [string, string[], string[]][] = [
      ["10.64.0.0/20", ["a"], ["10.64.0.0/22"]],
      ["10.64.0.0/20", ["a", "b", "c", "d"], ["10.64.0.0/22", "10.64.4.0/22", "10.64.8.0/22", "10.64.12.0/23"]],
      ["10.0.0.0/16", ["b", "c"], ["10.0.0.0/18", "10.0.64.0/18"]],
      ["192.168.255.0/24", ["a", "b", "c", "d"], ["192.168.255.0/26", "192.168.255.64/26", "192.168.255.128/26", "192.168.255.192/27"]],
    ];
    for (const [cidr, zones, want] of table)
      it(`of ${cidr} in ${zones.length} zones`, () =>
        assert.deepEqual(
          planSubnets(cidr, zones).private,
          zones.map((zone, i) => ({ zone, cidr: want[i] })),
        ));
    it("for NAT are in the last eighth", () =>
      assert.deepEqual(planSubnets("10.64.0.0/20", ["a", "b"], true).public, [
        { zone: "a", cidr: "10.64.14.0/25" },
        { zone: "b", cidr: "10.64.14.128/25" },
      ]));
    it("are refused for five zones", () => assert.throws(() => planSubnets("10.0.0.0/16", [..."abcde"]), /5 zones were asked for/));
    it("are refused for a zone named twice", () => assert.throws(() => planSubnets("10.0.0.0/16", ["a", "a"]), /named twice: a, a/));
    it("are refused for a range that is none", () => assert.throws(() => planSubnets("10.0.0.1/16", ["a"]), RangeError));
    it("are refused where those for NAT would be too small, with what fits", () =>
      assert.throws(
        () => planSubnets("10.0.0.0/24", ["a"], true),
        /would be \/29, and AWS has none smaller than \/28\. Use a \/23 or larger/,
      ));
  });

  describe("features", () => {
    const table: [FeatureName[], EndpointName[]][] = [
      [["studio"], ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs", "kms", "ssm"]],
      [
        ["studio", "jobs"],
        ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs", "kms", "ssm", "ecr-api", "ecr-dkr"],
      ],
      // Those that models in target accounts have in AWS's reference solution: S3 and nine more.
      [["hosting"], ["sagemaker-api", "sagemaker-runtime", "sts", "logs", "kms", "ssm", "ecr-api", "ecr-dkr", "monitoring"]],
      [["git"], ["codecommit", "git-codecommit"]],
      [["mirror"], []],
    ];
    for (const [chosen, want] of table)
      it(`${chosen.join(" and ")} ask for ${want.join(", ") || "none"}`, () =>
        assert.deepEqual(planEndpoints({ features: chosen }), { names: want, missed: [] }));

    it("are adjusted by what is added and left out", () =>
      assert.deepEqual(planEndpoints({ features: ["git"], add: ["glue", "codecommit"], omit: ["glue"] }).names, [
        "codecommit",
        "git-codecommit",
      ]));
    it("tell which of them misses what is left out", () =>
      assert.deepEqual(planEndpoints({ features: ["studio", "jobs"], omit: ["sts", "kms"] }).missed, [
        { endpoint: "sts", feature: "studio" },
        { endpoint: "sts", feature: "jobs" },
      ]));
    it("name no endpoint as needed and used", () => {
      for (const [name, feature] of Object.entries(features)) {
        const all = [...feature.needs, ...(featureOf(name).uses ?? [])];
        assert.equal(new Set(all).size, all.length, name);
      }
    });
    it("of Studio need those without which AWS says it does not start", () => {
      for (const needed of ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts"] as const)
        assert.ok(featureOf("studio").needs.includes(needed), needed);
    });
    it("use every endpoint of the catalogue but those for single cases", () => {
      const used = new Set(planEndpoints({ features: Object.keys(features) as FeatureName[] }).names);
      assert.deepEqual(
        endpointNames.filter((name) => !used.has(name)),
        [
          "ec2",
          "redshift-data",
          "elasticmapreduce",
          "emr-serverless",
          "sns",
          "sqs",
          "cloudformation",
          "elasticfilesystem",
          "autoscaling",
          "application-autoscaling",
          "xray",
          "config",
        ],
      );
    });
  });

  describe("catalogue", () => {
    /** Services that AWS names for SageMaker without internet, those of its reference solution, and those that data scientists call. */
    const services = `sagemaker.api sagemaker.runtime sagemaker.featurestore-runtime sagemaker.metrics aws.sagemaker.studio aws.sagemaker.notebook aws.sagemaker.experiments
      sts logs ecr.api ecr.dkr kms monitoring ssm ssmmessages ec2messages servicecatalog secretsmanager codecommit git-codecommit codebuild codepipeline codeartifact.api
      codeartifact.repositories codeconnections.api elasticfilesystem events lambda states athena glue lakeformation redshift-data elasticmapreduce emr-serverless bedrock-runtime
      cloudformation sns sqs ec2 application-autoscaling autoscaling xray config`;
    /** Left out, and why: `partner-app`, `sagemaker-data-science-assistant` and `codewhisperer` are offered in single regions and send what they are asked to others; `iam` and `organizations` are
     * about accounts, not data; `codestar-connections.api` is the old name of `codeconnections.api`. */
    it("has every service that SageMaker and what is around it is called by, and no other", () =>
      assert.deepEqual(
        Object.values(endpointKinds)
          .map(({ service }) => service.replace("com.amazonaws.<region>.", "").replace("<region>.", ""))
          .sort(),
        services.split(/\s+/).sort(),
      ));
  });

  describe("endpoints", () => {
    const table: [EndpointName, string, string][] = [
      ["sagemaker-api", "com.amazonaws.eu-central-1.sagemaker.api", "api.sagemaker.eu-central-1.amazonaws.com"],
      ["sagemaker-runtime", "com.amazonaws.eu-central-1.sagemaker.runtime", "runtime.sagemaker.eu-central-1.amazonaws.com"],
      ["sagemaker-studio", "aws.sagemaker.eu-central-1.studio", "*.studio.eu-central-1.sagemaker.aws"],
      ["sagemaker-notebook", "aws.sagemaker.eu-central-1.notebook", "*.notebook.eu-central-1.sagemaker.aws"],
      ["sagemaker-experiments", "aws.sagemaker.eu-central-1.experiments", "*.eu-central-1.experiments.sagemaker.aws"],
      ["codeconnections", "com.amazonaws.eu-central-1.codeconnections.api", "codeconnections.eu-central-1.amazonaws.com"],
      ["sts", "com.amazonaws.eu-central-1.sts", "sts.eu-central-1.amazonaws.com"],
      ["ecr-api", "com.amazonaws.eu-central-1.ecr.api", "api.ecr.eu-central-1.amazonaws.com"],
      ["ecr-dkr", "com.amazonaws.eu-central-1.ecr.dkr", "*.dkr.ecr.eu-central-1.amazonaws.com"],
      ["codeartifact-api", "com.amazonaws.eu-central-1.codeartifact.api", "codeartifact.eu-central-1.amazonaws.com"],
      ["git-codecommit", "com.amazonaws.eu-central-1.git-codecommit", "git-codecommit.eu-central-1.amazonaws.com"],
    ];
    for (const [name, service, domain] of table)
      it(`${name} is ${service} and answers ${domain}`, () => {
        assert.deepEqual(serviceNames(name, region, partition), [service]);
        assert.ok(domainsOf({ endpoints: [name], region, partition }).includes(domain));
      });

    it("in China may have a name of another form", () =>
      assert.deepEqual(serviceNames("sts", "cn-north-1", "aws-cn"), ["com.amazonaws.cn-north-1.sts", "cn.com.amazonaws.cn-north-1.sts"]));

    const conditionsOf = (policy: string) =>
      (JSON.parse(policy) as { Statement: { Condition: unknown }[] }).Statement.map(({ Condition }) => Condition);

    it("let our principals at our resources", () => {
      for (const name of endpointNames)
        assert.deepEqual(conditionsOf(interfacePolicy(name, ownership))[0], {
          StringEquals: { "aws:PrincipalAccount": ["111122223333"], "aws:ResourceAccount": ["111122223333"] },
        });
    });
    it("let the principals of our organization at its resources, when it is named", () =>
      assert.deepEqual(conditionsOf(interfacePolicy("sts", { ...ownership, organizationId: "o-exampleorgid" })), [
        { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid", "aws:ResourceOrgID": "o-exampleorgid" } },
      ]));
    it("let our principals at what others publish only to read it", () => {
      for (const name of endpointNames) {
        const [, published, ...more] = (JSON.parse(interfacePolicy(name, ownership)) as { Statement: Record<string, unknown>[] }).Statement;
        assert.deepEqual(more, []);
        if (!published) continue;
        assert.deepEqual(published.Condition, { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } }, name);
        for (const action of published.Action as string[]) assert.match(action, /^[a-z]+:(Get|BatchGet|BatchCheck|Describe)/, name);
      }
      assert.deepEqual(
        endpointNames.filter((name) => "foreign" in endpointKinds[name]),
        ["ssm", "ecr-api", "ecr-dkr"],
      );
    });
    it("have policies that AWS takes: at most 20,480 characters", () => {
      const many = { accountIds: Array.from({ length: 200 }, (_, i) => String(100000000000 + i)) };
      for (const name of endpointNames) assert.ok(interfacePolicy(name, many).length < 20480, name);
    });
  });

  describe("names that are resolved", () => {
    const domains = domainsOf({
      endpoints: ["sts"],
      features: ["os-packages"],
      region: "us-east-1",
      partition,
      extra: ["pypi.bank.example"],
    });
    it("are the endpoints', the features', S3's, the VPC's own and those added, and no more", () =>
      assert.deepEqual(domains, [
        "*.ec2.internal",
        "*.efs.us-east-1.amazonaws.com",
        "*.s3.us-east-1.amazonaws.com",
        "al2023-repos-us-east-1-de612dc2.s3.dualstack.us-east-1.amazonaws.com",
        "amazonlinux-2-repos-us-east-1.s3.dualstack.us-east-1.amazonaws.com",
        "pypi.bank.example",
        "s3.us-east-1.amazonaws.com",
        "sts.us-east-1.amazonaws.com",
      ]));
    it("end as China's do there", () =>
      assert.ok(domainsOf({ endpoints: ["sts"], region: "cn-north-1", partition: "aws-cn" }).includes("sts.cn-north-1.amazonaws.com.cn")));
    it("never are everything, or everything of a top-level domain", () => {
      for (const domain of domainsOf({ endpoints: endpointNames, region, partition }))
        assert.match(domain, /^(\*\.)?([\w-]+\.){2,}[\w-]+$/);
    });
  });

  describe("S3 endpoint", () => {
    const policy = (chosen: FeatureName[]) =>
      (
        JSON.parse(s3Policy({ ownership, bucketArns: ["arn:aws-cn:s3:::one"], features: chosen, region, partition: "aws-cn" })) as {
          Statement: Record<string, unknown>[];
        }
      ).Statement;
    const [buckets, objects, ...more] = policy(["studio", "jobs"]);

    it("lets our principals at our buckets and their objects", () => {
      assert.deepEqual(buckets?.Resource, ["arn:aws-cn:s3:::one", "arn:aws-cn:s3:::one/*"]);
      assert.deepEqual(buckets?.Condition, { StringEquals: { "aws:PrincipalAccount": ["111122223333"] } });
      assert.ok(!(buckets?.Action as string[]).some((action) => ["*", "s3:*", "s3:Put*"].includes(action)));
    });
    it("lets everybody read the layers of images for jobs, and nothing else", () => {
      assert.deepEqual(
        [objects?.Action, objects?.Resource],
        [["s3:GetObject"], [`arn:aws-cn:s3:::prod-${region}-starport-layer-bucket/*`]],
      );
      assert.deepEqual(more, []);
    });
    it("lets at nothing of AWS's without a feature that needs it", () => assert.equal(policy(["studio"]).length, 1));
    it("names exact buckets of AWS for each feature that needs some", () => {
      for (const name of Object.keys(features))
        for (const one of featureOf(name).awsObjects ?? []) assert.match(one, /^[a-z0-9.<>-]+(\/\*)?$/, name);
      const resources = policy(Object.keys(features) as FeatureName[])[1]?.Resource as string[];
      for (const resource of resources) assert.match(resource, /^arn:aws-cn:s3:::[a-z0-9.-]+(\/\*)?$/);
    });
  });

  describe("network ACL", () => {
    const everywhere = "0.0.0.0/0";
    for (const [name, acl] of Object.entries({ private: privateAcl(["10.0.0.0/20"]), public: publicAcl(["10.0.0.0/20", "10.1.0.0/20"]) })) {
      it(`of ${name} subnets lets out HTTPS only, besides the VPC's own traffic`, () =>
        assert.deepEqual(
          acl.egress
            .filter(({ cidrBlock }) => cidrBlock === everywhere)
            .map(({ protocol, fromPort, toPort }) => [protocol, fromPort, toPort]),
          [["tcp", 443, 443]],
        ));
      it(`of ${name} subnets lets in answers only, never to 22 or 3389`, () => {
        for (const { protocol, fromPort, toPort } of acl.ingress.filter(({ cidrBlock }) => cidrBlock === everywhere)) {
          assert.equal(protocol, "tcp");
          for (const port of [22, 3389]) assert.ok(port < fromPort || port > toPort, String(port));
        }
      });
      it(`of ${name} subnets numbers its rules once`, () => {
        for (const rules of [acl.ingress, acl.egress]) assert.equal(new Set(rules.map(({ ruleNo }) => ruleNo)).size, rules.length);
      });
    }
  });
});
