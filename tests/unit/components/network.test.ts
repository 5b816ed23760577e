import assert from "node:assert/strict";
import { rangeProblem } from "@cloister/components/aws/cidr";
import {
  endpointKinds,
  type EndpointName,
  endpointNames,
  type Feature,
  type FeatureName,
  featureNames,
  features,
} from "@cloister/components/network/catalogue";
import { interfacePolicy, ownershipOf, s3Policy } from "@cloister/components/network/endpoint-policies";
import { allowedDomains, endpointsOf, endpointZones, planEndpoints, serviceNames } from "@cloister/components/network/endpoints";
import { privateAcl, publicAcl, sharedEndpointAcl } from "@cloister/components/network/resources/acl-rules";
import { assignZones, planSubnets } from "@cloister/components/network/subnets";

const context = { region: "eu-central-1", partition: "aws" };
const { region } = context;
const ownership = { accountId: "111122223333", accountIds: ["111122223333", "222233334444"], imageAccountIds: ["333344445555"] };
const featureOf = (name: string): Feature => features[name as FeatureName];

describe("network", () => {
  describe("VPC CIDR range", () => {
    const table: [string, RegExp | undefined][] = [
      ["10.64.0.0/20", undefined],
      ["10.0.0.0/16", undefined],
      ["192.168.7.0/24", undefined],
      ["172.16.0.0/16", undefined],
      ["172.32.0.0/16", /not a private range/],
      ["100.64.0.0/16", undefined],
      ["169.254.0.0/16", /not a private range/],
      ["0.0.0.0/16", /not a private range/],
      ["10.0.0.0/15", /prefix length is 15, not 16 to 24/],
      ["10.0.0.0/25", /prefix length is 25/],
      ["10.0.0.1/24", /has host bits; the range is 10\.0\.0\.0\/24/],
      ["fd00::/20", /not an IPv4 range/],
      ["10.0.0.0", /not a CIDR range such as/],
      ["10.0.0.0/33", /not a CIDR range such as/],
      ["010.0.0.0/20", /not a CIDR range such as/],
      ["", /not a CIDR range such as/],
    ];
    for (const [cidr, want] of table)
      it(`${want ? "rejects" : "accepts"} ${cidr || "an empty string"}`, () => {
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
      it(`divide ${cidr} for ${zones.length} zones`, () =>
        assert.deepEqual(
          planSubnets(cidr, zones).private,
          zones.map((zone, i) => ({ zone, cidr: want[i] })),
        ));
    it("use the last eighth of the CIDR range for NAT gateways", () =>
      assert.deepEqual(planSubnets("10.64.0.0/20", ["a", "b"], true).public, [
        { zone: "a", cidr: "10.64.14.0/25" },
        { zone: "b", cidr: "10.64.14.128/25" },
      ]));
    it("keep the first of two existing subnets in one zone", () => {
      const [first, second, third] = planSubnets("10.0.0.0/16", ["a", "b", "c"]).private;
      const existing = [first!, { ...second!, zone: "a" }, third!];
      assert.deepEqual(assignZones("10.0.0.0/16", 3, ["a", "b", "c"], existing), ["a", "b", "c", undefined]);
    });
    it("reject five zones", () => assert.throws(() => planSubnets("10.0.0.0/16", [..."abcde"]), /at most 4 zones \(got 5\)/));
    it("reject a duplicate zone", () => assert.throws(() => planSubnets("10.0.0.0/16", ["a", "a"]), /must be unique \(got a, a\)/));
    it("reject a CIDR range with host bits", () => assert.throws(() => planSubnets("10.0.0.1/16", ["a"]), RangeError));
    it("reject a CIDR range that is too small for NAT, and name the required size", () =>
      assert.throws(
        () => planSubnets("10.0.0.0/24", ["a"], true),
        /would be \/29, and the smallest subnet of AWS is \/28\. Use a \/23 or larger/,
      ));
  });

  describe("features", () => {
    const table: [FeatureName[], EndpointName[]][] = [
      [["studio"], ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs", "ssm"]],
      [
        ["studio", "jobs"],
        ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts", "logs", "ssm"],
      ],
      [["hosting"], ["sagemaker-runtime", "sts", "logs", "monitoring"]],
      [["git"], ["git-codecommit"]],
      [["analytics"], ["glue", "athena"]],
      [["mirror"], []],
    ];
    for (const [chosen, want] of table)
      it(`${chosen.join(" and ")} require ${want.join(", ") || "no endpoints"}`, () =>
        assert.deepEqual(planEndpoints({ features: chosen }), { requested: want, names: want, missing: [] }));

    it("are adjusted by added and omitted endpoints", () =>
      assert.deepEqual(planEndpoints({ features: ["git"], add: ["glue", "codecommit"], omit: ["glue"] }).names, [
        "codecommit",
        "git-codecommit",
      ]));
    it("keep omitted endpoints in the list of requested endpoints", () =>
      assert.deepEqual(planEndpoints({ features: ["analytics"], omit: ["glue"] }), {
        requested: ["glue", "athena"],
        names: ["athena"],
        missing: [{ endpoint: "glue", feature: "analytics" }],
      }));
    it("are all those of another VPC, if that VPC provides all", () =>
      assert.deepEqual(planEndpoints({ features: ["analytics"], add: ["xray"], omit: ["glue"], central: "all" }), {
        requested: ["glue", "athena", "xray"],
        names: [],
        missing: [],
      }));
    it("report which feature requires an omitted endpoint", () =>
      assert.deepEqual(planEndpoints({ features: ["studio", "jobs"], omit: ["sts", "ssm"] }).missing, [
        { endpoint: "sts", feature: "studio" },
        { endpoint: "sts", feature: "jobs" },
      ]));
    it("list no endpoint twice", () => {
      for (const name of featureNames) assert.equal(new Set(endpointsOf(name)).size, endpointsOf(name).length, name);
    });
    it("require the endpoints that AWS documents as required for Studio", () => {
      for (const needed of ["sagemaker-api", "sagemaker-runtime", "sagemaker-studio", "sts"] as const)
        assert.ok(featureOf("studio").required.includes(needed), needed);
    });
    it("cover every endpoint in the catalogue except a few", () => {
      const used = new Set(planEndpoints({ features: [...featureNames] }).names);
      assert.deepEqual(
        endpointNames.filter((name) => !used.has(name)),
        [
          "sagemaker-experiments",
          "kms",
          "ssmmessages",
          "ec2messages",
          "ec2",
          "events",
          "codecommit",
          "servicecatalog",
          "codepipeline",
          "codebuild",
          "lakeformation",
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
    /** Services that SageMaker needs without internet access, that the reference solution has, or that users call. */
    const services = `sagemaker.api sagemaker.runtime sagemaker.featurestore-runtime sagemaker.metrics aws.sagemaker.studio aws.sagemaker.notebook aws.sagemaker.experiments
      sts logs ecr.api ecr.dkr kms monitoring ssm ssmmessages ec2messages servicecatalog secretsmanager codecommit git-codecommit codebuild codepipeline codeartifact.api
      codeartifact.repositories codeconnections.api elasticfilesystem events lambda states athena glue lakeformation redshift-data elasticmapreduce emr-serverless bedrock-runtime
      cloudformation sns sqs ec2 application-autoscaling autoscaling xray config`;
    // Omitted: `partner-app`, `sagemaker-data-science-assistant`, `codewhisperer` (few regions, send data to others),
    // `iam` and `organizations` (manage accounts), `codestar-connections.api` (old name of `codeconnections.api`).
    it("has exactly the services that SageMaker and related services use", () =>
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
        assert.deepEqual(serviceNames(name, context), [service]);
        assert.ok(allowedDomains({ endpoints: [name], ...context }).includes(domain));
      });

    it("can have service names with the prefix cn. in China", () =>
      assert.deepEqual(serviceNames("sts", { region: "cn-north-1", partition: "aws-cn" }), [
        "com.amazonaws.cn-north-1.sts",
        "cn.com.amazonaws.cn-north-1.sts",
      ]));

    it("have one hosted zone per domain, with records for the domain, its subdomains, or both", () =>
      assert.deepEqual(
        (["sts", "ecr-dkr"] as const).flatMap((name) => endpointZones(name, context).map(({ domain, records }) => [domain, records])),
        [
          ["sts.eu-central-1.amazonaws.com", [""]],
          ["dkr.ecr.eu-central-1.amazonaws.com", ["", "*."]],
        ],
      ));

    const conditionsOf = (policy: string) =>
      (JSON.parse(policy) as { Statement: { Condition: unknown }[] }).Statement.map(({ Condition }) => Condition);

    it("allow the accounts' principals to use the accounts' resources", () => {
      for (const name of endpointNames)
        assert.deepEqual(conditionsOf(interfacePolicy(name, ownership))[0], {
          StringEquals: { "aws:PrincipalAccount": ownership.accountIds, "aws:ResourceAccount": ownership.accountIds },
        });
    });
    it("allow an organization's principals to use the organization's resources, if an organization is set", () =>
      assert.deepEqual(conditionsOf(interfacePolicy("sts", { ...ownership, organizationId: "o-exampleorgid" })), [
        { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid", "aws:ResourceOrgID": "o-exampleorgid" } },
      ]));
    it("allow only reads of foreign public resources", () => {
      for (const name of endpointNames) {
        const [, publicReads, ...others] = (JSON.parse(interfacePolicy(name, ownership)) as { Statement: Record<string, unknown>[] })
          .Statement;
        assert.deepEqual(others, []);
        if (!publicReads) continue;
        const images = name.startsWith("ecr-") && { "aws:ResourceAccount": ["333344445555"] };
        assert.deepEqual(publicReads.Condition, { StringEquals: { "aws:PrincipalAccount": ownership.accountIds, ...images } }, name);
        // Without accounts, each resource ARN must have an empty account, so that only AWS can own the resource.
        for (const resource of images ? [] : (publicReads.Resource as string[])) assert.equal(resource.split(":")[4], "", resource);
        for (const action of publicReads.Action as string[])
          assert.match(action, /^[a-z]+:(Get|BatchGet|BatchCheck)|^bedrock:InvokeModel/, name);
      }
      assert.deepEqual(
        endpointNames.filter((name) => "publicReads" in endpointKinds[name]),
        ["ssm", "ecr-api", "ecr-dkr", "bedrock-runtime"],
      );
    });
    it("allow images from AWS registries of the region and from the accounts in the settings", () => {
      const accounts = (region: string) =>
        ownershipOf({ accountId: "111122223333", region }, { accountIds: [], imageAccounts: ["222233334444"] }).imageAccountIds;
      // Accounts of the deep learning containers, of XGBoost, and of the deep learning containers in China.
      // Source: AWS "Docker Registry Paths and Example Code".
      for (const account of ["763104351884", "492215442770", "222233334444"])
        assert.ok(accounts("eu-central-1").includes(account), account);
      assert.ok(accounts("cn-north-1").includes("727897471807") && !accounts("cn-north-1").includes("763104351884"));
      assert.deepEqual(accounts("xx-north-9"), ["222233334444"]);
    });
    it("have endpoint policies within the AWS limit of 20,480 characters", () => {
      const many = { ...ownership, accountIds: Array.from({ length: 200 }, (_, i) => String(100000000000 + i)) };
      for (const name of endpointNames) assert.ok(interfacePolicy(name, many).length < 20480, name);
    });
  });

  describe("resolved DNS names", () => {
    const domains = allowedDomains({
      endpoints: ["sts"],
      features: ["os-packages"],
      region: "us-east-1",
      partition: "aws",
      add: ["pypi.bank.example", "sts.us-east-1.amazonaws.com"],
    });
    it("are the names of endpoints, features, S3, EFS and the VPC, and the added names", () =>
      assert.deepEqual(domains, [
        "*.ec2.internal",
        "*.efs.us-east-1.amazonaws.com",
        "*.s3.amazonaws.com",
        "*.s3.us-east-1.amazonaws.com",
        "al2023-repos-us-east-1-de612dc2.s3.dualstack.us-east-1.amazonaws.com",
        "amazonlinux-2-repos-us-east-1.s3.dualstack.us-east-1.amazonaws.com",
        "pypi.bank.example",
        "s3.amazonaws.com",
        "s3.us-east-1.amazonaws.com",
        "sts.us-east-1.amazonaws.com",
      ]));
    it("have the DNS suffix of China in China", () =>
      assert.ok(
        allowedDomains({ endpoints: ["sts"], region: "cn-north-1", partition: "aws-cn" }).includes("sts.cn-north-1.amazonaws.com.cn"),
      ));
    it("never include all names, or all names of a top-level domain", () => {
      for (const domain of allowedDomains({ endpoints: endpointNames, ...context })) assert.match(domain, /^(\*\.)?([\w-]+\.){2,}[\w-]+$/);
    });
  });

  describe("S3 endpoint policy", () => {
    const policy = (chosen: FeatureName[]) =>
      (
        JSON.parse(s3Policy({ ownership, bucketArns: ["arn:aws-cn:s3:::one"], features: chosen, region, partition: "aws-cn" })) as {
          Statement: Record<string, unknown>[];
        }
      ).Statement;
    const [buckets, ...others] = policy(["studio", "jobs", "hosting"]);

    it("allows the account's principals to use the listed buckets and their objects", () => {
      assert.deepEqual(buckets?.Resource, ["arn:aws-cn:s3:::one", "arn:aws-cn:s3:::one/*"]);
      assert.deepEqual(buckets?.Condition, {
        StringEquals: { "aws:PrincipalAccount": ownership.accountIds, "aws:ResourceAccount": "111122223333" },
      });
      assert.ok(!(buckets?.Action as string[]).some((action) => ["*", "s3:*", "s3:Put*"].includes(action)));
    });
    it("allows no AWS-owned bucket that no feature requires", () => assert.deepEqual(others, []));
    it("allows reads of AWS-owned buckets for requests of listed accounts, unsigned requests, or URLs that AWS signs", () => {
      const reads = (name: FeatureName) =>
        policy([name])
          .slice(1)
          .map(({ Action, Condition }) => [Action, Condition]);
      const ofAccounts = { StringEquals: { "aws:PrincipalAccount": ownership.accountIds } };
      assert.deepEqual(reads("jumpstart"), [[["s3:GetObject", "s3:ListBucket"], ofAccounts]]);
      assert.deepEqual(reads("os-packages"), [
        [["s3:GetObject"], ofAccounts],
        [["s3:GetObject"], { StringEqualsIfExists: { "aws:PrincipalAccount": "anonymous" } }],
      ]);
      assert.deepEqual(reads("registry"), [[["s3:GetObject"], undefined]]);
    });
    it("allows any principal only on buckets whose URLs AWS signs", () => {
      const open = policy([...featureNames]).filter(({ Condition }) => Condition === undefined);
      assert.deepEqual(
        open.map(({ Resource }) => Resource),
        [[`arn:aws-cn:s3:::prod-${region}-starport-layer-bucket/*`, `arn:aws-cn:s3:::assets-769407342218-${region}/*`]],
      );
    });
    it("lists the exact AWS buckets for each feature that needs them", () => {
      for (const name of featureNames)
        for (const object of featureOf(name).awsObjects?.objects ?? []) assert.match(object, /^[a-z0-9.<>-]+(\/\*)?$/, name);
      const resources = policy([...featureNames])[1]?.Resource as string[];
      for (const resource of resources) assert.match(resource, /^arn:aws-cn:s3:::[a-z0-9.-]+(\/\*)?$/);
    });
  });

  describe("network ACL", () => {
    const everywhere = "0.0.0.0/0";
    for (const [name, acl] of Object.entries({ private: privateAcl(["10.0.0.0/20"]), public: publicAcl(["10.0.0.0/20", "10.1.0.0/20"]) })) {
      it(`allows only HTTPS from ${name} subnets to addresses outside the VPC`, () =>
        assert.deepEqual(
          acl.egress
            .filter(({ cidrBlock }) => cidrBlock === everywhere)
            .map(({ protocol, fromPort, toPort }) => [protocol, fromPort, toPort]),
          [["tcp", 443, 443]],
        ));
      it(`allows only responses into ${name} subnets, and never to ports 22 and 3389`, () => {
        for (const { protocol, fromPort, toPort } of acl.ingress.filter(({ cidrBlock }) => cidrBlock === everywhere)) {
          assert.equal(protocol, "tcp");
          for (const port of [22, 3389]) assert.ok(port < fromPort || port > toPort, String(port));
        }
      });
      it(`has unique rule numbers for ${name} subnets`, () => {
        for (const rules of [acl.ingress, acl.egress]) assert.equal(new Set(rules.map(({ ruleNo }) => ruleNo)).size, rules.length);
      });
    }
    it("allows HTTPS from private addresses and to S3, and the responses, for subnets with shared endpoints", () => {
      const { ingress, egress } = sharedEndpointAcl();
      const ranges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];
      const rows = (rules: typeof ingress) => rules.map(({ cidrBlock, fromPort, toPort }) => [cidrBlock, fromPort, toPort]);
      assert.deepEqual(rows(ingress), [...ranges.map((range) => [range, 443, 443]), [everywhere, 32768, 65535]]);
      assert.deepEqual(rows(egress), [...ranges.map((range) => [range, 1024, 65535]), [everywhere, 443, 443]]);
    });
  });
});
